@testable import BreachClock

/// One life of the whole daemon, but for its sockets, over a simulated disk and clock: calls, passing time, crashes at any
/// call to the disk, power cuts, full and failing disks, a clock that is set back. The same seed is the same life.
///
/// Source: design, "The code we learn from" (TigerBeetle).
final class Simulation {
    /// What did not hold.
    struct Failure: Error { var what: String }

    /// How long a life is, in seconds of its clock.
    static let lifeSeconds = 30 * 24.hours

    /// Breaches in a life: what goes wrong goes wrong with few as with many, and sooner.
    private static let mostBreaches = 4

    /// Turns of the loop and starts so far.
    private(set) var steps = 0
    /// What happened so far, for whoever wants to know that it did.
    private(set) var counts: [String: Int] = [:]
    /// What was done last, for whoever reads a failure.
    private(set) var log: [String] = []

    private var generator: SeededGenerator
    private let settings: Settings
    private let disk: SimulatedDisk
    private let daemonsDisk: any Disk
    private let fault: PlantedFault?
    private let randomness: SeededRandomness
    private let silent: Log
    private var now: Instant
    private let end: Instant

    private var registrar: Registrar?
    private var lastAliveAt: Instant?
    /// The register as the last process had it, to compare with what the next one reads.
    private var lastKnown: (head: JournalHead, ledger: Ledger)?
    private var isTroubleOver: Instant?
    /// The lines of the journal that were read, by where they begin, and what they held.
    private var linesRead: [Int: (line: ArraySlice<UInt8>, content: JournalRecord.Content)] = [:]

    // What the people outside know, who were told of it.

    /// Where the journal stood when somebody was told that something is recorded.
    private var acknowledged = JournalHead.empty
    /// What the partners' mailboxes witness: hashes by their numbers.
    private var witnessed: [Int: String] = [:]
    private var unanswered: [Request] = []
    private var reports: [Request] = []
    private var answered: [String: String] = [:]
    private var redacted: Set<String> = []
    /// Whether a text was deleted since what waits was last looked through.
    private var mustCheckLetters = false
    private var taken: [String: Int] = [:]
    private var requests = 0

    private struct Request {
        var message: Message
        var id: String?
        /// The text that is gone once this is answered.
        var redacts: String?
    }

    /// The mail agent knows no lock.
    private static func nobodyDelivers(_ body: () throws(SystemError) -> Void) throws(SystemError) -> Bool {
        try body()
        return true
    }

    private static let clerk = Gatekeeper.Caller(
        account: Account(uid: 1000, name: "clerk"), rights: Set(Access.Right.allCases))
    private static let own = Account(uid: 990, name: "breachclock")
    private static let statusPath = "/status/status.json"

    /// Three of the example's protocols, smaller.
    private static func protocols(_ settings: Settings) -> [SharingProtocol] {
        settings.protocols.filter { ["EWS-ASC", "EDATRS", "MOSAIC"].contains($0.id) }.map { original in
            var sharingProtocol = original
            let kept = [
                "EDATRS": ["essex-county-council", "open-road", "peabody"], "MOSAIC": ["essex-county-council"],
            ]
            if let ids = kept[original.id] {
                sharingProtocol.partners.removeAll { !ids.contains($0.id) }
                sharingProtocol.processors = []
            }
            sharingProtocol.clause.text = "As agreed."
            return sharingProtocol
        }
    }

    /// A life.
    ///
    /// - Parameter example: The example configuration.
    init(seed: UInt64, fault: PlantedFault? = nil, example: Settings) throws {
        var generator = SeededGenerator(seed: seed &* 0xD134_2543_DE82_EF95 &+ 3)
        let disk = SimulatedDisk(seed: generator.next())
        self.disk = disk
        randomness = SeededRandomness(seed: generator.next())
        // From October 2026 to April 2027: both changes of summer time, Christmas and Easter.
        now = Instant(1_792_368_000) + Int.random(in: 0..<14_000_000, using: &generator)
        end = now + Self.lifeSeconds
        var settings = example
        settings.protocols = Self.protocols(example)
        settings.paths = Paths(
            state: "/state", socket: "/run/breachd.sock", spool: "/spool", status: Self.statusPath, metrics: nil)
        settings.timing.heartbeatSeconds = 30.minutes
        settings.timing.reminderLeadsSeconds = [24.hours, 4.hours]
        self.settings = settings
        self.fault = fault
        self.generator = generator
        daemonsDisk = fault.map { FaultyDisk(disk, fault: $0) } ?? disk
        silent = Log(clock: SystemClock(), isUnderSystemd: true) { _ in }
        try disk.makeOneFolder("/status", permissions: 0o755)
        disk.betweenCalls = { [unowned self] in if chance(1) { takeSome() } }
    }

