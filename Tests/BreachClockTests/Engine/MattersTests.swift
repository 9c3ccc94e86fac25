import Testing

@testable import BreachClock

@Suite("Matters")
struct MattersTests {
    @Test(
        "R6, R15: A matter opens in consultation, with the decider, or not at all",
        arguments: [
            ("EDATRS", "open-road", Risk.likely, MatterState.consulting),
            ("EDATRS", "open-road", .unknown, .consulting), ("EDATRS", "open-road", .unlikely, .notRequired),
            ("EWS-ASC", "provide", .likely, .consulting), ("MOSAIC", "essex-police", .likely, .awaitingDecision),
            ("MOSAIC", "essex-police", .unlikely, .awaitingDecision),
            ("BEDS", "virgin-health", .likely, .awaitingDecision),
        ])
    func opens(protocolID: String, detector: String, risk: Risk, state: MatterState) throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report(protocolID, by: detector, risk: risk)
        let breach = try world.breach(reference)
        #expect(MatterName.allCases.map { breach[$0].state } == [state, state])
    }
}
