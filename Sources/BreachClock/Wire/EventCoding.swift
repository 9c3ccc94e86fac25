/// The types of facts, by the names that the journal has for them.
///
/// Source: contract of the journal (`type`); the names are fixed once written.
enum FactType: String, CaseIterable, Sendable {
    /// The register, the daemon and the spool.
    ///
    /// Source: R4, R28.
    case registerOpened = "register-opened"
    case daemonStarted = "daemon-started"
    case daemonStopped = "daemon-stopped"
    case spoolOpened = "spool-opened"
    /// Breaches.
    ///
    /// Source: R5, R12.
    case breachRecorded = "breach-recorded"
    case partnerAcknowledged = "partner-acknowledged"
    case noteAdded = "note-added"
    case factsCorrected = "facts-corrected"
    case breachClosed = "breach-closed"
    case breachReopened = "breach-reopened"
    /// Matters.
    ///
    /// Source: R16, R17, R18.
    case positionStated = "position-stated"
    case matterAgreed = "matter-agreed"
    case matterReopened = "matter-reopened"
    case matterEscalated = "matter-escalated"
    case matterDecided = "matter-decided"
    /// The regulator.
    ///
    /// Source: R22, R23.
    case regulatorNoticeDue = "regulator-notice-due"
    case notificationRecorded = "notification-recorded"
    /// What the clock brings.
    ///
    /// Source: R13, R24, R11.
    case remindersDue = "reminders-due"
    case deadlineMissed = "deadline-missed"
    case missCorrected = "miss-corrected"
    /// Erasure.
    ///
    /// Source: R31.
    case textRedacted = "text-redacted"
    /// Notices on their way.
    ///
    /// Source: R11, R28.
    case noticesPublishing = "notices-publishing"
    case noticesWritten = "notices-written"
    case noticesHandedOver = "notices-handed-over"
    case noticesReturned = "notices-returned"
    case noticesRetried = "notices-retried"
    case noticesRecalled = "notices-recalled"
}

/// An event taken apart for the journal: its type, the members of the fact, and the texts that stand beside it.
///
/// Source: contract of the journal; R31.
struct EncodedEvent {
    /// The type.
    ///
    /// Source: contract of the journal.
    var type: FactType
    /// The fact's own members.
    ///
    /// Source: contract of the journal.
    var members: JSONObject
    /// The free texts by name, in the order of their names' first appearance.
    ///
    /// Source: R31.
    var texts: [(name: String, text: FreeText)]
}

extension EncodedEvent {
    /// Takes an event apart.
    ///
    /// Source: contract of the journal.
    init(_ event: Event) {
        let (type, members) = Self.parts(event)
        self.init(type: type, members: members, texts: event.namedTexts)
    }

    private static func parts(_ event: Event) -> (type: FactType, members: JSONObject) {
        switch event {
        case .registerOpened(let identity): (.registerOpened, ["register": .string(identity)])
        case .daemonStarted(let start): (.daemonStarted, start.members)
        case .daemonStopped: (.daemonStopped, [:])
        case .spoolOpened(let identity): (.spoolOpened, ["spool": .string(identity)])
        case .breachRecorded(let record): (.breachRecorded, record.members)
        case .acknowledged(let record): (.partnerAcknowledged, record.members)
        case .reminded(let record): (.remindersDue, record.members)
        case .deadlineMissed(let record): (.deadlineMissed, record.members)
        case .missCorrected(let record): (.missCorrected, record.members)
        case .positionStated(let record): (.positionStated, record.members)
        case .matterAgreed(let record): (.matterAgreed, record.members)
        case .matterReopened(let record): (.matterReopened, record.members)
        case .matterEscalated(let record): (.matterEscalated, record.members)
        case .matterDecided(let record): (.matterDecided, record.members)
        case .regulatorNoticeDue(let record): (.regulatorNoticeDue, record.members)
        case .notificationRecorded(let record): (.notificationRecorded, record.members)
        case .noteAdded(let record): (.noteAdded, record.members)
        case .factsCorrected(let record): (.factsCorrected, record.members)
        case .breachClosed(let record): (.breachClosed, record.members)
        case .breachReopened(let record): (.breachReopened, record.members)
        case .textRedacted(let record): (.textRedacted, record.members)
        case .noticesPublishing(let notices): (.noticesPublishing, ["notices": .array(notices.map(\.json))])
        case .noticesWritten(let identities):
            (.noticesWritten, ["notices": .array(identities.map { .object($0.members) })])
        case .noticesHandedOver(let handOvers): (.noticesHandedOver, ["notices": .array(handOvers.map(\.json))])
        case .noticesReturned(let record): (.noticesReturned, record.members)
        case .noticesRetried(let identities):
            (.noticesRetried, ["notices": .array(identities.map { .object($0.members) })])
        case .noticesRecalled(let identities):
            (.noticesRecalled, ["notices": .array(identities.map { .object($0.members) })])
        }
    }
}

