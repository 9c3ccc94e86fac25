/// What a command's line may hold: the one table that parsing, help and documentation are made from.
///
/// Source: contract of the programs.
struct CommandSpecification: Sendable {
    /// The command's name.
    ///
    /// Source: contract of the programs.
    var name: String
    /// What stands after it, in order. Of these the last alone may be repeated.
    ///
    /// Source: contract of the programs.
    var operands: [Operand] = []
    /// Its options; those that every command has left out.
    ///
    /// Source: contract of the programs.
    var options: [Option] = []
    /// What it does, in one sentence.
    ///
    /// Source: contract of the programs.
    var summary: String
    /// A line that works, without the program's name.
    ///
    /// Source: contract of the programs (`help COMMAND` shows an example).
    var example: String

    /// Something that stands after the command.
    ///
    /// Source: contract of the programs.
    struct Operand: Sendable {
        /// Its name in capitals.
        ///
        /// Source: contract of the programs.
        var name: String
        /// Whether it may be left out.
        ///
        /// Source: contract of the programs.
        var isOptional = false
        /// Whether it may stand there more than once, as the last.
        ///
        /// Source: contract of the programs.
        var isRepeatable = false
        /// What it must be one of; empty where it may be anything.
        ///
        /// Source: contract of the programs.
        var choices: [String] = []
        /// What it is.
        ///
        /// Source: contract of the programs.
        var help: String

        /// The operand as help shows it.
        ///
        /// Source: contract of the programs.
        var usage: String {
            let shown = (choices.isEmpty ? name : choices.joined(separator: "|")) + (isRepeatable ? "..." : "")
            return isOptional ? "[\(shown)]" : shown
        }
    }

    /// An option.
    ///
    /// Source: contract of the programs.
    struct Option: Sendable {
        /// Its name without the hyphens.
        ///
        /// Source: contract of the programs.
        var name: String
        /// What its value is called; nil for one that has none.
        ///
        /// Source: contract of the programs.
        var value: String?
        /// What its value must be one of; empty where it may be anything.
        ///
        /// Source: contract of the programs.
        var choices: [String] = []
        /// Whether it may be given more than once.
        ///
        /// Source: contract of the programs.
        var isRepeatable = false
        /// What it is.
        ///
        /// Source: contract of the programs.
        var help: String

        /// Whether a value follows it.
        ///
        /// Source: contract of the programs.
        var takesValue: Bool { value != nil || !choices.isEmpty }

        /// The option as help shows it.
        ///
        /// Source: contract of the programs.
        var usage: String {
            let shown = choices.isEmpty ? value : choices.joined(separator: "|")
            return "--\(name)" + (shown.map { " \($0)" } ?? "")
        }
    }

    /// What whoever gives it must be allowed; nil for one that needs no daemon.
    ///
    /// Source: R30; `ControlMethod.right`.
    var right: Access.Right? { ControlMethod.allCases.first { $0.rawValue.lowercased() == name }?.right }

    /// The options that every command has.
    ///
    /// Source: contract of the programs.
    static let commonOptions = [
        Option(name: "socket", value: "PATH", help: "the daemon's socket; $BREACHCLOCK_SOCKET unless given"),
        Option(name: "json", help: "answer with JSON, for scripts"),
        Option(name: "help", help: "show what the command does, with an example"),
    ]
}
