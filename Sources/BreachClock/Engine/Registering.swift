/// The register of breaches that the law asks for.
extension Clockwork {
    /// Every breach, closed ones too, in the order of recording.
    ///
    /// Source: R26; UK GDPR Art 33(5).
    func register(at now: Instant) -> [RegisterEntry] {
        ledger.references.compactMap { ledger[$0] }.map { breach in
            let row = RegisterRow(breach: breach, summary: summary(of: breach, at: now))
            return RegisterEntry(fields: RegisterRow.columns.map { .init(name: $0.name, value: $0.read(row)) })
        }
    }

    /// The names of the fields, in order.
    ///
    /// Source: R26.
    static var registerColumns: [String] { RegisterRow.columns.map(\.name) }
}

/// A breach as the register's columns read it.
///
/// Source: R26.
private struct RegisterRow {
    let breach: Breach
    let summary: BreachSummary

    /// A column: its name, and how it is read.
    struct Column {
        let name: String
        let read: @Sendable (RegisterRow) -> RegisterEntry.Value

        init(_ name: String, _ read: @escaping @Sendable (RegisterRow) -> RegisterEntry.Value) {
            self.name = name
            self.read = read
        }

        /// A column that holds one of the texts.
        init(_ field: TextField) {
            self.init(field.rawValue) { .text($0.breach.texts[field]?.shown) }
        }
    }

    static let columns: [Column] = facts + effects + deadlines + matters(.ico) + matters(.individuals) + end

    private static let facts: [Column] = [
        Column("id") { .text($0.breach.reference.description) },
        Column("protocol") { .text($0.breach.sharingProtocol.id) },
        Column("title") { .text($0.breach.sharingProtocol.title) },
        Column("phase") { .text($0.breach.phase.rawValue) },
        Column(.summary),
        Column("partnerNames") { .list($0.partnerNames) },
        Column("detectedBy") { .text($0.breach.detectedBy) },
        Column("occurredAt") { .instant($0.breach.facts.occurredAt) },
        Column("detectedAt") { .instant($0.breach.facts.detectedAt) },
        Column("awareAt") { .instant($0.summary.controllers.map(\.awareAt).min()) },
        Column(.awareReason),
        Column("awareness") { .list($0.awareness) },
        Column("reportedAt") { .instant($0.breach.reportedAt) },
        Column("controllers") { .list($0.breach.controllers) },
        Column("decider") { .text($0.breach.sharingProtocol.decider) },
        Column("risk") { .text($0.breach.facts.risk.rawValue) },
        Column("riskReason") { .text($0.breach.texts[.reason]?.shown) },
        Column("cyber") { .text($0.breach.facts.cyber?.rawValue) },
        Column("channelCompromised") { .text($0.breach.facts.isChannelCompromised ? "yes" : "no") },
        Column(.found),
        Column(.dataCategories),
        Column(.peopleCategories),
        Column("individuals") { .number($0.breach.facts.individuals) },
        Column("records") { .number($0.breach.facts.records) },
    ]

    private static let effects: [Column] = [
        Column(.consequences),
        Column(.likelihood),
        Column("effects") { .list($0.notes(.effect)) },
        Column(.measuresBefore),
        Column(.measures),
        Column("actions") { .list($0.notes(.action)) },
        Column("advice") { .list($0.notes(.advice)) },
        Column(.othersTold),
        Column("personalDataReasons") { .list($0.breach.personalDataReasons.map(\.registered)) },
        Column("corrections") { .list($0.corrections) },
        Column("redactions") { .list($0.breach.redactions.map(\.registered)) },
    ]

