"""What the register must never claim: that a lost notice was taken, that a time was otherwise, that all is well."""

import os
import shutil
import signal
import time
import unittest

from support import AcceptanceTest, Daemon, Varlink, instant, wait_until

BRISK = {"timing": {"heartbeat": "1s"}}


def handed_over(daemon: Daemon) -> list:
    return [each for fact in daemon.facts("notices-handed-over") for each in fact["notices"]]


class LostSpools(AcceptanceTest):
    def test_r11_a_folder_of_the_spool_that_is_lost_hands_nothing_over(self):
        """R11: with `new` or `tmp` gone nothing is inferred: what was not handed over is written again."""
        for lost in ("new", "tmp"):
            with self.subTest(lost), Daemon(BRISK) as daemon:
                daemon.report()
                names = daemon.wait_for_spool(9)
                daemon.wait_for_all_notices()
                # At once: file by file it would be an agent that takes the notices.
                (daemon.spool_folder / lost).rename(daemon.folder / "lost")
                second = daemon.report()["id"]
                wait_until(lambda: len(daemon.facts("spool-opened")) == 2, "the spool is taken into use anew")
                wait_until(lambda: len(daemon.spool()) == 18, "all stand in the spool again")
                self.assertTrue(set(names) <= set(daemon.spool()))
                self.assertTrue(any(second in name for name in daemon.spool()))
                self.assertEqual(handed_over(daemon), [])

    def test_r31_a_time_of_the_spool_that_cannot_be_is_not_recorded(self):
        """R31, R11: whatever time the folder claims, no hand-over lies before the notice, and the register opens."""
        for seconds in (-1_000_000_000, 9_999_999_999):
            with self.subTest(seconds), Daemon(BRISK) as daemon:
                reference = daemon.report()["id"]
                daemon.wait_for_spool(9)
                daemon.wait_for_all_notices()
                daemon.signal(signal.SIGSTOP)
                for name in daemon.spool():
                    if ".peabody." in name:
                        (daemon.new / name).unlink()
                os.utime(daemon.new, (seconds, seconds))
                daemon.signal(signal.SIGCONT)
                wait_until(lambda: handed_over(daemon), "the hand-over is noticed")
                written = [fact for fact in daemon.facts("notices-written")][0]["at"]
                self.assertGreaterEqual(instant(handed_over(daemon)[0]["at"]), instant(written))
                self.assertLessEqual(instant(handed_over(daemon)[0]["at"]), int(time.time()) + 1)
                daemon.restart()
                self.assertTrue(daemon.json("show", reference)["id"])

    def test_r14_what_goes_to_the_team_instead_informs_nobody(self):
        """R11, R14: a mailbox taken away before its notice was written makes a telephone task, and no partner informed."""
        with Daemon(BRISK) as daemon:
            new = daemon.spool_folder / "new"
            wait_until(new.exists, "the spool is made")
            shutil.rmtree(new)
            new.write_text("in the way", encoding="utf-8")
            reference = daemon.report()["id"]
            partner = [each for each in daemon.config["protocols"][0]["partners"] if each["id"] == "forward-trust"][0]
            partner["emails"] = []
            daemon.write_config()
            daemon.signal(signal.SIGHUP)
            wait_until(lambda: "was read again" in daemon.log(), "the configuration is read")
            new.unlink()
            daemon.wait_for_spool(9)
            daemon.wait_for_all_notices()
            message = daemon.messages("forward-trust")[0]
            self.assertIn("please telephone Forward Trust", " ".join(message["Subject"].split()))
            for name in daemon.spool():
                (daemon.new / name).unlink()
            wait_until(lambda: len(handed_over(daemon)) == 9, "all are taken")
            informed = {each["id"]: each["informed"] for each in daemon.json("show", reference)["partners"]}
            self.assertFalse(informed.pop("forward-trust"))
            self.assertEqual(set(informed.values()), {True})


class Greed(AcceptanceTest):
    def test_many_calls_at_once_hold_neither_the_memory_nor_the_others(self):
        """Hostile inputs: calls that a client sends without reading are taken one by one; others are served."""
        with Daemon() as daemon:
            for _ in range(30):
                daemon.report()
            with Varlink(daemon.socket) as greedy:
                greedy.send(b'{"method":"org.breachclock.Control.List"}\0' * 2000)
                with Varlink(daemon.socket) as other:
                    self.assertIsNone(other.call("Status").error)
                with open(f"/proc/{daemon.pid}/status", encoding="ascii") as status:
                    kilobytes = int([line for line in status if line.startswith("VmRSS:")][0].split()[1])
                # 2,000 lists of 30 breaches are some 200 MB; what may wait for one client is 256 KiB and a reply.
                self.assertLess(kilobytes, 60_000)

    def test_a_large_answer_arrives_whole_after_a_half_close(self):
        """Hostile inputs: a client that ends its side after the request gets all of the answer."""
        with Daemon() as daemon:
            for _ in range(200):
                daemon.report()
            with Varlink(daemon.socket) as client:
                daemon.signal(signal.SIGSTOP)
                client.send(b'{"method":"org.breachclock.Control.List"}\0')
                client.socket.shutdown(1)
                daemon.signal(signal.SIGCONT)
                self.assertEqual(len(client.message()["parameters"]["breaches"]), 200)


if __name__ == "__main__":
    unittest.main()
