"""What the acceptance tests share: a daemon of its own for each test, the control tool, a small varlink client.

The tests run the release binaries as a user would. They take nothing from the sources but the example configuration.
"""

import calendar
import contextlib
import copy
import email
import email.policy
import functools
import json
import os
import pathlib
import pty
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import typing
import unittest

import jsonschema

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
BINARIES = pathlib.Path(os.environ.get("BREACHCLOCK_BIN", REPOSITORY / ".build" / "release")).absolute()
BREACHD = BINARIES / "breachd"
BREACHCTL = BINARIES / "breachctl"
EXAMPLE = REPOSITORY / "config.example.json"
CONFIGURATION_SCHEMA = REPOSITORY / "docs" / "config.schema.json"
INTERFACE = "org.breachclock.Control"

# Long enough for a busy machine with two cores: it is only ever waited for when something is broken.
DEADLINE = 60.0

HOUR = 3600
DAY = 24 * HOUR

# Slow suites have a short form, the default, and a long one.
LONG = bool(os.environ.get("BREACHCLOCK_LONG"))


def seed(unless_given: int) -> int:
    """The seed of a random test: a failure names it, and BREACHCLOCK_SEED=N runs it again."""
    return int(os.environ.get("BREACHCLOCK_SEED", unless_given))


PACKAGES = {"faketime": "faketime", "promtool": "prometheus", "strace": "strace", "ldd": "libc-bin",
            "setpriv": "util-linux", "mmdebstrap": "mmdebstrap", "unshare": "util-linux", "mount": "mount",
            "umount": "mount", "prlimit": "util-linux", "gcc": "gcc libc6-dev", "mkfs.ext4": "e2fsprogs",
            "e2fsck": "e2fsprogs", "systemd-nspawn": "systemd-container", "nsenter": "util-linux",
            "dpkg-buildpackage": "dpkg-dev", "dh": "debhelper", "dpkg-deb": "dpkg", "groff": "groff-base"}


class Missing(AssertionError):
    """A tool that a test needs is not there: a failure, never a skip."""


def tool(name: str) -> str:
    """The path of a tool; a failure that says what to install where there is none."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None:
        raise Missing(f"{name} is missing; install it: apt-get install -y {PACKAGES.get(name, name)}")
    return found


def utc(seconds: float) -> str:
    """An instant as the product writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(seconds)))


def instant(text: str) -> int:
    """The seconds since the epoch of an instant that the product wrote."""
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


def wait_until(condition: typing.Callable[[], typing.Any], what: str, seconds: float = DEADLINE) -> typing.Any:
    """Waits for a condition to hold and answers with its value; fails after a generous deadline."""
    end = time.monotonic() + seconds
    pause = 0.002
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds:.0f} s in vain: {what}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)


class Result(typing.NamedTuple):
    """What a run of breachctl came to."""
    code: int
    out: str
    err: str

    @property
    def json(self) -> typing.Any:
        return json.loads(self.out)


class Reply(typing.NamedTuple):
    """A varlink reply."""
    error: typing.Optional[str]
    parameters: dict


