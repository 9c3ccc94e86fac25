/// Prints for people: aligned, in local time, in words.
///
/// Source: contract of the programs.
struct Screen {
    /// Now, by the daemon's clock.
    ///
    /// Source: R4.
    let now: Instant
    /// The configured zone; nil where this machine does not have it, and then times are shown in UTC.
    ///
    /// Source: R3.
    let zone: (any ZoneRules)?
    /// The columns that the terminal has; nil where it is none, and then nothing is cut.
    ///
    /// Source: ioctl_tty(2).
    let columns: Int?
    /// Whether to use colour.
    ///
    /// Source: contract of the programs; no-color.org.
    let hasColour: Bool

    /// What prints as of that moment in that zone.
    ///
    /// Source: contract of the programs.
    init(now: Instant, zone: (any ZoneRules)?, columns: Int?, hasColour: Bool) {
        self.now = now
        self.zone = zone
        self.columns = columns
        self.hasColour = hasColour
    }

    // MARK: - Times

    /// An instant in local time with its abbreviation.
    ///
    /// Source: R3.
    func time(_ instant: Instant) -> String {
        zone?.localText(instant) ?? instant.rfc3339
    }

    /// How far off an instant is: `in 1 d 3 h`, `6 min ago`, `now`.
    ///
    /// Source: contract of the programs (hours left in words).
    func distance(_ instant: Instant) -> String {
        let seconds = instant - now
        let words = Self.duration(abs(seconds))
        return seconds > 0 ? "in \(words)" : seconds < 0 ? "\(words) ago" : "now"
    }

    /// A length of time in its two largest units: `40 s`, `6 min`, `3 h 12 min`, `1 d 3 h`.
    ///
    /// Source: contract of the programs.
    static func duration(_ seconds: Int) -> String {
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60)
        if days > 0 { return hours > 0 ? "\(days) d \(hours) h" : "\(days) d" }
        if hours > 0 { return minutes > 0 ? "\(hours) h \(minutes) min" : "\(hours) h" }
        return minutes > 0 ? "\(minutes) min" : "\(seconds) s"
    }

    // MARK: - Text

    /// The text with everything that could steer a terminal made visible: control characters, line ends and marks that
    /// turn the direction of writing.
    ///
    /// Source: hostile inputs (escaped on terminals); Unicode, UAX 9.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if scalar.isControlOrLineEnd || scalar.properties.generalCategory == .format {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The lines, each escaped.
    ///
    /// Source: hostile inputs (escaped on terminals).
    static func escapedLines(_ text: String, endingIn lineEnd: Character) -> String {
        text.split(separator: lineEnd, omittingEmptySubsequences: false).map { escaped(String($0)) }.joined(
            separator: "\n")
    }

    /// The text cut to that many characters, with a sign that it was.
    ///
    /// Source: contract of the programs (aligned tables).
    static func cut(_ text: String, to width: Int) -> String {
        text.count <= width ? text : String(text.prefix(max(0, width - 1))) + "…"
    }

    /// The width to which running text is set where there is no terminal.
    private static let pageWidth = 100

    /// The text in lines of at most the screen's width, with that before each.
    ///
    /// Source: contract of the programs.
    func wrapped(_ text: String, indent: String) -> String {
        let width = columns ?? Self.pageWidth
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, indent.count + line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " \(word)"
        }
        return (lines + [line]).map { "\(indent)\($0)\n" }.joined()
    }

    // MARK: - Colour

    /// What a piece of text means.
    ///
    /// Source: contract of the programs.
    enum Meaning {
        /// All is well; look at it; act on it; less important than the rest.
        ///
        /// Source: contract of the status.
        case good, warning, urgent, faint
    }

    /// The text in the colour of its meaning, where there is colour.
    ///
    /// Source: ECMA-48, select graphic rendition.
    func coloured(_ text: String, _ meaning: Meaning?) -> String {
        guard hasColour, let meaning else { return text }
        let code =
            switch meaning {
            case .good: "32"
            case .warning: "33"
            case .urgent: "1;31"
            case .faint: "2"
            }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}

/// Rows of text in aligned columns.
///
/// Source: contract of the programs (aligned tables).
struct Table {
    /// One field.
    ///
    /// Source: contract of the programs.
    struct Cell: ExpressibleByStringInterpolation {
        /// What it says.
        ///
        /// Source: contract of the programs.
        var text: String
        /// What it means; nil for nothing in particular.
        ///
        /// Source: contract of the programs.
        var meaning: Screen.Meaning?

        /// A field.
        ///
        /// Source: contract of the programs.
        init(_ text: String, _ meaning: Screen.Meaning? = nil) {
            self.text = text
            self.meaning = meaning
        }

        /// A field that says just that.
        ///
        /// Source: contract of the programs.
        init(stringLiteral value: String) {
            self.init(value)
        }
    }

    private let header: [String]
    private var rows: [[Cell]] = []

    /// A table with that first row; none where it is empty.
    ///
    /// Source: contract of the programs.
    init(_ header: [String] = []) {
        self.header = header
    }

    /// Adds a row.
    ///
    /// Source: contract of the programs.
    mutating func add(_ row: [Cell]) {
        rows.append(row)
    }

    /// The lines. The last column is cut where the terminal ends.
    ///
    /// - Parameter columns: Where to cut it without a terminal; nil not to.
    ///
    /// Source: contract of the programs.
    func text(_ screen: Screen, indent: String = "", orColumns columns: Int? = nil) -> String {
        let all = (header.isEmpty ? [] : [header.map { Cell($0, .faint) }]) + rows
        let count = all.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in all.map { $0.count > column ? $0[column].text.count : 0 }.max() ?? 0
        }
        return all.map { line($0, widths, screen, indent, screen.columns ?? columns) }.joined()
    }

    private func line(_ row: [Cell], _ widths: [Int], _ screen: Screen, _ indent: String, _ end: Int?) -> String {
        var line = indent
        var column = indent.count
        for (index, cell) in row.enumerated() {
            let isLast = index == row.count - 1
            let room = isLast ? end.map { max(20, $0 - column) } : nil
            let text = room.map { Screen.cut(cell.text, to: $0) } ?? cell.text
            line += screen.coloured(text, cell.meaning)
            if !isLast {
                line += String(repeating: " ", count: widths[index] - cell.text.count + 2)
                column += widths[index] + 2
            }
        }
        return line + "\n"
    }
}
