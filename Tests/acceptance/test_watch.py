"""`watch`: each fact as it happens, no gap when the daemon comes back, nobody delayed, nobody told who may not read."""

import contextlib
import json
import os
import signal
import subprocess
import threading
import time
import typing
import unittest

from support import BREACHCTL, INTERFACE, AcceptanceTest, Daemon, Varlink, as_account, wait_until


class Watcher:
    """A `breachctl watch` that runs: its lines as they come."""

    def __init__(self, daemon: Daemon, *arguments: str, program: typing.Sequence[str] = (os.fspath(BREACHCTL),)):
        self.process = subprocess.Popen(
            [*program, *arguments], cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env={"BREACHCLOCK_SOCKET": os.fspath(daemon.socket), "LC_ALL": "C.UTF-8"})
        self.lines: list = []
        self.errors: list = []
        self.threads = [threading.Thread(target=self.read, args=each)
                        for each in ((self.process.stdout, self.lines), (self.process.stderr, self.errors))]
        for thread in self.threads:
            thread.start()

    @staticmethod
    def read(stream: typing.IO, lines: list) -> None:
        for line in stream:
            lines.append(line.decode())
        stream.close()

    @property
    def facts(self) -> list:
        """What was told, from `--json`: breach, number and type."""
        told = [json.loads(line) for line in list(self.lines)]
        return [(each["breach"], each["fact"]["sequence"], each["fact"]["type"]) for each in told]

    def has(self, kind: str, count: int = 1) -> bool:
        return sum(each[2] == kind for each in self.facts) >= count

    def end(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        code = self.process.wait(60)
        for thread in self.threads:
            thread.join(60)
        return code

    def __enter__(self) -> "Watcher":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.wait()


def watch(client: Varlink, **parameters: typing.Any) -> None:
    message = {"method": f"{INTERFACE}.Watch", "parameters": parameters, "more": True}
    client.send(json.dumps(message).encode() + b"\0")


class Watch(AcceptanceTest):
    def test_each_fact_is_shown_as_it_happens(self):
        """Contract of `watch`: as `timeline` shows it, with its breach; `--json` a line each; SIGINT and SIGTERM end it."""
        with Daemon() as daemon:
            first, second = daemon.report()["id"], daemon.report("EWS-ASC", by="provide")["id"]
            with Watcher(daemon, "watch", "--json", "--after", "0") as everything, Watcher(daemon, "watch") as page, \
                    Watcher(daemon, "watch", first, "--json", "--after", "0") as one:
                wait_until(lambda: everything.has("breach-recorded", 2) and one.has("breach-recorded"), "what was before")
                # The page is of what comes: it must have begun.
                wait_until(lambda: daemon.ctl("note", second, "--kind", "action", "Begun.").code == 0 and page.lines,
                           "the page begins")
                self.assertEqual(daemon.ctl("ack", first, "peabody", "--via", "phone").code, 0)
                self.assertEqual(daemon.ctl("note", second, "--kind", "action", "Locks were changed.").code, 0)
                wait_until(lambda: everything.has("partner-acknowledged") and one.has("partner-acknowledged"), "both told")
                wait_until(lambda: any("Locks were changed." in line for line in page.lines), "the page has it")
                self.assertEqual([each.end(number) for each, number in (
                    (everything, signal.SIGINT), (page, signal.SIGTERM), (one, signal.SIGHUP))], [0, 0, 0])
                self.assertEqual(everything.errors + page.errors + one.errors, [])
            self.assertEqual({breach for breach, _, _ in one.facts}, {first})
            timeline = daemon.json("timeline", first)
            self.assertEqual([(each[1], each[2]) for each in one.facts],
                             [(fact["sequence"], fact["type"]) for fact in timeline][:len(one.facts)])
            numbers = [each[1] for each in everything.facts]
            self.assertEqual(sorted(set(numbers)), list(range(1, max(numbers) + 1)), "no gap")
            # As the timeline shows it, with the breach between time and number.
            shown = daemon.ctl("timeline", second).out.splitlines()
            place = shown.index("    Noted (action): Locks were changed.")
            at, number = shown[place - 1].split("  ")
            self.assertIn(f"{at}  {second}  {number}\n    Noted (action): Locks were changed.\n", "".join(page.lines))

    def test_who_pipes_it_into_something_that_ends_is_ended_too(self):
        """Contract of `watch`: a closed pipe ends it with 0 though nothing happens, and says nothing."""
        with Daemon() as daemon:
            for arguments in (("--after", "0"), ()):
                watcher = subprocess.Popen(
                    [os.fspath(BREACHCTL), "watch", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                    env={"BREACHCLOCK_SOCKET": os.fspath(daemon.socket)})
                if arguments:
                    self.assertTrue(watcher.stdout.readline())
                watcher.stdout.close()
                self.assertEqual((watcher.wait(60), watcher.stderr.read()), (0, b""))
                watcher.stderr.close()

    def test_a_daemon_that_dies_and_comes_back_leaves_no_gap(self):
        """Contract of `watch`: kill -9 while facts arrive, again and again: each fact once, in order; 69 in the end."""
        with Daemon() as daemon:
            reference = daemon.report()["id"]
            with Watcher(daemon, "watch", "--json", "--after", "0") as watcher:
                for life in range(1, 5):
                    for number in range(20):
                        self.assertEqual(daemon.ctl("note", reference, "--kind", "action", f"Action {number}.").code, 0)
                    if life % 2:
                        daemon.kill9()
                    else:
                        self.assertEqual(daemon.stop(), 0)
                    daemon.start()
                    wait_until(lambda: watcher.has("daemon-started", life + 1), f"the start {life + 1} is told")
                # After its last start nothing else has happened, but perhaps what a start does.
                self.assertEqual(daemon.stop(), 0)
                self.assertEqual(watcher.wait(), 69, watcher.errors)
                told = [(number, kind) for _, number, kind in watcher.facts]
                self.assertEqual(told, [(fact["seq"], fact["type"]) for fact in daemon.facts()])
            gone = [line for line in watcher.errors if "is gone" in line]
            back = [line for line in watcher.errors if "is back" in line]
            self.assertEqual((len(gone), len(back)), (5, 4), watcher.errors)
            self.assertIn("No daemon listens", watcher.errors[-1])

    def test_refusals(self):
        """Contract of `watch`: 66 for an unknown breach, 65 for a number beyond the register, 69 without a daemon."""
        with Daemon() as daemon:
            self.assertRefused(daemon, daemon.ctl("watch", "EDATRS-2026-0009"), 66, "EDATRS-2026-0009")
            self.assertRefused(daemon, daemon.ctl("watch", "--after", "1000"), 65, "--after", "The register's last fact is")
            self.assertRefused(daemon, daemon.ctl("watch", "--after", "x"), 64, "whole number")
            daemon.stop()
            self.assertEqual(daemon.ctl("watch").code, 69)

    def test_varlinks_own_rules(self):
        """varlink: without `more` ExpectedMore; every reply `continues`; to a oneway call nothing, ever."""
        with Daemon() as daemon, daemon.client() as client:
            self.assertEqual(client.call("Watch").error, "org.varlink.service.ExpectedMore")
            client.send(json.dumps({"method": f"{INTERFACE}.Watch", "parameters": {"after": 0}, "more": True,
                                    "oneway": True}).encode() + b"\0")
            self.assertIsNone(client.call("Environment").error, "the connection is free for other calls")
            reference = daemon.report()["id"]
            self.assertIsNone(client.call("Show", breach=reference).error, "and stays so when something happens")
            watch(client, breach=reference, after=0)
            message = client.message()
            self.assertEqual((message["continues"], message["parameters"]["breach"]), (True, reference))
            self.assertEqual(set(message), {"parameters", "continues"})

    def test_r30_who_may_read_no_more_is_told_no_more(self):
        """R30: a reload that takes the right away ends the watch; who keeps it goes on; without it none begins."""
        with Daemon({"access": {"read": ["games", "news"], "record": ["mail"], "decide": []}}) as daemon:
            self.assertEqual(daemon.ctl_as("mail", "watch").code, 77, "to record is not to read")
            reference = daemon.report()["id"]
            watchers = {}
            with contextlib.ExitStack() as stack:
                for user in ("games", "news"):
                    self.assertEqual(daemon.ctl_as(user, "list").code, 0)
                    program = [*as_account(user), os.fspath(daemon.folder / "breachctl")]
                    watchers[user] = stack.enter_context(
                        Watcher(daemon, "watch", "--json", "--after", "0", program=program))
                    wait_until(lambda: watchers[user].has("breach-recorded"), f"{user} is told")
                daemon.config["access"]["read"] = ["news"]
                daemon.write_config()
                daemon.signal(signal.SIGHUP)
                self.assertEqual(watchers["games"].wait(), 77, watchers["games"].errors)
                self.assertEqual(daemon.ctl("note", reference, "--kind", "action", "Locks were changed.").code, 0)
                wait_until(lambda: watchers["news"].has("note-added"), "the other goes on")
            self.assertFalse(watchers["games"].has("note-added"))
            self.assertIn("may watch no more", daemon.log())

    def test_watchers_that_do_not_read_are_closed_and_delay_nobody(self):
        """Hostile inputs: bounded memory, closed after 30 s; those who read are told everything meanwhile."""
        with Daemon() as daemon:
            reference = daemon.report()["id"]
            with daemon.client() as client:
                for number in range(300):
                    self.assertIsNone(client.call("Note", breach=reference, kind="action", text="x" * 3900).error)
            deaf = [daemon.client() for _ in range(20)]
            for each in deaf:
                watch(each, after=0)
            start = time.monotonic()
            with Watcher(daemon, "watch", "--json", "--after", "0") as watcher:
                wait_until(lambda: watcher.has("note-added", 300), "who reads is told")
                self.assertEqual(daemon.ctl("note", reference, "--kind", "action", "Now.").code, 0)
                wait_until(lambda: watcher.has("note-added", 301), "and goes on to be told")
                self.assertLess(kilobytes(daemon), 100_000, "20 x 1.2 MB are not held for those who are not")
                descriptors = f"/proc/{daemon.pid}/fd"
                wait_until(lambda: len(os.listdir(descriptors)) < 20, "those who do not read are closed")
                self.assertGreater(time.monotonic() - start, 25, "not at once: 30 s are given")
                self.assertEqual(daemon.ctl("note", reference, "--kind", "action", "Later.").code, 0)
                wait_until(lambda: watcher.has("note-added", 302), "an idle watcher is not closed")
            for each in deaf:
                each.socket.close()


def kilobytes(daemon: Daemon) -> int:
    """The memory that the daemon has."""
    with open(f"/proc/{daemon.pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


if __name__ == "__main__":
    unittest.main()
