import Testing

@testable import BreachClock

@Suite("The engine and its clock")
struct ClockworkTests {
    private static let start = "2026-11-20T14:05:00Z"

    // MARK: - R4

    @Test("R4: What fell due while nobody was there is done at once, each item once, marked late with its instant")
    func catchesUp() throws {
        var world = try World(at: Self.start)
        let start = world.now
        let reference = try world.report()
        let events = world.beAway(until: start + 80.hours)
        let misses = events.compactMap(\.miss)
        // The owner's 12 h before the regulator's deadline hold four office hours of a Monday.
        #expect(events.compactMap(\.escalation).map { $0.due - start } == [60.hours, 60.hours])
        #expect(events.compactMap(\.escalation).allSatisfy { $0.late && $0.cause == .noAgreement })
        #expect(events.count == 4)
        #expect(misses.map(\.deadline) == [.partners, .regulator])
        #expect(misses.map { $0.due - start } == [48.hours, 72.hours])
        #expect(misses.allSatisfy { $0.late })
        #expect(events.compactMap(\.reminder).isEmpty)
        #expect(world.settle().isEmpty)
        let told = try world.breach(reference).notices.filter { $0.order.kind == .deadlineMissed }
        #expect(told.map { notice in notice.lateSince.map { $0 - start } } == [48.hours, 48.hours, 72.hours, 72.hours])
        #expect(told.allSatisfy { $0.orderedAt == start + 80.hours })
    }

    @Test(
        "R4: Late is only what nobody was there for: a wake-up within a heartbeat is on time",
        arguments: [(0, false), (30, false), (2.minutes, true), (5.hours, true)])
    func marksLate(secondsLate: Int, isLate: Bool) throws {
        var world = try World(at: Self.start)
        let start = world.now
        let reference = try world.report()
        world.handOver()
        let reminder = try #require(world.beAway(until: start + 24.hours + secondsLate).first?.reminder)
        #expect(reminder.late == isLate)
        #expect(reminder.due == start + 24.hours)
        let notice = try world.notice("reminder.peabody.partners.1.24h", of: reference)
        #expect(notice.lateSince == (isLate ? start + 24.hours : nil))
        #expect(notice.orderedAt == start + 24.hours + secondsLate)
    }

    @Test("R4: What was past before the breach was recorded is late only by what passed after that")
    func isNotLateBeforeItWasKnown() throws {
        var world = try World(at: Self.start)
        world.settlesAfterCommands = false
        try world.report(detected: world.now - 10.days)
        #expect(world.beAway(until: world.now + 30).compactMap(\.miss).map(\.late) == [false, false])

        var away = try World(at: Self.start)
        away.settlesAfterCommands = false
        try away.report(detected: away.now - 10.days)
        #expect(away.beAway(until: away.now + 2.hours).compactMap(\.miss).map(\.late) == [true, true])
    }

    @Test("R4: A step back undoes nothing and sends nothing again")
    func stepsBack() throws {
        var world = try World(at: Self.start)
        let start = world.now
        let reference = try world.report()
        world.advance(to: start + 80.hours)
        let before = try world.breach(reference)
        let count = world.facts.count
        world.now = start - 5.days
        #expect(world.settle().isEmpty)
        #expect(try world.breach(reference) == before)
        #expect(world.advance(to: start + 100.hours).isEmpty)
        #expect(world.facts.count == count)
    }

    @Test("R4: A step back between two reminders sends the first no second time, and the second at its time")
    func stepsBackBetweenReminders() throws {
        var world = try World(at: Self.start)
        let start = world.now
        try world.report()
        world.handOver()
        #expect(world.advance(to: start + 30.hours).count == 1)
        world.now = start + 10.hours
        #expect(world.settle().isEmpty)
        let later = world.advance(to: start + 40.hours).compactMap(\.reminder)
        #expect(later.map(\.leadSeconds) == [12.hours, 24.hours])
        #expect(later.map(\.key.subject) == [.acknowledgement, .position])
        #expect(later.allSatisfy { $0.due == start + 36.hours })
    }

