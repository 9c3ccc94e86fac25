/// Calls the daemon over its socket.
///
/// Source: varlink.org; contract of the control socket.
final class ControlClient {
    private let path: String
    private let patience: Patience
    private var socket: Descriptor?
    private var input: [UInt8] = []

    /// How long to wait for the daemon.
    ///
    /// Source: contract of the control socket.
    struct Patience {
        /// Seconds to wait for an answer.
        ///
        /// Source: contract of the exit codes (75).
        var answerSeconds: Int
        /// How often a call is made at most, where it is lost.
        ///
        /// Source: R9.
        var attempts: Int

        /// For what was asked for: long enough for a restart of the daemon.
        ///
        /// Source: R9.
        static let ofCommand = Patience(answerSeconds: 20, attempts: 6)
        /// For what somebody waits for between two keys.
        ///
        /// Source: contract of `completion`.
        static let ofTyping = Patience(answerSeconds: 1, attempts: 1)
    }

    /// Bytes of a message at most, without its NUL: the daemon closes the connection on which more come, and says nothing.
    ///
    /// Source: contract of the limits (one message 256 KiB).
    static let largestMessage = 256 * 1024
    /// Bytes of an answer at most: a whole register fits, an endless stream does not.
    private static let largestAnswer = 64 * 1024 * 1024
    /// How long to wait before a lost answer is asked for again.
    private static let pauseMilliseconds = 500
    /// How long a daemon may be away from one who watches.
    private static let absenceMilliseconds = 20_000

    /// A client of the daemon at that socket.
    ///
    /// Source: contract of the control socket.
    init(path: String, patience: Patience = .ofCommand) {
        self.path = path
        self.patience = patience
    }

    /// Calls a method and gives its results.
    ///
    /// A connection that is lost in the middle is made again and the call repeated, where the same call twice comes to
    /// the same. Any other call is sent once: whether it was recorded is for a person to look up.
    ///
    /// Source: R9; contract of the control socket.
    func call(_ method: ControlMethod, _ parameters: JSONObject = [:]) throws(CommandFailure) -> JSONObject {
        let message = try message(["method": .string(method.fullName), "parameters": .object(parameters)])
        if socket == nil { try connect() }
        let attempts = method.isRepeatable ? patience.attempts : 1
        for attempt in 1...attempts {
            let answer: [UInt8]?
            do throws(SystemError) { answer = try exchange(message) } catch {
                guard method.right == .record || method.right == .decide else { throw busy }
                throw unanswered("does not answer", code: ExitCode.tryAgain, parameters)
            }
            if let answer { return try results(answer) }
            if attempt < attempts { reconnect() }
        }
        throw unanswered("stopped before it answered", code: ExitCode.noDaemon, parameters)
    }

    /// The call as it is sent.
    private func message(_ call: JSONObject) throws(CommandFailure) -> [UInt8] {
        let bytes = JSON.object(call).compactBytes()
        guard bytes.count <= Self.largestMessage else {
            throw CommandFailure(
                code: ExitCode.refused,
                sentence:
                    "This is too long to send: \(bytes.count) bytes, and the daemon takes \(Self.largestMessage).",
                hint: "Shorten it; a text has at most 4000 characters."
            )
        }
        return bytes + [0]
    }

    /// That a call was sent and nothing came back: it may be carried out, or may yet be.
    private func unanswered(_ what: String, code: Int32, _ parameters: JSONObject) -> CommandFailure {
        let known = parameters["breach"]?.string.map { "timeline \($0)" } ?? "list"
        let again =
            parameters["requestId"]?.string.map { "; to send it again and record it once, add --request-id \($0)" }
            ?? ""
        return CommandFailure(
            code: code,
            sentence: "The daemon at \(path) \(what).",
            hint: "Whether it recorded anything is not known; look with: breachctl \(known)\(again)"
        )
    }

    /// Calls a method and gives the result of that name, which it must have.
    ///
    /// Source: contract of the control socket; hostile inputs (never "done" without it).
    func call(
        _ method: ControlMethod,
        _ parameters: JSONObject = [:],
        for result: String
    ) throws(CommandFailure) -> JSON {
        try required(result, of: try call(method, parameters))
    }

    /// The result of that name of an answer, which it must have.
    ///
    /// Source: hostile inputs (never "done" without it).
    func required(_ result: String, of answer: JSONObject) throws(CommandFailure) -> JSON {
        if let value = answer[result], value.object != nil || value.array != nil || value.string != nil { return value }
        throw unreadable
    }

