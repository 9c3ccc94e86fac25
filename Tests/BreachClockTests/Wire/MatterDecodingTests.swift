import Testing

@testable import BreachClock

/// Reads `t1`, `t2` ... as instants, and refuses everything else.
private func time(_ text: String, _ field: String) throws(Refusal) -> Instant {
    guard text.first == "t", let number = Int(text.dropFirst()) else {
        throw .refused(field: field, reason: "No such time.")
    }
    return WireSamples.instant + number
}

/// A method of the interface as its decoder takes it: all parameters, those that it needs, and what they come to.
struct DecodedMethod: Sendable, CustomTestStringConvertible {
    let method: ControlMethod
    let full: JSONObject
    let required: Set<String>
    let decode: @Sendable (JSONObject) throws -> Command?

    var testDescription: String { method.rawValue }

    static let all: [DecodedMethod] = [
        DecodedMethod(
            method: .position,
            full: [
                "breach": "B", "partner": "P", "outcome": "notify", "matter": "individuals", "name": "N", "reason": "R",
                "when": "W", "how": "H", "byWhom": "X", "ground": "34(3)(a)", "personalDataReason": "D",
            ],
            required: ["breach", "partner", "outcome"]
        ) { .position(try CommandDecoder.position($0)) },
        DecodedMethod(
            method: .note, full: ["breach": "B", "kind": "action", "text": "T", "personalDataReason": "D"],
            required: ["breach", "kind", "text"]
        ) { .note(try CommandDecoder.note($0)) },
        DecodedMethod(
            method: .escalate,
            full: ["breach": "B", "matter": "individuals", "reason": "R", "personalDataReason": "D"],
            required: ["breach"]
        ) { .escalate(try CommandDecoder.escalate($0)) },
        DecodedMethod(
            method: .decide,
            full: [
                "breach": "B", "outcome": "do-not-notify", "matter": "individuals", "name": "N", "reason": "R",
                "when": "W", "how": "H", "byWhom": "X", "ground": "no-high-risk", "revise": true,
                "personalDataReason": "D",
            ],
            required: ["breach", "outcome"]
        ) { .decide(try CommandDecoder.decide($0)) },
        DecodedMethod(
            method: .notified,
            full: [
                "breach": "B", "matter": "individuals", "at": "t1", "reference": "IC-1", "phase": "follow-up",
                "delayReason": "L", "controllers": ["essex", "peabody"], "ownDuty": "essex", "reason": "R",
                "personalDataReason": "D",
            ],
            required: ["breach"]
        ) { .notified(try CommandDecoder.notified($0, time: time)) },
        DecodedMethod(
            method: .correct,
            full: [
                "breach": "B", "by": "P", "detected": "t1", "aware": "t2", "awareReason": "A", "controllers": ["essex"],
                "occurred": "t0", "risk": "likely", "affected": ["peabody"], "individuals": 3, "records": 4,
                "cyber": "no", "channelCompromised": true, "summary": "S", "dataCategories": "names",
                "peopleCategories": "clients",
                "consequences": "C", "likelihood": "low", "measures": "M", "measuresBefore": "MB", "found": "F",
                "othersTold": "O", "reason": "R", "personalDataReason": "D",
            ],
            required: ["breach"]
        ) { .correct(try CommandDecoder.correct($0, time: time)) },
        DecodedMethod(
            method: .redact, full: ["breach": "B", "field": "12:reason", "reason": "R", "personalDataReason": "D"],
            required: ["breach", "field"]
        ) { .redact(try CommandDecoder.redact($0)) },
        DecodedMethod(
            method: .close, full: ["breach": "B", "reason": "R", "personalDataReason": "D"], required: ["breach"]
        ) { .close(try CommandDecoder.close($0)) },
        DecodedMethod(
            method: .reopen, full: ["breach": "B", "reason": "R", "personalDataReason": "D"], required: ["breach"]
        ) { .reopen(try CommandDecoder.close($0)) },
        DecodedMethod(
            method: .plan,
            full: ["protocol": "EDATRS", "detected": "t1", "reported": "t2", "by": "P", "risk": "unlikely"],
            required: ["protocol", "detected"]
        ) {
            _ = try CommandDecoder.plan($0, time: time)
            return nil
        },
    ]
}

/// Values of every type but those that a parameter takes.
private func wrongValues(for right: JSON) -> [JSON] {
    let all: [JSON] = [true, 1, .real(1.5), "text", ["x"], [1], [["x"]], [nil], [:], ["x": 1]]
    return all.filter { wrong in
        switch (right, wrong) {
        case (.string, .string), (.integer, .integer), (.bool, .bool): false
        case (.array, .array(let elements)): elements.contains { $0.string == nil }
        default: true
        }
    }
}

