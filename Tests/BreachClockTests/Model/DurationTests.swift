import Testing

@testable import BreachClock

@Suite("Durations")
struct DurationTests {
    @Test(
        "A number and a unit make a duration",
        arguments: [
            ("24h", 86_400), ("90m", 5400), ("60s", 60), ("2d", 172_800), ("0h", 0), ("007m", 420),
            ("999999d", 86_399_913_600),
        ])
    func reads(text: String, seconds: Int) {
        #expect(durationSeconds(text) == seconds)
    }

    @Test(
        "Anything else makes none",
        arguments: [
            "", "h", "24", "24 h", "-1h", "+1h", "1.5h", "1h30m", "24H", "1w", "1000000s", "99999999999999999999s",
            "٣h", "1h ", " 1h",
        ])
    func refuses(text: String) {
        #expect(durationSeconds(text) == nil)
    }
}
