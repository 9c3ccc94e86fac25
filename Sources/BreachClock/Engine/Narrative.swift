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

    /// What the fact says of this breach; nil where it says nothing of it.
    ///
    /// Source: contract of `timeline`.
    func sentence(_ fact: Fact) -> String? {
        let event = fact.event
        if let reference = event.reference, reference != breach.reference { return nil }
        guard let sentence = sentence(event, of: fact) else { return nil }
        // Of the report itself it stands among the other texts.
        if case .breachRecorded = event { return sentence }
        return sentence + (event.personalDataReason.map { " Personal data stands in it because: \($0.shown)" } ?? "")
    }

    private func sentence(_ event: Event, of fact: Fact) -> String? {
        switch event {
        case .registerOpened, .daemonStarted, .daemonStopped, .spoolOpened: nil
        case .breachRecorded(let record): recorded(record)
        case .acknowledged(let record): acknowledged(record)
        case .reminded(let record): reminded(record)
        case .deadlineMissed(let record): missed(record)
        case .missCorrected(let record): corrected(record)
        case .positionStated(let record): stated(record)
        case .matterAgreed(let record):
            "Agreed on \(record.matter.topic): \(record.outcome.rawValue)\(ordered(record.notices))."
        case .matterReopened(let record):
            "The agreement on \(record.matter.topic) holds no more: the partners are consulted again"
                + "\(ordered(record.notices))."
        case .matterEscalated(let record): escalated(record)
        case .matterDecided(let record): decided(record)
        case .regulatorNoticeDue(let record):
            record.isFollowUp
                ? "What changed since the regulator was notified was written for whoever submits it."
                : "What the regulator is to be told was written for whoever submits it."
        case .notificationRecorded(let record): notified(record.notification)
        case .noteAdded(let record): "Noted (\(record.kind.rawValue)): \(record.text.shown)"
        case .factsCorrected(let record): corrected(record, breach.corrections.first { $0.sequence == fact.sequence })
        case .breachClosed(let record):
            "Closed\(left(record.outstanding))\(reason(record.reason))."
        case .breachReopened(let record): "Reopened\(reason(record.reason))."
        case .textRedacted(let record):
            "Redacted the text “\(record.field)” of fact \(record.sequence): \(record.reason.shown)"
        case .noticesPublishing(let notices): about(notices.map(\.identity), "About to enter the spool")
        case .noticesWritten(let identities): about(identities, "Stood complete in the spool")
        case .noticesHandedOver(let handOvers): taken(handOvers, recordedAt: fact.at)
        case .noticesReturned(let record): returned(record)
        case .noticesRetried(let identities): about(identities, "Waiting in the spool again")
        case .noticesRecalled(let identities):
            about(identities, "Taken out of the spool again, to be written without the deleted text")
        }
    }

    /// What the event says of the daemon itself; nil where it is about breaches.
    ///
    /// Source: contract of `watch`; R4.
    static func sentenceOfDaemon(_ event: Event, zone: any ZoneRules) -> String? {
        switch event {
        case .registerOpened: "The register began."
        case .daemonStarted(let start): started(start, zone)
        case .daemonStopped: "The daemon ended as it was asked to."
        case .spoolOpened: "A spool was taken into use."
        default: nil
        }
    }

    private static func started(_ start: DaemonStart, _ zone: any ZoneRules) -> String {
        let away = start.lastAliveAt.map { "; it was last known to run on \(zone.localText($0))" } ?? ""
        let count = start.fellDue.count
        let due = count == 0 ? "" : "; \(count) thing\(count == 1 ? "" : "s") fell due since"
        return "The daemon started, version \(start.version)\(away)\(due)."
    }

    private func reason(_ text: FreeText?) -> String {
        text.map { text in
            // The sentence that this stands at the end of has its own full stop.
            let words = text.shown.hasSuffix(".") ? String(text.shown.dropLast()) : text.shown
            return ", because: \(words)"
        } ?? ""
    }

    private func stated(_ record: PositionRecord) -> String {
        let name = record.name.map { ", \($0.shown)," } ?? ""
        return "\(breach.partnerName(record.partnerID))\(name) stated its position on \(record.matter.topic): "
            + "\(record.outcome.rawValue)\(telling(record.telling))\(reason(record.reason))."
    }

    private func telling(_ telling: Telling) -> String {
        let parts = [
            telling.when.map { "when: \($0.shown)" }, telling.how.map { "how: \($0.shown)" },
            telling.byWhom.map { "by whom: \($0.shown)" }, telling.ground.map { "ground: \($0.rawValue)" },
        ].compactMap { $0 }
        return parts.isEmpty ? "" : " (\(parts.joined(separator: "; ")))"
    }

    private func escalated(_ record: EscalationRecord) -> String {
        let cause =
            switch record.cause {
            case .disagreement: "all have answered and they differ"
            case .noAgreement: "not all agreed by \(zone.localText(record.due))"
            case .manual: "by hand"
            case .clause: "by the clause"
            }
        return "Put to the \(breach.sharingProtocol.clause.ownerTitle), on \(record.matter.topic): \(cause)"
            + "\(late(record.late, record.due))\(reason(record.reason))\(ordered(record.notices))."
    }

    private func decided(_ record: DecisionRecord) -> String {
        "\(record.isRevision ? "Decided anew" : "Decided") on \(record.matter.topic): \(record.outcome.rawValue)"
            + "\(telling(record.ruling.telling)), by \(record.ruling.name.shown)\(reason(record.ruling.reason))"
            + "\(ordered(record.notices))."
    }

    private func notified(_ notification: Notification) -> String {
        let who = notification.controllers.map(breach.partnerName).joined(separator: "; ")
        let what = notification.matter == .ico ? "The regulator was notified" : "The people concerned were told"
        let own = notification.isOwnDuty ? ", on its own duty" : ""
        let reference = notification.reference.map { ", reference \($0.shown)" } ?? ""
        let delay = notification.delayReason.map { ", reasons for the delay: \($0.shown)" } ?? ""
        return "\(what) on \(zone.localText(notification.at)) (\(notification.phase.rawValue)), for \(who)\(own)"
            + "\(reference)\(delay)\(reason(notification.reason))."
    }

    private func corrected(_ record: CorrectionRecord, _ correction: Correction?) -> String {
        let changes = correction?.changes(names: breach.partnerName, time: zone.localText) ?? []
        return "Corrected: \(changes.joined(separator: "; "))\(reason(record.reason))"
            + "\(ordered(record.notices))."
    }

    private func recorded(_ record: BreachRecord) -> String {
        let rest = record.particulars(names: breach.partnerName, time: zone.localText)
        return "Recorded: detected by \(breach.partnerName(record.detectedBy)) on "
            + "\(zone.localText(record.facts.detectedAt)), risk \(record.facts.risk.rawValue)"
            + "\(rest.map { "; " + $0 }.joined())\(ordered(record.notices))."
    }

    /// What left the spool, and when: the daemon may have found out later.
    private func taken(_ handOvers: [HandOver], recordedAt instant: Instant) -> String? {
        let times = Set(handOvers.map(\.at)).sorted()
        let sentences = times.compactMap { at in
            about(
                handOvers.filter { $0.at == at }.map(\.identity),
                at == instant ? "Taken by the mail system" : "Taken by the mail system on \(zone.localText(at))")
        }
        return sentences.isEmpty ? nil : sentences.joined(separator: " ")
    }

    private func acknowledged(_ record: AcknowledgementRecord) -> String {
        let name = record.acknowledgement.name.map { ", \($0.shown)" } ?? ""
        let channel = record.acknowledgement.channel.map { " by \($0.rawValue)" } ?? ""
        return "\(breach.partnerName(record.partnerID))\(name) acknowledged\(channel) on "
            + "\(zone.localText(record.acknowledgement.at))."
    }

    private func reminded(_ record: ReminderRecord) -> String {
        return
            "Reminded \(count(record.notices.count, "recipient")), \(durationText(record.leadSeconds)) before "
            + "\(end(of: record.key.subject))\(late(record.late, record.due))."
    }

    private func end(of subject: ReminderSubject) -> String {
        switch subject {
        case .acknowledgement: "the partners' deadline"
        case .position: "the matter goes to the \(breach.sharingProtocol.clause.ownerTitle)"
        case .decision: "the regulator's deadline"
        }
    }

    private func missed(_ record: MissRecord) -> String {
        return "The \(owner(of: record.deadline)) deadline, \(zone.localText(record.due)), passed unmet"
            + "\(late(record.late, record.due))\(ordered(record.notices))."
    }

    private func corrected(_ record: MissCorrectionRecord) -> String {
        return
            "The \(owner(of: record.deadline)) deadline was kept after all, on \(zone.localText(record.settledAt)); those "
            + "told of the miss are told."
    }

    private func returned(_ record: ReturnRecord) -> String? {
        let identities = record.returned.map { NoticeIdentity(reference: record.reference, token: $0) }
        let tasks = record.notices.isEmpty ? "" : " \(count(record.notices.count, "telephone task")) ordered."
        return about(identities, "Refused by the mail system and set aside").map { $0 + tasks }
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

    private func left(_ outstanding: [Outstanding]) -> String {
        let words = outstanding.map { $0.words(names: breach.partnerName) }
        return words.isEmpty ? "" : " with this outstanding: \(words.joined(separator: "; "))"
    }

    /// The notices that a fact brought, at the end of its sentence.
    private func ordered(_ notices: [NoticeOrder]) -> String {
        notices.isEmpty ? "" : "; \(count(notices.count, "notice")) ordered"
    }

    private func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
}
