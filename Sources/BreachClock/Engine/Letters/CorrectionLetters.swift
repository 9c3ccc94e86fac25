/// The letters that tell that what was told before was not so, or holds no more.
extension LetterWriter {
    /// Tells of a deadline that was kept after all, of a correction of the facts, or of an agreement that holds no more.
    ///
    /// Source: R8, R11, R16.
    func correction() -> (String, [Letter.Block]) {
        if let deadline = occasionDeadline { return keptAfterAll(deadline) }
        if let matter = occasionMatter { return reopened(matter) }
        return corrected
    }

    // MARK: - A miss that was none

    private func keptAfterAll(_ name: DeadlineName) -> (String, [Letter.Block]) {
        let edition = breach.partnersEditions.first { $0.edition.number == occasionNumber }?.deadline
        let deadline = name == .partners ? edition ?? breach.deadline(name) : breach.deadline(name)
        let due = breach.miss(name, edition: occasionNumber)?.due ?? deadline.due ?? breach.reportedAt
        let settled = deadline.settledAt.map { " It was done on \(time($0))." } ?? ""
        let text =
            "You were told that the deadline for \(duty(name)) of the personal data breach \(breach.reference) under "
            + "\(agreement), \(time(due)), had passed unmet. It was kept after all: what was done in time was recorded "
            + "late.\(settled) The register keeps both."
        return ("correction, the deadline was kept", [.paragraph(text)] + deadlines + whomToAsk)
    }

    // MARK: - Corrected facts

    private var corrected: (String, [Letter.Block]) {
        let correction = occasionCorrection
        let reason = correction?.reason.map { " The reason given: \($0.shown)" } ?? ""
        let opening =
            "What is recorded of the personal data breach \(breach.reference) under \(agreement) was corrected on "
            + "\(time(correction?.at ?? notice.orderedAt)).\(reason)\(closedMeanwhile)"
        let moved = correction.map(movedDeadlines) ?? []
        let rows =
            moved.map { move in
                let before = move.before.map(time) ?? "not set"
                return Letter.Row(
                    label: label(move.name), value: "was \(before), is now \(move.after.map(time) ?? "not set")")
            } + (correction.map(changedDetector) ?? [])
        let changes: [Letter.Block] = rows.isEmpty ? [] : [.heading("What has changed"), .facts(rows)]
        let isAsked = correction.map(changesDetector) == true && isToAcknowledge
        let request =
            isAsked ? "please acknowledge \(acknowledgeBy(byWhenBriefly))" : "please read what is asked of you"
        return (
            moved.isEmpty ? "correction, \(request)" : "correction, a deadline has changed",
            [.paragraph(opening)] + changes + missesOfMoved(moved)
                + (correction.map { requests($0, isMoved: !moved.isEmpty) } ?? [])
                + (reader == .igTeam ? telephoneList(unacknowledged) : []) + whatHappened
                + deadlines + ownDuty + whomToAsk
        )
    }

    private var closedMeanwhile: String {
        guard breach.phase == .closed, let closure = breach.closures.last else { return "" }
        return " The breach was closed on \(time(closure.closedAt))."
    }

    private func changedDetector(_ correction: Correction) -> [Letter.Row] {
        let (before, after) = (correction.before.detectedBy, correction.after.detectedBy)
        guard before != after else { return [] }
        let value = "was \(breach.partnerName(before)), is now \(breach.partnerName(after))"
        return [.init(label: "Detected by", value: value)]
    }

    /// Whether the correction makes the reader one that is taken as informed, or none any more.
    private func changesDetector(_ correction: Correction) -> Bool {
        let (before, after) = (correction.before.detectedBy, correction.after.detectedBy)
        return before != after && (readingPartner == before || readingPartner == after)
    }

    /// A deadline that a correction moved.
    private struct Move {
        let name: DeadlineName
        let before: Instant?
        let after: Instant?
    }

