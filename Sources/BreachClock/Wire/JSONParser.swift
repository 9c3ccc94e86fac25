extension JSON {
    /// The value of a whole JSON text, read strictly: no byte order mark, no repeated key, no number that
    /// loses precision, nothing after the value. Throws where the first fault is. Takes linear time.
    /// Source: RFC 8259 sections 2 to 9, RFC 7493 sections 2.1 to 2.3.
    init(parsing bytes: [UInt8]) throws(JSONError) {
        var parser = JSONParser(bytes)
        self = try parser.document()
    }

    /// The value of a whole JSON text that is part of a buffer; a fault is counted from the slice's first byte.
    /// Source: RFC 8259 sections 2 to 9, RFC 7493 sections 2.1 to 2.3.
    init(parsing bytes: ArraySlice<UInt8>) throws(JSONError) {
        try self.init(parsing: Array(bytes))
    }

    /// The value of a whole JSON text and the line, from 1, on which each value in it starts.
    ///
    /// A value is named by its path, such as `protocols[3].partners[0].emails[1]`; the root by "". Keys stand
    /// in paths as they are, so of two values whose paths read the same the later one counts. The paths cost
    /// memory in proportion to their length: this is for configuration files, not for what strangers send.
    /// Source: RFC 8259 sections 2 to 9; the paths are this project's own.
    static func parseWithLines(_ bytes: [UInt8]) throws(JSONError) -> (value: JSON, lines: [String: Int]) {
        var parser = JSONParser(bytes)
        parser.recordsLines = true
        let value = try parser.document()
        return (value, parser.lines)
    }
}

/// A recursive descent over the bytes of one text; the depth limit bounds the recursion.
/// Source: RFC 8259 section 9.
private struct JSONParser {
    var recordsLines = false
    private(set) var lines: [String: Int] = [:]
    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0
    private var line = 1
    private var lineStart = 0
    private var path = ""

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// JSON-text = ws value ws
    mutating func document() throws(JSONError) -> JSON {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw failure("the text must not start with a byte order mark")
        }
        let value = try value()
        skipWhiteSpace()
        guard index == bytes.count else { throw failure("nothing may follow the value") }
        return value
    }
}

// Moving over the bytes.
extension JSONParser {
    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    /// Steps over one expected byte; false when another one or none is next.
    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        index += 1
        return true
    }

    /// Lines are counted here because a line feed is valid nowhere but in white space.
    private mutating func skipWhiteSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
                index += 1
            case UInt8(ascii: "\n"):
                index += 1
                line += 1
                lineStart = index
            default:
                return
            }
        }
    }

    private func failure(_ reason: String) -> JSONError {
        failure(reason, at: index)
    }

    /// The position must be on the current line.
    private func failure(_ reason: String, at position: Int) -> JSONError {
        JSONError(line: line, column: position - lineStart + 1, reason: reason)
    }
}

