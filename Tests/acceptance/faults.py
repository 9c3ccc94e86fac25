"""What the tests of faults share: what a register and its spool must look like whatever happened to the daemon.

The judge reads the journal and the spool with code of its own and takes nothing from the product's word.
"""

import collections
import contextlib
import hashlib
import json
import os
import pathlib
import re
import signal
import time
import typing
import unittest

from support import Daemon, Varlink, identity, message, ordered, tool, utc, wait_until, written

# Two partners and the team are told of a breach under it, and consulted on both matters.
PROTOCOL = "EWS-ASC"
FINDER = "provide"
LEAD = "essex-county-council"
NOTICES = 3

IS_LONG = bool(os.environ.get("BREACHCLOCK_LONG"))

# What a client sees where the daemon went away: a refused or a broken connection.
GONE = (ConnectionError, FileNotFoundError)


class QuietDaemon(Daemon):
    """A daemon with few protocols and no groups to look up, so that what it does is what the test made it do."""

    def __init__(self, members: typing.Optional[dict] = None, protocols: typing.Sequence[str] = (PROTOCOL,),
                 **rest: typing.Any):
        super().__init__({"access": {"read": [], "record": [], "decide": []}, **(members or {})}, **rest)
        self.config["protocols"] = [each for each in self.config["protocols"] if each["id"] in protocols]
        self.write_config()

    @property
    def cur(self) -> pathlib.Path:
        return self.spool_folder / "cur"

    def take(self, name: str) -> None:
        """Takes a notice as a mail agent does."""
        (self.new / name).rename(self.cur / f"{name}:2,")

    def taken(self) -> list:
        """The names of what an agent took, sorted."""
        try:
            return sorted(name.partition(":")[0] for name in os.listdir(self.cur))
        except FileNotFoundError:
            return []


class TracedDaemon(QuietDaemon):
    """A daemon that runs under strace while there are `options`."""

    def __init__(self, **rest: typing.Any):
        super().__init__(**rest)
        self.options: list = []

    @property
    def trace_path(self) -> pathlib.Path:
        return self.folder / "trace"

    def command(self) -> list:
        if not self.options:
            return super().command()
        return [tool("strace"), "-f", "-y", "-qq", "-o", os.fspath(self.trace_path), *self.options,
                *super().command()]

    @property
    def pid(self) -> int:
        assert self.process is not None
        if not self.options:
            return self.process.pid
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        try:
            return int(children.read_text(encoding="ascii").split()[0])
        except (OSError, IndexError):
            raise ProcessLookupError("it has ended") from None

    def kill9(self) -> None:
        """Ends the daemon and not its tracer, which ends by itself once it has written all that it saw."""
        if self.options and self.is_running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self.process.wait(60)
        super().kill9()