    private func movedDeadlines(_ correction: Correction) -> [Move] {
        func move(_ name: DeadlineName, _ due: KeyPath<Correction.Standing, Instant?>) -> Move? {
            let before = correction.before[keyPath: due]
            let after = correction.after[keyPath: due]
            guard before != after else { return nil }
            return Move(name: name, before: before, after: after)
        }
        return [
            move(.partners, \.partnersDue),
            move(.regulator, \.regulatorDue),
        ].compactMap { $0 }
    }

    /// For those who were told of a miss: that the deadline missed is one that moved.
    private func missesOfMoved(_ moved: [Move]) -> [Letter.Block] {
        guard readingPartner == nil || isReadByOwner else { return [] }
        let missed = breach.misses.filter { miss in moved.contains { $0.name == miss.deadline && $0.before == miss.due }
        }
        guard !missed.isEmpty else { return [] }
        let dues = missed.map { Letter.Row(label: label($0.deadline), value: time($0.due)) }
        return [
            .heading("What you were told before"),
            .paragraph("You were told that this had passed unmet:"), .facts(dues),
            .paragraph(
                "It was worked out from what was recorded then, and has moved. The register keeps both. Should the new "
                    + "deadline pass unmet, you are told of that."
            ),
        ]
    }

    /// Whether the reader is taken as informed now, or no more; whether its position is asked now, or no more, and by when
    /// it is.
    private func requests(_ correction: Correction, isMoved: Bool) -> [Letter.Block] {
        guard let readingPartner else { return [] }
        let isConcerned = changesDetector(correction)
        let informed: [Letter.Block] =
            isConcerned ? [.heading("What is asked of you"), .paragraph(acknowledgement)] : []
        return informed + positionRequest(correction, of: readingPartner, mayBeEmpty: isConcerned || !isMoved)
    }

    private func positionRequest(
        _ correction: Correction,
        of readingPartner: String,
        mayBeEmpty: Bool
    ) -> [Letter.Block] {
        guard breach.isConsulted else { return [] }
        guard breach.phase == .open else {
            return mayBeEmpty ? [] : [.heading("What is asked of you"), .paragraph("Please note the new times.")]
        }
        let was = correction.before.affected.contains(readingPartner)
        let isNow = correction.after.affected.contains(readingPartner)
        let asked = positionRequest(mattersUnanswered)
        switch (was, isNow) {
        case (false, true):
            return [.paragraph("Your organisation is now among those asked \(question(.ico)).")] + asked
        case (true, false):
            return [
                .paragraph(
                    "Your organisation is not asked any more \(question(.ico)). It may state a position all the same, and "
                        + "what it said is kept.")
            ] + asked
        default:
            return asked.isEmpty && !mayBeEmpty
                ? [.heading("What is asked of you"), .paragraph("Please note the new times.")] : asked
        }
    }

    // MARK: - An agreement that holds no more

    private func reopened(_ matter: MatterName) -> (String, [Letter.Block]) {
        let why =
            breach.silent(on: matter).isEmpty
            ? "a partner has changed its position" : "the partners that are asked have changed"
        let text =
            "You were told that the partners had agreed \(question(matter)) of the personal data breach \(breach.reference) "
            + "under \(agreement). That agreement does not hold any more, since \(why). Now: \(standing(matter))"
        if reader == .submitter {
            let wait =
                "Please do not submit the notification until you are told again. If you have submitted it already, tell "
                + "the information governance team at once."
            return (
                "correction, please do not notify the regulator yet",
                [.paragraph(text), .heading("What is asked of you"), .paragraph(wait)] + deadlines + whomToAsk
            )
        }
        return (
            "correction, the agreement on \(matter.topic) does not hold any more",
            [.paragraph(text)] + positions(matter) + notificationsMade(matter)
                + positionRequest(mattersUnanswered.filter { $0 == matter }) + whoDecides + deadlines + ownDuty
                + whomToAsk
        )
    }
}
