import Testing

@testable import BreachClock

@Suite("Status")
struct StatusReportingTests {
    private static let start = "2026-11-20T14:05:00Z"

    /// Something that raises the level, or just does not.
    struct Cause: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var level: Level
        /// Part of the status's one line, where the level is raised.
        var words: String?
        var build: @Sendable (inout World) throws -> Void

        init(
            _ description: String, _ level: Level, _ words: String? = nil,
            _ build: @escaping @Sendable (inout World) throws -> Void
        ) {
            testDescription = description
            self.level = level
            self.words = words
            self.build = build
        }
    }

    /// Every notice is taken as soon as it is ordered, until then.
    private static func keepUp(_ world: inout World, hours: [Int]) {
        let start = world.now
        for hour in hours {
            world.advance(to: start + hour.hours)
            world.handOver()
        }
    }

    private static func acknowledgeAll(_ world: inout World, _ reference: BreachReference, at: Instant? = nil) throws {
        for member in try world.breach(reference).unacknowledged {
            try world.acknowledge(reference, member.partnerID, at: at)
        }
    }

    /// Nothing is left to be said or decided; the regulator is still to be notified.
    private static func settleMatters(_ world: inout World, _ reference: BreachReference) throws {
        try world.agree(reference, .notify)
        try world.agree(reference, .doNotNotify, on: .individuals)
    }

    static let causes: [Cause] = [
        Cause("nothing recorded", .ok) { _ in },
        Cause("a breach just recorded", .ok) { try $0.report() },
        Cause("notices waiting 14 minutes", .ok) { world in
            try world.report()
            world.advance(to: world.now + 14.minutes)
        },
        Cause("notices waiting 16 minutes", .warning, "waiting over 15 min") { world in
            try world.report()
            world.advance(to: world.now + 16.minutes)
        },
        Cause("notices written and waiting 16 minutes", .warning, "waiting over 15 min") { world in
            try world.report()
            world.record(.noticesWritten(world.outstanding))
            world.advance(to: world.now + 16.minutes)
        },
        Cause("notices waiting 59 minutes", .warning, "waiting over 15 min") { world in
            try world.report()
            world.advance(to: world.now + 59.minutes)
        },
        Cause("notices waiting 61 minutes", .critical, "not being taken") { world in
            try world.report()
            world.advance(to: world.now + 61.minutes)
        },
        Cause("notices taken after 61 minutes", .ok) { world in
            try world.report()
            world.advance(to: world.now + 61.minutes)
            world.handOver()
        },
        Cause("notices waiting, the deadline four minutes off, everybody informed", .ok) { world in
            let reference = try world.report(detected: world.now - 47.hours - 50.minutes)
            try world.agree(reference, .doNotNotify)
            try world.agree(reference, .doNotNotify, on: .individuals)
            try acknowledgeAll(&world, reference)
            world.advance(to: world.now + 6.minutes)
        },
        Cause("notices waiting past the deadline", .critical, "not being taken") { world in
            let reference = try world.report(detected: world.now - 47.hours - 50.minutes)
            try acknowledgeAll(&world, reference)
            world.advance(to: world.now + 11.minutes)
        },
        Cause("a notice that the mail system refused", .warning, "that the mail system refused") { world in
            try world.report()
            world.refuse { $0.recipient == .partner("peabody") }
            world.handOver()
        },
        Cause("a notice to the IG team that the mail system refused", .critical, "to the IG team that") { world in
            try world.report()
            world.refuse { $0.kind == .caseOpened }
            world.handOver()
        },
        Cause("a refused notice whose partner acknowledged since", .ok) { world in
            let reference = try world.report()
            world.refuse { $0.recipient == .partner("peabody") }
            world.handOver()
            world.now = world.now + 60
            try world.acknowledge(reference, "peabody")
        },
        Cause("a refused notice that was taken in the end", .ok) { world in
            try world.report()
            world.refuse { $0.recipient == .partner("peabody") }
            world.record(.noticesRetried(world.clockwork.ledger.returned))
            world.handOver()
        },
        Cause("a refused notice of a breach that was closed", .ok) { world in
            let reference = try world.report()
            world.refuse { $0.recipient == .partner("peabody") }
            try world.close(reference, reason: "It was none.")
            world.handOver()
        },
        Cause("a partner silent for 23 hours", .ok) { world in
            try world.report()
            keepUp(&world, hours: [0, 23])
        },
        Cause("a partner silent for 24 hours", .warning, "silent for 24 h") { world in
            try world.report()
            keepUp(&world, hours: [0, 24])
        },
        Cause("nobody silent after 24 hours", .ok) { world in
            let reference = try world.report()
            world.handOver()
            try acknowledgeAll(&world, reference)
            world.advance(to: world.now + 25.hours)
        },
        Cause("the regulator's deadline 25 hours off", .ok) { world in
            let reference = try world.report()
            try settleMatters(&world, reference)
            world.handOver()
            try acknowledgeAll(&world, reference)
            world.advance(to: world.now + 47.hours)
        },
        Cause("the regulator's deadline 24 hours off", .warning, "within 24 h") { world in
            let reference = try world.report()
            try settleMatters(&world, reference)
            world.handOver()
            try acknowledgeAll(&world, reference)
            world.advance(to: world.now + 48.hours)
        },
        Cause("the regulator's deadline 5 hours off", .warning, "within 24 h") { world in
            let reference = try world.report()
            try settleMatters(&world, reference)
            world.handOver()
            try acknowledgeAll(&world, reference)
            world.advance(to: world.now + 67.hours)
        },
        Cause("the regulator's deadline 4 hours off", .critical, "within 4 h") { world in
            let reference = try world.report()
            try settleMatters(&world, reference)
            world.handOver()
            try acknowledgeAll(&world, reference)
            world.advance(to: world.now + 68.hours)
        },
        Cause("the partners' deadline 25 hours off, nobody informed", .ok) { world in
            let reference = try world.report(detected: world.now - 23.hours)
            try settleMatters(&world, reference)
        },
        Cause("the partners' deadline 24 hours off, nobody informed", .warning, "within 24 h") { world in
            let reference = try world.report(detected: world.now - 24.hours)
            try settleMatters(&world, reference)
        },
        Cause("the partners' deadline 4 hours off, nobody informed", .critical, "within 4 h") { world in
            try world.report(detected: world.now - 44.hours)
        },
        Cause("the partners' deadline 4 hours off, everybody informed", .ok) { world in
            let reference = try world.report(detected: world.now - 44.hours)
            try settleMatters(&world, reference)
            world.handOver()
        },
        Cause("the partners' deadline missed", .critical, "deadline missed") { world in
            try world.report()
            world.handOver { $0.recipient != .partner("peabody") }
            world.advance(to: world.now + 48.hours + 1)
            world.handOver { $0.recipient != .partner("peabody") }
        },
        Cause("the partners' deadline missed and then done late", .warning, "within 24 h") { world in
            try world.report()
            world.handOver { $0.recipient != .partner("peabody") }
            world.advance(to: world.now + 48.hours + 1)
            world.handOver()
        },
        Cause("the regulator's deadline missed", .critical, "deadline missed") { world in
            let reference = try world.report()
            world.handOver()
            try acknowledgeAll(&world, reference)
            world.advance(to: world.now + 73.hours)
            world.handOver()
        },
        Cause("an unlikely breach, however old", .ok) { world in
            try world.report(detected: world.now - 100.hours, risk: .unlikely)
            world.handOver()
            world.advance(to: world.now + 30.days)
        },
        Cause("a decision awaited", .warning, "awaiting a decision") { world in
            try world.report("MOSAIC", by: "essex-police")
            world.handOver()
        },
        Cause("immediately, waiting 14 minutes", .warning, "awaiting a decision") { world in
            try world.report("MOSAIC", by: "essex-police")
            world.advance(to: world.now + 14.minutes)
        },
        Cause("immediately, waiting 15 minutes", .critical, "not being taken") { world in
            try world.report("MOSAIC", by: "essex-police")
            world.advance(to: world.now + 15.minutes)
        },
        Cause("immediately, taken in time", .warning, "awaiting a decision") { world in
            try world.report("MOSAIC", by: "essex-police")
            world.handOver()
            world.advance(to: world.now + 20.hours)
        },
        Cause("protocols with every fault on paper", .ok) { world in
            world.reload { $0.protocols = $0.protocols.filter { $0.id == "BEDS" } }
        },
    ]

    @Test("R1, R24: Each cause has its level", arguments: causes)
    func hasItsLevel(cause: Cause) throws {
        var world = try World(at: Self.start)
        try cause.build(&world)
        let status = world.status
        #expect(status.level == cause.level, "\(status.summary)")
        if let words = cause.words { #expect(status.summary.contains(words), "\(status.summary)") }
        #expect(status.breaches.map(\.level).max() ?? .ok == cause.level)
    }

    @Test("R1: Immediately: a telephone task waiting 15 minutes is critical as the notice would be")
    func telephoneTasksAreNotices() throws {
        let settings = try Fixture.settings { settings in
            try settings.change("MOSAIC", partner: "essex-county-council") { $0.contact.emails = [] }
        }
        var world = try World(at: Self.start, settings: settings)
        try world.report("MOSAIC", by: "essex-police")
        world.advance(to: world.now + 16.minutes)
        let level = world.status.level
        #expect(level == .critical)
    }

    @Test("What keeps the daemon from recording is critical, and said first")
    func failureIsCritical() throws {
        let world = try World(at: Self.start)
        let status = world.clockwork.statusReport(at: world.now, failure: "The journal cannot be written")
        #expect(status.level == .critical)
        #expect(status.summary == "The journal cannot be written; 0 open breaches")
        #expect(world.status.summary == "0 open breaches")
    }

    @Test(
        "R4: A clock that is more than a day behind the latest fact is critical for as long as it is, whatever came after",
        arguments: [(3, nil), (24, nil), (25, "1 d"), (1095 * 24, "1095 d")] as [(Int, String?)])
    func clockBehind(hours: Int, days: String?) throws {
        var world = try World(at: Self.start)
        let reference = try world.report()
        let reported = world.now
        world.now = reported - hours.hours
        try world.note(reference)
        let status = world.status
        #expect(status.level == (days == nil ? .ok : .critical))
        #expect(status.summary.contains("behind the register") == (days != nil))
        if let days { #expect(status.summary.contains("The clock is \(days) behind the register")) }
        world.now = reported
        #expect(world.status.level == .ok)
    }

    @Test("Levels are ordered, and the most urgent of all breaches is the register's")
    func takesTheMostUrgent() throws {
        #expect(Level.ok < .warning && Level.warning < .critical && !(Level.critical < .ok))
        var world = try World(at: Self.start)
        let calm = try world.report()
        let urgent = try world.report(detected: world.now - 46.hours)
        let pressing = try world.report(detected: world.now - 30.hours)
        let status = world.status
        #expect(status.level == .critical)
        #expect(status.breaches.map(\.reference) == [urgent, pressing, calm])
        #expect(status.breaches.map(\.level) == [.critical, .warning, .ok])
        #expect(status.overdue == 0, "urgent is not overdue")
    }

    @Test("Of equal urgency the soonest deadline comes first, and then the reference")
    func ordersEquals() throws {
        var world = try World(at: Self.start)
        let later = try world.report()
        let sooner = try world.report(detected: world.now - 10.hours)
        let same = try world.report()
        #expect(world.status.breaches.map(\.reference) == [sooner, later, same])
    }

    @Test("The status counts what is open, overdue, awaited, silent and waiting")
    func counts() throws {
        var world = try World(at: Self.start)
        let start = world.now
        let first = try world.report("EWS-ASC", detected: start - 60.hours, by: "provide")
        try world.report("MOSAIC", by: "essex-police")
        world.now = start + 5.minutes
        world.settle()
        world.handOver(first) { $0.kind == .breachNotice }
        let status = world.status
        #expect(status.open == 2)
        #expect(status.overdue == 0, "the partners' deadline was done late")
        #expect(status.awaitingDecision == 4, "EWS-ASC's matters went to the owner on Friday 13:00")
        #expect(status.unacknowledged == 2)
        // EWS-ASC: case opened, two of the miss, two escalations; MOSAIC: its notice, case opened, the decision asked for.
        #expect(status.waiting == 8)
        #expect(status.oldestWaiting == start)
        #expect(status.generatedAt == world.now)
        #expect(status.staleAfter == world.now + 180)
        #expect(status.next?.reference == first)
        #expect(status.next?.upcoming == Upcoming(what: .notice(.decisionReminder), at: start + 8.hours))
    }

    @Test("A breach with a deadline missed is overdue until that is settled")
    func countsOverdue() throws {
        var world = try World(at: Self.start)
        try world.report("EWS-ASC", detected: world.now - 60.hours, by: "provide")
        world.settle()
        #expect(world.status.overdue == 1)
        world.handOver()
        #expect(world.status.overdue == 0)
        world.advance(to: world.now + 13.hours)
        #expect(world.status.overdue == 1)
    }

    @Test("What is wrong with protocols is listed with their ids and raises no level")
    func listsWarnings() throws {
        let status = try World(at: Self.start).status
        #expect(status.level == .ok)
        #expect(status.warnings.contains("EWS-ASC: The protocol's review date, Wed 30 Apr 2025, is past."))
        #expect(status.warnings.allSatisfy { $0.contains(": ") })
    }

    @Test("What follows at once from what was done is no next thing to wait for, even before it is recorded")
    func showsNothingThatIsDueAtOnce() throws {
        /// What is done, after how many hours.
        let acts: [(hours: Int, act: (inout World, BreachReference) throws -> Void)] = [
            (0, { try $0.agree($1) }), (0, { try $0.position($1, "provide", .doNotNotify) }),
            (0, { try $0.position($1, "provide", .notify) }),
            (
                73,
                { world, reference in
                    for id in ["essex-county-council", "provide"] {
                        try world.acknowledge(reference, id, at: world.now - 70.hours)
                    }
                }
            ),
        ]
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        for (hours, act) in acts {
            world.advance(to: world.now + hours.hours)
            world.settlesAfterCommands = false
            try act(&world, reference)
            let before = world.status.next
            if let before { #expect(before.upcoming.at > world.now, "\(before)") }
            let due = world.settle()
            #expect(!due.isEmpty, "something was due at once")
            world.settlesAfterCommands = true
        }
    }

    @Test("R22: That the regulator's notice is to be written is no next thing to wait for either")
    func showsNoNoticeThatIsDueAtOnce() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        world.settlesAfterCommands = false
        try world.agree(reference)
        world.record(
            .matterAgreed(AgreementRecord(reference: reference, matter: .ico, outcome: .notify, notices: [])))
        #expect(
            world.clockwork.due(on: reference, at: world.now)?.orders.first?.token.hasPrefix("regulator-notice") == true
        )
        let next = try #require(world.status.next)
        #expect(next.upcoming.what == .notice(.reminder) && next.upcoming.at > world.now)
    }

    @Test("R27: The status holds no free text")
    func holdsNoText() throws {
        var world = try World(at: Self.start)
        try world.report("EWS-ASC", detected: world.now - 60.hours, by: "provide") { command in
            command.texts[.measures] = "Zebra-striped lever arch files."
        }
        world.settle()
        let shown = String(describing: world.status)
        #expect(!shown.contains("laptop") && !shown.contains("Zebra"))
    }

    @Test("What was looked at once is looked at anew when it changed: the status is that of a register just read")
    func glances() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report()
        let other = try world.report("MOSAIC", by: "essex-police")
        let steps: [(inout World) throws -> Void] = [
            { world in try world.acknowledge(reference, "peabody") }, { world in world.handOver(reference) },
            { world in world.advance(to: world.now + 30.hours) }, { world in try world.decideMatter(other) },
            { world in try world.close(other, reason: "Enough.") }, { world in try world.reopen(other) },
            { world in world.reload { $0.timing.ownerNoticeSeconds = 20.hours } },
            { world in world.advance(to: world.now + 60.hours) },
        ]
        for step in steps {
            world.refreshGlances()
            try step(&world)
            var fresh = world
            fresh.restart()
            #expect(world.status == fresh.status)
            world.refreshGlances()
            #expect(world.status == fresh.status)
        }
    }
}