    // MARK: - Chance

    private func random(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }
    private func chance(_ percent: Int) -> Bool { random(0..<100) < percent }
    private func any<Element>(_ elements: some Collection<Element>) -> Element? {
        elements.randomElement(using: &generator)
    }

    private func count(_ what: String) { counts[what, default: 0] += 1 }

    private func note(_ what: @autoclosure () -> String) {
        log.append("\(now.rfc3339) \(what())")
        if log.count > 60 { log.removeFirst(30) }
    }

    private func require(_ condition: Bool, _ what: @autoclosure () -> String) throws(Failure) {
        guard condition else { throw Failure(what: what()) }
    }

    // MARK: - A life

    /// The journal as it is on the disk.
    var journal: [UInt8] { disk.contents("/state/journal") ?? [] }

    /// Lives to the end, and looks at what is left.
    func run() throws {
        try start()
        while now < end { try step() }
        try settle()
        try checkTheEnd()
    }

    private func step() throws {
        switch random(0..<1000) {
        case 0..<850: try pass()
        case 850..<920: try turn((0..<random(1..<4)).compactMap { _ in request() })
        case 920..<960: takeSome()
        case 960..<965: try stopCleanly()
        case 965..<970: try crash(powerCut: false)
        case 970..<975: try crash(powerCut: true)
        case 975..<980: try beginTrouble()
        case 980..<995: planEvent()
        default: setBack()
        }
        if let over = isTroubleOver, now >= over { endTrouble() }
    }

    /// Time passes to the next wake-up, or, with a machine suspended, past it; and there is a turn.
    private func pass() throws {
        let wake = registrar?.nextWake(after: now) ?? now + 5
        // What is wanted at once took no time.
        let next = wake <= now ? now + random(0..<3) : wake
        now = chance(98) ? next : next + random(0..<20.hours)
        try turn([])
    }

    private func setBack() {
        count("clock set back")
        now = now - random(1..<3.hours)
        note("the clock is set back")
    }

    // MARK: - Crashes and failures

    private func planEvent() {
        let event: SimulatedDisk.Event =
            switch random(0..<10) {
            case 0..<4: .kill
            case 4..<7: .powerCut
            case 7: .failure(SimulatedDisk.noSpace)
            default: .failure(SimulatedDisk.ioError)
            }
        disk.next = (random(1..<40), event)
        disk.writesAreShort = chance(40)
        note("soon: \(event)")
    }

    private func beginTrouble() throws {
        disk.trouble = any([.full, .full, .writesFail, .syncsFail])
        disk.troubled = any(["/", "/state", "/spool"]) ?? "/"
        isTroubleOver = now + random(1..<(chance(90) ? 120 : 20 * 60))
        count("trouble")
        note("trouble: \(disk.troubled) \(String(describing: disk.trouble))")
        // Somebody calls before it is over.
        try turn((0..<2).compactMap { _ in request() })
    }

    private func endTrouble() {
        disk.trouble = nil
        isTroubleOver = nil
        note("the disk is mended")
    }

    private func crash(powerCut: Bool) throws {
        count(powerCut ? "power cut" : "kill")
        note(powerCut ? "power cut" : "kill")
        forgetProcess()
        disk.restart(powerCut: powerCut)
        now = now + random(0..<300)
        try start()
    }

    private func stopCleanly() throws {
        guard let registrar else { return }
        note("stop")
        do {
            disk.now = now
            try registrar.stop(at: now)
        } catch {
            count("ended on a failed sync")
        }
        if try crashIfStopped() { return }
        forgetProcess()
        now = now + random(0..<2) * random(0..<30.hours)
        try start()
    }

