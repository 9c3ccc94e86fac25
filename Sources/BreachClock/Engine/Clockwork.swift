/// The engine: the ledger, the rules to decide by, and what is on the agenda. Pure: it reads no clock and touches no
/// file; whoever holds it tells it the time, records what it decides, and gives the recorded facts back.
///
/// Source: design, "a pure core that decides, a thin shell that acts".
struct Clockwork: Sendable {
    /// What the facts amount to.
    ///
    /// Source: R31.
    private(set) var ledger = Ledger()
    /// The configuration of today.
    ///
    /// Source: R5.
    private(set) var settings: Settings
    /// The configured zone's rules.
    ///
    /// Source: R3.
    let zone: any ZoneRules

    /// Since when that configuration is in use, where it took another's place.
    ///
    /// Source: R4 (marked late).
    private(set) var settingsSince = Instant(.min)

    /// The latest instant of a fact: the clock was there once.
    ///
    /// Source: R4.
    private(set) var latestFactAt = Instant(.min)

    private var agenda = Agenda()
    private var glances: [BreachReference: Glance] = [:]
    private var changed: Set<BreachReference> = []

    /// The times by which breaches move.
    ///
    /// Source: R13, R17.
    var timetable: Timetable { Timetable(settings, zone: zone) }

    /// What a command comes to.
    ///
    /// Source: R9.
    enum Decision: Equatable, Sendable {
        /// Something to record, on that breach.
        ///
        /// Source: R5.
        case record(Event, BreachReference)
        /// It was recorded before: nothing is, the first answer holds, and the sentence says so.
        ///
        /// Source: R9.
        case unchanged(BreachReference, String)
    }

    /// The engine over an empty register.
    ///
    /// Source: design.
    init(settings: Settings, zone: any ZoneRules) {
        self.settings = settings
        self.zone = zone
    }

    /// Takes a new configuration into use. Open breaches keep their clause and partners; mailboxes, reminders and what
    /// comes next follow the new one.
    ///
    /// - Parameter now: When: what falls due by a new configuration alone comes no later than it could.
    ///
    /// Source: R5.
    mutating func use(_ settings: Settings, at now: Instant) {
        self.settings = settings
        settingsSince = now
        for reference in ledger.references {
            agenda.set(reference, Instant(.min))
            changed.insert(reference)
        }
    }

    /// What the command comes to, or why it is refused.
    ///
    /// Source: contract of the programs.
    func decide(_ command: Command, by account: Account, at now: Instant) throws(Refusal) -> Decision {
        switch command {
        case .report(let command): try decide(command, by: account, at: now)
        case .acknowledge(let command): try decide(command, at: now)
        case .position(let command): try decide(command)
        case .note(let command): try decide(command)
        case .escalate(let command): try decide(command, at: now)
        case .decide(let command): try decide(command)
        case .notified(let command): try decide(command, at: now)
        case .correct(let command): try decide(command, at: now)
        case .redact(let command): try decide(command)
        case .close(let command): try decide(command)
        case .reopen(let command): try decideReopening(command)
        }
    }

    /// The next thing that is due now, as the event to record; nil when nothing is. Ask again once it is applied.
    ///
    /// Source: R4.
    mutating func due(at now: Instant) -> Event? {
        while let (at, reference) = agenda.first(), at <= now {
            guard let breach = ledger[reference] else {
                agenda.set(reference, nil)
                continue
            }
            if let step = breach.dueStep(timetable, now: now) {
                return event(for: step, of: breach, at: now)
            }
            agenda.set(reference, breach.nextStep(timetable, after: now)?.at)
        }
        return nil
    }

    /// The next thing that is due now on that breach, as the event to record; nil when nothing is.
    ///
    /// Source: R4.
    func due(on reference: BreachReference, at now: Instant) -> Event? {
        guard let breach = ledger[reference], let step = breach.dueStep(timetable, now: now) else { return nil }
        return event(for: step, of: breach, at: now)
    }

    /// The earliest instant at which something may be due; nil when nothing ever will be by itself.
    ///
    /// Source: design, "poll until the next due instant".
    mutating func nextDue() -> Instant? {
        agenda.first()?.at
    }

    /// Takes a recorded fact in.
    ///
    /// Source: R31.
    mutating func apply(_ fact: Fact) {
        latestFactAt = max(latestFactAt, fact.at)
        for reference in ledger.apply(fact) {
            // When it is next due depends on the time, which only `due` is told.
            agenda.set(reference, Instant(.min))
            changed.insert(reference)
        }
    }

    /// Looks anew at the breaches that changed, so that the status need not.
    ///
    /// Source: contract of the status (written on every change).
    mutating func refreshGlances() {
        for reference in changed { glances[reference] = glance(reference) }
        changed = []
    }

    /// The open breaches, and those whose notices wait, at a glance, in the order of recording.
    ///
    /// Source: contract of the status.
    var currentGlances: [Glance] {
        ledger.references.compactMap { changed.contains($0) ? glance($0) : glances[$0] }
    }

    private func glance(_ reference: BreachReference) -> Glance? {
        guard let breach = ledger[reference] else { return nil }
        // Years of closed breaches cost nothing, but for those whose last letters wait.
        guard breach.phase == .open || breach.notices.contains(where: \.isWaiting) else { return nil }
        return Glance(breach, timetable)
    }

    /// What fell due by now and has not been done: for the record of a start.
    ///
    /// Source: R4.
    func fellDue(by now: Instant) -> [DaemonStart.FellDue] {
        ledger.references
            .compactMap { ledger[$0] }
            .flatMap { breach in
                breach.dueSteps(timetable, now: now).map { step in
                    let upcoming = breach.upcoming(step)
                    return DaemonStart.FellDue(reference: breach.reference, what: upcoming.what, at: upcoming.at)
                }
            }
            .sorted { $0.at < $1.at }
    }

    // MARK: - Breaches by the names that people type

    /// The breach that the text names.
    ///
    /// Source: contract of the exit codes (66, no such breach).
    func breach(named text: String) throws(Refusal) -> Breach {
        if let reference = BreachReference(text), let breach = ledger[reference] { return breach }
        let nearest = nearestName(to: text, among: ledger.references.lazy.map(\.description))
        throw .notFound(kind: "breach", id: text, nearest: nearest)
    }

    /// The configured protocol that the text names, in either case.
    ///
    /// Source: contract of the exit codes (66, no such protocol).
    func sharingProtocol(named text: String) throws(Refusal) -> SharingProtocol {
        if let found = settings.protocols.first(where: { $0.id == text.uppercased() }) { return found }
        let nearest = nearestName(to: text, among: settings.protocols.map(\.id))
        throw .notFound(kind: "protocol", id: text, nearest: nearest)
    }

    /// The partner of that protocol that the text names, in either case.
    ///
    /// Source: contract of the exit codes (66, no such partner).
    func partner(named text: String, of sharingProtocol: SharingProtocol) throws(Refusal) -> Partner {
        if let found = sharingProtocol.partner(text.lowercased()) { return found }
        let nearest = nearestName(to: text, among: sharingProtocol.partners.map(\.id))
        throw .notFound(kind: "partner", id: text, nearest: nearest)
    }
}
