/// `breachctl report`: records a breach.
///
/// Source: R5; contract of `report`.
enum ReportCommandLine: ControlCommand {
    static let specification = CommandSpecification(
        name: "report",
        operands: [
            .init(name: "PROTOCOL", help: "the protocol that the data was shared under; see breachctl protocols")
        ],
        options: [
            .init(name: "detected", value: "TIME", help: "when a partner found it: \(timeHelp)"),
            .init(name: "by", value: "PARTNER", help: "which partner found it"),
            .init(name: "summary", value: "TEXT", help: "what happened, in a sentence or two; - reads standard input"),
            .init(
                name: "risk", choices: Risk.allCases.map(\.rawValue),
                help: "likely to affect people adversely? unknown, unless given, counts as likely"),
            .init(name: "aware", value: "TIME", help: "when the controllers became aware, where that was later"),
            .init(name: "aware-reason", value: "TEXT", help: "why that was later"),
            .init(name: "occurred", value: "TIME", help: "when it happened, if known"),
            .init(
                name: "affected", value: "PARTNER", isRepeatable: true,
                help: "whose view on notifying is awaited; all that the clause names unless given"),
            .init(
                name: "controller", value: "PARTNER", isRepeatable: true,
                help: "whose legal duty it is; the protocol's controllers unless given"),
            .init(
                name: "channel-compromised",
                help: "the partners' mail is itself compromised: telephone them, mail them nothing"),
        ] + details + [
            .init(name: "reason", value: "TEXT", help: "why the risk is as it is; needed for an unlikely one"),
            .init(name: "personal-data-reason", value: "TEXT", help: "why a text must hold personal data all the same"),
            .init(name: "request-id", value: "ID", help: "a name for this request: sent twice, it records once"),
        ],
        summary: "Records a breach of personal data shared under a protocol.",
        example: "report EDATRS --detected '3h ago' --by open-road --summary 'A laptop was stolen from a locked car.'"
    )

    /// The facts that can be filled in later, too.
    ///
    /// Source: UK GDPR Art 33(3), (4).
    static let details: [CommandSpecification.Option] = [
        .init(name: "data-categories", value: "TEXT", help: "kinds of data"),
        .init(name: "people-categories", value: "TEXT", help: "kinds of people"),
        .init(name: "individuals", value: "N", help: "how many people"),
        .init(name: "records", value: "N", help: "how many records"),
        .init(name: "consequences", value: "TEXT", help: "possible consequences"),
        .init(name: "likelihood", value: "TEXT", help: "how likely they are"),
        .init(name: "measures", value: "TEXT", help: "what has been done about it"),
        .init(name: "measures-before", value: "TEXT", help: "what was in place before"),
        .init(
            name: "cyber", choices: CyberIncident.allCases.map(\.rawValue), help: "whether it was a cyber incident"),
        .init(name: "found", value: "TEXT", help: "how it was found"),
        .init(name: "others-told", value: "TEXT", help: "which other organisations were told"),
    ]

    private static let timeHelp = "2026-11-20 14:05 in local time, 2026-11-20T14:05:00Z, now, 3h ago"

    static func run(_ session: Session) throws(CommandFailure) -> Int32 {
        let missing = ReportQuestions.missing(session.arguments)
        if !missing.isEmpty, StandardStream.isInputTerminal, StandardStream.isOutputTerminal {
            return try ReportQuestions(session).ask(record)
        }
        guard missing.isEmpty else {
            throw .usage(
                "report needs \(missing.joined(separator: " and ")).",
                hint: "In a terminal, breachctl report asks for what is missing. See: breachctl help report"
            )
        }
        let answer = try record(session)
        try show(answer, session)
        return ExitCode.done
    }

    /// Sends the report that the line makes.
    private static func record(_ session: Session) throws(CommandFailure) -> JSONObject {
        if !session.arguments.has("request-id") {
            session.arguments.set("request-id", Hex.encode(SystemRandomness().bytes(16)))
        }
        return try session.client.call(.report, try CommandParameters.read(session.arguments, specification))
    }

    /// Prints what was recorded, and what happens now.
    ///
    /// Source: contract of `report`.
    static func show(_ answer: JSONObject, _ session: Session) throws(CommandFailure) {
        let breach = try session.client.required("breach", of: answer)
        if session.wantsJSON { return try session.print(json: breach) }
        let screen = try session.screen()
        let view = BreachView(breach)
        let reference = view.text("id") ?? ""
        let opening =
            BreachView(.object(answer)).text("message")
            ?? "Recorded as \(reference), under \(view.text("title") ?? "")."
        try session.print(
            "\(opening)\n\n" + BreachPage(view, screen).deadlines + following(view) + warnings(view, screen))
    }

    private static func following(_ view: BreachView) -> String {
        let reference = view.text("id") ?? ""
        let told =
            if !view.isAboveThreshold {
                "The risk is unlikely: only the controllers are told, and only of what a processor detected."
            } else if view.list("partners").isEmpty {
                "The clause has no partner told."
            } else if view.isTrue("channelCompromised") {
                "Nothing is mailed to the partners: the information governance team has a list of whom to telephone."
            } else {
                "Notices go out now to those whom the clause has told."
            }
        return "\n\(told) See how it stands with: breachctl show \(reference)\n"
    }

    private static func warnings(_ view: BreachView, _ screen: Screen) -> String {
        view.texts("warnings").map { screen.wrapped(screen.coloured("Note: ", .warning) + $0, indent: "") }.joined()
    }
}

extension ParameterNames {
    /// The parameter that an option gives: `--aware-reason` is `awareReason`.
    ///
    /// Source: contract of the programs.
    static func parameter(of option: String) -> String {
        if option == "controller" { return "controllers" }
        let words = option.split(separator: "-")
        return words.prefix(1).joined() + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