    private func forgetProcess() {
        (daemonsDisk as? FaultyDisk)?.forgetProcess()
        if let registrar { lastKnown = (registrar.head, registrar.clockwork.ledger) }
        registrar = nil
    }

    /// Whether the machine or the process was stopped at a call; then it is started again.
    private func crashIfStopped() throws -> Bool {
        switch disk.stopped {
        case .kill: try crash(powerCut: false)
        case .powerCut: try crash(powerCut: true)
        case .failure, nil: return false
        }
        return true
    }

    // MARK: - The daemon

    private func start() throws {
        steps += 1
        disk.now = now
        do {
            let registrar = try open()
            self.registrar = registrar
            try registrar.start(
                lastAliveAt: lastAliveAt, newIdentity: { [randomness] in Hex.encode(randomness.bytes(8)) }, at: now)
            try registrar.performEffects(at: now)
        } catch let failure as Journal.OpeningFailure {
            registrar = nil
            if case .damaged(let damage) = failure { throw Failure(what: "the journal is found damaged: \(damage)") }
            try require(failure != .gone, "a register whose daemon ran is found gone")
        } catch is SystemError {
            registrar = nil
        } catch is Registrar.MustEnd {
            count("ended on a failed sync")
            forgetProcess()
        }
        if disk.stopped == nil, registrar == nil { count("did not start") }
        _ = try crashIfStopped()
    }

    private func open() throws -> Registrar {
        let state = StateFolder(path: settings.paths.state, disk: daemonsDisk, uid: 0)
        try require(try state.prepare() == nil, "the state folder is refused")
        var clockwork = Clockwork(settings: settings, zone: LightLondon())
        var hashes = [JournalHead.empty.hash]
        let opened = try Journal.open(
            state.journal, disk: daemonsDisk, randomness: randomness, isBegun: lastAliveAt != nil, readLine: readLine
        ) { fact, head in
            hashes.append(head.hash)
            if fault?.forgets(fact.event) != true { clockwork.apply(fault?.remembered(fact) ?? fact) }
        }
        if opened.tornBytes > 0 { count("torn line") }
        try checkMemory(hashes, clockwork.ledger)
        let newIdentity = { [randomness] in Hex.encode(randomness.bytes(8)) }
        let dispatch = NoticeDispatch(
            spool: Spool(path: settings.paths.spool, disk: daemonsDisk, whileNobodyDelivers: Self.nobodyDelivers),
            settings: settings, log: silent,
            newIdentity: newIdentity)
        return Registrar(
            clockwork: clockwork, journal: opened.journal, dispatch: dispatch, own: Self.own, log: silent,
            statusFile: ReplacedFile(path: Self.statusPath, disk: daemonsDisk), metricsFile: nil,
            touchLock: { [unowned self] in lastAliveAt = now }, tellServiceManager: { _ in })
    }

    /// Half of a life would be spent on reading lines: one that was read, and is the same to the last byte, is remembered.
    private func readLine(_ line: ArraySlice<UInt8>) throws(JournalRecord.Damage) -> JournalRecord.Content {
        if let known = linesRead[line.startIndex], known.line == line { return known.content }
        let content = try JournalRecord.read(line)
        linesRead[line.startIndex] = (line, content)
        return content
    }

    /// What a new process read must hold all that anybody was told, and be what the last process had.
    private func checkMemory(_ hashes: [String], _ ledger: Ledger) throws(Failure) {
        func has(_ sequence: Int, _ hash: String) -> Bool { sequence < hashes.count && hashes[sequence] == hash }
        try require(
            has(acknowledged.sequence, acknowledged.hash),
            "what was acknowledged as fact \(acknowledged.sequence) is gone")
        for (sequence, hash) in witnessed {
            try require(has(sequence, hash), "fact \(sequence), which a notice witnesses, is gone")
        }
        guard fault == nil, let lastKnown, hashes.count == lastKnown.head.sequence + 1,
            has(lastKnown.head.sequence, lastKnown.head.hash)
        else { return }
        try require(ledger == lastKnown.ledger, "replaying the journal gives another state")
        count("state compared")
    }

