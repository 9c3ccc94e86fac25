"""R31: whatever somebody or something does to the register's file is found: torn, damaged, forged, from a later version.

With BREACHCLOCK_LONG=1 every byte is cut at, every bit is flipped, and every line of a thousand is forged.
"""

import functools
import json
import os
import pathlib
import random
import shutil
import tempfile
import typing
import unittest
from concurrent.futures import ThreadPoolExecutor

import chain
from sessions import Session, documented_types
from support import LONG, AcceptanceTest, BREACHCTL, Daemon, ctl, seed

SEED = seed(310)
DAMAGED = 65


@functools.lru_cache(maxsize=None)
def session(lines: int) -> Session:
    """A register of at least so many lines, made once."""
    return Session(lines)


class Verdict(typing.NamedTuple):
    """What `verify` ends with and says."""
    code: int
    line: typing.Optional[int]
    facts: typing.Optional[int]
    torn: typing.Optional[int]
    found_at: typing.Optional[int]

    @property
    def is_whole(self) -> bool:
        return self.code == 0 and self.torn == 0


class Bench:
    """A journal that is damaged again and again, and looked at by `verify`: a process each time, with as little as can
    be around it."""

    def __init__(self, folder: pathlib.Path, journal: bytes):
        handle, self.path = tempfile.mkstemp(dir=folder, prefix="journal-")
        self.file = handle
        self.output = os.open(tempfile.mkstemp(dir=folder, prefix="output-")[1], os.O_RDWR)
        self.journal = journal
        self.put(journal)

    def close(self) -> None:
        os.close(self.file)
        os.close(self.output)

    def put(self, journal: bytes) -> None:
        os.ftruncate(self.file, 0)
        os.pwrite(self.file, journal, 0)

    def verify(self, *options: str) -> Verdict:
        command = [os.fspath(BREACHCTL), "--json", "verify", "--journal", self.path, *options]
        os.ftruncate(self.output, 0)
        os.lseek(self.output, 0, os.SEEK_SET)
        process = os.posix_spawn(command[0], command, {}, file_actions=[(os.POSIX_SPAWN_DUP2, self.output, 1)])
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        said = json.loads(os.pread(self.output, 1 << 20, 0) or b"{}")
        return Verdict(code, said.get("line"), said.get("facts"), said.get("tornBytes"), said.get("foundAt"))

    def with_bit_flipped(self, bit: int) -> Verdict:
        place, flip = bit // 8, 1 << bit % 8
        os.pwrite(self.file, bytes([self.journal[place] ^ flip]), place)
        try:
            return self.verify()
        finally:
            os.pwrite(self.file, self.journal[place:place + 1], place)

    def cut_at(self, size: int) -> Verdict:
        os.ftruncate(self.file, size)
        try:
            return self.verify()
        finally:
            os.pwrite(self.file, self.journal[size:], size)


class Damage(AcceptanceTest):
    def setUp(self) -> None:
        # In memory where there is such a place: a journal a run is written.
        memory = pathlib.Path("/dev/shm")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="breachclock-", dir=memory if memory.is_dir() else None))
        self.addCleanup(shutil.rmtree, self.folder)
        self.generator = random.Random(SEED)

    def bench(self, journal: bytes) -> Bench:
        bench = Bench(self.folder, journal)
        self.addCleanup(bench.close)
        return bench

    def failures(self, journal: bytes, tasks: typing.Sequence, check: typing.Callable) -> list:
        """What `check` says of each task, on two processors, but for those of which it says nothing."""
        halves = [tasks[::2], tasks[1::2]]

        def each(half: typing.Sequence) -> list:
            bench = Bench(self.folder, journal)
            try:
                return [found for found in (check(bench, task) for task in half) if found]
            finally:
                bench.close()
        with ThreadPoolExecutor(2) as pool:
            return [found for half in pool.map(each, halves) for found in half]

    def expect_none(self, failures: list, of: int) -> None:
        self.assertEqual(failures[:20], [], f"{len(failures)} of {of}; BREACHCLOCK_SEED={SEED}")

    def daemon_with(self, journal: bytes) -> Daemon:
        """A daemon, not started, that has this journal."""
        daemon = Daemon(start=False)
        daemon.journal.parent.mkdir(mode=0o700)
        daemon.journal.write_bytes(journal)
        daemon.journal.chmod(0o600)
        return daemon

    def expect_refused_start(self, journal: bytes, *lines: int) -> None:
        """The daemon ends with 65, names one of the lines, and leaves the journal alone."""
        with self.daemon_with(journal) as daemon:
            self.assertEqual(daemon.run_to_end(), DAMAGED, daemon.log())
            self.assertTrue(any(f"Line {line} is damaged." in daemon.log() for line in lines), (lines, daemon.log()))
            self.assertEqual(daemon.journal_bytes(), journal)