class JournalFile:
    """Reads a journal as it grows: each whole line once, its number and its place in the chain checked."""

    def __init__(self, path: pathlib.Path):
        self.path = path
        self.facts: list = []
        self.recorded: collections.Counter = collections.Counter()
        # How often each notice was taken back, or given up before it was written, to be written anew: then its steps
        # come again.
        self._recalled: collections.Counter = collections.Counter()
        self._announced: set = set()
        self._offset = 0
        self._prev = "0" * 64

    def read_on(self) -> list:
        """The facts that were added since; an AssertionError where the file is not as a journal must be."""
        with open(self.path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size < self._offset:
                raise AssertionError(f"{self.path} shrank from {self._offset} to {size} bytes: facts were lost")
            file.seek(self._offset)
            data = file.read()
        whole = data[:data.rfind(b"\n") + 1]
        self._offset += len(whole)
        before = len(self.facts)
        for line in whole.split(b"\n")[:-1]:
            self._take(line)
        return self.facts[before:]

    def _take(self, line: bytes) -> None:
        first, _, second = line.partition(b"\t")
        fact = json.loads(first)
        if (fact["seq"], fact["prev"]) != (len(self.facts) + 1, self._prev):
            raise AssertionError(f"line {len(self.facts) + 1} does not follow from the line before: {first[:120]!r}")
        self._prev = hashlib.sha256(first).hexdigest()
        self.facts.append(fact)
        if fact["type"].startswith("notices-"):
            notices = [(each["breach"], each["notice"]) for each in fact["notices"]]
            self.recorded.update((fact["type"], notice, self._recalled[notice]) for notice in notices)
            if fact["type"] == "notices-recalled":
                self._recalled.update(notices)
            if fact["type"] == "notices-publishing":
                self._announced.update(notices)
            if fact["type"] == "notices-written":
                self._announced.difference_update(notices)
        else:
            if fact["type"] == "text-redacted":
                # They may hold the text that was deleted.
                given_up = {notice for notice in self._announced if notice[0] == fact["breach"]}
                self._recalled.update(given_up)
                self._announced -= given_up
            self.recorded.update(what_it_records(fact, json.loads(second) if second else {}))


def what_it_records(fact: dict, texts: dict) -> list:
    """What may be in a journal but once: what a client asked for, in the words of `Errand.mark`, a breach, a miss."""
    kind = fact["type"]
    if kind == "breach-recorded":
        return [("Report", fact["request"]["id"]), ("breach", fact["breach"])]
    if kind == "partner-acknowledged":
        return [("Ack", fact["breach"], fact["partner"])]
    if kind == "position-stated":
        return [("Position", fact["breach"], fact["partner"], fact["matter"])]
    if kind == "note-added":
        return [("Note", texts["text"]["text"])]
    if kind == "text-redacted":
        return [("Redact", fact["breach"], fact["field"])]
    if kind == "deadline-missed":
        return [("miss", fact["breach"], fact["deadline"])]
    return []


class Errand(typing.NamedTuple):
    """A request that a client makes until it is answered, always the same."""
    method: str
    parameters: dict

    @property
    def mark(self) -> tuple:
        """What tells in the journal that it was recorded."""
        asked = self.parameters
        if self.method == "Report":
            return "Report", asked["requestId"]
        if self.method == "Ack":
            return "Ack", asked["breach"], asked["partner"]
        if self.method == "Position":
            return "Position", asked["breach"], asked["partner"], asked["matter"]
        if self.method == "Redact":
            return "Redact", asked["breach"], asked["field"]
        return "Note", asked["text"]

    def was_recorded(self, client: Varlink) -> bool:
        """Whether it is in the register, for what would be recorded twice if it was sent twice: somebody whose answer
        was lost looks there first, as breachctl says."""
        if self.method not in ("Note", "Redact"):
            return False
        sought = self.parameters["text"] if self.method == "Note" else self.parameters["reason"]
        reply = client.call("Timeline", breach=self.parameters["breach"])
        if reply.error is not None:
            raise AssertionError(f"the timeline was answered {reply}")
        return any(sought in fact["text"] for fact in reply.parameters["facts"])


def report(request: str, detected: typing.Optional[str] = None, protocol: str = PROTOCOL,
           by: str = FINDER) -> Errand:
    """A report with a request id, which is the same whenever it is sent."""
    return Errand("Report", {"protocol": protocol, "detected": detected or utc(time.time() - 60), "by": by,
                             "summary": f"The folder of {request} is lost.", "requestId": request})


class Session:
    """A few minutes of a daemon's life, step by step: what a step asked for and was not answered is asked again, as it
    was, when the session goes on."""

    def __init__(self, daemon: QuietDaemon):
        self.daemon = daemon
        self.report = report("one")
        self.reference: typing.Optional[str] = None
        self.answered: list = []
        self.refused: list = []
        self.asked: set = set()
        self.exit_code: typing.Optional[int] = None
        self.steps = [self.send_report, self.wait_for_notices, self.take_a_notice, self.acknowledge, self.state,
                      self.redact, self.reload, self.note]

    def run(self) -> None:
        """What is left of the session, up to a clean end; a `GONE` where the daemon went away."""
        with self.connect() as client:
            self.go_on(client)
        self.end()

    def go_on(self, client: Varlink) -> None:
        """All steps that are not done. What is answered TryAgain stays to be done."""
        left = []
        while self.steps:
            if self.steps[0](client) is False:
                left.append(self.steps[0])
            del self.steps[0]
        self.steps = left

    def connect(self) -> Varlink:
        """A connection as soon as the daemon listens. Nothing is asked, so that it does the same in each run."""
        def connected() -> typing.Optional[Varlink]:
            try:
                return Varlink(self.daemon.socket)
            except OSError:
                self.check_life()
                return None
        return wait_until(connected, "breachd listens")

    def check_life(self) -> None:
        if not self.daemon.is_running:
            raise ConnectionError(f"breachd has ended with {self.daemon.process.poll()}")

    def ask(self, client: Varlink, errand: Errand) -> bool:
        """Whether the errand was answered as done."""
        if errand.mark in self.asked and errand.was_recorded(client):
            self.answered.append(errand)
            return True
        self.asked.add(errand.mark)
        reply = client.call(errand.method, **errand.parameters)
        if reply.error is None:
            self.answered.append(errand)
            self.reference = reply.parameters["breach"]["id"]
            return True
        if reply.error != "org.breachclock.Control.TryAgain":
            raise AssertionError(f"{errand} was answered {reply}")
        self.refused.append((errand, reply.parameters["reason"]))
        return False

    # The steps.

    def send_report(self, client: Varlink) -> bool:
        return self.ask(client, self.report)

    def wait_for_notices(self, _: Varlink) -> bool:
        if self.reference is None:
            return False

        def are_there() -> bool:
            self.check_life()
            return len(self.daemon.spool()) == NOTICES or self.is_waiting_in_vain()

        wait_until(are_there, "the notices are written")
        return True

    def is_waiting_in_vain(self) -> bool:
        """Whether notices are known not to come soon."""
        return False

    def take_a_notice(self, _: Varlink) -> None:
        for name in self.daemon.spool()[:1]:
            self.daemon.take(name)

    def acknowledge(self, client: Varlink) -> bool:
        return self.about("Ack", client, partner=LEAD, via="phone")

    def state(self, client: Varlink) -> bool:
        return self.about("Position", client, partner=FINDER, outcome="notify", matter="ico")

    def redact(self, client: Varlink) -> bool:
        return self.about("Redact", client, field="summary", reason="It named a street.")

    def note(self, client: Varlink) -> bool:
        return self.about("Note", client, kind="action", text="The folder was found.")

    def about(self, method: str, client: Varlink, **parameters: str) -> bool:
        return self.reference is not None and self.ask(
            client, Errand(method, {"breach": self.reference, **parameters}))

    def reload(self, client: Varlink) -> None:
        """A new configuration, which the next call finds in use: a signal is looked at before the calls."""
        self.daemon.config["organisation"]["name"] = "Another Council"
        self.daemon.write_config()
        self.signal(signal.SIGHUP)
        self.organisation = client.call("Environment").parameters["organisation"]

    def end(self) -> None:
        self.signal(signal.SIGTERM)
        self.exit_code = self.daemon.process.wait(60)

    def signal(self, number: int) -> None:
        try:
            self.daemon.signal(number)
        except ProcessLookupError as gone:
            raise ConnectionError("breachd has ended") from gone


def calls_of_a_session() -> collections.Counter:
    """Which system calls a session makes, and how often."""
    with TracedDaemon(start=False) as daemon:
        daemon.options = ["-e", "trace=all"]
        daemon.launch()
        session = Session(daemon)
        session.run()
        if session.exit_code != 0:
            raise AssertionError(f"breachd ended with {session.exit_code}:\n{daemon.log()}")
        trace = daemon.trace_path.read_text(encoding="utf-8", errors="replace")
    return collections.Counter(re.findall(r"^\d+ +(\w+)\(", trace, re.MULTILINE))


def repeated(things: typing.Iterable) -> list:
    return [thing for thing, count in collections.Counter(things).items() if count > 1]


class FaultTest(unittest.TestCase):
    """A test that looks at what a daemon left behind."""

    maxDiff = None

    def assert_recorded_once(self, journal: JournalFile, answered: typing.Iterable[Errand]) -> None:
        """What was answered is in the journal, and nothing is in it twice."""
        twice = [mark for mark, count in journal.recorded.items() if count > 1]
        self.assertEqual(twice, [], "no breach, no entry, no miss and no step of a notice is recorded twice")
        lost = [errand.mark for errand in answered if errand.mark not in journal.recorded]
        self.assertEqual(lost, [], "everything answered is there")

    def assert_sent_once(self, daemon: QuietDaemon, journal: JournalFile) -> int:
        """Each notice that the journal orders is once in the spool, there is no other, and what an agent took, and
        nothing else, is recorded as handed over; the number of notices."""
        facts = journal.facts
        self.assertEqual(ordered(facts), written(facts), "what was ordered is written")
        names = daemon.spool() + daemon.taken()
        self.assertEqual(repeated(names), [], "no notice waits and is taken")
        self.assertEqual(sorted(name.rpartition(".")[0] for name in names),
                         sorted(f"{reference}.{notice}" for reference, notice in ordered(facts)))
        folders = [daemon.new / name for name in daemon.spool()] + list(daemon.cur.iterdir())
        self.assertEqual(repeated(identity(message(path)) for path in folders), [], "no Message-ID twice")
        self.assertEqual(os.listdir(daemon.spool_folder / "tmp"), [], "nothing half-done is left over")
        handed_over = {f"{one['breach']}.{one['notice']}" for fact in facts
                       if fact["type"] == "notices-handed-over" for one in fact["notices"]}
        self.assertEqual(handed_over, {name.rpartition(".")[0] for name in daemon.taken()}, "what was taken")
        return len(names)

    def settle(self, daemon: QuietDaemon) -> None:
        """Waits until all that follows from what was recorded is done."""
        orders: set = set()

        def is_settled() -> bool:
            # The answer comes from a turn after the one that did what was due.
            with daemon.client() as client:
                self.assertIsNone(client.call("Status").error)
            facts = daemon.facts()
            before, now = orders.copy(), ordered(facts)
            orders.update(now)
            gone = {(one["breach"], one["notice"]) for fact in facts if fact["type"] == "notices-handed-over"
                    for one in fact["notices"]}
            # What was taken back and could not be recorded as that is staged.
            is_staged = bool(os.listdir(daemon.spool_folder / "tmp"))
            return before == now == written(facts) and len(gone) == len(daemon.taken()) and not is_staged

        wait_until(is_settled, f"all that is due is done:\n{daemon.log()[-2000:]}")

    def assert_whole_and_replayed(self, daemon: QuietDaemon, answered: typing.Sequence[Errand]) -> int:
        """After all is done: every invariant, and a start from the journal alone gives the same register; the number
        of notices. The daemon has ended then."""
        self.settle(daemon)
        before = self.register_of(daemon)
        self.assertEqual(daemon.stop(), 0, daemon.log()[-2000:])
        journal = JournalFile(daemon.journal)
        journal.read_on()
        self.assertTrue(daemon.journal_bytes().endswith(b"\n"), "a clean end leaves whole lines")
        self.assert_recorded_once(journal, answered)
        notices = self.assert_sent_once(daemon, journal)
        verified = daemon.ctl("verify", "--journal", os.fspath(daemon.journal))
        self.assertEqual(verified.code, 0, verified)
        daemon.start()
        self.assertEqual(self.register_of(daemon), before, "a replay gives the same register")
        self.assertEqual(daemon.stop(), 0, daemon.log()[-2000:])
        self.assertEqual(len(daemon.spool()) + len(daemon.taken()), notices, "a start alone sends nothing")
        return notices

    def register_of(self, daemon: Daemon) -> tuple:
        """What the register amounts to, without what time and the count of facts change."""
        with daemon.client() as client:
            breaches, status = client.call("List", all=True), client.call("Status")
        self.assertEqual((breaches.error, status.error), (None, None))
        changing = ("generatedAt", "staleAfter", "journal")
        lasting = {name: value for name, value in status.parameters.items() if name not in changing}
        return breaches.parameters["breaches"], lasting