    /// One turn of the loop, as the daemon makes it.
    private func turn(_ requests: [Request]) throws {
        guard let registrar else { return try start() }
        steps += 1
        disk.now = now
        do {
            let calls = requests.compactMap { request in
                ControlCall(request.message.bytes).map { AuthorisedCall(call: $0, caller: Self.clerk) }
            }
            let before = registrar.head
            let spool = (changedAt: disk.changedAt("/spool/new"), taken: taken, failures: disk.failures)
            let replies = try registrar.turn(calls, at: now)
            if disk.stopped == nil {
                let recorded = try facts(after: before, to: registrar.head)
                try take(replies, to: requests, registrar, recorded)
                // Where something comes or goes while it looks, it cannot tell that what went before had gone by then.
                if disk.failures == spool.failures, disk.changedAt("/spool/new") == spool.changedAt {
                    try checkMisses(recorded, registrar, spool.taken, spool.changedAt)
                }
            }
            try registrar.performEffects(at: now)
            if disk.stopped == nil { try checkStatus(registrar, replies) }
            // Where nothing is to be tried again soon, all is done that can be.
            if disk.stopped == nil, mustCheckLetters, registrar.nextWake(after: now) > now + 5 {
                try checkLetters()
                mustCheckLetters = false
            }
        } catch is Registrar.MustEnd {
            count("ended on a failed sync")
            note("the daemon ends on a failed sync")
            forgetProcess()
        }
        _ = try crashIfStopped()
    }

    private func take(
        _ replies: [ControlReply], to requests: [Request], _ registrar: Registrar, _ facts: [Fact]
    ) throws {
        try require(replies.count == requests.count, "a call has no reply")
        let recorded = facts.filter { $0.account == Self.clerk.account }
        // What the daemon records by itself may be lost and found again: only what somebody asked for was acknowledged.
        if !recorded.isEmpty { acknowledged = registrar.head }
        try checkRecorded(recorded, replies, requests)
        for (reply, request) in zip(replies, requests) {
            guard case .result(let result) = reply else {
                count(reply.isTryAgain ? "refused for now" : "refused")
                if reply.isTryAgain, request.id != nil { unanswered.append(request) }
                continue
            }
            count("answered")
            if let text = request.redacts {
                redacted.insert(text)
                mustCheckLetters = true
            }
            guard let id = request.id else { continue }
            let reference = result["breach"]?.object?["id"]?.string ?? ""
            try require(answered[id] ?? reference == reference, "\(id) is answered with two breaches")
            answered[id] = reference
        }
        if disk.stopped != nil { unanswered += requests.filter { $0.id != nil } }
    }

    /// Before a deadline is recorded as missed the spool was looked into: what had gone from it by then, and in time as
    /// far as can be seen, was handed over.
    private func checkMisses(
        _ facts: [Fact], _ registrar: Registrar, _ taken: [String: Int], _ changedAt: Instant
    ) throws(Failure) {
        let ledger = registrar.clockwork.ledger
        let names = MessageNames(ledger: ledger, domain: "")
        for fact in facts {
            guard case .deadlineMissed(let miss) = fact.event, miss.deadline == .partners, changedAt <= miss.due,
                let breach = ledger[miss.reference]
            else { continue }
            count("missed")
            let members = breach.partnersEditions.first { $0.edition.number == miss.edition }?.members ?? []
            let silent = members.filter { breach.informedAt($0).map { $0 > miss.due } ?? true }.map(\.partnerID)
            let isToldInTime = silent.contains { id in
                breach.notices(to: id).contains { notice in
                    notice.writtenAt != nil && notice.returnedAt == nil
                        && taken[names.fileName(miss.reference, notice.order.token)] != nil
                }
            }
            try require(
                !isToldInTime, "\(miss.reference) is said to be late for what was handed over by \(changedAt.rfc3339)")
        }
    }

    /// What is refused, for good or for now, records nothing.
    private func checkRecorded(_ recorded: [Fact], _ replies: [ControlReply], _ requests: [Request]) throws(Failure) {
        for (method, type) in Self.factOfMethod {
            let answered = zip(replies, requests).count { $0.isResult && $1.message.method == method }
            let facts = recorded.count { EncodedEvent($0.event).type == type }
            try require(facts <= answered, "\(facts) \(type.rawValue) are recorded, and \(answered) were answered")
        }
    }

