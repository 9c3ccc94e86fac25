/// A command that records something on a breach, and then shows what that means.
///
/// Source: contract of the programs.
protocol RecordingCommand: ControlCommand {
    /// The method that records it.
    ///
    /// Source: contract of the control socket.
    static var method: ControlMethod { get }
    /// The options that must be there.
    ///
    /// Source: contract of the programs.
    static var required: [String] { get }
    /// What was recorded, in one sentence, where the daemon does not say so itself.
    ///
    /// Source: contract of the programs.
    static func recorded(_ breach: BreachView, _ arguments: ParsedArguments) -> String
}

extension RecordingCommand {
    static var required: [String] { [] }

    static func run(_ session: Session) throws(CommandFailure) -> Int32 {
        let parameters = try CommandParameters.read(session.arguments, specification, required: required)
        let answer = try session.client.call(method, parameters)
        let breach = try session.client.required("breach", of: answer)
        if session.wantsJSON {
            try session.print(json: breach)
            return ExitCode.done
        }
        let screen = try session.screen()
        let view = BreachView(breach)
        let sentence = answer["message"]?.string ?? recorded(view, session.arguments)
        try session.print(
            screen.wrapped(Screen.escaped(sentence), indent: "") + "\n"
                + MatterWords(view, screen).text + "\n" + BreachPage(view, screen).deadlines)
        return ExitCode.done
    }
}

extension CommandSpecification.Operand {
    /// The breach that a command is about.
    ///
    /// Source: contract of the programs.
    static let breach = Self(name: "BREACH", help: "the breach's reference")

    /// What is wanted or was decided.
    ///
    /// Source: contract of `position` and `decide`.
    static func outcome(_ help: String) -> Self {
        Self(name: "OUTCOME", choices: Outcome.allCases.map(\.rawValue), help: help)
    }
}

extension CommandSpecification.Option {
    /// Which of the two questions.
    ///
    /// Source: rules, "matter".
    static let matter = Self(
        name: "matter", choices: MatterName.allCases.map(\.rawValue),
        help: "notifying the regulator (ico, unless given), or telling the people concerned (individuals)")

    /// Why a text holds personal data all the same.
    ///
    /// Source: R27.
    static let personalDataReason = Self(
        name: "personal-data-reason", value: "TEXT", help: "why a text must hold personal data all the same")

    /// When, how and by whom the people concerned are told, or the ground for not telling them.
    ///
    /// Source: R21.
    static let telling = [
        Self(name: "when", value: "TEXT", help: "when the people concerned are to be told"),
        Self(name: "how", value: "TEXT", help: "how they are to be told"),
        Self(name: "by-whom", value: "TEXT", help: "who is to tell them"),
        Self(
            name: "ground", value: "GROUND",
            help: "why they need not be told: no-high-risk, or 34(3)(a), 34(3)(b), 34(3)(c) of UK GDPR"),
    ]

    /// Why.
    ///
    /// Source: contract of the programs.
    static func reason(_ help: String) -> Self {
        Self(name: "reason", value: "TEXT", help: "\(help); - reads standard input")
    }
}
