/// The letters to the owner and to the information governance team.
extension LetterWriter {
    // MARK: - A case opened

    /// Tells the IG team that a breach was recorded.
    ///
    /// Source: rules, table of notices.
    func caseOpened() -> (String, [Letter.Block]) {
        let names = reached(by: .breachNotice, mailed: true) + reached(by: .breachNotice, mailed: false)
        let audience = [
            names.isEmpty ? "Nobody is told of it: \(nobodyTold)" : nil,
            sentence("Notices go to", reached(by: .breachNotice, mailed: true)),
            sentence("To be telephoned are", reached(by: .breachNotice, mailed: false)),
            sentence("Asked to decide are", reached(by: .decisionRequest, mailed: true)),
            sentence("To be telephoned, and asked to decide, are", reached(by: .decisionRequest, mailed: false)),
        ].compactMap { $0 }.joined(separator: " ")
        return (
            "recorded, for your attention",
            [.paragraph("A personal data breach has been recorded under \(agreement).")] + whatHappened
                + [
                    .heading("What happens now"), .paragraph(audience),
                    .paragraph(
                        "\(names.isEmpty ? "" : askForAcknowledgements)See how it stands with: breachctl show \(breach.reference)."
                    ),
                ] + askForAnswers + telephoneList(everybody) + whoDecides + deadlines + clauseText
        )
    }

    /// Who is sent such a notice by mail, or is to be told of it by telephone.
    private func reached(by kind: NoticeKind, mailed: Bool) -> [String] {
        breach.notices.filter { ($0.order.inPlaceOf?.kind ?? $0.order.kind) == kind }
            .filter { ($0.order.inPlaceOf == nil && directory.isMailSafe) == mailed }
            .map { addressee($0.order.inPlaceOf?.recipient ?? $0.order.recipient) }
    }

    private func sentence(_ what: String, _ names: [String]) -> String? {
        names.isEmpty ? nil : "\(what): \(names.joined(separator: "; "))."
    }

    private var askForAcknowledgements: String {
        "Record each partner's acknowledgement as it comes: breachctl ack \(breach.reference) PARTNER. "
    }

    private var askForAnswers: [Letter.Block] {
        guard breach.isAboveThreshold else { return [] }
        let (text, rows) =
            breach.isConsulted
            ? ("Record each partner's position as it comes:", positionCommands("PARTNER", MatterName.allCases))
            : ("Record the decision when it is taken:", decisionCommands(MatterName.allCases))
        return [.paragraph(text), .facts(rows)]
    }

    private var nobodyTold: String {
        breach.isAboveThreshold
            ? "the clause has nobody informed."
            : "the risk was recorded as unlikely, and the clause asks for notices only where harm is likely."
    }

    // MARK: - A deadline missed

    /// Tells that a deadline passed unmet.
    ///
    /// Source: R24.
    func deadlineMissed() -> (String, [Letter.Block]) {
        let name = occasionDeadline ?? .partners
        let due = breach.miss(name, edition: occasionNumber)?.due ?? breach.deadline(name).due ?? breach.reportedAt
        let text: String
        switch name {
        case .partners: text = "Not every partner was informed by \(time(due)), as the clause of \(agreement) asks."
        case .regulator:
            text = "The \(regulator) was to be notified by \(time(due)), and \(notificationsAfterMiss)."
        }
        return (
            "deadline passed, \(zone.localText(due))",
            [.paragraph(text), .heading("What is asked of you"), .paragraph(adviceAfterMiss(name))] + whatHappened
                + deadlines + (reader == .igTeam ? [] : ownDuty) + whomToAsk
        )
    }

    /// For which controllers the regulator was notified, and for which not.
    private var notificationsAfterMiss: String {
        let missing = controllersToNotify
        if missing.isEmpty { return "it was notified after that" }
        if missing == breach.controllers { return "no notification is recorded" }
        let done = breach.controllers.filter { breach.hasInitial($0, of: .ico) }
        return "it was notified for \(names(done)), but no notification is recorded for \(names(missing))"
    }

    private func adviceAfterMiss(_ name: DeadlineName) -> String {
        switch name {
        case .partners:
            let members = breach.partnersEditions.first { $0.edition.number == occasionNumber }?.members
            let silent = (members ?? breach.audience).filter { breach.informedAt($0) == nil }.map(\.partnerID)
            guard !silent.isEmpty else {
                return
                    "Nobody is left to inform: all were informed meanwhile, the last of them late. What was done in time but "
                    + "entered late corrects this."
            }
            let whoCalls =
                reader == .igTeam
                ? "Telephone them" : "The information governance team telephones them; help it to reach them. It is to"
            return
                "Not informed: \(names(silent)). \(whoCalls)\(reader == .igTeam ? ", and" : "") record what they say with its "
                + "own time: breachctl ack \(breach.reference) PARTNER --via phone --at TIME. What was done in time but entered "
                + "late corrects this."
        case .regulator:
            return
                "\(question(.ico).capitalisedFirst): \(standing(.ico)) If the regulator must be notified, do it now: a "
                + "notification after 72 hours needs the reasons for the delay (UK GDPR Art 33(1)). Then record it: "
                + "breachctl notified \(breach.reference) --at TIME --reference TEXT --delay-reason TEXT\(onOwnDuty)."
        }
    }

    /// Until it is agreed or decided to notify, a controller that must does so by itself.
    private var onOwnDuty: String {
        breach[.ico].settlement?.outcome == .notify
            ? "" : ", and, as long as it is not agreed or decided to notify, --own-duty CONTROLLER --reason TEXT"
    }

