import Foundation
import Testing

@testable import BreachClock

private typealias Lines = [[UInt8]]

/// The lines of a journal with every kind of event.
private let lines: Lines = WireSamples.journal.map(\.bytes)

/// The line with its second column emptied.
private func emptied(_ line: [UInt8]) throws -> [UInt8] {
    let tab = try #require(line.firstIndex(of: UInt8(ascii: "\t")))
    return line[...tab] + [UInt8(ascii: "\n")]
}

private func read(_ lines: some Sequence<[UInt8]>) throws(JournalReader.Damage) -> JournalReader.Result {
    try JournalReader.read(Array(lines.joined())) { _, _ in }
}

private func damage(_ lines: Lines) throws -> JournalReader.Damage {
    let damage = try #require(throws: JournalReader.Damage.self) { try read(lines) }
    #expect(damage.description.hasPrefix("Line \(damage.line) is damaged. ") && damage.description.hasSuffix("."))
    return damage
}

@Suite("Journal: the whole of it")
struct JournalReaderTests {
    @Test("R31: A whole journal hands on every fact with where the journal stands after it")
    func whole() throws {
        var facts: [Fact] = []
        var heads: [JournalHead] = []
        let bytes = Array(lines.joined())
        let result = try JournalReader.read(bytes) { fact, head in
            facts.append(fact)
            heads.append(head)
        }
        #expect(facts == WireSamples.events.enumerated().map { WireSamples.fact($1.event, $0 + 1) })
        #expect(heads == WireSamples.journal.map(\.head))
        #expect(result.head == heads.last)
        #expect(result.wholeBytes == bytes.count)
        #expect(result.tornBytes == 0)
        #expect(result.redacted == [])
    }

    @Test("An empty journal stands at 0 and 64 zeros")
    func empty() throws {
        #expect(try read([]) == JournalReader.Result())
        #expect(JournalReader.Result().head == JournalHead(sequence: 0, hash: String(repeating: "0", count: 64)))
    }

    @Test("A torn last line is counted and not read, wherever it is torn")
    func torn() throws {
        let last = try #require(lines.last)
        let before = Array(lines.dropLast().joined())
        for length in 0..<last.count {
            var read = 0
            let result = try JournalReader.read(before + last[..<length]) { _, _ in read += 1 }
            #expect(read == lines.count - 1)
            #expect(result.wholeBytes == before.count)
            #expect(result.tornBytes == length)
            #expect(result.head.sequence == lines.count - 1)
        }
    }