@functools.cache
def check_against_schema(configuration: bytes) -> None:
    """That the configuration's schema takes what breachd took, each document once."""
    schema = json.loads(CONFIGURATION_SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(json.loads(configuration))


class Varlink:
    """A varlink client of a few lines: JSON ended by NUL over a Unix stream socket."""

    def __init__(self, path: typing.Union[str, os.PathLike], timeout: float = DEADLINE):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            # Blocking: with a time limit Linux refuses at once where the queue of those who wait is full.
            self.socket.connect(os.fspath(path))
        except OSError:
            self.socket.close()
            raise
        self.socket.settimeout(timeout)
        self.received = b""

    def __enter__(self) -> "Varlink":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def message(self) -> typing.Optional[dict]:
        """The next message; None where the other end closed."""
        while b"\0" not in self.received:
            try:
                more = self.socket.recv(1 << 16)
            except ConnectionError:
                return None
            if not more:
                return None
            self.received += more
        message, self.received = self.received.split(b"\0", 1)
        return json.loads(message)

    def call(self, method: str, **parameters: typing.Any) -> Reply:
        name = method if "." in method else f"{INTERFACE}.{method}"
        self.send(json.dumps({"method": name, "parameters": parameters}).encode() + b"\0")
        answer = self.message()
        if answer is None:
            raise ConnectionError(f"{name}: the daemon closed the connection instead of answering")
        return Reply(answer.get("error"), answer.get("parameters", {}))


class Daemon:
    """A daemon of the release build in a scratch folder of its own, with the example configuration.

    `members` are laid over the configuration: objects member by member, all else replaced. `clock` is what the
    daemon's clock shows when it starts, such as `2026-11-20 14:06:00` in UTC; it goes on from there. `inside` is the
    folder to make the scratch folder in.
    """

    def __init__(self, members: typing.Optional[dict] = None, clock: typing.Optional[str] = None, start: bool = True,
                 environment: typing.Optional[dict] = None, inside: typing.Optional[str] = None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="breachclock-", dir=inside))
        # Other accounts reach the socket in it, as they reach /run.
        self.folder.chmod(0o755)
        (self.folder / "var").mkdir(mode=0o755)
        self.clock = clock
        self.environment = environment or {}
        self.process: typing.Optional[subprocess.Popen] = None
        self.config = json.loads(EXAMPLE.read_text(encoding="utf-8"))
        if clock is None:
            # On the machine's own clock the owner is always at work: no weekend decides what a test finds.
            days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
            self.config["officeHours"] = {"days": days, "from": "00:00", "to": "23:59", "closed": []}
        overlay(self.config, members or {})
        self.config_path = self.folder / "config.json"
        self.write_config()
        self._start = start

    # Where things lie.

    @property
    def socket(self) -> pathlib.Path:
        return self.folder / self.config["paths"]["socket"]

    @property
    def journal(self) -> pathlib.Path:
        return self.folder / self.config["paths"]["state"] / "journal"

    @property
    def spool_folder(self) -> pathlib.Path:
        return self.folder / self.config["paths"]["spool"]

    @property
    def new(self) -> pathlib.Path:
        return self.spool_folder / "new"

    @property
    def status_path(self) -> pathlib.Path:
        return self.folder / self.config["paths"]["status"]

    @property
    def metrics_path(self) -> pathlib.Path:
        return self.folder / self.config["paths"]["metrics"]

    @property
    def log_path(self) -> pathlib.Path:
        return self.folder / "log"

    # Beginning and end.

    def __enter__(self) -> "Daemon":
        try:
            if self._start:
                self.start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.kill9()
        shutil.rmtree(self.folder, ignore_errors=True)

    def write_config(self) -> None:
        self.config_path.write_text(json.dumps(self.config, indent=2, ensure_ascii=False), encoding="utf-8")
        self.config_path.chmod(0o644)

    def command(self) -> list:
        if not BREACHD.exists():
            raise Missing(f"{BREACHD} is missing; build it: swift build -c release")
        command = [os.fspath(BREACHD), "--config", os.fspath(self.config_path)]
        return [tool("faketime"), "-f", f"@{self.clock}", *command] if self.clock else command

    def environ(self) -> dict:
        return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC", **self.environment}

    def launch(self) -> subprocess.Popen:
        """Starts the process and waits for nothing."""
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log, env=self.environ(),
                cwd="/", start_new_session=True)
        return self.process

    def start(self) -> "Daemon":
        """Starts it and waits until it answers."""
        process = self.launch()

        def answers() -> bool:
            if process.poll() is not None:
                raise AssertionError(f"breachd ended with {process.returncode} instead of starting:\n{self.log()}")
            try:
                with Varlink(self.socket) as client:
                    return client.call("org.varlink.service.GetInfo").error is None
            except OSError:
                return False

        wait_until(answers, "breachd answers at its socket")
        check_against_schema(self.config_path.read_bytes())
        return self

    def run_to_end(self) -> int:
        """Starts it where it must refuse to; the exit code."""
        process = self.launch()
        try:
            return process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self.kill9()
            raise AssertionError(f"breachd was to refuse to start, and runs:\n{self.log()}") from None

    @property
    def pid(self) -> int:
        """The daemon's own process, not the wrapper's that shows it another clock."""
        assert self.process is not None
        if not self.clock:
            return self.process.pid
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return int(children.read_text().split()[0])

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def stop(self) -> int:
        """Asks it to end; the exit code."""
        assert self.process is not None
        self.signal(signal.SIGTERM)
        return self.process.wait(DEADLINE)

    def kill9(self) -> None:
        """Ends it as a crash would."""
        if not self.is_running:
            return
        with contextlib.suppress(OSError, IndexError):
            self.signal(signal.SIGKILL)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(5)

    def restart(self) -> None:
        """Ends it cleanly and starts it again."""
        code = self.stop()
        if code != 0:
            raise AssertionError(f"breachd ended with {code}:\n{self.log()}")
        self.start()

    # Asking it.

    def ctl(self, *arguments: typing.Union[str, bytes], stdin: bytes = b"",
            prefix: typing.Sequence[str] = ()) -> Result:
        return ctl(*arguments, socket_path=self.socket, stdin=stdin, prefix=prefix)

    def json(self, *arguments: typing.Union[str, bytes], stdin: bytes = b"") -> typing.Any:
        """The answer of a command that must succeed."""
        result = self.ctl("--json", *arguments, stdin=stdin)
        if result.code != 0:
            raise AssertionError(f"breachctl {arguments} ended with {result.code}: {result.err}")
        return result.json

    def ctl_as(self, user: str, *arguments: str, groups: typing.Sequence[str] = ()) -> Result:
        """Runs breachctl as another account."""
        # breachctl stands in a folder that others may not reach: a copy beside the socket is run.
        program = self.folder / "breachctl"
        if not program.exists():
            shutil.copyfile(BREACHCTL, program)
            program.chmod(0o755)
        return run_ctl([*as_account(user, *groups), os.fspath(program)], *arguments, socket_path=self.socket,
                       folder="/")

    def report(self, protocol: str = "EDATRS", *arguments: str, detected: str = "now", by: str = "open-road",
               summary: str = "A folder was left on a train.") -> dict:
        return self.json("report", protocol, "--detected", detected, "--by", by, "--summary", summary, *arguments)

    def client(self, timeout: float = DEADLINE) -> Varlink:
        return Varlink(self.socket, timeout)

    # What it leaves on the disk.

    def spool(self) -> list:
        """The names of what waits, sorted."""
        try:
            return sorted(os.listdir(self.new))
        except FileNotFoundError:
            return []

    def wait_for_spool(self, count: int, part: str = "") -> list:
        """Waits until exactly that many notices with that in their name wait."""
        def names() -> list:
            return [name for name in self.spool() if part in name]
        wait_until(lambda: len(names()) >= count, f"{count} notices {part} wait, of {len(names())}\n{self.log()}")
        found = names()
        if len(found) != count:
            raise AssertionError(f"{len(found)} notices {part} wait instead of {count}: {found}")
        return found

    def wait_for_all_notices(self, when: str = "") -> None:
        """Waits until every notice that the journal orders is recorded as written."""
        def done() -> bool:
            return ordered(self.facts()) == written(self.facts())
        wait_until(done, f"all notices are written {when}")

    def messages(self, part: str = "") -> list:
        return [message(self.new / name) for name in self.spool() if part in name]

    def status(self) -> dict:
        return json.loads(self.status_path.read_text(encoding="utf-8"))

    def journal_bytes(self) -> bytes:
        return self.journal.read_bytes()

    def journal_lines(self) -> list:
        """The whole lines, without their line ends."""
        return self.journal_bytes().split(b"\n")[:-1]

    def facts(self, *types: str) -> list:
        """The facts, of those types where any are named."""
        facts = [json.loads(line.split(b"\t")[0]) for line in self.journal_lines()]
        return [fact for fact in facts if not types or fact["type"] in types]

    def log(self) -> str:
        return self.log_path.read_text(encoding="utf-8", errors="replace") if self.log_path.exists() else ""


