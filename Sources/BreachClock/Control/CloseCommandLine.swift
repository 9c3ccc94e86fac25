/// `breachctl close`: ends a breach.
///
/// Source: R25; contract of `close`.
enum CloseCommandLine: RecordingCommand {
    static let method = ControlMethod.close
    static let specification = CommandSpecification(
        name: "close",
        operands: [.breach],
        options: [.reason("why, where something is outstanding"), .personalDataReason],
        summary: "Closes a breach; it stays in the register.",
        example: "close EDATRS-2026-0001 --reason 'The partners that are silent answered on another record.'"
    )

    static func recorded(_ breach: BreachView, _ arguments: ParsedArguments) -> String {
        "\(breach.text("id") ?? "") is closed. Reminders and escalations stop; notifications, acknowledgements, "
            + "corrections and notes are still recorded."
    }
}
