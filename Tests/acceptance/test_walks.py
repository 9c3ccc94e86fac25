"""The five protocols of the example, each from the report of a breach to its closure, on a clock that the test sets."""

import email.utils
import unittest

from support import AcceptanceTest, FrozenDaemon, ordered, text_of

REPORTED = "2026-11-20T14:06:00Z"  # A Friday in winter: local time is UTC.
TIMELINE_LEFT_OUT = ("notices-publishing", "notices-written", "notices-handed-over")

EDATRS = {
    "cyber-media-solutions": ["gareth.penhallow@cyber-media-solutions.example"],
    "essex-county-council": ["informationgovernanceteam@essex-county-council.example",
                             "dpo@essex-county-council.example"],
    "essex-partnership-university": ["eleanor.thistlewood@essex-partnership-university.example"],
    "forward-trust": ["moira.ashdown@forward-trust.example"],
    "open-road": ["bryony.applegarth@open-road.example"],
    "phoenix-futures": ["imran.sandiford@phoenix-futures.example"],
    "childrens-society": ["duncan.merriweather@childrens-society.example"],
    "peabody": ["pauline.hartwright@peabody.example"],
}
EWS = {"essex-county-council": ["dpo@essex-county-council.example"], "provide": ["toby.larkspur@provide.example"]}
IG_TEAM = ["informationgovernanceteam@essex-county-council.example"]
SUBMITTER = ["dpo@essex-county-council.example"]


class Walk(AcceptanceTest):
    """What the walks share: what is in the spool, and what the timeline says."""

    def expect(self, daemon, notices: dict) -> dict:
        """Exactly these notices wait, each to exactly these mailboxes; takes them, and answers with their texts."""
        daemon.wait_for_all_notices()
        found = {}
        texts = {}
        for message in daemon.messages():
            reference = message["X-BreachClock-Breach"]
            name = message["Message-ID"].strip().strip("<>").split("@")[0]
            token = name.removeprefix(f"{reference}.").rsplit(".", 1)[0]
            found[token] = [address for _, address in email.utils.getaddresses(message.get_all("To"))]
            texts[token] = text_of(message)
            self.assertIsNone(message["Cc"], token)
            self.assertTrue(message["Subject"].startswith(f"{reference}: "), message["Subject"])
        self.assertEqual(found, notices)
        daemon.hand_over()
        return texts

    def expect_timeline(self, daemon, reference: str, types: list) -> None:
        facts = daemon.json("timeline", reference)
        self.assertEqual([fact["type"] for fact in facts if fact["type"] not in TIMELINE_LEFT_OUT], types)
        for fact in facts:
            self.assertTrue(fact["text"].endswith((".", "]")) or ":" in fact["text"], fact)
        self.assertEqual(daemon.ctl("verify").code, 0)

    def refused(self, daemon, *arguments: str, says: str) -> None:
        before = daemon.journal_bytes()
        self.assertRefused(daemon, daemon.ctl(*arguments), 65, says)
        self.assertEqual(daemon.journal_bytes(), before)

    def to_all(self, kind: str, occasion: str, audience: dict) -> dict:
        return {f"{kind}.{partner}.{occasion}": mailboxes for partner, mailboxes in audience.items()}


