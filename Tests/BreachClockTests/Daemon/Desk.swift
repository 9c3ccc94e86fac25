import Testing

@testable import BreachClock

/// A register in a simulated disk, asked by one clerk, a call a turn.
final class Desk {
    static let clerk = Gatekeeper.Caller(
        account: Account(uid: 1000, name: "clerk"), rights: Set(Access.Right.allCases))
    let disk = SimulatedDisk(seed: 0)
    private(set) var registrar: Registrar
    var now = WireSamples.instant

    private let whileNobodyDelivers: Spool.DeliveryPause

    init(whileNobodyDelivers: @escaping Spool.DeliveryPause = Fixture.nobodyDelivers) throws {
        self.whileNobodyDelivers = whileNobodyDelivers
        registrar = try Self.open(disk, now, whileNobodyDelivers)
    }

    private static func open(
        _ disk: SimulatedDisk, _ now: Instant, _ whileNobodyDelivers: @escaping Spool.DeliveryPause
    ) throws -> Registrar {
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
        let spool = Spool(path: settings.paths.spool, disk: disk, whileNobodyDelivers: whileNobodyDelivers)
        let dispatch = NoticeDispatch(spool: spool, settings: settings, log: log, newIdentity: { "f00d" })
        let registrar = Registrar(
            clockwork: clockwork, journal: opened.journal, dispatch: dispatch,
            own: Account(uid: 0, name: "breachclock"), log: log, statusFile: nil, metricsFile: nil, touchLock: {},
            tellServiceManager: { _ in })
        try registrar.start(lastAliveAt: nil, newIdentity: { "cafe" }, at: now)
        try registrar.performEffects(at: now)
        return registrar
    }

    func restart() throws { registrar = try Self.open(disk, now, whileNobodyDelivers) }

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
    func report(
        _ protocolID: String = "EWS-ASC",
        detected: String = "now",
        by partner: String = "provide"
    ) throws -> String {
        let reply = try call(
            "Report",
            [
                "protocol": .string(protocolID), "detected": .string(detected), "by": .string(partner),
                "summary": "A folder.",
                "risk": "likely",
            ])
        guard case .result(let result) = reply else { throw VarlinkDescription.Failure(description: "\(reply)") }
        return try #require(result["breach"]?.object?["id"]?.string)
    }

    func note(_ reference: String, _ text: String = "Locks were changed.") throws {
        let reply = try call("Note", ["breach": .string(reference), "kind": "action", "text": .string(text)])
        guard case .result = reply else { throw VarlinkDescription.Failure(description: "\(reply)") }
    }

    /// Time goes by, and a turn with no calls comes after it.
    func pass(_ seconds: Int) throws {
        now = now + seconds
        disk.now = now
        _ = try registrar.turn([], at: now)
        try registrar.performEffects(at: now)
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
