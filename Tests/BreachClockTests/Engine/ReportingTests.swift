import Testing

@testable import BreachClock

@Suite("Reporting a breach")
struct ReportingTests {
    private static let start = "2026-11-20T14:05:00Z"

    /// The refusal that a changed report meets.
    private static func refusal(
        _ protocolID: String = "EDATRS",
        by detector: String = "open-road",
        risk: Risk = .likely,
        settings: Settings? = nil,
        _ change: (inout ReportCommand) throws -> Void
    ) throws -> Refusal {
        let world = try World(at: start, settings: settings)
        let command = try world.reportCommand(protocolID, by: detector, risk: risk, change)
        return try #require(throws: Refusal.self) { try world.decide(.report(command)) }
    }

    // MARK: - What is recorded

    @Test("R5: A breach is recorded with what was said, under the next reference of its protocol and year")
    func records() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("edatrs", detected: world.now - 2.hours, by: "Open-Road") { command in
            command.facts.occurredAt = command.facts.detectedAt - 3.hours
            command.facts.individuals = 12
            command.facts.records = 10_000_000_000
            command.facts.cyber = .no
            command.texts[.measures] = "The laptop was wiped from afar."
        }
        #expect(reference.description == "EDATRS-2026-0001")
        let breach = try world.breach(reference)
        #expect(breach.detectedBy == "open-road")
        #expect(breach.reportedAt == world.now)
        #expect(breach.facts.detectedAt == world.now - 2.hours)
        #expect(breach.facts.occurredAt == world.now - 5.hours)
        #expect(breach.facts.individuals == 12 && breach.facts.records == 10_000_000_000)
        #expect(breach.facts.cyber == .no)
        #expect(breach.texts[.measures] == .written("The laptop was wiped from afar."))
        #expect(breach.texts[.summary] == .written(World.summary))
        #expect(breach.controllers == ["essex-county-council"])
        #expect(breach.phase == .open)
    }

    @Test("References count within each protocol and year of recording, in the configured zone")
    func countsReferences() throws {
        var world = try World(at: "2026-12-31T14:58:00Z", zone: try FoundationZone("Asia/Tokyo"))
        #expect(try world.report().description == "EDATRS-2026-0001")
        #expect(try world.report().description == "EDATRS-2026-0002")
        #expect(try world.report("EWS-ASC", by: "provide").description == "EWS-ASC-2026-0001")
        // It is New Year in Tokyo nine hours before it is in UTC. The year is of recording, not of detection.
        world.now = world.now + 2.minutes
        #expect(try world.report(detected: world.now - 3.days).description == "EDATRS-2027-0001")
        #expect(try world.report("EDATRS-DRAFT").description == "EDATRS-DRAFT-2027-0001")
        #expect(try world.report().description == "EDATRS-2027-0002")
    }

    @Test("What is refused takes no reference and records nothing")
    func refusalsRecordNothing() throws {
        var world = try World(at: Self.start)
        #expect(throws: Refusal.self) { try world.report { $0.facts.individuals = -1 } }
        #expect(world.facts.isEmpty)
        #expect(try world.report().number == 1)
    }

    @Test("An unknown protocol or partner is not found, and the nearest is named")
    func findsNothing() throws {
        let world = try World(at: Self.start)
        #expect(throws: Refusal.notFound(kind: "protocol", id: "EDATSR", nearest: "EDATRS")) {
            try world.decide(.report(world.reportCommand("EDATSR")))
        }
        #expect(throws: Refusal.notFound(kind: "partner", id: "open-raod", nearest: "open-road")) {
            try world.decide(.report(world.reportCommand(by: "open-raod")))
        }
        #expect(throws: Refusal.notFound(kind: "partner", id: "peabodi", nearest: "peabody")) {
            try world.decide(.report(world.reportCommand { $0.facts.affected = ["peabodi"] }))
        }
        #expect(throws: Refusal.notFound(kind: "partner", id: "barnardos", nearest: nil)) {
            try world.decide(.report(world.reportCommand { $0.controllers = ["barnardos"] }))
        }
    }

    // MARK: - R2

    @Test("R2: A controller aware before the detection is refused")
    func refusesAwareBeforeDetected() throws {
        let refusal = try Self.refusal { command in
            command.awareAt = command.facts.detectedAt - 1
            command.texts[.awareReason] = "A guess."
        }
        #expect(refusal.field == "aware")
        #expect(refusal.reason.contains("Fri 20 Nov 2026 14:05 GMT"))
    }

    @Test("R2: A gap between detection and awareness needs a written reason; none needs none")
    func awarenessNeedsReason() throws {
        let refusal = try Self.refusal { command in
            command.facts.detectedAt = command.facts.detectedAt - 2.hours
            command.awareAt = command.facts.detectedAt + 1
        }
        #expect(refusal.field == "awareReason")

        var world = try World(at: Self.start)
        let detected = world.now - 2.hours
        let without = try world.report(detected: detected) { $0.awareAt = detected }
        #expect(try world.breach(without).facts.awareAt == [:])
        let with = try world.report("EWS-ASC", detected: detected, by: "provide") { command in
            command.awareAt = detected + 1.hours
            command.texts[.awareReason] = "The mail was read only then."
        }
        #expect(
            try world.breach(with).facts.awareAt
                == ["essex-county-council": detected + 1.hours, "provide": detected + 1.hours])
    }

    @Test("R2: Awareness is of the controllers that are named alone")
    func awarenessIsOfNamedControllers() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", detected: world.now - 2.hours, by: "provide") { command in
            command.controllers = ["PROVIDE", "provide"]
            command.awareAt = command.facts.detectedAt + 2.hours
            command.texts[.awareReason] = "The mail was read only then."
        }
        let breach = try world.breach(reference)
        #expect(breach.controllers == ["provide"])
        #expect(breach.facts.awareAt == ["provide": world.now])
    }

    // MARK: - R3

    @Test("R3: An instant after now is refused, now is not", arguments: ["detected", "aware", "occurred"])
    func refusesTheFuture(field: String) throws {
        func change(_ command: inout ReportCommand, to instant: Instant) {
            switch field {
            case "detected": command.facts.detectedAt = instant
            case "aware": command.awareAt = instant
            default: command.facts.occurredAt = instant
            }
            command.texts[.awareReason] = "It was so."
        }
        let now = try instant(Self.start)
        let refusal = try Self.refusal { change(&$0, to: now + 1) }
        #expect(refusal.field == field)
        #expect(refusal.reason.contains("Fri 20 Nov 2026 14:05:01 GMT"))

        var world = try World(at: now)
        try world.report { change(&$0, to: now) }
        #expect(world.facts.count == 1)
    }

    @Test("A breach that happened after it was detected is refused")
    func refusesOccurredAfterDetected() throws {
        let refusal = try Self.refusal { command in
            command.facts.detectedAt = command.facts.detectedAt - 2.hours
            command.facts.occurredAt = command.facts.detectedAt + 1
        }
        #expect(refusal.field == "occurred")
    }

    // MARK: - R5

    @Test("R5: A protocol that is draft, superseded, withdrawn or past review brings warnings, never a refusal")
    func warnsOfProtocols() throws {
        let settings = try Fixture.settings { settings in
            try settings.change("EWS-ASC") { $0.status = .withdrawn }
            try settings.change("EDATRS-DRAFT") { $0.status = .draft }
        }
        var world = try World(at: Self.start, settings: settings)
        let superseded = try world.report("EDATRS-DRAFT")
        let draft = try world.summary(superseded).warnings
        #expect(draft.contains { $0.contains("draft") })
        #expect(draft.contains { $0.contains("superseded by EDATRS") })
        let ended = try world.report("EWS-ASC", by: "provide")
        let withdrawn = try world.summary(ended).warnings
        #expect(withdrawn.contains { $0.contains("withdrawn") })
        #expect(withdrawn.contains { $0.contains("review date") && $0.contains("30 Apr 2025") })
    }

    @Test("R5: The clause, the partners and the owner are kept as they were, whatever is configured later")
    func keepsTheProtocol() throws {
        var world = try World(at: Self.start)
        let reference = try world.report()
        let before = try world.breach(reference)
        try world.restart { settings in
            try settings.change("EDATRS") { sharingProtocol in
                sharingProtocol.clause.partnerHours = 1
                sharingProtocol.clause.regulatorHours = 2
                sharingProtocol.clause.decision = .owner
                sharingProtocol.clause.audience = .none
                sharingProtocol.owner = .partner("peabody")
                sharingProtocol.partners.removeAll { $0.id == "forward-trust" }
            }
        }
        #expect(try world.breach(reference) == before)
        let later = try world.recordedBreach()
        #expect(later.partnersDeadline.due == nil && later.audience.isEmpty)
    }

    // MARK: - R6

    @Test("R6: An unlikely risk needs a reason where the clause has a threshold, and none where it has not")
    func unlikelyNeedsReason() throws {
        #expect(try Self.refusal(risk: .unlikely) { $0.texts[.reason] = nil }.field == "reason")
        var world = try World(at: Self.start)
        try world.report("MOSAIC", by: "essex-police", risk: .unlikely) { $0.texts[.reason] = nil }
        #expect(world.facts.count == 1)
    }

    @Test("R6: Likely and unknown tell the audience; unlikely tells no partner, the IG team alone")
    func unlikelyTellsNobody() throws {
        var world = try World(at: Self.start)
        // The detector is a controller: not a processor's breach.
        for (risk, count) in [(Risk.likely, 8), (.unknown, 8), (.unlikely, 0)] {
            let notices = try world.recordedBreach(by: "essex-county-council", risk: risk).notices
            #expect(notices.count { $0.order.kind == .breachNotice } == count, "\(risk)")
            #expect(notices.count { $0.order.kind == .caseOpened && $0.order.recipient == .igTeam } == 1)
            #expect(notices.count == count + 1)
        }
    }

    @Test("R6: A processor's breach is told to each controller even where harm is unlikely")
    func unlikelyTellsControllersOfAProcessor() throws {
        let settings = try Fixture.settings { settings in
            try settings.change("EDATRS") { $0.controllers = ["essex-county-council", "peabody"] }
        }
        var world = try World(at: Self.start, settings: settings)
        let reference = try world.report(by: "open-road", risk: .unlikely)
        #expect(
            try world.breach(reference).notices.map(\.order.token) == [
                "breach-notice.essex-county-council.recorded", "breach-notice.peabody.recorded",
                "case-opened.ig-team.recorded",
            ])
        // They are told, and nothing is asked of anybody after that.
        #expect(world.advance(to: world.now + 30.days).isEmpty)
        #expect(try world.breach(reference).unacknowledged.isEmpty)
    }

    @Test("R6: A processor that is the controller too does not tell itself as one")
    func unlikelyOfControllerAndProcessor() throws {
        var world = try World(at: Self.start)
        let reference = try world.report(by: "essex-county-council", risk: .unlikely)
        #expect(try world.breach(reference).notices.map(\.order.token) == ["case-opened.ig-team.recorded"])
    }

    @Test("R6: Under the threshold any, the risk changes nothing about who is told", arguments: Risk.allCases)
    func anyTellsAlways(risk: Risk) throws {
        var world = try World(at: Self.start)
        let reference = try world.report("MOSAIC", by: "essex-police", risk: risk)
        #expect(
            try world.breach(reference).notices.map(\.order.token) == [
                "breach-notice.essex-county-council.recorded", "case-opened.ig-team.recorded",
                "decision-request.owner.recorded",
            ])
    }

    // MARK: - R7, R10

    @Test("R10: At once on recording, one notice for each of the audience and word to the IG team")
    func tellsTheAudience() throws {
        var world = try World(at: Self.start)
        let reference = try world.report()
        let expected = try Fixture.sharingProtocol("EDATRS").partners.map { "breach-notice.\($0.id).recorded" }
        let breach = try world.breach(reference)
        #expect(expected.count == 8)
        #expect(breach.notices.map(\.order.token) == expected + ["case-opened.ig-team.recorded"])
        #expect(breach.notices.allSatisfy { $0.orderedAt == world.now && $0.lateSince == nil })
        #expect(world.clockwork.ledger.unwritten.map(\.token) == breach.notices.map(\.order.token))
    }

    @Test(
        "A clause that has nobody told has nobody told: the IG team learns of it, and each controller is asked to decide"
    )
    func tellsNobody() throws {
        var world = try World(at: Self.start)
        let breach = try world.recordedBreach("BEDS", by: "virgin-health")
        #expect(breach.audience.isEmpty)
        let asked = breach.controllers.map { "telephone-task.\($0).decision-request.recorded" }
        #expect(breach.notices.map(\.order.token) == ["case-opened.ig-team.recorded"] + asked)
        #expect(breach.controllers.count == 17)
    }

    @Test("A partner that has left is not told from that day on", arguments: [("2026-11-20", 7), ("2026-11-21", 8)])
    func leavesOutWhoLeft(leftOn: String, count: Int) throws {
        let settings = try Fixture.settings { settings in
            let day = CivilDate(leftOn)
            try settings.change("EDATRS", partner: "peabody") { $0.leftOn = day }
        }
        var world = try World(at: Self.start, settings: settings)
        let breach = try world.recordedBreach()
        #expect(breach.audience.count == count)
        #expect((breach.member("peabody") != nil) == (count == 8))
    }

    @Test("R7: Naming affected partners narrows who is consulted, not who is told")
    func narrowsAffected() throws {
        var world = try World(at: Self.start)
        let reference = try world.report { $0.facts.affected = ["Peabody", "forward-trust", "peabody"] }
        let breach = try world.breach(reference)
        #expect(breach.facts.affected == ["peabody", "forward-trust"])
        #expect(breach.audience.count == 8)
        #expect(breach.notices.count { $0.order.kind == .breachNotice } == 8)
        let affected = try world.summary(reference).partners.filter(\.isAffected).map(\.id)
        #expect(affected.sorted() == ["forward-trust", "peabody"])
    }

    @Test("R7: Unless narrowed the whole audience is affected")
    func wholeAudienceIsAffected() throws {
        var world = try World(at: Self.start)
        let reference = try world.report()
        #expect(try world.summary(reference).partners.filter(\.isAffected).count == 8)
    }

    @Test("R7: Naming a partner outside the audience is refused, and the answer says who is in it")
    func refusesAffectedOutside() throws {
        let mosaic = try Self.refusal("MOSAIC", by: "essex-police") { $0.facts.affected = ["barnardos"] }
        #expect(mosaic.field == "affected")
        #expect(mosaic.reason.contains("essex-county-council") && mosaic.reason.contains("barnardos"))
        let beds = try Self.refusal("BEDS", by: "virgin-health") { $0.facts.affected = ["virgin-health"] }
        #expect(beds.field == "affected")
        #expect(beds.reason.contains("nobody"))
    }

    // MARK: - R9

    @Test("R9: The same request twice records one breach and gets the first answer again")
    func recognisesRequests() throws {
        var world = try World(at: Self.start)
        let command = world.reportCommand { $0.request = RecordedRequest(id: "r-1", digest: "d") }
        let first = try world.carryOut(.report(command))
        #expect(first.sentence == nil)
        world.now = world.now + 1.hours
        let second = try world.carryOut(.report(command))
        #expect(second.reference == first.reference)
        #expect(second.sentence?.contains("EDATRS-2026-0001") == true)
        #expect(world.facts.count == 1)
        world.restart()
        #expect(try world.carryOut(.report(command)).reference == first.reference)
        #expect(world.facts.count == 1)
    }

    @Test("R9: A request that was recorded is recognised though its protocol has gone from the configuration")
    func recognisesRequestsOfGoneProtocols() throws {
        var world = try World(at: Self.start)
        let command = world.reportCommand { $0.request = RecordedRequest(id: "r-1", digest: "d") }
        try world.carryOut(.report(command))
        world.restart { $0.protocols.removeAll { $0.id == "EDATRS" } }
        #expect(try world.carryOut(.report(command)).sentence != nil)
    }

    @Test("R9: The same text with spaces around it is the same content")
    func recognisesTrimmedTexts() throws {
        var world = try World(at: Self.start)
        let command = world.reportCommand { command in
            command.request = RecordedRequest(id: "r-1", digest: "d")
            command.texts[.summary] = "  A laptop was left on a train. "
        }
        try world.carryOut(.report(command))
        #expect(throws: Never.self) { try world.carryOut(.report(command)) }
        #expect(world.facts.count == 1)
    }

    @Test("R9: The same request id with other content is refused", arguments: ["digest", "text", "further text"])
    func refusesOtherContent(difference: String) throws {
        var world = try World(at: Self.start)
        var command = world.reportCommand { $0.request = RecordedRequest(id: "r-1", digest: "d") }
        try world.carryOut(.report(command))
        switch difference {
        case "digest": command.request = RecordedRequest(id: "r-1", digest: "e")
        case "text": command.texts[.summary] = "Another laptop."
        default: command.texts[.found] = "By a passenger."
        }
        let refusal = try #require(throws: Refusal.self) { try world.decide(.report(command)) }
        #expect(refusal.field == "requestId")
        #expect(refusal.reason.contains("EDATRS-2026-0001"))
    }

    @Test("R9: A request id is kept per account: another account's is another request")
    func keepsRequestsPerAccount() throws {
        var world = try World(at: Self.start)
        let command = world.reportCommand { $0.request = RecordedRequest(id: "r-1", digest: "d") }
        let first = try world.carryOut(.report(command)).reference
        let other = try world.carryOut(.report(command), by: World.colleague).reference
        #expect(first.number == 1 && other.number == 2)
    }

    @Test("R9: Without a request id every report is a breach of its own, and what was refused can be sent again")
    func countsReportsWithoutIDs() throws {
        var world = try World(at: Self.start)
        #expect(try world.report().number == 1)
        #expect(try world.report().number == 2)
        let request = RecordedRequest(id: "r-1", digest: "d")
        #expect(throws: Refusal.self) {
            try world.report { command in
                command.request = request
                command.facts.records = -1
            }
        }
        #expect(try world.report { $0.request = request }.number == 3)
    }

    @Test("R9, R31: A text that was redacted since is taken as the same")
    func recognisesRedactedTexts() throws {
        let world = try World(at: Self.start)
        let command = world.reportCommand { $0.request = RecordedRequest(id: "r-1", digest: "d") }
        guard case .record(.breachRecorded(var record), let reference) = try world.decide(.report(command)) else {
            Issue.record("nothing was recorded")
            return
        }
        record.texts[.summary] = .redacted
        var later = try World(at: Self.start)
        later.record(.breachRecorded(record), by: World.clerk)
        #expect(try later.carryOut(.report(command)).reference == reference)
        #expect(later.facts.count == 1)
    }

    // MARK: - What is said

    @Test(
        "R27: Numbers of people and records are from 0 to 10^10", arguments: ["individuals", "records"],
        [(-1, false), (0, true), (10_000_000_000, true), (10_000_000_001, false), (Int.min, false), (Int.max, false)])
    func limitsNumbers(field: String, number: (value: Int, isAccepted: Bool)) throws {
        func change(_ command: inout ReportCommand) {
            if field == "records" {
                command.facts.records = number.value
            } else {
                command.facts.individuals = number.value
            }
        }
        if number.isAccepted {
            var world = try World(at: Self.start)
            #expect(throws: Never.self) { try world.report { change(&$0) } }
        } else {
            #expect(try Self.refusal { change(&$0) }.field == field)
        }
    }

    @Test("A breach without a summary, or with an empty one, is refused", arguments: [nil, "", "   "])
    func needsSummary(summary: String?) throws {
        #expect(try Self.refusal { $0.texts[.summary] = summary }.field == "summary")
    }

    @Test("R27: Every text of a report is looked through and held to the limits", arguments: TextField.allCases)
    func looksThroughEveryText(field: TextField) throws {
        let personal = try Self.refusal { $0.texts[field] = "Her number is 943 476 5919." }
        #expect(personal.field == field.rawValue)
        let long = try Self.refusal { $0.texts[field] = String(repeating: "x", count: 4001) }
        #expect(long.field == field.rawValue)
        let broken = try Self.refusal { $0.texts[field] = "one\ntwo" }
        #expect(broken.field == field.rawValue)
    }

    @Test("R27: A reason overrides, is recorded, and is looked through itself")
    func overridesWithReason() throws {
        var world = try World(at: Self.start)
        let reference = try world.report { command in
            command.texts[.summary] = "The letter of 943 476 5919 was lost."
            command.texts[.personalDataReason] = "The trust asked for the number."
        }
        #expect(
            try world.breach(reference).texts[.personalDataReason] == .written("The trust asked for the number."))

        let refusal = try Self.refusal { command in
            command.texts[.summary] = "The letter of 943 476 5919 was lost."
            command.texts[.personalDataReason] = "It is 943 476 5919."
        }
        #expect(refusal.field == "personalDataReason")
    }

    @Test("R9: A request id of digits alone is taken where it is no NHS number")
    func takesDigits() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let command = world.reportCommand { $0.request = RecordedRequest(id: "20261120-1405-1", digest: "d") }
        let first = try world.carryOut(.report(command))
        #expect(first.sentence == nil)
        #expect(try world.carryOut(.report(command)).reference == first.reference)
        #expect(world.clockwork.ledger.references.count == 1)
    }

    @Test("R27, R31: A request id is looked through, and no reason overrides what cannot be redacted")
    func looksThroughRequestIDs() throws {
        let refusal = try Self.refusal { command in
            command.request = RecordedRequest(id: "943-476-5919", digest: "d")
            command.texts[.personalDataReason] = "The trust asked for the number."
        }
        #expect(refusal.field == "requestId")
    }
}
