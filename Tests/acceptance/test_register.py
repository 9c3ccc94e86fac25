"""R31, R8: the journal's chain, many clients at once, and what becomes of a damaged journal."""

import datetime
import hashlib
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import threading
import unittest
import zoneinfo

from support import AcceptanceTest, Daemon, Varlink, ctl, wait_until

CLIENTS = 8
REPORTS = 25


def head(daemon: Daemon) -> str:
    """The hash of the journal's last fact, by hand."""
    return hashlib.sha256(daemon.journal_lines()[-1].split(b"\t")[0]).hexdigest()


class Chain(AcceptanceTest):
    def assert_chain_by_hand(self, daemon: Daemon) -> None:
        """The contract's own command: each line's first column hashed is the next line's prev."""
        lines = daemon.journal_lines()
        self.assertTrue(daemon.journal_bytes().endswith(b"\n"))
        prev = "0" * 64
        for number, line in enumerate(lines, 1):
            columns = line.split(b"\t")
            self.assertEqual(len(columns), 2, f"line {number} has two columns")
            fact = json.loads(columns[0])
            self.assertEqual((fact["seq"], fact["prev"]), (number, prev))
            prev = hashlib.sha256(columns[0]).hexdigest()
        by_shell = subprocess.run(
            ["sh", "-c", f"sed -n {len(lines) - 1}p '{daemon.journal}' | cut -f1 | tr -d '\\n' | sha256sum"],
            capture_output=True, text=True, check=True).stdout.split()[0]
        self.assertEqual(json.loads(lines[-1].split(b"\t")[0])["prev"], by_shell)

    def test_r31_two_hundred_reports_of_eight_clients_have_two_hundred_references(self):
        """R31: 200 reports from 8 clients at once: none lost, no reference twice, the chain whole also by hand."""
        with Daemon() as daemon:
            answers: list = []
            errors: list = []

            def client(number: int) -> None:
                try:
                    with daemon.client() as varlink:
                        for index in range(REPORTS):
                            reply = varlink.call("Report", protocol="EDATRS", detected="1h ago", by="open-road",
                                                 summary=f"Folder {index} of client {number} was left on a train.")
                            if reply.error:
                                raise AssertionError(reply)
                            answers.append((reply.parameters["breach"]["id"], reply.parameters["breach"]["summary"]))
                except BaseException as error:  # A thread's failure is the test's.
                    errors.append(error)

            threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(errors, [])
            year = answers[0][0].split("-")[1]
            self.assertEqual(sorted(reference for reference, _ in answers),
                             [f"EDATRS-{year}-{number:04}" for number in range(1, CLIENTS * REPORTS + 1)])
            self.assertEqual(len({summary for _, summary in answers}), CLIENTS * REPORTS)
            listed = {breach["id"]: breach["summary"] for breach in daemon.json("list")}
            self.assertEqual(listed, dict(answers), "each reference has its own summary")
            daemon.wait_for_all_notices()
            self.assertEqual(len(daemon.spool()), CLIENTS * REPORTS * 9)
            self.assert_chain_by_hand(daemon)
            verdict = daemon.ctl("verify")
            self.assertEqual(verdict.code, 0, verdict)
            self.assertIn("WHOLE", verdict.out)
            self.assertIn(f"{len(daemon.journal_lines())} facts, the last with the hash {head(daemon)}", verdict.out)

    def test_r31_texts_stand_beside_the_fact_tied_by_a_salted_digest(self):
        """R31: no free text is inside the chained column; its digest there is that of salt and text."""
        with Daemon() as daemon:
            summary = "Eine Mappe blieb im Zug liegen: 包み \U0001f4c1 – “\\\"quoted\\\"”."
            daemon.report("EDATRS", "--measures", "The train operator was rung.", summary=summary)
            line = [line for line in daemon.journal_lines() if b'"type":"breach-recorded"' in line][0]
            fact, texts = (json.loads(column) for column in line.split(b"\t"))
            self.assertEqual({name: each["text"] for name, each in texts.items()},
                             {"summary": summary, "measures": "The train operator was rung."})
            self.assertNotIn(b"operator was rung", line.split(b"\t")[0])
            self.assertEqual(len({each["salt"] for each in texts.values()}), 2, "each text has a salt of its own")
            digests = json.dumps(fact)
            for name, each in texts.items():
                candidates = {hashlib.sha256(salt + each["text"].encode()).hexdigest()
                              for salt in (bytes.fromhex(each["salt"]), each["salt"].encode())}
                self.assertTrue(any(digest in digests for digest in candidates), f"the digest of {name}: {digests}")

    def test_r29_a_notice_names_a_hash_that_verify_finds(self):
        """R29: the journal's number and hash in a notice are those of a line, and `verify --against` finds it."""
        with Daemon() as daemon:
            daemon.report()
            daemon.wait_for_spool(9)
            number, hash_ = daemon.messages("case-opened")[0]["X-BreachClock-Journal"].split()
            line = daemon.journal_lines()[int(number) - 1]
            self.assertEqual(hashlib.sha256(line.split(b"\t")[0]).hexdigest(), hash_)
            found = daemon.ctl("verify", "--against", hash_)
            self.assertEqual(found.code, 0, found)
            self.assertIn(f"is that of fact {number}.", found.out)
            unknown = daemon.ctl("verify", "--against", "0" * 63 + "1")
            self.assertEqual(unknown.code, 1, unknown)
            self.assertEqual(daemon.ctl("verify", "--against", "12").code, 64)

    def test_r31_of_a_damaged_journal_verify_says_up_to_where_a_hash_vouches_for_it(self):
        """R31: the lines before a damaged one follow from one another; only a hash shows that none was written anew."""
        with Daemon() as daemon:
            daemon.report()
            daemon.wait_for_all_notices()
            daemon.stop()
            path = os.fspath(daemon.journal)
            lines = daemon.journal_lines()
            hashes = [hashlib.sha256(line.split(b"\t")[0]).hexdigest() for line in lines]
            daemon.journal.write_bytes(b"\n".join([*lines[:3], b"?", *lines[4:]]) + b"\n")
            plain = ctl("verify", "--journal", path)
            self.assertEqual(plain.code, 1, plain)
            self.assertIn("Line 4 is damaged.", plain.out)
            self.assertIn("The 3 facts before it follow from one another; a hash that a notice carries", plain.out)
            known = ctl("verify", "--journal", path, "--against", hashes[1])
            self.assertEqual(known.code, 1, known)
            self.assertIn(f"The hash {hashes[1]} is that of fact 2: up to there they are as they were.", known.out)
            lost = ctl("verify", "--journal", path, "--against", hashes[4])
            self.assertIn(f"None of the 3 facts before it has the hash {hashes[4]}.", lost.out)
            self.assertEqual(ctl("--json", "verify", "--journal", path, "--against", hashes[1]).json["foundAt"], 2)
            daemon.journal.write_bytes(b"")
            empty = ctl("verify", "--journal", path)
            self.assertEqual(empty.code, 0, empty)
            self.assertIn("Warning: nothing was ever recorded in it, or all of it was cut off.", empty.out)

    def test_r31_verify_needs_no_daemon(self):
        """Contract: `verify --journal PATH` works without the daemon; 66 where there is no such file."""
        with Daemon() as daemon:
            daemon.report()
            daemon.wait_for_all_notices()
            daemon.stop()
            result = ctl("verify", "--journal", os.fspath(daemon.journal))
            self.assertEqual(result.code, 0, result)
            self.assertEqual(ctl("verify", "--journal", os.fspath(daemon.folder / "nothing")).code, 66)
            verdict = ctl("--json", "verify", "--journal", os.fspath(daemon.journal)).json
            self.assertEqual((verdict["whole"], verdict["facts"], verdict["hash"], verdict["line"]),
                             (True, len(daemon.journal_lines()), head(daemon), None))

    def test_modes_are_0600_for_the_journal_and_0644_for_the_status(self):
        """Contract: the journal is the daemon's alone, the status everybody's, under any umask."""
        for mask in (0o000, 0o077):
            with self.subTest(umask=oct(mask)):
                before = os.umask(mask)
                try:
                    daemon = Daemon()
                    with daemon:
                        daemon.report()
                        daemon.wait_for_spool(9)
                        modes = {path: stat.S_IMODE(path.stat().st_mode) for path in
                                 (daemon.journal, daemon.status_path, daemon.metrics_path, daemon.journal.parent,
                                  daemon.new / daemon.spool()[0])}
                        self.assertEqual(list(modes.values()), [0o600, 0o644, 0o644, 0o700, 0o600], modes)
                finally:
                    os.umask(before)