extension Event {
    /// Puts an event together again; nil where something is wrong, which has been noted then.
    ///
    /// Source: contract of the journal.
    init?(_ type: FactType, _ reader: ObjectReader, _ texts: TextReader) {
        let event: Event? =
            switch type {
            case .registerOpened: reader.string("register").map(Event.registerOpened)
            case .daemonStarted: DaemonStart(reading: reader).map(Event.daemonStarted)
            case .daemonStopped: .daemonStopped
            case .spoolOpened: reader.string("spool").map(Event.spoolOpened)
            case .breachRecorded: BreachRecord(reading: reader, texts).map(Event.breachRecorded)
            case .partnerAcknowledged: AcknowledgementRecord(reading: reader, texts).map(Event.acknowledged)
            case .remindersDue: ReminderRecord(reading: reader).map(Event.reminded)
            case .deadlineMissed: MissRecord(reading: reader).map(Event.deadlineMissed)
            case .missCorrected: MissCorrectionRecord(reading: reader).map(Event.missCorrected)
            case .positionStated: PositionRecord(reading: reader, texts).map(Event.positionStated)
            case .matterAgreed: AgreementRecord(reading: reader).map(Event.matterAgreed)
            case .matterReopened: ReopenedMatterRecord(reading: reader).map(Event.matterReopened)
            case .matterEscalated: EscalationRecord(reading: reader, texts).map(Event.matterEscalated)
            case .matterDecided: DecisionRecord(reading: reader, texts).map(Event.matterDecided)
            case .regulatorNoticeDue: RegulatorNoticeRecord(reading: reader).map(Event.regulatorNoticeDue)
            case .notificationRecorded: NotificationRecord(reading: reader, texts).map(Event.notificationRecorded)
            case .noteAdded: NoteRecord(reading: reader, texts).map(Event.noteAdded)
            case .factsCorrected: CorrectionRecord(reading: reader, texts).map(Event.factsCorrected)
            case .breachClosed: ClosureRecord(reading: reader, texts).map(Event.breachClosed)
            case .breachReopened: ReopeningRecord(reading: reader, texts).map(Event.breachReopened)
            case .textRedacted: RedactionRecord(reading: reader, texts).map(Event.textRedacted)
            case .noticesPublishing:
                reader.all("notices", PublishedNotice.init(reading:)).map(Event.noticesPublishing)
            case .noticesWritten:
                reader.all("notices", NoticeIdentity.init(reading:)).map(Event.noticesWritten)
            case .noticesHandedOver:
                reader.all("notices", HandOver.init(reading:)).map(Event.noticesHandedOver)
            case .noticesReturned: ReturnRecord(reading: reader).map(Event.noticesReturned)
            case .noticesRetried:
                reader.all("notices", NoticeIdentity.init(reading:)).map(Event.noticesRetried)
            case .noticesRecalled:
                reader.all("notices", NoticeIdentity.init(reading:)).map(Event.noticesRecalled)
            }
        guard let event else { return nil }
        self = event
    }
}

/// Gives the free texts of a fact by name, and notes those that nobody asked for.
///
/// Source: R31.
final class TextReader {
    private var texts: [String: FreeText]
    private let problems: DocumentProblems

    /// The reader of those texts.
    ///
    /// Source: R31.
    init(_ texts: [String: FreeText], problems: DocumentProblems) {
        self.texts = texts
        self.problems = problems
    }

    /// The text of that name, where the fact has it.
    ///
    /// Source: R31.
    func text(_ name: String) -> FreeText? {
        texts.removeValue(forKey: name)
    }

    /// The text of that name, which the fact must have.
    ///
    /// Source: R31.
    func required(_ name: String) -> FreeText? {
        let text = text(name)
        if text == nil { problems.add(path(name), "is missing") }
        return text
    }

    private func path(_ name: String) -> DocumentPath { .member(name, of: .member("texts", of: .root)) }