class FrozenDaemon(Daemon):
    """A daemon whose clock stands still until the test sets it: weeks pass in a moment, and each second is known.

    `clock` is where it stands at first, such as `2026-11-20T14:06:00Z`.
    """

    def __init__(self, clock: str, start: bool = True, **rest: typing.Any):
        super().__init__(start=False, clock=clock, **rest)
        self._start = start
        self.set_clock(clock)

    @property
    def clock_path(self) -> pathlib.Path:
        return self.folder / "clock"

    def set_clock(self, text: str) -> None:
        next_path = self.folder / "clock.next"
        next_path.write_text(f"{instant(text)}\n")
        next_path.replace(self.clock_path)
        self.clock = text

    def command(self) -> list:
        # The wrapper shares its state with what it runs; the time itself comes from the file, and may be set.
        return [tool("faketime"), "-f", "2026-01-01 00:00:00", "env", "-u", "FAKETIME", "FAKETIME_FMT=%s",
                f"FAKETIME_TIMESTAMP_FILE={self.clock_path}", "FAKETIME_NO_CACHE=1",
                "FAKETIME_DONT_FAKE_MONOTONIC=1", "NO_FAKE_STAT=1",
                os.fspath(BREACHD), "--config", os.fspath(self.config_path)]

    def go_to(self, text: str) -> None:
        """Sets the clock, and waits until what is due then is done."""
        self.set_clock(text)
        # The second answer comes from a turn after the one that did what was due.
        for _ in range(2):
            self.json("status")
        self.wait_for_all_notices(f"at {text}")

    def run_until(self, text: str) -> None:
        """Lets time pass from one due instant to the next: nothing comes late."""
        while True:
            following = self.json("status")["next"]
            if following is None or following["at"] >= text:
                return self.go_to(text)
            self.go_to(following["at"])
            self.go_to(utc(instant(following["at"]) + 1))

    def hand_over(self) -> list:
        """Takes all that waits, as a mail agent does; the names."""
        names = self.spool()
        for name in names:
            (self.new / name).rename(self.spool_folder / "cur" / name)
        for _ in range(2):
            self.json("status")
        return names


