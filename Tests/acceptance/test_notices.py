"""R10, R14, R27, R28, R29: every kind of notice, read by Python's mail library as strictly as it can."""

import collections
import email.utils
import json
import mailbox
import re
import signal
import time
import unittest

from support import HOUR, AcceptanceTest, Daemon, identity, message, text_of, utc, wait_until

KINDS = {"breach-notice", "case-opened", "reminder", "deadline-missed", "correction", "telephone-task", "escalation",
         "decision-request", "decision-reminder", "escalation-withdrawn", "outcome", "regulator-notice", "closure"}

NASTY = [
    "From here on. .a line", "=?utf-8?q?x?= and =3D and =", "Ünïcödé – “quotes” 包み \U0001f4c1 naïve",
    "x" * 4000, "word " * 799 + "end", "é" * 4000, "\u202eevil\u202c", ". From . From .", "a\\b\"c\"<d@e.example>, f;",
    "trailing equals =", "\U0001f4c1" * 4000,
]


class Notices(AcceptanceTest):
    def provoked(self) -> Daemon:
        """A daemon whose spool holds every kind of notice; it is stopped with the test."""
        daemon = Daemon({"timing": {"heartbeat": "1s"}})
        self.addCleanup(daemon.__exit__)
        # A partner with a deputy and with none of its own mailboxes, and an owner to telephone, beside the example's.
        partners = daemon.config["protocols"][0]["partners"]
        partners[3]["deputies"] = [{"name": "Odalys Quirke", "emails": ["odalys.quirke@forward-trust.example"]}]
        partners[7]["emails"] = []
        daemon.write_config()
        daemon.start()
        now = int(time.time())
        missed = daemon.report(summary=NASTY[2], detected=utc(now + 3 - 48 * HOUR))["id"]
        reminded = daemon.report(detected=utc(now + 4 - 47 * HOUR))["id"]
        daemon.report("BEDS", by="bedfordshire-police", detected=utc(now - 80 * HOUR))
        daemon.report("MOSAIC", by="essex-police")
        for text in NASTY:
            daemon.report(summary=text)
        daemon.wait_for_spool(2, f"{missed}.deadline-missed.")
        in_time = utc(int(time.time()) - 600)
        for partner in ("cyber-media-solutions", "essex-county-council", "essex-partnership-university",
                        "forward-trust", "phoenix-futures", "childrens-society", "peabody"):
            daemon.json("ack", missed, partner, "--at", in_time, "--via", "phone")
        daemon.wait_for_spool(2, f"{missed}.correction.")
        wait_until(lambda: [name for name in daemon.spool() if name.startswith(f"{reminded}.reminder.")], "reminders")
        whole = daemon.report("EWS-ASC", by="provide")["id"]
        daemon.json("escalate", whole, "--reason", NASTY[2])
        for partner in ("provide", "essex-county-council"):
            daemon.json("position", whole, partner, "notify", "--reason", NASTY[2])
        daemon.json("note", whole, "--kind", "action", NASTY[2])
        daemon.json("close", whole, "--reason", NASTY[2])
        asked = daemon.report("MOSAIC", by="essex-police", detected=utc(int(time.time()) + 4 - 71 * HOUR))["id"]
        wait_until(lambda: [name for name in daemon.spool() if name.startswith(f"{asked}.decision-reminder.")], "asked")
        daemon.wait_for_all_notices()
        return daemon

    def test_r28_python_reads_every_notice_of_every_kind_without_a_defect(self):
        """R28, contract: RFC 5322, ASCII headers, lines that every mail system takes, the fields the contract names."""
        daemon = self.provoked()
        names = daemon.spool()
        self.assertEqual({name.split(".")[1] for name in names}, KINDS)
        identities = set()
        for name in names:
            with self.subTest(name):
                raw = (daemon.new / name).read_bytes()
                head, _, body = raw.partition(b"\n\n")
                head.decode("ascii")
                self.assertNotIn(b"\r", raw)
                self.assertNotIn(b"\0", raw)
                # An identity cannot be folded; 998 is what RFC 5322 allows at most, 78 what it asks for.
                self.assertLessEqual(max(map(len, raw.split(b"\n"))), 998)
                long = [line for line in raw.split(b"\n") if len(line) > 78 and not re.search(rb"<\S+>$", line)]
                self.assertEqual(long, [])
                for line in body.split(b"\n"):
                    self.assertFalse(line.startswith((b".", b"From ")), line)
                    self.assertFalse(line.endswith(b" "), line)
                    self.assertTrue(all(0x20 <= byte < 0x7F for byte in line), line)
                notice = message(daemon.new / name)
                self.assertEqual(notice.defects, [])
                for field, value in notice.items():
                    self.assertEqual(value.defects, (), f"{field}: {value}")
                counts = collections.Counter(field.lower() for field in notice.keys())
                self.assertEqual({field for field, count in counts.items() if count > 1}, set())
                for field in ("From", "To", "Date", "Subject", "Message-ID", "References", "Auto-Submitted"):
                    self.assertIn(field, notice)
                self.assertEqual(notice["Auto-Submitted"], "auto-generated")
                self.assertLess(abs(email.utils.parsedate_to_datetime(notice["Date"]).timestamp() - time.time()), 600)
                self.assertRegex(identity(notice), r"^<[A-Za-z0-9.+-]+@essex-county-council\.example>$")
                identities.add(identity(notice))
                reference = name.split(".")[0]
                self.assertTrue(notice["Subject"].startswith(f"{reference}: "), notice["Subject"])
                self.assertEqual(notice["X-BreachClock-Breach"], reference)
                text = notice.get_body(("plain",)).get_content()
                self.assertTrue(text.endswith("\n"))
                number, hash_ = notice["X-BreachClock-Journal"].split()
                self.assertIn(f"stood at fact {number}, whose SHA-256 is {hash_}.", " ".join(text.split()))
        self.assertEqual(len(identities), len(names), "no Message-ID twice")

    def test_mailbox_maildir_reads_the_spool(self):
        """Contract: the spool is a Maildir: Python's reads as many messages as there are files, all of them new."""
        with Daemon() as daemon:
            daemon.report()
            names = daemon.wait_for_spool(9)
            box = mailbox.Maildir(daemon.spool_folder, create=False)
            self.assertEqual(len(box), len(names))
            self.assertEqual({each.get_subdir() for each in box}, {"new"})
            self.assertEqual({each["Message-ID"].strip().strip("<>").rpartition("@")[0] for each in box}, set(names),
                             "a file's name and its Message-ID follow from the same identity")
            self.assertEqual(sorted(path.name for path in daemon.spool_folder.iterdir()),
                             [".breachclock", ".breachd.lock", ".deliver.lock", "attempts", "cur", "failed", "new", "tmp"])
            self.assertEqual(list((daemon.spool_folder / "tmp").iterdir()), [])

    def test_texts_arrive_as_they_were_written(self):
        """Hostile inputs: any summary stands in the decoded notice, letter for letter, but for the wrapping."""
        with Daemon() as daemon:
            for text in NASTY:
                with self.subTest(text[:30]):
                    reference = daemon.report(summary=text)["id"]
                    daemon.wait_for_spool(9, f"{reference}.")
                    for notice in daemon.messages(f"{reference}."):
                        self.assertIn(" ".join(text.split()), text_of(notice))

    def test_r10_each_of_the_audience_gets_its_own_message(self):
        """R10: one message per organisation, to its addresses on page 1 and nobody else's; no Cc, no Bcc."""
        with Daemon() as daemon:
            daemon.report()
            page = {partner["id"]: partner["emails"] for partner in daemon.config["protocols"][0]["partners"]}
            self.assertEqual(len(page), 8)
            sent = {}
            for name in daemon.wait_for_spool(8, ".breach-notice."):
                notice = message(daemon.new / name)
                sent[name.split(".")[2]] = [each.addr_spec for each in notice["To"].addresses]
                self.assertIsNone(notice["Cc"])
                self.assertIsNone(notice["Bcc"])
                other = [mail for partner, mails in page.items() if partner != name.split(".")[2] for mail in mails]
                organisation = daemon.config["organisation"]["informationGovernance"]
                for mail in other:
                    if mail not in organisation:
                        self.assertNotIn(mail, (daemon.new / name).read_text(encoding="utf-8"))
            self.assertEqual(sent, page)
            case = daemon.messages("case-opened")
            self.assertEqual([[each.addr_spec for each in notice["To"].addresses] for notice in case],
                             [daemon.config["organisation"]["informationGovernance"]])

    def test_r10_deputies_get_a_copy_of_their_own(self):
        """R10: a deputy named for a partner or for the owner is written to as well."""
        daemon = Daemon()
        self.addCleanup(daemon.__exit__)
        for partner in daemon.config["protocols"][0]["partners"]:
            if partner["id"] in ("forward-trust", "essex-county-council"):
                partner["deputies"] = [{"name": "Odalys Quirke", "emails": [f"deputy@{partner['id']}.example"]}]
        daemon.write_config()
        daemon.start()
        breach = daemon.report(detected=utc(time.time() - 49 * HOUR))
        daemon.wait_for_spool(10, ".breach-notice.")
        sent = {each.addr_spec for notice in daemon.messages(".breach-notice.") for each in notice["To"].addresses}
        self.assertLessEqual({"deputy@forward-trust.example", "deputy@essex-county-council.example"}, sent)
        daemon.wait_for_spool(3, f"{breach['id']}.deadline-missed.")
        told = [[each.addr_spec for each in notice["To"].addresses] for notice in daemon.messages(".deadline-missed.")]
        self.assertIn(["deputy@essex-county-council.example"], told, "the owner's deputy is told of a miss")
        self.assertEqual(len({identity(notice) for notice in daemon.messages()}), len(daemon.spool()))

    def test_r14_what_has_no_mailbox_becomes_a_task_to_telephone(self):
        """R14: each recipient without a mailbox is a task of its own for the IG team, with the number if any."""
        daemon = Daemon()
        self.addCleanup(daemon.__exit__)
        partners = {partner["id"]: partner for partner in daemon.config["protocols"][0]["partners"]}
        partners["peabody"]["emails"] = []
        partners["forward-trust"].update(emails=[], telephone=None)
        daemon.write_config()
        daemon.start()
        daemon.report()
        daemon.wait_for_spool(9)
        tasks = {name.split(".")[2]: text_of(message(daemon.new / name))
                 for name in daemon.wait_for_spool(2, ".telephone-task.")}
        self.assertEqual(set(tasks), {"peabody", "forward-trust"})
        self.assertIn("Please telephone Peabody", tasks["peabody"])
        self.assertIn("01206 773005", tasks["peabody"])
        self.assertIn("no number on page 1", tasks["forward-trust"])
        for notice in daemon.messages(".telephone-task."):
            self.assertEqual([each.addr_spec for each in notice["To"].addresses],
                             daemon.config["organisation"]["informationGovernance"])

    def test_r14_an_owner_without_a_mailbox_is_telephoned_about_a_miss(self):
        """R14: BEDS' owner has neither mailbox nor number: each thing for it is a task, none is skipped."""
        with Daemon() as daemon:
            breach = daemon.report("BEDS", by="bedfordshire-police", detected=utc(time.time() - 80 * HOUR))
            self.assertEqual(breach["partners"], [])
            daemon.wait_for_spool(1, ".telephone-task.owner.deadline-missed.")
            daemon.wait_for_spool(1, ".deadline-missed.ig-team.")
            self.assertIn("Information Sharing Steering Group", text_of(daemon.messages(".telephone-task.owner.")[0]))

    def test_r28_all_notices_on_one_breach_form_one_thread(self):
        """R28: what is about one breach shares a reference, and breaches share none."""
        daemon = self.provoked()
        threads: dict = collections.defaultdict(set)
        for notice in daemon.messages():
            threads[notice["X-BreachClock-Breach"]].add((notice["References"].strip(), notice["In-Reply-To"].strip()))
        self.assertEqual({reference for reference, found in threads.items() if len(found) != 1}, set())
        self.assertEqual(len(set.union(*threads.values())), len(threads))

    def test_r28_two_registers_never_share_a_message_id(self):
        """R28: the same breach in another register, or in one begun anew, has other Message-IDs."""
        with Daemon() as first, Daemon() as second:
            for daemon in (first, second):
                daemon.report()
                daemon.wait_for_spool(9)
            one, other = ({identity(notice) for notice in daemon.messages()} for daemon in (first, second))
            self.assertEqual(one & other, set())

    def test_r27_subjects_are_neutral(self):
        """R27: a subject holds the reference, what is asked and by when; no word of the summary, no names."""
        daemon = self.provoked()
        allowed = re.compile(
            r"^[A-Z-]+-\d{4}-\d{4}: (please acknowledge|reminder, please acknowledge|recorded, for your attention|"
            r"deadline passed|correction, the deadline was kept|please telephone|please give your position|"
            r"reminder, please give your position|decision needed|reminder, decision needed|outcome|closed|"
            r"no decision needed any more|please notify the regulator)")
        for notice in daemon.messages():
            with self.subTest(notice["Subject"]):
                self.assertRegex(notice["Subject"], allowed)
                self.assertNotIn("Ünï", notice["Subject"])
                self.assertLessEqual(len(notice["Subject"]), 200)

    def test_r5_each_notices_record_says_which_addresses_it_used(self):
        """R5, R8: a mailbox corrected later is used for what is sent later; the record has what each notice used."""
        with Daemon({"timing": {"heartbeat": "1s"}}) as daemon:
            due = int(time.time()) + 6
            reference = daemon.report(detected=utc(due - 48 * HOUR))["id"]
            daemon.wait_for_spool(9)
            owner = daemon.config["protocols"][0]["partners"][1]
            self.assertEqual(owner["id"], "essex-county-council")
            before = list(owner["emails"])
            owner["emails"] = ["breach-desk@essex-county-council.example"]
            owner["name"] = "Essex County Council (renamed)"
            daemon.write_config()
            daemon.signal(signal.SIGHUP)
            daemon.wait_for_spool(2, ".deadline-missed.")
            daemon.wait_for_all_notices()
            used = {each["notice"]: each["to"] for fact in daemon.facts("notices-publishing")
                    for each in fact["notices"] if each["breach"] == reference}
            self.assertEqual(used["breach-notice.essex-county-council.recorded"], before)
            self.assertEqual(used["deadline-missed.owner.partners.1"], ["breach-desk@essex-county-council.example"])
            for name, to in used.items():
                notice = [each for each in daemon.messages() if identity(each).startswith(f"<{reference}.{name}.")]
                self.assertEqual([[each.addr_spec for each in one["To"].addresses] for one in notice], [to])
            clause = daemon.facts("breach-recorded")[0]["protocol"]
            self.assertEqual(json.dumps(clause).count("renamed"), 0, "the protocol is copied as it was")


if __name__ == "__main__":
    unittest.main()
