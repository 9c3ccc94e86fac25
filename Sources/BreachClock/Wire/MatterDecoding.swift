/// The parameters of calls on matters, corrections and the end of a breach as commands.
///
/// Source: contract of the control socket.
extension CommandDecoder {
    /// The position that the parameters ask for.
    ///
    /// Source: contract of `position`.
    static func position(_ parameters: JSONObject) throws(Failure) -> PositionCommand {
        let reader = ParameterReader(parameters)
        let breach = try reader.word("breach")
        let partner = try reader.word("partner")
        let outcome = try reader.word("outcome")
        let matter: MatterName = try reader.choice("matter", or: .ico)
        let words = try WordsRead(reader)
        try reader.refuseUnknown()
        return PositionCommand(
            breach: breach,
            partnerID: partner,
            outcome: try named(outcome, "outcome"),
            matter: matter,
            name: words.name,
            reason: words.reason,
            telling: try words.telling(),
            personalDataReason: words.personalDataReason
        )
    }

    /// The note that the parameters ask for.
    ///
    /// Source: contract of `note`.
    static func note(_ parameters: JSONObject) throws(Failure) -> NoteCommand {
        let reader = ParameterReader(parameters)
        let command = NoteCommand(
            breach: try reader.word("breach"),
            kind: try reader.choice("kind"),
            text: try reader.text("text"),
            personalDataReason: try reader.optionalText("personalDataReason")
        )
        try reader.refuseUnknown()
        return command
    }

    /// The escalation that the parameters ask for.
    ///
    /// Source: contract of `escalate`.
    static func escalate(_ parameters: JSONObject) throws(Failure) -> EscalateCommand {
        let reader = ParameterReader(parameters)
        let command = EscalateCommand(
            breach: try reader.word("breach"),
            matter: try reader.choice("matter", or: .ico),
            reason: try reader.optionalText("reason"),
            personalDataReason: try reader.optionalText("personalDataReason")
        )
        try reader.refuseUnknown()
        return command
    }

    /// The decision that the parameters ask for.
    ///
    /// Source: contract of `decide`.
    static func decide(_ parameters: JSONObject) throws(Failure) -> DecideCommand {
        let reader = ParameterReader(parameters)
        let breach = try reader.word("breach")
        let outcome = try reader.word("outcome")
        let matter: MatterName = try reader.choice("matter", or: .ico)
        let words = try WordsRead(reader)
        let isRevision = try reader.flag("revise")
        try reader.refuseUnknown()
        return DecideCommand(
            breach: breach,
            outcome: try named(outcome, "outcome"),
            matter: matter,
            name: words.name,
            reason: words.reason,
            telling: try words.telling(),
            isRevision: isRevision,
            personalDataReason: words.personalDataReason
        )
    }

    /// The notification that the parameters ask for.
    ///
    /// Source: contract of `notified`.
    static func notified(_ parameters: JSONObject, time: TimeReading) throws(Failure) -> NotifiedCommand {
        let reader = ParameterReader(parameters)
        let breach = try reader.word("breach")
        let matter: MatterName = try reader.choice("matter", or: .ico)
        let at = try reader.optionalWord("at")
        let reference = try reader.optionalText("reference")
        let phase = try reader.optionalWord("phase")
        let delayReason = try reader.optionalText("delayReason")
        let controllers = try reader.optionalWords("controllers") ?? []
        let ownDuty = try reader.optionalWord("ownDuty")
        let reason = try reader.optionalText("reason")
        let personalDataReason = try reader.optionalText("personalDataReason")
        try reader.refuseUnknown()
        return NotifiedCommand(
            breach: breach,
            matter: matter,
            at: try optionalInstant(at, "at", time),
            reference: reference,
            phase: try phase.map { text throws(Failure) in try named(text, "phase") } ?? .initial,
            delayReason: delayReason,
            controllers: controllers,
            ownDuty: ownDuty,
            reason: reason,
            personalDataReason: personalDataReason
        )
    }

    /// The correction that the parameters ask for.
    ///
    /// Source: contract of `correct`; R8.
    static func correct(_ parameters: JSONObject, time: TimeReading) throws(Failure) -> CorrectCommand {
        let reader = ParameterReader(parameters)
        var command = CorrectCommand(breach: try reader.word("breach"))
        command.detectedBy = try reader.optionalWord("by")
        let detected = try reader.optionalWord("detected")
        let aware = try reader.optionalWord("aware")
        let occurred = try reader.optionalWord("occurred")
        command.controllers = try reader.optionalWords("controllers") ?? []
        command.risk = try reader.optionalChoice("risk")
        command.affected = try reader.optionalWords("affected")
        command.individuals = try reader.optionalInteger("individuals")
        command.records = try reader.optionalInteger("records")
        command.cyber = try reader.optionalChoice("cyber")
        command.isChannelCompromised = try reader.optionalFlag("channelCompromised")
        for field in TextField.allCases where field != .reason {
            command.texts[field] = try reader.optionalText(field.rawValue)
        }
        command.reason = try reader.optionalText("reason")
        try reader.refuseUnknown()
        command.detectedAt = try optionalInstant(detected, "detected", time)
        command.awareAt = try optionalInstant(aware, "aware", time)
        command.occurredAt = try optionalInstant(occurred, "occurred", time)
        return command
    }

