/// The name of a breach, such as `EDATRS-2026-0001`: protocol, year of recording in the configured zone, number within
/// it.
///
/// Source: contract of the references.
struct BreachReference: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The protocol's id.
    ///
    /// Source: contract of the references.
    let protocolID: String
    /// The year of recording in the configured zone.
    ///
    /// Source: contract of the references.
    let year: Int
    /// The number within that protocol and year, from 1.
    ///
    /// Source: contract of the references.
    let number: Int

    /// The reference with these parts.
    ///
    /// Source: contract of the references.
    init(protocolID: String, year: Int, number: Int) {
        self.protocolID = protocolID
        self.year = year
        self.number = number
    }

    /// The reference that the text names, in either case; nil when it is none.
    ///
    /// Source: contract of the references.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 3, text.utf8.count <= 80,
            let year = Self.number(parts[parts.count - 2], digits: 4...4),
            let number = Self.number(parts[parts.count - 1], digits: 4...9), number > 0
        else { return nil }
        let protocolID = parts.dropLast(2).joined(separator: "-")
        guard !protocolID.isEmpty else { return nil }
        self.init(protocolID: protocolID.uppercased(), year: year, number: number)
    }

    private static func number(_ text: Substring, digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }

    /// The reference as people and files write it.
    ///
    /// Source: contract of the references.
    var description: String {
        "\(protocolID)-\(padded(year, 4))-\(padded(number, 4))"
    }

    /// The order of protocol, year and number.
    ///
    /// Source: contract of the references.
    static func < (left: BreachReference, right: BreachReference) -> Bool {
        (left.protocolID, left.year, left.number) < (right.protocolID, right.year, right.number)
    }
}
