import Testing

@testable import BreachClock

@Suite("R14: Partners whose mail is compromised")
struct R14ChannelTests {
    private static let start = "2026-11-20T14:05:00Z"

    private func orders(_ world: World, _ reference: BreachReference) throws -> [String] {
        try world.breach(reference).notices.map(\.order.token)
    }

    /// A breach of EWS-ASC, whose partners both have mailboxes.
    private func world(isCompromised: Bool) throws -> (World, BreachReference) {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide") { $0.facts.isChannelCompromised = isCompromised }
        return (world, reference)
    }

    @Test("Nothing is ever mailed to a partner or the owner; each is a task for the IG team to telephone")
    func mailsNobodyOutside() throws {
        for protocolID in ["EDATRS", "EWS-ASC", "MOSAIC", "BEDS"] {
            var world = try World(at: Self.start)
            let detector = try #require(try Fixture.sharingProtocol(protocolID).partners.last?.id)
            let reference = try world.report(protocolID, by: detector) { $0.facts.isChannelCompromised = true }
            world.advance(to: world.now + 100.hours)
            let notices = try world.breach(reference).notices
            #expect(!notices.isEmpty)
            for notice in notices {
                #expect([.igTeam, .submitter].contains(notice.order.recipient), "\(notice.order.token)")
            }
            #expect(notices.contains { $0.order.kind == .telephoneTask }, "\(protocolID)")
        }
    }

    /// What the daemon says beside the breach where a matter of such a report is escalated by hand.
    private func remark(_ protocolID: JSON, by partner: JSON, isCompromised: Bool) throws -> JSON? {
        let desk = try Desk()
        let reported = try desk.call(
            "Report",
            [
                "protocol": protocolID, "detected": "now", "by": partner, "summary": "A folder.",
                "channelCompromised": .bool(isCompromised),
            ])
        guard case .result(let report) = reported else { throw VarlinkDescription.Failure(description: "\(reported)") }
        let reference = try #require(report["breach"]?.object?["id"])
        let escalated = try desk.call("Escalate", ["breach": reference, "reason": "It cannot wait."])
        guard case .result(let answer) = escalated else {
            throw VarlinkDescription.Failure(description: "\(escalated)")
        }
        return answer["message"]
    }

