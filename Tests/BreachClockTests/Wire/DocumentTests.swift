import Foundation
import Testing

@testable import BreachClock

/// A breach as it is shown, with every value set or with every one absent that may be.
private func summary(isFull: Bool) -> BreachSummary {
    let instant = WireSamples.instant
    let facts = isFull ? WireSamples.fullFacts : WireSamples.bareFacts
    let breach = Breach(
        reference: WireSamples.reference,
        sharingProtocol: WireSamples.fullProtocol,
        reportedAt: instant + 600,
        detectedBy: "open-road",
        controllers: ["essex"],
        facts: facts,
        texts: isFull ? WireSamples.fullTexts : [:],
        phase: isFull ? .closed : .open,
        audience: [],
        notices: [],
        misses: [],
        remindedLeadSeconds: [:],
        regulatorEdition: DeadlineEdition(number: 1, since: instant + 600),
        matters: isFull ? matters : [:],
        changedAt: instant + 600
    )
    return BreachSummary(
        breach: breach,
        partnersDeadline: isFull
            ? Deadline(due: instant + 172_800, state: .late, settledAt: instant + 180_000)
            : Deadline(due: nil, state: .notRequired),
        regulatorDeadline: RegulatorDeadline(
            deadline: Deadline(due: instant + 259_200, state: .running),
            dueByProtocol: isFull ? instant + 259_200 : nil,
            dueByLaw: isFull ? instant + 259_260 : nil
        ),
        partners: [
            .init(
                id: "open-road",
                name: "Open Road (Choices)",
                isAffected: isFull,
                noticeWrittenAt: isFull ? instant + 601 : nil,
                handedOverAt: isFull ? instant + 602 : nil,
                returnedAt: isFull ? instant + 604 : nil,
                acknowledgedAt: isFull ? instant + 603 : nil,
                isInformed: isFull,
                telephone: isFull ? "01206 369782" : nil
            )
        ],
        controllers: [
            .init(
                id: "provide", awareAt: instant + 120, dueByLaw: instant + 259_320, state: .running,
                notifications: isFull ? [notification] : []),
            .init(
                id: "essex", awareAt: instant + 60, dueByLaw: instant + 259_260, state: .running, notifications: []),
        ],
        escalateAt: isFull ? instant + 216_000 : nil,
        byProtocolState: isFull ? .missed : nil,
        byLawState: .running,
        next: isFull ? Upcoming(what: .notice(.reminder), at: instant + 86_400) : nil,
        warnings: isFull ? ["The review date is past."] : []
    )
}

/// One matter that partners said something on, and one that was decided after all.
private let matters: [MatterName: Matter] = [
    .ico: Matter(
        state: .consulting, since: WireSamples.instant + 600,
        positions: ["open-road": Position(outcome: .doNotNotify, at: WireSamples.instant + 700)]),
    .individuals: Matter(
        state: .decided, since: WireSamples.instant + 900,
        escalation: Escalation(at: WireSamples.instant + 800, reason: .manual, words: .written("nobody answers")),
        escalations: 1,
        settlements: [
            Settlement(
                outcome: .notify, at: WireSamples.instant + 900,
                ruling: Ruling(name: .written("Rhona Kettleby"), reason: .written("x"), telling: .unsaid))
        ]),
]

private let notification = BreachClock.Notification(
    matter: .ico, controllers: ["provide"], phase: .initial, at: WireSamples.instant + 1000, isOwnDuty: true,
    reference: .written("IC-1"), delayReason: .redacted, reason: .written("x"))

private func status(isFull: Bool) -> StatusReport {
    let instant = WireSamples.instant
    return StatusReport(
        level: isFull ? .critical : .ok,
        summary: isFull ? "1 missed deadline" : "nothing is outstanding",
        generatedAt: instant,
        staleAfter: instant + 180,
        open: 2,
        overdue: 1,
        awaitingDecision: 3,
        unacknowledged: 4,
        waiting: isFull ? 5 : 0,
        oldestWaiting: isFull ? instant - 61 : nil,
        returned: isFull ? 6 : 0,
        next: isFull
            ? .init(reference: WireSamples.reference, upcoming: Upcoming(what: .deadline, at: instant + 1)) : nil,
        breaches: isFull
            ? [
                .init(
                    reference: WireSamples.reference,
                    level: .critical,
                    partners: Deadline(due: nil, state: .notRequired),
                    regulator: Deadline(due: instant + 1, state: .missed, settledAt: nil)
                )
            ] : [],
        warnings: isFull ? ["EDATRS: the review date is past."] : []
    )
}

private let head = JournalHead(sequence: 42, hash: WireSamples.hash)

