/// Deciding on `report`: a breach is recorded whatever its risk and whatever the state of its protocol.
extension Clockwork {
    /// What a report comes to.
    ///
    /// Source: R5, R6, R7, R9, R10.
    func decide(_ report: ReportCommand, by account: Account, at now: Instant) throws(Refusal) -> Decision {
        if let repeated = try repetition(of: report, by: account) { return repeated }

        let sharingProtocol = try sharingProtocol(named: report.protocolID)
        let detector = try partner(named: report.detectedBy, of: sharingProtocol)
        let audience = audience(of: sharingProtocol, on: zone.civilTime(at: now).date)
        let controllers = try controllers(report, of: sharingProtocol)
        let texts = try checkedTexts(report)
        let facts = try checkedFacts(report, sharingProtocol, controllers, audience: audience, now: now)

        let reference = ledger.nextReference(protocolID: sharingProtocol.id, year: zone.civilTime(at: now).date.year)
        var record = BreachRecord(
            reference: reference,
            sharingProtocol: sharingProtocol,
            detectedBy: detector.id,
            controllers: controllers,
            audience: audience,
            facts: facts,
            texts: texts.mapValues(FreeText.written),
            request: report.request,
            notices: []
        )
        record.notices = openingNotices(record, detector: detector)
        return .record(.breachRecorded(record), reference)
    }

    // MARK: - The same request twice

    private func repetition(of report: ReportCommand, by account: Account) throws(Refusal) -> Decision? {
        guard let request = report.request,
            let known = ledger.knownRequest(RequestKey(uid: account.uid, id: request.id))
        else { return nil }
        // A redacted text cannot be compared any more: it is taken as the same.
        let sameTexts =
            Set(known.texts.keys) == Set(report.texts.keys)
            && known.texts.allSatisfy { field, kept in
                kept == .redacted || kept.text == report.texts[field].map(TextRules.trimmed)
            }
        guard known.digest == request.digest, sameTexts else {
            throw .refused(
                field: "requestId",
                reason: "The request id \(request.id) recorded \(known.reference) with other content; use a new id."
            )
        }
        return .unchanged(known.reference, "This request was recorded before, as \(known.reference).")
    }

    // MARK: - Whom it concerns

    private func audience(of sharingProtocol: SharingProtocol, on today: CivilDate) -> [String] {
        switch sharingProtocol.clause.audience {
        case .partners:
            return sharingProtocol.partners
                .filter { partner in partner.leftOn.map { today < $0 } ?? true }
                .map(\.id)
        case .owner:
            guard case .partner(let id)? = sharingProtocol.owner else { return [] }
            return [id]
        case .none:
            return []
        }
    }

    private func controllers(
        _ report: ReportCommand,
        of sharingProtocol: SharingProtocol
    ) throws(Refusal) -> [String] {
        var named: [String] = []
        for text in report.controllers {
            let id = try partner(named: text, of: sharingProtocol).id
            if !named.contains(id) { named.append(id) }
        }
        return named.isEmpty ? sharingProtocol.controllers : named
    }

    /// A breach notice to each of the audience, word to the IG team, and the question to whoever decides alone. Where the
    /// risk is unlikely and the clause wants only likely harm told, a processor's breach is still told to its controllers.
    private func openingNotices(_ record: BreachRecord, detector: Partner) -> [NoticeOrder] {
        let clause = record.sharingProtocol.clause
        let isTold = clause.threshold == .any || record.facts.risk != .unlikely
        let detectedByProcessor = detector.roles.contains(.processor) && !record.controllers.contains(detector.id)
        let told = isTold ? record.audience : detectedByProcessor ? record.controllers : []
        let directory = Directory(
            recorded: record.sharingProtocol, isMailSafe: !record.facts.isChannelCompromised, settings: settings)
        let asked = isTold && clause.decision != .consultation ? clause.deciders(record.controllers) : []
        return told.flatMap { directory.orders(.breachNotice, to: .partner($0), occasion: "recorded") }
            + directory.orders(.caseOpened, to: .igTeam, occasion: "recorded")
            + asked.flatMap { directory.orders(.decisionRequest, to: $0, occasion: "recorded") }
    }

    // MARK: - What is said

    private func checkedTexts(_ report: ReportCommand) throws(Refusal) -> [TextField: String] {
        var texts: [TextField: String] = [:]
        for field in TextField.allCases {
            guard let text = report.texts[field] else { continue }
            texts[field] = try TextRules.checked(text, field: field.rawValue)
        }
        guard texts[.summary] != nil else {
            throw .refused(field: "summary", reason: "A breach needs a summary: one or two sentences on what happened.")
        }
        try PersonalData.check(texts.map { ($0.key.rawValue, $0.value) }, reason: texts[.personalDataReason])
        // The id cannot be redacted, so no reason overrides this. Among random letters digits are no number.
        if let request = report.request, !request.id.contains(where: \.isLetter) {
            try PersonalData.check([("requestId", request.id)], reason: nil)
        }
        return texts
    }

