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
