/// A breach as the daemon answers it, read for printing.
///
/// Source: contract of the JSON.
struct BreachView {
    /// The breach as it was answered.
    ///
    /// Source: contract of the JSON.
    let json: JSON

    /// The view of an answered breach.
    ///
    /// Source: contract of the JSON.
    init(_ json: JSON) {
        self.json = json
    }

    /// The text at that path of members as it is shown: nothing in it steers a terminal. Nil where it is absent or null.
    ///
    /// Source: contract of the JSON; hostile inputs (escaped on terminals).
    func text(_ path: String...) -> String? {
        path.reduce(JSON?.some(json)) { value, key in value?.object?[key] }?.string.map(Screen.escaped)
    }

    /// The instant at that path of members; nil where it is absent or null.
    ///
    /// Source: contract of the JSON.
    func instant(_ path: String...) -> Instant? {
        path.reduce(JSON?.some(json)) { value, key in value?.object?[key] }?.string.flatMap(Instant.init(rfc3339:))
    }

    /// The views of the objects in that member's list.
    ///
    /// Source: contract of the JSON.
    func list(_ key: String) -> [BreachView] {
        json.object?[key]?.array?.map(BreachView.init) ?? []
    }

    /// The texts in that member's list.
    ///
    /// Source: contract of the JSON.
    func texts(_ key: String) -> [String] {
        json.object?[key]?.array?.compactMap(\.string).map(Screen.escaped) ?? []
    }

    /// Whether this partner is the one that detected that breach, which nobody asks to acknowledge.
    ///
    /// Source: R7, R12.
    func isDetector(of breach: BreachView) -> Bool {
        text("id") == breach.text("detectedBy")
    }

    /// Whether the breach is closed.
    ///
    /// Source: R25.
    var isClosed: Bool { text("phase") == Phase.closed.rawValue }

    /// Whether the clause and the law ask for anything to be done. A matter that was settled before the risk was lowered
    /// stays so: then it shows in that nobody's view is awaited any more, or, where nobody's ever is, in that the regulator
    /// need not be notified though it was decided to.
    ///
    /// Source: R6.
    var isAboveThreshold: Bool {
        guard text("matters", "ico", "state") != MatterState.notRequired.rawValue else { return false }
        guard text("risk") == Risk.unlikely.rawValue else { return true }
        let partners = list("partners")
        guard partners.isEmpty else { return partners.contains { $0.isTrue("affected") } }
        return text("deadlines", "regulator", "state") != Deadline.State.notRequired.rawValue
            || text("matters", "ico", "outcome") == Outcome.doNotNotify.rawValue
    }

    /// The name of the partner of that id, or the id where the clause has it not told.
    ///
    /// Source: contract of the JSON.
    func partnerName(_ id: String) -> String {
        list("partners").first { $0.text("id") == id }?.text("name") ?? id
    }

    /// Whether that member is true.
    ///
    /// Source: contract of the JSON.
    func isTrue(_ key: String) -> Bool {
        json.object?[key]?.bool ?? false
    }

    /// The whole number of that member; nil where there is none.
    ///
    /// Source: contract of the JSON.
    func integer(_ path: String...) -> Int? {
        path.reduce(JSON?.some(json)) { value, key in value?.object?[key] }?.integer
    }
}

extension Screen {
    /// A breach's deadline in words: when, how far off, and how it stands.
    ///
    /// Source: R1, R24; contract of the programs.
    func deadline(_ name: String, of breach: BreachView) -> Table.Cell {
        guard let due = breach.instant("deadlines", name, "due") else { return Table.Cell("none", .faint) }
        let state = breach.text("deadlines", name, "state") ?? ""
        let settledAt = breach.instant("deadlines", name, "settledAt").map { ", \(time($0))" } ?? ""
        let shown = breach.isImmediate(name) ? "immediately" : time(due)
        switch state {
        case "met": return Table.Cell("\(shown)  met\(settledAt)", .good)
        case "late": return Table.Cell("\(shown)  done late\(settledAt)", .warning)
        case "not-required": return Table.Cell("\(shown)  not required", .faint)
        default:
            let standing = standing(name, of: breach)
            return Table.Cell("\(shown)  \(standing.text)", standing.meaning)
        }
    }

    /// How a breach's deadline stands, in a few words for a table.
    ///
    /// Source: R1, R24; contract of `list`.
    func standing(_ name: String, of breach: BreachView) -> Table.Cell {
        standing(
            breach.text("deadlines", name, "state"), due: breach.instant("deadlines", name, "due"),
            isImmediate: breach.isImmediate(name))
    }

    /// How a deadline stands, in a few words for a table; of one that the clause does not set, that there is none.
    ///
    /// Source: R1, R24; contract of `list` and `status`.
    func standing(_ state: String?, due: Instant?, isImmediate: Bool) -> Table.Cell {
        guard let due else { return Table.Cell("none", .faint) }
        switch state.flatMap(Deadline.State.init(rawValue:)) {
        case .missed?: return Table.Cell("MISSED \(distance(due))", .urgent)
        case .running? where isImmediate: return Table.Cell("not done yet", .warning)
        case .running?:
            let meaning: Meaning? = due - now <= 4 * 3600 ? .urgent : due - now <= 24 * 3600 ? .warning : nil
            return Table.Cell(distance(due), meaning)
        case .met?: return Table.Cell("met", .good)
        case .late?: return Table.Cell("done late", .warning)
        case .notRequired?, nil: return Table.Cell("not required", .faint)
        }
    }

    /// What happens next, in words.
    ///
    /// Source: contract of the JSON, `next`.
    func next(_ what: String?, _ at: Instant?) -> String {
        guard let what, let at else { return "nothing by itself" }
        return "\(NoticeWords.next(what)), \(time(at)) (\(distance(at)))"
    }
}

extension BreachView {
    /// Whether that deadline is due at detection: what the clause calls "immediately".
    ///
    /// Source: R1.
    fileprivate func isImmediate(_ name: String) -> Bool {
        name == "partners" && instant("deadlines", name, "due") == instant("detectedAt")
    }
}
