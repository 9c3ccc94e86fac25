/// `breachctl correct`: corrects facts, or fills empty ones.
///
/// Source: R8; contract of `correct`.
enum CorrectCommandLine: RecordingCommand {
    static let method = ControlMethod.correct
    static let specification = CommandSpecification(
        name: "correct",
        operands: [.breach],
        options: [
            .init(name: "detected", value: "TIME", help: "when a partner found it; moves the deadlines"),
            .init(name: "by", value: "PARTNER", help: "which partner found it"),
            .init(name: "summary", value: "TEXT", help: "what happened, in a sentence or two"),
            .init(
                name: "risk", choices: Risk.allCases.map(\.rawValue), help: "likely to affect people adversely?"),
            .init(name: "aware", value: "TIME", help: "when the controllers became aware"),
            .init(name: "aware-reason", value: "TEXT", help: "why that was later than the detection"),
            .init(
                name: "controller", value: "PARTNER", isRepeatable: true,
                help: "whose awareness that is; every controller's unless named"),
            .init(name: "occurred", value: "TIME", help: "when it happened"),
            .init(
                name: "affected", value: "PARTNER", isRepeatable: true,
                help: "whose view on notifying is awaited: all of them, not only those to add"),
            .init(
                name: "channel-compromised", choices: ["yes", "no"],
                help: "whether the partners' mail is itself compromised: then they are telephoned"),
        ] + ReportCommandLine.details + [
            .reason("why; needed unless only what was empty is filled"), .personalDataReason,
        ],
        summary: "Corrects the facts of a breach; what was recorded before is kept.",
        example: "correct EDATRS-2026-0001 --individuals 40 --measures 'The locks were changed.'"
    )

    static func recorded(_ breach: BreachView, _ arguments: ParsedArguments) -> String {
        let named = specification.options.map(\.name)
            .filter { arguments.has($0) && !["reason", "personal-data-reason", "controller"].contains($0) }
        return
            "Recorded a correction of \(breach.text("id") ?? ""): \(named.joined(separator: ", ")). What stood there "
            + "before is kept."
    }
}
