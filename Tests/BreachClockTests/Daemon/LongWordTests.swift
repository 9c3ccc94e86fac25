import Testing

@testable import BreachClock

/// How long a text is must be all that it costs, whatever its letters are: to compare two texts as Unicode has it, the
/// combining marks of each are put in order, which takes quadratic time.
@Suite("Hostile inputs: long words")
struct LongWordTests {
    /// Where a client can put a text.
    enum Place: String, CaseIterable {
        case topKey, twoKeys, method, methodOfOurs, methodOfService, interface, key
        case breach, list, detected, risk, ownProtocol, partner, requestID, outcome, ground, field, freeText
        case affected

        /// A message with that text in that place.
        func message(_ text: String, about reference: String) -> [UInt8] {
            JSON.object(object(text, reference)).compactBytes()
        }

        private func object(_ text: String, _ reference: String) -> JSONObject {
            let word = JSON.string(text)
            let breach = JSON.string(reference)
            switch self {
            case .topKey: return ["method": "x", text: 1]
            case .twoKeys: return ["method": "x", "a" + text: 1, "b" + text: 2]
            case .method: return ["method": word]
            case .methodOfOurs: return ["method": .string("org.breachclock.Control." + text)]
            case .methodOfService: return ["method": .string("org.varlink.service." + text)]
            case .interface:
                return ["method": "org.varlink.service.GetInterfaceDescription", "parameters": ["interface": word]]
            case .key: return call("Show", ["breach": breach, text: 1])
            case .breach: return call("Show", ["breach": word])
            case .list: return call("List", ["protocol": word])
            case .detected: return call("Plan", ["protocol": "EDATRS", "detected": word])
            case .risk: return call("Plan", ["protocol": "EDATRS", "detected": "now", "risk": word])
            case .ownProtocol: return call("Plan", ["protocol": word, "detected": "now"])
            case .partner: return call("Ack", ["breach": breach, "partner": word])
            case .requestID: return report(["requestId": word])
            case .outcome: return call("Position", ["breach": breach, "partner": "provide", "outcome": word])
            case .ground:
                return call(
                    "Decide", ["breach": breach, "outcome": "notify", "matter": "individuals", "ground": word])
            case .field: return call("Redact", ["breach": breach, "field": word, "reason": "A name."])
            case .freeText: return call("Note", ["breach": breach, "kind": "action", "text": word])
            case .affected: return report(["affected": [word]])
            }
        }

        private func call(_ method: String, _ parameters: JSONObject) -> JSONObject {
            ["method": .string("org.breachclock.Control.\(method)"), "parameters": .object(parameters)]
        }

        private func report(_ more: JSONObject) -> JSONObject {
            var parameters: JSONObject = [
                "protocol": "EWS-ASC", "detected": "now", "by": "provide", "summary": "A folder.", "risk": "likely",
            ]
            for member in more.members { parameters[member.key] = member.value }
            return call("Report", parameters)
        }
    }

    private static let marks = 10_000
    private static let hostile = [
        "a" + String(repeating: "\u{301}", count: marks) + String(repeating: "\u{323}", count: marks),
        String(repeating: "\u{1F1E6}", count: marks),
    ]

    @Test(
        "A message of combining marks or of flags' halves is answered as soon as one of letters",
        arguments: Place.allCases)
    func asSoon(place: Place) throws {
        let desk = try Desk()
        let reference = try desk.report()
        for text in Self.hostile {
            // A letter beyond ASCII: to read one takes as long as to read a mark.
            let plain = String(repeating: "ж", count: text.utf8.count / 2)
            let letters = try leastTime(place.message(plain, about: reference), desk)
            let marks = try leastTime(place.message(text, about: reference), desk)
            #expect(marks < letters * 10, "\(place): \(marks) instead of \(letters)")
        }
    }

    @Test("A word or a list that is longer than any that could be right is refused by its length alone")
    func limits() throws {
        let desk = try Desk()
        let longest = String(repeating: "x", count: 512)
        let unknown = ControlReply(.notFound(kind: "breach", id: longest, nearest: nil))
        #expect(try desk.call("Show", ["breach": .string(longest)]) == unknown)
        #expect(try refusedField(desk.call("Show", ["breach": .string(longest + "x")])) == "breach")
        #expect(
            try refusedField(desk.call("Plan", ["protocol": "EDATRS", "detected": .string(longest + "x")]))
                == "detected")
        let plan: JSONObject = ["protocol": "EDATRS", "detected": "now", "risk": .string(longest + "x")]
        #expect(try desk.call("Plan", plan) == .invalidParameter("risk"))

        let reference = try desk.report()
        for (words, field) in [
            (Array(repeating: "provide", count: 2340), nil), (Array(repeating: longest, count: 33), "affected"),
        ] {
            let reply = try desk.call(
                "Correct", ["breach": .string(reference), "affected": .texts(words), "reason": "Asked."])
            #expect(try refusedField(reply) == field)
        }
    }

    /// The field that a call was refused for; nil where it was not.
    private func refusedField(_ reply: ControlReply) throws -> String? {
        guard case .error(ControlInterface.error("Refused"), let parameters) = reply else { return nil }
        return parameters["field"]?.string
    }

    private func leastTime(_ message: [UInt8], _ desk: Desk) throws -> Duration {
        let times = try (0..<3).map { _ in
            try ContinuousClock().measure {
                guard let call = ControlCall(message) else { return }
                _ = try desk.registrar.turn([AuthorisedCall(call: call, caller: Desk.clerk)], at: desk.now)
            }
        }
        return try #require(times.min())
    }
}
