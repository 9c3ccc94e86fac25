import Foundation
import Testing

@testable import BreachClock

private func call(_ text: String) -> ControlCall? {
    ControlCall(Array(text.utf8))
}

/// The call with that many levels of arrays and objects in all.
private func nested(_ depth: Int) -> String {
    let arrays = depth - 2
    return #"{"method":"a.b.C","parameters":{"x":"#
        + String(repeating: "[", count: arrays) + String(repeating: "]", count: arrays) + "}}"
}

@Suite("Control socket: calls")
struct ControlCallTests {
    @Test("A call is its method, its parameters and its two flags, absent or null where nothing else is said")
    func good() throws {
        let show = try #require(call(#"{"method":"org.breachclock.Control.Show","parameters":{"breach":"X"}}"#))
        #expect(show.method == "org.breachclock.Control.Show")
        #expect(show.parameters == ["breach": "X"])
        #expect(!show.isOneway)

        let bare = try #require(call(#"{"method":"org.varlink.service.GetInfo"}"#))
        #expect(bare.parameters == [:])
        #expect(!bare.isOneway)

        let flags = try #require(call(#" {"more":true,"oneway":true,"upgrade":false,"method":"a.b.C"} "#))
        #expect(flags.isOneway && flags.wantsMore)
        #expect(!bare.wantsMore && !show.wantsMore)

        let nulls = #"{"method":"a.b.C","parameters":null,"oneway":null,"more":null,"upgrade":null}"#
        #expect(call(nulls) == ControlCall(Array(#"{"method":"a.b.C","parameters":{}}"#.utf8)))
        #expect(call(nulls) != nil)
        #expect(call(nested(16)) != nil)
        #expect(call(#"{"method":"a.b.C","parameters":{"x":9007199254740991}}"#)?.parameters["x"]?.integer != nil)
    }

    static let bad = [
        "", " ", "null", "[]", "\"x\"", "{}", "{", #"{"method":"a.b.C""#, #"{"method":5}"#, #"{"method":null}"#,
        #"{"method":["a.b.C"]}"#, #"{"parameters":{}}"#,
        // Trailing data, another message, a NUL.
        #"{"method":"a.b.C"}x"#, #"{"method":"a.b.C"}{"method":"a.b.C"}"#, "{\"method\":\"a.b.C\"}\u{0}",
        "\u{0}{\"method\":\"a.b.C\"}", "{\"method\":\"a.b.\u{0}C\"}", "\u{FEFF}{\"method\":\"a.b.C\"}",
        // Duplicate keys, at the top and below, also with escapes.
        #"{"method":"a.b.C","method":"a.b.D"}"#, #"{"method":"a.b.C","m\u0065thod":"a.b.D"}"#,
        #"{"method":"a.b.C","parameters":{"x":1,"x":1}}"#, #"{"method":"a.b.C","parameters":{"x":[{"y":1,"y":2}]}}"#,
        // Numbers.
        #"{"method":"a.b.C","parameters":{"x":1e400}}"#, #"{"method":"a.b.C","parameters":{"x":9007199254740993}}"#,
        #"{"method":"a.b.C","parameters":{"x":NaN}}"#, #"{"method":"a.b.C","parameters":{"x":01}}"#,
        // Depth.
        nested(17), nested(200),
        // Surrogates.
        #"{"method":"a.b.C","parameters":{"x":"\ud800"}}"#,
        // Wrong types, members that no call has.
        #"{"method":"a.b.C","parameters":[]}"#, #"{"method":"a.b.C","parameters":"{}"}"#,
        #"{"method":"a.b.C","oneway":1}"#, #"{"method":"a.b.C","more":"true"}"#, #"{"method":"a.b.C","more":[]}"#,
        #"{"method":"a.b.C","upgrade":true}"#, #"{"method":"a.b.C","upgrade":0}"#,
        #"{"method":"a.b.C","error":null}"#, #"{"method":"a.b.C","id":1}"#, #"{"Method":"a.b.C"}"#,
    ]