    private static let deadlines: [Column] = [
        Column("informed") { .list($0.informed) },
        Column("notInformed") { .list($0.summary.partners.filter { !$0.isInformed }.map(\.id)) },
        Column("acknowledged") { .list($0.acknowledged) },
        Column("partnersDue") { .instant($0.summary.partnersDeadline.due) },
        Column("partnersState") { .text($0.summary.partnersDeadline.state.rawValue) },
        Column("partnersSettledAt") { .instant($0.summary.partnersDeadline.settledAt) },
        Column("regulatorDueByProtocol") { .instant($0.summary.regulatorDeadline.dueByProtocol) },
        Column("regulatorStateByProtocol") { .text($0.summary.byProtocolState?.rawValue) },
        Column("regulatorDueByLaw") { .instant($0.summary.regulatorDeadline.dueByLaw) },
        Column("regulatorStateByLaw") { .text($0.summary.byLawState.rawValue) },
        Column("regulatorState") { .text($0.summary.regulatorDeadline.deadline.state.rawValue) },
        Column("regulatorSettledAt") { .instant($0.summary.regulatorDeadline.deadline.settledAt) },
        Column("controllerStates") { .list($0.controllerStates) },
        Column("missed") { .list($0.missed) },
        Column("notifications") { .list($0.breach.notifications.map(\.registered)) },
    ]

    private static func matters(_ name: MatterName) -> [Column] {
        [
            Column("\(name)State") { .text($0.breach[name].state.rawValue) },
            Column("\(name)Positions") { .list($0.positions(name)) },
            Column("\(name)EscalatedAt") { .instant($0.breach[name].escalation?.at) },
            Column("\(name)EscalationReason") { .text($0.breach[name].escalation?.reason.rawValue) },
            Column("\(name)EscalationWords") { .text($0.breach[name].escalation?.words?.shown) },
            Column("\(name)Outcome") { .text($0.breach[name].settlement?.outcome.rawValue) },
            Column("\(name)SettledAt") { .instant($0.breach[name].settlement?.at) },
            Column("\(name)DecidedBy") { .text($0.decidedBy(name)) },
            Column("\(name)Reason") { .text($0.breach[name].settlement?.ruling?.reason.shown) },
            Column("\(name)Telling") { .text($0.breach[name].settlement?.ruling?.telling.registered) },
            Column("\(name)EarlierOutcomes") { .list($0.earlierOutcomes(name)) },
        ]
    }

    private static let end: [Column] = [
        Column("closedAt") { .instant($0.closure?.closedAt) },
        Column("closureReason") { .text($0.closure?.reason?.shown) },
        Column("closedWithOutstanding") { .list($0.closure?.outstanding.map(\.identifier) ?? []) },
        Column("earlierClosures") { .list($0.breach.closures.compactMap(\.registered)) },
        Column("warnings") { .list($0.summary.warnings) },
    ]

    private var closure: Closure? {
        breach.closures.last.flatMap { $0.reopenedAt == nil ? $0 : nil }
    }

    private func notes(_ kind: NoteKind) -> [String] {
        breach.notes.filter { $0.kind == kind }.map { "\($0.at.rfc3339) \($0.text.shown)" }
    }

    private var corrections: [String] {
        breach.corrections.map { correction in
            let changes = correction.changes(names: { $0 }, time: \.rfc3339).joined(separator: "; ")
            return "\(correction.at.rfc3339) \(changes)\(correction.reason.map { "; reason: \($0.shown)" } ?? "")"
        }
    }

    private func positions(_ name: MatterName) -> [String] {
        breach.audience.compactMap { member in
            guard let position = breach[name].positions[member.partnerID] else { return nil }
            let who = position.name.map { " (\($0.shown))" } ?? ""
            let reason = position.reason.map { ": \($0.shown)" } ?? ""
            let telling = position.telling.registered.map { " [\($0)]" } ?? ""
            return "\(member.partnerID)\(who) \(position.outcome.rawValue)\(reason)\(telling)"
        }
    }

    /// The names of all partners that the other columns have by their ids.
    private var partnerNames: [String] {
        let ids = Set(breach.audience.map(\.partnerID) + breach.controllers + [breach.detectedBy])
        return ids.sorted().map { "\($0): \(breach.partnerName($0))" }
    }

    /// Who decided, or who agreed.
    private func decidedBy(_ name: MatterName) -> String? { breach[name].settlement?.endedBy }

    /// What was agreed or decided before, and holds no more.
    private func earlierOutcomes(_ name: MatterName) -> [String] {
        let matter = breach[name]
        return matter.settlements.dropLast(matter.settlement == nil ? 0 : 1).map(\.registered)
    }

    /// When each partner was informed that is: by the hand-over of its notice, or because it said so itself.
    private var informed: [String] {
        breach.audience.compactMap { member in
            breach.informedAt(member).map { "\(member.partnerID) \($0.rfc3339)" }
        }
    }

