/// Deciding on `escalate`: somebody puts a matter to the owner by hand.
extension Clockwork {
    /// What an escalation by hand comes to.
    ///
    /// Source: R17 (in `consulting` only, with a reason), R25.
    func decide(_ command: EscalateCommand, at now: Instant) throws(Refusal) -> Decision {
        let breach = try breach(named: command.breach)
        try refuseClosed(breach, "escalations")
        try refuseNotRequired(breach, command.matter)
        let matter = breach[command.matter]
        guard matter.state == .consulting else {
            throw .refused(field: "matter", reason: whyNotEscalated(breach, command.matter))
        }
        let texts = try CheckedTexts(
            [("reason", command.reason, .text)], personalDataReason: command.personalDataReason)
        let reason = try texts.required(
            "reason", "Putting a matter to the \(breach.sharingProtocol.clause.ownerTitle) by hand needs a reason.")
        let record = EscalationRecord(
            reference: breach.reference,
            matter: command.matter,
            cause: .manual,
            due: now,
            late: false,
            reason: reason,
            personalDataReason: texts.personalDataReason,
            notices: escalationNotices(breach, command.matter)
        )
        return .record(.matterEscalated(record), breach.reference)
    }

    private func whyNotEscalated(_ breach: Breach, _ name: MatterName) -> String {
        let since = zone.localText(breach[name].since)
        switch breach[name].state {
        case .awaitingDecision:
            return
                "The matter \(name) of \(breach.reference) lies with \(breach.sharingProtocol.decider) since \(since); record the "
                + "decision with: breachctl decide \(breach.reference)."
        case .agreed:
            return
                "The partners agreed on the matter \(name) of \(breach.reference) on \(since); a position would have to "
                + "change first: breachctl position \(breach.reference)."
        case .decided:
            return "The matter \(name) of \(breach.reference) was decided on \(since); change the decision with: "
                + "breachctl decide \(breach.reference) --revise."
        case .consulting, .notRequired:
            return "The matter \(name) of \(breach.reference) needs no escalation."
        }
    }

    /// What whoever put a matter to the owner by hand is told: that the owner is not mailed. Nil where it is.
    ///
    /// Source: R14, R17.
    func remark(on record: EscalationRecord) -> String? {
        guard let breach = ledger[record.reference], record.notices.allSatisfy({ $0.kind == .telephoneTask }) else {
            return nil
        }
        let what = record.matter == .ico ? "notify the regulator" : "tell the people concerned"
        let isNamed = directory(breach).contact(.owner) != nil
        let task = isNamed ? "telephone" : "find and telephone"
        return
            "Whether to \(what) of \(breach.reference) is put to \(breach.sharingProtocol.decider); nothing is mailed to them: "
            + "the information governance team is asked to \(task) them."
    }
}
