/// `breachctl ack`: records that a partner acknowledged.
///
/// Source: R12; contract of `ack`.
enum AckCommandLine: ControlCommand {
    static let specification = CommandSpecification(
        name: "ack",
        operands: [
            .breach,
            .init(name: "PARTNER", help: "the partner that acknowledged"),
        ],
        options: [
            .init(name: "at", value: "TIME", help: "when it did; now unless given"),
            .init(name: "via", choices: Channel.allCases.map(\.rawValue), help: "how it did"),
            .init(name: "name", value: "TEXT", help: "who did, for the partner"),
            .init(
                name: "personal-data-reason", value: "TEXT", help: "why the name must hold personal data all the same"),
        ],
        summary: "Records that a partner acknowledged a breach; it agrees to nothing.",
        example: "ack EDATRS-2026-0001 open-road --via phone --at '10m ago'"
    )

    static func run(_ session: Session) throws(CommandFailure) -> Int32 {
        let parameters = try CommandParameters.read(session.arguments, specification)
        let answer = try session.client.call(.ack, parameters)
        let breach = try session.client.required("breach", of: answer)
        if session.wantsJSON {
            try session.print(json: breach)
            return ExitCode.done
        }
        let screen = try session.screen()
        let view = BreachView(breach)
        try session.print("\(BreachView(.object(answer)).text("message") ?? recorded(view, session.arguments))\n\n")
        try session.print(BreachPage(view, screen).deadlines + outstanding(view))
        return ExitCode.done
    }

    private static func recorded(_ view: BreachView, _ arguments: ParsedArguments) -> String {
        let id = arguments.operands.last?.lowercased()
        return "Recorded: \(view.partnerName(id ?? "")) acknowledged \(view.text("id") ?? "")."
    }

    private static func outstanding(_ view: BreachView) -> String {
        let silent = view.list("partners")
            .filter { $0.instant("acknowledgedAt") == nil && !$0.isDetector(of: view) }
            .compactMap { $0.text("id") }
        guard view.isAboveThreshold else { return "" }
        return silent.isEmpty
            ? "\nEvery partner has acknowledged.\n"
            : "\nStill to acknowledge: \(silent.joined(separator: ", "))\n"
    }
}
