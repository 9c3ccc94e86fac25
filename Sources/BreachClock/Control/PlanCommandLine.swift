/// `breachctl plan`: what a breach would bring.
///
/// Source: contract of `plan`.
enum PlanCommandLine: ControlCommand {
    static let specification = CommandSpecification(
        name: "plan",
        operands: [.init(name: "PROTOCOL", help: "the protocol; see breachctl protocols")],
        options: [
            .init(name: "detected", value: "TIME", help: "when a partner would find it, past or future"),
            .init(name: "reported", value: "TIME", help: "when it would be recorded; at detection unless given"),
            .init(name: "by", value: "PARTNER", help: "which partner would find it; the first unless given"),
            .init(name: "risk", choices: Risk.allCases.map(\.rawValue), help: "the risk; unknown unless given"),
        ],
        summary: "Shows every notice and deadline that a breach would bring; records nothing.",
        example: "plan EDATRS --detected '2026-11-20 14:05' --by open-road"
    )

    static func run(_ session: Session) throws(CommandFailure) -> Int32 {
        let parameters = try CommandParameters.read(session.arguments, specification, required: ["detected"])
        let plan = try session.client.call(.plan, parameters, for: "plan")
        if session.wantsJSON {
            try session.print(json: plan)
            return ExitCode.done
        }
        let items = plan.array?.map(BreachView.init) ?? []
        try session.print(
            table(items, try session.screen())
                + "\nNothing was recorded: this is what a breach would bring if nobody did anything about it.\n")
        return ExitCode.done
    }

    private static func table(_ items: [BreachView], _ screen: Screen) -> String {
        guard !items.isEmpty else { return "Such a breach would bring no notice and no deadline.\n" }
        var table = Table(["WHEN", "WHAT", "TO", "WHY"])
        for item in items {
            table.add([
                Table.Cell(item.instant("at").map(screen.time) ?? ""),
                Table.Cell(NoticeWords.short(item.text("what") ?? "")),
                Table.Cell(item.text("to").map(NoticeWords.recipient) ?? ""),
                Table.Cell(item.text("why") ?? ""),
            ])
        }
        return table.text(screen)
    }
}
