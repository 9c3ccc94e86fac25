/// The parameters of a call that a command line makes, by the command's table: an operand is the parameter of its name
/// in small letters, an option the one that `ParameterNames` says.
///
/// Source: contract of the programs; contract of the control socket.
struct CommandParameters {
    private let arguments: ParsedArguments
    private let specification: CommandSpecification
    private var readsInput = false

    /// The parameters of that line.
    ///
    /// - Parameter required: Options that must be there.
    ///
    /// Source: contract of the programs.
    static func read(
        _ arguments: ParsedArguments,
        _ specification: CommandSpecification,
        required: [String] = []
    ) throws(CommandFailure) -> JSONObject {
        var reading = CommandParameters(arguments: arguments, specification: specification)
        return try reading.all(required)
    }

    private init(arguments: ParsedArguments, specification: CommandSpecification) {
        self.arguments = arguments
        self.specification = specification
    }

    private mutating func all(_ required: [String]) throws(CommandFailure) -> JSONObject {
        var parameters = JSONObject()
        for (index, operand) in specification.operands.enumerated() {
            let value = try arguments.operand(index, of: specification)
            let name = operand.name.lowercased()
            parameters[name] = .string(operand.name == "TEXT" ? try text(value, name, "TEXT") : value)
        }
        if let missing = required.first(where: { !arguments.has($0) }) {
            throw .usage(
                "\(specification.name) needs --\(missing).", hint: "See: breachctl help \(specification.name)")
        }
        for option in specification.options where arguments.has(option.name) {
            parameters[ParameterNames.parameter(of: option.name)] = try value(option)
        }
        return parameters
    }

    private mutating func value(_ option: CommandSpecification.Option) throws(CommandFailure) -> JSON? {
        if option.isRepeatable { return .texts(arguments.values(option.name)) }
        guard option.takesValue else { return true }
        if option.value == "N" { return try arguments.integer(option.name, of: specification).map(JSON.integer) }
        let given = arguments.value(option.name) ?? ""
        if option.choices == ["yes", "no"] { return .bool(given == "yes") }
        guard option.value == "TEXT" else { return .string(given) }
        return .string(try text(given, ParameterNames.parameter(of: option.name), "--\(option.name)"))
    }

    /// A text, or standard input where it is `-`. That can be read once.
    private mutating func text(
        _ value: String,
        _ field: String,
        _ shown: String
    ) throws(CommandFailure) -> String {
        guard value == "-" else { return value }
        guard !readsInput else {
            throw .usage("Only one text can come from standard input.", hint: "Give \(shown) on the command line.")
        }
        readsInput = true
        return try InputText.read(field: field, shown: shown)
    }
}

/// A text from standard input.
///
/// Source: contract of `report` (`--summary -`).
enum InputText {
    /// Bytes to read at most: more than any text may have, and no more than can be sent.
    private static let limit = ControlClient.largestMessage

    /// The text, without the line end after it.
    ///
    /// Source: contract of `report`.
    static func read(field: String, shown: String) throws(CommandFailure) -> String {
        func refused(_ reason: String) -> CommandFailure {
            CommandFailure(code: ExitCode.refused, sentence: "\(shown): \(reason)", field: field)
        }
        var bytes: [UInt8]
        do throws(SystemError) { bytes = try StandardStream.readInput(atMost: limit) } catch {
            throw refused("\(error).")
        }
        guard bytes.count <= limit else {
            throw refused("Standard input is too long; give at most 4000 characters.")
        }
        if bytes.last == UInt8(ascii: "\n") {
            bytes.removeLast()
            if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw refused("Standard input is not UTF-8; convert it first.")
        }
        return text
    }
}