// Values, arrays and objects: RFC 8259 sections 3 to 5.
extension JSONParser {
    /// A value and the white space before it.
    private mutating func value() throws(JSONError) -> JSON {
        skipWhiteSpace()
        if recordsLines { lines[path] = line }
        switch next {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), (UInt8(ascii: "0")...UInt8(ascii: "9"))?: return try number()
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case nil: throw failure("the text ends where a value must stand")
        default: throw failure("a value must stand here")
        }
    }

    private mutating func literal(_ word: String, _ value: JSON) throws(JSONError) -> JSON {
        let start = index
        for byte in word.utf8 {
            guard take(byte) else { throw failure("the only bare words are true, false and null", at: start) }
        }
        return value
    }

    /// Steps over the opening bracket of an array or object; the caller goes up again at its end.
    private mutating func descend() throws(JSONError) {
        guard depth < JSON.maximumDepth else {
            throw failure("arrays and objects must not be nested deeper than \(JSON.maximumDepth) levels")
        }
        depth += 1
        index += 1
    }

    private mutating func array() throws(JSONError) -> [JSON] {
        try descend()
        defer { depth -= 1 }
        var elements: [JSON] = []
        skipWhiteSpace()
        if take(UInt8(ascii: "]")) { return elements }
        repeat {
            elements.append(try element(at: elements.count))
            skipWhiteSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else {
            throw failure("a comma or a closing bracket must follow an array element")
        }
        return elements
    }

    private mutating func element(at position: Int) throws(JSONError) -> JSON {
        guard recordsLines else { return try value() }
        let outer = path
        path += "[\(position)]"
        let value = try value()
        path = outer
        return value
    }

    /// Most objects have no more: room for these is made at once.
    private static let fewMembers = 8

    private mutating func object() throws(JSONError) -> JSONObject {
        try descend()
        defer { depth -= 1 }
        var object = JSONObject()
        var keys = SeenKeys()
        skipWhiteSpace()
        if take(UInt8(ascii: "}")) { return object }
        object.members.reserveCapacity(Self.fewMembers)
        repeat {
            let key = try newKey(in: object, &keys)
            object.append(key, try member(key))
            skipWhiteSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else {
            throw failure("a comma or a closing brace must follow an object member")
        }
        return object
    }

    /// A key that the object does not have yet, and the colon after it.
    private mutating func newKey(in object: JSONObject, _ keys: inout SeenKeys) throws(JSONError) -> String {
        skipWhiteSpace()
        let start = index
        guard next == UInt8(ascii: "\"") else { throw failure("a key in double quotes must stand here") }
        let key = try string()
        guard keys.insert(key, after: object.members) else {
            throw failure("the object already has this key", at: start)
        }
        skipWhiteSpace()
        guard take(UInt8(ascii: ":")) else { throw failure("a colon must follow a key") }
        return key
    }

    private mutating func member(_ key: String) throws(JSONError) -> JSON {
        guard recordsLines else { return try value() }
        let outer = path
        path += path.isEmpty ? key : "." + key
        let value = try value()
        path = outer
        return value
    }
}

/// The keys of one object so far. Few are compared one by one, which costs no allocation;
/// many are hashed, so that a large object does not take quadratic time.
private struct SeenKeys {
    private static let few = 16
    private var keys: Set<Key> = []

    /// False when one of the members, which are all that came before, has the key.
    mutating func insert(_ key: String, after members: [JSONMember]) -> Bool {
        if members.count < Self.few { return !members.contains { $0.key.hasSameBytes(as: key) } }
        if keys.isEmpty { keys = Set(members.map { Key(text: $0.key) }) }
        return keys.insert(Key(text: key)).inserted
    }

    /// A string told apart by its UTF-8 bytes, not by canonical equivalence: RFC 8259 section 8.3.
    private struct Key: Hashable {
        let text: String

        static func == (left: Key, right: Key) -> Bool { left.text.hasSameBytes(as: right.text) }

        func hash(into hasher: inout Hasher) {
            for byte in text.utf8 { hasher.combine(byte) }
        }
    }
}

// Numbers: RFC 8259 section 6.
extension JSONParser {
    private mutating func number() throws(JSONError) -> JSON {
        let start = index
        let negative = take(UInt8(ascii: "-"))
        let firstDigit = index
        try integerPart()
        let pastInteger = index
        try fraction()
        try exponent()
        if index > pastInteger { return .real(try real(start)) }
        let magnitude = try magnitude(of: firstDigit..<index, start)
        return .integer(negative ? -magnitude : magnitude)
    }

    private mutating func integerPart() throws(JSONError) {
        if take(UInt8(ascii: "0")) {
            guard !nextIsDigit else { throw failure("a number must not start with a needless zero") }
        } else {
            try digits()
        }
    }

    private mutating func fraction() throws(JSONError) {
        if take(UInt8(ascii: ".")) { try digits() }
    }

    private mutating func exponent() throws(JSONError) {
        guard take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) else { return }
        if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
        try digits()
    }

    private mutating func digits() throws(JSONError) {
        guard nextIsDigit else { throw failure("a digit must stand here") }
        repeat { index += 1 } while nextIsDigit
    }

    private var nextIsDigit: Bool {
        guard let next else { return false }
        return UInt8(ascii: "0")...UInt8(ascii: "9") ~= next
    }

    /// The value of digits; checked at each one, so it cannot overflow however many there are.
    private func magnitude(of digits: Range<Int>, _ start: Int) throws(JSONError) -> Int {
        var value = 0
        for position in digits {
            value = value * 10 + Int(bytes[position] - UInt8(ascii: "0"))
            guard value <= JSON.maximumInteger else {
                throw failure("an integer must lie within ±(2^53 − 1)", at: start)
            }
        }
        return value
    }

    /// The grammar is checked before, because the standard library also reads forms that JSON does not have.
    private func real(_ start: Int) throws(JSONError) -> Double {
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        guard let value = Double(text), value.isFinite else {
            throw failure("the number is too large", at: start)
        }
        return value
    }
}

