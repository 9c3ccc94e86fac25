/// Asks for what a report needs, one thing at a time, and asks again for what is refused.
///
/// Source: contract of `report` (in a terminal without its operands).
struct ReportQuestions {
    private let session: Session

    /// The questions of a session.
    ///
    /// Source: contract of `report`.
    init(_ session: Session) {
        self.session = session
    }

    /// The names of what a report needs and the line does not give.
    ///
    /// Source: contract of `report`.
    static func missing(_ arguments: ParsedArguments) -> [String] {
        (arguments.operands.isEmpty ? ["PROTOCOL"] : [])
            + ["detected", "by", "summary"].filter { !arguments.has($0) }.map { "--\($0)" }
    }

    /// Asks, records, and shows what was recorded.
    ///
    /// Source: contract of `report`.
    func ask(_ record: (Session) throws(CommandFailure) -> JSONObject) throws(CommandFailure) -> Int32 {
        let protocols = try session.client.call(.protocols, for: "protocols").array?.map(BreachView.init) ?? []
        if session.arguments.operands.isEmpty { session.arguments.operands = [try protocolID(protocols)] }
        try askForTimeAndPartner(protocols)
        if !session.arguments.has("summary") {
            try set("summary", "What happened, in a sentence or two, naming nobody?")
        }
        if !session.arguments.has("risk") { try risk() }
        try confirm(protocols)
        while true {
            do throws(CommandFailure) {
                let answer = try record(session)
                try ReportCommandLine.show(answer, session)
                return ExitCode.done
            } catch {
                try mend(error, protocols)
            }
        }
    }

    private func askForTimeAndPartner(_ protocols: [BreachView]) throws(CommandFailure) {
        if !session.arguments.has("detected") {
            try set("detected", "When was it detected? (2026-11-20 14:05, or now, or 3h ago)")
        }
        if !session.arguments.has("by") { try partner(protocols) }
    }

    private func protocolID(_ protocols: [BreachView]) throws(CommandFailure) -> String {
        try choose(
            "Under which protocol was the data shared?", protocols.map { ($0.text("id") ?? "", $0.text("title") ?? "") }
        )
    }

    private func partner(_ protocols: [BreachView]) throws(CommandFailure) {
        let id = session.arguments.operands.first?.uppercased()
        let partners = protocols.first { $0.text("id") == id }?.list("partners") ?? []
        if partners.isEmpty { return try set("by", "Which partner detected it?") }
        let choices = partners.map { ($0.text("id") ?? "", $0.text("name") ?? "") }
        session.arguments.set("by", try choose("Which partner detected it?", choices))
    }

    private func risk() throws(CommandFailure) {
        let choices = [
            ("likely", "it is likely to affect somebody adversely"),
            ("unlikely", "it is not likely to"),
            ("unknown", "not known yet, counts as likely"),
        ]
        let risk = try choose("How likely is it to affect somebody adversely?", choices)
        session.arguments.set("risk", risk)
        if risk == "unlikely", !session.arguments.has("reason") { try set("reason", "Why is it unlikely?") }
    }

    /// What is to be confirmed of a report under that protocol: that partners are told too, where the clause has it.
    ///
    /// Source: R6, R7; contract of `report`.
    static func confirmation(_ sharingProtocol: BreachView?, risk: String?) -> String {
        let isBelow =
            risk == Risk.unlikely.rawValue
            && sharingProtocol?.text("clause", "threshold") == Clause.Threshold.adverse.rawValue
        let isTold = !isBelow && sharingProtocol?.text("clause", "tell") != Clause.Audience.none.rawValue
        return "Record this breach\(isTold ? " and tell the partners" : "")? (yes/no)"
    }

    private func confirm(_ protocols: [BreachView]) throws(CommandFailure) {
        var table = Table()
        table.add(["Protocol", Table.Cell(session.arguments.operands.first ?? "")])
        for name in ["detected", "by", "summary", "risk", "reason"] {
            if let value = session.arguments.value(name) {
                table.add([Table.Cell(name), Table.Cell(Screen.escaped(value))])
            }
        }
        try session.print("\n" + table.text(try session.screen(), indent: "  "))
        let id = session.arguments.operands.first?.uppercased()
        let sharingProtocol = protocols.first { $0.text("id") == id }
        let answer = try line(Self.confirmation(sharingProtocol, risk: session.arguments.value("risk")))
        guard ["y", "yes"].contains(answer.lowercased()) else {
            throw CommandFailure(code: ExitCode.usage, sentence: "Nothing was recorded.", hint: nil)
        }
    }

    /// Says what was refused and asks for that again; what cannot be asked for ends the report.
    private func mend(_ failure: CommandFailure, _ protocols: [BreachView]) throws(CommandFailure) {
        let asked = ["protocol", "detected", "partner", "by", "summary", "reason"]
        guard let field = failure.field, asked.contains(field),
            [ExitCode.refused, ExitCode.notFound].contains(failure.code)
        else { throw failure }
        let hint = failure.hint.map { " \($0)" } ?? ""
        try session.print("\(Screen.escaped(failure.sentence + hint))\n")
        switch field {
        case "protocol": session.arguments.operands = [try protocolID(protocols)]
        case "partner", "by": try partner(protocols)
        default: try set(field, "Again, \(field):")
        }
    }

    // MARK: - Asking

    private func set(_ name: String, _ question: String) throws(CommandFailure) {
        session.arguments.set(name, try line(question))
    }

    /// One of several, by its number or its name.
    private func choose(_ question: String, _ choices: [(id: String, text: String)]) throws(CommandFailure) -> String {
        var table = Table()
        for (index, choice) in choices.enumerated() {
            table.add([Table.Cell("\(index + 1)"), Table.Cell(choice.id), Table.Cell(Screen.escaped(choice.text))])
        }
        try session.print("\n" + table.text(try session.screen(), indent: "  "))
        while true {
            let answer = try line(question + " (number or name)")
            if let number = Int(answer), number >= 1, choices.indices.contains(number - 1) {
                return choices[number - 1].id
            }
            if let named = choices.first(where: { $0.id.lowercased() == answer.lowercased() }) { return named.id }
            let nearest = nearestName(to: answer, among: choices.map(\.id)).map { " Did you mean \($0)?" } ?? ""
            try session.print("“\(Screen.escaped(answer))” is none of these.\(nearest)\n")
        }
    }

    private func line(_ question: String) throws(CommandFailure) -> String {
        while true {
            try session.print("\(question)\n> ")
            guard let bytes = StandardStream.readLine() else {
                throw CommandFailure(
                    code: ExitCode.usage, sentence: "Nothing was recorded: the input ended.", hint: nil)
            }
            guard let answer = String(validating: bytes, as: UTF8.self) else {
                try session.print("There are bytes in this answer that are no UTF-8. Write it in UTF-8.\n")
                continue
            }
            let words = answer.split(separator: " ", omittingEmptySubsequences: true)
            if !words.isEmpty { return answer }
        }
    }
}
