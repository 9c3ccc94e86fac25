/// The program `breachd`: its options, its start, its end.
///
/// Source: contract of the programs.
public enum Breachd {
    /// What the process ends with, and why.
    private struct End: Error {
        var code: Int32
        var lines: [String]

        init(code: Int32, lines: [String]) {
            self.code = code
            self.lines = lines
        }

        /// That the register's place cannot be used. Names and rights are somebody's to mend, and a start after another
        /// does not: anything else may pass.
        init(_ error: SystemError) {
            let isMendable = error.isNotFound || error.isNotPermitted
            self.init(code: isMendable ? ExitCode.configuration : ExitCode.diskFailure, lines: ["\(error)."])
        }

        init(_ taken: ControlSocketFile.Taken) {
            self.init(code: taken.code, lines: [taken.sentence])
        }
    }

    /// A register that this process alone has, and the configuration that it has it by.
    private struct Held {
        var lock: LockFile
        var settings: Settings
        var zone: SystemZone
    }

    /// Where clients come in: a socket of the daemon's own, or one that the service manager made and will remove.
    private struct Door {
        let listener: Descriptor
        private let file: ControlSocketFile
        private let isPassed: Bool

        static func open(_ path: String, _ passed: Descriptor?, for groups: [Int], _ log: Log) throws(End) -> Door {
            if let passed {
                log(.info, "The socket is the service manager's; paths.socket is not used.")
                let file = ControlSocketFile(path: LocalSocket.path(of: passed) ?? path, disk: SystemDisk())
                let door = Door(listener: passed, file: file, isPassed: true)
                door.admit(groups, log)
                return door
            }
            let file = ControlSocketFile(path: path, disk: SystemDisk())
            do throws(ControlSocketFile.Taken) {
                let (listener, warning) = try file.listen(for: groups)
                if let warning { log(.warning, warning) }
                return Door(listener: listener, file: file, isPassed: false)
            } catch {
                throw End(error)
            }
        }

        /// Lets other groups connect. Where that cannot be done, the daemon still turns away who is in none of them.
        func admit(_ groups: [Int], _ log: Log) {
            do throws(SystemError) {
                if let warning = try file.admit(groups) { log(.warning, warning) }
            } catch {
                log(.warning, "Who may connect is as it was: \(error).")
            }
        }

        func close() throws(SystemError) {
            if !isPassed { try file.remove() }
        }
    }

    private static let usage = """
        Usage: breachd [--config PATH] [--standby] [--check-config] [--version] [--help]

        Records breaches of personal data shared under information sharing protocols,
        works out their deadlines and writes the notices due. Runs in the foreground.

          --config PATH    the configuration; /etc/breachclock/config.json unless given
          --standby        where another breachd holds the register, wait for it to end and
                           take over
          --check-config   print every problem and every warning about a protocol, then
                           end with 0 when it would start
          --version        print the version
          --help           print this

        """

