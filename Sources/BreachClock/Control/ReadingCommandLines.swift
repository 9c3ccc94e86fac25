/// `breachctl list`: the breaches, soonest deadline first.
///
/// Source: contract of `list`.
enum ListCommandLine: ControlCommand {
    static let specification = CommandSpecification(
        name: "list",
        options: [
            .init(name: "all", help: "closed ones too"),
            .init(name: "overdue", help: "only those with a missed deadline that is not settled"),
            .init(name: "protocol", value: "PROTOCOL", help: "only those under that protocol"),
        ],
        summary: "Lists the open breaches, the soonest deadline first.",
        example: "list --overdue"
    )

    static func run(_ session: Session) throws(CommandFailure) -> Int32 {
        var parameters = JSONObject()
        for flag in ["all", "overdue"] where session.arguments.has(flag) { parameters[flag] = true }
        if let id = session.arguments.value("protocol") { parameters["protocol"] = .string(id) }
        let breaches = try session.client.call(.list, parameters, for: "breaches")
        if session.wantsJSON {
            try session.print(json: breaches)
            return ExitCode.done
        }
        let views = breaches.array?.map(BreachView.init) ?? []
        let none = session.arguments.has("overdue") ? "No breach is overdue.\n" : "No breach is open.\n"
        try session.print(
            views.isEmpty ? none : table(views, try session.screen(), hasPhase: session.arguments.has("all")))
        return ExitCode.done
    }

    /// The breaches in columns; with one for whether each is open or closed where both may be among them.
    ///
    /// Source: contract of `list`.
    static func table(_ views: [BreachView], _ screen: Screen, hasPhase: Bool) -> String {
        var table = Table(
            ["BREACH"] + (hasPhase ? ["PHASE"] : []) + ["PARTNERS", "REGULATOR", "ACKNOWLEDGED", "SUMMARY"])
        for view in views {
            let partners = view.list("partners").filter { !$0.isDetector(of: view) }
            let acknowledged = partners.count { $0.instant("acknowledgedAt") != nil }
            let phase = hasPhase ? [Table.Cell(view.text("phase") ?? "", view.isClosed ? .faint : nil)] : []
            table.add(
                [Table.Cell(view.text("id") ?? "")] + phase + [
                    screen.standing("partners", of: view),
                    screen.standing("regulator", of: view),
                    Table.Cell(
                        partners.isEmpty || !view.isAboveThreshold ? "-" : "\(acknowledged) of \(partners.count)"),
                    Table.Cell(view.text("summary") ?? "[redacted]"),
                ])
        }
        return table.text(screen, orColumns: 100)
    }
}

/// `breachctl show`: one breach.
///
/// Source: contract of `show`.
enum ShowCommandLine: ControlCommand {
    static let specification = CommandSpecification(
        name: "show",
        operands: [.breach],
        summary: "Shows one breach: its deadlines, its partners and what happens next.",
        example: "show EDATRS-2026-0001"
    )

    static func run(_ session: Session) throws(CommandFailure) -> Int32 {
        let reference = try session.arguments.operand(0, of: specification)
        let breach = try session.client.call(.show, ["breach": .string(reference)], for: "breach")
        if session.wantsJSON {
            try session.print(json: breach)
        } else {
            try session.print(BreachPage(BreachView(breach), try session.screen()).text)
        }
        return ExitCode.done
    }
}

/// `breachctl timeline`: every fact about one breach.
///
/// Source: contract of `timeline`.
enum TimelineCommandLine: ControlCommand {
    static let specification = CommandSpecification(
        name: "timeline",
        operands: [.breach],
        summary: "Shows everything that was recorded of a breach, in order.",
        example: "timeline EDATRS-2026-0001"
    )

    static func run(_ session: Session) throws(CommandFailure) -> Int32 {
        let reference = try session.arguments.operand(0, of: specification)
        let facts = try session.client.call(.timeline, ["breach": .string(reference)], for: "facts")
        if session.wantsJSON {
            try session.print(json: facts)
            return ExitCode.done
        }
        let screen = try session.screen()
        for fact in facts.array?.map(BreachView.init) ?? [] { try session.print(screen.fact(fact)) }
        return ExitCode.done
    }
}

extension Screen {
    /// A fact: when it was recorded, its number, its account and what it says; of which breach where that is not plain.
    ///
    /// Source: contract of `timeline` and `watch`.
    func fact(_ fact: BreachView, of breach: String? = nil) -> String {
        let at = fact.instant("at").map(time) ?? ""
        let number = fact.integer("sequence").map { "fact \($0)" } ?? ""
        let which = breach.map { "  \($0)" } ?? ""
        return "\(at)\(which)  \(coloured("\(number), \(fact.text("account") ?? "")", .faint))\n"
            + wrapped(fact.text("text") ?? "", indent: "    ")
    }
}