    /// Notes the texts that nobody asked for. To be called last.
    ///
    /// Source: R31.
    func refuseUnknown() {
        for name in texts.keys.sorted() { problems.add(path(name), "is unknown") }
    }
}

// MARK: - The daemon

extension DaemonStart {
    fileprivate var members: JSONObject {
        [
            "version": .string(version),
            "lastAliveAt": .instant(lastAliveAt),
            "fellDue": .array(
                fellDue.map {
                    .object([
                        "breach": .string($0.reference.description), "what": .string($0.what.name),
                        "at": .instant($0.at),
                    ])
                }
            ),
        ]
    }

    fileprivate init?(reading reader: ObjectReader) {
        let version = reader.string("version")
        let lastAliveAt = reader.instant("lastAliveAt", .optional)
        let fellDue = reader.all("fellDue", FellDue.init(reading:))
        guard let version, let fellDue else { return nil }
        self.init(version: version, lastAliveAt: lastAliveAt, fellDue: fellDue)
    }
}

extension DaemonStart.FellDue {
    fileprivate init?(reading reader: ObjectReader) {
        let reference = reader.reference("breach")
        let name = reader.string("what")
        let at = reader.instant("at")
        reader.refuseUnknown()
        guard let reference, let name, let at else { return nil }
        guard let what = Upcoming.What(name: name) else {
            reader.note("what", "must be a kind of notice or “deadline”")
            return nil
        }
        self.init(reference: reference, what: what, at: at)
    }
}

// MARK: - Breaches

extension BreachRecord {
    fileprivate var members: JSONObject {
        var members: JSONObject = [
            "breach": .string(reference.description),
            "protocol": sharingProtocol.json,
            "detectedBy": .string(detectedBy),
            "controllers": .texts(controllers),
            "audience": .texts(audience),
        ]
        for member in facts.members.members { members.append(member.key, member.value) }
        members.append(
            "request",
            request.map { .object(["id": .string($0.id), "digest": .string($0.digest)]) } ?? .null
        )
        members.append("notices", .orders(notices))
        return members
    }

    fileprivate init?(reading reader: ObjectReader, _ texts: TextReader) {
        let reference = reader.reference("breach")
        let sharingProtocol = reader.object("protocol").flatMap(SharingProtocol.init(reading:))
        let detectedBy = reader.string("detectedBy")
        let controllers = reader.lines("controllers")
        let audience = reader.lines("audience")
        let facts = BreachFacts(reading: reader)
        let request = reader.object("request", .optional).flatMap(RecordedRequest.init(reading:))
        let notices = reader.orders()
        var named: [TextField: FreeText] = [:]
        for field in TextField.allCases { named[field] = texts.text(field.rawValue) }
        guard let reference, let sharingProtocol, let detectedBy, let controllers, let audience, let facts, let notices
        else { return nil }
        self.init(
            reference: reference,
            sharingProtocol: sharingProtocol,
            detectedBy: detectedBy,
            controllers: controllers,
            audience: audience,
            facts: facts,
            texts: named,
            request: request,
            notices: notices
        )
    }
}

extension RecordedRequest {
    fileprivate init?(reading reader: ObjectReader) {
        let id = reader.string("id")
        let digest = reader.string("digest")
        reader.refuseUnknown()
        guard let id, let digest else { return nil }
        self.init(id: id, digest: digest)
    }
}

extension BreachFacts {
    /// The facts' members.
    ///
    /// Source: contract of the journal.
    var members: JSONObject {
        var members: JSONObject = [
            "detectedAt": .instant(detectedAt),
            "occurredAt": .instant(occurredAt),
            "awareAt": .object(
                awareAt.sorted { $0.key < $1.key }.reduce(into: JSONObject()) { $0.append($1.key, .instant($1.value)) }
            ),
            "risk": .string(risk.rawValue),
            "affected": affected.map(JSON.texts) ?? .null,
            "individuals": .number(individuals),
            "records": .number(records),
            "cyber": .text(cyber?.rawValue),
        ]
        if isChannelCompromised { members.append("channelCompromised", .bool(true)) }
        return members
    }

