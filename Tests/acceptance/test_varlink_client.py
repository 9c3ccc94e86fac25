"""The control socket with a varlink client that nobody here wrote: PyPI's `varlink`.

It is looked for in this Python, in $BREACHCLOCK_VENV and in the folder .venv of the repository.
"""

import json
import os
import pathlib
import subprocess
import sys
import unittest

from support import INTERFACE, REPOSITORY, AcceptanceTest, Daemon, Missing


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
            source = REPOSITORY / "Sources" / "BreachClock" / "Wire" / f"{INTERFACE}.varlink"
            self.assertEqual(text.stdout.strip(), source.read_text(encoding="utf-8").strip(),
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


if __name__ == "__main__":
    unittest.main()
