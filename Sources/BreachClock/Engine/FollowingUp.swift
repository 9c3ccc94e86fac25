/// What the clock brings, and what follows by itself from what people did, as events to record.
extension Clockwork {
    /// The event that a step comes to.
    ///
    /// Source: R4.
    func event(for step: Breach.Step, of breach: Breach, at now: Instant) -> Event {
        switch step.action {
        case .remind(let key, let leadSeconds):
            .reminded(reminders(breach, key, leadSeconds: leadSeconds, due: step.at, now: now))
        case .miss(let name, let edition, let due):
            .deadlineMissed(miss(breach, name, edition: edition, due: due, now: now))
        case .correctMiss(let miss, let settledAt):
            .missCorrected(correction(breach, miss, settledAt: settledAt))
        case .agree(let name, let outcome):
            .matterAgreed(agreement(breach, name, outcome))
        case .reopen(let name):
            .matterReopened(reopening(breach, name))
        case .reopenBreach:
            .breachReopened(ReopeningRecord(reference: breach.reference, reason: nil, personalDataReason: nil))
        case .escalate(let name, let cause):
            .matterEscalated(escalation(breach, name, cause, due: step.at, now: now))
        case .writeRegulatorNotice:
            .regulatorNoticeDue(regulatorNotice(breach))
        }
    }

    /// Where notices on that breach go.
    ///
    /// Source: R5.
    func directory(_ breach: Breach) -> Directory {
        Directory(breach, settings: settings)
    }

    /// Notices of one kind and occasion to each of those.
    ///
    /// Source: rules, table of notices.
    func orders(_ kind: NoticeKind, to recipients: [Recipient], occasion: String, on breach: Breach) -> [NoticeOrder] {
        let directory = directory(breach)
        return recipients.flatMap { directory.orders(kind, to: $0, occasion: occasion) }
    }

    /// Whether nobody was there when it was due. What was past when the breach was last changed could not be earlier.
    ///
    /// Source: R4 (marked late).
    func isLate(_ due: Instant, of breach: Breach, now: Instant) -> Bool {
        now - max(due, breach.changedAt, settingsSince) > settings.timing.heartbeatSeconds
    }

    // MARK: - Reminders and deadlines

    private func reminders(
        _ breach: Breach,
        _ key: ReminderKey,
        leadSeconds: Int,
        due: Instant,
        now: Instant
    ) -> ReminderRecord {
        let series =
            switch key.subject {
            case .acknowledgement: "\(DeadlineName.partners)"
            case .position: "positions"
            case .decision: "decision"
            }
        return ReminderRecord(
            reference: breach.reference,
            key: key,
            leadSeconds: leadSeconds,
            due: due,
            late: isLate(due, of: breach, now: now),
            notices: orders(
                key.subject == .decision ? .decisionReminder : .reminder,
                to: breach.reminded(key, at: due),
                occasion: "\(series).\(key.edition).\(durationText(leadSeconds))",
                on: breach
            )
        )
    }

    private func miss(
        _ breach: Breach,
        _ name: DeadlineName,
        edition: Int,
        due: Instant,
        now: Instant
    ) -> MissRecord {
        MissRecord(
            reference: breach.reference,
            deadline: name,
            edition: edition,
            due: due,
            late: isLate(due, of: breach, now: now),
            notices: orders(.deadlineMissed, to: [.owner, .igTeam], occasion: "\(name).\(edition)", on: breach)
        )
    }

    private func correction(_ breach: Breach, _ miss: Miss, settledAt: Instant) -> MissCorrectionRecord {
        MissCorrectionRecord(
            reference: breach.reference,
            deadline: miss.deadline,
            edition: miss.edition,
            settledAt: settledAt,
            notices: orders(
                .correction, to: [.owner, .igTeam], occasion: "\(miss.deadline).\(miss.edition).met", on: breach)
        )
    }

    // MARK: - Consultation

    private func agreement(_ breach: Breach, _ name: MatterName, _ outcome: Outcome) -> AgreementRecord {
        let matter = breach[name]
        let withdrawn =
            matter.state == .awaitingDecision
            ? orders(.escalationWithdrawn, to: [.owner], occasion: "\(name).\(matter.escalations)", on: breach) : []
        return AgreementRecord(
            reference: breach.reference,
            matter: name,
            outcome: outcome,
            notices: withdrawn + outcomeNotices(breach, name)
        )
    }

    /// The outcome, for the audience and the owner.
    ///
    /// Source: rules, table of notices, `outcome`.
    func outcomeNotices(_ breach: Breach, _ name: MatterName) -> [NoticeOrder] {
        let occasion = "\(name).\(breach[name].settlements.count + 1)"
        return orders(.outcome, to: breach.audienceAndOwner, occasion: occasion, on: breach)
    }

    /// Those who were told of the agreement are told that it holds no more, and whoever was to notify the regulator is
    /// told to wait.
    private func reopening(_ breach: Breach, _ name: MatterName) -> ReopenedMatterRecord {
        let submitter: [Recipient] = name == .ico && breach.submitted != nil ? [.submitter] : []
        return ReopenedMatterRecord(
            reference: breach.reference,
            matter: name,
            notices: orders(
                .correction, to: breach.audienceAndOwner + submitter,
                occasion: "\(name).\(breach[name].settlements.count)", on: breach)
        )
    }

    private func escalation(
        _ breach: Breach,
        _ name: MatterName,
        _ cause: EscalationReason,
        due: Instant,
        now: Instant
    ) -> EscalationRecord {
        EscalationRecord(
            reference: breach.reference,
            matter: name,
            cause: cause,
            due: due,
            late: isLate(due, of: breach, now: now),
            reason: nil,
            personalDataReason: nil,
            notices: escalationNotices(breach, name)
        )
    }

    /// What the owner is sent when a matter is put to it.
    ///
    /// Source: R17.
    func escalationNotices(_ breach: Breach, _ name: MatterName) -> [NoticeOrder] {
        orders(.escalation, to: [.owner], occasion: "\(name).\(breach[name].escalations + 1)", on: breach)
    }

    private func regulatorNotice(_ breach: Breach) -> RegulatorNoticeRecord {
        let earlier = breach.notices.count { ($0.order.inPlaceOf?.kind ?? $0.order.kind) == .regulatorNotice }
        let isFollowUp = breach.isNotified(of: .ico)
        return RegulatorNoticeRecord(
            reference: breach.reference,
            isFollowUp: isFollowUp,
            notices: orders(
                .regulatorNotice, to: [.submitter],
                occasion: "\(isFollowUp ? "follow-up" : "initial").\(earlier + 1)", on: breach)
        )
    }
}
