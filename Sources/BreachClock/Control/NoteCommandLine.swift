/// `breachctl note`: writes down advice received, a remedial action, or an effect.
///
/// Source: UK GDPR Art 33(5); contract of `note`.
enum NoteCommandLine: RecordingCommand {
    static let method = ControlMethod.note
    static let required = ["kind"]
    static let specification = CommandSpecification(
        name: "note",
        operands: [.breach, .init(name: "TEXT", help: "what to write down, naming nobody; - reads standard input")],
        options: [
            .init(
                name: "kind", choices: NoteKind.allCases.map(\.rawValue),
                help: "advice received, a remedial action, or an effect"),
            .personalDataReason,
        ],
        summary: "Writes down advice received, a remedial action, or an effect.",
        example: "note EDATRS-2026-0001 --kind action 'The laptop was wiped from afar.'"
    )

    static func recorded(_ breach: BreachView, _ arguments: ParsedArguments) -> String {
        let what =
            switch arguments.value("kind").flatMap(NoteKind.init(rawValue:)) {
            case .advice?: "as advice received"
            case .action?: "as remedial action"
            case .effect?, nil: "as an effect"
            }
        return "Noted on \(breach.text("id") ?? "") \(what)."
    }
}
