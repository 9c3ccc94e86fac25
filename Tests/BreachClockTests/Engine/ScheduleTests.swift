import Testing

@testable import BreachClock

@Suite("What falls due")
struct ScheduleTests {
    private static let start = "2026-11-20T14:05:00Z"
    private let acknowledgements = ReminderKey(subject: .acknowledgement, edition: 1)

    /// A breach under EDATRS just recorded, whose notices the mail system has taken unless told otherwise.
    private static func world(
        detected hoursAgo: Int = 0, handedOver: Bool = true, settings: Settings? = nil
    ) throws -> (World, BreachReference) {
        var world = try World(at: start, settings: settings)
        let reference = try world.report(detected: world.now - hoursAgo.hours)
        if handedOver { world.handOver() }
        return (world, reference)
    }

    /// What each reminder asks for, how long before, and hours from the start.
    private static func reminders(_ events: [Event], since start: Instant) -> [String] {
        events.compactMap(\.reminder).map { record in
            "\(record.key.subject) \(record.leadSeconds / 3600) h before, due \((record.due - start) / 3600) h after"
                + (record.late ? ", late" : "")
        }
    }

    // MARK: - Reminders

    @Test("R13: Reminders go out 24, 12, 4 and 1 hours before each instant by which something is asked")
    func reminds() throws {
        var (world, reference) = try Self.world()
        let start = world.now
        let events = world.advance(to: start + 40.days)
        #expect(
            Self.reminders(events, since: start) == [
                // To acknowledge, before 48 h; to state a position, before the escalation at 60 h; to decide, before
                // 72 h, asked since 60 h: what was due at that very instant is not sent again.
                "acknowledgement 24 h before, due 24 h after", "acknowledgement 12 h before, due 36 h after",
                "position 24 h before, due 36 h after", "acknowledgement 4 h before, due 44 h after",
                "acknowledgement 1 h before, due 47 h after", "position 12 h before, due 48 h after",
                "position 4 h before, due 56 h after", "position 1 h before, due 59 h after",
                "decision 4 h before, due 68 h after", "decision 1 h before, due 71 h after",
            ])
        let recorded = world.facts.filter { $0.event.reminder != nil }
        #expect(recorded.map { ($0.at - start) / 3600 } == [24, 36, 36, 44, 47, 48, 56, 59, 68, 71])
        #expect(recorded.allSatisfy { $0.account == World.daemon })
        #expect(try world.breach(reference).remindedLeadSeconds[acknowledgements] == 1.hours)
    }

    @Test("R13: A reminder goes to each partner without acknowledgement, and to nobody else")
    func remindsTheSilent() throws {
        var (world, reference) = try Self.world()
        for id in ["peabody", "forward-trust", "phoenix-futures"] { try world.acknowledge(reference, id) }
        let events = world.advance(to: world.now + 24.hours)
        #expect(
            events.tokens == [
                "reminder.cyber-media-solutions.partners.1.24h", "reminder.essex-county-council.partners.1.24h",
                "reminder.essex-partnership-university.partners.1.24h",
                "reminder.childrens-society.partners.1.24h",
            ])
        try world.acknowledge(reference, "essex-county-council")
        try world.acknowledge(reference, "cyber-media-solutions")
        try world.acknowledge(reference, "childrens-society")
        #expect(
            world.advance(to: world.now + 12.hours).compactMap(\.reminder)
                .filter { $0.key.subject == .acknowledgement }.flatMap(\.notices).map(\.token) == [
                    "reminder.essex-partnership-university.partners.1.12h"
                ])
        try world.acknowledge(reference, "essex-partnership-university")
        #expect(world.advance(to: world.now + 12.hours - 1).isEmpty)
    }

    @Test("R13: Each reminder is sent once, at its own instant and not a second before")
    func remindsOnTime() throws {
        var (world, _) = try Self.world()
        let start = world.now
        #expect(world.advance(to: start + 24.hours - 1).isEmpty)
        #expect(world.advance(to: start + 24.hours).count == 1)
        #expect(world.advance(to: start + 36.hours - 1).isEmpty)
    }

    @Test(
        "R13: A reminder whose time was past when the breach was recorded is not sent",
        arguments: [
            (0, [24, 12, 4, 1]), (23, [24, 12, 4, 1]), (25, [12, 4, 1]), (40, [4, 1]), (46, [1]), (47, []), (49, []),
        ])
    func skipsPastReminders(hoursAgo: Int, leads: [Int]) throws {
        var (world, _) = try Self.world(detected: hoursAgo)
        let reminders = world.advance(to: world.now + 10.days).compactMap(\.reminder)
        #expect(
            reminders.filter { $0.key.subject == .acknowledgement }.map { $0.leadSeconds / 3600 } == leads)
        #expect(reminders.allSatisfy { $0.due > world.facts[0].at })
    }

    @Test(
        "R13: After time away only the latest reminder that applies goes out, and none after the deadline",
        arguments: [
            (30, ["acknowledgement 24 h before, due 24 h after, late"]),
            (
                37,
                ["acknowledgement 12 h before, due 36 h after, late", "position 24 h before, due 36 h after, late"]
            ),
            (
                45, ["position 24 h before, due 36 h after, late", "acknowledgement 4 h before, due 44 h after, late"]
            ),
            (47, ["position 24 h before, due 36 h after, late", "acknowledgement 1 h before, due 47 h after"]),
            (48, ["position 12 h before, due 48 h after"]),
            (59, ["position 1 h before, due 59 h after"]), (60, []), (69, []),
        ])
    func sendsTheLatestAfterTimeAway(hours: Int, expected: [String]) throws {
        var (world, _) = try Self.world()
        let start = world.now
        let events = world.beAway(until: start + hours.hours)
        #expect(Self.reminders(events, since: start) == expected)
    }

    @Test("R13: After the latest went out late, those still to come go out on time")
    func goesOnAfterTimeAway() throws {
        var (world, _) = try Self.world()
        let start = world.now
        #expect(world.beAway(until: start + 40.hours).count == 2)
        #expect(
            Self.reminders(world.advance(to: start + 10.days), since: start) == [
                "acknowledgement 4 h before, due 44 h after", "acknowledgement 1 h before, due 47 h after",
                "position 12 h before, due 48 h after", "position 4 h before, due 56 h after",
                "position 1 h before, due 59 h after", "decision 4 h before, due 68 h after",
                "decision 1 h before, due 71 h after",
            ])
    }

    @Test("R13: The configured times are used, to the minute, each once")
    func remindsAtConfiguredTimes() throws {
        let settings = try Fixture.settings { $0.timing.reminderLeadsSeconds = [90.minutes, 60.minutes, 10.minutes] }
        var (world, reference) = try Self.world(settings: settings)
        let start = world.now
        let events = world.advance(to: start + 48.hours)
        #expect(events.compactMap(\.reminder).map { $0.due - start } == [2790.minutes, 2820.minutes, 2870.minutes])
        let reminders = try world.breach(reference).notices.filter { $0.order.kind == .reminder }
        #expect(reminders.count == 3 * 7, "each of 7 partners is sent 3 reminders")
        #expect(Set(reminders.map(\.order.token)).count == reminders.count, "each reminder has its own identity")
    }

    @Test("R13: Times under an hour have reminders of their own, whatever unit they are written in")
    func remindsWithinTheHour() throws {
        let settings = try Fixture.settings { $0.timing.reminderLeadsSeconds = [45.minutes, 30.minutes] }
        var (world, reference) = try Self.world(settings: settings)
        world.advance(to: world.now + 48.hours)
        let reminders = try world.breach(reference).notices.filter { $0.order.kind == .reminder }
        #expect(reminders.count == 2 * 7)
    }

    @Test("R13: An unlikely breach has no reminders, one told immediately or to nobody those of its decider alone")
    func hasNoReminders() throws {
        var world = try World(at: Self.start)
        try world.report(risk: .unlikely)
        try world.report("MOSAIC", by: "essex-police")
        try world.report("BEDS", by: "virgin-health")
        let events = world.advance(to: world.now + 10.days)
        // Who decides alone is reminded to; nobody else of anything.
        let reminders = events.compactMap(\.reminder)
        #expect(reminders.allSatisfy { $0.key.subject == .decision })
        #expect(
            reminders.filter { $0.reference.protocolID == "MOSAIC" }.flatMap(\.notices).map(\.token) == [
                "decision-reminder.owner.decision.1.24h", "decision-reminder.owner.decision.1.12h",
                "decision-reminder.owner.decision.1.4h", "decision-reminder.owner.decision.1.1h",
            ])
        #expect(reminders.filter { $0.reference.protocolID == "BEDS" }.map(\.notices.count) == [17, 17, 17, 17])
        #expect(reminders.count == 8)
        #expect(events.compactMap(\.miss).map(\.reference.protocolID).sorted() == ["BEDS", "MOSAIC"])
    }

    // MARK: - Misses

    @Test("R24: A deadline kept at its very instant is kept; a second after, it is missed")
    func missesAfterItsInstant() throws {
        var (world, reference) = try Self.world(handedOver: false)
        let due = world.now + 48.hours
        #expect(world.advance(to: due).compactMap(\.miss).isEmpty)
        #expect(try world.breach(reference).partnersDeadline.state == .running)
        #expect(world.advance(to: due + 1).compactMap(\.miss).map(\.deadline) == [.partners])
        #expect(try world.breach(reference).partnersDeadline == Deadline(due: due, state: .missed))
    }

    @Test("R24: Each deadline that passes unmet is recorded once, and told once to the owner and the IG team")
    func missesOnce() throws {
        var (world, reference) = try Self.world(handedOver: false)
        let start = world.now
        let misses = world.advance(to: start + 365.days).compactMap(\.miss)
        #expect(misses.map(\.deadline) == [.partners, .regulator])
        #expect(misses.map { $0.due - start } == [48.hours, 72.hours])
        #expect(misses.allSatisfy { !$0.late && $0.edition == 1 })
        let told = try world.breach(reference).notices.filter { $0.order.kind == .deadlineMissed }
        #expect(
            told.map(\.order.token) == [
                "deadline-missed.owner.partners.1", "deadline-missed.ig-team.partners.1",
                "deadline-missed.owner.regulator.1", "deadline-missed.ig-team.regulator.1",
            ])
        #expect(try world.breach(reference).misses.map(\.due) == [start + 48.hours, start + 72.hours])
    }

    @Test("R24: Detected 10 days ago, both deadlines are missed at once, each told once, and no reminder goes out")
    func missesBothAtOnce() throws {
        var (world, reference) = try Self.world(detected: 240, handedOver: false)
        let events = world.facts.dropFirst().map(\.event)
        #expect(events.compactMap { $0.miss?.deadline } == [.partners, .regulator])
        // Nobody could have recorded these earlier: they are not late.
        #expect(events.compactMap(\.miss).allSatisfy { !$0.late })
        #expect(events.compactMap(\.escalation).map(\.late) == [false, false])
        #expect(events.count == 4)
        #expect(
            events.compactMap(\.miss).flatMap(\.notices).map(\.token) == [
                "deadline-missed.owner.partners.1", "deadline-missed.ig-team.partners.1",
                "deadline-missed.owner.regulator.1", "deadline-missed.ig-team.regulator.1",
            ])
        world.handOver()
        #expect(world.advance(to: world.now + 90.days).isEmpty)
        #expect(try world.breach(reference).partnersDeadline.state == .late)
        #expect(try world.breach(reference).regulatorDeadline.deadline.state == .missed)
    }

    @Test("R11: A deadline met in time is not missed")
    func doesNotMissWhatWasMet() throws {
        var (world, reference) = try Self.world()
        let misses = world.advance(to: world.now + 30.days).compactMap(\.miss)
        #expect(misses.map(\.deadline) == [.regulator])
        #expect(try world.breach(reference).partnersDeadline.state == .met)
    }

    @Test("R2: The earlier of the regulator's two deadlines is the one that is missed")
    func missesTheEarlier() throws {
        var world = try World(at: Self.start)
        let detected = world.now - 10.hours
        try world.report("EWS-ASC", detected: detected, by: "provide") { command in
            command.awareAt = detected + 9.hours
            command.texts[.awareReason] = "The mail was read only then."
        }
        world.handOver()
        let misses = world.advance(to: world.now + 30.days).compactMap(\.miss)
        #expect(misses.map(\.due) == [detected + 72.hours])
    }

    // MARK: - Corrections

    @Test("R11: What was done in time and entered late turns missed into met, and is told once to those told")
    func correctsMisses() throws {
        var (world, reference) = try Self.world(handedOver: false)
        let due = world.now + 48.hours
        world.handOver { $0.recipient != .partner("peabody") }
        world.advance(to: due + 5.hours)
        #expect(try world.breach(reference).partnersDeadline.state == .missed)

        let count = world.facts.count + 1
        try world.acknowledge(reference, "peabody", at: due - 10.minutes)
        let events = world.facts[count...].map(\.event)
        #expect(events.map { $0.correction?.settledAt } == [due - 10.minutes])
        #expect(events.tokens == ["correction.owner.partners.1.met", "correction.ig-team.partners.1.met"])
        let breach = try world.breach(reference)
        #expect(
            breach.partnersDeadline == Deadline(due: due, state: .met, settledAt: due - 10.minutes))
        // The miss stays in the history.
        #expect(breach.misses == [Miss(deadline: .partners, edition: 1, due: due, corrected: true)])
        #expect(world.clockwork.ledger.history(of: reference).contains { $0.event.miss != nil })

        #expect(world.advance(to: world.now + 1.hours).isEmpty)
        world.restart()
        #expect(world.settle().isEmpty)
    }

    @Test("R11: What was done late turns missed into late, and is no correction")
    func doesNotCorrectLate() throws {
        var (world, reference) = try Self.world(handedOver: false)
        let due = world.now + 48.hours
        world.handOver { $0.recipient != .partner("peabody") }
        world.advance(to: due + 5.hours)
        try world.acknowledge(reference, "peabody", at: due + 1)
        #expect(world.facts.last?.event.reference == reference)
        #expect(!world.facts.contains { $0.event.correction != nil })
        #expect(world.settle().isEmpty)
        #expect(
            try world.breach(reference).partnersDeadline == Deadline(due: due, state: .late, settledAt: due + 1))
    }

    @Test("R11: One of two silent partners entered late corrects nothing; the second does")
    func correctsWithTheLast() throws {
        var (world, reference) = try Self.world(handedOver: false)
        let due = world.now + 48.hours
        world.handOver { $0.recipient != .partner("peabody") && $0.recipient != .partner("forward-trust") }
        world.advance(to: due + 1.hours)
        try world.acknowledge(reference, "peabody", at: due)
        #expect(!world.facts.contains { $0.event.correction != nil })
        #expect(try world.breach(reference).partnersDeadline.state == .missed)
        try world.acknowledge(reference, "forward-trust", at: due - 1.hours)
        #expect(world.facts.compactMap(\.event.correction).map(\.settledAt) == [due])
    }

    @Test("R11: A hand-over found late is judged by its own instant")
    func correctsByHandOver() throws {
        var (world, reference) = try Self.world(handedOver: false)
        let due = world.now + 48.hours
        world.advance(to: due + 1.hours)
        world.handOver(at: due)
        #expect(world.settle().compactMap(\.correction).count == 1)
        #expect(try world.breach(reference).partnersDeadline.state == .met)
    }

    // MARK: - What is next

    @Test("The next thing that happens is named with its instant")
    func namesTheNext() throws {
        var (world, reference) = try Self.world()
        let start = world.now
        let reminder = Upcoming.What.notice(.reminder)
        #expect(try world.summary(reference).next == Upcoming(what: reminder, at: start + 24.hours))
        world.advance(to: start + 24.hours)
        #expect(try world.summary(reference).next == Upcoming(what: reminder, at: start + 36.hours))
        world.advance(to: start + 47.hours)
        // Every partner is informed: the partners' deadline has nothing left to do.
        #expect(try world.summary(reference).next == Upcoming(what: reminder, at: start + 48.hours))
        world.advance(to: start + 59.hours)
        #expect(try world.summary(reference).next == Upcoming(what: .notice(.escalation), at: start + 60.hours))
        world.advance(to: start + 60.hours)
        let decision = Upcoming.What.notice(.decisionReminder)
        #expect(try world.summary(reference).next == Upcoming(what: decision, at: start + 68.hours))
        world.advance(to: start + 71.hours)
        #expect(try world.summary(reference).next == Upcoming(what: .deadline, at: start + 72.hours))
        world.advance(to: start + 73.hours)
        #expect(try world.summary(reference).next == nil)
    }

    @Test("What is due this very second is not what comes next")
    func namesWhatComesAfterNow() throws {
        var (world, reference) = try Self.world()
        let start = world.now
        world.now = start + 24.hours
        #expect(try world.summary(reference).next?.at == start + 36.hours)
        world.now = start + 24.hours - 1
        #expect(try world.summary(reference).next?.at == start + 24.hours)
    }

    @Test("The next thing of a breach with nobody informed is its partners' deadline, after the last reminder")
    func namesThePartnersDeadline() throws {
        var (world, reference) = try Self.world(handedOver: false)
        let start = world.now
        world.advance(to: start + 47.hours)
        // The last reminder to the partners for their positions falls on the same instant, a second before the miss.
        #expect(try world.summary(reference).next == Upcoming(what: .notice(.reminder), at: start + 48.hours))
        world.advance(to: start + 48.hours)
        #expect(try world.summary(reference).next == Upcoming(what: .deadline, at: start + 48.hours))
    }
}