    private var acknowledged: [String] {
        breach.audience.compactMap { member in
            guard let acknowledgement = member.acknowledgement else { return nil }
            let channel = acknowledgement.channel.map { " by \($0.rawValue)" } ?? ""
            let name = acknowledgement.name.map { " (\($0.shown))" } ?? ""
            return "\(member.partnerID) \(acknowledgement.at.rfc3339)\(channel)\(name)"
        }
    }

    /// When each controller became aware, as it is known now.
    private var awareness: [String] {
        summary.controllers.map { "\($0.id) \($0.awareAt.rfc3339)" }
    }

    /// What each controller is judged by. Once it has notified that is what was recorded then: a later correction of the
    /// detection or of its awareness moves it no more.
    private var controllerStates: [String] {
        summary.controllers.map { controller in
            let verdict = breach.verdicts[controller.id]
            let notified = verdict.map { ", notified \($0.notifiedAt.rfc3339) and judged by what was recorded then" }
            return
                "\(controller.id) \(controller.dueByLaw.rfc3339) by law: \(controller.state.rawValue)\(notified ?? "")"
        }
    }

    /// The deadlines that passed unmet. A correction may have moved one since: then it is one deadline, missed in each of
    /// its editions.
    private var missed: [String] {
        breach.misses.map { miss in
            let moved = breach.holds(miss) ? "" : ", moved by a correction since"
            return "\(miss.deadline) \(miss.due.rfc3339)\(miss.corrected ? ", kept after all" : moved)"
        }
    }
}

extension Breach {
    /// Whether the edition that was missed is one that holds.
    fileprivate func holds(_ miss: Miss) -> Bool {
        switch miss.deadline {
        case .partners: partnersEditions.contains { $0.edition.number == miss.edition }
        case .regulator: regulatorEdition.number == miss.edition
        }
    }
}

extension Settlement {
    /// Who decided, or who agreed.
    fileprivate var endedBy: String { ruling?.name.shown ?? "agreed by \(agreedBy.joined(separator: ", "))" }

    /// In one text.
    fileprivate var registered: String {
        let by = ruling == nil ? endedBy : "decided by \(endedBy)"
        let reason = ruling.map { ": \($0.reason.shown)" } ?? ""
        return "\(at.rfc3339) \(outcome.rawValue), \(by)\(reason)\(ruling?.telling.registered.map { " [\($0)]" } ?? "")"
    }
}

extension Closure {
    /// In one text; nil while it lasts.
    fileprivate var registered: String? {
        guard let reopenedAt else { return nil }
        let left =
            outstanding.isEmpty ? "" : " with \(outstanding.map(\.identifier).joined(separator: "; ")) outstanding"
        let why = reason.map { ": \($0.shown)" } ?? ""
        return "\(closedAt.rfc3339) closed\(left)\(why); reopened \(reopenedAt.rfc3339)"
            + (reopeningReason.map { ": \($0.shown)" } ?? "")
    }
}

extension DatedText {
    /// In one text.
    fileprivate var registered: String { "\(at.rfc3339) \(text.shown)" }
}

extension Redaction {
    /// In one text.
    fileprivate var registered: String { "\(at.rfc3339) \(field) of fact \(sequence): \(reason.shown)" }
}

extension Telling {
    /// In one text; nil where nothing is said.
    fileprivate var registered: String? {
        let parts = [
            when.map { "when: \($0.shown)" }, how.map { "how: \($0.shown)" }, byWhom.map { "by whom: \($0.shown)" },
            ground.map { "ground: \($0.rawValue)" },
        ].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}

extension Notification {
    /// In one text.
    fileprivate var registered: String {
        let what = matter == .ico ? "regulator" : "people concerned"
        let parts = [
            "\(at.rfc3339) \(what) \(phase.rawValue) for \(controllers.joined(separator: ", "))",
            isOwnDuty ? "on its own duty" : nil,
            reference.map { "reference \($0.shown)" },
            delayReason.map { "reasons for the delay: \($0.shown)" },
            reason.map { "reason: \($0.shown)" },
        ].compactMap { $0 }
        return parts.joined(separator: "; ")
    }
}
