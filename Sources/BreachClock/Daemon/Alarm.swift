/// An instant to do something again, by a wall clock that may be set back meanwhile.
///
/// Source: R4 (a step of the clock delays nothing beyond the next wake-up).
struct Alarm: Equatable {
    /// The instant; the distant past until it is set.
    ///
    /// Source: R4.
    private(set) var at = Instant(.min)
    private var seconds = 0

    /// An alarm that is due.
    ///
    /// Source: R4.
    init() {}

    /// Sets it to so many seconds after an instant.
    ///
    /// Source: R4.
    mutating func set(_ seconds: Int, after now: Instant) {
        self.seconds = seconds
        at = now + seconds
    }

    /// Makes it due.
    ///
    /// Source: R4.
    mutating func clear() {
        self = Alarm()
    }

    /// Whether the instant has come, or the clock was set back so far that it would come later than it was set to.
    ///
    /// Source: R4.
    func isDue(at now: Instant) -> Bool {
        now >= at || at > now + seconds
    }

    /// When to look at it: at once where the clock was set back since it was set.
    ///
    /// Source: R4.
    func wake(after now: Instant) -> Instant { isDue(at: now) ? now : at }
}
