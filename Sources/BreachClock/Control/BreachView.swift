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

    /// The text at that path of members; nil where it is absent or null.
    ///
    /// Source: contract of the JSON.
    func text(_ path: String...) -> String? {
        path.reduce(JSON?.some(json)) { value, key in value?.object?[key] }?.string
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
        json.object?[key]?.array?.compactMap(\.string) ?? []
    }

    /// Whether this partner is the one that detected that breach, which nobody asks to acknowledge.
    ///
    /// Source: R7, R12.
    func isDetector(of breach: BreachView) -> Bool {
        text("id") == breach.text("detectedBy")
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
    /// A deadline in words: when, how far off, and how it stands.
    ///
    /// Source: R24; contract of the programs.
    func deadline(_ due: Instant?, state: String?, settledAt: Instant?) -> Table.Cell {
        guard let due else { return Table.Cell("none", .faint) }
        switch state {
        case "met":
            let settled = settledAt.map { ", \(time($0))" } ?? ""
            return Table.Cell("\(time(due))  met\(settled)", .good)
        case "missed": return Table.Cell("\(time(due))  MISSED, \(distance(due))", .urgent)
        case "late":
            let settled = settledAt.map { ", done \(time($0))" } ?? ""
            return Table.Cell("\(time(due))  late\(settled)", .warning)
        case "not-required": return Table.Cell("\(time(due))  not required", .faint)
        default:
            let meaning: Meaning? = due - now <= 4 * 3600 ? .urgent : due - now <= 24 * 3600 ? .warning : nil
            return Table.Cell("\(time(due))  \(due <= now ? "due " : "")\(distance(due))", meaning)
        }
    }

    /// What happens next, in words.
    ///
    /// Source: contract of the JSON, `next`.
    func next(_ what: String?, _ at: Instant?) -> String {
        guard let what, let at else { return "nothing by itself" }
        let words = what == "deadline" ? "a deadline passes" : what
        return "\(words), \(time(at)) (\(distance(at)))"
    }
}
