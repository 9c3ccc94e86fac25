"""An idle daemon with a thousand open breaches wakes for its heartbeat and for nothing else.

A short look is taken by default; with BREACHCLOCK_LONG=1 in the environment it is a minute.
"""

import os
import pathlib
import re
import time
import unittest

from support import AcceptanceTest, Daemon, cpu_seconds, wait_until

BREACHES = 1000
HEARTBEAT = 10
SECONDS = 60 if os.environ.get("BREACHCLOCK_LONG") else 25


class Idle(AcceptanceTest):
    @staticmethod
    def switches(daemon: Daemon, kind: str) -> int:
        """How often the daemon's threads gave up the processor."""
        total = 0
        for status in pathlib.Path(f"/proc/{daemon.pid}/task").glob("*/status"):
            total += int(re.search(rf"^{kind}_ctxt_switches:\s*(\d+)$", status.read_text(), re.MULTILINE)[1])
        return total

    def test_an_idle_daemon_wakes_only_for_its_heartbeat(self):
        """A thousand open breaches, none due: one wake-up a heartbeat, and next to no time of the processor."""
        # In memory, so that no wait for a disk is counted as a wake-up.
        with Daemon({"timing": {"heartbeat": f"{HEARTBEAT}s"}}, inside="/dev/shm") as daemon:
            with daemon.client() as client:
                for number in range(BREACHES):
                    # BEDS tells nobody: two notices a breach instead of nine, so that it is not the disk that is tried.
                    reply = client.call("Report", protocol="BEDS", detected="1h ago", by="bedfordshire-police",
                                        summary=f"Folder {number} was left on a train.")
                    self.assertIsNone(reply.error, reply)
            self.assertEqual(daemon.json("status")["open"], BREACHES)
            daemon.wait_for_all_notices()
            generated = wait_until(lambda: daemon.status()["open"] == BREACHES and daemon.status()["generatedAt"],
                                   "the status counts them all")
            # From one heartbeat on, so that the work of recording is over.
            wait_until(lambda: daemon.status()["generatedAt"] > generated, "a heartbeat")
            before, cpu = self.switches(daemon, "voluntary"), cpu_seconds(daemon.pid)
            time.sleep(SECONDS)
            woken, used = self.switches(daemon, "voluntary") - before, cpu_seconds(daemon.pid) - cpu
        # A heartbeat is one return from poll; a noisy machine may make one or two of them block on something else
        # besides, and the look may begin or end within one. What ticks instead wakes once a second or more.
        heartbeats = SECONDS // HEARTBEAT
        self.assertGreaterEqual(woken, heartbeats, "the heartbeat is kept")
        self.assertLessEqual(woken, heartbeats + 3, f"{woken} wake-ups in {SECONDS} s")
        self.assertLess(used, 0.05 * SECONDS, "an idle daemon leaves the processor to others")


if __name__ == "__main__":
    unittest.main()
