import Testing

@testable import BreachClock

@Suite("Instant")
struct InstantTests {
    @Test("R1: Hours are added as seconds, whatever the clocks on the walls do meanwhile")
    func addsSeconds() throws {
        let beforeTheChange = try instant("2026-10-24T09:30:00+01:00")
        #expect(beforeTheChange + 48 * secondsPerHour == (try instant("2026-10-26T08:30:00Z")))
        #expect(beforeTheChange + 48 * secondsPerHour - 48 * secondsPerHour == beforeTheChange)
    }

    @Test("The difference of two instants is negative when the left one is the earlier")
    func subtracts() {
        #expect(Instant(10) - Instant(4) == 6)
        #expect(Instant(4) - Instant(10) == -6)
    }

    @Test("Instants are ordered by time")
    func isOrdered() {
        #expect(Instant(1) < Instant(2))
        #expect(!(Instant(2) < Instant(2)))
        #expect([Instant(3), Instant(-1), Instant(2)].sorted() == [Instant(-1), Instant(2), Instant(3)])
    }
}
