/// The letters to partners: what happened, and what is asked of them.
extension LetterWriter {
    // MARK: - The breach notice

    /// Tells a partner of the breach, and asks for what the clause wants of it.
    ///
    /// Source: R10, R12, R16.
    func breachNotice() -> (String, [Letter.Block]) {
        let request = notAffected + positionsHeld + positionRequest(mattersUnanswered)
        return (
            breachNoticeSubject,
            [.paragraph(breachNoticeOpening)] + whatHappened
                + [.heading("What is asked of you"), .paragraph(acknowledgement)] + request
                + whoDecides + deadlines + ownDuty + whomToAsk + clauseText
        )
    }

    private var breachNoticeSubject: String {
        var requests = hasReaderSaidSo ? [] : ["please acknowledge \(acknowledgeBy(byWhenBriefly))"]
        if !mattersUnanswered.isEmpty {
            requests.append("please give your position \(byWhenBriefly(escalationTime))")
        }
        return requests.isEmpty ? "recorded, for your attention" : requests.joined(separator: ", and ")
    }

    private var breachNoticeOpening: String {
        let correction = occasionCorrection
        let reason = correction?.reason.map { " The reason given: \($0.shown)" } ?? ""
        switch occasion.first {
        case "raised":
            let before = correction.map { "\(words($0.before.risk)), and is now \(words($0.after.risk))" }
            return "The risk of the personal data breach \(breach.reference) under the information sharing protocol "
                + "\(agreement) was raised: it was \(before ?? "lower"). So what the clause asks is now to be done, and its "
                + "deadlines count from the detection, also where they have passed.\(reason)"
        case "added":
            return
                "Your organisation was added on \(time(correction?.at ?? notice.orderedAt)) to those who are told of the "
                + "personal data breach \(breach.reference) under the information sharing protocol \(agreement).\(reason)"
        default:
            return
                "A personal data breach has been recorded under the information sharing protocol \(agreement), which "
                + "your organisation is part of."
        }
    }

    /// That what the reader said before the risk was raised holds again.
    private var positionsHeld: [Letter.Block] {
        let held = mattersAsked.filter { !mattersUnanswered.contains($0) }
        guard !held.isEmpty else { return [] }
        return [
            .paragraph(
                "Your organisation has said \(held.map(question).joined(separator: ", and ")), and that holds. It may be "
                    + "changed as long as the notification has not been made."
            )
        ]
    }

    /// Asks for the acknowledgement, or says why none is wanted.
    ///
    /// Source: R12, R7.
    var acknowledgement: String {
        if let acknowledged = readingMember?.acknowledgement {
            return "Your organisation acknowledged this breach on \(time(acknowledged.at)), and that holds."
        }
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
            "Reply to this message, or ring, to say that you have received it, \(acknowledgeBy(byWhen)). That says only that "
            + "your organisation knows; it agrees to nothing.\(breach.isImmediate ? "" : consequence)"
    }

    /// By when the reader is to say that it knows.
    ///
    /// Source: R1, R12.
    func acknowledgeBy(_ byWhen: (Instant?) -> String) -> String {
        guard breach.isAboveThreshold else { return "when you have read it" }
        guard let due = partnersDue, !breach.isImmediate else { return "immediately" }
        return byWhen(due)
    }

    /// By when the reader must be informed: its own time where it was added later.
    ///
    /// Source: R1, R8.
    var partnersDue: Instant? {
        readingMember.flatMap { breach.due($0) } ?? breach.partnersDeadline.due
    }

    // MARK: - Reminders

    /// Names what a partner has outstanding.
    ///
    /// Source: R13.
    func reminder() -> (String, [Letter.Block]) {
        occasion.first == "positions" ? positionReminder : acknowledgementReminder
    }

    private var acknowledgementReminder: (String, [Letter.Block]) {
        let opening =
            "Your organisation was told of the personal data breach \(breach.reference) under \(agreement), and has not "
            + "acknowledged it yet."
        return (
            "reminder, please acknowledge \(acknowledgeBy(byWhenBriefly))",
            [.paragraph(opening), .heading("What is asked of you"), .paragraph(acknowledgement)]
                + deadlines + ownDuty + whomToAsk
        )
    }

    private var positionReminder: (String, [Letter.Block]) {
        let matters = mattersUnanswered
        guard !matters.isEmpty else {
            let text =
                "A reminder on the personal data breach \(breach.reference) was due. Meanwhile nothing is outstanding "
                + "from your organisation, and nothing is asked of you."
            return ("nothing is outstanding, for your attention", [.paragraph(text)] + ownDuty + whomToAsk)
        }
        let opening =
            "Your organisation was told of the personal data breach \(breach.reference) under \(agreement). It has not said "
            + "yet \(matters.map(question).joined(separator: ", and "))."
        return (
            "reminder, please give your position \(byWhenBriefly(escalationTime))",
            [.paragraph(opening)] + positionRequest(matters) + matters.flatMap(positions)
                + whoDecides + deadlines + ownDuty + whomToAsk
        )
    }
}
