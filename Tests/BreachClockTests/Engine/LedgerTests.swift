import Testing

@testable import BreachClock

@Suite("Ledger")
struct LedgerTests {
    private static let start = "2026-11-20T14:05:00Z"

    @Test("R11: A notice is ordered, published, written and handed over, each at its own time")
    func followsNotices() throws {
        var world = try World(at: Self.start)
        let start = world.now
        let reference = try world.report("EWS-ASC", by: "provide")
        let token = "breach-notice.essex-county-council.recorded"
        let identity = NoticeIdentity(reference: reference, token: token)
        world.now = start + 1
        world.record(.noticesPublishing([PublishedNotice(identity: identity, addresses: ["dpo@ecc.example"])]))
        world.now = start + 2
        world.record(.noticesWritten([identity]))
        world.now = start + 30
        world.record(.noticesHandedOver([HandOver(identity: identity, at: start + 20)]))
        let notice = try world.notice(token, of: reference)
        #expect(notice.orderedAt == start)
        #expect(notice.addresses == ["dpo@ecc.example"])
        #expect(notice.writtenAt == start + 2)
        #expect(notice.handedOverAt == start + 20)
        #expect(world.clockwork.ledger.waiting.isEmpty)
        #expect(!world.outstanding.contains(identity))
        #expect(world.outstanding.count == 2)
        let other = try world.notice("breach-notice.provide.recorded", of: reference)
        #expect(other.addresses == nil && other.writtenAt == nil && other.handedOverAt == nil)
    }

    @Test("R28: A notice that was ordered before is not ordered again")
    func ordersOnce() throws {
        var world = try World(at: Self.start)
        let reference = try world.report()
        let event = try #require(world.advance(to: world.now + 24.hours).first)
        let count = try world.breach(reference).notices.count
        let outstanding = world.outstanding
        world.record(event)
        #expect(try world.breach(reference).notices.count == count)
        #expect(world.outstanding == outstanding)
    }

    @Test("What is to be written and what waits in the spool are listed oldest first, across breaches")
    func listsWhatWaits() throws {
        var world = try World(at: Self.start)
        let first = try world.report("EWS-ASC", by: "provide")
        world.now = world.now + 60
        let second = try world.report("MOSAIC", by: "essex-police")
        #expect(world.clockwork.ledger.unwritten.map(\.reference) == [first, first, first, second, second, second])
        #expect(world.clockwork.ledger.waiting.isEmpty)
        world.record(.noticesWritten(world.clockwork.ledger.unwritten))
        #expect(world.clockwork.ledger.unwritten.isEmpty)
        #expect(world.clockwork.ledger.waiting.map(\.reference) == [first, first, first, second, second, second])
        world.handOver(first) { $0.kind == .breachNotice }
        #expect(world.clockwork.ledger.waiting.map(\.reference) == [first, second, second, second])
        world.handOver(second)
        #expect(world.clockwork.ledger.waiting.map(\.reference) == [first])
    }

    @Test("A spool that takes another's place holds nothing: what was not handed over is written again")
    func replacesSpools() throws {
        var world = try World(at: Self.start)
        world.record(.spoolOpened(identity: "spool-1"))
        let reference = try world.report("EWS-ASC", by: "provide")
        let waiting = world.outstanding
        #expect(waiting.count == 3)
        world.record(.noticesPublishing(waiting.map { PublishedNotice(identity: $0, addresses: ["a@b.example"]) }))
        world.record(.noticesWritten(waiting))
        let taken = try #require(waiting.first)
        world.record(.noticesHandedOver([HandOver(identity: taken, at: world.now)]))
        world.record(.spoolOpened(identity: "spool-2"))

        #expect(world.clockwork.ledger.spoolIdentity == "spool-2")
        let kept = try world.notice(taken.token, of: reference)
        #expect(kept.writtenAt != nil && kept.addresses != nil && kept.handedOverAt != nil)
        for identity in waiting.dropFirst() {
            let notice = try world.notice(identity.token, of: reference)
            #expect(notice.writtenAt == nil && notice.addresses == nil)
        }
        #expect(world.clockwork.ledger.unwritten == Array(waiting.dropFirst()))
        #expect(world.clockwork.ledger.waiting.isEmpty)
    }

    @Test("The first spool takes nothing away")
    func opensTheFirstSpool() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        world.record(.noticesWritten(world.outstanding))
        world.record(.spoolOpened(identity: "spool-1"))
        #expect(try world.notice("breach-notice.provide.recorded", of: reference).writtenAt != nil)
    }

    @Test("Each fact stands in the history of every breach that it is about, once, in order")
    func keepsHistories() throws {
        var world = try World(at: Self.start)
        let first = try world.report()
        let second = try world.report("EWS-ASC", by: "provide")
        world.handOver()
        try world.acknowledge(first, "peabody")
        world.record(.daemonStopped)
        world.advance(to: world.now + 49.hours)
        let ledger = world.clockwork.ledger
        for reference in [first, second] {
            let history = ledger.history(of: reference)
            #expect(history.map(\.sequence) == history.map(\.sequence).sorted())
            #expect(Set(history.map(\.sequence)).count == history.count)
            #expect(history.allSatisfy { world.facts.contains($0) })
        }
        // Recorded, written, handed over, acknowledged, four reminders to acknowledge, and two to state a position.
        #expect(ledger.history(of: first).count == 10)
        #expect(ledger.history(of: second).count == 9)
        #expect(ledger.history(of: BreachReference(protocolID: "X", year: 2026, number: 1)).isEmpty)
    }

    @Test("The register's identity and the daemon's comings and goings are about no breach")
    func knowsTheRegister() throws {
        var ledger = Ledger()
        let account = World.daemon
        let events: [Event] = [
            .registerOpened(identity: "r"),
            .daemonStarted(DaemonStart(version: "1", lastAliveAt: nil, fellDue: [])), .daemonStopped,
        ]
        for (index, event) in events.enumerated() {
            #expect(ledger.apply(Fact(sequence: index + 1, at: Instant(0), account: account, event: event)).isEmpty)
        }
        #expect(ledger.registerIdentity == "r")
        #expect(ledger.references.isEmpty)
    }

    @Test("A fact about a partner or a notice that the breach does not have changes nothing of it")
    func ignoresStrangersToTheBreach() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        let before = try world.breach(reference)
        let identity = NoticeIdentity(reference: reference, token: "breach-notice.nobody.recorded")
        world.record(
            .acknowledged(
                AcknowledgementRecord(
                    reference: reference, partnerID: "nobody",
                    acknowledgement: Acknowledgement(at: world.now, channel: nil, name: nil))))
        world.record(.noticesHandedOver([HandOver(identity: identity, at: world.now)]))
        #expect(try world.breach(reference) == before)
    }

    @Test("A fact about a breach that is not there changes nothing")
    func ignoresStrangers() throws {
        var ledger = Ledger()
        let reference = BreachReference(protocolID: "EDATRS", year: 2026, number: 7)
        let identity = NoticeIdentity(reference: reference, token: "case-opened.ig-team.recorded")
        let events: [Event] = [
            .acknowledged(
                AcknowledgementRecord(
                    reference: reference, partnerID: "peabody",
                    acknowledgement: Acknowledgement(at: Instant(0), channel: nil, name: nil))),
            .noticesWritten([identity]), .noticesHandedOver([HandOver(identity: identity, at: Instant(0))]),
        ]
        for event in events {
            let fact = Fact(sequence: 1, at: Instant(0), account: World.daemon, event: event)
            #expect(ledger.apply(fact).isEmpty)
        }
        #expect(ledger == Ledger())
    }
}
