"""R28, R31: the power fails at any moment: what was answered is there, exactly once, and each notice is written once.

State and spool lie on a small ext4 that commits nothing by itself for 1,000 s. The daemon is stopped in its tracks while
clients report, acknowledge and redact; what it had answered by then is noted, the image is copied, and the daemon goes
on: the copy has what was synced, and no more. A second daemon starts on the copy. Of a failure the message names the
seed; BREACHCLOCK_SEED=N runs it again. With BREACHCLOCK_LONG=1 there are 1,000 cuts.
"""

import collections
import contextlib
import json
import os
import pathlib
import random
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import typing
import unittest

import chain
from support import (DAY, HOUR, INTERFACE, LONG, AcceptanceTest, Daemon, Missing, Varlink, identity, message, ordered,
                     process_state, seed, token, tool, utc, wait_until, written)

CUTS = 1000 if LONG else 50
# So many cuts of one daemon, before it starts anew on an empty disk.
CUTS_EACH = 25
CLIENTS = 4
MEGABYTES = 16
# Of a daemon that does not sync what it should: the first cuts may come before it matters.
CUTS_TO_CATCH = 200 if LONG else 25

# What is reported, and how long ago it was detected: a clause that tells eight partners, and one that tells two; the
# latter also with all deadlines long past.
REPORTS = (("EDATRS", "open-road", HOUR), ("EWS-ASC", "provide", HOUR), ("EWS-ASC", "provide", 100 * DAY))

# Each does nothing where a daemon would wait for its disk, and nothing else.
SYNC_BY_KIND = """#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
static int is_spared(int file) {
    struct stat found;
    int is_folder = fstat(file, &found) == 0 && S_ISDIR(found.st_mode);
    int is_journal = !is_folder && (fcntl(file, F_GETFL) & O_APPEND);
    return SPARED;
}
int fsync(int file) { return is_spared(file) ? 0 : syscall(SYS_fsync, file); }
int fdatasync(int file) { return is_spared(file) ? 0 : syscall(SYS_fdatasync, file); }
"""
SHIMS = {
    "nothing is synced": "int fsync(int file) { return 0; }\nint fdatasync(int file) { return 0; }\n",
    "the journal is not synced": SYNC_BY_KIND.replace("SPARED", "is_journal"),
}
if LONG:
    # The journal's next sync brings much along on an ext4: these show only where a cut comes before it.
    SHIMS["no new file is synced"] = SYNC_BY_KIND.replace("SPARED", "!is_folder && !is_journal")
    SHIMS["no folder is synced"] = SYNC_BY_KIND.replace("SPARED", "is_folder")


class Lost(AssertionError):
    """A copy of the disk does not hold what it must."""


def run(*command: typing.Union[str, os.PathLike], accepted: tuple = (0,)) -> str:
    done = subprocess.run([tool(os.fspath(command[0])), *map(os.fspath, command[1:])], capture_output=True, text=True,
                          check=False)
    if done.returncode not in accepted:
        raise Missing(f"{command} ended with {done.returncode}; run the tests as root with CAP_SYS_ADMIN: "
                      f"{done.stdout}{done.stderr}")
    return done.stdout


@contextlib.contextmanager
def mounted(image: pathlib.Path, folder: pathlib.Path) -> typing.Iterator[pathlib.Path]:
    """An image as a file system that commits nothing by itself; the loop device goes with the mount."""
    folder.mkdir(exist_ok=True)
    run("mount", "-o", "loop,commit=1000", image, folder)
    try:
        yield folder
    finally:
        done = subprocess.run([tool("umount"), os.fspath(folder)], capture_output=True, check=False)
        if done.returncode != 0:
            run("umount", "--lazy", folder)


def writes(folder: pathlib.Path) -> list:
    """How many writes the file system's device has taken, and how many are under way."""
    device = os.stat(folder).st_dev
    fields = pathlib.Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}/stat").read_text().split()
    return [fields[4], fields[8]]


class Operation:
    """A call that was sent, and the answer once it came."""

    def __init__(self, method: str, **parameters: str):
        self.method = method
        self.parameters = parameters
        self.answer: typing.Optional[dict] = None

    def __repr__(self) -> str:
        return f"{self.method} {self.parameters}"


