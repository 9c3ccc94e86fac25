@testable import BreachClock

/// An interface description, read by the letter of varlink.org's grammar and by nobody's leave: the independent check
/// of what the daemon says about itself.
struct VarlinkDescription {
    /// A type of the language.
    indirect enum Shape: Equatable {
        case bool, int, float, string, object
        case named(String)
        case optional(Shape)
        case array(Shape)
        case dictionary(Shape)
        case structure([Field])
        case choice([String])
    }

    /// A field of a structure.
    struct Field: Equatable {
        var name: String
        var shape: Shape
    }

    /// What a method takes and gives.
    struct Method: Equatable {
        var input: [Field]
        var output: [Field]
    }

    /// Why a text is no description.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private(set) var name = ""
    private(set) var types: [String: Shape] = [:]
    private(set) var methods: [String: Method] = [:]
    private(set) var errors: [String: [Field]] = [:]

    /// Reads the whole description; throws where it is none, where a name is there twice or a type nowhere.
    init(_ text: String) throws(Failure) {
        var scanner = Scanner(text)
        try scanner.expectKeyword("interface")
        name = try scanner.interfaceName()
        try scanner.endOfLine()
        while !scanner.isAtEnd { try readMember(&scanner) }
        if methods.isEmpty { throw Failure(description: "an interface has a method at least") }
        for shape in types.values { try check(shape) }
        for method in methods.values { try check(.structure(method.input)) }
        for method in methods.values { try check(.structure(method.output)) }
        for fields in errors.values { try check(.structure(fields)) }
    }

    private mutating func readMember(_ scanner: inout Scanner) throws(Failure) {
        let keyword = try scanner.word()
        let member = try scanner.memberName()
        guard types[member] == nil, methods[member] == nil, errors[member] == nil else {
            throw Failure(description: "“\(member)” is there twice")
        }
        switch keyword {
        case "type":
            let shape = try scanner.structureOrChoice()
            types[member] = shape
        case "method":
            let input = try scanner.structure()
            try scanner.expect("->")
            methods[member] = Method(input: input, output: try scanner.structure())
        case "error":
            errors[member] = try scanner.structure()
        default:
            throw Failure(description: "“\(keyword)” begins no member")
        }
        try scanner.endOfLine()
    }

    private func check(_ shape: Shape) throws(Failure) {
        switch shape {
        case .named(let name):
            if types[name] == nil { throw Failure(description: "the type “\(name)” is nowhere") }
        case .optional(let inner), .array(let inner), .dictionary(let inner):
            try check(inner)
        case .structure(let fields):
            guard Set(fields.map(\.name)).count == fields.count else {
                throw Failure(description: "a field is there twice among \(fields.map(\.name))")
            }
            for field in fields { try check(field.shape) }
        case .choice(let names):
            guard Set(names).count == names.count else { throw Failure(description: "a name is there twice: \(names)") }
        case .bool, .int, .float, .string, .object:
            break
        }
    }

    /// The types that something refers to.
    var usedTypes: Set<String> {
        var used: Set<String> = []
        func collect(_ shape: Shape) {
            switch shape {
            case .named(let name): used.insert(name)
            case .optional(let inner), .array(let inner), .dictionary(let inner): collect(inner)
            case .structure(let fields): fields.forEach { collect($0.shape) }
            case .bool, .int, .float, .string, .object, .choice: break
            }
        }
        types.values.forEach(collect)
        errors.values.forEach { collect(.structure($0)) }
        methods.values.forEach { collect(.structure($0.input + $0.output)) }
        return used
    }
}

// MARK: - Values

extension VarlinkDescription {
    /// Where the value is not of that shape: paths and what is wrong there. Every field must be there in its order, as
    /// null where it is absent, and no other.
    func complaints(_ value: JSON, _ shape: Shape, at path: String = "$") -> [String] {
        switch (shape, value) {
        case (.bool, .bool), (.int, .integer), (.float, .real), (.float, .integer), (.string, .string),
            (.object, .object), (.optional, .null):
            return []
        case (.optional(let inner), _):
            return complaints(value, inner, at: path)
        case (.named(let name), _):
            return types[name].map { complaints(value, $0, at: path) } ?? ["\(path): no type \(name)"]
        case (.choice(let names), .string(let text)):
            return names.contains(text) ? [] : ["\(path): “\(text)” is none of \(names)"]
        case (.array(let inner), .array(let elements)):
            return elements.enumerated().flatMap { complaints($1, inner, at: "\(path)[\($0)]") }
        case (.dictionary(let inner), .object(let object)):
            return object.members.flatMap { complaints($0.value, inner, at: "\(path).\($0.key)") }
        case (.structure(let fields), .object(let object)):
            let keys = object.members.map(\.key)
            guard keys == fields.map(\.name) else { return ["\(path): \(keys) for \(fields.map(\.name))"] }
            return zip(fields, object.members).flatMap { field, member in
                complaints(member.value, field.shape, at: "\(path).\(field.name)")
            }
        default:
            return ["\(path): \(value.compactText) is no \(shape)"]
        }
    }
}