    private static let factOfMethod: [ControlMethod: FactType] = [
        .report: .breachRecorded, .ack: .partnerAcknowledged, .position: .positionStated, .note: .noteAdded,
        .escalate: .matterEscalated, .decide: .matterDecided, .notified: .notificationRecorded,
        .correct: .factsCorrected, .redact: .textRedacted, .close: .breachClosed, .reopen: .breachReopened,
    ]

    /// The last facts of the journal, those after one head to the other: the latest first. None may be missing.
    private func facts(after before: JournalHead, to head: JournalHead) throws -> [Fact] {
        var facts: [Fact] = []
        var lines = journal.dropLast()
        for sequence in (before.sequence..<head.sequence).map({ $0 + 1 }).reversed() {
            let start = lines.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            guard let fact = try? JournalRecord.read(lines[start...]).fact, fact.sequence == sequence else {
                throw Failure(what: "fact \(sequence), said to be recorded, is not in the journal")
            }
            facts.append(fact)
            lines = lines[..<max(start - 1, 0)]
        }
        return facts
    }

    /// What cannot be recorded is critical, where there is a place left to say so.
    private func checkStatus(_ registrar: Registrar, _ replies: [ControlReply]) throws {
        guard replies.contains(where: \.isTryAgain), disk.trouble == nil || disk.troubled == "/state" else { return }
        let status = disk.contents(Self.statusPath).flatMap { try? JSON(parsing: $0).object }
        guard let level = status?["level"]?.string, status?["generatedAt"]?.string == now.rfc3339 else { return }
        try require(level == "critical", "nothing can be recorded, and the status is \(level)")
        count("critical")
    }

    // MARK: - The people

    private func request() -> Request? {
        if !unanswered.isEmpty, chance(60) { return unanswered.removeFirst() }
        // An answer that came was not seen: it is asked again.
        if chance(5), let again = any(reports) { return again }
        let reference = any(registrar?.clockwork.ledger.references ?? [])
        if requests < Self.mostBreaches, reference == nil || chance(8) { return report() }
        guard let reference else { return nil }
        guard let breach = registrar?.clockwork.ledger[reference] else { return nil }
        let message = message(breach, reference.description)
        return Request(message: message, redacts: message.method == .redact ? breach.texts[.summary]?.text : nil)
    }

    private func report() -> Request {
        requests += 1
        let id = "request-\(requests)"
        let (protocolID, detector) =
            any([("EWS-ASC", "provide"), ("EDATRS", "open-road"), ("MOSAIC", "essex-county-council")])
            ?? ("EDATRS", "open-road")
        let detected = now - random(0..<2) * random(0..<80.hours)
        let request = Request(
            message: Message(
                .report,
                [
                    "protocol": .string(protocolID), "detected": .string(detected.rfc3339), "by": .string(detector),
                    "summary": .string("The folder of \(id) was left on a train."), "requestId": .string(id),
                    "risk": .string(chance(90) ? "likely" : "unlikely"), "reason": "The files were encrypted.",
                ]), id: id, redacts: nil)
        reports.append(request)
        return request
    }

    private func message(_ breach: Breach, _ reference: String) -> Message {
        let partner = JSON.string(any(breach.sharingProtocol.partners)?.id ?? "")
        let outcome: JSON = chance(75) ? "notify" : "do-not-notify"
        let matter: JSON = chance(75) ? "ico" : "individuals"
        let breach = JSON.string(reference)
        switch random(0..<20) {
        case 0..<5: return Message(.ack, ["breach": breach, "partner": partner])
        case 5..<11:
            return Message(
                .position,
                [
                    "breach": breach, "partner": partner, "outcome": outcome, "matter": matter,
                    "reason": "The files can be read by anybody.",
                ])
        case 11: return Message(.note, ["breach": breach, "kind": "action", "text": "The locks were changed."])
        case 12:
            return Message(.escalate, ["breach": breach, "matter": matter, "reason": "Nobody can be reached."])
        case 13, 14:
            return Message(
                .decide,
                [
                    "breach": breach, "outcome": outcome, "matter": matter, "name": "Rhona Kettleby",
                    "reason": "The files can be read by anybody.",
                    "ground": .text(outcome == "notify" ? nil : "no-high-risk"),
                ])
        case 15:
            return Message(.notified, ["breach": breach, "matter": matter, "delayReason": "The form was down."])
        case 16:
            let detected = (now - random(1..<90.hours)).rfc3339
            return Message(
                .correct, ["breach": breach, "detected": .string(detected), "reason": "The log says otherwise."])
        case 17: return Message(.redact, ["breach": breach, "field": "summary", "reason": "It named a patient."])
        case 18: return Message(.close, ["breach": breach, "reason": "All is done."])
        default: return Message(.reopen, ["breach": breach, "reason": "It is not."])
        }
    }

