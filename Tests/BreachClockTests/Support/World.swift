import Testing

@testable import BreachClock

/// An engine with somebody to keep its clock and its journal: a test says what people do and when, and looks at what
/// came of it. There is no file and no clock behind it.
struct World {
    static let clerk = Account(uid: 1000, name: "clerk")
    static let colleague = Account(uid: 1001, name: "colleague")
    static let daemon = Account(uid: 990, name: "breachclock")

    private(set) var clockwork: Clockwork
    /// Every fact, in order: what the journal would hold.
    private(set) var facts: [Fact] = []
    /// What the wall clock shows.
    var now: Instant
    /// Whether what follows a command at once is recorded with it, as the daemon does; a test that wants to see the one
    /// without the other turns it off.
    var settlesAfterCommands = true
    /// Whether something was due again as soon as it was done: then time does not go on.
    private var isStuck = false

    init(at now: Instant, settings: Settings? = nil, zone: (any ZoneRules)? = nil) throws {
        clockwork = Clockwork(
            settings: try settings ?? Fixture.settings(),
            zone: try zone ?? FoundationZone.london()
        )
        self.now = now
    }

    init(at now: String, settings: Settings? = nil, zone: (any ZoneRules)? = nil) throws {
        try self.init(at: instant(now), settings: settings, zone: zone)
    }

    // MARK: - What is there

    func breach(_ reference: BreachReference) throws -> Breach {
        try #require(clockwork.ledger[reference], "there is no \(reference)")
    }

    func summary(_ reference: BreachReference) throws -> BreachSummary {
        clockwork.summary(of: try breach(reference), at: now)
    }

    /// The notices that the mail system has not taken, in the spool or before it.
    var outstanding: [NoticeIdentity] { clockwork.ledger.waiting + clockwork.ledger.unwritten }

    var status: StatusReport { clockwork.statusReport(at: now) }

    func notice(_ token: String, of reference: BreachReference) throws -> Notice {
        let notices = try breach(reference).notices
        return try #require(notices.first { $0.order.token == token }, "none of \(notices.map(\.order.token))")
    }

    /// What that has recorded, in order.
    mutating func recording(_ body: (inout World) throws -> Void) rethrows -> [Event] {
        let count = facts.count
        try body(&self)
        return facts[count...].map(\.event)
    }

    /// The field that it is refused for, or what there is none of; nil where it is done.
    mutating func refusedField(_ body: (inout World) throws -> Void) throws -> String? {
        var tried = self
        do {
            try body(&tried)
            self = tried
            return nil
        } catch let refusal as Refusal {
            switch refusal {
            case .refused(let field, _): return field
            case .notFound(let kind, _, _): return "no such \(kind)"
            }
        }
    }

    // MARK: - What people do

    /// What a command would come to, recording nothing.
    func decide(_ command: Command, by account: Account = clerk) throws(Refusal) -> Clockwork.Decision {
        try clockwork.decide(command, by: account, at: now)
    }

    /// Does what the command asks, and answers with the sentence where nothing was recorded.
    @discardableResult
    mutating func carryOut(
        _ command: Command, by account: Account = clerk
    ) throws(Refusal) -> (reference: BreachReference, sentence: String?) {
        switch try decide(command, by: account) {
        case .record(let event, let reference):
            record(event, by: account)
            // As the daemon does, before it answers.
            while settlesAfterCommands, !isStuck, let next = clockwork.due(on: reference, at: now) {
                recordDue(next)
            }
            return (reference, nil)
        case .unchanged(let reference, let sentence):
            return (reference, sentence)
        }
    }

    /// A report as it is usually made: found just now, of one summary.
    func reportCommand(
        _ protocolID: String = "EDATRS",
        detected: Instant? = nil,
        by detector: String = "open-road",
        risk: Risk = .likely,
        _ change: (inout ReportCommand) throws -> Void = { _ in }
    ) rethrows -> ReportCommand {
        var command = ReportCommand(
            protocolID: protocolID,
            detectedBy: detector,
            facts: BreachFacts(
                detectedAt: detected ?? now, occurredAt: nil, awareAt: [:], risk: risk, affected: nil,
                individuals: nil, records: nil, cyber: nil
            ),
            awareAt: nil,
            controllers: [],
            texts: [.summary: World.summary],
            request: nil
        )
        if risk == .unlikely { command.texts[.reason] = "The laptop was encrypted." }
        try change(&command)
        return command
    }

    static let summary = "A laptop with the caseload was left on a train."

    @discardableResult
    mutating func report(
        _ protocolID: String = "EDATRS",
        detected: Instant? = nil,
        by detector: String = "open-road",
        risk: Risk = .likely,
        account: Account = clerk,
        _ change: (inout ReportCommand) throws -> Void = { _ in }
    ) throws -> BreachReference {
        let command = try reportCommand(protocolID, detected: detected, by: detector, risk: risk, change)
        return try carryOut(.report(command), by: account).reference
    }

