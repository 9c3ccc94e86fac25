import Testing

@testable import BreachClock

/// A register in a simulated disk, asked by one clerk, a call a turn.
private final class Desk {
    static let clerk = Gatekeeper.Caller(
        account: Account(uid: 1000, name: "clerk"), rights: Set(Access.Right.allCases))
    let disk = SimulatedDisk(seed: 0)
    private(set) var registrar: Registrar
    var now = WireSamples.instant

    init() throws { registrar = try Self.open(disk, now) }

    private static func open(_ disk: SimulatedDisk, _ now: Instant) throws -> Registrar {
        let settings = try Fixture.settings {
            $0.paths.state = "/state"
            $0.paths.spool = "/spool"
        }
        let log = Log(clock: StandingClock(instant: now), isUnderSystemd: true) { _ in }
        let state = StateFolder(path: settings.paths.state, disk: disk, uid: 0)
        try #require(try state.prepare() == nil)
        var clockwork = Clockwork(settings: settings, zone: try FoundationZone.london())
        let opened = try Journal.open(state.journal, disk: disk, randomness: SeededRandomness(seed: 0)) { fact, _ in
            clockwork.apply(fact)
        }
        let dispatch = NoticeDispatch(
            spool: Spool(path: settings.paths.spool, disk: disk), settings: settings, log: log, newIdentity: { "f00d" })
        let registrar = Registrar(
            clockwork: clockwork, journal: opened.journal, dispatch: dispatch,
            own: Account(uid: 0, name: "breachclock"), log: log, statusFile: nil, metricsFile: nil, touchLock: {},
            tellServiceManager: { _ in })
        try registrar.start(lastAliveAt: nil, newIdentity: { "cafe" }, at: now)
        try registrar.performEffects(at: now)
        return registrar
    }

    func restart() throws { registrar = try Self.open(disk, now) }

    /// The reply to a call, which is a turn of its own.
    @discardableResult
    func call(_ method: String, _ parameters: JSONObject = [:], more: Bool = false) throws -> ControlReply {
        let object: JSONObject = [
            "method": .string("org.breachclock.Control.\(method)"), "parameters": .object(parameters),
            "more": .bool(more),
        ]
        let call = try #require(ControlCall(JSON.object(object).compactBytes()))
        let replies = try registrar.turn([AuthorisedCall(call: call, caller: Self.clerk)], at: now)
        try registrar.performEffects(at: now)
        return try #require(replies.first)
    }

    /// The reference of a new breach.
    func report(_ protocolID: String = "EWS-ASC", by partner: String = "provide") throws -> String {
        let reply = try call(
            "Report",
            [
                "protocol": .string(protocolID), "detected": "now", "by": .string(partner), "summary": "A folder.",
                "risk": "likely",
            ])
        guard case .result(let result) = reply else { throw VarlinkDescription.Failure(description: "\(reply)") }
        return try #require(result["breach"]?.object?["id"]?.string)
    }

    func note(_ reference: String, _ text: String = "Locks were changed.") throws {
        let reply = try call("Note", ["breach": .string(reference), "kind": "action", "text": .string(text)])
        guard case .result = reply else { throw VarlinkDescription.Failure(description: "\(reply)") }
    }

    func watch(_ parameters: JSONObject = [:]) throws -> Watch {
        let reply = try call("Watch", parameters, more: true)
        guard case .stream(let request) = reply else { throw VarlinkDescription.Failure(description: "\(reply)") }
        return registrar.watch(request)
    }

    /// Everything that the watch is told until there is no more, as breach, number and type.
    func news(_ watch: inout Watch) throws -> [String] {
        var told: [String] = []
        while registrar.hasNews(for: watch) {
            for reply in try registrar.news(for: &watch) {
                guard case .part(let part) = reply else { throw VarlinkDescription.Failure(description: "\(reply)") }
                let fact = try #require(part["fact"]?.object)
                let breach = part["breach"]?.string ?? "-"
                told.append("\(breach) \(fact["sequence"]?.integer ?? 0) \(fact["type"]?.string ?? "")")
            }
        }
        return told
    }
}

private struct StandingClock: BreachClock.Clock {
    let instant: Instant
    func now() -> Instant { instant }
    func monotonicMilliseconds() -> Int { 0 }
    func milliseconds(until instant: Instant) -> Int { 0 }
}

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

    @Test("What is not durable yet is not told: a power cut could take it, and give its number to another fact")
    func onlyDurable() throws {
        let desk = try Desk()
        var watch = try desk.watch()
        let reference = try desk.report()
        let told = try desk.news(&watch)
        #expect(told.last?.hasSuffix("notices-publishing") == true)
        #expect(desk.registrar.head.sequence > told.compactMap { Int($0.split(separator: " ")[1]) }.max() ?? 0)
        try desk.note(reference)
        #expect(try desk.news(&watch).map { $0.split(separator: " ").last } == ["notices-written", "note-added"])
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
