import Testing

@testable import BreachClock

@Suite("R6, R7: Risk and affected partners")
struct R6RiskTests {
    private static let start = "2026-11-20T14:05:00Z"

    /// How the matter `ico` stands when the risk is lowered.
    struct Lowering: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var after: MatterState
        var prepare: @Sendable (inout World, BreachReference) throws -> Void

        init(
            _ description: String, _ after: MatterState,
            _ prepare: @escaping @Sendable (inout World, BreachReference) throws -> Void
        ) {
            testDescription = description
            self.after = after
            self.prepare = prepare
        }
    }

    static let lowerings: [Lowering] = [
        Lowering("consulting", .notRequired) { _, _ in },
        Lowering("awaiting-decision", .notRequired) { try $0.escalate($1) },
        Lowering("agreed", .agreed) { try $0.agree($1, .notify) },
        Lowering("decided", .decided) {
            try $0.escalate($1)
            try $0.decideMatter($1, .notify)
        },
    ]

    @Test(
        "R6: Lowered, it ends what is open as not-required, tells those who were told, and keeps what was said",
        arguments: lowerings)
    func lowers(lowering: Lowering) throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        try lowering.prepare(&world, reference)
        try world.position(reference, "provide", .notify, on: .individuals)
        let before = try world.breach(reference)
        #expect(try world.refusedField { try $0.correct(reference, reason: nil) { $0.risk = .unlikely } } == "reason")
        let events = try world.recording { try $0.correct(reference) { $0.risk = .unlikely } }
        let submitter = before.submitted == nil ? [] : ["outcome.submitter.risk.1"]
        #expect(events.tokens == ["outcome.essex-county-council.risk.1", "outcome.provide.risk.1"] + submitter)
        let breach = try world.breach(reference)
        #expect(breach[.ico].state == lowering.after)
        #expect(breach[.individuals].state == .notRequired)
        #expect(breach[.individuals].positions.keys.sorted() == ["provide"])
        #expect(breach.notices.count == before.notices.count + events.tokens.count, "what was sent is kept")
        #expect(breach.partnersDeadline.state == .notRequired)
        #expect(breach.regulatorDeadline.deadline.state == .notRequired)
        #expect(world.advance(to: world.now + 30.days).isEmpty)
    }

    @Test(
        "R6: An unlikely risk needs a reason just where the clause wants likely harm told",
        arguments: [("EWS-ASC", "provide", "reason"), ("MOSAIC", "essex-police", nil)] as [(String, String, String?)])
    func unlikelyNeedsReason(protocolID: String, detector: String, field: String?) throws {
        var world = try World(at: Self.start)
        #expect(
            try world.refusedField {
                try $0.report(protocolID, by: detector, risk: .unlikely) { $0.texts[.reason] = nil }
            } == field)
        #expect(world.clockwork.ledger.references.count == (field == nil ? 1 : 0))
    }

    @Test("R6: Raised later, the deadlines count from the original detection, passed or not", arguments: [1, 50, 80])
    func raises(hours: Int) throws {
        var world = try World(at: Self.start)
        let start = world.now
        let reference = try world.report("EWS-ASC", by: "provide", risk: .unlikely)
        world.advance(to: start + hours.hours)
        let events = try world.recording { try $0.correct(reference) { $0.risk = .likely } }
        #expect(
            Array(events.tokens.prefix(2)) == [
                "breach-notice.essex-county-council.raised.1", "breach-notice.provide.raised.1",
            ])
        let breach = try world.breach(reference)
        #expect(breach.partnersDeadline.due == start + 48.hours)
        #expect(breach.regulatorDeadline.deadline.due == start + 72.hours)
        let misses: [DeadlineName] = hours == 80 ? [.partners, .regulator] : hours == 50 ? [.partners] : []
        #expect(events.compactMap(\.miss?.deadline) == misses)
        #expect(events.compactMap(\.miss).allSatisfy { !$0.late })
        // From Monday 02:05 on the matters go to the owner at once.
        let state: MatterState = hours == 80 ? .awaitingDecision : .consulting
        #expect(MatterName.allCases.map { breach[$0].state } == [state, state])
    }

    @Test("R6, R15: Raised, a matter opens where what was said before still counts")
    func raisedCountsPositions() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.position(reference, "provide", .notify)
        try world.correct(reference) { $0.risk = .unlikely }
        #expect(try world.refusedField { try $0.position(reference, "provide", .notify) } == "matter")
        let refusal = #expect(throws: Refusal.self) { try world.position(reference, "provide", .notify) }
        guard case .refused(_, let reason) = refusal else { return #expect(Bool(false), "nothing was refused") }
        #expect(reason.hasSuffix("breachctl correct \(reference) --risk likely --reason TEXT."))
        try world.correct(reference) { $0.risk = .unknown }
        #expect(try world.breach(reference)[.ico].state == .consulting)
        try world.position(reference, "essex-county-council", .notify)
        #expect(try world.breach(reference)[.ico].state == .agreed)
    }

    @Test("R6, R16: Below the threshold a changed mind reopens nothing; raised again, it counts")
    func agreementRestsBelowTheThreshold() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.agree(reference, .doNotNotify)
        try world.correct(reference) { $0.risk = .unlikely }
        #expect(try world.recording { try $0.position(reference, "provide", .notify) }.count == 1)
        #expect(try world.breach(reference)[.ico].state == .agreed)
        try world.correct(reference) { $0.risk = .likely }
        #expect(try world.breach(reference)[.ico].state == .awaitingDecision)
    }

    @Test("R6: Unknown counts as likely: between them nobody is told of a change")
    func unknownIsLikely() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        #expect(try world.recording { try $0.correct(reference) { $0.risk = .unknown } }.tokens.isEmpty)
        #expect(try world.breach(reference)[.ico].state == .consulting)
    }

    @Test("R6: Under the threshold any, lowering ends nothing and tells nobody")
    func anyStays() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("MOSAIC", by: "essex-police")
        #expect(try world.recording { try $0.correct(reference) { $0.risk = .unlikely } }.tokens.isEmpty)
        #expect(try world.breach(reference)[.ico].state == .awaitingDecision)
        #expect(world.advance(to: world.now + 30.days).compactMap(\.miss).map(\.deadline) == [.regulator])
    }

    @Test("R6: A processor's unlikely breach is told to the controllers, and raised to everybody once more")
    func processorTellsControllers() throws {
        var world = try World(at: Self.start)
        let reference = try world.report(by: "open-road", risk: .unlikely)
        #expect(
            try world.breach(reference).notices.map(\.order.token) == [
                "breach-notice.essex-county-council.recorded", "case-opened.ig-team.recorded",
            ])
        let events = try world.recording { try $0.correct(reference) { $0.risk = .likely } }
        #expect(events.tokens.count { $0.hasPrefix("breach-notice") } == 8)
    }

    // MARK: - R7

    @Test("R7: Naming affected partners narrows whose position on notifying is awaited, and nothing else")
    func narrows() throws {
        var world = try World(at: Self.start)
        let reference = try world.report { $0.facts.affected = ["open-road", "peabody"] }
        let breach = try world.breach(reference)
        #expect(breach.asked(on: .ico) == ["open-road", "peabody"])
        #expect(breach.asked(on: .individuals).count == 8)
        #expect(breach.notices.count { $0.order.kind == .breachNotice } == 8)
        // Another may still state one, which counts for nothing.
        try world.position(reference, "forward-trust", .doNotNotify)
        try world.agree(reference, .notify, ["open-road", "peabody"])
        #expect(try world.breach(reference)[.ico].settlement?.outcome == .notify)
        #expect(try world.breach(reference)[.ico].positions.count == 3)
    }

    @Test("R7: The detecting partner's position counts as every other")
    func detectorCounts() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.position(reference, "essex-county-council", .notify)
        #expect(try world.breach(reference)[.ico].state == .consulting)
        try world.position(reference, "provide", .notify)
        #expect(try world.breach(reference)[.ico].state == .agreed)
    }

    @Test("R6: Lowering the risk ends the partners' deadline where it is open, and keeps it where it was met")
    func keepsWhatWasMet() throws {
        for isInformed in [true, false] {
            var world = try World(at: "2026-11-20T14:05:00Z")
            let reference = try world.report()
            world.handOver { isInformed || $0.recipient != .partner("forward-trust") }
            world.now = world.now + 60
            try world.correct(reference) { $0.risk = .unlikely }
            #expect(try world.breach(reference).partnersDeadline.state == (isInformed ? .met : .notRequired))
            world.now = world.now + 60
            try world.acknowledge(reference, "forward-trust")
            #expect(try world.breach(reference).partnersDeadline.state == (isInformed ? .met : .notRequired))
        }
    }

    @Test(
        "R6: What was met before the risk was lowered stays so when the detection is corrected after, and no miss is told"
    )
    func isJudgedByWhatHeld() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report()
        world.handOver()
        world.advance(to: world.now + 12.hours)
        try world.correct(reference) { $0.risk = .unlikely }
        let detected = world.now
        world.advance(to: world.now + 1.hours)
        try world.correct(reference) { $0.detectedAt = detected - 70.hours }
        world.advance(to: world.now + 3.days)
        let breach = try world.breach(reference)
        #expect(breach.partnersDeadline.state == .met)
        #expect(breach.misses.isEmpty)
    }

    @Test("R6, R11: A partner that joined and knows does not make met what the others were never told")
    func isNotMetByOne() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let full = world.clockwork.settings
        try world.reload { try $0.change("EDATRS") { $0.partners.removeAll { $0.id == "phoenix-futures" } } }
        let reference = try world.report()
        world.advance(to: world.now + 46.hours)
        world.reload { $0 = full }
        try world.correct(reference) { $0.affected = ["open-road", "phoenix-futures"] }
        try world.acknowledge(reference, "phoenix-futures")
        world.advance(to: world.now + 1.hours)
        try world.correct(reference) { $0.risk = .unlikely }
        let deadline = try world.breach(reference).partnersDeadline
        #expect(deadline.state == .notRequired && deadline.settledAt == nil)
    }
}
