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
    /// Where the journal stood.
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
            "<main>",
        ]
    }

    private var introduction: [String] {
        let count = breaches.isEmpty ? "no breaches" : breaches.count == 1 ? "1 breach" : "\(breaches.count) breaches"
        return [
            "<h1>Register of personal data breaches</h1>",
            "<p>\(Self.escaped(organisation)), under Article 33(5) of the UK GDPR: \(count), closed ones included, "
                + "in the order of recording.</p>",
            "<p>Drawn up on \(time(screen.now)), when the journal of this register stood at fact \(head.sequence), "
                + "by whose hash it can be checked: <code>\(Self.escaped(head.hash))</code>.</p>",
        ]
    }

    /// What leads to each breach, and tells them apart.
    private var overview: [String] {
        let shown = ["protocol", "summary", "detectedAt", "phase", "regulatorState"].filter(columns.contains)
        let header = (["id"] + shown).map { #"<th scope="col">\#(Self.escaped(Self.label($0)))</th>"# }.joined()
        let rows = breaches.map { breach in
            let id = Self.escaped(Self.id(breach))
            let link = ##"<th scope="row"><a href="#\##(id)">\##(id)</a></th>"##
            return "<tr>\(link)\(shown.map { cell($0, of: breach) }.joined())</tr>"
        }
        return ["<table>", "<thead><tr>\(header)</tr></thead>", "<tbody>"] + rows + ["</tbody>", "</table>"]
    }

    private static func id(_ breach: JSONObject) -> String { breach["id"]?.string ?? "" }

    private func section(_ breach: JSONObject) -> [String] {
        let id = Self.escaped(Self.id(breach))
        var lines = [#"<section id="\#(id)">"#, "<h2>\(id)</h2>", #"<table aria-label="\#(id)">"#]
        for column in columns where column != "id" {
            if let heading = Self.headings[column] {
                lines.append(#"<tbody><tr><th class="part" scope="rowgroup" colspan="2">\#(heading)</th></tr>"#)
            }
            let label = Self.escaped(Self.label(column))
            lines.append(#"<tr><th scope="row">\#(label)</th>\#(cell(column, of: breach))</tr>"#)
            if Self.isLast(column, of: columns) { lines.append("</tbody>") }
        }
        return lines + ["</table>", "</section>"]
    }

    private var closing: [String] { ["</main>", "</body>", "</html>"] }

    // MARK: - Words

    /// The columns that begin a part, and what the part is about.
    private static let headings = [
        "protocol": "The breach", "consequences": "Effects, and what was done",
        "informed": "Who was informed, and when",
        "icoState": "Whether to notify the ICO", "individualsState": "Whether to tell the people concerned",
        "closedAt": "The end",
    ]

    /// What columns are called whose names do not say it.
    private static let labels = [
        "id": "Reference", "title": "Agreement", "partnerNames": "Partners named here",
        "awareReason": "Why aware later than detected",
        "awareness": "Each controller aware at", "redactions": "Texts that were deleted",
        "decider": "Who decides, alone or where partners differ", "reportedAt": "Recorded at",
        "cyber": "Cyber incident", "channelCompromised": "Partners' mail compromised",
        "found": "How it was found", "dataCategories": "Categories of data",
        "peopleCategories": "Categories of people", "individuals": "Number of people", "records": "Number of records",
        "consequences": "Likely consequences", "likelihood": "Their likelihood",
        "measuresBefore": "Measures in place before", "measures": "Measures taken", "advice": "Advice received",
        "othersTold": "Others who were told", "personalDataReasons": "Why personal data stands here",
        "informed": "Partners informed", "notInformed": "Partners not informed",
        "acknowledged": "Partners that acknowledged", "partnersDue": "Partners to be informed by",
        "partnersState": "Informing the partners", "partnersSettledAt": "Partners informed at",
        "regulatorDueByProtocol": "ICO to be notified by, by the agreement",
        "regulatorStateByProtocol": "State by the agreement",
        "regulatorDueByLaw": "ICO to be notified by, by the law", "regulatorStateByLaw": "State by the law",
        "regulatorState": "Notifying the ICO", "controllerStates": "Each controller to notify by",
        "regulatorSettledAt": "ICO notified at", "missed": "Deadlines missed",
        "closureReason": "Why closed", "closedWithOutstanding": "What was left",
        "earlierClosures": "Closed and reopened before",
    ].merging(labelsOfMatters) { label, _ in label }

    /// Both matters have the same columns.
    private static let labelsOfMatters = Dictionary(
        uniqueKeysWithValues: MatterName.allCases.flatMap { matter in
            [
                ("State", "State"), ("Positions", "Positions of the partners"), ("EscalatedAt", "Escalated at"),
                ("EscalationReason", "Why escalated"), ("EscalationWords", "The reason given"), ("Outcome", "Outcome"),
                ("SettledAt", "Settled at"),
                ("DecidedBy", "By whom"), ("Reason", "Reason"),
                ("Telling", "When, how and by whom, or the ground for not telling"),
                ("EarlierOutcomes", "Outcomes that hold no more"),
            ].map { ("\(matter)\($0)", $1) }
        })

    private static func isLast(_ column: String, of columns: [String]) -> Bool {
        guard let index = columns.firstIndex(of: column) else { return true }
        return index + 1 == columns.count || headings[columns[index + 1]] != nil
    }

    /// What a column is called. Of one that a later daemon has its name is split: `newThing` is `New thing`.
    private static func label(_ column: String) -> String {
        if let label = labels[column] { return label }
        let words = column.reduce(into: "") { words, character in
            words += character.isUppercase ? " \(character.lowercased())" : String(character)
        }
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    private func cell(_ column: String, of breach: JSONObject) -> String {
        #"<td dir="auto">\#(value(breach[column], of: column))</td>"#
    }

    private func value(_ value: JSON?, of column: String) -> String {
        switch value {
        case .null, nil: #"<span class="absent">–</span>"#
        case .array(let elements) where elements.isEmpty: #"<span class="absent">none</span>"#
        case .array(let elements):
            "<ul>\(elements.map { #"<li dir="auto">\#(item($0, of: column))</li>"# }.joined())</ul>"
        case .string(let text): words(text, of: column)
        case .integer(let number): "\(number)"
        case .real(let number): "\(number)"
        case .bool(let flag): flag ? "yes" : "no"
        case .object: Self.escaped(value?.compactText ?? "")
        }
    }

    /// Instants are told in local time, names of states without their hyphens; what people wrote stands as they wrote it.
    private func words(_ text: String, of column: String) -> String {
        let isInstant = ["At", "Due", "DueByLaw", "DueByProtocol"].contains(where: column.hasSuffix)
        if isInstant, let instant = Instant(rfc3339: text) { return time(instant) }
        let isState = ["State", "StateByLaw", "StateByProtocol", "Outcome", "EscalationReason"].contains(
            where: column.hasSuffix)
        return Self.escaped(isState ? String(text.map { $0 == "-" ? " " : $0 }) : text)
    }

    /// An item of a list tells its instants in local time too: a note's is its first word, and what follows stands as
    /// somebody wrote it.
    private func item(_ element: JSON, of column: String) -> String {
        guard let text = element.string else { return Self.escaped(element.compactText) }
        let words = text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        let told = Self.notes.contains(column) ? 1 : words.count
        return words.enumerated().map { index, word in
            index < told ? self.word(String(Substring(word))) : Self.escaped(String(Substring(word)))
        }.joined(separator: " ")
    }

    private static let notes = [
        "effects", "actions", "advice", "personalDataReasons", "icoPositions", "individualsPositions",
    ]

    /// A word that is an instant, with a bracket before it or a mark after it, in local time.
    private func word(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let bare = bytes.drop { $0 == UInt8(ascii: "(") }
        let core = bare.prefix { ![UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ")")].contains($0) }
        // Of a day's time there is a colon within it, and one that ends a label after it.
        let name = core.last == UInt8(ascii: ":") ? core.dropLast() : core
        guard let instant = Instant(rfc3339: String(decoding: name, as: UTF8.self)) else { return Self.escaped(text) }
        let (before, after) = (bytes[..<bare.startIndex], bytes[name.endIndex...])
        return Self.escaped(String(decoding: before, as: UTF8.self)) + time(instant)
            + Self.escaped(String(decoding: after, as: UTF8.self))
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
        td { white-space: pre-wrap; }
        a { white-space: nowrap; }
        section td, code { overflow-wrap: anywhere; }
        th[scope=row] { font-weight: normal; }
        section th[scope=row] { width: 16rem; }
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
