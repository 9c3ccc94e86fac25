/// The facts about matters, notifications, corrections and closing, as the journal has them.
///
/// Source: contract of the journal.
extension PositionRecord {
    /// The fact's own members.
    ///
    /// Source: contract of the journal.
    var members: JSONObject {
        [
            "breach": .string(reference.description), "matter": .string(matter.rawValue),
            "partner": .string(partnerID), "outcome": .string(outcome.rawValue),
            "ground": .text(telling.ground?.rawValue),
        ]
    }

    /// Puts the record together again; nil where something is wrong, which has been noted then.
    ///
    /// Source: contract of the journal.
    init?(reading reader: ObjectReader, _ texts: TextReader) {
        let reference = reader.reference("breach")
        let matter: MatterName? = reader.choice("matter")
        let partnerID = reader.string("partner")
        let outcome: Outcome? = reader.choice("outcome")
        let telling = Telling(reading: reader, texts)
        let name = texts.text("name")
        let reason = texts.text("reason")
        let personalDataReason = texts.text("personalDataReason")
        guard let reference, let matter, let partnerID, let outcome else { return nil }
        self.init(
            reference: reference, matter: matter, partnerID: partnerID, outcome: outcome, name: name, reason: reason,
            telling: telling, personalDataReason: personalDataReason)
    }
}

extension Telling {
    fileprivate init(reading reader: ObjectReader, _ texts: TextReader) {
        let ground: TellingGround? = reader.choice("ground", .optional)
        self.init(when: texts.text("when"), how: texts.text("how"), byWhom: texts.text("byWhom"), ground: ground)
    }
}

extension AgreementRecord {
    /// The fact's own members.
    ///
    /// Source: contract of the journal.
    var members: JSONObject {
        [
            "breach": .string(reference.description), "matter": .string(matter.rawValue),
            "outcome": .string(outcome.rawValue), "notices": .orders(notices),
        ]
    }

    /// Puts the record together again; nil where something is wrong, which has been noted then.
    ///
    /// Source: contract of the journal.
    init?(reading reader: ObjectReader) {
        let reference = reader.reference("breach")
        let matter: MatterName? = reader.choice("matter")
        let outcome: Outcome? = reader.choice("outcome")
        let notices = reader.orders()
        guard let reference, let matter, let outcome, let notices else { return nil }
        self.init(reference: reference, matter: matter, outcome: outcome, notices: notices)
    }
}

extension ReopenedMatterRecord {
    /// The fact's own members.
    ///
    /// Source: contract of the journal.
    var members: JSONObject {
        [
            "breach": .string(reference.description), "matter": .string(matter.rawValue),
            "notices": .orders(notices),
        ]
    }

    /// Puts the record together again; nil where something is wrong, which has been noted then.
    ///
    /// Source: contract of the journal.
    init?(reading reader: ObjectReader) {
        let reference = reader.reference("breach")
        let matter: MatterName? = reader.choice("matter")
        let notices = reader.orders()
        guard let reference, let matter, let notices else { return nil }
        self.init(reference: reference, matter: matter, notices: notices)
    }
}

extension EscalationRecord {
    /// The fact's own members.
    ///
    /// Source: contract of the journal.
    var members: JSONObject {
        [
            "breach": .string(reference.description), "matter": .string(matter.rawValue),
            "cause": .string(cause.rawValue), "due": .instant(due), "late": .bool(late), "notices": .orders(notices),
        ]
    }

    /// Puts the record together again; nil where something is wrong, which has been noted then.
    ///
    /// Source: contract of the journal.
    init?(reading reader: ObjectReader, _ texts: TextReader) {
        let reference = reader.reference("breach")
        let matter: MatterName? = reader.choice("matter")
        let cause: EscalationReason? = reader.choice("cause")
        let due = reader.instant("due")
        let late = reader.bool("late")
        let notices = reader.orders()
        let reason = texts.text("reason")
        let personalDataReason = texts.text("personalDataReason")
        guard let reference, let matter, let cause, let due, let late, let notices else { return nil }
        self.init(
            reference: reference, matter: matter, cause: cause, due: due, late: late, reason: reason,
            personalDataReason: personalDataReason, notices: notices)
    }
}

