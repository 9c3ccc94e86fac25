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
        let texts = try CheckedTexts([("name", command.name, .name)], personalDataReason: command.personalDataReason)
        let record = AcknowledgementRecord(
            reference: breach.reference,
            partnerID: partner.id,
            acknowledgement: Acknowledgement(
                at: try acknowledgedAt(command, breach, now: now),
                channel: command.channel,
                name: texts["name"]
            ),
            personalDataReason: texts.personalDataReason
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
}
