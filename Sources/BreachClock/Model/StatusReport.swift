/// How urgent things are.
///
/// Source: contract of the status.
enum Level: String, Comparable, CaseIterable, Sendable {
    /// Nothing wants attention; something should be looked at today; something is wrong or about to be.
    ///
    /// Source: contract of the status.
    case ok, warning, critical

    /// From calm to urgent.
    ///
    /// Source: contract of the status.
    static func < (left: Level, right: Level) -> Bool {
        let order = Level.allCases
        return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
    }
}

/// The register at a glance: references, counts and instants, no free text.
///
/// Source: contract of the status.
struct StatusReport: Equatable, Sendable {
    /// The most urgent of all that follows.
    ///
    /// Source: contract of the status.
    var level: Level
    /// The level's causes in one line.
    ///
    /// Source: contract of the status.
    var summary: String
    /// When this was true.
    ///
    /// Source: contract of the status.
    var generatedAt: Instant
    /// From when on a reader should take it as stale.
    ///
    /// Source: contract of the status (three heartbeats).
    var staleAfter: Instant
    /// Open breaches.
    ///
    /// Source: contract of the status.
    var open: Int
    /// Open breaches with a missed deadline that is not settled.
    ///
    /// Source: contract of the status.
    var overdue: Int
    /// Matters in which a decision is awaited.
    ///
    /// Source: contract of the status.
    var awaitingDecision: Int
    /// Partners that have not acknowledged.
    ///
    /// Source: contract of the status.
    var unacknowledged: Int
    /// Notices that the mail system has not taken.
    ///
    /// Source: contract of the status.
    var waiting: Int
    /// When the oldest of them was ordered.
    ///
    /// Source: contract of the status.
    var oldestWaiting: Instant?
    /// Notices that the mail system refused for good and that are set aside.
    ///
    /// Source: contract of the status.
    var returned: Int
    /// What happens next, on which breach.
    ///
    /// Source: contract of the status.
    var next: Next?
    /// The open breaches, most urgent first and then soonest deadline first.
    ///
    /// Source: contract of the status.
    var breaches: [BreachStatus]
    /// What is wrong with the protocols, which raises no level.
    ///
    /// Source: contract of the status.
    var warnings: [String]

    /// What happens next.
    ///
    /// Source: contract of the status.
    struct Next: Equatable, Sendable {
        /// The breach.
        ///
        /// Source: contract of the status.
        var reference: BreachReference
        /// What and when.
        ///
        /// Source: contract of the status.
        var upcoming: Upcoming
    }

    /// One open breach at a glance.
    ///
    /// Source: contract of the status.
    struct BreachStatus: Equatable, Sendable {
        /// The breach.
        ///
        /// Source: contract of the status.
        var reference: BreachReference
        /// Its own level.
        ///
        /// Source: contract of the status.
        var level: Level
        /// The partners' deadline.
        ///
        /// Source: contract of the status.
        var partners: Deadline
        /// The regulator's deadline.
        ///
        /// Source: contract of the status.
        var regulator: Deadline
    }
}
