import Testing

@testable import BreachClock

@Suite("Breaches as they are shown")
struct SummarisingTests {
    private static let start = "2026-11-20T14:05:00Z"

    @Test("A partner is shown with its notice, its acknowledgement and whether it is informed")
    func showsPartners() throws {
        var world = try World(at: Self.start)
        let start = world.now
        let reference = try world.report("EWS-ASC", by: "provide")
        world.now = start + 60
        world.handOver(at: start + 50) { $0.kind == .breachNotice }
        world.now = start + 1.hours
        try world.acknowledge(reference, "essex-county-council", at: start + 30.minutes)
        let partners = try world.summary(reference).partners
        #expect(
            partners == [
                .init(
                    id: "essex-county-council", name: "Essex County Council", isAffected: true,
                    noticeWrittenAt: start + 60, handedOverAt: start + 50, acknowledgedAt: start + 30.minutes,
                    isInformed: true, telephone: "08457 430430"),
                .init(
                    id: "provide", name: "Provide", isAffected: true, noticeWrittenAt: start + 60,
                    handedOverAt: start + 50, acknowledgedAt: nil, isInformed: true, telephone: "01206 587370"),
            ])
    }

    @Test("R6: Below the threshold nobody's position is awaited")
    func nobodyIsAffectedBelowTheThreshold() throws {
        var world = try World(at: Self.start)
        let reference = try world.report(by: "essex-county-council", risk: .unlikely)
        let partners = try world.summary(reference).partners
        #expect(partners.count == 8)
        #expect(partners.allSatisfy { !$0.isAffected && !$0.isInformed || $0.id == "essex-county-council" })
    }

    @Test("R2: Each controller is shown with its own awareness, its own deadline and its own verdict")
    func showsControllers() throws {
        var world = try World(at: Self.start)
        let start = world.now
        let reference = try world.report("EWS-ASC", detected: start - 4.hours, by: "provide") { command in
            command.awareAt = start - 1.hours
            command.texts[.awareReason] = "The mail was read only then."
        }
        var controllers = try world.summary(reference).controllers
        #expect(controllers.map(\.id) == ["essex-county-council", "provide"])
        #expect(controllers.map(\.awareAt) == [start - 1.hours, start - 1.hours])
        #expect(controllers.map(\.dueByLaw) == [start + 71.hours, start + 71.hours])
        #expect(controllers.map(\.state) == [.running, .running])

        // The protocol's 72 hours have passed, the law's have three hours to go.
        world.advance(to: start + 69.hours)
        let summary = try world.summary(reference)
        #expect(summary.regulatorDeadline.deadline.state == .missed)
        #expect(summary.controllers.map(\.state) == [.running, .running])

        world.advance(to: start + 30.days)
        controllers = try world.summary(reference).controllers
        #expect(controllers.map(\.state) == [.missed, .missed])
    }

    @Test("R2: A controller aware at detection shares the breach's verdict")
    func sharesTheVerdict() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        world.advance(to: world.now + 73.hours)
        #expect(try world.summary(reference).controllers.map(\.state) == [.missed, .missed])
        let unlikely = try world.report("EWS-ASC", by: "provide", risk: .unlikely)
        #expect(try world.summary(unlikely).controllers.map(\.state) == [.notRequired, .notRequired])
    }

    @Test("A list shows open breaches, the soonest deadline that is not settled first")
    func lists() throws {
        var world = try World(at: Self.start)
        let first = try world.report()
        let second = try world.report("EWS-ASC", detected: world.now - 5.hours, by: "provide")
        let third = try world.report("MOSAIC", detected: world.now - 3.hours, by: "essex-county-council")
        let fourth = try world.report(risk: .unlikely)
        func list(overdueOnly: Bool = false, protocolID: String? = nil) throws -> [BreachReference] {
            try world.clockwork
                .list(all: false, overdueOnly: overdueOnly, protocolID: protocolID, at: world.now)
                .map(\.breach.reference)
        }
        // MOSAIC's partners' deadline is met: what it has left is the law's, 69 hours on.
        #expect(try list() == [second, first, third, fourth])
        #expect(try list(protocolID: "edatrs") == [first, fourth])
        #expect(try list(protocolID: "BEDS").isEmpty)
        #expect(try list(overdueOnly: true).isEmpty)
        world.advance(to: world.now + 44.hours)
        #expect(try list(overdueOnly: true) == [second])
        world.handOver(second)
        #expect(try list() == [first, second, third, fourth])
    }

    @Test(
        "A list of an unknown protocol finds nothing, one of a protocol that is configured no more finds its breaches")
    func listsByProtocol() throws {
        var world = try World(at: Self.start)
        let reference = try world.report()
        world.reload { $0.protocols.removeAll { $0.id == "EDATRS" } }
        let found = try world.clockwork.list(all: true, overdueOnly: false, protocolID: "EDATRS", at: world.now)
        #expect(found.map(\.breach.reference) == [reference])
        #expect(throws: Refusal.notFound(kind: "protocol", id: "MOSIAC", nearest: "MOSAIC")) {
            try world.clockwork.list(all: true, overdueOnly: false, protocolID: "MOSIAC", at: world.now)
        }
    }

    @Test("R5: The warnings that a breach shows are those of the day on which it was recorded")
    func showsWarnings() throws {
        var world = try World(at: "2026-04-01T12:00:00Z")
        let before = try world.report()
        world.now = try instant("2026-04-02T12:00:00Z")
        let after = try world.report()
        #expect(try world.summary(before).warnings.count { $0.contains("review date") } == 0)
        #expect(try world.summary(after).warnings.count { $0.contains("review date") } == 1)
    }
}
