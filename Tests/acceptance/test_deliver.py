"""`deliver` and `spool`: from the spool to the mail system, each message at least once, and what is told of it.

A stand-in for the mail system's program keeps what it is given and does what the test wants; `test_mail_systems.py` has the
real ones.
"""

import collections
import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import threading
import time
import unittest

from support import (BREACHCTL, DEADLINE, LONG, REPOSITORY, AcceptanceTest, Daemon, FrozenDaemon, Result, as_account, identity,
                     instant, message, process_state, seed, small_disk, tool, utc, wait_until, written)

BRISK = {"timing": {"heartbeat": "1s", "ownerNotice": "810m"}}

# It keeps its arguments and its input, durably and whole, before it does what the test wants.
STAND_IN = """#!/bin/sh
here={here}
n=$(date +%s%N).$$
printf '%s\\n' "$@" > "$here/$n.arguments"
cat > "$here/$n.part" && mv "$here/$n.part" "$here/$n.message"
. "$here/behaviour"
"""

# As exim4 does: set-user-ID root, and no account's but root's from then on.
PRIVILEGED = """
#include <stdio.h>
#include <unistd.h>
int main(void) {{
    if (setresuid(0, 0, 0) != 0) return 1;
    FILE *file = fopen("{here}/pid", "w");
    fprintf(file, "%d", getpid());
    fclose(file);
    sleep(600);
    return 75;
}}
"""


class StandIn:
    """A stand-in for /usr/sbin/sendmail."""

    def __init__(self, daemon: Daemon):
        self.folder = daemon.folder / "mail"
        self.folder.mkdir()
        self.folder.chmod(0o777)
        self.path = self.folder / "sendmail"
        self.path.write_text(STAND_IN.format(here=self.folder), encoding="ascii")
        self.path.chmod(0o755)
        self.does("exit 0")

    def does(self, script: str) -> None:
        (self.folder / "behaviour.next").write_text(script + "\n", encoding="utf-8")
        (self.folder / "behaviour.next").rename(self.folder / "behaviour")

    @property
    def taken(self) -> list:
        """What it was given, in order."""
        return [path.read_bytes() for path in sorted(self.folder.glob("*.message"))]

    @property
    def arguments(self) -> list:
        return [path.read_text(encoding="utf-8").splitlines() for path in sorted(self.folder.glob("*.arguments"))]

    def forget(self) -> None:
        for path in [*self.folder.glob("*.message"), *self.folder.glob("*.arguments")]:
            path.unlink()


