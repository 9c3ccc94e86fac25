/// Deciding on `position`: what a partner says on a matter.
extension Clockwork {
    /// What a position comes to.
    ///
    /// Source: R16, R7, R25 (a closed breach takes none).
    func decide(_ command: PositionCommand) throws(Refusal) -> Decision {
        let breach = try breach(named: command.breach)
        let partner = try partner(named: command.partnerID, of: breach.sharingProtocol)
        guard breach.member(partner.id) != nil else {
            throw .refused(field: "partner", reason: outsideAudience(partner, breach))
        }
        try refuseClosed(breach, "positions")
        try refuseNotRequired(breach, command.matter)
        try refuseTelling(command.telling, command.matter, command.outcome)
        let texts = try CheckedTexts(
            [("name", command.name, .name), ("reason", command.reason, .text)] + command.telling.fields,
            personalDataReason: command.personalDataReason
        )
        if command.outcome == .doNotNotify {
            _ = try texts.required(
                "reason",
                "A position not to notify needs a reason, since the others have to weigh it; give one or two sentences."
            )
        }
        let record = PositionRecord(
            reference: breach.reference,
            matter: command.matter,
            partnerID: partner.id,
            outcome: command.outcome,
            name: texts["name"],
            reason: texts["reason"],
            telling: command.telling.checked(texts),
            personalDataReason: texts.personalDataReason
        )
        if let earlier = breach[command.matter].positions[partner.id], earlier.says(record) {
            return .unchanged(
                breach.reference,
                "\(partner.name) said the same before, on \(zone.localText(earlier.at)); nothing was recorded again."
            )
        }
        return .record(.positionStated(record), breach.reference)
    }

    private func outsideAudience(_ partner: Partner, _ breach: Breach) -> String {
        let asked = breach.audience.map(\.partnerID).joined(separator: ", ")
        return "The clause of \(breach.sharingProtocol.id) does not ask \(partner.id) about \(breach.reference); "
            + (asked.isEmpty ? "it asks nobody" : "it asks \(asked)")
            + ". A controller that acts by itself is recorded with: breachctl notified --own-duty."
    }

    /// Refuses what is said on telling the people concerned where it does not belong.
    ///
    /// Source: R21.
    func refuseTelling(_ telling: TellingWords, _ matter: MatterName, _ outcome: Outcome) throws(Refusal) {
        let tells = [("when", telling.when), ("how", telling.how), ("byWhom", telling.byWhom)]
        let told = tells.first { $0.1 != nil }?.0
        guard let field = told ?? (telling.ground == nil ? nil : "ground") else { return }
        guard matter == .individuals else {
            throw .refused(
                field: field,
                reason:
                    "When, how, by whom and the ground belong to the matter individuals; leave them out, or name it."
            )
        }
        if outcome == .doNotNotify, let told {
            throw .refused(
                field: told, reason: "Who is not told is told at no time and by nobody; give the ground instead.")
        }
        if outcome == .notify, telling.ground != nil {
            throw .refused(
                field: "ground", reason: "A ground is for not telling the people concerned; give when, how and by whom."
            )
        }
    }

    /// Refuses what a closed breach does not take.
    ///
    /// Source: R25.
    func refuseClosed(_ breach: Breach, _ what: String) throws(Refusal) {
        guard breach.phase == .closed else { return }
        throw .refused(
            field: "breach",
            reason: "\(breach.reference) is closed and takes no \(what); reopen it first: "
                + "breachctl reopen \(breach.reference)."
        )
    }

    /// Refuses what is said on a matter that nobody has to settle.
    ///
    /// Source: R6, R16.
    func refuseNotRequired(_ breach: Breach, _ matter: MatterName) throws(Refusal) {
        guard breach[matter].state == .notRequired else { return }
        throw .refused(
            field: "matter",
            reason:
                "Nothing has to be agreed or decided on \(breach.reference): its risk is \(breach.facts.risk.rawValue)."
                + " Where that is wrong, correct it first: breachctl correct \(breach.reference) --risk likely "
                + "--reason TEXT."
        )
    }
}

extension Position {
    /// Whether the record says nothing else than this.
    ///
    /// Source: hostile inputs (the same twice is recorded once).
    fileprivate func says(_ record: PositionRecord) -> Bool {
        outcome == record.outcome && name == record.name && reason == record.reason && telling == record.telling
    }
}
