"""A disk that fills and is freed, again and again: refused while it is full, and on without a restart once it is not.

A short look is five times; with BREACHCLOCK_LONG=1 in the environment it is a hundred. A tmpfs and an ext4 differ in
when they find that they are full: both must do.
"""

import concurrent.futures
import contextlib
import os
import pathlib
import subprocess
import time
import typing
import unittest

from faults import FINDER, IS_LONG, LEAD, NOTICES, PROTOCOL, Errand, FaultTest, QuietDaemon, report
from support import Missing, Result, small_disk, tool, utc, wait_until

CYCLES = 100 if IS_LONG else 5
KILOBYTES = 16 * 1024
# More than is left of a journal's last block, so that a full disk cannot take it.
LONG_TEXT = "The folder was left on a train. " * 120


@contextlib.contextmanager
def small_tmpfs(folder: pathlib.Path) -> typing.Iterator[None]:
    with small_disk(folder, KILOBYTES):
        yield


@contextlib.contextmanager
def small_ext4(folder: pathlib.Path) -> typing.Iterator[None]:
    """A file system in a file, with nothing kept back for root."""
    image = folder.with_suffix(".image")
    with open(image, "wb") as file:
        file.truncate(KILOBYTES * 1024)
    folder.mkdir(mode=0o755)
    for command in ([tool("mkfs.ext4"), "-q", "-m", "0", "-N", "2048", image],
                    [tool("mount"), "-o", "loop", image, folder]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Missing(f"no file system can be mounted; run the tests as root with CAP_SYS_ADMIN: {done.stderr}")
    try:
        yield
    finally:
        subprocess.run([tool("umount"), "--lazy", os.fspath(folder)], check=True)


def fill(folder: pathlib.Path, leaving: int = 0) -> None:
    """Leaves not a block free, or so many bytes."""
    with open(folder / "reserve", "wb") as reserve:
        reserve.write(b"x" * leaving)
        reserve.flush()
        os.fsync(reserve.fileno())
    with open(folder / "ballast", "wb", buffering=0) as ballast:
        for size in (1 << 16, 1 << 12, 1 << 10):
            with contextlib.suppress(OSError):
                while True:
                    ballast.write(b"x" * size)
                    # What is not on the disk yet may still find no room there.
                    os.fsync(ballast.fileno())
    (folder / "reserve").unlink()


def free(folder: pathlib.Path) -> None:
    (folder / "ballast").unlink()


class FullDisks(FaultTest):
    def on_each_kind(self, members: dict, body: typing.Callable[[QuietDaemon, pathlib.Path], list]) -> None:
        """A daemon with parts of it on a small disk, `var/small`, on each kind of file system; what was answered, as
        the body says, is there at the end, and sent once."""
        # Most of the time is waiting for the daemon to try again: the kinds wait side by side.
        with concurrent.futures.ThreadPoolExecutor() as pool:
            for done in [pool.submit(self.on_kind, kind, members, body) for kind in (small_tmpfs, small_ext4)]:
                done.result()

    def on_kind(self, kind: typing.Callable, members: dict, body: typing.Callable) -> None:
        with QuietDaemon({"paths": members}, start=False) as daemon:
            small = daemon.folder / "var" / "small"
            with kind(small):
                try:
                    daemon.start()
                    answered = body(daemon, small)
                    self.assertEqual(daemon.log().count("is ready"), 1, "all this without a restart")
                    self.assert_whole_and_replayed(daemon, answered)
                except Exception as problem:
                    raise AssertionError(f"{kind.__name__}: {problem}") from problem
                finally:
                    daemon.kill9()

    def send(self, daemon: QuietDaemon, errand: Errand) -> Result:
        asked = errand.parameters
        return daemon.ctl("--json", "report", PROTOCOL, "--detected", asked["detected"], "--by", FINDER, "--summary",
                          asked["summary"], "--request-id", asked["requestId"])

    def reports(self) -> typing.Iterator[Errand]:
        for cycle in range(CYCLES):
            plain = report(f"cycle-{cycle}", utc(time.time() - 60))
            yield plain._replace(parameters={**plain.parameters, "summary": LONG_TEXT})

    def test_a_register_whose_disk_fills_refuses_and_goes_on_when_it_is_freed(self):
        """Contract: 75 and nothing recorded, the status critical, reads answered; then all is done, without a restart."""
        self.on_each_kind({"state": "var/small/state", "spool": "var/small/spool"}, self.fill_the_register)

    def fill_the_register(self, daemon: QuietDaemon, small: pathlib.Path) -> list:
        first = report("first")
        answered = [first]
        reference = self.send(daemon, first).json["id"]
        references = {reference}
        self.settle(daemon)
        for errand in self.reports():
            fill(small)
            refused = self.send(daemon, errand)
            self.assertEqual((refused.code, refused.out, refused.err.count("\n")), (75, "", 1), refused)
            self.assertIn("nothing was recorded", refused.err)
            answered += self.small_entry(daemon, reference)
            self.assertEqual({each["id"] for each in daemon.json("list")}, references, "reads are answered")
            self.assertEqual(daemon.json("show", reference)["id"], reference)
            self.assertEqual(self.levels(daemon), ("critical", "critical"))
            self.assertEqual(daemon.ctl("verify").code, 0)
            free(small)
            done = wait_until(lambda: self.recorded(daemon, errand), "it records again")
            answered.append(errand)
            reference = done["id"]
            references.add(reference)
            self.assertEqual(len(references), len(daemon.facts("breach-recorded")))
            wait_until(lambda: self.levels(daemon) == ("ok", "ok"), "all is well again")
            for name in daemon.spool()[:2]:
                daemon.take(name)
        return answered

    def small_entry(self, daemon: QuietDaemon, reference: str) -> list:
        """An entry so short that it may fit where a disk is full: it is answered as done, or refused."""
        errand = Errand("Ack", {"breach": reference, "partner": LEAD})
        with daemon.client() as client:
            reply = client.call(errand.method, **errand.parameters)
        if reply.error is None:
            # It counts as written again: what is too long for the disk makes it critical anew.
            too_long = report("too-long")
            refused = self.send(daemon, too_long._replace(parameters={**too_long.parameters, "summary": LONG_TEXT}))
            self.assertEqual(refused.code, 75, refused)
            return [errand]
        self.assertEqual(reply.error, "org.breachclock.Control.TryAgain")
        return []

    def recorded(self, daemon: QuietDaemon, errand: Errand) -> typing.Optional[dict]:
        result = self.send(daemon, errand)
        self.assertIn(result.code, (0, 75), result)
        return result.json if result.code == 0 else None

    def levels(self, daemon: QuietDaemon) -> tuple:
        return daemon.json("status")["level"], daemon.status()["level"]

    def test_r11_a_spool_whose_disk_fills_makes_notices_wait_and_each_goes_out_once(self):
        """R11: recorded all the same, the status critical; those that fit go out, the others when there is room."""
        self.on_each_kind({"spool": "var/small/spool"}, self.fill_the_spool)

    def fill_the_spool(self, daemon: QuietDaemon, small: pathlib.Path) -> list:
        answered = []
        for cycle, errand in enumerate(self.reports()):
            # In turn there is room for no notice, and for one or two of the three.
            fill(small, leaving=0 if cycle % 2 == 0 else 20_000)
            done = self.send(daemon, errand)
            self.assertEqual(done.code, 0, done)
            answered.append(errand)
            reference = done.json["id"]
            wait_until(lambda: self.levels(daemon) == ("critical", "critical"), "the status says that notices wait")
            there = [name for name in daemon.spool() if name.startswith(f"{reference}.")]
            self.assertLess(len(there), NOTICES)
            for name in there:
                self.assertTrue((daemon.new / name).read_bytes().endswith(b"\n"), "what appears is whole")
            # On a full disk the agent could not rename either, where `cur` has to grow.
            free(small)
            for name in there:
                daemon.take(name)
            wait_until(lambda: self.levels(daemon) == ("ok", "ok"), "all is well again")
            self.settle(daemon)
            mine = [name for name in daemon.spool() + daemon.taken() if name.startswith(f"{reference}.")]
            self.assertEqual(len(mine), NOTICES)
        return answered

    def test_a_status_file_whose_disk_fills_stops_nothing_and_is_said_in_the_log(self):
        """Contract: breaches are recorded and told; the log says what is wrong; freed, the file is there again."""
        self.on_each_kind({"status": "var/small/status.json", "metrics": "var/small/breachclock.prom"},
                          self.fill_the_status)

    def fill_the_status(self, daemon: QuietDaemon, small: pathlib.Path) -> list:
        answered = []
        for cycle, errand in enumerate(self.reports()):
            fill(small)
            done = self.send(daemon, errand)
            self.assertEqual(done.code, 0, done)
            answered.append(errand)
            said = "The status cannot be written"
            wait_until(lambda: daemon.log().count(said) == cycle + 1, "the log says so, once")
            self.assertFalse(daemon.status_path.exists(), "no status is better than one that is wrong")
            wait_until(lambda: not daemon.metrics_path.exists()
                       or f"breachclock_open_breaches {cycle + 1}\n" in daemon.metrics_path.read_text(encoding="ascii"),
                       "nor are there metrics that stand still")
            self.assertEqual(daemon.ctl("status", "--check").code, 2, "who asks the daemon is told")
            free(small)
            note = daemon.ctl("note", done.json["id"], "--kind", "action", f"Step {cycle} was taken.")
            self.assertEqual(note.code, 0, note)
            wait_until(lambda: daemon.status()["open"] == cycle + 1, "the file is written again")
        return answered

    def test_a_status_file_on_the_full_disk_of_the_register_does_not_say_that_all_is_well(self):
        """Contract: a register that cannot be written is critical, also for who reads the file alone."""
        members = {"state": "var/small/state", "status": "var/small/status.json"}
        with QuietDaemon({"paths": members}, start=False) as daemon, small_tmpfs(daemon.folder / "var" / "small"):
            try:
                daemon.start()
                self.assertEqual(self.levels(daemon), ("ok", "ok"))
                fill(daemon.folder / "var" / "small")
                errand = next(self.reports())
                self.assertEqual(self.send(daemon, errand).code, 75)
                self.assertEqual(daemon.json("status")["level"], "critical")
                for line in ("The register cannot be written", "The status cannot be written"):
                    self.assertIn(line, daemon.log())
                self.assertTrue(not daemon.status_path.exists() or daemon.status()["level"] == "critical")
            finally:
                daemon.kill9()


if __name__ == "__main__":
    unittest.main()
