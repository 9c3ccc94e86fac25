"""The release binaries themselves: what they need of the machine, and what they say."""

import json
import os
import re
import shlex
import subprocess
import time
import unittest

from support import BREACHCTL, BREACHD, EXAMPLE, AcceptanceTest, Daemon, ctl, tool

# What every Debian has, or takes in with libstdc++6 alone.
ALLOWED = {"linux-vdso.so.1", "libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "libpthread.so.0",
           "libdl.so.2", "librt.so.1"}


class Binaries(AcceptanceTest):
    def test_breachd_needs_the_c_and_cpp_libraries_alone(self):
        """The Swift library is inside: ldd names libc, libm, libstdc++, libgcc_s and the loader, nothing of Swift."""
        done = subprocess.run([tool("ldd"), os.fspath(BREACHD)], capture_output=True, text=True, check=True)
        needed = {line.split()[0] for line in done.stdout.splitlines()}
        loader = {name for name in needed if re.fullmatch(r"/lib\S*/ld-linux[-\w.]*", name)}
        self.assertEqual(needed - loader - ALLOWED, set(), done.stdout)
        self.assertEqual(len(loader), 1, done.stdout)
        self.assertIn("libc.so.6", needed)
        self.assertNotIn("not found", done.stdout)

    def test_breachctl_needs_nothing(self):
        """breachctl is static: it runs on any machine with the kernel and a time-zone database."""
        done = subprocess.run([tool("ldd"), os.fspath(BREACHCTL)], capture_output=True, text=True, check=False)
        self.assertRegex(done.stdout + done.stderr, "not a dynamic executable|statically linked")

    def test_both_say_the_same_version(self):
        """Contract: `breachd --version`, `breachctl version` and `breachctl --version` agree."""
        daemon = subprocess.run([BREACHD, "--version"], capture_output=True, text=True, check=True).stdout
        version = re.fullmatch(r"breachd (\d+\.\d+\.\d+)\n", daemon)
        self.assertIsNotNone(version, daemon)
        self.assertEqual(ctl("version").out, f"breachctl {version[1]}\n")
        self.assertEqual(ctl("--version").out, f"breachctl {version[1]}\n")
        self.assertEqual(ctl("--json", "version").json, {"breachctl": version[1]})

    def test_help_shows_each_command_with_an_example_that_is_right(self):
        """Contract: `help COMMAND` and `COMMAND --help` show the same, with an example; the examples run."""
        overview = ctl("help")
        self.assertEqual((overview.code, ctl("--help").out), (0, overview.out))
        commands = re.findall(r"^  ([a-z]+)  +\S", overview.out, re.MULTILINE)
        self.assertLessEqual({"report", "ack", "list", "show", "timeline", "status", "protocols", "verify", "version",
                              "help"}, set(commands))
        with Daemon() as daemon:
            daemon.report(detected="3h ago")
            for command in commands:
                with self.subTest(command):
                    page = ctl("help", command)
                    self.assertEqual((page.code, page.err), (0, ""), page)
                    self.assertEqual(ctl(command, "--help").out, page.out)
                    for line in page.out.splitlines():
                        self.assertLessEqual(len(line), 120, line)
                    example = page.out.split("Example:\n")[1].strip()
                    self.assertTrue(example.startswith(f"breachctl {command}"), example)
                    if "/var/lib" in example:
                        continue
                    # A redirection would be a word, and refused.
                    words = shlex.split(example)[1:]
                    # One goes on until it is interrupted.
                    prefix = ["timeout", "--preserve-status", "--signal=INT", "1"] if command == "watch" else []
                    # No mail leaves the machine that the tests run on.
                    words = ["/usr/bin/true" if word == "/usr/sbin/sendmail" else word for word in words]
                    done = daemon.ctl(*words, prefix=prefix)
                    self.assertEqual(done.code, 0, (example, done))
        daemon_help = subprocess.run([BREACHD, "--help"], capture_output=True, text=True, check=True).stdout
        for option in ("--config", "--check-config", "--version", "--help"):
            self.assertIn(option, daemon_help)
        self.assertEqual(subprocess.run([BREACHD, "--nothing"], capture_output=True, check=False).returncode, 64)

    def test_options_may_stand_before_or_after_and_take_an_equals_sign(self):
        """Contract: options before or after operands; `--option=value`; `--` ends them; --socket wins."""
        with Daemon() as daemon:
            summary = "A folder was left on a train."
            for words in (
                ["--detected", "now", "report", "--by", "open-road", "EDATRS", "--summary", summary, "--json"],
                ["report", "--detected=now", "--by=open-road", f"--summary={summary}", "--json", "EDATRS"],
                ["--json", "report", "--detected=now", "--by=open-road", f"--summary={summary}", "--", "EDATRS"],
                ["report", "edatrs", "--detected=now", "--by=Open-Road", f"--summary={summary}", "--json"],
            ):
                with self.subTest(words):
                    result = daemon.ctl(*words)
                    self.assertEqual(result.code, 0, result)
                    self.assertEqual(result.json["summary"], summary)
            equals = daemon.json("report", "EDATRS", "--detected=now", "--by=open-road", "--summary=a=b --c=d")
            self.assertEqual(equals["summary"], "a=b --c=d")
            self.assertEqual(ctl("--socket", os.fspath(daemon.socket), "list", socket_path="/nowhere").code, 0)
            self.assertEqual(ctl("list", f"--socket={daemon.socket}", socket_path="/nowhere").code, 0)


