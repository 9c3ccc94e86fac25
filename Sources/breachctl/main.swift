import BreachClock
import Glibc

exit(Breachctl.run())
