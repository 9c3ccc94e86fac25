/// `breachctl register`: the register of breaches that the law asks for, as a file.
///
/// Source: R26; UK GDPR Art 33(5); contract of `register`.
enum RegisterCommandLine: ControlCommand {
    static let specification = CommandSpecification(
        name: "register",
        options: [
            .init(
                name: "format", choices: ["csv", "json"],
                help: "for spreadsheets (unless given), or for programs; --json is the same as the latter")
        ],
        summary: "Prints the register of UK GDPR Art 33(5): every breach, closed ones too.",
        example: "register --format csv"
    )

    static func run(_ session: Session) throws(CommandFailure) -> Int32 {
        let answer = try session.client.call(.register)
        let breaches = try session.client.required("breaches", of: answer)
        if session.wantsJSON || session.arguments.value("format") == "json" {
            try session.print(json: breaches)
            return ExitCode.done
        }
        let columns = try session.client.required("columns", of: answer).array?.compactMap(\.string) ?? []
        var table = CSV(header: columns)
        for breach in breaches.array ?? [] {
            if let object = breach.object { table.add(object, columns: columns) }
        }
        // A spreadsheet gets the texts as they are; a terminal must not be steered by them.
        try session.print(StandardStream.isOutputTerminal ? Screen.escapedLines(table.text) : table.text)
        return ExitCode.done
    }
}
