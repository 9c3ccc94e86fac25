"""breachd as a service of a real systemd: the units as they are shipped, in a Debian that is thrown away.

BREACHCLOCK_SUITE=trixie runs them on another Debian than 12.
"""

import contextlib
import fcntl
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import tempfile
import threading
import time
import typing
import unittest

from container import Container
from faults import QuietDaemon
from support import (BREACHCTL, BREACHD, EXAMPLE, HOUR, REPOSITORY, AcceptanceTest, instant, overlay, tool, wait_until)

SUITE = os.environ.get("BREACHCLOCK_SUITE", "bookworm")
# What breachd needs, and accounts that are known to a service alone, asked over a socket as SSSD is.
PACKAGES = ("libstdc++6", "tzdata", "libnss-systemd")
UNITS = REPOSITORY / "systemd"

CONFIGURATION = "/etc/breachclock/config.json"
SOCKET = "/run/breachclock/breachd.sock"
STATUS = "/run/breachclock/status.json"
STATE = "/var/lib/breachclock"
SPOOL = "/var/spool/breachclock"

# Who may do what, by the account's group.
GROUPS = {"recorder": "ig", "owner": "ig-owners", "auditor": "monitor", "stranger": "stranger"}
# A group that exists only while its service runs.
FLEETING = "fleeting"

REPORT = ("report", "EWS-ASC", "--detected", "now", "--by", "provide", "--summary", "A folder was left on a train.")


class Server(Container):
    """A machine with breachd installed as the units want it, and a configuration of few protocols."""

    def __init__(self) -> None:
        super().__init__(SUITE, include=PACKAGES)
        self.config = json.loads(EXAMPLE.read_text(encoding="utf-8"))
        overlay(self.config, {
            "paths": {"state": STATE, "socket": SOCKET, "spool": SPOOL, "status": STATUS,
                      "metrics": "/run/breachclock/breachclock.prom"},
            "access": {"read": ["ig", "monitor", FLEETING], "record": ["ig"], "decide": ["ig-owners"]}})
        self.config["protocols"] = [each for each in self.config["protocols"] if each["id"] == "EWS-ASC"]

    def __enter__(self) -> "Server":
        super().__enter__()
        try:
            self.put(BREACHD, "/usr/sbin/breachd", mode=0o755)
            self.put(BREACHCTL, "/usr/bin/breachctl", mode=0o755)
            for unit in ("breachd.service", "breachd.socket"):
                self.put(UNITS / unit, f"/usr/lib/systemd/system/{unit}")
            self.put(UNITS / "breachclock.sysusers", "/usr/lib/sysusers.d/breachclock.conf")
            self.put(UNITS / "breachclock.tmpfiles", "/usr/lib/tmpfiles.d/breachclock.conf")
            self.write_config()
            accounts = "\n".join(f"groupadd -f {group} && useradd -g {group} {account}"
                                 for account, group in GROUPS.items())
            self.run("sh", "-ec", f"systemd-sysusers\nsystemd-tmpfiles --create breachclock.conf\n{accounts}\n"
                                  # What nothing wants is forgotten when it ends, and how it ended with it.
                                  "systemctl daemon-reload\nsystemctl enable breachd")
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def write_config(self) -> None:
        self.write(CONFIGURATION, json.dumps(self.config, indent=2))

    def drop_in(self, text: str, unit: str = "breachd.service") -> None:
        self.write(f"/etc/systemd/system/{unit}.d/test.conf", text)
        self.run("systemctl", "daemon-reload")

    def start(self) -> "Server":
        self.run("systemctl", "start", "breachd")
        return self

    def ctl(self, *arguments: str, user: typing.Optional[str] = None) -> subprocess.CompletedProcess:
        return self.run("breachctl", *arguments, user=user, check=False)

    def report(self) -> str:
        """Records a breach; its reference."""
        return json.loads(self.run("breachctl", "--json", *REPORT, user="recorder").stdout)["id"]

    def service(self, name: str) -> str:
        return self.property("breachd.service", name)

    def wait_for_restart(self) -> None:
        """Waits until it has been started again once and is ready."""
        wait_until(lambda: self.service("NRestarts") == "1" and self.service("ActiveState") == "active",
                   "breachd is started again")

    def facts(self, *types: str) -> list:
        facts = [json.loads(line.split("\t")[0]) for line in self.read(f"{STATE}/journal").splitlines()]
        return [fact for fact in facts if not types or fact["type"] in types]

    def references(self) -> list:
        return [fact["breach"] for fact in self.facts("breach-recorded")]

    def entries(self) -> list:
        """What breachd itself wrote to the system's journal. Of a process that has ended already journald cannot say
        more than systemd has told it: its unit and its name."""
        self.run("journalctl", "--sync")
        out = self.run("journalctl", "--output=json", "--no-pager", "SYSLOG_IDENTIFIER=breachd").stdout
        return [json.loads(line) for line in out.splitlines()]

    def wait_for_entry(self, text: str) -> None:
        wait_until(lambda: any(text in entry["MESSAGE"] for entry in self.entries()), f"the log says: {text}")