class EDATRSWalk(Walk):
    """000: a consultation in which seven agree and one is silent, and then the Protocol owner."""

    def test_r16_to_r25_seven_agree_one_is_silent_and_the_owner_decides(self):
        """R16-R25: escalated at the escalation time naming the silent one; decided; notified late; closed, reviewed."""
        with FrozenDaemon(REPORTED) as daemon:
            breach = daemon.report(detected="2026-11-20T14:05:00Z")
            reference = breach["id"]
            # Due Monday 14:05; less 12 h: Monday 02:05. Monday 09:00 to 14:05 are 5 h 5 min of office hours: enough.
            self.assertEqual(breach["matters"]["ico"]["escalateAt"], "2026-11-23T02:05:00Z")
            texts = self.expect(daemon, {**self.to_all("breach-notice", "recorded", EDATRS),
                                         "case-opened.ig-team.recorded": IG_TEAM})
            for text in texts.values():
                self.assertNotIn("to be written", text)
            self.assertIn("Mon 23 Nov 2026 02:05 GMT", texts["breach-notice.peabody.recorded"])
            self.assertIn("Protocol owner", texts["breach-notice.peabody.recorded"])

            for partner in EDATRS:
                daemon.json("ack", reference, partner, "--via", "phone")
            self.assertEqual(daemon.json("show", reference)["deadlines"]["partners"]["state"], "met")
            for partner in EDATRS:
                if partner != "peabody":
                    for matter in ("ico", "individuals"):
                        breach = daemon.json("position", reference, partner, "notify", "--matter", matter)
            self.assertEqual(breach["matters"]["ico"]["state"], "consulting")
            self.refused(daemon, "decide", reference, "notify", "--name", "Martin Fairweather", "--reason", "Harm is likely.",
                         says="still to be heard: peabody")
            self.expect(daemon, {})

            # Reminders 24, 12, 4 and 1 h before the escalation, to the silent one alone.
            peabody = EDATRS["peabody"]
            daemon.run_until("2026-11-23T02:04:59Z")
            texts = self.expect(daemon, {f"reminder.peabody.positions.1.{lead}h": peabody for lead in (24, 12, 4, 1)})
            daemon.run_until("2026-11-23T02:05:00Z")
            owner = EDATRS["essex-county-council"]
            texts = self.expect(daemon, {"escalation.owner.ico.1": owner, "escalation.owner.individuals.1": owner})
            for text in texts.values():
                self.assertIn("Peabody", text)
                self.assertIn("Protocol owner", text)
            shown = daemon.json("show", reference)
            for matter in ("ico", "individuals"):
                self.assertEqual(shown["matters"][matter]["state"], "awaiting-decision")
                self.assertEqual(shown["matters"][matter]["escalatedAt"], "2026-11-23T02:05:00Z")
                self.assertEqual(shown["matters"][matter]["escalationReason"], "no-agreement")
            self.assertEqual(daemon.json("status")["awaitingDecision"], 2)

            # The decider is reminded 4 h and 1 h before the deadline: 24 and 12 h before were past when it was asked.
            daemon.run_until("2026-11-23T10:30:00Z")
            self.expect(daemon, {"decision-reminder.owner.decision.1.4h": owner})
            breach = daemon.json("decide", reference, "notify", "--name", "Martin Fairweather", "--reason", "Harm is likely.")
            self.assertEqual(breach["matters"]["ico"]["outcome"], "notify")
            self.assertEqual(breach["matters"]["ico"]["decidedBy"], "Martin Fairweather")
            texts = self.expect(daemon, {**self.to_all("outcome", "ico.1", EDATRS),
                                         "regulator-notice.submitter.initial.1": SUBMITTER})
            self.assertIn("To follow", texts["regulator-notice.submitter.initial.1"])
            self.refused(daemon, "decide", reference, "do-not-notify", "--name", "A", "--reason", "B", says="--revise")
            daemon.json("decide", reference, "notify", "--matter", "individuals", "--name", "Martin Fairweather",
                        "--reason", "They can change their locks.", "--when", "Today", "--how", "By letter",
                        "--by-whom", "Open Road")
            # What is settled on telling the people belongs to the form, so it is written anew.
            self.expect(daemon, {**self.to_all("outcome", "individuals.1", EDATRS),
                                 "regulator-notice.submitter.initial.2": SUBMITTER})

            daemon.run_until("2026-11-23T14:05:00Z")
            self.expect(daemon, {})
            daemon.run_until("2026-11-23T14:05:01Z")
            self.expect(daemon, {"deadline-missed.owner.regulator.1": owner, "deadline-missed.ig-team.regulator.1": IG_TEAM})
            self.assertEqual(daemon.json("status")["level"], "critical")

            daemon.go_to("2026-11-23T16:00:00Z")
            self.refused(daemon, "notified", reference, says="--delay-reason")
            self.refused(daemon, "notified", reference, "--at", "2026-11-20T14:04:59Z", "--delay-reason", "The form was down.",
                         says="before it was detected")
            self.refused(daemon, "close", reference, says="outstanding: notifying the regulator")
            breach = daemon.json("notified", reference, "--at", "2026-11-23T15:30:00Z", "--reference", "IC-123456-X1Y2",
                                 "--delay-reason", "The web form was not available.")
            self.assertEqual(breach["deadlines"]["regulator"]["state"], "late")
            self.assertEqual(breach["controllers"][0]["notifications"], [
                {"phase": "initial", "at": "2026-11-23T15:30:00Z", "reference": "IC-123456-X1Y2", "ownDuty": False,
                 "delayReason": "The web form was not available."}])
            self.refused(daemon, "notified", reference, "--delay-reason", "Again.", says="follow-up")
            self.refused(daemon, "decide", reference, "do-not-notify", "--name", "A", "--reason", "B", "--revise",
                         says="the decision stands")
            self.expect(daemon, {})

            # What becomes known after goes to the submitter as a follow-up that shows only what changed.
            daemon.json("correct", reference, "--individuals", "41")
            texts = self.expect(daemon, {"regulator-notice.submitter.follow-up.3": SUBMITTER})
            self.assertIn("41", texts["regulator-notice.submitter.follow-up.3"])
            self.assertNotIn("A folder was left on a train.", texts["regulator-notice.submitter.follow-up.3"])
            daemon.json("notified", reference, "--phase", "follow-up")
            self.refused(daemon, "close", reference, says="telling the people concerned")
            daemon.json("notified", reference, "--matter", "individuals")
            self.expect(daemon, {"regulator-notice.submitter.follow-up.4": SUBMITTER})

            breach = daemon.json("close", reference)
            self.assertEqual(breach["phase"], "closed")
            texts = self.expect(daemon, self.to_all("closure", "1", EDATRS))
            self.assertIn("review", texts["closure.essex-county-council.1"])
            self.assertIn("or sooner should a breach occur", texts["closure.essex-county-council.1"])
            self.assertNotIn("or sooner should a breach occur", texts["closure.peabody.1"])
            self.refused(daemon, "position", reference, "peabody", "notify", says="reopen")
            self.expect_timeline(daemon, reference, [
                "breach-recorded", *["partner-acknowledged"] * 8, *["position-stated"] * 14, *["reminders-due"] * 4,
                "matter-escalated", "matter-escalated", "reminders-due", "matter-decided", "regulator-notice-due",
                "matter-decided", "regulator-notice-due", "deadline-missed", "notification-recorded",
                "facts-corrected", "regulator-notice-due", "notification-recorded", "notification-recorded",
                "regulator-notice-due", "breach-closed"])
            self.assertIsNone(daemon.json("status")["next"])
            register = daemon.json("register", "--format", "json")
            self.assertEqual([(row["id"], row["phase"], row["icoOutcome"]) for row in register],
                             [(reference, "closed", "notify")])


