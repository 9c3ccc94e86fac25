"""Never past a failed sync, never "done" for what is not durable: each disk call of a session fails, once and for ever.

failing_disk.c stands in for the disk: it comes before the C library and can do what no tracer can, take half of the
bytes. The files of the system itself, such as its accounts and time zones, are not part of the disk that fails.
"""

import collections
import concurrent.futures
import errno
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import typing
import unittest

from faults import GONE, IS_LONG, NOTICES, Errand, FaultTest, JournalFile, QuietDaemon, Session, TracedDaemon
from support import Varlink, ordered, tool, wait_until, written

JOBS = 2 * (os.cpu_count() or 1)
FOR_EVER = 1 << 30

# What can fail in which way, by the manual pages: every call with EIO, those that need room with ENOSPC, those that may
# wait with EINTR. For ever interrupted is no disk: a few times in a row must be enough of it.
NEEDS_ROOM = {"open", "write", "pwrite", "fsync", "fdatasync", "rename", "mkdir"}
MAY_WAIT = {"open", "read", "write", "pwrite", "fsync", "fdatasync", "ftruncate"}
TAKES_BYTES = {"read", "write", "pwrite"}


class Fault(typing.NamedTuple):
    """The nth of a call fails in some way, and perhaps those after it."""
    call: str
    first: int
    kind: str
    last: int

    def __str__(self) -> str:
        kind = errno.errorcode[int(self.kind)] if self.kind.isdigit() else self.kind
        many = {self.first: "", FOR_EVER: " and all after"}.get(self.last, f" to {self.last}")
        return f"{self.call} number {self.first}{many}: {kind}"


def faults_of(call: str, number: int) -> list:
    """All that can go wrong with that call."""
    kinds = [(str(errno.EIO), number), (str(errno.EIO), FOR_EVER)]
    if call in NEEDS_ROOM:
        kinds += [(str(errno.ENOSPC), number), (str(errno.ENOSPC), FOR_EVER)]
    if call in MAY_WAIT:
        kinds += [(str(errno.EINTR), number + 2)]
    if call in TAKES_BYTES:
        kinds += [("short", number), ("short", FOR_EVER)]
    if call == "rename":
        kinds += [("late", number)]
    if call == "write":
        kinds += [("torn", number + 1), ("torn", FOR_EVER), ("dead", number)]
    return [Fault(call, number, kind, last) for kind, last in kinds]


class FailingDisk(QuietDaemon):
    """A daemon whose disk fails as a fault says, until it is mended."""

    def __init__(self, library: str, fault: typing.Optional[Fault]):
        super().__init__(start=False)
        fault = fault or Fault("none", 1, "none", 1)
        self.environment = {
            "LD_PRELOAD": library, "FAULT_FOLDER": os.fspath(self.folder), "FAULT_CALL": fault.call,
            "FAULT_FIRST": str(fault.first), "FAULT_LAST": str(fault.last), "FAULT_KIND": fault.kind,
            "FAULT_RECORD": os.fspath(self.folder / "record")}

    def mend(self) -> None:
        self.environment = {}

    def calls(self) -> list:
        """What touched the folder: whether it failed, the call, and the path within the folder."""
        lines = (self.folder / "record").read_text(encoding="utf-8").splitlines()
        split = [line.split(" ", 2) for line in lines]
        return [(verdict == "failed", call, path[len(os.fspath(self.folder)) + 1:]) for verdict, call, path in split]


class FaultySession(Session):
    """A session on a failing disk: it goes on without what is refused, and looks at what the daemon says of itself."""

    def __init__(self, daemon: FailingDisk):
        super().__init__(daemon)
        self.unsaid: list = []

    def is_waiting_in_vain(self) -> bool:
        log = self.daemon.log()
        return "Notices wait" in log or "The register cannot be written" in log

    def ask(self, client: Varlink, errand: Errand) -> bool:
        refusals = len(self.refused)
        done = super().ask(client, errand)
        if len(self.refused) > refusals and not self.is_critical(client, errand):
            self.unsaid.append(f"after {errand}:\n{self.daemon.log()[-2000:]}")
        return done

    def is_critical(self, client: Varlink, errand: Errand) -> bool:
        """Whether all that can say so says that the register cannot be written, or of a redaction that notices are held
        up on their way: the answer, the log, and the status file, unless the log says why not."""
        # Asked in a turn after the one that refused: by then the file is written.
        answer = client.call("Status").parameters["level"]
        log = self.daemon.log()
        reasons = ["The register cannot be written"] + ["Notices wait"] * (errand.method == "Redact")
        return answer == "critical" and any(reason in log for reason in reasons) and (
            "The status cannot be written" in log or self.daemon.status()["level"] == "critical")


