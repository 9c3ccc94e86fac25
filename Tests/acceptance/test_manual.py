"""The manual pages: well formed, and true of the programs that they describe."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from support import BINARIES, BREACHD, REPOSITORY, AcceptanceTest, tool

MANUALS = sorted((REPOSITORY / "docs" / "man").iterdir())


class Manual(AcceptanceTest):
    def test_the_pages_are_well_formed(self):
        """Contract of the manual: mandoc and groff have nothing to say against them."""
        self.assertEqual([path.name for path in MANUALS], ["breachclock.json.5", "breachctl.1", "breachd.8"])
        done = subprocess.run([tool("mandoc"), "-T", "lint", "-W", "warning", *map(os.fspath, MANUALS)],
                              capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        for page in MANUALS:
            done = subprocess.run([tool("groff"), "-mandoc", "-Tutf8", "-ww", "-z", os.fspath(page)],
                                  capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""), page)
            self.assertEqual(page.read_bytes().decode("ascii").count("\t"), 0)

    def rendered(self, name: str) -> str:
        page = next(path for path in MANUALS if path.name == name)
        text = subprocess.run([tool("mandoc"), "-T", "ascii", os.fspath(page)], capture_output=True, text=True,
                              check=True).stdout
        return re.sub(".\b", "", text)

    def test_breachd_8_has_the_options_of_breachd(self):
        """Contract of the manual: the same options, each with its value, in help, synopsis and list."""
        said = subprocess.run([BREACHD, "--help"], capture_output=True, text=True, check=True).stdout
        options = re.findall(r"^  (--[\w-]+(?: [A-Z]+)?) ", said, re.MULTILINE)
        self.assertGreater(len(options), 3)
        source = next(path for path in MANUALS if path.name == "breachd.8").read_text(encoding="ascii")
        self.assertEqual([f"-{item.replace(' Ar ', ' ').lower()}" for item in
                          re.findall(r"^\.It Fl (-.*)$", source, re.MULTILINE)],
                         [option.lower() for option in options])
        synopsis = " ".join(self.rendered("breachd.8").split("SYNOPSIS")[1].split("DESCRIPTION")[0].split())
        self.assertEqual(synopsis, "breachd " + " ".join(f"[{option.lower()}]" for option in options))

    def test_the_examples_of_the_manual_are_lines_that_breachctl_takes(self):
        """Contract of the manual: no example names a command or option that is not there."""
        text = self.rendered("breachctl.1").split("\nEXAMPLES\n")[1].split("\nSEE ALSO\n")[0]
        lines = re.findall(r"^ +\$ (breachctl .*)$", text.replace("\\\n", " "), re.MULTILINE)
        self.assertGreater(len(lines), 5)
        for line in lines:
            with self.subTest(line):
                done = subprocess.run(["sh", "-c", line.split("|")[0]], capture_output=True, text=True, check=False,
                                      env={"PATH": f"{BINARIES}:/usr/bin:/bin", "hash": "0" * 64,
                                           "BREACHCLOCK_SOCKET": "/nobody/is/here.sock"})
                self.assertIn(done.returncode, (66, 69), done)

    def test_the_example_of_the_configuration_is_accepted(self):
        """Contract of the manual: the least configuration of breachclock.json(5) can be used as it stands."""
        text = self.rendered("breachclock.json.5").split("\nEXAMPLES\n")[1].split("\nSEE ALSO\n")[0]
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "config.json"
            path.write_text(text[text.index("{"):].replace("/var/lib/breachclock", f"{folder}/state"),
                            encoding="utf-8")
            path.chmod(0o644)
            done = subprocess.run([BREACHD, "--config", os.fspath(path), "--check-config"], capture_output=True,
                                  text=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""), done)

if __name__ == "__main__":
    unittest.main()
