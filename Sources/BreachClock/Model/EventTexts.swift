/// The free texts of facts, by the names that the journal and redaction have for them.
///
/// Source: contract of the journal; R31.
extension Event {
    /// The texts that stand beside this fact, in the order in which they are written.
    ///
    /// Source: R31.
    var namedTexts: [(name: String, text: FreeText)] {
        let texts: [(String, FreeText?)] =
            switch self {
            case .registerOpened, .daemonStarted, .daemonStopped, .spoolOpened, .reminded, .deadlineMissed,
                .missCorrected, .matterAgreed, .matterReopened, .regulatorNoticeDue, .noticesPublishing,
                .noticesWritten, .noticesHandedOver, .noticesReturned, .noticesRetried, .noticesRecalled:
                []
            case .breachRecorded(let record):
                TextField.allCases.map { ($0.rawValue, record.texts[$0]) }
            case .acknowledged(let record):
                [("name", record.acknowledgement.name), ("personalDataReason", record.personalDataReason)]
            case .positionStated(let record):
                [("name", record.name), ("reason", record.reason)] + record.telling.namedTexts
                    + [("personalDataReason", record.personalDataReason)]
            case .matterEscalated(let record):
                [("reason", record.reason), ("personalDataReason", record.personalDataReason)]
            case .matterDecided(let record):
                [("name", record.ruling.name), ("reason", record.ruling.reason)] + record.ruling.telling.namedTexts
                    + [("personalDataReason", record.personalDataReason)]
            case .notificationRecorded(let record):
                [
                    ("reference", record.notification.reference), ("delayReason", record.notification.delayReason),
                    ("reason", record.notification.reason), ("personalDataReason", record.personalDataReason),
                ]
            case .noteAdded(let record):
                [("text", record.text), ("personalDataReason", record.personalDataReason)]
            case .factsCorrected(let record):
                TextField.allCases.map { ($0.rawValue, record.texts[$0]) }.filter { $0.1 != nil }
                    + [("reason", record.reason), ("personalDataReason", record.personalDataReason)]
            case .breachClosed(let record):
                [("reason", record.reason), ("personalDataReason", record.personalDataReason)]
            case .breachReopened(let record):
                [("reason", record.reason), ("personalDataReason", record.personalDataReason)]
            case .textRedacted(let record):
                [("reason", record.reason), ("personalDataReason", record.personalDataReason)]
            }
        return texts.compactMap { name, text in text.map { (name, $0) } }
    }

    /// Why personal data stands in one of those texts all the same.
    ///
    /// Source: R27.
    var personalDataReason: FreeText? { namedTexts.first { $0.name == TextField.personalDataReason.rawValue }?.text }
}

extension Event {
    /// The same with one of its texts deleted.
    ///
    /// - Parameter name: The text's name; where the fact has none of that name nothing changes.
    ///
    /// Source: R31.
    func redacting(_ name: String) -> Event {
        switch self {
        case .breachRecorded(var record):
            if let field = TextField(rawValue: name) { redact(&record.texts[field]) }
            return .breachRecorded(record)
        case .acknowledged(var record):
            if name == "name" { redact(&record.acknowledgement.name) }
            if name == "personalDataReason" { redact(&record.personalDataReason) }
            return .acknowledged(record)
        case .positionStated(var record):
            if name == "name" { redact(&record.name) }
            if name == "reason" { redact(&record.reason) }
            if name == "personalDataReason" { redact(&record.personalDataReason) }
            record.telling.redact(name)
            return .positionStated(record)
        case .matterEscalated(var record):
            if name == "reason" { redact(&record.reason) }
            if name == "personalDataReason" { redact(&record.personalDataReason) }
            return .matterEscalated(record)
        case .matterDecided(var record):
            if name == "name" { record.ruling.name = .redacted }
            if name == "reason" { record.ruling.reason = .redacted }
            if name == "personalDataReason" { redact(&record.personalDataReason) }
            record.ruling.telling.redact(name)
            return .matterDecided(record)
        case .notificationRecorded(var record):
            if name == "reference" { redact(&record.notification.reference) }
            if name == "delayReason" { redact(&record.notification.delayReason) }
            if name == "reason" { redact(&record.notification.reason) }
            if name == "personalDataReason" { redact(&record.personalDataReason) }
            return .notificationRecorded(record)
        case .noteAdded(var record):
            if name == "text" { record.text = .redacted }
            if name == "personalDataReason" { redact(&record.personalDataReason) }
            return .noteAdded(record)
        case .factsCorrected(var record):
            if name == "reason" {
                redact(&record.reason)
            } else if name == "personalDataReason" {
                redact(&record.personalDataReason)
            } else if let field = TextField(rawValue: name) {
                redact(&record.texts[field])
            }
            return .factsCorrected(record)
        case .breachClosed(var record):
            if name == "reason" { redact(&record.reason) }
            if name == "personalDataReason" { redact(&record.personalDataReason) }
            return .breachClosed(record)
        case .breachReopened(var record):
            if name == "reason" { redact(&record.reason) }
            if name == "personalDataReason" { redact(&record.personalDataReason) }
            return .breachReopened(record)
        case .textRedacted(var record):
            if name == "reason" { record.reason = .redacted }
            if name == "personalDataReason" { redact(&record.personalDataReason) }
            return .textRedacted(record)
        case .registerOpened, .daemonStarted, .daemonStopped, .spoolOpened, .reminded, .deadlineMissed,
            .missCorrected, .matterAgreed, .matterReopened, .regulatorNoticeDue, .noticesPublishing, .noticesWritten,
            .noticesHandedOver, .noticesReturned, .noticesRetried, .noticesRecalled:
            return self
        }
    }
}

private func redact(_ text: inout FreeText?) {
    if text != nil { text = .redacted }
}

extension Telling {
    fileprivate mutating func redact(_ name: String) {
        if name == "when" { BreachClock.redact(&when) }
        if name == "how" { BreachClock.redact(&how) }
        if name == "byWhom" { BreachClock.redact(&byWhom) }
    }

    fileprivate var namedTexts: [(String, FreeText?)] {
        [("when", when), ("how", how), ("byWhom", byWhom)]
    }
}
