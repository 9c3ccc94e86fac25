import Testing

@testable import BreachClock

@Suite("R19, R20: The law is never blocked; an outcome not to notify")
struct R19R20DutyTests {
    private static let start = "2026-11-20T14:05:00Z"

    @Test("R19: Without an outcome to notify the answer asks whose own duty it was")
    func asksWhoseDuty() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        let refusal = try #require(throws: Refusal.self) { try world.notified(reference) }
        #expect(refusal.field == "ownDuty")
        #expect(refusal.reason.contains("essex-county-council, provide"))
        try world.agree(reference, .doNotNotify)
        #expect(try world.refusedField { try $0.notified(reference) } == "ownDuty")
    }

    @Test("R19: On its own duty it needs a reason, a controller, and names nobody else")
    func checksOwnDuty() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        #expect(
            try world.refusedField { try $0.notified(reference, ownDuty: "provide") { $0.reason = nil } } == "reason")
        #expect(
            try world.refusedField {
                try $0.notified(reference, ownDuty: "provide") { $0.controllers = ["essex-county-council"] }
            } == "controllers")
        let other = try world.report(by: "open-road")
        #expect(try world.refusedField { try $0.notified(other, ownDuty: "open-road") } == "ownDuty", "a processor")
        #expect(throws: Refusal.self) { try world.notified(other, ownDuty: "nobody") }
    }

    /// How the breach stands when a controller notifies on its own duty.
    static let situations: [(name: String, prepare: @Sendable (inout World, BreachReference) throws -> Void)] = [
        ("consulting", { _, _ in }),
        ("escalated", { try $0.escalate($1) }),
        ("agreed not to", { try $0.agree($1, .doNotNotify) }),
        ("agreed to", { try $0.agree($1, .notify) }),
        (
            "decided not to",
            {
                try $0.escalate($1)
                try $0.decideMatter($1, .doNotNotify)
            }
        ),
        ("closed", { _ = try $0.close($1, reason: "Found.") }),
    ]

    @Test(
        "R19: On its own duty a controller notifies at any time, and settles nothing for anybody else", arguments: 0..<6
    )
    func notifiesAnyTime(index: Int) throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        try Self.situations[index].prepare(&world, reference)
        let before = try world.breach(reference)
        world.now = world.now + 1.hours
        try world.notified(reference, ownDuty: "provide")
        let breach = try world.breach(reference)
        #expect(breach.matters == before.matters)
        #expect(breach.verdicts.keys.sorted() == ["provide"])
        #expect(breach.hasInitial("provide", of: .ico) && !breach.hasInitial("essex-county-council", of: .ico))
        #expect(!breach.isNotified(of: .ico))
        let states = try world.summary(reference).controllers.map(\.state)
        let isOff = breach[.ico].settlement?.outcome == .doNotNotify
        #expect(states == [isOff ? .notRequired : .running, .met])
        #expect(breach.regulatorDeadline.deadline.state == (isOff ? .notRequired : .running))
        #expect(breach.regulatorDeadline.deadline.settledAt == nil)
    }

    @Test("R19: Each on its own duty settles the whole deadline, and the group's initial names who is left")
    func settlesTogether() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.notified(reference, ownDuty: "provide")
        var grouped = world
        try world.notified(reference, ownDuty: "essex-county-council")
        #expect(try world.breach(reference).regulatorDeadline.deadline.state == .met)
        try grouped.agree(reference)
        try grouped.notified(reference)
        #expect(
            try grouped.breach(reference).notifications.map(\.controllers) == [["provide"], ["essex-county-council"]])
        #expect(try grouped.breach(reference).regulatorDeadline.deadline.state == .met)
    }

    @Test("R20: Not to notify has the regulator's deadline not required: nothing passes, and nothing is told")
    func isNotRequired() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        world.handOver()
        try world.agree(reference, .doNotNotify)
        try world.agree(reference, .doNotNotify, on: .individuals)
        #expect(try world.breach(reference).regulatorDeadline.deadline.state == .notRequired)
        let summary = try world.summary(reference)
        #expect(summary.byProtocolState == .notRequired && summary.byLawState == .notRequired)
        #expect(world.advance(to: world.now + 30.days).compactMap(\.miss).isEmpty)
    }

    @Test("R20: A miss before it stays in the register")
    func keepsTheMiss() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        world.handOver()
        world.advance(to: world.now + 73.hours)
        #expect(try world.breach(reference).regulatorDeadline.deadline.state == .missed)
        try world.decideMatter(reference, .doNotNotify)
        let breach = try world.breach(reference)
        #expect(breach.regulatorDeadline.deadline.state == .notRequired)
        #expect(breach.misses.map(\.deadline) == [.regulator])
        // Decided otherwise after all, it is missed as it was, and not told again.
        let events = try world.recording { try $0.decideMatter(reference, .notify, revise: true) }
        #expect(events.compactMap(\.miss).isEmpty)
        #expect(try world.breach(reference).regulatorDeadline.deadline.state == .missed)
    }

    @Test("R20: Revised to notify it runs again, or is missed at once", arguments: [10, 73])
    func runsAgain(hours: Int) throws {
        var world = try World(at: Self.start)
        let start = world.now
        let reference = try world.report("EWS-ASC", by: "provide")
        world.handOver()
        try world.escalate(reference)
        try world.decideMatter(reference, .doNotNotify)
        world.advance(to: start + hours.hours)
        let events = try world.recording { try $0.decideMatter(reference, .notify, revise: true) }
        #expect(events.compactMap(\.miss?.due) == (hours == 10 ? [] : [start + 72.hours]))
        #expect(
            try world.breach(reference).regulatorDeadline.deadline.state == (hours == 10 ? .running : .missed))
        #expect(world.advance(to: start + 100.hours).compactMap(\.miss).count == (hours == 10 ? 1 : 0))
    }
}
