"""R3, R6, R27 and the limits: bad input is refused with a sentence that says what would do, and nothing is recorded."""

import json
import time
import unittest

from support import BREACHCTL, AcceptanceTest, Daemon, Result, Varlink, ctl, utc

SUMMARY = "A folder was left on a train."
# Valid by modulus 11, as the NHS gives it for tests.
NHS_NUMBER = "943 476 5919"

FREE_TEXTS = ["--summary", "--aware-reason", "--data-categories", "--people-categories", "--consequences",
              "--likelihood", "--measures", "--measures-before", "--found", "--others-told", "--reason",
              "--personal-data-reason"]


class Refusals(AcceptanceTest):
    """Each refusal leaves the journal's bytes as they were."""

    @classmethod
    def setUpClass(cls) -> None:
        # One daemon for all: what one test leaves behind would be a bug that the next one's comparison shows.
        cls.daemon = Daemon()
        cls.addClassCleanup(cls.daemon.__exit__)
        cls.daemon.start()
        cls.reference = cls.daemon.report()["id"]
        cls.daemon.wait_for_all_notices()

    def setUp(self) -> None:
        self.before = self.daemon.journal_bytes()
        self.names = self.daemon.spool()

    def tearDown(self) -> None:
        self.assertEqual(self.daemon.journal_bytes(), self.before, "nothing is recorded")
        self.assertEqual(self.daemon.spool(), self.names, "nothing is sent")

    def report(self, *arguments, protocol="EDATRS", detected="1h ago", by="open-road", summary=SUMMARY,
               stdin=b"") -> Result:
        options = {"--detected": detected, "--by": by, "--summary": summary}
        line = [each for name, value in options.items() if value is not None for each in (name, value)]
        return self.daemon.ctl("report", protocol, *line, *arguments, stdin=stdin)

    def assert_refused(self, result: Result, code: int, *accepted: str) -> None:
        self.assertRefused(self.daemon, result, code, *accepted)

    # What is not there.

    def test_an_unknown_protocol_is_answered_with_the_nearest(self):
        """Contract: 66, and the nearest protocol is named."""
        for name, nearest in {"EDATR": "EDATRS", "edtars": "EDATRS", "MOSIAC": "MOSAIC", "EWSASC": "EWS-ASC"}.items():
            with self.subTest(name):
                self.assert_refused(self.report(protocol=name), 66, f"There is no protocol “{name}”",
                                    f"Did you mean {nearest}?")
        self.assert_refused(self.report(protocol="../../etc/passwd"), 66, "breachctl protocols")
        self.assert_refused(self.report(protocol=""), 66)

    def test_an_unknown_partner_is_answered_with_the_nearest(self):
        """Contract: 66, and the nearest partner of that protocol is named."""
        self.assert_refused(self.report(by="open-raod"), 66, "There is no partner “open-raod”",
                            "Did you mean open-road?")
        self.assert_refused(self.report("--affected", "peabdy"), 66, "Did you mean peabody?")
        self.assert_refused(self.report("--controller", "essex-county"), 66, "partner “essex-county”")
        self.assert_refused(self.report(by="provide"), 66)
        self.assert_refused(self.daemon.ctl("ack", self.reference, "peabdy"), 66, "Did you mean peabody?")

    def test_an_unknown_breach_is_answered_with_66(self):
        """Contract: 66 for every command that names a breach, and for every way to write what is none."""
        for name in ("EDATRS-2026-9999", "EDATRS", "../../etc/passwd", ".", "", "x" * 300, "%2e%2e", "١٢٣",
                     f"{self.reference}0", f" {self.reference}"):
            for command in (("show",), ("timeline",), ("ack",)):
                with self.subTest(name=name[:20], command=command):
                    more = ("peabody",) if command == ("ack",) else ()
                    self.assert_refused(self.daemon.ctl(*command, name, *more), 66, "There is no breach")
        self.assert_refused(self.daemon.ctl("list", "--protocol", "EDATR"), 66, "Did you mean EDATRS?")
        self.assert_refused(self.daemon.ctl("protocols", "show", "EDATR"), 66, "Did you mean EDATRS?")

    # Times.

    def test_r3_an_instant_after_now_is_refused(self):
        """R3: detected, aware, occurred and acknowledged cannot lie in the future."""
        future = utc(time.time() + 3600)
        self.assert_refused(self.report(detected=future), 65, "--detected", "in the future", "up to now")
        self.assert_refused(self.report("--aware", future, "--aware-reason", "Logs."), 65, "--aware", "in the future")
        self.assert_refused(self.report("--occurred", future), 65, "--occurred", "in the future")
        self.assert_refused(self.daemon.ctl("ack", self.reference, "peabody", "--at", future), 65, "--at", "future")
        self.assert_refused(self.report(detected="9999-12-31T23:59:59Z"), 65, "--detected")

    def test_r3_what_is_no_time_is_refused_with_what_would_be(self):
        """R3, hostile inputs: no such day, hour, offset or shape; the accepted shapes are named."""
        for text in ("yesterday", "", "2026-02-29 10:00", "2026-13-01 10:00", "2026-11-20 24:00", "2026-11-20 10:60",
                     "2026-11-20T10:00:60Z", "2026-11-20T10:00:00+25:00", "0000-01-01 00:00", "10000-01-01 00:00",
                     "20/11/2026 10:00", "-3h ago", "3 ago", "99999999999999999999h ago", "2026-11-20", "1e3s ago",
                     "２０２６-11-20 14:05", "2026-11-20T14:05:00Z; rm -rf /"):
            with self.subTest(text):
                self.assert_refused(self.report(detected=text), 65, "--detected", "2026-11-20 14:05 (local time)",
                                    "3h ago")

    def test_r2_an_awareness_before_the_detection_or_without_a_reason_is_refused(self):
        """R2: aware is never before detected, and a gap needs a written reason."""
        self.assert_refused(self.report("--aware", "2h ago", "--aware-reason", "Logs."), 65, "--aware",
                            "give that time or a later one")
        self.assert_refused(self.report("--aware", "30m ago"), 65, "--aware-reason", "needs a written reason")
        self.assert_refused(self.report("--occurred", "30m ago"), 65, "--occurred", "give that time or an earlier one")
        self.assert_refused(self.daemon.ctl("ack", self.reference, "peabody", "--at", "2026-01-01 10:00"), 65, "--at",
                            "give that time or a later one")

    def test_r6_an_unlikely_risk_without_a_reason_is_refused(self):
        """R6: under the threshold `adverse`, unlikely needs a reason."""
        self.assert_refused(self.report("--risk", "unlikely"), 65, "--reason", "needs a reason", "likely or unknown")

    # Texts.

    def test_an_empty_summary_is_refused(self):
        """R5: a breach needs a summary, and blanks are none."""
        for text in ("", " ", "   "):
            with self.subTest(repr(text)):
                self.assert_refused(self.report(summary=text), 65, "--summary")
        self.assert_refused(self.report(summary="-", stdin=b""), 65, "--summary")
        self.assert_refused(self.report(summary="-", stdin=b"\n"), 65, "--summary")

    def test_a_text_over_4000_characters_is_refused(self):
        """Limits: 4,001 characters are refused with the limit, however they are encoded."""
        for character in ("x", "é", "包", "\U0001f4c1"):
            with self.subTest(character):
                self.assert_refused(self.report(summary=character * 4001), 65, "--summary", "4000")
        self.assert_refused(self.report("--measures", "x" * 4001), 65, "--measures", "4000")
        self.assert_refused(self.report(summary="-", stdin=b"x" * 4001), 65, "--summary", "4000")
        self.assert_refused(self.report(summary="-", stdin=b"x" * (1 << 21)), 65, "--summary", "4000")
        self.assert_refused(self.daemon.ctl("ack", self.reference, "peabody", "--name", "n" * 201), 65, "--name", "200")
        self.assert_refused(self.report("--request-id", "i" * 65), 65, "--request-id", "64")

    def test_a_message_of_a_megabyte_is_refused_and_the_connection_closed(self):
        """Limits: a message over 256 KiB ends its connection, whether it ends or not; others are served."""
        call = {"method": "org.breachclock.Control.Report",
                "parameters": {"protocol": "EDATRS", "detected": "now", "by": "open-road", "summary": "x" * (1 << 20)}}
        whole = json.dumps(call).encode() + b"\0"
        for name, data in {"ended by NUL": whole, "without NUL": whole[:-1], "spaces": b" " * (1 << 20)}.items():
            with self.subTest(name), self.daemon.client() as other, self.daemon.client() as client:
                try:
                    client.send(data)
                except (BrokenPipeError, ConnectionResetError):
                    pass
                try:
                    answer = client.message()
                except ConnectionResetError:
                    answer = None
                self.assertIsNone(answer, "closed without an answer")
                self.assertIsNone(other.call("Environment").error, "others are served")
        call["parameters"]["summary"] = "x" * 250_000
        with self.daemon.client() as client:
            client.send(json.dumps(call).encode() + b"\0")
            answer = client.message()
            self.assertIsNotNone(answer, "a message below 256 KiB is read and answered")
            self.assertEqual((answer["error"], answer["parameters"]["field"]),
                             ("org.breachclock.Control.Refused", "summary"))

    def test_control_characters_and_line_ends_are_refused_in_every_text(self):
        """Hostile inputs: CR, LF, NEL, U+2028, tab, ESC and NUL's neighbours have no place in a text."""
        for option in FREE_TEXTS:
            for name, bad in {"CR LF": "A\r\nBcc: x@y.example", "LF": "A\nB", "CR": "A\rB"}.items():
                with self.subTest(option=option, bad=name):
                    result = self.with_text(option, bad)
                    self.assert_refused(result, 65, f"{option}:", "a line end", "on one line")
        for name, bad in {"NEL": "A\u0085B", "LS": "A\u2028B", "PS": "A\u2029B", "tab": "A\tB", "ESC": "A\x1b[31mB",
                          "BEL": "A\x07B", "DEL": "A\x7fB", "CSI": "A\u009bB", "SOH": "A\x01B"}.items():
            with self.subTest(name):
                self.assert_refused(self.report(summary=bad), 65, "--summary:")
                self.assert_refused(self.daemon.ctl("ack", self.reference, "peabody", "--name", bad), 65, "--name:")
        self.assert_refused(self.report("--request-id", "a\nb"), 65, "--request-id:")
        self.assert_refused(self.report(summary="-", stdin=b"A\nB\n"), 65, "--summary:", "a line end")
        for end in (b"\r", b"\n\n", b"\n\r", b"\r\r\n"):
            self.assert_refused(self.report(summary="-", stdin=b"A" + end), 65, "--summary:", "a line end")
        self.assert_refused(self.report(summary="-", stdin=b"A\0B"), 65, "--summary:")
        for operand in ("EDATRS\n", "EDATRS\r\n", "EDATRS\x1b[2J"):
            with self.subTest(operand=operand):
                self.assert_refused(self.report(protocol=operand), 66)

    def with_text(self, option: str, text: str) -> Result:
        """A report that is right but for that text."""
        if option == "--summary":
            return self.report(summary=text)
        return self.report(option, text, *(("--aware", "30m ago") if option == "--aware-reason" else ()))

    def test_text_that_is_no_utf8_is_refused(self):
        """Hostile inputs: invalid, overlong and surrogate UTF-8 is refused, on the line and on standard input."""
        for bad in (b"caf\xe9", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"A\xff"):
            with self.subTest(bad):
                self.assert_refused(self.report(summary=bad), 65, "--summary", "UTF-8")
                self.assert_refused(self.report(summary="-", stdin=bad), 65, "--summary", "UTF-8")
                self.assert_refused(self.report("--measures", bad), 65, "--measures", "UTF-8")
        self.assert_refused(self.report(protocol=b"EDATRS\xff"), 65, "UTF-8")

    def test_r27_an_nhs_number_is_refused_in_every_free_text(self):
        """R27: whatever a notice or the register prints is looked through; the answer says what to do."""
        for option in FREE_TEXTS:
            for text in (NHS_NUMBER, NHS_NUMBER.replace(" ", ""), NHS_NUMBER.replace(" ", "-")):
                with self.subTest(option=option, text=text):
                    result = self.with_text(option, f"It held the record of {text} among others.")
                    self.assert_refused(result, 65, f"{option}:", "NHS number")
        result = self.daemon.ctl("ack", self.reference, "peabody", "--name", f"Clerk {NHS_NUMBER}")
        self.assert_refused(result, 65, "--name:", "NHS number")
        for text, what in {"QQ 12 34 56 C": "National Insurance", "CM1 1QH": "postcode",
                           "born on 3 May 1971": "date of birth", "DOB 03/05/1971": "date of birth"}.items():
            with self.subTest(text):
                self.assert_refused(self.report(summary=f"A letter with {text} was lost."), 65, "--summary:", what)

    # Numbers.

    def test_numbers_of_people_and_records_have_bounds(self):
        """Hostile inputs: below 0 or above 10^10 is refused, and what is no whole number."""
        for option in ("--individuals", "--records"):
            for number in ("-1", "10000000001", "-10000000000", "9007199254740991"):
                with self.subTest(option=option, number=number):
                    self.assert_refused(self.report(option, number), 65, option, "from 0 to 10000000000")
            for text in ("1.5", "1e3", "many", "", "٣", "0x10", "99999999999999999999"):
                with self.subTest(option=option, text=text):
                    result = self.report(option, text)
                    self.assertIn(result.code, (64, 65), result)
                    self.assertIn(option, result.err)
                    self.assertEqual((result.out, result.err.count("\n")), ("", 1))

    # Usage.

    def test_usage_errors_end_with_64_and_a_hint(self):
        """Contract: 64 for what is not in the command line's grammar, with one line that says where help is."""
        for arguments in (("report",), ("report", "EDATRS"), ("report", "EDATRS", "--detected", "now"),
                          ("report", "EDATRS", "--summry", "x"), ("report", "EDATRS", "--detected"),
                          ("report", "EDATRS", "--risk", "maybe"), ("report", "EDATRS", "EWS-ASC"),
                          ("repotr", "EDATRS"), ("show",), ("ack", "EDATRS-2026-0001"), ("list", "--json=yes"),
                          ("list", "-a"), ("protocols", "EDATRS"), ("--nothing",), ("ack", self.reference, "peabody",
                                                                                    "--via", "pigeon"),
                          ("report", "EDATRS", "--detected", "now", "--detected", "now", "--by", "x", "--summary", "y"),
                          ("timeline", "a", "b")):
            with self.subTest(arguments):
                result = self.daemon.ctl(*arguments)
                self.assertEqual((result.code, result.out), (64, ""), result)
                self.assertEqual(result.err.count("\n"), 1, result.err)
                self.assertIn("breachctl ", result.err.removeprefix("breachctl: "), "a hint names what to run")
        self.assertIn("Did you mean --summary?", self.daemon.ctl("report", "EDATRS", "--summry", "x").err)
        self.assertIn("Did you mean report?", self.daemon.ctl("repotr").err)
        self.assertEqual(self.daemon.ctl().code, 64)

    def test_no_daemon_ends_with_69(self):
        """Contract: 69 where nobody listens, for every command that needs the daemon."""
        for arguments in (("list",), ("status",), ("protocols",), ("show", "EDATRS-2026-0001"), ("verify",),
                          ("ack", "EDATRS-2026-0001", "peabody"), ("timeline", "EDATRS-2026-0001"),
                          ("report", "EDATRS", "--detected", "now", "--by", "open-road", "--summary", SUMMARY)):
            with self.subTest(arguments):
                result = ctl(*arguments, socket_path=self.daemon.folder / "nobody.sock")
                self.assertEqual((result.code, result.out, result.err.count("\n")), (69, "", 1), result)
                self.assertIn("breachd", result.err)
                plain = ctl(*arguments, socket_path=self.daemon.config_path)
                self.assertEqual((plain.code, plain.err.count("\n")), (69, 1), plain)
        self.assertTrue(BREACHCTL.exists())

    def test_varlink_calls_that_are_none_are_answered_or_closed(self):
        """Hostile inputs: wrong types and names get the standard errors, what is no message a close."""
        with self.daemon.client() as client:
            for method, parameters, error in (
                ("org.breachclock.Control.Nothing", {}, "MethodNotFound"),
                ("org.nowhere.Thing", {}, "InterfaceNotFound"),
                ("org.varlink.service.Nothing", {}, "MethodNotFound"),
                ("Show", {"breach": 7}, "InvalidParameter"),
                ("Show", {}, "InvalidParameter"),
                ("Show", {"breach": self.reference, "colour": "red"}, "InvalidParameter"),
                ("Report", {"protocol": "EDATRS", "detected": "now", "by": "open-road", "summary": SUMMARY,
                            "individuals": "12"}, "InvalidParameter"),
                ("Report", {"protocol": "EDATRS", "detected": "now", "by": "open-road", "summary": SUMMARY,
                            "individuals": 1.5}, "InvalidParameter"),
                ("Report", {"protocol": "EDATRS", "detected": "now", "by": "open-road", "summary": SUMMARY,
                            "risk": "maybe"}, "InvalidParameter"),
                ("Report", {"protocol": "EDATRS", "detected": "now", "by": "open-road", "summary": SUMMARY,
                            "affected": ["peabody", None]}, "InvalidParameter"),
                ("List", {"all": "yes"}, "InvalidParameter"),
            ):
                with self.subTest(method=method, parameters=parameters):
                    self.assertEqual(client.call(method, **parameters).error, f"org.varlink.service.{error}")
        good = b'"parameters":{"protocol":"EDATRS","detected":"now","by":"open-road","summary":"A folder was lost."'
        report = b'{"method":"org.breachclock.Control.Report",' + good
        for name, data in {
            "no JSON": b"hello", "an array": b"[]", "empty": b"", "trailing data": report + b"}} x",
            "a key twice": report + b',"by":"peabody"}}', "invalid UTF-8": report[:-2] + b'\xff."}}',
            "a lone surrogate": report[:-2] + b'\\ud800."}}', "deep": b"[" * 100_000,
            "1e400": report + b',"individuals":1e400}}', "2^53+1": report + b',"individuals":9007199254740993}}',
            "no method": b'{"parameters":{}}', "method a number": b'{"method":1}',
            "a float": report + b',"individuals":1.0}}',
        }.items():
            with self.subTest(name), Varlink(self.daemon.socket) as client:
                client.send(data + b"\0")
                answer = client.message()
                if answer is not None:
                    self.assertEqual(answer.get("error"), "org.varlink.service.InvalidParameter", answer)
        with Varlink(self.daemon.socket) as client:
            self.assertIsNone(client.call("Environment").error)


