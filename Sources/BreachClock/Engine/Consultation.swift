/// Who is asked, who has answered, and what they say: the consultation of a breach as it stands.
extension Breach {
    /// Whether the clause has the partners consulted.
    ///
    /// Source: R15.
    var isConsulted: Bool { sharingProtocol.clause.decision == .consultation }

    /// The state that a matter opens in: consultation where the clause has it, the decider's word where one decides
    /// alone, nothing where the risk is below the clause's threshold.
    ///
    /// Source: R15, R6.
    var openingState: MatterState {
        guard isAboveThreshold else { return .notRequired }
        return isConsulted ? .consulting : .awaitingDecision
    }

    /// The matter as it opens. Where the decider decides alone it lies with them from the beginning, by the clause.
    ///
    /// Source: R15.
    func openingMatter(at instant: Instant) -> Matter {
        var matter = Matter(state: openingState, since: instant)
        if matter.state == .awaitingDecision { matter.escalation = Escalation(at: instant, reason: .clause) }
        return matter
    }

    /// That matter.
    ///
    /// Source: rules, "matter".
    subscript(matter: MatterName) -> Matter {
        matters[matter] ?? Matter(state: .notRequired, since: reportedAt)
    }

    /// The matters in which a decision is awaited.
    ///
    /// Source: contract of the status, `awaitingDecision`.
    var awaitedDecisions: [MatterName] {
        MatterName.allCases.filter { self[$0].state == .awaitingDecision }
    }

    /// The partners whose position is awaited: on `ico` the affected ones, on `individuals` the whole audience.
    ///
    /// Source: R7, R21.
    func asked(on matter: MatterName) -> [String] {
        let all = audience.map(\.partnerID)
        guard matter == .ico, let affected = facts.affected else { return all }
        return all.filter(affected.contains)
    }

    /// The partners asked that have not answered.
    ///
    /// Source: R16 (silence is no position).
    func silent(on matter: MatterName) -> [String] {
        asked(on: matter).filter { self[matter].positions[$0] == nil }
    }

    /// What everybody asked agrees on; nil where anybody is silent or differs.
    ///
    /// Source: R16.
    func agreement(on matter: MatterName) -> Outcome? {
        let outcomes = asked(on: matter).map { self[matter].positions[$0]?.outcome }
        guard let first = outcomes.first, outcomes.allSatisfy({ $0 == first }) else { return nil }
        return first
    }

    /// Whether all have answered and differ.
    ///
    /// Source: R17.
    func differ(on matter: MatterName) -> Bool {
        silent(on: matter).isEmpty && agreement(on: matter) == nil && !asked(on: matter).isEmpty
    }

    /// Whether the regulator was notified for the group, or the people concerned told: from then on the outcome stands.
    ///
    /// Source: R16, R18.
    func isNotified(of matter: MatterName) -> Bool {
        notifications.contains { $0.matter == matter && !$0.isOwnDuty && $0.phase == .initial }
    }

    /// Who decides where the partners do not agree, or alone.
    ///
    /// Source: R15, R17; rules, "decider".
    var deciders: [Recipient] { sharingProtocol.clause.deciders(controllers) }

    /// The audience and the owner: one of each, though the owner may be one of the audience.
    ///
    /// Source: rules, table of notices; R10 (one message per organisation).
    var audienceAndOwner: [Recipient] {
        let told = audience.map { Recipient.partner($0.partnerID) }
        if case .partner(let id)? = sharingProtocol.owner, member(id) != nil { return told }
        return told + [.owner]
    }

    /// Whether a processor found it, which has to tell its controllers.
    ///
    /// Source: R6; UK GDPR Art 33(2).
    var isDetectedByProcessor: Bool {
        let roles = sharingProtocol.partner(detectedBy)?.roles ?? []
        return roles.contains(.processor) && !controllers.contains(detectedBy)
    }

    /// What the regulator's form is filled from, as it stands.
    ///
    /// Source: R22.
    var regulatorContent: RegulatorContent {
        // Whose position is awaited, and by what way they are reached, is between the partners.
        var facts = facts
        facts.affected = nil
        facts.isChannelCompromised = false
        return RegulatorContent(
            detectedBy: detectedBy,
            facts: facts,
            texts: texts.filter { $0.key != .personalDataReason },
            notes: notes.filter { $0.kind != .advice },
            telling: self[.individuals].settlement,
            tellingPositions: self[.individuals].state == .agreed ? self[.individuals].positions : [:],
            toldAt: notifications.filter { $0.matter == .individuals }.map(\.at)
        )
    }

    /// Whether that instant fell into a time for which the breach was closed: what was to be sent then is not sent.
    ///
    /// Source: R25 (reopening sends nothing for instants that passed meanwhile).
    func wasClosed(at instant: Instant) -> Bool {
        closures.contains { $0.closedAt < instant && $0.reopenedAt.map { instant < $0 } ?? true }
    }
}

extension Clause {
    /// Who decides where the partners do not agree, or alone: the owner, or each of those controllers.
    ///
    /// Source: R15, R17; rules, "decider".
    func deciders(_ controllers: [String]) -> [Recipient] {
        switch decision {
        case .consultation, .owner: [.owner]
        case .controller: controllers.map(Recipient.partner)
        }
    }
}
