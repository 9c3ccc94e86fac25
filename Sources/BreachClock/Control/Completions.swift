/// What a line that is being typed can go on with: words of the table of commands, and names that the daemon knows.
///
/// Source: contract of `completion`.
struct Completions {
    private let line: UnfinishedLine
    private let client: ControlClient

    /// Something that can stand there.
    ///
    /// Source: contract of `completion`.
    struct Candidate: Equatable {
        /// The word.
        ///
        /// Source: contract of `completion`.
        var word: String
        /// What it is, for shells that show that; may be empty.
        ///
        /// Source: contract of `completion`.
        var help = ""
    }

    /// What stands for the names of files: no name of anything else begins so.
    ///
    /// Source: contract of `completion`.
    static let files = Candidate(word: "<file>")

    /// The completions of that line, with names from that daemon.
    ///
    /// Source: contract of `completion`.
    init(_ line: UnfinishedLine, client: ControlClient) {
        self.line = line
        self.client = client
    }

    /// All that begin as what was typed does.
    ///
    /// Source: contract of `completion`.
    var candidates: [Candidate] {
        if case .value("PATH", _) = line.expected { return [Self.files] }
        return all.filter { $0.word.hasPrefix(line.typed) }
            .map { Candidate(word: line.kept + $0.word, help: Screen.escaped($0.help)) }
    }

    private var all: [Candidate] {
        switch line.expected {
        case .nothing: return []
        case .command: return Self.commands
        case .option(let options): return options.map { Candidate(word: "--\($0.name)", help: $0.help) }
        case .value(let name, let choices):
            guard choices.isEmpty else { return choices.map { Candidate(word: $0) } }
            return Self.isUsable(names(of: name))
        }
    }

    private static var commands: [Candidate] {
        CommandTable.all.map { Candidate(word: $0.specification.name, help: $0.specification.summary) }
    }

    private func names(of value: String) -> [Candidate] {
        switch value {
        case "COMMAND": Self.commands
        case "BREACH": ask(.list, ["all": true], for: "breaches").map { Candidate($0, help: "title") }
        case "PROTOCOL": ask(.protocols, for: "protocols").map { Candidate($0, help: "title") }
        case "PARTNER": subject?.list("partners").map { Candidate($0, help: "name") } ?? []
        case "CONTROLLER": subject?.list("controllers").map { Candidate($0, help: "name") } ?? []
        default: []
        }
    }

    /// The breach or the protocol that the line is about: the first operand that names one.
    private var subject: BreachView? {
        guard let id = line.operands.first, let operand = line.command?.operands.first else { return nil }
        switch operand.name {
        case "BREACH": return answer(.show, ["breach": .string(id)], for: "breach").map(BreachView.init)
        case "PROTOCOL": return ask(.protocols, ["protocol": .string(id)], for: "protocols").first
        default: return nil
        }
    }

    private func ask(_ method: ControlMethod, _ parameters: JSONObject = [:], for result: String) -> [BreachView] {
        answer(method, parameters, for: result)?.array?.map(BreachView.init) ?? []
    }

    private func answer(_ method: ControlMethod, _ parameters: JSONObject, for result: String) -> JSON? {
        do throws(CommandFailure) { return try client.call(method, parameters, for: result) } catch {
            // Whoever types wants no message between the keys: without the daemon there is nothing to offer.
            return nil
        }
    }

    /// Shells put what is offered into a line that they then run: names of ids' characters alone.
    private static func isUsable(_ candidates: [Candidate]) -> [Candidate] {
        candidates.filter { candidate in
            !candidate.word.isEmpty && !candidate.word.hasPrefix("-")
                && candidate.word.unicodeScalars.allSatisfy { scalar in
                    scalar == "-"
                        || scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                }
        }
    }
}

extension Completions.Candidate {
    fileprivate init(_ view: BreachView, help: String) {
        self.init(word: view.text("id") ?? "", help: view.text(help) ?? "")
    }
}
