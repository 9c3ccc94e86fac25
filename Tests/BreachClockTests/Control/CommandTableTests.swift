import Foundation
import Testing

@testable import BreachClock

@Suite("breachctl: the table of commands")
struct CommandTableTests {
    private static let methods: [(any ControlCommand.Type, ControlMethod)] =
        [
            (ReportCommandLine.self, .report), (AckCommandLine.self, .ack), (ExplainCommandLine.self, .explain),
            (PlanCommandLine.self, .plan), (ShowCommandLine.self, .show), (WatchCommandLine.self, .watch),
        ]
        + CommandTable.all.compactMap { command in
            (command as? any RecordingCommand.Type).map { (command, $0.method) }
        }

    @Test("Every method that records has its command, and each name stands once")
    func complete() {
        let recording = ControlMethod.allCases.filter { $0.right == .record || $0.right == .decide }
        #expect(Set(Self.methods.map(\.1)).isSuperset(of: recording))
        let names = CommandTable.all.map { $0.specification.name }
        #expect(Set(names).count == names.count)
        for (command, method) in Self.methods {
            #expect(command.specification.name == method.rawValue.lowercased())
        }
    }

    @Test("Operands and options are the parameters of the method, all of them")
    func parameters() throws {
        let description = try VarlinkDescription(ControlInterface.description)
        for (command, method) in Self.methods {
            let input = try #require(description.methods[method.rawValue]).input.map(\.name)
            let specification = command.specification
            let given =
                specification.operands.map { $0.name.lowercased() }
                + specification.options.map { ParameterNames.parameter(of: $0.name) }
            #expect(Set(given) == Set(input), "\(specification.name)")
            #expect(Set(given).count == given.count, "\(specification.name)")
        }
    }

    @Test("A parameter that is refused is named as it is typed")
    func namesBack() {
        for (command, _) in Self.methods {
            for option in command.specification.options {
                #expect(ParameterNames.shown(ParameterNames.parameter(of: option.name)) == "--\(option.name)")
            }
            for operand in command.specification.operands {
                #expect(ParameterNames.shown(operand.name.lowercased()) == operand.name)
            }
        }
    }

    @Test("What is typed becomes a parameter of its type: texts, numbers, lists, flags")
    func types() throws {
        let correct = CorrectCommandLine.specification
        let line = ["X-1", "--individuals", "40", "--affected", "a", "--affected=b", "--controller", "c"]
        #expect(
            try CommandParameters.read(ParsedArguments(line, for: correct), correct) == [
                "breach": "X-1", "controllers": ["c"], "affected": ["a", "b"], "individuals": 40,
            ])
        let decide = DecideCommandLine.specification
        let words = ["--revise", "X-1", "notify", "--by-whom", "us", "--personal-data-reason", "r"]
        #expect(
            try CommandParameters.read(ParsedArguments(words, for: decide), decide) == [
                "breach": "X-1", "outcome": "notify", "revise": true, "byWhom": "us", "personalDataReason": "r",
            ])
    }

    @Test("A value is the same after a space and after an equals sign, whatever it begins with")
    func valuesAsTyped() throws {
        let ack = AckCommandLine.specification
        for value in ["", "=", "-", "--", "\u{301}Ada", "\u{FE0F}", "\u{200D}", "\r", "≠"] {
            let apart = try ParsedArguments(["X-1", "a", "--name", value], for: ack)
            #expect(try ParsedArguments(["X-1", "a", "--name=\(value)"], for: ack) == apart)
            #expect(apart.value("name").map { Array($0.utf8) } == Array(value.utf8))
        }
    }

    @Test(
        "What is missing, or none of a few, is a usage error that says what is accepted",
        arguments: [
            (["X-1", "maybe"], "notify or do-not-notify"), (["X-1"], "notify or do-not-notify"), ([], "BREACH"),
            (["X-1", "notify", "--matter", "both"], "ico, individuals"),
            (["X-1", "notify", "--revise=yes"], "no value"),
        ] as [([String], String)])
    func usage(line: [String], says: String) {
        let decide = DecideCommandLine.specification
        let failure = #expect(throws: CommandFailure.self) {
            try CommandParameters.read(ParsedArguments(line, for: decide), decide)
        }
        #expect(failure?.code == ExitCode.usage)
        #expect(failure?.sentence.contains(says) == true, "\(failure?.sentence ?? "")")
    }

    @Test("R30: A command's page says which right it needs: that of the method of its name, and none without one")
    func rights() {
        let withoutMethod: Set = ["verify", "deliver", "spool", "completion", "version", "help"]
        for command in CommandTable.all {
            let specification = command.specification
            let method = ControlMethod.allCases.first { $0.rawValue.lowercased() == specification.name }
            #expect((method == nil) == withoutMethod.contains(specification.name), "\(specification.name)")
            let page = HelpCommandLine.page(specification)
            for right in Access.Right.allCases {
                #expect(page.contains("Needs the right to \(right.rawValue).") == (method?.right == right))
            }
        }
        let commands = Set(CommandTable.all.map { $0.specification.name })
        let methods = Set(ControlMethod.allCases.filter { $0.right != nil }.map { $0.rawValue.lowercased() })
        #expect(methods.isSubset(of: commands), "what any client can do breachctl can")
    }

    @Test("R30: docs/access.md has the same table")
    func document() throws {
        let text = try Repository.text("docs/access.md")
        for right in Access.Right.allCases.map(Optional.init) + [nil] {
            let name = right.map { "`\($0.rawValue)`" } ?? "any of them"
            let row = try #require(text.split(separator: "\n").first { $0.hasPrefix("| \(name) |") })
            let methods = row.split(separator: "|")[1].split(separator: ",").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            #expect(methods == ControlMethod.allCases.filter { $0.right == right }.map(\.rawValue))
        }
    }

    @Test("R9: Only calls that come to the same twice are sent again when their answer is lost")
    func repeatable() {
        let not = ControlMethod.allCases.filter { !$0.isRepeatable }
        #expect(not == [.note, .escalate, .decide, .notified, .correct, .redact])
    }
}
