/// Deciding on `correct`: nothing is rewritten, a correction is a fact of its own.
extension Clockwork {
    /// What a correction comes to.
    ///
    /// Source: R8, R6, R7, R25 (a closed breach still takes corrections).
    func decide(_ command: CorrectCommand, at now: Instant) throws(Refusal) -> Decision {
        let breach = try breach(named: command.breach)
        let texts = try checkedTexts(command)
        let added = try added(command, breach, on: zone.civilTime(at: now).date)
        var record = CorrectionRecord(
            reference: breach.reference,
            detectedBy: try command.detectedBy.map { text throws(Refusal) in
                try partner(named: text, of: breach.sharingProtocol).id
            } ?? breach.detectedBy,
            facts: try facts(command, breach, added: added, texts: texts, now: now),
            texts: command.texts.keys.filter { ![.reason, .personalDataReason].contains($0) }
                .reduce(into: [:]) { $0[$1] = texts[$1.rawValue] }
                .filter { breach.texts[$0.key] != $0.value },
            added: added,
            reason: texts["reason"],
            personalDataReason: texts.personalDataReason,
            notices: []
        )
        guard record.changes(breach) else {
            throw .refused(
                field: "reason",
                reason: "Nothing of this differs from what \(breach.reference) has; give at least one fact that does."
            )
        }
        guard record.reason != nil || record.onlyFills(breach) else {
            throw .refused(
                field: "reason",
                reason: "A correction needs a reason; only a fact that was empty is filled without one.")
        }
        record.notices = notices(record, breach, at: now)
        return .record(.factsCorrected(record), breach.reference)
    }

    private func checkedTexts(_ command: CorrectCommand) throws(Refusal) -> CheckedTexts {
        let fields = TextField.allCases.compactMap { field -> (String, String?, CheckedTexts.Kind)? in
            [.reason, .personalDataReason].contains(field) ? nil : (field.rawValue, command.texts[field], .text)
        }
        return try CheckedTexts(
            fields + [("reason", command.reason, .text)],
            personalDataReason: command.texts[.personalDataReason]
        )
    }

    // MARK: - Facts

    private func facts(
        _ command: CorrectCommand,
        _ breach: Breach,
        added: [Partner],
        texts: CheckedTexts,
        now: Instant
    ) throws(Refusal) -> BreachFacts {
        var facts = breach.facts
        facts.detectedAt = command.detectedAt ?? facts.detectedAt
        facts.occurredAt = command.occurredAt ?? facts.occurredAt
        facts.risk = command.risk ?? facts.risk
        facts.individuals = command.individuals ?? facts.individuals
        facts.records = command.records ?? facts.records
        facts.cyber = command.cyber ?? facts.cyber
        facts.isChannelCompromised = command.isChannelCompromised ?? facts.isChannelCompromised
        if let named = command.affected {
            var protocolThen = breach.sharingProtocol
            protocolThen.partners += added.filter { protocolThen.partner($0.id) == nil }
            let audience = breach.audience.map(\.partnerID) + added.map(\.id)
            facts.affected = try affected(named, of: protocolThen, audience: audience)
        }
        try checkTimes(facts, now: now)
        try checkCount(facts.individuals, field: "individuals")
        try checkCount(facts.records, field: "records")
        facts.awareAt = try awareness(command, breach, detectedAt: facts.detectedAt, texts: texts, now: now)
        try refuseAfterNotification(facts, breach)
        return facts
    }