    /// The facts that those members say.
    ///
    /// Source: contract of the journal.
    init?(reading reader: ObjectReader) {
        let detectedAt = reader.instant("detectedAt")
        let occurredAt = reader.instant("occurredAt", .optional)
        var awareAt: [String: Instant] = [:]
        if let object = reader.object("awareAt") {
            for key in object.keys { awareAt[key] = object.instant(key) }
        }
        let risk: Risk? = reader.choice("risk")
        let affected = reader.lines("affected", .optional)
        let individuals = reader.integer("individuals", .optional, in: 0...10_000_000_000)
        let records = reader.integer("records", .optional, in: 0...10_000_000_000)
        let cyber: CyberIncident? = reader.choice("cyber", .optional)
        let isChannelCompromised = reader.bool("channelCompromised", .optional) ?? false
        guard let detectedAt, let risk else { return nil }
        self.init(
            detectedAt: detectedAt,
            occurredAt: occurredAt,
            awareAt: awareAt,
            risk: risk,
            affected: affected,
            individuals: individuals,
            records: records,
            cyber: cyber,
            isChannelCompromised: isChannelCompromised
        )
    }
}

extension AcknowledgementRecord {
    fileprivate var members: JSONObject {
        [
            "breach": .string(reference.description),
            "partner": .string(partnerID),
            "acknowledgedAt": .instant(acknowledgement.at),
            "via": .text(acknowledgement.channel?.rawValue),
        ]
    }

    fileprivate init?(reading reader: ObjectReader, _ texts: TextReader) {
        let reference = reader.reference("breach")
        let partnerID = reader.string("partner")
        let at = reader.instant("acknowledgedAt")
        let channel: Channel? = reader.choice("via", .optional)
        let name = texts.text("name")
        let personalDataReason = texts.text("personalDataReason")
        guard let reference, let partnerID, let at else { return nil }
        self.init(
            reference: reference,
            partnerID: partnerID,
            acknowledgement: Acknowledgement(at: at, channel: channel, name: name),
            personalDataReason: personalDataReason
        )
    }
}

extension RedactionRecord {
    fileprivate var members: JSONObject {
        ["breach": .string(reference.description), "of": .integer(sequence), "field": .string(field)]
    }

    fileprivate init?(reading reader: ObjectReader, _ texts: TextReader) {
        let reference = reader.reference("breach")
        let sequence = reader.integer("of", in: 1...Int.max)
        let field = reader.string("field")
        let reason = texts.required("reason")
        let personalDataReason = texts.text("personalDataReason")
        guard let reference, let sequence, let field, let reason else { return nil }
        self.init(
            reference: reference, sequence: sequence, field: field, reason: reason,
            personalDataReason: personalDataReason)
    }
}

// MARK: - What the clock brings

extension ReminderRecord {
    fileprivate var members: JSONObject {
        [
            "breach": .string(reference.description), "about": .string(key.subject.rawValue),
            "edition": .integer(key.edition), "leadSeconds": .integer(leadSeconds), "due": .instant(due),
            "late": .bool(late), "notices": .orders(notices),
        ]
    }

    fileprivate init?(reading reader: ObjectReader) {
        let reference = reader.reference("breach")
        let subject: ReminderSubject? = reader.choice("about")
        let edition = reader.integer("edition", in: 1...Int.max)
        let leadSeconds = reader.integer("leadSeconds", in: 0...Int.max)
        let due = reader.instant("due")
        let late = reader.bool("late")
        let notices = reader.orders()
        guard let reference, let subject, let edition, let leadSeconds, let due, let late, let notices else {
            return nil
        }
        self.init(
            reference: reference, key: ReminderKey(subject: subject, edition: edition), leadSeconds: leadSeconds,
            due: due, late: late, notices: notices)
    }
}

extension MissRecord {
    fileprivate var members: JSONObject {
        [
            "breach": .string(reference.description), "deadline": .string(deadline.rawValue),
            "edition": .integer(edition), "due": .instant(due), "late": .bool(late), "notices": .orders(notices),
        ]
    }

    fileprivate init?(reading reader: ObjectReader) {
        let reference = reader.reference("breach")
        let deadline: DeadlineName? = reader.choice("deadline")
        let edition = reader.integer("edition", in: 1...Int.max)
        let due = reader.instant("due")
        let late = reader.bool("late")
        let notices = reader.orders()
        guard let reference, let deadline, let edition, let due, let late, let notices else { return nil }
        self.init(reference: reference, deadline: deadline, edition: edition, due: due, late: late, notices: notices)
    }
}

extension MissCorrectionRecord {
    fileprivate var members: JSONObject {
        [
            "breach": .string(reference.description), "deadline": .string(deadline.rawValue),
            "edition": .integer(edition), "settledAt": .instant(settledAt), "notices": .orders(notices),
        ]
    }

