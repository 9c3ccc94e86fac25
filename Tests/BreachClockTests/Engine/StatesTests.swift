import Foundation
import Testing

@testable import BreachClock

/// The table of docs/states.md: what everything that can happen makes of every situation, for the matter `ico`.
///
/// The matter `individuals` is settled in every row (the people need not be told), so that what happens is of `ico`.
@Suite("docs/states.md")
struct StatesTests {
    // MARK: - Rows

    /// A situation, and how a breach comes into it.
    struct Row: Sendable {
        var name: String
        var protocolID = "EWS-ASC"
        var detector = "provide"
        var risk = Risk.unknown
        var prepare: @Sendable (inout World, BreachReference) throws -> Void = { _, _ in }
    }

    private static let council = "essex-county-council"

    /// The council said to notify, Provide nothing yet.
    static let rows: [Row] = [
        Row(name: "consulting") { try $0.position($1, council, .notify) },
        Row(name: "awaiting-decision, escalated") {
            try $0.position($1, council, .notify)
            try $0.escalate($1)
        },
        Row(name: "awaiting-decision, the owner alone", protocolID: "MOSAIC", detector: "essex-police"),
        Row(name: "awaiting-decision, the controllers", protocolID: "BEDS", detector: "virgin-health"),
        Row(name: "agreed: notify") { try $0.agree($1, .notify) },
        Row(name: "agreed: do-not-notify") { try $0.agree($1, .doNotNotify) },
        Row(name: "agreed: notify, notified") {
            try $0.agree($1, .notify)
            try $0.notified($1)
        },
        Row(name: "decided: notify") {
            try $0.position($1, council, .notify)
            try $0.escalate($1)
            try $0.decideMatter($1, .notify)
        },
        Row(name: "decided: do-not-notify") {
            try $0.position($1, council, .notify)
            try $0.escalate($1)
            try $0.decideMatter($1, .doNotNotify)
        },
        Row(name: "decided: notify, notified") {
            try $0.position($1, council, .notify)
            try $0.escalate($1)
            try $0.decideMatter($1, .notify)
            try $0.notified($1)
        },
        Row(name: "not-required", risk: .unlikely),
    ]

    // MARK: - Columns

    /// What happens.
    enum Happening: Sendable {
        case command(@Sendable (inout World, BreachReference) throws -> Void)
        /// So many seconds after the detection.
        case time(Int)
    }

    /// Provide says what the council said, or the other; who is asked alone says one or the other.
    private static func position(_ world: inout World, _ reference: BreachReference, agreeing: Bool) throws {
        let breach = try world.breach(reference)
        let said = breach[.ico].positions[council]?.outcome ?? .notify
        let other: Outcome = said == .notify ? .doNotNotify : .notify
        let id = breach.sharingProtocol.id
        let partner = id == "MOSAIC" ? council : id == "BEDS" ? "virgin-health" : "provide"
        try world.position(reference, partner, agreeing ? said : other) { $0.reason = "Asked again." }
    }

    private static func controller(_ world: World, _ reference: BreachReference) throws -> String {
        let id = try world.breach(reference).sharingProtocol.id
        return id == "MOSAIC" ? council : id == "BEDS" ? "virgin-health" : "provide"
    }

    static let columns: [(name: String, happening: Happening)] = [
        ("position, agreeing", .command { try position(&$0, $1, agreeing: true) }),
        ("position, differing", .command { try position(&$0, $1, agreeing: false) }),
        ("escalate", .command { try $0.escalate($1) }),
        ("decide", .command { try $0.decideMatter($1, .notify) }),
        (
            "decide --revise",
            .command { world, reference in
                let decided = try world.breach(reference)[.ico].settlement?.outcome
                try world.decideMatter(reference, decided == .doNotNotify ? .notify : .doNotNotify, revise: true)
            }
        ),
        ("notified", .command { try $0.notified($1) }),
        (
            "notified, a second initial",
            .command { world, reference in
                let controller = try controller(world, reference)
                if try !world.breach(reference).hasInitial(controller, of: .ico) {
                    try world.notified(reference, ownDuty: controller)
                }
                try world.notified(reference, ownDuty: controller)
            }
        ),
        ("notified --own-duty", .command { try $0.notified($1, ownDuty: controller($0, $1)) }),
        (
            "notified, follow-up",
            .command { world, reference in
                // Of the group where there is an outcome to notify, else on one's own duty.
                let isGroup = try world.breach(reference)[.ico].settlement?.outcome == .notify
                try world.notified(reference, .followUp, ownDuty: isGroup ? nil : controller(world, reference))
            }
        ),
        (
            "ack",
            .command { world, reference in
                let id = try world.breach(reference).sharingProtocol.id
                try world.acknowledge(reference, id == "BEDS" ? "bedfordshire-police" : council)
            }
        ),
        ("note", .command { try $0.note($1) }),
        ("redact", .command { try $0.redact($1, "summary") }),
        ("correct a fact", .command { try $0.correct($1) { $0.texts[.summary] = "Two laptops." } }),
        (
            "correct the detection",
            .command { world, reference in
                let detectedAt = try world.breach(reference).facts.detectedAt
                try world.correct(reference) { $0.detectedAt = detectedAt - 30.minutes }
            }
        ),
        ("risk raised", .command { try $0.correct($1) { $0.risk = .likely } }),
        (
            "risk lowered",
            .command { world, reference in
                // Below likely and unknown there is unlikely; below unlikely nothing.
                try world.correct(reference) { $0.risk = .unlikely }
            }
        ),
        (
            "a partner added",
            .command { world, reference in
                let asked = try world.breach(reference).asked(on: .ico)
                try world.correct(reference) { $0.affected = asked + ["mind"] }
            }
        ),
        ("close", .command { try $0.close($1) }),
        ("close, with a reason", .command { try $0.close($1, reason: "The files were found.") }),
        ("reopen", .command { try $0.reopen($1) }),
        ("a reminder's time", .time(36.hours)),
        ("the partners' deadline", .time(48.hours + 1)),
        ("the escalation time", .time(60.hours)),
        ("the regulator's deadline", .time(72.hours + 1)),
    ]

