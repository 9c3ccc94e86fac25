/// One row of the regulator's form: its label, and how it is read from what is known.
///
/// Source: R22; ICO personal data breach report form.
struct FormRow: Sendable {
    /// Which part of the form a row belongs to.
    ///
    /// Source: ICO personal data breach report form.
    enum Part: Sendable {
        /// About the report itself: on every report, and never to follow.
        ///
        /// Source: ICO personal data breach report form.
        case report
        /// What happened, in a sentence or two; the breach's other facts, which partners are told too.
        ///
        /// Source: UK GDPR Art 33(3).
        case summary, breach
        /// What the regulator alone is told.
        ///
        /// Source: ICO personal data breach report form.
        case form
    }

    /// Which part of the form it belongs to.
    ///
    /// Source: ICO personal data breach report form.
    let part: Part
    /// Its label.
    ///
    /// Source: ICO personal data breach report form.
    let label: String
    /// Whether it is to follow where it is not known; else it is left out then.
    ///
    /// Source: UK GDPR Art 33(4).
    let isWanted: Bool
    /// What it says of that content; nil where that is not known.
    ///
    /// Source: UK GDPR Art 33(3).
    let read: @Sendable (LetterWriter, RegulatorContent) -> String?

    private init(
        _ part: Part,
        _ label: String,
        isWanted: Bool = true,
        _ read: @escaping @Sendable (LetterWriter, RegulatorContent) -> String?
    ) {
        self.part = part
        self.label = label
        self.isWanted = isWanted
        self.read = read
    }

    private init(_ label: String, _ field: TextField, in part: Part = .breach, isWanted: Bool = true) {
        self.init(part, label, isWanted: isWanted) { _, content in content.texts[field]?.shown }
    }

    /// The rows, in the form's order.
    ///
    /// Source: R22; ICO personal data breach report form.
    static let all: [FormRow] = [
        FormRow(.report, "Type of report") { writer, _ in writer.reportType },
        FormRow(.report, "Our reference") { writer, _ in writer.breach.reference.description },
        FormRow(.report, "The regulator's reference", isWanted: false) { writer, _ in writer.regulatorsReference },
        FormRow("What happened", .summary, in: .summary),
        FormRow(.breach, "Cyber incident") { _, content in
            content.facts.cyber.flatMap { $0 == .unknown ? nil : $0.rawValue }
        },
        FormRow("How it was found", .found),
        FormRow(.breach, "Detected") { writer, content in
            "\(writer.time(content.facts.detectedAt)), by \(writer.breach.partnerName(content.detectedBy))"
        },
        FormRow(.breach, "Controllers aware later", isWanted: false) { writer, content in writer.awareness(content) },
        FormRow(.breach, "Happened") { writer, content in content.facts.occurredAt.map(writer.time) },
        FormRow("Kinds of data", .dataCategories),
        FormRow(.breach, "Number of records") { _, content in content.facts.records.map { String($0) } },
        FormRow(.breach, "Number of people") { _, content in content.facts.individuals.map { String($0) } },
        FormRow("Kinds of people", .peopleCategories),
        FormRow(.breach, "Possible consequences") { _, content in content.joined(.consequences, .effect) },
        FormRow("How likely they are", .likelihood),
        FormRow(.breach, "Risk to people") { writer, content in writer.words(content.facts.risk) },
        FormRow("Reason for that view", .reason, isWanted: false),
        FormRow("Measures before", .measuresBefore),
        FormRow(.breach, "Measures taken") { _, content in content.joined(.measures, .action) },
        FormRow(.form, "Whether the people concerned were told") { writer, content in writer.told(content) },
        FormRow("Others told", .othersTold),
        FormRow(.form, "Controllers") { writer, _ in writer.names(writer.breach.controllers) },
        FormRow(.form, "Reported by") { writer, _ in writer.organisation },
        FormRow(.form, "Data protection officer") { writer, _ in
            writer.ofEachController { $0.dataProtectionOfficer.map { [$0] } ?? [] }
        },
        FormRow(.form, "Registration number") { writer, _ in writer.ofEachController(\.icoReferences) },
        FormRow(.form, "Reasons for the delay") { writer, _ in writer.delay },
    ]
}