@Suite("Commands: on matters, corrections and the end")
struct MatterDecodingTests {
    @Test("All parameters are taken; a missing or null one only where it is needed", arguments: DecodedMethod.all)
    func presence(method: DecodedMethod) throws {
        _ = try method.decode(method.full)
        for name in method.full.members.map(\.key) {
            var without = method.full
            without[name] = nil
            var null = method.full
            null[name] = .null
            if method.required.contains(name) {
                let failure = CommandDecoder.Failure.invalidParameter(name)
                #expect(throws: failure, "\(name)") { _ = try method.decode(without) }
                #expect(throws: failure, "\(name)") { _ = try method.decode(null) }
            } else {
                #expect(try method.decode(without) == method.decode(null), "\(name)")
            }
        }
    }

    @Test("Every parameter goes somewhere: without it the command is another", arguments: DecodedMethod.all)
    func everyParameterCounts(method: DecodedMethod) throws {
        guard let whole = try method.decode(method.full) else { return }
        for name in method.full.members.map(\.key) where !method.required.contains(name) {
            var without = method.full
            without[name] = nil
            #expect(try method.decode(without) != whole, "\(name)")
        }
    }

    @Test("A parameter of another type is named, and an unknown one", arguments: DecodedMethod.all)
    func wrongTypes(method: DecodedMethod) throws {
        for (name, right) in method.full.members.map({ ($0.key, $0.value) }) {
            for wrong in wrongValues(for: right) {
                var parameters = method.full
                parameters[name] = wrong
                #expect(throws: CommandDecoder.Failure.invalidParameter(name), "\(name): \(wrong.compactText)") {
                    _ = try method.decode(parameters)
                }
            }
        }
        for name in ["x", "", "own-duty", "Breach", "requestId"] {
            var parameters = method.full
            parameters.append(name, .null)
            #expect(throws: CommandDecoder.Failure.invalidParameter(name)) { _ = try method.decode(parameters) }
        }
    }

    @Test("The interface's description lists the same parameters, and the same as needed", arguments: DecodedMethod.all)
    func description(method: DecodedMethod) throws {
        let description = try VarlinkDescription(ControlInterface.description)
        let input = try #require(description.methods[method.method.rawValue]).input
        #expect(Set(input.map(\.name)) == Set(method.full.members.map(\.key)))
        let needed = input.filter { field in if case .optional = field.shape { false } else { true } }
        #expect(Set(needed.map(\.name)) == method.required)
    }

    @Test("R16: Every parameter of a position goes where it belongs; the matter is the regulator's unless named")
    func position() throws {
        let full = try #require(DecodedMethod.all.first).full
        #expect(
            try CommandDecoder.position(full)
                == PositionCommand(
                    breach: "B", partnerID: "P", outcome: .notify, matter: .individuals, name: "N", reason: "R",
                    telling: TellingWords(when: "W", how: "H", byWhom: "X", ground: .unintelligible),
                    personalDataReason: "D"))
        #expect(
            try CommandDecoder.position(["breach": "B", "partner": "P", "outcome": "do-not-notify"])
                == PositionCommand(breach: "B", partnerID: "P", outcome: .doNotNotify, matter: .ico))
    }

    @Test("R23: A notification is the initial one to the regulator, made now for all, unless it says otherwise")
    func notified() throws {
        #expect(
            try CommandDecoder.notified(["breach": "B"], time: time)
                == NotifiedCommand(breach: "B", matter: .ico, phase: .initial))
        let command = try CommandDecoder.notified(DecodedMethod.all[4].full, time: time)
        #expect(
            command
                == NotifiedCommand(
                    breach: "B", matter: .individuals, at: WireSamples.instant + 1, reference: "IC-1", phase: .followUp,
                    delayReason: "L", controllers: ["essex", "peabody"], ownDuty: "essex", reason: "R",
                    personalDataReason: "D"))
    }

    @Test("R8: A correction holds what is given and nothing else; its reason is none of the facts' texts")
    func correct() throws {
        #expect(try CommandDecoder.correct(["breach": "B"], time: time) == CorrectCommand(breach: "B"))
        let command = try CommandDecoder.correct(DecodedMethod.all[5].full, time: time)
        #expect(command.texts[.reason] == nil)
        #expect(command.reason == "R")
        #expect(Set(command.texts.keys) == Set(TextField.allCases).subtracting([.reason]))
        #expect(command.awareAt == WireSamples.instant + 2)
        #expect(command.affected == ["peabody"])
        #expect(try CommandDecoder.correct(["breach": "B", "affected": []], time: time).affected == [])
    }

    @Test(
        "What the interface's language cannot list is refused with what would be accepted",
        arguments: [("outcome", "Notify"), ("outcome", ""), ("outcome", "donotnotify"), ("phase", "followup")])
    func namesWithHyphens(name: String, value: String) throws {
        for method in DecodedMethod.all where method.full[name] != nil {
            var parameters = method.full
            parameters[name] = .string(value)
            let failure = #expect(throws: CommandDecoder.Failure.self) { _ = try method.decode(parameters) }
            guard case .refusal(.refused(name, let reason))? = failure else {
                Issue.record("\(String(describing: failure))")
                continue
            }
            #expect(reason.contains(name == "phase" ? "initial, follow-up, final" : "notify, do-not-notify"))
        }
    }

    @Test("A choice that is none is named", arguments: [("matter", "ICO"), ("kind", "effects"), ("risk", "high")])
    func choices(name: String, value: String) {
        for method in DecodedMethod.all where method.full[name] != nil {
            var parameters = method.full
            parameters[name] = .string(value)
            #expect(throws: CommandDecoder.Failure.invalidParameter(name)) { _ = try method.decode(parameters) }
        }
    }

    @Test("R3: A time that cannot be read is refused by its name", arguments: ["at", "detected", "aware", "reported"])
    func times(name: String) {
        for method in DecodedMethod.all where method.full[name] != nil {
            var parameters = method.full
            parameters[name] = "soon"
            let refusal = Refusal.refused(field: name, reason: "No such time.")
            #expect(throws: CommandDecoder.Failure.refusal(refusal)) { _ = try method.decode(parameters) }
        }
    }

    @Test(
        "R21: A ground is known by its name and by its place in the law, however that is written",
        arguments: [
            ("no-high-risk", TellingGround.noHighRisk), ("No high risk", .noHighRisk), ("34(1)", .noHighRisk),
            ("Art 34(1)", .noHighRisk), ("34-1", .noHighRisk), ("34(3)(a)", .unintelligible),
            ("34-3-a", .unintelligible), ("Art 34(3)(a)", .unintelligible), ("Article 34 (3) (A)", .unintelligible),
            ("UK GDPR Art. 34(3)(b)", .riskRemoved), ("34.3.b", .riskRemoved), ("GDPR 34(3)(c)", .disproportionate),
            ("343c", .disproportionate),
        ])
    func grounds(text: String, ground: TellingGround) throws {
        let command = try CommandDecoder.decide([
            "breach": "B", "outcome": "do-not-notify", "ground": .string(text),
        ])
        #expect(command.telling.ground == ground)
    }

    @Test("R21: Every ground is known by what documents call it", arguments: TellingGround.allCases)
    func groundsByName(ground: TellingGround) {
        #expect(TellingGround(written: ground.rawValue) == ground)
    }

    @Test(
        "R21: Another ground is refused with those accepted",
        arguments: [
            "", "34", "34(2)", "34(3)", "34(3)(d)", "34(4)", "33(1)", "a", "none", "34(3)(a) or (b)", "artart341",
        ])
    func wrongGrounds(text: String) {
        let failure = #expect(throws: CommandDecoder.Failure.self) {
            try CommandDecoder.position([
                "breach": "B", "partner": "P", "outcome": "notify", "ground": .string(text),
            ])
        }
        guard case .refusal(.refused("ground", let reason))? = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        for ground in TellingGround.allCases { #expect(reason.contains(ground.rawValue)) }
    }
}