extension DecisionRecord {
    /// The fact's own members.
    ///
    /// Source: contract of the journal.
    var members: JSONObject {
        [
            "breach": .string(reference.description), "matter": .string(matter.rawValue),
            "outcome": .string(outcome.rawValue), "revision": .bool(isRevision),
            "ground": .text(ruling.telling.ground?.rawValue), "notices": .orders(notices),
        ]
    }

    /// Puts the record together again; nil where something is wrong, which has been noted then.
    ///
    /// Source: contract of the journal.
    init?(reading reader: ObjectReader, _ texts: TextReader) {
        let reference = reader.reference("breach")
        let matter: MatterName? = reader.choice("matter")
        let outcome: Outcome? = reader.choice("outcome")
        let isRevision = reader.bool("revision")
        let telling = Telling(reading: reader, texts)
        let notices = reader.orders()
        let name = texts.required("name")
        let reason = texts.required("reason")
        let personalDataReason = texts.text("personalDataReason")
        guard let reference, let matter, let outcome, let isRevision, let notices, let name, let reason else {
            return nil
        }
        self.init(
            reference: reference, matter: matter, outcome: outcome, isRevision: isRevision,
            ruling: Ruling(name: name, reason: reason, telling: telling), personalDataReason: personalDataReason,
            notices: notices)
    }
}

extension RegulatorNoticeRecord {
    /// The fact's own members.
    ///
    /// Source: contract of the journal.
    var members: JSONObject {
        [
            "breach": .string(reference.description), "followUp": .bool(isFollowUp), "notices": .orders(notices),
        ]
    }

    /// Puts the record together again; nil where something is wrong, which has been noted then.
    ///
    /// Source: contract of the journal.
    init?(reading reader: ObjectReader) {
        let reference = reader.reference("breach")
        let isFollowUp = reader.bool("followUp")
        let notices = reader.orders()
        guard let reference, let isFollowUp, let notices else { return nil }
        self.init(reference: reference, isFollowUp: isFollowUp, notices: notices)
    }
}

extension NotificationRecord {
    /// The fact's own members.
    ///
    /// Source: contract of the journal.
    var members: JSONObject {
        [
            "breach": .string(reference.description), "matter": .string(notification.matter.rawValue),
            "controllers": .texts(notification.controllers), "phase": .string(notification.phase.rawValue),
            "notifiedAt": .instant(notification.at), "ownDuty": .bool(notification.isOwnDuty),
        ]
    }

    /// Puts the record together again; nil where something is wrong, which has been noted then.
    ///
    /// Source: contract of the journal.
    init?(reading reader: ObjectReader, _ texts: TextReader) {
        let breach = reader.reference("breach")
        let matter: MatterName? = reader.choice("matter")
        let controllers = reader.lines("controllers")
        let phase: NotificationPhase? = reader.choice("phase")
        let at = reader.instant("notifiedAt")
        let isOwnDuty = reader.bool("ownDuty")
        let reference = texts.text("reference")
        let delayReason = texts.text("delayReason")
        let reason = texts.text("reason")
        let personalDataReason = texts.text("personalDataReason")
        guard let breach, let matter, let controllers, let phase, let at, let isOwnDuty else { return nil }
        self.init(
            reference: breach,
            notification: Notification(
                matter: matter, controllers: controllers, phase: phase, at: at, isOwnDuty: isOwnDuty,
                reference: reference, delayReason: delayReason, reason: reason),
            personalDataReason: personalDataReason)
    }
}

extension NoteRecord {
    /// The fact's own members.
    ///
    /// Source: contract of the journal.
    var members: JSONObject {
        ["breach": .string(reference.description), "kind": .string(kind.rawValue)]
    }

