/// `breachctl spool`: what waits to be handed over and what was set aside, and lets it be tried again.
///
/// Source: contract of `spool`.
enum SpoolCommandLine: ControlCommand {
    static let specification = CommandSpecification(
        name: "spool",
        operands: [
            .init(
                name: "ACTION", isOptional: true, choices: ["show", "retry"],
                help: "show one message, or let messages be tried again; without it all of them are listed"),
            .init(
                name: "NAME", isOptional: true, isRepeatable: true,
                help: "the messages; to retry without any is to retry all that were set aside or pause"),
        ],
        options: [Session.spoolOption],
        summary: "Shows what waits in the spool and why, and lets what was set aside be tried again.",
        example: "spool retry"
    )

    static func run(_ session: Session) throws(CommandFailure) -> Int32 {
        let outbox = try session.outbox()
        // What is found is still there when it is put back.
        let lock = session.arguments.operands.first == "retry" ? try Session.lock(outbox) : nil
        defer { withExtendedLifetime(lock) {} }
        let content = try Session.onDisk { () throws(SystemError) in
            // What is set aside while this looks is shown as waiting.
            let waiting = try outbox.waiting()
            let known = Set(waiting.map(\.name))
            return Content(waiting: waiting, setAside: try outbox.setAside().filter { !known.contains($0.name) })
        }
        let names = Array(session.arguments.operands.dropFirst())
        switch session.arguments.operands.first {
        case "show": try show(try session.arguments.operand(1, of: specification), content, session)
        case "retry": try retry(names, content, outbox, session)
        default: try list(content, outbox, session)
        }
        return ExitCode.done
    }

    /// What is in the spool.
    private struct Content {
        var waiting: [Outbox.Message]
        var setAside: [Outbox.Message]

        var all: [Outbox.Message] { waiting + setAside }

        func message(_ name: String) throws(CommandFailure) -> Outbox.Message {
            if let message = all.first(where: { $0.name == name }) { return message }
            let nearest = nearestName(to: name, among: all.map(\.name))
            throw CommandFailure(
                code: ExitCode.notFound,
                sentence: "There is no message “\(name)” in the spool.",
                hint: nearest.map { "Did you mean \($0)?" } ?? "See: breachctl spool"
            )
        }
    }

    // MARK: - All of it

    private static func list(_ content: Content, _ outbox: Outbox, _ session: Session) throws(CommandFailure) {
        if session.wantsJSON {
            return try session.print(
                json: .object([
                    "spool": .string(outbox.folders.path),
                    "waiting": .array(content.waiting.map(json)),
                    "setAside": .array(content.setAside.map(json)),
                ]))
        }
        if content.all.isEmpty { return try session.print("Nothing waits, and nothing was set aside.\n") }
        let now = SystemClock().now()
        if !content.waiting.isEmpty { try session.print("Waiting\n") }
        for message in content.waiting { try session.print(lines(message, now, next: true)) }
        if !content.setAside.isEmpty { try session.print("Set aside: the mail system will not take these\n") }
        for message in content.setAside { try session.print(lines(message, now, next: false)) }
    }

    private static func lines(_ message: Outbox.Message, _ now: Instant, next: Bool) -> String {
        let since = Screen.duration(max(0, now - message.writtenAt.instant))
        var text = "  \(Screen.escaped(message.name))\n    for \(recipients(message)), written "
        text += "\(since) ago\n"
        guard let attempts = message.attempts else { return text + (next ? "    not tried yet\n" : "") }
        let times = attempts.count == 1 ? "once" : "\(attempts.count) times"
        text += "    tried \(times): \(Screen.escaped(attempts.reason))\n"
        guard next else { return text }
        let wait = attempts.isPausing(at: now) ? attempts.nextAt.map { $0 - now } ?? 0 : 0
        return text + (wait > 0 ? "    tried again in \(Screen.duration(wait))\n" : "    tried again at the next run\n")
    }

