import Testing

@testable import BreachClock

/// The arithmetic that a person can redo.
@Suite("Explaining")
struct ExplainingTests {
    private func explanations(_ world: World, _ reference: BreachReference) throws -> [Explanation] {
        world.clockwork.explanations(of: try world.breach(reference), at: world.now)
    }

    private func text(_ explanations: [Explanation], _ title: String) throws -> String {
        let found = try #require(explanations.first { $0.title == title }, "none of \(explanations.map(\.title))")
        return found.lines.map { "\($0.text) [\($0.source)]" }.joined(separator: "\n")
    }

    @Test("R1: Across the end of summer time each step can be redone, and names its clause")
    func endOfSummerTime() throws {
        // Fri 23 Oct 2026 09:30 BST is 08:30 UTC. 48 h later it is Sun 25 Oct 08:30 UTC, and since 01:00 UTC of that day
        // the clocks show UTC: 08:30 GMT, an hour less than 09:30.
        var world = try World(at: "2026-10-23T08:30:00Z")
        let reference = try world.report()
        let explanations = try explanations(world, reference)
        let partners = try text(explanations, "Partners informed by")
        for expected in [
            "Detected: Fri 23 Oct 2026 09:30 BST, UTC+01:00: 2026-10-23T08:30:00Z. [R3]",
            "Plus 48 h, which are 48 x 3600 s = 172800 s: 2026-10-25T08:30:00Z. [EDATRS section 11]",
            "In local time: Sun 25 Oct 2026 08:30 GMT, the same as UTC. [R3, Europe/London]",
            "The clocks go back by 1 h in between, at 2026-10-25T01:00:00Z (BST to GMT)",
            "reads 1 h earlier",
            "That is a Sunday; a period in hours does not move for it. [Regulation 1182/71 Art 3(4)]",
            "It is running. [R11, R24]",
        ] {
            #expect(partners.contains(expected), "\(expected) is not in\n\(partners)")
        }
        let law = try text(explanations, "Regulator notified by, as the law asks")
        #expect(law.contains("Plus 72 h, which are 72 x 3600 s = 259200 s: 2026-10-26T08:30:00Z. [UK GDPR Art 33(1)]"))
        let escalation = try text(explanations, "Matters without agreement go to the Protocol owner")
        // Monday 08:30 less 12 h is Sunday 20:30; no office hour lies between: brought forward to Friday 13:00 BST.
        for expected in [
            "The regulator's deadline: Mon 26 Oct 2026 08:30 GMT, the same as UTC: 2026-10-26T08:30:00Z.",
            "Less the Protocol owner's notice of 12 h: Sun 25 Oct 2026 20:30 GMT",
            "none, 0 h in all; 4 h are needed.",
            "Brought forward until there are 4 h: Fri 23 Oct 2026 13:00 BST to Fri 23 Oct 2026 17:00 BST.",
            "That is Fri 23 Oct 2026 13:00 BST, UTC+01:00: 2026-10-23T12:00:00Z.",
        ] {
            #expect(escalation.contains(expected), "\(expected) is not in\n\(escalation)")
        }
    }

    @Test("R1: Across the beginning of summer time the clocks go forward")
    func beginningOfSummerTime() throws {
        var world = try World(at: "2026-03-27T18:00:00Z")
        let reference = try world.report()
        let explanations = try explanations(world, reference)
        let partners = try text(explanations, "Partners informed by")
        #expect(partners.contains("The clocks go forward by 1 h in between, at 2026-03-29T01:00:00Z (GMT to BST)"))
        #expect(partners.contains("In local time: Sun 29 Mar 2026 19:00 BST, UTC+01:00."))
    }

