/// What letters say on the consultation: who decides, what is asked, what each partner said, how to answer.
extension LetterWriter {
    // MARK: - Who decides

    /// Who decides, by the clause.
    ///
    /// Source: R15, R16, R17.
    var whoDecides: [Letter.Block] {
        guard breach.isAboveThreshold else { return [] }
        return [.heading("Who decides"), .paragraph(deciding)]
    }

    private var deciding: String {
        let questions = "\(question(.ico)) and \(question(.individuals))"
        switch clause.decision {
        case .consultation:
            return
                "The partners asked decide together \(questions): what all of them say is done. Where they differ, or "
                + "have not all said the same by \(agreementTime), the final decision rests with \(owner)."
        case .owner:
            return
                "By the clause \(owner), decides alone \(questions). The partners are not asked for a position; tell the "
                + "information governance team what your organisation knows."
        case .controller:
            return "By this protocol each controller decides by its own procedure \(questions). The controllers are: "
                + "\(names(breach.controllers))."
        }
    }

    private var agreementTime: String {
        guard let escalationTime else { return "the time set for it" }
        return escalationTime > notice.orderedAt ? time(escalationTime) : "\(time(escalationTime)), which has passed"
    }

    // MARK: - What partners are asked

    /// The matters on which a position of the reader is wanted, while positions still move something.
    ///
    /// Source: R7, R16, R21, R25 (none of a closed breach).
    var mattersAsked: [MatterName] {
        guard breach.phase == .open, breach.isConsulted, breach.isAboveThreshold, let readingPartner else { return [] }
        return MatterName.allCases.filter { matter in
            [.consulting, .awaitingDecision, .agreed].contains(breach[matter].state)
                && !breach.isNotified(of: matter) && breach.asked(on: matter).contains(readingPartner)
        }
    }

    /// The matters on which the reader is asked and has not answered.
    ///
    /// Source: R13 (names just what is outstanding).
    var mattersUnanswered: [MatterName] {
        mattersAsked.filter { matter in readingPartner.map(breach.silent(on: matter).contains) ?? false }
    }

    /// Asks the reader for its position: on what, by when, how, and what follows where it does not answer.
    ///
    /// Source: R16, R17, R21.
    func positionRequest(_ matters: [MatterName]) -> [Letter.Block] {
        guard !matters.isEmpty else { return [] }
        return [
            .heading("Your position"),
            .paragraph("Please say what your organisation wants, \(byWhen(escalationTime)):"),
            .facts(matters.map(answers)),
            .paragraph(
                "How to answer: reply to this message, or ring the information governance team. Give the name of whoever "
                    + "speaks for your organisation. The team records it."
            ),
            .paragraph(
                "If you do not answer: silence is no position, neither for nor against. \(withoutPosition(matters))"),
            .paragraph("What you said may be changed as long as the notification has not been made."),
        ]
    }

    private func withoutPosition(_ matters: [MatterName]) -> String {
        let isPast = escalationTime.map { $0 <= notice.orderedAt } ?? false
        guard !isPast, matters.contains(where: { breach[$0].state != .awaitingDecision }) else {
            return "The decision lies with \(owner), unless all come to say the same before it is taken."
        }
        return "You are reminded. Where not all have said the same by then, the decision goes to \(owner)."
    }

    /// What can be answered on a matter.
    ///
    /// Source: R16, R21.
    func answers(_ matter: MatterName) -> Letter.Row {
        switch matter {
        case .ico:
            return .init(
                label: question(.ico).capitalisedFirst, value: "Notify, or do not notify, and then the reason.")
        case .individuals:
            let grounds = TellingGround.allCases.map(ground).joined(separator: "; or ")
            return .init(
                label: question(.individuals).capitalisedFirst,
                value:
                    "Tell them: when, how and by whom. Or do not tell them: the reason, and the ground, which is one of "
                    + "these: \(grounds)."
            )
        }
    }

    /// That others are asked on notifying the regulator, for a partner that is not.
    ///
    /// Source: R7.
    var notAffected: [Letter.Block] {
        guard breach.isConsulted, breach.isAboveThreshold, let readingPartner, breach.facts.affected != nil,
            !breach.asked(on: .ico).contains(readingPartner)
        else { return [] }
        return [
            .paragraph(
                "\(question(.ico).capitalisedFirst) is asked of the partners named as affected: "
                    + "\(names(breach.asked(on: .ico))). Your organisation is not among them. It may state a position all "
                    + "the same."
            )
        ]
    }

    // MARK: - What else is asked

    /// What is asked of the reader: on a matter, and what is outstanding of it besides.
    ///
    /// Source: R13 (names just what is outstanding).
    func asked(_ text: String, besides matter: MatterName) -> [Letter.Block] {
        [.heading("What is asked of you"), .paragraph(text)]
            + outstanding(besides: matter).map { Letter.Block.paragraph($0) }
    }

    /// Says of what nothing is asked, where something else is.
    ///
    /// Source: R13.
    func onThisQuestion(_ matter: MatterName) -> String {
        outstanding(besides: matter).isEmpty ? "" : " on this question"
    }

