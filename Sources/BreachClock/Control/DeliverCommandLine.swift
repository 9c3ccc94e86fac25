/// `breachctl deliver`: hands what waits in the spool to the mail system.
///
/// Source: R11; contract of `deliver`.
enum DeliverCommandLine: ControlCommand {
    static let specification = CommandSpecification(
        name: "deliver",
        options: [
            .init(name: "sendmail", value: "PATH", help: "the mail system's program; \(usualSendmail) unless given"),
            Session.spoolOption,
            .init(name: "timed", help: "leave alone what pauses after a failure, as the timer does"),
            .init(
                name: "time-limit", value: "SECONDS",
                help: "how long the program may take for a message; \(usualLimitSeconds) unless given"),
        ],
        summary: "Hands each message that waits in the spool to the mail system.",
        example: "deliver --sendmail /usr/sbin/sendmail"
    )

    private static let usualSendmail = "/usr/sbin/sendmail"
    private static let usualLimitSeconds = 60

    static func run(_ session: Session) throws(CommandFailure) -> Int32 {
        let arguments = session.arguments
        let seconds = try arguments.integer("time-limit", of: specification) ?? usualLimitSeconds
        guard (1...3600).contains(seconds) else {
            throw .usage("--time-limit must be from 1 to 3600 seconds.", hint: "See: breachctl help deliver")
        }
        let outbox = try session.outbox()
        let lock = try Session.lock(outbox)
        let delivery = Delivery(
            outbox: outbox,
            sendmail: Sendmail(
                path: arguments.value("sendmail") ?? usualSendmail, limitSeconds: seconds, clock: SystemClock()),
            clock: SystemClock()
        )
        let results = try withExtendedLifetime(lock) { () throws(CommandFailure) in
            try handOver(delivery, session)
        }
        if session.wantsJSON { try session.print(json: json(results)) }
        if results.contains(where: { $0.outcome.isRefusal }) { return ExitCode.refused }
        return results.allSatisfy { $0.outcome == .handedOver } ? ExitCode.done : ExitCode.tryAgain
    }

    /// Hands over one message after the other, and says what came of each as soon as it is known. What comes meanwhile is
    /// handed over too: whoever started this may not look again before it ends. Somebody who asks it to end is obeyed
    /// between two messages: one in the mail system's hands would be sent again.
    private static func handOver(
        _ delivery: Delivery,
        _ session: Session
    ) throws(CommandFailure) -> [Delivery.Result] {
        let signals = try Session.onDisk { () throws(SystemError) in try SignalPipe() }
        let isTimed = session.arguments.has("timed")
        var results: [Delivery.Result] = []
        var stopReason: String?
        var rest: ArraySlice<Outbox.Message>
        repeat {
            let known = Set(results.map(\.name))
            let queue = try Session.onDisk { () throws(SystemError) in try delivery.queue(timed: isTimed) }
            results += queue.pausing.filter { !known.contains($0.name) }
            rest = queue.ready.filter { !known.contains($0.name) }[...]
            let isEmpty = rest.isEmpty
            while stopReason == nil, let message = rest.popFirst() {
                let result = try Session.onDisk { () throws(SystemError) in try delivery.handOver(message) }
                results.append(result)
                if !session.wantsJSON { try session.print(sentence(result, delivery.now)) }
                let isAskedToEnd = try Session.onDisk { () throws(SystemError) in
                    try signals.received().contains(.terminate)
                }
                if isAskedToEnd { stopReason = "breachctl was asked to end" }
                if case .silent = result.outcome { stopReason = "the mail system does not answer" }
            }
            if isEmpty { break }
        } while stopReason == nil
        let untried = rest.map { message in
            Delivery.Result(name: message.name, outcome: .left(stopReason ?? "", nextAt: nil))
        }
        if !session.wantsJSON {
            if let stopReason, !untried.isEmpty {
                try session.print("\(untried.count) more not tried, since \(stopReason).\n")
            }
            if results.isEmpty, !isTimed { try session.print("Nothing waits.\n") }
        }
        return results + untried
    }

    private static func sentence(_ result: Delivery.Result, _ now: Instant) -> String {
        let name = Screen.escaped(result.name)
        switch result.outcome {
        case .handedOver: return "\(name): handed over.\n"
        case .left(let reason, let nextAt), .silent(let reason, let nextAt):
            let next = nextAt.map { ", and is tried again in \(Screen.duration(max(0, $0 - now)))" } ?? ""
            return "\(name): waits\(next), since \(reason).\n"
        case .setAside(let reason): return "\(name): set aside, since \(reason).\n"
        }
    }

    private static func json(_ results: [Delivery.Result]) -> JSON {
        func count(_ name: String) -> JSON { .integer(results.count { $0.outcome.name == name }) }
        let messages = results.map { result in
            JSON.object([
                "name": .string(result.name),
                "outcome": .string(result.outcome.name),
                "reason": .text(result.outcome.reason),
                "nextAt": .instant(result.outcome.nextAt),
            ])
        }
        return .object([
            "handedOver": count("handed-over"),
            "left": count("left"),
            "setAside": count("set-aside"),
            "messages": .array(messages),
        ])
    }
}
