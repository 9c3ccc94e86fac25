/// What the status says of one breach, worked out once for as long as nothing changes it: a thousand open breaches are
/// looked at with every fact that is recorded.
///
/// Source: contract of the status (written on every change).
struct Glance: Equatable, Sendable {
    /// The breach.
    ///
    /// Source: contract of the status.
    var reference: BreachReference
    /// Whether it is open. A closed one is looked at for the notices alone that still wait.
    ///
    /// Source: R25; contract of the status (notices waiting).
    var isOpen: Bool
    /// The partners' deadline.
    ///
    /// Source: contract of the status.
    var partners: Deadline
    /// The regulator's deadline.
    ///
    /// Source: contract of the status.
    var regulator: Deadline
    /// Whether the partners' is "immediately".
    ///
    /// Source: R1.
    var isImmediate: Bool
    /// In how many matters a decision is awaited.
    ///
    /// Source: contract of the status.
    var awaitedDecisions: Int
    /// How many partners have not acknowledged.
    ///
    /// Source: contract of the status.
    var unacknowledged: Int
    /// Since when the first of them is silent.
    ///
    /// Source: contract of the status (a partner silent for 24 h).
    var silentSince: Instant?
    /// When the oldest notice was ordered that the mail system has not taken.
    ///
    /// Source: contract of the status.
    var waitingSince: Instant?
    /// The same of those that tell a partner of the breach.
    ///
    /// Source: R1.
    var breachNoticeWaitingSince: Instant?
    /// Whether notices are set aside whose recipients nobody is known to have reached since.
    ///
    /// Source: R14; contract of the status.
    var hasReturned: Bool
    /// Whether some of them were for the IG team, so that nobody was asked to telephone.
    ///
    /// Source: R14; contract of the status.
    var hasReturnedToTeam: Bool
    /// What may happen by itself, and when, by time.
    ///
    /// Source: contract of the status, `next`.
    var steps: [Step]

    /// Something that may happen by itself.
    ///
    /// Source: contract of the status, `next`.
    struct Step: Equatable, Sendable {
        /// When it is done.
        ///
        /// Source: R4.
        var at: Instant
        /// What it is shown as.
        ///
        /// Source: contract of the JSON, `next`.
        var upcoming: Upcoming
    }

    /// The glance at that breach.
    ///
    /// Source: contract of the status.
    init(_ breach: Breach, _ timetable: Timetable) {
        let waiting = breach.notices.lazy.filter(\.isWaiting)
        let silent = breach.unacknowledged
        reference = breach.reference
        isOpen = breach.phase == .open
        partners = breach.partnersDeadline
        regulator = breach.regulatorDeadline.deadline
        isImmediate = breach.isImmediate
        awaitedDecisions = breach.awaitedDecisions.count
        unacknowledged = silent.count
        silentSince = silent.map(\.addedAt).min()
        waitingSince = waiting.map(\.orderedAt).min()
        breachNoticeWaitingSince =
            waiting
            .filter { ($0.order.inPlaceOf?.kind ?? $0.order.kind) == .breachNotice }
            .map(\.orderedAt).min()
        let returned = breach.unreachedReturns
        hasReturned = !returned.isEmpty
        hasReturnedToTeam = returned.contains { !breach.hasTask(inPlaceOf: $0.order) }
        steps = breach.stepsToCome(timetable).map { Step(at: $0.at, upcoming: breach.upcoming($0)) }
    }

    /// What happens next after that instant.
    ///
    /// Source: contract of the status, `next`.
    func next(after now: Instant) -> Upcoming? {
        steps.first { $0.at > now }?.upcoming
    }

    /// The sooner of its deadlines that are not settled.
    ///
    /// Source: contract of the status (soonest deadline first).
    var soonestUnsettled: Instant {
        [partners, regulator]
            .filter { $0.state == .running || $0.state == .missed }
            .compactMap(\.due)
            .min() ?? Instant(.max)
    }
}
