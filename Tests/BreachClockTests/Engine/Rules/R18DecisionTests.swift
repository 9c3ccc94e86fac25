import Testing

@testable import BreachClock

@Suite("R18: The decision")
struct R18DecisionTests {
    private static let start = "2026-11-20T14:05:00Z"

    @Test("R18: A decision is refused while the partners are heard, naming who is silent, and once they agreed")
    func refusesBefore() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.position(reference, "provide", .notify)
        let refusal = try #require(throws: Refusal.self) { try world.decideMatter(reference) }
        #expect(refusal.field == "matter")
        #expect(refusal.reason.contains("essex-county-council") && !refusal.reason.contains("heard: provide"))
        try world.position(reference, "essex-county-council", .notify)
        let agreed = try #require(throws: Refusal.self) { try world.decideMatter(reference, .doNotNotify) }
        #expect(agreed.field == "matter" && agreed.reason.contains("a position would have to change first"))
        #expect(try world.refusedField { try $0.decideMatter(reference, revise: true) } == "matter")
        let unlikely = try world.report("EWS-ASC", by: "provide", risk: .unlikely)
        #expect(try world.refusedField { try $0.decideMatter(unlikely) } == "matter")
    }

    @Test("R18: A decision needs a name and a reason", arguments: ["name", "reason"])
    func needsNameAndReason(field: String) throws {
        var world = try World(at: Self.start)
        let reference = try world.report("MOSAIC", by: "essex-police")
        #expect(
            try world.refusedField { world in
                try world.decideMatter(reference) { if field == "name" { $0.name = nil } else { $0.reason = nil } }
            } == field)
        #expect(try world.breach(reference)[.ico].state == .awaitingDecision)
    }

    @Test("R18: The decision ends the matter, is told to the audience and the owner, and no agreement undoes it")
    func ends() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.escalate(reference)
        let events = try world.recording { try $0.decideMatter(reference, .doNotNotify) }
        #expect(events.tokens == ["outcome.essex-county-council.ico.1", "outcome.provide.ico.1"])
        #expect(
            try world.breach(reference)[.ico].settlement
                == Settlement(
                    outcome: .doNotNotify, at: world.now,
                    ruling: Ruling(
                        name: .written("Rhona Kettleby"), reason: .written("The files can be read by anybody."),
                        telling: .unsaid)))
        #expect(try world.recording { try $0.agree(reference, .notify) }.tokens.isEmpty)
    }

    @Test("R18: The owner is told of an outcome where it is none of the audience")
    func tellsTheOwner() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("BEDS", by: "virgin-health")
        let events = try world.recording { try $0.decideMatter(reference, .doNotNotify) }
        #expect(events.tokens == ["telephone-task.owner.outcome.ico.1"])
    }

    @Test("R18: A decision is changed by a revision, asked for as such, until the group has notified")
    func revises() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.escalate(reference)
        #expect(try world.refusedField { try $0.decideMatter(reference, revise: true) } == "revise", "none yet")
        try world.decideMatter(reference, .doNotNotify)
        #expect(try world.refusedField { try $0.decideMatter(reference) } == "revise", "not asked for")
        let revised = try world.recording { try $0.decideMatter(reference, .notify, revise: true) }
        #expect(
            revised.tokens == [
                "outcome.essex-county-council.ico.2", "outcome.provide.ico.2", "regulator-notice.submitter.initial.1",
            ])
        // Whoever was to notify is told that it is decided otherwise.
        let back = try world.recording { try $0.decideMatter(reference, .doNotNotify, revise: true) }
        #expect(
            back.tokens == [
                "outcome.essex-county-council.ico.3", "outcome.provide.ico.3", "outcome.submitter.ico.3",
            ])
        try world.notified(reference, ownDuty: "provide")
        try world.decideMatter(reference, .notify, revise: true)
        try world.notified(reference)
        #expect(try world.refusedField { try $0.decideMatter(reference, .doNotNotify, revise: true) } == "revise")
        #expect(try world.refusedField { try $0.decideMatter(reference, .doNotNotify) } == "revise")
    }

    @Test("R18: Only an agreement withdraws an escalation: no position, note, correction or time does")
    func isNotWithdrawn() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.escalate(reference)
        try world.position(reference, "provide", .notify)
        try world.note(reference)
        try world.correct(reference) { $0.records = 3 }
        try world.acknowledge(reference, "essex-county-council")
        world.advance(to: world.now + 30.days)
        #expect(try world.breach(reference)[.ico].state == .awaitingDecision)
        #expect(!world.facts.map(\.event).tokens.contains { $0.hasPrefix("escalation-withdrawn") })
        try world.position(reference, "essex-county-council", .notify)
        #expect(try world.breach(reference)[.ico].state == .agreed)
        #expect(world.facts.map(\.event).tokens.contains("escalation-withdrawn.owner.ico.1"))
    }

    @Test("R18: Where the protocol names no owner, the answer names it by the clause's own title")
    func namesTheOwnerByTitle() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EDATRS-DRAFT", by: "peabody")
        let refusal = #expect(throws: Refusal.self) { try world.decideMatter(reference) }
        #expect(refusal?.reason.contains("To put it to the Protocol owner before that") == true)
    }

    @Test("R13, R18: The decider is reminded before the regulator's deadline, while a decision is awaited")
    func remindsTheDecider() throws {
        var world = try World(at: Self.start)
        let start = world.now
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.agree(reference, .doNotNotify, on: .individuals)
        try world.escalate(reference)
        world.advance(to: start + 61.hours)
        try world.decideMatter(reference)
        world.advance(to: start + 100.hours)
        let reminders = world.facts.compactMap(\.event.reminder).filter { $0.key.subject == .decision }
        #expect(reminders.map { ($0.due - start) / 3600 } == [48, 60])
        #expect(reminders.flatMap(\.notices).allSatisfy { $0.kind == .decisionReminder && $0.recipient == .owner })
    }

    @Test("R18: Refused while the partners are consulted, it says how that very question is escalated")
    func saysHowToEscalate() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report()
        for (matter, command) in [
            (MatterName.ico, "breachctl escalate EDATRS-2026-0001 --reason TEXT."),
            (.individuals, "breachctl escalate EDATRS-2026-0001 --matter individuals --reason TEXT."),
        ] {
            let refusal = #expect(throws: Refusal.self) { try world.decideMatter(reference, .notify, on: matter) }
            #expect(refusal.map { "\($0)" }?.contains(command) == true, "\(String(describing: refusal))")
        }
    }

    @Test(
        "R18, R19: A controller that decides otherwise than another did is told how to record what it did, on that question"
    )
    func saysHowToNotifyAlone() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report("BEDS", by: "virgin-health")
        for (matter, option) in [(MatterName.ico, ""), (.individuals, " --matter individuals")] {
            try world.decideMatter(reference, .doNotNotify, on: matter)
            let refusal = #expect(throws: Refusal.self) { try world.decideMatter(reference, .notify, on: matter) }
            let command = "breachctl notified BEDS-2026-0001\(option) --own-duty CONTROLLER --reason TEXT."
            #expect(refusal.map { "\($0)" }?.contains(command) == true, "\(String(describing: refusal))")
        }
    }
}