class Traffic:
    """Clients with a call each under way: reports, acknowledgements and redactions; and a mail agent."""

    def __init__(self, daemon: Daemon, generator: random.Random):
        self.daemon = daemon
        self.generator = generator
        self.clients = {client.socket: client for client in (daemon.client() for _ in range(CLIENTS))}
        self.under_way: dict = {}
        self.operations: list = []
        self.began = time.time()
        self.acknowledgeable: list = []
        self.redactable: list = []

    def close(self) -> None:
        for client in self.clients.values():
            client.socket.close()

    def next_operation(self) -> Operation:
        chosen = self.generator.random()
        if chosen < 0.4 and self.acknowledgeable:
            breach, partner = self.acknowledgeable.pop(self.generator.randrange(len(self.acknowledgeable)))
            return Operation("Ack", breach=breach, partner=partner)
        if chosen < 0.5 and self.redactable:
            breach = self.redactable.pop(self.generator.randrange(len(self.redactable)))
            return Operation("Redact", breach=breach, field="summary", reason="It says who is concerned.")
        request = f"request-{len(self.operations)}"
        protocol, partner, ago = self.generator.choice(REPORTS)
        return Operation("Report", protocol=protocol, detected=utc(self.began - ago), by=partner, requestId=request,
                         summary=f"The folder of {request}. is lost.")

    def send_to(self, client: Varlink) -> None:
        operation = self.next_operation()
        self.operations.append(operation)
        self.under_way[client] = operation
        client.send(json.dumps({"method": f"{INTERFACE}.{operation.method}",
                                "parameters": operation.parameters}).encode() + b"\0")

    def pump(self, seconds: float) -> None:
        """Keeps every client busy for so long."""
        end = time.monotonic() + seconds
        while True:
            for client in self.clients.values():
                if client not in self.under_way:
                    self.send_to(client)
            if self.generator.random() < 0.05:
                self.take_mail()
            left = end - time.monotonic()
            if left <= 0:
                return
            for ready in select.select(list(self.clients), [], [], left)[0]:
                self.receive(self.clients[ready])

    def receive(self, client: Varlink) -> None:
        """Takes what has arrived, which may be a part of an answer."""
        arrived = client.socket.recv(1 << 16, socket.MSG_DONTWAIT)
        if not arrived:
            raise AssertionError(f"the daemon closed a connection:\n{self.daemon.log()[-2000:]}")
        client.received += arrived
        if b"\0" not in client.received:
            return
        answer = client.message()
        operation = self.under_way.pop(client)
        if "error" in answer:
            raise AssertionError(f"{operation} was answered with {answer}")
        operation.answer = answer["parameters"]
        if operation.method == "Report":
            breach = operation.answer["breach"]
            self.redactable.append(breach["id"])
            self.acknowledgeable += [(breach["id"], partner["id"]) for partner in breach["partners"][:3]
                                     if partner["id"] != operation.parameters["by"]]

    def drain(self) -> None:
        """Takes all answers that the daemon, which stands still, had given."""
        while True:
            ready = select.select([client.socket for client in self.under_way], [], [], 0)[0]
            if not ready:
                return
            for each in ready:
                self.receive(self.clients[each])

    def take_mail(self) -> None:
        """Takes the first few notices as a mail agent does, which syncs nothing."""
        for name in self.daemon.spool()[:self.generator.randrange(4)]:
            (self.daemon.new / name).rename(self.daemon.spool_folder / "cur" / f"{name}:2,S")


class Copy(typing.NamedTuple):
    """The disk as a power cut left it, and what the world knew by then."""
    image: pathlib.Path
    answered: list
    unanswered: list
    journal: bytes


