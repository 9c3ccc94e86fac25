"""Surroundings that nobody wishes for: odd environments, clocks set back, daemons racing, servers that are none."""

import json
import os
import pathlib
import re
import resource
import signal
import socket
import stat
import subprocess
import threading
import time
import typing
import unittest

from support import (BREACHCTL, HOUR, REPOSITORY, AcceptanceTest, Daemon, cpu_seconds, ctl, process_state, tool, utc,
                     wait_until)


class Surroundings(AcceptanceTest):
    def test_r3_the_processs_own_zone_and_language_change_nothing(self):
        """R3: whatever TZ and LC_ALL say, times are kept in UTC and shown in the configured zone."""
        for environment in ({"TZ": "America/New_York", "LC_ALL": "tr_TR.UTF-8"},
                            {"TZ": ":/nonexistent", "LC_ALL": "x"}):
            with self.subTest(environment), Daemon(environment=environment) as daemon:
                breach = daemon.report(detected="2026-07-01 12:00")
                self.assertEqual(breach["detectedAt"], "2026-07-01T11:00:00Z")
                for each in (environment, {}):
                    environ = {**each, "BREACHCLOCK_SOCKET": os.fspath(daemon.socket)}
                    shown = subprocess.run([BREACHCTL, "show", breach["id"]], capture_output=True, text=True,
                                           check=True, env=environ).stdout
                    self.assertIn("Detected  Wed 1 Jul 2026 12:00 BST", shown)

    def test_closed_standard_descriptors_are_no_danger(self):
        """Hostile inputs: with 0, 1 and 2 closed nothing else is opened in their place and written to."""
        with Daemon(start=False) as daemon:
            daemon.command_as_given = daemon.command

            def closed() -> list:
                return ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *daemon.command_as_given()]

            daemon.command = closed  # type: ignore[method-assign]
            daemon.start()
            daemon.report()
            daemon.wait_for_spool(9)
            self.assertEqual(daemon.ctl("verify").code, 0)
            for number in (0, 1, 2):
                self.assertEqual(os.readlink(f"/proc/{daemon.pid}/fd/{number}"), "/dev/null")
            closed_ctl = subprocess.run(["sh", "-c", f"exec '{BREACHCTL}' list >&- 2>&-"], check=False,
                                        env={"BREACHCLOCK_SOCKET": os.fspath(daemon.socket)}, timeout=60)
            self.assertEqual(closed_ctl.returncode, 75)

    def test_breachctl_does_not_call_done_what_it_could_not_say(self):
        """Hostile inputs: a closed output is one that cannot be written, and no socket or file takes its place."""
        with Daemon() as daemon:
            daemon.report()
            spool = ["--spool", os.fspath(daemon.spool_folder)]
            verify = ["verify", "--journal", os.fspath(daemon.journal)]
            for arguments in (["list"], ["--json", "list"], ["--help"], verify, ["spool", *spool]):
                for redirection in (">&-", "<&- >&-", ">/dev/full"):
                    with self.subTest(arguments, redirection=redirection):
                        done = subprocess.run(
                            ["sh", "-c", f'exec "$@" {redirection}', "sh", BREACHCTL, *arguments], check=False,
                            env={"BREACHCLOCK_SOCKET": os.fspath(daemon.socket)}, stderr=subprocess.PIPE, text=True,
                            timeout=60)
                        self.assertEqual((done.returncode, done.stderr),
                                         (75, "breachctl: The output could not be written.\n"))
            with self.subTest("standard input"):
                reference = daemon.json("list")[0]["id"]
                closed = ["sh", "-c", 'exec "$@" <&-', "sh"]
                done = daemon.ctl("note", reference, "--kind", "action", "-", prefix=closed)
                self.assertEqual(done.code, 65, done)
                self.assertIn("TEXT: cannot read descriptor 0: Bad file descriptor", done.err)

    def test_r4_a_clock_set_back_undoes_nothing_and_sends_nothing_again(self):
        """R4: started again on an earlier clock: no fact changes, no notice is sent twice, and it records on."""
        with Daemon(clock="2026-11-23 14:10:00", members={"timing": {"heartbeat": "1s"}}) as daemon:
            first = daemon.report(detected="2026-11-20T14:05:00Z")["id"]
            daemon.wait_for_spool(4, ".deadline-missed.")
            daemon.wait_for_all_notices()
            self.assertEqual(daemon.stop(), 0)
            names, facts = daemon.spool(), daemon.facts()
            for clock in ("2026-11-22 14:00:00", "2026-11-20 15:00:00"):
                with self.subTest(clock):
                    daemon.clock = clock
                    daemon.start()
                    before = daemon.status()["generatedAt"]
                    wait_until(lambda: daemon.status()["generatedAt"] > before, "a heartbeat")
                    self.assertEqual(daemon.spool(), names)
                    deadlines = daemon.json("show", first)["deadlines"]
                    self.assertEqual((deadlines["partners"]["state"], deadlines["regulator"]["state"]),
                                     ("missed", "missed"))
                    self.assertEqual(daemon.stop(), 0)
            daemon.clock = "2026-11-20 16:00:00"
            daemon.start()
            second = daemon.report(detected="2026-11-20T15:59:00Z")
            self.assertEqual(second["deadlines"]["partners"]["due"], "2026-11-22T15:59:00Z")
            self.assertEqual(daemon.facts()[:len(facts)], facts, "nothing is rewritten")
            self.assertEqual([fact["seq"] for fact in daemon.facts()], list(range(1, len(daemon.facts()) + 1)))
            self.assertEqual(daemon.ctl("verify").code, 0)

    def test_of_two_daemons_started_at_once_one_serves(self):
        """Contract: the lock is taken by one; the other ends with 75 and harms nothing."""
        for _ in range(10):
            with Daemon(start=False) as daemon:
                processes = [subprocess.Popen(daemon.command(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                              stderr=subprocess.PIPE, env=daemon.environ(), cwd="/") for _ in range(4)]
                try:
                    wait_until(lambda: sum(each.poll() is not None for each in processes) == 3, "three of four end")
                    ended = {each.poll(): each.stderr.read() for each in processes if each.poll() is not None}
                    self.assertEqual(set(ended), {75}, ended)
                    wait_until(lambda: daemon.ctl("list").code == 0, "the fourth serves")
                    self.assertTrue(daemon.report()["id"])
                    self.assertEqual(daemon.ctl("verify").code, 0)
                finally:
                    for each in processes:
                        if each.poll() is None:
                            each.terminate()
                            self.assertEqual(each.wait(60), 0)
                        each.stderr.close()

    def test_few_descriptors_are_no_end(self):
        """Hostile inputs: no descriptors left at accept: some are turned away, the daemon lives, and spins not."""
        with Daemon(start=False) as daemon:
            process = daemon.launch
            soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, (40, hard))
                process()
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            wait_until(daemon.socket.exists, "the socket")
            wait_until(lambda: daemon.ctl("list").code == 0, "it answers")
            clients = []
            try:
                for _ in range(60):
                    client = socket.socket(socket.AF_UNIX)
                    client.settimeout(5)
                    try:
                        client.connect(os.fspath(daemon.socket))
                    except BlockingIOError:
                        pass
                    clients.append(client)
                before = cpu_seconds(daemon.pid)
                time.sleep(2)
                used = cpu_seconds(daemon.pid) - before
                self.assertLess(used, 0.4, "a busy loop: in two seconds nothing happened that wants the processor")
            finally:
                for client in clients:
                    client.close()
            wait_until(lambda: daemon.ctl("list").code == 0, "it answers again")
            self.assertTrue(daemon.report()["id"])
            daemon.wait_for_spool(9)

    def test_a_spool_that_is_no_maildir_of_this_machine_is_refused(self):
        """Hostile inputs: `new`, or the spool itself, a link or a file: refused with what to do, nothing followed."""
        for name in ("spool", "spool/new", "spool/tmp"):
            for kind in ("link", "file"):
                with self.subTest(name=name, kind=kind), Daemon(start=False) as daemon:
                    path = daemon.folder / "var" / name
                    path.parent.mkdir(exist_ok=True)
                    elsewhere = daemon.folder / "elsewhere"
                    elsewhere.mkdir()
                    if kind == "link":
                        path.symlink_to(elsewhere)
                    else:
                        path.write_bytes(b"")
                    self.assertEqual(daemon.run_to_end(), 78, daemon.log())
                    self.assertIn(os.fspath(path), daemon.log().splitlines()[-1])
                    self.assertEqual(list(elsewhere.iterdir()), [], "a link is not followed")

    def test_a_place_below_what_has_no_folders_is_no_crash(self):
        """Hostile inputs: above the spool a file or a link that leads nowhere: notices wait; above the state: refused."""
        for kind in ("link", "file"):
            with self.subTest(kind=kind), Daemon(start=False) as daemon:
                way = daemon.folder / "way"
                if kind == "link":
                    way.symlink_to("/gone")
                else:
                    way.write_bytes(b"")
                daemon.config["paths"]["state"] = "way/state"
                daemon.write_config()
                self.assertEqual(daemon.run_to_end(), 78, daemon.log())
                self.assertIn(os.fspath(way), daemon.log().splitlines()[-1])
                daemon.config["paths"].update({"state": "var/state", "spool": "way/spool"})
                daemon.write_config()
                daemon.start()
                daemon.report()
                wait_until(lambda: "Notices wait" in daemon.log(), "the log says that notices wait")
                self.assertEqual(daemon.json("status")["level"], "critical")
                way.unlink()
                daemon.wait_for_spool(9)

    def test_one_notice_that_cannot_be_written_keeps_no_other_from_being_written(self):
        """Hostile inputs: something in the way of one name in `tmp`: the others go out, that one when the way is free."""
        with Daemon() as daemon:
            daemon.report()
            known = daemon.wait_for_spool(8, ".breach-notice.")
            first = known[0]
            way = daemon.new.parent / "tmp" / first.replace("-0001.", "-0002.", 1)
            way.mkdir()
            daemon.report()
            names = daemon.wait_for_spool(15, ".breach-notice.")
            self.assertNotIn(way.name, names)
            self.assertEqual(daemon.json("status")["level"], "critical")
            self.assertIn(way.name, daemon.log_path.read_text())
            daemon.report("MOSAIC", by="essex-police")
            daemon.wait_for_spool(3, "MOSAIC-")
            way.rmdir()
            self.assertIn(way.name, daemon.wait_for_spool(17, ".breach-notice."))

    def test_one_notice_that_cannot_appear_keeps_no_other_from_appearing(self):
        """Hostile inputs: something in the way of one name in `new`: the others go out, that one when the way is free."""
        with Daemon() as daemon:
            daemon.report()
            known = daemon.wait_for_spool(8, ".breach-notice.")
            way = daemon.new / known[0].replace("-0001.", "-0002.", 1)
            way.mkdir()
            daemon.report()
            daemon.wait_for_spool(16, ".breach-notice.")
            self.assertTrue(way.is_dir())
            wait_until(lambda: daemon.json("status")["level"] == "critical", "the status says so")
            self.assertIn(way.name, daemon.log())
            daemon.report("MOSAIC", by="essex-police")
            daemon.wait_for_spool(3, "MOSAIC-")
            way.rmdir()
            wait_until(way.is_file, "it appears when the way is free")
            wait_until(lambda: "Notices cannot be written" not in daemon.json("status")["summary"], "all is well again")

    def test_a_folder_of_the_spool_that_is_removed_meanwhile_is_made_again(self):
        """Hostile inputs: a folder of the spool missing: made again, while the daemon runs."""
        with Daemon({"timing": {"heartbeat": "1s"}}) as daemon:
            daemon.report("EWS-ASC", by="provide")
            daemon.wait_for_all_notices()
            for name in ("cur", "attempts", "failed"):
                (daemon.spool_folder / name).rmdir()
                wait_until((daemon.spool_folder / name).is_dir, f"{name} is there again")
            self.assertEqual(len(daemon.facts("spool-opened")), 1, "nothing was lost by that")

    def test_an_identity_of_the_spool_without_end_is_another_one(self):
        """Hostile inputs: whoever may write into the spool cannot stop the daemon: no more is read than counts."""
        with Daemon({"timing": {"heartbeat": "1s"}}) as daemon:
            daemon.report("EWS-ASC", by="provide")
            daemon.wait_for_all_notices()
            subprocess.run([tool("prlimit"), "--as=2000000000", "--pid", str(daemon.pid)], check=True)
            huge = daemon.spool_folder / ".breachclock.huge"
            with open(huge, "wb") as file:
                file.truncate(3 << 30)
            huge.rename(daemon.spool_folder / ".breachclock")
            wait_until(lambda: len(daemon.facts("spool-opened")) == 2, "the spool has an identity again")
            self.assertTrue(daemon.is_running)

    def test_a_status_path_that_is_a_link_is_replaced(self):
        """Hostile inputs: the status file's path a link: replaced by rename, what it points to is left alone."""
        with Daemon(start=False) as daemon:
            victim = daemon.folder / "victim"
            victim.write_text("precious", encoding="ascii")
            daemon.status_path.symlink_to(victim)
            daemon.status_path.with_name("status.json.next").symlink_to(victim)
            daemon.start()
            daemon.report()
            daemon.wait_for_spool(9)
            self.assertEqual(victim.read_text(encoding="ascii"), "precious")

    def test_verify_beside_a_busy_daemon_never_calls_the_register_broken(self):
        """Contract: verify reads while facts are appended: whole, perhaps with a torn last line, never broken."""
        with Daemon() as daemon:
            stop = threading.Event()

            def report() -> None:
                with daemon.client() as client:
                    while not stop.is_set():
                        client.call("Report", protocol="BEDS", detected="now", by="bedfordshire-police",
                                    summary="s" * 4000)

            thread = threading.Thread(target=report)
            thread.start()
            try:
                codes = [ctl("verify", "--journal", os.fspath(daemon.journal)) for _ in range(40)]
            finally:
                stop.set()
                thread.join()
            self.assertEqual([each for each in codes if each.code != 0], [])

    def test_r5_a_partner_that_has_left_is_not_told(self):
        """R7: the audience is those on the protocol today; who left, by local date, is out of it."""
        daemon = Daemon(clock="2026-07-01 12:00:00")
        self.addCleanup(daemon.__exit__)
        partners = {partner["id"]: partner for partner in daemon.config["protocols"][0]["partners"]}
        partners["peabody"]["leftOn"] = "2026-06-30"
        partners["forward-trust"]["leftOn"] = "2026-07-02"
        daemon.write_config()
        daemon.start()
        breach = daemon.report()
        told = {partner["id"] for partner in breach["partners"]}
        self.assertNotIn("peabody", told)
        self.assertIn("forward-trust", told)
        daemon.wait_for_spool(7, ".breach-notice.")

    def test_r12_who_is_not_told_cannot_acknowledge(self):
        """R12: under MOSAIC the owner alone is told: another's acknowledgement is refused and the audience is named."""
        with Daemon() as daemon:
            reference = daemon.report("MOSAIC", by="essex-police")["id"]
            result = daemon.ctl("ack", reference, "barnardos")
            self.assertRefused(daemon, result, 65, "PARTNER:", "essex-county-council")
            beds = daemon.report("BEDS", by="bedfordshire-police")["id"]
            self.assertRefused(daemon, daemon.ctl("ack", beds, "virgin-health"), 65, "PARTNER:", "nobody")

    def test_r24_what_is_done_at_the_very_instant_is_in_time(self):
        """R24: acknowledged at the deadline's own second is met; a second after is late."""
        for after, state in ((0, "met"), (1, "late")):
            with self.subTest(state), Daemon() as daemon:
                due = int(time.time()) - 100
                breach = daemon.report("EWS-ASC", by="provide", detected=utc(due - 48 * HOUR))
                done = daemon.json("ack", breach["id"], "essex-county-council", "--at", utc(due + after))
                self.assertEqual(done["deadlines"]["partners"]["state"], state)


    def test_of_two_who_decide_at_once_one_is_refused(self):
        """R18: two decisions in one turn: one is recorded, the other is told that it was decided."""
        with Daemon() as daemon:
            for _ in range(5):
                reference = daemon.report("MOSAIC", by="essex-police")["id"]
                with daemon.client() as one, daemon.client() as other:
                    daemon.signal(signal.SIGSTOP)
                    for client, outcome in ((one, "notify"), (other, "do-not-notify")):
                        client.send(json.dumps({"method": "org.breachclock.Control.Decide", "parameters": {
                            "breach": reference, "outcome": outcome, "name": "Odile Farrant",
                            "reason": "It was counted."}}).encode() + b"\0")
                    daemon.signal(signal.SIGCONT)
                    answers = [client.message() for client in (one, other)]
                self.assertEqual(sorted(answer.get("error", "") for answer in answers),
                                 ["", "org.breachclock.Control.Refused"], answers)
                self.assertEqual([fact["breach"] for fact in daemon.facts("matter-decided")].count(reference), 1)

    def test_closing_and_acknowledging_twice_record_once(self):
        """Hostile inputs: the same again is answered with a sentence, and nothing is recorded twice."""
        with Daemon() as daemon:
            reference = daemon.report()["id"]
            for arguments, kind in ((("ack", reference, "peabody"), "partner-acknowledged"),
                                    (("close", reference, "--reason", "All is done."), "breach-closed"),
                                    (("reopen", reference), "breach-reopened")):
                with self.subTest(arguments):
                    first, again = daemon.ctl(*arguments), daemon.ctl(*arguments)
                    self.assertEqual((first.code, again.code), (0, 0), (first, again))
                    self.assertNotEqual(first.out.splitlines()[0], again.out.splitlines()[0])
                    self.assertEqual(len(daemon.facts(kind)), 1)

    def test_an_account_that_the_kernel_does_not_map_may_nothing(self):
        """Hostile inputs: peer uid 65534, also one that the file and a group let through: NotPermitted, and closed."""
        with Daemon({"access": {"read": ["nogroup"], "record": ["nogroup"], "decide": []}}) as daemon:
            reference = daemon.report()["id"]
            # `nobody` is in `nogroup` by the system's word, and has it as its own.
            for arguments in (("list",), ("ack", reference, "peabody")):
                self.assertRefused(daemon, daemon.ctl_as("nobody", *arguments), 77, "may not do that")
            self.assertEqual(daemon.facts("partner-acknowledged"), [])
            self.assertIn("nobody (uid 65534): ", daemon.log())

    def test_modes_are_as_specified_under_any_umask(self):
        """Hostile inputs: umask 000: what is the daemon's is its own, and the socket the groups'."""
        with Daemon(start=False) as daemon:
            before = os.umask(0)
            try:
                daemon.launch()
            finally:
                os.umask(before)
            wait_until(lambda: daemon.ctl("list").code == 0, "it answers")
            daemon.report()
            daemon.wait_for_spool(9)
            modes = {path.name: stat.S_IMODE(path.stat().st_mode)
                     for path in (daemon.journal.parent, daemon.journal, daemon.socket, daemon.status_path, daemon.new)}
            self.assertEqual(modes, {"state": 0o700, "journal": 0o600, "breachd.sock": 0o600, "status.json": 0o644,
                                     "new": 0o700})
            self.assertEqual({stat.S_IMODE(path.stat().st_mode) for path in daemon.new.iterdir()}, {0o600})

    def test_every_row_of_the_list_has_its_test(self):
        """docs/hostile.md: each row names a test of the programs, or of a part of them, that there is."""
        rows = [line.split("|")[1:-1] for line in
                (REPOSITORY / "docs" / "hostile.md").read_text(encoding="utf-8").split("\n## ")[0].splitlines()
                if line.startswith("| ")]
        tests = set()
        for path in [*(REPOSITORY / "Tests").rglob("*.py"), *(REPOSITORY / "Tests").rglob("*.swift")]:
            tests |= set(re.findall(r"^    def (test_\w+)|^(?:struct|final class) (\w+Tests)\b",
                                    path.read_text(encoding="utf-8"), re.MULTILINE))
        known = {name for pair in tests for name in pair if name}
        self.assertGreater(len(rows), 40)
        for row in rows[2:]:
            with self.subTest(row[0].strip()):
                named = re.findall(r"`(\w+)`", row[2])
                self.assertTrue(named)
                self.assertEqual([name for name in named if name not in known], [])


