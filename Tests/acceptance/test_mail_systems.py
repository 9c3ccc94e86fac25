"""Through the mail systems of Debian, each with its own service and breachd's units: what arrives is what was written.

Each runs in a Debian of its own with a systemd of its own and no network but its loopback, on which a mail server listens.
"""

import base64
import concurrent.futures
import contextlib
import email
import email.policy
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import typing
import unittest

from container import BOOTING, Container, debian_root
from support import BREACHCTL, BREACHD, DEADLINE, EXAMPLE, REPOSITORY, AcceptanceTest, Missing, overlay, tool, wait_until

PYTHON = REPOSITORY / ".venv" / "bin" / "python"
UNITS = REPOSITORY / "systemd"
# No address of the container's own: exim takes whatever is one for itself.
SINK = "10.99.0.1"
SPOOL = "/var/spool/breachclock"

# Texts that a mail system may stumble over: accents, quotes, full stops and "From " at the beginning of lines.
SUMMARY = "From the café: “Dáire's” folder, \"sealed\"; 100% = all. " + "From here on . . .. " * 12 + "x" * 1100


class MailSystem(typing.NamedTuple):
    """A mail system: its package, how it is told to send everything to the sink, and how it is made to try again."""
    package: str
    configure: str
    flush: str = ""
    sendmail: str = "/usr/sbin/sendmail"
    has_queue: bool = True
    # The fields that it writes anew on one line each, with the same content.
    unfolds: tuple = ()
    trace: tuple = ("Received",)


POSTFIX = MailSystem(
    "postfix",
    f"postconf -e 'relayhost=[{SINK}]' inet_interfaces=loopback-only mydestination= myhostname=mail.council.example "
    "minimal_backoff_time=1s && systemctl restart postfix",
    "postqueue -f")
EXIM = MailSystem(
    "exim4-daemon-light",
    "sed -i 's/^dc_eximconfig_configtype=.*/dc_eximconfig_configtype=satellite/;"
    f"s/^dc_smarthost=.*/dc_smarthost={SINK}/;s/^dc_minimaldns=.*/dc_minimaldns=true/' /etc/exim4/update-exim4.conf.conf "
    "&& echo council.example > /etc/mailname && update-exim4.conf && systemctl restart exim4",
    "exim4 -qff")
OPENSMTPD = MailSystem(
    "opensmtpd",
    f"printf 'listen on lo\\naction \"out\" relay host smtp://{SINK}:25\\nmatch from local for any action \"out\"\\n' "
    "> /etc/smtpd.conf && systemctl restart opensmtpd",
    "smtpctl schedule all")
NULLMAILER = MailSystem(
    "nullmailer",
    f"echo council.example > /etc/mailname && echo '{SINK} smtp' > /etc/nullmailer/remotes && "
    "systemctl restart nullmailer",
    "systemctl restart nullmailer", unfolds=("From", "To"))
MSMTP = MailSystem(
    "msmtp", f"printf 'defaults\\nauth off\\ntls off\\naccount default\\nhost {SINK}\\nport 25\\n' > /etc/msmtprc",
    "breachctl spool retry && systemctl start breachd-deliver", sendmail="/usr/bin/msmtp", has_queue=False, trace=())
ALL = (POSTFIX, EXIM, OPENSMTPD, NULLMAILER, MSMTP)

BESIDE = ("libstdc++6", "tzdata")


