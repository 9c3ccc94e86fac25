"""docs/administration.md, done from its first line to its last in a fresh Debian."""

import json
import re
import typing
import unittest

import package
from container import Container
from support import REPOSITORY, AcceptanceTest, wait_until

PAGE = REPOSITORY / "docs" / "administration.md"

# What the page fetches from Debian, which the machine of the test has to have already.
FETCHED = ("jq", "prometheus-node-exporter", "curl", "nullmailer")

# The one thing that the page cannot know: where the package lies.
PACKAGE = re.compile(r"\./breachclock_\S+\.deb")


class Block(typing.NamedTuple):
    """A fenced block of the page."""
    line: int
    language: str
    text: str


def blocks() -> list:
    page = PAGE.read_text(encoding="utf-8")
    return [Block(page[:found.start()].count("\n") + 1, found[1], found[2])
            for found in re.finditer(r"^```(\w*)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)]


class Administration(AcceptanceTest):
    def test_the_page_leads_from_a_bare_debian_to_a_running_service(self):
        """docs/administration.md: each sh block is run in order as root; what a text block shows is printed."""
        self.addCleanup(package.remove)
        deb = package.deb()
        self.assertEqual({PACKAGE.search(block.text)[0] for block in blocks() if PACKAGE.search(block.text)},
                         {f"./{deb.name}"}, "the page names the package as it is called")
        with Container("bookworm", include=(*package.DEPENDS, *FETCHED)) as machine:
            machine.put(deb, "/root/breachclock.deb")
            printed = ""
            damaged = PAGE.read_text(encoding="utf-8").partition("## When the register is damaged")[0].count("\n")
            for block in blocks():
                if block.line > damaged:
                    self.damage(machine)
                    damaged = float("inf")
                place = f"{PAGE.name}, line {block.line}"
                if block.language == "sh":
                    done = machine.run("sh", "-eu", "-c", PACKAGE.sub("/root/breachclock.deb", block.text), check=False)
                    printed = done.stdout + done.stderr
                    self.assertEqual(done.returncode, 0, f"{place}:\n{block.text}\n{printed}")
                else:
                    self.assertEqual(block.language, "text", place)
                    for line in block.text.splitlines():
                        self.assertIn(line, printed, place)
            self.check_what_it_led_to(machine)

    def damage(self, machine: Container) -> None:
        """What a power cut can leave of a turn that was being written: its end, and zeros where its beginning was. What
        was in memory, /run among it, is gone."""
        report = ("breachctl", "--json", "report", "CARE", "--detected", "1h ago", "--by", "fenwick-council", "--summary",
                  "A letter was sent to another address.")
        reference = json.loads(machine.run(*report, user="ada").stdout)["id"]
        wait_until(lambda: all(partner["noticeWrittenAt"] for partner in json.loads(
            machine.run("breachctl", "--json", "show", reference, user="ada").stdout)["partners"]), "the notices are written")
        machine.run("systemctl", "stop", "breachd")
        machine.run("sh", "-c", r"printf '\0\0\0\0prev\":\"00\"}\t\n' >> /var/lib/breachclock/journal")
        machine.run("rm", "/run/breachclock/status.json")
        self.assertNotEqual(machine.run("systemctl", "start", "breachd", check=False).returncode, 0)

    def check_what_it_led_to(self, machine: Container) -> None:
        """Who records records, who reads reads, and each that watches sees a breach and a stopped daemon."""
        report = ("breachctl", "--json", "report", "CARE", "--detected", "49h ago", "--by", "fenwick-trust", "--summary",
                  "A bag with paper records was left on a bus.")
        self.assertEqual(machine.run(*report, user="watcher", check=False).returncode, 77)
        reference = json.loads(machine.run(*report, user="ada").stdout)["id"]
        self.assertIn(reference, machine.run("breachctl", "list", user="watcher").stdout)
        self.assertEqual(machine.run("breachctl", "show", reference, user="nobody", check=False).returncode, 77)
        cron = re.search(r"^\S+ \S+ \S+ \S+ \S+ (\w+) (.*)$", machine.read("/etc/cron.d/breachclock"), re.MULTILINE)
        look = re.search(r"^jq (--exit-status) '(.*)' (\S+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE).groups()

        def printed() -> str:
            return machine.run("sh", "-c", cron[2], user=cron[1]).stdout

        # It is critical until the mail system has the partners' notices, which it may have by now: then the regulator's
        # deadline is less than a day away.
        self.assertRegex(printed(), "^BREACHCLOCK (CRITICAL|WARNING) - 2 open breaches.*\n$")
        wait_until(lambda: machine.run("jq", *look, user="nobody", check=False).returncode == 1, "the status says so")
        metrics = machine.run("curl", "--silent", "http://localhost:9100/metrics").stdout
        self.assertIn("\nbreachclock_open_breaches 2\n", metrics)
        self.assertIn("\nnode_textfile_scrape_error 0\n", metrics)
        # The page's mail system queues what it is given: its relay is a name that nobody has.
        def taken() -> bool:
            shown = json.loads(machine.run("breachctl", "--json", "show", reference, user="watcher").stdout)
            return all(partner["handedOverAt"] for partner in shown["partners"])

        wait_until(taken, "the mail system has every partner's notice")
        queued = machine.run("sh", "-c", "cat /var/spool/nullmailer/queue/*").stdout
        self.assertIn("dpo@fenwick-council.example", queued)
        machine.run("systemctl", "stop", "breachd")
        self.assertRegex(printed(), "^BREACHCLOCK CRITICAL - No daemon listens")
        machine.run("systemctl", "start", "breachd")
        machine.run("/etc/cron.daily/breachclock")
        # A backup that lacks facts is found out, said, and does not take the place of the good one.
        good = self.copied(machine)
        machine.run("sh", "-c", "systemctl stop breachd && sed -i '$d' /var/lib/breachclock/journal")
        bad = machine.run("/etc/cron.daily/breachclock", check=False)
        self.assertEqual(bad.returncode, 1)
        self.assertIn("facts are missing", bad.stdout)
        self.assertEqual(self.copied(machine), good)
        self.check_another_register_replaces_no_copy(machine, good)

    def copied(self, machine: Container) -> list:
        """The register and the configuration as the last good backup has them."""
        return [machine.read(f"/var/backups/breachclock/{name}") for name in ("journal", "config.json")]

    def check_another_register_replaces_no_copy(self, machine: Container, good: list) -> None:
        """Not even one that is whole and has all that its daemon had. A folder of protocols is copied with the register."""
        machine.run("sh", "-c", ": > /var/lib/breachclock/journal")
        self.assertNotEqual(machine.run("systemctl", "start", "breachd", check=False).returncode, 0)
        self.assertIn("the register is gone", machine.run("journalctl", "--unit", "breachd").stdout)
        machine.run("sh", "-ec", "cd /etc/breachclock && mkdir protocols && umask 027\n"
                    "jq '.protocols[0] | .id = \"ROAD\"' config.json > protocols/road.json\n"
                    "jq '.protocolDirectory = \"protocols\"' config.json > next && cat next > config.json && rm next\n"
                    "chgrp -R breachclock protocols && rm /var/lib/breachclock/lock && systemctl start breachd")
        bad = machine.run("/etc/cron.daily/breachclock", check=False)
        self.assertEqual(bad.returncode, 1, bad.stdout + bad.stderr)
        self.assertIn("journal.new: BROKEN", bad.stdout)
        self.assertEqual(self.copied(machine), good, "its configuration replaces none either")
        machine.run("sh", "-ec", "cd /var/backups/breachclock && mv journal before && /etc/cron.daily/breachclock")
        self.assertFalse(set(self.copied(machine)) & set(good))
        self.assertEqual(machine.read("/var/backups/breachclock/protocols/road.json"),
                         machine.read("/etc/breachclock/protocols/road.json"))


if __name__ == "__main__":
    unittest.main()
