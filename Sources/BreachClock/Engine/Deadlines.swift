/// The two clocks of a breach, worked out from its facts: pure arithmetic on instants.
extension Breach {
    /// Seconds that a partner added later has at least.
    ///
    /// Source: R8.
    static let addedPartnerSeconds = 4 * secondsPerHour

    /// Whether the clause and the law ask for anything to be done: under the threshold `adverse` an unlikely risk does
    /// not, under `any` every breach does.
    ///
    /// Source: R6; UK GDPR Art 33(1).
    var isAboveThreshold: Bool {
        sharingProtocol.clause.threshold == .any || facts.risk != .unlikely
    }

    // MARK: - The partners'

    /// Whether the clause wants the audience informed "immediately".
    ///
    /// Source: R1.
    var isImmediate: Bool { sharingProtocol.clause.partnerHours == 0 }

    /// By when that member must be informed; nil where the clause sets no hours.
    ///
    /// Source: R1, R8 (a partner added later).
    func due(_ member: AudienceMember) -> Instant? { due(member, detectedAt: facts.detectedAt) }

    private func due(_ member: AudienceMember, detectedAt: Instant) -> Instant? {
        guard let hours = sharingProtocol.clause.partnerHours else { return nil }
        let due = detectedAt + hours * secondsPerHour
        return member.addedAt > reportedAt ? max(due, member.addedAt + Self.addedPartnerSeconds) : due
    }

    /// The members that are due by one edition of the deadline.
    ///
    /// Source: R8.
    struct PartnersEdition: Equatable, Sendable {
        /// The edition.
        ///
        /// Source: R8.
        var edition: DeadlineEdition
        /// The members.
        ///
        /// Source: R8.
        var members: [AudienceMember]
        /// By when they must be informed, and whether they were: met when the last of them is.
        ///
        /// Source: R1, R11.
        var deadline: Deadline
    }

    /// The editions of the partners' deadline that hold, in order: one, unless a partner was added later.
    ///
    /// Source: R8.
    var partnersEditions: [PartnersEdition] {
        Dictionary(grouping: audience, by: \.edition.number)
            .sorted { $0.key < $1.key }
            .compactMap { number, members in
                guard let first = members.first, let due = due(first) else { return nil }
                let deadline = deadline(of: members, due: due, edition: number)
                return PartnersEdition(edition: first.edition, members: members, deadline: deadline)
            }
    }

    private func deadline(of members: [AudienceMember], due: Instant, edition: Int) -> Deadline {
        let informed = members.compactMap(informedAt)
        let settledAt = informed.count == members.count ? informed.max() : nil
        guard isAboveThreshold else { return verdictBeforeLowering(members, settledAt: settledAt, due: due) }
        // "Immediately" is due at detection: it cannot be done before, so it is never missed and never late.
        let state: Deadline.State =
            if isImmediate { settledAt == nil ? .running : .met } else {
                verdict(due: due, settledAt: settledAt, isMissed: miss(.partners, edition: edition) != nil)
            }
        return Deadline(due: due, state: state, settledAt: settledAt)
    }

    /// What was done before the risk was lowered is judged for ever by the deadline that held then; what was open ended.
    ///
    /// Source: R6.
    private func verdictBeforeLowering(_ members: [AudienceMember], settledAt: Instant?, due: Instant) -> Deadline {
        let lowering = corrections.last { $0.before.risk != .unlikely && $0.after.risk == .unlikely }
        guard let settledAt, let lowering, settledAt <= lowering.at,
            let dueThen = members.first.flatMap({ self.due($0, detectedAt: lowering.after.facts.detectedAt) })
        else { return Deadline(due: due, state: .notRequired, settledAt: nil) }
        let isMet = isImmediate || settledAt <= dueThen
        return Deadline(due: dueThen, state: isMet ? .met : .late, settledAt: settledAt)
    }

    /// By when the audience must be informed, and whether it was: met when the last of it is informed. Where partners
    /// were added later, the deadline that wants attention most.
    ///
    /// Source: R1, R8, R11.
    var partnersDeadline: Deadline {
        let deadlines = partnersEditions.map(\.deadline)
        let byUrgency: [Deadline.State] = [.missed, .running, .notRequired, .late]
        let urgent = byUrgency.lazy.compactMap { state in deadlines.first { $0.state == state } }.first
        guard var deadline = urgent ?? deadlines.last else {
            return Deadline(due: nil, state: .notRequired, settledAt: nil)
        }
        let settled = deadlines.compactMap(\.settledAt)
        deadline.settledAt = settled.count == deadlines.count ? settled.max() : nil
        return deadline
    }