    /// Runs the program with those arguments, the program's name left out.
    ///
    /// - Returns: The exit code.
    ///
    /// Source: contract of the programs.
    public static func run(_ arguments: [String], accounts: any AccountDirectory) -> Int32 {
        CurrentProcess.openStandardDescriptors()
        var configuration = "/etc/breachclock/config.json"
        var checkOnly = false
        var standsBy = false
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch CommandLineWord(argument) {
            case .option("version", nil):
                StandardStream.write("breachd \(Product.version)\n")
                return ExitCode.done
            case .option("help", nil):
                StandardStream.write(usage)
                return ExitCode.done
            case .option("check-config", nil): checkOnly = true
            case .option("standby", nil): standsBy = true
            case .option("config", let value):
                guard let path = value ?? rest.popFirst() else { return complain("--config needs a path.") }
                configuration = path
            default:
                return complain("“\(argument)” is no option of breachd.")
            }
        }
        return checkOnly ? check(configuration, accounts) : serve(configuration, accounts, standsBy: standsBy)
    }

    private static func complain(_ sentence: String) -> Int32 {
        StandardStream.writeError("breachd: \(sentence) Try breachd --help.\n")
        return ExitCode.usage
    }

    // MARK: - Checking

    private static func check(_ path: String, _ accounts: any AccountDirectory) -> Int32 {
        let uid = CurrentProcess.uid
        do throws(End) {
            let (settings, zone) = try configure(path, uid: uid)
            try refuseUnusablePlaces(settings, uid: uid)
            let clockwork = Clockwork(settings: settings, zone: zone)
            let warnings = warnings(clockwork, Gatekeeper(accounts: accounts, ownUID: uid), at: SystemClock().now())
            for warning in warnings { StandardStream.write("warning: \(warning)\n") }
            let found = "\(count(settings.protocols, "protocol")), \(count(warnings, "warning"))"
            StandardStream.write("\(path): \(found), no problem\n")
            return ExitCode.done
        } catch {
            for line in error.lines { StandardStream.writeError("\(line)\n") }
            return error.code
        }
    }

    private static func count(_ things: [some Any], _ noun: String) -> String {
        "\(things.count) \(noun)\(things.count == 1 ? "" : "s")"
    }

    private static func warnings(_ clockwork: Clockwork, _ gatekeeper: Gatekeeper, at now: Instant) -> [String] {
        gatekeeper.unknownGroups(clockwork.settings.access)
            .map { "The group \($0) of access is not known to the system, and admits nobody." }
            + clockwork.configurationWarnings(at: now)
    }

    private static func configure(_ path: String, uid: Int) throws(End) -> (Settings, SystemZone) {
        let settings: Settings
        do throws(ConfigurationFile.Invalid) {
            settings = try ConfigurationFile(path: path, disk: SystemDisk(), uid: uid).read()
        } catch {
            throw End(code: error.code, lines: error.lines)
        }
        do throws(SystemZone.Missing) {
            return (settings, try SystemZone(settings.timeZone))
        } catch {
            throw End(code: ExitCode.configuration, lines: ["\(path): timeZone: \(error)."])
        }
    }

    // MARK: - Serving

    private static func serve(_ path: String, _ accounts: any AccountDirectory, standsBy: Bool) -> Int32 {
        let clock = SystemClock()
        let serviceManager = ServiceManager(clock: clock)
        let log = Log(clock: clock, isUnderSystemd: CurrentProcess.isErrorStreamTheSystemJournal)
        CurrentProcess.makeFilesPrivate()
        do {
            try SignalPipe.ignoreWritingSignals()
            try SignalPipe.endAtOnceWhenAsked()
            let passed = try passedSocket(standsBy: standsBy)
            try refuseUnusable(clock)
            let held = try hold(path, log, serviceManager, standsBy: standsBy)
            try refuseUnusable(clock)
            let parts = try assemble(path, accounts, clock, log, serviceManager, held, passed)
            log(.info, "breachd \(Product.version) is ready.")
            serviceManager.sayReady()
            try parts.daemon.run()
            try parts.door.close()
            log(.info, "breachd has ended as it was asked to.")
            return ExitCode.done
        } catch let end as End {
            for line in end.lines { log(.critical, line) }
            return end.code
        } catch let mustEnd as Registrar.MustEnd {
            log(.critical, "\(mustEnd.failure); ending, to start again from what is on the disk.")
            return ExitCode.diskFailure
        } catch {
            log(.critical, "\(error)")
            return ExitCode.diskFailure
        }
    }

    /// What is recorded must be read again, and what is due by it within a year too. Time puts a clock right: another start
    /// may find it so.
    private static func refuseUnusable(_ clock: SystemClock) throws(End) {
        let now = clock.now()
        guard now.isWithinYears, (now + 365 * 24 * secondsPerHour).isWithinYears else {
            let year = CivilTime(utc: now).date.year
            throw End(
                code: ExitCode.tryAgain, lines: ["The clock shows the year \(year), which cannot be recorded; set it."])
        }
    }

    /// The socket that the service manager made. It takes clients in before anybody serves them, so one that stands by
    /// would keep them waiting for as long as it does.
    private static func passedSocket(standsBy: Bool) throws(End) -> Descriptor? {
        do throws(PassedSocket.Unusable) {
            guard let socket = try PassedSocket.take() else { return nil }
            guard !standsBy else {
                throw PassedSocket.Unusable(
                    sentence:
                        "A daemon that stands by takes no socket from the service manager; disable breachd.socket.")
            }
            return socket
        } catch {
            throw End(code: ExitCode.configuration, lines: [error.sentence])
        }
    }

    private static func assemble(
        _ path: String,
        _ accounts: any AccountDirectory,
        _ clock: SystemClock,
        _ log: Log,
        _ serviceManager: ServiceManager,
        _ held: Held,
        _ passed: Descriptor?
    ) throws -> (daemon: BreachDaemon, door: Door) {
        let disk = SystemDisk()
        let randomness = SystemRandomness()
        let uid = CurrentProcess.uid
        let gatekeeper = Gatekeeper(accounts: accounts, ownUID: uid)
        let (settings, zone, lock) = (held.settings, held.zone, held.lock)
        let state = StateFolder(path: settings.paths.state, disk: disk, uid: uid)
        let lastAliveAt = try lock.lastTouched()

        var clockwork = Clockwork(settings: settings, zone: zone)
        let journal = try open(state, lock, zone, randomness, log) { fact, _ in
            clockwork.apply(fact)
            // One that stood by is watched already.
            serviceManager.feedWatchdog()
        }
        let signals = try SignalPipe()
        let door = try Door.open(settings.paths.socket, passed, for: gatekeeper.groupNumbers(settings.access), log)
        let newIdentity = { Hex.encode(randomness.bytes(8)) }
        let claim = SpoolClaim(path: settings.paths.spool)
        let folders = SpoolFolders(path: settings.paths.spool)
        let spool = Spool(
            path: settings.paths.spool,
            disk: disk,
            claim: claim.take,
            whileNobodyDelivers: { (body) throws(SystemError) in try folders.whileNobodyDelivers(on: disk, body) }
        )
        try refuseUnusable(spool)
        let dispatch = NoticeDispatch(
            spool: spool,
            settings: settings,
            log: log,
            newIdentity: newIdentity
        )
        let refusals = RefusalCounter()
        let registrar = Registrar(
            clockwork: clockwork,
            journal: journal,
            dispatch: dispatch,
            own: gatekeeper.own,
            log: log,
            statusFile: settings.paths.status.map { ReplacedFile(path: $0, disk: disk) },
            metricsFile: settings.paths.metrics.map { ReplacedFile(path: $0, disk: disk) },
            refusals: refusals,
            checkLock: { () throws(Journal.AppendingFailure) in try check(lock, state) },
            touchLock: { touch(lock, log) },
            tellServiceManager: serviceManager.show
        )
        for warning in warnings(clockwork, gatekeeper, at: clock.now()) { log(.warning, warning) }
        try registrar.start(lastAliveAt: lastAliveAt, newIdentity: newIdentity, at: clock.now())
        let server = ControlServer(
            listener: door.listener, gatekeeper: gatekeeper, clock: clock, log: log, refusals: refusals)
        let daemon = BreachDaemon(
            registrar: registrar,
            server: server,
            signals: signals,
            serviceManager: serviceManager,
            clock: clock,
            log: log,
            reread: { () throws(ConfigurationFile.Invalid) in
                try ConfigurationFile(path: path, disk: disk, uid: uid).read()
            },
            warnings: { warnings($0, gatekeeper, at: clock.now()) },
            admit: { door.admit(gatekeeper.groupNumbers($0), log) }
        )
        return (daemon, door)
    }

    /// What would keep the daemon from starting in the places that the configuration names; nothing is made.
    private static func refuseUnusablePlaces(_ settings: Settings, uid: Int) throws(End) {
        let disk = SystemDisk()
        func state(of uid: Int) -> StateFolder { StateFolder(path: settings.paths.state, disk: disk, uid: uid) }
        try refuse { () throws(SystemError) in
            // Root asks on behalf of the account that runs the daemon.
            try state(of: uid == 0 ? try state(of: uid).account() ?? uid : uid).problem()
        }
        try refuseUnusable(Spool(path: settings.paths.spool, disk: disk))
        do throws(ControlSocketFile.Taken) {
            try ControlSocketFile(path: settings.paths.socket, disk: disk).check()
        } catch {
            throw End(error)
        }
    }

    /// Ends with what is wrong with the register's place, where something is.
    private static func refuse(_ problem: () throws(SystemError) -> String?) throws(End) {
        let sentence: String?
        do throws(SystemError) { sentence = try problem() } catch { throw End(error) }
        if let sentence { throw End(code: ExitCode.configuration, lines: [sentence]) }
    }

    /// A spool that is no Maildir of this machine's must be mended; one whose disk fails may come back.
    private static func refuseUnusable(_ spool: Spool) throws(End) {
        do throws(Spool.Unusable) {
            try spool.check()
        } catch {
            guard case .refused(let sentence) = error else { return }
            throw End(code: ExitCode.configuration, lines: [sentence])
        }
    }

    /// Takes the register for this process alone; one that stands by waits for it.
    private static func hold(
        _ path: String,
        _ log: Log,
        _ serviceManager: ServiceManager,
        standsBy: Bool
    ) throws -> Held {
        let uid = CurrentProcess.uid
        let (settings, zone) = try configure(path, uid: uid)
        log.zone = zone
        let state = StateFolder(path: settings.paths.state, disk: SystemDisk(), uid: uid)
        try refuse(state.prepare)
        switch try LockFile.lock(state.lock) {
        case .locked(let lock): return Held(lock: lock, settings: settings, zone: zone)
        case .held(let held):
            let holder = held.process.map { "process \($0)" } ?? "another process"
            guard standsBy else {
                let line = "The register is held by \(holder) (\(state.lock)); stop it first, or start with --standby."
                throw End(code: ExitCode.tryAgain, lines: [line])
            }
            let lock = try standBy(state, holder, log, serviceManager)
            return reconfigured(Held(lock: lock, settings: settings, zone: zone), path, log, uid: uid)
        }
    }

    /// To stand by is all that was asked of it: it is ready while it does, so that nothing that starts after it waits, and
    /// gives the watchdog its signs of life.
    private static func standBy(
        _ state: StateFolder,
        _ holder: String,
        _ log: Log,
        _ serviceManager: ServiceManager
    ) throws -> LockFile {
        let line = "Standing by: the register is held by \(holder) (\(state.lock))."
        log(.info, line)
        try SignalPipe.ignoreReloads()
        serviceManager.show(line)
        serviceManager.sayReady()
        serviceManager.feedWatchdog()
        // Twice as often as is needed, since an interruption just before the call waits again is lost.
        try SignalPipe.interruptWaiting(everyMilliseconds: serviceManager.feedingMilliseconds.map { $0 / 2 })
        let outcome = try LockFile.lock(state.lock, waiting: true, whenInterrupted: serviceManager.feedWatchdog)
        try SignalPipe.interruptWaiting(everyMilliseconds: nil)
        guard case .locked(let lock) = outcome else {
            preconditionFailure("who waits for a lock has it or an error")
        }
        log(.warning, "The register is free: taking over.")
        try refuse(state.problem)
        return lock
    }

    /// With the configuration as it is now, where that can be used: one that cannot must not keep the register unserved,
    /// and one that names another register is not the one that was waited for.
    private static func reconfigured(_ held: Held, _ path: String, _ log: Log, uid: Int) -> Held {
        do throws(End) {
            let (settings, zone) = try configure(path, uid: uid)
            guard settings.paths.state == held.settings.paths.state else {
                throw End(
                    code: ExitCode.configuration,
                    lines: ["\(path): paths.state is another; it counts from the next start."])
            }
            return Held(lock: held.lock, settings: settings, zone: zone)
        } catch {
            for line in error.lines { log(.error, "The new configuration is refused, the old one stays: \(line)") }
        }
        // A process has one zone, and that of the configuration that was refused may have become it.
        do throws(SystemZone.Missing) {
            return Held(lock: held.lock, settings: held.settings, zone: try SystemZone(held.settings.timeZone))
        } catch {
            // Then no other zone could be read either, and the process has the one that it had.
            log(.error, "\(path): timeZone: \(error).")
            return held
        }
    }

    /// Another daemon may have the register as soon as another file stands where the lock stood.
    private static func check(_ lock: LockFile, _ state: StateFolder) throws(Journal.AppendingFailure) {
        let isInPlace: Bool
        do throws(SystemError) { isInPlace = try lock.isInPlace() } catch { throw .notWritten(error) }
        if !isInPlace { throw .unknown(.replaced(state.lock)) }
    }

    private static func touch(_ lock: LockFile, _ log: Log) {
        do throws(SystemError) {
            try lock.touch("\(CurrentProcess.number)\n")
        } catch {
            // The next start then takes the daemon to have been away for longer than it was.
            log(.warning, "\(error)")
        }
    }

    private static func open(
        _ state: StateFolder,
        _ lock: LockFile,
        _ zone: SystemZone,
        _ randomness: SystemRandomness,
        _ log: Log,
        _ each: (Fact, JournalHead) -> Void
    ) throws -> Journal {
        let path = state.journal
        let isBegun = try lock.wasTouched()
        do throws(Journal.OpeningFailure) {
            let opened = try Journal.open(
                path, disk: SystemDisk(), randomness: randomness, isBegun: isBegun, each: each)
            if opened.tornBytes > 0 {
                log(
                    .warning,
                    "\(path): a torn last line of \(opened.tornBytes) bytes was cut off; nobody was told of it.")
            }
            for kept in opened.kept {
                let text = "the text “\(kept.field)” of fact \(kept.sequence) was redacted, and is there"
                log(.warning, "\(path): \(text): an older copy was put back; run breachctl verify.")
            }
            return opened.journal
        } catch {
            switch error {
            case .damaged(let damage):
                throw End(
                    code: ExitCode.damagedJournal,
                    lines: [
                        "\(path): \(damage) The daemon does not start on a damaged register; keep the file, and see "
                            + "“When the register is damaged” in /usr/share/doc/breachclock/administration.md."
                    ]
                )
            case .gone:
                let when = try lock.lastTouched().map { " on \(zone.localText($0))" } ?? ""
                throw End(
                    code: ExitCode.damagedJournal,
                    lines: [
                        "\(path): the register is gone: no fact is left in it, and a daemon last ran here\(when); put the "
                            + "file back from its backup, or, to begin a new register on purpose, remove \(state.lock)."
                    ]
                )
            case .disk(let error):
                throw End(error)
            }
        }
    }
}
