import Testing

@testable import BreachClock

@Suite("Notices that the mail system refuses for good")
struct ReturningTests {
    private static let start = "2026-11-20T14:05:00Z"

    private static func tasks(_ event: Event?) -> [String]? { event?.orders.map(\.token) }

    @Test("R11: A notice that was set aside informs nobody, and the deadline goes on")
    func informsNobody() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        world.refuse { $0.kind == .breachNotice && $0.recipient == .partner("essex-county-council") }
        world.handOver()
        let partner = try #require(try world.summary(reference).partners.first { $0.id == "essex-county-council" })
        #expect(!partner.isInformed && partner.handedOverAt == nil)
        #expect(partner.returnedAt == world.now)
        #expect(try world.breach(reference).partnersDeadline.state == .running)
        #expect(world.status.waiting == 0 && world.status.returned == 1)
        let missed = world.advance(to: world.now + 49.hours).contains { event in
            if case .deadlineMissed(let record) = event { record.deadline == .partners } else { false }
        }
        #expect(missed)
    }

    @Test("R14: The IG team is asked to telephone in its place, once, whoever it was for")
    func tellsTheTeam() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        func refuse() -> [Event] {
            world.recording { $0.refuse { $0.recipient == .partner("essex-county-council") } }
        }
        let token = "telephone-task.essex-county-council.breach-notice.recorded"
        #expect(Self.tasks(refuse().last) == [token])
        #expect(try world.notice(token, of: reference).order.recipient == .igTeam)
        #expect(world.clockwork.ledger.unwritten.map(\.token).contains(token))
        world.record(.noticesRetried(world.clockwork.ledger.returned))
        #expect(Self.tasks(refuse().last) == [])
        #expect(try world.breach(reference).notices.count { $0.order.kind == .telephoneTask } == 1)
    }

    @Test("R14: The task says that the mail system refused what was sent, and to which mailbox")
    func saysWhy() throws {
        var story = try LetterStory("EWS-ASC", by: "provide")
        try story.then { world, _ in world.refuse { $0.recipient == .partner("essex-county-council") } }
        let text = try story.text("telephone-task.essex-county-council.breach-notice.recorded")
        let mailboxes = try Fixture.sharingProtocol("EWS-ASC").partner("essex-county-council")?.contact.emails ?? []
        #expect(text.contains("refused what was sent to \(mailboxes.joined(separator: ", "))"))
        #expect(!text.contains("no mailbox is known"))
        // It says so too where what was refused is written anew without a text that was deleted since.
        try story.then { world, _ in world.record(.noticesRecalled(world.clockwork.ledger.returned)) }
        #expect(try story.text("telephone-task.essex-county-council.breach-notice.recorded") == text)
    }

    @Test("R14: Whoever acknowledged after it was refused was reached, also where it is refused once more")
    func reached() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        let token = "breach-notice.essex-county-council.recorded"
        world.refuse { $0.token == token }
        #expect(try world.breach(reference).unreachedReturns.map(\.token) == [token])
        world.now = world.now + 60
        try world.acknowledge(reference, "essex-county-council")
        #expect(try world.breach(reference).unreachedReturns.isEmpty)
        world.now = world.now + 60
        world.record(.noticesRecalled(world.clockwork.ledger.returned))
        world.refuse { $0.token == token }
        #expect(try world.breach(reference).unreachedReturns.isEmpty)
    }

    /// What is refused, and whether somebody is asked to telephone for it.
    private static let teams: [(kind: NoticeKind, submitter: [String], isAsked: Bool)] = [
        (.caseOpened, [], false), (.telephoneTask, [], false), (.regulatorNotice, [], false),
        (.regulatorNotice, ["dpo@council.example"], true), (.outcome, [], true),
    ]

    @Test("R14: What was for the IG team itself, or asked it to telephone, brings no task", arguments: teams)
    func tellsNotOfItself(kind: NoticeKind, submitter: [String], isAsked: Bool) throws {
        var settings = try Fixture.settings()
        settings.regulator.submitter = submitter
        var world = try World(at: Self.start, settings: settings)
        let reference = try world.report("EWS-ASC", by: "provide")
        world.refuse { $0.recipient == .partner("provide") }
        try world.agree(reference, .notify)
        let events = world.recording { $0.refuse { $0.kind == kind } }
        let record = try #require(events.last)
        guard case .noticesReturned(let returned) = record else {
            Issue.record("\(record)")
            return
        }
        #expect(!returned.returned.isEmpty)
        #expect(returned.notices.isEmpty == !isAsked)
        #expect(returned.notices.count == (isAsked ? returned.returned.count : 0))
    }

    @Test("R11: One that is put back waits again, and is handed over like any other")
    func putBack() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        let token = "breach-notice.essex-county-council.recorded"
        world.refuse { $0.token == token }
        let identity = NoticeIdentity(reference: reference, token: token)
        #expect(world.clockwork.ledger.returned == [identity])
        #expect(!world.clockwork.ledger.waiting.contains(identity))
        world.record(.noticesRetried([identity]))
        #expect(world.clockwork.ledger.returned.isEmpty)
        #expect(world.clockwork.ledger.waiting.contains(identity))
        #expect(try world.notice(token, of: reference).returnedAt == nil)
        world.handOver()
        #expect(try world.breach(reference).partnersDeadline.state == .met)
    }

    @Test("R11: One that was put back and taken before anybody looked is handed over")
    func takenUnseen() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        let token = "breach-notice.essex-county-council.recorded"
        world.refuse { $0.token == token }
        let identity = NoticeIdentity(reference: reference, token: token)
        world.record(.noticesHandedOver([HandOver(identity: identity, at: world.now)]))
        #expect(world.clockwork.ledger.returned.isEmpty)
        #expect(try world.notice(token, of: reference).returnedAt == nil)
    }

    @Test("R31: A redaction, and a spool that was lost, leave a refused notice as a replay would")
    func replays() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        world.refuse { $0.recipient == .partner("provide") }
        try world.redact(reference, "summary")
        let before = world.clockwork.ledger
        world.restart()
        #expect(world.clockwork.ledger == before)
        world.record(.spoolOpened(identity: "one"))
        world.record(.spoolOpened(identity: "two"))
        #expect(world.clockwork.ledger.returned.isEmpty)
        #expect(world.clockwork.ledger.unwritten.map(\.token).contains("breach-notice.provide.recorded"))
    }
}
