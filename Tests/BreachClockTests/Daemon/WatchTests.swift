import Testing

@testable import BreachClock

@Suite("A watch")
struct WatchTests {
    @Test("It tells of what comes, once, as it becomes durable, with the breach that it is about")
    func whatComes() throws {
        let desk = try Desk()
        let first = try desk.report()
        var watch = try desk.watch()
        #expect(try desk.news(&watch) == [])
        try desk.note(first)
        let told = try desk.news(&watch)
        #expect(told.last?.hasSuffix("note-added") == true)
        #expect(told.allSatisfy { $0.hasPrefix(first) })
        #expect(try desk.news(&watch) == [], "nothing is told twice")
        let second = try desk.report()
        #expect(try desk.news(&watch).contains { $0.hasPrefix("\(second) ") && $0.hasSuffix("breach-recorded") })
        try desk.registrar.stop(at: desk.now)
        #expect(try desk.news(&watch).last?.hasPrefix("- ") == true, "the daemon's own have no breach")
    }

    @Test("After 0 it tells everything, from the beginning of the register, without a gap")
    func everything() throws {
        let desk = try Desk()
        let reference = try desk.report()
        try desk.note(reference)
        var watch = try desk.watch(["after": 0])
        let told = try desk.news(&watch)
        let numbers = told.compactMap { Int($0.split(separator: " ")[1]) }
        #expect(numbers == Array(1...desk.registrar.head.sequence))
        #expect(told.prefix(3).map { $0.hasPrefix("- ") } == [true, true, true])
    }

    @Test("After the last fact but one, whichever that was, nothing is missing when the daemon comes back")
    func resumed() throws {
        let desk = try Desk()
        let reference = try desk.report()
        for number in 1...5 { try desk.note(reference, "Action \(number).") }
        var whole = try desk.watch(["after": 0])
        let told = try desk.news(&whole)
        try desk.restart()
        for (index, line) in told.enumerated() {
            let number = try #require(Int(line.split(separator: " ")[1]))
            var rest = try desk.watch(["after": .integer(number)])
            #expect(try desk.news(&rest).starts(with: told[(index + 1)...]), "after \(number)")
        }
    }

    @Test("Of one breach it tells nothing else")
    func oneBreach() throws {
        let desk = try Desk()
        let (first, second) = (try desk.report(), try desk.report())
        var watch = try desk.watch(["breach": .string(first), "after": 0])
        try desk.note(second)
        try desk.note(first)
        try desk.registrar.stop(at: desk.now)
        let told = try desk.news(&watch)
        #expect(told.allSatisfy { $0.hasPrefix("\(first) ") })
        #expect(told.contains { $0.hasSuffix("breach-recorded") } && told.contains { $0.hasSuffix("note-added") })
    }