class LongWords(AcceptanceTest):
    def test_a_message_costs_what_its_length_costs_whatever_its_letters_are(self):
        """Hostile inputs: nothing is normalised that anybody may send, before or after the right is looked at."""
        marks = 30_000
        texts = ("a" + "\u0301" * marks + "\u0323" * marks, "\U0001f1e6" * marks)
        own, service = "org.breachclock.Control.", "org.varlink.service."
        places = {
            "a key": lambda text: {"method": "x", text: 1}, "a method": lambda text: {"method": text},
            "a method of ours": lambda text: {"method": own + text},
            "a method before the last dot": lambda text: {"method": text + ".Show"},
            "a method of every service": lambda text: {"method": service + text},
            "an interface": lambda text: {"method": service + "GetInterfaceDescription",
                                          "parameters": {"interface": text}},
            "a parameter": lambda text: {"method": own + "Show", "parameters": {text: 1}},
            "an id": lambda text: {"method": own + "Show", "parameters": {"breach": text}},
        }
        with Daemon() as daemon:
            def seconds(call: dict) -> float:
                message = json.dumps(call, ensure_ascii=False).encode() + b"\0"
                took = []
                for _ in range(3):
                    with daemon.client(600) as client:
                        began = time.monotonic()
                        client.send(message)
                        client.message()
                        took.append(time.monotonic() - began)
                return min(took)

            for name, place in places.items():
                for text in texts:
                    with self.subTest(name, text=text[:2]):
                        plain = seconds(place("a" * len(text.encode())))
                        self.assertLess(seconds(place(text)), 20 * plain)