    /// One that cannot be read is listed beside the others all the same.
    private static func recipients(_ message: Outbox.Message) -> String {
        do throws(SystemError) {
            let recipients = try header(message).recipients
            return recipients.isEmpty ? "nobody" : Screen.escaped(recipients.joined(separator: ", "))
        } catch {
            return "somebody unknown (breachctl \(Screen.escaped("\(error)")))"
        }
    }

    private static func header(_ message: Outbox.Message) throws(SystemError) -> MessageHeader {
        MessageHeader(of: try SystemDisk().read(message.path, atMost: MessageHeader.largestBytes) ?? [])
    }

    private static func json(_ message: Outbox.Message) -> JSON {
        let recipients: [String]
        do throws(SystemError) { recipients = try header(message).recipients } catch { recipients = [] }
        var members: JSONObject = [
            "name": .string(message.name),
            "since": .instant(message.writtenAt.instant),
            "to": .texts(recipients),
        ]
        let known = message.attempts?.members
        for key in ["attempts", "lastAt", "nextAt", "reason"] {
            members.append(key, known?[key] ?? (key == "attempts" ? .integer(0) : .null))
        }
        return .object(members)
    }

    // MARK: - One of it

    /// Bytes of a message that are shown: the longest of ours is shorter by far.
    private static let shownBytes = 4 << 20

    private static func show(_ name: String, _ content: Content, _ session: Session) throws(CommandFailure) {
        let message = try content.message(name)
        let found = try Session.onDisk { () throws(SystemError) in
            try SystemDisk().read(message.path, atMost: shownBytes)
        }
        guard let bytes = found else {
            throw CommandFailure(
                code: ExitCode.notFound, sentence: "“\(name)” has left the spool.", hint: "See: breachctl spool")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        if session.wantsJSON {
            var members = json(message).object ?? JSONObject()
            members.append("setAside", .bool(content.setAside.contains(message)))
            members.append("message", .string(text))
            return try session.print(json: .object(members))
        }
        let isWaiting = content.waiting.contains(message)
        try session.print(isWaiting ? "Waiting\n" : "Set aside: the mail system will not take this\n")
        try session.print(lines(message, SystemClock().now(), next: isWaiting))
        let shown = (page(bytes) ?? text).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        try session.print("\n" + shown.map { Screen.escaped(String($0)) }.joined(separator: "\n"))
    }

    /// The message as a mail program shows it; nil where it is none of breachd's.
    private static func page(_ bytes: [UInt8]) -> String? {
        guard let message = MailReading(bytes) else { return nil }
        let fields = ["To", "Date", "Subject"].map { "\($0): \(message.text($0) ?? "")\n" }
        let text = String(decoding: (message.parts.first ?? message).body, as: UTF8.self)
        let calendar = message.parts.count > 1 ? "\nWith it: the deadlines, for a calendar.\n" : ""
        return fields.joined() + "\n" + text + calendar
    }

    // MARK: - Once more

    private static func retry(
        _ names: [String],
        _ content: Content,
        _ outbox: Outbox,
        _ session: Session
    ) throws(CommandFailure) {
        var chosen: [Outbox.Message] = []
        for name in names { chosen.append(try content.message(name)) }
        // What the mail system has already is not sent again unless that is asked for by its name.
        if names.isEmpty {
            chosen = content.setAside + content.waiting.filter { $0.attempts != nil && $0.attempts?.taken == nil }
        }
        for message in chosen {
            try Session.onDisk { () throws(SystemError) in try outbox.retry(message) }
        }
        if session.wantsJSON {
            return try session.print(json: .object(["retried": .texts(chosen.map(\.name))]))
        }
        if chosen.isEmpty { return try session.print("Nothing was set aside, and nothing pauses.\n") }
        for message in chosen { try session.print("\(Screen.escaped(message.name)): waits again.\n") }
        try session.print("To hand them over now: breachctl deliver\n")
    }
}
