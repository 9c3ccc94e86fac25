import Testing

@testable import BreachClock

@Suite("History in sentences")
struct NarrativeTests {
    private static let start = "2026-11-20T14:05:00Z"

    /// A breach to which everything has happened, and the sentences of its history by the kind of event.
    private static func history() throws -> (World, BreachReference, Narrative) {
        var world = try World(at: start)
        let reference = try world.report("EWS-ASC", detected: world.now - 25.hours, by: "provide")
        let due = world.now + 23.hours
        let council = NoticeIdentity(reference: reference, token: "breach-notice.essex-county-council.recorded")
        world.record(.noticesPublishing([PublishedNotice(identity: council, addresses: ["a@b.example"])]))
        world.handOver { $0.kind == .caseOpened }
        world.record(.noticesWritten([council]))
        for event in world.clockwork.returns(of: [council]) { world.record(event) }
        world.record(.noticesRetried([council]))
        world.record(.noticesRecalled([council]))
        world.beAway(until: due - 2.hours)
        world.advance(to: due + 1.hours)
        try world.acknowledge(reference, "essex-county-council", at: due - 5.minutes) { command in
            command.channel = .phone
            command.name = "Martin Fairweather"
        }
        try world.agree(reference)
        try world.position(reference, "provide", .doNotNotify)
        try world.decideMatter(reference, .notify)
        try world.notified(reference) { $0.reason = "The council was closed." }
        try world.note(reference)
        try world.correct(reference) { $0.records = 5 }
        try world.close(reference, reason: "The files were found.")
        try world.reopen(reference, reason: "They were not.")
        try world.redact(reference, "summary")
        let narrative = Narrative(breach: try world.breach(reference), zone: try FoundationZone.london())
        return (world, reference, narrative)
    }

    private static func fact(_ event: Event) -> Fact {
        Fact(sequence: 1, at: Instant(0), account: Account(uid: 0, name: "root"), event: event)
    }

    @Test(
        "R4: What the daemon itself did is told in a sentence",
        arguments: [
            (nil, 0, "The daemon started, version 9."),
            (Self.start, 0, "The daemon started, version 9; it was last known to run on Fri 20 Nov 2026 14:05 GMT."),
            (
                Self.start, 1,
                "The daemon started, version 9; it was last known to run on Fri 20 Nov 2026 14:05 GMT; 1 thing fell due since."
            ),
            (nil, 2, "The daemon started, version 9; 2 things fell due since."),
        ] as [(String?, Int, String)])
    func tellsOfStarts(lastAliveAt: String?, fellDue: Int, sentence: String) throws {
        let due = DaemonStart.FellDue(reference: WireSamples.reference, what: .deadline, at: WireSamples.instant)
        let start = DaemonStart(
            version: "9", lastAliveAt: try lastAliveAt.map(instant), fellDue: Array(repeating: due, count: fellDue))
        let zone = try FoundationZone.london()
        #expect(Narrative.sentenceOfDaemon(.daemonStarted(start), zone: zone) == sentence)
        #expect(Narrative.sentenceOfDaemon(.noticesWritten([]), zone: zone) == nil)
    }

    /// The name of the event's case: what every kind of event must be tried with.
    private static func kind(_ event: Event) -> String {
        switch event {
        case .registerOpened: "registerOpened"
        case .daemonStarted: "daemonStarted"
        case .daemonStopped: "daemonStopped"
        case .spoolOpened: "spoolOpened"
        case .breachRecorded: "breachRecorded"
        case .acknowledged: "acknowledged"
        case .reminded: "reminded"
        case .deadlineMissed: "deadlineMissed"
        case .missCorrected: "missCorrected"
        case .positionStated: "positionStated"
        case .matterAgreed: "matterAgreed"
        case .matterReopened: "matterReopened"
        case .matterEscalated: "matterEscalated"
        case .matterDecided: "matterDecided"
        case .regulatorNoticeDue: "regulatorNoticeDue"
        case .notificationRecorded: "notificationRecorded"
        case .noteAdded: "noteAdded"
        case .factsCorrected: "factsCorrected"
        case .breachClosed: "breachClosed"
        case .breachReopened: "breachReopened"
        case .textRedacted: "textRedacted"
        case .noticesPublishing: "noticesPublishing"
        case .noticesWritten: "noticesWritten"
        case .noticesHandedOver: "noticesHandedOver"
        case .noticesReturned: "noticesReturned"
        case .noticesRetried: "noticesRetried"
        case .noticesRecalled: "noticesRecalled"
        }
    }

