"""R30: who can connect at all. The socket's file admits the configured groups, and the kernel keeps out everybody else."""

import contextlib
import grp
import os
import pathlib
import signal
import stat
import struct
import subprocess
import typing
import unittest

from support import BREACHCTL, AcceptanceTest, Daemon, Result, run_ctl, tool, wait_until

ACCESS = {"read": ["games", "mail"], "record": ["news"], "decide": ["mail", "breachclock-nowhere"]}


def admitted(path: typing.Union[str, os.PathLike]) -> dict:
    """The socket's access list as the kernel has it: tags, permissions and numbers, read by the letter of acl(5)."""
    try:
        data = os.getxattr(path, "system.posix_acl_access")
    except OSError:
        return {}
    entries = [struct.unpack_from("<HHI", data, start) for start in range(4, len(data), 8)]
    return {(tag, number if tag in (2, 8) else None): permissions for tag, permissions, number in entries}


def list_for(*groups: str) -> dict:
    """The list that admits the owner and those groups: read and write for each, nothing for others."""
    named = {(8, grp.getgrnam(group).gr_gid): 6 for group in groups}
    return {(1, None): 6, (4, None): 0, **named, (0x10, None): 6, (0x20, None): 0}


def mode(daemon: Daemon) -> int:
    return stat.S_IMODE(daemon.socket.stat().st_mode)


class Admission(AcceptanceTest):
    def setUp(self) -> None:
        self.assertEqual(os.geteuid(), 0, "these tests call as other accounts: run them as root")

    def test_r30_the_sockets_file_admits_the_configured_groups_and_nobody_else(self):
        """R30: an access list with each group that the system knows, once; nothing for others, whatever the umask."""
        for umask in (0o022, 0o000, 0o777):
            with self.subTest(umask=oct(umask)), Daemon({"access": ACCESS}, start=False) as daemon:
                before = os.umask(umask)
                try:
                    daemon.launch()
                finally:
                    os.umask(before)
                wait_until(lambda: daemon.ctl("list").code == 0, "it answers")
                self.assertEqual(admitted(daemon.socket), list_for("games", "mail", "news"))
                self.assertEqual(mode(daemon) & 0o007, 0)
                for user, code in (("games", 0), ("mail", 0), ("daemon", 77), ("nobody", 77)):
                    self.assertEqual(daemon.ctl_as(user, "list").code, code, user)

    def test_r30_without_groups_the_file_is_the_daemons_own(self):
        """R30: nobody but root and the daemon's account: mode 0600 and no list."""
        with Daemon({"access": {"read": [], "record": [], "decide": ["breachclock-nowhere"]}}) as daemon:
            self.assertEqual((mode(daemon), admitted(daemon.socket)), (0o600, {}))
            result = daemon.ctl_as("games", "list")
            self.assertEqual(result.code, 77, result)
            self.assertNotIn("members of", result.err)

    def test_r30_a_reload_admits_others_and_keeps_out_who_was_admitted(self):
        """R30: the list follows the configuration when it is read again."""
        with Daemon({"access": {"read": ["games"], "record": [], "decide": []}}) as daemon:
            for groups in (["mail", "news"], ["games"], []):
                daemon.config["access"]["read"] = groups
                daemon.write_config()
                daemon.signal(signal.SIGHUP)
                expected = list_for(*groups) if groups else {}
                wait_until(lambda: admitted(daemon.socket) == expected, f"the list admits {groups}")
                for user in ("games", "mail", "news"):
                    self.assertEqual(daemon.ctl_as(user, "list").code, 0 if user in groups else 77, (user, groups))
            self.assertEqual(mode(daemon), 0o600)

    @contextlib.contextmanager
    def without_lists(self, access: dict) -> typing.Iterator[Daemon]:
        """A daemon whose socket is on a file system without access lists: a ramfs."""
        with Daemon({"access": access, "paths": {"socket": "plain/breachd.sock"}}, start=False) as daemon:
            plain = daemon.folder / "plain"
            plain.mkdir(mode=0o755)
            subprocess.run([tool("mount"), "-t", "ramfs", "-o", "mode=0755", "ramfs", plain], check=True)
            try:
                yield daemon
                daemon.kill9()
            finally:
                subprocess.run([tool("umount"), "--lazy", plain], check=True)

    def test_r30_where_there_are_no_lists_one_group_owns_the_socket(self):
        """R30: a file system without lists: the one group that there is, and mode 0660."""
        with self.without_lists({"read": ["games"], "record": ["games"], "decide": []}) as daemon:
            daemon.start()
            self.assertEqual((mode(daemon), daemon.socket.stat().st_gid), (0o660, grp.getgrnam("games").gr_gid))
            self.assertEqual(daemon.ctl_as("games", "list").code, 0)
            result = daemon.ctl_as("news", "list")
            self.assertEqual(result.code, 77, result)
            self.assertIn("members of the group games may", result.err)
            self.assertNotIn("Everybody can connect", daemon.log())

    def test_r30_where_groups_cannot_be_named_the_daemon_itself_turns_strangers_away(self):
        """R30: no lists and several groups: everybody reaches the daemon, which refuses; the log says so once a start."""
        with self.without_lists(ACCESS) as daemon:
            daemon.start()
            self.assertEqual(mode(daemon), 0o666)
            self.assertEqual(daemon.log().count("Everybody can connect to"), 1)
            self.assertIn("warning", next(line for line in daemon.log().splitlines() if "Everybody" in line))
            for user, code in (("games", 0), ("mail", 0), ("daemon", 77), ("nobody", 77)):
                result = daemon.ctl_as(user, "list")
                self.assertEqual(result.code, code, result)
            self.assertIn("may not do that", result.err)
        with self.without_lists({"read": [], "record": [], "decide": []}) as daemon:
            daemon.start()
            self.assertEqual(mode(daemon), 0o600, "with no group there is nobody to name")


