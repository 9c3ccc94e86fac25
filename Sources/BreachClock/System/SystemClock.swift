import Glibc

/// The time, injected so that tests and simulations set it.
///
/// Source: R4; design, "time and disk are injected".
protocol Clock {
    /// The wall clock, to the second.
    ///
    /// Source: R4 (the wall clock decides).
    func now() -> Instant
    /// The milliseconds until the wall clock reaches that instant; 0 when it has.
    ///
    /// Source: R4.
    func milliseconds(until instant: Instant) -> Int
    /// Milliseconds that only grow, for measuring how long something takes.
    ///
    /// Source: clock_gettime(2), CLOCK_MONOTONIC.
    func monotonicMilliseconds() -> Int
}

/// The clocks of this machine.
///
/// Source: clock_gettime(2).
struct SystemClock: Clock {
    /// The clocks of this machine.
    ///
    /// Source: clock_gettime(2).
    init() {}

    func now() -> Instant {
        Instant(time(of: CLOCK_REALTIME).tv_sec)
    }

    func milliseconds(until instant: Instant) -> Int {
        let time = time(of: CLOCK_REALTIME)
        let seconds = instant.secondsSinceEpoch.subtractingReportingOverflow(time.tv_sec)
        if seconds.overflow { return instant.secondsSinceEpoch < 0 ? 0 : Int(Int32.max) }
        if seconds.partialValue <= 0 { return 0 }
        // Rounded up: a wake-up just before the instant would find nothing due.
        let most = min(seconds.partialValue, 2_000_000)
        return most * 1000 - time.tv_nsec / 1_000_000
    }

    func monotonicMilliseconds() -> Int {
        let time = time(of: CLOCK_MONOTONIC)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }

    /// The monotonic clock to the microsecond, as the service manager compares it with its own.
    ///
    /// Source: sd_notify(3), MONOTONIC_USEC=.
    func monotonicMicroseconds() -> Int {
        let time = time(of: CLOCK_MONOTONIC)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
    }

    private func time(of clock: clockid_t) -> timespec {
        var time = timespec()
        // It cannot fail for a clock that exists and a place that is ours.
        _ = unsafe clock_gettime(clock, &time)
        return time
    }
}
