/// Breaches as they are shown.
extension Clockwork {
    /// The breach with everything worked out, as of now.
    ///
    /// Source: contract of the JSON.
    func summary(of breach: Breach, at now: Instant) -> BreachSummary {
        BreachSummary(
            breach: breach,
            partnersDeadline: breach.partnersDeadline,
            regulatorDeadline: breach.regulatorDeadline,
            partners: breach.audience.map { partnerSummary($0, of: breach) },
            controllers: breach.controllers.map { controllerSummary($0, of: breach, at: now) },
            escalateAt: breach.escalationTime(timetable),
            byProtocolState: breach.stateByProtocol(at: now),
            byLawState: breach.stateByLaw(at: now),
            next: breach.upcoming(timetable, after: now),
            warnings: breach.sharingProtocol.warnings(on: zone.civilTime(at: breach.reportedAt).date)
        )
    }

    /// The breaches that a list shows, the soonest unsettled deadline first.
    ///
    /// Source: contract of `list`.
    func list(
        all: Bool,
        overdueOnly: Bool,
        protocolID: String?,
        at now: Instant
    ) throws(Refusal) -> [BreachSummary] {
        let only = try protocolID.map { id throws(Refusal) in try knownProtocolID(id) }
        return ledger.references
            .compactMap { ledger[$0] }
            .filter { all || $0.phase == .open }
            .filter { !overdueOnly || $0.isOverdue }
            .filter { only == nil || $0.reference.protocolID == only }
            .map { (soonest: $0.soonestUnsettled, breach: $0) }
            .sorted { ($0.soonest, $0.breach.reference) < ($1.soonest, $1.breach.reference) }
            .map { summary(of: $0.breach, at: now) }
    }

    /// A protocol that is configured, or that breaches were recorded against.
    private func knownProtocolID(_ text: String) throws(Refusal) -> String {
        let recorded = ledger.references.lazy.map(\.protocolID)
        if recorded.contains(text.uppercased()) { return text.uppercased() }
        return try sharingProtocol(named: text).id
    }

    private func partnerSummary(_ member: AudienceMember, of breach: Breach) -> BreachSummary.PartnerSummary {
        let notices = breach.notices(to: member.partnerID)
        return BreachSummary.PartnerSummary(
            id: member.partnerID,
            name: breach.partnerName(member.partnerID),
            isAffected: breach.isAboveThreshold && breach.asked(on: .ico).contains(member.partnerID),
            noticeWrittenAt: notices.compactMap(\.writtenAt).min(),
            handedOverAt: notices.compactMap(\.handedOverAt).min(),
            returnedAt: notices.compactMap(\.returnedAt).min(),
            acknowledgedAt: member.acknowledgement?.at,
            isInformed: breach.informedAt(member) != nil,
            telephone: Directory(breach, settings: settings)
                .contact(.partner(member.partnerID))?.telephone
        )
    }

    private func controllerSummary(
        _ id: String,
        of breach: Breach,
        at now: Instant
    ) -> BreachSummary.ControllerSummary {
        BreachSummary.ControllerSummary(
            id: id,
            awareAt: breach.awareAt(id),
            dueByLaw: breach.dueByLaw(id),
            state: breach.stateByLaw(of: id, at: now),
            notifications: breach.notifications.filter { $0.matter == .ico && $0.controllers.contains(id) }
        )
    }
}

extension Breach {
    /// How the law's deadline of one controller stands: each is judged by its own.
    ///
    /// Source: R2, R24.
    func stateByLaw(of controller: String, at now: Instant) -> Deadline.State {
        if let verdict = verdicts[controller] { return verdict.notifiedAt <= verdict.dueByLaw ? .met : .late }
        guard isRegulatorToBeNotified else { return .notRequired }
        return judged(now) > dueByLaw(controller) ? .missed : .running
    }

    /// How the law's deadline of the breach stands: met when every controller met its own.
    ///
    /// Source: R2 (each instant with its own verdict).
    func stateByLaw(at now: Instant) -> Deadline.State {
        let isSettled = controllers.allSatisfy { verdicts[$0] != nil }
        guard isSettled || isRegulatorToBeNotified else { return .notRequired }
        let states = controllers.map { stateByLaw(of: $0, at: now) }
        let byUrgency: [Deadline.State] = [.missed, .running, .late, .met]
        return byUrgency.first(where: states.contains) ?? .notRequired
    }

    /// How the protocol's deadline of the breach stands; nil where the clause sets none.
    ///
    /// Source: R2 (each instant with its own verdict).
    func stateByProtocol(at now: Instant) -> Deadline.State? {
        guard let due = regulatorDeadline.dueByProtocol else { return nil }
        let verdicts = controllers.compactMap { self.verdicts[$0] }
        if verdicts.count == controllers.count {
            return verdicts.allSatisfy { verdict in verdict.dueByProtocol.map { verdict.notifiedAt <= $0 } ?? true }
                ? .met : .late
        }
        guard isRegulatorToBeNotified else { return .notRequired }
        return judged(now) > due ? .missed : .running
    }

    /// The time by which deadlines are judged: a clock that was set back undoes no miss that was recorded.
    private func judged(_ now: Instant) -> Instant {
        miss(.regulator, edition: regulatorEdition.number).map { max(now, $0.due + 1) } ?? now
    }
}

extension Breach {
    /// Whether a deadline passed and what it asked is not done.
    ///
    /// Source: contract of `list --overdue`.
    var isOverdue: Bool {
        DeadlineName.allCases.contains { deadline($0).state == .missed }
    }

    /// The sooner of its deadlines that are not settled.
    ///
    /// Source: contract of `list` (soonest deadline first).
    var soonestUnsettled: Instant {
        DeadlineName.allCases
            .map(deadline)
            .filter { $0.state == .running || $0.state == .missed }
            .compactMap(\.due)
            .min() ?? Instant(.max)
    }
}