private func keys(_ value: JSON?) -> [String]? {
    value?.object?.members.map(\.key)
}

@Suite("Documents: a breach")
struct BreachDocumentTests {
    @Test(
        "A breach has the contract's members in its order, whether they have values or not", arguments: [true, false])
    func members(isFull: Bool) throws {
        let json = summary(isFull: isFull).json
        #expect(
            keys(json) == [
                "id", "protocol", "title", "phase", "risk", "summary", "occurredAt", "detectedAt", "awareAt",
                "reportedAt", "detectedBy", "detectedByName", "channelCompromised", "deadlines", "partners",
                "controllers",
                "matters", "decider", "next", "warnings",
            ])
        let object = try #require(json.object)
        #expect(keys(object["deadlines"]) == ["partners", "regulator"])
        #expect(keys(object["deadlines"]?.object?["partners"]) == ["due", "state", "settledAt"])
        #expect(
            keys(object["deadlines"]?.object?["regulator"])
                == ["due", "dueByProtocol", "stateByProtocol", "dueByLaw", "stateByLaw", "state", "settledAt"])
        // The telephone is ours; the contract names the members before it.
        #expect(
            keys(object["partners"]?.array?.first) == [
                "id", "name", "affected", "noticeWrittenAt", "handedOverAt", "returnedAt", "acknowledgedAt", "informed",
                "positions",
                "telephone",
            ])
        #expect(keys(object["partners"]?.array?.first?.object?["positions"]) == ["ico", "individuals"])
        #expect(keys(object["controllers"]?.array?.first) == ["id", "awareAt", "dueByLaw", "state", "notifications"])
        #expect(keys(object["matters"]) == ["ico", "individuals"])
        for matter in ["ico", "individuals"] {
            #expect(
                keys(object["matters"]?.object?[matter]) == [
                    "state", "outcome", "escalateAt", "escalatedAt", "escalationReason", "settledAt", "decidedBy",
                    "reason", "when", "how", "byWhom", "ground", "notifiedAt",
                ])
        }
        if isFull { #expect(keys(object["next"]) == ["what", "at"]) }
    }

    @Test("Each value stands under its own name")
    func values() {
        let expected = """
            {"id":"EDATRS-2026-0001","protocol":"EDATRS","title":"Essex Substance Misuse Caseload Management System",\
            "phase":"closed","risk":"likely","summary":"A letter went to the wrong address; “sorry” was said.",\
            "occurredAt":"2026-11-20T12:05:00Z","detectedAt":"2026-11-20T14:05:00Z","awareAt":"2026-11-20T14:06:00Z",\
            "reportedAt":"2026-11-20T14:15:00Z","detectedBy":"open-road",\
            "detectedByName":"Open Road (Choices)","channelCompromised":false,"deadlines":{"partners":{\
            "due":"2026-11-22T14:05:00Z","state":"late","settledAt":"2026-11-22T16:05:00Z"},"regulator":{\
            "due":"2026-11-23T14:05:00Z","dueByProtocol":"2026-11-23T14:05:00Z","stateByProtocol":"missed",\
            "dueByLaw":"2026-11-23T14:06:00Z","stateByLaw":"running","state":"running","settledAt":null}},"partners":[{"id":"open-road","name":"Open Road (Choices)",\
            "affected":true,"noticeWrittenAt":"2026-11-20T14:15:01Z","handedOverAt":"2026-11-20T14:15:02Z",\
            "returnedAt":"2026-11-20T14:15:04Z",\
            "acknowledgedAt":"2026-11-20T14:15:03Z","informed":true,"positions":{"ico":"do-not-notify",\
            "individuals":null},"telephone":"01206 369782"}],"controllers":[{"id":"provide","awareAt":"2026-11-20T14:07:00Z",\
            "dueByLaw":"2026-11-23T14:07:00Z","state":"running","notifications":[{"phase":"initial",\
            "at":"2026-11-20T14:21:40Z","reference":"IC-1","ownDuty":true,"delayReason":"[redacted]"}]},{"id":"essex",\
            "awareAt":"2026-11-20T14:06:00Z","dueByLaw":"2026-11-23T14:06:00Z","state":"running","notifications":[]}],\
            "matters":{"ico":{"state":"consulting","outcome":null,"escalateAt":"2026-11-23T02:05:00Z",\
            "escalatedAt":null,"escalationReason":null,"settledAt":null,"decidedBy":null,"reason":null,"when":null,"how":null,"byWhom":null,"ground":null,\
            "notifiedAt":null},"individuals":{\
            "state":"decided","outcome":"notify","escalateAt":"2026-11-23T02:05:00Z",\
            "escalatedAt":"2026-11-20T14:18:20Z","escalationReason":"manual","settledAt":"2026-11-20T14:20:00Z",\
            "decidedBy":"Rhona Kettleby","reason":"x","when":null,"how":null,"byWhom":null,"ground":null,\
            "notifiedAt":null}},"decider":"the Protocol owner, Essex County Council","next":{"what":"reminder","at":"2026-11-21T14:05:00Z"},\
            "warnings":["The review date is past."]}
            """
        #expect(summary(isFull: true).json.compactText == expected)
    }

    @Test("What is absent is null, not left out")
    func nulls() throws {
        let object = try #require(summary(isFull: false).json.object)
        #expect(["summary", "occurredAt", "next"].map { object[$0] } == [.null, .null, .null])
        #expect(object["deadlines"]?.object?["partners"] == ["due": nil, "state": "not-required", "settledAt": nil])
        let regulator = object["deadlines"]?.object?["regulator"]?.object
        #expect(["dueByProtocol", "dueByLaw", "settledAt"].map { regulator?[$0] } == [.null, .null, .null])
        let partner = try #require(object["partners"]?.array?.first?.object)
        #expect(partner["affected"] == false)
        #expect(partner["informed"] == false)
        let absent = ["noticeWrittenAt", "handedOverAt", "returnedAt", "acknowledgedAt", "telephone"]
        #expect(absent.map { partner[$0] } == Array(repeating: .null, count: absent.count))
        #expect(partner["positions"] == ["ico": nil, "individuals": nil])
        #expect(object["matters"]?.object?["ico"]?.object?["state"] == "not-required")
        #expect(object["warnings"] == [])
    }

    @Test("R2: The breach's awareness is that of the first controller, and absent where there is none")
    func awareness() {
        var none = summary(isFull: true)
        none.controllers = []
        #expect(summary(isFull: false).json.object?["awareAt"] == "2026-11-20T14:06:00Z")
        #expect(none.json.object?["awareAt"] == JSON.null)
        #expect(none.json.object?["controllers"] == [])
    }

    /// Who decides by the clause, whom the protocol names as its owner, and how that is shown.
    static let deciding: [(decision: Clause.Decision, owner: Owner?, shown: String)] = [
        (.consultation, .partner("essex"), "the Protocol owner, Essex County Council"),
        (.owner, .partner("essex"), "the Protocol owner, Essex County Council"),
        (.owner, .partner("gone"), "the Protocol owner, gone"),
        (
            .consultation, .body(Contact(name: "Steering Group", emails: [], telephone: nil, deputies: [])),
            "the Protocol owner, Steering Group"
        ),
        (.consultation, nil, "the Protocol owner"), (.controller, .partner("essex"), "the controllers"),
    ]

    @Test("The decider is shown by the clause's own title and by the name that the protocol gives", arguments: deciding)
    func deciders(_ each: (decision: Clause.Decision, owner: Owner?, shown: String)) {
        var shown = summary(isFull: true)
        shown.breach.sharingProtocol.clause.decision = each.decision
        shown.breach.sharingProtocol.owner = each.owner
        #expect(shown.json.object?["decider"] == .string(each.shown))
    }

    @Test("R23: Each matter shows when its first notification was made, whatever the order of entry")
    func notifiedAt() {
        var shown = summary(isFull: true)
        for (matter, seconds) in [(MatterName.ico, 90), (.ico, 60), (.individuals, 120)] {
            shown.breach.notifications.append(
                Notification(
                    matter: matter, controllers: ["essex"], phase: .initial, at: WireSamples.instant + seconds,
                    isOwnDuty: false))
        }
        let matters = shown.json.object?["matters"]?.object
        #expect(matters?["ico"]?.object?["notifiedAt"] == "2026-11-20T14:06:00Z")
        #expect(matters?["individuals"]?.object?["notifiedAt"] == "2026-11-20T14:07:00Z")
    }

    @Test("R31: A redacted summary is null in what scripts read, as one that was never written")
    func redacted() {
        var redacted = summary(isFull: true)
        redacted.breach.texts[.summary] = .redacted
        #expect(redacted.json.object?["summary"] == JSON.null)
    }

    @Test("A breach is what the interface's description says it is", arguments: [true, false])
    func description(isFull: Bool) throws {
        let description = try VarlinkDescription(ControlInterface.description)
        #expect(description.complaints(summary(isFull: isFull).json, .named("Breach")) == [])
    }

    @Test("Every state and every kind of notice has a name in JSON")
    func names() {
        #expect(Phase.allCases.map(\.rawValue) == ["open", "closed"])
        #expect(Risk.allCases.map(\.rawValue) == ["likely", "unlikely", "unknown"])
        #expect(Deadline.State.allCases.map(\.rawValue) == ["running", "met", "missed", "late", "not-required"])
        #expect(MatterName.allCases.map(\.rawValue) == ["ico", "individuals"])
        for kind in NoticeKind.allCases {
            #expect(kind.rawValue.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil)
            #expect(Upcoming.What(name: kind.rawValue) == .notice(kind))
            #expect(Upcoming.What.notice(kind).name == kind.rawValue)
        }
        #expect(Upcoming.What(name: "deadline") == .deadline)
        #expect(Upcoming.What(name: "Deadline") == nil)
    }
}

