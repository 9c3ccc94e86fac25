import Testing

@testable import BreachClock

@Suite("R22, R23: Notifying the regulator")
struct R22R23NotificationTests {
    private static let start = "2026-11-20T14:05:00Z"

    /// A breach of EWS-ASC on which it was agreed to notify.
    private static func agreed() throws -> (World, BreachReference) {
        var world = try World(at: start)
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.agree(reference)
        return (world, reference)
    }

    // MARK: - R22

    @Test("R22, R21: What a partner adds on how the people are told, after all agreed, goes to the regulator too")
    func tellingAfterAgreement() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.agree(reference, .notify)
        try world.agree(reference, .notify, on: .individuals)
        try world.notified(reference)
        let before = try world.breach(reference).notices.count { $0.order.kind == .regulatorNotice }
        try world.position(reference, "provide", .notify, on: .individuals) { $0.telling.when = "On Monday." }
        let after = try world.breach(reference).notices.filter { $0.order.kind == .regulatorNotice }
        #expect(after.count == before + 1)
        #expect(after.last?.order.occasion.hasPrefix("follow-up.") == true)
        #expect(try world.breach(reference)[.individuals].state == .agreed)
    }

    @Test(
        "R22: The regulator's notice is written once on the outcome to notify, and again after each change of what it says"
    )
    func writesTheNotice() throws {
        var (world, reference) = try Self.agreed()
        func notices() -> [String] { world.facts.map(\.event).tokens.filter { $0.hasPrefix("regulator-notice") } }
        #expect(notices() == ["regulator-notice.submitter.initial.1"])
        world.settle()
        world.restart()
        world.settle()
        #expect(notices().count == 1)

        try world.note(reference, .advice)
        try world.acknowledge(reference, "provide")
        try world.correct(reference) { $0.affected = ["provide"] }
        #expect(notices().count == 1, "advice, acknowledgements and whose position is awaited are not in it")
        try world.note(reference, .effect)
        #expect(notices().last == "regulator-notice.submitter.initial.2")
        try world.correct(reference, reason: nil) { $0.records = 5 }
        #expect(notices().last == "regulator-notice.submitter.initial.3")
        try world.agree(reference, .notify, on: .individuals)
        #expect(notices().last == "regulator-notice.submitter.initial.4", "that the people are told is in the form")

        try world.notified(reference)
        #expect(notices().count == 4, "what was submitted needs no follow-up")
        try world.note(reference, .action)
        #expect(notices().last == "regulator-notice.submitter.follow-up.5")
        try world.notified(reference, .followUp)
        #expect(notices().count == 5)
        try world.correct(reference) { $0.texts[.summary] = "Two laptops." }
        #expect(notices().last == "regulator-notice.submitter.follow-up.6")
        #expect(notices().count == 6)
        world.advance(to: world.now + 30.days)
        #expect(notices().count == 6)
    }

    @Test("R22: Not to notify, and no outcome at all, write none; notes change nothing of that")
    func writesNone() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.note(reference)
        try world.notified(reference, ownDuty: "provide")
        try world.agree(reference, .doNotNotify)
        try world.note(reference)
        #expect(!world.facts.map(\.event).tokens.contains { $0.hasPrefix("regulator-notice") })
    }

    @Test("R22: It goes to whoever submits it: the configured mailboxes, else the IG team's")
    func goesToTheSubmitter() throws {
        let (world, reference) = try Self.agreed()
        let directory = Directory(
            recorded: try world.breach(reference).sharingProtocol, isMailSafe: true, settings: world.clockwork.settings)
        #expect(directory.contact(.submitter)?.emails == ["dpo@essex-county-council.example"])
        let without = Directory(
            recorded: try world.breach(reference).sharingProtocol, isMailSafe: true,
            settings: try Fixture.settings { $0.regulator.submitter = [] })
        #expect(without.contact(.submitter)?.emails == without.contact(.igTeam)?.emails)
    }

    // MARK: - R23

    @Test("R3, R23: A notification before the detection or in the future is refused", arguments: [-1, 1.hours + 1])
    func refusesImpossibleTimes(seconds: Int) throws {
        var (world, reference) = try Self.agreed()
        let start = world.now
        world.now = start + 1.hours
        #expect(try world.refusedField { try $0.notified(reference, at: start + seconds) } == "at")
        try world.notified(reference, at: start)
        #expect(try world.breach(reference).regulatorDeadline.deadline.settledAt == start)
    }

    @Test("R23: A series: one initial, follow-ups, one final, in their order")
    func isASeries() throws {
        var (world, reference) = try Self.agreed()
        let start = world.now
        world.now = start + 1.hours
        for phase in [NotificationPhase.followUp, .final] {
            #expect(
                try world.refusedField { try $0.notified(reference, phase) } == "phase", "\(phase) before the initial")
        }
        try world.notified(reference)
        #expect(try world.refusedField { try $0.notified(reference) } == "phase", "a second initial")
        #expect(try world.refusedField { try $0.notified(reference, ownDuty: "provide") } == "phase", "one's own too")
        #expect(
            try world.refusedField { try $0.notified(reference, .followUp, at: start + 1) } == "at",
            "before the initial")
        try world.notified(reference, .followUp)
        try world.notified(reference, .followUp)
        try world.notified(reference, .final)
        #expect(try world.refusedField { try $0.notified(reference, .final) } == "phase", "a second final")
        try world.notified(reference, .followUp)
        #expect(
            try world.breach(reference).notifications.map(\.phase) == [
                .initial, .followUp, .followUp, .final, .followUp,
            ])
    }

    @Test("R23: The series is each controller's: the group's initial counts for those that it names")
    func isPerController() throws {
        var (world, reference) = try Self.agreed()
        try world.notified(reference) { $0.controllers = ["Provide"] }
        #expect(try world.summary(reference).controllers.map(\.state) == [.running, .met])
        #expect(try world.breach(reference).regulatorDeadline.deadline.state == .running)
        #expect(
            try world.refusedField {
                try $0.notified(reference) { $0.controllers = ["essex-county-council", "provide"] }
            }
                == "phase")
        try world.notified(reference)
        #expect(
            try world.breach(reference).notifications.map(\.controllers) == [["provide"], ["essex-county-council"]])
        #expect(try world.breach(reference).regulatorDeadline.deadline.state == .met)
    }

    /// Awareness 10 hours after detection: the protocol's deadline at 72 h, the law's at 82 h.
    @Test(
        "R2, R23: After the law's deadline the reasons for the delay are wanted, after the protocol's alone an internal one",
        arguments: [
            (72.hours, nil, .met, .met), (72.hours + 1, "reason", .late, .met), (82.hours, "reason", .late, .met),
            (82.hours + 1, "delayReason", .late, .late),
        ] as [(Int, String?, Deadline.State, Deadline.State)])
    func wantsReasons(seconds: Int, field: String?, byProtocol: Deadline.State, byLaw: Deadline.State) throws {
        var world = try World(at: Self.start)
        let detected = world.now - 10.hours
        let reference = try world.report("EWS-ASC", detected: detected, by: "provide") {
            $0.awareAt = detected + 10.hours
            $0.texts[.awareReason] = "The mail was read only then."
        }
        try world.agree(reference)
        world.advance(to: detected + 90.hours)
        #expect(try world.refusedField { try $0.notified(reference, at: detected + seconds) } == field)
        try? world.notified(reference, at: detected + seconds) {
            $0.reason = "The form was down."
            if field == "delayReason" { $0.delayReason = "The form was down." }
        }
        let summary = try world.summary(reference)
        #expect(summary.byProtocolState == byProtocol && summary.byLawState == byLaw)
        #expect(summary.regulatorDeadline.deadline.settledAt == detected + seconds)
        #expect(summary.regulatorDeadline.deadline.state == byProtocol)
    }

    @Test(
        "R11, R24: A notification entered late and made in time turns missed into met, and those told get a correction")
    func correctsTheMiss() throws {
        var (world, reference) = try Self.agreed()
        let start = world.now
        world.handOver()
        world.advance(to: start + 80.hours)
        #expect(try world.breach(reference).regulatorDeadline.deadline.state == .missed)
        var late = world
        let events = try world.recording { try $0.notified(reference, at: start + 72.hours) }
        #expect(events.tokens == ["correction.owner.regulator.1.met", "correction.ig-team.regulator.1.met"])
        #expect(try world.breach(reference).regulatorDeadline.deadline.state == .met)
        #expect(try world.breach(reference).misses.map(\.corrected) == [true])
        let told = try late.recording { try $0.notified(reference, at: start + 72.hours + 1) { $0.delayReason = "x" } }
        #expect(told.tokens.isEmpty)
        #expect(try late.breach(reference).regulatorDeadline.deadline.state == .late)
    }

    // MARK: - R2: verdicts

    @Test("R2, R23: Verdicts are frozen at the first notification: no later correction changes anything of them")
    func freezesVerdicts() throws {
        var (world, reference) = try Self.agreed()
        let start = world.now
        world.now = start + 10.hours
        try world.notified(reference)
        let frozen = try world.breach(reference).verdicts
        let deadline = try world.breach(reference).regulatorDeadline
        #expect(
            frozen["provide"]
                == Verdict(
                    notifiedAt: start + 10.hours, dueByLaw: start + 72.hours, dueByProtocol: start + 72.hours,
                    due: start + 72.hours))
        let corrections: [(inout CorrectCommand) -> Void] = [
            { $0.detectedAt = start - 100.hours }, { $0.awareAt = start - 90.hours },
            {
                $0.detectedAt = start + 5.hours; $0.awareAt = start + 6.hours
            },
            { $0.risk = .unknown },
        ]
        for correction in corrections {
            let events = try world.recording { try $0.correct(reference, correction) }
            #expect(try world.breach(reference).verdicts == frozen)
            #expect(try world.breach(reference).regulatorDeadline == deadline)
            let summary = try world.summary(reference)
            #expect(summary.byProtocolState == .met && summary.byLawState == .met)
            #expect(events.compactMap(\.miss).allSatisfy { $0.deadline == .partners })
        }
        #expect(
            try world.refusedField { try $0.correct(reference) { $0.detectedAt = start + 10.hours + 1 } } == "detected")
        try world.notified(reference, .followUp)
        #expect(try world.breach(reference).verdicts == frozen)
    }

    @Test("R2: One controller's frozen verdict leaves the other's deadline to the corrections")
    func freezesOneAlone() throws {
        var (world, reference) = try Self.agreed()
        let start = world.now
        world.now = start + 10.hours
        try world.notified(reference) { $0.controllers = ["provide"] }
        try world.correct(reference) { $0.detectedAt = start - 80.hours }
        let summary = try world.summary(reference)
        #expect(summary.controllers.map(\.dueByLaw) == [start - 8.hours, start + 72.hours])
        #expect(summary.controllers.map(\.state) == [.missed, .met])
        #expect(summary.regulatorDeadline.deadline.state == .missed)
        #expect(world.facts.compactMap(\.event.miss).count { $0.deadline == .regulator } == 1)
    }
}
