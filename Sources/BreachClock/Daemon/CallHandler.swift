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

extension AuthorisedCall {
    /// Whether it asks for a text to be redacted.
    ///
    /// Source: R31.
    var redacts: Bool { ControlMethod(fullName: call.method) == .redact && mayRecord }
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
        let name = MethodName(call.method)
        if name.interface.hasSameBytes(as: ControlInterface.service) { return serviceReply(name.method, call) }
        guard let method = ControlMethod(name) else { return unknownMethod(name, call) }
        if let right = method.right, !authorised.caller.rights.contains(right) { return .notPermitted }
        if method == .watch, !call.wantsMore { return .expectedMore }
        do throws(CommandDecoder.Failure) {
            if method == .watch { return .stream(try readings(draft).watch(ParameterReader(call.parameters))) }
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
        let time = TimeEntry(now: draft.now, zone: draft.clockwork.zone).instant
        let command: Command
        switch method {
        case .report: command = .report(try CommandDecoder.report(parameters, time: time))
        case .ack: command = .acknowledge(try CommandDecoder.acknowledge(parameters, time: time))
        case .position: command = .position(try CommandDecoder.position(parameters))
        case .note: command = .note(try CommandDecoder.note(parameters))
        case .escalate: command = .escalate(try CommandDecoder.escalate(parameters))
        case .decide: command = .decide(try CommandDecoder.decide(parameters))
        case .notified: command = .notified(try CommandDecoder.notified(parameters, time: time))
        case .correct: command = .correct(try CommandDecoder.correct(parameters, time: time))
        case .redact: command = .redact(try CommandDecoder.redact(parameters))
        case .close: command = .close(try CommandDecoder.close(parameters))
        case .reopen: command = .reopen(try CommandDecoder.close(parameters))
        case .list: return try readings(draft).list(ParameterReader(parameters))
        case .show: return try readings(draft).show(ParameterReader(parameters))
        case .timeline: return try readings(draft).timeline(ParameterReader(parameters))
        case .explain: return try readings(draft).explain(ParameterReader(parameters))
        case .plan: return try readings(draft).plan(try CommandDecoder.plan(parameters, time: time))
        case .register: return try readings(draft).register(ParameterReader(parameters))
        case .protocols: return try readings(draft).protocols(ParameterReader(parameters))
        case .status: return try readings(draft).status(ParameterReader(parameters))
        case .environment: return try readings(draft).environment(ParameterReader(parameters))
        case .watch: preconditionFailure("a watch has no result of its own")
        }
        return try perform(command, caller, &draft)
    }

    /// A copy of the register is made only where it is read: one that is held would be copied by what records.
    private func readings(_ draft: Draft) -> Readings {
        Readings(clockwork: draft.clockwork, now: draft.now, head: head, failure: failure)
    }

    /// Decides on a command, drafts its event, and answers with the breach as it is then.
    private func perform(
        _ command: Command,
        _ caller: Gatekeeper.Caller,
        _ draft: inout Draft
    ) throws(CommandDecoder.Failure) -> JSONObject {
        let decision: Clockwork.Decision
        do throws(Refusal) {
            decision = try draft.clockwork.decide(command, by: caller.account, at: draft.now)
        } catch {
            throw .refusal(error)
        }
        let reference: BreachReference
        var message: String?
        switch decision {
        case .record(let event, let recorded):
            message = Self.remark(on: event, draft.clockwork)
            draft.record(event, by: caller.account)
            // What follows at once, such as an agreement, or a miss of what was reported late, shows in the answer.
            draft.recordWhatIsDue(of: recorded, by: own)
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

    /// What whoever asked for that fact is told beside it, before it is applied.
    private static func remark(on event: Event, _ clockwork: Clockwork) -> String? {
        switch event {
        case .matterEscalated(let record): clockwork.remark(on: record)
        case .textRedacted(let record): clockwork.remark(on: record)
        default: nil
        }
    }

    // MARK: - What every varlink service answers

    private func serviceReply(_ method: String, _ call: ControlCall) -> ControlReply {
        if method.hasSameBytes(as: "GetInfo") {
            return .result([
                "vendor": .string(Product.name),
                "product": "breachd",
                "version": .string(Product.version),
                "url": "https://breachclock.example/",
                "interfaces": .texts([ControlInterface.service, ControlInterface.name]),
            ])
        }
        if method.hasSameBytes(as: "GetInterfaceDescription") {
            return description(call.parameters["interface"]?.string)
        }
        return methodNotFound(call)
    }

    private func description(_ interface: String?) -> ControlReply {
        guard let interface else { return .invalidParameter("interface") }
        let known = [
            ControlInterface.name: ControlInterface.description,
            ControlInterface.service: ControlInterface.serviceDescription,
        ]
        guard let found = known.first(where: { interface.hasSameBytes(as: $0.key) }) else {
            return interfaceNotFound(interface)
        }
        return .result(["description": .string(found.value)])
    }

    private func unknownMethod(_ name: MethodName, _ call: ControlCall) -> ControlReply {
        name.interface.hasSameBytes(as: ControlInterface.name)
            ? methodNotFound(call) : interfaceNotFound(name.interface)
    }

    private func methodNotFound(_ call: ControlCall) -> ControlReply {
        .error(name: "\(ControlInterface.service).MethodNotFound", ["method": .string(call.method)])
    }

    private func interfaceNotFound(_ interface: String) -> ControlReply {
        .error(name: "\(ControlInterface.service).InterfaceNotFound", ["interface": .string(interface)])
    }
}
