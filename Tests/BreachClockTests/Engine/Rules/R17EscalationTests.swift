import Testing

@testable import BreachClock

/// EWS-ASC: two partners, `essex-county-council` (which owns it) and `provide`, both controllers; 48 h and 72 h.
@Suite("R17: Escalation")
struct R17EscalationTests {
    /// A detection, when it was reported, and when its matters go to the owner.
    struct Timing: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var detected: String
        var reported: String?
        var escalated: String
        var change: @Sendable (inout Settings) -> Void

        init(
            _ description: String, detected: String, reported: String? = nil, escalated: String,
            _ change: @escaping @Sendable (inout Settings) -> Void = { _ in }
        ) {
            testDescription = description
            self.detected = detected
            self.reported = reported
            self.escalated = escalated
            self.change = change
        }
    }

    static let timings: [Timing] = [
        // Due Mon 23 Nov 17:00; 12 h before that is Mon 05:00, and Monday's 09:00 to 17:00 are eight office hours.
        Timing("Friday 17:00", detected: "2026-11-20T17:00:00Z", escalated: "2026-11-23T05:00:00Z"),
        // Due Mon 08:00; 12 h before is Sun 20:00, and no office opens between. Friday's last four hours: 13:00.
        Timing("Friday 08:00", detected: "2026-11-20T08:00:00Z", escalated: "2026-11-20T13:00:00Z"),
        // Due Mon 13:00: Monday's 09:00 to 13:00 are just the four hours, so the 12 h hold: Mon 01:00.
        Timing("Friday 13:00", detected: "2026-11-20T13:00:00Z", escalated: "2026-11-23T01:00:00Z"),
        // Due Mon 12:59: Monday has 3 h 59 min, Friday's last minute is the one that lacks.
        Timing("Friday 12:59", detected: "2026-11-20T12:59:00Z", escalated: "2026-11-20T16:59:00Z"),
        // Due Sun 28 Mar 10:00 UTC; Good Friday is closed, so Thursday's last four hours: 13:00 GMT.
        Timing("Thursday before Easter", detected: "2027-03-25T10:00:00Z", escalated: "2027-03-25T13:00:00Z"),
        // Due Sun 28 Mar 16:00 UTC; Thursday 13:00 was three hours before the detection: at once.
        Timing("Thursday before Easter, 16:00", detected: "2027-03-25T16:00:00Z", escalated: "2027-03-25T16:00:00Z"),
        // Due Tue 30 Mar 12:00 UTC, 13:00 BST; Easter Monday is closed. Tuesday 09:00 BST is 08:00 UTC: four hours.
        Timing("Easter Saturday 12:00", detected: "2027-03-27T12:00:00Z", escalated: "2027-03-30T00:00:00Z"),
        // A minute less: Thursday 25 Mar 16:59, which is past: at once.
        Timing("Easter Saturday 11:59", detected: "2027-03-27T11:59:00Z", escalated: "2027-03-27T11:59:00Z"),
        // Due Sun 27 Dec 16:45; 25 Dec is closed. Thursday's last four hours began at 13:00: at once.
        Timing("Christmas Eve 16:45", detected: "2026-12-24T16:45:00Z", escalated: "2026-12-24T16:45:00Z"),
        // Due Tue 29 Dec 10:00: an hour on Tuesday, none on Mon 28 (closed) nor Fri 25, three on Thursday: 14:00.
        Timing("Boxing Day 10:00", detected: "2026-12-26T10:00:00Z", escalated: "2026-12-26T10:00:00Z"),
        // The same, the closed days opened: an hour on Tuesday and three on Monday: 14:00.
        Timing("Boxing Day, no day closed", detected: "2026-12-26T10:00:00Z", escalated: "2026-12-28T14:00:00Z") {
            $0.officeHours.closed = []
        },
        // Spring 2026, 29 Mar: due Mon 30 Mar 12:00 UTC, 13:00 BST. Monday from 09:00 BST, 08:00 UTC: four hours.
        Timing("before summer time", detected: "2026-03-27T12:00:00Z", escalated: "2026-03-30T00:00:00Z"),
        // A minute less: Friday's last minute, still in GMT.
        Timing(
            "before summer time, a minute less", detected: "2026-03-27T11:59:00Z", escalated: "2026-03-27T16:59:00Z"),
        // Autumn 2026, 25 Oct: due Mon 26 Oct 12:00 UTC. Monday from 09:00 GMT: three hours; Friday's last hour ends at
        // 17:00 BST, 16:00 UTC: 15:00 UTC.
        Timing("before winter time", detected: "2026-10-23T12:00:00Z", escalated: "2026-10-23T15:00:00Z"),
        // An hour more: four hours on Monday, and the 12 h hold.
        Timing("before winter time, an hour more", detected: "2026-10-23T13:00:00Z", escalated: "2026-10-26T01:00:00Z"),
        // Reported 71 h late: Mon 05:00 is past.
        Timing(
            "reported 71 hours late", detected: "2026-11-20T17:00:00Z", reported: "2026-11-23T16:00:00Z",
            escalated: "2026-11-23T16:00:00Z"),
        Timing("no day of office hours", detected: "2026-11-20T08:00:00Z", escalated: "2026-11-22T20:00:00Z") {
            $0.officeHours.days = []
        },
        Timing("office hours of no length", detected: "2026-11-20T08:00:00Z", escalated: "2026-11-22T20:00:00Z") {
            $0.officeHours.toSecondOfDay = $0.officeHours.fromSecondOfDay
        },
        Timing("ownerOfficeHours 0", detected: "2026-11-20T08:00:00Z", escalated: "2026-11-22T20:00:00Z") {
            $0.timing.ownerOfficeSeconds = 0
        },
        Timing("ownerNotice 24 h", detected: "2026-11-20T17:00:00Z", escalated: "2026-11-22T17:00:00Z") {
            $0.timing.ownerNoticeSeconds = 24.hours
        },
        Timing("no notice at all", detected: "2026-11-20T17:00:00Z", escalated: "2026-11-23T17:00:00Z") {
            $0.timing.ownerNoticeSeconds = 0
            $0.timing.ownerOfficeSeconds = 0
        },
        // Twelve office hours before Mon 17:00: eight on Monday, four on Friday.
        Timing("ownerOfficeHours 12", detected: "2026-11-20T12:00:00Z", escalated: "2026-11-20T12:00:00Z") {
            $0.timing.ownerOfficeSeconds = 12.hours
        },
    ]

    @Test(
        "R17: The escalation time is the owner's notice before the deadline, with four office hours", arguments: timings
    )
    func escalatesInTime(timing: Timing) throws {
        var settings = try Fixture.settings()
        timing.change(&settings)
        var world = try World(at: timing.reported ?? timing.detected, settings: settings)
        let reference = try world.report("EWS-ASC", detected: instant(timing.detected), by: "provide")
        world.handOver()
        world.advance(to: world.now + 100.hours)
        let escalations = world.facts.filter { $0.event.escalation != nil }
        #expect(escalations.map(\.at) == Array(repeating: try instant(timing.escalated), count: 2))
        #expect(escalations.compactMap(\.event.escalation?.cause) == [.noAgreement, .noAgreement])
        #expect(escalations.compactMap(\.event.escalation?.matter) == [.ico, .individuals])
        #expect(escalations.allSatisfy { $0.event.escalation?.late == false })
        #expect(escalations.map(\.event).tokens == ["escalation.owner.ico.1", "escalation.owner.individuals.1"])
        let breach = try world.breach(reference)
        #expect(breach[.ico].state == .awaitingDecision && breach[.individuals].state == .awaitingDecision)
    }

    @Test("R17: The time shown is the time kept")
    func showsTheTime() throws {
        var world = try World(at: "2026-11-20T08:00:00Z")
        let reference = try world.report("EWS-ASC", by: "provide")
        #expect(try world.summary(reference).escalateAt == instant("2026-11-20T13:00:00Z"))
        let alone = try world.report("MOSAIC", by: "essex-police")
        #expect(try world.summary(alone).escalateAt == nil)
    }

    @Test("R17: All answered and they differ: at once, on that matter alone, though others agree")
    func escalatesDisagreement() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report { $0.facts.affected = ["open-road", "peabody", "forward-trust"] }
        try world.position(reference, "open-road", .notify)
        #expect(try world.recording { try $0.position(reference, "peabody", .doNotNotify) }.count == 1)
        world.now = world.now + 60
        let events = try world.recording { try $0.position(reference, "forward-trust", .notify) }
        #expect(events.compactMap(\.escalation?.cause) == [.disagreement])
        #expect(events.count == 2)
        let breach = try world.breach(reference)
        #expect(breach[.ico].state == .awaitingDecision)
        #expect(breach[.ico].escalation == Escalation(at: world.now, reason: .disagreement))
        #expect(breach[.individuals].state == .consulting)
    }

    @Test("R17: By hand it needs a reason, and is refused but in consultation")
    func escalatesByHand() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report("EWS-ASC", by: "provide")
        #expect(try world.refusedField { try $0.escalate(reference, reason: nil) } == "reason")
        let events = try world.recording { try $0.escalate(reference) }
        #expect(events.compactMap(\.escalation?.cause) == [.manual])
        #expect(events.tokens == ["escalation.owner.ico.1"])
        #expect(
            try world.breach(reference)[.ico].escalation
                == Escalation(at: world.now, reason: .manual, words: .written("Two partners cannot be reached.")))
        #expect(try world.refusedField { try $0.escalate(reference) } == "matter", "awaiting-decision")
        try world.decideMatter(reference)
        #expect(try world.refusedField { try $0.escalate(reference) } == "matter", "decided")
        try world.agree(reference, .notify, on: .individuals)
        #expect(try world.refusedField { try $0.escalate(reference, .individuals) } == "matter", "agreed")
        let unlikely = try world.report("EWS-ASC", by: "provide", risk: .unlikely)
        #expect(try world.refusedField { try $0.escalate(unlikely) } == "matter", "not-required")
        let alone = try world.report("MOSAIC", by: "essex-police")
        #expect(try world.refusedField { try $0.escalate(alone) } == "matter", "the owner's from the beginning")
        #expect(world.advance(to: world.now + 30.days).compactMap(\.escalation).isEmpty)
    }

    @Test(
        "R15, R17: Under a clause where one decides alone the clause has put the matter to them, and nothing does again"
    )
    func liesThereByTheClause() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        for (id, detector) in [("MOSAIC", "essex-police"), ("BEDS", "virgin-health")] {
            let breach = try world.recordedBreach(id, by: detector)
            #expect(breach[.ico].escalation == Escalation(at: world.now, reason: .clause))
        }
        #expect(world.advance(to: world.now + 30.days).compactMap(\.escalation).isEmpty)
    }

    @Test(
        "R16, R17, R18: Withdrawn by agreement, reopened by a changed mind, and escalated again with its own occasion")
    func escalatesAgain() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.escalate(reference)
        let agreed = try world.recording { try $0.agree(reference, .doNotNotify) }
        #expect(
            agreed.tokens == [
                "escalation-withdrawn.owner.ico.1", "outcome.essex-county-council.ico.1", "outcome.provide.ico.1",
            ])
        let again = try world.recording { try $0.position(reference, "provide", .notify) }
        #expect(
            again.tokens == [
                "correction.essex-county-council.ico.1", "correction.provide.ico.1", "escalation.owner.ico.2",
            ])
        #expect(try world.breach(reference)[.ico].escalation?.reason == .disagreement)
        let withdrawn = try world.recording { try $0.position(reference, "essex-county-council", .notify) }
        #expect(
            withdrawn.tokens == [
                "escalation-withdrawn.owner.ico.2", "outcome.essex-county-council.ico.2", "outcome.provide.ico.2",
                "regulator-notice.submitter.initial.1",
            ])
        #expect(try world.breach(reference)[.ico].escalations == 2)
    }

    @Test(
        "R17: An agreement undone after the escalation time goes to the owner at once, though somebody is silent again")
    func escalatesAfterItsTime() throws {
        var world = try World(at: "2026-11-20T17:00:00Z")
        let full = try Fixture.settings()
        try world.reload { try $0.change("EDATRS") { $0.partners.removeAll { $0.id == "peabody" } } }
        let reference = try world.report { $0.facts.affected = ["open-road"] }
        world.handOver()
        try world.agree(reference)
        world.advance(to: try instant("2026-11-23T06:00:00Z"))
        world.reload { $0 = full }
        let events = try world.recording { world in
            try world.correct(reference) { $0.affected = ["open-road", "peabody"] }
        }
        #expect(events.compactMap(\.escalation?.cause) == [.noAgreement])
        #expect(try world.breach(reference)[.ico].state == .awaitingDecision)
    }

    @Test("R4, R17: Nobody there at the escalation time: done at the next wake-up, once, marked late")
    func escalatesLate() throws {
        var world = try World(at: "2026-11-20T17:00:00Z")
        let reference = try world.report("EWS-ASC", by: "provide")
        world.handOver()
        let escalations = world.beAway(until: try instant("2026-11-23T09:00:00Z")).compactMap(\.escalation)
        #expect(escalations.map(\.late) == [true, true])
        #expect(try escalations.allSatisfy { try $0.due == instant("2026-11-23T05:00:00Z") })
        #expect(try world.notice("escalation.owner.ico.1", of: reference).lateSince == instant("2026-11-23T05:00:00Z"))
        #expect(world.advance(to: world.now + 30.days).compactMap(\.escalation).isEmpty)
    }
}