    /// Puts the record together again; nil where something is wrong, which has been noted then.
    ///
    /// Source: contract of the journal.
    init?(reading reader: ObjectReader, _ texts: TextReader) {
        let reference = reader.reference("breach")
        let kind: NoteKind? = reader.choice("kind")
        let text = texts.required("text")
        let personalDataReason = texts.text("personalDataReason")
        guard let reference, let kind, let text else { return nil }
        self.init(reference: reference, kind: kind, text: text, personalDataReason: personalDataReason)
    }
}

extension CorrectionRecord {
    /// The fact's own members.
    ///
    /// Source: contract of the journal.
    var members: JSONObject {
        var members: JSONObject = ["breach": .string(reference.description), "detectedBy": .string(detectedBy)]
        for member in facts.members.members { members.append(member.key, member.value) }
        members.append("added", .array(added.map(\.json)))
        members.append("notices", .orders(notices))
        return members
    }

    /// Puts the record together again; nil where something is wrong, which has been noted then.
    ///
    /// Source: contract of the journal.
    init?(reading reader: ObjectReader, _ texts: TextReader) {
        let reference = reader.reference("breach")
        let detectedBy = reader.string("detectedBy")
        let facts = BreachFacts(reading: reader)
        let added = reader.all("added", Partner.init(reading:))
        let notices = reader.orders()
        let reason = texts.text("reason")
        let personalDataReason = texts.text("personalDataReason")
        var named: [TextField: FreeText] = [:]
        for field in TextField.allCases where field != .reason && field != .personalDataReason {
            named[field] = texts.text(field.rawValue)
        }
        guard let reference, let detectedBy, let facts, let added, let notices else { return nil }
        self.init(
            reference: reference, detectedBy: detectedBy, facts: facts, texts: named, added: added, reason: reason,
            personalDataReason: personalDataReason, notices: notices)
    }
}

extension ClosureRecord {
    /// The fact's own members.
    ///
    /// Source: contract of the journal.
    var members: JSONObject {
        [
            "breach": .string(reference.description), "outstanding": .texts(outstanding.map(\.identifier)),
            "notices": .orders(notices),
        ]
    }

    /// Puts the record together again; nil where something is wrong, which has been noted then.
    ///
    /// Source: contract of the journal.
    init?(reading reader: ObjectReader, _ texts: TextReader) {
        let reference = reader.reference("breach")
        let outstanding = Self.outstanding(reader)
        let notices = reader.orders()
        let reason = texts.text("reason")
        let personalDataReason = texts.text("personalDataReason")
        guard let reference, let outstanding, let notices else { return nil }
        self.init(
            reference: reference, outstanding: outstanding, reason: reason, personalDataReason: personalDataReason,
            notices: notices)
    }

    private static func outstanding(_ reader: ObjectReader) -> [Outstanding]? {
        let key = "outstanding"
        guard let identifiers = reader.lines(key, longest: 4000) else { return nil }
        let outstanding = identifiers.compactMap(Outstanding.init(identifier:))
        guard outstanding.count == identifiers.count else {
            reader.note(
                key, "must name acknowledgements, deadlines, matters and what was to be done, as a closure does")
            return nil
        }
        return outstanding
    }
}

extension ReopeningRecord {
    /// The fact's own members.
    ///
    /// Source: contract of the journal.
    var members: JSONObject { ["breach": .string(reference.description)] }

    /// Puts the record together again; nil where something is wrong, which has been noted then.
    ///
    /// Source: contract of the journal.
    init?(reading reader: ObjectReader, _ texts: TextReader) {
        let reference = reader.reference("breach")
        let reason = texts.text("reason")
        let personalDataReason = texts.text("personalDataReason")
        guard let reference else { return nil }
        self.init(reference: reference, reason: reason, personalDataReason: personalDataReason)
    }
}
