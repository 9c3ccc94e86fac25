/// `breachctl redact`: deletes a text that should never have been written.
///
/// Source: R31; contract of `redact`.
enum RedactCommandLine: RecordingCommand {
    static let method = ControlMethod.redact
    static let specification = CommandSpecification(
        name: "redact",
        operands: [
            .breach,
            .init(name: "FIELD", help: "the text's name, such as summary, or 12:reason for that of fact 12"),
        ],
        options: [.reason("why; stays in the register, always needed"), .personalDataReason],
        summary: "Deletes one text from the register; that it was deleted is recorded.",
        example: "redact EDATRS-2026-0001 summary --reason 'It named a client.'"
    )

    static func recorded(_ breach: BreachView, _ arguments: ParsedArguments) -> String {
        "Deleted “\(arguments.operands.last ?? "")” of \(breach.text("id") ?? ""); that it was deleted, and why, stays in "
            + "the register. Notices that were written before may hold it still."
    }
}