class CheckConfig(AcceptanceTest):
    """`breachd --check-config` on the example and on broken ones."""

    def check(self, text, mode: int = 0o644) -> subprocess.CompletedProcess:
        with Daemon(start=False) as daemon:
            (daemon.folder / "protocols.d").mkdir()
            daemon.config_path.write_bytes(text if isinstance(text, bytes) else text.encode())
            daemon.config_path.chmod(mode)
            return subprocess.run([*daemon.command(), "--check-config"], capture_output=True, text=True,
                                  env=daemon.environ(), check=False, timeout=60)

    def example(self) -> dict:
        return json.loads(EXAMPLE.read_text(encoding="utf-8"))

    def test_the_example_is_accepted_with_what_the_seeds_get_wrong(self):
        """Contract, R5: exit 0, and a warning for each thing that page 1 gets wrong, as the rules' table lists them."""
        done = self.check(EXAMPLE.read_bytes())
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        for words in (("EDATRS:", "review date", "past"), ("EDATRS:", "processor", "missing from page 1"),
                      ("EDATRS-DRAFT:", "no status"), ("EDATRS-DRAFT:", "superseded by EDATRS"),
                      ("EDATRS-DRAFT:", "names no owner"), ("EWS-ASC:", "review date", "past"),
                      ("MOSAIC:", "review date", "past"), ("MOSAIC:", "telephone", "Capita Resourcing"),
                      ("MOSAIC:", "ICO reference", "Department for Works"), ("BEDS:", "no partner a mailbox"),
                      ("BEDS:", "telephone"), ("BEDS:", "ICO reference"), ("BEDS:", "owner", "no partner of page 1")):
            with self.subTest(words):
                lines = [line for line in done.stdout.splitlines() if all(word in line for word in words)]
                self.assertTrue(lines, done.stdout)

    def test_each_problem_is_named_with_its_path_and_line(self):
        """Contract: every problem with its JSON path and line, all of them at once; exit 78."""
        config = self.example()
        config["timezone"] = config.pop("timeZone")
        config["organisation"]["mailFrom"] = "a@b.example, c@d.example"
        config["protocols"][0]["clause"]["partnerHours"] = -1
        config["protocols"][1]["owner"] = "nobody-we-know"
        config["protocols"][2]["partners"][0]["emails"] = ["x@y.example\r\nBcc: z@z.example"]
        config["timing"]["heartbeat"] = "60"
        text = json.dumps(config, indent=2)
        done = self.check(text)
        self.assertEqual(done.returncode, 78, done)
        lines = text.splitlines()
        for path, there in {"timezone": '"timezone"', "organisation.mailFrom": '"mailFrom"',
                            "protocols[0].clause.partnerHours": '"partnerHours": -1',
                            "protocols[1].owner": '"nobody-we-know"', "protocols[2].partners[0].emails[0]": "Bcc",
                            "timing.heartbeat": '"heartbeat"'}.items():
            with self.subTest(path):
                number = next(index for index, line in enumerate(lines, 1) if there in line)
                problems = [line for line in done.stderr.splitlines() if path in line]
                self.assertTrue(problems, done.stderr)
                self.assertIn(f"config.json:{number}: ", problems[0])
        self.assertIn("timeZone", done.stderr, "the nearest known key is named")

    def test_hostile_configurations_are_refused(self):
        """Hostile inputs: duplicate keys, NUL, a byte-order mark, 10^30, no JSON, deep nesting: exit 78, a line."""
        good = EXAMPLE.read_text(encoding="utf-8")
        for name, text in {
            "empty": "", "no JSON": "hello", "an array": "[]", "NUL": good.replace("Essex", "Es\0sex", 1),
            "an escaped NUL": good.replace("Essex", "Es\\u0000sex", 1), "byte-order mark": "\ufeff" + good,
            "a key twice": good.replace('"timeZone"', '"timeZone": "UTC",\n  "timeZone"', 1),
            "10^30": good.replace('"partnerHours": 48', '"partnerHours": 1' + "0" * 30, 1),
            "1e30": good.replace('"partnerHours": 48', '"partnerHours": 1e30', 1),
            "deep": "[" * 100_000, "trailing": good + "x", "cut": good[:-30],
            "no such zone": good.replace("Europe/London", "Europe/Lundon"),
            "a path for a zone": good.replace("Europe/London", "../../../etc/passwd"),
            "an id twice": good.replace('"id": "EWS-ASC"', '"id": "EDATRS"'),
            "an id as a path": good.replace('"id": "EWS-ASC"', '"id": "../x"'),
        }.items():
            with self.subTest(name):
                done = self.check(text)
                self.assertEqual(done.returncode, 78, (name, done.stdout[-300:], done.stderr[-300:]))
                self.assertTrue(done.stderr.strip())
                self.assertNotIn("Fatal error", done.stderr)
                self.assertNotIn("\n\n", done.stderr)

    def test_paths_that_would_overwrite_each_other_are_refused_however_they_are_written(self):
        """Hostile inputs: what lies in the register's folder, or upwards of somewhere, is refused: exit 78, a line."""
        for paths in ({"status": "var/./state/journal"}, {"state": "var/state/", "status": "var/state/journal"},
                      {"state": "var//state", "status": "./var/state/s.json"}, {"spool": "var/state/spool/"},
                      {"state": "var/state/", "spool": "var/state/./"}, {"state": "var/other/../state"},
                      {"status": "../status.json"}, {"metrics": "var/breachd.sock/"}, {"state": "/."},
                      {"status": "protocols.d/s.json"}):
            with self.subTest(paths):
                example = self.example()
                example["paths"].update(paths)
                if "protocols.d" in str(paths):
                    example["protocolDirectory"] = "protocols.d/"
                text = json.dumps(example, indent=2)
                done = self.check(text)
                self.assertEqual(done.returncode, 78, (done.stdout, done.stderr))
                self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
                named = re.search(r"config.json:([0-9]+): paths[.]([a-z]+) ", done.stderr)
                self.assertIsNotNone(named, done.stderr)
                self.assertIn(f'"{named[2]}": ', text.splitlines()[int(named[1]) - 1])
        with Daemon(start=False) as daemon:
            example = self.example()
            example["paths"]["status"] = daemon.config_path.name
            daemon.config_path.write_text(json.dumps(example))
            folder = daemon.config_path.parent
            done = subprocess.run([daemon.command()[0], "--config", f"{folder.name}/{daemon.config_path.name}",
                                   "--check-config"], capture_output=True, text=True, cwd=folder.parent, check=False)
            self.assertEqual(done.returncode, 78, (done.stdout, done.stderr))
            self.assertIn("the same", done.stderr)
            # Through a link, too: the register would be replaced by the status.
            (folder / "var" / "state").mkdir(parents=True, exist_ok=True)
            (folder / "link").symlink_to("var/state")
            example["paths"]["status"] = "link/journal"
            daemon.config_path.write_text(json.dumps(example))
            done = subprocess.run([*daemon.command(), "--check-config"], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 78, (done.stdout, done.stderr))
            self.assertIn("paths.status is in paths.state", done.stderr)

    def test_only_what_is_required_is_required(self):
        """Contract: organisation, timeZone, paths.state and protocols suffice; without any of them it is refused."""
        example = self.example()
        least = {"organisation": example["organisation"], "timeZone": "Europe/London", "paths": {"state": "var/state"},
                 "protocols": example["protocols"][2:3]}
        self.assertEqual(self.check(json.dumps(least)).returncode, 0)
        for key in least:
            with self.subTest(key):
                done = self.check(json.dumps({name: value for name, value in least.items() if name != key}))
                self.assertEqual(done.returncode, 78, done)
                self.assertIn(key, done.stderr)

    def test_a_configuration_that_would_not_start_is_not_accepted(self):
        """Contract: --check-config exits 0 when it would start: the two agree on the example in a folder of its own."""
        with Daemon(start=False) as daemon:
            (daemon.folder / "var").rmdir()
            checked = subprocess.run([*daemon.command(), "--check-config"], capture_output=True, text=True,
                                     env=daemon.environ(), check=False, timeout=60)
            process = daemon.launch()
            try:
                would_start = True
                end = time.monotonic() + 60
                while time.monotonic() < end and not daemon.socket.exists():
                    if process.poll() is not None:
                        would_start = False
                        break
                    time.sleep(0.02)
            finally:
                daemon.kill9()
            self.assertEqual(checked.returncode == 0, would_start, daemon.log()[-500:])

    def test_what_keeps_it_from_starting_is_found_before_and_nothing_is_made(self):
        """Contract: a place for the socket or the register that the start refuses; for the socket in the same words."""
        places = {"a long path": {"socket": f"var/{'s' * 120}"}, "a folder": {"socket": "var"},
                  "a file": {"socket": "file"}, "below a file": {"socket": "file/s"}, "below a link": {"socket": "link/s"},
                  "a link": {"socket": "link"}, "the state below a file": {"state": "file/state"},
                  "the state below a link": {"state": "link/a/state"}}
        for name, paths in places.items():
            with self.subTest(name), Daemon({"paths": paths}, start=False) as daemon:
                (daemon.folder / "file").write_bytes(b"")
                (daemon.folder / "link").symlink_to("/gone")
                before = sorted(daemon.folder.rglob("*"))
                checked = subprocess.run([*daemon.command(), "--check-config"], capture_output=True, text=True,
                                         env=daemon.environ(), check=False, timeout=60)
                self.assertEqual(sorted(daemon.folder.rglob("*")), before)
                self.assertEqual((checked.returncode, checked.stdout), (78, ""), checked.stderr)
                self.assertIn(os.fspath(daemon.folder), checked.stderr)
                self.assertEqual(daemon.run_to_end(), 78, daemon.log())
                if "socket" in paths:
                    self.assertIn(checked.stderr.strip(), daemon.log().splitlines()[-1])

    def test_a_folder_of_protocols_is_read(self):
        """Contract: protocolDirectory names a folder of further protocols, a file each."""
        with Daemon(start=False) as daemon:
            folder = daemon.folder / "protocols.d"
            folder.mkdir()
            for each in daemon.config["protocols"][1:]:
                path = folder / f"{each['id']}.json"
                path.write_text(json.dumps(each), encoding="utf-8")
                path.chmod(0o644)
            (folder / "README").write_text("not a protocol", encoding="utf-8")
            del daemon.config["protocols"][1:]
            daemon.config["protocolDirectory"] = "protocols.d"
            daemon.write_config()
            daemon.start()
            self.assertEqual({each["id"] for each in daemon.json("protocols")},
                             {"EDATRS", "EDATRS-DRAFT", "EWS-ASC", "MOSAIC", "BEDS"})
            self.assertTrue(daemon.report("EWS-ASC", by="provide")["id"])


if __name__ == "__main__":
    unittest.main()
