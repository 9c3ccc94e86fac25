/// The letters to whoever decides.
extension LetterWriter {
    /// Puts a matter to the owner.
    ///
    /// Source: R17.
    func escalation() -> (String, [Letter.Block]) {
        let matter = occasionMatter ?? .ico
        guard breach[matter].state == .awaitingDecision else { return nothingAwaited([matter]) }
        let opening =
            "The partners to the information sharing protocol \(agreement) have not agreed \(question(matter)) of a personal "
            + "data breach. By the clause the final decision rests with you, the \(clause.ownerTitle)."
        let why = breach[matter].escalation.map {
            [Letter.Block.heading("Why this comes to you"), .paragraph(words($0))]
        }
        return (
            "decision needed on \(matter.topic) \(byWhenBriefly(regulatorDue))",
            [.paragraph(opening)] + (why ?? []) + positions(matter) + notificationsMade(matter)
                + decisionRequest(on: [matter]) + otherMatter(matter)
                + decisionBackground
        )
    }

    /// Asks the decider alone under its clause.
    ///
    /// Source: R15.
    func decisionRequest() -> (String, [Letter.Block]) {
        let matters = breach.awaitedDecisions
        guard !matters.isEmpty else { return nothingAwaited(MatterName.allCases) }
        let raised = occasion.first == "raised" ? " Its risk was raised since it was recorded." : ""
        let opening =
            "A personal data breach has been recorded under the information sharing protocol \(agreement).\(raised) \(mandate)"
        return (
            "decision needed \(byWhenBriefly(regulatorDue))",
            [.paragraph(opening)] + decisionRequest(on: matters) + decisionBackground
        )
    }

    /// Reminds the decider of what awaits it.
    ///
    /// Source: R13.
    func decisionReminder() -> (String, [Letter.Block]) {
        let matters = breach.awaitedDecisions
        guard !matters.isEmpty else { return nothingAwaited(MatterName.allCases) }
        let opening =
            "Your decision on the personal data breach \(breach.reference) under \(agreement) is still awaited: "
            + "\(matters.map(question).joined(separator: ", and ")). \(mandate)"
        return (
            "reminder, decision needed \(byWhenBriefly(regulatorDue))",
            [.paragraph(opening)] + decisionRequest(on: matters)
                + matters.flatMap { positions($0) + notificationsMade($0) }
                + decisionBackground
        )
    }

    /// Tells the owner that the partners agreed before it decided.
    ///
    /// Source: R18.
    func escalationWithdrawn() -> (String, [Letter.Block]) {
        let matter = occasionMatter ?? .ico
        let agreed = breach[matter].settlement.map { ": \(outcome($0.outcome, matter))" } ?? ""
        let text =
            "You were asked to decide \(question(matter)) of the personal data breach \(breach.reference) under "
            + "\(agreement). The partners have agreed since then\(agreed). Nothing is left for you to decide on that."
        let unless =
            breach.isNotified(of: matter)
            ? ""
            : " Should a partner change its position, the matter is open again, and you are told if it comes to you."
        return (
            "no decision needed any more on \(matter.topic)",
            [.paragraph(text)] + asked("Nothing\(onThisQuestion(matter)).\(unless)", besides: matter)
                + otherMatter(matter) + positions(matter) + deadlines + ownDuty + whomToAsk
        )
    }

    // MARK: - Parts

    /// What is said where the letter comes to be written after the matter is settled, since the spool could not be
    /// written to before.
    private func nothingAwaited(_ matters: [MatterName]) -> (String, [Letter.Block]) {
        let text =
            "You were to be asked for a decision on the personal data breach \(breach.reference) under \(agreement). "
            + "Meanwhile none is awaited of you any more."
        let standings = matters.map { Letter.Row(label: question($0).capitalisedFirst, value: standing($0)) }
        return (
            "no decision is awaited, for your attention",
            [.paragraph(text), .facts(standings)] + deadlines + ownDuty + whomToAsk
        )
    }

    /// Why it is the reader who decides.
    private var mandate: String {
        switch clause.decision {
        case .consultation:
            "The partners have not agreed, so by the clause the final decision rests with you, \(owner)."
        case .owner: "By the clause the decision rests with you, \(owner), alone."
        case .controller:
            "By the protocol each controller decides by its own procedure, and your organisation is one of them."
        }
    }

    /// Asks for the decision: on what, by when, how, and what follows where there is none.
    private func decisionRequest(on matters: [MatterName]) -> [Letter.Block] {
        var blocks: [Letter.Block] = [
            .heading("What is asked of you"),
            .paragraph("Please decide, \(byWhen(regulatorDue)):"),
            .facts(matters.map(answers)),
        ]
        if matters.contains(.individuals) {
            blocks.append(
                .paragraph(
                    "For telling the people concerned the law sets no hours: where a high risk to them is likely, they are "
                        + "told without undue delay (UK GDPR Art 34(1))."
                )
            )
        }
        return blocks + [
            .heading("How to answer"),
            .paragraph(
                "Reply to this message, or ring the information governance team. Give the name of whoever decides, and the "
                    + "reason. The team records it so:"
            ),
            .facts(decisionCommands(matters)),
        ] + oneAnswer + [
            .heading("If you do not answer"), .paragraph(withoutDecision(matters)),
        ]
    }

    /// That the register has one decision, where several may each take their own.
    ///
    /// Source: R19.
    private var oneAnswer: [Letter.Block] {
        guard clause.decision == .controller else { return [] }
        return [
            .paragraph(
                "The register has one decision for the breach. Where your organisation decides otherwise than the one that "
                    + "is recorded, nothing keeps it from notifying: that is recorded as done on its own duty."
            )
        ]
    }

    private func withoutDecision(_ matters: [MatterName]) -> String {
        let isPast = regulatorDue.map { $0 <= notice.orderedAt } ?? false
        let reminders = isPast ? "" : "You are reminded. "
        guard matters.contains(.ico) else {
            return
                "\(reminders)The question stays open: nobody else can answer it\(breach.isConsulted ? ", unless the partners come to say the same" : "")."
        }
        if isPast {
            return
                "The deadline has passed, which the register records for good. The question stays open, and the longer it "
                + "does, the more the regulator must be told of the reasons for the delay (UK GDPR Art 33(1))."
        }
        return
            "\(reminders)Where nobody has notified the \(regulator) by its deadline, the register records for good that "
            + "it passed, and the \(clause.ownerTitle) and the information governance team are told."
    }

    /// How the other matter stands, so that both can be decided together.
    private func otherMatter(_ matter: MatterName) -> [Letter.Block] {
        let other: MatterName = matter == .ico ? .individuals : .ico
        return [.heading("The other question"), .paragraph("\(question(other).capitalisedFirst): \(standing(other))")]
    }

    private var decisionBackground: [Letter.Block] {
        whatHappened + deadlines + ownDuty + whomToAsk + clauseText
    }
}
