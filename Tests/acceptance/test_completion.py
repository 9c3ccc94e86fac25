"""Completion in the shells themselves: each runs at a terminal of its own, and keys are typed into it."""

import os
import pathlib
import pty
import select
import shutil
import signal
import subprocess
import tempfile
import time
import typing
import unittest

from support import BINARIES, DEADLINE, AcceptanceTest, Daemon, ctl, tool

BASH_COMPLETION = pathlib.Path("/usr/share/bash-completion/bash_completion")


class Shell:
    """A shell at a terminal. `keys` types a line that the shell must answer to; the end of it is waited for."""

    def __init__(self, command: list, environment: dict):
        self.number = 0
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execve(tool(command[0]), command, environment)
        self.seen = ""

    def __enter__(self) -> "Shell":
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)

    def type(self, keys: str, until: str) -> str:
        """Types, and reads until that is on the terminal; all that has come since."""
        self.seen = ""
        os.write(self.terminal, keys.encode())
        end = time.monotonic() + DEADLINE
        while until not in self.seen:
            ready, _, _ = select.select([self.terminal], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                raise AssertionError(f"typed {keys!r} and waited for {until!r}:\n{self.seen}")
            self.seen += os.read(self.terminal, 1 << 16).decode("utf-8", "replace")
        return self.seen

    def run(self, line: str) -> None:
        """Runs a line and waits for its end."""
        self.number += 1
        # The terminal shows what is typed: what is waited for must not stand in it.
        self.type(f"{line}; echo done{self.number}'.'\r", f"done{self.number}.")

    def completed(self, typed: str) -> str:
        """What a line becomes by a tab."""
        self.number += 1
        # Control-A goes to the beginning of the line, which is then printed instead of run.
        mark = f"line{self.number}."
        seen = self.type(f"{typed}\t\x01echo line{self.number}'.' \r", f"{mark} breachctl")
        while "\n" not in seen.rpartition(mark)[2]:
            seen += os.read(self.terminal, 1 << 16).decode("utf-8", "replace")
        return seen.rpartition(mark)[2].split("\n")[0].strip()


class Completion(AcceptanceTest):
    @classmethod
    def setUpClass(cls) -> None:
        cls.scratch = pathlib.Path(tempfile.mkdtemp(prefix="breachclock-completion-"))
        cls.addClassCleanup(shutil.rmtree, cls.scratch, ignore_errors=True)
        cls.daemon = cls.enterClassContext(Daemon())
        cls.reference = cls.daemon.report()["id"]
        (cls.scratch / "a-journal").touch()
        for shell in ("bash", "zsh", "fish"):
            (cls.scratch / shell).mkdir()
        for shell, name in {"bash": "breachctl.bash", "zsh": "_breachctl", "fish": "breachctl.fish"}.items():
            (cls.scratch / shell / name).write_text(ctl("completion", shell).out, encoding="utf-8")
        (cls.scratch / "lazy" / "completions").mkdir(parents=True)
        shutil.copy(cls.scratch / "bash" / "breachctl.bash", cls.scratch / "lazy" / "completions" / "breachctl")

    def environment(self, socket: typing.Optional[str] = None, **others: str) -> dict:
        return {"PATH": f"{BINARIES}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TERM": "dumb", "COLUMNS": "500",
                "HOME": os.fspath(self.scratch), "BREACHCLOCK_SOCKET": socket or os.fspath(self.daemon.socket),
                "INPUTRC": "/dev/null", **others}

    def bash(self, **environment: str) -> Shell:
        shell = Shell(["bash", "--norc", "--noprofile", "-i"], self.environment(**environment))
        shell.run("PS1=; bind 'set enable-bracketed-paste off'; stty cols 500")
        return shell

    def zsh(self, **environment: str) -> Shell:
        shell = Shell(["zsh", "-f", "-i"], self.environment(**environment))
        shell.run("PS1=; unset zle_bracketed_paste; stty cols 500")
        # As the completion system loads it from a folder of functions.
        shell.run(f"fpath=({self.scratch}/zsh $fpath); autoload -U compinit; compinit -u -D")
        return shell

    # What becomes of a line by a tab; None where it stays as it is, as the shell prints it.
    LINES = {
        "breachctl sta": "breachctl status",
        "breachctl report EDATRS-": "breachctl report EDATRS-DRAFT",
        "breachctl report EDATRS --risk unk": "breachctl report EDATRS --risk unknown",
        "breachctl report EDATRS --risk=unk": "breachctl report EDATRS --risk=unknown",
        "breachctl report EDATRS --by ope": "breachctl report EDATRS --by open-road",
        "breachctl report --detected 3h\\ ago EDATRS --measures-":
            "breachctl report --detected 3h ago EDATRS --measures-before",
        "breachctl show E": "breachctl show {reference}",
        "breachctl position {reference} peab": "breachctl position {reference} peabody",
        "breachctl decide {reference} notify --matter ind": "breachctl decide {reference} notify --matter individuals",
        "breachctl verify --journal a-": "breachctl verify --journal a-journal",
        "breachctl verify --journal=a-": "breachctl verify --journal=a-journal",
        "breachctl help ver": None,
        "breachctl completion f": "breachctl completion fish",
        "breachctl no-such-command --": None,
    }

    def expected(self) -> typing.Iterator[tuple]:
        for typed, completed in self.LINES.items():
            yield typed.format(reference=self.reference), (completed or typed).format(reference=self.reference)

    def check(self, shell: Shell) -> None:
        shell.run(f"cd {self.scratch}")
        for typed, completed in self.expected():
            with self.subTest(typed):
                self.assertEqual(shell.completed(typed), completed)

    def test_bash_completes_commands_options_choices_files_and_names_of_the_register(self):
        """Contract of completion: bash without the package bash-completion."""
        with self.bash() as shell:
            shell.run(f"source {self.scratch}/bash/breachctl.bash")
            self.check(shell)

    def test_bash_completion_finds_it_by_itself(self):
        """Contract of completion: the package bash-completion loads it from its folder at the first tab."""
        self.assertTrue(BASH_COMPLETION.exists(), "install it: apt-get install -y bash-completion")
        with self.bash(BASH_COMPLETION_USER_DIR=f"{self.scratch}/lazy") as shell:
            shell.run(f"source {BASH_COMPLETION}")
            self.check(shell)

    def test_zsh_completes_the_same(self):
        """Contract of completion: zsh, from a folder of fpath."""
        with self.zsh() as shell:
            self.check(shell)

    def test_zsh_completes_the_same_where_the_script_is_sourced(self):
        """Contract of completion: zsh, read in by `source`."""
        with self.zsh() as shell:
            shell.run("unfunction _breachctl; source <(breachctl completion zsh)")
            self.check(shell)

    def fish(self, line: str, **environment: str) -> list:
        script = f"source {self.scratch}/fish/breachctl.fish; complete -C \"$argv\""
        done = subprocess.run([tool("fish"), "--no-config", "-c", script, line], capture_output=True, text=True,
                              cwd=self.scratch, env=self.environment(**environment), check=False, timeout=DEADLINE)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        return [row.partition("\t")[0] for row in done.stdout.splitlines()]

    def test_fish_completes_the_same(self):
        """Contract of completion: fish's own `complete -C` says what it would offer."""
        for typed, completed in self.expected():
            with self.subTest(typed):
                found = self.fish(typed)
                if completed == typed:
                    self.assertTrue(all(word.startswith(typed.split()[-1]) for word in found), found)
                    self.assertNotEqual(len(found), 1, found)
                else:
                    self.assertEqual(found, [completed.split()[-1]])

    def test_without_a_daemon_nothing_is_printed_and_the_table_is_still_completed(self):
        """Contract of completion: no message comes between the keys."""
        nowhere = os.fspath(self.scratch / "nobody.sock")
        with self.bash(socket=nowhere) as shell:
            shell.run(f"source {self.scratch}/bash/breachctl.bash")
            self.assertEqual(shell.completed("breachctl show E"), "breachctl show E")
            self.assertNotIn("daemon", shell.seen)
            self.assertEqual(shell.completed("breachctl sta"), "breachctl status")
            self.assertEqual(shell.completed(f"breachctl --socket {self.daemon.socket} show E"),
                             f"breachctl --socket {self.daemon.socket} show {self.reference}",
                             "the socket that the line names is asked")
        with self.zsh(socket=nowhere) as shell:
            self.assertEqual(shell.completed("breachctl show E"), "breachctl show E")
            self.assertNotIn("daemon", shell.seen)
        self.assertEqual(self.fish("breachctl show E", socket=nowhere), [])

    def test_a_daemon_that_does_not_answer_is_not_waited_for(self):
        """Contract of completion: who types waits a second for it and no longer."""
        with Daemon() as daemon:
            daemon.signal(signal.SIGSTOP)
            result = ctl("completion", "bash", "--word=show", "--word=", socket_path=daemon.socket,
                         prefix=[tool("timeout"), "15"])
            self.assertEqual(result, (0, "", ""))

    def test_what_a_shell_would_run_is_not_offered(self):
        """Hostile inputs: whoever answers at the socket chooses no command that a shell would then carry out."""
        with Hostile(self.scratch / "hostile.sock", ["$(reboot)", "-rf", "a b", "A\u001b[2J", "Ä-1", "", "GOOD-1"]) as path:
            result = ctl("completion", "fish", "--word=show", "--word=", socket_path=path)
            self.assertEqual((result.code, result.out), (0, "GOOD-1\tx\\u{1b}[2J\n"), result)

    def test_the_scripts_are_free_of_mistakes(self):
        """Contract of completion: each shell reads its script without a word."""
        for shell, name in {"bash": "breachctl.bash", "zsh": "_breachctl", "fish": "breachctl.fish"}.items():
            done = subprocess.run([tool(shell), "-n", os.fspath(self.scratch / shell / name)], capture_output=True,
                                  text=True, check=False)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""), shell)


class Hostile:
    """What answers at a socket as the daemon would, with those references."""

    SCRIPT = """
import json, socket, sys
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen()
print(flush=True)
client = listener.accept()[0]
client.recv(1 << 16)
breaches = [{"id": each, "title": "x\\u001b[2J"} for each in sys.argv[2:]]
client.sendall(json.dumps({"parameters": {"breaches": breaches}}).encode() + b"\\0")
client.recv(1)
"""

    def __init__(self, path: pathlib.Path, references: list):
        self.path = path
        self.process = subprocess.Popen([tool("python3"), "-c", self.SCRIPT, os.fspath(path), *references],
                                        stdout=subprocess.PIPE)

    def __enter__(self) -> pathlib.Path:
        self.process.stdout.readline()
        return self.path

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


if __name__ == "__main__":
    unittest.main()
