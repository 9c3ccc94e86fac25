"""R4, R11, R13, R24: deadlines that pass, told once, also over crashes and absences.

Deadlines are put a few seconds ahead by detecting in the past, so that nothing here waits for hours.
"""

import time
import unittest

from support import DAY, HOUR, AcceptanceTest, Daemon, FrozenDaemon, instant, text_of, utc, wait_until

# One second: the shortest heartbeat. "Late" means over one heartbeat behind.
# The owner's notice keeps the reminders before the escalation away from the partners' deadline.
BRISK = {"timing": {"heartbeat": "1s", "ownerNotice": "810m"}}
TOLD = ("owner", "ig-team")


class Deadlines(AcceptanceTest):
    def misses(self, daemon: Daemon, reference: str) -> list:
        return [fact for fact in daemon.facts("deadline-missed") if fact["breach"] == reference]

    def assert_told_once(self, daemon: Daemon, reference: str, *deadlines: str) -> None:
        """Of each of those deadlines one fact, one notice to the owner and one to the IG team, and nothing else."""
        expected = sorted(f"deadline-missed.{whom}.{name}.1" for name in deadlines for whom in TOLD)
        wait_until(lambda: len(self.told(daemon, reference)) >= len(expected), f"{expected} are told\n{daemon.log()}")
        self.assertEqual(self.told(daemon, reference), expected)
        self.assertEqual([fact["deadline"] for fact in self.misses(daemon, reference)], list(deadlines))

    @staticmethod
    def told(daemon: Daemon, reference: str) -> list:
        return sorted(".".join(name.split(".")[1:-1]) for name in daemon.spool()
                      if name.startswith(f"{reference}.deadline-missed."))

    @staticmethod
    def heartbeats(daemon: Daemon, count: int) -> None:
        """Waits for that many later statuses that no fact brought: the daemon had the time to do it again."""
        for _ in range(count):
            before = daemon.status()["generatedAt"]
            wait_until(lambda: daemon.status()["generatedAt"] > before, "another heartbeat")

    def test_r24_a_deadline_that_passes_is_told_once_to_the_owner_and_the_ig_team(self):
        """R24: detected 47 h 59 min 57 s ago, the partners' deadline passes seconds later: one fact, two notices."""
        with Daemon(BRISK) as daemon:
            due = int(time.time()) + 3
            breach = daemon.report(detected=utc(due - 48 * HOUR))
            self.assertEqual(breach["deadlines"]["partners"], {"due": utc(due), "state": "running", "settledAt": None})
            self.assertEqual(breach["next"], {"what": "deadline", "at": utc(due)})
            self.assert_told_once(daemon, breach["id"], "partners")
            fact = self.misses(daemon, breach["id"])[0]
            self.assertEqual((fact["due"], fact["edition"]), (utc(due), 1))
            self.assertGreaterEqual(instant(fact["at"]), due, "a deadline does not pass before it is due")
            is_late = instant(fact["at"]) - due > 1
            self.assertEqual(fact["late"], is_late, "late is what comes more than a heartbeat, here 1 s, behind")
            self.assertEqual(daemon.json("show", breach["id"])["deadlines"]["partners"]["state"], "missed")
            self.assertEqual(daemon.json("show", breach["id"])["deadlines"]["regulator"]["state"], "running")

            self.heartbeats(daemon, 2)
            self.assert_told_once(daemon, breach["id"], "partners")
            daemon.restart()
            self.heartbeats(daemon, 2)
            self.assert_told_once(daemon, breach["id"], "partners")
            daemon.kill9()
            daemon.start()
            self.heartbeats(daemon, 2)
            self.assert_told_once(daemon, breach["id"], "partners")

            for letter in daemon.messages("deadline-missed"):
                self.assertEqual("This letter is late: it was due" in text_of(letter), is_late)
                for partner in ("Forward Trust", "Peabody"):
                    self.assertIn(partner, text_of(letter).split("Not informed:")[1])
                self.assertNotIn("Open Road", text_of(letter).split("Not informed:")[1].split(".")[0])

    def test_r24_both_deadlines_past_at_recording_are_each_told_once(self):
        """R24, R13: detected 10 days ago, both deadlines are missed at once, and no reminder of the past goes out."""
        with Daemon(BRISK) as daemon:
            breach = daemon.report(detected=utc(time.time() - 10 * DAY))
            self.assert_told_once(daemon, breach["id"], "partners", "regulator")
            self.heartbeats(daemon, 2)
            daemon.restart()
            self.heartbeats(daemon, 1)
            self.assert_told_once(daemon, breach["id"], "partners", "regulator")
            self.assertEqual([fact["late"] for fact in self.misses(daemon, breach["id"])], [False, False],
                             "nobody could be told before the breach was reported")
            self.assertEqual([name for name in daemon.spool() if ".reminder." in name], [])
            deadlines = daemon.json("show", breach["id"])["deadlines"]
            self.assertEqual((deadlines["partners"]["state"], deadlines["regulator"]["state"]), ("missed", "missed"))
            status = daemon.status()
            self.assertEqual((status["level"], status["overdue"]), ("critical", 1))
            self.assertEqual([each["id"] for each in daemon.json("list", "--overdue")], [breach["id"]])

    def test_r4_a_deadline_that_passed_while_the_daemon_was_down_is_told_at_the_start_and_marked_late(self):
        """R4: stopped over a deadline: told once on the start, marked late, and the start names what fell due."""
        with Daemon(BRISK) as daemon:
            due = int(time.time()) + 4
            breach = daemon.report(detected=utc(due - 48 * HOUR))
            daemon.wait_for_all_notices()
            self.assertEqual(daemon.stop(), 0)
            stopped = daemon.facts()[-1]
            self.assertEqual(stopped["type"], "daemon-stopped")
            self.assertEqual(self.misses(daemon, breach["id"]), [], "stopped before the deadline")
            wait_until(lambda: time.time() > due + 3, "the deadline is more than a heartbeat past")
            daemon.start()
            self.assert_told_once(daemon, breach["id"], "partners")
            started = daemon.facts("daemon-started")[-1]
            self.assertEqual(started["fellDue"], [{"breach": breach["id"], "what": "deadline", "at": utc(due)}])
            self.assertLessEqual(abs(instant(started["lastAliveAt"]) - instant(stopped["at"])), 2)
            fact = self.misses(daemon, breach["id"])[0]
            self.assertEqual((fact["due"], fact["late"]), (utc(due), True))
            self.assertGreater(fact["seq"], started["seq"])
            for letter in daemon.messages("deadline-missed"):
                self.assertIn("This letter is late: it was due on", text_of(letter))
                self.assertIn(time.strftime("%H:%M", time.gmtime(due)), text_of(letter))
            daemon.restart()
            self.heartbeats(daemon, 1)
            self.assert_told_once(daemon, breach["id"], "partners")
            self.assertEqual(daemon.facts("daemon-started")[-1]["fellDue"], [], "it is told, and due no longer")

    def test_r13_a_reminder_goes_to_each_silent_partner_and_to_nobody_else(self):
        """R13: an hour before the deadline each partner without acknowledgement is reminded, the others not."""
        with Daemon(BRISK) as daemon:
            at = int(time.time()) + 6
            breach = daemon.report(detected=utc(at - 47 * HOUR))
            self.assertEqual(breach["next"], {"what": "reminder", "at": utc(at)})
            daemon.json("ack", breach["id"], "peabody", "--via", "phone", "--name", "Desk officer")
            daemon.json("ack", breach["id"], "forward-trust", "--via", "email")
            names = daemon.wait_for_spool(5, ".reminder.")
            self.assertEqual([name.split(".")[2] for name in names],
                             ["childrens-society", "cyber-media-solutions", "essex-county-council",
                              "essex-partnership-university", "phoenix-futures"])
            self.heartbeats(daemon, 2)
            daemon.restart()
            self.heartbeats(daemon, 1)
            self.assertEqual(daemon.wait_for_spool(5, ".reminder."), names)
            facts = daemon.facts("reminders-due")
            self.assertEqual([(fact["due"], fact["leadSeconds"]) for fact in facts], [(utc(at), HOUR)])

    def test_r13_after_time_away_only_the_latest_reminder_that_applies_is_sent(self):
        """R13, R4: two reminders passed while the daemon was down; one is sent, the later, and marked late."""
        with Daemon({"timing": {"heartbeat": "1s", "reminders": ["2h", "3604s"]}}) as daemon:
            second = int(time.time()) + 3
            breach = daemon.report(detected=utc(second + 3604 - 48 * HOUR))
            daemon.wait_for_all_notices()
            daemon.kill9()
            self.assertEqual(daemon.facts("reminders-due"), [], "the first was past at recording, the second ahead")
            daemon.config["timing"]["reminders"] = ["3606s", "3605s", "3604s"]
            daemon.write_config()
            wait_until(lambda: time.time() > second + 4, "all reminders are more than a heartbeat past")
            daemon.start()
            daemon.wait_for_spool(7, ".reminder.")
            self.heartbeats(daemon, 2)
            facts = daemon.facts("reminders-due")
            self.assertEqual([(fact["breach"], fact["leadSeconds"], fact["late"]) for fact in facts],
                             [(breach["id"], 3604, True)])
            self.assertEqual(len({name.split(".")[2] for name in daemon.wait_for_spool(7, ".reminder.")}), 7)
            for letter in daemon.messages(".reminder."):
                self.assertIn("This letter is late: it was due on", text_of(letter))

    def test_r13_r28_two_reminders_within_the_same_hour_are_two_notices(self):
        """R13, R28: reminders may be set in minutes and seconds; each is a notice with an identity of its own."""
        with Daemon({"timing": {"heartbeat": "1s", "reminders": ["3608s", "3604s"]}}) as daemon:
            first = int(time.time()) + 3
            daemon.report("EWS-ASC", detected=utc(first + 3608 - 48 * HOUR), by="provide")
            wait_until(lambda: len(daemon.facts("reminders-due")) == 2, f"both reminders are due\n{daemon.log()}")
            self.heartbeats(daemon, 2)
            orders = [(fact["leadSeconds"], [order["to"] for order in fact["notices"]])
                      for fact in daemon.facts("reminders-due")]
            self.assertEqual(orders, [(3608, ["essex-county-council"]), (3604, ["essex-county-council"])])
            self.assertEqual(len([name for name in daemon.spool() if ".reminder." in name]), 2, daemon.spool())

    def test_r13_r17_r24_the_whole_course_of_a_breach_that_nobody_answers(self):
        """R13, R17, R24: every reminder, both misses, the escalation: each at its instant, none early, none twice."""
        # Summer time ends in between: 48 h later it is 14:00 in London, and the hours before are hours. The regulator's
        # deadline is Monday 14:00; less 12 h it is 02:00, with five office hours between.
        course = [
            ("reminders-due", "acknowledgement", "2026-10-24T14:00:00Z", 7),
            ("reminders-due", "acknowledgement", "2026-10-25T02:00:00Z", 7),
            ("reminders-due", "position", "2026-10-25T02:00:00Z", 8),
            ("reminders-due", "acknowledgement", "2026-10-25T10:00:00Z", 7),
            ("reminders-due", "acknowledgement", "2026-10-25T13:00:00Z", 7),
            ("reminders-due", "position", "2026-10-25T14:00:00Z", 8),
            ("deadline-missed", "partners", "2026-10-25T14:00:00Z", 2),
            ("reminders-due", "position", "2026-10-25T22:00:00Z", 8),
            ("reminders-due", "position", "2026-10-26T01:00:00Z", 8),
            ("matter-escalated", "ico", "2026-10-26T02:00:00Z", 1),
            ("matter-escalated", "individuals", "2026-10-26T02:00:00Z", 1),
            ("reminders-due", "decision", "2026-10-26T10:00:00Z", 1),
            ("reminders-due", "decision", "2026-10-26T13:00:00Z", 1),
            ("deadline-missed", "regulator", "2026-10-26T14:00:00Z", 2),
        ]
        kinds = ("reminders-due", "deadline-missed", "matter-escalated")
        with FrozenDaemon("2026-10-23T14:00:00Z") as daemon:
            daemon.report(detected="2026-10-23T14:00:00Z")
            for at in sorted({utc(instant(due) + (kind == "deadline-missed")) for kind, _, due, _ in course}):
                past = [each for each in course if utc(instant(each[2]) + (each[0] == "deadline-missed")) < at]
                daemon.go_to(utc(instant(at) - 1))
                self.assertEqual(len(daemon.facts(*kinds)), len(past), f"early, before {at}")
                daemon.go_to(at)
            happened = [(fact["type"], fact.get("about", fact.get("deadline", fact.get("matter"))), fact["due"],
                         len(fact["notices"])) for fact in daemon.facts(*kinds)]
            self.assertEqual(happened, course)
            self.assertEqual({fact["late"] for fact in daemon.facts(*kinds)}, {False})
            for letter in daemon.messages(".partners.1."):
                if ".reminder." in letter["Message-ID"]:
                    self.assertIn("by Sun 25 Oct 2026 14:00 GMT", text_of(letter))
            daemon.run_until("2026-12-31T00:00:00Z")
            self.assertEqual(len(daemon.facts(*kinds)), len(course))
            self.assertEqual(daemon.json("list")[0]["next"], None, "nothing is left to come")

    def test_r24_a_deadline_kept_is_not_missed(self):
        """R11, R24: when all are informed in time the deadline is met, and nothing is told when it comes."""
        with Daemon(BRISK) as daemon:
            due = int(time.time()) + 5
            breach = daemon.report("EWS-ASC", detected=utc(due - 48 * HOUR), by="provide")
            after = daemon.json("ack", breach["id"], "essex-county-council", "--via", "phone")
            self.assertEqual(after["deadlines"]["partners"]["state"], "met")
            wait_until(lambda: instant(daemon.status()["generatedAt"]) > due + 1, "the deadline passed")
            self.assertEqual(self.misses(daemon, breach["id"]), [])
            self.assertEqual(daemon.json("show", breach["id"])["deadlines"]["partners"]["state"], "met")
            self.assertEqual(self.told(daemon, breach["id"]), [])

    def test_r6_an_unlikely_risk_under_an_adverse_threshold_runs_no_deadline(self):
        """R6: unlikely, with a reason, informs no partner, and neither deadline can be missed."""
        with Daemon(BRISK) as daemon:
            breach = daemon.report("EDATRS", "--risk", "unlikely", "--reason", "The folder held blank forms.",
                                   detected=utc(time.time() - 10 * DAY), by="essex-county-council")
            self.assertEqual({breach["deadlines"][name]["state"] for name in ("partners", "regulator")},
                             {"not-required"})
            self.assertEqual({matter["state"] for matter in breach["matters"].values()}, {"not-required"})
            self.heartbeats(daemon, 2)
            self.assertEqual([name.split(".")[1] for name in daemon.spool()], ["case-opened"])

    def test_r6_an_unlikely_risk_detected_by_a_processor_is_told_to_each_controller(self):
        """R6: Art 33(2) has no threshold: a processor's detection goes to the controller all the same."""
        with Daemon() as daemon:
            daemon.report("EDATRS", "--risk", "unlikely", "--reason", "The folder held blank forms.", by="open-road")
            names = daemon.wait_for_spool(2)
            self.assertEqual([".".join(name.split(".")[1:3]) for name in names],
                             ["breach-notice.essex-county-council", "case-opened.ig-team"])

    def test_r24_the_law_alone_gives_the_regulators_deadline_where_the_clause_has_none(self):
        """R2: MOSAIC's clause sets no hours for the regulator; the law's 72 h are due, and missed once."""
        with Daemon(BRISK) as daemon:
            due = int(time.time()) + 3
            breach = daemon.report("MOSAIC", detected=utc(due - 72 * HOUR), by="essex-police")
            regulator = breach["deadlines"]["regulator"]
            self.assertEqual((regulator["due"], regulator["dueByProtocol"], regulator["dueByLaw"]),
                             (utc(due), None, utc(due)))
            self.assert_told_once(daemon, breach["id"], "regulator")


if __name__ == "__main__":
    unittest.main()
