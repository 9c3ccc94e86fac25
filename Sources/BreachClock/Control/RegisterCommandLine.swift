/// `breachctl register`: the register of breaches that the law asks for, as a file.
///
/// Source: R26; UK GDPR Art 33(5); contract of `register`.
enum RegisterCommandLine: ControlCommand {
    static let specification = CommandSpecification(
        name: "register",
        options: [
            .init(
                name: "format", choices: ["csv", "json", "html"],
                help: "for spreadsheets (unless given), for programs (as --json), or a page to read and to print")
        ],
        summary: "Prints the register of UK GDPR Art 33(5): every breach, closed ones too.",
        example: "register --format html"
    )

    static func run(_ session: Session) throws(CommandFailure) -> Int32 {
        let answer = try session.client.call(.register)
        let breaches = try session.client.required("breaches", of: answer)
        if session.wantsJSON || session.arguments.value("format") == "json" {
            try session.print(json: breaches)
            return ExitCode.done
        }
        let columns = try session.client.required("columns", of: answer).array?.compactMap(\.string) ?? []
        let rows = (breaches.array ?? []).compactMap(\.object)
        let (text, lineEnd): (String, Character) =
            session.arguments.value("format") == "html"
            ? (try page(answer, columns, rows, session), "\n") : (table(columns, rows), "\r\n")
        // A file gets the texts as they are; a terminal must not be steered by them.
        try session.print(
            StandardStream.isOutputTerminal ? Screen.escapedLines(text, endingIn: lineEnd) : text)
        return ExitCode.done
    }

    private static func table(_ columns: [String], _ breaches: [JSONObject]) -> String {
        var table = CSV(header: columns)
        for breach in breaches { table.add(breach, columns: columns) }
        return table.text
    }

    private static func page(
        _ answer: JSONObject, _ columns: [String], _ breaches: [JSONObject], _ session: Session
    ) throws(CommandFailure) -> String {
        let journal = BreachView(try session.client.required("journal", of: answer))
        let head = JournalHead(sequence: journal.integer("sequence") ?? 0, hash: journal.text("hash") ?? "")
        let organisation = try session.client.required("organisation", of: session.surroundings()).string ?? ""
        return RegisterPage(
            organisation: organisation, columns: columns, breaches: breaches, head: head, screen: try session.screen()
        ).text
    }
}
