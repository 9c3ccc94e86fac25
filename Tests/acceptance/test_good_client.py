"""A good client beside each hostile one: it is answered, and hardly later than on a machine that is merely busy.

No time is asserted as such: each is compared with the same client's answers beside processes that only use up the
processors. Run with BREACHCLOCK_FIGURES=1 it prints what it measured.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import typing
import unittest

from support import LONG, AcceptanceTest, Daemon, Varlink, as_account, tool, wait_until

HERE = pathlib.Path(__file__).resolve().parent
SECONDS = 10.0 if LONG else 1.5

# Noise of a busy machine comes in single calls; a daemon that makes everybody wait is slow in all of them.
MOST_TIMES_SLOWER = 25

# What is done to the daemon, by which account: one with rights, one that only its process's group lets through.
READER, STRANGER = ("games",), ("daemon", "games")
HOSTILE = [
    ("knock", STRANGER), ("knock", READER), ("garbage", READER), ("endless", READER), ("large", READER),
    ("unread", READER), ("descriptors", READER), ("slow", READER), ("crowd", READER), ("pipelined", READER),
    ("watchers", READER), ("knock", ("nobody",)),
]


class Figures(typing.NamedTuple):
    """How long a good client waited for its answers, in milliseconds."""
    answers: int
    p99: float
    most: float


class GoodClient(AcceptanceTest):
    def setUp(self) -> None:
        self.assertEqual(os.geteuid(), 0, "these tests call as other accounts: run them as root")

    def serve(self, client: Varlink, reference: str, seconds: float) -> Figures:
        """Reads a breach again and again, and adds to it now and then."""
        times = []
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            start = time.monotonic()
            method = {"kind": "action", "text": "Locks were changed."} if len(times) % 50 == 49 else {}
            reply = client.call("Note" if method else "Show", breach=reference, **method)
            times.append((time.monotonic() - start) * 1000)
            self.assertIsNone(reply.error, reply)
        times.sort()
        return Figures(len(times), times[int(len(times) * 0.99)], times[-1])

    def beside(self, daemon: Daemon, what: str, account: tuple, reference: str) -> Figures:
        """What a good client is answered beside two processes that do that."""
        program = daemon.folder / "hostile_client.py"
        if not program.exists():
            shutil.copyfile(HERE / program.name, program)
            program.chmod(0o644)
        hostile = []
        try:
            for _ in range(2):
                hostile.append(subprocess.Popen(
                    [*as_account(*account), "/usr/bin/python3", os.fspath(program), os.fspath(daemon.socket), what],
                    cwd="/", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL))
            for each in hostile:
                self.assertEqual(each.stdout.readline(), b"begun\n", what)
            with daemon.client() as client:
                figures = self.serve(client, reference, SECONDS)
            self.assertEqual([each.poll() for each in hostile], [None, None], f"{what} goes on to the end")
            return figures
        finally:
            for each in hostile:
                each.kill()
                each.communicate()

    def test_a_good_client_is_served_beside_each_hostile_one(self):
        """Hostile inputs: others are served, memory and descriptors are bounded, the journal has the good facts alone."""
        access = {"read": ["games"], "record": [], "decide": []}
        with Daemon({"access": access}) as daemon:
            reference = daemon.report()["id"]
            daemon.wait_for_all_notices()
            recorded = len(daemon.facts("note-added"))
            descriptors = len(os.listdir(f"/proc/{daemon.pid}/fd"))
            busy = self.beside(daemon, "burn", ("games",), reference)
            for what, account in HOSTILE:
                with self.subTest(what=what, account=account):
                    before = len(daemon.facts())
                    figures = self.beside(daemon, what, account, reference)
                    if os.environ.get("BREACHCLOCK_FIGURES"):
                        print(f"{what} by {' in '.join(account)}: {figures}; busy machine: {busy}", file=sys.stderr)
                    self.assertLess(figures.p99, MOST_TIMES_SLOWER * max(busy.p99, 1.0), (figures, busy))
                    kinds = {fact["type"] for fact in daemon.facts()[before:]}
                    self.assertLessEqual(kinds, {"note-added"})
                    size = int(re.search(r"VmRSS:\s+(\d+) kB", pathlib.Path(
                        f"/proc/{daemon.pid}/status").read_text(encoding="ascii"))[1])
                    self.assertLess(size, 200_000, "memory is bounded")
                    wait_until(lambda: len(os.listdir(f"/proc/{daemon.pid}/fd")) <= descriptors + 1,
                               f"the descriptors of {what} are given back")
            self.assertGreater(len(daemon.facts("note-added")), recorded)
            self.assertEqual(daemon.ctl("verify").code, 0)
            uid = int(subprocess.run([tool("id"), "-u", "games"], capture_output=True, check=True).stdout)
            self.assertIn(f"games (uid {uid}): sent what is no varlink call", daemon.log())
            self.assertIn("daemon (uid 1): List was answered org.breachclock.Control.NotPermitted", daemon.log())
            self.assertNotIn("nobody (uid", daemon.log(), "the kernel keeps strangers out")


if __name__ == "__main__":
    unittest.main()
