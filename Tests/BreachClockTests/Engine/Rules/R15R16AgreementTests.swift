import Testing

@testable import BreachClock

@Suite("R15, R16: Consultation and agreement")
struct R15R16AgreementTests {
    private static let start = "2026-11-20T14:05:00Z"

    /// Who says what in which order, and what comes of it.
    struct Sequence: Sendable, CustomTestStringConvertible {
        /// `c` is the council, `p` Provide; `+` is to notify, `-` not to.
        var said: String
        var state: MatterState
        var outcome: Outcome?
        var testDescription: String { "“\(said)” -> \(state.rawValue)" }

        init(_ said: String, _ state: MatterState, _ outcome: Outcome? = nil) {
            self.said = said
            self.state = state
            self.outcome = outcome
        }

        func say(_ world: inout World, _ reference: BreachReference, on matter: MatterName) throws {
            for word in said.split(separator: " ") {
                let id = word.hasPrefix("c") ? "essex-county-council" : "provide"
                try world.position(reference, id, word.hasSuffix("+") ? .notify : .doNotNotify, on: matter)
                world.now = world.now + 60
            }
        }
    }

    static let sequences: [Sequence] = [
        Sequence("", .consulting), Sequence("c+", .consulting), Sequence("p-", .consulting),
        Sequence("c+ c-", .consulting), Sequence("c+ c+", .consulting),
        Sequence("c+ p+", .agreed, .notify), Sequence("p+ c+", .agreed, .notify),
        Sequence("c- p-", .agreed, .doNotNotify), Sequence("c+ c- p-", .agreed, .doNotNotify),
        Sequence("c+ p-", .awaitingDecision), Sequence("c- p+", .awaitingDecision),
        Sequence("c+ p- p+", .agreed, .notify), Sequence("c+ p- c-", .agreed, .doNotNotify),
        Sequence("c+ p+ p-", .awaitingDecision), Sequence("c- p- c+", .awaitingDecision),
        Sequence("c+ p+ p- p+", .agreed, .notify), Sequence("c- p- p+ c+", .agreed, .notify),
        Sequence("c+ p+ p+", .agreed, .notify),
    ]