class EDATRSDraftWalk(Walk):
    """001: the same clause in a draft that names no owner."""

    def test_r16_r20_all_agree_not_to_notify_and_an_unnamed_owner_is_telephoned(self):
        """R16, R20, R14: escalated by hand, withdrawn by agreement; what is for the unnamed owner is telephoned."""
        with FrozenDaemon(REPORTED) as daemon:
            breach = daemon.report("EDATRS-DRAFT", detected="2026-11-20T14:05:00Z")
            reference = breach["id"]
            draft = {**EDATRS, "forward-trust": ["felix.underhay@forward-trust.example"]}
            self.expect(daemon, {**self.to_all("breach-notice", "recorded", draft), "case-opened.ig-team.recorded": IG_TEAM})
            daemon.json("escalate", reference, "--reason", "Two partners are at odds on the telephone.")
            texts = self.expect(daemon, {"telephone-task.owner.escalation.ico.1": IG_TEAM})
            self.assertIn("Protocol owner", texts["telephone-task.owner.escalation.ico.1"])
            for partner in draft:
                daemon.json("ack", reference, partner)
                self.refused(daemon, "position", reference, partner, "do-not-notify", says="--reason")
                breach = daemon.json("position", reference, partner, "do-not-notify", "--reason", "It was encrypted.")
            self.assertEqual(breach["matters"]["ico"]["state"], "agreed")
            self.assertEqual(breach["deadlines"]["regulator"]["state"], "not-required")
            self.expect(daemon, {"telephone-task.owner.escalation-withdrawn.ico.1": IG_TEAM,
                                 **self.to_all("outcome", "ico.1", draft),
                                 "telephone-task.owner.outcome.ico.1": IG_TEAM})
            self.refused(daemon, "decide", reference, "notify", "--name", "A", "--reason", "B",
                         says="a position would have to change first")
            for partner in draft:
                breach = daemon.json("position", reference, partner, "do-not-notify", "--matter", "individuals", "--reason",
                                     "No high risk.", "--ground", "no-high-risk")
            self.expect(daemon, {**self.to_all("outcome", "individuals.1", draft),
                                 "telephone-task.owner.outcome.individuals.1": IG_TEAM})
            daemon.run_until("2026-12-20T00:00:00Z")
            self.expect(daemon, {})
            daemon.json("close", reference)
            self.expect(daemon, {**self.to_all("closure", "1", draft), "telephone-task.owner.closure.1": IG_TEAM})
            positions = [kind for _ in draft for kind in ("partner-acknowledged", "position-stated")]
            self.expect_timeline(daemon, reference, [
                "breach-recorded", "matter-escalated", *positions, "matter-agreed", *["position-stated"] * 8,
                "matter-agreed", "breach-closed"])


