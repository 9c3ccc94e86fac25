"""The Debian package on a real systemd, from its installation to its purge, on Debian 12 and 13."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import package
from container import Container
from support import BREACHD, EXAMPLE, REPOSITORY, AcceptanceTest, overlay, tool

CONFIGURATION = "/etc/breachclock/config.json"
JOURNAL = "/var/lib/breachclock/journal"
# The units that an administrator enables who wants them.
DELIVERY = ("breachd-deliver.path", "breachd-deliver.timer")
REPORT = ("breachctl", "--json", "report", "EWS-ASC", "--detected", "now", "--by", "provide", "--summary",
          "A folder was left on a train.")


def configuration() -> str:
    """What an administrator puts there: the example, without the paths of a trial."""
    config = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    config["paths"] = {"state": "/var/lib/breachclock", "status": "/run/breachclock/status.json"}
    overlay(config, {"access": {"read": ["monitor"], "record": ["ig"], "decide": ["ig"]}})
    config["protocols"] = [each for each in config["protocols"] if each["id"] == "EWS-ASC"]
    return json.dumps(config, indent=2)


class Package(AcceptanceTest):
    @classmethod
    def setUpClass(cls) -> None:
        cls.addClassCleanup(package.remove)
        cls.deb = package.deb()

    def test_lintian_finds_no_error_and_each_override_says_why(self):
        """Debian policy: lintian is silent but for what is overridden, with its reason above it."""
        done = subprocess.run([tool("lintian"), "--allow-root", "--fail-on", "error,warning", os.fspath(self.deb)],
                              capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done)
        lines = (REPOSITORY / "debian" / "breachclock.lintian-overrides").read_text(encoding="utf-8").splitlines()
        for before, line in zip(["", *lines], lines):
            self.assertTrue(line.startswith("#") or before.startswith("#"), line)

    def test_the_package_has_the_version_of_the_programs(self):
        """Contract of the package: debian/changelog, breachd and CHANGELOG.md name one version."""
        said = subprocess.run([BREACHD, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
        field = subprocess.run([tool("dpkg-deb"), "--field", os.fspath(self.deb), "Version"], capture_output=True,
                               text=True, check=True).stdout.strip()
        self.assertEqual(field, said)
        changes = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
        self.assertEqual(re.search(r"^## (\S+),", changes, re.MULTILINE)[1], said)

    def test_the_package_leaves_nothing_behind_where_it_is_built(self):
        """Contract of make deb: the package and what describes it, and no copy of the sources."""
        self.assertEqual({path.suffix for path in self.deb.parent.iterdir()}, {".deb", ".changes", ".buildinfo"})

    def later(self) -> pathlib.Path:
        """The same package with a higher version."""
        scratch = pathlib.Path(tempfile.mkdtemp(prefix="breachclock-later-"))
        self.addCleanup(shutil.rmtree, scratch)
        subprocess.run([tool("dpkg-deb"), "-R", os.fspath(self.deb), os.fspath(scratch / "tree")], check=True)
        control = scratch / "tree" / "DEBIAN" / "control"
        control.write_text(re.sub(r"(?m)^Version: (.*)$", r"Version: \1+later", control.read_text()))
        subprocess.run([tool("dpkg-deb"), "-Zgzip", "-z1", "-b", os.fspath(scratch / "tree"),
                        os.fspath(scratch / "later.deb")], check=True, capture_output=True)
        return scratch / "later.deb"

    def test_it_lives_on_debian_12(self):
        """Contract of the package: installed, configured, upgraded, removed and purged; the register outlives it all."""
        self.live("bookworm")

    def test_it_lives_on_debian_13(self):
        """Contract of the package: the same on the next Debian."""
        self.live("trixie")

    def live(self, suite: str) -> None:
        with Container(suite, include=package.DEPENDS) as self.machine:
            self.machine.put(self.deb, "/root/breachclock.deb")
            self.machine.put(self.later(), "/root/later.deb")
            self.machine.run("sh", "-ec", "groupadd ig; groupadd monitor; useradd -G ig ada; useradd -G monitor mo; "
                                          "useradd stranger")
            self.install_without_a_configuration()
            self.configure_and_start()
            self.reference = json.loads(self.machine.run(*REPORT, user="ada").stdout)["id"]
            self.install("breachclock.deb", "reinstalled")
            self.install("later.deb", "upgraded")
            self.remove_and_install_again()
            self.purge_and_install_again()

    def install(self, name: str, what: str) -> subprocess.CompletedProcess:
        """Installs it over what runs: the service is another process, and has the register."""
        before = self.machine.property("breachd", "MainPID")
        done = self.machine.run("dpkg", "--install", f"/root/{name}")
        self.assertNotEqual(self.machine.property("breachd", "MainPID"), before, f"{what}: it was started again")
        self.assert_served(what)
        return done

    def assert_served(self, what: str) -> None:
        self.machine.wait_for("breachd", "active")
        for unit in DELIVERY:
            state = [self.machine.property(unit, name) for name in ("UnitFileState", "ActiveState")]
            self.assertEqual(state, ["enabled", "active"], f"{what}: {unit} stays as it was")
        shown = json.loads(self.machine.run("breachctl", "--json", "show", self.reference, user="mo").stdout)
        self.assertEqual(shown["id"], self.reference, what)
        self.assertEqual(self.machine.run("breachctl", "verify").returncode, 0, what)
        failed = self.machine.run("systemctl", "--failed", "--plain", "--no-legend").stdout
        self.assertNotIn("breachd", failed, what)

    def processes(self) -> list:
        """The processes of breachd in the machine."""
        return self.machine.run("sh", "-c", "grep -lx breachd /proc/[0-9]*/comm", check=False).stdout.split()

    def stat(self, path: str) -> str:
        return self.machine.run("stat", "--format=%A %U:%G", path).stdout.strip()

    def install_without_a_configuration(self) -> None:
        done = self.machine.run("dpkg", "--install", "/root/breachclock.deb", stdin="")
        self.assertIn("/etc/breachclock/config.json", done.stderr)
        self.assertIn("systemctl start breachd", done.stderr)
        page = re.search(r"/usr/share/doc/\S+\.md", done.stderr)[0]
        self.assertIn("# ", self.machine.read(page), "the page that the installation names is there")
        self.assertEqual(self.machine.property("breachd", "ActiveState"), "inactive", "not running, and not failed")
        self.assertEqual(self.machine.run("systemctl", "is-enabled", "breachd").stdout.strip(), "enabled")
        for other in ("breachd.socket", *DELIVERY):
            self.assertEqual(self.machine.run("systemctl", "is-enabled", other, check=False).stdout.strip(), "disabled")
            self.assertEqual(self.machine.property(other, "ActiveState"), "inactive")
        self.assertEqual(self.machine.run("systemctl", "start", "breachd").returncode, 0)
        self.assertEqual(self.machine.property("breachd", "ActiveState"), "inactive")
        self.assertEqual(self.stat("/etc/breachclock"), "drwxr-x--- root:breachclock")
        self.assertEqual(self.stat("/var/spool/breachclock"), "drwxrws--- breachclock:breachclock-deliver")
        self.assertTrue(self.machine.run("getent", "passwd", "breachclock").stdout.strip().endswith("/nologin"))

    def configure_and_start(self) -> None:
        self.machine.write(CONFIGURATION, configuration())
        self.assertEqual(self.stat("/etc/breachclock"), "drwxr-x--- root:breachclock")
        self.machine.run("runuser", "-u", "breachclock", "--", "breachd", "--check-config")
        self.machine.run("systemctl", "start", "breachd")
        self.machine.wait_for("breachd", "active")
        self.machine.run("systemctl", "enable", "--now", *DELIVERY)
        self.machine.run("test", "-r", CONFIGURATION, user="breachclock")
        for user, test in (("breachclock", "-w"), ("stranger", "-r")):
            self.assertEqual(self.machine.run("test", test, CONFIGURATION, user=user, check=False).returncode, 1, user)
        for user, code in (("ada", 0), ("mo", 77), ("stranger", 77)):
            done = self.machine.run(*REPORT, user=user, check=False)
            self.assertEqual(done.returncode, code, (user, done.stderr))
        self.assertEqual(self.machine.run("breachctl", "status", "--check", user="mo", check=False).returncode, 0)
        self.assertEqual(self.stat(JOURNAL), "-rw------- breachclock:breachclock")

    def remove_and_install_again(self) -> None:
        before = self.machine.run("sha256sum", JOURNAL).stdout
        self.machine.run("systemctl", "stop", "breachd")
        stopped = self.machine.run("head", "-c", "1000", JOURNAL).stdout
        self.assertNotEqual(self.machine.run("sha256sum", JOURNAL).stdout, before, "its end is a fact, too")
        self.machine.run("systemctl", "start", "breachd")
        self.assertEqual(len(self.processes()), 1)
        self.machine.run("dpkg", "--remove", "breachclock")
        self.assertEqual(self.machine.run("test", "-e", "/usr/sbin/breachd", check=False).returncode, 1)
        for unit in ("breachd", *DELIVERY):
            self.assertEqual(self.machine.property(unit, "ActiveState"), "inactive", unit)
        self.assertEqual(self.processes(), [], "no process of it goes on")
        self.assertEqual(self.machine.run("head", "-c", "1000", JOURNAL).stdout, stopped)
        self.machine.run("dpkg", "--install", "/root/breachclock.deb")
        self.assert_served("removed and installed again")

    def purge_and_install_again(self) -> None:
        done = self.machine.run("dpkg", "--purge", "breachclock")
        for path in ("/var/lib/breachclock", "/var/spool/breachclock", "/etc/breachclock"):
            self.assertIn(path, done.stderr, "what stays is said")
        for path in (JOURNAL, "/var/spool/breachclock/.breachclock", CONFIGURATION):
            self.machine.run("test", "-s", path)
        links = self.machine.run("find", "/etc/systemd/system", "-name", "breachd*").stdout
        self.assertEqual(links, "", "nothing is enabled any more")
        listed = self.machine.run("dpkg-query", "--show", "breachclock", check=False)
        self.assertNotEqual(listed.returncode, 0, listed)
        done = self.machine.run("dpkg", "--install", "/root/breachclock.deb")
        self.assertNotIn("put your protocols", done.stderr, "a configuration that is there is not asked for")
        self.machine.run("systemctl", "enable", "--now", *DELIVERY)
        self.assert_served("purged and installed again")


if __name__ == "__main__":
    unittest.main()