@Suite("Documents: the status")
struct StatusDocumentTests {
    @Test(
        "The status has the contract's members in its order, whether they have values or not", arguments: [true, false])
    func members(isFull: Bool) throws {
        let object = try #require(status(isFull: isFull).json(head: head).object)
        #expect(
            object.members.map(\.key) == [
                "level", "summary", "generatedAt", "staleAfter", "open", "overdue", "awaitingDecision",
                "unacknowledged", "spool", "next", "journal", "breaches", "warnings",
            ])
        #expect(keys(object["spool"]) == ["waiting", "oldestAt", "returned"])
        #expect(keys(object["journal"]) == ["sequence", "hash"])
        if isFull {
            #expect(keys(object["next"]) == ["breach", "what", "at"])
            #expect(
                keys(object["breaches"]?.array?.first) == [
                    "id", "level", "partnersDue", "partnersState", "regulatorDue", "regulatorState",
                ])
        } else {
            #expect(object["next"] == JSON.null)
            #expect(object["spool"] == ["waiting": 0, "oldestAt": nil, "returned": 0])
            #expect(object["breaches"] == [])
            #expect(object["warnings"] == [])
        }
    }

    @Test("Each value stands under its own name")
    func values() {
        let expected = """
            {"level":"critical","summary":"1 missed deadline","generatedAt":"2026-11-20T14:05:00Z",\
            "staleAfter":"2026-11-20T14:08:00Z","open":2,"overdue":1,"awaitingDecision":3,"unacknowledged":4,\
            "spool":{"waiting":5,"oldestAt":"2026-11-20T14:03:59Z","returned":6},"next":{\
            "breach":"EDATRS-2026-0001","what":"deadline","at":"2026-11-20T14:05:01Z"},"journal":{"sequence":42,"hash":"\(WireSamples.hash)"},\
            "breaches":[{"id":"EDATRS-2026-0001","level":"critical","partnersDue":null,\
            "partnersState":"not-required","regulatorDue":"2026-11-20T14:05:01Z","regulatorState":"missed"}],\
            "warnings":["EDATRS: the review date is past."]}
            """
        #expect(status(isFull: true).json(head: head).compactText == expected)
    }

    @Test("Printed, the status has one key a line")
    func pretty() {
        let lines = WireSamples.text(status(isFull: true).json(head: head).prettyBytes()).split(separator: "\n")
        #expect(lines.allSatisfy { $0.matches(of: #/"[A-Za-z]+": /#).count <= 1 })
        #expect(lines.count { $0.contains(#/"[A-Za-z]+": /#) } == 13 + 3 + 3 + 2 + 6)
    }

    @Test("The status is what the interface's description says of its method", arguments: [true, false])
    func description(isFull: Bool) throws {
        let description = try VarlinkDescription(ControlInterface.description)
        let method = try #require(description.methods["Status"])
        let json = status(isFull: isFull).json(head: head)
        #expect(description.complaints(json, .structure(method.output)) == [])
    }

    @Test("Levels go from ok to critical")
    func levels() {
        #expect(Level.allCases.map(\.rawValue) == ["ok", "warning", "critical"])
        #expect(Level.ok < .warning && Level.warning < .critical && Level.ok < .critical)
        #expect([Level.warning, .critical, .ok].max() == .critical)
    }
}

