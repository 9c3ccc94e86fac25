import Testing

@testable import BreachClock

@Suite("breachctl: the same thing in the same words on each screen")
struct ScreenWordsTests {
    private static let screen = Screen(now: WireSamples.instant, zone: nil, columns: nil, hasColour: false)

    @Test(
        "R6: Lowered after the regulator was notified, what is not done of the other matter is not asked for any more")
    func lowered() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        for (protocolID, partner, isEnded) in [("EWS-ASC", "provide", true), ("MOSAIC", "essex-police", false)] {
            let reference = try world.report(protocolID, by: partner)
            for matter in MatterName.allCases {
                if isEnded { try world.escalate(reference, matter) }
                try world.decideMatter(reference, on: matter)
            }
            try world.notified(reference)
            try world.correct(reference) { $0.risk = .unlikely }
            let view = BreachView(try world.summary(reference).json)
            let text = MatterWords(view, Self.screen).text
            #expect(view.isAboveThreshold == !isEnded)
            #expect(text.contains("not carried out: the risk is unlikely") == isEnded, "\(text)")
            #expect(text.contains("--matter individuals") == !isEnded, "\(text)")
        }
    }

    @Test("R7: Who detected a breach is shown by its name, though the clause has it not told")
    func detector() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        for (protocolID, partner, name) in [
            ("MOSAIC", "essex-police", "Essex Police"), ("BEDS", "luton-borough-council", "Luton Borough Council"),
        ] {
            let reference = try world.report(protocolID, by: partner)
            let page = BreachPage(BreachView(try world.summary(reference).json), Self.screen).text
            #expect(page.contains(", by \(name)\n"), "\(page)")
        }
    }
}
