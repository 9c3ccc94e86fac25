import Testing

@testable import BreachClock

@Suite("Entering times")
struct TimeEntryTests {
    private static func entry(now: String = "2026-11-20T14:05:00Z") throws -> TimeEntry {
        TimeEntry(now: try instant(now), zone: try FoundationZone.london())
    }

    @Test(
        "R3: A time is entered as RFC 3339, as local time, as now or as an age",
        arguments: [
            ("2026-11-20T14:05:00Z", "2026-11-20T14:05:00Z"), ("2026-11-20T14:05:00+02:00", "2026-11-20T12:05:00Z"),
            ("2026-11-20 13:05", "2026-11-20T13:05:00Z"), ("2026-11-20 13:05:07", "2026-11-20T13:05:07Z"),
            ("2026-11-20T13:05", "2026-11-20T13:05:00Z"), ("2026-07-01 13:05", "2026-07-01T12:05:00Z"),
            ("now", "2026-11-20T14:05:00Z"), ("NOW", "2026-11-20T14:05:00Z"), ("Now", "2026-11-20T14:05:00Z"),
            ("3h ago", "2026-11-20T11:05:00Z"), ("90m ago", "2026-11-20T12:35:00Z"),
            ("45s ago", "2026-11-20T14:04:15Z"), ("2d ago", "2026-11-18T14:05:00Z"),
            ("1d 3h ago", "2026-11-19T11:05:00Z"), ("3H AGO", "2026-11-20T11:05:00Z"),
            ("0s ago", "2026-11-20T14:05:00Z"),
        ])
    func reads(text: String, inUTC: String) throws {
        #expect(try Self.entry().instant(text, field: "detected") == instant(inUTC))
    }

    @Test("R1, R3: An age counts in seconds: a day ago is 24 hours, across a change of summer time too")
    func agesCountInSeconds() throws {
        let entry = try Self.entry(now: "2026-03-29T12:00:00Z")
        #expect(try entry.instant("1d ago", field: "detected") == instant("2026-03-28T12:00:00Z"))
        #expect(try entry.instant("24h ago", field: "detected") == instant("2026-03-28T12:00:00Z"))
    }

    @Test(
        "R3: What cannot be read is refused, and the answer shows what can",
        arguments: [
            "", " ", "yesterday", "3h", "ago", "-3h ago", "3 h ago", "3h before", "20/11/2026 14:05", "14:05",
            "2026-11-20", "2026-11-20T14:05:60Z", "2026-11-20T24:00:00Z", "2026-11-20 24:00", "2026-11-20 14:05:60",
            "2026-11-20T14:05:00+25:00", "0000-01-01T00:00:00Z", "9999-01-01T00:00:00Z", "10000-01-01T00:00:00Z",
            "2026-02-29 12:00", "2026-02-29T12:00:00Z", "999999d ago", "1e3h ago", "now!", "\u{0}", "2026-11-20\n14:05",
        ])
    func refuses(text: String) throws {
        let refusal = try #require(throws: Refusal.self) { try Self.entry().instant(text, field: "aware") }
        #expect(refusal.field == "aware")
        #expect(refusal.reason.contains(TimeEntry.accepted))
    }

    @Test("A text of any length is refused without being repeated")
    func refusesLongTexts() throws {
        let text = String(repeating: "9", count: 100_000)
        let refusal = try #require(throws: Refusal.self) { try Self.entry().instant(text, field: "at") }
        #expect(refusal.reason.count < 300)
    }

    @Test("Every way to write a time that a refusal shows can be read")
    func acceptsItsExamples() throws {
        let entry = try Self.entry()
        for text in ["2026-11-20T14:05:00Z", "2026-11-20 14:05", "now", "3h ago", "90m ago"] {
            #expect(TimeEntry.accepted.contains(text))
            #expect(throws: Never.self) { try entry.instant(text, field: "at") }
        }
    }

    /// A local time that is refused, and the two readings that the answer offers instead.
    struct Ambiguity: Sendable {
        var text: String
        var word: String
        var readings: [String]
        var zone = "Europe/London"
    }

