import Testing

@testable import BreachClock

@Suite("Warnings about protocols")
struct ProtocolWarningsTests {
    private static func warnings(
        _ id: String, on day: String = "2026-11-20", _ change: (inout SharingProtocol) -> Void = { _ in }
    ) throws -> [String] {
        var sharingProtocol = try Fixture.sharingProtocol(id)
        change(&sharingProtocol)
        return sharingProtocol.warnings(on: try #require(CivilDate(day)))
    }

    @Test("R5: The protocols of the seeds have the warnings that their papers give reason for")
    func warnsOfTheSeeds() throws {
        #expect(
            try Self.warnings("EDATRS") == [
                "The protocol's review date, Wed 1 Apr 2026, is past.",
                "Mid and North Essex Mind is listed as a processor but missing from page 1.",
                "Mind in West Essex is listed as a processor but missing from page 1.",
            ])
        #expect(
            try Self.warnings("EDATRS-DRAFT") == [
                "The protocol states no status.", "The protocol has been superseded by EDATRS.",
                "The protocol states no review date.", "The protocol names no owner (Protocol owner).",
            ])
        #expect(try Self.warnings("EWS-ASC") == ["The protocol's review date, Wed 30 Apr 2025, is past."])
        #expect(
            try Self.warnings("MOSAIC") == [
                "The protocol's review date, Tue 16 Jan 2018, is past.",
                "Page 1 does not give a telephone number for Capita Resourcing Limited (HIP & Temp workers).",
                "Page 1 does not give an ICO reference for Department for Works & Pensions (Family Solutions).",
            ])
        #expect(
            try Self.warnings("BEDS") == [
                "The protocol states no review date.",
                "The owner, Information Sharing Steering Group, is no partner of page 1 and has no mailbox.",
                "Page 1 gives no partner a mailbox.", "Page 1 gives no partner a telephone number.",
                "Page 1 gives no partner an ICO reference.",
            ])
    }

    @Test("R14: What page 1 lacks is named with the partners that it lacks it for")
    func warnsOfGaps() throws {
        let warnings = try Self.warnings("EWS-ASC") { sharingProtocol in
            sharingProtocol.partners[1].contact.emails = []
            sharingProtocol.partners[0].icoReferences = []
        }
        #expect(warnings.contains("Page 1 does not give a mailbox for Provide."))
        #expect(warnings.contains("Page 1 does not give an ICO reference for Essex County Council."))
        #expect(!warnings.contains { $0.contains("telephone") })
    }

    @Test(
        "R14: An owner that is no partner is warned of, and that it has no mailbox where it has none",
        arguments: [true, false])
    func warnsOfOwners(hasMailbox: Bool) throws {
        let body = Contact(
            name: "Steering Group", emails: hasMailbox ? ["group@beds.example"] : [], telephone: nil, deputies: [])
        let warnings = try Self.warnings("EWS-ASC") { $0.owner = .body(body) }
        let end = hasMailbox ? "" : " and has no mailbox"
        #expect(warnings.contains("The owner, Steering Group, is no partner of page 1\(end)."))
    }

    @Test("R5: A review date is past the day after it", arguments: [("2026-04-01", false), ("2026-04-02", true)])
    func warnsOfReview(day: String, isPast: Bool) throws {
        #expect(try Self.warnings("EDATRS", on: day).contains { $0.contains("review date") } == isPast)
    }

    @Test("A protocol is in force from its day on", arguments: [("2023-03-31", true), ("2023-04-01", false)])
    func warnsBeforeForce(day: String, isWarned: Bool) throws {
        #expect(try Self.warnings("EDATRS", on: day).contains { $0.contains("in force only") } == isWarned)
    }

    @Test(
        "R5: Each status but approved is a warning",
        arguments: [
            (SharingProtocol.Status.approved, nil), (.draft, "is a draft"), (.withdrawn, "has been withdrawn"),
            (nil, "no status"),
        ] as [(SharingProtocol.Status?, String?)])
    func warnsOfStatus(status: SharingProtocol.Status?, words: String?) throws {
        let before = try Self.warnings("EWS-ASC").count
        let warnings = try Self.warnings("EWS-ASC") { $0.status = status }
        #expect(warnings.count == before + (words == nil ? 0 : 1))
        if let words { #expect(warnings.contains { $0.contains(words) }) }
    }

    @Test(
        "R5: An owner or a controller that has left the protocol is warned of from its last day on",
        arguments: [("2026-11-19", false), ("2026-11-20", true), ("2026-11-21", true)])
    func warnsOfWhoLeft(day: String, isWarned: Bool) throws {
        let warnings = try Self.warnings("EWS-ASC", on: day) { sharingProtocol in
            sharingProtocol.partners[0].leftOn = CivilDate("2026-11-20")
            sharingProtocol.partners[1].leftOn = CivilDate("2026-11-20")
            sharingProtocol.owner = .partner(sharingProtocol.partners[0].id)
            sharingProtocol.controllers = sharingProtocol.partners.prefix(2).map(\.id)
        }
        let expected = [
            "The owner, Essex County Council, left the protocol on Fri 20 Nov 2026.",
            "The controller Essex County Council left the protocol on Fri 20 Nov 2026.",
            "The controller Provide left the protocol on Fri 20 Nov 2026.",
        ]
        #expect(warnings.filter { $0.contains("left the protocol") } == (isWarned ? expected : []))
    }
}
