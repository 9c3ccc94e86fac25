/// A call whose caller has been looked at.
///
/// Source: R30.
struct AuthorisedCall {
    /// The call.
    ///
    /// Source: varlink.org, "Method Call".
    var call: ControlCall
    /// Who calls.
    ///
    /// Source: R30.
    var caller: Gatekeeper.Caller

    /// Whether it is a call that records something, from somebody who may.
    ///
    /// Source: R30.
    var mayRecord: Bool {
        let right = ControlMethod(fullName: call.method)?.right
        return right != nil && right != .read && right.map(caller.rights.contains) == true
    }
}

/// Answers calls: reads from the register, or drafts what is to be recorded.
///
/// Source: contract of the control socket.
struct CallHandler {
    /// The daemon's own account.
    ///
    /// Source: R30.
    let own: Account
    /// Where the journal stands before this turn.
    ///
    /// Source: R29.
    let head: JournalHead
    /// What keeps the register from being written; nil when nothing does.
    ///
    /// Source: contract of the status.
    let failure: String?

    /// The reply to one call.
    ///
    /// Source: varlink.org, "Method Reply"; R30.
    func reply(to authorised: AuthorisedCall, _ draft: inout Draft) -> ControlReply {
        let call = authorised.call
        guard !authorised.caller.rights.isEmpty else { return .notPermitted }
        if call.method.hasPrefix("\(ControlInterface.service).") { return serviceReply(call) }
        guard let method = ControlMethod(fullName: call.method) else { return unknownMethod(call.method) }
        if let right = method.right, !authorised.caller.rights.contains(right) { return .notPermitted }
        do throws(CommandDecoder.Failure) {
            return .result(try result(of: method, call.parameters, authorised.caller, &draft))
        } catch {
            switch error {
            case .invalidParameter(let name): return .invalidParameter(name)
            case .refusal(let refusal): return ControlReply(refusal)
            }
        }
    }

    // MARK: - The methods

    private func result(
        of method: ControlMethod,
        _ parameters: JSONObject,
        _ caller: Gatekeeper.Caller,
        _ draft: inout Draft
    ) throws(CommandDecoder.Failure) -> JSONObject {
        let time = TimeEntry(now: draft.now, zone: draft.clockwork.zone)
        switch method {
        case .report:
            let report = try CommandDecoder.report(parameters, time: time.instant)
            return try perform(.report(report), caller, &draft)
        case .ack:
            let acknowledge = try CommandDecoder.acknowledge(parameters, time: time.instant)
            return try perform(.acknowledge(acknowledge), caller, &draft)
        case .list: return try list(ParameterReader(parameters), draft)
        case .show: return try show(ParameterReader(parameters), draft)
        case .timeline: return try timeline(ParameterReader(parameters), draft)
        case .protocols: return try protocols(ParameterReader(parameters), draft)
        case .status:
            try ParameterReader(parameters).refuseUnknown()
            let report = draft.clockwork.statusReport(at: draft.now, failure: failure)
            return report.json(head: head).object ?? JSONObject()
        case .environment:
            try ParameterReader(parameters).refuseUnknown()
            return environment(draft)
        }
    }

    /// Decides on a command, drafts its event, and answers with the breach as it is then.
    private func perform(
        _ command: Command,
        _ caller: Gatekeeper.Caller,
        _ draft: inout Draft
    ) throws(CommandDecoder.Failure) -> JSONObject {
        let decision = try refusing { () throws(Refusal) in
            try draft.clockwork.decide(command, by: caller.account, at: draft.now)
        }
        let reference: BreachReference
        var message: String?
        switch decision {
        case .record(let event, let recorded):
            draft.record(event, by: caller.account)
            // A breach reported late may have missed its deadlines already: the answer shows it as it is.
            if case .report = command { draft.recordWhatIsDue(of: recorded, by: own) }
            reference = recorded
        case .unchanged(let known, let sentence):
            reference = known
            message = sentence
        }
        guard let breach = draft.clockwork.ledger[reference] else {
            preconditionFailure("a decision names a breach of the ledger")
        }
        return [
            "breach": draft.clockwork.summary(of: breach, at: draft.now).json,
            "message": .text(message),
        ]
    }

