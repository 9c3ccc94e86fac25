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
        let subject = Self.subject(fact.event).map { "\($0): " } ?? ""
        text = "\(subject)\(type) by \(fact.account.name), fact \(fact.sequence)"
    }

    private static func subject(_ event: Event) -> String? {
        switch event {
        case .noticesPublishing(let notices): list(notices.map(\.identity.reference))
        case .noticesWritten(let identities): list(identities.map(\.reference))
        case .noticesHandedOver(let handOvers): list(handOvers.map(\.identity.reference))
        case .noticesRetried(let identities): list(identities.map(\.reference))
        default: event.reference?.description
        }
    }

    private static func list(_ references: [BreachReference]) -> String {
        let distinct = Set(references).sorted()
        let shown = distinct.prefix(3).map(\.description).joined(separator: ", ")
        return distinct.count > 3 ? "\(shown) and \(distinct.count - 3) more" : shown
    }
}
