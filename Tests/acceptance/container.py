"""Debian systems to throw away: a root made once for the machine, and copies of it that boot with a systemd of their own.

    with Container("bookworm", include=("libstdc++6", "tzdata")) as machine:
        machine.put(BREACHD, "/usr/sbin/breachd", mode=0o755)
        machine.run("systemctl", "start", "breachd")
        print(machine.run("breachctl", "status", user="nobody", check=False).returncode)

A copy is an overlay in memory, in a mount and a process namespace of its own. Whatever ends the process that made it, a
kill -9 too, ends the copy: nothing stays mounted, and none of its processes go on.
"""

import contextlib
import fcntl
import hashlib
import itertools
import os
import pathlib
import shutil
import subprocess
import tempfile
import typing

from support import DEADLINE, tool, wait_until

# Roots stay there for the next run on this machine; remove the folder to have them made anew.
ROOTS = pathlib.Path("/var/cache/breachclock-tests")

# What makes a minimal Debian boot and answer to systemctl.
BOOTING = ("systemd", "systemd-sysv", "dbus")

# What a root shell finds there.
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
               "HOME": "/root"}

# Each argument is a control group for the system, so that two of them do not manage the same one.
BOOT = """
set -e
place=$1 root=$2 name=$3
shift 3
for group in "$@"; do mkdir -p "$group"; echo 0 > "$group/cgroup.procs"; done
mount -t tmpfs -o mode=0755 tmpfs "$place"
mkdir "$place/upper" "$place/work" "$place/root"
mount -t overlay -o "lowerdir=$root,upperdir=$place/upper,workdir=$place/work" overlay "$place/root"
export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
exec systemd-nspawn -D "$place/root" --machine="$name" --register=no --keep-unit --private-network --link-journal=no \
    --console=read-only --boot
"""


def debian_root(suite: str, *packages: str) -> pathlib.Path:
    """The folder of a minimal Debian of that suite with those packages: made where there is none yet. Do not write to it:
    it is shared."""
    packages = tuple(sorted(set(packages)))
    name = f"{suite}-{hashlib.sha256(' '.join(packages).encode()).hexdigest()[:12]}"
    ROOTS.mkdir(mode=0o755, parents=True, exist_ok=True)
    root = ROOTS / name
    with open(ROOTS / f"{name}.lock", "w", encoding="ascii") as lock:
        # Whoever comes second finds it made.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.exists():
            unfinished = ROOTS / f"{name}.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            done = subprocess.run([tool("mmdebstrap"), "--variant=minbase", f"--include={','.join(packages)}", suite,
                                   os.fspath(unfinished)], capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise AssertionError(f"mmdebstrap could not make a root of {suite}:\n{done.stderr[-2000:]}")
            unfinished.rename(root)
    return root


def control_groups() -> list:
    """Where the machine's control groups are mounted that systemd keeps its units in."""
    mounts = [line.split() for line in pathlib.Path("/proc/mounts").read_text(encoding="utf-8").splitlines()]
    found = [place for _, place, kind, options, *_ in mounts
             if kind == "cgroup2" or kind == "cgroup" and "name=systemd" in options.split(",")]
    if not found:
        raise AssertionError("no control groups are mounted, so that no system can be booted")
    return [pathlib.Path(place) for place in dict.fromkeys(found)]


