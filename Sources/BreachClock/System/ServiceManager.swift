import Glibc

/// The service manager that started this process, where one did that listens to it: what it is told, and how often it wants
/// a sign of life. To nobody else does a message matter, so one that cannot be sent is let go.
///
/// Source: sd_notify(3), sd_watchdog_enabled(3).
final class ServiceManager {
    private let send: (([UInt8]) -> Void)?
    private let clock: any Clock
    private var isReady = false
    private var fedAt: Int?

    /// How often it wants a sign of life, in milliseconds; nil where it wants none.
    ///
    /// Source: sd_watchdog_enabled(3) (half of the time that is configured).
    let feedingMilliseconds: Int?

    /// The service manager that the environment names. A watchdog that is meant for another process is not ours to feed.
    ///
    /// - Parameters:
    ///   - environment: The value of a variable, nil where it is not set or empty.
    ///   - send: Sends one datagram to the path given first.
    ///
    /// Source: sd_notify(3), $NOTIFY_SOCKET; sd_watchdog_enabled(3), $WATCHDOG_USEC, $WATCHDOG_PID.
    init(
        clock: any Clock,
        environment: (String) -> String? = CurrentProcess.environment,
        process: Int = CurrentProcess.number,
        send: @escaping (String, [UInt8]) -> Void = ServiceManager.sendDatagram
    ) {
        self.clock = clock
        self.send = environment("NOTIFY_SOCKET").map { path in { send(path, $0) } }
        let isOurs = environment("WATCHDOG_PID").map { $0 == "\(process)" } ?? true
        let microseconds = isOurs ? environment("WATCHDOG_USEC").flatMap { Int($0) } : nil
        // Half of the time that it waits for, as the manual has it: so one wake-up may come late.
        feedingMilliseconds = microseconds.flatMap { $0 > 0 ? max(1, $0 / 2000) : nil }
    }

    // MARK: - What it is told

    /// Shows a sentence as the service's status. It reaches an administrator also when no disk can be written to.
    ///
    /// Source: sd_notify(3), STATUS=.
    func show(_ sentence: String) {
        tell("STATUS=\(String(sentence.unicodeScalars.map { $0.isControlOrLineEnd ? "?" : Character($0) }))")
    }

    /// Says that the service does what it is there for, for the first time or again after a reload.
    ///
    /// Source: sd_notify(3), READY=1.
    func sayReady() {
        isReady = true
        tell("READY=1")
    }

    /// Says that the configuration is read again from now on; `sayReady` ends it.
    ///
    /// Source: sd_notify(3), RELOADING=1, MONOTONIC_USEC=.
    func sayReloading() {
        tell("RELOADING=1", "MONOTONIC_USEC=\(SystemClock().monotonicMicroseconds())")
    }

    /// Says that the service ends as it was asked to.
    ///
    /// Source: sd_notify(3), STOPPING=1.
    func sayStopping() {
        tell("STOPPING=1")
    }

    // MARK: - The watchdog

    /// Milliseconds until it wants the next sign of life; nil where it wants none, as before the service is ready.
    ///
    /// Source: sd_watchdog_enabled(3); systemd.service(5), WatchdogSec= (activated when the start-up is completed).
    var patienceMilliseconds: Int? {
        guard let feedingMilliseconds, isReady else { return nil }
        guard let fedAt else { return 0 }
        return max(0, fedAt + feedingMilliseconds - clock.monotonicMilliseconds())
    }

    /// Gives it a sign of life where it wants one by now. Whoever calls this shows that it goes round.
    ///
    /// Source: sd_notify(3), WATCHDOG=1.
    func feedWatchdog() {
        guard patienceMilliseconds == 0 else { return }
        fedAt = clock.monotonicMilliseconds()
        tell("WATCHDOG=1")
    }

    private func tell(_ assignments: String...) {
        send?(Array(assignments.map { "\($0)\n" }.joined().utf8))
    }

    private static func sendDatagram(to path: String, _ bytes: [UInt8]) {
        // Nobody is left to tell where even that fails, and nothing depends on it.
        do throws(SystemError) { try LocalSocket.send(bytes, to: path) } catch {}
    }
}
