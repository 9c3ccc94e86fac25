/// What a free text may be, before anybody looks at what it says.
///
/// Source: contract of the limits.
enum TextRules {
    /// How long a text may be, in Unicode scalars.
    ///
    /// Source: contract of the limits.
    static let longestText = 4000
    /// How long a name may be, in Unicode scalars.
    ///
    /// Source: contract of the limits.
    static let longestName = 200
    /// How long an id may be, in Unicode scalars.
    ///
    /// Source: contract of the limits.
    static let longestID = 64

    /// The text without white space around it, or why it is refused.
    ///
    /// Source: contract of the limits.
    static func checked(_ text: String, field: String) throws(Refusal) -> String {
        try checked(text, field: field, longest: longestText)
    }

    /// The name without white space around it, or why it is refused.
    ///
    /// Source: contract of the limits.
    static func checkedName(_ text: String, field: String) throws(Refusal) -> String {
        try checked(text, field: field, longest: longestName)
    }

    /// The id, or why it is refused.
    ///
    /// Source: contract of the limits.
    static func checkedID(_ text: String, field: String) throws(Refusal) -> String {
        try checked(text, field: field, longest: longestID)
    }

    private static func checked(_ text: String, field: String, longest: Int) throws(Refusal) -> String {
        let trimmed = trimmed(text)
        guard trimmed.unicodeScalars.contains(where: { $0.isVisible || $0.isControlOrLineEnd }) else {
            throw .refused(field: field, reason: "The text is empty; write at least one word, or leave it out.")
        }
        let length = trimmed.unicodeScalars.count
        guard length <= longest else {
            throw .refused(
                field: field,
                reason: "The text has \(length) characters; at most \(longest) are accepted."
            )
        }
        if let scalar = trimmed.unicodeScalars.first(where: \.isControlOrLineEnd) {
            throw .refused(
                field: field,
                reason: "The text has \(name(of: scalar)); write it on one line, without control characters."
            )
        }
        return trimmed
    }

    /// The text without spaces around it: as it is kept.
    ///
    /// Source: contract of the limits.
    static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let isSpace = { (scalar: Unicode.Scalar) in scalar == " " }
        guard let first = scalars.firstIndex(where: { !isSpace($0) }),
            let last = scalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(scalars[first...last])
    }

    private static func name(of scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": "a line end"
        case "\t": "a tab"
        default: "the control character U+\(hexadecimal(scalar))"
        }
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