    @Test("R2: Both instants are explained, each with its verdict, frozen once the controller has notified")
    func verdicts() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report("MOSAIC", by: "essex-police")
        try world.decideMatter(reference)
        world.now = world.now + 2.hours
        try world.notified(reference)
        let corrected = world.now - 10.hours
        try world.correct(reference) { $0.detectedAt = corrected }
        let explanations = try explanations(world, reference)
        let law = try text(explanations, "Regulator notified by, as the law asks")
        #expect(law.contains("Aware: Fri 20 Nov 2026 14:05 GMT"), "judged by what held when it notified: \(law)")
        #expect(
            law.contains("It notified on Fri 20 Nov 2026 16:05 GMT; what it is judged by does not move any more. [R2]"))
        #expect(law.contains("It is met."))
        let regulator = try text(explanations, "Regulator notified by")
        #expect(
            regulator.contains(
                "The clause sets no hours of its own, so the law's count. [MOSAIC section 10; UK GDPR Art 33(1)]"))
    }

    @Test("R8: A deadline that a correction moved says what it was before")
    func editions() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report()
        world.now = world.now + 1.hours
        let corrected = world.now - 3.hours
        try world.correct(reference) { $0.detectedAt = corrected }
        let partners = try text(explanations(world, reference), "Partners informed by")
        #expect(
            partners.contains(
                "This is edition 2 of the deadline, by a correction; before it was Sun 22 Nov 2026 14:05 GMT."))
    }

    @Test("R2: The protocol's instant is explained from the detection that held when the notification was recorded")
    func frozenDetection() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.agree(reference)
        world.now = world.now + 2.hours
        try world.notified(reference)
        let corrected = world.now - 10.hours
        try world.correct(reference) { $0.detectedAt = corrected }
        let protocols = try text(explanations(world, reference), "Regulator notified by, as the protocol asks")
        #expect(
            protocols.contains(
                "Detected, as recorded when the first notification was: Fri 20 Nov 2026 14:05 GMT, the same as UTC: "
                    + "2026-11-20T14:05:00Z. [R3]"))
        #expect(protocols.contains("2026-11-23T14:05:00Z. [EWS-ASC section 10]"))
    }

    @Test("R7: Whom a deadline is for is told by names, the partners' as the law's")
    func names() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report("EWS-ASC", by: "provide")
        let explanations = try explanations(world, reference)
        for title in ["Partners informed by", "Regulator notified by, as the law asks"] {
            let lines = try text(explanations, title)
            #expect(lines.hasPrefix("For Essex County Council; Provide. ["), "\(lines)")
        }
    }

    @Test("R8: A partner added later is explained with its four hours")
    func addedPartner() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let full = world.clockwork.settings
        try world.reload { try $0.change("EDATRS") { $0.partners.removeAll { $0.id == "peabody" } } }
        let reference = try world.report()
        world.reload { $0 = full }
        world.advance(to: world.now + 46.hours)
        try world.correct(reference) { $0.affected = ["peabody"] }
        let editions = try explanations(world, reference).filter { $0.title == "Partners informed by" }
        #expect(editions.count == 2)
        let added = try #require(editions.last).lines.map(\.text)
        #expect(added.first == "For Peabody.")
        #expect(
            added.contains(
                "Added on Sun 22 Nov 2026 12:05 GMT, so due 4 h later: Sun 22 Nov 2026 16:05 GMT."))
        #expect(!added.contains { $0.contains("edition") }, "it was never due by a deadline before")
    }

    @Test("R2: Where the protocol gives longer than the law, the law's instant is the earlier")
    func lawIsEarlier() throws {
        let settings = try Fixture.settings { try $0.change("EWS-ASC") { $0.clause.regulatorHours = 96 } }
        var world = try World(at: "2026-11-20T14:05:00Z", settings: settings)
        let reference = try world.report("EWS-ASC", by: "provide")
        let regulator = try text(explanations(world, reference), "Regulator notified by")
        #expect(
            regulator.contains(
                "The earlier of 2026-11-24T14:05:00Z and 2026-11-23T14:05:00Z: 2026-11-23T14:05:00Z. [R2]"))
    }

    @Test("R17: An escalation time that was past when the breach was recorded is explained as at once")
    func escalationAtOnce() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report("EWS-ASC", detected: world.now - 70.hours, by: "provide")
        let escalation = try text(
            explanations(world, reference), "Matters without agreement go to the Protocol Lead Organisation")
        #expect(
            escalation.contains(
                "That was past when the breach was recorded, on Fri 20 Nov 2026 14:05 GMT: at once. [R17]"))
    }

    /// A detection, and what the day that the partners' deadline falls on is called.
    static let days: [(detected: String, day: String?)] = [
        ("2026-11-19T14:05:00Z", "a Saturday"), ("2026-11-20T14:05:00Z", "a Sunday"),
        ("2026-12-23T14:05:00Z", "a closed day"), ("2026-11-17T14:05:00Z", nil),
        // A Saturday that is closed besides is called closed.
        ("2026-12-26T14:05:00Z", "a closed day"),
    ]

    @Test("R1: A deadline on a day when no office is open says so, and does not move", arguments: days)
    func closedDays(_ each: (detected: String, day: String?)) throws {
        var world = try World(at: instant(each.detected))
        let reference = try world.report("EWS-ASC", by: "provide")
        let partners = try text(explanations(world, reference), "Partners informed by")
        let said = each.day.map { "That is \($0); a period in hours does not move for it." }
        #expect(partners.contains("a period in hours does not move") == (said != nil))
        if let said { #expect(partners.contains(said), "\(partners)") }
    }

    /// How it stands, and how that is said.
    static let standings: [(hours: Int, partners: String, regulator: String)] = [
        (47, "It is met; the last was informed on Sun 22 Nov 2026 13:05 GMT.", "It is running."),
        (49, "It is done late; the last was informed on Sun 22 Nov 2026 15:05 GMT.", "It is running."),
        (
            73, "It is done late; the last was informed on Mon 23 Nov 2026 15:05 GMT.",
            "It is missed: it passed and was not done."
        ),
    ]

    @Test("R24: Each deadline says how it stands", arguments: standings)
    func standing(_ each: (hours: Int, partners: String, regulator: String)) throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report("EWS-ASC", by: "provide")
        world.advance(to: world.now + each.hours.hours)
        world.handOver()
        let explanations = try explanations(world, reference)
        #expect(try text(explanations, "Partners informed by").contains(each.partners))
        for title in ["", ", as the protocol asks", ", as the law asks"] {
            #expect(try text(explanations, "Regulator notified by\(title)").contains(each.regulator))
        }
    }

    @Test("R6: Below the threshold every deadline is said to be not required")
    func notRequired() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report("EWS-ASC", by: "provide", risk: .unlikely)
        let deadlines = try explanations(world, reference).filter { $0.title.contains(" by") }
        #expect(deadlines.count == 4)
        for each in deadlines { #expect(each.lines.contains { $0.text == "It is not required." }, "\(each.title)") }
    }

    @Test(
        "Every line of every protocol's explanation is a sentence and names its source",
        arguments: PlanningTests.protocols)
    func sources(_ each: (id: String, detector: String)) throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report(each.id, by: each.detector)
        for explanation in try explanations(world, reference) {
            #expect(!explanation.lines.isEmpty)
            for line in explanation.lines {
                #expect(line.text.hasSuffix("."))
                #expect(!line.source.isEmpty)
            }
        }
    }
}