// MARK: - Letters

/// Reads tokens, with white space and comments between them.
private struct Scanner {
    typealias Failure = VarlinkDescription.Failure
    typealias Shape = VarlinkDescription.Shape
    typealias Field = VarlinkDescription.Field

    private let text: [Character]
    private var index = 0
    private var line = 1

    init(_ text: String) {
        self.text = Array(text)
        skip()
    }

    var isAtEnd: Bool { index == text.count }

    private func failure(_ what: String) -> Failure { Failure(description: "line \(line): \(what)") }

    private mutating func skip() {
        while index < text.count {
            switch text[index] {
            case "\n":
                line += 1
                index += 1
            case " ", "\t":
                index += 1
            case "#":
                while index < text.count, text[index] != "\n" { index += 1 }
            default:
                return
            }
        }
    }

    /// Members stand on lines of their own.
    mutating func endOfLine() throws(Failure) {
        guard isAtEnd || text[..<index].reversed().prefix(while: { $0 != ")" && !$0.isLetter }).contains("\n") else {
            throw failure("a line end must stand before “\(text[index])”")
        }
    }

    private mutating func take(_ expected: String) -> Bool {
        let end = index + expected.count
        guard end <= text.count, String(text[index..<end]) == expected else { return false }
        index = end
        skip()
        return true
    }

    mutating func expect(_ expected: String) throws(Failure) {
        guard take(expected) else { throw failure("“\(expected)” must stand here") }
    }

    mutating func expectKeyword(_ keyword: String) throws(Failure) {
        guard try word() == keyword else { throw failure("“\(keyword)” must stand here") }
    }

    private mutating func run(of pattern: (Character) -> Bool) -> String {
        let start = index
        while index < text.count, text[index].isASCII, pattern(text[index]) { index += 1 }
        let found = String(text[start..<index])
        skip()
        return found
    }

    mutating func word() throws(Failure) -> String {
        let word = run { $0.isLetter }
        if word.isEmpty { throw failure("a word must stand here") }
        return word
    }

    /// interface_name = `[A-Za-z]([-]*[A-Za-z0-9])*(\.[A-Za-z0-9]([-]*[A-Za-z0-9])*)+`
    mutating func interfaceName() throws(Failure) -> String {
        let name = run { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" }
        guard name.wholeMatch(of: /[A-Za-z](-*[A-Za-z0-9])*(\.[A-Za-z0-9](-*[A-Za-z0-9])*)+/) != nil else {
            throw failure("“\(name)” is no interface's name")
        }
        return name
    }

    /// name = `[A-Z][A-Za-z0-9]*`
    mutating func memberName() throws(Failure) -> String {
        let name = run { $0.isLetter || $0.isNumber }
        guard name.wholeMatch(of: /[A-Z][A-Za-z0-9]*/) != nil else { throw failure("“\(name)” is no member's name") }
        return name
    }

    /// field_name = `[A-Za-z](_?[A-Za-z0-9])*`
    private mutating func fieldName() throws(Failure) -> String {
        let name = run { $0.isLetter || $0.isNumber || $0 == "_" }
        guard name.wholeMatch(of: /[A-Za-z](_?[A-Za-z0-9])*/) != nil else { throw failure("“\(name)” is no field") }
        return name
    }

    mutating func structure() throws(Failure) -> [Field] {
        guard case .structure(let fields) = try structureOrChoice() else {
            throw failure("a structure must stand here")
        }
        return fields
    }

    mutating func structureOrChoice() throws(Failure) -> Shape {
        try expect("(")
        if take(")") { return .structure([]) }
        let first = try fieldName()
        if take(":") {
            var fields = [Field(name: first, shape: try type())]
            while take(",") {
                let name = try fieldName()
                try expect(":")
                fields.append(Field(name: name, shape: try type()))
            }
            try expect(")")
            return .structure(fields)
        }
        var names = [first]
        while take(",") { names.append(try fieldName()) }
        try expect(")")
        return .choice(names)
    }

    private mutating func type() throws(Failure) -> Shape {
        if take("?") {
            let inner = try type()
            if case .optional = inner { throw failure("?? is no type") }
            return .optional(inner)
        }
        if take("[]") { return .array(try type()) }
        if take("[string]") { return .dictionary(try type()) }
        if index < text.count, text[index] == "(" { return try structureOrChoice() }
        switch try fieldName() {
        case "bool": return .bool
        case "int": return .int
        case "float": return .float
        case "string": return .string
        case "object": return .object
        case let name:
            guard name.first?.isUppercase == true else { throw failure("“\(name)” is no type") }
            return .named(name)
        }
    }
}
