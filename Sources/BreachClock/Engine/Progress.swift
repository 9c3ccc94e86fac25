/// How a breach goes on: what each fact about its matters, notifications and corrections makes of it.
extension Breach {
    /// Takes a fact about this breach in.
    ///
    /// Source: R31.
    mutating func take(_ fact: Fact) {
        switch fact.event {
        case .positionStated(let record): take(record, at: fact.at)
        case .matterAgreed(let record):
            settle(
                record.matter,
                Settlement(outcome: record.outcome, at: fact.at, agreedBy: asked(on: record.matter)),
                as: .agreed)
            order(record.notices, at: fact.at, lateSince: nil)
        case .matterReopened(let record):
            change(record.matter) { matter in
                matter.state = .consulting
                matter.since = fact.at
            }
            if record.matter == .ico { submitted = nil }
            changedAt = fact.at
            order(record.notices, at: fact.at, lateSince: nil)
        case .matterEscalated(let record): take(record, at: fact.at)
        case .matterDecided(let record):
            settle(
                record.matter, Settlement(outcome: record.outcome, at: fact.at, ruling: record.ruling), as: .decided)
            order(record.notices, at: fact.at, lateSince: nil)
        case .regulatorNoticeDue(let record):
            submitted = regulatorContent
            regulatorDrafts.append(RegulatorDraft(at: fact.at, content: regulatorContent))
            order(record.notices, at: fact.at, lateSince: nil)
        case .notificationRecorded(let record): take(record.notification, at: fact.at)
        case .noteAdded(let record):
            notes.append(Note(kind: record.kind, at: fact.at, text: record.text))
            changedAt = fact.at
        case .factsCorrected(let record): take(record, of: fact)
        case .breachClosed(let record):
            phase = .closed
            closures.append(
                Closure(
                    closedAt: fact.at, reason: record.reason, outstanding: record.outstanding,
                    wasAboveThreshold: isAboveThreshold))
            order(record.notices, at: fact.at, lateSince: nil)
        case .breachReopened(let record):
            phase = .open
            if let last = closures.indices.last {
                closures[last].reopenedAt = fact.at
                closures[last].reopeningReason = record.reason
            }
            changedAt = fact.at
        default:
            preconditionFailure("the ledger gives a breach what is the breach's alone")
        }
    }

    private mutating func change(_ name: MatterName, _ body: (inout Matter) -> Void) {
        var matter = self[name]
        body(&matter)
        matters[name] = matter
    }

    // MARK: - Matters

    private mutating func take(_ record: PositionRecord, at instant: Instant) {
        change(record.matter) { matter in
            matter.positions[record.partnerID] = Position(
                outcome: record.outcome,
                at: instant,
                name: record.name,
                reason: record.reason,
                telling: record.telling
            )
        }
        changedAt = instant
    }

    private mutating func take(_ record: EscalationRecord, at instant: Instant) {
        change(record.matter) { matter in
            matter.state = .awaitingDecision
            matter.since = instant
            matter.escalation = Escalation(at: instant, reason: record.cause, words: record.reason)
            matter.escalations += 1
        }
        order(record.notices, at: instant, lateSince: record.late ? record.due : nil)
    }

    private mutating func settle(_ name: MatterName, _ settlement: Settlement, as state: MatterState) {
        change(name) { matter in
            matter.state = state
            matter.since = settlement.at
            matter.settlements.append(settlement)
        }
        if name == .ico, settlement.outcome != .notify { submitted = nil }
        changedAt = settlement.at
    }

    // MARK: - Notifications

    /// The first notification of a controller freezes what it is judged by.
    private mutating func take(_ notification: Notification, at instant: Instant) {
        if notification.matter == .ico, notification.phase == .initial {
            let judged = notification.controllers.filter { verdicts[$0] == nil }
            let frozen = judged.map { ($0, verdict(of: $0, notifiedAt: notification.at)) }
            for (controller, verdict) in frozen { verdicts[controller] = verdict }
        }
        // One that is entered after a later one changes nothing of what the regulator knows.
        let isLatest = !notifications.contains { $0.matter == .ico && !$0.isOwnDuty && $0.at > notification.at }
        notifications.append(notification)
        if notification.matter == .ico, !notification.isOwnDuty, isLatest {
            notified = content(submittedAt: notification.at)
            submitted = notified
        }
        changedAt = instant
    }

