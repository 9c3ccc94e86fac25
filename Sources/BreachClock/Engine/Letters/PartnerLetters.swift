/// The letters to partners.
extension LetterWriter {
    /// Tells a partner of the breach.
    ///
    /// Source: R10, R12.
    func breachNotice() -> (String, [Letter.Block]) {
        let opening =
            "A personal data breach has been recorded under the information sharing protocol \(agreement), which your "
            + "organisation is part of."
        return (
            isDetector ? "recorded, for your attention" : "please acknowledge \(acknowledgeBy)",
            [.paragraph(opening)] + whatHappened
                + [.heading("What is asked of you"), .paragraph(acknowledgement)] + consultation
                + deadlines + ownDuty + whomToAsk + clauseText
        )
    }

    /// Names what a partner has outstanding.
    ///
    /// Source: R13.
    func reminder() -> (String, [Letter.Block]) {
        let opening =
            "Your organisation was told of the personal data breach \(breach.reference) under \(agreement), and has not "
            + "acknowledged it yet."
        return (
            "reminder, please acknowledge \(acknowledgeBy)",
            [.paragraph(opening), .heading("What is asked of you"), .paragraph(acknowledgement)]
                + deadlines + ownDuty + whomToAsk
        )
    }

    private var acknowledgement: String {
        guard breach.isAboveThreshold else {
            return "Reply to this message to say that you have received it. The risk was recorded as unlikely, so the "
                + "clause sets no deadline; a processor's breach is told to its controllers whatever its risk (UK GDPR "
                + "Art 33(2))."
        }
        if isDetector {
            return "Nothing has to be acknowledged: your organisation detected this breach, and is taken as informed."
        }
        let consequence =
            " Until then you are reminded, and if the partners are not informed in time, the \(clause.ownerTitle) and the "
            + "information governance team are told."
        return
            "Reply to this message, or ring, to say that you have received it, \(acknowledgeBy). That says only that your "
            + "organisation knows; it agrees to nothing.\(clause.partnerHours == 0 ? "" : consequence)"
    }

    /// Whether the letter is to the partner that detected the breach.
    private var isDetector: Bool {
        switch notice.order.inPlaceOf?.recipient ?? notice.order.recipient {
        case .partner(let id), .partnerDeputy(let id, _): id == breach.detectedBy
        case .owner, .ownerDeputy, .igTeam: false
        }
    }

    private var acknowledgeBy: String {
        guard breach.isAboveThreshold else { return "when you have read it" }
        guard let due = breach.partnersDeadline.due, clause.partnerHours != 0 else { return "immediately" }
        return "by \(zone.localText(due))"
    }

    private var consultation: [Letter.Block] {
        guard clause.decision == .consultation, breach.isAboveThreshold else { return [] }
        let isAffected = breach.facts.affected.map { affected in
            switch notice.order.inPlaceOf?.recipient ?? notice.order.recipient {
            case .partner(let id), .partnerDeputy(let id, _): affected.contains(id)
            case .owner, .ownerDeputy, .igTeam: true
            }
        }
        let regulator = directory.settings.regulator.name
        if isAffected == false {
            return [
                .paragraph(
                    "Whether to notify the \(regulator) is being discussed with the partners named as affected. Your "
                        + "organisation is not among them, and may give its view all the same."
                )
            ]
        }
        return [
            .paragraph(
                "The clause wants the affected partners consulted on whether to notify the \(regulator) and to tell the "
                    + "people concerned. Please have your organisation's view ready, with its reason, for the information "
                    + "governance team."
            )
        ]
    }
}
