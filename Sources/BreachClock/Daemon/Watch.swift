/// A client that is told of facts as they become durable: how far it has been told. Nothing is kept for it but that; the
/// facts stand in the journal.
///
/// Source: contract of `watch`.
struct Watch {
    private let breach: BreachReference?
    private var passing: Int
    private var place: JournalPlace

    /// The watch that was asked for.
    ///
    /// Source: contract of `watch`.
    init(_ request: WatchRequest, in journal: Journal) {
        breach = request.breach
        passing = request.after
        // Who wants what comes need not wait until the whole journal is passed over.
        place = passing >= journal.end.sequence ? journal.end : JournalPlace(sequence: 0, offset: 0, edition: 0)
    }

    /// Whether there may be something to tell.
    ///
    /// Source: contract of `watch`.
    func isBehind(_ journal: Journal) -> Bool { journal.hasFacts(after: place) }

    /// What a portion of the journal tells, perhaps nothing; the watch moves on.
    ///
    /// Source: contract of `watch`.
    mutating func next(_ journal: Journal, _ clockwork: Clockwork) throws(SystemError) -> [ControlReply] {
        let facts = try journal.facts(after: &place, passing: passing)
        passing = max(passing, place.sequence)
        return facts.flatMap { replies($0, clockwork) }
    }

    private func replies(_ fact: Fact, _ clockwork: Clockwork) -> [ControlReply] {
        let references = fact.event.references
        if references.isEmpty, breach == nil,
            let text = Narrative.sentenceOfDaemon(fact.event, zone: clockwork.zone)
        {
            return [.part(["breach": .null, "fact": fact.json(text)])]
        }
        return references.filter { breach == nil || $0 == breach }.compactMap { reference in
            guard let breach = clockwork.ledger[reference] else { return nil }
            let text = Narrative(breach: breach, zone: clockwork.zone).sentence(fact) ?? ""
            return .part(["breach": .string(reference.description), "fact": fact.json(text)])
        }
    }
}

extension Fact {
    /// The fact as clients are shown it, with what it says.
    ///
    /// Source: contract of the control socket, `Fact`.
    func json(_ text: String) -> JSON {
        .object([
            "sequence": .integer(sequence),
            "at": .instant(at),
            "type": .string(EncodedEvent(event).type.rawValue),
            "account": .string(account.name),
            "text": .string(text),
        ])
    }
}
