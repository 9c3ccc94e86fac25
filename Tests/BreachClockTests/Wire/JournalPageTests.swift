import Foundation
import Testing

@testable import BreachClock

/// docs/journal.md against the facts that are written: it names each type, each member and each text.
@Suite("docs/journal.md")
struct JournalPageTests {
    /// What stands in backticks outside of blocks of commands.
    private static func names(in text: String) -> Set<String> {
        let prose = text.components(separatedBy: "\n```").enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        return Set(prose.flatMap { part in part.matches(of: #/`([^`\n]+)`/#).map { String($0.output.1) } })
    }

    /// The section of each type, by its heading, to the next heading.
    private static func sections() throws -> [String: String] {
        let parts = try Repository.text("docs/journal.md").components(separatedBy: "\n### `").dropFirst()
        return try parts.reduce(into: [:]) { sections, part in
            let end = try #require(part.firstIndex(of: "`"))
            sections[String(part[..<end])] = part.components(separatedBy: "\n## ")[0]
        }
    }

    /// The facts of the golden lines: every type with every member that it can have.
    private static func facts() throws -> [JSONObject] {
        try WireSamples.journal.map { line in
            let column = line.bytes.prefix { $0 != UInt8(ascii: "\t") }
            return try #require(try JSON(parsing: Array(column)).object)
        }
    }

    /// The members of a value and of what is within it. Those of `awareAt` are ids of partners.
    private static func keys(of value: JSON) -> Set<String> {
        switch value {
        case .object(let object):
            object.members.reduce(into: []) { keys, member in
                keys.insert(member.key)
                if member.key != "awareAt" { keys.formUnion(Self.keys(of: member.value)) }
            }
        case .array(let elements): elements.reduce(into: []) { $0.formUnion(Self.keys(of: $1)) }
        default: []
        }
    }

    /// The members that the coders write, by their own text: also one that no golden line has.
    private static func written() throws -> Set<String> {
        let coders = ["EventCoding", "MatterCoding", "ProtocolCoding", "JournalRecord"]
        return try coders.reduce(into: []) { names, coder in
            let source = try Repository.text("Sources/BreachClock/Wire/\(coder).swift")
            names.formUnion(source.matches(of: #/"([a-z][A-Za-z]*)": /#).map { String($0.output.1) })
            names.formUnion(source.matches(of: #/append\(\s*"([a-z][A-Za-z]*)",/#).map { String($0.output.1) })
        }
    }

    @Test("Every type of fact has a section, and no other has one")
    func types() throws {
        #expect(Set(try Self.sections().keys) == Set(FactType.allCases.map(\.rawValue)))
    }

    @Test("The section of a type names each member of its own", arguments: FactType.allCases)
    func ownMembers(type: FactType) throws {
        let names = Self.names(in: try #require(try Self.sections()[type.rawValue]))
        let ofEveryFact: Set<String> = [
            "seq", "at", "prev", "type", "account", "uid", "breach", "texts", "check",
        ]
        let facts = try Self.facts().filter { $0["type"]?.string == type.rawValue }
        #expect(!facts.isEmpty)
        let missing = facts.reduce(into: Set<String>()) { $0.formUnion($1.members.map(\.key)) }
            .subtracting(ofEveryFact).subtracting(names)
        #expect(missing.isEmpty, "\(type.rawValue) has \(missing.sorted())")
    }

    @Test("The page names each member at any depth, and each text, that a golden line has or a coder can write")
    func everyMember() throws {
        let names = Self.names(in: try Repository.text("docs/journal.md"))
        let golden = try Self.facts().reduce(into: Set<String>()) { $0.formUnion(Self.keys(of: .object($1))) }
        let written = try Self.written()
        #expect(golden.subtracting(TextField.allCases.map(\.rawValue)).count > 50)
        #expect(written.subtracting(golden).subtracting(["salt"]).isEmpty, "no golden line has them")
        let missing = golden.union(written).subtracting(["salt"]).subtracting(names)
        #expect(missing.isEmpty, "\(missing.sorted())")
    }

    @Test("The page names each word that a member can be")
    func words() throws {
        let names = Self.names(in: try Repository.text("docs/journal.md"))
        var words = Risk.allCases.map(\.rawValue) + CyberIncident.allCases.map(\.rawValue)
        words += Channel.allCases.map(\.rawValue) + NoteKind.allCases.map(\.rawValue)
        words += MatterName.allCases.map(\.rawValue) + Outcome.allCases.map(\.rawValue)
        words += TellingGround.allCases.map(\.rawValue) + EscalationReason.allCases.map(\.rawValue)
        words += NotificationPhase.allCases.map(\.rawValue) + DeadlineName.allCases.map(\.rawValue)
        words += ReminderSubject.allCases.map(\.rawValue) + NoticeKind.allCases.map(\.rawValue)
        words += OutstandingTests.all.map(\.identifier).filter { !$0.hasPrefix("acknowledgement ") }
        words += Recipient.reservedNames + [Upcoming.What.deadline.name]
        let missing = Set(words).subtracting(names)
        #expect(missing.isEmpty, "\(missing.sorted())")
    }
}