    @Test("R4: The start of a daemon can say what fell due while it was away, before it is done")
    func saysWhatFellDue() throws {
        var world = try World(at: Self.start)
        let start = world.now
        let reference = try world.report()
        world.handOver { $0.recipient != .partner("peabody") }
        world.restart()
        #expect(world.clockwork.fellDue(by: start + 23.hours).isEmpty)
        #expect(
            world.clockwork.fellDue(by: start + 37.hours) == [
                .init(reference: reference, what: .notice(.reminder), at: start + 36.hours),
                .init(reference: reference, what: .notice(.reminder), at: start + 36.hours),
            ])
        #expect(
            world.clockwork.fellDue(by: start + 100.hours) == [
                .init(reference: reference, what: .deadline, at: start + 48.hours),
                .init(reference: reference, what: .notice(.escalation), at: start + 60.hours),
                .init(reference: reference, what: .notice(.escalation), at: start + 60.hours),
                .init(reference: reference, what: .deadline, at: start + 72.hours),
            ])
        world.beAway(until: start + 100.hours)
        #expect(world.clockwork.fellDue(by: start + 100.hours).isEmpty)
    }

    @Test("R4: What fell due on several breaches is listed in the order of its instants")
    func ordersWhatFellDue() throws {
        var world = try World(at: Self.start)
        let first = try world.report()
        let second = try world.report(detected: world.now - 10.hours)
        let fellDue = world.clockwork.fellDue(by: world.now + 90.hours)
        // The second's escalation, on Sunday, was brought forward to Friday 13:00, and done on recording.
        #expect(world.facts.compactMap(\.event.escalation).map(\.reference) == [second, second])
        let escalated = fellDue.filter { $0.what == .notice(.escalation) }
        #expect(escalated.map(\.reference) == [first, first])
        let deadlines = fellDue.filter { $0.what == .deadline }
        #expect(deadlines.map(\.reference) == [second, first, second, first])
        #expect(fellDue.count == 6)
        #expect(fellDue.map(\.at) == fellDue.map(\.at).sorted())
    }

    // MARK: - The agenda

    @Test("With nothing open nothing is ever due; with a breach the next instant is known")
    func knowsTheNextInstant() throws {
        var world = try World(at: Self.start)
        var clockwork = world.clockwork
        #expect(clockwork.nextDue() == nil)
        #expect(clockwork.due(at: world.now + 365.days) == nil)

        try world.report()
        world.settle()
        clockwork = world.clockwork
        #expect(clockwork.nextDue() == world.now + 24.hours)
        world.advance(to: world.now + 365.days)
        clockwork = world.clockwork
        #expect(clockwork.nextDue() == nil)
    }

    @Test("Of many breaches each is looked at when it is due")
    func looksAtEach() throws {
        var world = try World(at: Self.start)
        let start = world.now
        var due: [Instant] = []
        for hours in [30, 3, 47, 12, 20, 8] {
            try world.report(detected: start - hours.hours)
            due += [start - hours.hours + 48.hours, start - hours.hours + 72.hours]
        }
        let events = world.advance(to: start + 30.days)
        let misses = world.facts.compactMap { fact in fact.event.miss.map { (fact.at, $0.due) } }
        #expect(misses.map(\.1) == due.sorted())
        #expect(misses.allSatisfy { $0.0 == $0.1 + 1 })
        #expect(events.compactMap(\.miss).allSatisfy { !$0.late })
    }

    @Test("The engine is a pure function of its facts: the same journal gives the same ledger and the same future")
    func replays() throws {
        var world = try World(at: Self.start)
        let start = world.now
        let first = try world.report()
        let second = try world.report("MOSAIC", by: "essex-police")
        world.handOver(first)
        world.advance(to: start + 30.hours)
        try world.acknowledge(first, "peabody")
        world.advance(to: start + 49.hours)
        var restarted = world
        restarted.restart()
        #expect(restarted.clockwork.ledger == world.clockwork.ledger)
        #expect(restarted.clockwork.ledger.history(of: second) == world.clockwork.ledger.history(of: second))
        let tokens = world.advance(to: start + 90.days).tokens
        #expect(restarted.advance(to: start + 90.days).tokens.sorted() == tokens.sorted())
        #expect(restarted.status == world.status)
    }

    @Test("Breaches that are due at the same instant come in the order of their references, whatever was before")
    func ordersTheSameInstant() throws {
        var world = try World(at: Self.start)
        let start = world.now
        let references = try (0..<6).map { _ in try world.report() }
        // Word about one of them puts it on the agenda anew.
        world.handOver(references[1])
        try world.acknowledge(references[4], "peabody")
        let misses = world.advance(to: start + 90.days).compactMap(\.miss).filter { $0.deadline == .regulator }
        #expect(misses.map(\.reference).sorted() == references)
        #expect(misses.map(\.reference) == references)
    }

    @Test("A restart at any instant changes nothing of what is sent", arguments: 0..<12)
    func restartsAnywhere(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        var steady = try World(at: Self.start)
        let start = steady.now
        let reference = try steady.report()
        var restarted = steady
        for hour in (0..<100).filter({ _ in Int.random(in: 0..<6, using: &generator) == 0 }) {
            steady.advance(to: start + hour.hours)
            restarted.advance(to: start + hour.hours)
            restarted.restart()
            let silent = try steady.breach(reference).unacknowledged.map(\.partnerID)
            if Bool.random(using: &generator), let id = silent.randomElement(using: &generator) {
                try steady.acknowledge(reference, id)
                try restarted.acknowledge(reference, id)
            }
        }
        steady.advance(to: start + 200.hours)
        restarted.advance(to: start + 200.hours)
        #expect(restarted.facts == steady.facts)
    }

    // MARK: - Another configuration

    @Test("R13: Reminders configured anew hold for the breaches that are open, and nothing goes out twice")
    func takesNewReminders() throws {
        var world = try World(at: Self.start)
        let start = world.now
        let reference = try world.report()
        world.handOver()
        world.advance(to: start + 30.hours)
        let before = try world.breach(reference)
        world.reload { $0.timing.reminderLeadsSeconds = [40.hours, 24.hours, 6.hours] }
        #expect(try world.breach(reference) == before)
        let reminders = world.advance(to: start + 48.hours).compactMap(\.reminder)
        // The positions are wanted 60 hours on: 40 h before that has just passed, and was never done.
        #expect(reminders.map(\.key.subject) == [.position, .position, .acknowledgement])
        #expect(reminders.map(\.leadSeconds) == [40.hours, 24.hours, 6.hours])
        #expect(reminders.map { $0.due - start } == [20.hours, 36.hours, 42.hours])
    }

    @Test("R13: A reminder that the new configuration has earlier than the old goes out at its own time")
    func takesEarlierReminders() throws {
        var world = try World(at: Self.start)
        let start = world.now
        try world.report()
        world.handOver()
        world.advance(to: start + 25.hours)
        world.reload { $0.timing.reminderLeadsSeconds = [24.hours, 18.hours] }
        let reminders = world.advance(to: start + 48.hours).compactMap(\.reminder)
        #expect(reminders.map(\.key.subject) == [.acknowledgement, .position, .position])
        #expect(reminders.map { $0.due - start } == [30.hours, 36.hours, 42.hours])
        #expect(world.facts.suffix(3).map(\.at) == [start + 30.hours, start + 36.hours, start + 42.hours])
    }

    // MARK: - Names

    @Test("Breaches, protocols and partners are found in either case")
    func findsInEitherCase() throws {
        var world = try World(at: Self.start)
        let reference = try world.report()
        #expect(try world.clockwork.breach(named: "edatrs-2026-0001").reference == reference)
        let found = try world.clockwork.sharingProtocol(named: "mosaic")
        #expect(found.id == "MOSAIC")
        #expect(try world.clockwork.partner(named: "ESSEX-POLICE", of: found).id == "essex-police")
        #expect(throws: Refusal.notFound(kind: "breach", id: "EDATRS-2026-0011", nearest: "EDATRS-2026-0001")) {
            try world.clockwork.breach(named: "EDATRS-2026-0011")
        }
    }
}
