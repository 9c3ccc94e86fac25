import Testing

@testable import BreachClock

/// Reads `t1`, `t2` ... as instants, and refuses everything else.
private func time(_ text: String, _ field: String) throws(Refusal) -> Instant {
    guard text.first == "t", let number = Int(text.dropFirst()) else {
        throw .refused(field: field, reason: "No such time.")
    }
    return WireSamples.instant + number
}

private func report(_ parameters: JSONObject) throws(CommandDecoder.Failure) -> ReportCommand {
    try CommandDecoder.report(parameters, time: time)
}

private func acknowledge(_ parameters: JSONObject) throws(CommandDecoder.Failure) -> AcknowledgeCommand {
    try CommandDecoder.acknowledge(parameters, time: time)
}

private let fullReport: JSONObject = [
    "protocol": "EDATRS", "detected": "t1", "by": "open-road", "summary": "A letter was lost.", "risk": "unlikely",
    "aware": "t2", "awareReason": "told at noon", "occurred": "t0", "affected": ["essex", "peabody"],
    "controllers": ["essex"], "dataCategories": "names", "peopleCategories": "clients", "individuals": 3,
    "records": 10_000_000_000, "consequences": "none", "likelihood": "low", "measures": "fetched back",
    "measuresBefore": "envelopes", "cyber": "no", "channelCompromised": true, "found": "by telephone",
    "othersTold": "nobody",
    "requestId": "f3b0-1", "reason": "it was opened by nobody", "personalDataReason": "a published name",
]

private let bareReport: JSONObject = ["protocol": "EDATRS", "detected": "t1", "by": "open-road", "summary": "Lost."]

private let fullAcknowledgement: JSONObject = [
    "breach": "EDATRS-2026-0001", "partner": "open-road", "at": "t5", "via": "phone", "name": "Bryony Applegarth",
    "personalDataReason": "her own name",
]

private let bareAcknowledgement: JSONObject = ["breach": "EDATRS-2026-0001", "partner": "open-road"]

/// Values of every type but those that a parameter takes.
private func wrongValues(for right: JSON) -> [JSON] {
    let all: [JSON] = [true, 1, .real(1), "text", ["x"], [1], [["x"]], [nil], [:], ["x": 1]]
    return all.filter { wrong in
        switch (right, wrong) {
        case (.string, .string), (.integer, .integer), (.bool, .bool): false
        case (.array, .array(let elements)): elements.contains { $0.string == nil }
        default: true
        }
    }
}

