"""R30, R9: who may do what, by the kernel's word; the same request twice."""

import json
import os
import pathlib
import signal
import subprocess
import time
import unittest

from support import BREACHCTL, BREACHD, AcceptanceTest, Daemon, as_account, wait_until

NOT_PERMITTED = "org.breachclock.Control.NotPermitted"

# The account `nobody`.
NOBODY = 65534

# Account names and groups that every Debian has; no account is made and none is changed.
GROUPS = {"read": "games", "record": "news", "decide": "mail"}

CALL = """
import json, socket, sys
client = socket.socket(socket.AF_UNIX)
client.connect(sys.argv[1])
answers = []
for call in json.loads(sys.argv[2]):
    client.sendall(json.dumps(call).encode() + b"\\0")
    data = b""
    while not data.endswith(b"\\0"):
        more = client.recv(65536)
        if not more:
            break
        data += more
    answers.append(json.loads(data[:-1]) if data else None)
print(json.dumps(answers))
"""


class Access(AcceptanceTest):
    def setUp(self) -> None:
        self.assertEqual(os.geteuid(), 0, "these tests call as other accounts: run them as root")

    def calls_as(self, daemon: Daemon, user: str, calls: list, *groups: str) -> list:
        done = subprocess.run([*as_account(user, *groups), "/usr/bin/python3", "-c", CALL, os.fspath(daemon.socket),
                               json.dumps(calls)], capture_output=True, check=True, timeout=60, cwd="/")
        return json.loads(done.stdout)

    COMMANDS = (("list",), ("show", "EDATRS-2026-0001"), ("show", "EDATRS-2026-9999"), ("status",), ("protocols",),
                ("timeline", "EDATRS-2026-0001"), ("ack", "EDATRS-2026-0001", "peabody"), ("watch",),
                ("report", "EDATRS", "--detected", "now", "--by", "open-road", "--summary", "A folder."))

    def test_r30_an_outsider_cannot_even_connect(self):
        """R30: the kernel refuses who is in no configured group: 77, and a sentence that says to whom to turn."""
        with Daemon({"access": {"read": ["games"], "record": ["news"], "decide": ["games", "mail"]}}) as daemon:
            daemon.report()
            daemon.wait_for_all_notices()
            before = daemon.journal_bytes(), daemon.log()
            for arguments in self.COMMANDS:
                for user in ("nobody", "daemon"):
                    with self.subTest(arguments=arguments, user=user):
                        result = daemon.ctl_as(user, *arguments)
                        self.assertEqual((result.code, result.out, result.err.count("\n")), (77, "", 1), result)
                        for words in ("may not connect to", "members of the groups", "games", "news", "mail",
                                      "Ask the administrator", "log in again"):
                            self.assertIn(words, result.err)
            self.assertEqual((daemon.journal_bytes(), daemon.log()), before, "the daemon never saw them")

    def test_r30_an_unknown_caller_may_nothing(self):
        """R30: who comes past the socket's file without right is refused all, learns nothing, and is logged by uid."""
        with Daemon({"access": {"read": ["games"], "record": [], "decide": []}}) as daemon:
            reference = daemon.report()["id"]
            daemon.wait_for_all_notices()
            before = daemon.journal_bytes()
            for arguments in self.COMMANDS:
                for user in ("nobody", "daemon"):
                    with self.subTest(arguments=arguments, user=user):
                        # The process has the group; the account is not in it, by the system's word.
                        result = daemon.ctl_as(user, *arguments, groups=("games",))
                        self.assertEqual((result.code, result.out, result.err.count("\n")), (77, "", 1), result)
                        self.assertIn("may not do that", result.err)
            self.assertEqual(daemon.journal_bytes(), before)
            self.assertIn("(uid 65534): ", daemon.log())
            self.assertIn("(uid 1): Show was answered org.breachclock.Control.NotPermitted", daemon.log())
            answers = {json.dumps(answer) for name in (reference, "EDATRS-2026-9999", "x")
                       for answer in self.calls_as(daemon, "daemon", [
                           {"method": "org.breachclock.Control.Show", "parameters": {"breach": name}}], "games")}
            self.assertEqual(len(answers), 1, "whether the breach exists is not to be learned")
            self.assertIn(NOT_PERMITTED, answers.pop())

    def test_r30_root_and_the_daemons_own_account_may_all(self):
        """R30: root may; every fact carries the calling account."""
        with Daemon() as daemon:
            reference = daemon.report()["id"]
            self.assertEqual(daemon.ctl("ack", reference, "peabody").code, 0)
            facts = daemon.facts("breach-recorded", "partner-acknowledged")
            self.assertEqual([(fact["account"], fact["uid"]) for fact in facts], [("root", 0), ("root", 0)])

    def test_r30_groups_are_admitted_to_their_right_and_to_no_other(self):
        """R30: a reader does not write; a recorder's primary group counts; no right includes another."""
        access = {right: [group] for right, group in GROUPS.items()}
        with Daemon({"access": access}) as daemon:
            reference = daemon.report()["id"]
            report = ("report", "EDATRS", "--detected", "now", "--by", "open-road", "--summary", "A folder.")
            # The accounts `games`, `news` and `mail` have the groups of the same names as their own.
            self.assertEqual(daemon.ctl_as("games", "show", reference).code, 0)
            self.assertEqual(daemon.ctl_as("games", *report).code, 77)
            self.assertEqual(daemon.ctl_as("games", "ack", reference, "peabody").code, 77)
            reported = daemon.ctl_as("news", "--json", *report)
            self.assertEqual(reported.code, 0, reported)
            fact = daemon.facts("breach-recorded")[-1]
            self.assertEqual((fact["account"], fact["uid"]), ("news", int(subprocess.run(
                ["id", "-u", "news"], capture_output=True, check=True).stdout)))
            for arguments in (report, ("ack", reference, "peabody")):
                with self.subTest("what was recorded is not answered as refused", arguments=arguments):
                    before = len(daemon.facts("breach-recorded", "partner-acknowledged"))
                    result = daemon.ctl_as("news", *arguments)
                    after = len(daemon.facts("breach-recorded", "partner-acknowledged"))
                    self.assertEqual((result.code, after - before), (0, 1), result)
            self.assertEqual(daemon.ctl_as("news", "show", reference).code, 77)
            self.assertEqual(daemon.ctl_as("mail", "show", reference).code, 77)
            self.assertEqual(daemon.ctl_as("mail", *report).code, 77)

    def test_r30_a_process_that_only_claims_a_group_is_not_believed(self):
        """R30: groups are those of the account in the system, and a configured group nobody knows admits nobody."""
        with Daemon({"access": {"read": ["breachclock-nowhere"], "record": [], "decide": []}}) as daemon:
            daemon.report()
            self.assertEqual(daemon.ctl_as("games", "list").code, 77)
            self.assertIn("The group breachclock-nowhere of access is not known to the system", daemon.log())

    def test_r30_a_daemon_of_another_account_serves_its_own_account_and_root(self):
        """R30: the daemon's own account may all, others not; its files are its own."""
        with Daemon(start=False) as daemon:
            folder = pathlib.Path(daemon.folder)
            for path in (folder, folder / "var", daemon.config_path):
                os.chown(path, 1, 1)  # The account `daemon`.
            binary = folder / "breachd"
            binary.write_bytes(BREACHD.read_bytes())
            binary.chmod(0o755)
            daemon.command = lambda: [*as_account("daemon"), os.fspath(binary), "--config",  # type: ignore
                                      os.fspath(daemon.config_path)]
            daemon.start()
            reference = daemon.report()["id"]
            self.assertEqual(daemon.ctl_as("daemon", "show", reference).code, 0)
            self.assertEqual(daemon.ctl_as("daemon", "ack", reference, "peabody").code, 0)
            self.assertEqual(daemon.ctl_as("nobody", "show", reference).code, 77)
            self.assertEqual(daemon.ctl_as("games", "show", reference).code, 77)
            self.assertEqual(daemon.journal.stat().st_uid, 1)
            self.assertEqual([fact["account"] for fact in daemon.facts("breach-recorded", "partner-acknowledged")],
                             ["root", "daemon"])

    def test_r30_the_kernels_word_counts_whatever_the_clients_own_address_says(self):
        """Hostile inputs: a client bound to a path like `x;uid=0;`, or to an abstract name, stays who it is."""
        script = """
import json, os, socket, sys, tempfile
for name in (os.path.join(tempfile.mkdtemp(), "x;uid=0;"), "\\0uid=0;root", "\\0" * 40):
    client = socket.socket(socket.AF_UNIX)
    client.bind(name)
    client.connect(sys.argv[1])
    client.sendall(b'{"method":"org.breachclock.Control.List"}\\0')
    print(json.loads(client.recv(65536).split(b"\\0")[0]).get("error"))
    client.close()
"""
        with Daemon({"access": {"read": ["mail"], "record": [], "decide": []}}) as daemon:
            done = subprocess.run([*as_account("games", "mail"), "/usr/bin/python3", "-c", script,
                                   os.fspath(daemon.socket)], capture_output=True, text=True, check=False, timeout=60)
            self.assertEqual(done.stdout.split(), [NOT_PERMITTED] * 3, done.stderr)

    def test_one_account_cannot_use_up_the_connections(self):
        """Hostile inputs: more than 64 connections of one account: TryAgain; root and others are still served."""
        script = """
import json, socket, sys
clients, turned_away = [], 0
for number in range(80):
    client = socket.socket(socket.AF_UNIX)
    client.connect(sys.argv[1])
    client.settimeout(30)
    try:
        client.sendall(b'{"method":"org.breachclock.Control.List"}\\0')
        turned_away += b"TryAgain" in client.recv(65536)
    except OSError:
        turned_away += 1
    clients.append(client)
print(turned_away, flush=True)
sys.stdin.read()
"""
        with Daemon({"access": {"read": ["games", "news"], "record": [], "decide": []}}) as daemon:
            process = subprocess.Popen([*as_account("games"), "/usr/bin/python3", "-c", script,
                                        os.fspath(daemon.socket)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            try:
                self.assertEqual(int(process.stdout.readline()), 80 - 64)
                self.assertTrue(daemon.report()["id"])
                self.assertEqual(daemon.ctl_as("news", "list").code, 0)
            finally:
                process.communicate(timeout=60)
            wait_until(lambda: daemon.ctl_as("games", "list").code == 0, "it is let in again")

    def test_a_flood_of_refusals_does_not_flood_the_log(self):
        """Hostile inputs: one log line a refusal with the caller's uid, but no more than 20 a second."""
        with Daemon() as daemon:
            before = daemon.log().count("\n")
            start = time.monotonic()
            with daemon.client() as client:
                for _ in range(2000):
                    client.call("Show", breach="EDATRS-2026-9999")
            seconds = int(time.monotonic() - start) + 2
            lines = daemon.log().count("\n") - before
            self.assertLessEqual(lines, 20 * seconds)
            self.assertGreaterEqual(lines, 1)
            self.assertIn("(uid 0): Show was answered org.breachclock.Control.NotFound", daemon.log())

    def test_hostile_a_state_or_configuration_that_others_could_change_stops_the_start(self):
        """Hostile inputs: writable by others, a link, of a foreign owner: exit 78, says which and how to mend it."""
        with Daemon(start=False) as daemon:
            state = daemon.journal.parent
            state.mkdir(mode=0o700)
            daemon.start()
            daemon.stop()

            def refuses(path: pathlib.Path, *words: str) -> None:
                self.assertEqual(daemon.run_to_end(), 78, daemon.log())
                last = daemon.log().splitlines()[-1]
                for word in (os.fspath(path), *words):
                    self.assertIn(word, last)

            for path, mode in ((state, 0o700), (daemon.journal, 0o600), (daemon.config_path, 0o644)):
                for bad in (mode | 0o020, mode | 0o002):
                    with self.subTest(path=path, mode=oct(bad)):
                        path.chmod(bad)
                        refuses(path, f"run: chmod go-w {path}")
                        path.chmod(mode)
                with self.subTest(path=path, owner="foreign"):
                    os.chown(path, 1, 1)
                    refuses(path, f"run: chown 0 {path}")
                    os.chown(path, 0, 0)
                with self.subTest(path=path, kind="link"):
                    real = path.with_name(f"{path.name}.real")
                    path.rename(real)
                    path.symlink_to(real)
                    refuses(path, "symbolic link")
                    path.unlink()
                    real.rename(path)
            daemon.start()


    def test_hostile_a_register_that_its_account_cannot_write_stops_the_start_and_the_check(self):
        """Hostile inputs: a part that is root's, or that its mode locks: exit 78, by the start and by whoever checks."""
        with Daemon(start=False) as daemon:
            for path in (daemon.folder / "var", daemon.journal.parent, daemon.journal, daemon.journal.parent / "lock"):
                if path.name in ("journal", "lock"):
                    path.write_bytes(b"")
                    path.chmod(0o600)
                else:
                    path.mkdir(mode=0o700, exist_ok=True)
                os.chown(path, NOBODY, NOBODY)

            def refuses(path: pathlib.Path, command: str) -> None:
                for account in ([], as_account("nobody")):
                    checked = subprocess.run([*account, *daemon.command(), "--check-config"], capture_output=True,
                                             text=True, check=False, timeout=60)
                    self.assertEqual(checked.returncode, 78, (account, checked))
                    self.assertIn(f"run: {command} {path}\n", checked.stderr)
                started = subprocess.run([*as_account("nobody"), *daemon.command()], capture_output=True, text=True,
                                         check=False, timeout=60)
                self.assertEqual(started.returncode, 78, started)
                self.assertIn(f"run: {command} {path}\n", started.stderr)

            for path in (daemon.journal.parent, daemon.journal, daemon.journal.parent / "lock"):
                with self.subTest(path=path, owner="root"):
                    os.chown(path, 0, 0)
                    refuses(path, f"chown {NOBODY}")
                    os.chown(path, NOBODY, NOBODY)
                with self.subTest(path=path, mode="locked"):
                    mode = path.stat().st_mode
                    path.chmod(0o500 if path.is_dir() else 0o400)
                    refuses(path, "chmod u+rwx" if path.is_dir() else "chmod u+rw")
                    path.chmod(mode)


class Requests(AcceptanceTest):
    ARGUMENTS = ("report", "EDATRS", "--detected", "2026-01-05T10:00:00Z", "--by", "open-road", "--request-id",
                 "desk-17")

    def test_r9_the_same_request_twice_records_one_breach(self):
        """R9: sent again, also after a restart, it answers with the breach that it recorded, and records nothing."""
        with Daemon() as daemon:
            summary = ("--summary", "A folder was left on a train.")
            first = daemon.json(*self.ARGUMENTS, *summary)
            self.assertEqual(daemon.json(*self.ARGUMENTS, *summary)["id"], first["id"])
            again = daemon.ctl(*self.ARGUMENTS, *summary)
            self.assertEqual(again.code, 0)
            self.assertIn(f"This request was recorded before, as {first['id']}.", again.out)
            daemon.restart()
            self.assertEqual(daemon.json(*self.ARGUMENTS, *summary)["id"], first["id"])
            self.assertEqual(len(daemon.facts("breach-recorded")), 1)
            self.assertEqual(len(daemon.json("list")), 1)

    def test_r9_with_other_content_it_is_refused(self):
        """R9: the same id with another text, another fact, one fact more or one less is refused."""
        with Daemon() as daemon:
            good = {"protocol": "EDATRS", "detected": "2026-01-05T10:00:00Z", "by": "open-road", "risk": "likely",
                    "summary": "A folder was left on a train.", "measures": "Rang.", "requestId": "desk-17"}
            with daemon.client() as client:
                first = client.call("Report", **good)
                self.assertIsNone(first.error, first)
                for change in ({"summary": "Another folder."}, {"by": "peabody"}, {"risk": "unknown"}, {"records": 4},
                               {"measures": None}, {"found": "By chance."}, {"affected": ["peabody"]},
                               {"detected": "2026-01-05T10:00:01Z"}, {"protocol": "EDATRS-DRAFT"}):
                    with self.subTest(change):
                        reply = client.call("Report", **{key: value for key, value in {**good, **change}.items()
                                                         if value is not None})
                        self.assertEqual((reply.error, reply.parameters.get("field")),
                                         ("org.breachclock.Control.Refused", "requestId"))
                        self.assertIn(first.parameters["breach"]["id"], reply.parameters["reason"])
                self.assertEqual(client.call("Report", **good).parameters["breach"]["id"],
                                 first.parameters["breach"]["id"])
            self.assertEqual(len(daemon.facts("breach-recorded")), 1)

    def test_r9_a_request_id_belongs_to_its_account(self):
        """R9: another account's request of the same id is another request."""
        with Daemon({"access": {"read": ["games"], "record": ["games"], "decide": []}}) as daemon:
            mine = daemon.json(*self.ARGUMENTS, "--summary", "A folder was left on a train.")["id"]
            theirs = daemon.ctl_as("games", "--json", *self.ARGUMENTS, "--summary", "Their folder.")
            self.assertEqual(theirs.code, 0, theirs)
            self.assertNotEqual(json.loads(theirs.out)["id"], mine)

    def test_r9_breachctl_sends_its_request_again_when_the_daemon_dies(self):
        """R9: the daemon dies before it answers and is started again: breachctl's retry records one breach."""
        with Daemon() as daemon:
            daemon.signal(signal.SIGSTOP)
            client = subprocess.Popen(
                [os.fspath(BREACHCTL), "--json", "report", "EDATRS", "--detected", "now", "--by", "open-road",
                 "--summary", "A folder was left on a train."], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, env={"BREACHCLOCK_SOCKET": os.fspath(daemon.socket)})
            # What it sent waits in the socket of the daemon that stands still: half a second is no promise that it was
            # sent, but whichever of both happened, the answer must be the same.
            time.sleep(0.5)
            self.assertIsNone(client.poll(), "it waits for its answer")
            daemon.kill9()
            daemon.start()
            out, err = client.communicate(timeout=60)
            self.assertEqual(client.returncode, 0, err)
            self.assertEqual([breach["id"] for breach in daemon.json("list")], [json.loads(out)["id"]])
            wait_until(lambda: len(daemon.facts("breach-recorded")) == 1, "one breach")


if __name__ == "__main__":
    unittest.main()