class ServiceTest(AcceptanceTest):
    """A test on a machine of its own."""

    def assertWhole(self, server: Server, *references: str) -> None:
        """The chain verifies, those breaches are in it, and each notice stands in the spool once."""
        self.assertEqual(server.ctl("verify").returncode, 0)
        self.assertEqual(sorted(server.references()), sorted(references))

        def notices() -> list:
            names = server.run("ls", f"{SPOOL}/new").stdout.split()
            return sorted(name for name in names if ".breach-notice." in name)

        wait_until(lambda: len(notices()) >= 2 * len(references), "both partners' notices are written")
        self.assertEqual(len(notices()), 2 * len(references), notices())


class Units(ServiceTest):
    def test_the_units_are_without_fault_and_leave_the_daemon_little(self):
        """systemd-analyze: verify prints nothing; the exposure is at most 1.0."""
        with Server() as server:
            for unit in ("breachd.service", "breachd.socket"):
                done = server.run("systemd-analyze", "verify", unit)
                self.assertEqual((done.stdout, done.stderr), ("", ""))
            done = server.run("systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=10",
                              "/usr/lib/systemd/system/breachd.service")
            self.assertRegex(done.stdout, r"Overall exposure level for breachd\.service: (0\.\d|1\.0) ")

    def test_without_a_configuration_nothing_is_started_and_nothing_has_failed(self):
        """A package that is installed and not configured yet: the condition keeps both units from starting."""
        with Server() as server:
            server.run("rm", CONFIGURATION)
            for unit in ("breachd.service", "breachd.socket"):
                server.run("systemctl", "start", unit)
                self.assertEqual(server.property(unit, "ConditionResult"), "no")
                self.assertEqual(server.property(unit, "ActiveState"), "inactive")