    @Test("R17: An owner who is not mailed what was put to it is said to be telephoned, and to be found where unnamed")
    func escalated() throws {
        #expect(try remark("EWS-ASC", by: "provide", isCompromised: false) == .null)
        #expect(
            try remark("EWS-ASC", by: "provide", isCompromised: true)
                == .string(
                    "Whether to notify the regulator of EWS-ASC-2026-0001 is put to the Protocol Lead Organisation, Essex "
                        + "County Council; nothing is mailed to them: the information governance team is asked to "
                        + "telephone them."))
        #expect(
            try remark("EDATRS-DRAFT", by: "open-road", isCompromised: false)
                == .string(
                    "Whether to notify the regulator of EDATRS-DRAFT-2026-0001 is put to the Protocol owner; nothing is "
                        + "mailed to them: the information governance team is asked to find and telephone them."))
    }

    @Test("Acknowledged by telephone, a partner is informed; a task that was handed over informs nobody")
    func informs() throws {
        var (world, reference) = try world(isCompromised: true)
        world.handOver()
        #expect(try world.breach(reference).partnersDeadline.settledAt == nil)
        world.now = world.now + 1.hours
        try world.acknowledge(reference, "essex-county-council")
        let deadline = try world.breach(reference).partnersDeadline
        #expect(deadline.settledAt == world.now)
        #expect(deadline.state == .met)
    }

    @Test("Found out later, who has not acknowledged is telephoned, and the IG team has the list")
    func later() throws {
        var (world, reference) = try world(isCompromised: false)
        #expect(try orders(world, reference).contains("breach-notice.essex-county-council.recorded"))
        try world.correct(reference, reason: "The mail server was taken over.") { $0.isChannelCompromised = true }
        let added = try #require(world.facts.last?.event.orders.map(\.token))
        #expect(
            added == [
                "telephone-task.essex-county-council.breach-notice.channel.1", "correction.ig-team.corrected.1",
            ])
        try world.correct(reference, reason: "It was rebuilt.") { $0.isChannelCompromised = false }
        #expect(world.facts.last?.event.orders == [])
        world.advance(to: world.now + 40.hours)
        #expect(try orders(world, reference).contains { $0.hasPrefix("reminder.essex-county-council.partners") })
    }

    @Test("The list has each partner and the owner once, with page 1's number or that there is none")
    func list() throws {
        var story = try LetterStory("EWS-ASC", by: "provide") { $0.facts.isChannelCompromised = true }
        let rows = try story.letter("case-opened.ig-team.recorded").rows(under: "Telephone list")
        let partners = try Fixture.sharingProtocol("EWS-ASC").partners
        #expect(rows.map(\.label) == partners.map(\.contact.name))
        let opened = try story.text("case-opened.ig-team.recorded")
        #expect(opened.contains("To be telephoned are: Essex County Council; Provide."))
        #expect(!opened.contains("Notices go to"))
        #expect(zip(rows, partners).allSatisfy { $0.value == $1.contact.telephone })
        #expect(
            try story.text("telephone-task.essex-county-council.breach-notice.recorded").contains(
                "the partners' mail is itself compromised"))
        let mailed = try LetterStory("EWS-ASC", by: "provide")
        #expect(try !mailed.letter("case-opened.ig-team.recorded").headings.contains("Telephone list"))
        try story.then { world, reference in
            try world.correct(reference, reason: "Quagga.") { $0.isChannelCompromised = false }
            try world.correct(reference, reason: "Quagga.") { $0.isChannelCompromised = true }
        }
        let later = try story.letter("correction.ig-team.corrected.2")
        #expect(later.rows(under: "Telephone list").map(\.label) == ["Essex County Council"], "Provide detected it")
        try story.then { world, reference in
            try world.acknowledge(reference, "essex-county-council")
            try world.correct(reference, reason: "Quagga.") { $0.isChannelCompromised = false }
            try world.correct(reference, reason: "Quagga.") { $0.isChannelCompromised = true }
        }
        let last = try story.letter("correction.ig-team.corrected.4")
        #expect(last.rows(under: "Telephone list") == [])
        #expect(last.text(under: "Telephone list").contains("Nobody has to be telephoned now"))
    }

    @Test("The list says who has no number, and names deputies; the register says that the mail was compromised")
    func listsWhoHasNone() throws {
        let settings = try Fixture.settings { settings in
            try settings.change("EWS-ASC", partner: "provide") {
                $0.contact.telephone = nil
                $0.contact.deputies = [Deputy(name: "Ida Loxley", emails: ["ida@provide.example"])]
            }
        }
        let story = try LetterStory("EWS-ASC", by: "provide", settings: settings) {
            $0.facts.isChannelCompromised = true
        }
        let rows = try story.letter("case-opened.ig-team.recorded").rows(under: "Telephone list")
        let none = "there is no number on page 1; find one"
        #expect(
            rows.suffix(2) == [
                .init(label: "Provide", value: none), .init(label: "Ida Loxley, for Provide", value: none),
            ])
        let entry = try #require(story.world.clockwork.register(at: story.world.now).first)
        #expect(entry.fields.first { $0.name == "channelCompromised" }?.value == .text("yes"))
    }

    @Test("The journal keeps it, and leaves it out where mail can be used")
    func journal() throws {
        for isCompromised in [true, false] {
            let (world, reference) = try world(isCompromised: isCompromised)
            let members = try world.breach(reference).facts.members
            #expect(members["channelCompromised"]?.bool == (isCompromised ? true : nil))
            let fact = try #require(world.facts.last)
            let line = JournalRecord.line(for: fact, after: .empty) { Array(repeating: 7, count: 16) }
            let read = try JournalRecord.read(line.bytes.dropLast()[...])
            #expect(read.fact == fact)
        }
    }
}