def answering(reply: typing.Callable[[str], dict]) -> typing.Callable[[socket.socket], None]:
    """A server that answers each call of a connection with what is made of the method's short name."""
    def serve(connection: socket.socket) -> None:
        received = b""
        while more := connection.recv(65536):
            received += more
            while b"\0" in received:
                call, received = received.split(b"\0", 1)
                name = json.loads(call)["method"].rsplit(".", 1)[1]
                connection.sendall(json.dumps(reply(name)).encode() + b"\0")
    return serve


class Servers(AcceptanceTest):
    """breachctl against what is no breachd: one line, the documented exit code, never a trace, never "done"."""

    def serve(self, answer, reads_first: bool = True) -> str:
        """A server that hands each connection to `answer`, the first call read or not; its socket's path."""
        folder = Daemon(start=False)
        self.addCleanup(folder.__exit__)
        path = os.fspath(folder.folder / "fake.sock")
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen()
        self.addCleanup(listener.close)

        def run() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    try:
                        if reads_first:
                            connection.recv(65536)
                        answer(connection)
                    except OSError:
                        pass

        threading.Thread(target=run, daemon=True).start()
        return path

    def assert_code(self, path: str, *codes: int, arguments: tuple = ("list",)) -> None:
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        result = ctl(*arguments, socket_path=path)
        self.assertIn(result.code, codes, result)
        self.assertEqual((result.out, result.err.count("\n")), ("", 1), result)
        self.assertNotIn("Fatal", result.err)
        after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        self.assertLess(after - before, 300_000, "memory is bounded")

    def test_garbage_is_a_bug_and_a_death_is_no_daemon(self):
        """Hostile inputs: garbage, half an answer, another error, an endless answer, a death."""
        garbage = {
            "no JSON": b"HTTP/1.1 400 Bad Request\r\n\r\n\0", "an array": b"[]\0", "empty": b"\0",
            "bad UTF-8": b'{"parameters":{"breaches":"\xff"}}\0', "deep": b"[" * 100_000 + b"\0",
            "unknown error": b'{"error":"org.nowhere.Thing","parameters":{}}\0',
        }
        for name, data in garbage.items():
            with self.subTest(name):
                self.assert_code(self.serve(lambda connection, data=data: connection.sendall(data)), 70)
        with self.subTest("half an answer"):
            self.assert_code(self.serve(lambda connection: connection.sendall(b'{"parameters":{')), 69)
        with self.subTest("a death"):
            self.assert_code(self.serve(lambda connection: None), 69)

        def endless(connection: socket.socket) -> None:
            while True:
                connection.sendall(b" " * 1_000_000)

        with self.subTest("endless"):
            self.assert_code(self.serve(endless), 70)
        with self.subTest("TryAgain"):
            reply = json.dumps({"error": "org.breachclock.Control.TryAgain",
                                "parameters": {"reason": "busy\x1b[31m"}}).encode() + b"\0"
            self.assert_code(self.serve(lambda connection: connection.sendall(reply)), 75)

    def test_being_stopped_while_it_waits_for_a_place_does_not_end_it(self):
        """connect(2): to be stopped and continued interrupts the waiting, and is no daemon that is away."""
        with Daemon(start=False) as folder, socket.socket(socket.AF_UNIX) as listener:
            path = os.fspath(folder.folder / "full.sock")
            listener.bind(path)
            listener.listen(0)
            listener.settimeout(60)
            waiting = socket.socket(socket.AF_UNIX)
            self.addCleanup(waiting.close)
            waiting.connect(path)
            client = subprocess.Popen([BREACHCTL, "list"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                      env={"BREACHCLOCK_SOCKET": path})
            self.addCleanup(client.wait, 60)
            wait_until(lambda: process_state(client.pid) == "S", "it waits for a place")
            for _ in range(3):
                client.send_signal(signal.SIGSTOP)
                wait_until(lambda: process_state(client.pid) == "T", "it stands still")
                client.send_signal(signal.SIGCONT)
                wait_until(lambda: process_state(client.pid) == "S", "it waits again")
            listener.accept()[0].close()
            with listener.accept()[0] as place:
                place.settimeout(60)
                self.assertIn(b".List", place.recv(65536))
                place.sendall(b'{"parameters":{"breaches":[]}}\0')
                self.assertEqual((client.wait(60), client.communicate()[1]), (0, ""))

    def test_what_a_false_daemon_says_does_not_reach_the_terminal_raw(self):
        """Hostile inputs: escapes in an answer's texts are shown escaped."""
        reply = json.dumps({"error": "org.breachclock.Control.Refused",
                            "parameters": {"field": "x\x1b[2J", "reason": "no\x1b[31m\r\nway"}}).encode() + b"\0"
        result = ctl("list", socket_path=self.serve(lambda connection: connection.sendall(reply)))
        self.assertEqual((result.code, result.err.count("\n")), (65, 1), result)
        self.assertNotIn("\x1b", result.err)
        self.assertNotIn("\r", result.err)

    def test_no_text_of_a_false_daemons_answer_steers_the_terminal(self):
        """Hostile inputs: whatever member of an answer has escapes in it, they are shown and not obeyed."""
        def poisoned(value: object) -> object:
            if isinstance(value, dict):
                return {key: poisoned(each) for key, each in value.items()}
            if isinstance(value, list):
                return [poisoned(each) for each in value]
            return f"{value}\x1b[2J\u009b2J\u202e" if isinstance(value, str) else value

        with Daemon() as daemon:
            reference = daemon.report("EWS-ASC", by="provide")["id"]
            daemon.json("position", reference, "provide", "notify", "--name", "Odile Farrant")
            daemon.wait_for_all_notices()
            commands = {
                ("list",): ("List", {}), ("show", reference): ("Show", {"breach": reference}),
                ("timeline", reference): ("Timeline", {"breach": reference}), ("status",): ("Status", {}),
                ("explain", reference): ("Explain", {"breach": reference}), ("status", "--check"): ("Status", {}),
                ("protocols",): ("Protocols", {}), ("protocols", "show", "EDATRS"): ("Protocols", {}),
                ("plan", "EDATRS", "--detected", "now"): ("Plan", {"protocol": "EDATRS", "detected": "now"}),
                ("note", reference, "--kind", "action", "Locks changed."):
                    ("Note", {"breach": reference, "kind": "action", "text": "Locks changed."}),
                ("ack", reference, "provide"): ("Ack", {"breach": reference, "partner": "provide"}),
            }
            for arguments, (method, parameters) in commands.items():
                with self.subTest(arguments), daemon.client() as client:
                    environment = client.call("Environment").parameters
                    answer = client.call(method, **parameters)
                    self.assertIsNone(answer.error, answer)

                    def reply(method: str) -> dict:
                        return {"parameters": environment if method == "Environment" else poisoned(answer.parameters)}

                    result = ctl(*arguments, socket_path=self.serve(answering(reply), reads_first=False))
                    shown = result.out + result.err
                    self.assertIn("\\u{1b}", shown, "the answer is shown, escaped")
                    for each in ("\x1b", "\x9b", "\u202e"):
                        self.assertNotIn(each, shown, result)
                    shown = ctl("--json", *arguments, socket_path=self.serve(answering(reply), reads_first=False)).out
                    self.assertTrue("\\u009b2J" in shown or "--check" in arguments, "the answer is shown, escaped")
                    for each in ("\x1b", "\x9b"):
                        self.assertNotIn(each, shown)
            with self.subTest("a refusal while it asks"), daemon.client() as client:
                known = {name: {"parameters": client.call(name).parameters} for name in ("Environment", "Protocols")}
                refusals = [{"error": "org.breachclock.Control.Refused", "parameters": poisoned(
                    {"reason": "no"}) | {"field": "summary"}},
                            {"error": "org.breachclock.Control.NotPermitted", "parameters": {}}]

                def refuse(method: str) -> dict:
                    return known.get(method) or refusals.pop(0)

                shown = self.terminal(
                    self.serve(answering(refuse), reads_first=False),
                    ["report", "EDATRS", "--detected", "now", "--by", "open-road", "--risk", "likely"],
                    ["A folder.", "yes", "A folder."], code=77, NO_COLOR="1")
                self.assertIn("no\\u{1b}[2J\\u{9b}2J\\u{202e}", shown)
                for each in ("\x1b", "\x9b", "\u202e"):
                    self.assertNotIn(each, shown)

    def test_an_answer_without_what_was_asked_is_not_called_done(self):
        """Hostile inputs: an answer without the breach is no recorded breach."""
        path = self.serve(lambda connection: connection.sendall(b'{"parameters":{}}\0'))
        for arguments in (("report", "EDATRS", "--detected", "now", "--by", "x", "--summary", "y"),
                          ("show", "X-2026-0001"),
                          ("ack", "X-2026-0001", "y"), ("list",), ("timeline", "X-2026-0001"), ("status",),
                          ("status", "--check")):
            with self.subTest(arguments):
                result = ctl(*arguments, socket_path=path)
                self.assertNotEqual(result.code, 0, result)
                self.assertNotIn("Recorded", result.out)


if __name__ == "__main__":
    unittest.main()