class EWSWalk(Walk):
    """002: two controllers that differ at once, and the Protocol Lead Organisation."""

    def test_r17_r19_escalated_at_once_and_provide_notifies_on_its_own_duty(self):
        """R17, R19: disagreement escalates at once; own duty settles Provide's deadline alone; the owner decides not to."""
        with FrozenDaemon(REPORTED) as daemon:
            breach = daemon.report("EWS-ASC", detected="2026-11-20T14:05:00Z", by="provide")
            reference = breach["id"]
            self.expect(daemon, {**self.to_all("breach-notice", "recorded", EWS), "case-opened.ig-team.recorded": IG_TEAM})
            daemon.json("ack", reference, "essex-county-council")
            daemon.json("position", reference, "provide", "notify")
            breach = daemon.json("position", reference, "essex-county-council", "do-not-notify", "--reason", "Encrypted.")
            self.assertEqual(breach["matters"]["ico"]["state"], "awaiting-decision")
            self.assertEqual(breach["matters"]["ico"]["escalationReason"], "disagreement")
            self.assertEqual(breach["matters"]["ico"]["escalatedAt"], REPORTED)
            texts = self.expect(daemon, {"escalation.owner.ico.1": EWS["essex-county-council"]})
            self.assertIn("Protocol Lead Organisation", texts["escalation.owner.ico.1"])
            self.assertIn("Encrypted.", texts["escalation.owner.ico.1"])
            self.refused(daemon, "escalate", reference, "--reason", "Again.", says="lies with")

            self.refused(daemon, "notified", reference, says="--own-duty")
            self.refused(daemon, "notified", reference, "--own-duty", "provide", says="--reason")
            daemon.go_to("2026-11-21T09:00:00Z")
            breach = daemon.json("notified", reference, "--own-duty", "provide", "--reason", "Our own patients are at risk.")
            states = {controller["id"]: controller["state"] for controller in breach["controllers"]}
            self.assertEqual(states, {"essex-county-council": "running", "provide": "met"})
            self.assertEqual(breach["deadlines"]["regulator"]["state"], "running")
            breach = daemon.json("decide", reference, "do-not-notify", "--name", "Martin Fairweather", "--reason", "Encrypted.")
            states = {controller["id"]: controller["state"] for controller in breach["controllers"]}
            self.assertEqual(states, {"essex-county-council": "not-required", "provide": "met"})
            self.assertEqual(breach["deadlines"]["regulator"]["state"], "not-required")
            texts = self.expect(daemon, self.to_all("outcome", "ico.1", EWS))
            self.assertIn("Martin Fairweather", texts["outcome.provide.ico.1"])

            for partner in EWS:
                breach = daemon.json("position", reference, partner, "do-not-notify", "--matter", "individuals",
                                     "--reason", "No high risk.")
            self.assertEqual(breach["matters"]["individuals"]["state"], "agreed")
            self.expect(daemon, self.to_all("outcome", "individuals.1", EWS))
            daemon.run_until("2026-12-01T00:00:00Z")
            self.expect(daemon, {})
            daemon.json("close", reference)
            texts = self.expect(daemon, self.to_all("closure", "1", EWS))
            self.assertIn("or sooner should a breach occur", texts["closure.essex-county-council.1"])
            self.expect_timeline(daemon, reference, [
                "breach-recorded", "partner-acknowledged", "position-stated", "position-stated", "matter-escalated",
                "notification-recorded", "matter-decided", "position-stated", "position-stated", "matter-agreed",
                "breach-closed"])


