/// The arithmetic of a breach's deadlines, to redo by hand.
extension Clockwork {
    /// How each deadline of that breach comes about, and how it stands.
    ///
    /// Source: contract of `explain`.
    func explanations(of breach: Breach, at now: Instant) -> [Explanation] {
        let explainer = Explainer(breach: breach, timetable: timetable, now: now)
        return explainer.partners + explainer.regulatorByProtocol + explainer.regulatorByLaw + [explainer.regulator]
            + explainer.escalation
    }
}

/// Puts the arithmetic of one breach's deadlines into sentences.
///
/// Source: contract of `explain`.
private struct Explainer {
    let breach: Breach
    let timetable: Timetable
    let now: Instant

    private var zone: any ZoneRules { timetable.zone }
    private var clause: Clause { breach.sharingProtocol.clause }
    private var clauseName: String { "\(breach.sharingProtocol.id) section \(clause.section)" }
    private var law: String { "UK GDPR Art 33(1)" }

    // MARK: - The deadlines

    var partners: [Explanation] {
        guard let hours = clause.partnerHours else {
            return [
                explanation(
                    "Partners informed by", nil, [("The clause sets no time for informing partners.", clauseName)])
            ]
        }
        return breach.partnersEditions.map { edition in
            let due = edition.deadline.due
            let names = edition.members.map { breach.partnerName($0.partnerID) }.joined(separator: "; ")
            var lines =
                [("For \(names).", "R7")] + sum(from: breach.facts.detectedAt, "Detected", hours: hours, clauseName)
            if let added = edition.members.map(\.addedAt).max(), let due,
                due > breach.facts.detectedAt + hours * secondsPerHour
            {
                lines.append(
                    (
                        "Added on \(local(added)), so due \(Breach.addedPartnerSeconds / secondsPerHour) h later: \(local(due)).",
                        "R8"
                    ))
            }
            lines += landing(due)
            // Who was added since was never due by the deadline before.
            let since = edition.members.map(\.addedAt).min() ?? now
            let moved = breach.corrections.last { $0.before.partnersDue != $0.after.partnersDue && since < $0.at }
            lines += editionLine(edition.edition.number, moved?.before.partnersDue)
            lines.append((standing(edition.deadline, done: "the last was informed"), "R11, R24"))
            return explanation("Partners informed by", due, lines)
        }
    }

    var regulatorByProtocol: [Explanation] {
        guard let hours = clause.regulatorHours else { return [] }
        let deadline = breach.regulatorDeadline
        var lines: [(String, String)]
        if let frozen = frozenDetection(hours) {
            lines = sum(from: frozen, "Detected, as recorded when the first notification was", hours: hours, clauseName)
        } else {
            lines = sum(from: breach.facts.detectedAt, "Detected", hours: hours, clauseName)
        }
        lines += landing(deadline.dueByProtocol)
        if let state = breach.stateByProtocol(at: now) { lines.append(("It is \(words(state)).", "R2, R24")) }
        return [explanation("Regulator notified by, as the protocol asks", deadline.dueByProtocol, lines)]
    }

    /// One for all controllers that became aware at the same time and stand the same.
    var regulatorByLaw: [Explanation] {
        var alike: [(controllers: [String], lines: [(String, String)], due: Instant)] = []
        for controller in breach.controllers {
            let (lines, due) = (lawLines(controller), breach.dueByLaw(controller))
            if let index = alike.firstIndex(where: { $0.due == due && $0.lines.elementsEqual(lines, by: ==) }) {
                alike[index].controllers.append(controller)
            } else {
                alike.append(([controller], lines, due))
            }
        }
        return alike.map { controllers, lines, due in
            let names = controllers.map(breach.partnerName).joined(separator: "; ")
            return explanation("Regulator notified by, as the law asks", due, [("For \(names).", law)] + lines)
        }
    }

    private func lawLines(_ controller: String) -> [(String, String)] {
        let due = breach.dueByLaw(controller)
        let aware = due - regulatorHoursByLaw * secondsPerHour
        let label = aware == breach.facts.detectedAt ? "Aware, at detection" : "Aware"
        var lines = sum(from: aware, label, hours: regulatorHoursByLaw, law) + landing(due)
        if let verdict = breach.verdicts[controller] {
            lines.append(
                ("It notified on \(local(verdict.notifiedAt)); what it is judged by does not move any more.", "R2"))
        }
        lines.append(("It is \(words(breach.stateByLaw(of: controller, at: now))).", "R2, R24"))
        return lines
    }

    var regulator: Explanation {
        let deadline = breach.regulatorDeadline
        var lines: [(String, String)] = []
        if let byProtocol = deadline.dueByProtocol, let byLaw = deadline.dueByLaw {
            let earlier = byProtocol <= byLaw ? byProtocol : byLaw
            lines.append(("The earlier of \(byProtocol.rfc3339) and \(byLaw.rfc3339): \(earlier.rfc3339).", "R2"))
        } else {
            lines.append(("The clause sets no hours of its own, so the law's count.", "\(clauseName); \(law)"))
        }
        let before = breach.corrections.last { $0.before.regulatorDue != $0.after.regulatorDue }?.before.regulatorDue
        lines += editionLine(breach.regulatorEdition.number, before)
        lines.append((standing(deadline.deadline, done: "the last controller notified"), "R2, R20, R24"))
        return explanation("Regulator notified by", deadline.deadline.due, lines)
    }

