"""R28, R9: a daemon that dies at any system call, from its start to its clean end, loses nothing and sends nothing twice."""

import concurrent.futures
import os
import typing
import unittest

from faults import GONE, FaultTest, Session, TracedDaemon, calls_of_a_session

# Most of a run is waiting for one process or another.
JOBS = 2 * (os.cpu_count() or 1)
# The call that loads the program, and the one that is its end.
ENDS = {"execve", "exit_group"}


class EachSystemCall(FaultTest):
    def test_r28_killed_at_each_system_call_it_keeps_its_word_and_sends_once(self):
        """R28, R9: report, notice taken, ack, position, redaction, reload, note, end: killed at each call of them."""
        counts = {name: count for name, count in calls_of_a_session().items() if name not in ENDS}
        for name in ("openat", "write", "fdatasync", "fsync", "rename", "accept", "poll", "getdents64"):
            self.assertIn(name, counts, "a session that touches neither disk nor clients shows nothing")
        moments = [(name, number) for name, count in sorted(counts.items()) for number in range(1, count + 1)]
        with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
            killed = sum(pool.map(self.kill_at, moments))
            # No two runs are quite the same: one may make more of a call than the first made.
            killed += sum(pool.map(self.kill_at_each_from, sorted(counts.items())))
        self.assertGreater(killed, 0.95 * len(moments), "most of them must have happened again")

    def kill_at(self, moment: typing.Tuple[str, int]) -> bool:
        """Whether the daemon came as far as that call; fails where it did not recover from being killed at it."""
        name, number = moment
        try:
            with TracedDaemon(start=False) as daemon:
                session = Session(daemon)
                was_killed = self.was_killed(daemon, session, f"{name}:signal=KILL:when={number}")
                if was_killed:
                    daemon.start()
                    with session.connect() as client:
                        session.go_on(client)
                    self.assertEqual((session.steps, session.refused), ([], []))
                    self.assert_whole_and_replayed(daemon, session.answered)
                    self.assertNotIn(b"The folder of one", daemon.journal_bytes(), "R31: what was redacted is gone")
                    for name in daemon.spool():
                        self.assertNotIn(b"The folder of one", (daemon.new / name).read_bytes(), f"R31: it is in {name}")
                return was_killed
        except Exception as problem:
            raise AssertionError(f"killed at {name} number {number}: {problem}") from problem

    def kill_at_each_from(self, call: typing.Tuple[str, int]) -> int:
        name, count = call
        number = count + 1
        while self.kill_at((name, number)):
            number += 1
        return number - count - 1

    def was_killed(self, daemon: TracedDaemon, session: Session, fault: str) -> bool:
        """Runs the session as far as it comes."""
        name = fault.partition(":")[0]
        daemon.options = ["-e", f"trace={name}", "-e", f"inject={fault}"]
        daemon.launch()
        try:
            session.run()
        except GONE:
            session.exit_code = daemon.process.wait(60)
        daemon.options = []
        self.assertIn(session.exit_code, (0, -9), daemon.log()[-2000:])
        return session.exit_code == -9


if __name__ == "__main__":
    unittest.main()