    @Test(
        "R16: Agreement is everybody asked saying the same, whoever says it first", arguments: sequences,
        MatterName.allCases)
    func agrees(sequence: Sequence, matter: MatterName) throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        try sequence.say(&world, reference, on: matter)
        let breach = try world.breach(reference)
        #expect(breach[matter].state == sequence.state)
        #expect(breach[matter].settlement?.outcome == sequence.outcome)
        #expect(breach[matter].settlement?.ruling == nil)
        let other = matter == .ico ? MatterName.individuals : .ico
        #expect(breach[other].state == .consulting, "the other matter is another question")
        var replayed = world
        replayed.restart()
        #expect(replayed.clockwork.ledger == world.clockwork.ledger)
    }

    @Test("R16: Silence is no position: seven of eight agreeing is none")
    func needsAll() throws {
        var world = try World(at: Self.start)
        let reference = try world.report()
        let asked = try world.breach(reference).asked(on: .ico)
        try world.agree(reference, .notify, Array(asked.dropLast()))
        #expect(try world.breach(reference)[.ico].state == .consulting)
        #expect(try world.breach(reference).silent(on: .ico) == ["peabody"])
        let events = try world.recording { try $0.position(reference, "peabody", .notify) }
        #expect(events.compactMap(\.agreement?.outcome) == [.notify])
        let told = asked.map { "outcome.\($0).ico.1" }
        #expect(events.tokens == told + ["regulator-notice.submitter.initial.1"])
    }

    @Test("R16: Not to notify needs a reason; to notify does not", arguments: MatterName.allCases)
    func needsReason(matter: MatterName) throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        #expect(
            try world.refusedField {
                try $0.position(reference, "provide", .doNotNotify, on: matter) { $0.reason = nil }
            }
                == "reason")
        #expect(try world.refusedField { try $0.position(reference, "provide", .notify, on: matter) } == nil)
    }

    @Test("R16: The same position twice is recorded once; another reason is another position")
    func recordsOnce() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.position(reference, "provide", .doNotNotify)
        let count = world.facts.count
        #expect(
            try world.position(reference, "provide", .doNotNotify)?.contains("Provide said the same before") == true)
        #expect(world.facts.count == count)
        #expect(try world.position(reference, "provide", .doNotNotify) { $0.reason = "Nobody saw it." } == nil)
        #expect(world.facts.count == count + 1)
    }

    @Test("R16: Once the group's notification is recorded a changed mind is recorded and undoes nothing")
    func standsOnceNotified() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.agree(reference)
        try world.notified(reference)
        let events = try world.recording { try $0.position(reference, "provide", .doNotNotify) }
        #expect(events.count == 1)
        #expect(try world.breach(reference)[.ico].state == .agreed)
        #expect(try world.breach(reference)[.ico].positions["provide"]?.outcome == .doNotNotify)
    }

    @Test("R16, R19: A notification on a controller's own duty lets minds change as before")
    func ownDutyFreezesNoAgreement() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.agree(reference, .doNotNotify)
        try world.notified(reference, ownDuty: "provide")
        try world.position(reference, "provide", .notify)
        #expect(try world.breach(reference)[.ico].state == .awaitingDecision)
    }

    @Test("R16: Positions are recorded in every state but not-required, and move nothing that was decided")
    func recordsInEveryState() throws {
        var world = try World(at: Self.start)
        let decided = try world.report("EWS-ASC", by: "provide")
        try world.escalate(decided)
        try world.decideMatter(decided, .doNotNotify)
        try world.agree(decided, .notify)
        #expect(try world.breach(decided)[.ico].state == .decided)
        #expect(try world.breach(decided)[.ico].settlement?.outcome == .doNotNotify)
        #expect(try world.breach(decided)[.ico].positions.count == 2)

        let alone = try world.report("MOSAIC", by: "essex-police")
        try world.position(alone, "essex-county-council", .notify)
        #expect(try world.breach(alone)[.ico].state == .awaitingDecision, "the clause has no consultation")

        let unlikely = try world.report("EWS-ASC", by: "provide", risk: .unlikely)
        #expect(try world.refusedField { try $0.position(unlikely, "provide", .notify) } == "matter")
        let nobody = try world.report("BEDS", by: "virgin-health")
        #expect(try world.refusedField { try $0.position(nobody, "virgin-health", .notify) } == "partner")
        #expect(try world.refusedField { try $0.position(alone, "essex-police", .notify) } == "partner")
    }

    @Test("R16: After a partner is no longer asked the matter is worked out from the positions left")
    func worksOutAnew() throws {
        var world = try World(at: Self.start)
        let reference = try world.report { $0.facts.affected = ["open-road", "peabody", "forward-trust"] }
        try world.position(reference, "open-road", .notify)
        try world.position(reference, "peabody", .notify)
        let agreed = try world.recording { try $0.correct(reference) { $0.affected = ["open-road", "peabody"] } }
        #expect(agreed.compactMap(\.agreement?.outcome) == [.notify])
        try world.position(reference, "forward-trust", .doNotNotify)
        #expect(try world.breach(reference)[.ico].state == .agreed, "it is asked no more")
        let differing = try world.recording {
            try $0.correct(reference) { $0.affected = ["open-road", "forward-trust"] }
        }
        #expect(differing.compactMap(\.escalation?.cause) == [.disagreement])
    }

    @Test(
        "R15: It opens in consultation, or with whoever decides alone, who is asked at once",
        arguments: [
            ("EDATRS", "open-road", MatterState.consulting, []),
            ("EDATRS-DRAFT", "open-road", .consulting, []),
            ("EWS-ASC", "provide", .consulting, []),
            ("MOSAIC", "essex-police", .awaitingDecision, ["decision-request.owner.recorded"]),
        ])
    func opens(id: String, detector: String, state: MatterState, asked: [String]) throws {
        var world = try World(at: Self.start)
        let breach = try world.recordedBreach(id, by: detector)
        #expect(MatterName.allCases.map { breach[$0].state } == [state, state])
        #expect(breach.notices.map(\.order.token).filter { $0.hasPrefix("decision-request") } == asked)
    }

    @Test("R15: Where each controller decides, each of those concerned is asked, and may be telephoned")
    func asksControllers() throws {
        let settings = try Fixture.settings { settings in
            try settings.change("BEDS", partner: "virgin-health") { $0.contact.emails = ["ig@virgin-health.example"] }
        }
        var world = try World(at: Self.start, settings: settings)
        let reference = try world.report("BEDS", by: "virgin-health") {
            $0.controllers = ["virgin-health", "bedfordshire-police"]
        }
        #expect(
            try world.breach(reference).notices.map(\.order.token) == [
                "case-opened.ig-team.recorded", "decision-request.virgin-health.recorded",
                "telephone-task.bedfordshire-police.decision-request.recorded",
            ])
    }
}
