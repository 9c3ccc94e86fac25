import Testing

@testable import BreachClock

@Suite("R8: Corrections")
struct R8CorrectionTests {
    private static let start = "2026-11-20T14:05:00Z"

    /// A fact, and whether it was empty before.
    struct Change: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var fills: Bool
        var make: @Sendable (inout CorrectCommand) -> Void

        init(_ description: String, fills: Bool, _ make: @escaping @Sendable (inout CorrectCommand) -> Void) {
            testDescription = description
            self.fills = fills
            self.make = make
        }
    }

    static let changes: [Change] = [
        Change("occurred", fills: true) { $0.occurredAt = Instant(1_795_100_000) },
        Change("individuals", fills: true) { $0.individuals = 0 },
        Change("records", fills: true) { $0.records = 12 },
        Change("cyber", fills: true) { $0.cyber = .no },
        Change("measures", fills: true) { $0.texts[.measures] = "Locked." },
        Change("measures and records", fills: true) {
            $0.texts[.measures] = "Locked."
            $0.records = 1
        },
        Change("summary", fills: false) { $0.texts[.summary] = "Another laptop." },
        Change("records and summary", fills: false) {
            $0.records = 1
            $0.texts[.summary] = "Another laptop."
        },
        Change("risk", fills: false) { $0.risk = .unknown },
        Change("detected", fills: false) { $0.detectedAt = Instant(1_795_150_000) },
        Change("detected by", fills: false) { $0.detectedBy = "essex-county-council" },
        Change("channel", fills: false) { $0.isChannelCompromised = true },
        Change("affected", fills: false) { $0.affected = ["provide"] },
    ]

    @Test("R8: Filling an empty fact needs no reason and tells nobody; a correction needs one", arguments: changes)
    func needsReason(change: Change) throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        world.now = world.now + 10.minutes
        let field = try world.refusedField { try $0.correct(reference, reason: nil, change.make) }
        #expect(field == (change.fills ? nil : "reason"))
        if change.fills {
            #expect(world.facts.last?.event.orders == [])
            #expect(world.facts.count == 2)
        }
        // The second time nothing differs, whatever the reason.
        _ = try world.refusedField { try $0.correct(reference, change.make) }
        #expect(try world.refusedField { try $0.correct(reference, change.make) } == "reason")
    }

    /// What cannot be, and the field that it is refused for.
    static let impossible: [(String, @Sendable (inout CorrectCommand) -> Void)] = [
        ("detected", { $0.detectedAt = Instant(1_795_300_000) }),
        ("occurred", { $0.occurredAt = Instant(1_795_183_501) }),
        ("aware", { $0.awareAt = Instant(1_795_183_499) }),
        ("individuals", { $0.individuals = -1 }), ("records", { $0.records = 10_000_000_001 }),
        ("controllers", { $0.controllers = ["provide"] }),
        ("summary", { $0.texts[.summary] = "Her number is 943 476 5919." }),
    ]

    @Test("R3, R8: What cannot be is refused, each with its field", arguments: 0..<7)
    func refusesImpossible(index: Int) throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        #expect(
            try world.refusedField { try $0.correct(reference, Self.impossible[index].1) } == Self.impossible[index].0)
    }

    @Test("R8: A new detection works both deadlines out anew, tells the audience, and the history has both")
    func movesDeadlines() throws {
        var world = try World(at: Self.start)
        let start = world.now
        let reference = try world.report("EWS-ASC", by: "provide")
        world.now = start + 1.hours
        let events = try world.recording { try $0.correct(reference) { $0.detectedAt = start - 10.hours } }
        // Due on Monday 04:05 now, so the owner was to be asked on Friday 13:00: at once.
        #expect(
            events.tokens == [
                "correction.essex-county-council.corrected.1", "correction.provide.corrected.1",
                "escalation.owner.ico.1", "escalation.owner.individuals.1",
            ])
        let breach = try world.breach(reference)
        #expect(breach.partnersDeadline.due == start + 38.hours)
        #expect(breach.regulatorDeadline.deadline.due == start + 62.hours)
        #expect(breach.corrections.map(\.before.partnersDue) == [start + 48.hours])
        #expect(breach.corrections.map(\.after.regulatorDue) == [start + 62.hours])
        #expect(breach.regulatorEdition == DeadlineEdition(number: 2, since: world.now))
    }

    @Test("R8, R24: Each edition of a deadline is missed, and told, once")
    func missesEachEdition() throws {
        var world = try World(at: Self.start)
        let start = world.now
        let reference = try world.report("EWS-ASC", detected: start - 20.hours, by: "provide")
        world.advance(to: start + 60.hours)
        #expect(world.facts.compactMap(\.event.miss).map(\.edition) == [1, 1])
        // Found to have been detected 20 hours later: neither of the new editions has passed but the partners'.
        let events = try world.recording { try $0.correct(reference) { $0.detectedAt = start } }
        #expect(events.compactMap(\.miss).map(\.deadline) == [.partners])
        // Those told of a miss are told that it was judged by another instant.
        // The owner is one of the audience, and gets one letter.
        #expect(events.tokens.contains("correction.essex-county-council.corrected.1"))
        #expect(!events.tokens.contains("correction.owner.corrected.1"))
        #expect(events.tokens.contains("correction.ig-team.corrected.1"))
        #expect(try world.breach(reference).regulatorDeadline.deadline.state == .running)
        world.advance(to: start + 30.days)
        let misses = world.facts.compactMap(\.event.miss)
        #expect(
            misses.map { "\($0.deadline) \($0.edition)" } == ["partners 1", "regulator 1", "partners 2", "regulator 2"])
        #expect(misses.map { ($0.due - start) / 3600 } == [28, 52, 48, 72])
        #expect(Set(misses.flatMap(\.notices)).count == 8)
    }

    @Test("R8, R13: A new edition has reminders of its own, and none for times that were past")
    func remindsAnew() throws {
        var world = try World(at: Self.start)
        let start = world.now
        let reference = try world.report("EWS-ASC", by: "provide")
        world.handOver()
        world.advance(to: start + 40.hours)
        try world.correct(reference) { $0.detectedAt = start + 10.hours }
        let events = world.advance(to: start + 58.hours)
        let reminders = events.compactMap(\.reminder).filter { $0.key.subject == .acknowledgement }
        #expect(reminders.map(\.key.edition) == [2, 2, 2])
        #expect(reminders.map { ($0.due - start) / 3600 } == [46, 54, 57])
    }

    @Test("R2: Awareness is corrected for the controllers named, all unless named; it needs a reason when later")
    func correctsAwareness() throws {
        var world = try World(at: Self.start)
        let start = world.now
        let reference = try world.report("BEDS", detected: start - 10.hours, by: "virgin-health") {
            $0.controllers = ["virgin-health", "bedfordshire-police"]
        }
        try world.correct(reference) {
            $0.awareAt = start - 2.hours
            $0.controllers = ["virgin-health"]
        }
        var breach = try world.breach(reference)
        #expect(breach.regulatorDeadline.deadline.due == start + 62.hours, "the earliest counts")
        #expect(breach.dueByLaw("virgin-health") == start + 70.hours)
        try world.correct(reference) { $0.awareAt = start - 1.hours }
        breach = try world.breach(reference)
        #expect(breach.regulatorDeadline.deadline.due == start + 71.hours)
        #expect(try world.refusedField { try $0.correct(reference) { $0.detectedAt = start - 30.minutes } } == "aware")
    }

    @Test("R2: Awareness later than the detection needs a reason, of its own or of the correction")
    func awarenessNeedsReason() throws {
        var world = try World(at: Self.start)
        let start = world.now
        let reference = try world.report("EWS-ASC", detected: start - 10.hours, by: "provide")
        #expect(
            try world.refusedField { try $0.correct(reference, reason: nil) { $0.awareAt = start - 2.hours } }
                == "awareReason")
        #expect(
            try world.refusedField {
                try $0.correct(reference) { command in
                    command.awareAt = start - 2.hours
                    command.controllers = ["provide"]
                }
            } == nil)
        #expect(try world.breach(reference).facts.awareAt == ["provide": start - 2.hours])
    }

    @Test("R2: A reason that was given for one awareness explains no other: a new one needs its own")
    func awarenessNeedsItsOwnReason() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let start = world.now
        let reference = try world.report("EWS-ASC", detected: start - 10.hours, by: "provide") {
            $0.awareAt = start - 5.hours
            $0.texts[.awareReason] = "Only then was it opened."
        }
        let change: (inout CorrectCommand) -> Void = {
            $0.awareAt = start - 9.hours
            $0.controllers = ["provide"]
        }
        #expect(try world.refusedField { try $0.correct(reference, change) } == "awareReason")
        try world.correct(reference) { $0.individuals = 3 }
        try world.correct(reference) {
            change(&$0)
            $0.texts[.awareReason] = "Provide read the log first."
        }
        try world.correct(reference) {
            $0.awareAt = start - 10.hours
            $0.controllers = ["provide"]
        }
        #expect(try world.breach(reference).facts.awareAt == ["essex-county-council": start - 5.hours])
    }

    @Test("R2: Only a controller of the breach has an awareness to correct")
    func refusesOthersAwareness() throws {
        var world = try World(at: Self.start)
        let start = world.now
        let reference = try world.report(detected: start - 10.hours)
        let refusal = #expect(throws: Refusal.self) {
            try world.correct(reference) { command in
                command.awareAt = start - 2.hours
                command.controllers = ["peabody"]
            }
        }
        #expect(refusal?.field == "controllers")
        #expect(
            refusal?.reason == "peabody is no controller of \(reference); they are essex-county-council."
        )
    }

    // MARK: - Partners added

    /// EDATRS without Peabody, which joins the configuration after the report.
    private static func worldWithoutPeabody(risk: Risk = .likely) throws -> (World, BreachReference, [String]) {
        var world = try World(at: start)
        let full = world.clockwork.settings
        try world.reload { try $0.change("EDATRS") { $0.partners.removeAll { $0.id == "peabody" } } }
        let reference = try world.report(risk: risk)
        world.reload { $0 = full }
        return (world, reference, try world.breach(reference).audience.map(\.partnerID) + ["peabody"])
    }

    @Test(
        "R8: A partner added later is due at the deadline or four hours after being added, whichever is later",
        arguments: [(10, 48, 1), (44, 48, 1), (45, 49, 2), (60, 64, 2)])
    func addsPartner(hours: Int, due: Int, edition: Int) throws {
        var (world, reference, all) = try Self.worldWithoutPeabody()
        let start = world.now
        world.handOver()
        world.advance(to: start + hours.hours)
        let told = try world.recording { try $0.correct(reference) { $0.affected = all } }.tokens
        #expect(
            told.filter { !$0.hasPrefix("escalation") } == ["breach-notice.peabody.added.1"],
            "nobody else's deadline moved")
        let breach = try world.breach(reference)
        let member = try #require(breach.member("peabody"))
        #expect(breach.due(member) == start + due.hours)
        #expect(member.edition.number == edition)
        #expect(member.addedAt == world.now)
        #expect(breach.asked(on: .ico) == all && breach.asked(on: .individuals) == all)
        // Nobody hands its notice over: its own edition is missed, once.
        let misses = world.advance(to: start + 40.days).compactMap(\.miss).filter { $0.deadline == .partners }
        #expect(misses.map { ($0.due - start) / 3600 } == [due])
        #expect(misses.map(\.edition) == [edition])
    }

    @Test("R8: Those there from the beginning and one added later each miss their own edition, and each is told once")
    func missesBoth() throws {
        var (world, reference, all) = try Self.worldWithoutPeabody()
        let start = world.now
        world.advance(to: start + 46.hours)
        try world.correct(reference) { $0.affected = all }
        let misses = world.advance(to: start + 40.days).compactMap(\.miss).filter { $0.deadline == .partners }
        #expect(misses.map { ($0.due - start) / 3600 } == [48, 50])
        #expect(
            misses.flatMap(\.notices).map(\.token) == [
                "deadline-missed.owner.partners.1", "deadline-missed.ig-team.partners.1",
                "deadline-missed.owner.partners.2", "deadline-missed.ig-team.partners.2",
            ])
    }

    @Test(
        "R16: A partner added to an agreed matter reopens it, and its word then counts",
        arguments: [Outcome.notify, .doNotNotify])
    func reopens(outcome: Outcome) throws {
        var (world, reference, all) = try Self.worldWithoutPeabody()
        try world.agree(reference, .notify)
        #expect(try world.breach(reference)[.ico].state == .agreed)
        world.now = world.now + 1.hours
        let events = try world.recording { try $0.correct(reference) { $0.affected = all } }
        #expect(try world.breach(reference)[.ico].state == .consulting)
        // Those told of the agreement, and whoever was to notify, are told that it holds no more.
        #expect(events.tokens.contains("correction.submitter.ico.1"))
        #expect(events.tokens.contains("correction.open-road.ico.1"))
        try world.position(reference, "peabody", outcome)
        #expect(try world.breach(reference)[.ico].state == (outcome == .notify ? .agreed : .awaitingDecision))
    }

    @Test("R8: Who is on no list cannot be added, and a clause that tells nobody has nobody added")
    func addsNoStranger() throws {
        var (world, reference, _) = try Self.worldWithoutPeabody()
        #expect(throws: Refusal.self) { try world.correct(reference) { $0.affected = ["nobody"] } }
        let beds = try world.report("BEDS", by: "virgin-health")
        #expect(try world.refusedField { try $0.correct(beds) { $0.affected = ["bedfordshire-police"] } } == "affected")
    }

    /// When the second of two partners leaves the protocol, and whether it still joins.
    static let leavings: [(leftOn: String?, joins: Bool)] = [
        (nil, true), ("2026-11-21", true), ("2026-11-20", false), ("2026-06-30", false),
    ]

    @Test("R5, R8: Several join at once, each once, and none that has left the protocol", arguments: leavings)
    func addsSeveral(_ each: (leftOn: String?, joins: Bool)) throws {
        var world = try World(at: Self.start)
        let full = world.clockwork.settings
        try world.reload { settings in
            try settings.change("EDATRS") { $0.partners.removeAll { ["peabody", "forward-trust"].contains($0.id) } }
        }
        let reference = try world.report()
        world.reload { $0 = full }
        try world.reload { settings in
            try settings.change("EDATRS", partner: "peabody") { $0.leftOn = each.leftOn.flatMap { CivilDate($0) } }
        }
        let named = ["open-road", "forward-trust", "Forward-Trust", "peabody"]
        let field = try world.refusedField { try $0.correct(reference) { $0.affected = named } }
        #expect(field == (each.joins ? nil : "no such partner"))
        let members = try world.breach(reference).audience.map(\.partnerID).filter(named.contains)
        #expect(members == (each.joins ? ["open-road", "forward-trust", "peabody"] : ["open-road"]))
    }

    @Test("R8: The first to join a protocol that all others have left is due by an edition of its own")
    func joinsAnEmptyAudience() throws {
        var world = try World(at: Self.start)
        let full = world.clockwork.settings
        try world.reload { settings in
            for id in ["essex-county-council", "provide"] {
                try settings.change("EWS-ASC", partner: id) { $0.leftOn = CivilDate("2026-06-30") }
            }
        }
        let reference = try world.report("EWS-ASC", by: "provide")
        #expect(try world.breach(reference).audience.isEmpty)
        world.reload { $0 = full }
        world.now = world.now + 1.hours
        try world.correct(reference) { $0.affected = ["essex-county-council"] }
        let breach = try world.breach(reference)
        let member = try #require(breach.member("essex-county-council"))
        #expect(breach.audience == [member])
        #expect(breach.due(member) == world.now + 47.hours)
        #expect(breach.partnersDeadline.due == world.now + 47.hours)
    }

    @Test("R7, R8: Partners that are asked now, or no more, are told; the others are not")
    func tellsTheAsked() throws {
        var world = try World(at: Self.start)
        let reference = try world.report { $0.facts.affected = ["open-road", "peabody"] }
        let events = try world.recording { try $0.correct(reference) { $0.affected = ["open-road", "forward-trust"] } }
        #expect(events.tokens == ["correction.forward-trust.corrected.1", "correction.peabody.corrected.1"])
    }
}
