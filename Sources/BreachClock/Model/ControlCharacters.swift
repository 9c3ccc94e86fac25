extension Unicode.Scalar {
    /// Whether this ends a line or is a control character: it would break a letter's lines, a table's rows or a terminal.
    ///
    /// Source: Unicode, general categories Cc, Zl and Zp.
    var isControlOrLineEnd: Bool {
        // Nearly all text is ASCII, and to ask Unicode's tables takes long.
        if isASCII { return value < 0x20 || value == 0x7F }
        return switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    /// Whether this leaves a mark on paper: a text of spaces and of marks without width says nothing.
    ///
    /// Source: Unicode, White_Space and general category Cf.
    var isVisible: Bool {
        !properties.isWhitespace && properties.generalCategory != .format && !isControlOrLineEnd
    }
}

extension String {
    /// The text as a message may show it: cut where it is long, without control characters.
    ///
    /// Source: hostile inputs.
    var shownInMessage: String {
        let scalars = unicodeScalars.prefix(64).map { $0.isControlOrLineEnd ? "?" : String($0) }.joined()
        return unicodeScalars.count <= 64 ? scalars : scalars + "…"
    }
}
