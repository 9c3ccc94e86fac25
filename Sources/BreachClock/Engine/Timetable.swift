/// The configured times by which a breach moves: how long before what, the owner's office hours, the zone they are in.
///
/// Source: R13, R17.
struct Timetable: Sendable {
    /// How long before what.
    ///
    /// Source: R13, R17.
    let timing: Timing
    /// When the owner can be reached.
    ///
    /// Source: R17.
    let officeHours: OfficeHours
    /// The zone of the office hours.
    ///
    /// Source: R3.
    let zone: any ZoneRules

    /// Days to look back for office hours: the longest any office closes, and some.
    private static let daysLookedBack = 30

    /// The timetable of those settings.
    ///
    /// Source: R13, R17.
    init(_ settings: Settings, zone: any ZoneRules) {
        timing = settings.timing
        officeHours = settings.officeHours
        self.zone = zone
    }

    /// When a matter without agreement goes to the owner: the owner's notice before the deadline, brought forward until
    /// enough office hours lie between it and the deadline. Where the office does not open for long enough within
    /// a month before, the notice alone counts.
    ///
    /// Source: R17.
    func escalationTime(before deadline: Instant) -> Instant {
        let latest = deadline - timing.ownerNoticeSeconds
        var missing = timing.ownerOfficeSeconds
        guard missing > 0 else { return latest }
        for opening in openings(before: deadline) {
            let closes = min(opening.closes, deadline)
            let open = closes - opening.opens
            // The last of the missing hours, counted back from where this opening ends.
            if open >= missing { return min(latest, closes - missing) }
            missing -= open
        }
        return latest
    }

    /// A stretch of office hours.
    ///
    /// Source: R17.
    struct Opening: Equatable, Sendable {
        /// When the office opens.
        ///
        /// Source: R17.
        var opens: Instant
        /// When it closes.
        ///
        /// Source: R17.
        var closes: Instant
    }

    /// The openings that begin before that instant, the latest first, each worked out when it is asked for.
    ///
    /// Source: R17.
    func openings(before instant: Instant) -> some Sequence<Opening> {
        let last = zone.civilTime(at: instant).date
        return (0...Self.daysLookedBack).lazy.compactMap { daysBack in
            opening(on: CivilDate(daysSinceEpoch: last.daysSinceEpoch - daysBack))
        }
        .filter { $0.opens < instant }
    }

    /// The opening on that day; nil where nobody is there.
    ///
    /// Source: R17 (days, hours, closed dates).
    func opening(on day: CivilDate) -> Opening? {
        guard officeHours.days.contains(day.weekday), !officeHours.closed.contains(day) else { return nil }
        let opens = instant(on: day, officeHours.fromSecondOfDay)
        let closes = instant(on: day, officeHours.toSecondOfDay)
        return opens < closes ? Opening(opens: opens, closes: closes) : nil
    }

    /// When the clocks show that time. In the hour that autumn repeats the first counts; in the one that spring leaves
    /// out, the instant at which the clocks go forward.
    private func instant(on day: CivilDate, _ secondOfDay: Int) -> Instant {
        let civil = CivilTime(date: day, secondOfDay: secondOfDay)
        return zone.instants(of: civil).first ?? change(over: civil)
    }

    /// When the clocks go forward over a time that they never show: from the last second with the offset of the day before
    /// on, which halving finds.
    private func change(over civil: CivilTime) -> Instant {
        let before = zone.offset(at: civil.instantIfUTC - 86_400)
        var last = civil.instantIfUTC - 86_400
        var first = civil.instantIfUTC + 86_400
        while first - last > 1 {
            let middle = last + (first - last) / 2
            if zone.offset(at: middle) == before { last = middle } else { first = middle }
        }
        return first
    }
}
