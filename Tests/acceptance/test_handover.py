"""R11: what counts as handed over, what a lost spool means, and acknowledgements entered late."""

import contextlib
import os
import shutil
import signal
import time
import unittest

from support import HOUR, AcceptanceTest, Daemon, identity, instant, small_disk, text_of, utc, wait_until

# The owner's notice keeps the reminders before the escalation away from the partners' deadline.
BRISK = {"timing": {"heartbeat": "1s", "ownerNotice": "810m"}}


class HandOver(AcceptanceTest):
    def partner(self, daemon: Daemon, reference: str, name: str) -> dict:
        return {partner["id"]: partner for partner in daemon.json("show", reference)["partners"]}[name]

    def take(self, daemon: Daemon, part: str, move: bool = False) -> list:
        """What a mail agent does: removes the notices with that in their name, or moves them to cur."""
        names = [name for name in daemon.spool() if part in name]
        for name in names:
            if move:
                (daemon.new / name).rename(daemon.spool_folder / "cur" / f"{name}:2,S")
            else:
                (daemon.new / name).unlink()
        return names

    def handed_over(self, daemon: Daemon) -> list:
        return [(each["breach"], each["notice"]) for fact in daemon.facts("notices-handed-over")
                for each in fact["notices"]]

    def test_r11_written_to_the_spool_alone_is_not_informed(self):
        """R11: a notice that waits informs nobody; the detecting partner alone is taken as informed."""
        with Daemon(BRISK) as daemon:
            reference = daemon.report()["id"]
            daemon.wait_for_spool(9)
            daemon.wait_for_all_notices()
            informed = {partner["id"]: partner["informed"] for partner in daemon.json("show", reference)["partners"]}
            self.assertEqual({name for name, yes in informed.items() if yes}, {"open-road"})
            self.assertIsNotNone(self.partner(daemon, reference, "peabody")["noticeWrittenAt"])
            self.assertIsNone(self.partner(daemon, reference, "peabody")["handedOverAt"])
            self.assertEqual(self.handed_over(daemon), [])

    def test_r11_a_notice_moved_to_cur_or_removed_counts_as_handed_over(self):
        """R11: whatever takes a notice out of `new` has taken it; the partner is then informed, once."""
        for move in (True, False):
            with self.subTest(move=move), Daemon(BRISK) as daemon:
                reference = daemon.report()["id"]
                daemon.wait_for_spool(9)
                daemon.wait_for_all_notices()
                before = int(time.time())
                self.take(daemon, ".peabody.", move)
                partner = wait_until(
                    lambda: (lambda found: found if found["informed"] else None)(
                        self.partner(daemon, reference, "peabody")), "peabody is informed")
                self.assertGreaterEqual(instant(partner["handedOverAt"]), before)
                self.assertIsNone(partner["acknowledgedAt"])
                self.assertFalse(self.partner(daemon, reference, "forward-trust")["informed"])
                self.take(daemon, "", move)
                wait_until(lambda: len(self.handed_over(daemon)) == 9, "all are handed over")
                self.assertEqual(len(set(self.handed_over(daemon))), 9)
                self.assertEqual(daemon.json("show", reference)["deadlines"]["partners"]["state"], "met")
                wait_until(lambda: daemon.status()["spool"] == {"waiting": 0, "oldestAt": None, "returned": 0}, "nothing waits")
                daemon.restart()
                self.assertEqual(daemon.spool(), [], "what was taken is not written again")
                self.assertEqual(len(self.handed_over(daemon)), 9)

    def test_r11_a_hand_over_while_the_daemon_is_down_is_found_at_the_start(self):
        """R11: before it records a miss the daemon looks into the spool: taken in time, though found late, is met."""
        with Daemon(BRISK) as daemon:
            due = int(time.time()) + 5
            reference = daemon.report(detected=utc(due - 48 * HOUR))["id"]
            daemon.wait_for_spool(9)
            daemon.wait_for_all_notices()
            daemon.kill9()
            self.take(daemon, "")
            self.assertLess(time.time(), due, "taken in time")
            wait_until(lambda: time.time() > due + 2, "the deadline has passed")
            daemon.start()
            wait_until(lambda: len(self.handed_over(daemon)) == 9, "the hand-overs are recorded")
            breach = daemon.json("show", reference)
            self.assertEqual(breach["deadlines"]["partners"]["state"], "met")
            self.assertLessEqual(instant(breach["deadlines"]["partners"]["settledAt"]), due)
            self.assertEqual(daemon.facts("deadline-missed"), [])
            self.assertEqual(daemon.spool(), [])

    def test_r11_a_notice_taken_after_the_deadline_is_late(self):
        """R24: done after the deadline is `late`, never `met`, and brings no correction."""
        with Daemon(BRISK) as daemon:
            due = int(time.time()) + 3
            reference = daemon.report("EWS-ASC", by="provide", detected=utc(due - 48 * HOUR))["id"]
            daemon.wait_for_spool(2, ".deadline-missed.")
            self.take(daemon, ".breach-notice.")
            wait_until(lambda: daemon.json("show", reference)["deadlines"]["partners"]["state"] == "late", "late")
            self.assertEqual(daemon.facts("miss-corrected"), [])
            daemon.wait_for_all_notices()
            self.assertEqual([name for name in daemon.spool() if ".correction." in name], [])

    def test_r11_an_acknowledgement_entered_late_but_made_in_time_corrects_the_miss_once(self):
        """R11: missed turns into met, the miss stays in the history, owner and IG team each get a correction."""
        with Daemon(BRISK) as daemon:
            due = int(time.time()) + 4
            reference = daemon.report("EWS-ASC", by="provide", detected=utc(due - 48 * HOUR))["id"]
            daemon.wait_for_spool(2, ".deadline-missed.")
            in_time = utc(due - 2)
            after = daemon.json("ack", reference, "essex-county-council", "--via", "phone", "--at", in_time)
            self.assertEqual(after["deadlines"]["partners"], {"due": utc(due), "state": "met", "settledAt": in_time})
            names = [".".join(name.split(".")[1:-1]) for name in daemon.wait_for_spool(2, ".correction.")]
            self.assertEqual(names, ["correction.ig-team.partners.1.met", "correction.owner.partners.1.met"])
            for letter in daemon.messages(".correction."):
                self.assertIn("It was kept after all", text_of(letter))
            again = daemon.ctl("ack", reference, "essex-county-council", "--via", "email", "--at", in_time)
            self.assertEqual(again.code, 0)
            self.assertIn("acknowledged", again.out)
            self.assertIn("before", again.out)
            daemon.restart()
            before = daemon.status()["generatedAt"]
            wait_until(lambda: daemon.status()["generatedAt"] > before, "a heartbeat")
            self.assertEqual(len(daemon.facts("miss-corrected")), 1)
            self.assertEqual(len(daemon.facts("partner-acknowledged")), 1, "acknowledged twice is recorded once")
            daemon.wait_for_spool(2, ".correction.")
            kinds = [fact["type"] for fact in daemon.json("timeline", reference)]
            self.assertLess(kinds.index("deadline-missed"), kinds.index("miss-corrected"))

    def test_r12_one_partners_acknowledgement_silences_no_other(self):
        """R12: an acknowledgement is a fact of one partner and no position of anybody."""
        with Daemon() as daemon:
            reference = daemon.report()["id"]
            after = daemon.json("ack", reference, "peabody", "--via", "email", "--name", "Odalys Quirke")
            by_id = {partner["id"]: partner for partner in after["partners"]}
            self.assertTrue(by_id["peabody"]["informed"])
            self.assertEqual({partner["id"] for partner in after["partners"] if partner["acknowledgedAt"]}, {"peabody"})
            self.assertEqual(by_id["peabody"]["positions"], {"ico": None, "individuals": None})
            self.assertEqual(after["matters"]["ico"]["state"], "consulting")
            self.assertEqual(daemon.json("status")["unacknowledged"], 6)

    def test_r11_r14_a_telephone_task_that_is_taken_informs_nobody_but_the_team(self):
        """R11, R14: the task's mail goes to the IG team: the partner is informed only once it has been rung."""
        daemon = Daemon(BRISK)
        self.addCleanup(daemon.__exit__)
        for partner in daemon.config["protocols"][2]["partners"]:
            if partner["id"] == "essex-county-council":
                partner["emails"] = []
        daemon.write_config()
        daemon.start()
        reference = daemon.report("EWS-ASC", by="provide")["id"]
        daemon.wait_for_spool(1, ".telephone-task.")
        daemon.wait_for_all_notices()
        count = len(daemon.spool())
        self.take(daemon, "")
        wait_until(lambda: len(self.handed_over(daemon)) == count, "all are handed over")
        self.assertFalse(self.partner(daemon, reference, "essex-county-council")["informed"])
        self.assertEqual(daemon.json("show", reference)["deadlines"]["partners"]["state"], "running")
        after = daemon.json("ack", reference, "essex-county-council", "--via", "phone")
        self.assertEqual(after["deadlines"]["partners"]["state"], "met")

    def test_r11_a_deputys_copy_that_is_taken_does_not_inform_the_partner(self):
        """R10, R11: a deputy's copy is a courtesy: the partner is informed by its own notice."""
        daemon = Daemon(BRISK)
        self.addCleanup(daemon.__exit__)
        for partner in daemon.config["protocols"][0]["partners"]:
            if partner["id"] == "peabody":
                partner["deputies"] = [{"name": "Odalys Quirke", "emails": ["deputy@peabody.example"]}]
        daemon.write_config()
        daemon.start()
        reference = daemon.report()["id"]
        daemon.wait_for_spool(10)
        daemon.wait_for_all_notices()
        self.assertEqual(len(self.take(daemon, ".peabody+1.")), 1)
        wait_until(lambda: len(self.handed_over(daemon)) == 1, "the copy is handed over")
        self.assertFalse(self.partner(daemon, reference, "peabody")["informed"])

    def test_r11_what_others_put_into_the_spool_is_left_alone(self):
        """R11: a file that is no notice is neither counted nor touched, nor does its going inform anybody."""
        with Daemon(BRISK) as daemon:
            reference = daemon.report("EWS-ASC", by="provide")["id"]
            daemon.wait_for_spool(3)
            daemon.wait_for_all_notices()
            for name in ("1234.foreign.host", "EWS-ASC-2026-0001.breach-notice.essex-county-council.recorded.0000",
                         f"{reference}.breach-notice.peabody.recorded", "\u202e\u00e9"):
                (daemon.new / name).write_text("Subject: not ours\n\n", encoding="ascii")
            before = daemon.status()["generatedAt"]
            wait_until(lambda: daemon.status()["generatedAt"] > before, "a heartbeat")
            self.assertEqual(daemon.json("status")["spool"]["waiting"], 3)
            self.assertEqual(len(daemon.spool()), 7)
            self.take(daemon, "foreign")
            self.take(daemon, ".0000")
            before = daemon.status()["generatedAt"]
            wait_until(lambda: daemon.status()["generatedAt"] > before, "a heartbeat")
            self.assertEqual(self.handed_over(daemon), [])
            daemon.restart()
            self.assertEqual(self.handed_over(daemon), [])

    # A spool that is lost.

    @contextlib.contextmanager
    def held(self, daemon: Daemon):
        """The daemon stands still meanwhile: it sees all of a change or nothing."""
        daemon.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            daemon.signal(signal.SIGCONT)

    def test_r11_without_its_identity_nothing_is_inferred_and_what_waits_is_written_again(self):
        """R11: `.breachclock` gone: no hand-over is concluded; what has none is written again, the same, once."""
        with Daemon(BRISK) as daemon:
            reference = daemon.report()["id"]
            names = daemon.wait_for_spool(9)
            daemon.wait_for_all_notices()
            self.take(daemon, ".peabody.")
            wait_until(lambda: len(self.handed_over(daemon)) == 1, "one is handed over")
            with self.held(daemon):
                (daemon.spool_folder / ".breachclock").unlink()
                self.take(daemon, "")
            wait_until(lambda: len(daemon.spool()) == 8, "what was not handed over is written again")
            daemon.wait_for_all_notices()
            self.assertEqual(daemon.spool(), [name for name in names if ".peabody." not in name],
                             "the same names: the same identities")
            self.assertEqual(self.handed_over(daemon), [(reference, "breach-notice.peabody.recorded")])
            self.assertTrue((daemon.spool_folder / ".breachclock").exists())
            self.assertEqual(len(daemon.facts("spool-opened")), 2)
            self.assertFalse(self.partner(daemon, reference, "forward-trust")["informed"])

    def test_r11_a_spool_whose_identity_is_another_registers_infers_nothing(self):
        """R11: an identity that the journal does not know is as good as none."""
        with Daemon(BRISK) as daemon:
            daemon.report()
            daemon.wait_for_spool(9)
            daemon.wait_for_all_notices()
            with self.held(daemon):
                (daemon.spool_folder / ".breachclock").write_text("0123456789abcdef\n", encoding="ascii")
                self.take(daemon, "")
            daemon.wait_for_spool(9)
            self.assertEqual(self.handed_over(daemon), [])

    def test_r28_of_two_registers_on_one_spool_the_second_waits_until_the_first_has_ended(self):
        """R28, contract of the spool: it is the first one's while that lives, however it ends; nothing is sent twice."""
        with Daemon(BRISK) as first:
            first.report()
            names = first.wait_for_spool(9)
            first.wait_for_all_notices()
            shared = {"paths": {"spool": os.fspath(first.spool_folder)}}
            with Daemon({**BRISK, **shared}) as second:
                second.report()
                held = f"The spool {first.spool_folder} is held by process {first.pid}; each register needs a spool of its own"
                wait_until(lambda: held in second.status()["summary"], "the second one's status says who has the spool")
                self.assertEqual(second.status()["level"], "critical")
                # It tries again every 5 s.
                later = utc(instant(second.status()["generatedAt"]) + 6)
                wait_until(lambda: second.status()["generatedAt"] >= later, "it has tried again")
                self.assertEqual(second.log().count("is held by process"), 1, "it is said once")
                self.assertEqual(first.spool(), names)
                self.take(first, ".peabody.")
                wait_until(lambda: len(self.handed_over(first)) == 1, "one is handed over")
                self.assertEqual((len(first.facts("spool-opened")), len(second.facts("spool-opened"))), (1, 0))
                self.assertEqual(first.status()["level"], "ok")

                first.kill9()
                second.wait_for_all_notices("once the first has ended")
                self.assertEqual(second.log().count(f"The spool {first.spool_folder} belonged to another register"), 1)
                registers = [daemon.facts("register-opened")[0]["register"] for daemon in (first, second)]
                self.assertEqual([sum(name.endswith(register) for name in second.spool()) for register in registers],
                                 [8, 9], "all of the second one's, and what was not taken of the first one's")
                first.start()
                wait_until(lambda: f"is held by process {second.pid}" in first.status()["summary"], "now the first waits")
                self.take(second, "")
                wait_until(lambda: len(self.handed_over(second)) == 9, "the second one's are handed over")
                self.assertEqual(len(self.handed_over(first)), 1, "of a spool that is another's nothing is inferred")
                self.assertEqual((len(first.facts("spool-opened")), len(second.facts("spool-opened"))), (1, 1))

    def test_r11_a_removed_spool_is_made_again_and_filled(self):
        """R11, hostile inputs: the whole folder gone, while running or while down: made again, all written again."""
        for running in (True, False):
            with self.subTest(running=running), Daemon(BRISK) as daemon:
                daemon.report()
                names = daemon.wait_for_spool(9)
                daemon.wait_for_all_notices()
                if not running:
                    daemon.kill9()
                gone = daemon.spool_folder.with_name("gone")
                daemon.spool_folder.rename(gone)
                shutil.rmtree(gone)
                if not running:
                    daemon.start()
                self.assertEqual(daemon.wait_for_spool(9), names)
                daemon.wait_for_all_notices()
                self.assertEqual(self.handed_over(daemon), [])
                self.assertEqual(sorted(path.name for path in daemon.spool_folder.iterdir()),
                                 [".breachclock", ".breachd.lock", ".deliver.lock", "attempts", "cur", "failed", "new",
                                  "tmp"])

    def test_r11_notices_wait_while_the_spool_cannot_be_written_and_go_out_when_it_can(self):
        """R11, hostile inputs: the breach is recorded, the notice waits, is retried, and is written once."""
        with Daemon(BRISK) as daemon:
            daemon.report()
            daemon.wait_for_spool(9)
            daemon.wait_for_all_notices()
            # The tests run as root, whom no mode stops: a file stands where the folder should.
            kept = daemon.spool_folder / "kept"
            daemon.new.rename(kept)
            daemon.new.write_bytes(b"")
            reference = daemon.report()["id"]
            wait_until(lambda: "Notices wait" in daemon.log(), "the log says that notices wait")
            self.assertIn(reference, {breach["id"] for breach in daemon.json("list")})
            self.assertGreaterEqual(daemon.json("status")["spool"]["waiting"], 9, "what could not be written waits")
            self.assertIsNone(self.partner(daemon, reference, "peabody")["noticeWrittenAt"])
            daemon.new.unlink()
            kept.rename(daemon.new)
            daemon.wait_for_spool(9, f"{reference}.")
            daemon.wait_for_all_notices()
            self.assertEqual(len(daemon.spool()), 18)
            self.assertEqual(self.handed_over(daemon), [], "what could not be looked at is not taken for taken")

    def test_r11_a_full_spool_makes_notices_wait(self):
        """Hostile inputs: a full file system is retried; nothing half-written is ever in `new`."""
        with Daemon({**BRISK, "paths": {"spool": "var/small/spool"}}, start=False) as daemon:
            small = daemon.folder / "var" / "small"
            with small_disk(small, 64) as resize:
                daemon.start()
                (small / "ballast").write_bytes(b"x" * 40960)
                reference = daemon.report()["id"]
                wait_until(lambda: "No space left" in daemon.log(), "the log says what is full")
                self.assertLess(len(daemon.spool()), 9)
                for name in daemon.spool():
                    self.assertTrue((daemon.new / name).read_bytes())
                self.assertEqual(daemon.json("show", reference)["id"], reference, "others are served")
                resize(4096)
                (small / "ballast").unlink()
                daemon.wait_for_spool(9)
                daemon.wait_for_all_notices()
                self.assertEqual(len({identity(notice) for notice in daemon.messages()}), 9)
                daemon.kill9()


if __name__ == "__main__":
    unittest.main()
