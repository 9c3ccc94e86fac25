"""R28: what the release daemon writes is read by Python's strict parser, by two calendar libraries and by mutt.

A short look is taken by default; with BREACHCLOCK_LONG=1 in the environment it is ten thousand messages. A failure names
the seed of the texts, which BREACHCLOCK_SEED gives again.
"""

import datetime
import json
import os
import random
import re
import subprocess

from support import LONG, REPOSITORY, AcceptanceTest, Daemon, message, wait_until

SEED = os.environ.get("BREACHCLOCK_SEED") or str(random.SystemRandom().randrange(1 << 32))
MESSAGES = 10_000 if LONG else 500
# What one report under EDATRS writes: a message to each partner, one to the IG team.
MESSAGES_A_REPORT = 9
VENV = REPOSITORY / ".venv" / "bin" / "python"

# Letters and words that mail is known to spoil.
PIECES = ["a", "b", " ", " ", " ", ".", "=", "é", "“", "”", "ß", "日本", "🙂", "\u0301", "\u202e", "\u00a0", "From ", ">",
          "-- ", "=?utf-8?q?x?=", "?=", "--=_breachclock", "BEGIN:VCALENDAR", ";", ",", "\\", "\\n", "'", '"', "<b>", "&amp;",
          "abcdefghijklmnopqrstuvwxyz" * 4]

CALENDARS = r'''
import datetime, json, sys
import icalendar, ics

for path in sys.argv[1:]:
    data = open(path, "rb").read()
    text = data.decode("utf-8")
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", ""), path
    assert all(len(line) <= 75 for line in data.split(b"\r\n")), path
    calendar = icalendar.Calendar.from_ical(data)
    assert not calendar.errors and calendar["METHOD"] == "PUBLISH", path
    strict = {event.uid: event for event in ics.Calendar(text).events}
    for event in calendar.walk("VEVENT"):
        assert not event.errors, (path, event.errors)
        other = strict[str(event["UID"])]
        assert other.begin.datetime == event.decoded("DTSTART"), path
        assert other.name == str(event["SUMMARY"]) and other.description == str(event["DESCRIPTION"]), path
        alarms = event.walk("VALARM")
        assert len(other.alarms) == len(alarms) and not any(alarm.errors for alarm in alarms), path
        print(json.dumps({
            "file": path, "uid": str(event["UID"]), "sequence": event["SEQUENCE"], "status": str(event["STATUS"]),
            "at": event.decoded("DTSTART").isoformat(), "alarms": [str(each["TRIGGER"].dt) for each in alarms]}))
'''


