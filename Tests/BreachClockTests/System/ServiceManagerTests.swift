import Foundation
import Testing

@testable import BreachClock

/// What the service manager is told, and when the watchdog is fed: sd_notify(3), sd_watchdog_enabled(3).
@Suite("The service manager")
struct ServiceManagerTests {
    /// A clock that the test sets.
    private final class SetClock: BreachClock.Clock {
        var milliseconds = 1_000_000

        func now() -> Instant { Instant(0) }
        func milliseconds(until instant: Instant) -> Int { 0 }
        func monotonicMilliseconds() -> Int { milliseconds }
    }

    /// A service manager that keeps what it is told.
    private final class Heard {
        var messages: [String] = []
        var paths: Set<String> = []
        let clock = SetClock()

        func manager(_ variables: [String: String]) -> ServiceManager {
            ServiceManager(clock: clock, environment: { variables[$0] }, process: 42) { path, bytes in
                self.paths.insert(path)
                self.messages.append(String(decoding: bytes, as: UTF8.self))
            }
        }
    }

    @Test("It is told each thing in one datagram of lines")
    func messages() {
        let heard = Heard()
        let manager = heard.manager(["NOTIFY_SOCKET": "/run/notify"])
        manager.sayReady()
        manager.show("2 open\nREADY=1\u{2028}breaches")
        manager.sayReloading()
        manager.sayStopping()
        #expect(heard.paths == ["/run/notify"])
        #expect(heard.messages.count == 4)
        #expect(heard.messages[0] == "READY=1\n")
        #expect(heard.messages[1] == "STATUS=2 open?READY=1?breaches\n", "a sentence brings no line of its own")
        let reloading = heard.messages[2].split(separator: "\n")
        #expect(reloading.first == "RELOADING=1")
        #expect(reloading.last?.hasPrefix("MONOTONIC_USEC=") == true)
        #expect(heard.messages[3] == "STOPPING=1\n")
    }

    @Test("Without a service manager nothing is sent")
    func nobodyListens() {
        let heard = Heard()
        let manager = heard.manager(["WATCHDOG_USEC": "2000000"])
        manager.sayReady()
        manager.feedWatchdog()
        #expect(heard.messages.isEmpty)
    }

    @Test("The watchdog is fed from when the service is ready, every half of its time and no sooner")
    func feeding() {
        let heard = Heard()
        let manager = heard.manager(["NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "42"])
        #expect(manager.feedingMilliseconds == 1500)
        manager.feedWatchdog()
        #expect(manager.patienceMilliseconds == nil, "it watches from when the service is ready")
        manager.sayReady()
        #expect(manager.patienceMilliseconds == 0)
        manager.feedWatchdog()
        #expect(manager.patienceMilliseconds == 1500)
        for (milliseconds, patience, fed) in [(1, 1499, 1), (1498, 1, 1), (1, 1500, 2), (9000, 1500, 3)] {
            heard.clock.milliseconds += milliseconds
            manager.feedWatchdog()
            #expect(manager.patienceMilliseconds == patience)
            #expect(heard.messages.count { $0 == "WATCHDOG=1\n" } == fed, "after \(milliseconds) ms more")
        }
    }

    @Test(
        "A watchdog of another process, or one that is none, is not fed",
        arguments: [
            ["WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "43"], ["WATCHDOG_USEC": "0"], ["WATCHDOG_USEC": "-1"],
            ["WATCHDOG_USEC": "soon"], ["WATCHDOG_USEC": "18446744073709551615"], ["WATCHDOG_PID": "42"],
        ])
    func noWatchdog(_ variables: [String: String]) {
        let heard = Heard()
        let manager = heard.manager(variables.merging(["NOTIFY_SOCKET": "/run/notify"]) { $1 })
        manager.sayReady()
        manager.feedWatchdog()
        #expect(manager.feedingMilliseconds == nil)
        #expect(manager.patienceMilliseconds == nil)
        #expect(heard.messages == ["READY=1\n"])
    }

    @Test("The shortest watchdog does not make the loop spin")
    func shortestWatchdog() {
        let heard = Heard()
        let manager = heard.manager(["NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": "1"])
        manager.sayReady()
        manager.feedWatchdog()
        #expect(manager.patienceMilliseconds == 1)
    }
}

/// What is passed by the service manager: sd_listen_fds(3). What it accepts is tested on the program, since the number of
/// the descriptor is fixed.
@Suite("Sockets that are passed", .serialized)
struct PassedSocketTests {
    private static let names = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]

    @Test("The variables are taken out of the environment, whomever they are for")
    func environment() throws {
        for (process, count, isRefused) in [("1", "1", false), ("\(CurrentProcess.number)", "2", true)] {
            setenv("LISTEN_PID", process, 1)
            setenv("LISTEN_FDS", count, 1)
            setenv("LISTEN_FDNAMES", "breachd.socket", 1)
            do throws(PassedSocket.Unusable) {
                #expect(try PassedSocket.take() == nil && !isRefused)
            } catch {
                #expect(isRefused)
                #expect(error.sentence.contains("passes 2 sockets"))
            }
            for name in Self.names { #expect(getenv(name) == nil, "\(name)") }
        }
    }
}