    /// When each controller became aware: corrected for those named, all unless named; the others keep theirs.
    private func awareness(
        _ command: CorrectCommand,
        _ breach: Breach,
        detectedAt: Instant,
        texts: CheckedTexts,
        now: Instant
    ) throws(Refusal) -> [String: Instant] {
        var awareAt = breach.facts.awareAt
        if let instant = command.awareAt {
            try checkAwareness(instant, detectedAt: detectedAt, now: now)
            for controller in try namedControllers(command, breach) {
                awareAt[controller] = instant > detectedAt ? instant : nil
            }
        } else if !command.controllers.isEmpty {
            throw .refused(
                field: "controllers",
                reason: "Controllers are named to say whose awareness is corrected; give --aware too.")
        }
        if let early = awareAt.filter({ $0.value < detectedAt }).keys.min() {
            throw .refused(
                field: "aware",
                reason: "\(early) is recorded as aware before that detection; give the awareness too, with --aware."
            )
        }
        awareAt = awareAt.filter { $0.value > detectedAt }
        guard awareAt.isEmpty || isExplained(awareAt, breach, texts) else {
            throw .refused(
                field: "awareReason",
                reason:
                    "A controller that became aware later than the detection needs a written reason. There is one for "
                    + "all of them: give it anew, with --aware-reason TEXT."
            )
        }
        return awareAt
    }

    /// A reason that stands there was given for the times that stand there: it explains no other.
    private func isExplained(_ awareAt: [String: Instant], _ breach: Breach, _ texts: CheckedTexts) -> Bool {
        if texts["awareReason"] != nil { return true }
        guard breach.texts[.awareReason] != nil else { return texts["reason"] != nil }
        return awareAt.allSatisfy { $0.value == breach.facts.awareAt[$0.key] }
    }

    private func namedControllers(_ command: CorrectCommand, _ breach: Breach) throws(Refusal) -> [String] {
        guard !command.controllers.isEmpty else { return breach.controllers }
        var named: [String] = []
        for text in command.controllers {
            let id = try partner(named: text, of: breach.sharingProtocol).id
            guard breach.controllers.contains(id) else {
                let controllers = breach.controllers.joined(separator: ", ")
                throw .refused(
                    field: "controllers",
                    reason: "\(id) is no controller of \(breach.reference); they are \(controllers)."
                )
            }
            named.append(id)
        }
        return named
    }

    /// What was done is not done before the breach was detected.
    private func refuseAfterNotification(_ facts: BreachFacts, _ breach: Breach) throws(Refusal) {
        guard let first = breach.notifications.map(\.at).min(), facts.detectedAt > first else { return }
        throw .refused(
            field: "detected",
            reason:
                "A notification of \(breach.reference) is recorded at \(zone.localText(first)), and none is made before "
                + "a breach is detected; give that time or an earlier one."
        )
    }

    /// The partners named as affected that are not of the audience yet: on the protocol today, they join it.
    private func added(_ command: CorrectCommand, _ breach: Breach, on today: CivilDate) throws(Refusal) -> [Partner] {
        guard let named = command.affected, breach.sharingProtocol.clause.audience == .partners else { return [] }
        let current = settings.protocols.first { $0.id == breach.sharingProtocol.id }
        var added: [Partner] = []
        for text in named {
            let id = text.lowercased()
            guard breach.member(id) == nil, !added.contains(where: { $0.id == id }),
                let partner = current?.partner(id) ?? breach.sharingProtocol.partner(id),
                partner.leftOn.map({ today < $0 }) ?? true
            else { continue }
            added.append(partner)
        }
        return added
    }

    // MARK: - Who is told

