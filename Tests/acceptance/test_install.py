"""`make install` and `make uninstall`, into a folder."""

import os
import pathlib
import re
import shutil
import stat
import subprocess
import tempfile
import unittest

from support import BINARIES, BREACHCTL, BREACHD, REPOSITORY, AcceptanceTest, ctl, tool

# Beside the units, which systemd/ has, and the pages of docs/.
INSTALLED = {
    "bin/breachctl", "sbin/breachd", "lib/sysusers.d/breachclock.conf", "lib/tmpfiles.d/breachclock.conf",
    "share/man/man1/breachctl.1", "share/man/man5/breachclock.json.5", "share/man/man8/breachd.8",
    "share/bash-completion/completions/breachctl", "share/zsh/site-functions/_breachctl",
    "share/fish/vendor_completions.d/breachctl.fish", "share/doc/breachclock/README.md",
    "share/doc/breachclock/CHANGELOG.md", "share/doc/breachclock/config.example.json",
    "share/doc/breachclock/config.schema.json", "share/doc/breachclock/status.schema.json"}


class Install(AcceptanceTest):
    def setUp(self) -> None:
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="breachclock-install-"))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)

    def make(self, target: str, *variables: str) -> None:
        # The strictest mask that an administrator may have set, and a folder of programs that is not to be written to.
        done = subprocess.run(["sh", "-c", 'umask 077; exec make -C "$0" "$@"', os.fspath(REPOSITORY), target,
                               f"DESTDIR={self.root}", f"BINARIES={BINARIES}", *variables],
                              capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)

    def files(self) -> dict:
        """What is installed: the path, and its mode."""
        return {os.fspath(path.relative_to(self.root)): stat.S_IMODE(path.lstat().st_mode)
                for path in self.root.rglob("*") if not path.is_dir()}

    def test_each_file_is_where_debian_looks_for_it_and_can_be_read_by_all(self):
        """Contract of make install: the tree and its modes, whatever the umask."""
        self.make("install")
        units = {f"lib/systemd/system/{path.name}" for path in (REPOSITORY / "systemd").iterdir()
                 if path.suffix in (".service", ".socket", ".path", ".timer")}
        self.assertIn("lib/systemd/system/breachd.service", units)
        pages = {f"share/doc/breachclock/{path.name}" for path in (REPOSITORY / "docs").glob("*.md")}
        self.assertEqual({f"usr/local/{path}" for path in INSTALLED | units | pages}, set(self.files()))
        for path, mode in self.files().items():
            self.assertEqual(mode, 0o755 if "bin/" in path else 0o644, path)
        for path in self.root.rglob("*"):
            if path.is_dir():
                self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o755, path)
        for program in (BREACHD, BREACHCTL):
            folder = "sbin" if program is BREACHD else "bin"
            self.assertEqual((self.root / "usr/local" / folder / program.name).read_bytes(), program.read_bytes())
        for shell, path in {"bash": "share/bash-completion/completions/breachctl",
                            "zsh": "share/zsh/site-functions/_breachctl",
                            "fish": "share/fish/vendor_completions.d/breachctl.fish"}.items():
            self.assertEqual((self.root / "usr/local" / path).read_text(encoding="utf-8"),
                             ctl("completion", shell).out)

    def test_the_units_call_the_programs_where_they_are_installed(self):
        """Contract of make install: ExecStart follows PREFIX, and each program that a unit calls is there."""
        for prefix in ("/usr/local", "/usr", "/opt/breachclock"):
            with self.subTest(prefix):
                self.make("install", f"PREFIX={prefix}")
                called = []
                for unit in (self.root / prefix[1:] / "lib/systemd/system").iterdir():
                    text = unit.read_text(encoding="utf-8")
                    called += re.findall(r"^Exec\w+=[-+!@:]*(\S*/breach\w+)", text, re.MULTILINE)
                self.assertIn(f"{prefix}/sbin/breachd", called)
                for program in called:
                    self.assertTrue((self.root / program[1:]).exists(), program)

    def test_uninstall_leaves_no_file_and_no_folder_of_its_own(self):
        """Contract of make uninstall: what install brought is gone, and what was beside it is there."""
        beside = self.root / "usr/local/bin/another"
        beside.parent.mkdir(parents=True)
        beside.touch()
        self.make("install")
        self.make("uninstall")
        self.assertEqual(set(self.files()), {"usr/local/bin/another"})
        self.assertEqual([path for path in self.root.rglob("*breachclock*")], [])

    def test_without_programs_nothing_is_installed(self):
        """Contract of make install: what to do first is said, before anything is written."""
        done = subprocess.run(["make", "-C", os.fspath(REPOSITORY), "install", f"DESTDIR={self.root}",
                               f"BINARIES={self.root}/nothing"], capture_output=True, text=True, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("make release", done.stderr)
        self.assertEqual(list(self.root.rglob("*")), [])

    def test_zsh_and_the_package_agree_where_completions_lie(self):
        """Contract of the package: Debian's zsh looks in the folder that debian/rules names."""
        rules = (REPOSITORY / "debian" / "rules").read_text(encoding="utf-8")
        folder = re.search(r"ZSH_FUNCTIONS=(\S+)", rules)[1]
        done = subprocess.run([tool("zsh"), "-fc", "print -l $fpath"], capture_output=True, text=True, check=True)
        self.assertIn(folder, done.stdout.split())
        self.assertIn("/usr/local/share/zsh/site-functions", done.stdout.split())

if __name__ == "__main__":
    unittest.main()