@Suite("Commands: report")
struct ReportDecodingTests {
    @Test("Every parameter of a report goes where it belongs")
    func everything() throws {
        let command = try report(fullReport)
        #expect(command.protocolID == "EDATRS")
        #expect(command.detectedBy == "open-road")
        #expect(command.facts.detectedAt == WireSamples.instant + 1)
        #expect(command.facts.occurredAt == WireSamples.instant)
        #expect(command.facts.awareAt == [:])
        #expect(command.facts.risk == .unlikely)
        #expect(command.facts.affected == ["essex", "peabody"])
        #expect(command.facts.individuals == 3)
        #expect(command.facts.records == 10_000_000_000)
        #expect(command.facts.cyber == .no)
        #expect(command.awareAt == WireSamples.instant + 2)
        #expect(command.controllers == ["essex"])
        #expect(
            command.texts == [
                .summary: "A letter was lost.", .dataCategories: "names", .peopleCategories: "clients",
                .consequences: "none", .likelihood: "low", .measures: "fetched back", .measuresBefore: "envelopes",
                .found: "by telephone", .othersTold: "nobody", .awareReason: "told at noon",
                .reason: "it was opened by nobody", .personalDataReason: "a published name",
            ])
        #expect(command.request?.id == "f3b0-1")
        #expect(command.request?.digest == CommandDecoder.digest(of: fullReport))
    }

    @Test("R6: What is not said is not made up: the risk is unknown, everything else is absent")
    func bare() throws {
        let command = try report(bareReport)
        #expect(
            command.facts
                == BreachFacts(
                    detectedAt: WireSamples.instant + 1, occurredAt: nil, awareAt: [:], risk: .unknown, affected: nil,
                    individuals: nil, records: nil, cyber: nil))
        #expect(command.awareAt == nil)
        #expect(command.controllers == [])
        #expect(command.texts == [.summary: "Lost."])
        #expect(command.request == nil)
    }

    @Test("Null is as good as absent, but not for what is required", arguments: fullReport.members.map(\.key))
    func null(name: String) throws {
        var parameters = fullReport
        parameters[name] = .null
        var without = fullReport
        without[name] = nil
        if bareReport[name] != nil {
            #expect(throws: CommandDecoder.Failure.invalidParameter(name)) { try report(parameters) }
            #expect(throws: CommandDecoder.Failure.invalidParameter(name)) { try report(without) }
        } else {
            #expect(try report(parameters) == report(without))
            #expect(try report(parameters) != report(fullReport))
        }
    }

    @Test("A parameter of another type is named", arguments: fullReport.members.map(\.key))
    func wrongType(name: String) throws {
        let right = try #require(fullReport[name])
        for wrong in wrongValues(for: right) {
            var parameters = fullReport
            parameters[name] = wrong
            #expect(throws: CommandDecoder.Failure.invalidParameter(name), "\(wrong.compactText)") {
                try report(parameters)
            }
        }
    }

    @Test("A parameter that nobody knows is named", arguments: ["Summary", "detectedAt", "request-id", "", "x\u{0}\n"])
    func unknown(name: String) {
        for value: JSON in [1, .null] {
            var parameters = fullReport
            parameters.append(name, value)
            #expect(throws: CommandDecoder.Failure.invalidParameter(name)) { try report(parameters) }
        }
    }

    @Test("A choice that is none is named", arguments: [("risk", "Likely"), ("risk", ""), ("cyber", "maybe")])
    func wrongChoice(name: String, value: String) {
        var parameters = fullReport
        parameters[name] = .string(value)
        #expect(throws: CommandDecoder.Failure.invalidParameter(name)) { try report(parameters) }
    }

    @Test(
        "R3: A time that cannot be read is refused by the name of its parameter",
        arguments: [
            "detected", "aware", "occurred",
        ])
    func wrongTime(name: String) {
        var parameters = fullReport
        parameters[name] = "yesterday"
        let refusal = Refusal.refused(field: name, reason: "No such time.")
        #expect(throws: CommandDecoder.Failure.refusal(refusal)) { try report(parameters) }
    }

    @Test("What is wrong with the shape comes before what is wrong with what it says")
    func order() {
        var parameters = fullReport
        parameters["detected"] = "yesterday"
        parameters.append("x", 1)
        #expect(throws: CommandDecoder.Failure.invalidParameter("x")) { try report(parameters) }
    }

    @Test(
        "R9: A request id has 1 to 64 letters, digits and marks: it cannot be redacted, so it is no text",
        arguments: [
            ("", false), ("x", true), (String(repeating: "x", count: 64), true), ("9f.A_b-c:1", true), ("é", false),
            ("a b", false),
            (String(repeating: "x", count: 65), false),
            ("a\nb", false), ("a\u{0}b", false), ("a\u{85}b", false), ("a\u{1B}b", false), ("../../x", false),
        ])
    func requestIDs(id: String, isAccepted: Bool) throws {
        var parameters = bareReport
        parameters.append("requestId", .string(id))
        if isAccepted {
            #expect(try report(parameters).request?.id == id)
        } else {
            let failure = #expect(throws: CommandDecoder.Failure.self) { try report(parameters) }
            guard case .refusal(.refused(let field, let reason))? = failure else {
                Issue.record("\(String(describing: failure)) is no refusal")
                return
            }
            #expect(field == "requestId")
            #expect(reason.contains("1 to 64"))
        }
    }

    @Test("R9: A request id has no line separator either", arguments: ["a\u{2028}b", "a\u{2029}b"])
    func requestIDSeparators(id: String) {
        var parameters = bareReport
        parameters.append("requestId", .string(id))
        #expect(throws: CommandDecoder.Failure.self) { try report(parameters) }
    }
}

