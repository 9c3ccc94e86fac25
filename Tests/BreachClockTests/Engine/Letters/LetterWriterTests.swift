import Testing

@testable import BreachClock

@Suite("Letters")
struct LetterWriterTests {
    /// Over a change of summer time, so that local time and UTC are an hour apart at the deadlines and not before.
    private static let start = "2026-03-27T18:00:00Z"
    private static let head = JournalHead(sequence: 4711, hash: String(repeating: "c0ffee00", count: 8))

    /// A breach of the protocol to which everything has happened, with every notice that this brought.
    private static func world(
        _ id: String,
        by detector: String,
        isAcknowledged: Bool = true
    ) throws -> (World, BreachReference) {
        let settings = try Fixture.settings { settings in
            try settings.change("EWS-ASC", partner: "essex-county-council") { partner in
                partner.contact.deputies = [Deputy(name: "Dilys Penrose", emails: ["dilys@deputies.example"])]
            }
            try settings.change("EDATRS", partner: "peabody") { $0.contact.emails = [] }
        }
        var world = try World(at: start, settings: settings)
        let reference = try world.report(id, by: detector) { command in
            command.texts[.measures] = "Zebra-striped files were counted."
            command.facts.individuals = 1234
        }
        let due = world.now + 48.hours
        world.handOver { $0.kind != .breachNotice }
        world.advance(to: due + 1.hours)
        for member in try world.breach(reference).unacknowledged where isAcknowledged {
            try world.acknowledge(reference, member.partnerID, at: due - 5.minutes)
        }
        world.settle()
        world.advance(to: due + 2.days)
        return (world, reference)
    }

    /// Every letter on a breach, with the notice that it is.
    private static func letters(
        _ id: String,
        by detector: String,
        isAcknowledged: Bool = true
    ) throws -> [(notice: Notice, letter: Letter)] {
        let (world, reference) = try world(id, by: detector, isAcknowledged: isAcknowledged)
        let breach = try world.breach(reference)
        return breach.notices.map { notice in
            let writer = LetterWriter(
                breach: breach, notice: notice, settings: world.clockwork.settings, zone: world.clockwork.zone,
                head: head)
            return (notice, writer.letter())
        }
    }

    private static let protocols = [
        ("EDATRS", "open-road"), ("EDATRS-DRAFT", "open-road"), ("EWS-ASC", "provide"), ("MOSAIC", "essex-police"),
        ("BEDS", "virgin-health"),
    ]

    @Test(
        "R27, R29: Every letter names the breach, local and UTC times, whom it is for, and where the journal stands",
        arguments: protocols)
    func namesWhatItMust(id: String, detector: String) throws {
        for (notice, letter) in try Self.letters(id, by: detector) {
            let text = letter.text
            let kind = notice.order.token
            #expect(letter.subject.hasPrefix("\(id)-2026-0001: "), "\(kind)")
            #expect(text.contains("\(id)-2026-0001"), "\(kind)")
            // Local time with UTC beside it.
            #expect(text.contains(/(GMT|BST) \([^)]*UTC\)/), "\(kind)")
            #expect(text.contains("For the attention of: "), "\(kind)")
            #expect(text.contains("fact 4711") && text.contains(Self.head.hash), "\(kind)")
            #expect(text.contains(notice.order.token), "\(kind)")
            #expect(!text.contains("nil") && !text.contains("Optional("), "\(kind)")
        }
    }

    @Test("R27: Subjects are neutral: no word of what happened, no title, no name of a person", arguments: protocols)
    func hasNeutralSubjects(id: String, detector: String) throws {
        let sharingProtocol = try Fixture.sharingProtocol(id)
        for (notice, letter) in try Self.letters(id, by: detector) {
            let subject = letter.subject
            for word in ["laptop", "caseload", "train", "Zebra", "1234", sharingProtocol.title] {
                #expect(!subject.contains(word), "\(notice.order.token): \(subject)")
            }
            #expect(subject.unicodeScalars.count <= 200)
            #expect(!subject.unicodeScalars.contains { $0.properties.generalCategory == .control })
        }
    }

