import Glibc

/// A program that is run to its end.
///
/// Source: posix_spawn(3), waitpid(2).
enum ChildProcess {
    /// How a program ended, and the last of what it said.
    ///
    /// Source: waitpid(2).
    struct Ending: Equatable, Sendable {
        /// How it ended.
        ///
        /// Source: waitpid(2).
        enum How: Equatable, Sendable {
            /// By itself, with that code.
            ///
            /// Source: waitpid(2), WEXITSTATUS.
            case exited(Int32)
            /// By that signal.
            ///
            /// Source: waitpid(2), WTERMSIG.
            case signalled(Int32)
            /// It took longer than it may, and was ended, where this account may end it.
            ///
            /// Source: contract of `deliver` (a time limit).
            case tookTooLong
        }

        /// How it ended.
        ///
        /// Source: waitpid(2).
        var how: How
        /// The last bytes that it wrote to its output or its error stream, at most 4096.
        ///
        /// Source: stdout(3), stderr(3).
        var output: [UInt8]
    }

    /// Bytes of output that are kept.
    private static let keptBytes = 4096
    /// Milliseconds between two looks at a child that keeps silent: it may have closed its streams.
    private static let lookMilliseconds = 10
    /// Looks at a child that was killed.
    private static let looksAtKilled = 100

    /// Runs a program and waits for its end. It gets the environment of this process, a process group of its own, and
    /// signals as they are by default.
    ///
    /// - Parameters:
    ///   - arguments: What the program finds as its arguments, its name first.
    ///   - input: What it reads; it may read on from where that stands.
    ///   - milliseconds: How long it may take; then it and what it started are killed. One that has become another account
    ///     cannot be, and is left to itself.
    /// - Throws: What kept it from being started; `isNotFound` where there is no such program.
    ///
    /// Source: posix_spawn(3), waitpid(2), kill(2).
    static func run(
        _ path: String,
        _ arguments: [String],
        input: Descriptor,
        milliseconds: Int,
        clock: any Clock
    ) throws(SystemError) -> Ending {
        try SignalPipe.keepEndingsOfChildren()
        let (reader, child) = try start(path, arguments, input: input)
        return try wait(for: child, reader, until: clock.monotonicMilliseconds() + milliseconds, clock, path)
    }

    /// Starts it; what it says is to be read from the descriptor, the other end of which is the child's alone.
    private static func start(
        _ path: String,
        _ arguments: [String],
        input: Descriptor
    ) throws(SystemError) -> (reader: Descriptor, child: pid_t) {
        let (reader, writer) = try pipe()
        return (reader, try start(path, arguments, input: input, output: writer))
    }

    private static func pipe() throws(SystemError) -> (reader: Descriptor, writer: Descriptor) {
        var numbers: [Int32] = [-1, -1]
        guard unsafe Glibc.pipe(&numbers) == 0 else { throw SystemError("make", "a pipe") }
        let ends = (Descriptor(numbers[0]), Descriptor(numbers[1]))
        try ends.0.setCloseOnExec()
        try ends.1.setCloseOnExec()
        try ends.0.setNonBlocking()
        return ends
    }

    private static func start(
        _ path: String,
        _ arguments: [String],
        input: Descriptor,
        output: Descriptor
    ) throws(SystemError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        // These fail for want of memory alone, which the start then meets too.
        _ = unsafe posix_spawn_file_actions_init(&actions)
        _ = unsafe posix_spawnattr_init(&attributes)
        defer {
            _ = unsafe posix_spawn_file_actions_destroy(&actions)
            _ = unsafe posix_spawnattr_destroy(&attributes)
        }
        for (from, to) in [(input.number, Int32(0)), (output.number, 1), (output.number, 2)] {
            _ = unsafe posix_spawn_file_actions_adddup2(&actions, from, to)
        }
        var none = sigset_t()
        var reset = sigset_t()
        _ = unsafe sigemptyset(&none)
        // What this process ignores, or was started to ignore, its children would ignore too.
        _ = unsafe sigfillset(&reset)
        _ = unsafe posix_spawnattr_setsigmask(&attributes, &none)
        _ = unsafe posix_spawnattr_setsigdefault(&attributes, &reset)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        _ = unsafe posix_spawnattr_setflags(&attributes, Int16(flags))

        var words = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var child: pid_t = 0
        let code = unsafe posix_spawn(&child, path, &actions, &attributes, &words, environ)
        guard code == 0 else { throw SystemError("run", path, code: code) }
        return child
    }

    /// Waits for the child's own end: what it leaves behind to work on may hold its streams open.
    private static func wait(
        for child: pid_t,
        _ reader: Descriptor,
        until end: Int,
        _ clock: any Clock,
        _ path: String
    ) throws(SystemError) -> Ending {
        var output: [UInt8] = []
        var isOpen = true
        while true {
            if isOpen { isOpen = try read(reader, &output) }
            if let how = try ended(child, path) {
                if isOpen { _ = try read(reader, &output) }
                return Ending(how: how, output: output)
            }
            guard clock.monotonicMilliseconds() < end else {
                try stop(child, path)
                return Ending(how: .tookTooLong, output: output)
            }
            _ = try Poller.wait(
                isOpen ? [.init(reader, reading: true)] : [], milliseconds: lookMilliseconds)
        }
    }

    /// Kills it and what it started. What does not end all the same is not waited for: a program that has made itself
    /// another account's, as exim4 does, takes no signal from this one, and one that hangs in the kernel takes none.
    private static func stop(_ child: pid_t, _ path: String) throws(SystemError) {
        _ = kill(-child, SIGKILL)
        for _ in 0..<looksAtKilled {
            if try ended(child, path) != nil { return }
            _ = try Poller.wait([], milliseconds: lookMilliseconds)
        }
    }

    /// Takes what is there; false at the end.
    private static func read(_ reader: Descriptor, _ output: inout [UInt8]) throws(SystemError) -> Bool {
        while true {
            switch try reader.read(atMost: 65_536) {
            case .bytes(let bytes): output = (output + bytes).suffix(keptBytes)
            case .blocked: return true
            case .ended: return false
            }
        }
    }

    private static func ended(_ child: pid_t, _ path: String) throws(SystemError) -> Ending.How? {
        var status: Int32 = 0
        guard let found = retrying({ unsafe waitpid(child, &status, WNOHANG) }) else {
            throw SystemError("wait for", path)
        }
        guard found == child else { return nil }
        let signal = status & 0x7f
        return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
    }
}