    private func list(_ reader: ParameterReader, _ draft: Draft) throws(CommandDecoder.Failure) -> JSONObject {
        let all = try reader.flag("all")
        let overdue = try reader.flag("overdue")
        let protocolID = try reader.optionalText("protocol")
        try reader.refuseUnknown()
        let breaches = try refusing { () throws(Refusal) in
            try draft.clockwork.list(all: all, overdueOnly: overdue, protocolID: protocolID, at: draft.now)
        }
        return ["breaches": .array(breaches.map(\.json))]
    }

    private func show(_ reader: ParameterReader, _ draft: Draft) throws(CommandDecoder.Failure) -> JSONObject {
        let breach = try breach(reader, draft)
        return ["breach": draft.clockwork.summary(of: breach, at: draft.now).json]
    }

    private func timeline(_ reader: ParameterReader, _ draft: Draft) throws(CommandDecoder.Failure) -> JSONObject {
        let breach = try breach(reader, draft)
        let narrative = Narrative(breach: breach, zone: draft.clockwork.zone)
        let facts = draft.clockwork.ledger.history(of: breach.reference).map { fact in
            JSON.object([
                "sequence": .integer(fact.sequence),
                "at": .instant(fact.at),
                "type": .string(EncodedEvent(fact.event).type.rawValue),
                "account": .string(fact.account.name),
                "text": .string(narrative.sentence(fact.event) ?? ""),
            ])
        }
        return ["facts": .array(facts)]
    }

    private func protocols(_ reader: ParameterReader, _ draft: Draft) throws(CommandDecoder.Failure) -> JSONObject {
        let id = try reader.optionalText("protocol")
        try reader.refuseUnknown()
        let clockwork = draft.clockwork
        let only = try id.map { id throws(CommandDecoder.Failure) in
            try refusing { () throws(Refusal) in try clockwork.sharingProtocol(named: id) }
        }
        let today = clockwork.zone.civilTime(at: draft.now).date
        let protocols = (only.map { [$0] } ?? clockwork.settings.protocols).map { each in
            var members = each.json.object ?? JSONObject()
            members["owner"] = .text(each.ownerName)
            members["warnings"] = .texts(each.warnings(on: today))
            return JSON.object(members)
        }
        return ["protocols": .array(protocols)]
    }

    private func environment(_ draft: Draft) -> JSONObject {
        let settings = draft.clockwork.settings
        return [
            "now": .instant(draft.now),
            "timeZone": .string(draft.clockwork.zone.identifier),
            "organisation": .string(settings.organisation.name),
            "journal": .string("\(settings.paths.state)/journal"),
        ]
    }

    private func breach(_ reader: ParameterReader, _ draft: Draft) throws(CommandDecoder.Failure) -> Breach {
        let name = try reader.text("breach")
        try reader.refuseUnknown()
        return try refusing { () throws(Refusal) in try draft.clockwork.breach(named: name) }
    }

    private func refusing<Value>(
        _ body: () throws(Refusal) -> Value
    ) throws(CommandDecoder.Failure) -> Value {
        do throws(Refusal) { return try body() } catch { throw .refusal(error) }
    }

    // MARK: - What every varlink service answers

    private func serviceReply(_ call: ControlCall) -> ControlReply {
        switch call.method {
        case "\(ControlInterface.service).GetInfo":
            return .result([
                "vendor": .string(Product.name),
                "product": "breachd",
                "version": .string(Product.version),
                "url": "https://breachclock.example/",
                "interfaces": .texts([ControlInterface.service, ControlInterface.name]),
            ])
        case "\(ControlInterface.service).GetInterfaceDescription":
            guard let name = call.parameters["interface"]?.string else { return .invalidParameter("interface") }
            switch name {
            case ControlInterface.name: return .result(["description": .string(ControlInterface.description)])
            case ControlInterface.service: return .result(["description": .string(ControlInterface.serviceDescription)])
            default:
                return .error(name: "\(ControlInterface.service).InterfaceNotFound", ["interface": .string(name)])
            }
        default:
            return .error(name: "\(ControlInterface.service).MethodNotFound", ["method": .string(call.method)])
        }
    }

    private func unknownMethod(_ method: String) -> ControlReply {
        let interface = method.lastIndex(of: ".").map { String(method[..<$0]) } ?? method
        return interface == ControlInterface.name
            ? .error(name: "\(ControlInterface.service).MethodNotFound", ["method": .string(method)])
            : .error(name: "\(ControlInterface.service).InterfaceNotFound", ["interface": .string(interface)])
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
