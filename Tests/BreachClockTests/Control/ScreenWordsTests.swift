import Testing

@testable import BreachClock

@Suite("breachctl: the same thing in the same words on each screen")
struct ScreenWordsTests {
    private static let screen = Screen(now: WireSamples.instant, zone: nil, columns: nil, hasColour: false)

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