@Suite("Documents: the metrics")
struct MetricsTests {
    /// One metric as the text exposition format has it.
    struct Metric: Equatable {
        var name: String
        var help: String
        var type: String
        var value: Int
    }

    /// Reads Prometheus's text exposition format 0.0.4 strictly: HELP, TYPE and one sample, and nothing else.
    private func parse(_ text: String) throws -> [Metric] {
        try #require(text.hasSuffix("\n"))
        let lines = text.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
        // The refusals, which have labels, stand last and are looked at by themselves.
        let end = lines.firstIndex { $0.hasPrefix("# HELP breachclock_refusals_total") } ?? lines.count
        try #require(end.isMultiple(of: 3))
        return try stride(from: 0, to: end, by: 3).map { index in
            let help = try #require(lines[index].wholeMatch(of: /# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (\S.*\S)/))
            let type = try #require(lines[index + 1].wholeMatch(of: /# TYPE (\S+) (counter|gauge)/))
            let sample = try #require(lines[index + 2].wholeMatch(of: /(\S+) (-?[0-9]+)/))
            #expect(help.1 == type.1 && type.1 == sample.1)
            return Metric(
                name: String(help.1), help: String(help.2), type: String(type.2), value: try #require(Int(sample.2)))
        }
    }

    @Test("Every metric has its help, its type and its value")
    func values() throws {
        let metrics = try parse(status(isFull: true).metrics(head: head))
        let values = Dictionary(metrics.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        #expect(values.count == metrics.count, "no name is there twice")
        #expect(
            values == [
                "breachclock_open_breaches": 2, "breachclock_overdue_breaches": 1, "breachclock_decisions_awaited": 3,
                "breachclock_unacknowledged_partners": 4, "breachclock_spool_waiting_notices": 5,
                "breachclock_spool_returned_notices": 6,
                "breachclock_spool_oldest_notice_age_seconds": 61, "breachclock_status_level": 2,
                "breachclock_journal_sequence": 42, "breachclock_generated_timestamp_seconds": 1_795_183_500,
            ])
        #expect(metrics.allSatisfy { $0.type == "gauge" })
        #expect(metrics.allSatisfy { $0.help.hasSuffix(".") && !$0.help.contains("\\") })
    }

    @Test("Refusals are counted by kind, each kind from the beginning")
    func refusals() throws {
        let text = status(isFull: true).metrics(head: head, refusals: [.notPermitted: 3, .noCall: 1])
        let start = try #require(text.range(of: "# HELP breachclock_refusals_total"))
        let lines = text[start.lowerBound...].split(separator: "\n").map(String.init)
        #expect(lines[1] == "# TYPE breachclock_refusals_total counter")
        let name = "breachclock_refusals_total"
        #expect(
            lines[2...].sorted() == [
                #"\#(name){kind="invalid-call"} 0"#, #"\#(name){kind="no-call"} 1"#, #"\#(name){kind="not-found"} 0"#,
                #"\#(name){kind="not-permitted"} 3"#, #"\#(name){kind="refused"} 0"#,
                #"\#(name){kind="too-many-connections"} 0"#, #"\#(name){kind="try-again"} 0"#,
            ])
    }

