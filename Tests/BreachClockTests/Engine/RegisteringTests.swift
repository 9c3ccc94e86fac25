import Testing

@testable import BreachClock

/// The register of UK GDPR Art 33(5).
@Suite("R26: The register")
struct RegisteringTests {
    private func value(_ entry: RegisterEntry, _ name: String) throws -> RegisterEntry.Value {
        try #require(entry.fields.first { $0.name == name }, "no \(name)").value
    }

    @Test("R26: Every breach has the same fields in the same order, closed ones too")
    func fields() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        for (id, detector) in PlanningTests.protocols { try world.report(id, by: detector) }
        let closed = try world.report(risk: .unlikely)
        try world.close(closed)
        let register = world.clockwork.register(at: world.now)
        #expect(register.count == 6)
        for entry in register { #expect(entry.fields.map(\.name) == Clockwork.registerColumns) }
        #expect(Set(Clockwork.registerColumns).count == Clockwork.registerColumns.count)
        #expect(try value(register[5], "phase") == .text("closed"))
        #expect(try value(register[5], "closedAt") == .instant(world.now))
    }

    @Test("R26: It has facts, effects, remedial action, advice, the outcomes with their reasons, and both verdicts")
    func contents() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report { $0.texts[.consequences] = "Somebody may read the case notes." }
        try world.note(reference, .advice, "The ICO's helpline said to wait.")
        try world.note(reference, .action, "Locks changed.")
        try world.note(reference, .effect, "Two people rang.")
        try world.position(reference, "peabody", .doNotNotify)
        try world.escalate(reference)
        try world.decideMatter(reference)
        try world.notified(reference) { $0.reference = "IC-1" }
        let entry = try #require(world.clockwork.register(at: world.now).first)
        #expect(try value(entry, "consequences") == .text("Somebody may read the case notes."))
        #expect(try value(entry, "advice") == .list(["2026-11-20T14:05:00Z The ICO's helpline said to wait."]))
        #expect(try value(entry, "actions") == .list(["2026-11-20T14:05:00Z Locks changed."]))
        #expect(try value(entry, "effects") == .list(["2026-11-20T14:05:00Z Two people rang."]))
        #expect(try value(entry, "icoPositions") == .list(["peabody do-not-notify: The files were encrypted."]))
        #expect(try value(entry, "icoOutcome") == .text("notify"))
        #expect(try value(entry, "icoDecidedBy") == .text("Rhona Kettleby"))
        #expect(try value(entry, "icoReason") == .text("The files can be read by anybody."))
        #expect(try value(entry, "icoEscalationReason") == .text("manual"))
        #expect(try value(entry, "regulatorStateByProtocol") == .text("met"))
        #expect(try value(entry, "regulatorStateByLaw") == .text("met"))
        #expect(
            try value(entry, "notifications")
                == .list(["2026-11-20T14:05:00Z regulator initial for essex-county-council; reference IC-1"]))
    }

    @Test("R20: What was agreed says who agreed")
    func agreed() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.agree(reference, .doNotNotify)
        let entry = try #require(world.clockwork.register(at: world.now).first)
        #expect(try value(entry, "icoDecidedBy") == .text("agreed by essex-county-council, provide"))
        #expect(try value(entry, "regulatorState") == .text("not-required"))
    }
}