class Serving(ServiceTest):
    def test_it_is_ready_once_it_answers_and_lets_in_whom_the_groups_let_in(self):
        """R30: when `systemctl start` returns, a recorder reports, a reader reads and no more, others get nothing."""
        with Server() as server:
            server.start()
            self.assertEqual(server.ctl("status").returncode, 0)
            self.assertEqual(server.service("StatusText"), server.ctl("status").stdout.splitlines()[0].split("  ")[1])
            reference = server.report()
            self.assertEqual(server.ctl("show", reference, user="auditor").returncode, 0)
            refused = server.ctl(*REPORT, user="auditor")
            self.assertEqual((refused.returncode, refused.stdout), (77, ""), refused.stderr)
            for arguments in (("status",), ("show", reference), REPORT):
                refused = server.ctl(*arguments, user="stranger")
                self.assertEqual((refused.returncode, refused.stdout), (77, ""), refused.stderr)
                self.assertNotIn(reference, refused.stderr)
            self.assertWhole(server, reference)

    def test_a_group_that_only_a_socket_knows_counts(self):
        """R30: the sandbox lets the C library ask about accounts over sockets, as it asks SSSD: here, of an account that
        exists only while its service runs."""
        with Server() as server:
            fleeting = ("systemd-run", "--quiet", "--property=DynamicUser=yes")
            server.run(*fleeting, f"--property=User={FLEETING}", "sleep", "infinity")
            server.start()
            server.wait_for_entry("is ready.")
            self.assertNotIn(FLEETING, "".join(entry["MESSAGE"] for entry in server.entries()), "it is known")
            server.run(*fleeting, "--wait", "--pipe", f"--property=User={FLEETING}", "breachctl", "list")
            refused = server.run(*fleeting, "--wait", "--pipe", "--property=User=another", "breachctl", "list",
                                 check=False)
            self.assertEqual(refused.returncode, 77, refused.stderr)

    def test_the_folders_are_the_daemons_and_any_account_reads_the_status(self):
        """Contract: the status is for everybody, as cron and monitoring are; the register, the notices for nobody."""
        with Server() as server:
            server.start()
            reference = server.report()
            wait_until(lambda: json.loads(server.read(STATUS, user="stranger"))["open"] == 1, "the status says so")
            self.assertEqual(json.loads(server.read(STATUS, user="stranger"))["breaches"][0]["id"], reference)
            self.assertIn("breachclock_open_breaches 1",
                          server.read("/run/breachclock/breachclock.prom", user="stranger"))
            for folder in (STATE, SPOOL):
                self.assertNotEqual(server.run("ls", folder, user="stranger", check=False).returncode, 0, folder)
            for path, mode, group in (
                    (STATE, "700", "breachclock"), (f"{STATE}/journal", "600", "breachclock"),
                    (SPOOL, "2770", "breachclock-deliver"), (f"{SPOOL}/new", "2770", "breachclock-deliver"),
                    (f"{SPOOL}/failed", "2770", "breachclock-deliver"), (STATUS, "644", "breachclock"),
                    ("/run/breachclock", "755", "breachclock")):
                self.assertEqual(server.run("stat", "--format=%a %U %G", path).stdout.strip(),
                                 f"{mode} breachclock {group}", path)
            # What grows old tells monitoring that the daemon has stopped; so it stays.
            server.run("systemctl", "stop", "breachd")
            self.assertIn("staleAfter", json.loads(server.read(STATUS, user="stranger")))

    def test_the_log_has_priorities_and_one_line_a_fact(self):
        """sd-daemon(3): journald takes the priority out of each line; a refusal warns, a fact informs."""
        with Server() as server:
            server.start()
            reference = server.report()
            server.ctl(*REPORT, user="auditor")
            server.wait_for_entry("auditor (uid ")
            entries = server.entries()
            for entry in entries:
                self.assertNotRegex(entry["MESSAGE"], r"^<\d>|\n|20\d\d-\d\d-\d\d")
            found = {fact: int(entry["PRIORITY"]) for entry in entries
                     for fact in re.findall(r", fact (\d+)$", entry["MESSAGE"])}
            lines = [entry["MESSAGE"] for entry in entries if re.search(r", fact \d+$", entry["MESSAGE"])]
            self.assertEqual(len(found), len(lines), "no fact has two lines")
            recorded = server.facts("register-opened", "daemon-started", "breach-recorded")
            self.assertEqual(len(recorded), 3)
            self.assertEqual({found.get(str(fact["seq"])) for fact in recorded}, {6})
            self.assertIn(f"{reference}: breach-recorded by recorder, fact ", "\n".join(lines))
            refusals = [entry for entry in entries if entry["MESSAGE"].startswith("auditor (uid ")]
            self.assertEqual({entry["PRIORITY"] for entry in refusals}, {"4"})
            self.assertNotIn("train", json.dumps(entries), "no free text")


    def test_the_configuration_is_checked_by_root_and_by_the_account_alike(self):
        """Contract of --check-config: a register that belongs to the daemon's account is right, whoever asks."""
        with Server() as server:
            for moment in ("before it is started", "while it runs"):
                for user in (None, "breachclock"):
                    done = server.run("breachd", "--check-config", user=user, check=False)
                    self.assertEqual((done.returncode, done.stderr), (0, ""), f"{user}, {moment}")
                server.start()
            server.run("chmod", "o+w", STATE)
            for user in (None, "breachclock"):
                done = server.run("breachd", "--check-config", user=user, check=False)
                self.assertEqual((done.returncode, done.stdout), (78, ""), user)
                self.assertIn(f"run: chmod go-w {STATE}", done.stderr)