class EachFailingCall(FaultTest):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.mkdtemp(prefix="breachclock-")
        cls.library = os.path.join(cls.folder, "failing_disk.so")
        source = pathlib.Path(__file__).with_name("failing_disk.c")
        subprocess.run([tool("gcc"), "-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC", "-o", cls.library, source,
                        "-ldl"], check=True)
        cls.calls = cls.calls_of_a_session()

    @classmethod
    def tearDownClass(cls) -> None:
        shutil.rmtree(cls.folder)

    @classmethod
    def calls_of_a_session(cls) -> list:
        """The disk calls of a session in which nothing fails: the call, its number among those, the path."""
        with FailingDisk(cls.library, None) as daemon:
            daemon.launch()
            Session(daemon).run()
            counts: collections.Counter = collections.Counter()
            calls = []
            for _, call, path in daemon.calls():
                counts[call] += 1
                calls.append((call, counts[call], path))
            return calls

    def number_of(self, call: str, part: str, nth: int = 1) -> int:
        """The number of the nth such call on such a path."""
        return [number for name, number, path in self.calls if name == call and part in path][nth - 1]

    # The disk that fails is the disk that is used.

    def test_every_call_on_the_daemons_folder_can_be_made_to_fail(self):
        """What strace sees on the daemon's files is what failing_disk.c stands before, or needs no disk."""
        names = {"openat": {"open", "opendir"}, "pwrite64": {"pwrite"}, "newfstatat": {"stat", "lstat", "fstat"},
                 "getdents64": {"readdir"}, "readlink": {"realpath"}}
        # close reports nothing that a sync before it did not; the advice and the place in a file are no disk's; the
        # socket's calls, and loading the program, are not the register's.
        others = {"close", "fadvise64", "lseek", "bind", "connect", "execve"}
        seen = collections.Counter(call for call, _, _ in self.calls)
        with TracedDaemon(start=False) as daemon:
            daemon.options = ["-e", "trace=all"]
            daemon.launch()
            Session(daemon).run()
            lines = daemon.trace_path.read_text(encoding="utf-8", errors="replace").splitlines()
            own = [line for line in lines if os.fspath(daemon.folder) in line and "(2<" not in line]
            counts = collections.Counter(re.sub(r"^\d+ +(\w+)\(.*", r"\1", line) for line in own)
        for call, count in counts.items():
            if call not in others:
                with self.subTest(call):
                    self.assertTrue(any(seen[name] for name in names.get(call, {call})), f"{count} calls unseen")
        for call in ("fsync", "fdatasync", "rename", "write", "mkdir", "unlink", "ftruncate"):
            self.assertAlmostEqual(counts[call], seen[call], delta=6)

    # Each call, each fault.

    def test_whatever_call_fails_nothing_is_claimed_lost_or_doubled(self):
        """R28: a session over each call failing in each way, once and for ever; then the disk is mended."""
        known = self.late_rename_of_the_journal()
        faults = [fault for call, number, _ in self.calls for fault in faults_of(call, number) if fault != known]
        self.assertGreater(len(faults), 800, "the session hardly touches the disk")
        with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
            verdicts = collections.Counter(pool.map(self.verdict_on, faults))
        self.assertLess(verdicts["did not happen"], 0.05 * len(faults), f"most must have come about: {verdicts}")
        for verdict in ("refused", "ended with 74", "killed"):
            self.assertGreater(verdicts[verdict], 0, f"no fault made it so: {verdicts}")

    def verdict_on(self, fault: Fault) -> str:
        try:
            with FailingDisk(self.library, fault) as daemon:
                return self.judge(fault, daemon)
        except Exception as problem:
            raise AssertionError(f"{fault}: {problem}") from problem

    def judge(self, fault: Fault, daemon: FailingDisk) -> str:
        session = self.session_over(fault, daemon)
        failed = [(call, path) for fails, call, path in daemon.calls() if fails]
        self.assert_end(fault, session, failed)
        journal = JournalFile(daemon.journal)
        if daemon.journal.exists():
            journal.read_on()
        self.assert_recorded_once(journal, session.answered)
        for errand, reason in session.refused:
            self.assertIn("nothing was recorded", reason)
            if errand not in session.answered:
                self.assertNotIn(errand.mark, journal.recorded, "what was refused is not in the register")
        self.assertEqual(session.unsaid, [], "a register that cannot be written is critical")
        self.recover(daemon, session)
        if session.exit_code == -9:
            return "killed"
        if session.exit_code:
            return f"ended with {session.exit_code}"
        return "refused" if session.refused else "happened" if failed else "did not happen"

    def session_over(self, fault: Fault, daemon: FailingDisk) -> FaultySession:
        """The session, as far as it comes. What was refused over a fault that passes is done when asked again."""
        session = FaultySession(daemon)
        daemon.launch()
        try:
            with session.connect() as client:
                session.go_on(client)
                if fault.last < FOR_EVER:
                    session.go_on(client)
                    left = [step.__name__ for step in session.steps]
                    self.assertEqual([name for name in left if name != "redact"], [], "it carries on by itself")
            session.end()
        except GONE:
            session.exit_code = daemon.process.wait(60)
        return session

    def assert_end(self, fault: Fault, session: FaultySession, failed: list) -> None:
        """How it ended: as asked, or with the code of a failed disk, and never on its own for what a retry helps."""
        synced = [path for call, path in failed
                  if call in ("fsync", "fdatasync") and path in ("var/state/journal", "var/state")]
        allowed = {0, 74}
        if fault.kind == "dead":
            allowed = {0, -9}
        elif fault.kind == "short" or is_interrupted(fault):
            allowed = {0}
            self.assertEqual(session.refused, [], "a retry would have done it")
        elif synced:
            allowed = {74}
        self.assertIn(session.exit_code, allowed, session.daemon.log()[-1000:])

    def recover(self, daemon: FailingDisk, session: FaultySession) -> None:
        """On a mended disk a start carries on with all that there is."""
        daemon.mend()
        daemon.start()
        with session.connect() as client:
            session.go_on(client)
        self.assertEqual(session.steps, [])
        self.assert_whole_and_replayed(daemon, session.answered)

    # What takes its time, so that some stand for all.

    def test_r11_a_spool_that_failed_is_used_again_without_a_restart(self):
        """R11: a call on the spool fails once: the notices appear by themselves, once, and the status is well again."""
        calls = {call: number for call, number, path in reversed(self.calls) if path.startswith("var/spool")}
        if IS_LONG:
            faults = [(call, number) for call, number, path in self.calls if path.startswith("var/spool")]
        else:
            faults = list(calls.items())
        self.assertGreater(len(calls), 8, calls)
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            list(pool.map(self.assert_comes_by_itself, faults))

    def assert_comes_by_itself(self, call: typing.Tuple[str, int]) -> None:
        fault = Fault(*call, str(errno.EIO), call[1])
        try:
            with FailingDisk(self.library, fault) as daemon:
                session = FaultySession(daemon)
                daemon.launch()
                # The process that runs has its fault; those after it are to have none.
                daemon.mend()
                with session.connect() as client:
                    session.send_report(client)
                    wait_until(lambda: len(daemon.spool()) == NOTICES and written(daemon.facts()), "the notices come")
                    wait_until(lambda: daemon.status()["level"] == "ok", "the status is well again")
                    session.go_on(client)
                self.assertEqual((session.steps, session.refused), ([], []))
                self.assert_whole_and_replayed(daemon, session.answered)
        except Exception as problem:
            raise AssertionError(f"{fault}: {problem}") from problem

    def test_r28_a_redaction_while_notices_are_announced_sends_none_of_them_twice(self):
        """R28, R31: a sync of `new` fails, an agent takes what appeared, a text is redacted: nothing is sent again."""
        number = self.number_of("fsync", "spool/new")
        fault = Fault("fsync", number, str(errno.EIO), number)
        with FailingDisk(self.library, fault) as daemon:
            session = Session(daemon)
            daemon.launch()
            with session.connect() as client:
                session.send_report(client)
                wait_until(lambda: "Notices wait" in daemon.log(), "the sync fails")
                names = daemon.spool()
                self.assertEqual(len(names), NOTICES)
                for name in names:
                    daemon.take(name)
                self.assertTrue(session.redact(client))
            daemon.kill9()
            daemon.mend()
            daemon.start()
            wait_until(lambda: ordered(daemon.facts()) == written(daemon.facts()), "all is written")
            self.assertEqual(daemon.spool(), [], "what an agent took is not sent again")

    def late_rename_of_the_journal(self) -> Fault:
        number = self.number_of("rename", "state/journal.next")
        return Fault("rename", number, "late", number)

    def test_what_is_answered_after_a_rename_of_the_journal_that_reported_a_failure_is_kept(self):
        """R31: nobody can say whether a rename that failed was done: nothing goes on into a file that may be gone."""
        fault = self.late_rename_of_the_journal()
        with FailingDisk(self.library, fault) as daemon:
            session = FaultySession(daemon)
            daemon.launch()
            try:
                with session.connect() as client:
                    session.go_on(client)
            except GONE:
                self.assertEqual(daemon.process.wait(60), 74)
            daemon.kill9()
            journal = JournalFile(daemon.journal)
            journal.read_on()
            self.assert_recorded_once(journal, session.answered)

    def test_a_sync_that_is_interrupted_is_made_again(self):
        """fsync(2), EINTR: a retry does it: nothing is refused, nothing ends."""
        for call, path in (("fdatasync", "state/journal"), ("fsync", "state")):
            fault = Fault(call, self.number_of(call, path), str(errno.EINTR), 0)
            fault = fault._replace(last=fault.first + 2)
            with FailingDisk(self.library, fault) as daemon:
                session = self.session_over(fault, daemon)
                self.assertEqual((session.exit_code, session.refused), (0, []), str(fault))

    def test_a_disk_that_fails_at_the_start_is_no_fault_of_the_configuration(self):
        """Contract: 74 when the disk failed; 78, which says that starting again would not help, is not for that."""
        codes = {}
        for call, path in (("read", "config.json"), ("open", "config.json"), ("lstat", "var/breachd.sock"),
                           ("setxattr", "var/breachd.sock")):
            fault = Fault(call, self.number_of(call, path), str(errno.EIO), FOR_EVER)
            with FailingDisk(self.library, fault) as daemon:
                codes[str(fault)] = daemon.run_to_end()
        self.assertEqual(set(codes.values()), {74}, codes)


def is_interrupted(fault: Fault) -> bool:
    return fault.kind == str(errno.EINTR)


if __name__ == "__main__":
    unittest.main()