    fileprivate init?(reading reader: ObjectReader) {
        let reference = reader.reference("breach")
        let deadline: DeadlineName? = reader.choice("deadline")
        let edition = reader.integer("edition", in: 1...Int.max)
        let settledAt = reader.instant("settledAt")
        let notices = reader.orders()
        guard let reference, let deadline, let edition, let settledAt, let notices else { return nil }
        self.init(reference: reference, deadline: deadline, edition: edition, settledAt: settledAt, notices: notices)
    }
}

// MARK: - Notices

extension JSON {
    /// The orders, as facts have them.
    ///
    /// Source: R28.
    static func orders(_ orders: [NoticeOrder]) -> JSON { .array(orders.map(\.json)) }
}

extension ObjectReader {
    /// The notices that a fact brings.
    ///
    /// Source: R28.
    func orders() -> [NoticeOrder]? {
        all("notices", NoticeOrder.init(reading:))
    }

    fileprivate func recipient(_ key: String, _ presence: Presence = .required) -> Recipient? {
        guard let name = string(key, presence) else { return nil }
        if let recipient = Recipient(name: name) { return recipient }
        note(key, "must be a partner's id, owner, ig-team or submitter, perhaps with a deputy's number such as owner+1")
        return nil
    }
}

extension NoticeOrder {
    fileprivate var json: JSON {
        var members: JSONObject = [
            "kind": .string(kind.rawValue), "to": .string(recipient.name), "occasion": .string(occasion),
        ]
        if let inPlaceOf {
            members.append("inPlaceOf", .string(inPlaceOf.kind.rawValue))
            members.append("for", .string(inPlaceOf.recipient.name))
        }
        return .object(members)
    }

    fileprivate init?(reading reader: ObjectReader) {
        let kind: NoticeKind? = reader.choice("kind")
        let recipient = reader.recipient("to")
        let occasion = reader.string("occasion")
        let replacedKind: NoticeKind? = reader.choice("inPlaceOf", .optional)
        let replacedRecipient = reader.recipient("for", .optional)
        reader.refuseUnknown()
        if (replacedKind == nil) != (replacedRecipient == nil) {
            reader.note("inPlaceOf", "and “for” must be there together")
        }
        guard let kind, let recipient, let occasion else { return nil }
        var inPlaceOf: InPlaceOf?
        if let replacedKind, let replacedRecipient {
            inPlaceOf = .init(recipient: replacedRecipient, kind: replacedKind)
        }
        self.init(kind: kind, recipient: recipient, occasion: occasion, inPlaceOf: inPlaceOf)
    }
}

extension NoticeIdentity {
    fileprivate var members: JSONObject {
        ["breach": .string(reference.description), "notice": .string(token)]
    }

    /// To be called last, since it refuses what has not been asked for.
    fileprivate init?(reading reader: ObjectReader) {
        let reference = reader.reference("breach")
        let token = reader.string("notice")
        reader.refuseUnknown()
        guard let reference, let token else { return nil }
        self.init(reference: reference, token: token)
    }
}

extension PublishedNotice {
    fileprivate var json: JSON {
        var members = identity.members
        members.append("to", .texts(addresses))
        if isRedirected { members.append("redirected", true) }
        return .object(members)
    }

    fileprivate init?(reading reader: ObjectReader) {
        let addresses = reader.lines("to")
        let isRedirected = reader.bool("redirected", .optional) ?? false
        guard let identity = NoticeIdentity(reading: reader), let addresses else { return nil }
        self.init(identity: identity, addresses: addresses, isRedirected: isRedirected)
    }
}

extension HandOver {
    fileprivate var json: JSON {
        var members = identity.members
        members.append("at", .instant(at))
        return .object(members)
    }

    fileprivate init?(reading reader: ObjectReader) {
        let at = reader.instant("at")
        guard let identity = NoticeIdentity(reading: reader), let at else { return nil }
        self.init(identity: identity, at: at)
    }
}

extension ReturnRecord {
    fileprivate var members: JSONObject {
        [
            "breach": .string(reference.description), "returned": .texts(returned), "notices": .orders(notices),
        ]
    }

    fileprivate init?(reading reader: ObjectReader) {
        let reference = reader.reference("breach")
        let returned = reader.lines("returned")
        let notices = reader.orders()
        guard let reference, let returned, let notices else { return nil }
        self.init(reference: reference, returned: returned, notices: notices)
    }
}