    /// Reports, and answers with the breach as it stands then.
    mutating func recordedBreach(
        _ protocolID: String = "EDATRS",
        by detector: String = "open-road",
        risk: Risk = .likely
    ) throws -> Breach {
        let reference = try report(protocolID, by: detector, risk: risk)
        return try breach(reference)
    }

    /// Records an acknowledgement; answers with the sentence where nothing was recorded.
    @discardableResult
    mutating func acknowledge(
        _ reference: BreachReference,
        _ partnerID: String,
        at: Instant? = nil,
        _ change: (inout AcknowledgeCommand) -> Void = { _ in }
    ) throws(Refusal) -> String? {
        var command = AcknowledgeCommand(
            breach: reference.description, partnerID: partnerID, at: at, channel: nil, name: nil,
            personalDataReason: nil
        )
        change(&command)
        return try carryOut(.acknowledge(command)).sentence
    }

    /// States a position; one not to notify with a reason, unless changed.
    @discardableResult
    mutating func position(
        _ reference: BreachReference,
        _ partnerID: String,
        _ outcome: Outcome,
        on matter: MatterName = .ico,
        _ change: (inout PositionCommand) -> Void = { _ in }
    ) throws(Refusal) -> String? {
        var command = PositionCommand(
            breach: reference.description, partnerID: partnerID, outcome: outcome, matter: matter,
            reason: outcome == .doNotNotify ? "The files were encrypted." : nil)
        change(&command)
        return try carryOut(.position(command)).sentence
    }

    /// Has each of those, all that are asked unless named, state the same position.
    mutating func agree(
        _ reference: BreachReference,
        _ outcome: Outcome = .notify,
        on matter: MatterName = .ico,
        _ partnerIDs: [String]? = nil
    ) throws {
        for id in try partnerIDs ?? breach(reference).asked(on: matter) {
            try position(reference, id, outcome, on: matter)
        }
    }

    mutating func note(
        _ reference: BreachReference, _ kind: NoteKind = .action, _ text: String = "Locks changed.",
        personalDataReason: String? = nil
    ) throws(Refusal) {
        let breach = reference.description
        try carryOut(
            .note(NoteCommand(breach: breach, kind: kind, text: text, personalDataReason: personalDataReason)))
    }

    mutating func escalate(
        _ reference: BreachReference,
        _ matter: MatterName = .ico,
        reason: String? = "Two partners cannot be reached."
    ) throws(Refusal) {
        try carryOut(.escalate(EscalateCommand(breach: reference.description, matter: matter, reason: reason)))
    }

    /// Decides, with all that such a decision has to say, unless changed.
    mutating func decideMatter(
        _ reference: BreachReference,
        _ outcome: Outcome = .notify,
        on matter: MatterName = .ico,
        revise: Bool = false,
        _ change: (inout DecideCommand) -> Void = { _ in }
    ) throws(Refusal) {
        var command = DecideCommand(
            breach: reference.description, outcome: outcome, matter: matter, name: "Rhona Kettleby",
            reason: "The files can be read by anybody.", isRevision: revise)
        if matter == .individuals {
            command.telling =
                outcome == .notify
                ? TellingWords(when: "On Monday.", how: "By letter.", byWhom: "The council.")
                : TellingWords(ground: .noHighRisk)
        }
        change(&command)
        try carryOut(.decide(command))
    }

    /// Records a notification: the group's initial one to the regulator, now, unless changed.
    mutating func notified(
        _ reference: BreachReference,
        _ phase: NotificationPhase = .initial,
        of matter: MatterName = .ico,
        at: Instant? = nil,
        ownDuty: String? = nil,
        _ change: (inout NotifiedCommand) -> Void = { _ in }
    ) throws(Refusal) {
        var command = NotifiedCommand(
            breach: reference.description, matter: matter, at: at, phase: phase, ownDuty: ownDuty,
            reason: ownDuty == nil ? nil : "The law does not wait.")
        change(&command)
        try carryOut(.notified(command))
    }

    /// Corrects, with a reason unless it is taken away.
    mutating func correct(
        _ reference: BreachReference,
        reason: String? = "The log says otherwise.",
        _ change: (inout CorrectCommand) -> Void
    ) throws(Refusal) {
        var command = CorrectCommand(breach: reference.description, reason: reason)
        change(&command)
        try carryOut(.correct(command))
    }

    @discardableResult
    mutating func close(_ reference: BreachReference, reason: String? = nil) throws(Refusal) -> String? {
        try carryOut(.close(CloseCommand(breach: reference.description, reason: reason))).sentence
    }

