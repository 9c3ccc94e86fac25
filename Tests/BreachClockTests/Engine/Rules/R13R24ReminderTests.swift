import Testing

@testable import BreachClock

@Suite("R13, R24: Reminders for positions and decisions; what passes unmet")
struct R13R24ReminderTests {
    private static let start = "2026-11-20T17:00:00Z"

    @Test("R13: Partners without a position are reminded before the escalation time, each of what it has not said")
    func remindsTheSilent() throws {
        var world = try World(at: Self.start)
        let start = world.now
        let reference = try world.report("EWS-ASC", by: "provide")
        for id in ["provide", "essex-county-council"] { try world.acknowledge(reference, id) }
        world.handOver()
        try world.position(reference, "provide", .notify)
        // The escalation is 60 hours on.
        let first = world.advance(to: start + 36.hours)
        #expect(
            first.tokens == [
                "reminder.essex-county-council.positions.1.24h", "reminder.provide.positions.1.24h",
            ], "provide has not said a word on the people concerned")
        try world.position(reference, "provide", .notify, on: .individuals)
        #expect(world.advance(to: start + 48.hours).tokens == ["reminder.essex-county-council.positions.1.12h"])
        try world.escalate(reference, .individuals)
        #expect(world.advance(to: start + 56.hours).compactMap(\.reminder).map(\.key.subject) == [.position])
        try world.escalate(reference, .ico)
        let rest = world.advance(to: start + 30.days).compactMap(\.reminder)
        #expect(rest.map(\.key.subject) == [.decision, .decision, .decision])
        #expect(rest.map { ($0.due - start) / 3600 } == [60, 68, 71])
    }

    @Test("R13: No reminder of a position whose time was past when the breach was recorded")
    func skipsThePast() throws {
        var world = try World(at: Self.start)
        let start = world.now
        try world.report("EWS-ASC", detected: start - 50.hours, by: "provide")
        let reminders = world.advance(to: start + 30.days).compactMap(\.reminder)
        #expect(!reminders.contains { $0.key.subject == .position }, "it went to the owner at once")
    }

    @Test("R4, R13: Of a deadline that was missed nobody is reminded, though the clock be set back before it")
    func remindsOfNothingMissed() throws {
        var world = try World(at: Self.start)
        let start = world.now
        try world.report("MOSAIC", by: "essex-police")
        try world.report("EWS-ASC", by: "provide")
        world.beAway(until: start + 80.hours)
        world.now = start + 46.hours
        world.restart()
        #expect(world.settle().isEmpty)
        #expect(world.advance(to: start + 90.hours).isEmpty)
    }

    @Test("R13: While one matter is decided and the other awaited, the decider is still reminded")
    func remindsOfTheOther() throws {
        var world = try World(at: Self.start)
        let start = world.now
        let reference = try world.report("MOSAIC", by: "essex-police")
        try world.decideMatter(reference)
        #expect(world.advance(to: start + 48.hours).tokens.contains("decision-reminder.owner.decision.1.24h"))
        try world.decideMatter(reference, .doNotNotify, on: .individuals)
        #expect(world.advance(to: start + 71.hours).compactMap(\.reminder).isEmpty)
    }

    @Test("R24: What passes unmet is recorded once for each deadline, told to the owner and the IG team, and critical")
    func tellsOfMisses() throws {
        var world = try World(at: Self.start)
        let start = world.now
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.agree(reference)
        world.advance(to: start + 72.hours)
        #expect(try world.breach(reference).regulatorDeadline.deadline.state == .running)
        let events = world.advance(to: start + 72.hours + 1)
        #expect(events.tokens == ["deadline-missed.owner.regulator.1", "deadline-missed.ig-team.regulator.1"])
        #expect(world.status.level == .critical && world.status.overdue == 1)
        world.handOver()
        world.advance(to: start + 80.hours)
        try world.notified(reference) { $0.delayReason = "The form was down." }
        world.handOver()
        #expect(try world.breach(reference).regulatorDeadline.deadline.state == .late)
        let status = world.status
        #expect(status.overdue == 0)
        #expect(status.level != .critical, "\(status.summary)")
    }

    /// What was done when, and how the regulator's deadline then stands: due at 72 h.
    static let verdicts: [(notifiedAt: Int?, lookedAt: Int, Deadline.State)] = [
        (nil, 0, .running), (nil, 72.hours, .running), (nil, 72.hours + 1, .missed), (0, 1.hours, .met),
        (72.hours, 72.hours, .met), (72.hours, 90.hours, .met), (72.hours + 1, 90.hours, .late),
    ]

    @Test("R24: running, met, missed, late: each by the instant the thing was done", arguments: 0..<7)
    func judges(index: Int) throws {
        let (notifiedAt, lookedAt, state) = Self.verdicts[index]
        var world = try World(at: Self.start)
        let start = world.now
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.agree(reference)
        world.advance(to: start + lookedAt)
        if let notifiedAt {
            try world.notified(reference, at: start + notifiedAt) { $0.delayReason = "The form was down." }
        }
        #expect(try world.breach(reference).regulatorDeadline.deadline.state == state)
    }
}