class MosaicWalk(Walk):
    """003: the owner alone is told, immediately, and decides alone."""

    def test_r15_the_owner_is_told_at_once_and_decides_alone(self):
        """R15, R1: nobody is consulted; the owner's team is told immediately and asked; notified in time."""
        owner = IG_TEAM
        with FrozenDaemon(REPORTED) as daemon:
            breach = daemon.report("MOSAIC", detected="2026-11-20T14:05:00Z", by="essex-police")
            reference = breach["id"]
            self.assertEqual(breach["matters"]["ico"]["state"], "awaiting-decision")
            self.assertEqual(breach["matters"]["ico"]["escalationReason"], "clause")
            self.assertIsNone(breach["matters"]["ico"]["escalateAt"])
            texts = self.expect(daemon, {"breach-notice.essex-county-council.recorded": owner,
                                         "case-opened.ig-team.recorded": IG_TEAM,
                                         "decision-request.owner.recorded": owner})
            self.assertIn("Agreement owner", texts["decision-request.owner.recorded"])
            self.refused(daemon, "position", reference, "essex-police", "notify", says="essex-county-council")
            self.refused(daemon, "escalate", reference, "--reason", "Now.", says="lies with")
            daemon.json("position", reference, "essex-county-council", "notify")
            self.assertEqual(daemon.json("show", reference)["matters"]["ico"]["state"], "awaiting-decision")
            daemon.json("ack", reference, "essex-county-council")
            daemon.run_until("2026-11-22T20:00:00Z")
            self.expect(daemon, {"decision-reminder.owner.decision.1.24h": owner})
            daemon.json("decide", reference, "notify", "--name", "Martin Fairweather", "--reason", "Harm is likely.")
            self.expect(daemon, {"outcome.essex-county-council.ico.1": owner,
                                 "regulator-notice.submitter.initial.1": SUBMITTER})
            self.refused(daemon, "decide", reference, "do-not-notify", "--matter", "individuals", "--name", "A",
                         "--reason", "B", says="--ground")
            daemon.json("decide", reference, "do-not-notify", "--matter", "individuals", "--name", "Martin Fairweather",
                        "--reason", "The data is unintelligible.", "--ground", "34(3)(a)")
            self.expect(daemon, {"outcome.essex-county-council.individuals.1": owner,
                                 "regulator-notice.submitter.initial.2": SUBMITTER})
            breach = daemon.json("notified", reference, "--reference", "IC-2")
            self.assertEqual(breach["deadlines"]["regulator"]["state"], "met")
            daemon.run_until("2026-12-01T00:00:00Z")
            self.expect(daemon, {})
            daemon.json("close", reference)
            texts = self.expect(daemon, {"closure.essex-county-council.1": owner})
            self.assertIn("review", texts["closure.essex-county-council.1"])
            self.expect_timeline(daemon, reference, [
                "breach-recorded", "position-stated", "partner-acknowledged", "reminders-due", "matter-decided",
                "regulator-notice-due", "matter-decided", "regulator-notice-due", "notification-recorded",
                "breach-closed"])


