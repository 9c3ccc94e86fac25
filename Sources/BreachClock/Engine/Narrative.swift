/// A fact in one sentence, for people who read the history.
///
/// Source: contract of `timeline`.
struct Narrative: Sendable {
    /// The breach as it is now, for its names.
    ///
    /// Source: R5.
    let breach: Breach
    /// The configured zone.
    ///
    /// Source: R3.
    let zone: any ZoneRules

    /// The teller of that breach's history.
    ///
    /// Source: contract of `timeline`.
    init(breach: Breach, zone: any ZoneRules) {
        self.breach = breach
        self.zone = zone
    }

    /// What the event says of this breach; nil where it says nothing of it.
    ///
    /// Source: contract of `timeline`.
    func sentence(_ event: Event) -> String? {
        switch event {
        case .registerOpened, .daemonStarted, .daemonStopped, .spoolOpened: nil
        case .breachRecorded(let record): recorded(record)
        case .acknowledged(let record): acknowledged(record)
        case .reminded(let record): reminded(record)
        case .deadlineMissed(let record): missed(record)
        case .missCorrected(let record): corrected(record)
        case .textRedacted(let record):
            record.reference == breach.reference
                ? "Redacted the text “\(record.field)” of fact \(record.sequence): \(record.reason.shown)" : nil
        case .noticesPublishing(let notices): about(notices.map(\.identity), "About to enter the spool")
        case .noticesWritten(let identities): about(identities, "Stood complete in the spool")
        case .noticesHandedOver(let handOvers): about(handOvers.map(\.identity), "Taken by the mail system")
        }
    }

    private func recorded(_ record: BreachRecord) -> String? {
        guard record.reference == breach.reference else { return nil }
        return "Recorded: detected by \(breach.partnerName(record.detectedBy)) on "
            + "\(zone.localText(record.facts.detectedAt)), risk \(record.facts.risk.rawValue); "
            + "\(count(record.notices.count, "notice")) ordered."
    }

    private func acknowledged(_ record: AcknowledgementRecord) -> String? {
        guard record.reference == breach.reference else { return nil }
        let name = record.acknowledgement.name.map { ", \($0.shown)" } ?? ""
        let channel = record.acknowledgement.channel.map { " by \($0.rawValue)" } ?? ""
        return "\(breach.partnerName(record.partnerID))\(name) acknowledged\(channel) on "
            + "\(zone.localText(record.acknowledgement.at))."
    }

    private func reminded(_ record: ReminderRecord) -> String? {
        guard record.reference == breach.reference else { return nil }
        return
            "Reminded \(count(record.notices.count, "recipient")), \(durationText(record.leadSeconds)) before the "
            + "partners' deadline\(late(record.late, record.due))."
    }

    private func missed(_ record: MissRecord) -> String? {
        guard record.reference == breach.reference else { return nil }
        return "The \(owner(of: record.deadline)) deadline, \(zone.localText(record.due)), passed unmet"
            + "\(late(record.late, record.due)); \(count(record.notices.count, "notice")) ordered."
    }

    private func corrected(_ record: MissCorrectionRecord) -> String? {
        guard record.reference == breach.reference else { return nil }
        return
            "The \(owner(of: record.deadline)) deadline was kept after all, on \(zone.localText(record.settledAt)); those "
            + "told of the miss are told."
    }

    /// The notices by kind: `breach-notice to open-road, peabody; case-opened to ig-team`.
    private func about(_ identities: [NoticeIdentity], _ what: String) -> String? {
        let orders = identities.filter { $0.reference == breach.reference }
            .compactMap { breach.notice(token: $0.token)?.order }
        guard !orders.isEmpty else { return nil }
        let kinds = NoticeKind.allCases.compactMap { kind -> String? in
            let recipients = orders.filter { $0.kind == kind }.map(recipient)
            return recipients.isEmpty ? nil : "\(kind.rawValue) to \(recipients.joined(separator: ", "))"
        }
        return "\(what): \(kinds.joined(separator: "; "))."
    }

    private func recipient(_ order: NoticeOrder) -> String {
        guard let inPlaceOf = order.inPlaceOf else { return order.recipient.name }
        return "\(order.recipient.name) in place of \(inPlaceOf.kind.rawValue) to \(inPlaceOf.recipient.name)"
    }

    private func late(_ isLate: Bool, _ due: Instant) -> String {
        isLate ? ", late (due \(zone.localText(due)))" : ""
    }

    private func owner(of deadline: DeadlineName) -> String {
        switch deadline {
        case .partners: "partners'"
        case .regulator: "regulator's"
        }
    }

    private func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
}