class DamagedJournal(AcceptanceTest):
    def recorded(self) -> Daemon:
        daemon = Daemon()
        self.addCleanup(daemon.__exit__)
        daemon.start()
        for _ in range(3):
            daemon.report()
        daemon.wait_for_spool(27)
        daemon.wait_for_all_notices()
        daemon.stop()
        return daemon

    def test_r31_a_torn_last_line_is_cut_off_at_the_start_and_reported(self):
        """R31: whatever of a last line a crash left is cut off, said in the log, and nothing before it is touched."""
        daemon = self.recorded()
        whole = daemon.journal_bytes()
        line = daemon.journal_lines()[-1]
        for torn in (line[:1], line[:-1], line, b"\0" * 100, b"\xff\xfe{", b'{"seq":'):
            with self.subTest(torn=torn[:20]):
                before = daemon.journal_bytes()
                self.assertTrue(before.startswith(whole))
                daemon.journal.write_bytes(before + torn)
                verdict = ctl("verify", "--journal", os.fspath(daemon.journal))
                self.assertEqual(verdict.code, 0, "a torn last line is a warning")
                self.assertIn(f"Warning: a last line of {len(torn)} bytes is unfinished", verdict.out)
                daemon.start()
                self.assertIn(f"a torn last line of {len(torn)} bytes was cut off", daemon.log())
                reference = daemon.report()["id"]
                daemon.stop()
                self.assertTrue(daemon.journal_bytes().startswith(before))
                self.assertEqual(len({fact["breach"] for fact in daemon.facts("breach-recorded")}),
                                 len(daemon.facts("breach-recorded")))
                self.assertIn(reference, {fact["breach"] for fact in daemon.facts("breach-recorded")})
                self.assertEqual(ctl("verify", "--journal", os.fspath(daemon.journal)).code, 0)

    def test_r31_a_changed_byte_stops_the_start_and_verify_names_the_same_line(self):
        """R31: a flipped byte anywhere but in the last line: exit 65, the line's number, nothing written."""
        daemon = self.recorded()
        whole = daemon.journal_bytes()
        lines = daemon.journal_lines()
        ends = [0]
        for line in lines:
            ends.append(ends[-1] + len(line) + 1)
        target = next(number for number, fact in enumerate(daemon.facts(), 1) if fact["type"] == "breach-recorded")
        start, end = ends[target - 1], ends[target] - 1
        tab = whole.index(b"\t", start)
        places = {"the first byte": start, "within the fact": start + 40, "the middle": (start + end) // 2,
                  "before the tab": tab - 1, "the tab": tab, "within the texts": tab + 60, "the last byte": end - 1}
        for name, place in places.items():
            with self.subTest(name):
                damaged = bytearray(whole)
                damaged[place] ^= 0x01
                daemon.journal.write_bytes(damaged)
                self.assertEqual(daemon.run_to_end(), 65, daemon.log())
                self.assertEqual(daemon.journal_bytes(), bytes(damaged), "a damaged register is not touched")
                line = int(re.search(r"Line (\d+) is damaged", daemon.log().splitlines()[-1])[1])
                # A change that leaves a fact readable shows only where the next line's prev does not fit it.
                self.assertIn(line, (target, target + 1) if name == "the middle" else (target,))
                verdict = ctl("verify", "--journal", os.fspath(daemon.journal))
                self.assertEqual(verdict.code, 1, verdict)
                self.assertIn(f"Line {line} is damaged", verdict.out)
                self.assertEqual(ctl("--json", "verify", "--journal", os.fspath(daemon.journal)).json["line"], line)

    def test_r31_lines_removed_doubled_or_swapped_stop_the_start(self):
        """R31: the chain shows a missing line, a line twice, lines in another order, and an empty line."""
        daemon = self.recorded()
        lines = daemon.journal_lines()
        middle = len(lines) // 2
        changes = {
            "removed": (lines[:middle] + lines[middle + 1:], middle + 1),
            "doubled": (lines[:middle] + lines[middle - 1:], middle + 1),
            "swapped": (lines[:middle] + [lines[middle + 1], lines[middle]] + lines[middle + 2:], middle + 1),
            "empty line": (lines[:middle] + [b""] + lines[middle:], middle + 1),
            "first removed": (lines[1:], 1),
        }
        for name, (changed, at) in changes.items():
            with self.subTest(name):
                daemon.journal.write_bytes(b"\n".join(changed) + b"\n")
                self.assertEqual(daemon.run_to_end(), 65, daemon.log())
                self.assertIn(f"Line {at} is damaged", daemon.log().splitlines()[-1])
                verdict = ctl("verify", "--journal", os.fspath(daemon.journal))
                self.assertEqual(verdict.code, 1, verdict)
                self.assertIn(f"Line {at} is damaged", verdict.out)

    def test_r31_a_register_that_is_gone_is_not_begun_anew(self):
        """R31: emptied, removed, cut off in its first line: exit 65, when a daemon last ran, and nothing is touched."""
        daemon = self.recorded()
        whole = daemon.journal_bytes()
        lock = daemon.journal.with_name("lock")
        for left in (b"", None, whole[:100]):
            for options in ([], ["--standby"]):
                with self.subTest(left=left, options=options):
                    daemon.journal.unlink(missing_ok=True)
                    if left is not None:
                        daemon.journal.write_bytes(left)
                        daemon.journal.chmod(0o600)
                    ran = datetime.datetime.fromtimestamp(lock.stat().st_mtime, zoneinfo.ZoneInfo("Europe/London"))
                    ended = subprocess.run([*daemon.command(), *options], capture_output=True, text=True,
                                           env=daemon.environ(), timeout=60, check=False)
                    self.assertEqual(ended.returncode, 65, ended)
                    self.assertIn(f"{daemon.journal}: the register is gone", ended.stderr)
                    self.assertIn(f"a daemon last ran here on {ran:%a %-d %b %Y %H:%M}", ended.stderr)
                    self.assertEqual(daemon.journal.read_bytes() if daemon.journal.exists() else None, left)
                    self.assertEqual(len(daemon.spool()), 27, "nothing becomes of the notices")
        daemon.journal.write_bytes(whole)
        daemon.journal.chmod(0o600)
        daemon.start()
        self.assertEqual(len(daemon.json("list")), 3, "the copy is put back")
        daemon.stop()

    def test_a_register_is_begun_anew_on_purpose_and_says_whose_spool_it_takes(self):
        """Contract of the files: without the lock it is a new register; the log names the spool that was another's."""
        daemon = self.recorded()
        shutil.rmtree(daemon.journal.parent)
        daemon.start()
        self.assertEqual(daemon.json("list"), [])
        wait_until(lambda: f"The spool {daemon.spool_folder} belonged to another register" in daemon.log(), "it says so")
        daemon.stop()

    def test_a_first_start_that_was_cut_off_before_its_first_fact_is_made_again(self):
        """Contract of the files: what such a start leaves is no register that is gone."""
        for left in (b"", None, b'{"seq":1,"at":"2026'):
            with self.subTest(left=left), Daemon(start=False) as daemon:
                daemon.journal.parent.mkdir(mode=0o700)
                daemon.journal.with_name("lock").touch(mode=0o600)
                if left is not None:
                    daemon.journal.write_bytes(left)
                    daemon.journal.chmod(0o600)
                daemon.start()
                self.assertEqual([fact["type"] for fact in daemon.facts()][:2], ["register-opened", "daemon-started"])

    def test_a_second_daemon_on_the_same_state_is_refused_and_names_the_holder(self):
        """Contract: a lock keeps a second daemon out; it says which process holds the register, exit 75."""
        with Daemon() as daemon:
            other = daemon.folder / "other.json"
            config = json.loads(daemon.config_path.read_text(encoding="utf-8"))
            config["paths"]["socket"] = "var/other.sock"
            other.write_text(json.dumps(config), encoding="utf-8")
            before = daemon.journal_bytes()
            command = daemon.command()
            command[command.index("--config") + 1] = os.fspath(other)
            second = subprocess.run(command, capture_output=True, text=True, env=daemon.environ(), timeout=60,
                                    check=False)
            self.assertEqual(second.returncode, 75, second)
            self.assertIn(f"process {daemon.pid}", second.stderr)
            self.assertEqual(daemon.journal_bytes(), before)
            self.assertTrue(daemon.report()["id"])

    def test_a_socket_path_that_is_taken_is_refused(self):
        """Hostile inputs: a regular file, a link, a live daemon's socket are not replaced; a stale socket is."""
        with Daemon() as daemon:
            elsewhere = json.loads(daemon.config_path.read_text(encoding="utf-8"))
            elsewhere["paths"]["state"] = "var/elsewhere"
            other = daemon.folder / "other.json"
            other.write_text(json.dumps(elsewhere), encoding="utf-8")
            command = daemon.command()
            command[command.index("--config") + 1] = os.fspath(other)
            second = subprocess.run(command, capture_output=True, text=True, env=daemon.environ(), timeout=60,
                                    check=False)
            self.assertEqual(second.returncode, 75, second)
            self.assertIn(os.fspath(daemon.socket), second.stderr)
            with Varlink(daemon.socket) as client:
                self.assertIsNone(client.call("Environment").error, "the first daemon still answers")

            daemon.kill9()
            self.assertTrue(stat.S_ISSOCK(daemon.socket.lstat().st_mode), "a crash leaves its socket")
            daemon.start()
            self.assertEqual(daemon.stop(), 0)

            daemon.socket.write_bytes(b"precious")
            self.assertEqual(daemon.run_to_end(), 78, daemon.log())
            self.assertIn(os.fspath(daemon.socket), daemon.log().splitlines()[-1])
            self.assertEqual(daemon.socket.read_bytes(), b"precious")
            daemon.socket.unlink()
            daemon.socket.symlink_to("nowhere.sock")
            self.assertEqual(daemon.run_to_end(), 78, daemon.log())
            self.assertTrue(daemon.socket.is_symlink())

    def test_r4_sigterm_ends_with_zero_removes_the_socket_and_is_recorded(self):
        """R4: a clean end removes the socket, is a fact, and loses nothing that was answered."""
        with Daemon() as daemon:
            reference = daemon.report()["id"]
            self.assertEqual(daemon.stop(), 0, daemon.log())
            self.assertFalse(daemon.socket.exists())
            self.assertEqual(daemon.facts()[-1]["type"], "daemon-stopped")
            self.assertEqual(daemon.ctl("list").code, 69)
            daemon.start()
            self.assertEqual([breach["id"] for breach in daemon.json("list")], [reference])
            daemon.signal(signal.SIGINT)
            self.assertEqual(daemon.process.wait(60), 0, "SIGINT ends it likewise")

    def test_the_status_names_the_journals_last_fact_also_after_the_end(self):
        """Contract: the status is written after the last append of a turn and names it."""
        with Daemon() as daemon:
            daemon.report()
            daemon.wait_for_all_notices()

            def is_named() -> bool:
                journal = daemon.status()["journal"]
                return journal == {"sequence": len(daemon.journal_lines()), "hash": head(daemon)}

            wait_until(is_named, "the status names the journal's last fact")
            self.assertEqual(daemon.stop(), 0)
            self.assertTrue(is_named(), (daemon.status()["journal"], len(daemon.journal_lines()), head(daemon)))


if __name__ == "__main__":
    unittest.main()
