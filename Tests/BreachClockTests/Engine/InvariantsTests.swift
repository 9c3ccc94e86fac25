import Testing

@testable import BreachClock

/// Random days in the life of a register, checked after every step against what must always hold.
@Suite("What always holds")
struct InvariantsTests {
    /// The engine under a seeded user, clock and mail system.
    private struct Run {
        var world: World
        var generator: SeededGenerator
        var spools = 0

        mutating func step() throws {
            switch Int.random(in: 0..<12, using: &generator) {
            case 0, 1: try report()
            case 2, 3: try acknowledge()
            case 4, 5, 6: world.advance(to: world.now + Int.random(in: 1...30.hours, using: &generator))
            case 7: world.beAway(until: world.now + Int.random(in: 1...5.days, using: &generator))
            case 8: stepBack()
            case 9: handOver()
            case 10: openSpool()
            default: world.restart()
            }
        }

        private mutating func report() throws {
            let choices = [("EDATRS", "open-road"), ("EWS-ASC", "provide"), ("MOSAIC", "essex-police"), ("BEDS", nil)]
            let (id, detector) = choices[Int.random(in: 0..<choices.count, using: &generator)]
            let risk = Risk.allCases[Int.random(in: 0..<3, using: &generator)]
            let detected = world.now - Int.random(in: 0...100.hours, using: &generator)
            try world.report(id, detected: detected, by: detector ?? "virgin-health", risk: risk)
        }

        private mutating func acknowledge() throws {
            let references = world.clockwork.ledger.references
            guard let reference = references.randomElement(using: &generator) else { return }
            let breach = try world.breach(reference)
            guard let member = breach.audience.randomElement(using: &generator) else { return }
            // The clock may have been set back to before the detection: then nobody can acknowledge.
            guard breach.facts.detectedAt <= world.now else { return }
            let at = world.now - Int.random(in: 0...(world.now - breach.facts.detectedAt), using: &generator)
            try world.acknowledge(reference, member.partnerID, at: at)
        }

        private mutating func stepBack() {
            world.now = world.now - Int.random(in: 1...10.hours, using: &generator)
            world.settle()
        }

        private mutating func handOver() {
            var taking = generator
            world.handOver { _ in Bool.random(using: &taking) }
            generator = taking
        }

        private mutating func openSpool() {
            spools += 1
            world.record(.spoolOpened(identity: "spool-\(spools)"))
        }
    }

    @Test("Nothing is owed twice, lost or recorded twice, whatever happens in whatever order", arguments: 1...20)
    func holds(seed: UInt64) throws {
        var run = Run(world: try World(at: "2026-10-20T08:00:00Z"), generator: SeededGenerator(seed: seed))
        for step in 0..<60 {
            try run.step()
            try Self.check(run.world, "seed \(seed), step \(step)")
        }
        #expect(run.world.clockwork.ledger.references.count > 2)
        var replayed = Ledger()
        for fact in run.world.facts { replayed.apply(fact) }
        #expect(replayed == run.world.clockwork.ledger)
        try Self.checkJournal(run.world.facts)
    }

    @Test("R31: Whatever a report or an acknowledgement says is read back from the journal as it was written")
    func keepsTexts() throws {
        let texts = [
            "x", "café", "cafe\u{301}", "病院のデータ 😀👩‍👩‍👧", "a\u{202E}b\u{200B}", "\u{FEFF}mark", "quote \" and \\ slash /",
            String(repeating: "\u{10FFFF}", count: 4000), "\u{FFFE}\u{FFFD}", "=cmd()", "<b>&amp;</b>",
        ]
        var world = try World(at: "2026-10-20T08:00:00Z")
        for (index, text) in texts.enumerated() {
            let reference = try world.report("EWS-ASC", by: "provide") { command in
                for field in TextField.allCases { command.texts[field] = text }
                command.facts.occurredAt = command.facts.detectedAt - index
                command.facts.individuals = 10_000_000_000
                command.facts.records = 0
                command.facts.cyber = CyberIncident.allCases[index % 3]
                command.facts.affected = index.isMultiple(of: 2) ? ["provide"] : nil
                command.request = RecordedRequest(id: "r-\(index)", digest: "d")
            }
            try world.acknowledge(reference, "provide") { command in
                command.name = String(text.unicodeScalars.prefix(200))
                command.personalDataReason = text
                command.channel = Channel.allCases[index % 4]
            }
        }
        try Self.checkJournal(world.facts)
    }

    /// What cannot be read back keeps the daemon from ever starting again.
    private static func checkJournal(_ facts: [Fact]) throws {
        var head = JournalHead.empty
        for fact in facts {
            let line = JournalRecord.line(for: fact, after: head) { Array(0..<UInt8(JournalRecord.saltBytes)) }
            let content = try JournalRecord.read(line.bytes.dropLast())
            #expect(content.fact == fact)
            #expect(content.previousHash == head.hash && content.head == line.head)
            head = line.head
        }
    }

    private static func check(_ world: World, _ comment: Comment) throws {
        let ledger = world.clockwork.ledger
        var outstanding: Set<NoticeIdentity> = []
        for reference in ledger.references {
            let breach = try world.breach(reference)
            let tokens = breach.notices.map(\.order.token)
            #expect(Set(tokens).count == tokens.count, comment)
            outstanding.formUnion(
                breach.notices.filter { $0.handedOverAt == nil }
                    .map { NoticeIdentity(reference: reference, token: $0.order.token) })
            try check(breach, ledger.history(of: reference).map(\.event), world, comment)
        }
        // What is not handed over is either to be written or in the spool, and stands there once.
        #expect(world.outstanding.count == outstanding.count, comment)
        #expect(Set(world.outstanding) == outstanding, comment)
        for identity in ledger.waiting { #expect(ledger.notice(identity)?.writtenAt != nil, comment) }
    }

    private static func check(_ breach: Breach, _ events: [Event], _ world: World, _ comment: Comment) throws {
        let misses = events.compactMap(\.miss)
        #expect(misses.count { $0.deadline == .partners } <= 1, comment)
        #expect(misses.count { $0.deadline == .regulator } <= 1, comment)
        #expect(misses.map(\.deadline) == breach.misses.map(\.deadline), comment)
        #expect(events.compactMap(\.correction).count <= misses.count, comment)
        let reminders = events.compactMap(\.reminder)
        for (_, series) in Dictionary(grouping: reminders, by: \.key) {
            let leads = series.map(\.leadSeconds)
            #expect(leads == Array(Set(leads)).sorted(by: >), comment)
        }
        let leads = reminders.filter { $0.key.subject == .acknowledgement }.map(\.leadSeconds)

        // Verdicts follow from what was done and when, whatever the way there.
        let partners = breach.partnersDeadline
        if let due = partners.due, partners.state != .notRequired {
            let informed = breach.audience.map(breach.informedAt)
            let last = informed.contains(nil) ? nil : informed.compactMap { $0 }.max()
            #expect(partners.settledAt == last, comment)
            if breach.sharingProtocol.clause.partnerHours == 0 {
                #expect(partners.state == (last == nil ? .running : .met), comment)
                #expect(leads.isEmpty, comment)
            } else if let last {
                #expect(partners.state == (last <= due ? .met : .late), comment)
            } else {
                #expect([.running, .missed].contains(partners.state), comment)
            }
        }
        if !breach.isAboveThreshold { #expect(misses.isEmpty && reminders.isEmpty, comment) }
        // Nothing is overdue that nobody was told of.
        let regulator = breach.regulatorDeadline.deadline
        if regulator.state == .missed { #expect(misses.contains { $0.deadline == .regulator }, comment) }
    }
}