class MailSystems(AcceptanceTest):
    @classmethod
    def setUpClass(cls) -> None:
        if subprocess.run([PYTHON, "-c", "import aiosmtpd"], capture_output=True, check=False).returncode != 0:
            raise Missing(f"{PYTHON} has no aiosmtpd; make it: make .venv")
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for made in [pool.submit(debian_root, "bookworm", *BOOTING, *BESIDE, each.package) for each in ALL]:
                made.result()

    @contextlib.contextmanager
    def machine(self, system: MailSystem) -> typing.Iterator[Container]:
        """A machine with breachd's units running and that mail system."""
        with Container("bookworm", include=(*BESIDE, system.package)) as machine:
            # Whoever listens on any of these addresses is reached by the loopback.
            for command in ("link set lo up", "route add local 10.99.0.0/24 dev lo"):
                subprocess.run([*self.in_its_network(machine), tool("ip"), *command.split()], check=True)
            machine.run("sh", "-c", system.configure)
            machine.put(BREACHD, "/usr/sbin/breachd", mode=0o755)
            machine.put(BREACHCTL, "/usr/bin/breachctl", mode=0o755)
            machine.put(UNITS / "breachclock.sysusers", "/usr/lib/sysusers.d/breachclock.conf")
            machine.put(UNITS / "breachclock.tmpfiles", "/usr/lib/tmpfiles.d/breachclock.conf")
            for unit in sorted(UNITS.glob("breachd*")):
                machine.put(unit, f"/usr/lib/systemd/system/{unit.name}")
            if system.sendmail != "/usr/sbin/sendmail":
                machine.write(
                    "/etc/systemd/system/breachd-deliver.service.d/sendmail.conf",
                    "[Service]\nExecStart=\nExecStart=/usr/bin/breachctl deliver --timed --spool "
                    f"{SPOOL} --sendmail {system.sendmail}\n")
            config = json.loads(EXAMPLE.read_text(encoding="utf-8"))
            overlay(config, {
                "paths": {"state": "/var/lib/breachclock", "socket": "/run/breachclock/breachd.sock", "spool": SPOOL,
                          "status": "/run/breachclock/status.json", "metrics": None},
                "officeHours": {"days": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], "from": "00:00",
                                "to": "23:59", "closed": []},
                "timing": {"heartbeat": "1s"}})
            machine.write("/etc/breachclock/config.json", json.dumps(config))
            machine.run("sh", "-c", "systemd-sysusers && systemd-tmpfiles --create breachclock.conf && "
                        "systemctl daemon-reload && systemctl start breachd && "
                        "systemctl start breachd-deliver.path breachd-deliver.timer")
            yield machine

    def in_its_network(self, machine: Container) -> list:
        return machine.command()[:machine.command().index("--all")] + ["--net", "--"]

    @contextlib.contextmanager
    def sink(self, machine: Container, folder: pathlib.Path) -> typing.Iterator[None]:
        """The mail server that takes everything."""
        with subprocess.Popen([*self.in_its_network(machine), PYTHON, pathlib.Path(__file__).with_name("mail_sink.py"),
                               SINK, folder]) as process:
            try:
                # The machine's own network is asked: port 25 is 0019 there.
                wait_until(lambda: ":0019 " in pathlib.Path(f"/proc/{process.pid}/net/tcp").read_text()
                           or self.assertIsNone(process.poll()), "the mail server listens")
                yield
            finally:
                process.kill()

    def ctl(self, machine: Container, *arguments: str) -> typing.Any:
        return json.loads(machine.run("breachctl", "--json", *arguments).stdout)

    def report(self, machine: Container) -> list:
        """Breaches under two protocols."""
        return [self.ctl(machine, "report", protocol, "--detected", "1h ago", "--by", by, "--summary", SUMMARY,
                         "--measures", ". From then on “nothing”.", "--risk", "likely")["id"]
                for protocol, by in (("EDATRS", "open-road"), ("EWS-ASC", "provide"))]

    def finish(self, machine: Container, breaches: list) -> None:
        """From the partners' positions to the end."""
        for breach in breaches:
            for partner in [each["id"] for each in self.ctl(machine, "show", breach)["partners"]]:
                for matter in ("ico", "individuals"):
                    self.ctl(machine, "position", breach, partner, "do-not-notify", "--matter", matter, "--name", "Zoë",
                             "--reason", "From the log: “unread”.", *(["--ground", "no-high-risk"] * (matter != "ico")))
            self.ctl(machine, "close", breach, "--reason", ".\u00a0Done")

    def files(self, machine: Container, folder: str) -> list:
        return machine.run("ls", "-A", f"{SPOOL}/{folder}").stdout.split()

    def reasons(self, machine: Container) -> list:
        """What came of handing over each message that waits."""
        return [each["reason"] or "not tried yet" for each in self.ctl(machine, "spool")["waiting"]]

    def written(self, machine: Container) -> dict:
        """The messages that were handed over, by their Message-ID, as they are in the spool."""
        names = self.files(machine, "cur")
        text = machine.run("sh", "-c", f"cd {SPOOL}/cur && for name in *; do base64 -w0 \"$name\"; echo; done").stdout
        messages = [base64.b64decode(line) for line in text.split()]
        self.assertEqual(len(messages), len(names))
        return {identity(each): each for each in messages}

    def taken(self, folder: pathlib.Path) -> list:
        return [json.loads(path.read_text(encoding="ascii")) for path in sorted(folder.glob("?????"))]

    def handed_over(self, machine: Container) -> int:
        return self.ctl(machine, "status")["spool"]["waiting"] == 0

    def check(self, system: MailSystem) -> None:
        folder = pathlib.Path(tempfile.mkdtemp(prefix="breachclock-sink-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        with self.machine(system) as machine:
            breaches = self.report(machine)
            wait_until(lambda: self.ctl(machine, "status")["spool"]["waiting"] > 0 or system.has_queue, "notices wait")
            if system.has_queue:
                wait_until(lambda: self.handed_over(machine), "the mail system took them with nobody to send them to")
            else:
                # That one is tried is noted before what came of it.
                why = "ended with 75, a temporary failure: msmtp: could not send mail"
                wait_until(lambda: [why in each for each in self.reasons(machine)] == [True] * 12, "each was tried")
                self.assertEqual(self.files(machine, "cur"), [])
                starts = machine.run("journalctl", "--unit=breachd-deliver", "--grep=^Starting", "--output=cat")
                self.assertLess(starts.stdout.count("Starting"), 10, "what is not taken starts nothing again at once")
            self.assertEqual(self.taken(folder), [])
            with self.sink(machine, folder):
                self.flush_until(machine, system, lambda: len(self.taken(folder)) >= 12)
                self.finish(machine, breaches)
                # What came just as the service ended is the timer's.
                wait_until(lambda: self.handed_over(machine), "all is taken", seconds=3 * DEADLINE)
                written = self.written(machine)
                wait_until(lambda: len(self.taken(folder)) >= len(written), "what followed arrives by itself")
                # Nothing is under way any more: what arrives twice has arrived.
                self.assertEqual(self.files(machine, "new") + self.files(machine, "failed"), [])
                machine.run("systemctl", "stop", "breachd-deliver.path", "breachd-deliver.timer")
                machine.run("sh", "-c", system.flush if system.has_queue else "true")
            self.assertGreater(len(written), 25)
            self.compare(system, written, self.taken(folder))
            self.assertEqual(machine.property("breachd-deliver", "Result"), "success")
            self.assertEqual(machine.run("breachctl", "verify").returncode, 0)
            for path in ("/var/lib/breachclock/journal", "/var/lib/breachclock", "/var/lib/breachclock/lock"):
                refused = machine.run("ls", path, user="breachclock-deliver", check=False) if path.endswith("k") \
                    else machine.run("cat", path, user="breachclock-deliver", check=False)
                self.assertIn("Permission denied", refused.stderr)

    def flush_until(self, machine: Container, system: MailSystem, condition: typing.Callable[[], bool]) -> None:
        """Makes the mail system try again: what it was still about to try when it was asked, it would try in minutes."""
        for _ in range(20):
            machine.run("sh", "-c", system.flush)
            with contextlib.suppress(AssertionError):
                return wait_until(condition, "what waited for the mail server arrives", seconds=3)
        self.fail("what waited for the mail server does not arrive")

    def compare(self, system: MailSystem, written: dict, taken: list) -> None:
        """Each once, to those whom it names, from the organisation's mailbox, and byte for byte but for its trace."""
        found = sorted(identity(unfolded_lines(each)) for each in taken)
        self.assertEqual(found, sorted(written))
        for each in taken:
            content = unfolded_lines(each)
            original = written[identity(content)]
            header = email.message_from_bytes(original, policy=email.policy.default)
            self.assertEqual(each["from"], "breachclock@essex-county-council.example")
            self.assertEqual(sorted(each["to"]), sorted(address.addr_spec for address in header["To"].addresses))
            expected = unfold(original, system.unfolds)
            self.assertTrue(content.endswith(expected), f"{system.package} changed it:\n{content}\n{expected}")
            trace = email.message_from_bytes(content[:len(content) - len(expected)] + b"\n")
            self.assertEqual(tuple(trace.keys()), system.trace)

    def test_what_is_refused_in_the_units(self):
        """The units say nothing that systemd does not know."""
        with self.machine(POSTFIX) as machine:
            done = machine.run("systemd-analyze", "verify", "breachd-deliver.service", "breachd-deliver.path",
                               "breachd-deliver.timer", check=False)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_postfix(self):
        """Two whole breaches through postfix, whose postdrop is set-group-ID."""
        self.check(POSTFIX)

    def test_exim(self):
        """Two whole breaches through exim, which is set-user-ID and delivers in the background."""
        self.check(EXIM)

    def test_opensmtpd(self):
        """Two whole breaches through OpenSMTPD, whose smtpctl is set-group-ID."""
        self.check(OPENSMTPD)

    def test_nullmailer(self):
        """Two whole breaches through nullmailer, whose nullmailer-queue is set-user-ID."""
        self.check(NULLMAILER)

    def test_msmtp(self):
        """Two whole breaches through msmtp, which has no queue: the spool is it."""
        self.check(MSMTP)


def unfolded_lines(taken: dict) -> bytes:
    """What the sink took, with the line ends of the spool."""
    return taken["content"].encode("latin-1").replace(b"\r\n", b"\n")


def identity(content: bytes) -> str:
    return re.search(rb"^Message-ID:\s*(<[^>]*>)", content, re.MULTILINE | re.IGNORECASE)[1].decode()


def unfold(original: bytes, names: tuple) -> bytes:
    """The message with those fields on one line each."""
    header, body = original.split(b"\n\n", 1)
    for name in names:
        header = re.sub(rb"^%s:.*(?:\n[ \t].*)*" % name.encode(), lambda found: found[0].replace(b"\n", b""), header,
                        flags=re.MULTILINE)
    return header + b"\n\n" + body


if __name__ == "__main__":
    unittest.main()
