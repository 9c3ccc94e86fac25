/// What breachctl ends with.
///
/// Source: contract of the exit codes; sysexits.h.
enum ExitCode {
    /// Done.
    ///
    /// Source: contract of the exit codes.
    static let done: Int32 = 0
    /// The command line was not understood.
    ///
    /// Source: contract of the exit codes; EX_USAGE.
    static let usage: Int32 = 64
    /// Refused: the answer names the field and what would be accepted.
    ///
    /// Source: contract of the exit codes; EX_DATAERR.
    static let refused: Int32 = 65
    /// No such breach, protocol, partner or file.
    ///
    /// Source: contract of the exit codes; EX_NOINPUT.
    static let notFound: Int32 = 66
    /// No daemon there.
    ///
    /// Source: contract of the exit codes; EX_UNAVAILABLE.
    static let noDaemon: Int32 = 69
    /// A bug, or something that is no breachd.
    ///
    /// Source: contract of the exit codes; EX_SOFTWARE.
    static let bug: Int32 = 70
    /// Try again.
    ///
    /// Source: contract of the exit codes; EX_TEMPFAIL.
    static let tryAgain: Int32 = 75
    /// Not permitted.
    ///
    /// Source: contract of the exit codes; EX_NOPERM.
    static let notPermitted: Int32 = 77
}

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
