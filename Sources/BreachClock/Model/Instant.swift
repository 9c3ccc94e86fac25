/// A point in time, to the second, in UTC. Every deadline is one.
///
/// Hours are added as seconds and never as days: a deadline does not move for weekends, holidays or changes of
/// summer time.
///
/// Source: R1; R3 (stored in UTC to the second).
struct Instant: Hashable, Comparable, Sendable {
    /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    ///
    /// Source: POSIX, "Seconds Since the Epoch".
    var secondsSinceEpoch: Int

    /// The instant so many seconds after the epoch.
    ///
    /// Source: POSIX, "Seconds Since the Epoch".
    init(_ secondsSinceEpoch: Int) {
        self.secondsSinceEpoch = secondsSinceEpoch
    }

    /// Chronological order.
    ///
    /// Source: R1.
    static func < (left: Instant, right: Instant) -> Bool {
        left.secondsSinceEpoch < right.secondsSinceEpoch
    }

    /// The instant so many seconds later.
    ///
    /// Source: R1.
    static func + (instant: Instant, seconds: Int) -> Instant {
        Instant(instant.secondsSinceEpoch + seconds)
    }

    /// The instant so many seconds earlier.
    ///
    /// Source: R13, R17 (times before a deadline).
    static func - (instant: Instant, seconds: Int) -> Instant {
        Instant(instant.secondsSinceEpoch - seconds)
    }

    /// The seconds from one instant to another; negative when the left one is the earlier.
    ///
    /// Source: R1.
    static func - (left: Instant, right: Instant) -> Int {
        left.secondsSinceEpoch - right.secondsSinceEpoch
    }
}

/// Seconds in one hour: the unit in which clauses count.
///
/// Source: R1.
let secondsPerHour = 3600
