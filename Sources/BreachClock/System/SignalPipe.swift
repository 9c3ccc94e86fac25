import Glibc
import Synchronization

/// The pipe's writing end, and what was asked for since the last look. A handler can reach nothing but globals.
private let writingEnd = Atomic<Int32>(-1)
private let isAskedToEnd = Atomic(false)
private let isAskedToReload = Atomic(false)

/// Signals as something that a poll loop can wait for: what came is kept in a flag each, and a byte in a pipe wakes the loop.
/// In a storm the pipe is full, so the bytes themselves say nothing.
///
/// Source: signal-safety(7); design, "`sigaction` with a self-pipe works".
final class SignalPipe {
    /// The signals that arrive here.
    ///
    /// Source: signal(7).
    enum Signal: Equatable, Sendable {
        /// To end, as SIGTERM, SIGINT and SIGQUIT ask; to read the configuration again, as SIGHUP asks.
        ///
        /// Source: signal(7); daemon(7).
        case terminate, reload
    }

    /// Signals that mean nothing to the daemon, and end a process that says nothing of them.
    private static let meaningless = [SIGUSR1, SIGUSR2]

    /// The end to wait on.
    ///
    /// Source: pipe(2).
    let descriptor: Descriptor
    private let writer: Descriptor

    /// Takes the signals over. Writing to a closed pipe or socket is an error of that write from then on, and ends
    /// nothing.
    ///
    /// Source: sigaction(2).
    init() throws(SystemError) {
        (descriptor, writer) = try LocalSocket.pair()
        try descriptor.setNonBlocking()
        try writer.setNonBlocking()
        isAskedToEnd.store(false, ordering: .sequentiallyConsistent)
        isAskedToReload.store(false, ordering: .sequentiallyConsistent)
        writingEnd.store(writer.number, ordering: .sequentiallyConsistent)
        for signal in [SIGTERM, SIGINT, SIGQUIT, SIGHUP] { try Self.handle(signal) }
        try Self.ignoreWritingSignals()
        try Self.ignore(Self.meaningless)
    }

    /// Makes writing to a closed pipe, or beyond a limit on the size of files, an error of that write instead of the
    /// process's end.
    ///
    /// Source: signal(7), SIGPIPE, SIGXFSZ.
    static func ignoreWritingSignals() throws(SystemError) {
        try ignore([SIGPIPE, SIGXFSZ])
    }

    /// Ignores that somebody asks for the configuration to be read again: it has not been taken into use yet.
    ///
    /// Source: signal(7), SIGHUP.
    static func ignoreReloads() throws(SystemError) {
        try ignore([SIGHUP] + meaningless)
    }

    /// Interrupts a call that waits in the kernel, again and again, so that its caller can do something meanwhile.
    ///
    /// - Parameter milliseconds: How often; nil for no longer.
    ///
    /// Source: setitimer(2), ITIMER_REAL; signal(7), EINTR.
    static func interruptWaiting(everyMilliseconds milliseconds: Int?) throws(SystemError) {
        var action = sigaction()
        // Without SA_RESTART, and with a handler, though there is nothing to do: only so is the call interrupted.
        unsafe action.__sigaction_handler.sa_handler = { _ in }
        guard unsafe sigaction(SIGALRM, &action, nil) == 0 else { throw SystemError("handle", "signal \(SIGALRM)") }
        let time = timeval(tv_sec: (milliseconds ?? 0) / 1000, tv_usec: (milliseconds ?? 0) % 1000 * 1000)
        var timer = itimerval(it_interval: time, it_value: time)
        guard unsafe setitimer(Int32(ITIMER_REAL.rawValue), &timer, nil) == 0 else {
            throw SystemError("set", "a timer")
        }
    }

    /// Has the system keep how children ended until somebody asks: a process that was started to ignore it would never
    /// know.
    ///
    /// Source: sigaction(2), SIGCHLD; waitpid(2), ECHILD.
    static func keepEndingsOfChildren() throws(SystemError) {
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = SIG_DFL
        guard unsafe sigaction(SIGCHLD, &action, nil) == 0 else { throw SystemError("handle", "signal \(SIGCHLD)") }
    }

    private static func ignore(_ signals: [Int32]) throws(SystemError) {
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = SIG_IGN
        for signal in signals {
            guard unsafe sigaction(signal, &action, nil) == 0 else { throw SystemError("ignore", "signal \(signal)") }
        }
    }

    /// What was asked for since the last look, each once.
    ///
    /// Source: signal(7).
    func received() throws(SystemError) -> [Signal] {
        // Emptied before the flags are looked at: who asks in between wakes the loop once more, for nothing.
        while case .bytes = try descriptor.read(atMost: 4096) {}
        var signals: [Signal] = []
        if isAskedToEnd.exchange(false, ordering: .sequentiallyConsistent) { signals.append(.terminate) }
        if isAskedToReload.exchange(false, ordering: .sequentiallyConsistent) { signals.append(.reload) }
        return signals
    }

    /// Ends the process at once, as done, when it is asked to: it has nothing yet that it would have to leave in order.
    /// Taking the signals over ends that.
    ///
    /// Source: contract of the programs (0 when asked to end); signal-safety(7), _exit.
    static func endAtOnceWhenAsked() throws(SystemError) {
        for signal in [SIGTERM, SIGINT, SIGQUIT] {
            var action = sigaction()
            unsafe action.__sigaction_handler.sa_handler = { _ in _exit(ExitCode.done) }
            guard unsafe sigaction(signal, &action, nil) == 0 else { throw SystemError("handle", "signal \(signal)") }
        }
    }

    private static func handle(_ signal: Int32) throws(SystemError) {
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = { number in
            let saved = errno
            if number == SIGHUP {
                isAskedToReload.store(true, ordering: .sequentiallyConsistent)
            } else {
                isAskedToEnd.store(true, ordering: .sequentiallyConsistent)
            }
            var byte: UInt8 = 0
            // A full pipe wakes the loop all the same.
            _ = unsafe write(writingEnd.load(ordering: .sequentiallyConsistent), &byte, 1)
            errno = saved
        }
        action.sa_flags = SA_RESTART
        guard unsafe sigaction(signal, &action, nil) == 0 else { throw SystemError("handle", "signal \(signal)") }
    }
}
