import Testing

@testable import BreachClock

/// What attackers and cold readers found, each as a test of the rule that it broke.
@Suite("R6 to R31: What was found by attack")
struct FoundByAttackTests {
    private static let start = "2026-11-20T14:05:00Z"

    private func kinds(_ events: [Event]) -> [String] { events.flatMap(\.orders).map(\.token) }

    // MARK: - Personal data with a reason

    /// Each command that takes a text, with personal data in it and the reason for that.
    private static let reason = "The list itself was leaked."
    private static let data = "The NHS number 943 476 5919 was read out."
    static let commands: [(name: String, make: @Sendable (String) -> Command)] = [
        (
            "position",
            { id in
                .position(
                    PositionCommand(
                        breach: id, partnerID: "peabody", outcome: .notify, matter: .ico, reason: data,
                        personalDataReason: reason))
            }
        ),
        ("note", { id in .note(NoteCommand(breach: id, kind: .effect, text: data, personalDataReason: reason)) }),
        (
            "escalate",
            { id in .escalate(EscalateCommand(breach: id, matter: .ico, reason: data, personalDataReason: reason)) }
        ),
        (
            "ack",
            { id in
                .acknowledge(
                    AcknowledgeCommand(
                        breach: id, partnerID: "peabody", name: "943 476 5919", personalDataReason: reason))
            }
        ),
        (
            "notified",
            { id in
                .notified(
                    NotifiedCommand(
                        breach: id, matter: .ico, phase: .initial, ownDuty: "essex-county-council", reason: data,
                        personalDataReason: reason))
            }
        ),
        (
            "correct",
            { id in
                .correct(
                    CorrectCommand(breach: id, texts: [.summary: data, .personalDataReason: reason], reason: data))
            }
        ),
        (
            "redact",
            { id in .redact(RedactCommand(breach: id, field: "summary", reason: data, personalDataReason: reason)) }
        ),
        ("close", { id in .close(CloseCommand(breach: id, reason: data, personalDataReason: reason)) }),
    ]

    @Test("R27, R31: What is recorded with a personal-data reason can be read back", arguments: commands)
    func personalDataReason(_ each: (name: String, make: @Sendable (String) -> Command)) throws {
        var world = try World(at: Self.start)
        let reference = try world.report()
        try world.carryOut(each.make(reference.description))
        let fact = try #require(world.facts.first { $0.sequence > 1 && $0.account == World.clerk })
        let names = fact.event.namedTexts.map(\.name)
        #expect(Set(names).count == names.count, "a text stands beside its fact once")
        #expect(names.contains("personalDataReason"))
        let line = JournalRecord.line(for: fact, after: .empty) { WireSamples.salt }
        #expect(try JournalRecord.read(line.bytes.dropLast()[...]).fact == fact)
    }

    // MARK: - Deadlines found late

