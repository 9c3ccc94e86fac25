import Glibc

/// A call to the system that failed: what was to be done, to what, and why it was not.
///
/// Source: errno(3).
struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was to be done, as a verb: `open`, `write`, `sync`.
    ///
    /// Source: errno(3).
    let action: String
    /// To what: a path mostly.
    ///
    /// Source: errno(3).
    let operand: String
    /// The system's number for why.
    ///
    /// Source: errno(3).
    let code: Int32

    /// The failure of a call that has just failed, with the system's reason for it.
    ///
    /// Source: errno(3).
    init(_ action: String, _ operand: String, code: Int32 = errno) {
        self.action = action
        self.operand = operand
        self.code = code
    }

    /// One sentence without its full stop: `cannot open /x: Permission denied`.
    ///
    /// Source: strerror(3).
    var description: String {
        "cannot \(action) \(operand): \(reason)"
    }

    /// The system's words for why.
    ///
    /// Source: strerror(3).
    var reason: String {
        unsafe String(cString: strerror(code))
    }

    /// That something took longer than it may.
    ///
    /// Source: errno(3), ETIMEDOUT.
    static func timeout(_ action: String, _ operand: String) -> SystemError {
        SystemError(action, operand, code: ETIMEDOUT)
    }

    /// That a file does not hold what was written to it.
    ///
    /// Source: errno(3), EBADMSG.
    static func notAsWritten(_ action: String, _ operand: String) -> SystemError {
        SystemError(action, operand, code: EBADMSG)
    }

    /// That another file stands where one that is open stood, or none.
    ///
    /// Source: errno(3), ESTALE.
    static func replaced(_ path: String) -> SystemError {
        SystemError("go on with what was replaced at", path, code: ESTALE)
    }

    /// Whether it took longer than it may.
    ///
    /// Source: errno(3), ETIMEDOUT; socket(7), SO_SNDTIMEO (EAGAIN).
    var isTimeout: Bool { [ETIMEDOUT, EAGAIN].contains(code) }
    /// Whether there is no such file.
    ///
    /// Source: open(2), ENOENT, ENOTDIR.
    var isNotFound: Bool { [ENOENT, ENOTDIR].contains(code) }
    /// Whether something of that name is there already.
    ///
    /// Source: mkdir(2), EEXIST.
    var isAlreadyThere: Bool { code == EEXIST }
    /// Whether the account may not.
    ///
    /// Source: open(2), EACCES, EPERM.
    var isNotPermitted: Bool { [EACCES, EPERM].contains(code) }
    /// Whether it is the machine that fails, and nothing that somebody could have put right beforehand.
    ///
    /// Source: errno(3), EIO, ENOSPC, EDQUOT, ENOMEM, ENFILE, EMFILE.
    var isOfTheMachine: Bool { [EIO, ENOSPC, EDQUOT, ENOMEM, ENFILE, EMFILE].contains(code) }
    /// Whether a folder stands where the file should.
    ///
    /// Source: rename(2), EISDIR, ENOTEMPTY, EEXIST.
    var isInTheWay: Bool { [EISDIR, ENOTEMPTY, EEXIST].contains(code) }
    /// Whether nobody listens there.
    ///
    /// Source: connect(2), ECONNREFUSED, ENOENT.
    var isNobodyListening: Bool { [ECONNREFUSED, ENOENT, ENOTDIR, ENOTSOCK].contains(code) }
}

/// Makes the call, and makes it again as long as a signal interrupts it. The one place that does.
///
/// - Parameter whenInterrupted: What to do before it is made again.
/// - Returns: What the call returned, or nil when it failed; `errno` says why then.
///
/// Source: signal(7), EINTR.
func retrying<Result: SignedInteger>(_ call: () -> Result, whenInterrupted: () -> Void = {}) -> Result? {
    while true {
        let result = call()
        if result >= 0 { return result }
        if errno != EINTR { return nil }
        whenInterrupted()
    }
}
