import Foundation
import Testing

@testable import BreachClock

@Suite("Instant: RFC 3339")
struct InstantTextTests {
    @Test("R3: The instants that can be written again are those of the years that are accepted, whatever the number")
    func years() throws {
        let years = CivilDate.years
        let first = try #require(CivilDate(year: years.lowerBound, month: 1, day: 1))
        let last = try #require(CivilDate(year: years.upperBound, month: 12, day: 31))
        let range = Instant.withinYears
        #expect(CivilTime(utc: range.lowerBound) == CivilTime(date: first, secondOfDay: 0))
        #expect(CivilTime(utc: range.upperBound) == CivilTime(date: last, secondOfDay: 86_399))
        for number in [Int.min, .min + 1, -1, range.upperBound.secondsSinceEpoch + 1, .max] {
            #expect(!Instant(number).isWithinYears, "\(number)")
        }
        #expect(range.lowerBound.isWithinYears && range.upperBound.isWithinYears)
    }

    @Test(
        "R3: RFC 3339 is read with any offset",
        arguments: [
            ("2026-11-20T14:05:00Z", "2026-11-20T14:05:00Z"),
            ("2026-11-20t14:05:00z", "2026-11-20T14:05:00Z"),
            ("2026-10-25T01:30:00+01:00", "2026-10-25T00:30:00Z"),
            ("2026-11-20T14:05:00-05:30", "2026-11-20T19:35:00Z"),
            ("2026-11-20T00:05:00+00:10", "2026-11-19T23:55:00Z"),
            ("2026-11-20T23:59:59-23:59", "2026-11-21T23:58:59Z"),
            ("2026-11-20T23:59:59+23:59", "2026-11-20T00:00:59Z"),
            ("2026-11-20T14:05:00-00:00", "2026-11-20T14:05:00Z"),
            ("2026-11-20T14:05:00.999Z", "2026-11-20T14:05:00Z"),
            ("2028-02-29T12:00:00Z", "2028-02-29T12:00:00Z"),
            ("2000-02-29T12:00:00Z", "2000-02-29T12:00:00Z"),
        ])
    func reads(text: String, inUTC: String) throws {
        let read = try #require(Instant(rfc3339: text))
        #expect(read.rfc3339 == inUTC)
        #expect(read == (try instant(inUTC)))
    }

    @Test(
        "R3: What is no time, or no time that is kept, is no instant",
        arguments: [
            "", "now", "2026-11-20", "2026-11-20T14:05Z", "2026-11-20T14:05:00", "2026-11-20 14:05:00Z",
            "2026-11-20T14:05:60Z", "2026-11-20T23:59:60Z", "2026-11-20T24:00:00Z", "2026-11-20T14:60:00Z",
            "2026-11-20T14:05:00+25:00", "2026-11-20T14:05:00+24:00", "2026-11-20T14:05:00+01:60",
            "2026-11-20T14:05:00+0100", "2026-11-20T14:05:00+01", "2026-11-20T14:05:00 Z", "2026-11-20T14:05:00ZZ",
            "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "10000-01-01T00:00:00Z", "1969-12-31T23:59:59Z",
            "2026-02-29T12:00:00Z", "2100-02-29T12:00:00Z", "2026-04-31T12:00:00Z", "2026-13-01T12:00:00Z",
            "2026-00-10T12:00:00Z", "2026-01-00T12:00:00Z", "2026-01-32T12:00:00Z", "26-01-02T12:00:00Z",
            "2026-1-2T12:00:00Z", "2026-11-20T14:05:00.Z", "2026-11-20T14:05:00,5Z", "-026-11-20T14:05:00Z",
            "+2026-11-20T14:05:00Z", "２０２６-11-20T14:05:00Z", "2026-11-20T14:05:00Z\n", " 2026-11-20T14:05:00Z",
            "2026-11-20T14:05:00\u{2212}01:00",
        ])
    func refuses(text: String) {
        #expect(Instant(rfc3339: text) == nil)
    }

    @Test("R3: Every instant is written in UTC to the second and read back as itself, as Foundation reads it")
    func roundTrips() throws {
        var generator = SeededGenerator(seed: 3339)
        for _ in 0..<2000 {
            let original = Instant(Int.random(in: 0..<253_000_000_000, using: &generator))
            let text = original.rfc3339
            #expect(Instant(rfc3339: text) == original)
            #expect(try instant(text) == original)
        }
    }

    @Test(
        "R3: A local time is read with a space or a T, with seconds or without",
        arguments: [
            ("2026-11-20 14:05", 50_700), ("2026-11-20T14:05", 50_700), ("2026-11-20 14:05:30", 50_730),
            ("2026-11-20 00:00", 0), ("2026-11-20 23:59:59", 86_399),
        ])
    func readsLocalTime(text: String, secondOfDay: Int) throws {
        let civil = try #require(CivilTime(local: text))
        #expect(civil.date.description == "2026-11-20")
        #expect(civil.secondOfDay == secondOfDay)
    }

    @Test(
        "R3: What is no local time is none",
        arguments: [
            "2026-11-20", "14:05", "2026-11-20 1:05", "2026-11-20 24:00", "2026-11-20 14:60", "2026-11-20 14:05:60",
            "2026-02-29 14:05", "2026-11-20 14:05 GMT", "2026-11-20 14:05Z", "20/11/2026 14:05", "2026-11-20  14:05",
            "2026-11-20 14:05pm", "9999-01-01 00:00", "2026-11-20 14",
        ])
    func refusesLocalTime(text: String) {
        #expect(CivilTime(local: text) == nil)
    }

    @Test("R3: A time is written with whatever offset it is read in")
    func writesOffset() throws {
        let civil = try #require(CivilTime(local: "2026-10-25 01:30"))
        #expect(civil.text(offset: "+01:00") == "2026-10-25T01:30:00+01:00")
    }
}
