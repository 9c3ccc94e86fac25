/// A line of breachctl that is being typed, and what may stand in the place of its last word.
///
/// Source: contract of `completion`.
struct UnfinishedLine {
    /// What may stand in the place of the last word.
    ///
    /// Source: contract of `completion`.
    enum Expected {
        /// Nothing that is known.
        ///
        /// Source: contract of `completion`.
        case nothing
        /// The name of a command.
        ///
        /// Source: contract of the programs.
        case command
        /// An option; those that stand in the line already, and may not stand twice, are left out.
        ///
        /// Source: contract of the programs.
        case option([CommandSpecification.Option])
        /// An operand or an option's value: what it is called, and what it must be one of, where that is so.
        ///
        /// Source: contract of the programs.
        case value(String, choices: [String])
    }

    /// The command; nil before there is one.
    ///
    /// Source: contract of the programs.
    private(set) var command: CommandSpecification?
    /// What stands after the command, in order.
    ///
    /// Source: contract of the programs.
    private(set) var operands: [String] = []
    /// The daemon's socket, where the line names one.
    ///
    /// Source: contract of the programs.
    private(set) var socket: String?
    /// What is to be completed.
    ///
    /// Source: contract of `completion`.
    private(set) var typed: String
    /// What stands before that in the same word and stays: `--risk=`.
    ///
    /// Source: contract of the programs (`--option=value`).
    private(set) var kept = ""
    /// What may stand there.
    ///
    /// Source: contract of `completion`.
    private(set) var expected = Expected.nothing

    private var given: Set<String> = []
    private var hasUnknownCommand = false

    /// The line of those words, without the program's name. The last one is unfinished, and empty after a space.
    ///
    /// Source: contract of `completion`; as `ParsedArguments`, but what is wrong is passed over.
    init(_ words: [String]) {
        typed = words.last ?? ""
        var before = words.dropLast()
        var onlyOperands = false
        while let word = before.popFirst() {
            switch onlyOperands ? .operand : CommandLineWord(word) {
            case .operand: take(word)
            case .endOfOptions: onlyOperands = true
            case .shortOption: continue
            case .option(let name, let value):
                guard let option = take(option: name, value, &before) else { continue }
                expected = .value(option.value ?? option.name, choices: option.choices)
                return
            }
        }
        expected = hasUnknownCommand ? .nothing : finish(onlyOperands: onlyOperands)
    }

    /// The words as bash has them, which takes the `=` of `--option=value` for a word of its own.
    ///
    /// Source: bash(1), COMP_WORDBREAKS.
    static func joined(ofBash words: [String]) -> [String] {
        var joined: [String] = []
        for (index, word) in words.enumerated() {
            guard word == "=", let last = joined.last, case .option = CommandLineWord(last) else {
                joined.append(word)
                continue
            }
            if index == words.count - 1 { joined.append("") }
        }
        return joined
    }

    private mutating func take(_ word: String) {
        guard command == nil else { return operands.append(word) }
        command = CommandTable.all.map { $0.specification }.first { $0.name == word }
        hasUnknownCommand = command == nil
    }

    /// Takes an option and its value; the option where its value is what is being typed.
    private mutating func take(
        option name: String,
        _ value: String?,
        _ rest: inout ArraySlice<String>
    ) -> CommandSpecification.Option? {
        given.insert(name)
        guard let option = options.first(where: { $0.name == name }), option.takesValue else { return nil }
        guard let value = value ?? rest.popFirst() else { return option }
        if option.name == "socket" { socket = value }
        return nil
    }

    private mutating func finish(onlyOperands: Bool) -> Expected {
        if !onlyOperands, let option = finishOption() { return option }
        guard let command else { return .command }
        let following = command.operands.dropFirst(operands.count).first
        if let operand = following ?? command.operands.last(where: \.isRepeatable) {
            return .value(operand.name, choices: operand.choices)
        }
        return onlyOperands ? .nothing : .option(optionsLeft)
    }

    /// What may stand for an option that is being typed; nil where it is none.
    private mutating func finishOption() -> Expected? {
        switch CommandLineWord(typed) {
        case .operand where typed != "-": return nil
        case .option(let name, let value?):
            guard let option = options.first(where: { $0.name == name }), option.takesValue else { return .nothing }
            kept = "--\(name)="
            typed = value
            return .value(option.value ?? option.name, choices: option.choices)
        default: return .option(optionsLeft)
        }
    }

    /// The options of the command; before there is one, of all of them, since options may stand before it.
    private var options: [CommandSpecification.Option] {
        let own = command?.options ?? CommandTable.all.flatMap { $0.specification.options }
        return own + CommandSpecification.commonOptions
    }

    private var optionsLeft: [CommandSpecification.Option] {
        let own = command?.options ?? []
        return (own + CommandSpecification.commonOptions).filter { $0.isRepeatable || !given.contains($0.name) }
    }
}
