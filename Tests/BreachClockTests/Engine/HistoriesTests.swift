import Foundation
import Testing

@testable import BreachClock

/// Thousands of short random lives of a register, checked after every step against the rules, by arithmetic that shares
/// nothing with the engine's. `HISTORIES_SEED=n` replays one.
@Suite("Histories")
struct HistoriesTests {
    /// One test case runs so many seeds; there are twenty.
    private static let seedsPerCase = 500
    private static let replayed = ProcessInfo.processInfo.environment["HISTORIES_SEED"].flatMap(UInt64.init)

    @Test("R1 to R25: Whatever is done in whatever order, the rules hold", arguments: 0..<20)
    func hold(number: Int) throws {
        if let seed = Self.replayed {
            guard number == 0 else { return }
            try Self.run(seed)
            return
        }
        var kinds: Set<FactType> = []
        for seed in 0..<Self.seedsPerCase {
            kinds.formUnion(try Self.run(UInt64(number * Self.seedsPerCase + seed)))
        }
        // The histories would prove little if something never happened in them.
        let never = Set(FactType.allCases).subtracting(kinds)
        #expect(never == [.registerOpened, .daemonStarted, .daemonStopped, .noticesPublishing])
    }

    /// The types of the facts that came of it.
    @discardableResult
    private static func run(_ seed: UInt64) throws -> Set<FactType> {
        var history = try History(seed: seed)
        do {
            try history.begin()
            for _ in 0..<history.length { try history.step() }
            // Writing and reading take as long as all the rest.
            if seed.isMultiple(of: 8) { try history.checkJournal() }
        } catch let failure as History.Failure {
            Issue.record("HISTORIES_SEED=\(seed): \(failure.what), after \(history.log.joined(separator: "; "))")
        }
        return Set(history.world.facts.map { EncodedEvent($0.event).type })
    }
}

/// R17 by counting quarters of an hour backwards: no openings, no zone rules, no minimum.
private struct QuarterCounter {
    let settings: Settings
    private var known: [Instant: Instant] = [:]

    init(_ settings: Settings) { self.settings = settings }

    mutating func escalationTime(before due: Instant) -> Instant {
        if let time = known[due] { return time }
        let latest = due - settings.timing.ownerNoticeSeconds
        var time = due
        var open = 0
        while time > latest || open < settings.timing.ownerOfficeSeconds {
            guard due - time < 30.days else {
                time = latest
                break
            }
            time = time - 900
            if isOpen(time) { open += 900 }
        }
        known[due] = time
        return time
    }

    private func isOpen(_ instant: Instant) -> Bool {
        let local = instant.secondsSinceEpoch + (LightLondon.isSummer(instant) ? 3600 : 0)
        let day = local / 86_400
        // 1 January 1970 was a Thursday.
        let isWeekday = (day + 3) % 7 < 5 && !settings.officeHours.days.isEmpty
        guard isWeekday, !settings.officeHours.closed.contains(CivilDate(daysSinceEpoch: day)) else { return false }
        return (9 * 3600..<17 * 3600).contains(local % 86_400)
    }
}

/// One life of a register.
private struct History {
    struct Failure: Error { var what: String }

    var world: World
    /// What was done, for whoever reads a failure.
    var log: [String] = []
    let length: Int
    private var generator: SeededGenerator
    private var quarters: QuarterCounter
    private var spools = 1
    /// What the facts amount to when they are read one by one.
    private var shadow = Ledger()
    private var checked = 0
    /// Whether the clock was: then a reminder that went past its deadline unsent is before it again.
    private var wasSetBack = false
    private var frozen: [BreachReference: [String: Verdict]] = [:]
    /// When the present passing of time began, while the daemon is there.
    private var steadySince: Instant?

    private static let protocols: Result<[SharingProtocol], any Error> = Result {
        try ["EWS-ASC", "EDATRS", "MOSAIC", "BEDS"].map { id in
            var sharingProtocol = try Fixture.sharingProtocol(id)
            let kept = [
                "EDATRS": ["essex-county-council", "open-road", "peabody", "forward-trust"],
                "MOSAIC": ["essex-county-council", "essex-police"], "BEDS": ["bedfordshire-police", "virgin-health"],
            ]
            if let ids = kept[id] {
                sharingProtocol.partners.removeAll { !ids.contains($0.id) }
                sharingProtocol.controllers.removeAll { !ids.contains($0) }
                sharingProtocol.processors = []
            }
            sharingProtocol.clause.text = "As agreed."
            return sharingProtocol
        }
    }

