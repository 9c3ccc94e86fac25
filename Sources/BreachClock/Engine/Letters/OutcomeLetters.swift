/// The letters that tell what came of a matter.
extension LetterWriter {
    // MARK: - Outcomes

    /// Tells what came of a matter, or that nothing has to be settled any more.
    ///
    /// Source: rules, table of notices, `outcome`.
    func outcomeLetter() -> (String, [Letter.Block]) {
        if reader == .submitter { return withdrawnSubmission }
        guard let matter = occasionMatter else { return riskLowered }
        let opening =
            "This is what came of the question \(question(matter)) of the personal data breach \(breach.reference) under "
            + "\(agreement).\(replacedOutcome(matter) ?? "")"
        return (
            "\(replacedOutcome(matter) == nil ? "outcome" : "new outcome") on \(matter.topic), for your attention",
            [.paragraph(opening)] + settlement(matter) + positions(matter) + notificationsMade(matter)
                + [.heading("What happens now"), .paragraph(whatFollows(matter))]
                + asked(changing(matter), besides: matter) + deadlines + ownDuty + whomToAsk
        )
    }

    /// What came of the matter before, which readers may have acted on.
    private func replacedOutcome(_ matter: MatterName) -> String? {
        guard breach[matter].settlement != nil else { return nil }
        return breach[matter].settlements.dropLast().last.map { earlier in
            " It takes the place of the outcome of \(time(earlier.at)), \(outcome(earlier.outcome, matter))."
        }
    }

    /// Tells whoever was to notify the regulator that the request is withdrawn.
    ///
    /// Source: R16, R18, R6.
    var withdrawnSubmission: (String, [Letter.Block]) {
        let why =
            occasion.first == "risk"
            ? [Letter.Block.paragraph(loweredRisk.capitalisedFirst)] : settlement(.ico)
        let text =
            "You were asked to notify the \(regulator) of the personal data breach \(breach.reference) under \(agreement). "
            + "That request is withdrawn: please do not submit the notification."
        let done =
            "If you have submitted it already, tell the information governance team at once. They record what was done: "
            + "breachctl notified \(breach.reference) --at TIME --reference TEXT --own-duty CONTROLLER --reason TEXT."
        return (
            "request withdrawn, please do not notify the regulator",
            [.paragraph(text)] + why + [.heading("If it is done already"), .paragraph(done)] + deadlines + whomToAsk
        )
    }

    /// Tells that nothing has to be settled any more, since the risk was lowered.
    private var riskLowered: (String, [Letter.Block]) {
        let kept =
            "What the partners said and what was sent is kept in the register. Where you know of a risk to people that was "
            + "not seen, tell the information governance team: the risk can be raised again, and then the deadlines count "
            + "from the detection."
        return (
            "the risk was corrected, nothing is left to decide",
            [
                .paragraph("About the personal data breach \(breach.reference) under \(agreement): \(loweredRisk)"),
                .heading("What happens now"),
                .paragraph(
                    "Nothing has to be agreed or decided any more, neither \(question(.ico)) nor \(question(.individuals)). "
                        + "What was settled before stays in the register\(droppedNotification)."),
                .heading("What is asked of you"), .paragraph("Nothing. \(kept)"),
            ] + MatterName.allCases.filter { !breach[$0].positions.isEmpty }.flatMap(positions) + ownDuty + whomToAsk
        )
    }

    /// That the regulator is not notified, where that was agreed or decided and nobody has.
    private var droppedNotification: String {
        breach[.ico].settlement?.outcome == .notify && controllersToNotify == breach.controllers
            ? ", and is not carried out: the \(regulator) is not notified" : ""
    }

    private var loweredRisk: String {
        let correction = occasionCorrection
        let reason = correction?.reason ?? breach.texts[.reason]
        let before =
            correction.map { "from \"\(words($0.before.risk))\" to \"\(words($0.after.risk))\"" } ?? "to \"unlikely\""
        return "the risk that it affects people adversely was corrected \(before)."
            + (reason.map { " The reason given: \($0.shown)" } ?? "")
    }

    // MARK: - What came of a matter

