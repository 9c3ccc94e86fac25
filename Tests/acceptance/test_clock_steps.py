"""R4: the wall clock is set while the daemon runs, around everything that falls due by itself."""

import os
import pathlib
import re
import signal
import subprocess
import unittest

import chain
from support import DAY, LONG, AcceptanceTest, FrozenDaemon, instant, ordered, text_of, tool, utc, wait_until, written

STEP = 2 * 3600
HEARTBEAT = 60
DETECTED = "2026-10-23T14:00:00Z"
# What falls due then, of a breach detected then that nobody looks after.
DUE = {"a reminder": "2026-10-25T10:00:00Z", "the partners' deadline": "2026-10-25T14:00:00Z",
       "the escalation": "2026-10-26T02:00:00Z", "the regulator's deadline": "2026-10-26T14:00:00Z"}
# Where the clock stands when it is set, in seconds from the instant that something is due.
MOMENTS = (-STEP, 1 - STEP, -3600, -1, 0, 1) if LONG else (-STEP, -3600, -1)
KINDS = ("reminders-due", "deadline-missed", "matter-escalated")


def happened(daemon: FrozenDaemon) -> list:
    """What came by itself, each with the instant that it was due at and how many it told."""
    return [(fact["type"], fact.get("about", fact.get("deadline", fact.get("matter"))), fact["due"],
             len(fact["notices"])) for fact in daemon.facts(*KINDS)]


def mail(daemon: FrozenDaemon) -> list:
    """The names of all notices that there ever were, as a partner's mailbox has them."""
    return sorted(name.partition(":")[0] for part in ("new", "cur")
                  for name in os.listdir(daemon.spool_folder / part))


