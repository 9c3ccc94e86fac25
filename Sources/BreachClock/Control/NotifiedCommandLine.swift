/// `breachctl notified`: records a notification that was made.
///
/// Source: R19, R23; contract of `notified`.
enum NotifiedCommandLine: RecordingCommand {
    static let method = ControlMethod.notified
    static let specification = CommandSpecification(
        name: "notified",
        operands: [.breach],
        options: [
            .matter,
            .init(name: "at", value: "TIME", help: "when it was made; now unless given"),
            .init(name: "reference", value: "TEXT", help: "the regulator's reference for it"),
            .init(
                name: "phase", choices: NotificationPhase.allCases.map(\.rawValue),
                help: "the first one (unless given), further information, or the last"),
            .init(name: "delay-reason", value: "TEXT", help: "what the regulator was told of the delay, after 72 h"),
            .init(
                name: "controller", value: "PARTNER", isRepeatable: true,
                help: "whom it counts for; all controllers unless named"),
            .init(
                name: "own-duty", value: "CONTROLLER",
                help: "the controller that made it alone, whatever was agreed; needs --reason"),
            .reason("why alone, or why after the protocol's deadline"),
            .personalDataReason,
        ],
        summary: "Records that the regulator was notified, or the people concerned told.",
        example: "notified EDATRS-2026-0001 --at '10m ago' --reference IC-312458-K7D2"
    )

    static func recorded(_ breach: BreachView, _ arguments: ParsedArguments) -> String {
        let what =
            switch MatterWords.matter(of: arguments) {
            case .ico: "the regulator was notified"
            case .individuals: "the people concerned were told"
            }
        let alone = arguments.value("own-duty").map { id in
            ", by \(breach.partnerName(id.lowercased())) on its own duty: that settles nothing for anybody else"
        }
        return "Recorded: \(what) of \(breach.text("id") ?? "")\(alone ?? "")."
    }
}
