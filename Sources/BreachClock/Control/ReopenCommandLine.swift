/// `breachctl reopen`: takes a closed breach up again.
///
/// Source: R25; contract of `reopen`.
enum ReopenCommandLine: RecordingCommand {
    static let method = ControlMethod.reopen
    static let specification = CommandSpecification(
        name: "reopen",
        operands: [.breach],
        options: [.reason("why"), .personalDataReason],
        summary: "Takes a closed breach up again.",
        example: "reopen EDATRS-2026-0001 --reason 'More records turned out to be concerned.'"
    )

    static func recorded(_ breach: BreachView, _ arguments: ParsedArguments) -> String {
        "\(breach.text("id") ?? "") is open again. Nothing is sent for what fell due meanwhile, except that a deadline was "
            + "missed."
    }
}
