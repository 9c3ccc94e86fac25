import Foundation
import Testing

@testable import BreachClock

/// A time zone by Foundation's rules: the check on ours that shares nothing with them.
struct FoundationZone: ZoneRules {
    let identifier: String
    private let zone: TimeZone

    init(_ identifier: String) throws {
        self.identifier = identifier
        zone = try #require(TimeZone(identifier: identifier), "Foundation has no zone \(identifier)")
    }

    static func london() throws -> FoundationZone { try FoundationZone("Europe/London") }

    func offset(at instant: Instant) -> ZoneOffset {
        let date = Date(timeIntervalSince1970: TimeInterval(instant.secondsSinceEpoch))
        let seconds = zone.secondsFromGMT(for: date)
        return ZoneOffset(
            secondsEastOfUTC: seconds,
            abbreviation: abbreviation(seconds, date),
            isSummerTime: zone.isDaylightSavingTime(for: date)
        )
    }

    /// Foundation writes `GMT+1` for what the time-zone database calls `BST`.
    private func abbreviation(_ seconds: Int, _ date: Date) -> String {
        let british = [0: "GMT", 3600: "BST"]
        let own = identifier == "Europe/London" ? british[seconds] : nil
        return own ?? zone.abbreviation(for: date) ?? identifier
    }
}