class Reloading(ServiceTest):
    def test_a_reload_takes_the_new_clause_and_leaves_open_breaches_theirs(self):
        """R5: the same process goes on, active; what is open keeps its clause, what comes has the new one."""
        with Server() as server:
            server.start()
            before = server.report()
            process = server.service("MainPID")
            hours = server.config["protocols"][0]["clause"]["partnerHours"]
            server.config["protocols"][0]["clause"]["partnerHours"] = hours + 1
            server.write_config()
            server.run("systemctl", "reload", "breachd")
            server.wait_for_entry("The configuration was read again.")
            server.wait_for("breachd", "active")
            self.assertEqual(server.service("MainPID"), process)
            self.assertEqual(self.partner_hours(server, before), hours)
            self.assertEqual(self.partner_hours(server, server.report()), hours + 1)

    def partner_hours(self, server: Server, reference: str) -> float:
        breach = json.loads(server.ctl("--json", "show", reference).stdout)
        return (instant(breach["deadlines"]["partners"]["due"]) - instant(breach["detectedAt"])) / HOUR

    def test_a_broken_configuration_is_refused_and_the_old_one_stays(self):
        """Contract of SIGHUP: logged as an error, the service stays active and serves by the old configuration."""
        with Server() as server:
            server.start()
            process = server.service("MainPID")
            for broken in ("{", json.dumps({**server.config, "protocol": []}), None):
                if broken is None:
                    server.run("chmod", "o+w", CONFIGURATION)
                else:
                    server.write(CONFIGURATION, broken)
                said = len(self.refusals(server))
                server.run("systemctl", "reload", "breachd")
                wait_until(lambda: len(self.refusals(server)) > said, "the log says that it is refused")
                server.wait_for("breachd", "active")
                self.assertEqual(server.service("MainPID"), process)
                server.report()
            self.assertEqual({entry["PRIORITY"] for entry in self.refusals(server)}, {"3"})
            self.assertEqual(server.service("NRestarts"), "0")
            self.assertWhole(server, *server.references())

    def refusals(self, server: Server) -> list:
        return [entry for entry in server.entries()
                if entry["MESSAGE"].startswith("The new configuration is refused, the old one stays: ")]


class Ending(ServiceTest):
    def test_it_stops_within_a_second_under_load_with_all_that_was_answered(self):
        """R4: by systemd's own timestamps; exit code 0, and the register's last fact is the end."""
        with Server() as server:
            server.start()
            loop = f"while breachctl --json {shlex.join(REPORT)}; do :; done"
            with tempfile.TemporaryFile() as answers:
                clients = [subprocess.Popen(server.command("sh", "-c", loop), stdin=subprocess.DEVNULL, stdout=answers,
                                            stderr=subprocess.DEVNULL) for _ in range(8)]

                def answered() -> set:
                    # The clients share the file's place, so it must not be moved.
                    text = os.pread(answers.fileno(), 1 << 28, 0).decode()
                    return set(re.findall(r'"id": ?"(EWS-ASC-\d+-\d+)"', text))

                wait_until(lambda: len(answered()) > 100, "the load is under way")
                server.run("systemctl", "stop", "breachd")
                for each in clients:
                    each.wait(60)
                recorded = server.references()
                self.assertLessEqual(answered(), set(recorded))
                self.assertEqual(len(recorded), len(set(recorded)))
            asked = int(server.service("ActiveExitTimestampMonotonic"))
            ended = int(server.service("InactiveEnterTimestampMonotonic"))
            self.assertGreater(asked, 0)
            self.assertLess(ended - asked, 1_000_000, "microseconds")
            self.assertEqual((server.service("Result"), server.service("ExecMainStatus")), ("success", "0"))
            self.assertEqual(server.facts()[-1]["type"], "daemon-stopped")
            self.assertNotEqual(server.run("ls", SOCKET, check=False).returncode, 0, "its socket is removed")

    def test_it_is_stopped_while_it_starts_and_the_register_stays_whole(self):
        """R4: SIGTERM at any moment of the start ends it, and it starts again."""
        with Server() as server:
            for milliseconds in range(0, 100, 10):
                server.run("sh", "-ec", "systemctl reset-failed breachd\nsystemctl start --no-block breachd\n"
                                        f"sleep {milliseconds / 1000}\nsystemctl stop breachd")
                self.assertEqual(server.service("ActiveState"), "inactive", server.service("Result"))
            server.start()
            reference = server.report()
            self.assertWhole(server, reference)

    def test_a_crash_is_followed_by_a_start_that_loses_nothing(self):
        """R28: kill -9 in the midst of reports: all that was answered is there, each notice once."""
        with Server() as server:
            server.start()
            references = [server.report() for _ in range(3)]
            server.run("systemctl", "kill", "--signal=KILL", "breachd")
            server.wait_for_restart()
            references.append(server.report())
            self.assertWhole(server, *references)

    def test_a_start_that_would_come_to_the_same_is_not_tried_again(self):
        """Contract of the exit codes: 64, 65 and 78 end it for good."""
        def break_configuration(server: Server) -> None:
            server.write(CONFIGURATION, "{")

        def break_register(server: Server) -> None:
            server.start()
            server.report()
            server.run("systemctl", "stop", "breachd")
            server.run("sed", "-i", "1s/register/Register/", f"{STATE}/journal")

        def break_command_line(server: Server) -> None:
            server.drop_in("[Service]\nExecStart=\nExecStart=/usr/sbin/breachd --no-such-option\n")

        for code, break_it in ((78, break_configuration), (65, break_register), (64, break_command_line)):
            with self.subTest(code), Server() as server:
                break_it(server)
                self.assertNotEqual(server.run("systemctl", "start", "breachd", check=False).returncode, 0)
                self.assertEqual(server.service("ActiveState"), "failed")
                self.assertEqual(server.service("ExecMainStatus"), str(code))
                self.assertEqual((server.service("SubState"), server.service("NRestarts")), ("failed", "0"))