    @Test(
        "Every error of the interface is of a kind",
        arguments: [
            (ControlReply.notPermitted, RefusalKind.notPermitted), (.tryAgain("x"), .tryAgain),
            (.invalidParameter("x"), .invalidCall), (.expectedMore, .invalidCall),
            (ControlReply(.refused(field: "x", reason: "y")), .refused),
            (ControlReply(.notFound(kind: "breach", id: "x", nearest: nil)), .notFound),
        ])
    func kinds(reply: ControlReply, kind: RefusalKind) {
        #expect(reply.refusalKind == kind)
        #expect(ControlReply.result([:]).refusalKind == nil)
    }

    @Test("Without anything waiting the age is 0; one from the future is not negative")
    func ages() throws {
        let name = "breachclock_spool_oldest_notice_age_seconds"
        var report = status(isFull: false)
        #expect(try parse(report.metrics(head: head)).first { $0.name == name }?.value == 0)
        report.oldestWaiting = report.generatedAt + 5
        #expect(try parse(report.metrics(head: head)).first { $0.name == name }?.value == 0)
    }

    @Test("Levels are 0, 1 and 2", arguments: [(Level.ok, 0), (.warning, 1), (.critical, 2)])
    func levels(level: Level, value: Int) throws {
        var report = status(isFull: true)
        report.level = level
        let metrics = try parse(report.metrics(head: head))
        #expect(metrics.first { $0.name == "breachclock_status_level" }?.value == value)
    }

    @Test("No text of the register stands in the metrics")
    func noTexts() {
        #expect(!status(isFull: true).metrics(head: head).contains("EDATRS"))
    }

    @Test(
        "promtool finds nothing wrong with them",
        .enabled("promtool is installed") { FileManager.default.isExecutableFile(atPath: "/usr/bin/promtool") })
    func promtool() throws {
        let folder = try TemporaryFolder()
        try folder.write(status(isFull: true).metrics(head: head).utf8, as: "metrics")
        #expect(try IndependentProgram.run(["sh", "-c", "promtool check metrics < metrics"], in: folder) == "")
    }
}
