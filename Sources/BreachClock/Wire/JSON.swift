/// A JSON value: what a message, a configuration file or a record holds before it is given a meaning.
///
/// Two values are equal when they have the same kind, the same order of members and, in strings,
/// the same UTF-8 bytes (`String` would call "é" and "e" with a combining accent the same).
/// Source: RFC 8259 section 3 (values) and section 8.3 (string comparison).
enum JSON: Equatable, Sendable {
    /// The literal `null`.
    /// Source: RFC 8259 section 3.
    case null
    /// The literals `true` and `false`.
    /// Source: RFC 8259 section 3.
    case bool(Bool)
    /// A number written without fraction and exponent; within ±(2^53 − 1) when it was parsed.
    /// Source: RFC 8259 section 6, RFC 7493 section 2.2.
    case integer(Int)
    /// A number written with a fraction or an exponent; always finite when it was parsed.
    /// Source: RFC 8259 section 6.
    case real(Double)
    /// A string of Unicode scalars; U+0000 may occur.
    /// Source: RFC 8259 section 7.
    case string(String)
    /// An ordered list of values.
    /// Source: RFC 8259 section 5.
    case array([JSON])
    /// An ordered list of members with distinct keys.
    /// Source: RFC 8259 section 4.
    case object(JSONObject)

    /// The deepest nesting of arrays and objects that is parsed: `[]` has depth 1, a bare number depth 0.
    ///
    /// The bound keeps the recursion of the parser far below any stack size.
    /// Source: RFC 8259 section 9 (a parser may limit the depth of nesting).
    static let maximumDepth = 16

    /// The largest magnitude of an integer that every JSON implementation keeps exactly: 2^53 − 1.
    /// Source: RFC 7493 section 2.2.
    static let maximumInteger = 9_007_199_254_740_991

    /// Whether both values are of the same kind and content, strings compared by their UTF-8 bytes.
    /// Source: RFC 8259 section 8.3.
    static func == (left: JSON, right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.real(let left), .real(let right)): left == right
        case (.string(let left), .string(let right)): left.hasSameBytes(as: right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }
}

/// One key and its value in an object.
/// Source: RFC 8259 section 4.
struct JSONMember: Equatable, Sendable {
    /// The decoded key, free of escapes.
    /// Source: RFC 8259 section 4.
    let key: String
    /// The value that belongs to the key.
    /// Source: RFC 8259 section 4.
    var value: JSON

    /// Whether both members have the same key, byte for byte, and equal values.
    /// Source: RFC 8259 section 8.3.
    static func == (left: JSONMember, right: JSONMember) -> Bool {
        left.key.hasSameBytes(as: right.key) && left.value == right.value
    }
}

/// The members of an object in the order in which they were written.
///
/// An array serves better than a dictionary: the order survives a round trip, and the objects
/// that are looked into by key have few members.
/// Source: RFC 8259 section 4.
struct JSONObject: Equatable, Sendable, ExpressibleByDictionaryLiteral {
    /// The members in order; their keys are distinct.
    /// Source: RFC 8259 section 4.
    var members: [JSONMember] = []

    /// An object without members.
    /// Source: RFC 8259 section 4.
    init() {}

    /// The object with the given members in order; a repeated key is a programming error and stops the program.
    /// Source: RFC 8259 section 4.
    init(dictionaryLiteral elements: (String, JSON)...) {
        self.init(distinct: elements)
    }

    fileprivate init(distinct elements: [(String, JSON)]) {
        members.reserveCapacity(elements.count)
        for (key, value) in elements {
            precondition(self[key] == nil, "a literal of an object repeats a key")
            append(key, value)
        }
    }

    /// The value under a key that has the same UTF-8 bytes, or nil when there is none.
    ///
    /// Setting replaces the value in its place or appends a new member; setting nil removes the
    /// member, so a JSON null is set as `.null`. Takes time linear in the number of members.
    /// Source: RFC 8259 sections 4 and 8.3.
    subscript(key: String) -> JSON? {
        get { position(of: key).map { members[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let position?, let value?): members[position].value = value
            case (let position?, nil): members.remove(at: position)
            case (nil, let value?): append(key, value)
            case (nil, nil): break
            }
        }
    }

    /// Adds a member at the end; the caller answers for the key being new, since looking would cost linear time.
    /// Source: RFC 8259 section 4.
    mutating func append(_ key: String, _ value: JSON) {
        members.append(JSONMember(key: key, value: value))
    }

    private func position(of key: String) -> Int? {
        members.firstIndex { $0.key.hasSameBytes(as: key) }
    }
}

extension String {
    /// Whether both strings have the same UTF-8 bytes, where `==` would also accept canonical equivalents.
    /// Source: RFC 8259 section 8.3.
    func hasSameBytes(as other: String) -> Bool {
        // What costs least comes first. Texts in ASCII are equal by their bytes alone; to compare others, `==` puts their
        // combining marks in order, which takes quadratic time where somebody sends many.
        utf8.count == other.utf8.count
            && (utf8Span.isKnownASCII && other.utf8Span.isKnownASCII
                ? self == other : utf8.elementsEqual(other.utf8))
    }
}

extension JSON {
    /// The string, or nil for another kind of value.
    /// Source: RFC 8259 section 7.
    var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The integer, or nil for another kind of value, a real with an integral value included.
    /// Source: RFC 8259 section 6.
    var integer: Int? {
        if case .integer(let value) = self { value } else { nil }
    }

    /// The truth value, or nil for another kind of value.
    /// Source: RFC 8259 section 3.
    var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements of the array, or nil for another kind of value.
    /// Source: RFC 8259 section 5.
    var array: [JSON]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The object, or nil for another kind of value.
    /// Source: RFC 8259 section 4.
    var object: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral {
    /// The value `null`.
    /// Source: RFC 8259 section 3.
    init(nilLiteral: ()) { self = .null }

    /// The value `true` or `false`.
    /// Source: RFC 8259 section 3.
    init(booleanLiteral value: Bool) { self = .bool(value) }

    /// An integer; one beyond ±(2^53 − 1) would be refused when it is read back.
    /// Source: RFC 8259 section 6, RFC 7493 section 2.2.
    init(integerLiteral value: Int) { self = .integer(value) }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    /// A string.
    /// Source: RFC 8259 section 7.
    init(stringLiteral value: String) { self = .string(value) }

    /// An array of the elements in order.
    /// Source: RFC 8259 section 5.
    init(arrayLiteral elements: JSON...) { self = .array(elements) }

    /// An object with the members in order; a repeated key is a programming error and stops the program.
    /// Source: RFC 8259 section 4.
    init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(JSONObject(distinct: elements))
    }
}

/// Why and where a text is not acceptable JSON.
/// Source: RFC 8259 section 9.
struct JSONError: Error, Equatable, CustomStringConvertible {
    /// The line of the fault, counted from 1; a line ends with a line feed.
    /// Source: RFC 8259 section 2 (line feed as white space).
    let line: Int
    /// The column of the fault in bytes, counted from 1.
    /// Source: RFC 8259 section 8.1 (the text is a sequence of UTF-8 bytes).
    let column: Int
    /// One plain sentence that names the broken rule and repeats nothing of the text.
    /// Source: RFC 8259 section 9.
    let reason: String

    /// The place and the reason in one line.
    /// Source: RFC 8259 section 9.
    var description: String { "line \(line), column \(column): \(reason)" }
}
