import Testing

@testable import BreachClock

/// The lines that have texts, without their line feeds, and the names of these.
private let withTexts: [(line: [UInt8], names: [String])] = zip(WireSamples.events, WireSamples.journal)
    .map { sample, line in (Array(line.bytes.dropLast()), sample.event.namedTexts.map(\.name)) }
    .filter { !$0.names.isEmpty }

@Suite("Journal lines: texts taken out")
struct JournalTextRemovalTests {
    @Test("R31: Without one of its texts a line reads as redacted there, and its fact stays in the chain")
    func oneText() throws {
        #expect(withTexts.count > 10)
        for (line, names) in withTexts {
            let before = try JournalRecord.read(line[...])
            for name in names {
                let after = try JournalRecord.read(JournalRecord.line(line[...], without: [name])[...])
                #expect(after.redacted == [name])
                #expect(after.head == before.head && after.previousHash == before.previousHash)
                #expect(after.fact.event == before.fact.event.redacting(name))
            }
        }
    }

    @Test("R31: Without all of its texts a line ends with its tab")
    func allTexts() throws {
        for (line, names) in withTexts {
            let emptied = try JournalRecord.line(line[...], without: Set(names))
            #expect(emptied.last == UInt8(ascii: "\t") && line.starts(with: emptied))
            #expect(try JournalRecord.line(emptied[...], without: Set(names)) == emptied, "nothing is left to take out")
        }
    }

    @Test(
        "R31: What a line has no text of leaves it as it is, byte for byte",
        arguments: [[], ["nobody"], ["seq", "at"]])
    func noText(names: [String]) throws {
        for (line, _) in withTexts {
            #expect(try JournalRecord.line(line[...], without: Set(names)) == line)
        }
    }

    @Test(
        "A line that is none, or whose texts are none, has nothing taken out", arguments: ["", "{}", "{}\t[", "{}\t1"])
    func damaged(text: String) throws {
        let line = Array(text.utf8)
        let damage = #expect(throws: JournalRecord.Damage.self) {
            try JournalRecord.line(line[...], without: ["summary"])
        }
        #expect(damage?.reason.hasSuffix(".") == true)
    }
}