    /// What was submitted then: what the last notice until then had, or the first where it was submitted before any.
    private func content(submittedAt instant: Instant) -> RegulatorContent {
        let draft = regulatorDrafts.last { $0.at <= instant } ?? regulatorDrafts.first
        return draft?.content ?? regulatorContent
    }

    // MARK: - Corrections

    private mutating func take(_ record: CorrectionRecord, of fact: Fact) {
        let instant = fact.at
        let before = standing
        let wasAboveThreshold = isAboveThreshold
        let oldDues = Dictionary(audience.map { ($0.partnerID, due($0)) }, uniquingKeysWith: { first, _ in first })

        add(record.added, at: instant)
        detectedBy = record.detectedBy
        if let reason = record.reason, facts.risk != record.facts.risk { texts[.reason] = reason }
        facts = record.facts
        texts.merge(record.texts) { _, new in new }

        if wasAboveThreshold != isAboveThreshold { reconsiderMatters(at: instant) }
        renumber(from: oldDues, at: instant)
        let movesRegulator = before.regulatorDue != regulatorDeadline.deadline.due
        if movesRegulator {
            regulatorEdition = DeadlineEdition(number: regulatorEdition.number + 1, since: instant)
        } else if isAboveThreshold, !wasAboveThreshold {
            regulatorEdition.since = instant
        }
        corrections.append(
            Correction(
                sequence: fact.sequence, at: instant, reason: record.reason, before: before, after: standing,
                texts: Set(record.texts.keys)))
        changedAt = instant
        order(record.notices, at: instant, lateSince: nil)
    }

    /// What a correction may change, as it is now.
    ///
    /// Source: R8.
    var standing: Correction.Standing {
        Correction.Standing(
            partnersDue: sharingProtocol.clause.partnerHours.map { facts.detectedAt + $0 * secondsPerHour },
            regulatorDue: regulatorDeadline.deadline.due,
            affected: asked(on: .ico),
            detectedBy: detectedBy,
            facts: facts,
            texts: texts,
            audience: audience.map(\.partnerID)
        )
    }

    private mutating func add(_ partners: [Partner], at instant: Instant) {
        for partner in partners where member(partner.id) == nil {
            if sharingProtocol.partner(partner.id) == nil { sharingProtocol.partners.append(partner) }
            let edition = audience.map(\.edition.number).max() ?? 1
            audience.append(
                AudienceMember(partnerID: partner.id, addedAt: instant, edition: .init(number: edition, since: instant))
            )
        }
    }

    /// A risk lowered below the threshold ends what is open; raised above it, what had ended so opens again.
    private mutating func reconsiderMatters(at instant: Instant) {
        for name in MatterName.allCases {
            let matter = self[name]
            if !isAboveThreshold, [.consulting, .awaitingDecision].contains(matter.state) {
                change(name) {
                    $0.state = .notRequired; $0.since = instant
                }
            } else if isAboveThreshold, matter.state == .notRequired {
                var opened = openingMatter(at: instant)
                opened.positions = matter.positions
                opened.escalations = matter.escalations
                opened.settlements = matter.settlements
                opened.escalation = opened.escalation ?? matter.escalation
                matters[name] = opened
            }
        }
        // Whoever was to notify the regulator was told to wait, and is asked anew.
        if !isAboveThreshold, !isNotified(of: .ico) { submitted = nil }
        // Reminders whose time passed while nothing was asked are not sent.
        for index in audience.indices { audience[index].edition.since = instant }
    }

    /// Gives members whose deadline moved, or who were added with one of their own, the next edition's number.
    private mutating func renumber(from oldDues: [String: Instant?], at instant: Instant) {
        var next = (audience.map(\.edition.number).max() ?? 0) + 1
        let inForce = Set(oldDues.values)
        let moved = audience.indices.filter { index in
            let due = due(audience[index])
            guard let old = oldDues[audience[index].partnerID] else { return !inForce.contains(due) }
            return old != due
        }
        for due in Set(moved.compactMap { due(audience[$0]) }).sorted() {
            for index in moved where self.due(audience[index]) == due {
                audience[index].edition = DeadlineEdition(number: next, since: instant)
            }
            next += 1
        }
        joinEditions(oldDues)
    }

    /// A member added with the deadline of the others is due by their edition.
    private mutating func joinEditions(_ oldDues: [String: Instant?]) {
        for index in audience.indices where oldDues[audience[index].partnerID] == nil {
            let due = due(audience[index])
            let other = audience.first { oldDues[$0.partnerID] != nil && self.due($0) == due }
            if let other { audience[index].edition.number = other.edition.number }
        }
    }
}
