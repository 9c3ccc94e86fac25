/// Why a command was not done: one sentence and a hint for standard error, and what to end with.
///
/// Source: contract of the exit codes.
struct CommandFailure: Error, Equatable {
    /// What to end with.
    ///
    /// Source: contract of the exit codes.
    var code: Int32
    /// What is wrong.
    ///
    /// Source: contract of the exit codes (one sentence and a hint).
    var sentence: String
    /// What to do next; nil where the sentence says so.
    ///
    /// Source: contract of the exit codes.
    var hint: String?
    /// The parameter that was refused, as the interface names it; nil where it was none.
    ///
    /// Source: contract of the control socket, `Refused`.
    var field: String?

    /// That the command line was not understood.
    ///
    /// Source: contract of the exit codes.
    static func usage(_ sentence: String, hint: String) -> CommandFailure {
        CommandFailure(code: ExitCode.usage, sentence: sentence, hint: hint)
    }
}
