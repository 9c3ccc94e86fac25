/// The commands of breachctl, and which of them a line of arguments names.
///
/// Source: contract of the programs.
enum CommandTable {
    /// The commands, in the order in which help shows them.
    ///
    /// Source: contract of the programs.
    static let all: [any ControlCommand.Type] = [
        ReportCommandLine.self, AckCommandLine.self, PositionCommandLine.self, EscalateCommandLine.self,
        DecideCommandLine.self, NotifiedCommandLine.self, NoteCommandLine.self, CorrectCommandLine.self,
        ListCommandLine.self, ShowCommandLine.self, TimelineCommandLine.self, ExplainCommandLine.self,
        PlanCommandLine.self, RegisterCommandLine.self, StatusCommandLine.self, WatchCommandLine.self,
        ProtocolsCommandLine.self, CloseCommandLine.self, ReopenCommandLine.self, RedactCommandLine.self,
        VerifyCommandLine.self, DeliverCommandLine.self, SpoolCommandLine.self, CompletionCommandLine.self,
        VersionCommandLine.self, HelpCommandLine.self,
    ]

    /// The command of that name.
    ///
    /// Source: contract of the programs.
    static func command(named name: String) throws(CommandFailure) -> any ControlCommand.Type {
        if let command = all.first(where: { $0.specification.name == name }) { return command }
        let nearest = nearestName(to: name, among: all.map { $0.specification.name })
        throw .usage(
            "breachctl has no command “\(name)”.",
            hint: nearest.map { "Did you mean \($0)? See: breachctl help" } ?? "See: breachctl help"
        )
    }

    private static let optionsWithValue: Set<String> = {
        let options = all.flatMap { $0.specification.options } + CommandSpecification.commonOptions
        return Set(options.filter(\.takesValue).map { "--\($0.name)" })
    }()

    /// The command and the line without it. Options may stand before it, so those that take a value must be known.
    ///
    /// Source: contract of the programs (options before or after operands).
    static func split(
        _ arguments: [String]
    ) throws(CommandFailure) -> (command: any ControlCommand.Type, rest: [String]) {
        var index = arguments.startIndex
        while index < arguments.endIndex {
            let argument = arguments[index]
            guard CommandLineWord(argument) != .operand else {
                var rest = arguments
                rest.remove(at: index)
                return (try command(named: argument), rest)
            }
            index += optionsWithValue.contains(argument) ? 2 : 1
        }
        throw .usage("No command was given.", hint: "See: breachctl help")
    }

    /// The arguments as text. Swift would replace what is no UTF-8 without a word, and record that.
    ///
    /// Source: hostile inputs (invalid UTF-8).
    static func texts(_ arguments: [[UInt8]]) throws(CommandFailure) -> [String] {
        var texts: [String] = []
        for bytes in arguments {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                let before = texts.last.map(CommandLineWord.init)
                let place = if case .option(let name, nil) = before { "the value of --\(name)" } else { "an argument" }
                throw CommandFailure(
                    code: ExitCode.refused,
                    sentence: "There are bytes in \(place) that are no UTF-8.",
                    hint: "Write it in UTF-8."
                )
            }
            texts.append(text)
        }
        return texts
    }
}