    @Test("A method is known by its full name, and by no other", arguments: ControlMethod.allCases)
    func fullNames(method: ControlMethod) {
        #expect(method.fullName == "org.breachclock.Control.\(method.rawValue)")
        #expect(ControlMethod(fullName: method.fullName) == method)
        for other in [
            method.rawValue, "org.breachclock.control.\(method.rawValue)", "org.breachclock.Control\(method.rawValue)",
            "\(method.fullName) ", method.fullName.lowercased(), "org.varlink.service.\(method.rawValue)",
            "org.breachclock.Control.", "",
        ] {
            #expect(ControlMethod(fullName: other) == nil, "\(other)")
        }
    }

    @Test("No call can be made out of what is none", arguments: bad)
    func refused(text: String) {
        #expect(call(text) == nil)
    }

    @Test(
        "Bytes that are no UTF-8 make no call", arguments: [[0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xE2, 0x82]])
    func invalidUTF8(bytes: [UInt8]) {
        let message = Array(#"{"method":"a.b.C","parameters":{"x":""#.utf8) + bytes + Array(#""}}"#.utf8)
        #expect(ControlCall(message) == nil)
    }

    @Test("No beginning of a message is a call")
    func truncated() {
        let message = Array(#"{"method":"a.b.C","parameters":{"x":[1,"é",null]},"more":true}"#.utf8)
        #expect(ControlCall(message) != nil)
        #expect((0..<message.count).filter { ControlCall(Array(message[..<$0])) != nil } == [])
    }

    @Test("A message of 256 KiB is read")
    func large() {
        let text = #"{"method":"a.b.C","parameters":{"x":""# + String(repeating: "é", count: 131_000) + #""}}"#
        #expect(call(text)?.parameters["x"]?.string?.count == 131_000)
    }
}

@Suite("Control socket: replies")
struct ControlReplyTests {
    static let replies: [(name: String, reply: ControlReply, text: String)] = [
        ("result", .result(["now": "x"]), #"{"parameters":{"now":"x"}}"#),
        ("empty result", .result([:]), #"{"parameters":{}}"#),
        (
            "refused", ControlReply(.refused(field: "by", reason: "Say “who”.\n")),
            #"{"error":"org.breachclock.Control.Refused","parameters":{"field":"by","reason":"Say “who”.\n"}}"#
        ),
        (
            "not found", ControlReply(.notFound(kind: "breach", id: "X\u{0}", nearest: nil)),
            #"{"error":"org.breachclock.Control.NotFound","#
                + #""parameters":{"kind":"breach","id":"X\u0000","nearest":null}}"#
        ),
        (
            "not found, nearest", ControlReply(.notFound(kind: "partner", id: "esex", nearest: "essex")),
            #"{"error":"org.breachclock.Control.NotFound","#
                + #""parameters":{"kind":"partner","id":"esex","nearest":"essex"}}"#
        ),
        (
            "try again", .tryAgain("The disk is full."),
            #"{"error":"org.breachclock.Control.TryAgain","parameters":{"reason":"The disk is full."}}"#
        ),
        (
            "not permitted", .notPermitted, #"{"error":"org.breachclock.Control.NotPermitted","parameters":{}}"#
        ),
        ("part", .part(["breach": .null]), #"{"parameters":{"breach":null},"continues":true}"#),
        (
            "invalid parameter", .invalidParameter("detected"),
            #"{"error":"org.varlink.service.InvalidParameter","parameters":{"parameter":"detected"}}"#
        ),
    ]

    @Test("Who asked to be told more is sent nothing before there is something to tell")
    func stream() {
        #expect(ControlReply.stream(WatchRequest(breach: nil, after: 0)).message.isEmpty)
    }

    @Test("A reply is one message with one NUL, at its end", arguments: replies.indices)
    func messages(index: Int) throws {
        let (_, reply, text) = Self.replies[index]
        let message = reply.message
        #expect(message.last == 0)
        #expect(message.count { $0 == 0 } == 1)
        #expect(WireSamples.text(message.dropLast()) == text)
        // Foundation reads it too.
        let object = try JSONSerialization.jsonObject(with: Data(message.dropLast())) as? [String: Any]
        #expect(Set(try #require(object).keys).isSubset(of: ["parameters", "continues", "error"]))
    }

    @Test("A result has no member “error”, not even null: varlinkctl would drop the connection")
    func noErrorNull() throws {
        for (_, reply, _) in Self.replies {
            let message = try #require(JSON(parsing: reply.message.dropLast()).object)
            switch reply {
            case .result: #expect(message.members.map(\.key) == ["parameters"])
            case .part: #expect(message.members.map(\.key) == ["parameters", "continues"])
            case .error:
                #expect(message.members.map(\.key) == ["error", "parameters"])
                #expect(message["error"]?.string?.isEmpty == false)
            case .stream: Issue.record("there is nothing to send yet")
            }
        }
    }

    @Test("Every error of ours carries what the description says, in its order")
    func errorParameters() throws {
        let description = try VarlinkDescription(ControlInterface.description)
        for (name, reply, _) in Self.replies {
            guard case .error(let fullName, let parameters) = reply else { continue }
            guard fullName.hasPrefix(ControlInterface.name) else { continue }
            let error = try #require(fullName.split(separator: ".").last.map(String.init))
            let fields = try #require(description.errors[error], "\(name)")
            #expect(description.complaints(.object(parameters), .structure(fields)) == [])
        }
    }
}

@Suite("Control socket: the description")
struct ControlDescriptionTests {
    private func description() throws -> VarlinkDescription {
        try VarlinkDescription(ControlInterface.description)
    }

    @Test("The description follows varlink's grammar; every type it names is there, and each is used")
    func grammar() throws {
        let description = try description()
        #expect(description.name == "org.breachclock.Control")
        #expect(description.name == ControlInterface.name)
        #expect(Set(description.types.keys).subtracting(description.usedTypes).subtracting(["Breach"]) == [])
    }

    @Test("The description is the file in the tree")
    func file() throws {
        let path = "Sources/BreachClock/Wire/org.breachclock.Control.varlink"
        let file = try Repository.text(path)
        #expect(ControlInterface.description == file)
        #expect(file.utf8.allSatisfy { $0 < 0x80 })
        #expect(file.split(separator: "\n").allSatisfy { $0.utf8.count <= 120 })
    }

    @Test("The interface that every varlink service has is described as varlink.org has it")
    func service() throws {
        let service = try VarlinkDescription(ControlInterface.serviceDescription)
        #expect(service.name == "org.varlink.service")
        #expect(service.types == [:])
        #expect(Set(service.methods.keys) == ["GetInfo", "GetInterfaceDescription"])
        let info = try #require(service.methods["GetInfo"])
        #expect(info.input == [])
        #expect(info.output.map(\.name) == ["vendor", "product", "version", "url", "interfaces"])
        #expect(info.output.map(\.shape) == [.string, .string, .string, .string, .array(.string)])
        let interface = try #require(service.methods["GetInterfaceDescription"])
        #expect(interface.input == [.init(name: "interface", shape: .string)])
        #expect(interface.output == [.init(name: "description", shape: .string)])
        #expect(
            service.errors == [
                "InterfaceNotFound": [.init(name: "interface", shape: .string)],
                "MethodNotFound": [.init(name: "method", shape: .string)],
                "MethodNotImplemented": [.init(name: "method", shape: .string)],
                "InvalidParameter": [.init(name: "parameter", shape: .string)],
                "ExpectedMore": [],
            ])
    }

    @Test("It has exactly the methods that the daemon has")
    func methods() throws {
        #expect(Set(try description().methods.keys) == Set(ControlMethod.allCases.map(\.rawValue)))
        for method in ControlMethod.allCases {
            #expect(method.fullName == "org.breachclock.Control.\(method.rawValue)")
            #expect(method.rawValue.wholeMatch(of: /[A-Z][A-Za-z]*/) != nil)
        }
    }

    @Test("It has exactly the contract's four errors")
    func errors() throws {
        let errors = try description().errors.mapValues { $0.map(\.name) }
        #expect(
            errors == [
                "NotPermitted": [], "Refused": ["field", "reason"], "NotFound": ["kind", "id", "nearest"],
                "TryAgain": ["reason"],
            ])
    }

    @Test("R30: What records asks for the right to record, what reads to read, and the surroundings for any right")
    func rights() {
        let recording: Set = ["Report", "Ack", "Position", "Note", "Correct", "Notified", "Close", "Reopen"]
        let deciding: Set = ["Decide", "Escalate", "Redact"]
        for method in ControlMethod.allCases {
            let expected: Access.Right? =
                method == .environment
                ? nil
                : recording.contains(method.rawValue)
                    ? .record : deciding.contains(method.rawValue) ? .decide : .read
            #expect(method.right == expected, "\(method)")
        }
    }

    @Test("Report takes what the decoder reads: each parameter, of its type, required where it is")
    func report() throws {
        let method = try #require(try description().methods["Report"])
        #expect(
            try accepted(method.input) { try CommandDecoder.report($0, time: { _, _ in WireSamples.instant }) } == [])
    }

    @Test("Ack takes what the decoder reads")
    func acknowledge() throws {
        let method = try #require(try description().methods["Ack"])
        let wrong = try accepted(method.input) {
            try CommandDecoder.acknowledge($0, time: { _, _ in WireSamples.instant })
        }
        #expect(wrong == [])
    }

    @Test("The names of choices are those of the model")
    func choices() throws {
        let description = try description()
        let report = try #require(description.methods["Report"]).input
        let ack = try #require(description.methods["Ack"]).input
        let choices: [([VarlinkDescription.Field], String, [String])] = [
            (report, "risk", Risk.allCases.map(\.rawValue)), (report, "cyber", CyberIncident.allCases.map(\.rawValue)),
            (ack, "via", Channel.allCases.map(\.rawValue)),
        ]
        for (fields, name, expected) in choices {
            #expect(fields.first { $0.name == name }?.shape == .optional(.choice(expected)))
        }
        let texts = report.map(\.name).filter { TextField(rawValue: $0) != nil }
        #expect(Set(texts) == Set(TextField.allCases.map(\.rawValue)))
    }

    /// What is wrong with a decoder by the description of its parameters.
    private func accepted<Result>(
        _ fields: [VarlinkDescription.Field],
        _ decode: (JSONObject) throws -> Result
    ) throws -> [String] {
        var wrong: [String] = []
        var all = JSONObject()
        for field in fields { all.append(field.name, example(field.shape)) }
        if (try? decode(all)) == nil { wrong.append("all parameters are refused") }
        for field in fields {
            var without = all
            without[field.name] = nil
            var null = all
            null[field.name] = .null
            var other = all
            other[field.name] = .object(["x": 1])
            let isOptional = if case .optional = field.shape { true } else { false }
            for (what, parameters) in [("without", without), ("null", null)] {
                if ((try? decode(parameters)) != nil) != isOptional { wrong.append("\(what) \(field.name)") }
            }
            if (try? decode(other)) != nil { wrong.append("\(field.name) of another type") }
        }
        return wrong
    }

    private func example(_ shape: VarlinkDescription.Shape) -> JSON {
        switch shape {
        case .optional(let inner): example(inner)
        case .array(let inner): [example(inner)]
        case .choice(let names): .string(names[0])
        case .int: 1
        case .bool: true
        default: "text"
        }
    }

    @Test(
        "The parser of the tests refuses what is no description",
        arguments: [
            "", "interface x\nmethod A() -> ()", "interface a.b", "interface a.b\nmethod a() -> ()",
            "interface a.b\nmethod A()", "interface a.b\nmethod A() -> () method B() -> ()",
            "interface a.b\nmethod A(x: Missing) -> ()", "interface a.b\nmethod A(x: text) -> ()",
            "interface a.b\nmethod A(x: ??string) -> ()", "interface a.b\nmethod A(x_: string) -> ()",
            "interface a.b\nmethod A(x: string,) -> ()", "interface a.b\nmethod A() -> ()\nerror A ()",
            "interface a.b\nmethod A(x: int, x: int) -> ()", "interface a.b\nmethod A(x: (a, a)) -> ()",
            "interface a.b\nmethod A() -> ()\nstruct B ()",
        ])
    func parser(text: String) {
        #expect(throws: VarlinkDescription.Failure.self) { try VarlinkDescription(text) }
    }
}