    var escalation: [Explanation] {
        guard let due = breach.regulatorDeadline.deadline.due, let at = breach.escalationTime(timetable) else {
            return []
        }
        let notice = timetable.timing.ownerNoticeSeconds
        let latest = due - notice
        let needed = hoursText(timetable.timing.ownerOfficeSeconds)
        var lines: [(String, String)] = [
            ("The regulator's deadline: \(both(due)).", "R17"),
            ("Less the \(clause.ownerTitle)'s notice of \(hoursText(notice)): \(both(latest)).", "R17"),
        ]
        let open = officeSeconds(from: latest, to: due)
        lines.append(
            (
                "Office hours from then to the deadline: \(openText(from: latest, to: due)), \(hoursText(open)) in all; "
                    + "\(needed) are needed.", "R17"
            ))
        if at < latest {
            lines.append(
                (
                    "Brought forward until there are \(needed): \(openText(from: at, to: due)). That is \(both(at)).",
                    "R17"
                ))
        }
        if at <= breach.reportedAt {
            lines.append(
                ("That was past when the breach was recorded, on \(local(breach.reportedAt)): at once.", "R17"))
        }
        return [explanation("Matters without agreement go to the \(clause.ownerTitle)", at, lines)]
    }

    // MARK: - Sentences

    private func explanation(_ title: String, _ result: Instant?, _ lines: [(String, String)]) -> Explanation {
        Explanation(title: title, result: result, lines: lines.map { Explanation.Line(text: $0.0, source: $0.1) })
    }

    /// A beginning and its hours, as an instant with its offset, in UTC and added up in seconds.
    private func sum(from start: Instant, _ label: String, hours: Int, _ source: String) -> [(String, String)] {
        let due = start + hours * secondsPerHour
        return [
            ("\(label): \(both(start)).", "R3"),
            (
                hours == 0
                    ? "“Immediately”: due at that instant."
                    : "Plus \(hours) h, which are \(hours) x 3600 s = \(hours * secondsPerHour) s: \(due.rfc3339).",
                source
            ),
        ]
    }

    /// Where an instant falls: in local time, and what does not move it.
    private func landing(_ instant: Instant?) -> [(String, String)] {
        guard let instant else { return [] }
        var lines = [("In local time: \(local(instant)), \(offset(instant)).", "R3, \(zone.identifier)")]
        let day = zone.civilTime(at: instant).date
        let isWeekend = [.saturday, .sunday].contains(day.weekday)
        let isClosed = timetable.officeHours.closed.contains(day)
        if let change = crossing(instant) { lines.append((change, "R1, \(zone.identifier)")) }
        if isWeekend || isClosed {
            lines.append(
                (
                    "That is a \(isClosed ? "closed day" : day.weekday == .saturday ? "Saturday" : "Sunday"); a period in hours "
                        + "does not move for it.", "Regulation 1182/71 Art 3(4)"
                ))
        }
        return lines
    }

    /// The change of the clocks between detection and that instant; nil where there is none.
    private func crossing(_ instant: Instant) -> String? {
        let start = min(breach.facts.detectedAt, instant)
        let (before, after) = (zone.offset(at: start), zone.offset(at: instant))
        guard before.secondsEastOfUTC != after.secondsEastOfUTC else { return nil }
        var (low, high) = (start, instant)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if zone.offset(at: middle).secondsEastOfUTC == before.secondsEastOfUTC {
                low = middle
            } else {
                high = middle
            }
        }
        let shift = after.secondsEastOfUTC - before.secondsEastOfUTC
        return "The clocks go \(shift > 0 ? "forward" : "back") by \(hoursText(abs(shift))) in between, at "
            + "\(high.rfc3339) (\(before.abbreviation) to \(after.abbreviation)): the hours are counted in UTC, so the local "
            + "time reads \(hoursText(abs(shift))) \(shift > 0 ? "later" : "earlier") than adding them to the clock would give."
    }

    private func editionLine(_ number: Int, _ before: Instant?) -> [(String, String)] {
        guard number > 1, let before else { return [] }
        return [("This is edition \(number) of the deadline, by a correction; before it was \(local(before)).", "R8")]
    }

    private func standing(_ deadline: Deadline, done: String) -> String {
        let settled = deadline.settledAt.map { "; \(done) on \(local($0))" } ?? ""
        return "It is \(words(deadline.state))\(settled)."
    }

    private func words(_ state: Deadline.State) -> String {
        switch state {
        case .running: "running"
        case .met: "met"
        case .missed: "missed: it passed and was not done"
        case .late: "done late"
        case .notRequired: "not required"
        }
    }

    /// The detection by which those are judged who have all notified.
    private func frozenDetection(_ hours: Int) -> Instant? {
        let due = breach.regulatorDeadline.dueByProtocol
        return due == breach.dueByProtocol ? nil : due.map { $0 - hours * secondsPerHour }
    }

    // MARK: - Times

    private func local(_ instant: Instant) -> String { zone.localText(instant) }

    private func offset(_ instant: Instant) -> String {
        let text = zone.offset(at: instant).text
        return text == "Z" ? "the same as UTC" : "UTC\(text)"
    }

    private func both(_ instant: Instant) -> String {
        "\(local(instant)), \(offset(instant)): \(instant.rfc3339)"
    }

    private func officeSeconds(from start: Instant, to end: Instant) -> Int {
        stretches(from: start, to: end).reduce(0) { $0 + ($1.closes - $1.opens) }
    }

    private func stretches(from start: Instant, to end: Instant) -> [Timetable.Opening] {
        timetable.openings(before: end).reversed()
            .map { Timetable.Opening(opens: max($0.opens, start), closes: min($0.closes, end)) }
            .filter { $0.opens < $0.closes }
    }

    private func openText(from start: Instant, to end: Instant) -> String {
        let stretches = stretches(from: start, to: end)
        return stretches.isEmpty
            ? "none" : stretches.map { "\(local($0.opens)) to \(local($0.closes))" }.joined(separator: ", ")
    }
}
