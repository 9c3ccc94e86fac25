/// A command line taken apart.
///
/// Source: contract of the programs.
struct ParsedArguments: Equatable {
    /// What stands after the command, in order.
    ///
    /// Source: contract of the programs.
    var operands: [String] = []

    private var values: [String: [String]] = [:]

    /// The value of an option that may be given once; nil where it was not given.
    ///
    /// Source: contract of the programs.
    func value(_ name: String) -> String? { values[name]?.last }

    /// The values of an option in the order in which they were given.
    ///
    /// Source: contract of the programs.
    func values(_ name: String) -> [String] { values[name] ?? [] }

    /// Whether an option was given.
    ///
    /// Source: contract of the programs.
    func has(_ name: String) -> Bool { values[name] != nil }

    /// Sets an option as if it had been given.
    ///
    /// Source: contract of `report` (asks for what is missing).
    mutating func set(_ name: String, _ value: String) { values[name] = [value] }

    /// Takes a line apart by a command's specification. Options may stand before or after operands; `--` ends them.
    ///
    /// - Parameter arguments: The line without program and command.
    ///
    /// Source: contract of the programs; POSIX utility syntax guidelines, GNU long options.
    init(_ arguments: [String], for command: CommandSpecification) throws(CommandFailure) {
        let options = command.options + CommandSpecification.commonOptions
        var rest = arguments[...]
        var onlyOperands = false
        while let argument = rest.popFirst() {
            switch onlyOperands ? .operand : CommandLineWord(argument) {
            case .option(let name, let value): try take(name, value, &rest, options, command)
            case .shortOption:
                throw Self.failure("“\(argument)” is no option; all of them begin with two hyphens.", command)
            case .endOfOptions: onlyOperands = true
            case .operand: operands.append(argument)
            }
        }
        if has("help") { return }
        if operands.count > command.operands.count, command.operands.last?.isRepeatable != true {
            let extra = operands[command.operands.count]
            throw Self.failure("“\(extra)” is one operand too many; put a text with spaces into quotes.", command)
        }
        for (given, operand) in zip(operands, command.operands)
        where !operand.choices.isEmpty && !operand.choices.contains(given) {
            let accepted = operand.choices.joined(separator: " or ")
            throw Self.failure("\(command.name) takes \(accepted) there, not “\(given)”.", command)
        }
    }

    private mutating func take(
        _ name: String,
        _ given: String?,
        _ rest: inout ArraySlice<String>,
        _ options: [CommandSpecification.Option],
        _ command: CommandSpecification
    ) throws(CommandFailure) {
        guard let option = options.first(where: { $0.name == name }) else {
            let nearest = nearestName(to: name, among: options.map(\.name)).map { " Did you mean --\($0)?" } ?? ""
            throw Self.failure("\(command.name) has no option --\(name).\(nearest)", command)
        }
        var value = given
        if !option.takesValue {
            guard value == nil else { throw Self.failure("--\(name) takes no value.", command) }
            value = ""
        } else if value == nil {
            value = rest.popFirst()
        }
        guard let value else { throw Self.failure("--\(name) needs a value.", command) }
        guard option.choices.isEmpty || option.choices.contains(value) else {
            let accepted = option.choices.joined(separator: ", ")
            throw Self.failure("--\(name) must be one of \(accepted), not “\(value)”.", command)
        }
        guard option.isRepeatable || values[name] == nil else {
            throw Self.failure("--\(name) is there twice.", command)
        }
        values[name, default: []].append(value)
    }

    private static func failure(_ sentence: String, _ command: CommandSpecification) -> CommandFailure {
        .usage(sentence, hint: "See: breachctl help \(command.name)")
    }

    /// The operand at that place, which must be there.
    ///
    /// Source: contract of the programs.
    func operand(_ index: Int, of command: CommandSpecification) throws(CommandFailure) -> String {
        guard operands.count > index else {
            let missing = command.operands[index]
            let shown = missing.choices.isEmpty ? missing.name : missing.choices.joined(separator: " or ")
            throw Self.failure("\(command.name) needs \(shown).", command)
        }
        return operands[index]
    }

    /// The whole number that an option was given; nil where it was not given.
    ///
    /// Source: contract of the programs.
    func integer(_ name: String, of command: CommandSpecification) throws(CommandFailure) -> Int? {
        guard let text = value(name) else { return nil }
        guard let number = Int(text), number.magnitude <= JSON.maximumInteger else {
            throw Self.failure("--\(name) must be a whole number, not “\(text)”.", command)
        }
        return number
    }
}
