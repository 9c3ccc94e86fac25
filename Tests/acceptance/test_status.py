"""The status file, its schema, the metrics and `status`: whole at every moment, and true."""

import json
import subprocess
import threading
import time
import unittest

from support import DAY, HOUR, REPOSITORY, AcceptanceTest, Daemon, Missing, instant, tool, utc, wait_until

SCHEMA = REPOSITORY / "docs" / "status.schema.json"


def validator():
    """The schema's validator; a failure that says what to install where the library is missing."""
    try:
        import jsonschema
    except ImportError:
        raise Missing("python3-jsonschema is missing; install it: apt-get install -y python3-jsonschema") from None
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


class Status(AcceptanceTest):
    def assert_valid(self, document: dict) -> None:
        self.assertEqual([f"{list(error.path)}: {error.message}" for error in validator().iter_errors(document)], [])

    def test_the_status_validates_against_its_schema(self):
        """Contract: empty, with open breaches of every protocol, with misses, and as `status --json` has it."""
        with Daemon({"timing": {"heartbeat": "1s"}}) as daemon:
            wait_until(daemon.status_path.exists, "the status is written at the start")
            self.assert_valid(daemon.status())
            self.assertEqual((daemon.status()["open"], daemon.status()["next"], daemon.status()["breaches"]),
                             (0, None, []))
            daemon.report(by="essex-county-council")
            daemon.report("EWS-ASC", by="provide")
            daemon.report("MOSAIC", by="essex-police")
            daemon.report("BEDS", by="bedfordshire-police")
            daemon.report("EDATRS-DRAFT", detected=utc(time.time() - 10 * DAY))
            daemon.report("EDATRS", "--risk", "unlikely", "--reason", "Blank forms.", by="essex-county-council")
            wait_until(lambda: daemon.status()["overdue"] == 1, "the misses show")
            daemon.wait_for_all_notices()
            wait_until(lambda: daemon.status()["spool"]["waiting"] == len(daemon.spool()), "what waits is counted")
            self.assert_valid(daemon.status())
            answered = daemon.json("status")
            self.assert_valid(answered)
            self.assertEqual(set(answered), set(daemon.status()))
            self.assertEqual(answered["open"], 6)
            self.assertEqual(len(answered["breaches"]), 6)
            self.assertEqual(answered["awaitingDecision"], 6, "MOSAIC's, BEDS' and the late breach's two matters each")
            self.assertEqual(answered["breaches"][0]["id"][:12], "EDATRS-DRAFT", "the worst first")

    def test_the_schema_refuses_what_is_no_status(self):
        """The schema itself can fail: a member more, a member less, a wrong type or level, an instant in local time."""
        with Daemon() as daemon:
            daemon.report()
            good = daemon.json("status")
            self.assert_valid(good)
        check = validator()
        for key in good:
            with self.subTest(missing=key):
                self.assertFalse(check.is_valid({name: value for name, value in good.items() if name != key}))
        for change in ({"more": 1}, {"level": "fine"}, {"open": -1}, {"open": "1"}, {"generatedAt": "2026-11-20 14:05"},
                       {"generatedAt": "2026-11-20T14:05:00+01:00"}, {"journal": {"sequence": 1}}, {"next": {}},
                       {"journal": {"sequence": 1, "hash": "abc"}}, {"breaches": [{}]}, {"warnings": [1]},
                       {"breaches": [{**good["breaches"][0], "summary": "text"}]}, {"spool": {"waiting": 1}},
                       {"breaches": [{**good["breaches"][0], "partnersState": "done"}]}):
            with self.subTest(change):
                self.assertFalse(check.is_valid({**good, **change}))

    def test_the_status_is_never_seen_half_written(self):
        """Contract: a reader that loops while 200 breaches arrive finds a whole, valid document every time."""
        with Daemon() as daemon:
            wait_until(daemon.status_path.exists, "the first status")
            seen: set = set()
            errors: list = []
            done = threading.Event()

            def read() -> None:
                while not done.is_set():
                    for path in (daemon.status_path, daemon.metrics_path):
                        data = path.read_bytes()
                        seen.add(data)
                        if not data.endswith(b"}\n" if path == daemon.status_path else b"\n"):
                            errors.append(data[-80:])

            readers = [threading.Thread(target=read) for _ in range(2)]
            for reader in readers:
                reader.start()
            try:
                with daemon.client() as client:
                    for number in range(200):
                        reply = client.call("Report", protocol="EWS-ASC", detected="now", by="provide",
                                            summary=f"Folder {number} was left on a train.")
                        self.assertIsNone(reply.error, reply)
                wait_until(lambda: daemon.status()["open"] == 200, "the status counts all breaches")
            finally:
                done.set()
                for reader in readers:
                    reader.join()
            self.assertEqual(errors, [])
            documents = [json.loads(data) for data in seen if data.startswith(b"{")]
            self.assertGreater(len(documents), 5, "the reader saw the document change")
            for document in documents[:: max(1, len(documents) // 20)]:
                self.assert_valid(document)
            for document in documents:
                self.assertEqual(document["open"], len(document["breaches"]))

    def test_a_reader_that_holds_the_old_status_keeps_it_whole(self):
        """Hostile inputs: the file is replaced, not rewritten: an open descriptor goes on reading the old one."""
        with Daemon() as daemon:
            daemon.report()
            wait_until(lambda: daemon.status()["open"] == 1, "the status")
            daemon.wait_for_all_notices()
            with open(daemon.status_path, "rb") as old:
                before = daemon.status_path.read_bytes()
                daemon.report()
                wait_until(lambda: daemon.status()["open"] == 2, "the next status")
                self.assertEqual(json.loads(old.read())["open"], 1)
                self.assertNotEqual(daemon.status_path.read_bytes(), before)

    def test_the_status_is_pretty_printed_and_holds_no_free_text(self):
        """Contract: one key a line; references, counts and instants alone."""
        with Daemon() as daemon:
            daemon.report("EDATRS", "--measures", "The operator was rung.", summary="Zanzibar folder left on a train.")
            wait_until(lambda: daemon.status()["open"] == 1, "the status")
            text = daemon.status_path.read_text(encoding="utf-8")
            for word in ("Zanzibar", "operator", "train"):
                self.assertNotIn(word, text + daemon.metrics_path.read_text(encoding="utf-8"))
            for line in text.splitlines():
                self.assertLessEqual(line.count('": '), 1, line)

    def test_stale_after_is_three_heartbeats_on_and_each_heartbeat_renews_it(self):
        """Contract: `staleAfter` is the instant three heartbeats on; an idle daemon renews it."""
        with Daemon({"timing": {"heartbeat": "2s"}}) as daemon:
            wait_until(daemon.status_path.exists, "the first status")
            first = daemon.status()
            self.assertEqual(instant(first["staleAfter"]) - instant(first["generatedAt"]), 6)
            wait_until(lambda: daemon.status()["generatedAt"] > first["generatedAt"], "the next heartbeat's status")
            later = daemon.status()
            self.assertEqual(later["journal"], first["journal"], "a heartbeat records nothing")
            self.assertEqual(instant(later["staleAfter"]) - instant(later["generatedAt"]), 6)

    def test_levels_follow_the_deadlines(self):
        """Contract: ok; warning within 24 h; critical within 4 h and when missed; the causes are counted."""
        cases = {"ok": ("20h ago", 0), "warning": ("30h ago", 1), "critical": ("45h ago", 2), "missed": ("49h ago", 2)}
        for name, (detected, code) in cases.items():
            with self.subTest(name), Daemon() as daemon:
                breach = daemon.report(detected=detected)
                if name == "missed":
                    wait_until(lambda: daemon.json("status")["overdue"] == 1, "the miss")
                status = daemon.json("status")
                self.assertEqual(status["level"], "critical" if name == "missed" else name)
                self.assertEqual(status["breaches"][0]["level"], status["level"])
                check = daemon.ctl("status", "--check")
                self.assertEqual(check.code, code, check)
                self.assertEqual(check.out.count("\n"), 1)
                self.assertRegex(check.out, f"^BREACHCLOCK {status['level'].upper()} - 1 open breach")
                figures = dict(each.split("=") for each in check.out.split("|")[1].split())
                self.assertEqual(figures["open"].split(";")[0], "1")
                self.assertEqual(figures["unacknowledged"].split(";")[0], "7")
                self.assertIn(breach["id"], daemon.ctl("status").out)

    def test_status_check_without_a_daemon_is_critical(self):
        """Contract: a daemon that does not answer judges no deadline: exit 2, one line."""
        with Daemon() as daemon:
            daemon.stop()
            check = daemon.ctl("status", "--check")
            self.assertEqual((check.code, check.out.count("\n")), (2, 1), check)
            self.assertTrue(check.out.startswith("BREACHCLOCK CRITICAL - "), check.out)

    def test_protocol_warnings_are_listed_and_raise_no_level(self):
        """Contract: what is wrong with a protocol stands under `warnings`; the level stays ok."""
        with Daemon() as daemon:
            status = daemon.json("status")
            self.assertEqual(status["level"], "ok")
            self.assertTrue(any("review date" in warning and warning.startswith("EDATRS:")
                                for warning in status["warnings"]), status["warnings"])


class Metrics(AcceptanceTest):
    def check(self, daemon: Daemon) -> dict:
        """promtool's verdict on the metrics, and the samples by name."""
        text = daemon.metrics_path.read_bytes()
        done = subprocess.run([tool("promtool"), "check", "metrics"], input=text, capture_output=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, b""), done)
        samples = [line.split() for line in text.decode("ascii").splitlines() if not line.startswith("#")]
        self.assertEqual(len({name for name, _ in samples}), len(samples), "no series twice, which promtool misses")
        return {name: float(value) for name, value in samples}

    def test_promtool_accepts_the_metrics_and_they_say_what_the_status_says(self):
        """Contract: Prometheus text, true when empty, with breaches, and with misses."""
        with Daemon() as daemon:
            wait_until(daemon.metrics_path.exists, "the metrics are written at the start")
            self.assertEqual(self.check(daemon)["breachclock_open_breaches"], 0)
            daemon.report()
            daemon.report(detected=utc(time.time() - 49 * HOUR))
            wait_until(lambda: daemon.status()["overdue"] == 1, "the miss shows")
            daemon.wait_for_all_notices()

            def agrees() -> bool:
                status, samples = daemon.status(), self.check(daemon)
                return samples["breachclock_journal_sequence"] == status["journal"]["sequence"] == len(daemon.facts())

            wait_until(agrees, "status and metrics are of the same fact")
            status, samples = daemon.status(), self.check(daemon)
            for name, value in {"open_breaches": status["open"], "overdue_breaches": status["overdue"],
                                "spool_waiting_notices": status["spool"]["waiting"],
                                "spool_returned_notices": status["spool"]["returned"], "status_level": 2,
                                "unacknowledged_partners": status["unacknowledged"],
                                "generated_timestamp_seconds": instant(status["generatedAt"])}.items():
                with self.subTest(name):
                    self.assertEqual(samples[f"breachclock_{name}"], value)

    def test_refusals_are_counted_by_kind(self):
        """Contract: a counter, each kind from the start, that only rises; a call that is done counts nowhere."""
        with Daemon({"timing": {"heartbeat": "1s"}, "access": {"read": ["games"], "record": [], "decide": []}}) as daemon:
            def counts() -> dict:
                text = self.check(daemon)
                return {name.split('"')[1]: int(value) for name, value in text.items() if "refusals_total" in name}

            wait_until(daemon.metrics_path.exists, "the metrics are written at the start")
            self.assertEqual(set(counts().values()), {0})
            self.assertIn("# TYPE breachclock_refusals_total counter", daemon.metrics_path.read_text(encoding="ascii"))
            reference = daemon.report()["id"]
            for arguments, code in ((("show", "X-2026-0001"), 66), (("ack", reference, "peabody", "--at", "soon"), 65),
                                    (("show", reference), 0)):
                self.assertEqual(daemon.ctl(*arguments).code, code)
            self.assertEqual(daemon.ctl_as("games", "close", reference).code, 77)
            with daemon.client() as client:
                client.call("Watch")
                client.send(b"no call\0")
                self.assertIsNone(client.message())
            expected = {"not-permitted": 1, "refused": 1, "not-found": 1, "try-again": 0, "invalid-call": 1, "no-call": 1,
                        "too-many-connections": 0}
            wait_until(lambda: counts() == expected, f"{expected} are counted")

    def test_status_and_metrics_are_written_only_where_configured(self):
        """Contract: absent or null, they are not written, and the daemon works without."""
        with Daemon({"paths": {"status": None, "metrics": None}}) as daemon:
            daemon.report()
            daemon.wait_for_spool(9)
            self.assertEqual(sorted(path.name for path in (daemon.folder / "var").iterdir()),
                             ["breachd.sock", "spool", "state"])


if __name__ == "__main__":
    unittest.main()
