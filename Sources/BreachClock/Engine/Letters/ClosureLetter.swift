/// The letter that tells that a breach is closed.
extension LetterWriter {
    /// Tells that the breach was closed, and asks the owner to review the protocol.
    ///
    /// Source: R25.
    func closureLetter() -> (String, [Letter.Block]) {
        let closure = occasionClosure
        let opening =
            "The personal data breach \(breach.reference) under \(agreement) was closed on "
            + "\(time(closure?.closedAt ?? notice.orderedAt))."
        let reopened = closure?.reopenedAt.map { [Letter.Block.paragraph("It was reopened on \(time($0)).")] } ?? []
        return (
            isReadByOwner ? "closed, please review the protocol" : "closed, for your attention",
            [.paragraph(opening)] + reopened + leftOpen(closure) + review
                + [.heading("How the deadlines ended"), .facts(ending)] + MatterName.allCases.flatMap(endOf)
                + [.heading("What is still possible"), .paragraph(stillPossible)] + ownDuty + whomToAsk
        )
    }

    private func leftOpen(_ closure: Closure?) -> [Letter.Block] {
        guard let closure, !closure.outstanding.isEmpty else {
            return [.paragraph("Nothing was outstanding.")]
        }
        let reason = closure.reason.map {
            [Letter.Block.paragraph("It was closed all the same. The reason: \($0.shown)")]
        }
        return [.heading("What was left open"), .facts(closure.outstanding.map(row))] + (reason ?? [])
    }

    private func row(_ outstanding: Outstanding) -> Letter.Row {
        switch outstanding {
        case .acknowledgement(let partners): .init(label: "Not acknowledged by", value: names(partners))
        case .deadline(let name): .init(label: "Deadline", value: duty(name))
        case .matter(let name): .init(label: "Not settled", value: question(name))
        case .action(let matter): .init(label: "Not done", value: matter.topic)
        }
    }

    private var review: [Letter.Block] {
        guard isReadByOwner else { return [] }
        let due: String
        if let review = breach.sharingProtocol.review {
            let isPast = review < zone.civilTime(at: notice.orderedAt).date
            due = "Its review was set for \(review.longText)\(isPast ? ", which has passed" : "")."
        } else {
            due = "The protocol, as it is recorded here, names no day for its review."
        }
        return [
            .heading("What is asked of you"),
            .paragraph(
                "Please review the protocol. Such protocols are reviewed on a set day, \"or sooner should a breach occur\". "
                    + "\(due) Ask what let this breach happen, and whether the clause, the mailboxes and telephone numbers of page 1 "
                    + "served. Without a review the protocol stays as it is, and the next breach is handled by it."
            ),
        ]
    }

    private var ending: [Letter.Row] {
        [
            .init(label: label(.partners), value: words(breach.partnersDeadline)),
            .init(label: label(.regulator), value: words(breach.regulatorDeadline.deadline)),
        ]
    }

    private func endOf(_ matter: MatterName) -> [Letter.Block] {
        let current = breach[matter]
        let heading = Letter.Block.heading("The outcome on \(matter.topic)")
        if let settlement = current.settlement {
            return [heading, .facts(outcomeRows(settlement, matter))] + notificationsMade(matter)
        }
        let text =
            switch current.state {
            case .notRequired: "Nothing had to be agreed or decided."
            case .awaitingDecision: "None: no decision was recorded."
            case .consulting, .agreed, .decided: "None: the partners had not all said the same."
            }
        return [heading, .paragraph(text)] + notificationsMade(matter)
    }

    private var stillPossible: String {
        "Acknowledgements, notifications, corrections and notes are still recorded: tell the information governance team. "
            + "For a new position or a decision it is reopened first: breachctl reopen \(breach.reference). The breach stays "
            + "in the register."
    }
}
