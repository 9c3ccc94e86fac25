/// Messages of one client to a register with two breaches, one a turn: each is a call or none, a call is answered with a
/// result or one of the interface's errors, and what it records reads back from the journal to the same breach.
enum CallTarget: FuzzTarget {
    static let name = "calls"

    /// Messages of an input that are looked at.
    private static let most = 4

    static func prepare() { _ = Register.prepared }

    static func run(_ bytes: [UInt8]) {
        var turn = Register.Turn(clockwork: Register.prepared.clockwork, head: Register.prepared.head)
        for message in bytes.split(separator: 0, maxSplits: most, omittingEmptySubsequences: false).prefix(most) {
            guard let call = ControlCall(Array(message)) else { continue }
            check(call)
            check(call, refusedTo: [.read], turn)
            let before = turn
            let reply = turn.reply(to: call, of: Register.clerk)
            check(reply, to: call)
            checkFacts(of: call, reply, before, turn)
        }
    }

    private static func check(_ call: ControlCall) {
        var object: JSONObject = ["method": .string(call.method), "parameters": .object(call.parameters)]
        if call.isOneway { object["oneway"] = true }
        if call.wantsMore { object["more"] = true }
        expect(ControlCall(JSON.object(object).compactBytes()) == call, "written again it is another call")
    }

    /// Who may only read records nothing, whatever is asked.
    private static func check(_ call: ControlCall, refusedTo rights: Set<Access.Right>, _ turn: Register.Turn) {
        guard let right = ControlMethod(fullName: call.method)?.right, !rights.contains(right) else { return }
        var turn = turn
        let reader = Gatekeeper.Caller(account: Account(uid: 1001, name: "reader"), rights: rights)
        expect(turn.reply(to: call, of: reader) == .notPermitted, "who may only read is answered")
        expect(turn.facts.isEmpty, "who may only read records")
    }

    private static func check(_ reply: ControlReply, to call: ControlCall) {
        if case .stream = reply {
            expect(call.wantsMore && reply.message.isEmpty, "who takes one reply is told more, or told at once")
            return
        }
        let message = reply.message
        expect(message.last == 0 && !message.dropLast().contains(0), "the reply is not one message")
        let object = need((try? JSON(parsing: message.dropLast()))?.object, "the reply cannot be read")
        let parameters = need(object["parameters"]?.object, "the reply has no parameters")
        switch reply {
        case .result(let result):
            expect(result == parameters && object["error"] == nil, "the reply reads differently")
        case .error(let name, let details):
            expect(object["error"]?.string == name && details == parameters, "the error reads differently")
            expect(errors.contains(name), "\(name) is no error of the interface")
        case .part, .stream: fatalError("a call is answered with a part")
        }
    }

    private static let errors: Set<String> = Set(
        ["Refused", "NotFound", "NotPermitted", "TryAgain"].map(ControlInterface.error)
            + ["InvalidParameter", "MethodNotFound", "InterfaceNotFound", "ExpectedMore"].map {
                "\(ControlInterface.service).\($0)"
            })

    private static func checkFacts(
        of call: ControlCall, _ reply: ControlReply, _ before: Register.Turn, _ after: Register.Turn
    ) {
        guard !after.facts.isEmpty else { return }
        let right = ControlMethod(fullName: call.method)?.right
        expect(right == .record || right == .decide, "a call that reads records")
        guard case .result(let result) = reply else { fatalError("a call that is refused records") }
        var replayed = before.clockwork
        for (fact, line) in zip(after.facts, after.lines) {
            let read = need(try? JournalRecord.read(line.bytes.dropLast()), "what it records cannot be read")
            expect(read.fact == fact && read.head == line.head, "what it records reads differently")
            replayed.apply(read.fact)
        }
        let name = need(result["breach"]?.object?["id"]?.string, "the answer names no breach")
        let breach = need(BreachReference(name).flatMap { replayed.ledger[$0] }, "there is no \(name) after a restart")
        let summary = replayed.summary(of: breach, at: Register.now).json
        expect(summary == result["breach"], "\(name) is another breach after a restart")
    }
}
