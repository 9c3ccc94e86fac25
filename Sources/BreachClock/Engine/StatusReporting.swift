/// From when on things are urgent, in seconds.
private enum Urgency {
    static let deadlineCriticalSeconds = 4 * secondsPerHour
    static let deadlineWarningSeconds = 24 * secondsPerHour
    static let silentPartnerSeconds = 24 * secondsPerHour
    static let waitingCriticalSeconds = secondsPerHour
    static let waitingWarningSeconds = 15 * 60
    static let immediateWaitingSeconds = 15 * 60
}

extension Clockwork {
    /// The register at a glance, as of now.
    ///
    /// - Parameter failure: What keeps the daemon from recording, nil when nothing does.
    ///
    /// Source: contract of the status.
    func statusReport(at now: Instant, failure: String? = nil) -> StatusReport {
        let open = ledger.references.compactMap { ledger[$0] }.filter { $0.phase == .open }
        let assessed = open.map { (breach: $0, assessment: assess($0, now: now)) }
        let causes = Causes(assessed.map(\.assessment), failure: failure)
        let waiting = (ledger.unwritten + ledger.waiting).compactMap {
            ledger[$0.reference]?.notice(token: $0.token)?.orderedAt
        }
        return StatusReport(
            level: causes.level,
            summary: causes.summary(open: open.count),
            generatedAt: now,
            staleAfter: now + 3 * settings.timing.heartbeatSeconds,
            open: open.count,
            overdue: assessed.count { $0.assessment.missed },
            awaitingDecision: open.reduce(0) { $0 + $1.openingMatters.count { $0 == .awaitingDecision } },
            unacknowledged: open.reduce(0) { $0 + $1.unacknowledged.count },
            waiting: waiting.count,
            oldestWaiting: waiting.min(),
            next: next(of: open, after: now),
            breaches: sorted(assessed),
            warnings: configurationWarnings(at: now)
        )
    }

    /// What is wrong with the configured protocols, each with the protocol's id before it.
    ///
    /// Source: R5; contract of the status (`warnings`).
    func configurationWarnings(at now: Instant) -> [String] {
        let today = zone.civilTime(at: now).date
        return settings.protocols.flatMap { sharingProtocol in
            sharingProtocol.warnings(on: today).map { "\(sharingProtocol.id): \($0)" }
        }
    }

    private func next(of open: [Breach], after now: Instant) -> StatusReport.Next? {
        open
            .compactMap { breach in
                breach.upcoming(settings.timing, after: now).map {
                    StatusReport.Next(reference: breach.reference, upcoming: $0)
                }
            }
            .min { $0.upcoming.at < $1.upcoming.at }
    }

    private func sorted(_ assessed: [(breach: Breach, assessment: Assessment)]) -> [StatusReport.BreachStatus] {
        assessed
            .map { (soonest: $0.breach.soonestUnsettled, breach: $0.breach, level: $0.assessment.level) }
            .sorted { left, right in
                if left.level != right.level { return left.level > right.level }
                return (left.soonest, left.breach.reference) < (right.soonest, right.breach.reference)
            }
            .map { _, breach, level in
                StatusReport.BreachStatus(
                    reference: breach.reference,
                    level: level,
                    partners: breach.partnersDeadline,
                    regulator: breach.regulatorDeadline.deadline
                )
            }
    }

    // MARK: - One breach

    private struct Assessment {
        var missed = false
        var dueCritical = false
        var dueWarning = false
        var waitingCritical = false
        var waitingWarning = false
        var awaitingDecision = false
        var silent = false

        var level: Level {
            if missed || dueCritical || waitingCritical { return .critical }
            return dueWarning || waitingWarning || awaitingDecision || silent ? .warning : .ok
        }
    }

    private func assess(_ breach: Breach, now: Instant) -> Assessment {
        var assessment = Assessment()
        let isImmediate = breach.sharingProtocol.clause.partnerHours == 0
        for name in DeadlineName.allCases {
            let deadline = breach.deadline(name)
            if deadline.state == .missed { assessment.missed = true }
            guard deadline.state == .running, let due = deadline.due, !(name == .partners && isImmediate) else {
                continue
            }
            assessment.dueCritical = assessment.dueCritical || due - now <= Urgency.deadlineCriticalSeconds
            assessment.dueWarning = assessment.dueWarning || due - now <= Urgency.deadlineWarningSeconds
        }
        assessWaiting(breach, isImmediate: isImmediate, now: now, &assessment)
        assessment.awaitingDecision = breach.openingMatters.contains(.awaitingDecision)
        assessment.silent = breach.unacknowledged.contains { now - $0.addedAt >= Urgency.silentPartnerSeconds }
        return assessment
    }

    private func assessWaiting(_ breach: Breach, isImmediate: Bool, now: Instant, _ assessment: inout Assessment) {
        let deadline = breach.partnersDeadline
        let passed = deadline.state != .notRequired && deadline.due.map { $0 < now } ?? false
        for notice in breach.notices where notice.handedOverAt == nil {
            let seconds = now - notice.orderedAt
            let isBreachNotice = (notice.order.inPlaceOf?.kind ?? notice.order.kind) == .breachNotice
            let isCritical =
                seconds >= Urgency.waitingCriticalSeconds
                || isBreachNotice && isImmediate && seconds >= Urgency.immediateWaitingSeconds
                || isBreachNotice && !isImmediate && passed
            assessment.waitingCritical = assessment.waitingCritical || isCritical
            assessment.waitingWarning = assessment.waitingWarning || seconds >= Urgency.waitingWarningSeconds
        }
    }

    // MARK: - All of them

    /// Counts of breaches by what is wrong with them.
    private struct Causes {
        private let failure: String?
        private let counts: [(level: Level, count: Int, text: String)]

        init(_ assessments: [Assessment], failure: String?) {
            self.failure = failure
            func count(_ matches: (Assessment) -> Bool) -> Int { assessments.count(where: matches) }
            counts = [
                (.critical, count(\.missed), "with a deadline missed"),
                (.critical, count { !$0.missed && $0.dueCritical }, "with a deadline within 4 h"),
                (.critical, count(\.waitingCritical), "with notices that are not being taken from the spool"),
                (.warning, count { !$0.missed && !$0.dueCritical && $0.dueWarning }, "with a deadline within 24 h"),
                (.warning, count { !$0.waitingCritical && $0.waitingWarning }, "with notices waiting over 15 min"),
                (.warning, count(\.awaitingDecision), "awaiting a decision"),
                (.warning, count(\.silent), "with a partner silent for 24 h"),
            ].filter { $0.count > 0 }
        }

        var level: Level {
            failure == nil ? counts.map(\.level).max() ?? .ok : .critical
        }

        func summary(open: Int) -> String {
            let number = open == 1 ? "1 open breach" : "\(open) open breaches"
            let parts = counts.map { "\($0.count) \($0.text)" }
            return ([failure, number].compactMap { $0 } + parts).joined(separator: "; ")
        }
    }
}

extension Breach {
    /// The notice of that token.
    ///
    /// Source: R28.
    func notice(token: String) -> Notice? {
        notices.first { $0.order.token == token }
    }
}
