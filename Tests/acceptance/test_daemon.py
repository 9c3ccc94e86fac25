"""The running daemon: reloading, signals, many and bad clients, a disk that fails."""

import contextlib
import json
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import threading
import time
import unittest

from support import (HOUR, AcceptanceTest, Daemon, Result, Varlink, identity, ordered, small_disk, tool, utc,
                     wait_until, written)


class Reloading(AcceptanceTest):
    def test_sighup_takes_a_good_configuration_into_use(self):
        """Contract: SIGHUP reads the configuration again; what is recorded later follows it."""
        with Daemon() as daemon:
            first = daemon.report()["id"]
            daemon.config["protocols"][0]["clause"]["partnerHours"] = 24
            daemon.config["protocols"].append({**daemon.config["protocols"][2], "id": "NEWER"})
            daemon.write_config()
            daemon.signal(signal.SIGHUP)
            wait_until(lambda: "The configuration was read again." in daemon.log(), "the log says so")
            self.assertEqual(daemon.report("NEWER", by="provide")["protocol"], "NEWER")
            for reference, hours in ((daemon.report(detected="2026-01-05T10:00:00Z")["id"], 24), (first, 48)):
                breach = daemon.json("show", reference)
                due = time.strptime(breach["deadlines"]["partners"]["due"], "%Y-%m-%dT%H:%M:%SZ")
                detected = time.strptime(breach["detectedAt"], "%Y-%m-%dT%H:%M:%SZ")
                self.assertEqual((time.mktime(due) - time.mktime(detected)) / HOUR, hours,
                                 "R5: the clause is that of the day of recording")

    def test_sighup_with_a_broken_configuration_keeps_the_old_one(self):
        """Hostile inputs: on reload a broken configuration is refused with path and line, and the old one stays."""
        with Daemon() as daemon:
            good = daemon.config_path.read_text(encoding="utf-8")
            for name, text in {"cut": good[:-40], "empty": "", "unknown key": good.replace('"timing"', '"timings"'),
                               "negative": good.replace('"partnerHours": 48', '"partnerHours": -48')}.items():
                with self.subTest(name):
                    before = daemon.log().count("the old one stays")
                    daemon.config_path.write_text(text, encoding="utf-8")
                    daemon.signal(signal.SIGHUP)
                    wait_until(lambda: daemon.log().count("the old one stays") > before, "the refusal is logged")
                    self.assertTrue(daemon.is_running)
                    self.assertEqual(daemon.report()["deadlines"]["partners"]["state"], "running")
                    refusals = [line for line in daemon.log().splitlines() if "the old one stays" in line]
                    self.assertRegex(refusals[-1], r"config\.json:\d+: ")
            daemon.config_path.unlink()
            before = daemon.log().count("the old one stays")
            daemon.signal(signal.SIGHUP)
            wait_until(lambda: daemon.log().count("the old one stays") > before, "a missing file is refused")
            self.assertTrue(daemon.report()["id"])

    def test_sighup_with_a_zone_that_does_not_exist_is_refused(self):
        """R3: without the zone the daemon would not start: the reload says so instead of promising the next start."""
        with Daemon() as daemon:
            daemon.config["timeZone"] = "Europe/Nowhere"
            daemon.write_config()
            daemon.signal(signal.SIGHUP)
            wait_until(lambda: re.search("old one stays|at the next start|read again", daemon.log()), "the reload")
            self.assertIn("the old one stays", daemon.log())

    def test_a_storm_of_signals_is_survived(self):
        """Hostile inputs: signals in a storm: all served, nothing lost, a clean end."""
        with Daemon() as daemon:
            stop = threading.Event()

            def storm() -> None:
                number = 0
                while not stop.is_set():
                    for each in (signal.SIGHUP, signal.SIGPIPE, signal.SIGUSR1, signal.SIGUSR2, signal.SIGSTOP,
                                 signal.SIGCONT):
                        daemon.signal(each)
                    number += 1
                    stop.wait(0.002)

            thread = threading.Thread(target=storm)
            thread.start()
            try:
                references = {daemon.report()["id"] for _ in range(20)}
            finally:
                stop.set()
                thread.join()
                daemon.signal(signal.SIGCONT)
            self.assertEqual(len(references), 20)
            daemon.wait_for_all_notices()
            self.assertEqual(daemon.stop(), 0)
            self.assertEqual({fact["breach"] for fact in daemon.facts("breach-recorded")}, references)

    def test_each_signal_that_asks_to_end_ends_it_cleanly(self):
        """Contract: SIGTERM, SIGINT and SIGQUIT, once or many times: 0, the end recorded, the socket removed."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            with self.subTest(number), Daemon() as daemon:
                daemon.report()
                pid = daemon.pid
                for _ in range(20):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, number)
                self.assertEqual(daemon.process.wait(60), 0, daemon.log())
                self.assertEqual(len(daemon.facts("daemon-stopped")), 1)
                self.assertFalse(daemon.socket.exists())

    def test_a_deadline_in_a_stopped_process_is_caught_up(self):
        """R4: SIGSTOP over a deadline, as a suspended machine: done at once on waking, once, marked late."""
        with Daemon({"timing": {"heartbeat": "1s"}}) as daemon:
            due = int(time.time()) + 3
            daemon.report(detected=utc(due - 48 * HOUR))
            daemon.wait_for_all_notices()
            daemon.signal(signal.SIGSTOP)
            wait_until(lambda: time.time() > due + 3, "the deadline is more than a heartbeat past")
            daemon.signal(signal.SIGCONT)
            daemon.wait_for_spool(2, ".deadline-missed.")
            self.assertEqual([(fact["due"], fact["late"]) for fact in daemon.facts("deadline-missed")],
                             [(utc(due), True)])


class Clients(AcceptanceTest):
    def test_others_are_served_while_clients_misbehave(self):
        """Hostile inputs: silent, half-finished, never-reading and hanging-up clients; the daemon answers the rest."""
        with Daemon() as daemon:
            reference = daemon.report()["id"]
            idle = [daemon.client() for _ in range(10)]
            half = [daemon.client() for _ in range(5)]
            for client in half:
                client.send(b'{"method":"org.varlink')
            deaf = daemon.client()
            show = json.dumps({"method": "org.breachclock.Control.Show", "parameters": {"breach": reference}}).encode()
            deaf.socket.settimeout(5)
            try:
                for _ in range(20_000):
                    deaf.send(show + b"\0")
            except (socket.timeout, BrokenPipeError, ConnectionResetError):
                pass
            for _ in range(50):
                with Varlink(daemon.socket) as gone:
                    gone.send(show + b"\0")
            with Varlink(daemon.socket) as client:
                for _ in range(50):
                    self.assertIsNone(client.call("Show", breach=reference).error)
            for client in half:
                self.assertIsNone(client.message(), "closed 5 s after the first byte of an unfinished message")
            for client in idle:
                self.assertIsNone(client.call("Environment").error, "who only keeps silent stays")
            for client in (*idle, *half, deaf):
                client.socket.close()
            status = pathlib.Path(f"/proc/{daemon.pid}/status").read_text(encoding="ascii")
            size = int(re.search(r"VmRSS:\s+(\d+) kB", status)[1])
            self.assertLess(size, 200_000, "memory is bounded")
            wait_until(lambda: len(os.listdir(f"/proc/{daemon.pid}/fd")) < 20, "descriptors are given back")

    def test_mutated_messages_are_answered_or_closed(self):
        """Hostile inputs: thousands of damaged calls: an error each or a closed connection; the journal unchanged."""
        generator = random.Random(1)
        with Daemon() as daemon:
            reference = daemon.report()["id"]
            daemon.wait_for_all_notices()
            before = daemon.journal_bytes()
            seeds = [json.dumps({"method": f"org.breachclock.Control.{method}", "parameters": parameters}).encode()
                     for method, parameters in (
                         ("Show", {"breach": reference}), ("List", {"all": True}), ("Status", {}), ("Environment", {}),
                         ("Protocols", {"protocol": "EDATRS"}), ("Timeline", {"breach": reference}))]
            seeds.append(b'{"method":"org.varlink.service.GetInterfaceDescription",'
                         b'"parameters":{"interface":"org.breachclock.Control"}}')
            junk = [b"\xff", b"\xed\xa0\x80", b"\\ud800", b"[" * 20, b"1e999", b"-0", b"null", b'"', b"\x7f", b"\x01",
                    b"{"]
            client = daemon.client()
            for _ in range(3000):
                data = bytearray(generator.choice(seeds))
                for _ in range(generator.choice([1, 1, 2, 5])):
                    place = generator.randrange(len(data))
                    change = generator.randrange(4)
                    if change == 0:
                        data[place] = generator.randrange(1, 256)
                    elif change == 1:
                        del data[place:place + generator.randrange(1, 9)]
                    elif change == 2:
                        data[place:place] = generator.choice(junk)
                    else:
                        data += data[place:place + 30]
                    data = data or bytearray(b" ")
                try:
                    client.send(bytes(data).replace(b"\0", b"") + b"\0")
                    answer = client.message()
                except ConnectionError:
                    answer = None
                if answer is None:
                    client.socket.close()
                    client = daemon.client()
                else:
                    self.assertLessEqual(set(answer), {"parameters", "error", "continues"}, data)
            client.socket.close()
            self.assertTrue(daemon.is_running, daemon.log()[-2000:])
            self.assertEqual(daemon.journal_bytes(), before)
            self.assertEqual(daemon.json("show", reference)["id"], reference)

    def test_half_closing_after_the_request_still_gets_the_answer(self):
        """Hostile inputs: 0 bytes and close are no error; after a half-close the answer still arrives."""
        with Daemon() as daemon:
            daemon.client().socket.close()
            with daemon.client() as client:
                client.send(b'{"method":"org.varlink.service.GetInfo"}\0')
                client.socket.shutdown(socket.SHUT_WR)
                self.assertIn("parameters", client.message())
                self.assertIsNone(client.message())
            self.assertNotIn("error", daemon.log())

    def test_several_calls_at_once_are_answered_in_order(self):
        """Varlink: several calls on one connection, answers in their order, none to `oneway`."""
        with Daemon() as daemon, daemon.client() as client:
            calls = [{"method": "org.breachclock.Control.Show", "parameters": {"breach": f"EDATRS-2026-{number:04}"}}
                     for number in range(1, 101)]
            calls[50]["oneway"] = True
            client.send(b"".join(json.dumps(call).encode() + b"\0" for call in calls))
            answers = [client.message() for _ in range(99)]
            self.assertEqual([answer["parameters"]["id"] for answer in answers],
                             [call["parameters"]["breach"] for call in calls if "oneway" not in call])
            self.assertIsNone(client.call("Environment").error)

    def test_descriptors_sent_along_are_dropped(self):
        """Hostile inputs: SCM_RIGHTS leaks no descriptor into the daemon."""
        with Daemon() as daemon:
            def count() -> int:
                return len(os.listdir(f"/proc/{daemon.pid}/fd"))
            before = count()
            with daemon.client() as client:
                for _ in range(20):
                    with open("/dev/null", "rb") as null:
                        socket.send_fds(client.socket, [b'{"method":"org.varlink.service.GetInfo"}\0'],
                                        [null.fileno()] * 10)
                    self.assertIn("parameters", client.message())
                self.assertLessEqual(count(), before + 1)

    def test_too_many_connections_are_turned_away_and_let_in_again(self):
        """Hostile inputs: more than 256 connections in all: TryAgain, and the daemon lives."""
        with Daemon() as daemon:
            clients = []
            turned_away = 0
            try:
                for _ in range(300):
                    client = daemon.client(timeout=10)
                    clients.append(client)
                for client in clients:
                    try:
                        turned_away += client.call("Environment").error == "org.breachclock.Control.TryAgain"
                    except OSError:
                        turned_away += 1
                self.assertGreaterEqual(turned_away, 300 - 256)
                self.assertLess(turned_away, 300)
            finally:
                for client in clients:
                    client.socket.close()
            wait_until(lambda: daemon.ctl("list").code == 0, "others are let in again")


class Faults(AcceptanceTest):
    """The disk fails: nothing is claimed that is not there."""

    def inject(self, daemon: Daemon, fault: str) -> subprocess.Popen:
        """Makes a system call of the daemon fail from now on."""
        log = daemon.folder / "strace"
        process = subprocess.Popen([tool("strace"), "-f", "-qq", "-o", os.fspath(log), "-e", f"inject={fault}", "-p",
                                    str(daemon.pid)], stderr=subprocess.PIPE)
        status = pathlib.Path(f"/proc/{daemon.pid}/status")
        wait_until(lambda: re.search(r"TracerPid:\s+[1-9]", status.read_text(encoding="ascii")), "strace is attached")
        self.addCleanup(process.wait)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.terminate)
        return process

    def test_r28_killed_at_any_sync_or_rename_each_notice_is_written_once(self):
        """R28: the daemon dies at the nth fdatasync, fsync and rename after a report, for every n that there is."""
        with Daemon() as daemon:
            references: list = []
            kills = 0
            for call in ("fdatasync", "fsync", "rename", "write"):
                for number in range(1, 14, 1 if call != "write" else 3):
                    tracer = self.inject(daemon, f"{call}:signal=KILL:when={number}")
                    with daemon.client() as client:
                        try:
                            reply = client.call("Report", protocol="EWS-ASC", detected="now", by="provide",
                                                summary=f"The folder of {call} {number}.")
                            references.append(reply.parameters["breach"]["id"])
                        except (ConnectionError, ValueError):
                            pass
                    recorded = len(daemon.facts("breach-recorded"))
                    wait_until(lambda: not daemon.is_running or ordered(daemon.facts()) == written(daemon.facts()),
                               "it died, or all was written before the nth such call")
                    kills += not daemon.is_running
                    tracer.terminate()
                    tracer.wait()
                    daemon.kill9()
                    daemon.start()
                    daemon.wait_for_all_notices(f"after a kill at {call} {number}")
                    self.assertGreaterEqual(len(daemon.facts("breach-recorded")), recorded)
            self.assertGreater(kills, 10, "the daemon died at few of the places")
            recorded = [fact["breach"] for fact in daemon.facts("breach-recorded")]
            self.assertLessEqual(set(references), set(recorded), "everything answered is there")
            self.assertEqual(len(set(recorded)), len(recorded))
            self.assertEqual(len(daemon.spool()), 3 * len(recorded), "each notice of each breach, once")
            self.assertEqual(len({identity(notice) for notice in daemon.messages()}), 3 * len(recorded))
            self.assertEqual(os.listdir(daemon.spool_folder / "tmp"), [], "nothing half-done is left over")
            self.assertEqual(daemon.ctl("verify").code, 0)

    def test_a_sync_that_fails_is_no_answer_and_ends_the_daemon(self):
        """Never past a failed sync: the report is not answered as done, the daemon ends with 74, and starts again."""
        with Daemon() as daemon:
            first = daemon.report()["id"]
            daemon.wait_for_all_notices()
            self.inject(daemon, "fdatasync:error=EIO")
            with daemon.client() as client:
                with self.assertRaises(ConnectionError):
                    reply = client.call("Report", protocol="EDATRS", detected="now", by="open-road", summary="Lost.")
                    self.assertIsNotNone(reply.error, reply)
                    raise ConnectionError
            self.assertEqual(daemon.process.wait(60), 74, daemon.log())
            daemon.start()
            self.assertIn(first, {breach["id"] for breach in daemon.json("list")})
            self.assertEqual(daemon.ctl("verify").code, 0)

    def test_a_full_disk_is_try_again_and_leaves_the_journal_whole(self):
        """Contract: 75 when the disk is full, nothing recorded; once there is room, it records again."""
        with Daemon({"paths": {"state": "var/small/state"}}, start=False) as daemon:
            small = daemon.folder / "var" / "small"
            with small_disk(small, 64) as resize:
                daemon.start()
                answered = [daemon.report()["id"]]
                daemon.wait_for_all_notices()
                refused = self.until_refused(daemon, answered)
                self.assertEqual((refused.code, refused.out, refused.err.count("\n")), (75, "", 1), refused)
                self.assertIn("nothing was recorded", refused.err)
                self.assertEqual(daemon.ctl("verify").code, 0)
                self.assertEqual({breach["id"] for breach in daemon.json("list")}, set(answered))
                self.assertEqual(daemon.json("status")["level"], "critical", "the journal is failing")
                resize(4096)
                answered.append(wait_until(lambda: self.try_report(daemon), "it records again"))
                daemon.wait_for_all_notices()
                self.assertEqual({fact["breach"] for fact in daemon.facts("breach-recorded")}, set(answered))
                self.assertEqual(daemon.ctl("verify").code, 0)
                daemon.kill9()

    def test_a_limit_on_file_sizes_is_a_full_disk(self):
        """Hostile inputs: RLIMIT_FSIZE ends no daemon by a signal: 75, the journal whole, and on once it is lifted."""
        with Daemon() as daemon:
            answered = [daemon.report()["id"]]
            daemon.wait_for_all_notices()
            size = daemon.journal.stat().st_size

            def limit(size: str) -> None:
                subprocess.run([tool("prlimit"), "--pid", str(daemon.pid), f"--fsize={size}"], check=True)

            limit(f"{size + 100}:unlimited")
            refused = self.until_refused(daemon, answered)
            self.assertTrue(daemon.is_running, f"it ended with {daemon.process.poll()}, by SIGXFSZ")
            self.assertEqual((refused.code, refused.out), (75, ""), refused)
            self.assertEqual(len(answered), 1)
            self.assertEqual(daemon.journal.stat().st_size, size, "nothing half-written stays")
            limit("unlimited:unlimited")
            answered.append(wait_until(lambda: self.try_report(daemon), "it records again"))
            daemon.wait_for_all_notices()
            self.assertEqual(daemon.ctl("verify").code, 0)
            self.assertEqual(len(daemon.spool()), 18)

    def until_refused(self, daemon: Daemon, answered: list) -> Result:
        """Reports until a report is not recorded; the answer to that one."""
        for _ in range(40):
            result = daemon.ctl("--json", "report", "EDATRS", "--detected", "now", "--by", "open-road", "--summary",
                                "y" * 4000)
            if result.code != 0:
                return result
            answered.append(result.json["id"])
        raise AssertionError("the disk was never full")

    @staticmethod
    def try_report(daemon: Daemon) -> str:
        result = daemon.ctl("--json", "report", "EDATRS", "--detected", "now", "--by", "open-road", "--summary", "A")
        return result.json["id"] if result.code == 0 else ""


if __name__ == "__main__":
    unittest.main()