class ClockSteps(AcceptanceTest):
    def expect_undone_nothing(self, daemon: FrozenDaemon, before: tuple, reference: str, unsent: list) -> None:
        """The facts are those that were, with none of the clock's added but reminders that were not sent the first
        time; no notice went, or came again; all states stand."""
        lines, names, breach = before
        self.assertEqual(daemon.journal_lines()[:len(lines)], lines, "what is written stands")
        came = happened(daemon)[sum(chain.fact_of(line)["type"] in KINDS for line in lines):]
        self.assertEqual([each for each in came if each not in unsent], [])
        self.assertEqual(sorted(set(names) - set(mail(daemon))), [])
        self.assertEqual(len(mail(daemon)), len(names) + sum(each[3] for each in came))
        after = daemon.json("show", reference)
        for part in ("deadlines", "matters", "phase"):
            self.assertEqual(after[part], breach[part])

    def expect_sound(self, daemon: FrozenDaemon) -> None:
        lines = daemon.journal_lines()
        self.assertEqual(chain.faults(lines), [], "the order of the journal is its sequence")
        self.assertEqual(ordered(daemon.facts()), written(daemon.facts()))
        names = mail(daemon)
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual(sorted(name.rpartition(".")[0] for name in names),
                         sorted(f"{reference}.{notice}" for reference, notice in ordered(daemon.facts())))
        self.assertEqual(daemon.ctl("verify").code, 0)

    def test_r4_a_step_forward_and_back_does_each_thing_once(self):
        """R4: set 2 h forward: what fell due is done at once, marked late; set back: nothing undone, nothing again."""
        for name, due in DUE.items():
            for moment in MOMENTS:
                with self.subTest(name, moment=moment):
                    self.step_at(instant(due) + moment)

    def step_at(self, begin: int) -> None:
        with FrozenDaemon(utc(begin)) as steady, FrozenDaemon(utc(begin)) as daemon:
            for each in (steady, daemon):
                reference = each.report(detected=DETECTED)["id"]
                each.go_to(each.clock)
            self.assertEqual(happened(daemon), happened(steady))
            at_first = len(daemon.facts(*KINDS))

            daemon.go_to(utc(begin + STEP))
            stepped = daemon.facts(*KINDS)[at_first:]
            self.assertEqual([fact["late"] for fact in stepped],
                             [begin + STEP - instant(fact["due"]) > HEARTBEAT for fact in stepped])
            self.assertEqual({fact["at"] for fact in stepped} - {utc(begin + STEP)}, set(), "at once")
            self.expect_late_letters(daemon, stepped)
            steady.run_until(utc(begin + STEP))
            unsent = [each for each in happened(steady) if self.is_overtaken(each, begin)]
            expected = [each for each in happened(steady) if each not in unsent]
            self.assertEqual(sorted(happened(daemon)), sorted(expected), "what time would have brought, and no more")

            before = daemon.journal_lines(), mail(daemon), daemon.json("show", reference)
            daemon.go_to(utc(begin))
            self.expect_undone_nothing(daemon, before, reference, unsent)
            daemon.restart()
            daemon.go_to(utc(begin + 1))
            self.expect_undone_nothing(daemon, before, reference, unsent)
            daemon.kill9()
            daemon.start()
            daemon.go_to(utc(begin + 2))
            self.expect_undone_nothing(daemon, before, reference, unsent)
            # The hours come again, and bring nothing again; what comes after them comes once and in time.
            daemon.run_until(utc(begin + STEP))
            self.expect_undone_nothing(daemon, before, reference, unsent)
            for each in (steady, daemon):
                each.run_until(utc(begin + 2 * STEP))
            expected = [each for each in happened(steady) if each not in unsent or each in happened(daemon)]
            self.assertEqual(sorted(happened(daemon)), sorted(expected))
            self.expect_sound(daemon)

    @staticmethod
    def is_overtaken(what: tuple, begin: int) -> bool:
        """Whether a reminder is of something that the same step brought: nobody is reminded of what is over (R13)."""
        ends = {"acknowledgement": "the partners' deadline", "position": "the escalation",
                "decision": "the regulator's deadline"}
        return (what[0] == "reminders-due" and instant(what[2]) > begin
                and instant(DUE[ends[what[1]]]) <= begin + STEP)

    def expect_late_letters(self, daemon: FrozenDaemon, facts: list) -> None:
        for fact in facts:
            for order in fact["notices"] if fact["type"] == "deadline-missed" else []:
                letter, = daemon.messages(f".{order['kind']}.{order['to']}.{order['occasion']}.")
                self.assertEqual("This letter is late: it was due" in text_of(letter), fact["late"])

    def test_r4_a_daemon_that_nobody_calls_notices_a_step_by_itself(self):
        """R4: forward and back: the misses are recorded, and the status goes on being written."""
        with FrozenDaemon("2026-10-25T13:00:00Z", members={"timing": {"heartbeat": "1s"}}) as daemon:
            daemon.report(detected=DETECTED)
            daemon.go_to("2026-10-25T13:00:00Z")
            daemon.set_clock("2026-10-25T15:00:00Z")
            wait_until(lambda: daemon.facts("deadline-missed"), "the miss is noticed")
            daemon.wait_for_all_notices()
            facts = [fact for fact in daemon.facts() if fact["type"] in KINDS]
            daemon.set_clock("2026-10-25T13:00:01Z")
            wait_until(lambda: daemon.status()["generatedAt"] == "2026-10-25T13:00:01Z", "a status on the earlier clock")
            daemon.set_clock("2026-10-25T13:00:30Z")
            wait_until(lambda: daemon.status()["generatedAt"] == "2026-10-25T13:00:30Z", "the heartbeat goes on")
            self.assertEqual([fact for fact in daemon.facts() if fact["type"] in KINDS], facts)
            self.expect_sound(daemon)

    def test_r4_a_clock_set_back_within_a_turn_delays_no_heartbeat(self):
        """R4: set back while the status is written: the next comes a heartbeat later, not when the hours are over."""
        with FrozenDaemon("2026-10-25T13:00:00Z", members={"timing": {"heartbeat": "1s"}}) as daemon:
            # Between the status and the end of the turn the metrics are written, half a second late.
            strace = subprocess.Popen([tool("strace"), "-f", "-qq", "-o", "/dev/null", "-p", str(daemon.pid), "-e",
                                       "inject=newfstatat:delay_enter=500000"], stderr=subprocess.DEVNULL)
            try:
                tracer = pathlib.Path(f"/proc/{daemon.pid}/status")
                wait_until(lambda: re.search(r"TracerPid:\s+[1-9]", tracer.read_text()), "strace is attached")
                # The longest sleep is a minute: a heartbeat comes well before.
                for clock in ("2026-10-25T13:00:02Z", "2026-10-25T11:00:00Z", "2026-10-25T09:00:00Z"):
                    daemon.set_clock(clock)
                    wait_until(lambda: daemon.status()["generatedAt"] == clock, f"the heartbeat at {clock}", 30)
            finally:
                strace.terminate()
                strace.wait()

    def test_r4_a_step_while_the_daemon_is_down_is_no_absence_in_the_future(self):
        """R4: started on a clock 2 h back, twice, and then 2 h forward: the start says what fell due, each once."""
        with FrozenDaemon("2026-10-25T12:59:00Z") as daemon:
            reference = daemon.report(detected=DETECTED)["id"]
            daemon.go_to(daemon.clock)
            for clock, ends in (("2026-10-25T10:59:00Z", daemon.stop), ("2026-10-25T11:59:00Z", daemon.kill9),
                                ("2026-10-25T15:00:00Z", daemon.stop), ("2026-10-25T13:30:00Z", daemon.kill9)):
                ends()
                daemon.set_clock(clock)
                daemon.start()
                daemon.go_to(clock)
            started = daemon.facts("daemon-started")
            self.assertEqual([[each["what"] for each in fact["fellDue"]] for fact in started],
                             [[], [], [], ["reminder", "deadline"], []])
            self.assertEqual(happened(daemon),
                             [("reminders-due", "position", "2026-10-25T14:00:00Z", 8),
                              ("deadline-missed", "partners", "2026-10-25T14:00:00Z", 2)])
            self.assertEqual(daemon.json("show", reference)["deadlines"]["partners"]["state"], "missed")
            self.expect_sound(daemon)

    def test_r4_a_clock_that_lost_the_time_is_critical_until_it_is_set(self):
        """R4: years behind the register: said at the start, and by the status through a restart; then nothing stays."""
        with FrozenDaemon("2026-11-20T14:06:00Z") as daemon:
            daemon.go_to("2026-11-20T14:06:00Z")
            said = "The clock is 1095 d behind the register"
            for _ in range(2):
                daemon.stop()
                daemon.set_clock("2023-11-21T14:06:00Z")
                daemon.start()
                check = daemon.ctl("status", "--check")
                self.assertEqual(check.code, 2, check)
                self.assertIn(said, check.out)
                wait_until(lambda: said in daemon.status()["summary"], "the status file says so")
            self.assertEqual(daemon.log().count(said), 2, "once a start")
            daemon.set_clock("2026-11-20T14:07:00Z")
            self.assertEqual(daemon.ctl("status", "--check").code, 0)
            daemon.restart()
            self.assertEqual(daemon.log().count(said), 2)

    def test_r3_a_clock_whose_times_could_not_be_read_again_stops_the_start(self):
        """R3: years of five digits, and the last two with four: exit 75, with the year, and nothing is written."""
        of_10000 = 253402300800
        of_9998 = of_10000 - 2 * 365 * DAY
        for seconds, year in ((of_10000, 10000), (of_10000 - DAY, 9999), (of_9998, 9998)):
            with self.subTest(year), FrozenDaemon("2026-11-20T14:06:00Z", start=False) as daemon:
                daemon.clock_path.write_text(f"{seconds}\n")
                self.assertEqual(daemon.run_to_end(), 75, daemon.log())
                self.assertIn(f"The clock shows the year {year}", daemon.log())
                self.assertFalse(daemon.journal.parent.exists())
        with self.subTest("the last second before"), FrozenDaemon("9997-12-31T23:59:59Z") as daemon:
            reference = daemon.report()["id"]
            daemon.restart()
            self.assertEqual(daemon.json("show", reference)["reportedAt"], "9997-12-31T23:59:59Z")

    def test_r4_what_is_recorded_on_a_clock_set_back_stands_and_is_read_again(self):
        """R4, R31: an acknowledgement and a hand-over before the facts that they follow; the register starts on it."""
        with FrozenDaemon("2026-10-25T14:30:00Z") as daemon:
            reference = daemon.report(detected=DETECTED)["id"]
            daemon.go_to("2026-10-25T14:30:00Z")
            daemon.set_clock("2026-10-25T12:30:00Z")
            daemon.json("ack", reference, "peabody", "--via", "phone")
            daemon.hand_over()
            handed = [each["at"] for fact in daemon.facts("notices-handed-over") for each in fact["notices"]]
            self.assertEqual(set(handed), {"2026-10-25T14:30:00Z"}, "no hand-over lies before the notice")
            ats = [fact["at"] for fact in daemon.facts()]
            self.assertNotEqual(ats, sorted(ats), "the clock's instants go back, the numbers do not")
            breach = daemon.json("show", reference)
            daemon.restart()
            self.assertEqual(daemon.json("show", reference), breach)
            daemon.signal(signal.SIGHUP)
            wait_until(lambda: "was read again" in daemon.log(), "the configuration is read")
            self.assertEqual(daemon.json("show", reference), breach)
            daemon.run_until("2026-10-27T00:00:00Z")
            self.expect_sound(daemon)
            self.assertEqual(len({each[:3] for each in happened(daemon)}), len(happened(daemon)))


if __name__ == "__main__":
    unittest.main()
