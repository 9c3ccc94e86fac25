"""What people see: columns that line up, words for durations, colour on a terminal alone, and questions asked."""

import json
import os
import re
import signal
import subprocess
import time
import unittest

from support import BREACHCTL, DAY, HOUR, AcceptanceTest, Daemon, utc, wait_until

DURATION = r"(\d+ d( \d+ h)?|\d+ h( \d+ min)?|\d+ min|\d+ s)"
BREACH_KEYS = {"id", "protocol", "title", "phase", "risk", "summary", "occurredAt", "detectedAt", "awareAt",
               "reportedAt", "detectedBy", "detectedByName", "channelCompromised", "deadlines", "partners", "controllers",
               "matters", "decider", "next", "warnings"}
MATTER_KEYS = {"state", "outcome", "escalateAt", "escalatedAt", "escalationReason", "settledAt", "decidedBy",
               "reason", "when", "how", "byWhom", "ground", "notifiedAt"}


class Screens(AcceptanceTest):
    def assert_columns(self, text: str, header: str) -> None:
        """Every row's cells begin where the header's do."""
        lines = text.splitlines()
        first = next(index for index, line in enumerate(lines) if line.startswith(header))
        starts = [match.start() for match in re.finditer(r"(?<=  )\S|^\S", lines[first])]
        rows = lines[first + 1:]
        rows = rows[:rows.index("")] if "" in rows else rows
        self.assertTrue(rows)
        for row in rows:
            for start in starts[1:]:
                self.assertEqual(row[start - 2:start], "  ", f"{row!r} at {start}")
                self.assertNotEqual(row[start:start + 1], " ", f"{row!r} at {start}")

    def test_list_lines_up_the_soonest_deadline_first(self):
        """Contract: `list` has open breaches, the soonest deadline first, in columns, with durations in words."""
        with Daemon() as daemon:
            later = daemon.report(detected="2h ago")["id"]
            sooner = daemon.report("EWS-ASC", detected="30h ago", by="provide",
                                   summary="A very long summary that must be cut to fit a line. " * 5)["id"]
            overdue = daemon.report(detected=utc(time.time() - 10 * DAY))["id"]
            beds = daemon.report("BEDS", by="bedfordshire-police")["id"]
            wait_until(lambda: daemon.json("status")["overdue"] == 1, "the misses")
            text = daemon.ctl("list").out
            self.assert_columns(text, "BREACH")
            rows = text.splitlines()[1:]
            self.assertEqual([row.split()[0] for row in rows], [overdue, sooner, later, beds])
            self.assertRegex(rows[0], rf"  MISSED {DURATION} ago +MISSED {DURATION} ago  ")
            self.assertRegex(rows[1], rf"  in {DURATION} +in {DURATION} +0 of 1  ", "who detected it is not asked")
            self.assertRegex(rows[3], rf"  none +in {DURATION} +- ")
            for row in rows:
                self.assertLessEqual(len(row), 100)
            self.assertEqual([breach["id"] for breach in daemon.json("list")], [overdue, sooner, later, beds])
            self.assertEqual([breach["id"] for breach in daemon.json("list", "--protocol", "EWS-ASC")], [sooner])
            self.assertEqual(daemon.ctl("list", "--overdue").out.splitlines()[1].split()[0], overdue)

    def test_an_empty_register_says_so(self):
        """Contract: no table without rows, an empty array in JSON."""
        with Daemon() as daemon:
            self.assertEqual(daemon.ctl("list").out, "No breach is open.\n")
            self.assertEqual(daemon.ctl("list", "--overdue").out, "No breach is overdue.\n")
            self.assertEqual(daemon.json("list"), [])

    def test_show_has_deadlines_partners_matters_and_what_happens_next(self):
        """Contract: `show` says it all on a page; times in local time with the zone, distances in words."""
        with Daemon(clock="2026-07-01 12:00:00") as daemon:
            reference = daemon.report("EDATRS", "--occurred", "2026-07-01 09:00", "--risk", "likely",
                                      detected="2026-07-01 10:00")["id"]
            daemon.json("ack", reference, "peabody", "--via", "phone")
            daemon.wait_for_all_notices()
            text = daemon.ctl("show", reference).out
            self.assert_columns(text, "PARTNER")
            for line in ("Happened  Wed 1 Jul 2026 09:00 BST",
                         "Detected  Wed 1 Jul 2026 10:00 BST, by Open Road (Choices)",
                         "Risk      likely", "Partners informed by   Fri 3 Jul 2026 10:00 BST",
                         "Regulator notified by  Sat 4 Jul 2026 10:00 BST",
                         "Notify the regulator       the partners are being consulted; none of the 8 has been heard yet",
                         "Tell the people concerned  the partners are being consulted; none of the 8 has been heard"):
                self.assertIn(f"\n{line}", text)
            for code in ("consulting", "awaiting-decision", "not-required"):
                self.assertNotIn(code, text, "states are shown in words")
            self.assert_columns(text, "POSITION")
            self.assertRegex(text, rf"Next +a reminder, Thu 2 Jul 2026 10:00 BST \(in {DURATION}\)")
            for partner in daemon.config["protocols"][0]["partners"]:
                row = re.search(rf"^{partner['id']}  .*$", text, re.MULTILINE)
                self.assertIsNotNone(row, partner["id"])
                # R27: a name is cut rather than the line broken; what matters of it is to be read.
                self.assertIn(partner["name"][:12], row[0])
            self.assertRegex(text, rf"(?m)^peabody +in the spool (now|{DURATION} ago) +Wed 1 Jul 2026 13:00")
            self.assertEqual(daemon.ctl("show", reference.lower()).out.splitlines()[0], text.splitlines()[0])

    def test_timeline_shows_every_fact_in_order_with_its_account(self):
        """Contract: `timeline` has every fact on the breach, in the journal's order, a sentence each."""
        with Daemon() as daemon:
            reference = daemon.report(detected=utc(time.time() - 49 * HOUR))["id"]
            daemon.report()
            daemon.wait_for_spool(2, ".deadline-missed.")
            daemon.json("ack", reference, "peabody", "--via", "phone", "--name", "Desk officer")
            daemon.wait_for_all_notices()
            facts = daemon.json("timeline", reference)
            self.assertEqual([set(fact) for fact in facts],
                             [{"sequence", "at", "type", "account", "text"}] * len(facts))
            self.assertEqual([fact["sequence"] for fact in facts], sorted(fact["sequence"] for fact in facts))
            expected = [fact["seq"] for fact in daemon.facts() if reference in json.dumps(fact)]
            self.assertEqual([fact["sequence"] for fact in facts], expected)
            self.assertLessEqual({"breach-recorded", "deadline-missed", "partner-acknowledged", "notices-written"},
                                 {fact["type"] for fact in facts})
            text = daemon.ctl("timeline", reference).out
            for fact in facts:
                self.assertIn(f"fact {fact['sequence']}, root", text)
                self.assertTrue(fact["text"].strip().endswith("."), fact)
                self.assertNotIn("EDATRS-2026-0002", fact["text"])
            self.assertIn("Peabody", " ".join(text.split()))

    def test_protocols_shows_each_with_its_rule_and_warnings(self):
        """Contract: `protocols` and `protocols show ID`, under the title that the protocol's own clause uses."""
        with Daemon() as daemon:
            text = daemon.ctl("protocols").out
            for each in daemon.config["protocols"]:
                self.assertRegex(text, rf"(?m)^{each['id']}  \S")
            self.assertIn("tells the partners within 48 h", text)
            self.assertIn("tells the owner immediately; the law's 72 h", text)
            self.assertIn("tells nobody", text)
            page = daemon.ctl("protocols", "show", "ews-asc").out
            self.assertIn("Protocol Lead Organisation  essex-county-council", page)
            self.assertIn("Where a data breach linked to the sharing of data", page)
            self.assert_columns(page, "PARTNER")
            whole = daemon.json("protocols", "show", "EWS-ASC")
            self.assertEqual((whole["id"], whole["clause"]["ownerTitle"]), ("EWS-ASC", "Protocol Lead Organisation"))
            self.assertEqual(len(daemon.json("protocols")), 5)

    def test_no_line_loses_a_controller_or_a_rule_to_the_screens_width(self):
        """A page that is piped is read by a program or kept: no name, rule or time on it is cut."""
        with Daemon() as daemon:
            page = daemon.ctl("protocols", "show", "BEDS").out
            for controller in daemon.config["protocols"][4]["controllers"]:
                self.assertGreaterEqual(" ".join(page.split("PARTNER")[0].split()).count(controller), 1, page[:700])
            self.assertIn("each controller decides", page)

    def test_nothing_is_coloured_where_it_is_piped(self):
        """Contract: colour only on a terminal and without NO_COLOR."""
        with Daemon() as daemon:
            reference = daemon.report(detected=utc(time.time() - 10 * DAY))["id"]
            daemon.report(detected="45h ago")
            for arguments in (("list",), ("show", reference), ("timeline", reference), ("status",), ("protocols",),
                              ("protocols", "show", "EDATRS"), ("help",), ("verify",)):
                with self.subTest(arguments):
                    result = daemon.ctl(*arguments)
                    self.assertEqual(result.code, 0)
                    self.assertNotIn("\x1b", result.out + result.err)
                    for line in result.out.splitlines():
                        self.assertEqual(line, line.rstrip(), "no blanks at the end")
            coloured = self.terminal(daemon.socket, ["list"])
            self.assertIn("\x1b[", coloured)
            self.assertNotIn("\x1b[", self.terminal(daemon.socket, ["list"], NO_COLOR="1"))

    def test_texts_that_would_steer_a_terminal_are_escaped(self):
        """Hostile inputs: format characters in a text are shown escaped, in a pipe and on a terminal."""
        with Daemon() as daemon:
            reference = daemon.report(summary="safe\u202e\u2066text\u200b")["id"]
            for arguments in (["list"], ["show", reference], ["timeline", reference]):
                for out in (daemon.ctl(*arguments).out, self.terminal(daemon.socket, arguments)):
                    for bad in ("\u202e", "\u2066", "\u200b"):
                        self.assertNotIn(bad, out)
            self.assertIn("\\u{202e}", daemon.ctl("show", reference).out)

    def test_json_has_the_contracts_keys(self):
        """Contract: camelCase keys, absent values null and not left out, instants in UTC."""
        with Daemon() as daemon:
            breach = daemon.report()
            shown = daemon.json("show", breach["id"])
            for each in (breach, shown, daemon.json("list")[0], daemon.json("ack", breach["id"], "peabody")):
                self.assertEqual(set(each), BREACH_KEYS)
            self.assertEqual(set(shown["deadlines"]["partners"]), {"due", "state", "settledAt"})
            self.assertEqual(set(shown["deadlines"]["regulator"]),
                             {"due", "dueByProtocol", "stateByProtocol", "dueByLaw", "stateByLaw", "state", "settledAt"})
            for partner in shown["partners"]:
                self.assertLessEqual({"id", "name", "affected", "noticeWrittenAt", "handedOverAt", "acknowledgedAt",
                                      "informed", "positions"}, set(partner))
            for controller in shown["controllers"]:
                self.assertEqual(set(controller), {"id", "awareAt", "dueByLaw", "state", "notifications"})
            self.assertEqual({name: set(matter) for name, matter in shown["matters"].items()},
                             {"ico": MATTER_KEYS, "individuals": MATTER_KEYS})
            self.assertIsNone(shown["occurredAt"])
            self.assertEqual((shown["phase"], shown["risk"]), ("open", "unknown"))
            facts = {key: value for key, value in shown.items() if key != "warnings"}
            for each in re.findall(r'"(\d{4}-[^"]*)"', json.dumps(facts)):
                self.assertRegex(each, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
            mosaic = daemon.report("MOSAIC", by="essex-police")
            self.assertEqual({matter["state"] for matter in mosaic["matters"].values()}, {"awaiting-decision"},
                             "R15: where the owner decides alone the matter opens as awaiting-decision")

    def test_r14_where_the_partners_mail_is_compromised_the_screen_says_that_they_are_telephoned(self):
        """R14: nothing is on its way to a partner by mail, and nothing is shown as if it were."""
        with Daemon() as daemon:
            reference = daemon.report("EWS-ASC", "--channel-compromised", by="provide")["id"]
            daemon.wait_for_all_notices()
            shown = daemon.ctl("show", reference).out
            self.assertEqual(shown.count("by telephone"), 2, shown)
            self.assertNotIn("not written yet", shown)
            self.assertRegex(shown, r"Partners' mail +compromised: they are telephoned, and mailed nothing")
            daemon.json("correct", reference, "--channel-compromised", "no", "--reason", "It was rebuilt.")
            self.assertNotIn("by telephone", daemon.ctl("show", reference).out)

    def test_summary_is_read_from_standard_input(self):
        """Contract: `--summary -` reads standard input; its last line end is no part of the text."""
        with Daemon() as daemon:
            for given in (b"A folder was left on a train.", b"A folder was left on a train.\n"):
                breach = daemon.json("report", "EDATRS", "--detected", "now", "--by", "open-road", "--summary", "-",
                                     stdin=given)
                self.assertEqual(breach["summary"], "A folder was left on a train.")
            given = "Übergeben – naïve \U0001f4c1"
            breach = daemon.json("report", "EDATRS", "--detected", "now", "--by", "open-road", "--summary=-",
                                 stdin=given.encode())
            self.assertEqual(breach["summary"], given)

    def test_a_closed_pipe_is_no_crash(self):
        """Hostile inputs: whoever reads goes away: one line at most, no trace, no signal."""
        with Daemon() as daemon:
            for _ in range(3):
                daemon.report()
            for arguments in (("--json", "list"), ("protocols",), ("help",)):
                with self.subTest(arguments):
                    reading, writing = os.pipe()
                    os.close(reading)
                    done = subprocess.run([BREACHCTL, *arguments], stdout=writing, stderr=subprocess.PIPE, check=False,
                                          env={"BREACHCLOCK_SOCKET": os.fspath(daemon.socket)}, timeout=60)
                    os.close(writing)
                    self.assertGreaterEqual(done.returncode, 0, "ended by a signal")
                    self.assertNotEqual(done.returncode, 0, "what nobody read is not done")
                    self.assertLessEqual(done.stderr.count(b"\n"), 1, done.stderr)

    # On a terminal.

    def test_report_in_a_terminal_asks_one_thing_at_a_time_and_records(self):
        """Contract: `report` asks for what is missing: protocol, time, partner, summary, risk, and to confirm."""
        with Daemon() as daemon:
            shown = self.terminal(daemon.socket, ["report"],
                                  ["1", "3h ago", "open-road", "A folder was left on a train.", "likely", "yes"])
            self.assertIn("Recorded as EDATRS-", shown)
            self.assertEqual(shown.count("\n> "), 6, shown)
            breach = daemon.json("list")[0]
            self.assertEqual((breach["protocol"], breach["detectedBy"], breach["summary"], breach["risk"]),
                             ("EDATRS", "open-road", "A folder was left on a train.", "likely"))

    def test_report_in_a_terminal_asks_again_where_an_answer_will_not_do(self):
        """Contract: a refused answer is said and asked for again; nothing is lost, one breach is recorded."""
        with Daemon() as daemon:
            shown = self.terminal(
                daemon.socket, ["report", "EWS-ASC", "--by", "provide"],
                ["yesterday", "A letter for 943 476 5919 was lost.", "unlikely", "Blank forms.", "y",
                 "2h ago", "A letter was lost."])
            self.assertIn("NHS number", shown)
            self.assertIn("is no time that can be read", shown)
            breaches = daemon.json("list")
            self.assertEqual([(breach["summary"], breach["risk"]) for breach in breaches],
                             [("A letter was lost.", "unlikely")])

    def test_report_in_a_terminal_asks_again_for_what_is_no_utf_8(self):
        """Hostile inputs: bytes of another encoding are not recorded as something else that nobody wrote."""
        with Daemon() as daemon:
            shown = self.terminal(daemon.socket, ["report", "EDATRS", "--detected", "now", "--by", "open-road"],
                                  ["A caf\udce9 list was lost.", "A café list was lost.", "likely", "yes"])
            self.assertIn("no UTF-8", shown)
            self.assertEqual([breach["summary"] for breach in daemon.json("list")], ["A café list was lost."])

    def test_report_in_a_terminal_takes_no_number_that_is_out_of_all_bounds(self):
        """Hostile inputs: the smallest and the largest numbers there are choose nothing, and crash nothing."""
        with Daemon() as daemon:
            shown = self.terminal(
                daemon.socket, ["report"],
                ["-9223372036854775808", "0", "9223372036854775807", "99999999999999999999", "1", "3h ago", "open-road",
                 "A folder was left on a train.", "likely", "yes"])
            self.assertIn("Recorded as EDATRS-", shown)
            self.assertEqual(shown.count("is none of these"), 4, shown)

    def test_report_in_a_terminal_records_nothing_unless_it_is_confirmed(self):
        """Contract: `no`, and the end of input, record nothing and say so."""
        with Daemon() as daemon:
            before = daemon.journal_bytes()
            shown = self.terminal(daemon.socket, ["report", "EDATRS"],
                                  ["now", "open-raod", "open-road", "A folder.", "unknown", "no"], code=64)
            self.assertIn("Nothing was recorded.", shown)
            self.assertIn("Did you mean open-road?", shown)
            shown = self.terminal(daemon.socket, ["report", "EDATRS"], ["now", "\x04"], code=64)
            self.assertIn("Nothing was recorded", shown)
            self.assertEqual(daemon.journal_bytes(), before)


if __name__ == "__main__":
    unittest.main()
