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

    private var agenda = Agenda()

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
    /// Source: R5.
    mutating func use(_ settings: Settings) {
        self.settings = settings
        for reference in ledger.references { agenda.set(reference, Instant(.min)) }
    }

    /// What the command comes to, or why it is refused.
    ///
    /// Source: contract of the programs.
    func decide(_ command: Command, by account: Account, at now: Instant) throws(Refusal) -> Decision {
        switch command {
        case .report(let report): try decide(report, by: account, at: now)
        case .acknowledge(let acknowledge): try decide(acknowledge, at: now)
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
            if let step = breach.dueStep(settings.timing, now: now) {
                return event(for: step, of: breach, at: now)
            }
            agenda.set(reference, breach.nextStep(settings.timing, after: now)?.at)
        }
        return nil
    }

    /// The next thing that is due now on that breach, as the event to record; nil when nothing is.
    ///
    /// Source: R4.
    func due(on reference: BreachReference, at now: Instant) -> Event? {
        guard let breach = ledger[reference], let step = breach.dueStep(settings.timing, now: now) else { return nil }
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
        for reference in ledger.apply(fact) {
            // When it is next due depends on the time, which only `due` is told.
            agenda.set(reference, Instant(.min))
        }
    }

    /// What fell due by now and has not been done: for the record of a start.
    ///
    /// Source: R4.
    func fellDue(by now: Instant) -> [DaemonStart.FellDue] {
        ledger.references
            .compactMap { ledger[$0] }
            .flatMap { breach in
                breach.dueSteps(settings.timing, now: now).map { step in
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

    // MARK: - What is due

    private func event(for step: Breach.Step, of breach: Breach, at now: Instant) -> Event {
        switch step.action {
        case .remind(let leadSeconds): .reminded(reminders(breach, leadSeconds: leadSeconds, due: step.at, now: now))
        case .miss(let name): .deadlineMissed(miss(breach, name, now: now))
        case .correctMiss(let miss, let settledAt):
            .missCorrected(correction(breach, miss, settledAt: settledAt))
        }
    }

    private func reminders(_ breach: Breach, leadSeconds: Int, due: Instant, now: Instant) -> ReminderRecord {
        let directory = Directory(recorded: breach.sharingProtocol, settings: settings)
        let occasion = "\(DeadlineName.partners).\(breach.edition(.partners)).\(durationText(leadSeconds))"
        return ReminderRecord(
            reference: breach.reference,
            subject: .acknowledgement,
            leadSeconds: leadSeconds,
            due: due,
            late: isLate(due, of: breach, now: now),
            notices: breach.reminded(before: due).flatMap { member in
                directory.orders(.reminder, to: .partner(member.partnerID), occasion: occasion)
            }
        )
    }

    private func miss(_ breach: Breach, _ name: DeadlineName, now: Instant) -> MissRecord {
        let due = breach.deadline(name).due ?? now
        let edition = breach.edition(name)
        return MissRecord(
            reference: breach.reference,
            deadline: name,
            edition: edition,
            due: due,
            late: isLate(due, of: breach, now: now),
            notices: toldOfMisses(breach, .deadlineMissed, occasion: "\(name).\(edition)")
        )
    }

    private func correction(_ breach: Breach, _ miss: Miss, settledAt: Instant) -> MissCorrectionRecord {
        MissCorrectionRecord(
            reference: breach.reference,
            deadline: miss.deadline,
            edition: miss.edition,
            settledAt: settledAt,
            notices: toldOfMisses(breach, .correction, occasion: "\(miss.deadline).\(miss.edition).met")
        )
    }

    /// The owner and the IG team.
    private func toldOfMisses(_ breach: Breach, _ kind: NoticeKind, occasion: String) -> [NoticeOrder] {
        let directory = Directory(recorded: breach.sharingProtocol, settings: settings)
        return [Recipient.owner, .igTeam].flatMap { directory.orders(kind, to: $0, occasion: occasion) }
    }

    /// Whether nobody was there when it was due. What was past when the breach was reported could not be earlier.
    private func isLate(_ due: Instant, of breach: Breach, now: Instant) -> Bool {
        now - max(due, breach.reportedAt) > settings.timing.heartbeatSeconds
    }
}
