import Testing

@testable import BreachClock

@Suite("Zone rules")
struct ZoneRulesTests {
    @Test(
        "R3: Every quarter hour around a change of summer time has its instants, and each instant its quarter hour",
        arguments: ["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"])
    func roundTripsAroundChanges(change: String) throws {
        let zone = try FoundationZone.london()
        let change = try instant(change)
        var seen: [CivilTime: [Instant]] = [:]
        for seconds in stride(from: -2.days, through: 2.days, by: 15.minutes) {
            let instant = change + seconds
            let civil = zone.civilTime(at: instant)
            #expect(civil.instantIfUTC - zone.offset(at: instant).secondsEastOfUTC == instant)
            #expect(zone.instants(of: civil).contains(instant), "\(instant.rfc3339)")
            seen[civil, default: []].append(instant)
        }
        // All that the clock showed it showed as often as it is said to, in the order of time.
        for (civil, instants) in seen { #expect(zone.instants(of: civil) == instants) }
    }

    @Test(
        "R3: The hour that spring leaves out has no instants",
        arguments: ["01:00", "01:15", "01:30", "01:45", "01:59:59"])
    func springHasNoInstants(time: String) throws {
        let civil = try #require(CivilTime(local: "2026-03-29 \(time)"))
        #expect(try FoundationZone.london().instants(of: civil).isEmpty)
    }

    @Test(
        "R3: The hour that autumn repeats has two, an hour apart",
        arguments: ["01:00", "01:15", "01:30", "01:45", "01:59:59"])
    func autumnHasTwoInstants(time: String) throws {
        let civil = try #require(CivilTime(local: "2026-10-25 \(time)"))
        let instants = try FoundationZone.london().instants(of: civil)
        #expect(instants == [civil.instantIfUTC - 1.hours, civil.instantIfUTC])
    }

    @Test(
        "R3: The hours beside a change have one instant",
        arguments: ["2026-03-29 00:59:59", "2026-03-29 02:00", "2026-10-25 00:59:59", "2026-10-25 02:00"])
    func besideChangesIsOne(time: String) throws {
        let civil = try #require(CivilTime(local: time))
        #expect(try FoundationZone.london().instants(of: civil).count == 1)
    }

    @Test(
        "R3: Zones with other changes keep to the same rule",
        arguments: [
            ("Australia/Lord_Howe", "2026-04-05 01:45", 2), ("Australia/Lord_Howe", "2026-10-04 02:15", 0),
            ("America/New_York", "2026-11-01 01:30", 2), ("America/New_York", "2026-03-08 02:30", 0),
            ("Pacific/Apia", "2011-12-30 12:00", 0), ("Asia/Kathmandu", "2026-06-01 12:00", 1),
        ])
    func keepsToTheRuleElsewhere(zone: String, time: String, count: Int) throws {
        let civil = try #require(CivilTime(local: time))
        #expect(try FoundationZone(zone).instants(of: civil).count == count)
    }

    @Test(
        "R3: A time is shown in the configured zone with its abbreviation, and in UTC beside it",
        arguments: [
            ("2026-11-20T14:05:00Z", "Fri 20 Nov 2026 14:05 GMT", "Fri 20 Nov 2026 14:05 GMT (14:05 UTC)"),
            ("2026-03-29T18:00:00Z", "Sun 29 Mar 2026 19:00 BST", "Sun 29 Mar 2026 19:00 BST (18:00 UTC)"),
            (
                "2026-06-30T23:30:07Z", "Wed 1 Jul 2026 00:30:07 BST",
                "Wed 1 Jul 2026 00:30:07 BST (Tue 30 Jun 2026 23:30:07 UTC)"
            ),
        ])
    func showsLocalTime(text: String, local: String, withUTC: String) throws {
        let zone = try FoundationZone.london()
        #expect(zone.localText(try instant(text)) == local)
        #expect(zone.localTextWithUTC(try instant(text)) == withUTC)
    }

    @Test(
        "An offset is written as RFC 3339 has it",
        arguments: [(0, "Z"), (3600, "+01:00"), (-12_600, "-03:30"), (20_700, "+05:45"), (-36_000, "-10:00")])
    func writesOffsets(seconds: Int, text: String) {
        #expect(ZoneOffset(secondsEastOfUTC: seconds, abbreviation: "X", isSummerTime: false).text == text)
    }
}
