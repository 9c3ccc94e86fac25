/// One line of a journal holds a fact, or is damaged; a fact that is written again reads the same.
enum RecordTarget: FuzzTarget {
    static let name = "record"

    static func run(_ bytes: [UInt8]) {
        check(bytes)
        // Digests are nothing that anybody hits upon: with right ones in their place the rest is looked at too.
        if let line = MendedJournal.line(bytes[...], after: .empty) { check(line) }
    }

    private static func check(_ line: [UInt8]) {
        let content: JournalRecord.Content
        do throws(JournalRecord.Damage) { content = try JournalRecord.read(line[...]) } catch { return }
        let fact = content.fact
        expect(content.head.sequence == fact.sequence, "the head has another number than the fact")
        // The digest of a text that is gone stands in the line alone.
        guard content.redacted.isEmpty else { return }
        let before = JournalHead(sequence: fact.sequence - 1, hash: content.previousHash)
        let written = JournalRecord.line(for: fact, after: before) { Array(0..<16) }
        expect(written.bytes.last == UInt8(ascii: "\n"), "it is written without a line end")
        expect(written.bytes.count { $0 == UInt8(ascii: "\n") } == 1, "it is written as several lines")
        let again = need(try? JournalRecord.read(written.bytes.dropLast()), "written again it cannot be read")
        expect(again.fact == fact && again.previousHash == content.previousHash, "written again it reads differently")
        expect(again.head == written.head, "written again it has another hash")
        checkRedaction(of: fact, written.bytes.dropLast())
    }

    /// Redacting every text leaves the chain as it was, and none of the texts.
    private static func checkRedaction(of fact: Fact, _ line: ArraySlice<UInt8>) {
        let names = Set(EncodedEvent(fact.event).texts.map(\.name))
        let emptied = need(try? JournalRecord.line(line, without: names), "it cannot be redacted")
        let redacted = need(try? JournalRecord.read(emptied[...]), "once redacted it cannot be read")
        expect(emptied.last == UInt8(ascii: "\t"), "once redacted it has a text")
        expect(redacted.redacted == names.sorted(), "once redacted it says that other texts are gone")
        let before = try? JournalRecord.read(line)
        expect(redacted.head == before?.head, "redacting it changes its hash")
    }
}

/// A journal is whole up to a torn line, or damaged at a line of it; it reads the same however much of it is torn off.
enum JournalTarget: FuzzTarget {
    static let name = "journal"

    static func run(_ bytes: [UInt8]) {
        check(bytes)
        check(MendedJournal.journal(bytes))
    }

    private static func check(_ bytes: [UInt8]) {
        let lines = bytes.count { $0 == UInt8(ascii: "\n") }
        var facts: [Fact] = []
        let result: JournalReader.Result
        do throws(JournalReader.Damage) {
            result = try JournalReader.read(bytes) { fact, head in
                expect(head.sequence == facts.count + 1, "a fact is skipped")
                facts.append(fact)
            }
        } catch {
            expect((1...lines).contains(error.line), "line \(error.line) of \(lines) is damaged")
            return
        }
        expect(facts.count == lines && result.head.sequence == lines, "\(facts.count) facts of \(lines) lines")
        expect(result.wholeBytes + result.tornBytes == bytes.count, "bytes are neither whole nor torn")
        expect(!bytes[result.wholeBytes...].contains(UInt8(ascii: "\n")), "a whole line is taken for torn")
        guard result.tornBytes > 0 else { return }
        var whole = result
        whole.tornBytes = 0
        let again = try? JournalReader.read(Array(bytes[..<result.wholeBytes])) { _, _ in }
        expect(again == whole, "without its torn line it reads differently")
    }
}

/// Lines with the numbers, hashes and digests that a writer would have given them.
enum MendedJournal {
    /// The lines of a text one after the other, those that cannot be mended left as they are.
    static func journal(_ bytes: [UInt8]) -> [UInt8] {
        var head = JournalHead.empty
        var mended: [UInt8] = []
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let torn = lines.removeLast()
        for line in lines {
            let line = Self.line(line, after: head) ?? Array(line)
            let fact = Array(line.prefix { $0 != UInt8(ascii: "\t") })
            head = JournalHead(sequence: head.sequence + 1, hash: SHA256.hexadecimal(of: fact))
            mended += line + [UInt8(ascii: "\n")]
        }
        return mended + torn
    }

    /// The line with the number, the hash and the digests that belong there; nil where its columns are no objects.
    static func line(_ line: ArraySlice<UInt8>, after head: JournalHead) -> [UInt8]? {
        let columns = line.split(separator: UInt8(ascii: "\t"), maxSplits: 1, omittingEmptySubsequences: false)
        guard columns.count == 2, var fact = (try? JSON(parsing: columns[0]))?.object else { return nil }
        fact["seq"] = .integer(head.sequence + 1)
        fact["prev"] = .string(head.hash)
        let texts = (try? JSON(parsing: columns[1]))?.object ?? JSONObject()
        var digests = fact["texts"]?.object ?? JSONObject()
        for member in texts.members {
            let salt = member.value.object?["salt"]?.string.flatMap { Hex.decode($0) } ?? []
            let text = member.value.object?["text"]?.string ?? ""
            digests[member.key] = .string(SHA256.hexadecimal(of: salt + Array(text.utf8)))
        }
        if !digests.members.isEmpty { fact["texts"] = .object(digests) }
        return JSON.object(fact).compactBytes() + [UInt8(ascii: "\t")] + columns[1]
    }
}
