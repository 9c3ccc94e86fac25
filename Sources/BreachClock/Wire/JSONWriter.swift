extension JSON {
    /// The shortest text of the value: no white space, members in their order.
    /// Source: RFC 8259 section 10.
    func compactBytes() -> [UInt8] {
        var output: [UInt8] = []
        append(compactTo: &output)
        return output
    }

    /// The shortest text of the value as a string.
    /// Source: RFC 8259 section 10.
    var compactText: String { String(decoding: compactBytes(), as: UTF8.self) }

    /// The text for people: an indentation of two spaces, one member or element a line, a line feed at the end, and no
    /// control character besides.
    /// Source: RFC 8259 sections 2 (white space), 7 and 10.
    func prettyBytes() -> [UInt8] { bytesToShow(isPretty: true) }

    /// The text for people on one line, a line feed at its end, and no control character besides.
    /// Source: RFC 8259 sections 7 and 10; contract of `watch` (`--json` a line each).
    func lineBytes() -> [UInt8] { bytesToShow(isPretty: false) }

    private func bytesToShow(isPretty: Bool) -> [UInt8] {
        var writer = JSONWriter(output: [], isPretty: isPretty, isShown: true)
        writer.append(self)
        return writer.output + [UInt8(ascii: "\n")]
    }

    /// Adds the shortest text of the value to the output.
    ///
    /// A real must be finite, otherwise the program stops: JSON has no text for it.
    /// Source: RFC 8259 sections 6 and 10.
    func append(compactTo output: inout [UInt8]) {
        var writer = JSONWriter(output: [], isPretty: false, isShown: false)
        // The buffer changes hands rather than being copied.
        swap(&writer.output, &output)
        writer.append(self)
        swap(&writer.output, &output)
    }
}

/// Writes values one after the other into a buffer, with or without line breaks.
/// Source: RFC 8259 section 10.
private struct JSONWriter {
    var output: [UInt8]
    let isPretty: Bool
    /// Whether a terminal may be sent it. What is kept and compared has the fewest escapes.
    let isShown: Bool
    private var level = 0

    init(output: [UInt8], isPretty: Bool, isShown: Bool) {
        self.output = output
        self.isPretty = isPretty
        self.isShown = isShown
    }

    mutating func append(_ value: JSON) {
        switch value {
        case .null: append(text: "null")
        case .bool(let value): append(text: value ? "true" : "false")
        case .integer(let value): append(integer: value)
        case .real(let value): append(real: value)
        case .string(let value): append(string: value)
        case .array(let elements): append(elements)
        case .object(let object): append(object)
        }
    }

    private mutating func append(text: String) {
        output.append(contentsOf: text.utf8)
    }

    private mutating func append(_ elements: [JSON]) {
        output.append(UInt8(ascii: "["))
        for position in elements.indices {
            startItem(isFirst: position == 0)
            append(elements[position])
        }
        close(with: UInt8(ascii: "]"), isEmpty: elements.isEmpty)
    }

    private mutating func append(_ object: JSONObject) {
        output.append(UInt8(ascii: "{"))
        for position in object.members.indices {
            startItem(isFirst: position == 0)
            append(string: object.members[position].key)
            append(text: isPretty ? ": " : ":")
            append(object.members[position].value)
        }
        close(with: UInt8(ascii: "}"), isEmpty: object.members.isEmpty)
    }

    private mutating func startItem(isFirst: Bool) {
        if isFirst { level += 1 } else { output.append(UInt8(ascii: ",")) }
        breakLine()
    }

    private mutating func close(with bracket: UInt8, isEmpty: Bool) {
        if !isEmpty {
            level -= 1
            breakLine()
        }
        output.append(bracket)
    }

    private mutating func breakLine() {
        guard isPretty else { return }
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * level))
    }

    /// A larger integer is a slip of the caller: the parser at the other end would refuse it.
    private mutating func append(integer value: Int) {
        assert(value.magnitude <= JSON.maximumInteger, "an integer must lie within ±(2^53 − 1)")
        append(text: String(value))
    }

    /// The description is the shortest text that reads back as the same number, and it always has a fraction or an
    /// exponent, so that a real stays a real.
    private mutating func append(real value: Double) {
        precondition(value.isFinite, "JSON has no text for an infinity or for what is not a number")
        append(text: value.description)
    }
}

// Strings: RFC 8259 section 7.
extension JSONWriter {
    /// Most strings need no escape and are copied in one go.
    private mutating func append(string: String) {
        output.append(UInt8(ascii: "\""))
        if needsEscape(string) {
            for byte in string.utf8 { append(escaping: byte) }
        } else {
            append(text: string)
        }
        output.append(UInt8(ascii: "\""))
    }

    private func needsEscape(_ string: String) -> Bool {
        let bytes = string.utf8.span
        for index in bytes.indices where needsEscape(bytes[index]) { return true }
        return false
    }

    /// DELETE need not be escaped, but a terminal should not be sent it either.
    private func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F
            || isShown && byte == Self.leadOfC1
    }

    /// The byte before that of a control character from U+0080 to U+009F, or of a character up to U+00BF. It is part of
    /// no others.
    private static var leadOfC1: UInt8 { 0xC2 }

    private mutating func append(escaping byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append(text: "\\\"")
        case UInt8(ascii: "\\"): append(text: "\\\\")
        case 0x08: append(text: "\\b")
        case 0x09: append(text: "\\t")
        case 0x0A: append(text: "\\n")
        case 0x0C: append(text: "\\f")
        case 0x0D: append(text: "\\r")
        case 0x00..<0x20, 0x7F: append(text: "\\u00" + Hex.encode([byte]))
        case 0x80..<0xA0 where isShown && output.last == Self.leadOfC1:
            output.removeLast()
            append(text: "\\u00" + Hex.encode([byte]))
        default: output.append(byte)
        }
    }
}