def ordered(facts: list) -> set:
    """Every notice that the facts order, as breach and name."""
    orders = set()
    for fact in facts:
        if fact["type"] in ("notices-publishing", "notices-written", "notices-handed-over", "notices-retried",
                            "notices-recalled"):
            continue
        for order in fact.get("notices", []):
            orders.add((fact["breach"], token(order)))
    return orders


def token(order: dict) -> str:
    """The name of a notice: its kind, its recipient, its occasion, and for whom a telephone task stands in."""
    whom = f"{order['for']}.{order['inPlaceOf']}" if "for" in order else order["to"]
    return f"{order['kind']}.{whom}.{order['occasion']}"


def written(facts: list) -> set:
    """Every notice that stood complete in the spool and was not taken back since, as breach and name."""
    notices = set()
    for fact in facts:
        named = {(each["breach"], each["notice"]) for each in fact.get("notices", []) if "notice" in each}
        if fact["type"] == "notices-written":
            notices |= named
        elif fact["type"] == "notices-recalled":
            notices -= named
    return notices


def message(path: pathlib.Path) -> email.message.EmailMessage:
    """A notice, read strictly."""
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default.clone(raise_on_defect=True))


def identity(notice: email.message.Message) -> str:
    """A notice's Message-ID, which may stand on a line of its own."""
    return notice["Message-ID"].strip()


def text_of(notice: email.message.EmailMessage) -> str:
    """A notice's text with its lines run together, so that a sentence is found wherever it wraps."""
    return " ".join(notice.get_body(("plain",)).get_content().split())


def ctl(*arguments: typing.Union[str, bytes], socket_path: typing.Union[str, os.PathLike, None] = None,
        stdin: bytes = b"", prefix: typing.Sequence[str] = ()) -> Result:
    """Runs breachctl."""
    if not BREACHCTL.exists():
        raise Missing(f"{BREACHCTL} is missing; build it: swift build -c release")
    return run_ctl([*prefix, os.fspath(BREACHCTL)], *arguments, socket_path=socket_path, stdin=stdin)