class Watchdog(ServiceTest):
    SECONDS = "[Service]\nWatchdogSec=1s\n"

    def fed(self, server: Server, unit: str) -> None:
        """Waits for the third sign of life since: by then one that gives none would have been ended."""
        for _ in range(3):
            last = server.property(unit, "WatchdogTimestampMonotonic")
            wait_until(lambda: server.property(unit, "WatchdogTimestampMonotonic") != last, f"{unit} shows that it lives")

    def test_a_daemon_that_hangs_is_ended_and_started_again_and_loses_nothing(self):
        """systemd.service(5), WatchdogSec=: an idle one feeds it; one that is stopped by SIGSTOP does not."""
        with Server() as server:
            server.drop_in(self.SECONDS)
            server.start()
            reference = server.report()
            self.fed(server, "breachd")
            self.assertEqual(server.service("NRestarts"), "0", "one that is idle is left alone")
            server.run("systemctl", "kill", "--signal=STOP", "breachd")
            server.wait_for_restart()
            self.assertIn("Watchdog timeout", server.run("journalctl", "--unit=breachd", "--no-pager").stdout)
            self.assertWhole(server, reference)
            self.fed(server, "breachd")
            self.assertEqual(server.service("NRestarts"), "1")

    def test_one_that_stands_by_is_active_feeds_the_watchdog_and_takes_over(self):
        """Contract of --standby: to stand by is what it was asked to do, so that no boot and no watchdog waits for more."""
        with Server() as server:
            server.drop_in(self.SECONDS)
            server.run("cp", "/usr/lib/systemd/system/breachd.service", "/etc/systemd/system/second.service")
            overlay(server.config["paths"], {"socket": "/run/breachclock/second.sock"})
            server.write("/etc/breachclock/second.json", json.dumps(server.config))
            server.drop_in(self.SECONDS + "ExecStart=\n"
                           "ExecStart=/usr/sbin/breachd --standby --config /etc/breachclock/second.json\n",
                           unit="second.service")
            server.start()
            reference = server.report()
            server.run("systemctl", "start", "second")
            self.assertIn("Standing by: the register is held by ", server.property("second", "StatusText"))
            server.run("systemctl", "reload", "second")
            self.fed(server, "second")
            server.run("systemctl", "stop", "breachd")
            second = ("--socket", "/run/breachclock/second.sock")
            wait_until(lambda: server.ctl(*second, "show", reference).returncode == 0, "the second one serves")
            self.fed(server, "second")
            wait_until(lambda: "1 open breach" in server.property("second", "StatusText"), "its status says what is open")
            self.assertEqual(server.property("second", "NRestarts"), "0")
            self.assertEqual(server.property("second", "ActiveState"), "active")