    @Test(
        "A whole last line that ends with another byte than a line feed is damage that names it",
        arguments: lines.indices)
    func lineFeed(index: Int) throws {
        let before = Array(lines[...index].joined().dropLast())
        for bit in 0..<8 {
            let damage = #expect(throws: JournalReader.Damage.self) {
                try JournalReader.read(before + [UInt8(ascii: "\n") ^ 1 << bit]) { _, _ in }
            }
            #expect(damage?.line == index + 1)
        }
        // Without it, with a zero that the disk has in its place, or with the first byte of the texts and no more, it was
        // being written.
        #expect(try JournalReader.read(before) { _, _ in }.tornBytes == lines[index].count - 1)
        #expect(try JournalReader.read(before + [0]) { _, _ in }.tornBytes == lines[index].count)
        let tab = try #require(lines[index].firstIndex(of: UInt8(ascii: "\t")))
        let texts = lines[index][...tab] + [UInt8(ascii: "{")]
        guard lines[index].starts(with: texts) else { return }
        let torn = Array(lines[..<index].joined()) + texts
        #expect(try JournalReader.read(torn) { _, _ in }.tornBytes == texts.count)
    }

    @Test("A line torn anywhere but at the end is damage that names it", arguments: lines.indices.dropLast())
    func tornInside(index: Int) throws {
        var changed = lines
        changed[index] = lines[index].dropLast(20) + [UInt8(ascii: "\n")]
        #expect(try damage(changed).line == index + 1)
    }

    @Test("A line that is left out is noticed at its place", arguments: lines.indices.dropLast())
    func leftOut(index: Int) throws {
        var changed = lines
        changed.remove(at: index)
        let damage = try damage(changed)
        #expect(damage.line == index + 1)
        #expect(damage.reason.contains("\(index + 1) was expected"))
    }

    @Test("A line that is there twice, or two that changed places, are noticed", arguments: lines.indices.dropLast())
    func moved(index: Int) throws {
        var twice = lines
        twice.insert(lines[index], at: index)
        #expect(try damage(twice).line == index + 2)
        var swapped = lines
        swapped.swapAt(index, index + 1)
        #expect(try damage(swapped).line == index + 1)
    }

    @Test(
        "R31: A fact that was changed and numbered right is noticed at the line after it",
        arguments: lines.indices.dropLast())
    func forged(index: Int) throws {
        var fact = WireSamples.fact(WireSamples.events[index].event, index + 1)
        fact.account.uid += 1
        let before = index == 0 ? JournalHead.empty : WireSamples.journal[index - 1].head
        var changed = lines
        changed[index] = JournalRecord.line(for: fact, after: before, salt: { WireSamples.salt }).bytes
        let damage = try damage(changed)
        #expect(damage.line == index + 2)
        #expect(damage.reason.contains("SHA-256 of line \(index + 1)"))
    }

    @Test("A first line that follows another journal is noticed")
    func first() throws {
        let fact = WireSamples.fact(.daemonStopped)
        let head = JournalHead(sequence: 0, hash: WireSamples.hash)
        let line = JournalRecord.line(for: fact, after: head, salt: { [] }).bytes
        #expect(try damage([line]).reason.contains("64 zeros"))
    }

    @Test(
        "An empty line, a line of white space, CR at the end and NULs are damage", arguments: ["", " ", "\u{0}", "\r"])
    func emptyLines(text: String) throws {
        #expect(try damage(lines + [Array((text + "\n").utf8)]).line == lines.count + 1)
        let returned = lines.map { $0.dropLast() + Array((text + "\n").utf8) }
        if text == "\u{0}" { #expect(try damage(returned).line == 1) }
    }

    @Test("R31: A text that is gone is damage unless a later line says that it was redacted")
    func gone() throws {
        let redactionIndex = try #require(WireSamples.events.firstIndex { $0.name == "text-redacted" })
        for index in lines.indices {
            var changed = lines
            changed[index] = try emptied(lines[index])
            let names = try JournalRecord.read(changed[index].dropLast()).redacted
            if names.isEmpty {
                #expect(try read(changed).redacted == [])
            } else {
                let damage = try damage(changed)
                #expect(damage.line == index + 1)
                #expect(damage.reason.contains("no later line says that it was redacted"))
            }
        }
        // One line says that the summary of line 6 was.
        var changed = lines
        let line = WireSamples.text(lines[5])
        let summary = try #require(line.range(of: #""summary":\{"salt":[^}]*\},"#, options: .regularExpression))
        changed[5] = Array(line.replacingCharacters(in: summary, with: "").utf8)
        #expect(try read(changed).redacted == [.init(sequence: 6, field: "summary")])
        // Without that line it is damage again.
        #expect(try damage(Array(changed[..<redactionIndex])).line == 6)
    }

    @Test("R31: Texts that are said to be redacted and stand there still are named in the order of their lines")
    func kept() throws {
        let recorded = WireSamples.fact(.breachRecorded(WireSamples.fullRecord), 1)
        var journal = [JournalRecord.line(for: recorded, after: .empty, salt: { WireSamples.salt })]
        // The latest first, so that the order is the reader's own.
        for field in ["summary", "measures", "found"] {
            let record = RedactionRecord(
                reference: WireSamples.reference, sequence: 1, field: field, reason: .written("why"))
            let fact = WireSamples.fact(.textRedacted(record), journal.count + 1)
            let head = try #require(journal.last).head
            journal.append(JournalRecord.line(for: fact, after: head, salt: { WireSamples.salt }))
        }
        #expect(try read(journal.map(\.bytes)).kept.map(\.field) == ["found", "measures", "summary"])
    }

    @Test("R31: A redaction that stands before its text redacts nothing")
    func redactedBefore() throws {
        let record = RedactionRecord(
            reference: WireSamples.reference, sequence: 2, field: "name", reason: .written("too early"))
        let redaction = JournalRecord.line(
            for: WireSamples.fact(.textRedacted(record), 1), after: .empty, salt: { WireSamples.salt })
        let sample = try #require(WireSamples.events.first { $0.name == "partner-acknowledged, full" })
        var acknowledgement = sample.event
        if case .acknowledged(var inner) = acknowledgement {
            inner.personalDataReason = nil
            acknowledgement = .acknowledged(inner)
        }
        let line = JournalRecord.line(
            for: WireSamples.fact(acknowledgement, 2), after: redaction.head, salt: { WireSamples.salt })
        #expect(try read([redaction.bytes, line.bytes]).redacted == [])
        let gone = try emptied(line.bytes)
        #expect(throws: JournalReader.Damage.self) { try read([redaction.bytes, gone]) }
    }
}