    // MARK: - Walking

    /// The row's breach an hour after a detection on a Friday at 17:00, nothing handed over and nobody heard of.
    private static func world(_ row: Row, isClosed: Bool) throws -> (World, BreachReference, detected: Instant) {
        let settings = try Fixture.settings()
        var world = try World(at: "2026-11-20T17:00:00Z", settings: settings)
        let detected = world.now
        let reference = try world.report(row.protocolID, by: row.detector, risk: row.risk) {
            if row.protocolID == "BEDS" { $0.controllers = ["virgin-health", "bedfordshire-police"] }
        }
        // A partner that joined since.
        try world.reload { settings in
            for id in ["EWS-ASC", "MOSAIC", "BEDS"] {
                try settings.change(id) { sharingProtocol in
                    var mind = try #require(sharingProtocol.partners.last)
                    mind.id = "mind"
                    sharingProtocol.partners.append(mind)
                }
            }
        }
        world.now = detected + 30.minutes
        switch try world.breach(reference)[.individuals].state {
        case .consulting: try world.agree(reference, .doNotNotify, on: .individuals)
        case .awaitingDecision: try world.decideMatter(reference, .doNotNotify, on: .individuals)
        default: break
        }
        try row.prepare(&world, reference)
        world.now = detected + 1.hours
        if isClosed { try world.close(reference, reason: "The files were found.") }
        return (world, reference, detected)
    }

    /// The situation of the matter as the rows name it.
    private static func situation(_ breach: Breach) -> String {
        let matter = breach[.ico]
        let outcome = matter.settlement.map { ": \($0.outcome.rawValue)" } ?? ""
        return matter.state.rawValue + outcome + (breach.isNotified(of: .ico) ? ", notified" : "")
    }

    /// What a happening makes of a row, in the words of the table.
    static func cell(_ row: Row, isClosed: Bool, _ happening: Happening) throws -> String {
        var (world, reference, detected) = try world(row, isClosed: isClosed)
        let atFirst = situation(try world.breach(reference))
        var events: [Event] = []
        switch happening {
        case .command(let command):
            let field = try world.refusedField { world in
                events = try world.recording { try command(&$0, reference) }
            }
            if let field { return "refused: \(field)" }
        case .time(let seconds):
            world.advance(to: detected + seconds - (seconds % 3600) - 1)
            guard situation(try world.breach(reference)) == atFirst else { return "gone before" }
            events = world.advance(to: detected + seconds)
        }
        let after = try world.breach(reference)
        var changes: [String] = []
        if situation(after) != atFirst { changes.append(situation(after)) }
        if (after.phase == .closed) != isClosed { changes.append(after.phase.rawValue) }
        if changes.isEmpty { changes.append("unchanged") }
        var kinds: [String] = []
        for order in events.flatMap(\.orders) {
            let kind = (order.inPlaceOf?.kind ?? order.kind).rawValue
            if !kinds.contains(kind) { kinds.append(kind) }
        }
        return changes.joined(separator: ", ") + (kinds.isEmpty ? "" : "; sends \(kinds.joined(separator: ", "))")
    }

    // MARK: - The document

    private static var document: String {
        get throws {
            try Repository.text("docs/states.md")
        }
    }

    /// The cells of every table whose first column is named `situation`, by row and column.
    private static func cells(of document: String) throws -> [String: [String: String]] {
        var cells: [String: [String: String]] = [:]
        var header: [String] = []
        for line in document.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("|") else {
                header = []
                continue
            }
            let parts = line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            if header.isEmpty { header = parts }
            guard header.first == "situation", parts != header, parts.first?.hasPrefix("---") == false else { continue }
            try #require(parts.count == header.count, "\(line)")
            for (column, cell) in zip(header, parts).dropFirst() {
                try #require(cells[parts[0]]?[column] == nil, "\(parts[0]) × \(column) stands there twice")
                cells[parts[0], default: [:]][column] = cell
            }
        }
        return cells
    }

    private static func names(_ row: Row) -> [(name: String, isClosed: Bool)] {
        [("\(row.name), open", false), ("\(row.name), closed", true)]
    }

    @Test("R15 to R25: Every situation and everything that can happen meet in one cell, and none besides")
    func isComplete() throws {
        let cells = try Self.cells(of: Self.document)
        let rows = Self.rows.flatMap(Self.names).map(\.name)
        #expect(Set(cells.keys) == Set(rows))
        for row in rows { #expect(Set(cells[row, default: [:]].keys) == Set(Self.columns.map(\.name)), "\(row)") }
        #expect(Self.columns.count == 24 && rows.count == 22)
    }

    @Test("R15 to R25: What happens is what the table says", arguments: columns.indices)
    func isTrue(index: Int) throws {
        let cells = try Self.cells(of: Self.document)
        let (column, happening) = Self.columns[index]
        for row in Self.rows {
            for (name, isClosed) in Self.names(row) {
                let expected = try #require(cells[name]?[column], "\(name) × \(column) is missing")
                #expect(try Self.cell(row, isClosed: isClosed, happening) == expected, "\(name) × \(column)")
            }
        }
    }
}
