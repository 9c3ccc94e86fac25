/// The program `breachctl`.
///
/// Source: contract of the programs.
public enum Breachctl {
    /// Runs the program with the process's own arguments.
    ///
    /// - Returns: The exit code.
    ///
    /// Source: contract of the exit codes.
    public static func run() -> Int32 {
        CurrentProcess.keepClosedStandardStreamsClosed()
        do throws(CommandFailure) {
            do throws(SystemError) { try SignalPipe.ignoreWritingSignals() } catch {
                throw CommandFailure(code: ExitCode.bug, sentence: "\(error).", hint: nil)
            }
            return try run(try CommandTable.texts(CurrentProcess.arguments))
        } catch {
            let hint = error.hint.map { " \($0)" } ?? ""
            StandardStream.writeError("breachctl: \(Screen.escaped(error.sentence + hint))\n")
            return error.code
        }
    }

    /// Runs the program with those arguments.
    private static func run(_ arguments: [String]) throws(CommandFailure) -> Int32 {
        if arguments.isEmpty {
            StandardStream.write(HelpCommandLine.overview)
            return ExitCode.usage
        }
        if arguments == ["--help"] { return try run(["help"]) }
        if arguments == ["--version"] { return try run(["version"]) }
        let (command, rest) = try CommandTable.split(arguments)
        let parsed = try ParsedArguments(rest, for: command.specification)
        let session = Session(parsed)
        if parsed.has("help") {
            try session.print(HelpCommandLine.page(command.specification))
            return ExitCode.done
        }
        return try command.run(session)
    }
}
