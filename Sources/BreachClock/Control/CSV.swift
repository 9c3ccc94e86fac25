/// A table as comma-separated values that any spreadsheet reads, and that none runs.
///
/// Source: RFC 4180; hostile inputs (`=cmd()` in a text).
struct CSV {
    /// The file's content so far.
    ///
    /// Source: RFC 4180.
    private(set) var text: String

    /// A table with that first row.
    ///
    /// Source: RFC 4180 section 2.
    init(header: [String]) {
        text = ""
        add(header)
    }

    /// Adds a row.
    ///
    /// Source: RFC 4180 section 2 (each ends with CR LF).
    mutating func add(_ fields: [String]) {
        text += fields.map(Self.field).joined(separator: ",") + "\r\n"
    }

    /// Adds the members of a document's object in the order of those columns: null is empty, a list is joined by a
    /// semicolon and a space. A semicolon or a backslash within one of its entries gets a backslash before it, so that no
    /// text passes for two.
    ///
    /// Source: contract of `register`.
    mutating func add(_ object: JSONObject, columns: [String]) {
        add(columns.map { Self.words(object[$0] ?? .null) })
    }

    /// A field as it stands in the file. What a spreadsheet would take for a formula gets an apostrophe before it; what
    /// holds a comma, a quotation mark or a line end stands in quotation marks.
    ///
    /// Source: RFC 4180 section 2; OWASP, "CSV Injection".
    static func field(_ value: String) -> String {
        // Scalars, not characters: a mark that combines with a comma or a sign would hide it.
        let formula: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r"]
        let safe = value.unicodeScalars.first.map(formula.contains) == true ? "'\(value)" : value
        let special: Set<Unicode.Scalar> = [",", "\"", "\r", "\n"]
        guard safe.unicodeScalars.contains(where: special.contains) else { return safe }
        var quoted = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in safe.unicodeScalars {
            if scalar == "\"" { quoted.append(scalar) }
            quoted.append(scalar)
        }
        quoted.append("\"")
        return String(quoted)
    }

    private static func entry(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == ";" || scalar == "\\" { escaped.append("\\") }
            escaped.append(scalar)
        }
        return String(escaped)
    }

    private static func words(_ value: JSON) -> String {
        switch value {
        case .null: ""
        case .bool(let flag): flag ? "yes" : "no"
        case .string(let text): text
        case .integer(let number): "\(number)"
        case .real(let number): "\(number)"
        case .array(let values): values.map { entry(words($0)) }.joined(separator: "; ")
        case .object: value.compactText
        }
    }
}
