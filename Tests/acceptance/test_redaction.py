"""R31: a text that should never have been written is deleted from the register, which still verifies."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import unittest

from support import (BREACHCTL, BREACHD, INTERFACE, AcceptanceTest, Daemon, as_account, small_disk, wait_until)

SECRET = "the brother of the mayor"
NAME = "Wendy Applebough"


def traces(daemon: Daemon, text: str) -> list:
    """The files of the state folder, and the other files of the daemon but the spool, that hold the text."""
    found = []
    for folder, _, names in os.walk(daemon.folder):
        if folder.startswith(os.fspath(daemon.spool_folder)):
            continue
        for name in names:
            if not os.path.isfile(os.path.join(folder, name)):
                continue
            with open(os.path.join(folder, name), "rb") as file:
                if text.encode() in file.read():
                    found.append(os.path.join(folder, name))
    return found


def letters(daemon: Daemon) -> dict:
    """What waits, by its name."""
    return {name: (daemon.new / name).read_bytes() for name in daemon.spool()}


def holding(letters: dict, text: str) -> list:
    """The names of the letters that hold the text."""
    return [name for name, letter in letters.items() if text.encode() in letter]


class ServiceDaemon(Daemon):
    """A daemon with an account of its own, beside another one that hands over what is in its spool."""
    OWN, DELIVERING = 63941, 63942

    def command(self) -> list:
        program = self.folder / "breachd"
        if not program.exists():
            shutil.copy2(BREACHD, program)
        account = as_account(str(self.OWN))
        return [*account, os.fspath(program), "--config", os.fspath(self.config_path)]

    def share_spool(self) -> None:
        """What systemd makes for the service, and who may ask it."""
        self.folder.chmod(0o755)
        self.spool_folder.mkdir(parents=True, exist_ok=True)
        for path in [self.folder / "var", *(self.folder / "var").rglob("*")]:
            os.chown(path, self.OWN, self.OWN)
        os.chown(self.spool_folder, self.OWN, self.DELIVERING)
        self.spool_folder.chmod(0o2770)
        self.config["access"] = {"read": ["root"], "record": ["root"], "decide": ["root"]}
        self.write_config()
        os.chown(self.config_path, 0, self.OWN)

    def deliver(self, sendmail: str) -> subprocess.CompletedProcess:
        """Hands over by a program that does that."""
        program, copy = self.folder / "sendmail", self.folder / "breachctl"
        program.write_text(f"#!/bin/sh\ncat > /dev/null\n{sendmail}\n", encoding="ascii")
        program.chmod(0o755)
        shutil.copy2(BREACHCTL, copy)
        return subprocess.run([*as_account(str(self.DELIVERING)), os.fspath(copy), "deliver", "--spool",
                               os.fspath(self.spool_folder), "--sendmail", os.fspath(program)],
                              capture_output=True, text=True, check=False, cwd="/")


class Redaction(AcceptanceTest):
    def test_r31_a_redacted_text_leaves_no_trace_and_a_chain_that_verifies(self):
        """R31: no file but those of the spool has the text any more; the chain is the same; verify names what is gone."""
        with Daemon() as daemon:
            reference = daemon.report(summary=f"A folder on {SECRET} was left on a train.")["id"]
            daemon.json("ack", reference, "peabody", "--name", NAME)
            daemon.wait_for_all_notices()
            before = [line.split(b"\t")[0] for line in daemon.journal_lines()]
            recorded = [fact["seq"] for fact in daemon.facts("breach-recorded")][0]
            self.assertEqual(traces(daemon, SECRET), [os.fspath(daemon.journal)])

            answer = daemon.ctl("redact", reference, "summary", "--reason", "It says who is concerned.")
            self.assertEqual(answer.code, 0, answer)
            self.assertNotIn(SECRET, answer.out)
            self.assertEqual(traces(daemon, SECRET), [])
            self.assertTrue(traces(daemon, NAME), "only the one text is gone")
            self.assertEqual([line.split(b"\t")[0] for line in daemon.journal_lines()][:len(before)], before)
            self.assertEqual(daemon.journal.stat().st_mode & 0o777, 0o600)
            verified = daemon.ctl("verify")
            self.assertEqual(verified.code, 0, verified)
            self.assertIn(f"Redacted: the text “summary” of fact {recorded}.", verified.out)
            self.assertIsNone(daemon.json("show", reference)["summary"])

            # The daemon goes on appending to the journal that took the old one's place, and starts from it.
            daemon.json("ack", reference, "open-road")
            daemon.restart()
            self.assertIsNone(daemon.json("show", reference)["summary"])
            self.assertEqual(traces(daemon, SECRET), [])
            self.assertEqual(len(daemon.facts("partner-acknowledged")), 2)
            self.assertEqual(daemon.ctl("verify").code, 0)
            for line in daemon.ctl("timeline", reference).out.splitlines():
                self.assertNotIn(SECRET, line)
            self.assertRefused(daemon, daemon.ctl("redact", reference, "summary", "--reason", "Again."), 65, "has no text")
            self.assertRefused(daemon, daemon.ctl("redact", reference, "name"), 65, "reason")

    def test_r31_letters_that_wait_are_taken_back_and_written_anew_without_the_text(self):
        """R31, R28: also one that the mail system refused; those of another breach stay as they are; each is sent once."""
        with Daemon({"timing": {"heartbeat": "1s"}}) as daemon:
            daemon.report(summary="Another folder.")
            daemon.wait_for_all_notices()
            others = letters(daemon)
            reference = daemon.report(summary=f"A folder on {SECRET} was left on a train.")["id"]
            daemon.wait_for_all_notices()
            names = sorted(set(letters(daemon)) - set(others))
            (daemon.new / names[0]).rename(daemon.spool_folder / "failed" / names[0])
            wait_until(lambda: daemon.facts("notices-returned"), "it is found to have been refused")
            daemon.wait_for_all_notices()
            before = letters(daemon)
            self.assertTrue(holding(before, SECRET))

            answer = daemon.ctl("redact", reference, "summary", "--reason", "It says who is concerned.")
            self.assertEqual(answer.code, 0, answer)
            count = len(before) - len(others) + 1
            self.assertIn(f"{count} notices that were not handed over yet are written anew without it",
                          " ".join(answer.out.split()))
            wait_until(lambda: daemon.facts("notices-recalled"), "they are taken back")
            daemon.wait_for_all_notices()
            after = letters(daemon)
            self.assertEqual(sorted(after), sorted([*before, names[0]]))
            self.assertEqual(holding(after, SECRET), [])
            self.assertEqual({name: after[name] for name in others}, others)
            self.assertEqual([len(fact["notices"]) for fact in daemon.facts("notices-recalled")], [count])
            for folder in ("tmp", "failed"):
                self.assertEqual(os.listdir(daemon.spool_folder / folder), [])
            for name in after:
                (daemon.new / name).rename(daemon.spool_folder / "cur" / f"{name}:2,S")
            wait_until(lambda: sum(len(fact["notices"]) for fact in daemon.facts("notices-handed-over")) == len(after),
                       "each is handed over")
            self.assertEqual(daemon.ctl("verify").code, 0)

    def test_r31_nothing_is_taken_back_from_whoever_is_handing_it_over(self):
        """R31, R28: while `deliver` runs its letters are left to it; what it did not take is taken back soon after."""
        with Daemon({"timing": {"heartbeat": "1s"}}) as daemon:
            reference = daemon.report(summary=f"A folder on {SECRET} was left on a train.")["id"]
            daemon.wait_for_all_notices()
            before = letters(daemon)
            with open(daemon.spool_folder / ".deliver.lock", "a", encoding="ascii") as lock:
                fcntl.lockf(lock, fcntl.LOCK_EX)
                self.assertEqual(daemon.ctl("redact", reference, "summary", "--reason", "It says who.").code, 0)
                for _ in range(3):
                    daemon.json("status")
                self.assertEqual(letters(daemon), before)
                taken = daemon.spool()[0]
                (daemon.new / taken).rename(daemon.spool_folder / "cur" / f"{taken}:2,S")
            wait_until(lambda: daemon.facts("notices-recalled"), "the others are taken back")
            daemon.wait_for_all_notices()
            self.assertEqual(sorted(letters(daemon)), sorted(set(before) - {taken}), "what was handed over is not sent again")
            self.assertEqual(holding(letters(daemon), SECRET), [])
            recalled = {f"{each['breach']}.{each['notice']}" for fact in daemon.facts("notices-recalled")
                        for each in fact["notices"]}
            self.assertEqual(recalled, {name.rsplit(".", 1)[0] for name in before if name != taken})

    def test_r31_an_account_that_delivers_alone_keeps_no_letter_from_being_taken_back(self):
        """R31: as the service has it, breachd is not in the group that delivers, and its letters are."""
        with ServiceDaemon({"timing": {"heartbeat": "1s"}}, start=False) as daemon:
            daemon.share_spool()
            daemon.start()
            reference = daemon.report(summary=f"A folder on {SECRET} was left on a train.")["id"]
            daemon.wait_for_all_notices()
            before = letters(daemon)
            self.assertEqual(daemon.deliver("exit 75").returncode, 75)
            self.assertEqual(daemon.ctl("redact", reference, "summary", "--reason", "It says who.").code, 0)
            wait_until(lambda: daemon.facts("notices-recalled"), f"they are taken back:\n{daemon.log()}")
            daemon.wait_for_all_notices()
            self.assertEqual(sorted(letters(daemon)), sorted(before))
            self.assertEqual(holding(letters(daemon), SECRET), [])
            done = daemon.deliver("exit 0")
            self.assertEqual((done.returncode, done.stdout.count("handed over")), (0, len(before)), done)

    def test_r31_what_cannot_be_taken_back_is_critical_until_it_is(self):
        """R31: a lock that the daemon cannot have; the letters go nowhere meanwhile, and the status says why."""
        with ServiceDaemon({"timing": {"heartbeat": "1s"}}, start=False) as daemon:
            daemon.share_spool()
            daemon.start()
            reference = daemon.report(summary=f"A folder on {SECRET} was left on a train.")["id"]
            daemon.wait_for_all_notices()
            lock = daemon.spool_folder / ".deliver.lock"
            os.chown(lock, 0, 0)
            lock.chmod(0o600)
            self.assertEqual(daemon.ctl("redact", reference, "summary", "--reason", "It says who.").code, 0)
            wait_until(lambda: daemon.status()["level"] == "critical", "the status says so")
            self.assertIn("may hold a deleted text cannot be taken back", daemon.status()["summary"])
            lock.unlink()
            wait_until(lambda: daemon.status()["level"] == "ok", "it is well again")
            self.assertEqual(holding(letters(daemon), SECRET), [])

    def test_r31_a_redaction_that_finds_no_room_records_nothing_and_leaves_nothing(self):
        """R31: where the journal cannot be written anew the answer is to try again, and the old journal stands."""
        with Daemon(start=False) as daemon, small_disk(daemon.folder / "small", 256) as resize:
            daemon.config["paths"]["state"] = "small/state"
            daemon.write_config()
            daemon.start()
            reference = daemon.report(summary=f"A folder on {SECRET} was left.")["id"]
            for _ in range(12):
                daemon.json("note", reference, "--kind", "action", "x " * 1500)
            daemon.wait_for_all_notices()
            before = daemon.journal_bytes()
            resize(max(92, len(before) // 1024 * 3 // 2))
            result = daemon.ctl("redact", reference, "summary", "--reason", "It says who is concerned.")
            self.assertEqual(result.code, 75, result)
            self.assertEqual(daemon.journal_bytes()[:len(before)], before)
            self.assertEqual(os.listdir(daemon.journal.parent).count("journal.next"), 0)
            self.assertEqual(daemon.facts("text-redacted"), [])
            resize(1024)
            wait_until(lambda: daemon.ctl("redact", reference, "summary", "--reason", "It says who.").code == 0, "there is room")
            self.assertEqual(traces(daemon, SECRET), [])
            daemon.stop()

    def test_r31_a_journal_that_somebody_cut_is_not_written_anew(self):
        """R31: what stands on the disk is not all that was written: the answer is to try again, nothing is replaced."""
        with Daemon() as daemon:
            reference = daemon.report(summary=f"A folder on {SECRET} was left.")["id"]
            daemon.wait_for_all_notices()
            whole = daemon.journal_bytes()
            os.truncate(daemon.journal, 100)
            self.assertEqual(daemon.ctl("redact", reference, "summary", "--reason", "Why.").code, 75)
            self.assertEqual(daemon.journal_bytes(), whole[:100])

    def test_r31_a_text_redacted_in_the_turn_that_recorded_it_is_gone_too(self):
        """R31: a note and its redaction, taken in together, leave no trace of the note."""
        with Daemon() as daemon:
            reference = daemon.report()["id"]
            daemon.wait_for_all_notices()
            daemon.signal(signal.SIGSTOP)
            with daemon.client() as first, daemon.client() as second:
                for client, method, parameters in ((first, "Note", {"kind": "action", "text": f"We rang {SECRET}."}),
                                                   (second, "Redact", {"field": "text", "reason": "It says who."})):
                    call = {"method": f"{INTERFACE}.{method}", "parameters": {"breach": reference, **parameters}}
                    client.send(json.dumps(call).encode() + b"\0")
                daemon.signal(signal.SIGCONT)
                self.assertNotIn("error", first.message())
                answer = second.message()
            # Where the two came in turns of their own the redaction finds the note as well.
            self.assertNotIn("error", answer)
            self.assertEqual(traces(daemon, SECRET), [])
            self.assertEqual(daemon.ctl("verify").code, 0)

    def test_r31_an_older_copy_put_back_is_told_of(self):
        """R31: a journal whose redacted text is there again is whole, and `verify` and the log say what came back."""
        with Daemon() as daemon:
            reference = daemon.report(summary=f"A folder on {SECRET} was left.")["id"]
            daemon.wait_for_all_notices()
            before = daemon.journal_lines()
            daemon.json("redact", reference, "summary", "--reason", "It says who.")
            daemon.stop()
            lines = daemon.journal_lines()
            daemon.journal.write_bytes(b"".join(line + b"\n" for line in before + lines[len(before):]))
            daemon.start()
            verified = daemon.ctl("verify")
            self.assertEqual(verified.code, 0, verified)
            self.assertIn("an older copy was put back", verified.out)
            self.assertIn("an older copy was put back", daemon.log())

    def test_r31_what_a_crash_left_of_a_redaction_is_removed_at_the_start(self):
        """R31: a journal that was being written anew when the machine stopped is no journal."""
        with Daemon() as daemon:
            daemon.report(summary=f"A folder on {SECRET} was left.")
            daemon.kill9()
            (daemon.journal.parent / "journal.next").write_bytes(daemon.journal_bytes()[:100])
            daemon.start()
            self.assertFalse((daemon.journal.parent / "journal.next").exists())
            self.assertEqual(daemon.ctl("verify").code, 0)


if __name__ == "__main__":
    unittest.main()
