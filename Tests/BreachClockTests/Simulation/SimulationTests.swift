import Testing

@testable import BreachClock

/// A few lives in a debug build; `make sim` lives thousands in an optimised one.
@Suite("Simulation")
struct SimulationTests {
    @Test("R28, R4: Nothing acknowledged is lost and nothing is sent twice, whatever fails and stops", arguments: 0..<6)
    func live(seed: UInt64) throws {
        let simulation = try Simulation(seed: seed, example: try Fixture.settings())
        do {
            try simulation.run()
        } catch let failure as Simulation.Failure {
            Issue.record("make sim SEED=\(seed): \(failure.what)")
        }
    }
}