def run_ctl(program: list, *arguments: typing.Union[str, bytes],
            socket_path: typing.Union[str, os.PathLike, None] = None, stdin: bytes = b"",
            folder: typing.Optional[str] = None) -> Result:
    environ = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    if socket_path is not None:
        environ["BREACHCLOCK_SOCKET"] = os.fspath(socket_path)
    done = subprocess.run([*program, *arguments], input=stdin, capture_output=True, env=environ, cwd=folder,
                          timeout=2 * DEADLINE, check=False)
    return Result(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def as_account(user: str, *groups: str) -> list:
    """The words that run a command as that account, in its own group and in those besides, and in no other."""
    more = ["--groups", ",".join(groups)] if groups else ["--clear-groups"]
    return [tool("setpriv"), "--reuid", user, "--regid", user if user != "nobody" else "nogroup", *more]


@contextlib.contextmanager
def small_disk(folder: pathlib.Path, kilobytes: int) -> typing.Iterator[typing.Callable[[int], None]]:
    """A file system of that size in that folder; what it yields changes the size."""
    def mount(*options: str) -> None:
        done = subprocess.run([tool("mount"), *options, os.fspath(folder)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Missing(f"no file system can be mounted; run the tests as root with CAP_SYS_ADMIN: {done.stderr}")

    folder.mkdir(mode=0o755)
    mount("-t", "tmpfs", "-o", f"size={kilobytes}k,mode=0755", "tmpfs")
    try:
        yield lambda size: mount("-o", f"remount,size={size}k")
    finally:
        subprocess.run([tool("umount"), "--lazy", os.fspath(folder)], check=True)


def process_fields(pid: int) -> list:
    """What proc(5) says of a process, from its state on."""
    return pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()


def process_state(pid: int) -> str:
    """Whether it runs, sleeps, stands still or has ended, in proc(5)'s letters."""
    return process_fields(pid)[0]


def cpu_seconds(pid: int) -> float:
    """The processor's time that a process has used."""
    fields = process_fields(pid)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def overlay(base: dict, members: dict) -> None:
    """Lays members over an object: objects member by member, all else replaced."""
    for key, value in members.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            overlay(base[key], value)
        else:
            base[key] = copy.deepcopy(value)


class AcceptanceTest(unittest.TestCase):
    """A test against the binaries."""

    maxDiff = None

    def assertRefused(self, daemon: Daemon, result: Result, code: int, *accepted: str) -> None:
        """One sentence on stderr that names what would be accepted, nothing on stdout, the daemon alive."""
        self.assertEqual(result.code, code, result)
        self.assertEqual(result.out, "", "a refusal prints nothing on standard output")
        self.assertEqual(result.err.count("\n"), 1, f"one line on stderr, not: {result.err!r}")
        self.assertTrue(result.err.startswith("breachctl: "), result.err)
        for text in accepted:
            self.assertIn(text, result.err)
        self.assertTrue(daemon.is_running, daemon.log())

    def terminal(self, socket_path: typing.Union[str, os.PathLike], arguments: list, answers: list = (), code: int = 0,
                 **environment: str) -> str:
        """Runs breachctl in a pseudo terminal, answering each prompt in turn; what the terminal showed.

        What is no UTF-8 in an answer is written as `os.fsdecode` has it.
        """
        pid, master = pty.fork()
        if pid == 0:
            os.environ.clear()
            os.environ.update({"BREACHCLOCK_SOCKET": os.fspath(socket_path), "TERM": "xterm", "PATH": "/usr/bin:/bin",
                               "LC_ALL": "C.UTF-8", **environment})
            os.execv(BREACHCTL, [os.fspath(BREACHCTL), *arguments])
        shown = b""
        waiting = list(answers)
        end = time.monotonic() + DEADLINE
        try:
            while time.monotonic() < end:
                if not select.select([master], [], [], 1)[0]:
                    continue
                try:
                    more = os.read(master, 65536)
                except OSError:
                    break
                if not more:
                    break
                shown += more
                if waiting and shown.endswith(b"> "):
                    os.write(master, waiting.pop(0).encode(errors="surrogateescape") + b"\n")
            else:
                os.kill(pid, signal.SIGKILL)
                raise AssertionError(f"breachctl waits for an answer that nobody has: {shown[-500:]!r}")
        finally:
            _, status = os.waitpid(pid, 0)
            os.close(master)
        text = shown.decode(errors="replace")
        self.assertEqual(os.waitstatus_to_exitcode(status), code, text)
        self.assertEqual(waiting, [], f"asked less than expected: {text}")
        return text