    // MARK: - Somebody to telephone

    /// Asks the IG team to telephone somebody who has no mailbox, in place of whatever they would have been sent.
    ///
    /// Source: R14.
    func telephoneTask(_ content: (request: String, body: [Letter.Block])) -> (String, [Letter.Block]) {
        let contact = directory.contact(reader)
        let name = contact?.name ?? "the \(clause.ownerTitle), whom the protocol does not name"
        let number = contact?.telephone ?? "there is no number on page 1; find one"
        return (
            "please telephone \(contact?.name ?? "the \(clause.ownerTitle)") \(telephoneBy)",
            [
                .paragraph("Please telephone \(name): \(whyNotMailed)"),
                .facts([.init(label: "Telephone", value: number), .init(label: "About", value: content.request)]),
                .heading("What to record then"),
            ] + answersToRecord + [.heading("What they would have been sent")] + content.body
        )
    }

    private var whyNotMailed: String {
        if !directory.isMailSafe {
            return
                "the partners' mail is itself compromised, so nothing on this breach is sent by mail. Use the number "
                + "below, and none that came by mail."
        }
        if wasReturned {
            let mailboxes = directory.mailboxes(of: reader).joined(separator: ", ")
            return "the mail system refused what was sent to \(mailboxes). Ask for the right mailbox too."
        }
        return "no mailbox is known, so this could not be sent by mail."
    }

    /// Whether what stands in the task's place was sent, and came back.
    private var wasReturned: Bool {
        breach.notices.contains { each in
            each.order.recipient == reader && each.order.kind == kind
                && each.order.occasion == notice.order.occasion && each.firstReturnedAt != nil
        }
    }

    /// Whom to telephone where nobody can be mailed, in that order; nothing where mail can be used.
    ///
    /// Source: R14.
    func telephoneList(_ recipients: [Recipient]) -> [Letter.Block] {
        guard !directory.isMailSafe else { return [] }
        let contacts = recipients.compactMap(directory.contact).flatMap { contact in
            [(contact.name, contact.telephone)] + contact.deputies.map { ("\($0.name), for \(contact.name)", nil) }
        }
        var seen: Set<String> = []
        let rows = contacts.filter { seen.insert($0.0).inserted }.map { name, telephone in
            Letter.Row(label: name, value: telephone ?? "there is no number on page 1; find one")
        }
        let request =
            rows.isEmpty
            ? "Nobody has to be telephoned now: all have acknowledged. What comes later is a message of its own for each."
            : "Telephone each of these; a message of its own says what to tell each, and by when."
        return [
            .heading("Telephone list"),
            .paragraph(
                "The partners' mail is itself compromised: nothing on this breach is mailed to them. \(request)"),
            .facts(rows),
        ]
    }

    /// Everybody who may come to be telephoned.
    private var everybody: [Recipient] { breach.audience.map { .partner($0.partnerID) } + [.owner] }

    /// Who has not said yet that they know of the breach.
    ///
    /// Source: R14 (found out later, who has not acknowledged is telephoned).
    var unacknowledged: [Recipient] { breach.unacknowledged.map { .partner($0.partnerID) } }

    /// What the call may bring, and how it is recorded.
    private var answersToRecord: [Letter.Block] {
        let rows: [Letter.Row] =
            switch kind {
            case .breachNotice: acknowledgementCommand + askedPositionCommands
            case .reminder: occasion.first == "positions" ? askedPositionCommands : acknowledgementCommand
            case .correction, .outcome, .escalationWithdrawn: outstandingCommands
            case .escalation: decisionCommands([occasionMatter ?? .ico])
            case .decisionRequest: decisionCommands(MatterName.allCases)
            case .decisionReminder: decisionCommands(breach.awaitedDecisions)
            case .regulatorNotice: [notifiedCommand]
            case .caseOpened, .deadlineMissed, .closure, .telephoneTask: []
            }
        return rows.isEmpty ? [.paragraph("Nothing has to be recorded of this call.")] : [.facts(rows)]
    }

    /// How the IG team records that the reader knows; nothing where it has said so.
    ///
    /// Source: contract of `ack`.
    var acknowledgementCommand: [Letter.Row] {
        guard let readingPartner, !hasReaderSaidSo else { return [] }
        let command = "breachctl ack \(breach.reference) \(readingPartner) --via phone"
        return [.init(label: "That they know of it", value: command)]
    }

    /// How the IG team records the positions that the reader is asked for.
    ///
    /// Source: contract of `position`.
    var askedPositionCommands: [Letter.Row] {
        readingPartner.map { positionCommands($0, mattersUnanswered) } ?? []
    }

    /// By when to telephone: partners by the first time that they are asked to answer by, everybody else now.
    private var telephoneBy: String {
        let due: Instant?
        switch kind {
        case .breachNotice:
            let isRunning = breach.partnersDeadline.state == .running && !breach.isImmediate
            let toAcknowledge = isRunning ? partnersDue : notice.orderedAt
            let dues = [isToAcknowledge ? toAcknowledge : nil, mattersUnanswered.isEmpty ? nil : escalationTime]
            due = dues.compactMap { $0 }.min()
        case .reminder where occasion.first == "positions": due = escalationTime
        case .reminder where breach.partnersDeadline.state == .running: due = partnersDue
        default: due = nil
        }
        guard let due, due > notice.orderedAt else { return "now" }
        return "by \(zone.localText(due))"
    }
}
