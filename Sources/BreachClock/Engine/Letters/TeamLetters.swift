/// The letters to the owner and to the information governance team.
extension LetterWriter {
    /// Tells the IG team that a breach was recorded.
    ///
    /// Source: rules, table of notices.
    func caseOpened() -> (String, [Letter.Block]) {
        let told = breach.notices.filter { $0.order.kind == .breachNotice || $0.order.inPlaceOf?.kind == .breachNotice }
        let names = told.map { addressee($0.order.inPlaceOf?.recipient ?? $0.order.recipient) }
        let audience =
            names.isEmpty
            ? "Nobody is written to: \(nobodyTold)"
            : "Notices go to: \(names.joined(separator: "; "))."
        return (
            "recorded, for your attention",
            [.paragraph("A personal data breach has been recorded under \(agreement).")] + whatHappened
                + [
                    .heading("What happens now"), .paragraph(audience),
                    .paragraph(
                        "\(names.isEmpty ? "" : askForAcknowledgements)See how it stands with: breachctl show \(breach.reference)."
                    ),
                ] + deadlines + clauseText
        )
    }

    private var askForAcknowledgements: String {
        "Record each partner's acknowledgement as it comes: breachctl ack \(breach.reference) PARTNER. "
    }

    private var nobodyTold: String {
        breach.isAboveThreshold
            ? "the clause has nobody informed."
            : "the risk was recorded as unlikely, and the clause asks for notices only where harm is likely."
    }

    /// Tells that a deadline passed unmet.
    ///
    /// Source: R24.
    func deadlineMissed() -> (String, [Letter.Block]) {
        let name = deadlineName
        let due = breach.miss(name)?.due ?? breach.deadline(name).due ?? breach.reportedAt
        let text: String
        let advice: String
        switch name {
        case .partners:
            text = "Not every partner was informed by \(time(due)), as the clause of \(agreement) asks."
            let silent = breach.audience.filter { breach.informedAt($0) == nil }.map {
                breach.partnerName($0.partnerID)
            }
            advice =
                "Not informed: \(silent.joined(separator: "; ")). Telephone them, and record what they say with its own "
                + "time: breachctl ack \(breach.reference) PARTNER --via phone --at TIME. What was done in time but "
                + "entered late corrects this."
        case .regulator:
            text =
                "The \(directory.settings.regulator.name) was to be notified by \(time(due)), and no notification is "
                + "recorded."
            advice =
                "If the regulator must be notified, do it now: a notification after 72 hours needs the reasons for the "
                + "delay (UK GDPR Art 33(1))."
        }
        return (
            "deadline passed, \(zone.localText(due))",
            [.paragraph(text), .heading("What is asked of you"), .paragraph(advice)] + whatHappened + deadlines
                + whomToAsk
        )
    }

    /// Tells those who were told of a miss that it was none.
    ///
    /// Source: R11.
    func correction() -> (String, [Letter.Block]) {
        let name = deadlineName
        let deadline = breach.deadline(name)
        let due = deadline.due ?? breach.reportedAt
        let settled = deadline.settledAt.map { " It was done on \(time($0))." } ?? ""
        let text =
            "You were told that the deadline of \(time(due)) had passed unmet. It was kept after all: what was done in time "
            + "was recorded late.\(settled) The register keeps both."
        return ("correction, the deadline was kept", [.paragraph(text)] + whomToAsk)
    }

    /// Asks the IG team to telephone somebody who has no mailbox.
    ///
    /// Source: R14.
    func telephoneTask(_ order: NoticeOrder) -> (String, [Letter.Block]) {
        let recipient = order.inPlaceOf?.recipient ?? order.recipient
        let kind = order.inPlaceOf?.kind ?? order.kind
        let contact = directory.contact(recipient)
        let name = contact?.name ?? "the \(clause.ownerTitle), whom the protocol does not name"
        let number = contact?.telephone ?? "there is no number on page 1; find one"
        let request: String
        let body: [Letter.Block]
        switch kind {
        case .reminder: (request, body) = reminder()
        case .deadlineMissed: (request, body) = deadlineMissed()
        case .correction: (request, body) = correction()
        case .breachNotice, .caseOpened, .telephoneTask: (request, body) = breachNotice()
        }
        let record: String
        if case .partner(let id) = recipient, kind == .breachNotice || kind == .reminder {
            record = " Then record it: breachctl ack \(breach.reference) \(id) --via phone."
        } else {
            record = ""
        }
        return (
            "please telephone \(contact?.name ?? "the \(clause.ownerTitle)") \(telephoneBy(kind))",
            [
                .paragraph(
                    "Please telephone \(name): no mailbox is known, so this could not be sent by mail.\(record)"),
                .facts([.init(label: "Telephone", value: number), .init(label: "About", value: request)]),
                .heading("What they would have been sent"),
            ] + body
        )
    }

    /// By when to telephone: partners by their deadline, as long as it runs, everybody else now.
    private func telephoneBy(_ kind: NoticeKind) -> String {
        let deadline = breach.partnersDeadline
        guard kind == .breachNotice || kind == .reminder, deadline.state == .running, clause.partnerHours != 0,
            let due = deadline.due
        else { return "now" }
        return "by \(zone.localText(due))"
    }

    /// Which deadline the notice is about: its occasion begins with the name.
    private var deadlineName: DeadlineName {
        let first = notice.order.occasion.split(separator: ".").first.map(String.init) ?? ""
        return DeadlineName(rawValue: first) ?? .partners
    }
}
