import Testing

@testable import BreachClock

/// The register of UK GDPR Art 33(5).
@Suite("R26: The register")
struct RegisteringTests {
    private func value(_ entry: RegisterEntry, _ name: String) throws -> RegisterEntry.Value {
        try #require(entry.fields.first { $0.name == name }, "no \(name)").value
    }

    /// A field of the first breach of the register.
    private func field(_ name: String, in world: World) throws -> RegisterEntry.Value {
        try value(try #require(world.clockwork.register(at: world.now).first), name)
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

    @Test("R26: Partners and whoever decides stand there by their names too, the detector outside the audience as well")
    func names() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report("MOSAIC", by: "essex-police")
        guard case .list(let names) = try field("partnerNames", in: world) else {
            Issue.record("no list")
            return
        }
        #expect(names.contains("essex-police: Essex Police"))
        let breach = try world.breach(reference)
        #expect(names.count == Set(breach.audience.map(\.partnerID) + breach.controllers + ["essex-police"]).count)
        #expect(try field("decider", in: world) == .text(breach.sharingProtocol.decider))
    }

    @Test("R20: What was agreed says who agreed")
    func agreed() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.agree(reference, .doNotNotify)
        #expect(try field("icoDecidedBy", in: world) == .text("agreed by essex-county-council, provide"))
        #expect(try field("regulatorState", in: world) == .text("not-required"))
    }

    @Test("R20: Who agreed are those that were asked then, whoever is asked since")
    func agreedThen() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report("EWS-ASC", by: "provide") { $0.facts.affected = ["provide"] }
        try world.position(reference, "provide", .notify)
        world.settle()
        try world.notified(reference)
        try world.correct(reference) { $0.affected = ["provide", "essex-county-council"] }
        #expect(try world.breach(reference).asked(on: .ico).count == 2)
        #expect(try field("icoDecidedBy", in: world) == .text("agreed by provide"))
    }

    @Test("R26: What held before is kept: outcomes with their reasons, closures, and why a matter was put to the owner")
    func earlier() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.agree(reference, .doNotNotify)
        world.settle()
        try world.position(reference, "provide", .notify)
        world.settle()
        try world.decideMatter(reference, .doNotNotify)
        try world.decideMatter(reference, .notify, revise: true)
        #expect(
            try field("icoEarlierOutcomes", in: world)
                == .list([
                    "2026-11-20T14:05:00Z do-not-notify, agreed by essex-county-council, provide",
                    "2026-11-20T14:05:00Z do-not-notify, decided by Rhona Kettleby: The files can be read by anybody.",
                ]))
        #expect(try field("icoOutcome", in: world) == .text("notify"))
        try world.escalate(reference, .individuals)
        #expect(try field("individualsEscalationWords", in: world) == .text("Two partners cannot be reached."))
        try world.close(reference, reason: "The files were found.")
        try world.reopen(reference, reason: "They were copied.")
        let left = try #require(try world.breach(reference).closures.first).outstanding.map(\.identifier).joined(
            separator: "; ")
        #expect(
            try field("earlierClosures", in: world)
                == .list([
                    "2026-11-20T14:05:00Z closed with \(left) outstanding: The files were found.; reopened "
                        + "2026-11-20T14:05:00Z: They were copied."
                ]))
        #expect(try field("closedAt", in: world) == .instant(nil))
    }

    @Test("R25: A closure with nothing outstanding and without a reason is told as that once it has ended")
    func earlierClosure() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report("EDATRS", risk: .unlikely)
        try world.close(reference)
        #expect(try field("earlierClosures", in: world) == .list([]))
        try world.reopen(reference)
        #expect(
            try field("earlierClosures", in: world)
                == .list(["2026-11-20T14:05:00Z closed; reopened 2026-11-20T14:05:00Z"]))
    }

    @Test("R27, R31: Why personal data stands in a text, and what was deleted and why, are told of every fact")
    func reasons() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report("EWS-ASC", by: "provide") {
            $0.texts[.found] = "In SW1A 1AA."
            $0.texts[.personalDataReason] = "The place matters."
        }
        world.now = world.now + 1.hours
        try world.note(reference, .effect, "A call from SW1A 1AA.", personalDataReason: "It is an office.")
        let note = try #require(world.facts.last).sequence
        for text in ["1:summary", "1:found", "\(note):text"] { try world.redact(reference, text) }
        #expect(
            try field("personalDataReasons", in: world)
                == .list(["2026-11-20T14:05:00Z The place matters.", "2026-11-20T15:05:00Z It is an office."]))
        #expect(
            try field("redactions", in: world)
                == .list([
                    "2026-11-20T15:05:00Z summary of fact 1: It named a patient.",
                    "2026-11-20T15:05:00Z found of fact 1: It named a patient.",
                    "2026-11-20T15:05:00Z text of fact \(note): It named a patient.",
                ]))
    }

    @Test("R2: Each controller has its own awareness and its own verdict, which a later correction moves no more")
    func controllers() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let start = world.now
        let reference = try world.report("EWS-ASC", by: "provide")
        world.advance(to: start + 3.hours)
        try world.notified(reference, ownDuty: "provide")
        try world.correct(reference) { $0.detectedAt = start - 2.hours }
        #expect(
            try field("awareness", in: world)
                == .list(["essex-county-council 2026-11-20T12:05:00Z", "provide 2026-11-20T12:05:00Z"]))
        #expect(
            try field("controllerStates", in: world)
                == .list([
                    "essex-county-council 2026-11-23T12:05:00Z by law: running",
                    "provide 2026-11-23T14:05:00Z by law: met, notified 2026-11-20T17:05:00Z and judged by what was "
                        + "recorded then",
                ]))
    }

    @Test("R8, R24: A missed deadline that a correction moved since is told as that")
    func moved() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let start = world.now
        let reference = try world.report("EWS-ASC", by: "provide")
        world.advance(to: start + 49.hours)
        try world.correct(reference) { $0.detectedAt = start + 10.minutes - 30.minutes }
        world.advance(to: start + 50.hours)
        #expect(
            try field("missed", in: world)
                == .list([
                    "partners 2026-11-22T14:05:00Z, moved by a correction since", "partners 2026-11-22T13:45:00Z",
                ]))
    }

    @Test("R11: Partners that were informed stand there with the instant, those that acknowledged with how")
    func informed() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let start = world.now
        let reference = try world.report("EWS-ASC", by: "provide")
        world.advance(to: start + 3.hours)
        try world.acknowledge(reference, "essex-county-council", at: start + 1.hours) {
            $0.channel = .phone
            $0.name = "Martin Fairweather"
        }
        #expect(
            try field("informed", in: world)
                == .list(["essex-county-council 2026-11-20T15:05:00Z", "provide 2026-11-20T14:05:00Z"]))
        #expect(
            try field("acknowledged", in: world)
                == .list(["essex-county-council 2026-11-20T15:05:00Z by phone (Martin Fairweather)"]))
    }
}
