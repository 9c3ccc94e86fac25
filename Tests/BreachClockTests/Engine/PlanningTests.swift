import Testing

@testable import BreachClock

/// What a plan says, against what then happens.
@Suite("Planning")
struct PlanningTests {
    /// Each protocol of the example, with who finds the breach.
    static let protocols = [
        ("EDATRS", "open-road"), ("EDATRS-DRAFT", "peabody"), ("EWS-ASC", "provide"), ("MOSAIC", "essex-police"),
        ("BEDS", "bedfordshire-police"),
    ]

    /// How long after the detection it is reported.
    static let delaysHours = [0, 1, 47, 59, 71, 100]

    private static func request(
        _ id: String, _ detected: Instant, reported: Instant? = nil, by: String? = nil, risk: Risk? = nil
    ) -> PlanRequest {
        PlanRequest(protocolID: id, detectedAt: detected, reportedAt: reported, detectedBy: by, risk: risk)
    }

    private struct Sent: Hashable {
        var what: String
        var to: String
        var at: Instant
    }

    @Test(
        "A plan lists each notice with its recipient and instant as they then happen", arguments: protocols, delaysHours
    )
    func planEqualsWhatHappens(_ each: (id: String, detector: String), hours: Int) throws {
        for risk in Risk.allCases {
            let detected = try instant("2026-11-20T14:05:00Z")
            var world = try World(at: detected + hours.hours)
            let request = Self.request(each.id, detected, reported: world.now, by: each.detector, risk: risk)
            let plan = try world.clockwork.plan(request)
            let planned = plan.compactMap { item in
                item.to.map { Sent(what: item.what.name, to: $0.name, at: item.at) }
            }

            let reference = try world.report(each.id, detected: detected, by: each.detector, risk: risk)
            world.advance(to: detected + 60.days)
            let happened = world.facts.flatMap { fact in
                fact.event.orders.map { Sent(what: $0.kind.rawValue, to: $0.recipient.name, at: fact.at) }
            }
            #expect(planned.sorted(by: isBefore) == happened.sorted(by: isBefore))

            let breach = try world.breach(reference)
            let dues = DeadlineName.allCases.map(breach.deadline).filter { $0.state != .notRequired }.compactMap(\.due)
            #expect(plan.filter { $0.what == .deadline }.map(\.at).sorted() == dues.sorted())
        }
    }

    private func isBefore(_ left: Sent, _ right: Sent) -> Bool {
        (left.at, left.what, left.to) < (right.at, right.what, right.to)
    }

    @Test("A plan comes in the order of time, and says why of everything")
    func order() throws {
        let world = try World(at: "2026-11-20T14:05:00Z")
        let plan = try world.clockwork.plan(Self.request("edatrs", world.now))
        #expect(zip(plan, plan.dropFirst()).allSatisfy { $0.at <= $1.at })
        #expect(plan.allSatisfy { $0.why.hasSuffix(".") && !$0.why.isEmpty })
        #expect(plan.first?.what == .notice(.breachNotice))
        #expect(plan.contains { $0.what == .notice(.escalation) && $0.to == .owner })
    }

    @Test("A plan may lie in the past or in the future, and records nothing")
    func anyInstant() throws {
        let world = try World(at: "2026-11-20T14:05:00Z")
        let before = world.clockwork.ledger
        for detected in ["2019-02-01T00:00:00Z", "2031-07-01T00:00:00Z"] {
            let plan = try world.clockwork.plan(Self.request("EDATRS", instant(detected)))
            #expect(try plan.first?.at == instant(detected))
        }
        #expect(world.clockwork.ledger == before)
    }

    /// What is asked wrongly, and the field that is refused; nil for what is not found.
    static let wrong: [(request: PlanRequest, field: String?)] = [
        (request("EDATRS", Instant(1000), reported: Instant(999)), "reported"),
        (request("NONE", Instant(1000)), nil),
        (request("EDATRS", Instant(1000), by: "nobody"), nil),
    ]

    @Test("A plan for what cannot be is refused", arguments: wrong)
    func refused(_ each: (request: PlanRequest, field: String?)) throws {
        let world = try World(at: "2026-11-20T14:05:00Z")
        let refusal = #expect(throws: Refusal.self) { try world.clockwork.plan(each.request) }
        #expect(refusal?.field == each.field)
    }
}
