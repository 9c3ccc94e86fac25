"""R28, R9: killed at random moments under eight clients, the daemon keeps what it answered and sends everything once.

A short look is taken by default; with BREACHCLOCK_LONG=1 in the environment it is ten thousand kills. A failure names
the seed of the moments, which BREACHCLOCK_SEED gives again. The threads' order is the machine's own.
"""

import contextlib
import os
import random
import sys
import threading
import time
import typing
import unittest

from faults import GONE, IS_LONG, LEAD, Errand, FaultTest, JournalFile, QuietDaemon, report
from support import Varlink

KILLS = 10_000 if IS_LONG else 300
# A journal this old is given up for a new one: what is tested is the kill, and no start with a long history.
KILLS_A_REGISTER = 100
CLIENTS = 8
SEED = os.environ.get("BREACHCLOCK_SEED") or str(random.SystemRandom().randrange(1 << 32))

# Under the one two partners are told and asked, under the other eight.
PROTOCOLS = {"EWS-ASC": ["essex-county-council", "provide"],
             "EDATRS": ["open-road", "peabody", "forward-trust", "essex-county-council"]}
LONG_AGO = "2026-01-05T10:00:00Z"


class Office:
    """The clients of one daemon, and what they know: what they asked for and what was answered."""

    def __init__(self, daemon: QuietDaemon, seed: str):
        self.daemon = daemon
        self.seed = seed
        self.lock = threading.Lock()
        self.answered: list = []
        self.breaches: list = []
        self.first_answers: dict = {}
        self.problems: list = []
        self.resent = 0
        self.is_closing = threading.Event()
        self.is_agent_at_work = threading.Event()
        self.threads = [threading.Thread(target=self.work, args=(number,)) for number in range(CLIENTS)]
        self.agent = threading.Thread(target=self.take_notices)
        for thread in [*self.threads, self.agent]:
            thread.start()

    def close(self) -> None:
        """Lets each client finish what it began, then the agent."""
        self.is_closing.set()
        for thread in [*self.threads, self.agent]:
            thread.join()

    def snapshot(self) -> list:
        with self.lock:
            return list(self.answered)

    def work(self, number: int) -> None:
        """A client: what was not answered is sent again as it was, then comes the next."""
        generator = random.Random(f"{self.seed} {number}")
        count = 0
        errand: typing.Optional[Errand] = None
        sendings = 0
        while errand or not self.is_closing.is_set():
            if self.problems:
                return
            try:
                with self.daemon.client() as client:
                    while errand or not self.is_closing.is_set():
                        if errand is None:
                            errand, sendings, count = self.next_errand(generator, f"{number}-{count}"), 0, count + 1
                        sendings += 1
                        self.run(client, errand, sendings)
                        errand = None
                        time.sleep(generator.uniform(0, 0.012))
            except GONE:
                time.sleep(0.002)
            except Exception as problem:  # pylint: disable=broad-except
                self.problems.append(f"client {number}, {errand}: {problem!r}")
                return

    def next_errand(self, generator: random.Random, name: str) -> Errand:
        with self.lock:
            breach = generator.choice(self.breaches) if self.breaches else None
        choice = generator.random()
        if breach is None or choice < 0.06:
            protocol = generator.choice(["EWS-ASC", "EWS-ASC", "EWS-ASC", "EDATRS"])
            detected = generator.choice([None, None, LONG_AGO])
            return report(name, detected, protocol, PROTOCOLS[protocol][0 if protocol == "EDATRS" else 1])
        reference, partners = breach
        if choice < 0.35:
            return Errand("Ack", {"breach": reference, "partner": generator.choice(partners), "via": "phone"})
        if choice < 0.65:
            return Errand("Position", {"breach": reference, "partner": generator.choice(partners),
                                       "outcome": "notify", "matter": "ico"})
        if choice < 0.72 and self.first_answers:
            with self.lock:
                return generator.choice(list(self.first_answers.values()))[0]
        return Errand("Note", {"breach": reference, "kind": "action", "text": f"Step {name} was taken."})

    def run(self, client: Varlink, errand: Errand, sendings: int) -> None:
        if sendings > 1:
            self.resent += 1
            if errand.was_recorded(client):
                return self.note(errand)
        reply = client.call(errand.method, **errand.parameters)
        if reply.error is not None:
            raise AssertionError(f"answered {reply}")
        self.note(errand, reply.parameters["breach"]["id"])

    def note(self, errand: Errand, reference: typing.Optional[str] = None) -> None:
        with self.lock:
            self.answered.append(errand)
            if errand.method != "Report":
                return
            first = self.first_answers.setdefault(errand.parameters["requestId"], (errand, reference))[1]
            if first != reference:
                raise AssertionError(f"R9: {errand} was answered {first}, and now {reference}")
            self.breaches.append((reference, PROTOCOLS[errand.parameters["protocol"]]))

    def take_notices(self) -> None:
        """A mail agent that is at work at times, and then takes about half of what it sees."""
        generator = random.Random(f"{self.seed} agent")
        while not self.is_closing.is_set():
            if self.is_agent_at_work.is_set():
                for name in self.daemon.spool():
                    if generator.random() < 0.5:
                        self.daemon.take(name)
            time.sleep(0.001)