class DirectoryDaemon(Daemon):
    """A daemon on a machine with a directory service: the C library's switch has a second source of accounts, in a mount
    namespace of its own, so that the machine's are left as they are."""

    def __init__(self, members: dict, accounts: str, groups: str):
        super().__init__(members, start=False)
        self.directory = self.folder / "directory"
        self.directory.mkdir(mode=0o755)
        (self.folder / "nsswitch.conf").write_text(
            "passwd: files extrausers\ngroup: files extrausers\nshadow: files\n", encoding="ascii")
        (self.directory / "passwd").write_text(accounts, encoding="ascii")
        self.write_groups(groups)

    def write_groups(self, text: str) -> None:
        (self.directory / "group").write_text(text, encoding="ascii")

    def inside(self, *command: typing.Union[str, os.PathLike]) -> list:
        """The words that run a command where the directory is known."""
        script = 'mount --bind "$0/nsswitch.conf" /etc/nsswitch.conf && ' \
                 'mount --bind "$0/directory" /var/lib/extrausers && exec "$@"'
        return [tool("unshare"), "--mount", "--propagation", "private", "sh", "-c", script, os.fspath(self.folder),
                *map(os.fspath, command)]

    def command(self) -> list:
        return self.inside(*super().command())

    def ctl_as_login(self, user: str, *arguments: str) -> Result:
        """As that account with the groups that a login gives it."""
        program = self.folder / "breachctl"
        if not program.exists():
            program.write_bytes(BREACHCTL.read_bytes())
            program.chmod(0o755)
        return run_ctl(self.inside(tool("setpriv"), "--reuid", user, "--regid", user, "--init-groups", program),
                       *arguments, socket_path=self.socket)


class Directory(AcceptanceTest):
    ACCOUNTS = "".join(f"{name}:x:{uid}:{uid}::/nonexistent:/bin/sh\n"
                       for name, uid in (("odile", 54321), ("martin", 54322)))
    OWN = "odile:x:54321:\nmartin:x:54322:\n"

    def test_r30_groups_of_a_directory_service_count(self):
        """R30: a membership that only the C library's switch knows admits; without it the kernel refuses, or we do."""
        self.assertTrue(pathlib.Path("/var/lib/extrausers").is_dir(),
                        "libnss-extrausers is missing; install it: apt-get install -y libnss-extrausers")
        access = {"read": ["council-ig"], "record": ["council-ig"], "decide": ["council-owners"]}
        both = self.OWN + "council-ig:x:60001:odile\ncouncil-owners:x:60002:\n"
        with DirectoryDaemon({"access": access}, self.ACCOUNTS, both) as daemon:
            daemon.start()
            self.assertNotIn("is not known to the system", daemon.log())
            reference = daemon.report()["id"]
            done = daemon.ctl_as_login("odile", "--json", "ack", reference, "peabody")
            self.assertEqual(done.code, 0, done)
            fact = daemon.facts("partner-acknowledged")[-1]
            self.assertEqual((fact["account"], fact["uid"]), ("odile", 54321))
            result = daemon.ctl_as_login("martin", "list")
            self.assertEqual(result.code, 77, result)
            self.assertIn("members of the groups number 60001, number 60002 may", result.err)

            # Added to it in the directory, and logged in anew.
            daemon.write_groups(both.replace("odile\n", "odile,martin\n"))
            self.assertEqual(daemon.ctl_as_login("martin", "list").code, 0)
            # Taken out of it: a login from before has the group still, and the daemon asks the directory.
            daemon.write_groups(both)
            stale = run_ctl(daemon.inside(tool("setpriv"), "--reuid", "martin", "--regid", "martin", "--groups", "60001",
                                          daemon.folder / "breachctl"), "list", socket_path=daemon.socket)
            self.assertEqual(stale.code, 77, stale)
            self.assertIn("may not do that", stale.err)


if __name__ == "__main__":
    unittest.main()