class PowerCuts(AcceptanceTest):
    def setUp(self) -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="breachclock-cuts-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.parsed: set = set()
        self.figures: collections.Counter = collections.Counter()

    # Cutting.

    def cut_the_power(self, cuts: int, generator: random.Random, environment: typing.Optional[dict] = None) -> None:
        """Cuts the power of one daemon so many times, and checks each copy."""
        image = self.folder / "image"
        image.unlink(missing_ok=True)
        with open(image, "wb") as file:
            file.truncate(MEGABYTES << 20)
        run("mkfs.ext4", "-q", "-F", image)
        with mounted(image, self.folder / "disk") as disk, self.daemon_on(disk, environment) as daemon:
            traffic = Traffic(daemon, generator)
            with contextlib.closing(traffic):
                for number in range(cuts):
                    # Much happens in the first millisecond, and a batch of notices takes some tens.
                    traffic.pump(generator.choice((0.0005, 0.002, 0.008, 0.03)) * generator.random())
                    copy = self.cut(daemon, disk, image, traffic)
                    try:
                        self.check(copy)
                    except Lost as error:
                        raise Lost(f"cut {number + 1}: {error}") from error
                    except AssertionError as error:
                        raise AssertionError(f"cut {number + 1}: {error}") from error
                    self.figures["cuts"] += 1

    def daemon_on(self, disk: pathlib.Path, environment: typing.Optional[dict] = None, start: bool = True) -> Daemon:
        paths = {"paths": {"state": os.fspath(disk / "state"), "spool": os.fspath(disk / "spool")}}
        return Daemon(paths, environment=environment, start=start)

    def cut(self, daemon: Daemon, disk: pathlib.Path, image: pathlib.Path, traffic: Traffic) -> Copy:
        copy = self.folder / "copy"
        daemon.signal(signal.SIGSTOP)
        try:
            wait_until(lambda: process_state(daemon.pid) == "T", "the daemon stands still")
            traffic.drain()
            answered = [each for each in traffic.operations if each.answer is not None]
            unanswered = [each for each in traffic.operations if each.answer is None]
            journal = daemon.journal_bytes()
            while True:
                before = writes(disk)
                # A new file each time: a container that began meanwhile may hold the last one mounted, and its cache.
                run("cp", "--sparse=always", "--remove-destination", image, copy)
                # What the kernel writes back by itself, it may: but not while the copy is made.
                if writes(disk) == before and before[1] == "0":
                    return Copy(copy, answered, unanswered, journal)
        finally:
            daemon.signal(signal.SIGCONT)

    # What must hold of a copy.

    def expect(self, condition: typing.Any, what: str) -> None:
        if not condition:
            raise Lost(what)

    def check(self, copy: Copy) -> None:
        run("e2fsck", "-fp", copy.image, accepted=(0, 1))
        with mounted(copy.image, self.folder / "copied") as disk, self.daemon_on(disk, start=False) as daemon:
            found = daemon.journal_bytes() if daemon.journal.exists() else b""
            lines = chain.lines_of(found)
            self.figures["torn"] += not found.endswith(b"\n") and bool(found)
            self.expect(chain.faults(lines) == [], f"the chain of the copy: {chain.faults(lines)}")
            known = [chain.fact_column(line) for line in chain.lines_of(copy.journal)]
            self.expect(known[:len(lines)] == [chain.fact_column(line) for line in lines],
                        "the copy has lines that the daemon never wrote")
            self.expect_recorded(lines, copy.answered, copy.unanswered)
            daemon.start()
            answers = self.send_again(daemon, copy)
            daemon.wait_for_all_notices("on the copy")
            self.expect(daemon.stop() == 0, f"the daemon on the copy does not end:\n{daemon.log()}")
            self.expect_after(daemon, copy, answers)

    def expect_recorded(self, lines: list, answered: list, unanswered: list) -> None:
        """All that was answered is recorded, exactly once, with its texts; nothing else but what was under way."""
        facts = [chain.fact_of(line) for line in lines]
        requests = collections.Counter(fact["request"]["id"] for fact in facts if fact["type"] == "breach-recorded")
        self.expect(all(count == 1 for count in requests.values()), f"recorded twice: {requests}")
        sent = {each.parameters["requestId"] for each in (*answered, *unanswered) if each.method == "Report"}
        self.expect(set(requests) <= sent, f"never sent: {set(requests) - sent}")
        breaches = {fact["request"]["id"]: fact["breach"] for fact in facts if fact["type"] == "breach-recorded"}
        self.expect(len(set(breaches.values())) == len(breaches), "two requests share a breach")
        summaries = {fact["breach"]: chain.texts_of(line).get("summary", {}).get("text")
                     for fact, line in zip(facts, lines) if fact["type"] == "breach-recorded"}
        acknowledged = collections.Counter((fact["breach"], fact["partner"]) for fact in facts
                                           if fact["type"] == "partner-acknowledged")
        redacted = collections.Counter(fact["breach"] for fact in facts if fact["type"] == "text-redacted")
        for each in answered:
            self.figures["answers looked for"] += 1
            if each.method == "Report":
                reference = each.answer["breach"]["id"]
                self.expect(breaches.get(each.parameters["requestId"]) == reference, f"{each} was answered")
                wanted = None if redacted[reference] else each.parameters["summary"]
                self.expect(summaries[reference] == wanted, f"the text of {each}: {summaries[reference]}")
            elif each.method == "Ack":
                key = (each.parameters["breach"], each.parameters["partner"])
                self.expect(acknowledged[key] == 1, f"{each} was answered, and is recorded {acknowledged[key]} times")
            else:
                count = redacted[each.parameters["breach"]]
                self.expect(count == 1, f"{each} was answered, and is recorded {count} times")

    def send_again(self, daemon: Daemon, copy: Copy) -> list:
        """Sends what was not answered again, twice; gives the operations with their answers."""
        done = []
        with daemon.client() as client:
            for operation in copy.unanswered:
                again = Operation(operation.method, **operation.parameters)
                replies = [client.call(operation.method, **operation.parameters) for _ in range(2)]
                for reply in replies[1 if operation.method == "Redact" else 0:]:
                    refused = operation.method == "Redact" and reply.error == f"{INTERFACE}.Refused"
                    self.expect(reply.error is None or refused, f"{operation} sent again: {reply}")
                again.answer = replies[0].parameters
                done.append(again)
                self.figures["sent again"] += 1
        return done

    def expect_after(self, daemon: Daemon, copy: Copy, answers: list) -> None:
        lines = daemon.journal_lines()
        self.expect(chain.faults(lines) == [], f"the chain after the start: {chain.faults(lines)}")
        self.expect_recorded(lines, copy.answered + answers, [])
        verified = daemon.ctl("verify", "--journal", os.fspath(daemon.journal))
        self.expect(verified.code == 0, f"verify: {verified}")
        self.expect(os.listdir(daemon.journal.parent).count("journal.next") == 0, "a journal written anew is left")
        self.expect_each_notice_once(daemon, [chain.fact_of(line) for line in lines], chain.hashes(lines))

    def expect_each_notice_once(self, daemon: Daemon, facts: list, hashes: list) -> None:
        orders = ordered(facts)
        self.expect(orders == written(facts), f"ordered and not written: {orders - written(facts)}")
        listed = [(fact["breach"], token(order)) for fact in facts if "breach" in fact
                  for order in fact.get("notices", [])]
        self.expect(len(listed) == len(orders), "a notice is ordered twice")
        paths = [path for part in ("new", "cur") for path in (daemon.spool_folder / part).iterdir()]
        names = collections.Counter(path.name.partition(":")[0].rpartition(".")[0] for path in paths)
        self.expect(names == collections.Counter(f"{reference}.{notice}" for reference, notice in orders),
                    f"not once in the spool: {names - collections.Counter(f'{a}.{b}' for a, b in orders)}; "
                    f"missing: {collections.Counter(f'{a}.{b}' for a, b in orders) - names}")
        self.expect(os.listdir(daemon.spool_folder / "tmp") == [], "something is left in tmp")
        for path in paths:
            self.expect_whole(path, hashes)
            self.figures["notices looked at"] += 1

    def expect_whole(self, path: pathlib.Path, hashes: list) -> None:
        """A notice that parses, and whose hash is that of the line that it names."""
        data = path.read_bytes()
        if (data, tuple(hashes[:1])) not in self.parsed:
            self.expect(data.endswith(b"\n") and len(data) > 500, f"{path.name} is cut off after {len(data)} bytes")
            self.parsed.add((data, tuple(hashes[:1])))
            notice = message(path)
            self.expect(identity(notice).startswith(f"<{path.name.partition(':')[0]}@"), f"{path.name} is another")
        header = data.partition(b"X-BreachClock-Journal:")[2].split()[:2]
        number, value = int(header[0]), header[1].decode()
        self.expect(number <= len(hashes) and hashes[number - 1] == value,
                    f"{path.name} carries the hash of a line {number} that is not there")

    # The tests.

    def test_r28_after_a_power_cut_at_any_moment_all_that_was_answered_is_there_once(self):
        """R28, R31: a second daemon on what was synced: everything answered, each notice once, a whole chain."""
        start = seed(random.randrange(1 << 32) if LONG else 2800)
        for number in range(start, start + CUTS // CUTS_EACH):
            with self.subTest(f"BREACHCLOCK_SEED={number}"):
                self.cut_the_power(CUTS_EACH, random.Random(number))
        self.assertGreater(self.figures["sent again"], 0, "no cut came while a call was under way")
        if LONG:
            print(dict(self.figures), file=sys.stderr)

    def test_the_power_cuts_catch_a_daemon_that_does_not_sync(self):
        """R28: the same check fails where fsync and fdatasync do nothing, and where those of the journal alone do nothing."""
        for name, source in SHIMS.items():
            with self.subTest(name):
                library = self.folder / "shim.so"
                subprocess.run([tool("gcc"), "-shared", "-fPIC", "-x", "c", "-o", library, "-"],
                               input=source.encode(), check=True)
                with self.assertRaises(Lost) as caught:
                    self.cut_the_power(CUTS_TO_CATCH, random.Random(28), {"LD_PRELOAD": os.fspath(library)})
                if "is_folder" not in source:
                    self.assertIn("was answered", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
