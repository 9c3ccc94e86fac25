import Foundation
import Testing

@testable import BreachClock

/// The pages of docs/man against what they describe: each names all of it, and nothing else.
@Suite("The manual")
struct ManualTests {
    private static func lines(_ path: String) throws -> [String] {
        try Repository.text(path).components(separatedBy: "\n")
    }

    /// The lines of a section or subsection of a page, to the next one.
    private static func section(_ heading: String, of page: String) throws -> [String] {
        let lines = try lines("docs/man/\(page)")
        let start = try #require(lines.firstIndex(of: heading), "\(page) has no \(heading)")
        return Array(lines[(start + 1)...].prefix { !$0.hasPrefix(".Sh ") && !$0.hasPrefix(".Ss ") })
    }

    private static func items(_ lines: [String]) -> [String] { lines.filter { $0.hasPrefix(".It ") } }

    private static func item(_ option: CommandSpecification.Option) -> String {
        let value =
            option.choices.isEmpty
            ? option.value.map { " Ar \($0.lowercased())" } : " Cm \(option.choices.joined(separator: " | "))"
        return ".It Fl -\(option.name)\(value ?? "")"
    }

    private static func item(_ command: CommandSpecification) -> String {
        command.operands.reduce(".It Cm \(command.name)") { line, operand in
            let value =
                operand.choices.isEmpty
                ? "Ar \(operand.name.lowercased())" : "Cm \(operand.choices.joined(separator: " | "))"
            return "\(line)\(operand.isOptional ? " Op" : "") \(value)\(operand.isRepeatable ? " ..." : "")"
        }
    }

    @Test("breachctl(1) has each command with its operands and options, in the order of the table, and no other")
    func commands() throws {
        let found = Self.items(try Self.section(".Ss Commands", of: "breachctl.1"))
        let expected = CommandTable.all.flatMap { command in
            [Self.item(command.specification)] + command.specification.options.map(Self.item)
        }
        for (found, expected) in zip(found, expected) where found != expected {
            Issue.record("breachctl.1 has \(found) where the table of commands has \(expected)")
            return
        }
        #expect(found.count == expected.count)
        let common = Self.items(try Self.section(".Sh DESCRIPTION", of: "breachctl.1"))
        #expect(common == CommandSpecification.commonOptions.map(Self.item))
    }

    @Test("A page's exit codes are those of its program, and both together have every one that there is")
    func exitCodes() throws {
        let pages: [String: [Int32]] = [
            "breachctl.1": [
                ExitCode.done, ExitCode.usage, ExitCode.refused, ExitCode.notFound, ExitCode.noDaemon, ExitCode.bug,
                ExitCode.tryAgain, ExitCode.notPermitted,
            ],
            "breachd.8": [
                ExitCode.done, ExitCode.usage, ExitCode.damagedJournal, ExitCode.diskFailure, ExitCode.tryAgain,
                ExitCode.configuration,
            ],
        ]
        var all: Set<String> = []
        for (page, codes) in pages {
            let found = Self.items(try Self.section(".Sh EXIT STATUS", of: page)).map { String($0.dropFirst(4)) }
            #expect(found == codes.map { "\($0)" }, "\(page)")
            all.formUnion(found)
        }
        let source = try Self.lines("Sources/BreachClock/Model/ExitCode.swift").joined(separator: "\n")
        let defined = source.matches(of: #/static let \w+: Int32 = (\d+)/#).map { String($0.1) }
        #expect(all == Set(defined))
    }

    @Test("Every variable of the environment that a program reads has its place in a page, and no other has")
    func environment() throws {
        var read: Set<String> = []
        let files = try #require(
            FileManager.default.enumerator(atPath: Repository.root.appending(path: "Sources").path))
        for case let name as String in files where name.hasSuffix(".swift") {
            let source = try Self.lines("Sources/\(name)").joined(separator: "\n")
            read.formUnion(
                source.matches(of: #/(?:environment\(|variable\w* = )"([A-Z_]+)"/#).map { String($0.1) })
        }
        let documented = try ["breachctl.1", "breachd.8"].flatMap { page in
            Self.items(try Self.section(".Sh ENVIRONMENT", of: page)).flatMap {
                $0.dropFirst(".It Ev ".count).components(separatedBy: " , ")
            }
        }
        #expect(Set(documented) == read)
    }

    @Test("breachd(8) has the signals that the daemon acts on")
    func signals() throws {
        let source = try Self.lines("Sources/BreachClock/System/SignalPipe.swift").joined(separator: "\n")
        let handled = try #require(source.firstMatch(of: #/for signal in \[([A-Z, ]+)\]/#)).1
        let documented = Self.items(try Self.section(".Ss Signals", of: "breachd.8")).joined(separator: " ")
        for name in handled.split(separator: ", ") { #expect(documented.contains(name), "\(name)") }
        #expect(documented.matches(of: #/SIG[A-Z]+/#).count == handled.split(separator: ", ").count)
    }

    /// The parts of the schema, and where breachclock.json(5) has their keys.
    static let parts: [(heading: String, path: [String])] = [
        (".Sh DESCRIPTION", []), (".Ss organisation", ["properties", "organisation"]),
        (".Ss regulator", ["properties", "regulator"]), (".Ss paths", ["properties", "paths"]),
        (".Ss access", ["properties", "access"]), (".Ss timing", ["properties", "timing"]),
        (".Ss officeHours", ["properties", "officeHours"]), (".Ss protocols", ["$defs", "protocol"]),
        (".Ss clause", ["$defs", "clause"]), (".Ss partners", ["$defs", "partner"]), (".Ss owner", ["$defs", "body"]),
        (".Ss deputies", ["$defs", "deputies", "items"]),
    ]

    @Test("breachclock.json(5) has each key of the configuration's schema, and no other", arguments: Self.parts)
    func keys(part: (heading: String, path: [String])) throws {
        let data = Data(try Repository.bytes("docs/config.schema.json"))
        var object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        for key in part.path { object = try #require(object[key] as? [String: Any]) }
        let expected = try #require(object["properties"] as? [String: Any]).keys
        let found = Self.items(try Self.section(part.heading, of: "breachclock.json.5"))
        #expect(Set(found.compactMap { $0.split(separator: " ").dropFirst(2).first.map(String.init) }) == Set(expected))
        #expect(found.count == expected.count)
        // Which values one of a few may have.
        for item in found {
            let key = item.split(separator: " ")[2]
            let properties = try #require(object["properties"] as? [String: [String: Any]])
            guard let values = properties[String(key)]?["enum"] as? [Any] else { continue }
            #expect(item == ".It Cm \(key) Cm \(values.compactMap { $0 as? String }.joined(separator: " | "))")
        }
    }

    @Test("No part of the schema with keys of its own is left out of breachclock.json(5)")
    func noPartLeftOut() throws {
        let data = Data(try Repository.bytes("docs/config.schema.json"))
        func count(_ value: Any) -> Int {
            switch value {
            case let object as [String: Any]:
                (object["additionalProperties"] == nil ? 0 : 1) + object.values.map(count).reduce(0, +)
            case let array as [Any]: array.map(count).reduce(0, +)
            default: 0
            }
        }
        #expect(count(try JSONSerialization.jsonObject(with: data)) == Self.parts.count)
    }
}