class Messages(AcceptanceTest):
    def test_r28_pythons_strict_parser_finds_no_defect_in_messages_of_random_text(self):
        """R28: each message of random texts is read without a defect, and has the text that was reported."""
        numbers = random.Random(SEED)
        with Daemon() as daemon, daemon.client() as client, self.subTest(seed=SEED):
            summaries = {}
            for _ in range(-(-MESSAGES // MESSAGES_A_REPORT)):
                words = "".join(numbers.choices(PIECES, k=numbers.randrange(1, 200)))
                summary = " ".join(words.split())[:4000].strip()
                summary = summary if re.search(r"\w", summary) else "x"
                answer = client.call(
                    "Report", protocol="EDATRS", detected="now", by="open-road", summary=summary, risk="likely",
                    personalDataReason="Random letters.")
                self.assertIsNone(answer.error, answer)
                summaries[answer.parameters["breach"]["id"]] = summary
            paths = [daemon.new / name for name in daemon.wait_for_spool(MESSAGES_A_REPORT * len(summaries))]
            for path in paths:
                self.assert_read_as_reported(path, summaries[path.name.split(".")[0]])

    def assert_read_as_reported(self, path, summary: str) -> None:
        data = path.read_bytes()
        self.assertLess(max(map(len, data.split(b"\n"))), 998)
        self.assertTrue(all(0x20 <= byte < 0x7F or byte == 0x0A for byte in data), path)
        notice = message(path)
        for part in notice.walk():
            self.assertEqual(part.defects, [])
            for field, value in part.items():
                self.assertEqual(value.defects, (), f"{field}: {value}")
        text, calendar = notice.iter_parts()
        self.assertEqual((text.get_content_type(), calendar.get_content_type()), ("text/plain", "text/calendar"))
        self.assertIn(summary, unflowed(text.get_payload(decode=True).decode("utf-8")))

    def test_r8_two_calendar_libraries_read_each_calendar_and_a_corrected_deadline_moves_its_event(self):
        """R8: icalendar and ics read every part; a correction moves the events of the same UID; a settled one ends."""
        with Daemon() as daemon:
            reference = daemon.report("EWS-ASC", by="provide", detected="3h ago")["id"]
            daemon.wait_for_all_notices()
            first = self.events(daemon)
            daemon.json("correct", reference, "--detected", "5h ago", "--reason", "The log says so.")
            daemon.wait_for_all_notices()
            moved = self.events(daemon)
            for partner in ("essex-county-council", "provide"):
                daemon.json("ack", reference, partner)
                daemon.json("position", reference, partner, "notify")
            daemon.json("notified", reference, "--reference", "IC-1")
            daemon.wait_for_all_notices()
            last = self.events(daemon)
        self.assertEqual({event["status"] for event in first.values()}, {"CONFIRMED"})
        self.assertGreater(len(first), 3)
        regulator = next(uid for uid in first if uid.startswith("regulator."))
        # The audience is told of a moved deadline; the IG team, which corrected it, is not written to.
        for uid in (uid for uid in first if not uid.startswith(("partners.", "positions."))):
            before, after = first[uid], moved[uid]
            self.assertGreater(after["sequence"], before["sequence"])
            self.assertAlmostEqual(instant(before) - instant(after), 2 * 3600, delta=60)
        self.assertEqual(first[regulator]["alarms"],
                         ["-1 day, 0:00:00", "-1 day, 12:00:00", "-1 day, 20:00:00", "-1 day, 23:00:00"])
        self.assertEqual(last[regulator]["at"], moved[regulator]["at"])
        acknowledged = [uid for uid in last if uid.startswith("acknowledge.")]
        self.assertTrue(acknowledged)
        for uid in acknowledged:
            self.assertEqual((last[uid]["status"], last[uid]["alarms"]), ("CANCELLED", []))

    def test_r28_mutt_shows_one_thread_for_each_breach(self):
        """R28: whichever message of a breach it has, mutt shows them as one thread."""
        with Daemon() as daemon:
            references = [daemon.report(protocol, by=by)["id"]
                          for protocol, by in (("EDATRS", "open-road"), ("EWS-ASC", "provide"), ("EDATRS", "peabody"))]
            for reference in references:
                daemon.json("escalate", reference, "--reason", "It cannot wait.")
            daemon.wait_for_all_notices()
            count = len(daemon.spool())
            shown = self.threads(daemon)
        self.assertEqual(sorted(line.split()[2].rstrip(":") for line in shown), sorted(references))
        self.assertEqual(sum(int(line.split()[1]) for line in shown), count, "each message is in a thread")

    def threads(self, daemon: Daemon) -> list:
        """What mutt shows of the spool with all threads collapsed: a line each, with how many messages it has."""
        tmux = ["tmux", "-L", f"breachclock-{os.getpid()}", "-f", "/dev/null"]
        settings = ["set sort=threads", "set index_format='THREAD %M %s'", "set strict_threads", "set help=no",
                    "push <collapse-all><first-entry>"]
        mutt = ["mutt", "-n", "-F", "/dev/null", "-R", "-f", os.fspath(daemon.spool_folder)]
        for setting in settings:
            mutt += ["-e", setting]
        # Without its folder mutt asks for leave to make it.
        (daemon.folder / "Mail").mkdir()
        home = ["env", f"HOME={daemon.folder}"]
        subprocess.run([*tmux, "new-session", "-d", "-x", "200", "-y", "50", *home, *mutt], check=True)
        try:
            def screen() -> list:
                captured = subprocess.run([*tmux, "capture-pane", "-p"], capture_output=True, text=True, check=True)
                return [line for line in captured.stdout.splitlines() if line.startswith("THREAD")]

            wait_until(lambda: any(int(line.split()[1]) > 0 for line in screen()), "mutt has collapsed its threads")
            return screen()
        finally:
            subprocess.run([*tmux, "kill-server"], check=False)

    def events(self, daemon: Daemon) -> dict:
        """By UID the newest event of all messages in the spool, as a calendar keeps it."""
        folder = daemon.folder / "calendars"
        folder.mkdir(exist_ok=True)
        paths = []
        for path in sorted(daemon.new.iterdir()):
            for part in message(path).iter_attachments():
                paths.append(folder / f"{path.name}.ics")
                paths[-1].write_bytes(part.get_payload(decode=True))
        self.assertTrue(paths)
        done = subprocess.run([VENV, "-c", CALENDARS, *paths], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        newest: dict = {}
        for event in map(json.loads, done.stdout.splitlines()):
            known = newest.get(event["uid"])
            if known is None or known["sequence"] < event["sequence"]:
                newest[event["uid"]] = event
        return newest


def instant(event: dict) -> float:
    return datetime.datetime.fromisoformat(event["at"]).timestamp()


def unflowed(text: str) -> str:
    """What a reader of format=flowed shows, RFC 3676 section 4.5; each paragraph is a line."""
    shown, goes_on = "", False
    for line in text.split("\n"):
        line = line[1:] if line.startswith(">") else line
        line = line[1:] if line.startswith(" ") else line
        shown += line if goes_on else "\n" + line
        goes_on = line.endswith(" ") and line != "-- "
    return shown
