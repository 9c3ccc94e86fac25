/// `breachctl explain`: the arithmetic of each deadline.
///
/// Source: contract of `explain`.
enum ExplainCommandLine: ControlCommand {
    static let specification = CommandSpecification(
        name: "explain",
        operands: [.breach],
        summary: "Shows how each deadline comes about, to redo by hand.",
        example: "explain EDATRS-2026-0001"
    )

    /// Columns to set it to where there is no terminal.
    private static let pageWidth = 100

    static func run(_ session: Session) throws(CommandFailure) -> Int32 {
        let parameters = try CommandParameters.read(session.arguments, specification)
        let deadlines = try session.client.call(.explain, parameters, for: "deadlines")
        if session.wantsJSON {
            try session.print(json: deadlines)
            return ExitCode.done
        }
        let screen = try session.screen()
        let views = deadlines.array?.map(BreachView.init) ?? []
        try session.print(views.map { page($0, screen) }.joined(separator: "\n"))
        return ExitCode.done
    }

    private static func page(_ deadline: BreachView, _ screen: Screen) -> String {
        let due = deadline.instant("due").map { "\(screen.time($0))  \($0.rfc3339)" } ?? "none"
        return "\(deadline.text("title") ?? "")  \(due)\n" + lines(deadline.list("lines"), screen)
    }

    /// Each line with its source beside it; a long one goes on below, in its own column.
    private static func lines(_ lines: [BreachView], _ screen: Screen) -> String {
        let sources = lines.map { $0.text("source") ?? "" }
        let widest = sources.map(\.count).max() ?? 0
        let room = max(40, (screen.columns ?? pageWidth) - widest - 4)
        let narrow = Screen(now: screen.now, zone: screen.zone, columns: room, hasColour: false)
        let texts = lines.map { line in
            narrow.wrapped(line.text("text") ?? "", indent: "").split(separator: "\n").map(String.init)
        }
        let width = texts.joined().map(\.count).max() ?? 0
        var table = ""
        for (text, source) in zip(texts, sources) {
            for (index, part) in text.enumerated() {
                let gap = String(repeating: " ", count: max(0, width - part.count + 2))
                table += "  \(part)\(index == 0 ? gap + screen.coloured(source, .faint) : "")\n"
            }
        }
        return table
    }
}
