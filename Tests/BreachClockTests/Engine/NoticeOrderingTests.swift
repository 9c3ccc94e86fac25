import Testing

@testable import BreachClock

@Suite("Whom notices go to")
struct NoticeOrderingTests {
    private static let start = "2026-11-20T14:05:00Z"

    private static let deputies = [
        Deputy(name: "Dilys Penrose", emails: ["dilys@deputies.example"]), Deputy(name: "Idris Vane", emails: []),
    ]

    // MARK: - Deputies

    @Test("R10, R14: Each deputy gets a copy of its own, or is telephoned where it has no mailbox")
    func copiesDeputies() throws {
        let settings = try Fixture.settings { settings in
            try settings.change("EWS-ASC", partner: "provide") { $0.contact.deputies = Self.deputies }
        }
        var world = try World(at: Self.start, settings: settings)
        let reference = try world.report("EWS-ASC", by: "essex-county-council")
        #expect(
            try world.breach(reference).notices.map(\.order.token) == [
                "breach-notice.essex-county-council.recorded", "breach-notice.provide.recorded",
                "breach-notice.provide+1.recorded", "telephone-task.provide+2.breach-notice.recorded",
                "case-opened.ig-team.recorded",
            ])
        world.handOver()
        #expect(
            world.advance(to: world.now + 24.hours).tokens == [
                "reminder.provide.partners.1.24h", "reminder.provide+1.partners.1.24h",
                "telephone-task.provide+2.reminder.partners.1.24h",
            ])
    }

    @Test("R10: The owner's deputies get their own copies of a miss")
    func copiesOwnersDeputies() throws {
        let settings = try Fixture.settings { settings in
            try settings.change("EDATRS", partner: "essex-county-council") { $0.contact.deputies = Self.deputies }
        }
        var world = try World(at: Self.start, settings: settings)
        try world.report(detected: world.now - 60.hours)
        // The regulator's deadline is a Saturday night: the owner is asked on Friday already.
        #expect(
            world.facts.dropFirst().map(\.event).tokens == [
                "deadline-missed.owner.partners.1", "deadline-missed.owner+1.partners.1",
                "telephone-task.owner+2.deadline-missed.partners.1", "deadline-missed.ig-team.partners.1",
                "escalation.owner.ico.1", "escalation.owner+1.ico.1", "telephone-task.owner+2.escalation.ico.1",
                "escalation.owner.individuals.1", "escalation.owner+1.individuals.1",
                "telephone-task.owner+2.escalation.individuals.1",
            ])
    }

    @Test("R10: No two organisations share a message: every notice's addresses are of its own recipient alone")
    func sharesNoMessage() throws {
        var settings = try Fixture.settings()
        try settings.change("EDATRS", partner: "peabody") { $0.contact.deputies = Self.deputies }
        let sharingProtocol = try #require(settings.protocols.first { $0.id == "EDATRS" })
        var world = try World(at: Self.start, settings: settings)
        let reference = try world.report()
        let directory = Directory(recorded: sharingProtocol, isMailSafe: true, settings: settings)
        for notice in try world.breach(reference).notices {
            let contact = try #require(directory.contact(notice.order.recipient))
            #expect(!contact.emails.isEmpty)
            switch notice.order.recipient {
            case .partner(let id): #expect(contact.emails == sharingProtocol.partner(id)?.contact.emails)
            case .partnerDeputy: #expect(contact.emails == ["dilys@deputies.example"])
            default: #expect(contact.emails == settings.organisation.informationGovernance)
            }
        }
    }

    @Test("R10: An organisation with two mailboxes gets one notice, to both")
    func sendsOneToTwoMailboxes() throws {
        var world = try World(at: Self.start)
        let breach = try world.recordedBreach()
        let council = breach.notices.filter { $0.order.recipient == .partner("essex-county-council") }
        #expect(council.count == 1)
        let directory = Directory(recorded: breach.sharingProtocol, isMailSafe: true, settings: try Fixture.settings())
        #expect(directory.contact(.partner("essex-county-council"))?.emails.count == 2)
    }

    // MARK: - Telephone

    @Test("R14: A partner without a mailbox is telephoned, for every notice it would have had")
    func telephonesPartners() throws {
        let settings = try Fixture.settings { settings in
            try settings.change("EWS-ASC", partner: "provide") { $0.contact.emails = [] }
        }
        var world = try World(at: Self.start, settings: settings)
        let reference = try world.report("EWS-ASC", by: "essex-county-council")
        let events = world.advance(to: world.now + 49.hours)
        let tokens = try world.breach(reference).notices.map(\.order.token)
        #expect(tokens.contains("telephone-task.provide.breach-notice.recorded"))
        for lead in ["24h", "12h", "4h", "1h"] {
            #expect(tokens.contains("telephone-task.provide.reminder.partners.1.\(lead)"))
        }
        #expect(!tokens.contains { $0.hasPrefix("breach-notice.provide") || $0.hasPrefix("reminder.provide") })
        for order in events.flatMap(\.orders) where order.kind == .telephoneTask {
            #expect(order.recipient == .igTeam)
        }
    }

    @Test("R14: An owner that the protocol does not name is telephoned about, not skipped", arguments: [60, 200])
    func telephonesTheUnnamedOwner(hoursAgo: Int) throws {
        var world = try World(at: Self.start)
        try world.report("EDATRS-DRAFT", detected: world.now - hoursAgo.hours)
        let partners = [
            "telephone-task.owner.deadline-missed.partners.1", "deadline-missed.ig-team.partners.1",
        ]
        let regulator = [
            "telephone-task.owner.deadline-missed.regulator.1", "deadline-missed.ig-team.regulator.1",
        ]
        let escalations = ["telephone-task.owner.escalation.ico.1", "telephone-task.owner.escalation.individuals.1"]
        let missed = hoursAgo == 200 ? partners + regulator : partners
        #expect(world.facts.dropFirst().map(\.event).tokens.sorted() == (missed + escalations).sorted())
    }

    @Test("R14: An owner that is a body without mailbox is telephoned")
    func telephonesTheBody() throws {
        var world = try World(at: Self.start)
        try world.report("BEDS", detected: world.now - 200.hours, by: "virgin-health")
        #expect(
            world.facts.dropFirst().map(\.event).tokens == [
                "telephone-task.owner.deadline-missed.regulator.1", "deadline-missed.ig-team.regulator.1",
            ])
    }

    @Test("R14: Under a clause that has the owner told, an owner without mailbox is telephoned at once")
    func telephonesTheOwnerTold() throws {
        let settings = try Fixture.settings { settings in
            try settings.change("MOSAIC", partner: "essex-county-council") { $0.contact.emails = [] }
        }
        var world = try World(at: Self.start, settings: settings)
        #expect(
            try world.recordedBreach("MOSAIC", by: "essex-police").notices.map(\.order.token) == [
                "telephone-task.essex-county-council.breach-notice.recorded", "case-opened.ig-team.recorded",
                "telephone-task.owner.decision-request.recorded",
            ])
    }

    @Test("Every notice of a breach has an identity of its own")
    func identitiesDiffer() throws {
        for id in ["EDATRS", "EDATRS-DRAFT", "EWS-ASC", "MOSAIC", "BEDS"] {
            var world = try World(at: Self.start)
            let detector = try #require(try Fixture.sharingProtocol(id).partners.last).id
            let reference = try world.report(id, by: detector)
            world.advance(to: world.now + 90.days)
            let tokens = try world.breach(reference).notices.map(\.order.token)
            #expect(Set(tokens).count == tokens.count)
        }
    }

    // MARK: - The configuration of today

    @Test("R5: A mailbox corrected later is used for what is sent later")
    func usesTodaysMailbox() throws {
        var world = try World(at: Self.start)
        let recorded = try world.recordedBreach().sharingProtocol
        let settings = try Fixture.settings { settings in
            try settings.change("EDATRS", partner: "peabody") { $0.contact.emails = ["new@peabody.example"] }
        }
        let directory = Directory(recorded: recorded, isMailSafe: true, settings: settings)
        #expect(directory.contact(.partner("peabody"))?.emails == ["new@peabody.example"])
        #expect(recorded.partner("peabody")?.contact.emails == ["pauline.hartwright@peabody.example"])
    }

    @Test("R5, R14: A mailbox that is lost later turns what is sent later into a telephone task")
    func telephonesWhenTheMailboxIsLost() throws {
        var world = try World(at: Self.start)
        try world.report("EWS-ASC", by: "essex-county-council")
        world.handOver()
        try world.reload { settings in
            try settings.change("EWS-ASC", partner: "provide") { $0.contact.emails = [] }
        }
        #expect(
            world.advance(to: world.now + 24.hours).tokens == ["telephone-task.provide.reminder.partners.1.24h"])
    }

    @Test("R5: Who is not configured any more is reached as the breach has it")
    func usesTheBreachsCopy() throws {
        var world = try World(at: Self.start)
        let recorded = try world.recordedBreach().sharingProtocol
        let gone = try Fixture.settings { settings in
            try settings.change("EDATRS") { $0.partners.removeAll { $0.id == "peabody" } }
        }
        #expect(
            Directory(recorded: recorded, isMailSafe: true, settings: gone).contact(.partner("peabody"))?.emails
                == ["pauline.hartwright@peabody.example"])
        let none = try Fixture.settings { $0.protocols = [] }
        #expect(Directory(recorded: recorded, isMailSafe: true, settings: none).contact(.owner)?.emails.count == 2)
    }

    @Test("R5: The owner is the one that the breach has, at today's mailbox")
    func usesTheBreachsOwner() throws {
        let recorded = try Fixture.sharingProtocol("EDATRS")
        let settings = try Fixture.settings { settings in
            try settings.change("EDATRS") { $0.owner = .partner("peabody") }
            try settings.change("EDATRS", partner: "essex-county-council") { $0.contact.emails = ["new@ecc.example"] }
        }
        #expect(
            Directory(recorded: recorded, isMailSafe: true, settings: settings).contact(.owner)?.emails == [
                "new@ecc.example"
            ])

        let body = try Fixture.sharingProtocol("BEDS")
        let reachable = try Fixture.settings { settings in
            try settings.change("BEDS") { sharingProtocol in
                guard case .body(var contact)? = sharingProtocol.owner else { return }
                contact.emails = ["steering@bedfordshire.example"]
                sharingProtocol.owner = .body(contact)
            }
        }
        #expect(
            Directory(recorded: body, isMailSafe: true, settings: reachable).contact(.owner)?.emails == [
                "steering@bedfordshire.example"
            ])
        let another = try Fixture.settings { settings in
            let other = Contact(name: "Another group", emails: ["x@y.example"], telephone: nil, deputies: [])
            try settings.change("BEDS") { $0.owner = .body(other) }
        }
        #expect(
            Directory(recorded: body, isMailSafe: true, settings: another).contact(.owner)?.name
                == "Information Sharing Steering Group")
    }

    @Test("R14: A deputy is telephoned at its organisation's number, under its own name")
    func telephonesDeputies() throws {
        let settings = try Fixture.settings { settings in
            try settings.change("EDATRS", partner: "essex-county-council") { $0.contact.deputies = Self.deputies }
        }
        let directory = Directory(recorded: try Fixture.sharingProtocol("EDATRS"), isMailSafe: true, settings: settings)
        for recipient in [Recipient.ownerDeputy(1), .partnerDeputy("essex-county-council", 1)] {
            let contact = try #require(directory.contact(recipient))
            #expect(contact.name == "Idris Vane, for Essex County Council")
            #expect(contact.telephone == "08457 430430")
            #expect(contact.emails.isEmpty)
        }
    }

    @Test("A deputy that is not there is nobody")
    func knowsNoOtherDeputies() throws {
        let directory = Directory(
            recorded: try Fixture.sharingProtocol("EDATRS"), isMailSafe: true, settings: try Fixture.settings())
        #expect(directory.contact(.partnerDeputy("peabody", 0)) == nil)
        #expect(directory.contact(.ownerDeputy(3)) == nil)
        #expect(directory.contact(.partner("barnardos")) == nil)
    }
}
