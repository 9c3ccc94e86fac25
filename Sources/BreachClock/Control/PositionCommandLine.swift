/// `breachctl position`: records what a partner says on a matter.
///
/// Source: R16; contract of `position`.
enum PositionCommandLine: RecordingCommand {
    static let method = ControlMethod.position
    static let specification = CommandSpecification(
        name: "position",
        operands: [
            .breach, .init(name: "PARTNER", help: "the partner that says so"), .outcome("what it wants"),
        ],
        options: [
            .matter,
            .init(name: "name", value: "TEXT", help: "who said so, for the partner"),
            .reason("why; needed for do-not-notify"),
        ] + CommandSpecification.Option.telling + [.personalDataReason],
        summary: "Records whether a partner wants the regulator notified, or the people told.",
        example: "position EDATRS-2026-0001 open-road notify --name 'Bryony Applegarth'"
    )

    static func recorded(_ breach: BreachView, _ arguments: ParsedArguments) -> String {
        let outcome = arguments.operands.last.flatMap(Outcome.init(rawValue:)) ?? .notify
        let name = breach.partnerName(arguments.operands.dropFirst().first?.lowercased() ?? "")
        let words = MatterWords.outcome(outcome, MatterWords.matter(of: arguments))
        return "Recorded the position of \(name) on \(breach.text("id") ?? ""): \(words)."
    }
}
