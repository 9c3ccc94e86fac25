/// Answers the calls that read: nothing is recorded.
///
/// Source: contract of the control socket.
struct Readings {
    /// The register as it is in this turn.
    ///
    /// Source: design.
    let clockwork: Clockwork
    /// The time of this turn.
    ///
    /// Source: design (read the clocks once).
    let now: Instant
    /// Where the journal stands before this turn.
    ///
    /// Source: R29.
    let head: JournalHead
    /// What keeps the register from being written; nil when nothing does.
    ///
    /// Source: contract of the status.
    let failure: String?

    /// The breaches that a list shows.
    ///
    /// Source: contract of `list`.
    func list(_ reader: ParameterReader) throws(CommandDecoder.Failure) -> JSONObject {
        let all = try reader.flag("all")
        let overdue = try reader.flag("overdue")
        let protocolID = try reader.optionalWord("protocol")
        try reader.refuseUnknown()
        let breaches = try refusing { () throws(Refusal) in
            try clockwork.list(all: all, overdueOnly: overdue, protocolID: protocolID, at: now)
        }
        return ["breaches": .array(breaches.map(\.json))]
    }

    /// One breach.
    ///
    /// Source: contract of `show`.
    func show(_ reader: ParameterReader) throws(CommandDecoder.Failure) -> JSONObject {
        let breach = try breach(reader)
        return ["breach": clockwork.summary(of: breach, at: now).json]
    }

    /// Every fact about one breach.
    ///
    /// Source: contract of `timeline`.
    func timeline(_ reader: ParameterReader) throws(CommandDecoder.Failure) -> JSONObject {
        let breach = try breach(reader)
        let narrative = Narrative(breach: breach, zone: clockwork.zone)
        let facts = clockwork.ledger.history(of: breach.reference).map { fact in
            fact.json(narrative.sentence(fact) ?? "")
        }
        return ["facts": .array(facts)]
    }

    /// The protocols, or the one named.
    ///
    /// Source: contract of `protocols`.
    func protocols(_ reader: ParameterReader) throws(CommandDecoder.Failure) -> JSONObject {
        let id = try reader.optionalWord("protocol")
        try reader.refuseUnknown()
        let only = try id.map { id throws(CommandDecoder.Failure) in
            try refusing { () throws(Refusal) in try clockwork.sharingProtocol(named: id) }
        }
        let today = clockwork.zone.civilTime(at: now).date
        let protocols = (only.map { [$0] } ?? clockwork.settings.protocols).map { each in
            var members = each.json.object ?? JSONObject()
            members["owner"] = .text(each.ownerName)
            members["warnings"] = .texts(each.warnings(on: today))
            return JSON.object(members)
        }
        return ["protocols": .array(protocols)]
    }

    /// What a client needs to show times and to find the register.
    ///
    /// Source: contract of the control socket, `Environment`.
    func environment(_ reader: ParameterReader) throws(CommandDecoder.Failure) -> JSONObject {
        try reader.refuseUnknown()
        return [
            "now": .instant(now),
            "timeZone": .string(clockwork.zone.identifier),
            "organisation": .string(clockwork.settings.organisation.name),
            "journal": .string("\(clockwork.settings.paths.state)/journal"),
            "spool": .string(clockwork.settings.paths.spool),
        ]
    }

    /// How each deadline of a breach comes about.
    ///
    /// Source: contract of `explain`.
    func explain(_ reader: ParameterReader) throws(CommandDecoder.Failure) -> JSONObject {
        let breach = try breach(reader)
        return ["deadlines": .array(clockwork.explanations(of: breach, at: now).map(\.json))]
    }

    /// What a breach would bring.
    ///
    /// Source: contract of `plan`.
    func plan(_ request: PlanRequest) throws(CommandDecoder.Failure) -> JSONObject {
        let items = try refusing { () throws(Refusal) in try clockwork.plan(request) }
        return ["plan": .array(items.map(\.json))]
    }

    /// The register of breaches.
    ///
    /// Source: R26; contract of `register`.
    func register(_ reader: ParameterReader) throws(CommandDecoder.Failure) -> JSONObject {
        try reader.refuseUnknown()
        let entries = clockwork.register(at: now)
        return [
            "columns": .texts(Clockwork.registerColumns),
            "breaches": .array(entries.map(\.json)),
            "journal": head.json,
        ]
    }

    /// The register at a glance.
    ///
    /// Source: contract of the status.
    func status(_ reader: ParameterReader) throws(CommandDecoder.Failure) -> JSONObject {
        try reader.refuseUnknown()
        return clockwork.statusReport(at: now, failure: failure).json(head: head).object ?? JSONObject()
    }

    /// What a client wants to be told of. Facts are numbered from 1, so that 0 is before all of them.
    ///
    /// Source: contract of `watch`.
    func watch(_ reader: ParameterReader) throws(CommandDecoder.Failure) -> WatchRequest {
        let name = try reader.optionalWord("breach")
        let after = try reader.optionalInteger("after") ?? head.sequence
        try reader.refuseUnknown()
        guard (0...head.sequence).contains(after) else {
            let reason = "The register's last fact is \(head.sequence); name that or an earlier one, 0 for all of them."
            throw .refusal(.refused(field: "after", reason: reason))
        }
        let breach = try name.map { name throws(CommandDecoder.Failure) in
            try refusing { () throws(Refusal) in try clockwork.breach(named: name).reference }
        }
        return WatchRequest(breach: breach, after: after)
    }

    private func breach(_ reader: ParameterReader) throws(CommandDecoder.Failure) -> Breach {
        let name = try reader.word("breach")
        try reader.refuseUnknown()
        return try refusing { () throws(Refusal) in try clockwork.breach(named: name) }
    }

    private func refusing<Value>(
        _ body: () throws(Refusal) -> Value
    ) throws(CommandDecoder.Failure) -> Value {
        do throws(Refusal) { return try body() } catch { throw .refusal(error) }
    }
}

extension SharingProtocol {
    /// The owner as clients are shown it: a partner's id or another body's name.
    ///
    /// Source: contract of the control socket.
    fileprivate var ownerName: String? {
        switch owner {
        case .partner(let id)?: id
        case .body(let contact)?: contact.name
        case nil: nil
        }
    }
}