    @Test("R24, R11: What was handed over late, and found before the miss was recorded, was missed all the same")
    func lateFoundFirst() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        world.now = world.now + 50.hours
        world.handOver()
        let events = world.settle()
        #expect(events.compactMap(\.miss).map(\.deadline) == [.partners])
        #expect(kinds(events).contains("deadline-missed.owner.partners.1"))
        #expect(try world.breach(reference).partnersDeadline.state == .late)
        #expect(world.settle().isEmpty)
    }

    @Test("R8, R24: A detection corrected so far back that what was in time is late, is a miss of the new edition")
    func correctedIntoLate() throws {
        var world = try World(at: Self.start)
        let detected = world.now - 40.hours
        let reference = try world.report("EWS-ASC", detected: detected, by: "provide")
        world.handOver()
        world.settle()
        #expect(try world.breach(reference).partnersDeadline.state == .met)
        let events = try world.recording { try $0.correct(reference) { $0.detectedAt = detected - 20.hours } }
        #expect(events.compactMap(\.miss).map { "\($0.deadline) \($0.edition)" } == ["partners 2"])
    }

    // MARK: - Risk

    @Test("R6, Art 33(2): A breach found out to be a processor's is told to its controllers whatever its risk")
    func processorFoundLater() throws {
        var world = try World(at: Self.start)
        let reference = try world.report(by: "essex-county-council", risk: .unlikely)
        let events = try world.recording { try $0.correct(reference) { $0.detectedBy = "open-road" } }
        #expect(kinds(events) == ["breach-notice.essex-county-council.corrected.1"])
    }

    @Test("R6, R22: A risk lowered after the notification withdraws nothing, and is told to the regulator")
    func loweredAfterNotification() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("MOSAIC", by: "essex-police")
        try world.decideMatter(reference)
        try world.notified(reference)
        var consulted = try World(at: Self.start)
        let other = try consulted.report("EWS-ASC", by: "provide")
        try consulted.agree(other)
        try consulted.notified(other)
        let events = try consulted.recording { try $0.correct(other) { $0.risk = .unlikely } }
        #expect(!kinds(events).contains { $0.hasPrefix("outcome.submitter") })
        #expect(kinds(events).contains { $0.hasPrefix("regulator-notice.submitter.follow-up") })
        #expect(try world.breach(reference).regulatorDeadline.deadline.state == .met)
    }

    @Test("R6, R22: A risk lowered and raised again asks anew for the notification")
    func loweredAndRaised() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide") { $0.texts[.reason] = "Readable." }
        try world.agree(reference)
        try world.correct(reference, reason: "Encrypted.") { $0.risk = .unlikely }
        let events = try world.recording { try $0.correct(reference, reason: "Readable.") { $0.risk = .likely } }
        #expect(kinds(events).contains { $0.hasPrefix("regulator-notice.submitter.initial") })
    }

    @Test("R25, R20: What was agreed to be notified and was not is outstanding, whatever the risk became")
    func notifyLeftUndone() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.agree(reference)
        try world.agree(reference, .doNotNotify, on: .individuals)
        try world.correct(reference) { $0.risk = .unlikely }
        #expect(try world.breach(reference).outstanding == [.action(.ico)])
        #expect(try world.refusedField { try $0.close(reference) } == "reason")
    }

    // MARK: - Who is asked

    @Test("R7: Nobody asked is refused: it would be agreement with nobody")
    func nobodyAsked() throws {
        var world = try World(at: Self.start)
        let refusal = #expect(throws: Refusal.self) { try world.report { $0.facts.affected = [] } }
        #expect(refusal?.field == "affected")
        let reference = try world.report()
        #expect(try world.refusedField { try $0.correct(reference) { $0.affected = [] } } == "affected")
    }

    @Test("R19, R23: The group follows up what the group notified, and a controller what it did itself")
    func followUps() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.agree(reference)
        try world.notified(reference, ownDuty: "provide")
        #expect(try world.refusedField { try $0.notified(reference, .followUp) } == "phase")
        try world.notified(reference, .followUp, ownDuty: "provide")
        #expect(try world.breach(reference).notified == nil)
        try world.notified(reference)
        try world.notified(reference, .followUp)
        #expect(try world.breach(reference).notifications.map(\.controllers).last == ["essex-county-council"])
    }

    @Test("R18: The same decision twice is recorded once, also as a revision")
    func sameDecisionTwice() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("MOSAIC", by: "essex-police")
        try world.decideMatter(reference)
        let count = world.facts.count
        try world.decideMatter(reference, revise: true)
        #expect(world.facts.count == count)
    }

    // MARK: - Time

    @Test("R17, R25: A deadline corrected after a reopening brings its own escalation time")
    func correctedAfterReopening() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.close(reference, reason: "Over the week-end.")
        world.advance(to: try instant("2026-11-23T03:00:00Z"))
        try world.reopen(reference)
        #expect(try world.breach(reference)[.ico].state == .consulting, "what passed while closed is not sent")
        let corrected = world.now - 61.hours
        let events = try world.recording { try $0.correct(reference) { $0.detectedAt = corrected } }
        #expect(events.compactMap(\.escalation).count == 2)
        #expect(events.compactMap(\.escalation).allSatisfy { $0.due == world.now && !$0.late })
    }

    @Test("R4: What a new configuration makes due at once is not late: nobody was away")
    func reloaded() throws {
        var world = try World(at: Self.start)
        try world.report("EWS-ASC", by: "provide")
        world.advance(to: world.now + 10.hours)
        world.reload { $0.timing.ownerNoticeSeconds = 70.hours }
        let escalations = world.settle().compactMap(\.escalation)
        #expect(escalations.count == 2)
        #expect(escalations.allSatisfy { !$0.late })
    }

    @Test("R4: A clock set back after a miss undoes no verdict")
    func setBack() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("MOSAIC", by: "essex-police")
        world.advance(to: world.now + 73.hours)
        world.now = world.now - 5.hours
        let summary = try world.summary(reference)
        #expect(summary.regulatorDeadline.deadline.state == .missed)
        #expect(summary.byLawState == .missed)
        #expect(summary.controllers.map(\.state) == [.missed])
    }

    @Test("R25: The last letters of a closed breach that nobody takes are critical all the same")
    func closedAndWaiting() throws {
        var world = try World(at: Self.start)
        let reference = try world.report(risk: .unlikely)
        try world.close(reference)
        world.now = world.now + 2.hours
        world.refreshGlances()
        #expect(world.status.level == .critical)
        #expect(world.status.open == 0)
        #expect(world.status.breaches.isEmpty)
        world.handOver()
        #expect(world.status.level == .ok)
    }

    @Test("R31: A letter staged with a text that was redacted is written anew")
    func stagedLetters() throws {
        var world = try World(at: Self.start)
        let reference = try world.report()
        let notices = world.clockwork.ledger.unwritten.map { PublishedNotice(identity: $0, addresses: ["a@b.example"]) }
        world.record(.noticesPublishing(notices))
        try world.redact(reference, "summary")
        #expect(try world.breach(reference).notices.allSatisfy { $0.addresses == nil })
        var replayed = world
        replayed.restart()
        #expect(
            try replayed.breach(reference).notices.map(\.addresses) == world.breach(reference).notices.map(\.addresses))
    }
}