    @Test("R27: What is asked by a certain time says so in its subject")
    func saysByWhenInItsSubject() throws {
        let letters = try Self.letters("EDATRS", by: "open-road", isAcknowledged: false)
        let asking = letters.filter { [.breachNotice, .reminder].contains($0.notice.order.kind) }
        #expect(!asking.isEmpty)
        for (notice, letter) in asking {
            let subject = letter.subject
            // R7: the partner that detected the breach need not acknowledge; its position counts.
            let isDetector = notice.order.recipient == .partner("open-road")
            let isOnPositions = notice.order.occasion.hasPrefix("positions")
            #expect(
                subject.contains("please acknowledge by Sun 29 Mar 2026 19:00 BST") != (isDetector || isOnPositions))
            let givesPosition = isOnPositions || notice.order.kind == .breachNotice
            #expect(subject.hasSuffix("please give your position by Mon 30 Mar 2026 07:00 BST") == givesPosition)
        }
        let immediate = try Self.letters("MOSAIC", by: "essex-police", isAcknowledged: false)
            .filter { $0.notice.order.kind == .breachNotice }
        #expect(immediate.map(\.letter.subject) == ["MOSAIC-2026-0001: please acknowledge immediately"])
    }

    @Test(
        "R10: No letter shows a mailbox of any organisation but its reader's own and the IG team", arguments: protocols)
    func showsNoOtherMailbox(id: String, detector: String) throws {
        let settings = try Fixture.settings()
        let team = Set(settings.organisation.informationGovernance)
        let all = Set(settings.protocols.flatMap(\.partners).flatMap(\.contact.emails))
            .union(["dilys@deputies.example"]).subtracting(team)
        #expect(all.count > 15)
        for (notice, letter) in try Self.letters(id, by: detector) {
            for mailbox in all {
                #expect(!letter.text.contains(mailbox), "\(notice.order.token) shows \(mailbox)")
                #expect(!letter.subject.contains("@"))
            }
        }
    }

    @Test("R3: Both deadlines are given in local time and UTC, with where each comes from")
    func givesDeadlines() throws {
        let letter = try #require(
            try Self.letters("EDATRS", by: "open-road").first { $0.notice.order.recipient == .partner("open-road") }
        ).letter
        let text = letter.text
        #expect(text.contains("Sun 29 Mar 2026 19:00 BST (18:00 UTC)"))
        #expect(text.contains("Mon 30 Mar 2026 19:00 BST (18:00 UTC)"))
        #expect(text.contains("Fri 27 Mar 2026 18:00 GMT (18:00 UTC)"))
        #expect(text.contains("72 h from detection, section 11"))
        #expect(text.contains("72 h from awareness, UK GDPR Art 33(1)"))
    }

    @Test("A breach notice says what happened, quotes the clause, and says that a reader's own duty stands")
    func writesBreachNotices() throws {
        let clause = try Fixture.sharingProtocol("EDATRS").clause.text
        let letters = try Self.letters("EDATRS", by: "open-road", isAcknowledged: false)
            .filter { $0.notice.order.kind == .breachNotice }
        #expect(letters.count == 7)
        for (_, letter) in letters {
            #expect(letter.text.contains(World.summary))
            #expect(letter.text.contains("Zebra-striped files were counted."))
            #expect(letter.text.contains("1234"))
            #expect(letter.blocks.contains(.quotation(clause)))
            #expect(letter.text.contains("Open Road (Choices)"), "who detected it")
            #expect(letter.text.contains("Art 33(1)") && letter.text.contains("Art 33(2)"))
            #expect(letter.text.contains("informationgovernanceteam@essex-county-council.example"))
            let isAsked = letter.text.contains("agrees to nothing")
            #expect(isAsked != letter.text.contains("Nothing has to be acknowledged"))
        }
    }

    @Test("R12: A breach notice that comes to be written after its reader acknowledged says so, and asks for the rest")
    func keepsAcknowledgements() throws {
        let letters = try Self.letters("EDATRS", by: "open-road").filter { $0.notice.order.kind == .breachNotice }
        for (notice, letter) in letters where notice.order.recipient != .partner("open-road") {
            #expect(letter.text.contains("Your organisation acknowledged this breach on Sun 29 Mar 2026 18:55 BST"))
            #expect(letter.subject.hasPrefix("EDATRS-2026-0001: please give your position"))
        }
    }

    @Test("A letter is to its reader by name, a deputy's to the deputy")
    func addressesItsReader() throws {
        let letters = try Self.letters("EWS-ASC", by: "provide")
        func addressee(_ recipient: Recipient) throws -> String {
            let letter = try #require(letters.first { $0.notice.order.recipient == recipient }).letter
            guard case .paragraph(let first)? = letter.blocks.first else { return "" }
            return first
        }
        #expect(try addressee(.partner("provide")) == "For the attention of: Provide")
        #expect(
            try addressee(.partnerDeputy("essex-county-council", 0))
                == "For the attention of: Dilys Penrose, for Essex County Council")
        #expect(
            try addressee(.igTeam) == "For the attention of: Essex County Council, information governance")
        #expect(try addressee(.owner) == "For the attention of: Essex County Council")
    }

    @Test(
        "The clause's own title for the owner is used", arguments: [("EDATRS", "Protocol owner"), ("EWS-ASC", "Lead")])
    func usesTheClausesTitle(id: String, title: String) throws {
        let detector = id == "EDATRS" ? "open-road" : "provide"
        let letter = try #require(
            try Self.letters(id, by: detector).first { $0.notice.order.kind == .breachNotice })
        #expect(letter.letter.text.contains(title))
    }

    // MARK: - R7

    @Test("R7: Who is affected is asked for a view, who is not is told that others are", arguments: [true, false])
    func narrowsConsultation(isAffected: Bool) throws {
        var world = try World(at: Self.start)
        let reference = try world.report { $0.facts.affected = [isAffected ? "peabody" : "forward-trust"] }
        let breach = try world.breach(reference)
        let notice = try #require(breach.notices(to: "peabody").first)
        let text = Self.text(breach, notice, world)
        #expect(text.contains("Whether to notify the Information Commissioner's Office (ICO): Notify,") == isAffected)
        #expect(text.contains("Whether to tell the people concerned: Tell them:"), "R7: individuals is asked of all")
        #expect(
            text.contains(
                "is asked of the partners named as affected: Forward Trust. Your organisation is not among them")
                == !isAffected)
    }

    @Test("R7: A deputy of, or a telephone task for, a partner that is not affected says so as its notice does")
    func narrowsConsultationForOthers() throws {
        let settings = try Fixture.settings { settings in
            try settings.change("EDATRS", partner: "peabody") { partner in
                partner.contact.emails = []
                partner.contact.deputies = [Deputy(name: "Dilys Penrose", emails: ["dilys@deputies.example"])]
            }
        }
        var world = try World(at: Self.start, settings: settings)
        let reference = try world.report { $0.facts.affected = ["forward-trust"] }
        let breach = try world.breach(reference)
        for token in ["breach-notice.peabody+1.recorded", "telephone-task.peabody.breach-notice.recorded"] {
            let text = Self.text(breach, try world.notice(token, of: reference), world)
            #expect(text.contains("is not among them"), "\(token)")
        }
    }

    private static func text(_ breach: Breach, _ notice: Notice, _ world: World) -> String {
        LetterWriter(
            breach: breach, notice: notice, settings: world.clockwork.settings, zone: world.clockwork.zone, head: head
        ).letter().text
    }

    // MARK: - The other kinds

    @Test("R14: A telephone task says whom to ring, at which number, about what, and how to record it")
    func writesTelephoneTasks() throws {
        let letters = try Self.letters("EDATRS", by: "open-road", isAcknowledged: false)
        let task = try #require(
            letters.first { $0.notice.order.token == "telephone-task.peabody.breach-notice.recorded" })
        #expect(task.notice.order.recipient == .igTeam)
        #expect(task.letter.subject == "EDATRS-2026-0001: please telephone Peabody now")
        #expect(task.letter.text.contains("01206 773005"))
        #expect(task.letter.text.contains("breachctl ack EDATRS-2026-0001 peabody --via phone"))
        #expect(task.letter.text.contains(World.summary))
    }

    @Test("R14: Where the protocol names no owner, the task says so by the clause's title")
    func writesTasksForNobody() throws {
        let letters = try Self.letters("EDATRS-DRAFT", by: "open-road")
        let task = try #require(letters.first { $0.notice.order.inPlaceOf?.recipient == .owner })
        #expect(task.letter.subject == "EDATRS-DRAFT-2026-0001: please telephone the Protocol owner now")
        #expect(task.letter.text.contains("whom the protocol does not name"))
        #expect(task.letter.text.contains("there is no number on page 1"))
    }

    @Test("R24: A miss names the deadline, who was not informed, and what to do")
    func writesMisses() throws {
        var world = try World(at: Self.start)
        let reference = try world.report()
        world.handOver { $0.recipient != .partner("peabody") }
        world.advance(to: world.now + 73.hours)
        let breach = try world.breach(reference)
        let partners = Self.text(breach, try world.notice("deadline-missed.owner.partners.1", of: reference), world)
        #expect(partners.contains("Not informed: Peabody."))
        #expect(partners.contains("Sun 29 Mar 2026 19:00 BST (18:00 UTC)"))
        let regulator = Self.text(breach, try world.notice("deadline-missed.ig-team.regulator.1", of: reference), world)
        #expect(regulator.contains("Information Commissioner's Office"))
        #expect(regulator.contains("Mon 30 Mar 2026 19:00 BST (18:00 UTC)"))
        #expect(regulator.contains("reasons for the delay"))
    }

    @Test("R11: A correction says that the deadline was kept, and when")
    func writesCorrections() throws {
        let letters = try Self.letters("EDATRS", by: "open-road").filter { $0.notice.order.kind == .correction }
        #expect(letters.map(\.notice.order.recipient) == [.owner, .igTeam])
        for (_, letter) in letters {
            #expect(letter.text.contains("Sun 29 Mar 2026 19:00 BST (18:00 UTC)"))
            #expect(letter.text.contains("Sun 29 Mar 2026 18:55 BST (17:55 UTC)"))
            #expect(letter.text.contains("kept after all"))
        }
    }

    @Test("R4: A letter that is late says so, with the instant at which it was due; one on time does not")
    func saysWhenItIsLate() throws {
        var world = try World(at: Self.start)
        let reference = try world.report()
        world.handOver()
        world.beAway(until: world.now + 30.hours)
        let breach = try world.breach(reference)
        let late = Self.text(breach, try world.notice("reminder.peabody.partners.1.24h", of: reference), world)
        #expect(late.contains("This letter is late: it was due on Sat 28 Mar 2026 18:00 GMT (18:00 UTC)"))
        let onTime = Self.text(breach, try #require(breach.notices(to: "peabody").first), world)
        #expect(!onTime.contains("is late"))
    }

    @Test("The IG team's letter says who is written to, or why nobody is")
    func writesCasesOpened() throws {
        var world = try World(at: Self.start)
        let told = try world.recordedBreach()
        let toldText = Self.text(told, try world.notice("case-opened.ig-team.recorded", of: told.reference), world)
        #expect(toldText.contains("Notices go to: Cyber Media Solutions Ltd (Theseus); Essex County Council;"))
        #expect(toldText.contains("breachctl ack EDATRS-2026-0001 PARTNER"))
        let beds = try world.recordedBreach("BEDS", by: "virgin-health")
        #expect(
            Self.text(beds, try world.notice("case-opened.ig-team.recorded", of: beds.reference), world)
                .contains("the clause has nobody informed"))
        let unlikely = try world.recordedBreach(by: "essex-county-council", risk: .unlikely)
        #expect(
            Self.text(unlikely, try world.notice("case-opened.ig-team.recorded", of: unlikely.reference), world)
                .contains("the risk was recorded as unlikely"))
    }

    @Test("R31: A text that was redacted is not in a letter")
    func leavesOutRedactedTexts() throws {
        var world = try World(at: Self.start)
        var breach = try world.recordedBreach()
        breach.texts[.summary] = .redacted
        let text = Self.text(breach, try #require(breach.notices(to: "peabody").first), world)
        #expect(!text.contains("laptop"))
        #expect(text.contains("[redacted]"))
    }
}
