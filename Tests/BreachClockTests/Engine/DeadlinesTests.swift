import Testing

@testable import BreachClock

@Suite("Deadlines")
struct DeadlinesTests {
    /// A row of the worked examples: what is entered, and what the deadlines are shown as.
    struct Example: Sendable {
        var entered: String
        var after48: String
        var after72: String
    }

    @Test(
        "R1: The worked examples come out as they are written",
        arguments: [
            Example(
                entered: "2026-11-20 14:05",
                after48: "Sun 22 Nov 2026 14:05 GMT", after72: "Mon 23 Nov 2026 14:05 GMT"),
            Example(
                entered: "2026-10-23 09:30",
                after48: "Sun 25 Oct 2026 08:30 GMT", after72: "Mon 26 Oct 2026 08:30 GMT"),
            Example(
                entered: "2026-03-27 18:00",
                after48: "Sun 29 Mar 2026 19:00 BST", after72: "Mon 30 Mar 2026 19:00 BST"),
            Example(
                entered: "2026-10-25T01:30:00+01:00",
                after48: "Tue 27 Oct 2026 00:30 GMT", after72: "Wed 28 Oct 2026 00:30 GMT"),
            Example(
                entered: "2026-10-25T01:30:00Z",
                after48: "Tue 27 Oct 2026 01:30 GMT", after72: "Wed 28 Oct 2026 01:30 GMT"),
        ])
    func worksOutTheExamples(example: Example) throws {
        let zone = try FoundationZone.london()
        var world = try World(at: "2026-12-01T00:00:00Z")
        let detected = try TimeEntry(now: world.now, zone: zone).instant(example.entered, field: "detected")
        let reference = try world.report(detected: detected)
        let breach = try world.breach(reference)
        #expect(zone.localText(try #require(breach.partnersDeadline.due)) == example.after48)
        #expect(zone.localText(try #require(breach.regulatorDeadline.deadline.due)) == example.after72)
    }

    @Test(
        "R3: The worked examples that are refused are refused",
        arguments: [("2026-03-29 01:30", "does not exist"), ("2026-10-25 01:30", "occurs twice")])
    func refusesTheExamples(entered: String, word: String) throws {
        let entry = TimeEntry(now: try instant("2026-12-01T00:00:00Z"), zone: try FoundationZone.london())
        let refusal = try #require(throws: Refusal.self) { try entry.instant(entered, field: "detected") }
        #expect(refusal.reason.contains(word))
    }

    // MARK: - Immediately

    @Test("R1: Immediately is due at detection, runs until it is done and is met then, however late")
    func immediatelyIsNeverMissed() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let detected = world.now - 5.hours
        let reference = try world.report("MOSAIC", detected: detected, by: "essex-police")
        #expect(try world.breach(reference).partnersDeadline == Deadline(due: detected, state: .running))

        let events = world.advance(to: world.now + 30.days)
        // The decider is reminded to decide before the law's 72 hours; nobody is reminded to acknowledge.
        #expect(events.compactMap(\.reminder).map(\.key.subject) == [.decision, .decision, .decision, .decision])
        #expect(events.compactMap(\.miss).map(\.deadline) == [.regulator])
        #expect(try world.breach(reference).partnersDeadline.state == .running)

