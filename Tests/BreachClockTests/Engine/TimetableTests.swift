import Testing

@testable import BreachClock

@Suite("R17: Office hours and the clocks")
struct TimetableTests {
    /// A night office, by the clocks of London: when it opens on a day when they change, and when it closes.
    static let nights: [(day: String, from: String, opens: String)] = [
        // The hour that autumn repeats: the first time round.
        ("2026-10-25", "01:30", "2026-10-25T00:30:00Z"),
        // In spring 01:00 is the instant at which the clocks show 02:00.
        ("2026-03-29", "01:00", "2026-03-29T01:00:00Z"), ("2026-03-29", "00:30", "2026-03-29T00:30:00Z"),
        ("2026-03-29", "02:00", "2026-03-29T01:00:00Z"), ("2026-03-28", "01:30", "2026-03-28T01:30:00Z"),
    ]

    private static func opening(_ day: String, from: String) throws -> Timetable.Opening? {
        let settings = try Fixture.settings { settings in
            settings.officeHours.days = Set(Weekday.allCases)
            settings.officeHours.fromSecondOfDay = try #require(CivilTime(local: "2000-01-01 \(from)")).secondOfDay
            settings.officeHours.toSecondOfDay = 6 * 3600
        }
        let timetable = Timetable(settings, zone: try FoundationZone.london())
        return timetable.opening(on: try #require(CivilDate(day)))
    }

    @Test("R3, R17: An office opens when the clocks show its hour, the first time that they do", arguments: nights)
    func opens(_ night: (day: String, from: String, opens: String)) throws {
        let opening = try #require(try Self.opening(night.day, from: night.from))
        #expect(opening.opens == (try instant(night.opens)))
        let summer = night.day == "2026-03-29"
        #expect(opening.closes == (try instant("\(night.day)T0\(summer ? 5 : 6):00:00Z")))
    }

    @Test("R17: An hour that spring leaves out begins when the clocks go forward")
    func opensInTheGap() throws {
        let opening = try #require(try Self.opening("2026-03-29", from: "01:30"))
        let change = try instant("2026-03-29T01:00:00Z")
        #expect(opening.opens == change)
        #expect(opening.opens < opening.closes)
    }
}