@Suite("Commands: acknowledge")
struct AcknowledgeDecodingTests {
    @Test("R12: Every parameter of an acknowledgement goes where it belongs")
    func everything() throws {
        #expect(
            try acknowledge(fullAcknowledgement)
                == AcknowledgeCommand(
                    breach: "EDATRS-2026-0001", partnerID: "open-road", at: WireSamples.instant + 5, channel: .phone,
                    name: "Bryony Applegarth", personalDataReason: "her own name"))
        #expect(
            try acknowledge(bareAcknowledgement)
                == AcknowledgeCommand(breach: "EDATRS-2026-0001", partnerID: "open-road"))
    }

    @Test("Missing, null and of another type", arguments: fullAcknowledgement.members.map(\.key))
    func wrong(name: String) throws {
        let right = try #require(fullAcknowledgement[name])
        for wrong in wrongValues(for: right) {
            var parameters = fullAcknowledgement
            parameters[name] = wrong
            #expect(throws: CommandDecoder.Failure.invalidParameter(name), "\(wrong.compactText)") {
                try acknowledge(parameters)
            }
        }
        var null = fullAcknowledgement
        null[name] = .null
        if bareAcknowledgement[name] != nil {
            #expect(throws: CommandDecoder.Failure.invalidParameter(name)) { try acknowledge(null) }
        } else {
            var without = fullAcknowledgement
            without[name] = nil
            #expect(try acknowledge(null) == acknowledge(without))
            #expect(try acknowledge(null) != acknowledge(fullAcknowledgement))
        }
    }

    @Test("An unknown parameter, an unknown channel and a time that is none")
    func others() {
        var parameters = bareAcknowledgement
        parameters.append("requestId", "x")
        #expect(throws: CommandDecoder.Failure.invalidParameter("requestId")) { try acknowledge(parameters) }
        parameters = bareAcknowledgement
        parameters.append("via", "fax")
        #expect(throws: CommandDecoder.Failure.invalidParameter("via")) { try acknowledge(parameters) }
        parameters["via"] = "email"
        parameters.append("at", "soon")
        let refusal = Refusal.refused(field: "at", reason: "No such time.")
        #expect(throws: CommandDecoder.Failure.refusal(refusal)) { try acknowledge(parameters) }
    }
}

@Suite("Commands: the digest of a request")
struct RequestDigestTests {
    private let digest = CommandDecoder.digest(of: fullReport)

    @Test("R9: The order of the parameters, and null for absent, change nothing")
    func order() {
        var numbers = SeededGenerator(seed: 9)
        for _ in 0..<20 {
            var shuffled = JSONObject()
            for member in fullReport.members.shuffled(using: &numbers) { shuffled.append(member.key, member.value) }
            #expect(CommandDecoder.digest(of: shuffled) == digest)
        }
        var null = bareReport
        null.append("cyber", .null)
        #expect(CommandDecoder.digest(of: null) == CommandDecoder.digest(of: bareReport))
    }

    @Test(
        "R31: A text changes nothing, since its digest would outlive it; nor does the id itself",
        arguments: [
            "summary", "dataCategories", "peopleCategories", "consequences", "likelihood", "measures", "measuresBefore",
            "found", "othersTold", "awareReason", "reason", "personalDataReason", "requestId",
        ])
    func independent(name: String) {
        var changed = fullReport
        changed[name] = "something else"
        #expect(CommandDecoder.digest(of: changed) == digest)
        changed[name] = nil
        #expect(CommandDecoder.digest(of: changed) == digest)
    }

    @Test(
        "R9: Everything else changes it",
        arguments: [
            "protocol", "detected", "by", "risk", "aware", "occurred", "affected", "controllers", "individuals",
            "records",
            "cyber", "channelCompromised",
        ])
    func dependent(name: String) {
        var digests: Set = [digest]
        var changed = fullReport
        for value: JSON? in ["t9", 9, ["essex", "x"], [], nil] {
            changed[name] = value
            digests.insert(CommandDecoder.digest(of: changed))
        }
        #expect(digests.count == 6)
    }

    @Test("Every parameter of a report is one or the other")
    func complete() {
        #expect(fullReport.members.count == 13 + 12)
    }

    @Test("R9: What a digest is made of stays: it is on users' disks")
    func golden() {
        #expect(digest == SHA256.hexadecimal(of: Array(Self.canonical.utf8)))
    }

    private static let canonical =
        #"{"affected":["essex","peabody"],"aware":"t2","by":"open-road","channelCompromised":true,"#
        + #""controllers":["essex"],"cyber":"no","#
        + #""detected":"t1","individuals":3,"occurred":"t0","protocol":"EDATRS","#
        + #""records":10000000000,"risk":"unlikely"}"#
}
