/// The two clocks of a breach, worked out from its facts: pure arithmetic on instants.
extension Breach {
    /// Whether the clause and the law ask for anything to be done: under the threshold `adverse` an unlikely risk does
    /// not, under `any` every breach does.
    ///
    /// Source: R6; UK GDPR Art 33(1).
    var isAboveThreshold: Bool {
        sharingProtocol.clause.threshold == .any || facts.risk != .unlikely
    }

    /// By when the audience must be informed, and whether it was: met when the last of it is informed.
    ///
    /// Source: R1, R11.
    var partnersDeadline: Deadline {
        guard let hours = sharingProtocol.clause.partnerHours, !audience.isEmpty else {
            return Deadline(due: nil, state: .notRequired, settledAt: nil)
        }
        let due = facts.detectedAt + hours * secondsPerHour
        guard isAboveThreshold else { return Deadline(due: due, state: .notRequired, settledAt: nil) }
        let informed = audience.compactMap(informedAt)
        let settledAt = informed.count == audience.count ? informed.max() : nil
        // "Immediately" is due at detection: it cannot be done before, so it is never missed and never late.
        let state: Deadline.State =
            if hours == 0 { settledAt == nil ? .running : .met } else {
                verdict(.partners, due: due, settledAt: settledAt)
            }
        return Deadline(due: due, state: state, settledAt: settledAt)
    }

    /// By when the regulator must be notified: the earlier of the clause's hours from detection and the law's from
    /// awareness.
    ///
    /// Source: R2; UK GDPR Art 33(1).
    var regulatorDeadline: RegulatorDeadline {
        let byProtocol = sharingProtocol.clause.regulatorHours.map { facts.detectedAt + $0 * secondsPerHour }
        let byLaw = controllers.map(dueByLaw).min()
        let due = [byProtocol, byLaw].compactMap { $0 }.min()
        let state: Deadline.State =
            if let due, isAboveThreshold { verdict(.regulator, due: due, settledAt: nil) } else { .notRequired }
        return RegulatorDeadline(
            deadline: Deadline(due: due, state: state, settledAt: nil),
            dueByProtocol: byProtocol,
            dueByLaw: byLaw
        )
    }

    /// When that controller became aware: at detection unless a later instant was given.
    ///
    /// Source: R2.
    func awareAt(_ controller: String) -> Instant {
        facts.awareAt[controller] ?? facts.detectedAt
    }

    /// By when the law wants that controller to notify.
    ///
    /// Source: UK GDPR Art 33(1); R2.
    func dueByLaw(_ controller: String) -> Instant {
        awareAt(controller) + regulatorHoursByLaw * secondsPerHour
    }

    /// The deadline of that name, whichever it is.
    ///
    /// Source: R24.
    func deadline(_ name: DeadlineName) -> Deadline {
        switch name {
        case .partners: partnersDeadline
        case .regulator: regulatorDeadline.deadline
        }
    }

    /// When that member was informed: when its notice was handed to the mail system or when it acknowledged, whichever
    /// came first; at detection where it is the one that detected. Nil while it is not.
    ///
    /// Source: R7, R11.
    func informedAt(_ member: AudienceMember) -> Instant? {
        if member.partnerID == detectedBy { return facts.detectedAt }
        // What went to the IG team instead informs nobody: somebody has to telephone.
        let handedOver = notice(to: member.partnerID).flatMap { $0.isRedirected ? nil : $0.handedOverAt }
        return [handedOver, member.acknowledgement?.at].compactMap { $0 }.min()
    }

    /// The notice that told that partner of the breach.
    ///
    /// Source: R10.
    func notice(to partnerID: String) -> Notice? {
        notices.first { $0.order.kind == .breachNotice && $0.order.recipient == .partner(partnerID) }
    }

    /// The members that have to say still that they know: not the one that detected the breach, which told the others.
    ///
    /// Source: R12, R13.
    var unacknowledged: [AudienceMember] {
        guard isAboveThreshold else { return [] }
        return audience.filter { $0.acknowledgement == nil && $0.partnerID != detectedBy }
    }

    /// Which edition of a deadline holds: the first, until a correction moves it.
    ///
    /// Source: R8.
    func edition(_ name: DeadlineName) -> Int { 1 }

    /// The recorded miss of the edition that holds.
    ///
    /// Source: R8, R24.
    func miss(_ name: DeadlineName) -> Miss? {
        misses.first { $0.deadline == name && $0.edition == edition(name) }
    }

    private func verdict(_ name: DeadlineName, due: Instant, settledAt: Instant?) -> Deadline.State {
        if let settledAt { return settledAt <= due ? .met : .late }
        return miss(name) == nil ? .running : .missed
    }
}
