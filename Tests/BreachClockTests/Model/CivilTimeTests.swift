import Foundation
import Testing

@testable import BreachClock

@Suite("Civil days and times")
struct CivilTimeTests {
    private static let utc: Calendar? = TimeZone(identifier: "UTC").map { zone in
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        return calendar
    }

    @Test("Days are numbered as Foundation's Gregorian calendar has them, in every year that is accepted")
    func agreesWithFoundation() throws {
        let calendar = try #require(Self.utc)
        var generator = SeededGenerator(seed: 1970)
        let first = try #require(CivilDate(year: 1970, month: 1, day: 1)).daysSinceEpoch
        let last = try #require(CivilDate(year: 9998, month: 12, day: 31)).daysSinceEpoch
        #expect(first == 0)
        for days in (0..<2000).map({ _ in Int.random(in: first...last, using: &generator) }) + [first, last] {
            let date = CivilDate(daysSinceEpoch: days)
            let parts = calendar.dateComponents(
                [.year, .month, .day, .weekday], from: Date(timeIntervalSince1970: TimeInterval(days) * 86_400))
            #expect(date.year == parts.year && date.month == parts.month && date.day == parts.day)
            #expect(date.daysSinceEpoch == days)
            // Foundation counts from Sunday, 1.
            let weekday = try #require(parts.weekday)
            #expect(Weekday.allCases.firstIndex(of: date.weekday) == (weekday + 5) % 7)
            #expect(CivilDate(year: date.year, month: date.month, day: date.day) == date)
        }
    }

    @Test(
        "Days that are not in the calendar are none, and neither are years outside those accepted",
        arguments: [
            (2026, 2, 29), (1900, 2, 29), (2100, 2, 29), (2026, 4, 31), (2026, 6, 31), (2026, 0, 1), (2026, 13, 1),
            (2026, 1, 0), (2026, 1, 32), (0, 1, 1), (1969, 12, 31), (9999, 1, 1), (10_000, 1, 1), (-2026, 1, 1),
        ])
    func refusesDays(year: Int, month: Int, day: Int) {
        #expect(CivilDate(year: year, month: month, day: day) == nil)
    }

    @Test(
        "Leap years have a 29 February",
        arguments: [2000, 2024, 2028, 2096, 2400])
    func hasLeapDays(year: Int) throws {
        let leapDay = try #require(CivilDate(year: year, month: 2, day: 29))
        #expect(CivilDate(daysSinceEpoch: leapDay.daysSinceEpoch + 1).description == "\(year)-03-01")
    }

    @Test("A day is written as people and as machines read it")
    func writesDays() throws {
        let date = try #require(CivilDate("2026-11-05"))
        #expect(date.description == "2026-11-05")
        #expect(date.longText == "Thu 5 Nov 2026")
        #expect(CivilDate("2026-11-05 ") == nil)
        #expect(CivilDate("2026-11-31") == nil)
    }

    @Test("What a clock set to UTC shows turns back into the same instant, before the epoch too")
    func roundTripsUTC() {
        for seconds in [-86_401, -86_400, -86_399, -1, 0, 1, 86_399, 86_400, 1_795_183_500] {
            let civil = CivilTime(utc: Instant(seconds))
            #expect(civil.instantIfUTC == Instant(seconds))
            #expect((0..<86_400).contains(civil.secondOfDay))
            #expect(civil.hour * 3600 + civil.minute * 60 + civil.second == civil.secondOfDay)
        }
    }

    @Test("Days and times are ordered")
    func isOrdered() throws {
        let texts = [
            "2025-12-31 23:59", "2026-01-01 00:00", "2026-01-31 12:00", "2026-02-01 11:00", "2026-02-01 11:01",
        ]
        let times = try texts.map { try #require(CivilTime(local: $0)) }
        #expect(times.shuffled().sorted() == times)
        #expect(times.map(\.date).shuffled().sorted() == times.map(\.date))
    }

    @Test("Numbers are padded, never cut", arguments: [(5, 2, "05"), (12, 2, "12"), (123, 2, "123"), (0, 4, "0000")])
    func pads(number: Int, width: Int, text: String) {
        #expect(padded(number, width) == text)
    }
}
