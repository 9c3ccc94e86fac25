/// `breachctl escalate`: puts a matter to the owner before the clock does.
///
/// Source: R17; contract of `escalate`.
enum EscalateCommandLine: RecordingCommand {
    static let method = ControlMethod.escalate
    static let specification = CommandSpecification(
        name: "escalate",
        operands: [.breach],
        options: [.matter, .reason("why it cannot wait; always needed"), .personalDataReason],
        summary: "Puts a matter that the partners are consulted on to the owner now.",
        example: "escalate EDATRS-2026-0001 --reason 'Two partners have said that they cannot answer in time.'"
    )

    static func recorded(_ breach: BreachView, _ arguments: ParsedArguments) -> String {
        let matter = MatterWords.label(MatterWords.matter(of: arguments)).lowercased()
        return "Whether to \(matter) of \(breach.text("id") ?? "") is put to "
            + "\(breach.text("decider") ?? "the decider"), who is told now."
    }
}