    /// That what answers cannot be understood.
    ///
    /// Source: hostile inputs (garbage).
    var unreadable: CommandFailure {
        CommandFailure(
            code: ExitCode.bug,
            sentence: "What answers at \(path) is no breachd: its answer cannot be read.",
            hint: "Name the right socket with --socket."
        )
    }

    // MARK: - The connection

    private func connect() throws(CommandFailure) {
        do throws(SystemError) {
            socket = try LocalSocket.connect(path, waitSeconds: patience.answerSeconds)
        } catch {
            if error.isNotPermitted { throw notAdmitted }
            if error.isTimeout { throw busy }
            throw CommandFailure(
                code: ExitCode.noDaemon,
                sentence: "No daemon listens at \(path) (\(error.reason)).",
                hint: "Is breachd running? Name another socket with --socket or $BREACHCLOCK_SOCKET."
            )
        }
    }

    private func reconnect() {
        disconnect()
        do throws(SystemError) {
            _ = try Poller.wait([], milliseconds: Self.pauseMilliseconds)
            socket = try LocalSocket.connect(path)
        } catch {
            // It may be starting: the next attempt tries again.
            socket = nil
        }
    }

    /// The kernel refuses who is in none of the groups that the socket's file admits; a login before one was added is in
    /// none of them either.
    private var notAdmitted: CommandFailure {
        let groups = AccessList(of: path).groups.map(GroupFile.name).map(Screen.escaped)
        let whom =
            groups.isEmpty
            ? ""
            : ": members of \(groups.count == 1 ? "the group" : "the groups") \(groups.joined(separator: ", ")) may"
        return CommandFailure(
            code: ExitCode.notPermitted,
            sentence: "This account may not connect to \(path)\(whom).",
            hint: "Ask the administrator to add you to a group that may, then log in again: it counts from then on."
        )
    }

    private func disconnect() {
        socket = nil
        input = []
    }

    // MARK: - A stream of answers

    /// What a stream of answers ended with.
    ///
    /// Source: contract of `watch`.
    enum StreamEnd {
        /// The daemon is gone, and may come back.
        ///
        /// Source: contract of `watch`.
        case lost
        /// Nobody reads standard output any more.
        ///
        /// Source: pipe(7).
        case unread
    }