// Strings: RFC 8259 sections 7 and 8.
extension JSONParser {
    /// Most strings have no escape and are built from their bytes in one go.
    private mutating func string() throws(JSONError) -> String {
        index += 1
        let start = index
        try skipPlainRun()
        let run = bytes[start..<index]
        if take(UInt8(ascii: "\"")) { return String(decoding: run, as: UTF8.self) }
        return try stringWithEscapes(after: run)
    }

    private mutating func stringWithEscapes(after run: ArraySlice<UInt8>) throws(JSONError) -> String {
        var decoded = Array(run)
        while !take(UInt8(ascii: "\"")) {
            try escape(into: &decoded)
            let start = index
            try skipPlainRun()
            decoded.append(contentsOf: bytes[start..<index])
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    /// Moves to the next quotation mark or backslash over bytes that stand for themselves.
    private mutating func skipPlainRun() throws(JSONError) {
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): return
            case 0x20...0x7F: index += 1
            case 0x80...: try skipMultibyteScalar()
            default: throw failure("a control character in a string must be escaped")
            }
        }
        throw failure("the text ends within a string")
    }

    /// One scalar beyond ASCII in its only well-formed shape: RFC 3629 section 4.
    private mutating func skipMultibyteScalar() throws(JSONError) {
        let (length, second) = Self.shape(of: bytes[index])
        let isWellFormed =
            length > 1 && bytes.count - index >= length && second ~= bytes[index + 1]
            && bytes[(index + 2)..<(index + length)].allSatisfy { 0x80...0xBF ~= $0 }
        guard isWellFormed else { throw failure("the text must be valid UTF-8") }
        index += length
    }

    /// The bytes in a sequence that starts with the lead byte, and the range of the second one, which rules out
    /// overlong forms, surrogates and values above U+10FFFF; length 0 when no sequence starts so.
    private static func shape(of lead: UInt8) -> (length: Int, second: ClosedRange<UInt8>) {
        switch lead {
        case 0xC2...0xDF: (2, 0x80...0xBF)
        case 0xE0: (3, 0xA0...0xBF)
        case 0xED: (3, 0x80...0x9F)
        case 0xE1...0xEF: (3, 0x80...0xBF)
        case 0xF0: (4, 0x90...0xBF)
        case 0xF1...0xF3: (4, 0x80...0xBF)
        case 0xF4: (4, 0x80...0x8F)
        default: (0, 0x80...0xBF)
        }
    }

    /// The escape at the index, which is at its backslash.
    private mutating func escape(into decoded: inout [UInt8]) throws(JSONError) {
        let start = index
        index += 1
        guard let kind = next else { throw failure("the text ends within a string") }
        if kind == UInt8(ascii: "u") {
            decoded.append(contentsOf: try escapedScalar(start).utf8)
            return
        }
        guard let byte = Self.byte(ofShortEscape: kind) else {
            throw failure("a backslash must start one of the escapes that JSON has", at: start)
        }
        index += 1
        decoded.append(byte)
    }

    private static func byte(ofShortEscape kind: UInt8) -> UInt8? {
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): kind
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    /// The scalar of `\uXXXX` or of a pair of them; half a surrogate pair stands for nothing.
    private mutating func escapedScalar(_ start: Int) throws(JSONError) -> Unicode.Scalar {
        let first = try fourHexadecimalDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard UTF16.isLeadSurrogate(first), take(UInt8(ascii: "\\")), next == UInt8(ascii: "u") else {
            throw failure("a surrogate must be escaped as part of a pair", at: start)
        }
        let second = try fourHexadecimalDigits()
        guard UTF16.isTrailSurrogate(second) else {
            throw failure("a surrogate must be escaped as part of a pair", at: start)
        }
        return UTF16.decode(UTF16.EncodedScalar([first, second]))
    }

    /// The code unit after the `u` at the index.
    private mutating func fourHexadecimalDigits() throws(JSONError) -> UInt16 {
        index += 1
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let next, let digit = Hex.value(of: next) else {
                throw failure("four hexadecimal digits must follow \\u")
            }
            unit = unit << 4 | UInt16(digit)
            index += 1
        }
        return unit
    }
}
