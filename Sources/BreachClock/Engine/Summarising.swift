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
            matters: Dictionary(uniqueKeysWithValues: MatterName.allCases.map { ($0, breach.openingState($0)) }),
            next: breach.upcoming(settings.timing, after: now),
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
        let notice = breach.notice(to: member.partnerID)
        return BreachSummary.PartnerSummary(
            id: member.partnerID,
            name: breach.partnerName(member.partnerID),
            isAffected: breach.isAboveThreshold && breach.facts.affected.map { $0.contains(member.partnerID) } ?? true,
            noticeWrittenAt: notice?.writtenAt,
            handedOverAt: notice?.handedOverAt,
            acknowledgedAt: member.acknowledgement?.at,
            isInformed: breach.informedAt(member) != nil,
            telephone: Directory(recorded: breach.sharingProtocol, settings: settings)
                .contact(.partner(member.partnerID))?.telephone
        )
    }

    private func controllerSummary(
        _ id: String,
        of breach: Breach,
        at now: Instant
    ) -> BreachSummary.ControllerSummary {
        let due = breach.dueByLaw(id)
        // The breach's deadline is the earliest of all; each controller is judged by its own.
        let state: Deadline.State = !breach.isAboveThreshold ? .notRequired : now > due ? .missed : .running
        return BreachSummary.ControllerSummary(
            id: id,
            awareAt: breach.awareAt(id),
            dueByLaw: due,
            state: state
        )
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