    /// A mail agent takes some of what waits, and its mailbox keeps what each message witnesses.
    private func takeSome() {
        for name in disk.names(under: "/spool/failed") where chance(30) {
            disk.move("/spool/failed/\(name)", to: "/spool/new/\(name)")
            count("put back")
        }
        for name in disk.names(under: "/spool/new") where chance(40) {
            let path = "/spool/new/\(name)"
            if chance(15) {
                disk.move(path, to: "/spool/failed/\(name)")
                count("set aside")
                continue
            }
            let message = disk.contents(path) ?? []
            taken[name, default: 0] += 1
            if let head = Self.witness(message), message.last == UInt8(ascii: "\n") {
                witnessed[head.sequence] = head.hash
            } else {
                witnessed[Int.max] = "a message that is not whole: \(path)"
            }
            disk.take(path)
        }
    }

    /// The number and the hash that a message carries.
    private static func witness(_ message: [UInt8]) -> JournalHead? {
        let lines = message.split(separator: UInt8(ascii: "\n"), maxSplits: 40, omittingEmptySubsequences: false)
        guard let index = lines.firstIndex(where: { $0.starts(with: "X-BreachClock-Journal:".utf8) }) else {
            return nil
        }
        let words = String(decoding: Array(lines[index...].prefix(3).joined(separator: " ".utf8)), as: UTF8.self)
            .split(separator: " ")
        guard words.count >= 3, let sequence = Int(words[1]) else { return nil }
        return JournalHead(sequence: sequence, hash: String(words[2]))
    }

    // MARK: - The end

    /// Everything works again, and the daemon has the time that it needs.
    private func settle() throws {
        disk.next = nil
        disk.writesAreShort = false
        endTrouble()
        disk.betweenCalls = {}
        try crash(powerCut: fault == nil ? chance(50) : true)
        while let request = unanswered.popLast() { try turn([request]) }
        for _ in 0..<12 {
            now = now + 5
            try turn([])
        }
        try require(registrar != nil, "it does not start on a disk that works")
    }

    private func checkTheEnd() throws {
        guard let registrar else { return }
        let ledger = registrar.clockwork.ledger
        var facts: [Fact] = []
        var replayed = Ledger()
        _ = try JournalReader.read(journal) { fact, _ in
            facts.append(fact)
            replayed.apply(fact)
        }
        if fault == nil { try require(replayed == ledger, "replaying the journal gives another state") }
        for reference in replayed.references {
            guard let breach = replayed[reference] else { continue }
            if let failure = DeadlineRules.failure(of: breach, at: now) {
                throw Failure(what: "\(reference): \(failure)")
            }
        }
        try checkNotices(replayed, facts)
        try checkOnce(facts)
        try checkRequests(facts)
        let bytes = disk.paths.filter { !$0.hasPrefix("/spool/") }.compactMap(disk.contents)
        for text in redacted {
            try require(!bytes.contains { Self.isFound(text, in: $0) }, "“\(text)” was redacted, and is there")
        }
        try checkLetters()
    }

    /// No letter that waits or was refused holds a text that was deleted. Those that the mail system took are not called
    /// back.
    private func checkLetters() throws {
        let folders = ["/spool/new", "/spool/failed"]
        let letters = folders.flatMap { folder in disk.names(under: folder).map { "\(folder)/\($0)" } }
            .compactMap(disk.contents)
        for text in redacted {
            try require(!letters.contains { Self.isFound(text, in: $0) }, "“\(text)” was redacted, and is sent")
        }
    }