class Delivering(AcceptanceTest):
    @contextlib.contextmanager
    def waiting(self, *report: str, count: int = 3, daemon: Daemon = None, **facts: str):
        """A daemon with a breach whose notices wait, and a stand-in."""
        with daemon or Daemon(BRISK) as running:
            stand_in = StandIn(running)
            reference = running.report("EWS-ASC", *report, by="provide", **facts)["id"]
            running.wait_for_spool(count)
            running.wait_for_all_notices()
            yield running, stand_in, reference

    def deliver(self, daemon: Daemon, stand_in: StandIn, *arguments: str) -> Result:
        return daemon.ctl("deliver", "--sendmail", os.fspath(stand_in.path), *arguments)

    def folder(self, daemon: Daemon, name: str) -> list:
        return sorted(os.listdir(daemon.spool_folder / name))

    def attempts(self, daemon: Daemon, name: str) -> dict:
        return json.loads((daemon.spool_folder / "attempts" / name).read_text(encoding="utf-8"))

    def handed_over(self, daemon: Daemon) -> list:
        return [each["notice"] for fact in daemon.facts("notices-handed-over") for each in fact["notices"]]

    # Handing over.

    def test_each_message_is_handed_over_once_oldest_first_and_byte_for_byte(self):
        """Contract: `-t -i -f` the organisation's mailbox; moved to cur only then; the daemon records the hand-over."""
        with self.waiting() as (daemon, stand_in, reference):
            files = {name: (daemon.new / name).read_bytes() for name in daemon.spool()}
            ages = dict(zip(sorted(files, reverse=True), (300, 200, 100)))
            for name, age in ages.items():
                os.utime(daemon.new / name, (time.time() - age, time.time() - age))
            before = int(time.time())
            done = self.deliver(daemon, stand_in)
            self.assertEqual((done.code, done.err), (0, ""), done)
            self.assertEqual(done.out, "".join(f"{name}: handed over.\n" for name in ages))
            self.assertEqual(stand_in.taken, [files[name] for name in ages])
            self.assertEqual(stand_in.arguments,
                             [["-t", "-i", "-f", daemon.config["organisation"]["mailFrom"]]] * 3)
            self.assertEqual((daemon.spool(), self.folder(daemon, "attempts")), ([], []))
            self.assertEqual(self.folder(daemon, "cur"), sorted(f"{name}:2,S" for name in files))
            wait_until(lambda: len(self.handed_over(daemon)) == 3, "the hand-overs are recorded")
            for fact in daemon.facts("notices-handed-over"):
                for each in fact["notices"]:
                    self.assertLessEqual(before, instant(each["at"]))
            self.assertEqual(daemon.json("show", reference)["deadlines"]["partners"]["state"], "met")
            again = self.deliver(daemon, stand_in)
            self.assertEqual((again.code, again.out), (0, "Nothing waits.\n"))
            self.assertEqual(self.deliver(daemon, stand_in, "--timed").out, "")
            self.assertEqual(len(stand_in.taken), 3)

    def test_r11_the_instant_of_a_hand_over_is_that_of_the_rename_whatever_came_to_the_folder_since(self):
        """R11: found out late, with the folder changed since, a notice taken in time was taken in time."""
        with self.waiting() as (daemon, stand_in, _):
            daemon.kill9()
            self.assertEqual(daemon.ctl("deliver", "--spool", os.fspath(daemon.spool_folder), "--sendmail",
                                        os.fspath(stand_in.path)).code, 0)
            taken = int(time.time())
            wait_until(lambda: time.time() > taken + 3, "time passes")
            (daemon.new / "1.foreign.host").write_text("Subject: not ours\n\n", encoding="ascii")
            daemon.start()
            wait_until(lambda: len(self.handed_over(daemon)) == 3, "the hand-overs are recorded")
            for fact in daemon.facts("notices-handed-over"):
                for each in fact["notices"]:
                    self.assertLessEqual(instant(each["at"]), taken)

    def test_what_each_exit_code_comes_to(self):
        """sysexits.h: 65, 67, 68 lie with the message and set it aside; all else, known or not, waits and pauses."""
        with self.waiting() as (daemon, stand_in, _):
            daemon.kill9()
            spool = ["--spool", os.fspath(daemon.spool_folder)]
            names = daemon.spool()
            for count, code in enumerate((1, 2, 64, 66, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 99, 126, 127, 255), 1):
                with self.subTest(code):
                    stand_in.does(f"echo 'line one'; echo 'relay is \033[31mdown\007' >&2; exit {code}")
                    done = self.deliver(daemon, stand_in, *spool)
                    self.assertEqual((done.code, daemon.spool()), (75, names), done)
                    self.assertEqual(done.out.count(f"ended with {code}"), 3)
                    self.assertEqual(done.out.count("relay is \\u{1b}[31mdown\\u{7}.\n"), 3, done.out)
                    for name in names:
                        noted = self.attempts(daemon, name)
                        self.assertEqual(noted["attempts"], count)
                        self.assertEqual(instant(noted["nextAt"]) - instant(noted["lastAt"]),
                                         min(60 * 2 ** (count - 1), 900))
            for code in (65, 67, 68):
                with self.subTest(code):
                    # The first is refused, the others wait for the next code.
                    stand_in.does(f"case $(ls $here/*.message | wc -l) in 1) exit {code};; esac; exit 75")
                    stand_in.forget()
                    done = self.deliver(daemon, stand_in, *spool)
                    self.assertEqual(done.code, 65, done)
                    self.assertIn(": set aside, since ", done.out)
            self.assertEqual((daemon.spool(), self.folder(daemon, "failed")), ([], names))

    def test_a_mail_system_that_is_missing_or_killed_or_hangs_leaves_every_message(self):
        """Contract: what may pass pauses; a program that hangs is ended, with what it started, and ends the run."""
        with self.waiting() as (daemon, stand_in, _):
            names = daemon.spool()
            done = daemon.ctl("deliver", "--sendmail", "/nonexistent/sendmail")
            self.assertEqual((done.code, done.out.count("there is no /nonexistent/sendmail; install a mail system")),
                             (75, 3), done)
            (stand_in.folder / "plain").write_text("no program", encoding="ascii")
            done = daemon.ctl("deliver", "--sendmail", os.fspath(stand_in.folder / "plain"))
            self.assertEqual((done.code, done.out.count("Permission denied")), (75, 3), done)
            stand_in.does("kill -9 $$")
            done = self.deliver(daemon, stand_in)
            self.assertEqual((done.code, done.out.count("was ended by signal 9")), (75, 3), done)
            stand_in.does("sleep 600 & echo $! > $here/sleeper; echo 'still trying' >&2; wait")
            started = time.monotonic()
            done = self.deliver(daemon, stand_in, "--time-limit", "1")
            self.assertEqual(done.code, 75, done)
            self.assertLess(time.monotonic() - started, 60)
            self.assertEqual(done.out.count("took longer than 1 s: still trying"), 1, done)
            self.assertIn("2 more not tried, since the mail system does not answer.\n", done.out)
            sleeper = int((stand_in.folder / "sleeper").read_text())
            wait_until(lambda: not pathlib.Path(f"/proc/{sleeper}").exists() or process_state(sleeper) == "Z",
                       "what it started is ended")
            self.assertEqual(daemon.spool(), names)
            self.assertEqual(self.handed_over(daemon), [])
            stand_in.does("exit 0")
            self.assertEqual(self.deliver(daemon, stand_in).code, 0)

    def test_a_mail_system_that_cannot_be_ended_is_not_waited_for(self):
        """Contract: the time limit holds for a set-user-ID program that becomes root for good; the lock is let go."""
        with self.waiting() as (daemon, stand_in, _):
            program, source = stand_in.folder / "privileged", stand_in.folder / "privileged.c"
            source.write_text(PRIVILEGED.format(here=stand_in.folder), encoding="ascii")
            subprocess.run([tool("gcc"), "-o", program, source], check=True)
            program.chmod(0o4755)
            for path in (daemon.spool_folder, *daemon.spool_folder.rglob("*")):
                os.chown(path, 63931, 63931)
            command = [*as_account("63931"), shutil.copy2(BREACHCTL, stand_in.folder / "breachctl"), "deliver",
                       "--time-limit", "1", "--spool", daemon.spool_folder, "--sendmail", program]
            try:
                done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", timeout=DEADLINE)
            finally:
                # Without one it was never started, and what breachctl said tells more.
                with contextlib.suppress(FileNotFoundError, ValueError):
                    os.kill(int((stand_in.folder / "pid").read_text()), signal.SIGKILL)
            self.assertEqual((done.returncode, done.stderr), (75, ""), done)
            self.assertEqual(done.stdout.count("took longer than 1 s"), 1, done)
            self.assertIn("2 more not tried, since the mail system does not answer.\n", done.stdout)
            self.assertEqual(self.deliver(daemon, stand_in).code, 0, "nobody holds the lock")

    def test_a_message_that_vanishes_while_it_is_handed_over_does_not_keep_the_next_from_it(self):
        """Contract: another agent may take what is in `new` at any moment."""
        for code, outcome in ((0, "handed over."), (67, "it has left the spool meanwhile")):
            with self.subTest(code), self.waiting() as (daemon, stand_in, _):
                stand_in.does(f'for each in {daemon.new}/*; do cmp -s "$each" "$here/$n.message" && rm "$each"; done\n'
                              f"exit {code}")
                done = self.deliver(daemon, stand_in)
                self.assertEqual((done.code, done.err, done.out.count(outcome)), (65 if code else 0, "", 3), done)
                self.assertEqual((len(stand_in.taken), daemon.spool()), (3, []))

    def test_what_a_program_leaves_running_does_not_hold_the_next_message_up(self):
        """A mail system that goes on in the background with its streams open has taken the message all the same."""
        with self.waiting() as (daemon, stand_in, _):
            stand_in.does("sleep 30 & echo $! >> $here/sleepers; exit 0")
            started = time.monotonic()
            done = self.deliver(daemon, stand_in)
            self.assertEqual((done.code, done.out.count("handed over")), (0, 3), done)
            self.assertLess(time.monotonic() - started, 25)
            for line in (stand_in.folder / "sleepers").read_text().split():
                os.kill(int(line), signal.SIGKILL)

    def test_timed_leaves_alone_what_pauses_and_by_hand_all_is_tried(self):
        """Contract: a pause that is over, or lies further ahead than any can, is none."""
        with self.waiting() as (daemon, stand_in, _):
            stand_in.does("exit 75")
            self.assertEqual(self.deliver(daemon, stand_in, "--timed").code, 75)
            self.assertEqual(len(stand_in.taken), 3)
            quiet = self.deliver(daemon, stand_in, "--timed")
            self.assertEqual((quiet.code, quiet.out, len(stand_in.taken)), (75, "", 3))
            first, second, third = daemon.spool()
            for name, next_at in ((first, time.time() - 1), (second, time.time() + 86400)):
                noted = {**self.attempts(daemon, name), "nextAt": utc(next_at)}
                (daemon.spool_folder / "attempts" / name).write_text(json.dumps(noted), encoding="utf-8")
            stand_in.does("exit 0")
            answer = daemon.ctl("--json", "deliver", "--timed", "--sendmail", os.fspath(stand_in.path))
            self.assertEqual(answer.code, 75)
            self.assertEqual({each["name"]: each["outcome"] for each in answer.json["messages"]},
                             {first: "handed-over", second: "handed-over", third: "left"})
            self.assertEqual((answer.json["handedOver"], answer.json["left"], answer.json["setAside"]), (2, 1, 0))
            (daemon.spool_folder / "attempts" / third).write_text("\0garbage", encoding="utf-8")
            self.assertEqual(self.deliver(daemon, stand_in, "--timed").code, 0, "what cannot be read says nothing")

    def test_two_at_once_hand_over_nothing_twice(self):
        """Contract: one process works on a spool; another is told so, and by whom."""
        with self.waiting() as (daemon, stand_in, _):
            stand_in.does("while [ ! -e $here/go ]; do sleep 0.05; done")
            results = []
            first = threading.Thread(target=lambda: results.append(self.deliver(daemon, stand_in)))
            first.start()
            wait_until(lambda: stand_in.arguments, "the first is at work")
            second = self.deliver(daemon, stand_in)
            retry = daemon.ctl("spool", "retry", daemon.spool()[0])
            (stand_in.folder / "go").touch()
            first.join()
            self.assertEqual((second.code, retry.code), (75, 75), (second, retry))
            self.assertIn("right now (process ", second.err)
            self.assertEqual(results[0].code, 0)
            self.assertEqual(len(stand_in.taken), 3)

    def test_asked_to_end_it_finishes_the_message_in_hand_and_leaves_the_others(self):
        """SIGTERM between two messages: none is left in the mail system's hands, to be sent again."""
        with self.waiting() as (daemon, stand_in, _):
            stand_in.does("while [ ! -e $here/go ]; do sleep 0.05; done")
            with subprocess.Popen([BREACHCTL, "deliver", "--spool", daemon.spool_folder, "--sendmail", stand_in.path],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
                wait_until(lambda: stand_in.arguments, "the first is in hand")
                process.send_signal(signal.SIGTERM)
                (stand_in.folder / "go").touch()
                out, err = process.communicate(timeout=DEADLINE)
            self.assertEqual((process.returncode, err), (75, ""))
            self.assertEqual(out.count(": handed over.\n"), 1, out)
            self.assertIn("2 more not tried, since breachctl was asked to end.\n", out)
            self.assertEqual((len(daemon.spool()), len(stand_in.taken)), (2, 1))

    def test_where_nothing_can_be_written_nothing_is_sent(self):
        """A message that could not be moved after would be sent again and again: on a full disk none is begun."""
        with Daemon({**BRISK, "paths": {"spool": "var/small/spool"}}, start=False) as daemon:
            small = daemon.folder / "var" / "small"
            with small_disk(small, 4096) as resize:
                daemon.start()
                stand_in = StandIn(daemon)
                daemon.report("EWS-ASC", by="provide")
                names = daemon.wait_for_spool(3)
                daemon.wait_for_all_notices()
                with contextlib.suppress(OSError), open(small / "ballast", "wb") as ballast:
                    while True:
                        ballast.write(b"x" * 4096)
                done = self.deliver(daemon, stand_in)
                self.assertEqual((done.code, done.out, stand_in.taken), (75, "", []), done)
                self.assertIn("No space left on device", done.err)
                self.assertEqual(daemon.spool(), names)
                (small / "ballast").unlink()
                resize(8192)
                self.assertEqual(self.deliver(daemon, stand_in).code, 0)
                daemon.kill9()

    def test_what_is_no_spool_is_refused(self):
        """Contract: 66 where there is none, and where nobody says which: 69, since no daemon answers."""
        with self.waiting() as (daemon, stand_in, _):
            for path in ("/nonexistent", os.fspath(daemon.folder), os.fspath(daemon.config_path)):
                for command in ("deliver", "spool"):
                    with self.subTest(path=path, command=command):
                        self.assertRefused(daemon, daemon.ctl(command, "--spool", path), 66, path, "--spool")
            self.assertRefused(daemon, daemon.ctl("deliver", "--time-limit", "0"), 64, "--time-limit")
            state = daemon.folder / daemon.config["paths"]["state"]
            for name in ("attempts", "failed", "cur", "new"):
                with self.subTest(link=name):
                    folder = daemon.spool_folder / name
                    folder.rename(daemon.spool_folder / "aside")
                    folder.symlink_to(state)
                    before = sorted(state.iterdir())
                    for command in ("deliver", "spool"):
                        self.assertRefused(daemon, daemon.ctl(command, "--spool", os.fspath(daemon.spool_folder)), 66,
                                           os.fspath(folder), "no folder of its own")
                    self.assertEqual(sorted(state.iterdir()), before)
                    folder.unlink()
                    (daemon.spool_folder / "aside").rename(folder)
            socket = daemon.socket
            daemon.kill9()
            socket.unlink()
            self.assertEqual(daemon.ctl("deliver").code, 69)

    def test_only_messages_are_handed_over_and_no_name_is_a_command(self):
        """Hostile inputs: links, folders, pipes and hidden files stay; odd names and senders stay words."""
        with self.waiting() as (daemon, stand_in, _):
            for name in daemon.spool():
                (daemon.new / name).unlink()
            secret = daemon.folder / "secret"
            secret.write_text("From: a@b.example\nTo: c@d.example\n\nsecret\n", encoding="ascii")
            (daemon.new / "link").symlink_to(secret)
            (daemon.new / "folder").mkdir()
            os.mkfifo(daemon.new / "pipe")
            (daemon.new / ".hidden").write_bytes(secret.read_bytes())
            for name in ("-rf", "$(touch pwned)", "a b\033[31m", "\u202eé", ";id", "x" * 250):
                (daemon.new / name).write_text("From: -oQ/tmp@x.example\nTo: c@d.example\n\nhello\n", encoding="ascii")
            done = self.deliver(daemon, stand_in)
            self.assertEqual((done.code, done.out.count("handed over")), (0, 6), done)
            self.assertNotIn("\033", done.out)
            self.assertNotIn("\u202e", done.out)
            self.assertEqual(stand_in.arguments, [["-t", "-i"]] * 6)
            self.assertEqual([text for text in stand_in.taken if b"secret" in text], [])
            self.assertEqual(daemon.spool(), [".hidden", "folder", "link", "pipe"])

    # What was set aside.

    def test_r11_r14_a_refused_notice_informs_nobody_and_the_team_is_asked_to_telephone_once(self):
        """R11, R14: recorded as its own fact, shown and counted; put back it waits again, and informs once taken."""
        with self.waiting() as (daemon, stand_in, reference):
            stand_in.does("grep -q '^Message-ID:.*breach-notice.essex' $here/$n.message && "
                          "{ echo 'unknown mailbox' >&2; exit 67; }; exit 0")
            done = self.deliver(daemon, stand_in)
            self.assertEqual((done.code, done.out.count("handed over"), done.out.count("set aside")), (65, 2, 1), done)
            task = daemon.wait_for_spool(1, ".telephone-task.essex-county-council.breach-notice.")[0]
            daemon.wait_for_all_notices()
            (name,) = self.folder(daemon, "failed")
            token = "breach-notice.essex-county-council.recorded"
            (fact,) = daemon.facts("notices-returned")
            self.assertEqual((fact["breach"], fact["returned"], [each["for"] for each in fact["notices"]]),
                             (reference, [token], ["essex-county-council"]))
            self.assertNotIn("texts", fact)
            partner = {each["id"]: each for each in daemon.json("show", reference)["partners"]}["essex-county-council"]
            self.assertEqual((partner["informed"], partner["handedOverAt"], partner["returnedAt"]),
                             (False, None, fact["at"]))
            self.assertIn("refused by mail", daemon.ctl("show", reference).out)
            self.assertIn("Refused by the mail system and set aside: breach-notice to essex-county-council",
                          daemon.ctl("timeline", reference).out)
            self.assertEqual(daemon.json("show", reference)["deadlines"]["partners"]["state"], "running")
            wait_until(lambda: daemon.status()["spool"]["returned"] == 1, "the status counts it")
            self.assertEqual((daemon.status()["level"], daemon.status()["spool"]["waiting"]), ("warning", 1))
            self.assertIn("that the mail system refused", daemon.status()["summary"])
            self.assertIn("breachclock_spool_returned_notices 1\n", daemon.metrics_path.read_text())
            listed = daemon.json("spool")
            self.assertEqual(([each["name"] for each in listed["setAside"]], [each["name"] for each in listed["waiting"]]),
                             ([name], [task]))
            self.assertIn("unknown mailbox", listed["setAside"][0]["reason"])
            self.assertIn("ended with 67, no such mailbox: unknown mailbox", daemon.ctl("spool").out)

            # The same mailbox is refused again: the team was asked already.
            stand_in.does("exit 67")
            self.assertEqual(daemon.json("spool", "retry", name), {"retried": [name]})
            wait_until(lambda: len(daemon.facts("notices-retried")) == 1, "it waits again")
            self.assertEqual(self.deliver(daemon, stand_in).code, 65)
            wait_until(lambda: len(daemon.facts("notices-returned")) >= 2, "refused again")
            daemon.restart()
            wait_until(lambda: daemon.status()["spool"] == {"waiting": 0, "oldestAt": None, "returned": 2}, "both")
            orders = [order for fact in daemon.facts("notices-returned") for order in fact["notices"]]
            self.assertEqual(len(orders), 1, "asked once; for the task itself nobody is")
            self.assertEqual(daemon.status()["level"], "critical", "the team's own mail is refused")
            self.assertEqual(self.handed_over(daemon).count(token), 0)

            stand_in.does("exit 0")
            self.assertEqual(daemon.ctl("spool", "retry").code, 0)
            self.assertEqual(self.deliver(daemon, stand_in).code, 0)
            wait_until(lambda: daemon.status()["spool"] == {"waiting": 0, "oldestAt": None, "returned": 0}, "all taken")
            self.assertEqual(daemon.json("show", reference)["deadlines"]["partners"]["state"], "met")
            self.assertEqual(self.handed_over(daemon).count(token), 1)
            self.assertEqual(daemon.ctl("verify").code, 0)

    def test_r11_one_removed_from_those_set_aside_is_not_taken_for_handed_over(self):
        """R11: who throws a refused notice away informs nobody; one moved aside while the daemon is down neither."""
        with self.waiting() as (daemon, stand_in, reference):
            daemon.kill9()
            stand_in.does("exit 65")
            self.assertEqual(self.deliver(daemon, stand_in, "--spool", os.fspath(daemon.spool_folder)).code, 65)
            daemon.start()
            wait_until(lambda: daemon.status()["spool"]["returned"] == 3, "all were refused")
            for name in self.folder(daemon, "failed"):
                (daemon.spool_folder / "failed" / name).unlink()
            daemon.restart()
            before = daemon.status()["generatedAt"]
            wait_until(lambda: daemon.status()["generatedAt"] > before, "a heartbeat")
            self.assertEqual(self.handed_over(daemon), [])
            self.assertEqual(daemon.json("show", reference)["deadlines"]["partners"]["state"], "running")

    def test_spool_shows_what_waits_for_whom_and_why(self):
        """Contract: names, recipients, ages, the last failure and the next try; one message in full; 66 for no name."""
        with self.waiting() as (daemon, stand_in, _):
            name = [each for each in daemon.spool() if "breach-notice.essex" in each][0]
            to = [str(message(daemon.new / name)["To"])]
            self.assertIn(f"  {name}\n    for {to[0]}, written ", daemon.ctl("spool").out)
            self.assertEqual(daemon.ctl("spool").out.count("not tried yet"), 3)
            stand_in.does("printf 'greylisted\\033]0;x\\007\\n' >&2; exit 75")
            self.deliver(daemon, stand_in)
            shown = daemon.ctl("spool").out
            self.assertEqual((shown.count("tried once: "), shown.count("tried again in ")), (3, 3), shown)
            self.assertNotIn("\033", shown)
            listed = {each["name"]: each for each in daemon.json("spool")["waiting"]}[name]
            self.assertEqual((listed["to"], listed["attempts"]), (to, 1))
            self.assertEqual(instant(listed["nextAt"]) - instant(listed["lastAt"]), 60)
            whole = daemon.json("spool", "show", name)
            self.assertEqual(whole["message"].encode(), (daemon.new / name).read_bytes())
            self.assertIn("Subject: EWS-ASC-2026-0001", daemon.ctl("spool", "show", name).out)
            for command in (["spool", "show", "../../secret"], ["spool", "retry", name, "nothing"]):
                self.assertRefused(daemon, daemon.ctl(*command), 66, "breachctl spool")
            self.assertRefused(daemon, daemon.ctl("spool", "show", name + "x"), 66, f"Did you mean {name}?")
            self.assertRefused(daemon, daemon.ctl("spool", "show"), 64, "NAME")
            self.assertRefused(daemon, daemon.ctl("spool", "empty"), 64, "show or retry")
            self.assertEqual(daemon.ctl("spool", "retry", name).code, 0)
            self.assertEqual(len(self.folder(daemon, "attempts")), 2, "its pause is over, the others' are not")
            self.assertEqual(daemon.json("spool", "retry")["retried"], [each for each in daemon.spool() if each != name])
            self.assertEqual(self.folder(daemon, "attempts"), [])

    def test_no_time_that_a_file_can_be_given_stops_the_spool_or_the_daemon(self):
        """Hostile inputs: some file systems keep times that no calendar has, and whoever owns a file sets them."""
        with self.waiting(daemon=Daemon(BRISK, inside="/dev/shm")) as (daemon, _, _):
            lock = daemon.folder / daemon.config["paths"]["state"] / "lock"
            for seconds, since in ((-2 ** 63, "1970-01-01T00:00:00Z"), (2 ** 63 - 1, "9998-12-31T23:59:59Z")):
                with self.subTest(seconds):
                    for path in daemon.new.iterdir():
                        os.utime(path, ns=(seconds * 10 ** 9, seconds * 10 ** 9))
                    self.assertEqual(daemon.ctl("spool").out.count("written "), 3)
                    self.assertEqual({each["since"] for each in daemon.json("spool")["waiting"]}, {since})
                    daemon.stop()
                    os.utime(lock, ns=(seconds * 10 ** 9, seconds * 10 ** 9))
                    daemon.start()
                    self.assertEqual(daemon.ctl("verify").code, 0)

    # The status.

    def test_r11_with_the_mail_system_stopped_the_status_warns_and_the_deadline_is_missed(self):
        """R1, R11, R24: a warning from 15 minutes on, critical from an hour, never `met` by what only waits."""
        daemon = FrozenDaemon("2026-01-09T14:05:00Z")
        with self.waiting(detected="2026-01-09T14:00:00Z", daemon=daemon) as (daemon, stand_in, reference):
            stand_in.does("exit 75")
            self.assertEqual(self.deliver(daemon, stand_in).code, 75)
            def standing(at: str) -> tuple:
                daemon.run_until(at)
                return daemon.json("status")["level"], daemon.json("show", reference)["deadlines"]["partners"]["state"]
            self.assertEqual(standing("2026-01-09T14:19:00Z"), ("ok", "running"))
            self.assertEqual(standing("2026-01-09T14:21:00Z"), ("warning", "running"))
            self.assertIn("waiting over 15 min", daemon.json("status")["summary"])
            self.assertEqual(standing("2026-01-09T15:06:00Z"), ("critical", "running"))
            self.assertEqual(standing("2026-01-11T14:00:00Z"), ("critical", "running"))
            self.assertEqual(standing("2026-01-11T14:00:02Z"), ("critical", "missed"))
            stand_in.does("exit 0")
            self.assertEqual(self.deliver(daemon, stand_in).code, 0)
            daemon.go_to("2026-01-11T15:00:00Z")
            self.assertEqual(daemon.json("show", reference)["deadlines"]["partners"]["state"], "late")

    # Who may.

    def test_an_account_of_the_spools_group_hands_over_and_reads_nothing_of_the_state(self):
        """Contract: what is made in a shared spool is its group's; a private spool stays the daemon's alone."""
        def modes(daemon: Daemon) -> dict:
            return {name: (daemon.spool_folder / name).stat() for name in ("tmp", "new", "cur", "failed", "attempts")}
        with Daemon(BRISK, start=False) as daemon:
            stand_in = StandIn(daemon)
            daemon.spool_folder.mkdir(parents=True)
            os.chown(daemon.spool_folder, 0, 63931)
            daemon.spool_folder.chmod(0o2770)
            daemon.start()
            daemon.report("EWS-ASC", by="provide")
            daemon.wait_for_spool(3)
            daemon.wait_for_all_notices()
            for name, entry in modes(daemon).items():
                self.assertEqual((oct(entry.st_mode), entry.st_gid), (oct(0o42770), 63931), name)
            for path in daemon.new.iterdir():
                self.assertEqual((oct(path.stat().st_mode), path.stat().st_gid), (oct(0o100640), 63931))
            account = as_account("63931")
            state = daemon.folder / daemon.config["paths"]["state"]
            for command in (["ls", state], ["cat", daemon.journal], ["cat", state / "lock"]):
                done = subprocess.run([*account, *command], capture_output=True, check=False)
                self.assertNotEqual(done.returncode, 0, command)
                self.assertIn(b"Permission denied", done.stderr)
            copy = shutil.copy2(BREACHCTL, stand_in.folder / "breachctl")
            def deliver() -> subprocess.CompletedProcess:
                return subprocess.run([*account, copy, "deliver", "--timed", "--spool", daemon.spool_folder,
                                       "--sendmail", stand_in.path], capture_output=True, text=True, check=False,
                                      cwd="/", umask=0o077)
            stand_in.does("exit 75")
            self.assertEqual(self.deliver(daemon, stand_in).code, 75, "root tried first, and left its notes and lock")
            self.assertEqual(daemon.ctl("spool", "retry").code, 0)
            self.assertEqual(deliver().returncode, 75)
            self.assertEqual(daemon.ctl("spool", "retry").code, 0)
            stand_in.does("exit 0")
            done = deliver()
            self.assertEqual((done.returncode, done.stderr, done.stdout.count("handed over")), (0, "", 3), done)
            wait_until(lambda: len(self.handed_over(daemon)) == 3, "the daemon sees it")
            stranger = subprocess.run([*as_account("63932"), copy, "deliver", "--spool", daemon.spool_folder],
                                      capture_output=True, text=True, check=False, cwd="/")
            self.assertEqual((stranger.returncode, stranger.stdout), (77, ""), stranger)
        with self.waiting() as (daemon, _, _):
            for name, entry in modes(daemon).items():
                self.assertEqual(oct(entry.st_mode), oct(0o40700), name)
            self.assertEqual({oct(path.stat().st_mode) for path in daemon.new.iterdir()}, {oct(0o100600)})

    def test_a_private_spool_is_shared_as_the_page_says(self):
        """docs/mail.md, "Who may read the spool": after its commands an account of the group hands over."""
        page = (REPOSITORY / "docs" / "mail.md").read_text(encoding="utf-8")
        recipe = page.split("was private is shared with\n\n```\n")[1].split("```")[0]
        with self.waiting() as (daemon, stand_in, _):
            stand_in.does("exit 75")
            self.assertEqual(self.deliver(daemon, stand_in).code, 75, "it was used while it was private")
            recipe = recipe.replace("/var/spool/breachclock", os.fspath(daemon.spool_folder))
            subprocess.run(["sh", "-e"], input=recipe.replace("breachclock-deliver", "63931"), text=True, check=True)
            stand_in.does("exit 0")
            copy = shutil.copy2(BREACHCTL, stand_in.folder / "breachctl")
            done = subprocess.run([*as_account("63931"), copy, "deliver", "--spool", daemon.spool_folder, "--sendmail",
                                   stand_in.path], capture_output=True, text=True, check=False, cwd="/", umask=0o077)
            self.assertEqual((done.returncode, done.stderr, done.stdout.count("handed over")), (0, "", 3), done)
            wait_until(lambda: len(self.handed_over(daemon)) == 3, "the daemon sees it")

    # What is in the way.

    def test_r28_what_the_mail_system_has_and_cannot_be_moved_is_not_sent_again(self):
        """R28: a folder stands where a message would go in `cur`: it is sent once, the others go, it moves in the end."""
        with self.waiting() as (daemon, stand_in, _):
            name = daemon.spool()[0]
            way = daemon.spool_folder / "cur" / f"{name}:2,S"
            way.mkdir()
            done = self.deliver(daemon, stand_in)
            self.assertEqual((done.code, daemon.spool()), (75, [name]), done)
            self.assertIn(f"{name}: waits, and is tried again in 1 min, since the mail system has it, and breachctl "
                          "cannot rename ", done.out)
            self.assertTrue(self.attempts(daemon, name)["taken"])
            self.assertEqual(daemon.json("spool", "retry"), {"retried": []})
            self.assertEqual(self.deliver(daemon, stand_in).code, 75)
            self.assertIn("tried 2 times: the mail system has it", daemon.ctl("spool").out)
            way.rmdir()
            done = self.deliver(daemon, stand_in)
            self.assertEqual((done.code, done.out), (0, f"{name}: handed over.\n"))
            self.assertEqual(len(stand_in.taken), 3, "each was sent once")
            wait_until(lambda: len(self.handed_over(daemon)) == 3, "the hand-overs are recorded")

    def test_something_in_the_way_of_one_that_is_refused_holds_up_no_other(self):
        """Hostile inputs: a folder stands where a refused message would be set aside: it pauses, and the others go out."""
        with self.waiting() as (daemon, stand_in, _):
            name = daemon.spool()[0]
            way = daemon.spool_folder / "failed" / name
            way.mkdir()
            os.utime(daemon.new / name, (time.time() - 300, time.time() - 300))
            stand_in.does(f"grep -q '^Message-ID: <{name}@' \"$here/$n.message\" && exit 65; exit 0")
            done = self.deliver(daemon, stand_in)
            self.assertEqual((done.code, daemon.spool()), (75, [name]), done)
            self.assertIn(", and breachctl cannot rename ", done.out)
            self.assertIsNotNone(self.attempts(daemon, name)["nextAt"])
            way.rmdir()
            self.assertEqual(self.deliver(daemon, stand_in).code, 65)
            self.assertEqual(self.folder(daemon, "failed"), [name])

    def test_odd_things_among_the_attempts_hold_up_their_own_message_at_most(self):
        """Hostile inputs: links, folders, bytes without end: what cannot be read says nothing, the others go out."""
        with self.waiting() as (daemon, stand_in, _):
            attempts = daemon.spool_folder / "attempts"
            first, second, third = daemon.spool()
            (attempts / "old").mkdir()
            (attempts / first).mkdir()
            (attempts / second).symlink_to("/etc/passwd")
            (attempts / ".next").symlink_to("/etc/passwd")
            with open(attempts / third, "wb") as file:
                file.truncate(3 << 30)
            self.assertEqual(daemon.ctl("spool", prefix=[tool("prlimit"), "--as=2000000000"]).out.count("not tried"), 3)
            done = self.deliver(daemon, stand_in)
            self.assertEqual((done.code, daemon.spool()), (75, [first]), done)
            self.assertIn(f"{first}: waits, since cannot rename ", done.out)
            self.assertEqual(done.out.count("handed over"), 2)
            (attempts / first).rmdir()
            self.assertEqual(self.deliver(daemon, stand_in).code, 0)
            self.assertEqual((self.folder(daemon, "attempts"), len(stand_in.taken)), (["old"], 3))

    def test_a_file_without_end_or_one_that_may_not_be_read_keeps_no_message_from_being_listed(self):
        """Hostile inputs: of a message no more is read than is shown, and one that cannot be read stands in the list."""
        with self.waiting() as (daemon, stand_in, _):
            with open(daemon.new / "huge", "wb") as file:
                file.write(b"To: somebody@trust.example\n\n")
                file.truncate(3 << 30)
            (daemon.new / "secret").write_text("To: other@trust.example\n\n", encoding="ascii")
            (daemon.new / "secret").chmod(0)
            daemon.spool_folder.chmod(0o755)
            for folder in ("tmp", "new", "cur", "failed", "attempts"):
                (daemon.spool_folder / folder).chmod(0o755)
            for path in daemon.new.glob("EWS-*"):
                path.chmod(0o644)
            copy = shutil.copy2(BREACHCTL, stand_in.folder / "breachctl")
            command = [*as_account("63931"), tool("prlimit"), "--as=2000000000", copy, "spool"]
            spool = ["--spool", daemon.spool_folder]
            done = subprocess.run([*command, *spool], capture_output=True, text=True, check=False, cwd="/")
            self.assertEqual((done.returncode, done.stderr, done.stdout.count("not tried yet")), (0, "", 5), done)
            self.assertIn("for somebody@trust.example, written ", done.stdout)
            self.assertIn("for somebody unknown (breachctl cannot open ", done.stdout)
            done = subprocess.run([*command, "--json", *spool], capture_output=True, text=True, check=False, cwd="/")
            self.assertEqual(len(json.loads(done.stdout)["waiting"]), 5, done)
            done = subprocess.run([*command, "show", "huge", *spool], capture_output=True, text=True, check=False, cwd="/")
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_message_of_parts_within_parts_is_shown_as_it_stands(self):
        """Hostile inputs: no message of ours is nested, so none is followed down."""
        with self.waiting() as (daemon, _, _):
            deep = 30_000
            lines = []
            for level in range(deep):
                lines += [f'Content-Type: multipart/mixed; boundary="{level}"', "", f"--{level}"]
            lines += [f"--{level}--\n" for level in reversed(range(deep))]
            (daemon.new / "deep").write_text("\n".join(lines), encoding="ascii")
            done = daemon.ctl("spool", "show", "deep")
            self.assertEqual((done.code, done.err), (0, ""))
            self.assertTrue(done.out.rstrip().endswith("--0--"), done.out[-200:])

    def test_whoever_started_it_with_children_ignored_is_told_what_came_of_each_message(self):
        """sigaction(2): with SIGCHLD ignored the system forgets how a child ended: a message would be sent for ever."""
        with self.waiting() as (daemon, stand_in, _):
            done = daemon.ctl("deliver", "--sendmail", os.fspath(stand_in.path),
                              prefix=[tool("env"), "--ignore-signal=CHLD", "--ignore-signal=USR1"])
            self.assertEqual((done.code, done.out.count("handed over"), daemon.spool()), (0, 3, []), done)
            self.assertEqual(len(stand_in.taken), 3)

    # Kills.

    def test_whatever_is_killed_each_message_is_handed_over_and_a_doubled_one_is_known(self):
        """R28: `deliver` and the daemon are killed at random moments: each message at least once, the same bytes."""
        rounds = 400 if LONG else 40
        number = seed(20261121)
        random_source = random.Random(number)
        with Daemon({"timing": {"heartbeat": "1s"}}) as daemon:
            stand_in = StandIn(daemon)
            stand_in.does("exit $(( $(od -An -N1 -tu1 /dev/urandom) % 4 ? 0 : 75 ))")
            for _ in range(rounds):
                if random_source.random() < 0.3:
                    with contextlib.suppress(AssertionError):
                        daemon.report("EWS-ASC", by="provide")
                with subprocess.Popen([BREACHCTL, "deliver", "--spool", daemon.spool_folder, "--sendmail",
                                       stand_in.path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        process.wait(random_source.random() * 0.05)
                    process.kill()
                if random_source.random() < 0.2:
                    daemon.kill9()
                    daemon.start()
            daemon.wait_for_all_notices()
            stand_in.does("exit 0")
            # A program that was in hand when deliver was killed ends by itself.
            wait_until(lambda: self.deliver(daemon, stand_in).code == 0 and not daemon.spool(), "all is handed over")
            wanted = written(daemon.facts())
            wait_until(lambda: len(self.handed_over(daemon)) == len(wanted), "every hand-over is recorded")
            self.assertEqual({(each["breach"], each["notice"]) for fact in daemon.facts("notices-handed-over")
                              for each in fact["notices"]}, wanted)
            copies = collections.defaultdict(set)
            for path in stand_in.folder.glob("*.message"):
                copies[identity(message(path))].add(path.read_bytes())
            self.assertEqual(len(copies), len(wanted), f"seed {number}: each at least once")
            self.assertEqual({len(each) for each in copies.values()}, {1}, f"seed {number}: a copy is the same message")
            self.assertEqual(self.folder(daemon, "attempts"), [])
            self.assertEqual(self.folder(daemon, "failed"), [])
            self.assertEqual(daemon.facts("notices-returned"), [])


if __name__ == "__main__":
    unittest.main()
