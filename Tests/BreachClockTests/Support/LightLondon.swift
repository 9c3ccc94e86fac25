@testable import BreachClock

/// The zone Europe/London of these years, without asking anybody.
struct LightLondon: ZoneRules {
    let identifier = "Europe/London"

    /// 2026-03-29, 2026-10-25, 2027-03-28 and 2027-10-31, each at 01:00 UTC.
    private static let changes = [1_774_746_000, 1_792_890_000, 1_806_195_600, 1_824_944_400]

    static func isSummer(_ instant: Instant) -> Bool {
        changes.count { $0 <= instant.secondsSinceEpoch } % 2 == 1
    }

    func offset(at instant: Instant) -> ZoneOffset {
        Self.isSummer(instant)
            ? ZoneOffset(secondsEastOfUTC: 3600, abbreviation: "BST", isSummerTime: true)
            : ZoneOffset(secondsEastOfUTC: 0, abbreviation: "GMT", isSummerTime: false)
    }
}
