"""R1, R3: the worked examples of the rules, through the binaries, on a faked clock."""

import re
import unittest

from support import AcceptanceTest, Daemon, FrozenDaemon, instant

# Detected as typed, the daemon's clock a little later in UTC, the instants due, and how people are shown them.
EXAMPLES = {
    "Friday in winter": (
        "2026-11-20T14:05:00Z", "2026-11-20 14:06:00", "2026-11-22T14:05:00Z", "2026-11-23T14:05:00Z",
        "Sun 22 Nov 2026 14:05 GMT", "Mon 23 Nov 2026 14:05 GMT"),
    "across the end of summer time": (
        "2026-10-23 09:30", "2026-10-23 08:31:00", "2026-10-25T08:30:00Z", "2026-10-26T08:30:00Z",
        "Sun 25 Oct 2026 08:30 GMT", "Mon 26 Oct 2026 08:30 GMT"),
    "across the beginning of summer time": (
        "2026-03-27 18:00", "2026-03-27 18:01:00", "2026-03-29T18:00:00Z", "2026-03-30T18:00:00Z",
        "Sun 29 Mar 2026 19:00 BST", "Mon 30 Mar 2026 19:00 BST"),
    "the first 01:30 of the doubled hour": (
        "2026-10-25T01:30:00+01:00", "2026-10-25 00:31:00", "2026-10-27T00:30:00Z", "2026-10-28T00:30:00Z",
        "Tue 27 Oct 2026 00:30 GMT", "Wed 28 Oct 2026 00:30 GMT"),
    "the second 01:30 of the doubled hour": (
        "2026-10-25T01:30:00Z", "2026-10-25 01:31:00", "2026-10-27T01:30:00Z", "2026-10-28T01:30:00Z",
        "Tue 27 Oct 2026 01:30 GMT", "Wed 28 Oct 2026 01:30 GMT"),
}