    @Test("Every kind of fact about a breach is a sentence in its history")
    func tellsEveryKind() throws {
        let (world, reference, narrative) = try Self.history()
        var kinds: Set<String> = []
        for fact in world.clockwork.ledger.history(of: reference) {
            let sentence = try #require(narrative.sentence(fact), "\(fact.event)")
            #expect(!sentence.isEmpty)
            #expect(sentence.first?.isUppercase == true)
            #expect(sentence.hasSuffix(".") && !sentence.contains(".."), "\(sentence)")
            kinds.insert(Self.kind(fact.event))
        }
        #expect(
            kinds == [
                "breachRecorded", "acknowledged", "reminded", "deadlineMissed", "missCorrected", "positionStated",
                "matterAgreed", "matterReopened", "matterEscalated", "matterDecided", "regulatorNoticeDue",
                "notificationRecorded", "noteAdded", "factsCorrected", "breachClosed", "breachReopened",
                "textRedacted", "noticesPublishing", "noticesWritten", "noticesHandedOver",
                "noticesReturned", "noticesRetried", "noticesRecalled",
            ])
    }

    @Test("What is about another breach, or about none, is not told")
    func tellsOnlyItsOwn() throws {
        let (world, _, _) = try Self.history()
        var other = try World(at: Self.start)
        let stranger = try other.recordedBreach("MOSAIC", by: "essex-police")
        let narrative = Narrative(breach: stranger, zone: try FoundationZone.london())
        for fact in world.facts { #expect(narrative.sentence(fact) == nil, "\(fact.event)") }
        let none: [Event] = [
            .registerOpened(identity: "r"), .spoolOpened(identity: "s"), .daemonStopped,
            .daemonStarted(DaemonStart(version: "1", lastAliveAt: nil, fellDue: [])),
        ]
        for event in none { #expect(narrative.sentence(Self.fact(event)) == nil) }
    }

    @Test("The sentences name the partner, the time, the channel, and what was late")
    func namesThings() throws {
        let (world, reference, narrative) = try Self.history()
        let sentences = world.clockwork.ledger.history(of: reference).compactMap { narrative.sentence($0) }
        func one(_ prefix: String) throws -> String { try #require(sentences.first { $0.hasPrefix(prefix) }) }
        func reminder(_ lead: Int) throws -> String {
            try #require(sentences.first { $0.hasPrefix("Reminded 1 recipient") && $0.contains(", \(lead)") })
        }
        let recorded = try one("Recorded")
        #expect(recorded.contains("Provide") && recorded.contains("Thu 19 Nov 2026 13:05 GMT"))
        #expect(recorded.contains("likely") && recorded.contains("3 notices"))
        let acknowledged = try one("Essex County Council")
        #expect(acknowledged.contains("Martin Fairweather") && acknowledged.contains("by phone"))
        #expect(acknowledged.contains("Sat 21 Nov 2026 13:00 GMT"))
        // 12 h and 4 h before the daemon was away; the latest that applied was sent late.
        let late = try reminder(4)
        #expect(late.contains("late (due Sat 21 Nov 2026 09:05 GMT)"))
        #expect(try reminder(1).contains("late") == false)
        let missed = try one("The partners' deadline, Sat 21 Nov 2026 13:05 GMT, passed unmet")
        #expect(missed.contains("2 notices"))
        #expect(try one("The partners' deadline was kept").contains("Sat 21 Nov 2026 13:00 GMT"))
        let refused =
            "Refused by the mail system and set aside: breach-notice to essex-county-council. 1 telephone task"
        #expect(try one("Refused") == "\(refused) ordered.")
        #expect(try one("Waiting") == "Waiting in the spool again: breach-notice to essex-county-council.")
        #expect(try one("Redacted").contains("It named a patient."))
    }

    @Test("R14: A notice of the team's own that is refused brings no telephone task, and the sentence names none")
    func refusedToTheTeam() throws {
        let (world, reference, narrative) = try Self.history()
        let notices = try #require(world.clockwork.ledger[reference]).notices
        let opened = try #require(notices.first { $0.order.kind == .caseOpened })
        let record = ReturnRecord(reference: reference, returned: [opened.token], notices: [])
        let sentence = try #require(narrative.sentence(Self.fact(.noticesReturned(record))))
        #expect(sentence == "Refused by the mail system and set aside: case-opened to ig-team.")
    }

    @Test("What a report said stands in the history, why the risk is unlikely and why personal data stands in it too")
    func tellsTheReport() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide", risk: .unlikely) {
            $0.facts.individuals = 12
            $0.texts[.found] = "In SW1A 1AA."
            $0.texts[.personalDataReason] = "The place matters."
        }
        let narrative = Narrative(breach: try world.breach(reference), zone: try FoundationZone.london())
        let told = narrative.sentence(try #require(world.facts.first))
        #expect(
            told == "Recorded: detected by Provide on Fri 20 Nov 2026 14:05 GMT, risk "
                + "unlikely; individuals 12; summary “\(World.summary)”; found “In SW1A 1AA.”; reason “The laptop was "
                + "encrypted.”; personalDataReason “The place matters.”; 1 notice ordered.")
    }

    @Test("R27: Of any other fact the history says why personal data stands in it")
    func tellsWhyPersonalDataStands() throws {
        let (_, reference, narrative) = try Self.history()
        let record = NoteRecord(
            reference: reference, kind: .effect, text: .written("In SW1A 1AA."),
            personalDataReason: .written("The place matters."))
        #expect(
            try #require(narrative.sentence(Self.fact(.noteAdded(record))))
                == "Noted (effect): In SW1A 1AA. Personal data stands in it because: The place matters.")
    }

    @Test("R11: A hand-over that was found out later is told with its own instant, each instant apart")
    func tellsHandOvers() throws {
        let (world, reference, narrative) = try Self.history()
        let notices = try #require(world.clockwork.ledger[reference]).notices.prefix(3)
        let handOvers = zip(notices, [0, 60, 60]).map { notice, seconds in
            HandOver(identity: NoticeIdentity(reference: reference, token: notice.token), at: Instant(seconds))
        }
        #expect(
            try #require(narrative.sentence(Self.fact(.noticesHandedOver(handOvers))))
                == "Taken by the mail system: breach-notice to essex-county-council. Taken by the mail system on Thu 1 Jan "
                + "1970 01:01 BST: breach-notice to provide; case-opened to ig-team.")
    }

    @Test("R31: A text that was redacted is shown as that")
    func showsRedaction() throws {
        let (_, reference, narrative) = try Self.history()
        let record = AcknowledgementRecord(
            reference: reference, partnerID: "provide",
            acknowledgement: Acknowledgement(at: try instant(Self.start), channel: nil, name: .redacted))
        #expect(try #require(narrative.sentence(Self.fact(.acknowledged(record)))).contains("[redacted]"))
    }
}
