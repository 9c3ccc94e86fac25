/// The facts of a turn before they are durable, and what the register will amount to with them.
///
/// Source: design, "state is a value".
struct Draft {
    /// What the register will amount to.
    ///
    /// Source: design.
    var clockwork: Clockwork
    /// The facts to record.
    ///
    /// Source: design.
    private(set) var facts: [Fact] = []
    /// The time of this turn.
    ///
    /// Source: design (read the clocks once).
    let now: Instant

    private var sequence: Int

    /// A draft over what is recorded.
    ///
    /// Source: design.
    init(_ clockwork: Clockwork, after head: JournalHead, at now: Instant) {
        self.clockwork = clockwork
        self.now = now
        sequence = head.sequence
    }

    /// Adds what is due by the clock, at most so many facts of it.
    ///
    /// Source: R4.
    mutating func recordWhatIsDue(by account: Account, atMost limit: Int) {
        for _ in 0..<limit {
            guard let event = clockwork.due(at: now) else { return }
            record(event, by: account)
        }
    }

    /// Adds what is due on one breach that was drafted just now.
    ///
    /// Source: R4.
    mutating func recordWhatIsDue(of reference: BreachReference, by account: Account) {
        while let event = clockwork.due(on: reference, at: now) { record(event, by: account) }
    }

    /// Adds a fact.
    ///
    /// Source: design.
    mutating func record(_ event: Event, by account: Account) {
        sequence += 1
        let fact = Fact(sequence: sequence, at: now, account: account, event: event)
        facts.append(fact)
        clockwork.apply(fact)
    }
}
