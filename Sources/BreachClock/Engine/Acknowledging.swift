/// Deciding on `ack`: that a partner knows is a fact of its own, never a position.
extension Clockwork {
    /// What an acknowledgement comes to.
    ///
    /// Source: R11, R12, R25 (a closed breach still takes acknowledgements).
    func decide(_ command: AcknowledgeCommand, at now: Instant) throws(Refusal) -> Decision {
        let breach = try breach(named: command.breach)
        let partner = try partner(named: command.partnerID, of: breach.sharingProtocol)
        guard let member = breach.member(partner.id) else {
            let told = breach.audience.map(\.partnerID).joined(separator: ", ")
            throw .refused(
                field: "partner",
                reason:
                    "The clause of \(breach.sharingProtocol.id) does not have \(partner.id) told of \(breach.reference); "
                    + (told.isEmpty ? "it has nobody told." : "it has \(told) told.")
            )
        }
        if let earlier = member.acknowledgement {
            return .unchanged(
                breach.reference,
                "\(partner.name) acknowledged \(breach.reference) before, on \(zone.localText(earlier.at)); "
                    + "nothing was recorded again."
            )
        }
        let personalDataReason = try checkedReason(command)
        let record = AcknowledgementRecord(
            reference: breach.reference,
            partnerID: partner.id,
            acknowledgement: Acknowledgement(
                at: try acknowledgedAt(command, breach, now: now),
                channel: command.channel,
                name: try checkedName(command)?.written
            ),
            personalDataReason: personalDataReason?.written
        )
        return .record(.acknowledged(record), breach.reference)
    }

    private func acknowledgedAt(
        _ command: AcknowledgeCommand,
        _ breach: Breach,
        now: Instant
    ) throws(Refusal) -> Instant {
        guard let at = command.at else { return now }
        try refuseFuture(at, field: "at", now: now)
        guard at >= breach.facts.detectedAt else {
            throw .refused(
                field: "at",
                reason: "Nobody can have acknowledged \(breach.reference) before it was detected, at "
                    + "\(zone.localText(breach.facts.detectedAt)); give that time or a later one."
            )
        }
        return at
    }

    private func checkedReason(_ command: AcknowledgeCommand) throws(Refusal) -> String? {
        guard let reason = command.personalDataReason else { return nil }
        let field = TextField.personalDataReason.rawValue
        let checked = try TextRules.checked(reason, field: field)
        try PersonalData.check([(field, checked)], reason: checked)
        return checked
    }

    private func checkedName(_ command: AcknowledgeCommand) throws(Refusal) -> String? {
        guard let name = command.name else { return nil }
        let checked = try TextRules.checkedName(name, field: "name")
        try PersonalData.check([("name", checked)], reason: command.personalDataReason)
        return checked
    }
}

extension String {
    /// The text as a free text.
    ///
    /// Source: R31.
    fileprivate var written: FreeText { .written(self) }
}
