"""The control socket with two varlink clients that nobody here wrote: PyPI's `varlink`, and systemd's `varlinkctl`.

The first is looked for in this Python, in $BREACHCLOCK_VENV and in the folder .venv of the repository. The second comes
with Debian 13: its package and what that needs are unpacked into a folder, or found in $BREACHCLOCK_TRIXIE.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from support import INTERFACE, REPOSITORY, AcceptanceTest, Daemon, Missing, tool, wait_until

DESCRIPTION = REPOSITORY / "Sources" / "BreachClock" / "Wire" / f"{INTERFACE}.varlink"
NOT_FOUND = f"{INTERFACE}.NotFound"


def python() -> str:
    """A Python that has `varlink`; a failure that says what to install where there is none."""
    places = [os.environ.get("BREACHCLOCK_VENV"), os.fspath(REPOSITORY / ".venv")]
    candidates = [os.fspath(pathlib.Path(place) / "bin" / "python") for place in places if place] + [sys.executable]
    for candidate in candidates:
        if os.path.exists(candidate) and subprocess.run(
                [candidate, "-c", "import varlink"], capture_output=True, check=False).returncode == 0:
            return candidate
    raise Missing("varlink is missing; install it: python3 -m venv .venv && .venv/bin/pip install varlink")


class VarlinkClient(AcceptanceTest):
    def cli(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run([python(), "-m", "varlink.cli", *arguments], capture_output=True, text=True, timeout=60,
                              check=False)

    def call(self, daemon: Daemon, method: str, **parameters: object) -> tuple:
        done = self.cli("call", f"unix:{daemon.socket}/{INTERFACE}.{method}", json.dumps(parameters))
        return (json.loads(done.stdout) if done.stdout.strip() else None), done.stderr

    def test_info_and_help(self):
        """Contract: GetInfo has all its members, and the description is one that the client can read."""
        with Daemon() as daemon:
            info = self.cli("info", f"unix:{daemon.socket}")
            self.assertEqual(info.returncode, 0, info)
            self.assertIn(INTERFACE, info.stdout)
            self.assertIn("org.varlink.service", info.stdout)
            text = self.cli("help", f"unix:{daemon.socket}/{INTERFACE}")
            self.assertEqual(text.returncode, 0, text)
            self.assertEqual(text.stdout.strip(), DESCRIPTION.read_text(encoding="utf-8").strip(),
                             "the description in the tree is the one that is served")

    def test_report_show_and_the_errors(self):
        """Contract: any varlink client can do what breachctl does, and errors are typed."""
        with Daemon() as daemon:
            answer, error = self.call(daemon, "Report", protocol="EDATRS", detected="1h ago", by="open-road",
                                      summary="A folder was left on a train.", records=12, affected=["peabody"])
            self.assertEqual(error, "")
            reference = answer["breach"]["id"]
            self.assertIsNone(answer.get("message"))
            self.assertEqual([partner["id"] for partner in answer["breach"]["partners"] if partner["affected"]],
                             ["peabody"])
            shown, error = self.call(daemon, "Show", breach=reference)
            self.assertEqual((shown["breach"]["summary"], error), ("A folder was left on a train.", ""))
            acked, error = self.call(daemon, "Ack", breach=reference, partner="peabody", via="phone")
            self.assertEqual(error, "")
            partners = acked["breach"]["partners"]
            self.assertEqual([each["id"] for each in partners if each["acknowledgedAt"]], ["peabody"])
            for method, key in {"List": "breaches", "Protocols": "protocols", "Status": "journal",
                                "Environment": "timeZone"}.items():
                with self.subTest(method):
                    result, error = self.call(daemon, method)
                    self.assertEqual(error, "")
                    self.assertIn(key, result)
            facts, error = self.call(daemon, "Timeline", breach=reference)
            self.assertEqual(error, "")
            self.assertEqual(facts["facts"][0]["type"], "breach-recorded")
            for method, parameters, name, words in (
                ("Show", {"breach": "EDATRS-2026-9999"}, "NotFound", ["breach", "EDATRS-2026-9999"]),
                ("Report", {"protocol": "EDATR", "detected": "now", "by": "x", "summary": "x"}, "NotFound", ["EDATRS"]),
                ("Report", {"protocol": "EDATRS", "detected": "soon", "by": "peabody", "summary": "x"}, "Refused",
                 ["detected"]),
            ):
                with self.subTest(method=method, parameters=parameters):
                    _, error = self.call(daemon, method, **parameters)
                    self.assertIn(f"{INTERFACE}.{name}", error)
                    for word in words:
                        self.assertIn(word, error)


class EveryMethod:
    """A breach from its report to its end with one client alone; a client is what `call` and `watch` do."""

    def call(self, daemon: Daemon, method: str, **parameters: object) -> tuple:
        """The results, or nothing, and the error's name, or nothing."""
        raise NotImplementedError

    def watch(self, daemon: Daemon, **parameters: object) -> list:
        """The words that run a `Watch` with `more`, which prints each reply as JSON."""
        raise NotImplementedError

    def done(self, daemon: Daemon, method: str, **parameters: object) -> dict:
        answer, error = self.call(daemon, method, **parameters)
        self.assertEqual(error, "", (method, parameters, answer))
        self.called.add(method)
        return answer

    def test_a_breach_from_report_to_closure_with_every_method(self):
        """Contract: any varlink client can do all that breachctl does: each method of the description, at least once."""
        self.called = set()
        with Daemon() as daemon:
            watching = subprocess.Popen(self.watch(daemon, after=0), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        stdin=subprocess.DEVNULL)
            try:
                self.live(daemon)
                os.set_blocking(watching.stdout.fileno(), False)
                told = b""

                def has(text: bytes) -> bool:
                    nonlocal told
                    told += watching.stdout.read() or b""
                    return text in told

                wait_until(lambda: has(b"breach-reopened"), "the watch tells of what was recorded last")
                # While breachctl acts.
                reference = daemon.report("BEDS", by="bedfordshire-police")["id"]
                wait_until(lambda: has(reference.encode()), "and of what breachctl records")
                self.called.add("Watch")
                self.assertIsNone(watching.poll(), "it goes on")
            finally:
                watching.kill()
                watching.communicate()
            # In the order of the journal, without a gap.
            numbers = [int(each) for each in re.findall(rb'"sequence": ?(\d+)', told)]
            self.assertEqual(sorted(set(numbers)), list(range(1, max(numbers) + 1)))
            self.assertEqual(numbers, sorted(numbers))
            self.assertEqual(daemon.ctl("verify").code, 0)
        described = set(re.findall(r"^method (\w+)\(", DESCRIPTION.read_text(encoding="ascii"), re.MULTILINE))
        self.assertEqual(self.called, described)

    def live(self, daemon: Daemon) -> None:
        def done(method: str, **parameters: object) -> dict:
            return self.done(daemon, method, **parameters)

        self.assertIn("EWS-ASC", json.dumps(done("Protocols")))
        self.assertEqual([each["id"] for each in done("Protocols", protocol="ews-asc")["protocols"]], ["EWS-ASC"])
        self.assertTrue(done("Plan", protocol="EWS-ASC", detected="2026-11-20T14:05:00Z")["plan"])
        self.assertEqual(done("Environment")["timeZone"], "Europe/London")
        breach = done("Report", protocol="EWS-ASC", detected="2h ago", by="provide", records=12, risk="likely",
                      summary="A folder was left on a train.", requestId="desk-1")["breach"]
        reference = breach["id"]
        partners = [each["id"] for each in breach["partners"]]
        for partner in partners:
            done("Ack", breach=reference, partner=partner, via="phone", at="now")
        done("Note", breach=reference, kind="advice", text="Ring the insurers.")
        corrected = done("Correct", breach=reference, individuals=40, cyber="no")["breach"]
        self.assertEqual(corrected["phase"], "open")
        done("Position", breach=reference, partner=partners[0], outcome="notify", name="Odile Farrant")
        escalated = done("Escalate", breach=reference, reason="The other partner cannot answer.")["breach"]
        self.assertEqual(escalated["matters"]["ico"]["state"], "awaiting-decision")
        done("Escalate", breach=reference, matter="individuals", reason="As before.")
        decided = done("Decide", breach=reference, outcome="notify", name="Martin Fairweather",
                       reason="Harm is likely.")["breach"]
        self.assertEqual(decided["matters"]["ico"]["outcome"], "notify")
        done("Decide", breach=reference, matter="individuals", outcome="do-not-notify", ground="no-high-risk",
             name="Martin Fairweather", reason="The folder came back unread.")
        notified = done("Notified", breach=reference, at="now", reference="IC-123456-A1B2")["breach"]
        self.assertEqual(notified["deadlines"]["regulator"]["state"], "met")
        self.assertEqual([each["id"] for each in done("List")["breaches"]], [reference])
        closed = done("Close", breach=reference, reason="All is done.")["breach"]
        self.assertEqual(closed["phase"], "closed")
        self.assertEqual(done("List", overdue=True)["breaches"], [])
        self.assertEqual(done("Redact", breach=reference, field="text", reason="It named the insurers.")["breach"]["id"],
                         reference)
        self.assertNotIn("insurers.", json.dumps(done("Timeline", breach=reference)["facts"][4:8]))
        register = done("Register")
        self.assertEqual([set(each) for each in register["breaches"]], [set(register["columns"])])
        self.assertEqual([each["title"] for each in done("Explain", breach=reference)["deadlines"]][:1],
                         [each["title"] for each in daemon.json("explain", reference)][:1])
        self.assertEqual(done("Status")["open"], 0)
        self.assertEqual(done("Show", breach=reference)["breach"]["phase"], "closed")
        self.assertEqual(done("Reopen", breach=reference, reason="The insurers rang.")["breach"]["phase"], "open")
        for method, parameters, name in (
            ("Show", {"breach": "EDATRS-2026-9999"}, NOT_FOUND),
            ("Ack", {"breach": reference, "partner": partners[0], "at": "soon"}, f"{INTERFACE}.Refused"),
            ("Watch", {}, "org.varlink.service.ExpectedMore"),
        ):
            self.assertIn(name, self.call(daemon, method, **parameters)[1])