    @Test("A fact about two breaches comes once for each, in the order of their references")
    func twoBreaches() throws {
        let desk = try Desk()
        let calls = try ["EWS-ASC", "EWS-ASC"].map { id in
            let text =
                #"{"method":"org.breachclock.Control.Report","parameters":{"protocol":"\#(id)","detected":"now","#
                + #""by":"provide","summary":"A folder."}}"#
            return AuthorisedCall(call: try #require(ControlCall(Array(text.utf8))), caller: Desk.clerk)
        }
        var watch = try desk.watch()
        _ = try desk.registrar.turn(calls, at: desk.now)
        try desk.registrar.performEffects(at: desk.now)
        let publishing = try desk.news(&watch).filter { $0.hasSuffix("notices-publishing") }
        let numbers = Set(publishing.map { $0.split(separator: " ")[1] })
        #expect(numbers.count == 1)
        #expect(publishing.map { $0.prefix(12) } == ["EWS-ASC-2026", "EWS-ASC-2026"])
        #expect(publishing == publishing.sorted())
    }

    @Test("What is told is durable, and so is the hash that the register is known by: a power cut takes nothing back")
    func onlyDurable() throws {
        let desk = try Desk()
        var watch = try desk.watch()
        _ = try desk.report()
        #expect(try desk.news(&watch).last?.hasSuffix("notices-written") == true)
        let head = desk.registrar.head
        desk.disk.restart(powerCut: true)
        var found = JournalHead.empty
        _ = try Journal.open("/state/journal", disk: desk.disk, randomness: SeededRandomness(seed: 1)) { found = $1 }
        #expect(found == head)
    }

    @Test("A redaction rewrites the journal, and a watch goes on where it was; the text is told to nobody any more")
    func redaction() throws {
        let desk = try Desk()
        let reference = try desk.report()
        var live = try desk.watch()
        try desk.note(reference, "A text that must go.")
        _ = try desk.news(&live)
        let redact: JSONObject = [
            "breach": .string(reference), "field": "text", "reason": "It named a colleague.",
        ]
        let reply = try desk.call("Redact", redact)
        guard case .result = reply else {
            Issue.record("\(reply)")
            return
        }
        #expect(try desk.news(&live).filter { $0.hasSuffix("text-redacted") }.count == 1)
        var whole = try desk.watch(["after": 0])
        var replies: [ControlReply] = []
        while desk.registrar.hasNews(for: whole) { replies += try desk.registrar.news(for: &whole) }
        #expect(!replies.contains { String(decoding: $0.message, as: UTF8.self).contains("must go") })
        #expect(replies.contains { String(decoding: $0.message, as: UTF8.self).contains("redacted") })
    }

    @Test("A long journal is told in portions, and a line longer than a portion is one")
    func portions() throws {
        let desk = try Desk()
        let reference = try desk.report()
        for _ in 0..<40 { try desk.note(reference, String(repeating: "é", count: 3900)) }
        var watch = try desk.watch(["after": 0])
        var sizes: [Int] = []
        while desk.registrar.hasNews(for: watch) {
            sizes.append(try desk.registrar.news(for: &watch).reduce(0) { $0 + $1.message.count })
        }
        #expect(sizes.count > 3)
        #expect((sizes.max() ?? 0) < 150_000)
    }

    @Test("A line that somebody changed under a running daemon ends the watch, and nothing else")
    func damaged() throws {
        let desk = try Desk()
        let reference = try desk.report()
        var watch = try desk.watch(["after": 0])
        var bytes = try #require(desk.disk.contents("/state/journal"))
        bytes[30] ^= 1
        desk.disk.overwrite("/state/journal", bytes)
        #expect(throws: SystemError.self) { try desk.registrar.news(for: &watch) }
        try desk.note(reference)
    }

    @Test("A part is what the description says, and is marked as one of several")
    func shape() throws {
        let description = try VarlinkDescription(ControlInterface.description)
        let output = try #require(description.methods["Watch"]).output
        let desk = try Desk()
        _ = try desk.report()
        var watch = try desk.watch(["after": 0])
        while desk.registrar.hasNews(for: watch) {
            for reply in try desk.registrar.news(for: &watch) {
                let message = try #require(JSON(parsing: reply.message.dropLast()).object)
                #expect(message.members.map(\.key) == ["parameters", "continues"])
                #expect(message["continues"] == true)
                #expect(description.complaints(message["parameters"] ?? .null, .structure(output)) == [])
                #expect(message["parameters"]?.object?["fact"]?.object?["text"] != "")
            }
        }
    }

    @Test(
        "What cannot be watched is refused",
        arguments: [
            (["breach": "EWS-ASC-2026-0009"], "NotFound"), (["after": -1], "Refused"),
            (["after": 1_000_000], "Refused"),
            (["after": "1"], "InvalidParameter"), (["breach": 1], "InvalidParameter"),
            (["since": 1], "InvalidParameter"),
        ] as [(JSONObject, String)])
    func refused(parameters: JSONObject, error: String) throws {
        guard case .error(let name, _) = try Desk().call("Watch", parameters, more: true) else {
            Issue.record("it is not refused")
            return
        }
        #expect(name.hasSuffix(".\(error)"))
    }

    @Test("Who takes one reply alone is told to ask for more")
    func expectedMore() throws {
        #expect(try Desk().call("Watch") == .expectedMore)
        #expect(
            ControlReply.expectedMore.message == Array(
                #"{"error":"org.varlink.service.ExpectedMore","parameters":{}}"#.utf8) + [0])
    }
}