    @discardableResult
    mutating func reopen(_ reference: BreachReference, reason: String? = nil) throws(Refusal) -> String? {
        try carryOut(.reopen(CloseCommand(breach: reference.description, reason: reason))).sentence
    }

    mutating func redact(
        _ reference: BreachReference, _ field: String, reason: String? = "It named a patient."
    ) throws(Refusal) {
        try carryOut(.redact(RedactCommand(breach: reference.description, field: field, reason: reason)))
    }

    // MARK: - What the daemon does

    /// Records an event as of now.
    mutating func record(_ event: Event, by account: Account = daemon) {
        let fact = Fact(sequence: facts.count + 1, at: now, account: account, event: event)
        facts.append(fact)
        clockwork.apply(fact)
    }

    /// Records all that is due now.
    @discardableResult
    mutating func settle() -> [Event] {
        var events: [Event] = []
        while !isStuck, let event = clockwork.due(at: now) {
            recordDue(event)
            events.append(event)
        }
        return events
    }

    /// Records what is due, but not for ever.
    private mutating func recordDue(_ event: Event) {
        let count = facts.suffix(200).count { $0.at == now && $0.account == World.daemon && $0.event == event }
        guard count == 0 else {
            Issue.record("the same thing is due again as soon as it is done: \(event)")
            isStuck = true
            return
        }
        record(event)
    }

    /// Lets time pass with the daemon running: what falls due is recorded at its instant.
    @discardableResult
    mutating func advance(to target: Instant) -> [Event] {
        var events = settle()
        while !isStuck, let next = clockwork.nextDue(), next <= target {
            now = max(now, next)
            events += settle()
        }
        now = target
        return events + settle()
    }

    /// Lets time pass with nobody there, and then records all that is due at once.
    @discardableResult
    mutating func beAway(until target: Instant) -> [Event] {
        now = target
        return settle()
    }

    /// The mail system takes what waits: everything, or what the test names.
    mutating func handOver(
        _ reference: BreachReference? = nil,
        at: Instant? = nil,
        where isTaken: (NoticeOrder) -> Bool = { _ in true }
    ) {
        let taken = outstanding.filter { identity in
            guard reference == nil || identity.reference == reference,
                let notice = clockwork.ledger.notice(identity)
            else { return false }
            return isTaken(notice.order)
        }
        guard !taken.isEmpty else { return }
        let unwritten = taken.filter(clockwork.ledger.unwritten.contains)
        if !unwritten.isEmpty { record(.noticesWritten(unwritten)) }
        record(.noticesHandedOver(taken.map { HandOver(identity: $0, at: at ?? now) }))
    }

    /// The mail system refuses for good what the test names of all that waits.
    mutating func refuse(where isRefused: (NoticeOrder) -> Bool) {
        let refused = outstanding.filter { clockwork.ledger.notice($0).map { isRefused($0.order) } ?? false }
        let unwritten = refused.filter(clockwork.ledger.unwritten.contains)
        if !unwritten.isEmpty { record(.noticesWritten(unwritten)) }
        for event in clockwork.returns(of: refused) { record(event) }
    }

    /// Ends the daemon and starts it again on the same journal, perhaps with another configuration.
    mutating func restart(_ change: (inout Settings) throws -> Void) rethrows {
        var settings = clockwork.settings
        try change(&settings)
        clockwork = Clockwork(settings: settings, zone: clockwork.zone)
        for fact in facts { clockwork.apply(fact) }
    }

    /// Takes another configuration into use, as a reload does.
    mutating func reload(_ change: (inout Settings) throws -> Void) rethrows {
        var settings = clockwork.settings
        try change(&settings)
        clockwork.use(settings, at: now)
    }

    /// Looks at all breaches, as the daemon does before it writes the status.
    mutating func refreshGlances() {
        clockwork.refreshGlances()
    }

    /// Ends the daemon and starts it again on the same journal.
    mutating func restart() {
        restart { _ in }
    }
}

extension Event {
    var reminder: ReminderRecord? {
        if case .reminded(let record) = self { record } else { nil }
    }

    var miss: MissRecord? {
        if case .deadlineMissed(let record) = self { record } else { nil }
    }

    var escalation: EscalationRecord? {
        if case .matterEscalated(let record) = self { record } else { nil }
    }

    var agreement: AgreementRecord? {
        if case .matterAgreed(let record) = self { record } else { nil }
    }

    var correction: MissCorrectionRecord? {
        if case .missCorrected(let record) = self { record } else { nil }
    }
}

extension Sequence<Event> {
    /// The tokens of all notices that these bring, in order.
    var tokens: [String] { flatMap(\.orders).map(\.token) }
}