class WorkedExamples(AcceptanceTest):
    def test_r1_each_worked_example_gives_its_two_deadlines(self):
        """R1: 48 h and 72 h count as hours, through weekends and changes of summer time, and are shown locally."""
        for name, (detected, clock, partners, regulator, partners_shown, regulator_shown) in EXAMPLES.items():
            with self.subTest(name), Daemon(clock=clock) as daemon:
                breach = daemon.report(detected=detected)
                self.assertEqual(breach["deadlines"]["partners"],
                                 {"due": partners, "state": "running", "settledAt": None})
                self.assertEqual(breach["deadlines"]["regulator"],
                                 {"due": regulator, "dueByProtocol": regulator, "stateByProtocol": "running",
                                  "dueByLaw": regulator, "stateByLaw": "running", "state": "running",
                                  "settledAt": None})
                shown = daemon.ctl("show", breach["id"]).out
                self.assertIn(f"Partners informed by   {partners_shown} ", shown)
                self.assertIn(f"Regulator notified by  {regulator_shown} ", shown)

    def test_r3_a_local_time_that_does_not_exist_is_refused_with_its_readings(self):
        """R3: 01:30 on 29 March 2026 was skipped; the answer prints the readings that would be accepted, which are."""
        with Daemon(clock="2026-03-29 03:00:00") as daemon:
            before = daemon.journal_bytes()
            result = daemon.ctl("report", "EDATRS", "--detected", "2026-03-29 01:30", "--by", "open-road",
                                "--summary", "A folder was left on a train.")
            self.assertRefused(daemon, result, 65, "--detected: 2026-03-29 01:30 does not exist in Europe/London",
                               "2026-03-29T00:30:00Z (GMT)", "2026-03-29T02:30:00+01:00 (BST)")
            self.assertEqual(daemon.journal_bytes(), before)
            self.assertEqual(daemon.report(detected="2026-03-29T00:30:00+00:00")["detectedAt"], "2026-03-29T00:30:00Z")
            self.assertEqual(daemon.report(detected="2026-03-29T02:30:00+01:00")["detectedAt"], "2026-03-29T01:30:00Z")

    def test_r3_a_local_time_that_occurs_twice_is_refused_with_its_readings(self):
        """R3: 01:30 on 25 October 2026 came twice; both readings are offered, and both are accepted."""
        with Daemon(clock="2026-10-25 02:00:00") as daemon:
            before = daemon.journal_bytes()
            result = daemon.ctl("report", "EDATRS", "--detected", "2026-10-25 01:30", "--by", "open-road",
                                "--summary", "A folder was left on a train.")
            self.assertRefused(daemon, result, 65, "--detected: 2026-10-25 01:30 occurs twice in Europe/London",
                               "2026-10-25T01:30:00+01:00 (BST)", "2026-10-25T01:30:00Z (GMT)")
            self.assertEqual(daemon.journal_bytes(), before)
            self.assertEqual(daemon.report(detected="2026-10-25T01:30:00+01:00")["detectedAt"], "2026-10-25T00:30:00Z")
            self.assertEqual(daemon.report(detected="2026-10-25T01:30:00+00:00")["detectedAt"], "2026-10-25T01:30:00Z")

    def test_r3_every_way_of_entering_a_time_is_taken(self):
        """R3: RFC 3339 with any offset, local time, `now` and ages, stored in UTC to the second."""
        with Daemon(clock="2026-07-01 12:00:00") as daemon:
            for typed, stored in {
                "2026-07-01T11:00:00Z": "2026-07-01T11:00:00Z",
                "2026-07-01T16:30:00+05:30": "2026-07-01T11:00:00Z",
                "2026-06-30T23:00:00-12:00": "2026-07-01T11:00:00Z",
                "2026-07-01 12:00": "2026-07-01T11:00:00Z",
                "2026-07-01 12:00:30": "2026-07-01T11:00:30Z",
            }.items():
                with self.subTest(typed):
                    self.assertEqual(daemon.report(detected=typed)["detectedAt"], stored)
            for age, seconds in {"now": 0, "3h ago": 10800, "90m ago": 5400}.items():
                with self.subTest(age):
                    breach = daemon.report(detected=age)
                    self.assertEqual(instant(breach["reportedAt"]) - instant(breach["detectedAt"]), seconds)

    def test_r2_an_awareness_later_than_the_detection_leaves_the_protocols_instant_the_earlier(self):
        """R2: protocol and law each have their instant, the earlier is due, and both are shown."""
        with Daemon(clock="2026-11-20 20:00:00") as daemon:
            breach = daemon.report("EDATRS", "--aware", "2026-11-20T18:00:00Z", "--aware-reason",
                                   "The log had to be read first.", detected="2026-11-20T14:05:00Z")
            self.assertEqual(breach["awareAt"], "2026-11-20T18:00:00Z")
            regulator = breach["deadlines"]["regulator"]
            self.assertEqual((regulator["due"], regulator["dueByProtocol"], regulator["dueByLaw"]),
                             ("2026-11-23T14:05:00Z", "2026-11-23T14:05:00Z", "2026-11-23T18:00:00Z"))
            shown = daemon.ctl("show", breach["id"]).out
            self.assertRegex(shown, r"(?m)^  by the protocol +Mon 23 Nov 2026 14:05 GMT  in ")
            self.assertRegex(shown, r"(?m)^  by the law +Mon 23 Nov 2026 18:00 GMT  in ")

    def test_r1_explain_can_be_redone_by_hand_across_the_end_of_summer_time(self):
        """R1, contract of explain: instant, offset, UTC, hours, the change of the clocks, the weekend, the sources."""
        with FrozenDaemon("2026-10-23T08:30:00Z") as daemon:
            reference = daemon.report(detected="2026-10-23 09:30")["id"]
            text = " ".join(daemon.ctl("explain", reference).out.split())
            for expected in (
                    "Detected: Fri 23 Oct 2026 09:30 BST, UTC+01:00: 2026-10-23T08:30:00Z.",
                    "Plus 48 h, which are 48 x 3600 s = 172800 s: 2026-10-25T08:30:00Z. EDATRS section 11",
                    "In local time: Sun 25 Oct 2026 08:30 GMT, the same as UTC.",
                    "Regulation 1182/71 Art 3(4)", "UK GDPR Art 33(1)"):
                self.assertIn(expected, text)
            explained = daemon.json("explain", reference)
            lines = [line["text"] for each in explained for line in each["lines"]]
            self.assertTrue(any("The clocks go back by 1 h in between, at 2026-10-25T01:00:00Z (BST to GMT)" in line
                                for line in lines), lines)
            # Each sum that is printed is right.
            sums = [re.search(r"Plus (\d+) h, which are \1 x 3600 s = (\d+) s: (\S+)\.$", line) for line in lines]
            self.assertEqual(len([each for each in sums if each]), 3)
            for each in filter(None, sums):
                self.assertEqual(int(each[1]) * 3600, int(each[2]))
                self.assertEqual(instant(each[3]), instant("2026-10-23T08:30:00Z") + int(each[2]))

    def test_r1_immediately_is_due_at_detection_and_never_missed(self):
        """R1: under MOSAIC the partners' deadline is the detection itself, running until done, then met."""
        with Daemon() as daemon:
            breach = daemon.report("MOSAIC", detected="5h ago", by="essex-police")
            self.assertEqual(breach["deadlines"]["partners"],
                             {"due": breach["detectedAt"], "state": "running", "settledAt": None})
            after = daemon.json("ack", breach["id"], "essex-county-council", "--via", "phone")
            self.assertEqual(after["deadlines"]["partners"]["state"], "met")
            self.assertEqual(daemon.facts("deadline-missed"), [])

    def test_references_count_by_protocol_and_by_local_year(self):
        """Contract: EDATRS-2026-0001 is protocol, year of recording in the configured zone, number within it."""
        with Daemon(clock="2026-07-31 23:30:00", members={"timeZone": "Pacific/Kiritimati"}) as daemon:
            self.assertEqual([daemon.report(protocol, by="essex-county-council")["id"]
                              for protocol in ("EDATRS", "EDATRS", "MOSAIC", "EDATRS")],
                             ["EDATRS-2026-0001", "EDATRS-2026-0002", "MOSAIC-2026-0001", "EDATRS-2026-0003"])
        with Daemon(clock="2026-12-31 11:00:00", members={"timeZone": "Pacific/Kiritimati"}) as daemon:
            self.assertEqual(daemon.report(by="essex-county-council")["id"], "EDATRS-2027-0001")


if __name__ == "__main__":
    unittest.main()