@Suite("Documents: explain, plan and register")
struct ReadingDocumentsTests {
    private func check(_ method: String, _ results: JSONObject) throws {
        let description = try VarlinkDescription(ControlInterface.description)
        let output = try #require(description.methods[method]).output
        #expect(description.complaints(.object(results), .structure(output)) == [])
    }

    @Test("Explain answers as its description says", arguments: [true, false])
    func explain(isDue: Bool) throws {
        let explanation = Explanation(
            title: "Partners informed by", result: isDue ? WireSamples.instant : nil,
            lines: [.init(text: "48 h", source: "section 11")])
        try check("Explain", ["deadlines": [explanation.json]])
    }

    @Test("Plan answers as its description says, with the names that facts have")
    func plan() throws {
        let items = [
            PlanItem(
                what: .notice(.reminder), to: .partnerDeputy("open-road", 0), at: WireSamples.instant,
                why: "24 h before."),
            PlanItem(what: .deadline, to: nil, at: WireSamples.instant, why: "48 h."),
        ]
        try check("Plan", ["plan": .array(items.map(\.json))])
        #expect(items[0].json.object?["to"] == "open-road+1")
        #expect(items[0].json.object?["what"] == "reminder")
        #expect(items[1].json.object?["to"] == .null)
        #expect(items[1].json.object?["what"] == "deadline")
    }

    @Test("R26: The register's entries keep their fields' order and types")
    func register() throws {
        let entry = RegisterEntry(fields: [
            .init(name: "reference", value: .text("EDATRS-2026-0001")),
            .init(name: "effects", value: .list(["a", "b"])),
            .init(name: "individuals", value: .number(3)),
            .init(name: "detectedAt", value: .instant(WireSamples.instant)),
            .init(name: "none", value: .text(nil)), .init(name: "noNumber", value: .number(nil)),
            .init(name: "noInstant", value: .instant(nil)), .init(name: "noList", value: .list([])),
        ])
        let expected =
            #"{"reference":"EDATRS-2026-0001","effects":["a","b"],"individuals":3,"detectedAt":"#
            + #""\#(WireSamples.instant.rfc3339)","none":null,"noNumber":null,"noInstant":null,"noList":[]}"#
        #expect(entry.json.compactText == expected)
        try check(
            "Register",
            [
                "columns": .texts(entry.fields.map(\.name)), "breaches": [entry.json],
                "journal": JournalHead(sequence: 1, hash: "ab").json,
            ])
    }
}
