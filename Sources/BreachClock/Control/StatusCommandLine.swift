/// `breachctl status`: the register at a glance, for people and for monitoring.
///
/// Source: contract of `status`.
enum StatusCommandLine: ControlCommand {
    static let specification = CommandSpecification(
        name: "status",
        options: [.init(name: "check", help: "one line and an exit code of 0 to 3, as monitoring plugins do")],
        summary: "Shows whether anything wants attention, and what.",
        example: "status --check"
    )

    static func run(_ session: Session) throws(CommandFailure) -> Int32 {
        if session.arguments.has("check") { return try check(session) }
        let status = try status(session)
        if session.wantsJSON {
            try session.print(json: status)
            return ExitCode.done
        }
        let screen = try session.screen()
        let view = BreachView(status)
        let level = view.text("level") ?? ""
        let meaning: Screen.Meaning? = level == "critical" ? .urgent : level == "warning" ? .warning : .good
        try session.print(
            "\(screen.coloured(level.uppercased(), meaning))  \(view.text("summary") ?? "")\n\n")
        try session.print(figures(view, screen) + breaches(view, screen))
        for warning in view.texts("warnings") { try session.print(screen.wrapped("Note: \(warning)", indent: "")) }
        return ExitCode.done
    }

    private static func status(_ session: Session) throws(CommandFailure) -> JSON {
        let status = try session.client.call(.status)
        _ = try session.client.required("level", of: status)
        return .object(status)
    }

    private static func figures(_ view: BreachView, _ screen: Screen) -> String {
        var table = Table()
        table.add(["Partners to acknowledge", "\(view.integer("unacknowledged") ?? 0)"])
        table.add(["Decisions awaited", "\(view.integer("awaitingDecision") ?? 0)"])
        let oldest = view.instant("spool", "oldestAt").map { ", the oldest ordered \(screen.distance($0))" } ?? ""
        table.add(["Notices waiting", "\(view.integer("spool", "waiting") ?? 0)\(oldest)"])
        if let returned = view.integer("spool", "returned"), returned > 0 {
            table.add(["Notices refused", Table.Cell("\(returned) by the mail system; see breachctl spool", .urgent)])
        }
        let next = screen.next(view.text("next", "what"), view.instant("next", "at"))
        table.add(["Next", Table.Cell((view.text("next", "breach").map { "\($0): " } ?? "") + next)])
        table.add([
            "Register", "fact \(view.integer("journal", "sequence") ?? 0), \(view.text("journal", "hash") ?? "")",
        ])
        return table.text(screen) + "\n"
    }

    /// How each open breach of a status stands.
    ///
    /// Source: R1, R24; contract of `status`.
    static func breaches(_ view: BreachView, _ screen: Screen) -> String {
        let breaches = view.list("breaches")
        guard !breaches.isEmpty else { return "" }
        var table = Table(["BREACH", "LEVEL", "PARTNERS", "REGULATOR"])
        for breach in breaches {
            table.add([
                Table.Cell(breach.text("id") ?? ""),
                Table.Cell(breach.text("level") ?? ""),
                state(breach, "partners", screen),
                state(breach, "regulator", screen),
            ])
        }
        return table.text(screen) + "\n"
    }

    /// In the words of `list`. Only what is due "immediately" runs on after that instant.
    private static func state(_ breach: BreachView, _ name: String, _ screen: Screen) -> Table.Cell {
        let due = breach.instant("\(name)Due")
        let isPast = due.map { $0 <= screen.now } ?? false
        return screen.standing(breach.text("\(name)State"), due: due, isImmediate: name == "partners" && isPast)
    }

    // MARK: - For monitoring

    /// The text without what would end the line or begin the performance data.
    private static func onOneLine(_ text: String) -> String {
        Screen.escaped(text).split(separator: "|", omittingEmptySubsequences: false).joined(separator: "/")
    }

    /// One line with performance data. A daemon that does not answer judges no deadline, which is critical; what cannot
    /// be found out is unknown.
    private static func check(_ session: Session) throws(CommandFailure) -> Int32 {
        let view: BreachView
        do throws(CommandFailure) {
            view = BreachView(try status(session))
        } catch {
            let isDown = error.code == ExitCode.noDaemon
            try session.print("BREACHCLOCK \(isDown ? "CRITICAL" : "UNKNOWN") - \(onOneLine(error.sentence))\n")
            return isDown ? 2 : 3
        }
        let level = view.text("level") ?? ""
        let codes: [String: Int32] = ["ok": 0, "warning": 1, "critical": 2]
        let figures = [
            ("open", view.integer("open")), ("overdue", view.integer("overdue")),
            ("awaiting_decision", view.integer("awaitingDecision")), ("unacknowledged", view.integer("unacknowledged")),
            ("spool_waiting", view.integer("spool", "waiting")),
            ("spool_returned", view.integer("spool", "returned")),
        ].map { "\($0.0)=\($0.1 ?? 0);;;0" }
        try session.print(
            "BREACHCLOCK \(level.uppercased()) - \(onOneLine(view.text("summary") ?? "")) | \(figures.joined(separator: " "))\n"
        )
        return codes[level] ?? 3
    }
}