class Container:
    """A Debian of that suite with a systemd of its own, without a network, thrown away at the end.

    `include` are packages that it has beside those that make it boot.
    """

    _numbers = itertools.count(1)

    def __init__(self, suite: str, include: typing.Sequence[str] = ()):
        self.root = debian_root(suite, *BOOTING, *include)
        self.name = f"breachclock-{os.getpid()}-{next(self._numbers)}"
        self._groups = [place / self.name for place in control_groups()]
        self._process: typing.Optional[subprocess.Popen] = None
        self._init: typing.Optional[int] = None

    def __enter__(self) -> "Container":
        self._scratch = pathlib.Path(tempfile.mkdtemp(prefix="breachclock-container-"))
        try:
            self._boot()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            # It is the parent of a process namespace: all that is in it ends with it.
            self._process.kill()
            self._process.wait()
        for group in self._groups:
            wait_until(lambda: _is_removed(group), f"nothing runs in {group} any more")
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _boot(self) -> None:
        place = self._scratch / "place"
        place.mkdir()
        self._console = self._scratch / "console"
        tool("systemd-nspawn")
        with open(self._console, "wb") as console:
            self._process = subprocess.Popen(
                [tool("setpriv"), "--pdeathsig", "KILL",
                 tool("unshare"), "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child=KILL",
                 "--mount-proc", "sh", "-c", BOOT, "boot", os.fspath(place), os.fspath(self.root), self.name,
                 *map(os.fspath, self._groups)],
                stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True)
        self._init = wait_until(self._find_init, "the container's first process is there")
        # The socket that systemctl talks to comes a moment after the first process.
        wait_until(lambda: self._boot_state() in ("running", "degraded"), "the container has booted")

    def _find_init(self) -> typing.Optional[int]:
        """nspawn's child: nspawn is the child of unshare, and becomes it after the shell that mounts."""
        if self._process.poll() is not None:
            raise AssertionError(f"the container ended with {self._process.returncode}:\n{self.console()}")
        nspawn = _only_child(self._process.pid)
        if nspawn is None or _command(nspawn) != "systemd-nspawn":
            return None
        child = _only_child(nspawn)
        return child if child is not None and _command(child) == "systemd" else None

    def _boot_state(self) -> str:
        if self._process.poll() is not None:
            raise AssertionError(f"the container ended with {self._process.returncode}:\n{self.console()}")
        return self.run("systemctl", "is-system-running", "--wait", check=False).stdout.strip()

    def console(self) -> str:
        """What the system said while it booted."""
        return self._console.read_text(encoding="utf-8", errors="replace")[-4000:]

    # Commands.

    def run(self, *command: str, user: typing.Optional[str] = None, stdin: typing.Union[str, bytes] = "",
            check: bool = True, timeout: float = 2 * DEADLINE) -> subprocess.CompletedProcess:
        """Runs a command in it, as root or as another of its accounts. What it prints is text."""
        done = subprocess.run(
            self.command(*command, user=user), input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True, check=False, timeout=timeout, env=ENVIRONMENT)
        done.stdout, done.stderr = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done

    def command(self, *command: str, user: typing.Optional[str] = None) -> list:
        """The words that run a command in it, for a process that the test starts itself."""
        return [tool("nsenter"), "--target", str(self._init), "--all", "--",
                *(["runuser", "-u", user, "--"] if user else []), *command]

    # Files.

    def put(self, source: typing.Union[str, os.PathLike], path: str, mode: int = 0o644) -> None:
        """Copies a file into it, with the folders that it needs."""
        self.write(path, pathlib.Path(source).read_bytes(), mode)

    def write(self, path: str, content: typing.Union[str, bytes], mode: int = 0o644) -> None:
        """Writes a file of root's in it, replacing what was there."""
        self.run("install", "-D", f"--mode={mode:o}", "/dev/stdin", path, stdin=content)

    def read(self, path: str, user: typing.Optional[str] = None) -> str:
        """What a file in it holds, as that account sees it."""
        return self.run("cat", path, user=user).stdout

    # Units.

    def property(self, unit: str, name: str) -> str:
        """A property of a unit, as `systemctl show` has it."""
        return self.run("systemctl", "show", "--value", f"--property={name}", unit).stdout.strip()

    def wait_for(self, unit: str, state: str) -> None:
        """Waits until a unit is `active`, `inactive` or `failed`."""
        try:
            wait_until(lambda: self.property(unit, "ActiveState") == state, f"{unit} is {state}")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.run('systemctl', 'status', unit, check=False).stdout}") from None


def _only_child(pid: int) -> typing.Optional[int]:
    with contextlib.suppress(OSError):
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        if children:
            return int(children[0])
    return None


def _command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    return ""


def _is_removed(group: pathlib.Path) -> bool:
    """Removes a control group with those in it; whether it is gone: not as long as a process of it ends."""
    for folder, _, _ in os.walk(group, topdown=False):
        with contextlib.suppress(OSError):
            os.rmdir(folder)
    return not group.exists()