class Kills(FaultTest):
    def test_r28_killed_at_any_moment_what_was_answered_survives_and_what_was_sent_was_sent_once(self):
        """R28, R9: kill after kill under eight clients: each answer is kept, each notice is sent once."""
        began = time.monotonic()
        totals = {"kills": 0, "answered": 0, "sent again": 0, "breaches": 0, "notices": 0}
        while totals["kills"] < KILLS:
            seed = f"{SEED} {totals['kills']}"
            try:
                self.run_register(seed, totals)
            except Exception as problem:
                raise AssertionError(f"with BREACHCLOCK_SEED={SEED}, after {totals}: {problem}") from problem
            if IS_LONG and totals["kills"] % 1000 == 0:
                print(f"\n{totals}", file=sys.stderr)
        totals["minutes"] = round((time.monotonic() - began) / 60, 2)
        print(f"\n{totals}", file=sys.stderr)
        self.assertGreater(totals["sent again"], KILLS // 10, f"the kills interrupted next to nothing: {totals}")
        self.assertGreater(totals["breaches"], KILLS // 10, totals)

    def run_register(self, seed: str, totals: dict) -> None:
        generator = random.Random(seed)
        with QuietDaemon(protocols=tuple(PROTOCOLS), start=False) as daemon:
            office = Office(daemon, seed)
            journal = JournalFile(daemon.journal)
            seen = 0
            try:
                for _ in range(KILLS_A_REGISTER):
                    self.run_until_killed(daemon, office, generator)
                    seen = self.assert_nothing_is_lost(journal, office, seen)
                    totals["kills"] += 1
                daemon.start()
            finally:
                if not daemon.is_running:
                    office.problems.append("the daemon is gone")
                office.close()
            self.assertEqual(office.problems, [], daemon.log()[-2000:])
            self.assertGreater(len(office.answered), KILLS_A_REGISTER, "hardly anything was done")
            totals["notices"] += self.assert_whole_and_replayed(daemon, office.answered)
            totals["answered"] += len(office.answered)
            totals["sent again"] += office.resent
            totals["breaches"] += len(office.first_answers)

    def run_until_killed(self, daemon: QuietDaemon, office: Office, generator: random.Random) -> None:
        """From a start to a kill: in some rounds before it serves, in others after some work."""
        (office.is_agent_at_work.set if generator.random() < 0.4 else office.is_agent_at_work.clear)()
        if generator.random() < 0.15:
            daemon.launch()
            moment = generator.uniform(0, 0.012)
        else:
            daemon.start()
            moment = generator.uniform(0, 0.04)
        threading.Event().wait(moment)
        ended = daemon.process.poll()
        self.assertIsNone(ended, f"breachd ended with {ended} by itself:\n{daemon.log()[-2000:]}")
        daemon.kill9()
        self.assertEqual(office.problems, [])

    def assert_nothing_is_lost(self, journal: JournalFile, office: Office, seen: int) -> int:
        """The daemon is dead: what was answered by now is in the journal; how much of it was looked at."""
        answered = office.snapshot()
        with contextlib.suppress(FileNotFoundError):
            journal.read_on()
        self.assert_recorded_once(journal, answered[seen:])
        return len(answered)


if __name__ == "__main__":
    unittest.main()
