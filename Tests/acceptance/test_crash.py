"""R28, R9: what was answered outlives kill -9, and each notice is written once, whatever crashes."""

import collections
import json
import random
import signal
import threading
import unittest

from support import AcceptanceTest, Daemon, identity, ordered, wait_until, written

PARTNERS = ["cyber-media-solutions", "essex-county-council", "essex-partnership-university", "forward-trust",
            "open-road", "phoenix-futures", "childrens-society", "peabody"]
ROUNDS = 20
CLIENTS = 4


class Crashes(AcceptanceTest):
    def assert_each_notice_once(self, daemon: Daemon, references: set, misses_each: int = 0) -> None:
        """Of every breach each notice once in the spool, none without its breach, no Message-ID twice."""
        if misses_each:
            wait_until(lambda: len(daemon.facts("deadline-missed")) >= misses_each * len(references), "all misses")
        daemon.wait_for_all_notices()
        facts = daemon.facts()
        self.assertEqual(ordered(facts), written(facts))
        names = daemon.spool()
        self.assertEqual(sorted(f"{reference}.{notice}" for reference, notice in ordered(facts)),
                         sorted(name.rpartition(".")[0] for name in names))
        for reference in references:
            mine = [name.split(".")[2] for name in names if name.startswith(f"{reference}.breach-notice.")]
            self.assertEqual(sorted(mine), sorted(PARTNERS), reference)
        ids = collections.Counter(identity(notice) for notice in daemon.messages())
        self.assertEqual([each for each, count in ids.items() if count > 1], [])
        self.assertEqual(len(ids), len(names))
        recorded = [fact["breach"] for fact in daemon.facts("breach-recorded")]
        self.assertEqual(len(recorded), len(set(recorded)), "no breach twice")
        self.assertLessEqual(references, set(recorded), "everything answered is there")
        publishing = [(each["breach"], each["notice"]) for fact in daemon.facts("notices-publishing")
                      for each in fact["notices"]]
        self.assertEqual(len(publishing), len(set(publishing)), "no notice is begun twice")
        misses = [(fact["breach"], fact["deadline"]) for fact in daemon.facts("deadline-missed")]
        self.assertEqual(len(misses), len(set(misses)), "no miss is recorded twice")

    def test_r28_a_daemon_killed_right_after_its_answer_has_the_breach_and_each_notice_once(self):
        """R28, R9: twenty times report, answer, kill -9 at a varying moment, start again."""
        generator = random.Random(28)
        with Daemon() as daemon:
            answered = set()
            for round_number in range(ROUNDS):
                with daemon.client() as client:
                    reply = client.call("Report", protocol="EDATRS", detected="now", by="open-road",
                                        summary=f"Folder {round_number} was left on a train.")
                    self.assertIsNone(reply.error, reply)
                    answered.add(reply.parameters["breach"]["id"])
                    # From at once to when all notices stand in the spool: the work in between takes some ms.
                    threading.Event().wait(generator.choice([0, 0, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.02]))
                    daemon.kill9()
                daemon.start()
                self.assertEqual({fact["breach"] for fact in daemon.facts("breach-recorded")}, answered)
            self.assert_each_notice_once(daemon, answered)
            self.assertEqual(len(answered), ROUNDS)
            self.assertEqual(daemon.ctl("verify").code, 0)

    def test_r28_a_daemon_killed_in_a_burst_of_reports_keeps_all_that_it_answered(self):
        """R28, R9: four clients report at once; after each kill they send what was not answered again, as it was."""
        generator = random.Random(9)
        with Daemon() as daemon:
            answers: dict = {}
            waiting = collections.deque(f"burst-{number}" for number in range(60))
            lock = threading.Lock()

            def client() -> None:
                try:
                    with daemon.client() as varlink:
                        while True:
                            with lock:
                                if not waiting:
                                    return
                                request = waiting.popleft()
                            answered = False
                            try:
                                reply = varlink.call("Report", protocol="EDATRS", detected="2026-01-05T10:00:00Z",
                                                     by="open-road", summary=f"The folder of {request} is lost.",
                                                     requestId=request)
                                self.assertIsNone(reply.error, reply)
                                with lock:
                                    self.assertNotIn(request, answers)
                                    answers[request] = reply.parameters["breach"]["id"]
                                answered = True
                            finally:
                                if not answered:
                                    with lock:
                                        waiting.append(request)
                except (OSError, ValueError):
                    pass  # The daemon was killed.

            kills = 0
            while waiting:
                clients = [threading.Thread(target=client) for _ in range(CLIENTS)]
                for each in clients:
                    each.start()
                if kills < 12:
                    threading.Event().wait(generator.uniform(0.0, 0.03))
                    daemon.kill9()
                    kills += 1
                for each in clients:
                    each.join()
                if not daemon.is_running:
                    daemon.start()
            self.assertEqual(len(answers), 60)
            self.assertEqual(len(set(answers.values())), 60, "no two requests share a breach")
            self.assertGreaterEqual(kills, 3, "the burst was over before it could be interrupted")
            self.assert_each_notice_once(daemon, set(answers.values()), misses_each=2)
            recorded = {fact["request"]["id"]: fact["breach"] for fact in daemon.facts("breach-recorded")}
            self.assertEqual(recorded, answers, "one breach a request, the one that was answered")
            summaries = {json.loads(line.split(b"\t")[1])["summary"]["text"] for line in daemon.journal_lines()
                         if b'"type":"breach-recorded"' in line}
            self.assertEqual(summaries, {f"The folder of {request} is lost." for request in answers})
            self.assertEqual(daemon.ctl("verify").code, 0)

    def test_r28_each_notice_is_taken_exactly_once_by_an_agent_that_works_through_the_crashes(self):
        """R28, R11: a mail agent takes what appears at once while the daemon is killed: no notice twice, none lost."""
        generator = random.Random(11)
        with Daemon() as daemon:
            taken: list = []
            stop = threading.Event()

            def agent() -> None:
                while not stop.is_set():
                    for name in daemon.spool():
                        taken.append((name, (daemon.new / name).read_bytes()))
                        (daemon.new / name).rename(daemon.spool_folder / "cur" / f"{name}:2,")
                    stop.wait(0.0005)

            thread = threading.Thread(target=agent)
            thread.start()
            references = set()
            try:
                for number in range(15):
                    with daemon.client() as client:
                        reply = client.call("Report", protocol="EDATRS", detected="2026-01-05T10:00:00Z",
                                            by="open-road", summary=f"Folder {number} was left on a train.")
                        references.add(reply.parameters["breach"]["id"])
                    threading.Event().wait(generator.choice([0, 0.001, 0.002, 0.004, 0.008, 0.016]))
                    daemon.kill9()
                    daemon.start()
                wait_until(lambda: len(daemon.facts("deadline-missed")) == 2 * len(references), "all misses")
                daemon.wait_for_all_notices()
                wait_until(lambda: daemon.spool() == [], "all is taken")
            finally:
                stop.set()
                thread.join()
            orders = ordered(daemon.facts())
            self.assertEqual(len(orders), 15 * len(references), "8 partners and the team, two misses to two each, two escalations")
            self.assertEqual(sorted(name.rpartition(".")[0] for name, _ in taken),
                             sorted(f"{reference}.{notice}" for reference, notice in orders))
            self.assertEqual([name for name, data in taken if not data.endswith(b"\n") or len(data) < 500], [],
                             "what appears is whole")
            daemon.signal(signal.SIGTERM)
            self.assertEqual(daemon.process.wait(60), 0)
            daemon.start()
            handed = [(each["breach"], each["notice"]) for fact in daemon.facts("notices-handed-over")
                      for each in fact["notices"]]
            self.assertEqual(len(handed), len(set(handed)), "nothing is handed over twice")
            wait_until(lambda: all(partner["informed"] for reference in references
                                   for partner in daemon.json("show", reference)["partners"]), "all are informed")

    def test_r4_a_clean_end_under_load_keeps_all_that_was_answered(self):
        """R4, hostile inputs: SIGTERM in a burst: exit 0, everything answered is recorded, and its notices follow."""
        for _ in range(5):
            with Daemon() as daemon:
                answered: list = []

                def client(number: int) -> None:
                    try:
                        with daemon.client() as varlink:
                            for index in range(100):
                                reply = varlink.call("Report", protocol="EWS-ASC", detected="now", by="provide",
                                                     summary=f"Folder {index} of {number}.")
                                answered.append(reply.parameters["breach"]["id"])
                    except OSError:
                        pass

                clients = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
                for each in clients:
                    each.start()
                wait_until(lambda: len(answered) > 10, "the burst is under way")
                self.assertEqual(daemon.stop(), 0, daemon.log())
                for each in clients:
                    each.join()
                recorded = [fact["breach"] for fact in daemon.facts("breach-recorded")]
                self.assertEqual(len(recorded), len(set(recorded)))
                self.assertLessEqual(set(answered), set(recorded))
                self.assertEqual(daemon.facts()[-1]["type"], "daemon-stopped")
                daemon.start()
                daemon.wait_for_all_notices()
                self.assertEqual(len(daemon.spool()), 3 * len(recorded))


if __name__ == "__main__":
    unittest.main()
