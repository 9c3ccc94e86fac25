"""What is said, decided and done about a breach, by breachctl: what each command answers, prints and ends with."""

import csv
import io
import json

from support import AcceptanceTest, Daemon

CODES = ("consulting", "awaiting-decision", "not-required", "do-not-notify", "no-agreement", "decision-re", "-notice")


class Matters(AcceptanceTest):
    def done(self, daemon, *words):
        """The screen of a command that is done, on one line; no state or notice stands on it by its code."""
        result = daemon.ctl(*words)
        self.assertEqual((result.code, result.err), (0, ""), words)
        for code in CODES:
            self.assertNotIn(code, result.out, words)
        return " ".join(result.out.split())

    def test_the_way_of_a_breach_is_told_in_words(self):
        """R15-R25: consultation, escalation, decision, notification, closing: each screen says what it means now."""
        with Daemon(clock="2026-11-20 14:05:00") as daemon:
            one = daemon.report(detected="1h ago", by="open-road")["id"]
            self.assertIn("the partners are being consulted", self.done(daemon, "show", one))
            said = self.done(daemon, "position", one, "open-road", "notify", "--name", "Bryony Applegarth")
            self.assertIn("Recorded the position of Open Road (Choices)", said)
            self.assertIn("still to be heard: cyber-media-solutions", said)
            self.assertIn("said the same before", self.done(daemon, "position", one, "open-road", "notify", "--name",
                                                           "Bryony Applegarth"))
            out = self.done(daemon, "escalate", one, "--reason", "It cannot wait.")
            self.assertIn("to be decided by the Protocol owner, Essex County Council", out)
            out = self.done(daemon, "decide", one, "notify", "--name", "Odalys Quirke", "--reason", "Not encrypted.")
            self.assertIn("decided: notify the regulator, by Odalys Quirke", out)
            self.assertIn(f"not recorded as done yet: breachctl notified {one}", out)
            out = self.done(daemon, "notified", one, "--at", "now", "--reference", "IC-312458-K7D2")
            self.assertRegex(out, r"Regulator notified by [^,]* met, Fri 20 Nov 2026 14:05")
            self.assertIn("IC-312458-K7D2", self.done(daemon, "show", one))
            self.done(daemon, "escalate", one, "--matter", "individuals", "--reason", "It cannot wait.")
            out = self.done(daemon, "decide", one, "do-not-notify", "--matter", "individuals", "--name",
                            "Odalys Quirke", "--reason", "A lost key.", "--ground", "Art 34-3-b")
            self.assertIn("ground: the risk was removed since (UK GDPR Art 34(3)(b))", out)
            self.assertIn("as remedial action", self.done(daemon, "note", one, "--kind", "action", "Locks changed."))
            self.assertIn("is closed", self.done(daemon, "close", one, "--reason", "All is done."))
            self.assertIn("is open again", self.done(daemon, "reopen", one))
            self.assertIn("Nothing was recorded", self.done(daemon, "plan", "MOSAIC", "--detected", "2027-03-27 18:00"))
            self.assertIn("UK GDPR Art 33(1)", self.done(daemon, "explain", one))

    def test_every_command_that_records_answers_with_the_breach(self):
        """Contract of the JSON: `--json` prints the breach, as it is with what followed at once."""
        with Daemon() as daemon:
            one = daemon.report("EWS-ASC", detected="1h ago", by="provide")["id"]
            for words in (("position", one, "provide", "notify"), ("position", one, "essex-county-council", "notify"),
                          ("notified", one), ("note", one, "--kind", "advice", "Write to them."),
                          ("correct", one, "--individuals", "3"),
                          ("escalate", one, "--matter", "individuals", "--reason", "It cannot wait."),
                          ("decide", one, "notify", "--matter", "individuals", "--name", "Odalys Quirke", "--reason",
                           "They should know.", "--when", "today", "--how", "by letter", "--by-whom", "the council"),
                          ("redact", one, "summary", "--reason", "It named somebody."), ("close", one, "--reason", "x"),
                          ("reopen", one)):
                with self.subTest(words[0]):
                    breach, shown = daemon.json(*words), daemon.json("show", one)
                    if words[0] == "redact":
                        # What waits is written anew after the answer.
                        for partner in [*breach["partners"], *shown["partners"]]:
                            self.assertIsNotNone(partner.pop("noticeWrittenAt"))
                    self.assertEqual(breach, shown)
                    if words[1:3] == (one, "essex-county-council"):
                        self.assertEqual((breach["matters"]["ico"]["state"], breach["matters"]["ico"]["outcome"]),
                                         ("agreed", "notify"), "R16: the agreement shows in the answer")
            self.assertIsNone(breach["summary"])
            individuals = breach["matters"]["individuals"]
            self.assertEqual([individuals[name] for name in ("decidedBy", "reason", "when", "how", "byWhom", "ground")],
                             ["Odalys Quirke", "They should know.", "today", "by letter", "the council", None])

    def test_refusals_end_with_the_contracts_codes_and_record_nothing(self):
        """Contract of the exit codes: 64, 65 and 66; one line on standard error."""
        with Daemon() as daemon:
            one = daemon.report(detected="1h ago")["id"]
            daemon.wait_for_all_notices()
            before = daemon.journal_bytes()
            for code, words in (
                    (64, ("position", one, "open-road", "maybe")), (64, ("position", one, "open-road")),
                    (64, ("note", one, "Text.")), (64, ("plan", "EDATRS")), (64, ("notified", one, "--phase", "last")),
                    (65, ("position", one, "open-road", "do-not-notify")), (65, ("decide", one, "notify")),
                    (65, ("escalate", one)), (65, ("notified", one)), (65, ("correct", one)), (65, ("close", one)),
                    (65, ("redact", one, "nothing", "--reason", "x")),
                    (65, ("decide", one, "do-not-notify", "--matter", "individuals", "--ground", "34(4)")),
                    (65, ("note", one, "--kind", "effect", "NHS number 943 476 5919")),
                    (66, ("position", one, "nobody", "notify")), (66, ("explain", "EDATRS-2026-0099")),
                    (66, ("plan", "NOTHING", "--detected", "now"))):
                with self.subTest(words):
                    result = daemon.ctl(*words)
                    self.assertEqual((result.code, result.out), (code, ""), result)
                    self.assertEqual(result.err.count("\n"), 1, result.err)
            self.assertEqual(daemon.journal_bytes(), before)

    def test_the_register_is_csv_that_no_spreadsheet_runs(self):
        """R26, RFC 4180, hostile inputs: CR LF, quotation marks, an apostrophe before what would be a formula."""
        with Daemon() as daemon:
            summaries = ["=cmd(),\"x\"", "+1", "-1", "@a", "plain, \"quoted\"", "a;b", "é…"]
            for summary in summaries:
                daemon.report(summary=summary, detected="1h ago")
            result = daemon.ctl("register")
            self.assertEqual((result.code, result.err), (0, ""))
            rows = list(csv.DictReader(io.StringIO(result.out, newline=""), strict=True))
            guarded = [f"'{text}" if text[0] in "=+-@" else text for text in summaries]
            self.assertEqual([row["summary"] for row in rows], guarded)
            whole = json.loads(daemon.ctl("register", "--format", "json").out)
            self.assertEqual([each["summary"] for each in whole], summaries)
            self.assertEqual(list(whole[0]), list(rows[0]))
            self.assertEqual(daemon.json("register"), whole)
