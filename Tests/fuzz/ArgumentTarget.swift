/// A command line, its arguments ended by NULs, is taken apart or refused with exit code 64 or 65; written in order it
/// is taken apart to the same. Taken for unfinished it keeps its last word.
enum ArgumentTarget: FuzzTarget {
    static let name = "arguments"

    static func run(_ bytes: [UInt8]) {
        let arguments = bytes.split(separator: 0, omittingEmptySubsequences: false).map { Array($0) }
        do throws(CommandFailure) {
            let texts = try CommandTable.texts(arguments)
            checkCompleted(texts)
            let (command, rest) = try CommandTable.split(texts)
            let specification = command.specification
            let parsed = try ParsedArguments(rest, for: specification)
            checkWritten(parsed, specification)
            try checkParameters(parsed, specification)
        } catch {
            expect([ExitCode.usage, ExitCode.refused].contains(error.code), "it is refused with \(error.code)")
            expect(!error.sentence.isEmpty, "it is refused without a sentence")
        }
    }

    /// What is offered takes the place of the last word, or of its end.
    private static func checkCompleted(_ texts: [String]) {
        let line = UnfinishedLine(texts)
        let isWhole = Array((line.kept + line.typed).utf8) == Array((texts.last ?? "").utf8)
        expect(isWhole, "of the word that is being typed something is gone")
    }

    private static func checkWritten(_ parsed: ParsedArguments, _ command: CommandSpecification) {
        var line: [String] = []
        for option in command.options + CommandSpecification.commonOptions where parsed.has(option.name) {
            let isFlag = option.value == nil && option.choices.isEmpty
            line += parsed.values(option.name).map { isFlag ? "--\(option.name)" : "--\(option.name)=\($0)" }
        }
        let again = try? ParsedArguments(line + ["--"] + parsed.operands, for: command)
        expect(again == parsed, "written in order it is another line")
    }

    /// The parameters are those that the daemon reads; `-` would read standard input.
    private static func checkParameters(
        _ parsed: ParsedArguments, _ command: CommandSpecification
    ) throws(CommandFailure) {
        let values = parsed.operands + command.options.flatMap { parsed.values($0.name) }
        guard !values.contains("-") else { return }
        let parameters = JSON.object(try CommandParameters.read(parsed, command))
        expect((try? JSON(parsing: parameters.compactBytes())) == parameters, "the daemon reads other parameters")
    }
}