class SocketActivation(ServiceTest):
    def test_the_first_client_starts_it_and_a_restart_turns_nobody_away(self):
        """sd_listen_fds(3): clients wait while it starts; the socket's file is systemd's, and stays."""
        with Server() as server:
            server.run("systemctl", "start", "breachd.socket")
            self.assertEqual(server.service("ActiveState"), "inactive")
            file = self.file(server)
            reference = server.report()
            self.assertEqual(server.service("ActiveState"), "active")
            self.assertEqual(server.service("NRestarts"), "0")
            answers: list = []
            is_over = threading.Event()

            def ask() -> None:
                while not is_over.is_set():
                    answers.append(server.ctl("show", reference, user="auditor"))

            asking = threading.Thread(target=ask)
            asking.start()
            try:
                for _ in range(3):
                    answered = len(answers)
                    server.run("systemctl", "restart", "breachd")
                    wait_until(lambda: len(answers) > answered + 1, "clients go on")
            finally:
                is_over.set()
                asking.join()
            self.assertEqual([each for each in answers if each.returncode != 0], [])
            server.run("systemctl", "stop", "breachd")
            self.assertEqual(self.file(server), file)
            self.assertEqual(server.ctl("show", reference).returncode, 0, "the next client starts it again")
            self.assertWhole(server, reference)
            server.run("systemctl", "stop", "breachd.socket", "breachd.service")
            self.assertEqual(server.ctl("status").returncode, 69)

    def file(self, server: Server) -> str:
        return server.run("stat", "--format=%F %i", SOCKET).stdout

    def test_a_client_that_waits_does_not_start_for_ever_what_fails_each_time(self):
        """systemd.unit(5), StartLimitBurst=: after some starts the socket gives up, and the client is told."""
        with Server() as server:
            server.write(CONFIGURATION, "{")
            server.run("systemctl", "start", "breachd.socket")
            self.assertEqual(server.ctl("status").returncode, 69)
            server.wait_for("breachd.socket", "failed")
            self.assertEqual(server.service("ActiveState"), "failed")
            self.assertEqual(server.service("ExecMainStatus"), "78")
            self.assertLessEqual(len(server.entries()), 8, "a line a start")

    def test_one_that_stands_by_takes_no_socket(self):
        """Contract of --standby: a client would wait for as long as it stands by."""
        with Server() as server:
            server.drop_in("[Service]\nExecStart=\nExecStart=/usr/sbin/breachd --standby\n")
            server.run("systemctl", "start", "breachd.socket")
            self.assertNotEqual(server.run("systemctl", "start", "breachd", check=False).returncode, 0)
            self.assertEqual(server.service("ExecMainStatus"), "78")
            server.wait_for_entry("disable breachd.socket.")