    @Test(
        "R3: A local time that does not exist or occurs twice is refused with the readings that are accepted",
        arguments: [
            Ambiguity(
                text: "2026-03-29 01:30", word: "does not exist",
                readings: ["2026-03-29T00:30:00Z", "2026-03-29T02:30:00+01:00"]),
            Ambiguity(
                text: "2026-03-29 01:00", word: "does not exist",
                readings: ["2026-03-29T00:00:00Z", "2026-03-29T02:00:00+01:00"]),
            Ambiguity(
                text: "2026-10-25 01:30", word: "occurs twice",
                readings: ["2026-10-25T01:30:00+01:00", "2026-10-25T01:30:00Z"]),
            Ambiguity(
                text: "2026-10-25T01:59:59", word: "occurs twice",
                readings: ["2026-10-25T01:59:59+01:00", "2026-10-25T01:59:59Z"]),
            Ambiguity(
                text: "2026-11-01 01:30", word: "occurs twice",
                readings: ["2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00"], zone: "America/New_York"),
        ])
    func refusesAmbiguousTimes(case ambiguity: Ambiguity) throws {
        let entry = TimeEntry(
            now: try instant("2026-12-01T00:00:00Z"), zone: try FoundationZone(ambiguity.zone))
        let refusal = try #require(throws: Refusal.self) {
            try entry.instant(ambiguity.text, field: "detected")
        }
        #expect(refusal.field == "detected")
        #expect(refusal.reason.contains(ambiguity.text) && refusal.reason.contains(ambiguity.word))
        for reading in ambiguity.readings {
            #expect(refusal.reason.contains(reading), "\(refusal.reason)")
            #expect(try entry.instant(reading, field: "detected") == instant(reading))
        }
    }

    @Test("R3: Every quarter hour of the days around both changes is either read back as shown or refused")
    func readsBackAroundChanges() throws {
        let zone = try FoundationZone.london()
        let entry = TimeEntry(now: try instant("2026-12-01T00:00:00Z"), zone: zone)
        var refused = 0
        for change in ["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"] {
            for seconds in stride(from: -1.days, through: 1.days, by: 15.minutes) {
                let original = try instant(change) + seconds
                let civil = zone.civilTime(at: original)
                let text = "\(civil.date) \(padded(civil.hour, 2)):\(padded(civil.minute, 2))"
                if let read = try? entry.instant(text, field: "at") {
                    #expect(read == original, "\(text)")
                } else {
                    refused += 1
                    #expect(text.hasPrefix("2026-10-25 01:"), "\(text)")
                }
            }
        }
        // The four quarter hours that autumn repeats, each shown twice; what spring leaves out no clock shows.
        #expect(refused == 8)
    }

    @Test(
        "R3, R31: A time that is accepted can be written to the journal and read back",
        arguments: ["1970-01-01T00:00:00Z", "1970-01-01 01:00", "9998-12-31T23:59:59Z", "2026-11-20T14:05:00Z"])
    func acceptedTimesCanBeKept(text: String) throws {
        let read = try Self.entry().instant(text, field: "detected")
        #expect(Instant(rfc3339: read.rfc3339) == read, "kept as \(read.rfc3339), which cannot be read")
    }

    @Test(
        "R3, R31: A time whose offset takes it out of the years that are kept is refused",
        arguments: ["1970-01-01T00:00:00+01:00", "1970-01-01 00:30", "9998-12-31T23:59:59-23:59"])
    func refusesTimesThatCannotBeKept(text: String) throws {
        #expect(throws: Refusal.self) { try Self.entry().instant(text, field: "detected") }
    }

    @Test("R3, R31: An age that goes back beyond the years that are kept is refused, on a clock that was never set")
    func refusesAgesThatCannotBeKept() throws {
        let entry = try Self.entry(now: "1970-01-02T00:00:00Z")
        #expect(try entry.instant("1d ago", field: "detected") == Instant(0))
        #expect(throws: Refusal.self) { try entry.instant("2d ago", field: "detected") }
    }
}