/// `breachctl protocols`: the protocols and what is wrong with them.
///
/// Source: contract of `protocols`.
enum ProtocolsCommandLine: ControlCommand {
    static let specification = CommandSpecification(
        name: "protocols",
        operands: [
            .init(name: "VERB", isOptional: true, choices: ["show"], help: "to show one of them"),
            .init(name: "PROTOCOL", isOptional: true, help: "which one"),
        ],
        summary: "Lists the protocols with their warnings, or shows one.",
        example: "protocols show EDATRS"
    )

    static func run(_ session: Session) throws(CommandFailure) -> Int32 {
        guard !session.arguments.operands.isEmpty else { return try list(session) }
        return try show(try session.arguments.operand(1, of: specification), session)
    }

    private static func list(_ session: Session) throws(CommandFailure) -> Int32 {
        let protocols = try session.client.call(.protocols, for: "protocols")
        if session.wantsJSON {
            try session.print(json: protocols)
            return ExitCode.done
        }
        let screen = try session.screen()
        for view in protocols.array?.map(BreachView.init) ?? [] {
            try session.print("\(view.text("id") ?? "")  \(view.text("title") ?? "")\n")
            try session.print("    \(rule(view))\n")
            for warning in view.texts("warnings") {
                try session.print(screen.coloured(screen.wrapped("Note: \(warning)", indent: "    "), .warning))
            }
        }
        return ExitCode.done
    }

    private static func show(_ id: String, _ session: Session) throws(CommandFailure) -> Int32 {
        let found =
            try session.client.call(.protocols, ["protocol": .string(id)], for: "protocols").array?.first ?? .null
        if session.wantsJSON {
            try session.print(json: found)
            return ExitCode.done
        }
        let screen = try session.screen()
        let view = BreachView(found)
        var facts = Table()
        facts.add([
            "Version",
            Table.Cell([view.text("version"), view.text("status")].compactMap { $0 }.joined(separator: ", ")),
        ])
        facts.add(["In force", Table.Cell(view.text("inForce") ?? "not stated")])
        facts.add(["Review by", Table.Cell(view.text("review") ?? "not stated")])
        facts.add([
            Table.Cell(view.text("clause", "ownerTitle") ?? "Owner"), Table.Cell(view.text("owner") ?? "not named"),
        ])
        facts.add(["Controllers", Table.Cell(view.texts("controllers").joined(separator: ", "))])
        facts.add(["Clause", Table.Cell("section \(view.text("clause", "section") ?? ""): \(rule(view))")])
        try session.print(
            "\(view.text("id") ?? "")  \(view.text("title") ?? "")\n\n" + facts.text(screen))
        try session.print("\n" + screen.wrapped(view.text("clause", "text") ?? "", indent: "  ") + "\n")
        try session.print(partners(view, screen))
        for warning in view.texts("warnings") { try session.print(screen.wrapped("Note: \(warning)", indent: "")) }
        return ExitCode.done
    }

    private static func partners(_ view: BreachView, _ screen: Screen) -> String {
        var table = Table(["PARTNER", "TELEPHONE", "MAILBOX", "NAME"])
        for partner in view.list("partners") {
            table.add([
                Table.Cell(partner.text("id") ?? ""), Table.Cell(partner.text("telephone") ?? "-"),
                Table.Cell(partner.texts("emails").joined(separator: ", ").orDash),
                Table.Cell(partner.text("name") ?? ""),
            ])
        }
        return table.text(screen) + "\n"
    }

    /// The clause in a line.
    private static func rule(_ view: BreachView) -> String {
        let told =
            switch view.text("clause", "tell") {
            case "partners": "tells the partners"
            case "owner": "tells the owner"
            default: "tells nobody"
            }
        let within = view.integer("clause", "partnerHours").map { $0 == 0 ? " immediately" : " within \($0) h" } ?? ""
        let regulator = view.integer("clause", "regulatorHours").map { "regulator within \($0) h" } ?? "the law's 72 h"
        let decision =
            switch view.text("clause", "decision") {
            case "consultation": "the partners are consulted, then the owner decides"
            case "owner": "the owner decides"
            default: "each controller decides"
            }
        return "\(told)\(within); \(regulator); \(decision)"
    }
}

extension String {
    /// The text, or a dash for none.
    ///
    /// Source: contract of the programs (aligned tables).
    fileprivate var orDash: String { isEmpty ? "-" : self }
}
