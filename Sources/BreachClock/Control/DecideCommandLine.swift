/// `breachctl decide`: records the decider's decision.
///
/// Source: R18, R20, R21; contract of `decide`.
enum DecideCommandLine: RecordingCommand {
    static let method = ControlMethod.decide
    static let specification = CommandSpecification(
        name: "decide",
        operands: [.breach, .outcome("what was decided")],
        options: [
            .matter,
            .init(name: "name", value: "TEXT", help: "who decided; always needed"),
            .reason("why; always needed"),
            .init(name: "revise", help: "this changes an earlier decision"),
        ] + CommandSpecification.Option.telling + [.personalDataReason],
        summary: "Records a decision where the partners did not agree, or are not asked.",
        example: "decide EDATRS-2026-0001 notify --name 'Odalys Quirke' --reason 'The data was not encrypted.'"
    )

    static func recorded(_ breach: BreachView, _ arguments: ParsedArguments) -> String {
        let outcome = arguments.operands.last.flatMap(Outcome.init(rawValue:)) ?? .notify
        let words = MatterWords.outcome(outcome, MatterWords.matter(of: arguments))
        let what = arguments.has("revise") ? "Recorded the changed decision" : "Recorded the decision"
        return "\(what) on \(breach.text("id") ?? ""): \(words)."
    }
}
