import Testing

@testable import BreachClock

@Suite("R21: Telling the people concerned")
struct R21IndividualsTests {
    private static let start = "2026-11-20T14:05:00Z"

    @Test("R21: A decision to tell says when, how and by whom", arguments: ["when", "how", "byWhom"])
    func saysHow(field: String) throws {
        var world = try World(at: Self.start)
        let reference = try world.report("MOSAIC", by: "essex-police")
        #expect(
            try world.refusedField { world in
                try world.decideMatter(reference, .notify, on: .individuals) { command in
                    switch field {
                    case "when": command.telling.when = nil
                    case "how": command.telling.how = nil
                    default: command.telling.byWhom = nil
                    }
                }
            } == field)
        try world.decideMatter(reference, .notify, on: .individuals)
        #expect(
            try world.breach(reference)[.individuals].settlement?.ruling?.telling
                == Telling(
                    when: .written("On Monday."), how: .written("By letter."), byWhom: .written("The council.")))
    }

    @Test("R21: A decision not to tell gives its ground in Art 34", arguments: TellingGround.allCases)
    func givesGround(ground: TellingGround) throws {
        var world = try World(at: Self.start)
        let reference = try world.report("MOSAIC", by: "essex-police")
        #expect(
            try world.refusedField {
                try $0.decideMatter(reference, .doNotNotify, on: .individuals) { $0.telling = .unsaid }
            } == "ground")
        try world.decideMatter(reference, .doNotNotify, on: .individuals) { $0.telling = TellingWords(ground: ground) }
        #expect(try world.breach(reference)[.individuals].settlement?.ruling?.telling == Telling(ground: ground))
    }

    /// What is said on telling where it does not belong.
    static let misplaced: [(MatterName, Outcome, TellingWords, String?)] = [
        (.ico, .notify, TellingWords(when: "Now."), "when"), (.ico, .notify, TellingWords(how: "x"), "how"),
        (.ico, .notify, TellingWords(byWhom: "x"), "byWhom"),
        (.ico, .doNotNotify, TellingWords(ground: .noHighRisk), "ground"),
        (.individuals, .doNotNotify, TellingWords(when: "Now.", ground: .noHighRisk), "when"),
        (.individuals, .notify, TellingWords(when: "x", how: "x", byWhom: "x", ground: .noHighRisk), "ground"),
        (.individuals, .notify, TellingWords(how: "By letter."), nil),
        (.individuals, .doNotNotify, TellingWords(ground: .unintelligible), nil),
        (.individuals, .notify, .unsaid, nil),
    ]

    @Test("R21: When, how, by whom and the ground are refused where they do not belong", arguments: 0..<9)
    func refusesMisplaced(index: Int) throws {
        let (matter, outcome, telling, field) = Self.misplaced[index]
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        #expect(
            try world.refusedField {
                try $0.position(reference, "provide", outcome, on: matter) { $0.telling = telling }
            }
                == field)
        let alone = try world.report("MOSAIC", by: "essex-police")
        guard let field else { return }
        #expect(
            try world.refusedField { try $0.decideMatter(alone, outcome, on: matter) { $0.telling = telling } } == field
        )
    }

    @Test("R18, R21: A decision stands once the people concerned were told, and the refusal says so")
    func standsOnceTold() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("MOSAIC", by: "essex-police")
        try world.decideMatter(reference, .notify, on: .individuals)
        try world.notified(reference, of: .individuals)
        let refusal = #expect(throws: Refusal.self) {
            try world.decideMatter(reference, .doNotNotify, on: .individuals, revise: true)
        }
        #expect(refusal?.field == "revise")
        #expect(refusal?.reason.hasPrefix("The people concerned were told of \(reference)") == true)
    }

    @Test("R21: It is asked of the whole audience, shares the escalation time, and has no deadline of its own")
    func sharesTheTime() throws {
        var world = try World(at: "2026-11-20T17:00:00Z")
        let reference = try world.report { $0.facts.affected = ["open-road"] }
        #expect(try world.breach(reference).asked(on: .individuals).count == 8)
        try world.agree(reference, .doNotNotify)
        #expect(try world.breach(reference)[.individuals].state == .consulting)
        world.handOver()
        let events = world.advance(to: world.now + 30.days)
        #expect(events.compactMap(\.escalation).map(\.matter) == [.individuals])
        #expect(try events.compactMap(\.escalation).map(\.due) == [instant("2026-11-23T05:00:00Z")])
        #expect(events.compactMap(\.miss).isEmpty)
    }

    @Test("R19, R21: That the people were told is recorded, of the group or on one's own duty, and settles no deadline")
    func recordsTelling() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        #expect(try world.refusedField { try $0.notified(reference, of: .individuals) } == "ownDuty")
        try world.notified(reference, of: .individuals, ownDuty: "provide")
        try world.agree(reference, .notify, on: .individuals)
        try world.notified(reference, of: .individuals)
        let breach = try world.breach(reference)
        #expect(breach.isNotified(of: .individuals) && !breach.isNotified(of: .ico))
        #expect(breach.verdicts.isEmpty)
        #expect(breach.regulatorDeadline.deadline.state == .running)
        try world.position(reference, "provide", .doNotNotify, on: .individuals)
        #expect(try world.breach(reference)[.individuals].state == .agreed)
    }
}