class TheRegister(Damage):
    def test_the_register_that_is_damaged_here_has_every_kind_of_fact(self):
        """Contract of the journal: each type of fact that it names, free texts in other alphabets, a whole chain."""
        lines = chain.lines_of(session(200).journal)
        self.assertEqual(documented_types() - {chain.fact_of(line)["type"] for line in lines}, set(),
                         "extend sessions.py")
        self.assertEqual(chain.faults(lines), [])
        self.assertEqual(chain.chained_anew(lines), lines)
        self.assertTrue(chain.has_checks(lines), "each line carries a check of itself")
        self.assertTrue(self.bench(session(200).journal).verify().is_whole)


class TornTails(Damage):
    def expectation(self, journal: bytes, size: int) -> Verdict:
        """A torn last line is no damage; a text that is gone is, where the line is cut off that says why."""
        whole = chain.lines_of(journal[:size])
        torn = size - len(chain.journal_of(whole))
        gone = self.gone_without_reason(journal, len(whole))
        if gone:
            return Verdict(1, gone, None, None, None)
        return Verdict(0, None, len(whole), torn, None)

    @functools.lru_cache(maxsize=None)
    def gone_without_reason(self, journal: bytes, count: int) -> typing.Optional[int]:
        facts = [chain.fact_of(line) for line in chain.lines_of(journal)]
        gone = [fact["of"] for fact in facts[count:] if fact["type"] == "text-redacted"]
        return min((line for line in gone if line <= count), default=None)

    def test_r31_a_journal_cut_at_any_byte_is_torn_or_whole(self):
        """R31, a power cut: exit 0, whole up to its last line end, and a warning of what follows."""
        journal = session(200).journal
        sizes = range(len(journal) + 1)
        if not LONG:
            # Every byte of the last few lines, each side of every line end, and a sample.
            ends = [place for place, byte in enumerate(journal) if byte == 10]
            sizes = sorted({*range(len(journal) - 400, len(journal) + 1),
                            *(end + step for end in ends[::4] for step in (0, 1, 2)),
                            *self.generator.sample(range(len(journal)), 200)})

        def check(bench: Bench, size: int) -> typing.Optional[str]:
            expected, found = self.expectation(journal, size), bench.cut_at(size)
            if found.code == 1:
                found = Verdict(1, found.line, None, None, None)
            return None if found == expected else f"cut at {size}: {found} instead of {expected}"
        self.expect_none(self.failures(journal, sizes, check), len(sizes))

    def test_r31_verify_tells_a_person_of_a_torn_line(self):
        """Contract of `verify`: a torn last line is a warning on a whole register."""
        bench = self.bench(session(200).journal[:-1])
        torn = len(chain.lines_of(session(200).journal)[-1])
        said = ctl("verify", "--journal", bench.path)
        self.assertEqual((said.code, said.err), (0, ""))
        self.assertTrue(said.out.startswith("WHOLE  "), said)
        self.assertIn(f"Warning: a last line of {torn} bytes is unfinished; nobody was told of it.", said.out)

    def test_r31_a_daemon_cuts_a_torn_line_off_before_it_appends(self):
        """R31: it starts, says how many bytes it cut off, and goes on with a whole chain on a line of its own."""
        journal = session(200).journal
        last = max(fact["seq"] for fact in map(chain.fact_of, chain.lines_of(journal)) if fact["type"] == "text-redacted")
        least = len(chain.journal_of(chain.lines_of(journal)[:last]))
        sizes = [len(journal), len(journal) - 1, least + 1,
                 *self.generator.sample(range(least, len(journal)), 100 if LONG else 7)]
        for size in sizes:
            whole = chain.lines_of(journal[:size])
            torn = size - len(chain.journal_of(whole))
            with self.subTest(size=size, seed=SEED), self.daemon_with(journal[:size]) as daemon:
                daemon.start()
                self.assertEqual(daemon.log().count(f"a torn last line of {torn} bytes was cut off"), 1 if torn else 0,
                                 daemon.log())
                reference = daemon.report("EWS-ASC", by="provide")["id"]
                lines = daemon.journal_lines()
                self.assertEqual(lines[:len(whole)], whole)
                self.assertEqual(chain.fact_of(lines[len(whole)])["type"], "daemon-started")
                self.assertEqual(chain.faults(lines), [])
                self.assertIn(reference, [fact.get("breach") for fact in daemon.facts("breach-recorded")])
                self.assertEqual(daemon.ctl("verify").code, 0)