    /// How the IG team records what is outstanding of the reader.
    ///
    /// Source: R13, R14.
    var outstandingCommands: [Letter.Row] {
        guard breach.phase == .open else { return [] }
        return (isToAcknowledge ? acknowledgementCommand : []) + askedPositionCommands
            + decisionCommands(decisionsAwaited)
    }

    /// Whether the reader is one that has to say still that it knows.
    ///
    /// Source: R12, R13.
    var isToAcknowledge: Bool { readingMember.map(breach.unacknowledged.contains) ?? false }

    private var decisionsAwaited: [MatterName] { isReadByDecider ? breach.awaitedDecisions : [] }

    private func outstanding(besides matter: MatterName) -> [String] {
        guard breach.phase == .open, breach.isAboveThreshold else { return [] }
        let positions = mattersUnanswered.filter { $0 != matter && breach[$0].state == .consulting }
        let decisions = decisionsAwaited.filter { $0 != matter }
        return [
            isToAcknowledge
                ? "Your organisation has not acknowledged this breach yet. Reply to this message, or ring, to say that you "
                    + "have received it, \(acknowledgeBy(byWhen))." : nil,
            positions.isEmpty
                ? nil
                : "Your organisation's position is still awaited, \(byWhen(escalationTime)): "
                    + "\(positions.map(question).joined(separator: ", and ")).",
            decisions.isEmpty
                ? nil : "Your decision is still awaited: \(decisions.map(question).joined(separator: ", and ")).",
        ].compactMap { $0 }
    }

    // MARK: - What partners said

    /// What each partner says on a matter, with its reason, and who is silent.
    ///
    /// Source: R17.
    func positions(_ matter: MatterName) -> [Letter.Block] {
        let asked = breach.asked(on: matter)
        let stated = breach[matter].positions
        let rows = breach.audience.map(\.partnerID).compactMap { id -> Letter.Row? in
            let isAsked = breach.isConsulted && asked.contains(id)
            guard let position = stated[id] else {
                return isAsked ? .init(label: breach.partnerName(id), value: "has not answered") : nil
            }
            let unasked = isAsked ? "" : " (not asked, and said all the same)"
            return .init(label: breach.partnerName(id), value: words(position, matter) + unasked)
        }
        return rows.isEmpty ? [] : [.heading("What the partners say on \(matter.topic)"), .facts(rows)]
    }

    private func words(_ position: Position, _ matter: MatterName) -> String {
        let answer = position.outcome == .notify ? "" : "do not "
        let action = matter == .ico ? "notify" : "tell them"
        let parts = [
            answer + action, position.name.map { "said by \($0.shown)" }, "recorded \(time(position.at))",
            words(position.telling), position.reason.map { "reason: \($0.shown)" },
        ]
        return parts.compactMap { $0 }.joined(separator: "; ")
    }

    // MARK: - What was done

    /// The notifications made on a matter, a controller's own among them.
    ///
    /// Source: R19, R23.
    func notificationsMade(_ matter: MatterName) -> [Letter.Block] {
        let rows = breach.notifications.filter { $0.matter == matter }.map { notification in
            let parts = [
                "\(notification.phase.rawValue), \(time(notification.at))",
                notification.isOwnDuty ? "on its own duty, which decides nothing for the others" : nil,
                notification.reference.map { "reference: \($0.shown)" },
                notification.reason.map { "reason: \($0.shown)" },
                notification.delayReason.map { "reasons for the delay: \($0.shown)" },
            ]
            return Letter.Row(
                label: names(notification.controllers), value: parts.compactMap { $0 }.joined(separator: "; "))
        }
        let heading = matter == .ico ? "Notified to the regulator already" : "Told to the people concerned already"
        return rows.isEmpty ? [] : [.heading(heading), .facts(rows)]
    }

    // MARK: - What is recorded

    /// How the IG team records that partner's positions.
    ///
    /// Source: contract of `position`.
    func positionCommands(_ partner: String, _ matters: [MatterName]) -> [Letter.Row] {
        matters.map { matter in
            .init(
                label: "Its position on \(matter.topic)",
                value: command(
                    "position", "\(partner) notify|do-not-notify --matter \(matter) --name NAME --reason TEXT", matter)
            )
        }
    }

    /// How the IG team records decisions.
    ///
    /// Source: contract of `decide`.
    func decisionCommands(_ matters: [MatterName]) -> [Letter.Row] {
        matters.map { matter in
            .init(
                label: "The decision on \(matter.topic)",
                value: command("decide", "notify|do-not-notify --matter \(matter) --name NAME --reason TEXT", matter)
            )
        }
    }

    private func command(_ name: String, _ rest: String, _ matter: MatterName) -> String {
        let grounds = TellingGround.allCases.map(\.rawValue).joined(separator: "|")
        let telling = matter == .individuals ? " (--when TEXT --how TEXT --by-whom TEXT, or --ground '\(grounds)')" : ""
        return "breachctl \(name) \(breach.reference) \(rest)\(telling)"
    }
}

extension String {
    /// The text with a capital at its beginning.
    ///
    /// Source: R27 (whole sentences).
    var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