class Accepted(AcceptanceTest):
    """What stands just inside the limits is taken: the refusals above refuse no more than they must."""

    def test_texts_and_numbers_at_their_limits_are_accepted(self):
        """Limits: 4,000 characters of any kind, a name of 200, an id of 64, 0 and 10^10."""
        with Daemon() as daemon:
            for character in ("x", "é", "包", "\U0001f4c1"):
                with self.subTest(character):
                    self.assertEqual(daemon.report(summary=character * 4000)["summary"], character * 4000)
            daemon.report("EDATRS", "--individuals", "0", "--records", "10000000000", "--request-id", "i" * 64)
            reference = daemon.report(summary="  A folder was left on a train.  ")["id"]
            self.assertEqual(daemon.json("show", reference)["summary"], SUMMARY, "blanks around are cut off")
            daemon.json("ack", reference, "peabody", "--name", "ñ" * 200)
            every = ["--data-categories", "--people-categories", "--consequences", "--likelihood", "--measures",
                     "--measures-before", "--found", "--others-told", "--reason"]
            daemon.report("EDATRS", *(each for option in every for each in (option, "t" * 4000)), summary="s" * 4000)
            daemon.wait_for_all_notices()
            self.assertEqual(daemon.ctl("verify").code, 0)

    def test_r27_what_only_looks_like_personal_data_is_accepted(self):
        """R27: references, telephone numbers and numbers that fail the check are no personal data."""
        with Daemon() as daemon:
            for text in ("943 476 5918", "1234567890", "99434765919", "943476591", "Ref ZA242481 and Z509709X",
                         "Call 01206 369782 or 020 7421 3100", "See EDATRS-2026-0001 of 2026-11-20",
                         "The form was issued on 3 May 1971"):
                with self.subTest(text):
                    self.assertEqual(daemon.report(summary=f"{text}.")["summary"], f"{text}.")

    def test_r27_a_stated_reason_overrides_and_is_recorded(self):
        """R27: only a stated personal-data reason, itself looked through, lets personal data pass."""
        with Daemon() as daemon:
            text = f"The lost letter had {NHS_NUMBER} on it."
            reason = "The hospital needs the number to find the record."
            self.assertEqual(daemon.report("EDATRS", "--personal-data-reason", reason, summary=text)["summary"], text)
            self.assertTrue(any(reason.encode() in line for line in daemon.journal_lines()))

    def test_texts_that_shells_and_formats_would_mind_are_only_text(self):
        """Hostile inputs: `$(reboot)`, `%n%s`, quotes, markup and bidirectional text arrive as they were written."""
        with Daemon() as daemon:
            for text in ("$(reboot) `id`", "%n%s%p", "'; drop table breaches; --", "=cmd()|x", "<b>&amp;</b>", ".", "-",
                         "From here on", "--summary", "\u202eevil\u202c text", "=?utf-8?q?x?=", "x" * 1500, "a\\nb"):
                with self.subTest(text[:20]):
                    if text == "-":
                        breach = daemon.report(summary="-x")
                        self.assertEqual(breach["summary"], "-x")
                        continue
                    self.assertEqual(daemon.report(summary=text)["summary"], text)
            daemon.wait_for_all_notices()
            shown = daemon.ctl("list").out
            self.assertNotIn("\u202e", shown, "what would turn a terminal's text round is shown escaped")


if __name__ == "__main__":
    unittest.main()