extension RegulatorContent {
    /// A text, and what was written down of its kind since.
    ///
    /// Source: UK GDPR Art 33(3)(c), (d).
    fileprivate func joined(_ field: TextField, _ kind: NoteKind) -> String? {
        let parts = ([texts[field]].compactMap { $0 } + notes.filter { $0.kind == kind }.map(\.text)).map(\.shown)
        return parts.isEmpty ? nil : parts.joined(separator: " / ")
    }
}

/// What the form's rows read that is more than one fact.
extension LetterWriter {
    /// Whether this is the first report or a later one.
    ///
    /// Source: R23; ICO personal data breach report form.
    fileprivate var reportType: String {
        isFollowUp ? "Follow-up report" : "Initial report"
    }

    /// Whether the letter is for a follow-up, and shows only what changed.
    ///
    /// Source: R22.
    var isFollowUp: Bool { kind == .regulatorNotice && occasion.first == "follow-up" }

    /// The reference that the regulator gave on the first notification that has one.
    ///
    /// Source: R23.
    fileprivate var regulatorsReference: String? {
        breach.notifications.first { $0.matter == .ico && !$0.isOwnDuty && $0.reference != nil }?.reference?.shown
    }

    /// Which controllers became aware later than the detection, when and why.
    ///
    /// Source: R2.
    fileprivate func awareness(_ content: RegulatorContent) -> String? {
        let later = breach.controllers.compactMap { id in
            content.facts.awareAt[id].map { "\(breach.partnerName(id)) on \(time($0))" }
        }
        guard !later.isEmpty else { return nil }
        let reason = content.texts[.awareReason].map { "; reason: \($0.shown)" } ?? ""
        return later.joined(separator: "; ") + reason
    }

    /// Whether the people concerned were told, and why or why not; nil where that is not settled.
    ///
    /// Source: R22; UK GDPR Art 34.
    fileprivate func told(_ content: RegulatorContent) -> String? {
        let told = content.toldAt.isEmpty ? nil : "told on \(content.toldAt.map(time).joined(separator: "; "))"
        let settled = content.telling.map { settlement in
            let who = settlement.ruling == nil ? "agreed" : "decided"
            return "\(who) on \(time(settlement.at)) \(outcome(settlement.outcome, .individuals))"
        }
        let parts = [told, settled].compactMap { $0 } + reasons(content)
        return parts.isEmpty ? nil : parts.joined(separator: "; ").capitalisedFirst
    }

    private func reasons(_ content: RegulatorContent) -> [String] {
        if let ruling = content.telling?.ruling {
            return [words(ruling.telling), "reason: \(ruling.reason.shown)"].compactMap { $0 }
        }
        return breach.asked(on: .individuals).compactMap { id in
            guard let position = content.tellingPositions[id] else { return nil }
            let said = [words(position.telling), position.reason.map { "reason: \($0.shown)" }].compactMap { $0 }
            return said.isEmpty ? nil : "\(breach.partnerName(id)): \(said.joined(separator: "; "))"
        }
    }

    /// Something of each controller by its name; nil where one of them has none.
    ///
    /// Source: WEISF summary sheet.
    fileprivate func ofEachController(_ read: (Partner) -> [String]) -> String? {
        let found = breach.controllers.map { id in
            (name: breach.partnerName(id), values: breach.sharingProtocol.partner(id).map(read) ?? [])
        }
        guard found.contains(where: { !$0.values.isEmpty }) else { return nil }
        return found.map { "\($0.values.isEmpty ? "to follow" : $0.values.joined(separator: ", ")) (\($0.name))" }
            .joined(separator: "; ")
    }

    /// The reasons for a delay; before the law's deadline, that none are needed; nil where they are, and nobody gave any.
    ///
    /// Source: UK GDPR Art 33(1).
    fileprivate var delay: String? {
        let given = breach.notifications.compactMap {
            $0.matter == .ico && !$0.isOwnDuty ? $0.delayReason?.shown : nil
        }
        if !given.isEmpty { return given.joined(separator: " / ") }
        let left = controllersToNotify.isEmpty ? breach.controllers : controllersToNotify
        guard let due = left.map(breach.dueByLaw).min() else { return "none needed" }
        let isLate = breach.controllers.contains { controller in
            (breach.verdicts[controller]?.notifiedAt ?? notice.orderedAt) > breach.dueByLaw(controller)
        }
        return isLate ? nil : "needed only if this is submitted after \(time(due)) (UK GDPR Art 33(1))"
    }
}