    /// What came of a matter, when, by whom and why.
    ///
    /// Source: R20, R21.
    func settlement(_ matter: MatterName) -> [Letter.Block] {
        guard let settlement = breach[matter].settlement else { return [.paragraph(standing(matter))] }
        return [.heading("The outcome"), .facts(outcomeRows(settlement, matter))] + tellingGaps(settlement, matter)
    }

    /// What came of a matter, in rows.
    ///
    /// Source: R20, R21.
    func outcomeRows(_ settlement: Settlement, _ matter: MatterName) -> [Letter.Row] {
        var rows = [Letter.Row(label: "Outcome", value: outcome(settlement.outcome, matter))]
        if let ruling = settlement.ruling {
            rows.append(.init(label: "Decided on", value: time(settlement.at)))
            rows.append(.init(label: "Decided by", value: decidedBy(ruling)))
            rows.append(.init(label: "Reason", value: ruling.reason.shown))
        } else {
            rows.append(.init(label: "Agreed on", value: time(settlement.at)))
            rows.append(.init(label: "Agreed by", value: names(settlement.agreedBy)))
        }
        return rows + tellings(settlement, matter)
    }

    private func decidedBy(_ ruling: Ruling) -> String {
        guard clause.decision == .controller else { return "\(ruling.name.shown), for \(decider)" }
        return
            "\(ruling.name.shown). Each controller decides by its own procedure: one that decides otherwise notifies all "
            + "the same, on its own duty"
    }

    /// What was said on telling the people concerned: by the decider, or by each of the partners that agreed.
    private func tellings(_ settlement: Settlement, _ matter: MatterName) -> [Letter.Row] {
        guard matter == .individuals else { return [] }

        if let ruling = settlement.ruling { return rows(ruling.telling) }
        return agreeing.compactMap { id, position in
            words(position.telling).map { .init(label: "As \(breach.partnerName(id)) says", value: $0) }
        }
    }

    private var agreeing: [(id: String, position: Position)] {
        breach.asked(on: .individuals).compactMap { id in
            breach[.individuals].positions[id].map { (id, $0) }
        }
    }

    /// What has still to be settled on telling the people concerned, where they agreed that it is done: what nobody said,
    /// and what they do not say alike.
    private func tellingGaps(_ settlement: Settlement, _ matter: MatterName) -> [Letter.Block] {
        guard matter == .individuals, settlement.ruling == nil else { return [] }
        let tellings = agreeing.map(\.position.telling)
        let aspects: [(name: String, question: String, said: Set<String>)] =
            settlement.outcome == .notify
            ? [
                ("when", "when", Set(tellings.compactMap { $0.when?.shown })),
                ("how", "how", Set(tellings.compactMap { $0.how?.shown })),
                ("by whom", "by whom", Set(tellings.compactMap { $0.byWhom?.shown })),
            ] : [("the ground", "on what ground", Set(tellings.compactMap { $0.ground?.rawValue }))]
        let unsaid = aspects.filter { $0.said.isEmpty }.map(\.question)
        let various = aspects.filter { $0.said.count > 1 }.map(\.name)
        let gaps = [
            unsaid.isEmpty ? nil : "Nobody has said \(unsaid.joined(separator: ", ")).",
            various.isEmpty ? nil : "The partners do not say the same on \(various.joined(separator: ", ")).",
        ].compactMap { $0 }
        guard !gaps.isEmpty else { return [] }
        return [
            .heading("Still to be settled"),
            .paragraph(
                "\(gaps.joined(separator: " ")) Please settle it with the information governance team, which writes it "
                    + "down: breachctl note \(breach.reference) --kind action TEXT."
            ),
        ]
    }

