"""The release binaries in a bare Debian 12: libstdc++ and the time zones beside what every root has, and no Swift."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from container import debian_root
from support import BREACHCTL, BREACHD, EXAMPLE, AcceptanceTest, tool

INSIDE = "/opt/breachclock"

# The root is shared, so it is written to in an overlay, which goes with the mount namespace that it is in. The Swift
# library reads a program's arguments from /proc, as any running Debian has it.
CHROOT = """
set -e
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay -o "lowerdir=$0,upperdir=/mnt/upper,workdir=/mnt/work" overlay /mnt/root
mkdir -p "/mnt/root$2"
mount --bind "$1" "/mnt/root$2"
mount -t proc proc /mnt/root/proc
shift 2
exec chroot /mnt/root "$@"
"""


class BareDebian(AcceptanceTest):
    @classmethod
    def setUpClass(cls) -> None:
        cls.root = debian_root("bookworm", "libstdc++6", "tzdata")
        cls.place = pathlib.Path(tempfile.mkdtemp(prefix="breachclock-debian-"))
        cls.addClassCleanup(shutil.rmtree, cls.place, ignore_errors=True)
        cls.place.chmod(0o755)
        for binary in (BREACHD, BREACHCTL):
            shutil.copy2(binary, cls.place)
        shutil.copyfile(EXAMPLE, cls.place / "config.json")
        (cls.place / "config.json").chmod(0o644)
        (cls.place / "var").mkdir()

    def run_inside(self, *command: str) -> subprocess.CompletedProcess:
        return subprocess.run([tool("unshare"), "--mount", "sh", "-c", CHROOT, os.fspath(self.root),
                               os.fspath(self.place), INSIDE, *(word.replace("HERE", INSIDE) for word in command)],
                              capture_output=True, text=True, check=False, timeout=120,
                              env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"})

    def test_the_root_has_no_swift(self):
        """The root is bare: nothing of Swift is in it, so what runs there carries its own."""
        self.assertEqual(list(self.root.rglob("*swift*")), [])

    def test_both_programs_start_and_the_configuration_is_read(self):
        """breachd and breachctl say their version, and breachd reads the example: zones, accounts and all."""
        for program in ("breachd", "breachctl"):
            done = self.run_inside(f"HERE/{program}", "--version")
            self.assertEqual((done.returncode, done.stderr), (0, ""), done)
            self.assertTrue(done.stdout.startswith(f"{program} "), done)
        done = self.run_inside("HERE/breachd", "--config", "HERE/config.json", "--check-config")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        self.assertIn("5 protocols", done.stdout)

    def test_a_breach_is_recorded_and_shown_in_local_time(self):
        """The daemon runs there, records a breach, writes its notices, and breachctl shows London's time."""
        script = """
            set -e
            HERE/breachd --config HERE/config.json 2>HERE/log &
            pid=$!
            trap 'kill $pid; wait $pid' EXIT
            export BREACHCLOCK_SOCKET=HERE/var/breachd.sock
            for try in $(seq 600); do HERE/breachctl status >/dev/null 2>&1 && break; sleep 0.05; done
            HERE/breachctl report EDATRS --detected 2026-06-01T10:00:00Z --by open-road --summary 'A folder was lost.'
            for try in $(seq 600); do
                [ $(ls HERE/var/spool/new | grep -c breach-notice) = 8 ] && break
                sleep 0.05
            done
            ls HERE/var/spool/new | grep -c breach-notice
            HERE/breachctl verify
        """
        done = self.run_inside("sh", "-c", script)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        self.assertIn("Partners informed by   Wed 3 Jun 2026 11:00 BST", done.stdout)
        self.assertIn("\n8\nWHOLE", done.stdout)


if __name__ == "__main__":
    unittest.main()
