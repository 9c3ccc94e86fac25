/// From when on things are urgent, in seconds.
private enum Urgency {
    static let deadlineCriticalSeconds = 4 * secondsPerHour
    static let deadlineWarningSeconds = 24 * secondsPerHour
    static let silentPartnerSeconds = 24 * secondsPerHour
    static let waitingCriticalSeconds = secondsPerHour
    static let waitingWarningSeconds = 15 * 60
    static let immediateWaitingSeconds = 15 * 60
    /// A step back of some hours is somebody's correction; a day and more is a clock that lost the time.
    static let clockBehindSeconds = 24 * secondsPerHour
}

extension Clockwork {
    /// The register at a glance, as of now.
    ///
    /// - Parameter failure: What keeps the daemon from recording, nil when nothing does.
    ///
    /// Source: contract of the status.
    func statusReport(at now: Instant, failure: String? = nil) -> StatusReport {
        let current = currentGlances
        let open = current.filter(\.isOpen)
        let assessed = open.map { (glance: $0, assessment: assess($0, now: now)) }
        let closed = current.filter { !$0.isOpen }.map { assessClosed($0, now: now) }
        let failures = [failure, clockFailure(at: now)].compactMap { $0 }
        let causes = Causes(assessed.map(\.assessment) + closed, failures: failures)
        let waiting = ledger.unwritten.count + ledger.waiting.count
        return StatusReport(
            level: causes.level,
            summary: causes.summary(open: open.count),
            generatedAt: now,
            staleAfter: now + 3 * settings.timing.heartbeatSeconds,
            open: open.count,
            overdue: assessed.count { $0.assessment.missed },
            awaitingDecision: open.reduce(0) { $0 + $1.awaitedDecisions },
            unacknowledged: open.reduce(0) { $0 + $1.unacknowledged },
            waiting: waiting,
            oldestWaiting: oldestWaiting,
            returned: ledger.returned.count,
            next: next(of: open, after: now),
            breaches: sorted(assessed),
            warnings: configurationWarnings(at: now)
        )
    }

    /// That the clock has lost the time, as a sentence without its full stop; nil where it has not. No deadline is noticed
    /// then, and nothing else tells.
    ///
    /// Source: R4.
    func clockFailure(at now: Instant) -> String? {
        guard latestFactAt > now + Urgency.clockBehindSeconds else { return nil }
        let days = (latestFactAt - now) / Urgency.clockBehindSeconds
        return "The clock is \(days) d behind the register; set it, or no deadline is noticed"
    }

    /// When the oldest of all notices was ordered that the mail system has not taken, those of closed breaches too.
    private var oldestWaiting: Instant? {
        [ledger.unwritten.first, ledger.waiting.first]
            .compactMap { $0.flatMap(ledger.notice)?.orderedAt }
            .min()
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

    private func next(of open: [Glance], after now: Instant) -> StatusReport.Next? {
        open
            .compactMap { glance in
                glance.next(after: now).map { StatusReport.Next(reference: glance.reference, upcoming: $0) }
            }
            .min { $0.upcoming.at < $1.upcoming.at }
    }

    private func sorted(_ assessed: [(glance: Glance, assessment: Assessment)]) -> [StatusReport.BreachStatus] {
        assessed
            .map { (soonest: $0.glance.soonestUnsettled, glance: $0.glance, level: $0.assessment.level) }
            .sorted { left, right in
                if left.level != right.level { return left.level > right.level }
                return (left.soonest, left.glance.reference) < (right.soonest, right.glance.reference)
            }
            .map { _, glance, level in
                StatusReport.BreachStatus(
                    reference: glance.reference,
                    level: level,
                    partners: glance.partners,
                    regulator: glance.regulator
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
        var returned = false
        var returnedToTeam = false
        var awaitingDecision = false
        var silent = false

        var level: Level {
            if missed || dueCritical || waitingCritical || returnedToTeam { return .critical }
            return dueWarning || waitingWarning || returned || awaitingDecision || silent ? .warning : .ok
        }
    }

    private func assess(_ glance: Glance, now: Instant) -> Assessment {
        var assessment = Assessment()
        for (deadline, isJudged) in [(glance.partners, !glance.isImmediate), (glance.regulator, true)] {
            if deadline.state == .missed { assessment.missed = true }
            guard deadline.state == .running, let due = deadline.due, isJudged else { continue }
            assessment.dueCritical = assessment.dueCritical || due - now <= Urgency.deadlineCriticalSeconds
            assessment.dueWarning = assessment.dueWarning || due - now <= Urgency.deadlineWarningSeconds
        }
        assessWaiting(glance, now: now, &assessment)
        assessment.returned = glance.hasReturned
        assessment.returnedToTeam = glance.hasReturnedToTeam
        assessment.awaitingDecision = glance.awaitedDecisions > 0
        assessment.silent = glance.silentSince.map { now - $0 >= Urgency.silentPartnerSeconds } ?? false
        return assessment
    }

    /// Of a closed breach its letters alone are looked at, which somebody has to take.
    private func assessClosed(_ glance: Glance, now: Instant) -> Assessment {
        var assessment = Assessment()
        assessWaiting(glance, now: now, &assessment)
        return assessment
    }

    private func assessWaiting(_ glance: Glance, now: Instant, _ assessment: inout Assessment) {
        guard let since = glance.waitingSince else { return }
        assessment.waitingWarning = now - since >= Urgency.waitingWarningSeconds
        assessment.waitingCritical = now - since >= Urgency.waitingCriticalSeconds
        guard let breachNoticeSince = glance.breachNoticeWaitingSince else { return }
        let passed = glance.partners.state != .notRequired && glance.partners.due.map { $0 < now } ?? false
        let isCritical =
            glance.isImmediate ? now - breachNoticeSince >= Urgency.immediateWaitingSeconds : passed
        assessment.waitingCritical = assessment.waitingCritical || isCritical
    }

    // MARK: - All of them

    /// Counts of breaches by what is wrong with them.
    private struct Causes {
        private let failures: [String]
        private let counts: [(level: Level, count: Int, text: String)]

        init(_ assessments: [Assessment], failures: [String]) {
            self.failures = failures
            func count(_ matches: (Assessment) -> Bool) -> Int { assessments.count(where: matches) }
            counts = [
                (.critical, count(\.missed), "with a deadline missed"),
                (.critical, count { !$0.missed && $0.dueCritical }, "with a deadline within 4 h"),
                (.critical, count(\.waitingCritical), "with notices that are not being taken from the spool"),
                (.critical, count(\.returnedToTeam), "with notices to the IG team that the mail system refused"),
                (.warning, count { !$0.missed && !$0.dueCritical && $0.dueWarning }, "with a deadline within 24 h"),
                (.warning, count { !$0.waitingCritical && $0.waitingWarning }, "with notices waiting over 15 min"),
                (.warning, count { !$0.returnedToTeam && $0.returned }, "with notices that the mail system refused"),
                (.warning, count(\.awaitingDecision), "awaiting a decision"),
                (.warning, count(\.silent), "with a partner silent for 24 h"),
            ].filter { $0.count > 0 }
        }

        var level: Level {
            failures.isEmpty ? counts.map(\.level).max() ?? .ok : .critical
        }

        func summary(open: Int) -> String {
            let number = open == 1 ? "1 open breach" : "\(open) open breaches"
            let parts = counts.map { "\($0.count) \($0.text)" }
            return (failures + [number] + parts).joined(separator: "; ")
        }
    }
}

extension Breach {
    /// The notice of that token.
    ///
    /// Source: R28.
    func notice(token: String) -> Notice? {
        notices.first { $0.token == token }
    }
}