class FlippedBits(Damage):
    def finds(self, journal: bytes, first: int = 1) -> typing.Callable:
        """Whether a bit that is flipped is found, in its very line; a flipped line feed there or in the next."""
        ends = [place for place, byte in enumerate(journal) if byte == 10]
        numbers = [number for number, line in enumerate(journal.split(b"\n")[:-1], 1) for _ in range(len(line) + 1)]

        def check(bench: Bench, bit: int) -> typing.Optional[str]:
            line = numbers[bit // 8]
            accepted = (line, line + 1) if bit // 8 in line_ends else (line,)
            found = bench.with_bit_flipped(bit)
            if found.code == 1 and found.line in accepted:
                return None
            return (f"bit {bit % 8} of byte {bit // 8} ({journal[bit // 8:bit // 8 + 1]!r}) in line "
                    f"{first + line - 1}, {chain.fact_of(chain.lines_of(journal)[line - 1])['type']}: {found}")
        line_ends = set(ends)
        return check

    def registers(self, lines: list) -> typing.Iterator[tuple]:
        """Each line with the one after it as a register of its own, which takes a moment to look through."""
        for number, line in enumerate(lines, 1):
            # A text that is gone wants the line that says why: such lines are flipped in the whole register.
            pair = [each for each in lines[number - 1:number + 1]
                    if set(chain.fact_of(each).get("texts", {})) == set(chain.texts_of(each))]
            if pair and pair[0] == line:
                yield number, chain.journal_of(chain.chained_anew(pair))

    def test_r31_every_kind_of_fact_shows_a_flipped_bit_anywhere(self):
        """R31: one line of each type, a bit of each byte, in the long form all lines and all bits: found, and named."""
        lines = chain.lines_of(session(200).journal)
        kinds: dict = {}
        for number, register in self.registers(lines):
            kind = number if LONG else chain.fact_of(lines[number - 1])["type"]
            if kind not in kinds or len(register) < len(kinds[kind][1]):
                kinds[kind] = (number, register)
        if not LONG:
            self.assertEqual(set(kinds), documented_types())
        failures, count = [], 0
        for number, register in kinds.values():
            self.assertTrue(self.bench(register).verify().is_whole)
            # The line and its line feed: the line after it has a turn of its own.
            size = 8 * (register.index(b"\n") + 1)
            bits = range(size) if LONG else [8 * place + self.generator.randrange(8) for place in range(size // 8)]
            failures += self.failures(register, bits, self.finds(register, number))
            count += len(bits)
        self.expect_none(failures, count)

    def test_r31_the_last_line_shows_every_flipped_bit(self):
        """R31: nothing follows the last line, and its line feed ends the journal: all its bits, found all the same."""
        lines = chain.lines_of(session(200).journal)
        for kind in ("daemon-stopped", "note-added"):
            line = next(each for each in lines if chain.fact_of(each)["type"] == kind)
            register = chain.journal_of(chain.chained_anew([line]))
            bits = range(8 * len(register))
            if not LONG:
                # The second has a text beside the fact.
                bits = bits if kind == "daemon-stopped" else bits[8 * register.index(b"\t"):]
            self.expect_none(self.failures(register, bits, self.finds(register)), len(bits))

    def test_r31_a_flipped_bit_anywhere_in_a_real_register_is_found(self):
        """R31: a sample over all lines of a register as a daemon wrote it; a daemon refuses to start on some of them."""
        journal = session(200).journal
        bits = self.generator.sample(range(8 * len(journal)), 20_000 if LONG else 400)
        bits += range(8 * (len(journal) - 1), 8 * len(journal))
        self.expect_none(self.failures(journal, bits, self.finds(journal)), len(bits))
        for bit in [*bits[:100 if LONG else 8], bits[-1]]:
            line = journal[:bit // 8].count(b"\n") + 1
            damaged = bytearray(journal)
            damaged[bit // 8] ^= 1 << bit % 8
            with self.subTest(bit=bit, seed=SEED):
                self.expect_refused_start(bytes(damaged), *((line, line + 1) if journal[bit // 8] == 10 else (line,)))


class Forgeries(Damage):
    """Somebody who can write the file, and knows its format. What is chained anew no register can show by itself: the
    hashes in the notices that lie with the partners do."""

    def setUp(self) -> None:
        super().setUp()
        self.real = session(1000 if LONG else 200)
        self.lines = chain.lines_of(self.real.journal)
        self.places = range(1, len(self.lines)) if LONG else sorted(self.generator.sample(range(1, len(self.lines)), 100))

    def evidence(self, number: int) -> str:
        """The hash of the first notice that was written at that line or after; the status names the last line's."""
        return next((value for line, value in self.real.notices if line >= number), chain.line_hash(self.lines[-1]))

    def refute(self, bench: Bench, number: int, forged: list, what: str) -> typing.Optional[str]:
        """A forgery whose chain is worked out anew must be found with a hash of that line or a later one."""
        bench.put(chain.journal_of(chain.chained_anew(forged, number)))
        found = bench.verify("--against", self.evidence(number))
        return None if found.code == 1 else f"{what}, chained anew, at line {number}: {found}"

    def find(self, bench: Bench, forged: list, what: str, number: int) -> typing.Optional[str]:
        """A forgery whose chain is as it was must be found by itself, in the line that does not follow; what is before
        it is whole."""
        bench.put(chain.journal_of(forged))
        found = bench.verify()
        return None if (found.code, found.line, found.facts) == (1, number, number - 1) else f"{what} at line {number}: {found}"

    def expect_found(self, check: typing.Callable, *more_places: int) -> None:
        places = [*self.places, *more_places]
        self.expect_none(self.failures(self.real.journal, places, check), len(places))

    def test_r31_the_notices_bear_witness_to_the_register_as_it_is(self):
        """R31: every hash that a notice carries, and the last of all, is that of its line of the real register."""
        bench = self.bench(self.real.journal)
        self.assertGreater(len(self.real.notices), 40)
        for number, value in [*self.real.notices, (len(self.lines), chain.line_hash(self.lines[-1]))]:
            found = bench.verify("--against", value)
            self.assertEqual((found.code, found.found_at), (0, number))

    def test_r31_an_edited_fact_is_found(self):
        """R31: another account, in the last line too: by itself; chained anew, by a notice."""
        def check(bench: Bench, number: int) -> typing.Optional[str]:
            line = self.lines[number - 1]
            edited = line.replace(b'"account":"', b'"account":"x', 1)
            forged = [*self.lines[:number - 1], edited, *self.lines[number:]]
            return self.find(bench, forged, "an edit", number) or self.refute(bench, number, forged, "an edit")
        self.expect_found(check, len(self.lines))

    def test_r31_an_edited_text_is_found(self):
        """R31: a text beside the fact is tied to it; with its digest and the chain worked out anew, a notice shows it."""
        def check(bench: Bench, number: int) -> typing.Optional[str]:
            line = self.lines[number - 1]
            if not chain.texts_of(line):
                return None
            edited = forged_line = b"\t".join((chain.fact_column(line),
                                              chain.text_column(line).replace(b'"text":"', b'"text":"Not: ', 1)))
            honest = chain.fact_of(line)["texts"]
            for name, text in chain.texts_of(edited).items():
                digest = chain.digest(text["salt"], text["text"])
                forged_line = forged_line.replace(honest[name].encode(), digest.encode(), 1)
            before, after = self.lines[:number - 1], self.lines[number:]
            without = chain.fact_column(line) + b"\t"
            return (self.find(bench, [*before, edited, *after], "another text", number)
                    or self.find(bench, [*before, without, *after], "no text", number)
                    or self.refute(bench, number, [*before, forged_line, *after], "another text"))
        self.expect_found(check)

    def test_r31_a_text_that_was_taken_away_is_said_of_its_line_whatever_hash_is_at_hand(self):
        """R31: the facts are as they were by the hash of a later notice, and that is not said of the line."""
        number = next(number for number, line in enumerate(self.lines, 1) if chain.texts_of(line))
        without = chain.fact_column(self.lines[number - 1]) + b"\t"
        bench = self.bench(chain.journal_of([*self.lines[:number - 1], without, *self.lines[number:]]))
        last = chain.line_hash(self.lines[-1])
        found = bench.verify("--against", last)
        self.assertEqual((found.code, found.line, found.found_at), (1, number, len(self.lines)))
        told = ctl("verify", "--journal", bench.path, "--against", last)
        self.assertIn(f"is that of fact {len(self.lines)}: up to there they are as they were, but for line {number} and any "
                      "other whose text is missing.", told.out)

    def test_r31_a_cut_tail_and_an_older_copy_are_found(self):
        """R31: they are whole in themselves: the hash of a notice that was written after shows what is missing."""
        # What came after a redaction that is cut off would be found for the text that is gone without a reason.
        def check(bench: Bench, number: int) -> typing.Optional[str]:
            bench.put(chain.journal_of(self.lines[:number]))
            found = bench.verify("--against", self.evidence(number + 1))
            return None if found.code == 1 else f"cut after line {number}: {found}"
        self.expect_found(check)
        for older in self.real.older:
            count = len(chain.lines_of(older))
            bench = self.bench(older)
            self.assertTrue(bench.verify().is_whole, "an older copy is whole in itself")
            self.assertEqual(bench.verify("--against", self.evidence(count + 1)).code, 1)
            # And gone on with, as a daemon would.
            bench.put(chain.journal_of(chain.chained_anew(chain.lines_of(older) + self.lines[-2:], count + 1)))
            self.assertEqual(bench.verify().code, 0)
            self.assertEqual(bench.verify("--against", self.evidence(count + 1)).code, 1)

    def test_r31_a_splice_is_found(self):
        """R31: one line to three left out in the middle: by itself; with numbers and chain anew, by a notice."""
        def check(bench: Bench, number: int) -> typing.Optional[str]:
            count = number % 3 + 1
            forged = self.lines[:number - 1] + self.lines[number - 1 + count:]
            by_itself = number - 1 + count < len(self.lines)
            return ((self.find(bench, forged, "a splice", number) if by_itself else None)
                    or self.refute(bench, number, forged, "a splice"))
        self.expect_found(check)

    def test_r31_two_lines_that_changed_places_are_found(self):
        """R31: by themselves; with numbers and chain anew, by a notice."""
        def check(bench: Bench, number: int) -> typing.Optional[str]:
            forged = [*self.lines[:number - 1], self.lines[number], self.lines[number - 1], *self.lines[number + 1:]]
            return self.find(bench, forged, "a swap", number) or self.refute(bench, number, forged, "a swap")
        self.expect_found(check)

    def test_r31_a_replayed_line_is_found(self):
        """R31: a line repeated, after itself and at the end: by itself; with numbers and chain anew, by a notice."""
        def check(bench: Bench, number: int) -> typing.Optional[str]:
            line = self.lines[number - 1]
            forged = [*self.lines[:number], line, *self.lines[number:]]
            return (self.find(bench, forged, "a replay", number + 1)
                    or self.find(bench, [*self.lines, line], "a replay at the end", len(self.lines) + 1)
                    or self.refute(bench, number + 1, forged, "a replay"))
        self.expect_found(check)


class LaterVersions(Damage):
    def test_r31_a_type_of_fact_that_is_not_known_stops_the_start_with_its_line(self):
        """R31: never skipped in silence: in a whole chain, first, in the middle and last, verify and daemon name it."""
        lines = chain.lines_of(session(200).journal)
        for number in (1, 2, len(lines) // 2, len(lines)):
            line = lines[number - 1]
            kind = chain.fact_of(line)["type"].encode()
            unknown = line.replace(b'"type":"' + kind + b'"', b'"type":"moon-risen"', 1)
            later = chain.journal_of(chain.chained_anew([*lines[:number - 1], unknown, *lines[number:]], number))
            self.assertEqual(chain.faults(chain.lines_of(later)), [])
            with self.subTest(number):
                bench = self.bench(later)
                self.assertEqual(bench.verify()[:2], (1, number))
                said = ctl("verify", "--journal", bench.path).out
                self.assertIn(f"Line {number} is damaged.", said)
                self.assertIn("moon-risen", said)
                self.expect_refused_start(later, number)


if __name__ == "__main__":
    unittest.main()
