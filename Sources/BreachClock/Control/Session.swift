/// What a command has to work with: the line, the daemon, the screen.
///
/// Source: contract of the programs.
final class Session {
    /// The line.
    ///
    /// Source: contract of the programs.
    var arguments: ParsedArguments
    /// The daemon.
    ///
    /// Source: contract of the control socket.
    let client: ControlClient

    private var environment: JSONObject?

    /// The session of a parsed line.
    ///
    /// Source: contract of the programs.
    init(_ arguments: ParsedArguments) {
        self.arguments = arguments
        client = ControlClient(path: Self.socketPath(arguments.value("socket")))
    }

    /// The daemon's socket: the one that a line names, or that of the environment, or the service's.
    ///
    /// Source: contract of the programs.
    static func socketPath(_ named: String?) -> String {
        named ?? CurrentProcess.environment("BREACHCLOCK_SOCKET") ?? "/run/breachclock/breachd.sock"
    }

    /// Whether to answer with JSON.
    ///
    /// Source: contract of the programs.
    var wantsJSON: Bool { arguments.has("json") }

    /// What the daemon says of its surroundings, asked once.
    ///
    /// Source: contract of the control socket, `Environment`.
    func surroundings() throws(CommandFailure) -> JSONObject {
        if let environment { return environment }
        let answer = try client.call(.environment)
        environment = answer
        return answer
    }

    /// The screen as of now by the daemon's clock, in its zone.
    ///
    /// Source: R3.
    func screen() throws(CommandFailure) -> Screen {
        let surroundings = try surroundings()
        var zone: SystemZone?
        if let name = surroundings["timeZone"]?.string {
            // A machine without the zone shows UTC, and says so by the Z.
            do throws(SystemZone.Missing) { zone = try SystemZone(name) } catch { zone = nil }
        }
        let now = surroundings["now"]?.string.flatMap(Instant.init(rfc3339:))
        return Screen(
            now: now ?? SystemClock().now(),
            zone: zone,
            columns: StandardStream.isOutputTerminal ? StandardStream.width : nil,
            hasColour: StandardStream.isOutputTerminal && CurrentProcess.environment("NO_COLOR") == nil
        )
    }

    /// Prints, or ends where nobody reads.
    ///
    /// Source: hostile inputs (a closed pipe).
    func print(_ text: String) throws(CommandFailure) {
        guard StandardStream.write(text) else {
            throw CommandFailure(code: ExitCode.tryAgain, sentence: "The output could not be written.", hint: nil)
        }
    }

    /// Prints a value as JSON.
    ///
    /// Source: contract of the JSON.
    func print(json value: JSON) throws(CommandFailure) {
        try print(String(decoding: value.prettyBytes(), as: UTF8.self))
    }
}

/// A command of breachctl.
///
/// Source: contract of the programs.
protocol ControlCommand: SendableMetatype {
    /// What its line may hold.
    ///
    /// Source: contract of the programs.
    static var specification: CommandSpecification { get }
    /// Does it.
    ///
    /// - Returns: The exit code.
    ///
    /// Source: contract of the exit codes.
    static func run(_ session: Session) throws(CommandFailure) -> Int32
}