    /// The breach as it will be says who is told of what: a changed deadline, a changed question, a raised or lowered
    /// risk, a partner that joins.
    private func notices(_ record: CorrectionRecord, _ breach: Breach, at now: Instant) -> [NoticeOrder] {
        var after = breach
        let fact = Fact(sequence: 0, at: now, account: Account(uid: 0, name: ""), event: .factsCorrected(record))
        after.take(fact)
        let number = breach.corrections.count + 1
        let addedIDs = Set(record.added.map(\.id))

        if breach.isAboveThreshold, !after.isAboveThreshold {
            // What was submitted already is not withdrawn: what changed follows it.
            let isWithdrawn = breach.submitted != nil && !breach.isNotified(of: .ico)
            return orders(.outcome, to: breach.audienceAndOwner, occasion: "risk.\(number)", on: after)
                + orders(.outcome, to: isWithdrawn ? [.submitter] : [], occasion: "risk.\(number)", on: after)
        }
        guard after.isAboveThreshold else {
            // A processor's breach is told to its controllers whatever the risk.
            let isNew = after.isDetectedByProcessor && !breach.isDetectedByProcessor
            let told = isNew ? after.controllers.map(Recipient.partner) : []
            return orders(.breachNotice, to: told, occasion: "corrected.\(number)", on: after)
        }
        if !breach.isAboveThreshold {
            let asked = after.isConsulted || after.awaitedDecisions.isEmpty ? [] : after.deciders
            return orders(
                .breachNotice, to: after.audience.map { .partner($0.partnerID) }, occasion: "raised.\(number)",
                on: after)
                + orders(.decisionRequest, to: asked, occasion: "raised.\(number)", on: after)
        }
        // Who has not said that it knows is telephoned, whatever was mailed to it before.
        let isCompromised = after.facts.isChannelCompromised && !breach.facts.isChannelCompromised
        let toTelephone =
            isCompromised ? after.unacknowledged.map { Recipient.partner($0.partnerID) } : []
        let calls = orders(.breachNotice, to: toTelephone, occasion: "channel.\(number)", on: after)
        let toAdded = orders(
            .breachNotice, to: record.added.map { .partner($0.id) }, occasion: "added.\(number)", on: after)
        let corrected = told(breach, after).filter { recipient in
            if case .partner(let id) = recipient { !addedIDs.contains(id) } else { true }
        }
        return calls + toAdded + orders(.correction, to: corrected, occasion: "corrected.\(number)", on: after)
    }

    /// Who is told that something is not as they were told: the audience of a deadline that moved, those told of a miss
    /// of it, partners that are asked now or no more, and those that are taken as informed now or no more.
    private func told(_ breach: Breach, _ correctedBreach: Breach) -> [Recipient] {
        let before = breach.standing
        let after = correctedBreach.standing
        var moved: Set<DeadlineName> = []
        // A member added with a deadline of its own moves nobody else's.
        if breach.audience.contains(where: { breach.due($0) != correctedBreach.due($0) }) { moved.insert(.partners) }
        if before.regulatorDue != after.regulatorDue { moved.insert(.regulator) }
        let members = breach.audience.map(\.partnerID)
        let changedAsked =
            breach.isConsulted ? members.filter { before.affected.contains($0) != after.affected.contains($0) } : []
        // Who is taken as informed, and who is not any more.
        let detectors = before.detectedBy == after.detectedBy ? [] : [before.detectedBy, after.detectedBy]
        let partners = moved.isEmpty ? members.filter((changedAsked + detectors).contains) : members
        let wasMissed = breach.misses.contains { moved.contains($0.deadline) }
        let told = partners.map(Recipient.partner)
        let others = breach.audienceAndOwner.contains(.owner) || told.isEmpty ? [Recipient.owner, .igTeam] : [.igTeam]
        // The IG team has the list of whom to telephone.
        let isCompromised = correctedBreach.facts.isChannelCompromised && !breach.facts.isChannelCompromised
        return told + (wasMissed ? others : isCompromised ? [.igTeam] : [])
    }
}

extension CorrectionRecord {
    /// Whether it changes anything of that breach.
    ///
    /// Source: R8.
    fileprivate func changes(_ breach: Breach) -> Bool {
        detectedBy != breach.detectedBy || facts != breach.facts || !texts.isEmpty || !added.isEmpty
    }

    /// Whether it only fills what was empty.
    ///
    /// Source: R8 (needs no reason and tells nobody).
    fileprivate func onlyFills(_ breach: Breach) -> Bool {
        var filled = breach.facts
        if filled.occurredAt == nil { filled.occurredAt = facts.occurredAt }
        if filled.individuals == nil { filled.individuals = facts.individuals }
        if filled.records == nil { filled.records = facts.records }
        if filled.cyber == nil { filled.cyber = facts.cyber }
        return detectedBy == breach.detectedBy && filled == facts && added.isEmpty
            && texts.keys.allSatisfy { breach.texts[$0] == nil }
    }
}
