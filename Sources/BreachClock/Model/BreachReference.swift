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
        let bytes = text.utf8
        let hyphen = UInt8(ascii: "-")
        guard bytes.count <= 80, let beforeNumber = bytes.lastIndex(of: hyphen),
            let beforeYear = bytes[..<beforeNumber].lastIndex(of: hyphen), beforeYear > bytes.startIndex,
            let year = Self.number(bytes[beforeYear..<beforeNumber].dropFirst(), digits: 4...4),
            let number = Self.number(bytes[beforeNumber...].dropFirst(), digits: 4...9), number > 0
        else { return nil }
        self.init(protocolID: text[..<beforeYear].uppercased(), year: year, number: number)
    }

    private static func number(_ text: Substring.UTF8View, digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(text.count), text.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return text.reduce(0) { $0 * 10 + Int($1 - 48) }
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
