import BreachClock
import Glibc

exit(Breachd.run(Array(CommandLine.arguments.dropFirst()), accounts: SystemAccounts()))