class PassedDaemon(QuietDaemon):
    """A daemon that is handed descriptors from number 3 on."""

    def __init__(self, *passed: socket.socket, count: str = "") -> None:
        super().__init__(start=False)
        self.passed, self.count = passed, count or str(len(passed))

    def command(self) -> list:
        # Only the process itself knows its number before it becomes breachd.
        moves = " ".join(f"{number}<&{each}" for number, each in enumerate(self.numbers, start=3))
        script = f'LISTEN_PID=$$ LISTEN_FDS={self.count} exec "$@" {moves}'
        return [tool("bash"), "-c", script, "bash", *super().command()]

    def launch(self) -> subprocess.Popen:
        # Copies with numbers that are not in the way of those from 3 on.
        self.numbers = [fcntl.fcntl(each.fileno(), fcntl.F_DUPFD, 20) for each in self.passed]
        try:
            with open(self.log_path, "ab") as log:
                self.process = subprocess.Popen(
                    self.command(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
                    env=self.environ(), cwd="/", start_new_session=True, pass_fds=self.numbers)
        finally:
            for number in self.numbers:
                os.close(number)
        return self.process


class PassedSockets(AcceptanceTest):
    def test_anything_but_one_listening_unix_stream_socket_is_refused(self):
        """sd_listen_fds(3), sd_is_socket_unix(3): 78, a sentence, and nothing recorded."""
        def made(family: int, kind: int, listens: bool) -> socket.socket:
            made = socket.socket(family, kind)
            self.addCleanup(made.close)
            if listens:
                made.bind("" if family == socket.AF_UNIX else ("127.0.0.1", 0))
                made.listen()
            return made

        stream = (socket.AF_UNIX, socket.SOCK_STREAM, True)
        for name, kinds, count, sentence in (
                ("two sockets", (stream, stream), "", "passes 2 sockets"),
                ("no number of sockets", (stream,), "x", "passes x sockets"),
                ("one that does not listen", ((socket.AF_UNIX, socket.SOCK_STREAM, False),), "", "no listening Unix"),
                ("datagrams", ((socket.AF_UNIX, socket.SOCK_DGRAM, False),), "", "no listening Unix"),
                ("whole messages", ((socket.AF_UNIX, socket.SOCK_SEQPACKET, True),), "", "no listening Unix"),
                ("TCP", ((socket.AF_INET, socket.SOCK_STREAM, True),), "", "no listening Unix"),
                ("nothing", (), "1", "no listening Unix")):
            with self.subTest(name), PassedDaemon(*(made(*each) for each in kinds), count=count) as daemon:
                self.assertEqual(daemon.run_to_end(), 78, daemon.log())
                self.assertIn(sentence, daemon.log())
                self.assertEqual(daemon.log().count("\n"), 1)
                self.assertFalse(daemon.journal.exists())

    def test_what_is_passed_to_another_process_is_not_taken(self):
        """sd_listen_fds(3): $LISTEN_PID names whom it is for."""
        with QuietDaemon(environment={"LISTEN_PID": "1", "LISTEN_FDS": "7"}) as daemon:
            self.assertTrue(daemon.socket.exists())
            daemon.report("EWS-ASC", by="provide")


class Notifications(AcceptanceTest):
    def test_the_service_manager_is_told_what_the_daemon_does(self):
        """sd_notify(3): ready when it answers, reloading with the time, ready again, signs of life, stopping."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind("")
            name = manager.getsockname().decode().replace("\0", "@", 1)
            manager.settimeout(60)

            def next_but_status() -> list:
                while True:
                    lines = manager.recv(4096).decode().splitlines()
                    if not lines[0].startswith("STATUS="):
                        return lines

            with QuietDaemon(environment={"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "200000"}, start=False) as daemon:
                daemon.launch()
                self.assertEqual(next_but_status(), ["READY=1"])
                with daemon.client() as client:
                    self.assertIsNone(client.call("Status").error, "it answers at once")
                for _ in range(3):
                    self.assertEqual(next_but_status(), ["WATCHDOG=1"])
                before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
                daemon.signal(signal.SIGHUP)
                told = next_but_status()
                while told == ["WATCHDOG=1"]:
                    told = next_but_status()
                self.assertEqual(told[0], "RELOADING=1")
                since = int(told[1].removeprefix("MONOTONIC_USEC="))
                self.assertTrue(before <= since <= time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000, told)
                self.assertEqual(next_but_status(), ["READY=1"])
                daemon.signal(signal.SIGTERM)
                told = next_but_status()
                while told == ["WATCHDOG=1"]:
                    told = next_but_status()
                self.assertEqual(told, ["STOPPING=1"])
                self.assertEqual(daemon.process.wait(60), 0)

    def test_a_watchdog_of_another_process_is_not_fed(self):
        """sd_watchdog_enabled(3): $WATCHDOG_PID names whom it watches."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind("")
            name = manager.getsockname().decode().replace("\0", "@", 1)
            environment = {"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"}
            with QuietDaemon(environment=environment) as daemon:
                daemon.report("EWS-ASC", by="provide")
                daemon.wait_for_all_notices()
                self.assertEqual(daemon.stop(), 0)
                manager.setblocking(False)
                told = []
                with contextlib.suppress(BlockingIOError):
                    while True:
                        told.append(manager.recv(4096).decode())
                self.assertIn("STOPPING=1\n", told)
                self.assertNotIn("WATCHDOG=1\n", told)


if __name__ == "__main__":
    unittest.main()
