import Glibc
import Testing

@testable import BreachClock

@Suite("Signals", .serialized)
struct SignalPipeTests {
    private static let taken = [SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE, SIGXFSZ]

    /// A pipe, with the signals let through to this thread; afterwards everything is as it was.
    private func withPipe(_ body: (SignalPipe) throws -> Void) throws {
        var (all, before) = (sigset_t(), sigset_t())
        sigemptyset(&all)
        for number in Self.taken { sigaddset(&all, number) }
        pthread_sigmask(SIG_UNBLOCK, &all, &before)
        var actions = Self.taken.map { number in
            var action = sigaction()
            sigaction(number, nil, &action)
            return action
        }
        defer {
            for (index, number) in Self.taken.enumerated() { sigaction(number, &actions[index], nil) }
            pthread_sigmask(SIG_SETMASK, &before, nil)
        }
        try body(try SignalPipe())
    }

    /// Everything that came.
    private func all(_ pipe: SignalPipe) throws -> [SignalPipe.Signal] {
        var all: [SignalPipe.Signal] = []
        while case let some = try pipe.received(), !some.isEmpty { all += some }
        return all
    }

    @Test("To end is heard in a storm of anything else", arguments: [SIGTERM, SIGINT, SIGQUIT])
    func storm(number: Int32) throws {
        try withPipe { pipe in
            for _ in 0..<5000 { raise(SIGHUP) }
            raise(number)
            let heard = try all(pipe)
            #expect(heard.contains(.terminate))
            #expect(heard.contains(.reload))
        }
    }

    @Test("Each is heard when it came, once, and wakes who waits")
    func once() throws {
        try withPipe { pipe in
            #expect(try all(pipe) == [])
            for (number, signal) in [(SIGHUP, SignalPipe.Signal.reload), (SIGTERM, .terminate), (SIGHUP, .reload)] {
                raise(number)
                let ready = try Poller.wait([.init(pipe.descriptor, reading: true)], milliseconds: 0)
                #expect(ready.first?.readable == true)
                #expect(try all(pipe) == [signal])
            }
            for number in [SIGUSR1, SIGUSR2, SIGPIPE] { raise(number) }
            #expect(try all(pipe) == [])
            let ready = try Poller.wait([.init(pipe.descriptor, reading: true)], milliseconds: 0)
            #expect(ready.first?.readable == false)
        }
    }
}
