/// The daemon: one thread, one poll loop.
///
/// Source: design, "The shape".
final class BreachDaemon {
    private let registrar: Registrar
    private let server: ControlServer
    private let signals: SignalPipe
    private let serviceManager: ServiceManager
    private let clock: any Clock
    private let log: Log
    private let reread: () throws(ConfigurationFile.Invalid) -> Settings
    private let warnings: (Clockwork) -> [String]
    private let admit: (Access) -> Void

    /// The longest sleep, in milliseconds: a clock that was set forward is noticed no later.
    ///
    /// Source: R4; design (a capped sleep notices a stepped clock).
    private static let longestSleepMilliseconds = 60_000

    /// The daemon around a registrar and a server.
    ///
    /// - Parameters:
    ///   - reread: Reads the configuration again.
    ///   - warnings: What is wrong with a configuration that can be used all the same.
    ///   - admit: Lets those connect who may something.
    ///
    /// Source: design.
    init(
        registrar: Registrar,
        server: ControlServer,
        signals: SignalPipe,
        serviceManager: ServiceManager,
        clock: any Clock,
        log: Log,
        reread: @escaping () throws(ConfigurationFile.Invalid) -> Settings,
        warnings: @escaping (Clockwork) -> [String],
        admit: @escaping (Access) -> Void
    ) {
        self.registrar = registrar
        self.server = server
        self.signals = signals
        self.serviceManager = serviceManager
        self.clock = clock
        self.log = log
        self.reread = reread
        self.warnings = warnings
        self.admit = admit
    }

    /// Runs until it is asked to end.
    ///
    /// Source: design, "A turn of it".
    func run() throws {
        try registrar.performEffects(at: clock.now())
        while true {
            let interests = [Poller.Interest(signals.descriptor, reading: true)] + server.interests
            let readiness = try Poller.wait(interests, milliseconds: sleepMilliseconds())
            let now = clock.now()
            serviceManager.feedWatchdog()
            if try handleSignals() { return try stop() }
            let access = registrar.clockwork.settings.access
            let received = server.receive(readiness.dropFirst(), access: access)
            let replies = try registrar.turn(received.map(\.call), at: now)
            server.send(replies, to: received, watch: registrar.watch)
            try registrar.performEffects(at: now)
            server.feed(registrar)
        }
    }

    private func stop() throws {
        serviceManager.sayStopping()
        try registrar.stop(at: clock.now())
        server.feed(registrar)
    }

    private func sleepMilliseconds() -> Int {
        if server.hasWaitingCalls || server.hasHungryWatcher(registrar) { return 0 }
        let wake = registrar.nextWake(after: clock.now())
        let sleeps = [
            Self.longestSleepMilliseconds, clock.milliseconds(until: wake), server.expiryMilliseconds,
            serviceManager.patienceMilliseconds,
        ]
        return sleeps.compactMap { $0 }.min() ?? 0
    }

    /// Whether a signal asks to end.
    private func handleSignals() throws(SystemError) -> Bool {
        let received = try signals.received()
        if received.contains(.terminate) { return true }
        if received.contains(.reload) { reload() }
        return false
    }

    /// The service is ready again also where the new configuration is refused: the old one is in use.
    private func reload() {
        serviceManager.sayReloading()
        defer { serviceManager.sayReady() }
        do throws(ConfigurationFile.Invalid) {
            var settings = try reread()
            let current = registrar.clockwork.settings
            if settings.timeZone != current.timeZone || settings.paths != current.paths {
                log(.warning, "A new time zone and new paths are taken into use at the next start.")
                settings.timeZone = current.timeZone
                settings.paths = current.paths
            }
            registrar.use(settings, at: clock.now())
            admit(settings.access)
            server.reauthorise(settings.access)
            for warning in warnings(registrar.clockwork) { log(.warning, warning) }
            log(.info, "The configuration was read again.")
        } catch {
            for line in error.lines { log(.error, "The new configuration is refused, the old one stays: \(line)") }
        }
    }
}