# One process for many calls: a line each way.
PYTHON_CLIENT = """
import json, sys, varlink
with varlink.Client(sys.argv[1]).open(sys.argv[2]) as connection:
    for line in sys.stdin:
        method, parameters = json.loads(line)
        try:
            print(json.dumps([getattr(connection, method)(**parameters), ""]), flush=True)
        except varlink.VarlinkError as error:
            print(json.dumps([None, error.error()]), flush=True)
"""


class EveryMethodWithPython(EveryMethod, AcceptanceTest):
    def live(self, daemon: Daemon) -> None:
        with subprocess.Popen([python(), "-c", PYTHON_CLIENT, f"unix:{daemon.socket}", INTERFACE],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as self.client:
            super().live(daemon)
            self.client.stdin.close()

    def call(self, daemon: Daemon, method: str, **parameters: object) -> tuple:
        self.client.stdin.write(json.dumps([method, parameters]) + "\n")
        self.client.stdin.flush()
        answer, error = json.loads(self.client.stdout.readline())
        return answer, error

    def watch(self, daemon: Daemon, **parameters: object) -> list:
        return [python(), "-u", "-m", "varlink.cli", "call", "-m", f"unix:{daemon.socket}/{INTERFACE}.Watch",
                json.dumps(parameters)]


class EveryMethodWithVarlinkctl(EveryMethod, AcceptanceTest):
    @classmethod
    def setUpClass(cls) -> None:
        found = os.environ.get("BREACHCLOCK_TRIXIE")
        cls.root = pathlib.Path(found or tempfile.mkdtemp(prefix="breachclock-trixie-"))
        if found:
            return
        cls.addClassCleanup(shutil.rmtree, cls.root, ignore_errors=True)
        done = subprocess.run([tool("mmdebstrap"), "--variant=extract", "--include=systemd", "trixie", cls.root],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise AssertionError(f"Debian 13's systemd could not be unpacked:\n{done.stderr[-2000:]}")

    def varlinkctl(self, *arguments: object) -> list:
        """The words that run it with the C library that it was built for, and with nothing else of that system."""
        loaders = sorted(self.root.glob("usr/lib*/ld-linux*.so.*")) + sorted(self.root.glob("usr/lib/*/ld-linux*.so.*"))
        self.assertTrue(loaders, "Debian 13's loader is missing")
        libraries = [os.fspath(path.parent) for name in ("libc.so.6", "libsystemd-shared-*.so")
                     for path in self.root.glob(f"usr/lib/**/{name}")]
        return [os.fspath(loaders[0]), "--library-path", ":".join(libraries),
                os.fspath(self.root / "usr/bin/varlinkctl"), "--no-pager", *map(str, arguments)]

    def run_it(self, *arguments: object) -> subprocess.CompletedProcess:
        return subprocess.run(self.varlinkctl(*arguments), capture_output=True, text=True, timeout=60, check=False,
                              env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"})

    def call(self, daemon: Daemon, method: str, **parameters: object) -> tuple:
        done = self.run_it("--json=short", "call", daemon.socket, f"{INTERFACE}.{method}", json.dumps(parameters))
        failed = re.search(r"failed: (\S+)", done.stderr)
        self.assertEqual(done.returncode == 0, failed is None, done)
        return (None, failed[1]) if failed else (json.loads(done.stdout), done.stderr)

    def watch(self, daemon: Daemon, **parameters: object) -> list:
        return self.varlinkctl("--more", "--json=short", "--timeout=infinity", "call", daemon.socket,
                               f"{INTERFACE}.Watch", json.dumps(parameters))

    def test_it_knows_the_service_by_its_own_description(self):
        """Contract: info, the methods, the description as it is served and as its file has it, by systemd's own rules."""
        with Daemon() as daemon:
            version = self.run_it("--version").stdout
            self.assertGreaterEqual(int(re.search(r"systemd (\d+)", version)[1]), 257)
            info = self.run_it("info", daemon.socket)
            self.assertEqual((info.returncode, info.stderr), (0, ""), info)
            for word in ("BreachClock", "breachd", INTERFACE, "org.varlink.service"):
                self.assertIn(word, info.stdout)
            described = set(re.findall(r"^method (\w+)\(", DESCRIPTION.read_text(encoding="ascii"), re.MULTILINE))
            listed = self.run_it("list-methods", daemon.socket).stdout.split()
            self.assertEqual({each for each in listed if each.startswith(INTERFACE)},
                             {f"{INTERFACE}.{method}" for method in described})
            served = self.run_it("introspect", daemon.socket, INTERFACE)
            checked = self.run_it("validate-idl", DESCRIPTION)
            self.assertEqual((served.returncode, checked.returncode, checked.stderr), (0, 0, ""), (served, checked))
            self.assertEqual(served.stdout.strip(), checked.stdout.strip())


if __name__ == "__main__":
    unittest.main()
