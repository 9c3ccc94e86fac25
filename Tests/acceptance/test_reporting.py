"""R2, R5, R6, R7: what a report records, whom it concerns, and what it warns of."""

import re
import signal
import unittest

from support import AcceptanceTest, Daemon, text_of


class Reporting(AcceptanceTest):
    def test_r5_whatever_the_state_of_its_protocol_a_breach_is_recorded(self):
        """R5: draft, superseded, past review, withdrawn, without owner: warnings in the answer, never a refusal."""
        daemon = Daemon()
        self.addCleanup(daemon.__exit__)
        daemon.config["protocols"][2]["status"] = "withdrawn"
        daemon.config["protocols"][3]["status"] = "draft"
        daemon.write_config()
        daemon.start()
        for protocol, by, words in (("EDATRS", "open-road", ["review date"]),
                                    ("EDATRS-DRAFT", "open-road", ["superseded by EDATRS", "no owner", "no status"]),
                                    ("EWS-ASC", "provide", ["withdrawn", "review date"]),
                                    ("MOSAIC", "essex-police", ["draft", "review date"]),
                                    ("BEDS", "virgin-health", ["no review date"])):
            with self.subTest(protocol):
                result = daemon.ctl("report", protocol, "--detected", "now", "--by", by, "--summary", "A folder.")
                self.assertEqual(result.code, 0, result)
                warnings = " ".join(daemon.json("list", "--protocol", protocol)[0]["warnings"])
                for word in words:
                    self.assertIn(word, warnings)
                    self.assertIn(word, " ".join(result.out.split()))

    def test_a_line_end_after_a_text_on_standard_input_is_no_part_of_it(self):
        """Contract of report: what an editor puts at the end of a file is dropped, by Windows' custom as well."""
        with Daemon() as daemon:
            for text in ("A folder.", "A folder from the café"):
                for end in ("", "\n", "\r\n"):
                    with self.subTest(text, end=end):
                        breach = daemon.json("report", "EDATRS", "--detected", "now", "--by", "open-road", "--summary",
                                             "-", stdin=f"{text}{end}".encode())
                        self.assertEqual(breach["summary"], text)

    def test_a_text_too_long_for_a_message_is_refused(self):
        """Contract of the limits and of the exit codes: 65 whatever the length, and nothing is recorded."""
        with Daemon() as daemon:
            line = ["note", daemon.report()["id"], "--kind", "action", "-"]
            for length in (4001, 250_000, 262_144, 300_000, 600_000, 1_200_000):
                with self.subTest(length):
                    self.assertRefused(daemon, daemon.ctl(*line, stdin=b"x" * length), 65, "4000")
            with self.subTest("in its escapes"):
                refused = daemon.ctl(*line, stdin=b"\x01" * 100_000)
                self.assertRefused(daemon, refused, 65, "too long to send", "4000 characters")
            self.assertEqual(daemon.facts("note-added"), [])

    def test_a_stopped_daemon_is_not_waited_for_with_the_longest_message(self):
        """Contract of the exit codes: 75 within the time of an answer, also where the kernel cannot hold the message."""
        with Daemon() as daemon:
            line = ["note", daemon.report()["id"], "--kind", "action", "-"]
            daemon.signal(signal.SIGSTOP)
            try:
                unanswered = daemon.ctl(*line, stdin=b"x" * 250_000)
            finally:
                daemon.signal(signal.SIGCONT)
            self.assertEqual(unanswered.code, 75, unanswered)
            self.assertIn("does not answer", unanswered.err)

    def test_r9_what_was_not_answered_in_time_can_be_sent_again_and_is_recorded_once(self):
        """R9: where nobody knows whether it was recorded, the answer says so, and how to send it again."""
        with Daemon() as daemon:
            line = ["report", "EDATRS", "--detected", "1h ago", "--by", "open-road", "--summary", "A folder."]
            daemon.signal(signal.SIGSTOP)
            try:
                unanswered = daemon.ctl(*line)
            finally:
                daemon.signal(signal.SIGCONT)
            self.assertEqual(unanswered.code, 75, unanswered)
            self.assertIn("Whether it recorded anything is not known", unanswered.err)
            again = re.search(r"--request-id [0-9a-f]{32}", unanswered.err).group(0).split()
            for _ in range(2):
                self.assertEqual(daemon.ctl(*line, *again).code, 0)
            self.assertEqual(len(daemon.json("list")), 1)

    def test_r7_naming_affected_partners_narrows_only_whose_view_is_awaited(self):
        """R7: all are told; those not named read that they are not among them, and may give a view all the same."""
        with Daemon() as daemon:
            breach = daemon.report("EDATRS", "--affected", "peabody", "--affected", "forward-trust",
                                   "--affected", "peabody")
            self.assertEqual({partner["id"] for partner in breach["partners"] if partner["affected"]},
                             {"peabody", "forward-trust"})
            names = daemon.wait_for_spool(8, ".breach-notice.")
            letters = {name.split(".")[2]: text_of(letter) for name, letter in
                       zip(names, daemon.messages(".breach-notice."))}
            self.assertEqual({name for name, text in letters.items() if "Your organisation is not among them" in text},
                             set(letters) - {"peabody", "forward-trust"})
            asked = "Whether to notify the Information Commissioner's Office (ICO): Notify, or do not notify"
            self.assertEqual({name for name, text in letters.items() if asked in text}, {"peabody", "forward-trust"})

    def test_r2_each_controller_has_its_own_awareness_and_duty(self):
        """R2: two controllers of EWS-ASC each have the law's 72 h; naming one leaves one."""
        with Daemon(clock="2026-11-20 20:00:00") as daemon:
            both = daemon.report("EWS-ASC", detected="2026-11-20T14:05:00Z", by="provide")["controllers"]
            self.assertEqual([(each["id"], each["awareAt"], each["dueByLaw"], each["state"]) for each in both],
                             [("essex-county-council", "2026-11-20T14:05:00Z", "2026-11-23T14:05:00Z", "running"),
                              ("provide", "2026-11-20T14:05:00Z", "2026-11-23T14:05:00Z", "running")])
            one = daemon.report("EWS-ASC", "--controller", "provide", by="provide")["controllers"]
            self.assertEqual([each["id"] for each in one], ["provide"])

    def test_r6_unknown_counts_as_likely_and_any_tells_regardless(self):
        """R6: without a risk it is unknown and all are told; under `any`, unlikely changes nothing."""
        with Daemon() as daemon:
            self.assertEqual(daemon.report()["risk"], "unknown")
            daemon.wait_for_spool(8, ".breach-notice.")
            mosaic = daemon.report("MOSAIC", "--risk", "unlikely", by="essex-police")
            self.assertEqual((mosaic["risk"], mosaic["deadlines"]["partners"]["state"]), ("unlikely", "running"))
            daemon.wait_for_spool(9, ".breach-notice.")

    def test_r6_an_unlikely_breach_raises_no_alarm_and_speaks_of_no_deadline(self):
        """R6: no deadline runs: no level rises, no page waits for what never comes, no letter says by when."""
        with Daemon() as daemon:
            breach = daemon.report("EDATRS", "--risk", "unlikely", "--reason", "The forms were blank.",
                                   detected="50h ago", by="open-road")
            self.assertEqual(breach["deadlines"]["partners"]["state"], "not-required")
            daemon.wait_for_spool(2)
            daemon.wait_for_all_notices()
            status = daemon.json("status")
            with self.subTest("the level"):
                self.assertEqual((status["level"], status["breaches"][0]["level"]), ("ok", "ok"), status["summary"])
            for letter in daemon.messages():
                with self.subTest(letter["Subject"]):
                    text = text_of(letter)
                    self.assertNotIn("Partners informed by", text)
                    self.assertNotIn("Regulator notified by", text)
                    self.assertNotIn("by the law:", text)
            shown = daemon.ctl("show", breach["id"]).out
            self.assertEqual(shown.count("not written yet"), 0, "what is never written is not waited for")

    def test_r1_under_immediately_no_letter_promises_reminders(self):
        """R1: immediately brings no reminders and is never missed: its notice does not say otherwise."""
        with Daemon() as daemon:
            daemon.report("MOSAIC", by="essex-police", detected="1h ago")
            daemon.wait_for_spool(1, ".breach-notice.")
            text = text_of(daemon.messages(".breach-notice.")[0])
            self.assertNotIn("you are reminded", text)
            self.assertNotIn("not informed in time", text)

    def test_whom_the_clause_tells_nothing_is_not_asked_to_acknowledge(self):
        """R12: under BEDS nobody is told: the team is not asked to record acknowledgements that would be refused."""
        with Daemon() as daemon:
            daemon.report("BEDS", by="bedfordshire-police")
            daemon.wait_for_spool(1, ".case-opened.")
            self.assertNotIn("breachctl ack", text_of(daemon.messages(".case-opened.")[0]))

    def test_all_that_a_report_may_hold_is_recorded_and_told(self):
        """Contract: every option of `report` arrives in the register and, but for the reasons, in the notice."""
        with Daemon() as daemon:
            texts = {"--data-categories": "Case notes.", "--people-categories": "Clients of a service.",
                     "--consequences": "Distress.", "--likelihood": "Rather unlikely.", "--measures": "Rang the line.",
                     "--measures-before": "Locked folders.", "--found": "A passenger rang.",
                     "--others-told": "The transport police.", "--reason": "Names stood on it."}
            more = [each for option, text in texts.items() for each in (option, text)]
            daemon.report("EDATRS", "--risk", "likely", "--occurred", "4h ago", "--individuals", "12", "--records",
                          "9007199", "--cyber", "no", *more, detected="3h ago", summary="A folder was left on a train.")
            daemon.wait_for_spool(9)
            text = text_of(daemon.messages("breach-notice.peabody")[0])
            for expected in (*texts.values(), "A folder was left on a train.", "Number of people: 12",
                             "Number of records: 9007199", "likely", "Cyber incident: no"):
                self.assertIn(expected, text)
            fact = daemon.facts("breach-recorded")[0]
            self.assertEqual((fact["individuals"], fact["records"], fact["cyber"]), (12, 9007199, "no"))


if __name__ == "__main__":
    unittest.main()
