/// The register as a page: for whoever has a browser or a printer and no BreachClock. It stands alone, asks for nothing
/// from elsewhere, and runs nothing.
///
/// Source: R26; UK GDPR Art 33(5); contract of `register`; HTML Living Standard.
struct RegisterPage {
    /// Whose register it is.
    ///
    /// Source: contract of the configuration (`organisation.name`).
    let organisation: String
    /// The names of a breach's members, in order.
    ///
    /// Source: R26.
    let columns: [String]
    /// The breaches, in the order of recording.
    ///
    /// Source: R26.
    let breaches: [JSONObject]
    /// Where the journal stood: everything up to there is in the page.
    ///
    /// Source: R29.
    let head: JournalHead
    /// Tells the time in words.
    ///
    /// Source: R3.
    let screen: Screen

    /// The page, in lines.
    ///
    /// Source: HTML Living Standard, section 13.1 (writing HTML documents).
    var text: String {
        let lines = opening + introduction + (breaches.isEmpty ? [] : overview) + breaches.flatMap(section) + closing
        return lines.map { $0 + "\n" }.joined()
    }

    // MARK: - Parts

    private var opening: [String] {
        [
            "<!DOCTYPE html>",
            #"<html lang="en-GB">"#,
            "<head>",
            #"<meta charset="utf-8">"#,
            #"<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">"#,
            #"<meta name="viewport" content="width=device-width, initial-scale=1">"#,
            "<title>\(Self.escaped("Register of personal data breaches: \(organisation)"))</title>",
            "<style>", Self.style, "</style>",
            "</head>",
            "<body>",
        ]
    }

    private var introduction: [String] {
        let count = breaches.count == 1 ? "1 breach" : "\(breaches.count == 0 ? "no" : "\(breaches.count)") breaches"
        let witness =
            head.sequence == 0
            ? ""
            : " It has everything up to fact \(head.sequence) of the journal, whose hash is <code>\(Self.escaped(head.hash))</code>."
        return [
            "<h1>Register of personal data breaches</h1>",
            "<p>\(Self.escaped(organisation)), under Article 33(5) of the UK GDPR: \(count), closed ones included, "
                + "in the order of recording.</p>",
            "<p>Drawn up \(time(screen.now)).\(witness)</p>",
        ]
    }

    /// What leads to each breach.
    private var overview: [String] {
        let shown = ["id", "title", "detectedAt", "phase", "risk", "regulatorState"].filter(columns.contains)
        let header = shown.map { #"<th scope="col">\#(Self.escaped(Self.label($0)))</th>"# }.joined()
        let rows = breaches.map { breach in
            let cells = shown.map { column in
                let value = column == "id" ? link(breach) : self.value(breach[column])
                return #"<td dir="auto">\#(value)</td>"#
            }
            return "<tr>\(cells.joined())</tr>"
        }
        return ["<table>", "<thead><tr>\(header)</tr></thead>", "<tbody>"] + rows + ["</tbody>", "</table>"]
    }

    private func link(_ breach: JSONObject) -> String {
        let id = Self.escaped(breach["id"]?.string ?? "")
        return ##"<a href="#\##(id)">\##(id)</a>"##
    }

    private func section(_ breach: JSONObject) -> [String] {
        let id = Self.escaped(breach["id"]?.string ?? "")
        var lines = [
            #"<section id="\#(id)">"#, "<h2>\(id): \(Self.escaped(breach["title"]?.string ?? ""))</h2>", "<table>",
        ]
        for column in columns where !["id", "title"].contains(column) {
            if let heading = Self.headings[column] {
                lines.append(#"<tbody><tr><th class="part" scope="rowgroup" colspan="2">\#(heading)</th></tr>"#)
            }
            let label = Self.escaped(Self.label(column))
            lines.append(#"<tr><th scope="row">\#(label)</th><td dir="auto">\#(value(breach[column]))</td></tr>"#)
            if Self.isLast(column, of: columns) { lines.append("</tbody>") }
        }
        return lines + ["</table>", "</section>"]
    }

    private var closing: [String] { ["</body>", "</html>"] }

    // MARK: - Words

    /// The columns that begin a part, and what the part is about.
    private static let headings = [
        "protocol": "The breach", "consequences": "Effects, and what was done",
        "informed": "Who was informed, and when",
        "icoState": "Whether to notify the ICO", "individualsState": "Whether to tell the people concerned",
        "closedAt": "The end",
    ]

    private static func isLast(_ column: String, of columns: [String]) -> Bool {
        guard let index = columns.firstIndex(of: column) else { return true }
        return index + 1 == columns.count || headings[columns[index + 1]] != nil
    }

    /// A column's name in words: `regulatorDueByLaw` is `Regulator due by law`.
    private static func label(_ column: String) -> String {
        let known = ["id": "Reference", "ico": "ICO"]
        var words: [String] = [""]
        for character in column {
            if character.isUppercase { words.append("") }
            words[words.count - 1] += character.lowercased()
        }
        let first = known[words[0]] ?? words[0].prefix(1).uppercased() + words[0].dropFirst()
        return ([first] + words.dropFirst()).joined(separator: " ")
    }

    private func value(_ value: JSON?) -> String {
        switch value {
        case .array(let elements) where !elements.isEmpty:
            "<ul>\(elements.map { #"<li dir="auto">\#(self.value($0))</li>"# }.joined())</ul>"
        case .null, .array, nil: #"<span class="absent">none recorded</span>"#
        case .string(let text): Instant(rfc3339: text).map(time) ?? Self.escaped(text)
        case .integer(let number): "\(number)"
        case .real(let number): "\(number)"
        case .bool(let flag): flag ? "yes" : "no"
        case .object: Self.escaped(value?.compactText ?? "")
        }
    }

    private func time(_ instant: Instant) -> String {
        #"<time datetime="\#(instant.rfc3339)">\#(Self.escaped(screen.time(instant)))</time>"#
    }

    /// The text as it stands in a page. Control characters, which a page must not have, are shown as replaced.
    ///
    /// Source: HTML Living Standard, sections 13.1.3 (escaping), 13.2.3.5 (control characters).
    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;".unicodeScalars
            case "<": result += "&lt;".unicodeScalars
            case ">": result += "&gt;".unicodeScalars
            case "\"": result += "&quot;".unicodeScalars
            case "\n", "\t": result.append(scalar)
            case _ where scalar.properties.generalCategory == .control || scalar.properties.isNoncharacterCodePoint:
                result.append("\u{FFFD}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    private static let style = """
        body { font: 1rem/1.5 sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; color: #111; background: #fff; }
        table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
        th, td { border: 1px solid #999; padding: .3rem .6rem; text-align: start; vertical-align: top; }
        td { white-space: pre-line; }
        a { white-space: nowrap; }
        section td, code { overflow-wrap: anywhere; }
        section th[scope=row] { width: 16rem; font-weight: normal; }
        thead th, th.part { background: #eee; }
        ul { margin: 0; padding-inline-start: 1.2rem; }
        .absent { color: #595959; }
        @media print {
          body { max-width: none; font-size: 10pt; }
          section { break-before: page; }
          tr { break-inside: avoid; }
        }
        """
}