class BedsWalk(Walk):
    """004: nothing in the clause: the law's 72 h, and each controller decides."""

    def test_r15_r14_the_controller_decides_by_itself_and_everybody_is_telephoned(self):
        """R15, R14: the controller concerned is asked by telephone; the steering group is asked for the review alone."""
        with FrozenDaemon(REPORTED) as daemon:
            breach = daemon.report("BEDS", "--controller", "bedfordshire-police", detected="2026-11-20T14:05:00Z",
                                   by="bedfordshire-police")
            reference = breach["id"]
            self.assertEqual(breach["deadlines"]["partners"]["due"], None)
            self.assertEqual(breach["deadlines"]["regulator"]["due"], "2026-11-23T14:05:00Z")
            self.assertEqual(breach["matters"]["ico"]["state"], "awaiting-decision")
            texts = self.expect(daemon, {
                "case-opened.ig-team.recorded": IG_TEAM,
                "telephone-task.bedfordshire-police.decision-request.recorded": IG_TEAM})
            self.assertIn("breachctl decide",
                          texts["telephone-task.bedfordshire-police.decision-request.recorded"])
            self.refused(daemon, "position", reference, "bedfordshire-police", "notify", says="asks nobody")
            daemon.json("decide", reference, "notify", "--name", "Joan Marsh", "--reason", "Harm is likely.")
            self.expect(daemon, {"telephone-task.owner.outcome.ico.1": IG_TEAM,
                                 "regulator-notice.submitter.initial.1": SUBMITTER})
            daemon.json("decide", reference, "do-not-notify", "--matter", "individuals", "--name", "Joan Marsh",
                        "--reason", "No high risk.", "--ground", "no-high-risk")
            self.expect(daemon, {"telephone-task.owner.outcome.individuals.1": IG_TEAM,
                                 "regulator-notice.submitter.initial.2": SUBMITTER})
            breach = daemon.json("notified", reference, "--reference", "IC-3")
            self.assertEqual(breach["deadlines"]["regulator"]["state"], "met")
            daemon.json("close", reference)
            texts = self.expect(daemon, {"telephone-task.owner.closure.1": IG_TEAM})
            self.assertIn("Information Sharing Steering Group", texts["telephone-task.owner.closure.1"])
            self.expect_timeline(daemon, reference, [
                "breach-recorded", "matter-decided", "regulator-notice-due", "matter-decided", "regulator-notice-due",
                "notification-recorded", "breach-closed"])


class Plans(AcceptanceTest):
    """`plan` against what then happens."""

    def test_a_plan_lists_what_then_happens_for_each_protocol(self):
        """Contract of plan: every notice with its recipient and instant, as the same breach then brings them."""
        detectors = {"EDATRS": "open-road", "EDATRS-DRAFT": "peabody", "EWS-ASC": "provide", "MOSAIC": "essex-police",
                     "BEDS": "bedfordshire-police"}
        for protocol, by in detectors.items():
            with self.subTest(protocol), FrozenDaemon(REPORTED) as daemon:
                before = daemon.journal_bytes()
                plan = daemon.json("plan", protocol, "--detected", "2026-11-20T14:05:00Z", "--reported", REPORTED, "--by", by)
                self.assertEqual(daemon.journal_bytes(), before, "a plan records nothing")
                daemon.report(protocol, detected="2026-11-20T14:05:00Z", by=by)
                daemon.run_until("2026-12-31T00:00:00Z")
                happened = [(order["kind"], order["to"], fact["at"]) for fact in daemon.facts()
                            if fact["type"] not in TIMELINE_LEFT_OUT for order in fact.get("notices", [])]
                planned = [(item["what"], item["to"], item["at"]) for item in plan if item["what"] != "deadline"]
                self.assertEqual(sorted(planned), sorted(happened))
                self.assertTrue(ordered(daemon.facts()))
                deadlines = [item["at"] for item in plan if item["what"] == "deadline"]
                shown = daemon.json("show", f"{protocol}-2026-0001")["deadlines"]
                due = [each["due"] for each in shown.values() if each["due"] is not None]
                self.assertEqual(sorted(deadlines), sorted(due))
                self.assertTrue(all(item["why"].endswith(".") for item in plan), plan)


if __name__ == "__main__":
    unittest.main()
