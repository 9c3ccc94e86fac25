"""R1, R3: local times and deadlines against Python's zoneinfo: through summer times of every kind, until 2040.

The daemon is asked for plans, which record nothing, and for reports of a time to come, which it refuses in words: so it
says of each entry whether it is taken, which instant it names, and how that instant is shown.
"""

import datetime
import random
import re
import sys
import time
import typing
import unittest
import zoneinfo

from support import INTERFACE, LONG, AcceptanceTest, Daemon, seed, utc

SEED = seed(1182)
# A summer time of an hour; one of half an hour; one whose winter is the exception.
ZONES = ("Europe/London", "Australia/Lord_Howe", "Europe/Dublin")
YEARS = (2020, 2040)
SAMPLE = 20_000 if LONG else 400
SCREENS = 400 if LONG else 30
# How far around a change of the clocks each minute is entered, in minutes.
AROUND = 180
HOURS = (48, 72)

UTC = datetime.timezone.utc
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def readings(local: datetime.datetime, zone: zoneinfo.ZoneInfo) -> list:
    """The instants that a local time names: none, one or two."""
    found = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(each for each in found if each.astimezone(zone).replace(tzinfo=None) == local)


def shown(at: datetime.datetime, zone: zoneinfo.ZoneInfo) -> str:
    """An instant as people are shown it."""
    local = at.astimezone(zone)
    seconds = f":{local.second:02}" if local.second else ""
    return (f"{DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} {local.year} "
            f"{local.hour:02}:{local.minute:02}{seconds} {local.tzname()}")


def offered(at: datetime.datetime, zone: zoneinfo.ZoneInfo) -> str:
    """A reading as a refusal offers it: with its offset, and so in no doubt."""
    local = at.astimezone(zone)
    return local.isoformat().replace("+00:00", "Z") + f" ({local.tzname()})"


def seconds(at: datetime.datetime) -> int:
    return int(at.timestamp())


def changes(zone: zoneinfo.ZoneInfo, year: int) -> list:
    """The instants of a year at which the offset changes, to the minute."""
    found = []
    at = datetime.datetime(year, 1, 1, tzinfo=UTC)
    day, minute = datetime.timedelta(days=1), datetime.timedelta(minutes=1)
    while at.year == year:
        if (at + day).astimezone(zone).utcoffset() != at.astimezone(zone).utcoffset():
            place = at
            while (place + minute).astimezone(zone).utcoffset() == at.astimezone(zone).utcoffset():
                place += minute
            found.append(place + minute)
        at += day
    return found