    /// Calls a method that answers again and again, and hands on each of its results, until one is told that nobody reads
    /// any more.
    ///
    /// Source: varlink.org, "more", "continues".
    func stream(
        _ method: ControlMethod,
        _ parameters: JSONObject,
        each: (JSONObject) throws(CommandFailure) -> Bool
    ) throws(CommandFailure) -> StreamEnd {
        let message = try message([
            "method": .string(method.fullName), "parameters": .object(parameters), "more": true,
        ])
        if socket == nil { try connect() }
        guard let socket else { return .lost }
        do {
            guard try send(message, to: socket) else { return lost() }
            while true {
                guard try isOutputRead(waitingFor: socket) else {
                    return .unread
                }
                guard let answer = try answer(from: socket) else { return lost() }
                guard try each(try results(answer)) else { return .unread }
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            return lost()
        }
    }

    /// Waits for the next answer unless one is here already; whether anybody reads standard output.
    private func isOutputRead(waitingFor socket: Descriptor) throws(SystemError) -> Bool {
        input.contains(0) ? true : try StandardStream.isOutputRead(waitingFor: socket)
    }

    private func lost() -> StreamEnd {
        disconnect()
        return .lost
    }

    /// Waits until a daemon listens again.
    ///
    /// - Returns: Whether anybody still reads standard output.
    ///
    /// Source: contract of `watch` (gives up when there is no daemon for a while).
    func waitForDaemon() throws(CommandFailure) -> Bool {
        for _ in 0..<(Self.absenceMilliseconds / Self.pauseMilliseconds) {
            do {
                guard try StandardStream.isOutputRead(waitingFor: nil, milliseconds: Self.pauseMilliseconds) else {
                    return false
                }
                socket = try LocalSocket.connect(path)
                return true
            } catch {
                // It may be starting: the next attempt tries again, and the last one says what is wrong.
            }
        }
        try connect()
        return true
    }

    /// Sends a message; false where nobody reads it any more. The kernel takes all but the longest at once; the rest of one
    /// of those waits for a daemon that may be stopped.
    private func send(_ message: [UInt8], to socket: Descriptor) throws(SystemError) -> Bool {
        try socket.setNonBlocking()
        return try socket.writeAll(message, within: patience.answerSeconds * 1000)
    }

    /// The answer to a message; nil where the connection was lost.
    ///
    /// - Throws: `isTimeout` where none came in time.
    private func exchange(_ message: [UInt8]) throws(SystemError) -> [UInt8]? {
        guard let socket else { return nil }
        do throws(SystemError) {
            guard try send(message, to: socket) else { return nil }
            return try answer(from: socket)
        } catch {
            if error.isTimeout { throw error }
            return nil
        }
    }

    private var busy: CommandFailure {
        CommandFailure(
            code: ExitCode.tryAgain,
            sentence: "The daemon at \(path) does not answer.",
            hint: "It may be busy or stopped; try again, or ask the administrator."
        )
    }

    private func answer(from socket: Descriptor) throws(SystemError) -> [UInt8]? {
        var searched = 0
        while true {
            if let end = input[searched...].firstIndex(of: 0) {
                let answer = Array(input[..<end])
                input.removeFirst(end + 1)
                return answer
            }
            searched = input.count
            guard searched <= Self.largestAnswer else { return input }
            guard
                try Poller.wait([.init(socket, reading: true)], milliseconds: patience.answerSeconds * 1000)[0].readable
            else { throw SystemError.timeout("read from", path) }
            guard case .bytes(let bytes) = try socket.read(atMost: 1 << 18) else { return nil }
            input += bytes
        }
    }

    // MARK: - The answer

    /// The results that an answer holds, or the failure that it reports.
    ///
    /// Source: varlink.org, "Method Reply".
    func results(_ answer: [UInt8]) throws(CommandFailure) -> JSONObject {
        guard answer.count <= Self.largestAnswer, let reply = try? JSON(parsing: answer).object else {
            throw unreadable
        }
        let parameters = reply["parameters"]?.object ?? JSONObject()
        guard let error = reply["error"]?.string else { return parameters }
        throw failure(error, parameters)
    }

    private func failure(_ error: String, _ parameters: JSONObject) -> CommandFailure {
        switch error {
        case ControlInterface.error("Refused"):
            return refused(parameters["field"]?.string ?? "", parameters["reason"]?.string ?? "")
        case ControlInterface.error("NotFound"):
            return notFound(parameters)
        case ControlInterface.error("NotPermitted"):
            return CommandFailure(
                code: ExitCode.notPermitted,
                sentence: "This account may not do that.",
                hint: "Ask the administrator which group may."
            )
        case ControlInterface.error("TryAgain"):
            return CommandFailure(
                code: ExitCode.tryAgain,
                sentence: parameters["reason"]?.string ?? "The daemon cannot do that now.",
                hint: "Try again shortly."
            )
        case "\(ControlInterface.service).InvalidParameter":
            let name = parameters["parameter"]?.string ?? ""
            return refused(name, "The daemon does not take this value.")
        default:
            return CommandFailure(
                code: ExitCode.bug,
                sentence: "The daemon answered \(error).",
                hint: "Are breachctl and breachd of the same version? See: breachctl version"
            )
        }
    }

    private func refused(_ field: String, _ reason: String) -> CommandFailure {
        CommandFailure(
            code: ExitCode.refused,
            sentence: "\(ParameterNames.shown(field)): \(reason)",
            field: field
        )
    }

    private func notFound(_ parameters: JSONObject) -> CommandFailure {
        let kind = parameters["kind"]?.string ?? "thing"
        let id = parameters["id"]?.string ?? ""
        let nearest = parameters["nearest"]?.string
        let list =
            switch kind {
            case "breach": "breachctl list --all"
            case "partner": "breachctl protocols show PROTOCOL"
            default: "breachctl protocols"
            }
        return CommandFailure(
            code: ExitCode.notFound,
            sentence: "There is no \(kind) “\(Screen.escaped(String(id.prefix(80))))”.",
            hint: nearest.map { "Did you mean \($0)? All of them: \(list)" } ?? "See: \(list)",
            field: kind
        )
    }
}

/// The parameters of the interface as the command line names them.
///
/// Source: contract of the programs.
enum ParameterNames {
    /// The parameters that are operands, by their names on the command line.
    private static let operands = [
        "protocol": "PROTOCOL", "breach": "BREACH", "partner": "PARTNER", "outcome": "OUTCOME", "field": "FIELD",
        "text": "TEXT",
    ]
    private static let others = ["controllers": "--controller", "parameter": "the command"]

    /// The option or operand that a parameter comes from: `awareReason` is `--aware-reason`.
    ///
    /// Source: contract of the programs.
    static func shown(_ parameter: String) -> String {
        if let known = operands[parameter] ?? others[parameter] { return known }
        return "--" + parameter.map { $0.isUppercase ? "-\($0.lowercased())" : String($0) }.joined()
    }
}
