/// What the programs end with.
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
    /// Refused: the answer names the field and what would be accepted. Of `deliver`: by the mail system.
    ///
    /// Source: contract of the exit codes; EX_DATAERR.
    static let refused: Int32 = 65
    /// No such breach, protocol, partner or file.
    ///
    /// Source: contract of the exit codes; EX_NOINPUT.
    static let notFound: Int32 = 66
    /// A register that was damaged, for breachd: the same number as a refusal.
    ///
    /// Source: EX_DATAERR.
    static let damagedJournal: Int32 = 65
    /// No daemon there.
    ///
    /// Source: contract of the exit codes; EX_UNAVAILABLE.
    static let noDaemon: Int32 = 69
    /// A bug, or something that is no breachd.
    ///
    /// Source: contract of the exit codes; EX_SOFTWARE.
    static let bug: Int32 = 70
    /// The disk failed, for breachd.
    ///
    /// Source: EX_IOERR.
    static let diskFailure: Int32 = 74
    /// Try again.
    ///
    /// Source: contract of the exit codes; EX_TEMPFAIL.
    static let tryAgain: Int32 = 75
    /// Not permitted.
    ///
    /// Source: contract of the exit codes; EX_NOPERM.
    static let notPermitted: Int32 = 77
    /// The configuration or what it names cannot be used, for breachd: starting again would not help.
    ///
    /// Source: EX_CONFIG.
    static let configuration: Int32 = 78
}