class Zones(AcceptanceTest):
    def in_each_zone(self, check: typing.Callable) -> None:
        """Runs a check in each zone, with a daemon at a time before all that it is asked of, and a clause that brings
        little else than its deadlines."""
        for name in ZONES:
            with self.subTest(name, seed=SEED), self.daemon(name) as daemon, daemon.start().client() as client:
                before = daemon.journal_bytes()
                self.client, self.zone, self.random = client, zoneinfo.ZoneInfo(name), random.Random(f"{SEED} {name}")
                self.calls, began = 0, time.monotonic()
                check(daemon)
                if LONG:
                    print(f"{name}: {self.calls / (time.monotonic() - began):.0f} calls a second", file=sys.stderr)
                self.assertEqual(daemon.journal_bytes(), before, "nothing was recorded")

    def daemon(self, zone: str) -> Daemon:
        daemon = Daemon({"timeZone": zone, "timing": {"reminders": []}}, clock="2019-06-01 12:00:00", start=False)
        lean = daemon.config["protocols"][2]
        lean["clause"].update(partnerHours=HOURS[0], regulatorHours=HOURS[1], tell="partners", decision="controller")
        self.protocol, self.partner = lean["id"], lean["partners"][0]["id"]
        daemon.config["protocols"] = [lean]
        daemon.write_config()
        return daemon

    def refusal(self, entry: str) -> str:
        """What the daemon says of a breach detected at a time to come."""
        self.calls += 1
        reply = self.client.call("Report", protocol=self.protocol, detected=entry, by=self.partner, summary="A test.")
        self.assertEqual((reply.error, reply.parameters.get("field")), (f"{INTERFACE}.Refused", "detected"), entry)
        return reply.parameters["reason"]

    def expect_deadlines(self, entry: str, at: datetime.datetime) -> None:
        """Hours are hours: so many times 3,600 seconds after the instant that the entry names."""
        self.calls += 1
        reply = self.client.call("Plan", protocol=self.protocol, detected=entry)
        self.assertIsNone(reply.error, f"{entry}: {reply}")
        due = [each["at"] for each in reply.parameters["plan"] if each["what"] == "deadline"]
        self.assertEqual(due, [utc(seconds(at) + hours * 3600) for hours in HOURS], entry)

    def expect_entry(self, local: datetime.datetime) -> int:
        """A local time is taken where it names one instant, and refused with what would be accepted where it does not;
        the number of instants that it names."""
        zone, entry = self.zone, local.isoformat(sep=" ")
        found = readings(local, zone)
        said = self.refusal(entry)
        if len(found) == 1:
            self.expect_deadlines(entry, found[0])
            self.assertTrue(said.startswith(f"{shown(found[0], zone)} is in the future; "), (entry, said))
            return 1
        # What does not exist would be later or earlier by the jump: under the offset before it, or after.
        offers = found or sorted(local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        way = "occurs twice" if found else "does not exist"
        self.assertEqual(len(offers), 2)
        self.assertTrue(said.startswith(f"{entry} {way} in {zone.key}, "), said)
        self.assertTrue(said.endswith(f"; write {' or '.join(offered(each, zone) for each in offers)}."), (said, offers))
        self.assertEqual(self.client.call("Plan", protocol=self.protocol, detected=entry).error, f"{INTERFACE}.Refused")
        for each in offers:
            self.expect_deadlines(offered(each, zone).partition(" ")[0], each)
        return len(found)

    def test_r3_each_minute_around_each_change_of_the_clocks_is_read_as_zoneinfo_reads_it(self):
        """R1, R3: taken, or refused as skipped or doubled with both readings, which are accepted; the deadlines right."""
        def check(_: Daemon) -> None:
            year = self.random.randrange(*YEARS)
            found = {0: 0, 1: 0, 2: 0}
            for change in changes(self.zone, year):
                middle = change.astimezone(self.zone).replace(tzinfo=None)
                for minute in range(-AROUND, AROUND + 1):
                    found[self.expect_entry(middle + datetime.timedelta(minutes=minute))] += 1
            jump = 30 if self.zone.key == "Australia/Lord_Howe" else 60
            self.assertEqual((found[0], found[2]), (jump, jump), f"skipped and doubled minutes of {year}")
        self.in_each_zone(check)

    def test_r1_a_sample_of_instants_until_2040_is_counted_and_shown_as_zoneinfo_does(self):
        """R1, R3: entered in UTC, with an offset and in local time: one instant, two deadlines, shown in local time."""
        first, last = (seconds(datetime.datetime(year, 1, 1, tzinfo=UTC)) for year in (YEARS[0], YEARS[1] + 1))

        def check(_: Daemon) -> None:
            for _ in range(SAMPLE):
                at = datetime.datetime.fromtimestamp(self.random.randrange(first, last), UTC)
                self.expect_deadlines(utc(seconds(at)), at)
                local = at.astimezone(self.zone)
                self.expect_deadlines(local.isoformat(), at)
                said = self.refusal(utc(seconds(at)))
                self.assertTrue(said.startswith(f"{shown(at, self.zone)} is in the future; "), (at, said))
                self.expect_entry(local.replace(tzinfo=None))
        self.in_each_zone(check)

    def test_r1_the_control_tool_shows_deadlines_as_zoneinfo_does(self):
        """R1: breachctl reads the zone itself: what it prints of a plan, around the changes of many years."""
        def check(daemon: Daemon) -> None:
            for _ in range(SCREENS):
                change = self.random.choice(changes(self.zone, self.random.randrange(*YEARS)))
                at = change + datetime.timedelta(minutes=self.random.randrange(-80 * 60, 600))
                said = daemon.ctl("plan", self.protocol, "--detected", utc(seconds(at))).out
                whens = re.findall(r"(?m)^(.*\S)\s+a deadline passes\b", said)
                self.assertEqual(whens, [shown(at + datetime.timedelta(hours=hours), self.zone) for hours in HOURS], said)
        self.in_each_zone(check)


if __name__ == "__main__":
    unittest.main()
