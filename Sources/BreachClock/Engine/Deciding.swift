/// Deciding on `decide`: the decider's word ends a matter.
extension Clockwork {
    /// What a decision comes to.
    ///
    /// Source: R18, R20, R21, R25.
    func decide(_ command: DecideCommand) throws(Refusal) -> Decision {
        let breach = try breach(named: command.breach)
        try refuseClosed(breach, "decisions")
        try refuseNotRequired(breach, command.matter)
        try refuseUndecidable(breach, command)
        try refuseTelling(command.telling, command.matter, command.outcome)
        let texts = try CheckedTexts(
            [("name", command.name, .name), ("reason", command.reason, .text)] + command.telling.fields,
            personalDataReason: command.personalDataReason
        )
        let ruling = Ruling(
            name: try texts.required(
                "name", "A decision needs the name of whoever decided, for \(breach.sharingProtocol.decider)."),
            reason: try texts.required("reason", "A decision needs its reason, in a sentence or two."),
            telling: try telling(command, texts)
        )
        if let settlement = breach[command.matter].settlement, settlement.outcome == command.outcome,
            settlement.ruling == ruling
        {
            return .unchanged(
                breach.reference,
                "The same was decided before, on \(zone.localText(settlement.at)); nothing was recorded again."
            )
        }
        return .record(.matterDecided(decision(breach, command, ruling, texts)), breach.reference)
    }

    private func decision(
        _ breach: Breach,
        _ command: DecideCommand,
        _ ruling: Ruling,
        _ texts: CheckedTexts
    ) -> DecisionRecord {
        // Whoever was to notify the regulator is told where that is decided otherwise.
        let isWithdrawn = command.matter == .ico && command.outcome == .doNotNotify && breach.submitted != nil
        let occasion = "\(command.matter).\(breach[command.matter].settlements.count + 1)"
        return DecisionRecord(
            reference: breach.reference,
            matter: command.matter,
            outcome: command.outcome,
            isRevision: command.isRevision,
            ruling: ruling,
            personalDataReason: texts.personalDataReason,
            notices: outcomeNotices(breach, command.matter)
                + orders(.outcome, to: isWithdrawn ? [.submitter] : [], occasion: occasion, on: breach)
        )
    }

    private func refuseUndecidable(_ breach: Breach, _ command: DecideCommand) throws(Refusal) {
        let name = command.matter
        let matter = breach[name]
        let since = zone.localText(matter.since)
        switch matter.state {
        case .awaitingDecision:
            guard command.isRevision else { return }
            throw .refused(
                field: "revise",
                reason:
                    "There is no decision on the matter \(name) of \(breach.reference) to change yet; leave --revise out."
            )
        case .consulting:
            let silent = breach.silent(on: name).joined(separator: ", ")
            throw .refused(
                field: "matter",
                reason:
                    "The partners are still being consulted on the matter \(name) of \(breach.reference); still to be "
                    + "heard: \(silent). To put it to \(breach.sharingProtocol.decider) before that: breachctl escalate "
                    + "\(breach.reference)\(option(name)) --reason TEXT."
            )
        case .agreed:
            throw .refused(
                field: "matter",
                reason:
                    "The partners agreed on the matter \(name) of \(breach.reference) on \(since), so nothing is left to "
                    + "decide; a position would have to change first: breachctl position \(breach.reference)."
            )
        case .decided:
            try refuseRevision(breach, command, since: since)
        case .notRequired:
            try refuseNotRequired(breach, name)
        }
    }

    /// How a command names that matter: the regulator's need not be named.
    private func option(_ matter: MatterName) -> String { matter == .ico ? "" : " --matter \(matter)" }

    private func refuseRevision(_ breach: Breach, _ command: DecideCommand, since: String) throws(Refusal) {
        let name = command.matter
        guard command.isRevision else {
            let ownDuty =
                breach.sharingProtocol.clause.decision == .controller
                ? " A controller that decides otherwise by its own procedure notifies on its own duty: breachctl notified "
                    + "\(breach.reference)\(option(name)) --own-duty CONTROLLER --reason TEXT."
                : ""
            throw .refused(
                field: "revise",
                reason:
                    "The matter \(name) of \(breach.reference) was decided on \(since); to change that decision, say so "
                    + "with --revise.\(ownDuty)"
            )
        }
        guard !breach.isNotified(of: name) else {
            let whom = name == .ico ? "The regulator was notified" : "The people concerned were told"
            throw .refused(
                field: "revise",
                reason:
                    "\(whom) of \(breach.reference), so the decision stands; write down what came after with: breachctl "
                    + "note \(breach.reference)."
            )
        }
    }

    /// A decision on the people concerned says when, how and by whom, or the ground for not telling them.
    private func telling(_ command: DecideCommand, _ texts: CheckedTexts) throws(Refusal) -> Telling {
        guard command.matter == .individuals else { return .unsaid }
        let telling = command.telling.checked(texts)
        switch command.outcome {
        case .notify:
            for (field, text) in [("when", telling.when), ("how", telling.how), ("byWhom", telling.byWhom)]
            where text == nil {
                throw .refused(
                    field: field,
                    reason: "A decision to tell the people concerned says when, how and by whom; give all three."
                )
            }
        case .doNotNotify:
            guard telling.ground != nil else {
                let grounds = TellingGround.allCases.map(\.rawValue).joined(separator: ", ")
                throw .refused(
                    field: "ground",
                    reason:
                        "A decision not to tell the people concerned needs its ground in UK GDPR Art 34: one of \(grounds)."
                )
            }
        }
        return telling
    }
}
