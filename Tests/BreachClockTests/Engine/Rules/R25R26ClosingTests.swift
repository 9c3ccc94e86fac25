import Testing

@testable import BreachClock

@Suite("R25, R26: Closing and reopening")
struct R25R26ClosingTests {
    private static let start = "2026-11-20T17:00:00Z"

    /// A breach of EWS-ASC with nothing left to do.
    private static func settled() throws -> (World, BreachReference) {
        var world = try World(at: start)
        let reference = try world.report("EWS-ASC", by: "provide")
        world.handOver()
        try world.acknowledge(reference, "essex-county-council")
        try world.agree(reference)
        try world.agree(reference, .doNotNotify, on: .individuals)
        try world.notified(reference)
        return (world, reference)
    }

    @Test(
        "R6, R25: A breach that was closed when nothing was asked is open again once its risk is raised",
        arguments: [1, 50])
    func raisedWhileClosed(hours: Int) throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide", risk: .unlikely)
        try world.close(reference)
        world.advance(to: world.now + hours.hours)
        try world.correct(reference) { $0.risk = .likely }
        world.settle()
        #expect(try world.breach(reference).phase == .open)
        #expect(world.status.open == 1)
        world.advance(to: world.now + 80.hours)
        #expect(world.status.level == .critical)
        #expect(try world.breach(reference)[.ico].state == .awaitingDecision)
        #expect(try world.recording { try $0.decideMatter(reference, .notify) }.tokens.isEmpty == false)
    }

    @Test("R25: What was closed with a reason stays closed, whatever is corrected")
    func staysClosed() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.close(reference, reason: "It is tried in court.")
        try world.correct(reference) { $0.risk = .unlikely }
        try world.correct(reference) { $0.risk = .likely }
        world.settle()
        #expect(try world.breach(reference).phase == .closed)
    }

    @Test("R25: A breach closes when nothing is outstanding, and the audience and the owner are told")
    func closes() throws {
        var (world, reference) = try Self.settled()
        let events = try world.recording { try $0.close(reference) }
        #expect(events.tokens == ["closure.essex-county-council.1", "closure.provide.1"])
        #expect(try world.breach(reference).phase == .closed)
        #expect(world.status.open == 0)
        #expect(try world.close(reference)?.contains("closed already") == true)
        #expect(world.advance(to: world.now + 30.days).isEmpty)
    }

    private static let silence = Outstanding.acknowledgement(by: ["essex-county-council"])

    /// What is left, by what was done.
    static let outstanding: [([Outstanding], @Sendable (inout World, BreachReference) throws -> Void)] = [
        (
            [
                silence, .deadline(.partners), .deadline(.regulator), .matter(.ico), .matter(.individuals),
            ], { _, _ in }
        ),
        (
            [silence, .deadline(.regulator), .matter(.ico), .matter(.individuals)],
            { world, _ in world.handOver() }
        ),
        (
            [.deadline(.regulator), .matter(.ico), .matter(.individuals)],
            { try $0.acknowledge($1, "essex-county-council") }
        ),
        (
            [.deadline(.regulator), .matter(.individuals)],
            {
                try $0.acknowledge($1, "essex-county-council")
                try $0.agree($1)
            }
        ),
        (
            [.deadline(.regulator), .action(.individuals)],
            {
                try $0.acknowledge($1, "essex-county-council")
                try $0.agree($1)
                try $0.agree($1, .notify, on: .individuals)
            }
        ),
        (
            [.matter(.individuals)],
            {
                try $0.acknowledge($1, "essex-county-council")
                try $0.agree($1, .doNotNotify)
            }
        ),
    ]

    @Test("R25: With something outstanding it needs a reason, and names what is left", arguments: 0..<6)
    func namesWhatIsLeft(index: Int) throws {
        let (left, prepare) = Self.outstanding[index]
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        try prepare(&world, reference)
        let refusal = try #require(throws: Refusal.self) { try world.close(reference) }
        #expect(refusal.field == "reason")
        let words = left.map { $0.words { $0 == "essex-county-council" ? "Essex County Council" : $0 } }
        #expect(
            refusal.reason.contains(" has this outstanding: \(words.joined(separator: "; ")). "), "\(refusal.reason)")
        try world.close(reference, reason: "The council was dissolved.")
        #expect(try world.breach(reference).closures.map(\.outstanding) == [left])
    }

    @Test("R25: Closed: acknowledgements, notifications, corrections and notes are recorded, the rest refused")
    func takesWhatItTakes() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.close(reference, reason: "Found.")
        #expect(try world.refusedField { try $0.position(reference, "provide", .notify) } == "breach")
        #expect(try world.refusedField { try $0.escalate(reference) } == "breach")
        #expect(try world.refusedField { try $0.decideMatter(reference) } == "breach")
        let count = world.facts.count
        try world.acknowledge(reference, "essex-county-council")
        try world.note(reference)
        try world.correct(reference) { $0.records = 3 }
        try world.notified(reference, ownDuty: "provide")
        try world.redact(reference, "summary")
        #expect(world.facts.count == count + 5)
        let refusal = try #require(throws: Refusal.self) { try world.position(reference, "provide", .notify) }
        #expect(refusal.reason.contains("reopen it first"))
    }

    @Test("R25: Closed, reminders and escalations stop; a deadline still running is judged, and its miss told once")
    func judgesWhatRuns() throws {
        var world = try World(at: Self.start)
        let start = world.now
        let reference = try world.report("EWS-ASC", by: "provide")
        world.handOver()
        world.advance(to: start + 1.hours)
        try world.close(reference, reason: "Found.")
        let events = world.advance(to: start + 30.days)
        #expect(events.count == 1)
        #expect(events.compactMap(\.miss?.deadline) == [.regulator])
        #expect(events.tokens == ["deadline-missed.owner.regulator.1", "deadline-missed.ig-team.regulator.1"])
        try world.reopen(reference)
        #expect(world.facts.compactMap(\.event.miss).count == 1)
    }

    @Test("R25: Reopening sends nothing for instants that passed meanwhile; what comes after goes out")
    func reopensQuietly() throws {
        var world = try World(at: Self.start)
        let start = world.now
        let reference = try world.report("EWS-ASC", by: "provide")
        world.handOver()
        world.advance(to: start + 1.hours)
        try world.close(reference, reason: "Found.")
        #expect(try world.breach(reference).closures.map(\.reopenedAt) == [nil])
        world.advance(to: start + 40.hours)
        #expect(try world.recording { try $0.reopen(reference, reason: "Not found.") }.count == 1)
        #expect(try world.reopen(reference)?.contains("is open") == true)
        // Reminders at 24 and 36 h passed; those at 44 and 47 h, and for positions at 48, 56 and 59 h, did not.
        let reminders = world.advance(to: start + 59.hours).compactMap(\.reminder)
        #expect(reminders.map { ($0.due - start) / 3600 } == [44, 47, 48, 56, 59])
        #expect(world.advance(to: start + 60.hours).compactMap(\.escalation).count == 2)
    }

    @Test("R25: An escalation time that passed while closed escalates nothing on reopening; by hand it still can be")
    func doesNotEscalateOnReopening() throws {
        var world = try World(at: Self.start)
        let start = world.now
        let reference = try world.report("EWS-ASC", by: "provide")
        world.handOver()
        world.advance(to: start + 1.hours)
        try world.close(reference, reason: "Found.")
        world.advance(to: start + 61.hours)
        try world.reopen(reference)
        #expect(world.advance(to: start + 65.hours).compactMap(\.escalation).isEmpty)
        #expect(try world.breach(reference)[.ico].state == .consulting)
        try world.escalate(reference)
        #expect(try world.breach(reference)[.ico].state == .awaitingDecision)
    }

    @Test("R25: A miss that nobody was there to record while it was closed is told on reopening")
    func tellsTheMiss() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        world.handOver()
        try world.close(reference, reason: "Found.")
        world.now = world.now + 100.hours
        let events = try world.recording { try $0.reopen(reference) }
        #expect(events.compactMap(\.miss?.deadline) == [.regulator])
    }

    @Test("R25: Closed a second time it is told a second time, with its own occasion")
    func closesAgain() throws {
        var (world, reference) = try Self.settled()
        try world.close(reference)
        try world.reopen(reference)
        let events = try world.recording { try $0.close(reference) }
        #expect(events.tokens == ["closure.essex-county-council.2", "closure.provide.2"])
        #expect(try world.breach(reference).closures.count == 2)
    }

    @Test("R25: The owner that is none of the audience is told; who was never told of the breach is not")
    func tellsThoseTold() throws {
        var world = try World(at: Self.start)
        let beds = try world.report("BEDS", by: "virgin-health")
        #expect(
            try world.recording { try $0.close(beds, reason: "Found.") }.tokens == ["telephone-task.owner.closure.1"])
        let unlikely = try world.report("EWS-ASC", by: "provide", risk: .unlikely)
        let events = try world.recording { try $0.close(unlikely) }
        #expect(events.tokens == ["closure.essex-county-council.1"], "the owner alone: nobody was told")
    }

    @Test("R26: A closed breach stays in the register, with all that was recorded of it")
    func staysInTheRegister() throws {
        var (world, reference) = try Self.settled()
        try world.note(reference, .advice, "Counsel said so.")
        try world.close(reference)
        world.restart()
        let all = try world.clockwork.list(all: true, overdueOnly: false, protocolID: nil, at: world.now)
        #expect(all.map(\.breach.reference) == [reference])
        #expect(try world.clockwork.list(all: false, overdueOnly: false, protocolID: nil, at: world.now).isEmpty)
        let breach = try world.breach(reference)
        #expect(breach.notes.map(\.text) == [.written("Counsel said so.")])
        #expect(breach[.ico].settlement?.outcome == .notify && breach[.individuals].settlement?.outcome == .doNotNotify)
        #expect(breach.verdicts.count == 2 && breach.notifications.count == 1)
    }
}