    /// How a matter stands, in a sentence.
    ///
    /// Source: rules, "States of a matter".
    func standing(_ matter: MatterName) -> String {
        let current = breach[matter]
        let closedAt = breach.phase == .closed ? breach.closures.last?.closedAt : nil
        switch (current.state, closedAt) {
        case (.consulting, let closedAt?): return "it was closed on \(time(closedAt)) before the partners agreed."
        case (.awaitingDecision, let closedAt?): return "it was closed on \(time(closedAt)) before it was decided."
        case (.consulting, nil):
            return "the partners are being consulted; still to be heard: "
                + "\(breach.silent(on: matter).isEmpty ? "nobody" : names(breach.silent(on: matter)))."
        case (.awaitingDecision, nil): return "the decision is awaited of \(decider)."
        case (.agreed, _), (.decided, _):
            guard let settlement = current.settlement else { return "settled." }
            return settlement.ruling == nil
                ? "the partners agreed on \(time(settlement.at)) \(outcome(settlement.outcome, matter))."
                : "it was decided on \(time(settlement.at)) \(outcome(settlement.outcome, matter))."
        case (.notRequired, _): return "nothing has to be agreed or decided."
        }
    }

    private func whatFollows(_ matter: MatterName) -> String {
        guard let settlement = breach[matter].settlement else {
            return "The outcome that you were to be told of does not hold any more. You are told of the next one."
        }
        switch (matter, settlement.outcome) {
        case (.ico, .notify):
            if breach.isNotified(of: .ico) || controllersToNotify.isEmpty {
                return "The \(regulator) has been notified."
            }
            return "\(isReadByNotifier ? "Your organisation" : organisation) notifies the \(regulator), "
                + "\(byWhen(regulatorDue)), for these controllers: \(names(controllersToNotify))."
        case (.ico, .doNotNotify):
            return
                "\(notNotified) The breach, the outcome and its reasons stay in the register (UK GDPR Art 33(5))."
        case (.individuals, .notify):
            let told =
                tellingGaps(settlement, matter).isEmpty
                ? "The people concerned are told as set out above."
                : "The people concerned are told; what is still to be settled of it stands above."
            return
                "\(told) The law wants it done without undue delay (UK GDPR Art "
                + "34(1)). Whoever tells them says so to the information governance team, which records it."
        case (.individuals, .doNotNotify):
            return "The people concerned are not told. The outcome and its ground stay in the register."
        }
    }

    /// That the regulator is not notified, where some controller has not done so on its own duty.
    private var notNotified: String {
        let done = breach.controllers.filter { breach.hasInitial($0, of: .ico) }
        let notified =
            done.isEmpty
            ? "The \(regulator) is not notified."
            : "The \(regulator) is not notified on behalf of the others. What \(names(done)) notified on its own duty stands."
        let isNotRequired = breach.regulatorDeadline.deadline.state == .notRequired
        return notified + (isNotRequired ? " The deadline in the register now reads \"not required\"." : "")
    }

    /// What is asked of the reader on telling the people concerned; nothing on the other matter.
    private func nothingElse(_ matter: MatterName) -> String {
        let question = onThisQuestion(matter)
        guard matter == .individuals, let settlement = breach[matter].settlement, !breach.isNotified(of: matter) else {
            return "Nothing\(question)"
        }
        guard tellingGaps(settlement, matter).isEmpty else {
            return
                "Please settle with the information governance team what stands open above. Nothing else is asked\(question)"
        }
        return settlement.outcome == .notify
            ? "Whoever is named above to tell the people concerned: please do. Nothing else is asked\(question)"
            : "Nothing\(question)"
    }

    private func changing(_ matter: MatterName) -> String {
        let isToNotify =
            isReadByNotifier && matter == .ico && breach[.ico].settlement?.outcome == .notify
            && !controllersToNotify.isEmpty
        let nothing =
            isToNotify
            ? "Your organisation is to notify the \(regulator): a message of its own has what to submit. Nothing else is asked"
                + onThisQuestion(matter)
            : nothingElse(matter)
        if breach.isNotified(of: matter) { return "\(nothing). The outcome stands, since the notification was made." }
        switch breach[matter].state {
        case .agreed:
            return
                "\(nothing), unless your organisation now sees it otherwise: tell the information governance team before the "
                + "notification is made. A changed position opens the question again."
        case .decided:
            return
                "\(nothing). The decision can be changed by whoever took it until the notification is made. If you know of "
                + "something that speaks against it, tell the information governance team at once."
        case .consulting, .awaitingDecision, .notRequired:
            return "\(nothing) at present."
        }
    }
}
