/// What came so far of handing one message to the mail system.
///
/// Source: contract of `deliver`.
struct DeliveryAttempts: Equatable, Sendable {
    /// How often it was tried.
    ///
    /// Source: contract of `deliver`.
    var count: Int
    /// When it was tried last.
    ///
    /// Source: contract of `spool`.
    var lastAt: Instant
    /// From when on it is tried again by itself; nil where it was set aside.
    ///
    /// Source: contract of `deliver` (a growing pause).
    var nextAt: Instant?
    /// What came of the last one, in one line.
    ///
    /// Source: contract of `spool`.
    var reason: String
    /// Which file of that name the mail system took, where it could not be moved since: that one is to be moved, and not
    /// sent again. Nil where it took none.
    ///
    /// Source: R28; contract of the spool (`attempts`).
    var taken: String?

    /// Seconds of the first pause; each is twice the one before.
    private static let firstPauseSeconds = 60
    /// Seconds of the longest: a quarter of the hour after which the status is critical.
    private static let longestPauseSeconds = 15 * 60
    /// What is said of one of which nothing is known yet: it is under way, or its breachctl ended before it could say.
    private static let openReason = "breachctl began to hand it over, and has not said what came of it"

    /// Those that another one at that moment comes after, as they stand until it is known what comes of it.
    ///
    /// Source: contract of `deliver` (kills).
    static func begun(after earlier: DeliveryAttempts?, at now: Instant) -> DeliveryAttempts {
        let count = (earlier?.count ?? 0) + 1
        let doublings = min(count - 1, 10)
        let pause = min(firstPauseSeconds << doublings, longestPauseSeconds)
        let reason = earlier.flatMap { $0.taken == nil ? nil : $0.reason } ?? openReason
        return DeliveryAttempts(count: count, lastAt: now, nextAt: now + pause, reason: reason, taken: earlier?.taken)
    }

    /// Whether the message is to be left alone for now. A pause that lies further ahead than any can is that of a clock
    /// that has been set back since.
    ///
    /// Source: contract of `deliver --timed`; R4.
    func isPausing(at now: Instant) -> Bool {
        nextAt.map { $0 > now && $0 - now <= Self.longestPauseSeconds } ?? false
    }
}
