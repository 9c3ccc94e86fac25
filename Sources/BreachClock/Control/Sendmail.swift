/// The mail system's program that takes a message.
///
/// Source: sendmail(8) of postfix, exim, OpenSMTPD, nullmailer and msmtp; sysexits(3).
struct Sendmail: Sendable {
    private let path: String
    private let limitSeconds: Int
    private let clock: any Clock & Sendable

    /// The program at that path, which may take so many seconds for a message.
    ///
    /// Source: contract of `deliver`.
    init(path: String, limitSeconds: Int, clock: any Clock & Sendable) {
        self.path = path
        self.limitSeconds = limitSeconds
        self.clock = clock
    }

    /// What came of handing a message over.
    ///
    /// Source: contract of `deliver`.
    enum Verdict: Equatable {
        /// The mail system has it.
        ///
        /// Source: sysexits(3), EX_OK.
        case taken
        /// Not now, and why: it may pass by itself, or somebody mends the machine.
        ///
        /// Source: sysexits(3), EX_TEMPFAIL.
        case notNow(String)
        /// Never, and why: it lies with the message.
        ///
        /// Source: sysexits(3), EX_DATAERR, EX_NOUSER, EX_NOHOST.
        case never(String)
        /// Not now, and the mail system does not answer, so that the next message need not be tried.
        ///
        /// Source: contract of `deliver` (a time limit).
        case silent(String)
    }

    /// The codes that say that this message will never be taken, with their meaning. Every other says something of the
    /// machine, or nothing: five systems end with 1, 64, 70 or 75 where a message has no recipient, and with 64, 69 and
    /// 78 where they are set up badly, which somebody mends. A notice is given up only where it is certain that it is at
    /// fault; one that waits shows in the status.
    private static let final: [Int32: String] = [
        65: "the message is not acceptable", 67: "no such mailbox", 68: "no such mail domain",
    ]
    /// What the other codes of sysexits(3) mean.
    private static let passing: [Int32: String] = [
        64: "the command was not understood", 66: "an input is missing", 69: "a service is unavailable",
        70: "an internal error", 71: "an error of the operating system", 72: "a system file is missing",
        73: "a file cannot be made", 74: "an input or output error", 75: "a temporary failure",
        76: "an error of the protocol", 77: "permission was denied", 78: "it is not configured",
    ]
    /// Characters of what the program said that are kept.
    private static let keptCharacters = 200

    /// Hands over the message in that file.
    ///
    /// The recipients are those of the message (`-t`), and a line with a full stop alone is part of it (`-i`). What
    /// cannot be delivered goes back to its author (`-f`), whom somebody reads: without that it would go to the account
    /// that this runs as, which has no mailbox.
    ///
    /// Source: sendmail(8), options -t, -i, -f.
    func take(_ message: Descriptor, returnPath: String?) -> Verdict {
        let sender = returnPath.map { ["-f", $0] } ?? []
        let ending: ChildProcess.Ending
        do throws(SystemError) {
            ending = try ChildProcess.run(
                path, [path, "-t", "-i"] + sender, input: message, milliseconds: limitSeconds * 1000, clock: clock)
        } catch {
            return .notNow(error.isNotFound ? "there is no \(path); install a mail system" : "\(error)")
        }
        return verdict(of: ending)
    }

    /// What an ending means.
    ///
    /// Source: sysexits(3).
    func verdict(of ending: ChildProcess.Ending) -> Verdict {
        let words = Self.lastLine(ending.output).map { ": \($0)" } ?? ""
        switch ending.how {
        case .exited(0): return .taken
        case .exited(let code):
            if let meaning = Self.final[code] { return .never("\(path) ended with \(code), \(meaning)\(words)") }
            let meaning = Self.passing[code].map { ", \($0)" } ?? ""
            return .notNow("\(path) ended with \(code)\(meaning)\(words)")
        case .signalled(let number): return .notNow("\(path) was ended by signal \(number)\(words)")
        case .tookTooLong: return .silent("\(path) took longer than \(limitSeconds) s\(words)")
        }
    }

    /// The last line that says something, with nothing in it that steers a terminal.
    private static func lastLine(_ output: [UInt8]) -> String? {
        String(decoding: output, as: UTF8.self)
            .split(whereSeparator: \.isNewline)
            .last { !$0.allSatisfy(\.isWhitespace) }
            .map { Screen.cut(Screen.escaped(String($0)), to: keptCharacters) }
    }
}