    private func checkedFacts(
        _ report: ReportCommand,
        _ sharingProtocol: SharingProtocol,
        _ controllers: [String],
        audience: [String],
        now: Instant
    ) throws(Refusal) -> BreachFacts {
        var facts = report.facts
        try checkTimes(facts, now: now)
        facts.awareAt = try awareness(report, controllers, now: now)
        try checkRisk(report, sharingProtocol)
        facts.affected = try affected(facts.affected, of: sharingProtocol, audience: audience)
        try checkCount(facts.individuals, field: "individuals")
        try checkCount(facts.records, field: "records")
        return facts
    }

    private func awareness(
        _ report: ReportCommand,
        _ controllers: [String],
        now: Instant
    ) throws(Refusal) -> [String: Instant] {
        guard let awareAt = report.awareAt else { return [:] }
        let detectedAt = report.facts.detectedAt
        try checkAwareness(awareAt, detectedAt: detectedAt, now: now)
        guard awareAt > detectedAt else { return [:] }
        guard report.texts[.awareReason] != nil else {
            throw .refused(
                field: "awareReason",
                reason: "A controller that became aware later than the detection needs a written reason."
            )
        }
        return controllers.reduce(into: [:]) { $0[$1] = awareAt }
    }

    private func checkRisk(_ report: ReportCommand, _ sharingProtocol: SharingProtocol) throws(Refusal) {
        guard report.facts.risk == .unlikely, sharingProtocol.clause.threshold == .adverse,
            report.texts[.reason] == nil
        else { return }
        throw .refused(
            field: "reason",
            reason: "An unlikely risk ends the duty to tell the partners, so it needs a reason; without one, give "
                + "likely or unknown."
        )
    }

    /// The ids of the partners named as affected, which must be of the audience.
    ///
    /// Source: R7.
    func affected(
        _ named: [String]?,
        of sharingProtocol: SharingProtocol,
        audience: [String]
    ) throws(Refusal) -> [String]? {
        guard let named else { return nil }
        guard !named.isEmpty else {
            throw .refused(
                field: "affected",
                reason: "Somebody has to be asked; name at least one partner, or leave it out to ask all."
            )
        }
        var ids: [String] = []
        for text in named {
            let id = try partner(named: text, of: sharingProtocol).id
            guard audience.contains(id) else {
                let accepted = audience.isEmpty ? "nobody" : audience.joined(separator: ", ")
                throw .refused(
                    field: "affected",
                    reason: "Under its clause \(sharingProtocol.id) consults \(accepted), and \(id) is not among them."
                )
            }
            if !ids.contains(id) { ids.append(id) }
        }
        return ids
    }

    /// Refuses a number of people or records that cannot be.
    ///
    /// Source: hostile inputs (below 0 or above 10^10).
    func checkCount(_ count: Int?, field: String) throws(Refusal) {
        guard let count, !(0...10_000_000_000).contains(count) else { return }
        throw .refused(field: field, reason: "\(count) is no such number; give one from 0 to 10000000000.")
    }

    /// Refuses a detection in the future, or a breach that happened after it was detected.
    ///
    /// Source: R3; rules, "occurred".
    func checkTimes(_ facts: BreachFacts, now: Instant) throws(Refusal) {
        try refuseFuture(facts.detectedAt, field: "detected", now: now)
        guard let occurredAt = facts.occurredAt else { return }
        try refuseFuture(occurredAt, field: "occurred", now: now)
        guard occurredAt <= facts.detectedAt else {
            throw .refused(
                field: "occurred",
                reason: "A breach cannot have happened after it was detected, at "
                    + "\(zone.localText(facts.detectedAt)); give that time or an earlier one."
            )
        }
    }

    /// Refuses an awareness in the future, or before the detection.
    ///
    /// Source: R2, R3.
    func checkAwareness(_ awareAt: Instant, detectedAt: Instant, now: Instant) throws(Refusal) {
        try refuseFuture(awareAt, field: "aware", now: now)
        guard awareAt >= detectedAt else {
            throw .refused(
                field: "aware",
                reason: "A controller cannot have become aware before the breach was detected, at "
                    + "\(zone.localText(detectedAt)); give that time or a later one."
            )
        }
    }

    /// Refuses an instant that has not come yet.
    ///
    /// Source: R3.
    func refuseFuture(_ instant: Instant, field: String, now: Instant) throws(Refusal) {
        guard instant > now else { return }
        throw .refused(
            field: field,
            reason: "\(zone.localText(instant)) is in the future; give a time up to now, \(zone.localText(now))."
        )
    }
}