    // MARK: - The regulator's

    /// By when the regulator must be notified: the earlier of the clause's hours from detection and the law's from
    /// awareness. What a controller that has notified is judged by does not move any more.
    ///
    /// Source: R2; UK GDPR Art 33(1).
    var regulatorDeadline: RegulatorDeadline {
        let frozen = controllers.compactMap { verdicts[$0] }
        let isSettled = !controllers.isEmpty && frozen.count == controllers.count
        let byProtocol = isSettled ? frozen.compactMap(\.dueByProtocol).min() : dueByProtocol
        let byLaw = controllers.map(dueByLaw).min()
        let due = isSettled ? frozen.map(\.due).min() : [byProtocol, byLaw].compactMap { $0 }.min()
        let settledAt = isSettled ? frozen.map(\.notifiedAt).max() : nil
        let state: Deadline.State =
            if isSettled {
                frozen.allSatisfy { $0.notifiedAt <= $0.due } ? .met : .late
            } else if !isRegulatorToBeNotified {
                .notRequired
            } else if due != nil {
                miss(.regulator, edition: regulatorEdition.number) == nil ? .running : .missed
            } else {
                .notRequired
            }
        return RegulatorDeadline(
            deadline: Deadline(due: due, state: state, settledAt: settledAt),
            dueByProtocol: byProtocol,
            dueByLaw: byLaw
        )
    }

    /// Whether the regulator has to be notified as far as is known: not below the threshold, not once it was agreed or
    /// decided that it need not be.
    ///
    /// Source: R6, R20.
    var isRegulatorToBeNotified: Bool {
        isAboveThreshold && self[.ico].settlement?.outcome != .doNotNotify
    }

    /// Detection and the clause's hours; nil where the clause sets none.
    ///
    /// Source: R2.
    var dueByProtocol: Instant? {
        sharingProtocol.clause.regulatorHours.map { facts.detectedAt + $0 * secondsPerHour }
    }

    /// When that controller became aware: at detection unless a later instant was given.
    ///
    /// Source: R2.
    func awareAt(_ controller: String) -> Instant {
        facts.awareAt[controller] ?? facts.detectedAt
    }

    /// By when the law wants that controller to notify: by what it is judged by once it has notified.
    ///
    /// Source: UK GDPR Art 33(1); R2.
    func dueByLaw(_ controller: String) -> Instant {
        verdicts[controller]?.dueByLaw ?? awareAt(controller) + regulatorHoursByLaw * secondsPerHour
    }

    /// What that controller is judged by for ever, if it notified at that instant.
    ///
    /// Source: R2.
    func verdict(of controller: String, notifiedAt instant: Instant) -> Verdict {
        let byLaw = dueByLaw(controller)
        let due = regulatorDeadline.deadline.due
        return Verdict(notifiedAt: instant, dueByLaw: byLaw, dueByProtocol: dueByProtocol, due: due ?? byLaw)
    }

    // MARK: - Either

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
        let handedOver = notices(to: member.partnerID).compactMap { $0.isRedirected ? nil : $0.handedOverAt }
        return (handedOver + [member.acknowledgement?.at].compactMap { $0 }).min()
    }

    /// The notices that told that partner of the breach: one, and another where the risk was raised.
    ///
    /// Source: R10, R6.
    func notices(to partnerID: String) -> [Notice] {
        notices.filter { $0.order.kind == .breachNotice && $0.order.recipient == .partner(partnerID) }
    }

    /// The members that have to say still that they know: not the one that detected the breach, which told the others.
    ///
    /// Source: R12, R13.
    var unacknowledged: [AudienceMember] {
        guard isAboveThreshold else { return [] }
        return audience.filter { $0.acknowledgement == nil && $0.partnerID != detectedBy }
    }

    /// The recorded miss of that edition of a deadline.
    ///
    /// Source: R8, R24.
    func miss(_ name: DeadlineName, edition: Int) -> Miss? {
        misses.first { $0.deadline == name && $0.edition == edition }
    }

    private func verdict(due: Instant, settledAt: Instant?, isMissed: Bool) -> Deadline.State {
        if let settledAt { return settledAt <= due ? .met : .late }
        return isMissed ? .missed : .running
    }
}