    /// The redaction that the parameters ask for.
    ///
    /// Source: contract of `redact`.
    static func redact(_ parameters: JSONObject) throws(Failure) -> RedactCommand {
        let reader = ParameterReader(parameters)
        let command = RedactCommand(
            breach: try reader.word("breach"),
            field: try reader.word("field"),
            reason: try reader.optionalText("reason"),
            personalDataReason: try reader.optionalText("personalDataReason")
        )
        try reader.refuseUnknown()
        return command
    }

    /// The closing or reopening that the parameters ask for.
    ///
    /// Source: contract of `close` and `reopen`.
    static func close(_ parameters: JSONObject) throws(Failure) -> CloseCommand {
        let reader = ParameterReader(parameters)
        let command = CloseCommand(
            breach: try reader.word("breach"),
            reason: try reader.optionalText("reason"),
            personalDataReason: try reader.optionalText("personalDataReason")
        )
        try reader.refuseUnknown()
        return command
    }

    /// The plan that the parameters ask for. Its times may lie in the future.
    ///
    /// Source: contract of `plan`.
    static func plan(_ parameters: JSONObject, time: TimeReading) throws(Failure) -> PlanRequest {
        let reader = ParameterReader(parameters)
        let protocolID = try reader.word("protocol")
        let detected = try reader.word("detected")
        let reported = try reader.optionalWord("reported")
        let by = try reader.optionalWord("by")
        let risk: Risk? = try reader.optionalChoice("risk")
        try reader.refuseUnknown()
        return PlanRequest(
            protocolID: protocolID,
            detectedAt: try instant(detected, "detected", time),
            reportedAt: try optionalInstant(reported, "reported", time),
            detectedBy: by,
            risk: risk
        )
    }

    /// One of a few names with hyphens, which the interface's language cannot list: another one is refused with those.
    private static func named<Choice: RawRepresentable<String> & CaseIterable>(
        _ text: String,
        _ field: String
    ) throws(Failure) -> Choice {
        if let choice = Choice(rawValue: text) { return choice }
        let accepted = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw .refusal(
            .refused(field: field, reason: "It must be one of \(accepted), not “\(text.shownInMessage)”."))
    }
}

/// The texts that a position and a decision have in common, as they were sent.
private struct WordsRead {
    var name: String?
    var reason: String?
    var personalDataReason: String?
    private var words = TellingWords()
    private var ground: String?

    init(_ reader: ParameterReader) throws(CommandDecoder.Failure) {
        name = try reader.optionalText("name")
        reason = try reader.optionalText("reason")
        words.when = try reader.optionalText("when")
        words.how = try reader.optionalText("how")
        words.byWhom = try reader.optionalText("byWhom")
        ground = try reader.optionalWord("ground")
        personalDataReason = try reader.optionalText("personalDataReason")
    }

    /// What is said on telling the people concerned.
    func telling() throws(CommandDecoder.Failure) -> TellingWords {
        var telling = words
        guard let ground else { return telling }
        guard let known = TellingGround(written: ground) else {
            throw .refusal(
                .refused(
                    field: "ground",
                    reason: "“\(ground.shownInMessage)” is no ground for not telling people; it must be one of "
                        + "\(TellingGround.accepted)."
                )
            )
        }
        telling.ground = known
        return telling
    }
}

extension TellingGround {
    /// The grounds with what each is, for messages.
    ///
    /// Source: UK GDPR Art 34(1), (3).
    static let accepted =
        "no-high-risk (Art 34(1)), 34(3)(a) (the data was unintelligible to others), 34(3)(b) (the risk was removed "
        + "since), 34(3)(c) (disproportionate effort)"

    /// The ground that somebody wrote: by its name, or by its place in the law with whatever marks, such as `34(3)(a)`,
    /// `34-3-a`, `Art 34(3)(a)` and `34(1)`.
    ///
    /// Source: R21; UK GDPR Art 34.
    init?(written text: String) {
        var letters = text.lowercased().unicodeScalars
            .filter { $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil) }
            .map(String.init).joined()
        for prefix in ["ukgdpr", "gdpr", "article", "art"] where letters.hasPrefix(prefix) {
            letters.removeFirst(prefix.count)
        }
        switch letters {
        case "nohighrisk", "341": self = .noHighRisk
        case "343a": self = .unintelligible
        case "343b": self = .riskRemoved
        case "343c": self = .disproportionate
        default: return nil
        }
    }
}