    private static func isFound(_ text: String, in bytes: [UInt8]) -> Bool {
        let first = text.utf8.first
        return bytes.indices.contains { bytes[$0] == first && bytes[$0...].starts(with: text.utf8) }
    }

    /// Each notice that is ordered is in the spool or was taken from it: once.
    private func checkNotices(_ ledger: Ledger, _ facts: [Fact]) throws {
        var found = taken
        let setAside = Set(disk.names(under: "/spool/failed"))
        for name in disk.names(under: "/spool/new") + setAside { found[name, default: 0] += 1 }
        let names = MessageNames(ledger: ledger, domain: "")
        for reference in ledger.references {
            for notice in ledger[reference]?.notices ?? [] {
                let name = names.fileName(reference, notice.order.token)
                let times = found.removeValue(forKey: name) ?? 0
                if fault == nil, setAside.contains(name) {
                    let isKnown = notice.handedOverAt == nil && notice.returnedAt != nil
                    try require(isKnown, "\(name) was set aside, and the register has \(notice)")
                }
                guard times != 1 else { continue }
                let identity = NoticeIdentity(reference: reference, token: notice.order.token)
                let history = facts.filter { $0.names(identity) }.map { "\($0.sequence) at \($0.at.rfc3339)" }
                throw Failure(what: "the notice \(name) came \(times) times: \(history), \(notice)")
            }
        }
        try require(found.isEmpty, "nobody ordered \(found.keys.sorted())")
    }

    /// No reminder and no miss is recorded twice.
    private func checkOnce(_ facts: [Fact]) throws {
        var keys: Set<String> = []
        for fact in facts {
            let key: String
            switch fact.event {
            case .reminded(let record): key = "\(record.reference) \(record.key) \(record.leadSeconds)"
            case .deadlineMissed(let record): key = "\(record.reference) \(record.deadline) \(record.edition)"
            default: continue
            }
            try require(keys.insert(key).inserted, "twice: \(key)")
        }
    }

    /// Each request is one breach, the one that it was answered with.
    private func checkRequests(_ facts: [Fact]) throws {
        var recorded: [String: String] = [:]
        for fact in facts {
            guard case .breachRecorded(let record) = fact.event, let id = record.request?.id else { continue }
            try require(recorded[id] == nil, "\(id) is two breaches")
            recorded[id] = record.reference.description
        }
        for (id, reference) in answered {
            try require(recorded[id] == reference, "\(id) was answered \(reference), and is \(recorded[id] ?? "none")")
        }
    }
}

extension Simulation {
    /// Whether what was done in these lives is all that a life can bring.
    static let happenings = [
        "answered", "refused", "refused for now", "kill", "power cut", "trouble", "torn line", "clock set back",
        "ended on a failed sync", "did not start", "state compared", "critical",
    ]
}

/// Bytes that are the same for the same seed.
final class SeededRandomness: Randomness {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) } }
}

extension Fact {
    /// Whether it says something of that notice.
    fileprivate func names(_ identity: NoticeIdentity) -> Bool {
        switch event {
        case .noticesPublishing(let published): published.contains { $0.identity == identity }
        case .noticesWritten(let identities), .noticesRecalled(let identities): identities.contains(identity)
        case .noticesHandedOver(let handOvers): handOvers.contains { $0.identity == identity }
        case .spoolOpened: true
        default: event.reference == identity.reference && event.orders.contains { $0.token == identity.token }
        }
    }
}

extension ControlReply {
    fileprivate var isResult: Bool { if case .result = self { true } else { false } }

    fileprivate var isTryAgain: Bool {
        if case .error(let name, _) = self { name == ControlInterface.error("TryAgain") } else { false }
    }
}

/// What a client sends.
private struct Message {
    var method: ControlMethod
    var bytes: [UInt8]

    init(_ method: ControlMethod, _ parameters: JSONObject) {
        self.method = method
        bytes = JSON.object(["method": .string(method.fullName), "parameters": .object(parameters)]).compactBytes()
    }
}