        world.handOver()
        #expect(
            try world.breach(reference).partnersDeadline == Deadline(due: detected, state: .met, settledAt: world.now))
    }

    @Test("R1, R7: What the owner itself detected is met at once under immediately")
    func immediatelyIsMetByTheDetector() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report("MOSAIC", detected: world.now - 1.hours, by: "essex-county-council")
        #expect(try world.breach(reference).partnersDeadline.state == .met)
    }

    // MARK: - The regulator's deadline

    @Test(
        "R2: The regulator's deadline is the earlier of protocol and law",
        arguments: [
            (72, 0, 72, 72), (72, 5, 72, 77), (24, 0, 24, 72), (96, 0, 72, 72), (96, 30, 96, 102), (80, 5, 77, 77),
        ])
    func takesTheEarlier(clauseHours: Int, awareAfter: Int, due: Int, byLaw: Int) throws {
        let settings = try Fixture.settings { try $0.change("EDATRS") { $0.clause.regulatorHours = clauseHours } }
        var world = try World(at: "2026-11-20T14:05:00Z", settings: settings)
        let detected = world.now - 2.days
        let reference = try world.report(detected: detected) { command in
            command.awareAt = detected + awareAfter.hours
            command.texts[.awareReason] = "The processor told the council only then."
        }
        let regulator = try world.breach(reference).regulatorDeadline
        #expect(regulator.dueByProtocol == detected + clauseHours.hours)
        #expect(regulator.dueByLaw == detected + byLaw.hours)
        #expect(regulator.deadline.due == detected + due.hours)
    }

    @Test("R2: Where the clause sets no hours, the law's 72 hours from awareness hold", arguments: ["MOSAIC", "BEDS"])
    func lawAloneHolds(id: String) throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let detected = world.now - 10.hours
        let partner = try #require(try Fixture.sharingProtocol(id).partners.first).id
        let reference = try world.report(id, detected: detected, by: partner) { command in
            command.awareAt = detected + 6.hours
            command.texts[.awareReason] = "It looked like a test at first."
        }
        let regulator = try world.breach(reference).regulatorDeadline
        #expect(regulator.dueByProtocol == nil)
        #expect(regulator.dueByLaw == detected + 78.hours)
        #expect(regulator.deadline.due == detected + 78.hours)
    }

    @Test("R2: Awareness is kept for each controller, is detection unless given, and the earliest counts")
    func earliestAwarenessCounts() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report("EWS-ASC", by: "provide")
        var breach = try world.breach(reference)
        #expect(breach.controllers == ["essex-county-council", "provide"])
        #expect(breach.awareAt("provide") == world.now && breach.awareAt("essex-county-council") == world.now)

        breach.facts.awareAt = ["provide": world.now + 9.hours, "essex-county-council": world.now + 4.hours]
        #expect(breach.dueByLaw("provide") == world.now + 81.hours)
        #expect(breach.regulatorDeadline.dueByLaw == world.now + 76.hours)
        breach.facts.awareAt["essex-county-council"] = nil
        #expect(breach.regulatorDeadline.dueByLaw == world.now + 72.hours)
    }

    // MARK: - Verdicts

    @Test(
        "R11: The partners' deadline is judged by when the last of them was informed",
        arguments: [(-1, Deadline.State.met), (0, .met), (1, .late), (3600, .late)])
    func judgesByTheLast(secondsAfterDue: Int, state: Deadline.State) throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report("EWS-ASC", by: "provide")
        let due = world.now + 48.hours
        world.advance(to: due + secondsAfterDue)
        world.handOver()
        let deadline = try world.breach(reference).partnersDeadline
        #expect(deadline == Deadline(due: due, state: state, settledAt: due + secondsAfterDue))
    }

    @Test("R11: One of many informed settles nothing; the last of them does")
    func lastSettles() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report()
        let others = try world.breach(reference).audience.map(\.partnerID).filter { $0 != "open-road" }
        #expect(others.count == 7)
        for (index, id) in others.enumerated() {
            #expect(try world.breach(reference).partnersDeadline.state == .running)
            world.now = world.now + 1.minutes
            if index.isMultiple(of: 2) {
                world.handOver { $0.recipient == .partner(id) }
            } else {
                try world.acknowledge(reference, id)
            }
        }
        let deadline = try world.breach(reference).partnersDeadline
        #expect(deadline.state == .met)
        #expect(deadline.settledAt == world.now)
    }

    @Test("R11: What is written to the spool alone informs nobody")
    func writtenIsNotInformed() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report("EWS-ASC", by: "provide")
        let waiting = world.outstanding
        world.record(.noticesPublishing(waiting.map { PublishedNotice(identity: $0, addresses: ["a@b.example"]) }))
        world.record(.noticesWritten(waiting))
        let summary = try world.summary(reference)
        #expect(summary.partners.first { $0.id == "essex-county-council" }?.noticeWrittenAt == world.now)
        #expect(summary.partners.first { $0.id == "essex-county-council" }?.isInformed == false)
        #expect(summary.partnersDeadline.state == .running)
    }

    @Test("R10, R11: A deputy's copy or a telephone task handed over does not inform the partner")
    func copiesInformNobody() throws {
        let settings = try Fixture.settings { settings in
            try settings.change("EWS-ASC", partner: "essex-county-council") { partner in
                partner.contact.emails = []
                partner.contact.deputies = [Deputy(name: "Dilys Penrose", emails: ["dilys@essex.example"])]
            }
        }
        var world = try World(at: "2026-11-20T14:05:00Z", settings: settings)
        let reference = try world.report("EWS-ASC", by: "provide")
        world.handOver()
        #expect(world.outstanding.isEmpty)
        #expect(try world.breach(reference).partnersDeadline.state == .running)
        try world.acknowledge(reference, "essex-county-council")
        #expect(try world.breach(reference).partnersDeadline.state == .met)
    }

    @Test("R11, R14: A notice that went to the team, since its mailboxes were refused, informs nobody")
    func redirectedInformsNobody() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let start = world.now
        let reference = try world.report("EWS-ASC", by: "provide")
        let identity = NoticeIdentity(reference: reference, token: "breach-notice.essex-county-council.recorded")
        world.record(
            .noticesPublishing([
                PublishedNotice(identity: identity, addresses: ["ig@essex.example"], isRedirected: true)
            ]))
        world.handOver()
        let breach = try world.breach(reference)
        let council = try #require(breach.member("essex-county-council"))
        #expect(breach.informedAt(council) == nil)
        #expect(breach.partnersDeadline.state == .running)
        try world.acknowledge(reference, "essex-county-council", at: start)
        #expect(try world.breach(reference).partnersDeadline.state == .met)
    }

    @Test("R7: A clause that names partners and no hours tells and asks them, and sets no deadline for it")
    func hoursMayBeMissing() throws {
        let settings = try Fixture.settings { try $0.change("EWS-ASC") { $0.clause.partnerHours = nil } }
        var world = try World(at: "2026-11-20T14:05:00Z", settings: settings)
        let reference = try world.report("EWS-ASC", by: "provide")
        #expect(world.facts.last?.event.orders.filter { $0.kind == .breachNotice }.count == 2)
        let breach = try world.breach(reference)
        #expect(breach.partnersDeadline == Deadline(due: nil, state: .notRequired, settledAt: nil))
        #expect(breach.asked(on: .ico).count == 2)
        let events = world.advance(to: world.now + 30.days)
        #expect(events.compactMap(\.miss).map(\.deadline) == [.regulator])
        #expect(!events.compactMap(\.reminder).contains { $0.key.subject == .acknowledgement })
    }

    @Test("R11: Whichever came first informs: the hand-over or the acknowledgement")
    func firstInforms() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report("EWS-ASC", detected: world.now - 3.hours, by: "provide")
        world.handOver()
        #expect(try world.breach(reference).partnersDeadline.settledAt == world.now)
        try world.acknowledge(reference, "essex-county-council", at: world.now - 2.hours)
        #expect(try world.breach(reference).partnersDeadline.settledAt == world.now - 2.hours)
    }

    @Test("R7: The detecting partner is taken as informed at detection, and its notice is written all the same")
    func detectorIsInformed() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report("EWS-ASC", detected: world.now - 3.hours, by: "provide")
        let breach = try world.breach(reference)
        let detector = try #require(breach.member("provide"))
        #expect(breach.informedAt(detector) == world.now - 3.hours)
        #expect(breach.notices(to: "provide").count == 1)
        #expect(breach.informedAt(try #require(breach.member("essex-county-council"))) == nil)
        #expect(breach.unacknowledged.map(\.partnerID) == ["essex-county-council"])
    }

    @Test("R6: Below the threshold both deadlines are not required; under `any` they run")
    func unlikelyNeedsNothing() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let adverse = try world.recordedBreach(risk: .unlikely)
        #expect(adverse.partnersDeadline.state == .notRequired)
        #expect(adverse.regulatorDeadline.deadline.state == .notRequired)
        #expect(adverse.partnersDeadline.due == world.now + 48.hours)

        let any = try world.recordedBreach("MOSAIC", by: "essex-police", risk: .unlikely)
        #expect(any.partnersDeadline.state == .running)
        #expect(any.regulatorDeadline.deadline.state == .running)
    }

    @Test("Where the clause has nobody told, there is no partners' deadline")
    func nobodyToldHasNoDeadline() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let breach = try world.recordedBreach("BEDS", by: "bedfordshire-police")
        #expect(breach.partnersDeadline == Deadline(due: nil, state: .notRequired))
        #expect(breach.regulatorDeadline.deadline.state == .running)
    }
}
