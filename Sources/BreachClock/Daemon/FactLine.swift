/// A fact as a line of the log: its number, type, breach and account, no text of anybody's.
///
/// Source: contract of the programs (one line per fact, no free text).
struct FactLine {
    /// The line.
    ///
    /// Source: contract of the programs.
    let text: String

    /// The line of that fact.
    ///
    /// Source: contract of the programs.
    init(_ fact: Fact) {
        let type = EncodedEvent(fact.event).type.rawValue
        let subject = Self.shown(fact.event.references).map { "\($0): " } ?? ""
        text = "\(subject)\(type) by \(fact.account.name), fact \(fact.sequence)"
    }

    private static func shown(_ references: [BreachReference]) -> String? {
        guard !references.isEmpty else { return nil }
        let shown = references.prefix(3).map(\.description).joined(separator: ", ")
        return references.count > 3 ? "\(shown) and \(references.count - 3) more" : shown
    }
}
