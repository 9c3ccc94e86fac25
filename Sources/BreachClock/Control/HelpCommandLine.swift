/// `breachctl help`: what there is, and one command in full.
///
/// Source: contract of `help`.
enum HelpCommandLine: ControlCommand {
    static let specification = CommandSpecification(
        name: "help",
        operands: [.init(name: "COMMAND", isOptional: true, help: "the command to explain")],
        summary: "Shows the commands, or explains one with an example.",
        example: "help report"
    )

    static func run(_ session: Session) throws(CommandFailure) -> Int32 {
        guard let name = session.arguments.operands.first else {
            try session.print(overview)
            return ExitCode.done
        }
        try session.print(page(try CommandTable.command(named: name).specification))
        return ExitCode.done
    }

    /// All commands in a line each.
    ///
    /// Source: contract of `help`.
    static var overview: String {
        let widest = CommandTable.all.map { $0.specification.name.count }.max() ?? 0
        let lines = CommandTable.all.map { command in
            let specification = command.specification
            return "  \(specification.name)\(spaces(widest - specification.name.count + 2))\(specification.summary)\n"
        }
        return """
            Usage: breachctl [--socket PATH] [--json] COMMAND ...

            Records breaches of personal data shared under information sharing protocols,
            what is said, decided and done about them, and shows how they stand.

            \(lines.joined())
            See breachctl help COMMAND for a command's options and an example.

            """
    }

    /// One command in full.
    ///
    /// Source: contract of `help`.
    static func page(_ specification: CommandSpecification) -> String {
        let operands = specification.operands.map(\.usage)
        let line = (["breachctl", specification.name] + operands).joined(separator: " ")
        let operandRows = specification.operands.map { ($0.choices.isEmpty ? $0.name : $0.usage, $0.help) }
        let optionRows = (specification.options + CommandSpecification.commonOptions).map { ($0.usage, $0.help) }
        return "Usage: \(line) [OPTIONS]\n\n\(specification.summary)\n\n"
            + rows(operandRows) + (operandRows.isEmpty ? "" : "\n") + rows(optionRows)
            + "\n" + (specification.right.map { "Needs the right to \($0.rawValue).\n\n" } ?? "")
            + "Example:\n  breachctl \(specification.example)\n"
    }

    private static func rows(_ rows: [(String, String)]) -> String {
        rows.map { name, help in
            name.count <= 26 ? "  \(name)\(spaces(28 - name.count))\(help)\n" : "  \(name)\n\(spaces(30))\(help)\n"
        }.joined()
    }

    private static func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }
}

/// `breachctl version`: this program's version and the daemon's.
///
/// Source: contract of `version`.
enum VersionCommandLine: ControlCommand {
    static let specification = CommandSpecification(
        name: "version",
        summary: "Shows the version of breachctl.",
        example: "version"
    )

    static func run(_ session: Session) throws(CommandFailure) -> Int32 {
        if session.wantsJSON {
            try session.print(json: .object(["breachctl": .string(Product.version)]))
        } else {
            try session.print("breachctl \(Product.version)\n")
        }
        return ExitCode.done
    }
}
