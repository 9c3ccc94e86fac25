/// `breachctl watch`: each fact as it is recorded.
///
/// Source: contract of `watch`.
enum WatchCommandLine: ControlCommand {
    static let specification = CommandSpecification(
        name: "watch",
        operands: [.init(name: "BREACH", isOptional: true, help: "only that breach; everything unless given")],
        options: [.init(name: "after", value: "N", help: "first what was recorded after fact N, 0 for everything")],
        summary: "Shows what is recorded, as it happens, until it is interrupted.",
        example: "watch EDATRS-2026-0001"
    )

    static func run(_ session: Session) throws(CommandFailure) -> Int32 {
        var seen = Seen(after: try start(session))
        let breach = session.arguments.operands.first
        let screen = session.wantsJSON ? nil : try session.screen()
        do throws(SystemError) { try CurrentProcess.endWhenAsked() } catch {
            throw CommandFailure(code: ExitCode.bug, sentence: "\(error).", hint: nil)
        }
        while true {
            let parameters: JSONObject = ["breach": .text(breach), "after": .integer(seen.resumesAfter)]
            var again = seen.again
            let end = try session.client.stream(.watch, parameters) { reply throws(CommandFailure) in
                let fact = try session.client.required("fact", of: reply)
                guard let number = fact.object?["sequence"]?.integer else { throw session.client.unreadable }
                if again > 0, number == seen.sequence {
                    again -= 1
                    return true
                }
                seen.take(number)
                return try show(reply, fact, screen, session)
            }
            guard end == .lost else { return ExitCode.done }
            StandardStream.writeError("breachctl: The daemon is gone; waiting for it to come back.\n")
            guard try session.client.waitForDaemon() else { return ExitCode.done }
            StandardStream.writeError("breachctl: The daemon is back; going on after fact \(seen.sequence).\n")
        }
    }

    /// Facts that were shown: where to go on when the daemon comes back. A fact about several breaches comes several
    /// times, and the connection may end in between.
    private struct Seen {
        var sequence: Int
        var again = 0

        init(after sequence: Int) { self.sequence = sequence }

        var resumesAfter: Int { again == 0 ? sequence : sequence - 1 }

        mutating func take(_ number: Int) {
            again = number == sequence ? again + 1 : 1
            sequence = number
        }
    }

    /// The fact to begin after: the last one unless given, asked before the next one comes, so that a daemon which ends
    /// until then leaves no gap.
    private static func start(_ session: Session) throws(CommandFailure) -> Int {
        if let given = try session.arguments.integer("after", of: specification) { return given }
        let journal = try session.client.call(.status, for: "journal")
        guard let sequence = journal.object?["sequence"]?.integer else { throw session.client.unreadable }
        return sequence
    }

    /// Prints a fact; false where nobody reads any more, which is an end like any other here.
    private static func show(
        _ reply: JSONObject,
        _ fact: JSON,
        _ screen: Screen?,
        _ session: Session
    ) throws(CommandFailure) -> Bool {
        let breach = reply["breach"]?.string.map(Screen.escaped)
        let text =
            screen?.fact(BreachView(fact), of: breach)
            ?? String(decoding: JSON.object(reply).lineBytes(), as: UTF8.self)
        do throws(CommandFailure) {
            try session.print(text)
            return true
        } catch {
            if StandardStream.isOutputRead { throw error }
            return false
        }
    }
}
