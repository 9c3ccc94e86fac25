import Testing

@testable import BreachClock

@Suite("Acknowledging")
struct AcknowledgingTests {
    private static let start = "2026-11-20T14:05:00Z"

    @Test("R12: An acknowledgement says who, when and by what channel")
    func records() throws {
        var world = try World(at: Self.start)
        let reference = try world.report(detected: world.now - 3.hours)
        let sentence = try world.acknowledge(reference, "Peabody", at: world.now - 2.hours) { command in
            command.breach = "edatrs-2026-0001"
            command.channel = .phone
            command.name = " Pauline Hartwright "
        }
        #expect(sentence == nil)
        #expect(
            try world.breach(reference).member("peabody")?.acknowledgement
                == Acknowledgement(at: world.now - 2.hours, channel: .phone, name: .written("Pauline Hartwright")))
        #expect(world.facts.last?.account == World.clerk)
    }

    @Test("R12: Where no time is given it is now, and one partner's acknowledgement is no other's")
    func isOfOnePartner() throws {
        var world = try World(at: Self.start)
        let reference = try world.report()
        world.now = world.now + 10.minutes
        try world.acknowledge(reference, "peabody")
        let summary = try world.summary(reference)
        #expect(summary.partners.filter { $0.acknowledgedAt != nil }.map(\.id) == ["peabody"])
        #expect(summary.partners.first { $0.id == "peabody" }?.acknowledgedAt == world.now)
        #expect(try world.breach(reference).unacknowledged.count == 6)
    }

    @Test("R12: Acknowledging twice says so, with the first time, and records nothing")
    func twiceRecordsNothing() throws {
        var world = try World(at: Self.start)
        let reference = try world.report()
        world.now = world.now + 10.minutes
        try world.acknowledge(reference, "peabody")
        let before = world.facts
        world.now = world.now + 1.days
        let sentence = try #require(
            try world.acknowledge(reference, "peabody") { command in
                command.channel = .meeting
                command.name = "Somebody else"
            })
        #expect(sentence.contains("Peabody") && sentence.contains("Fri 20 Nov 2026 14:15 GMT"))
        #expect(world.facts == before)
    }

    @Test("An unknown breach or partner is not found, and the nearest is named")
    func findsNothing() throws {
        var world = try World(at: Self.start)
        let reference = try world.report()
        #expect(throws: Refusal.notFound(kind: "partner", id: "peabdy", nearest: "peabody")) {
            try world.acknowledge(reference, "peabdy")
        }
        #expect(throws: Refusal.notFound(kind: "breach", id: "EDATRS-2026-0002", nearest: "EDATRS-2026-0001")) {
            try world.acknowledge(reference, "peabody") { $0.breach = "EDATRS-2026-0002" }
        }
        let outlandish = ["../../etc/passwd", ".", "", String(repeating: "x", count: 300), "%2e%2e", "-rf", "․․"]
        for text in outlandish {
            #expect(throws: Refusal.notFound(kind: "breach", id: text, nearest: nil)) {
                try world.acknowledge(reference, "peabody") { $0.breach = text }
            }
        }
    }

    @Test("A partner that the clause does not have told is refused, and the answer says who is")
    func refusesOutsiders() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("MOSAIC", by: "essex-police")
        let refusal = try #require(throws: Refusal.self) { try world.acknowledge(reference, "barnardos") }
        #expect(refusal.field == "partner")
        #expect(refusal.reason.contains("essex-county-council"))
    }

    @Test("R3: An acknowledgement in the future, or before the detection, is refused")
    func refusesImpossibleTimes() throws {
        var world = try World(at: Self.start)
        let reference = try world.report(detected: world.now - 1.hours)
        for time in [world.now + 1, world.now - 1.hours - 1] {
            let refusal = try #require(throws: Refusal.self) {
                try world.acknowledge(reference, "peabody", at: time)
            }
            #expect(refusal.field == "at")
        }
        try world.acknowledge(reference, "peabody", at: world.now - 1.hours)
        try world.acknowledge(reference, "forward-trust", at: world.now)
        #expect(try world.breach(reference).unacknowledged.count == 5)
    }

    @Test(
        "A name is one line of at most 200 characters",
        arguments: ["", "  ", "a\nb", String(repeating: "x", count: 201)])
    func limitsNames(name: String) throws {
        var world = try World(at: Self.start)
        let reference = try world.report()
        let refusal = try #require(throws: Refusal.self) {
            try world.acknowledge(reference, "peabody") { $0.name = name }
        }
        #expect(refusal.field == "name")
    }

    @Test("R27: A name is looked through, and a reason overrides")
    func looksThroughNames() throws {
        var world = try World(at: Self.start)
        let reference = try world.report()
        let refusal = try #require(throws: Refusal.self) {
            try world.acknowledge(reference, "peabody") { $0.name = "The son of 943 476 5919" }
        }
        #expect(refusal.field == "name")
        try world.acknowledge(reference, "peabody") { command in
            command.name = "The son of 943 476 5919"
            command.personalDataReason = "Asked for by the trust."
        }
        #expect(try world.breach(reference).member("peabody")?.acknowledgement != nil)
    }

    @Test(
        "R27: The reason for personal data is itself looked through, with a name beside it or without",
        arguments: [nil, "Pauline Hartwright", "The son of 943 476 5919"])
    func looksThroughReasons(name: String?) throws {
        var world = try World(at: Self.start)
        let reference = try world.report()
        let refusal = try #require(throws: Refusal.self) {
            try world.acknowledge(reference, "peabody") { command in
                command.name = name
                command.personalDataReason = "Her number is 943 476 5919."
            }
        }
        #expect(refusal.field == "personalDataReason")
    }

    @Test("R5: A partner that has left the configuration since still acknowledges")
    func takesThePartnersOfTheBreach() throws {
        var world = try World(at: Self.start)
        let reference = try world.report()
        try world.restart { settings in
            try settings.change("EDATRS") { $0.partners.removeAll { $0.id == "peabody" } }
        }
        try world.acknowledge(reference, "peabody")
        #expect(try world.breach(reference).member("peabody")?.acknowledgement?.at == world.now)
    }
}