    init(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed &* 0x9E37_79B9 &+ 7)
        var settings = try Fixture.settings()
        settings.protocols = try Self.protocols.get()
        settings.timing.reminderLeadsSeconds = [24.hours, 4.hours]
        settings.timing.ownerNoticeSeconds = [12, 12, 12, 0, 24].randomElement(using: &generator)!.hours
        settings.timing.ownerOfficeSeconds = [4, 4, 4, 0, 12].randomElement(using: &generator)!.hours
        if Int.random(in: 0..<20, using: &generator) == 0 { settings.officeHours.days = [] }
        // From October 2026 to April 2027: both changes of summer time, Christmas and Easter.
        let start = Instant(1_792_368_000) + 900 * Int.random(in: 0..<16_000, using: &generator)
        quarters = QuarterCounter(settings)
        var early = settings
        try early.change("EDATRS") { $0.partners.removeAll { $0.id == "forward-trust" } }
        world = try World(at: start, settings: early, zone: LightLondon())
        length = Int.random(in: 4...10, using: &generator)
        self.generator = generator
    }

    mutating func begin() throws {
        let settings = quarters.settings
        world.record(.spoolOpened(identity: "spool-1"))
        try report()
        // A partner of EDATRS joins.
        world.reload { $0.protocols = settings.protocols }
        try check()
    }

    // MARK: - What happens

    private mutating func random(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }
    private mutating func chance(_ percent: Int) -> Bool { random(0..<100) < percent }
    private mutating func any<Element>(_ elements: some Collection<Element>) -> Element? {
        elements.randomElement(using: &generator)
    }

    /// A quarter of an hour, up to now and at most so many hours ago.
    private mutating func quarter(hoursAgo: Int) -> Instant {
        Instant(world.now.secondsSinceEpoch / 900 * 900) - 900 * random(0..<hoursAgo * 4 + 1)
    }

    mutating func step() throws {
        switch random(0..<100) {
        case 0..<26: try pass()
        case 26..<32: handOver()
        case 32..<34: try openSpool()
        case 34..<37: world.restart()
        case 37..<39: try report()
        default: try command()
        }
        world.settle()
        try check()
        steadySince = nil
    }

    private mutating func pass() throws {
        switch random(0..<10) {
        case 0..<7:
            let seconds = random(1..<(chance(70) ? 20.hours : 60.hours))
            log.append("\(seconds) s pass")
            steadySince = world.now
            world.advance(to: world.now + seconds)
        case 7..<9:
            let seconds = random(1..<100.hours)
            log.append("away \(seconds) s")
            world.beAway(until: world.now + seconds)
        default:
            let seconds = random(1..<10.hours)
            wasSetBack = true
            log.append("back \(seconds) s")
            world.now = world.now - seconds
        }
    }

    private mutating func handOver() {
        let ledger = world.clockwork.ledger
        if !ledger.outdated.isEmpty, chance(80) {
            log.append("recall")
            world.record(.noticesRecalled(ledger.outdated))
        }
        if !ledger.unwritten.isEmpty, chance(30) {
            log.append("write")
            world.record(.noticesWritten(ledger.unwritten))
            return
        }
        log.append("hand over")
        var taking = generator
        world.handOver { _ in Int.random(in: 0..<3, using: &taking) > 0 }
        if chance(30) { world.refuse { _ in Int.random(in: 0..<4, using: &taking) == 0 } }
        generator = taking
        let returned = world.clockwork.ledger.returned
        if !returned.isEmpty, chance(30) {
            log.append("retry")
            world.record(.noticesRetried(returned))
        }
    }

    private mutating func openSpool() throws {
        spools += 1
        log.append("new spool")
        world.record(.spoolOpened(identity: "spool-\(spools)"))
    }

    private mutating func report() throws {
        let detectors = [
            "EWS-ASC": "provide", "EDATRS": "open-road", "MOSAIC": "essex-police", "BEDS": "virgin-health",
        ]
        let id = ["EWS-ASC", "EWS-ASC", "EDATRS", "EDATRS", "MOSAIC", "BEDS"][random(0..<6)]
        let detected = quarter(hoursAgo: chance(70) ? 5 : 80)
        let risk: Risk = chance(15) ? .unlikely : .likely
        let isLateAware = chance(20)
        let affected = chance(30) ? ["open-road", "peabody"] : nil
        let aware = Instant(world.now.secondsSinceEpoch / 900 * 900)
        log.append("report \(id) detected \(detected.secondsSinceEpoch) at \(world.now.secondsSinceEpoch)")
        try world.report(id, detected: detected, by: detectors[id] ?? "", risk: risk) { command in
            if id == "EDATRS" { command.facts.affected = affected }
            if isLateAware {
                command.awareAt = aware
                command.texts[.awareReason] = "Read then."
            }
        }
    }

    /// Some command on some breach; refused or not, it is checked after.
    private mutating func command() throws {
        guard let reference = any(world.clockwork.ledger.references) else { return }
        do {
            try attempt(try world.breach(reference))
        } catch {
            guard let refusal = error as? Refusal else { throw error }
            log.append("refused: \(refusal.field ?? "not found")")
        }
    }

    private mutating func attempt(_ breach: Breach) throws {
        let reference = breach.reference
        let partner = any(breach.sharingProtocol.partners)?.id ?? ""
        let controller = any(breach.controllers) ?? ""
        let matter: MatterName = chance(75) ? .ico : .individuals
        let outcome: Outcome = chance(75) ? .notify : .doNotNotify
        let ago = random(0..<max(1, min(100.hours, world.now - breach.facts.detectedAt + 100)))
        let at: Instant? = chance(50) ? nil : world.now - ago
        let isSure = chance(50)
        switch random(0..<22) {
        case 0..<7:
            log.append("position \(partner) \(matter) \(outcome)")
            try world.position(reference, partner, outcome, on: matter)
        case 7:
            log.append("escalate \(matter)")
            try world.escalate(reference, matter)
        case 8, 9:
            log.append("decide \(matter) \(outcome) \(isSure)")
            let isDecided = breach[matter].state == .decided
            try world.decideMatter(reference, outcome, on: matter, revise: isSure ? isDecided : !isDecided)
        case 10, 11:
            log.append("notified \(matter)")
            try world.notified(reference, isSure ? .initial : .followUp, of: matter, at: at) {
                $0.delayReason = "The form was down."
            }
        case 12:
            log.append("notified \(matter) by \(controller)")
            try world.notified(reference, .initial, of: matter, at: at, ownDuty: controller) {
                $0.delayReason = "The form was down."
            }
        case 13:
            log.append("ack \(partner)")
            try world.acknowledge(reference, partner, at: at)
        case 14: try world.note(reference, isSure ? .effect : .advice)
        case 15, 16:
            let correction = try correction(of: breach)
            log.append("correct \(correction.name)")
            try world.correct(reference, correction.change)
        case 17:
            log.append("close")
            try world.close(reference, reason: isSure ? "Found." : nil)
        case 18:
            log.append("reopen")
            try world.reopen(reference)
        case 19:
            // As often as not its letters are on their way by then.
            let unwritten = world.clockwork.ledger.unwritten
            if isSure, !unwritten.isEmpty { world.record(.noticesWritten(unwritten)) }
            try world.redact(reference, "summary")
        default:
            log.append("all \(matter) \(outcome)")
            try world.agree(reference, outcome, on: matter)
        }
    }

    private mutating func correction(
        of breach: Breach
    ) throws -> (name: String, change: (inout CorrectCommand) -> Void) {
        switch random(0..<6) {
        case 0:
            let detected = quarter(hoursAgo: 90)
            return ("detected \(detected.secondsSinceEpoch)", { $0.detectedAt = detected })
        case 1:
            let aware = quarter(hoursAgo: 30)
            let controllers = chance(50) ? [] : Array(breach.controllers.prefix(1))
            return (
                "aware \(aware.secondsSinceEpoch)",
                {
                    $0.awareAt = aware
                    $0.controllers = controllers
                }
            )
        case 2, 3:
            let risk: Risk = breach.facts.risk == .unlikely ? .likely : .unlikely
            return ("risk \(risk)", { $0.risk = risk })
        case 4:
            let ids = breach.sharingProtocol.partners.map(\.id) + ["forward-trust"]
            let named = ids.filter { _ in chance(70) }
            return ("affected \(named)", { $0.affected = named })
        default:
            let records = random(0..<9)
            return ("records", { $0.records = records })
        }
    }

    // MARK: - What must hold

    private func require(_ condition: Bool, _ what: @autoclosure () -> String) throws {
        guard condition else { throw Failure(what: what()) }
    }

    private mutating func check() throws {
        for fact in world.facts[checked...] {
            try checkFact(fact)
            shadow.apply(fact)
        }
        checked = world.facts.count
        try require(shadow == world.clockwork.ledger, "replaying the facts gives another ledger")
        var clockwork = world.clockwork
        try require(clockwork.due(at: world.now) == nil, "something is still due")
        var owed: Set<NoticeIdentity> = []
        for reference in shadow.references {
            let breach = try world.breach(reference)
            if let due = clockwork.due(on: reference, at: world.now) {
                try require(wasSetBack && due.reminder != nil, "left out of the agenda: \(due)")
            }
            let tokens = breach.notices.map(\.order.token)
            try require(Set(tokens).count == tokens.count, "a notice is owed twice: \(tokens)")
            owed.formUnion(
                breach.notices.filter { $0.handedOverAt == nil }
                    .map { NoticeIdentity(reference: reference, token: $0.order.token) })
            if let failure = DeadlineRules.failure(of: breach, at: world.now) { throw Failure(what: failure) }
            try checkMatters(breach)
            try checkVerdicts(breach)
        }
        // What was refused waits for somebody to try it again.
        let outstanding = world.outstanding + world.clockwork.ledger.returned
        try require(outstanding.count == owed.count && Set(outstanding) == owed, "a notice is lost, or waits twice")
    }

    private func asked(_ breach: Breach, _ matter: MatterName) -> [String] {
        let all = breach.audience.map(\.partnerID)
        guard matter == .ico, let affected = breach.facts.affected else { return all }
        return all.filter { affected.contains($0) }
    }

    private enum Voices { case silent, agree(Outcome), differ }

    private func voices(_ breach: Breach, _ matter: MatterName) -> Voices {
        let asked = asked(breach, matter)
        let outcomes = asked.compactMap { breach[matter].positions[$0]?.outcome }
        guard !asked.isEmpty, outcomes.count == asked.count else { return .silent }
        return Set(outcomes).count == 1 ? .agree(outcomes[0]) : .differ
    }

    private mutating func escalationTime(_ breach: Breach, _ matter: MatterName) -> Instant? {
        guard breach.sharingProtocol.clause.decision == .consultation, let due = DeadlineRules.regulatorDue(breach)
        else {
            return nil
        }
        return max(quarters.escalationTime(before: due), breach[matter].since, breach.regulatorEdition.since)
    }

    private func wasClosed(_ breach: Breach, at instant: Instant) -> Bool {
        breach.closures.contains { $0.closedAt < instant && ($0.reopenedAt ?? Instant(.max)) >= instant }
    }

    /// R16, R17: nothing that should have been agreed, reopened or escalated is not.
    private mutating func checkMatters(_ breach: Breach) throws {
        let isConsulted = breach.sharingProtocol.clause.decision == .consultation
        for name in MatterName.allCases {
            let matter = breach[name]
            let isSettled = matter.state == .agreed || matter.state == .decided
            try require(
                (matter.settlement != nil) == isSettled, "\(name) is \(matter.state) with an outcome or without")
            if !DeadlineRules.isAbove(breach) {
                try require(isSettled || matter.state == .notRequired, "\(name) is \(matter.state) below the threshold")
            } else {
                try require(matter.state != .notRequired, "\(name) is not required above the threshold")
            }
            if !isConsulted {
                try require(![.consulting, .agreed].contains(matter.state), "\(name) is \(matter.state)")
            }
            guard breach.phase == .open, isConsulted, DeadlineRules.isAbove(breach) else { continue }
            switch (matter.state, voices(breach, name)) {
            case (.consulting, .silent):
                guard let time = escalationTime(breach, name), !wasClosed(breach, at: time) else { continue }
                try require(world.now < time, "\(name) should have gone to the owner at \(time.secondsSinceEpoch)")
            case (.consulting, _), (.awaitingDecision, .agree):
                throw Failure(what: "\(name) is \(matter.state), and they are \(voices(breach, name))")
            case (.agreed, let voices):
                if case .agree(let outcome) = voices, outcome == matter.settlement?.outcome { continue }
                try require(breach.isNotified(of: name), "\(name) is agreed, and they are \(voices)")
            default: continue
            }
        }
    }

    /// R2, R23: what a controller is judged by never changes.
    private mutating func checkVerdicts(_ breach: Breach) throws {
        for (controller, verdict) in frozen[breach.reference, default: [:]] {
            try require(breach.verdicts[controller] == verdict, "the verdict on \(controller) changed")
        }
        frozen[breach.reference] = breach.verdicts
        for matter in MatterName.allCases {
            let initial = breach.notifications.filter { $0.matter == matter && $0.phase == .initial }
                .flatMap(\.controllers)
            try require(Set(initial).count == initial.count, "a second initial notification")
        }
    }

    /// A fact against what was before it.
    private mutating func checkFact(_ fact: Fact) throws {
        guard let reference = fact.event.reference, let breach = shadow[reference] else { return }
        if breach.phase == .closed {
            let isRefused =
                switch fact.event {
                case .positionStated, .matterAgreed, .matterReopened, .matterEscalated, .matterDecided, .reminded: true
                default: false
                }
            try require(!isRefused, "a closed breach took \(fact.event)")
        }
        switch fact.event {
        case .matterEscalated(let record): try checkEscalation(record, breach, fact)
        case .matterAgreed(let record):
            guard case .agree(let outcome) = voices(breach, record.matter) else {
                throw Failure(what: "\(record.matter) was agreed, and they are \(voices(breach, record.matter))")
            }
            try require(outcome == record.outcome, "agreed on \(record.outcome)")
            try require([.consulting, .awaitingDecision].contains(breach[record.matter].state), "agreed twice")
        case .matterReopened(let record):
            try require(breach[record.matter].state == .agreed, "reopened what was not agreed")
            try require(!breach.isNotified(of: record.matter), "reopened after the notification")
        case .matterDecided(let record):
            let state = breach[record.matter].state
            try require(state == (record.isRevision ? .decided : .awaitingDecision), "decided while \(state)")
            try require(!breach.isNotified(of: record.matter) || !record.isRevision, "revised after the notification")
        case .deadlineMissed(let record):
            let earlier = breach.misses.contains { $0.deadline == record.deadline && $0.edition == record.edition }
            try require(!earlier, "\(record.deadline) \(record.edition) was missed twice")
            try require(fact.at > record.due, "missed before its time")
            if let steadySince {
                try require(fact.at == max(record.due + 1, steadySince), "missed later than at its time")
            }
        case .reminded(let record):
            try require(!record.notices.isEmpty && record.due <= fact.at, "a reminder of nothing, or too early")
            let last = breach.remindedLeadSeconds[record.key] ?? Int.max
            try require(record.leadSeconds < last, "reminded again")
        case .regulatorNoticeDue(let record):
            try require(breach[.ico].settlement?.outcome == .notify, "a regulator's notice without the outcome")
            try require(record.isFollowUp == breach.isNotified(of: .ico), "follow-up or not")
        default: break
        }
    }

    private mutating func checkEscalation(_ record: EscalationRecord, _ breach: Breach, _ fact: Fact) throws {
        try require(breach[record.matter].state == .consulting, "escalated while \(breach[record.matter].state)")
        switch (record.cause, voices(breach, record.matter)) {
        case (.manual, _), (.disagreement, .differ): break
        case (.noAgreement, .silent):
            let time = escalationTime(breach, record.matter)
            try require(record.due == time, "due \(record.due.secondsSinceEpoch), not \(String(describing: time))")
            try require(fact.at >= record.due, "escalated before its time")
            if let steadySince {
                try require(fact.at == max(record.due, steadySince), "escalated later than at its time")
            }
        case (let cause, let voices): throw Failure(what: "escalated for \(cause), and they are \(voices)")
        }
    }

    /// R31: the facts read from the journal are those that were recorded, and amount to the same.
    func checkJournal() throws {
        var head = JournalHead.empty
        var ledger = Ledger()
        for fact in world.facts {
            let line = JournalRecord.line(for: fact, after: head) { Array(0..<UInt8(JournalRecord.saltBytes)) }
            let content = try JournalRecord.read(line.bytes.dropLast())
            try require(content.fact == fact, "the journal gives \(content.fact) for \(fact)")
            head = line.head
            ledger.apply(content.fact)
        }
        try require(ledger == world.clockwork.ledger, "the journal gives another ledger")
    }
}
