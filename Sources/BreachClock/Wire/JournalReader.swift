/// Reads a journal from its first line to its last and checks that nothing was changed: the numbers, the chain, the
/// texts against their digests, and that every text that is gone was redacted by a recorded fact.
///
/// Source: R31; contract of the journal.
enum JournalReader {
    /// What was found.
    ///
    /// Source: contract of `verify`.
    struct Result: Equatable, Sendable {
        /// Where the journal stands.
        ///
        /// Source: contract of the journal.
        var head = JournalHead.empty
        /// The bytes up to the end of the last whole line.
        ///
        /// Source: design, "a torn last line is cut off on start".
        var wholeBytes = 0
        /// The bytes after it: a line that was being written when the machine stopped.
        ///
        /// Source: design.
        var tornBytes = 0
        /// The texts that are redacted, as the numbers of their facts and their names.
        ///
        /// Source: R31.
        var redacted: [RedactedText] = []
        /// The texts that a later line says are redacted, and that are there all the same: an older copy was put back.
        ///
        /// Source: R31.
        var kept: [RedactedText] = []
    }

    /// A text that is gone.
    ///
    /// Source: R31.
    struct RedactedText: Hashable, Sendable {
        /// The number of the fact that it stood beside.
        ///
        /// Source: R31.
        var sequence: Int
        /// Its name.
        ///
        /// Source: R31.
        var field: String
    }

    /// A line that is not as it was written.
    ///
    /// Source: contract of `verify` (names the line).
    struct Damage: Error, Equatable, Sendable, CustomStringConvertible {
        /// The line, from 1.
        ///
        /// Source: contract of `verify`.
        var line: Int
        /// What is wrong with it, in one sentence.
        ///
        /// Source: contract of `verify`.
        var reason: String

        /// One sentence with the line's number.
        ///
        /// Source: contract of `verify`.
        var description: String { "Line \(line) is damaged. \(reason)" }
    }

    /// Reads one line, without its line feed.
    ///
    /// Source: contract of the journal.
    typealias LineReader = (ArraySlice<UInt8>) throws(JournalRecord.Damage) -> JournalRecord.Content

    /// Reads the journal, handing on each fact with where the journal stands after it.
    ///
    /// - Parameter readLine: For the simulation, which reads the same lines many times and remembers what they held.
    ///
    /// Source: contract of the journal.
    static func read(
        _ bytes: [UInt8],
        readLine: LineReader = JournalRecord.read,
        each: (Fact, JournalHead) -> Void
    ) throws(Damage) -> Result {
        var result = Result()
        var redactions: Set<RedactedText> = []
        while let end = bytes[result.wholeBytes...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = result.head.sequence + 1
            let content: JournalRecord.Content
            do throws(JournalRecord.Damage) {
                content = try readLine(bytes[result.wholeBytes..<end])
            } catch {
                throw Damage(line: line, reason: error.reason)
            }
            try check(content, follows: result.head)
            result.redacted += content.redacted.map { RedactedText(sequence: line, field: $0) }
            if case .textRedacted(let record) = content.fact.event, record.sequence < line {
                redactions.insert(RedactedText(sequence: record.sequence, field: record.field))
            }
            result.head = content.head
            result.wholeBytes = end + 1
            each(content.fact, content.head)
        }
        result.tornBytes = bytes.count - result.wholeBytes
        try checkTail(bytes[result.wholeBytes...], after: result.head)
        if let gone = result.redacted.first(where: { !redactions.contains($0) }) {
            let reason = "Its text “\(gone.field)” is missing, and no later line says that it was redacted."
            throw Damage(line: gone.sequence, reason: reason)
        }
        result.kept = redactions.subtracting(result.redacted).sorted {
            ($0.sequence, $0.field) < ($1.sequence, $1.field)
        }
        return result
    }

    /// A line that was being written when the machine stopped is a part of one. A whole line and one byte more was written
    /// to its end, and its line feed was changed since.
    private static func checkTail(_ tail: ArraySlice<UInt8>, after head: JournalHead) throws(Damage) {
        // What a disk did not take reads as zeros, and a sync can fail between a line and its line feed.
        guard let last = tail.last, last != 0 else { return }
        let content: JournalRecord.Content
        do throws(JournalRecord.Damage) { content = try JournalRecord.read(tail.dropLast()) } catch { return }
        // The texts were being written, and this is where they begin.
        if last == UInt8(ascii: "{"), !content.redacted.isEmpty { return }
        try check(content, follows: head)
        throw Damage(line: head.sequence + 1, reason: "It does not end with a line feed: that was changed.")
    }

    private static func check(_ content: JournalRecord.Content, follows head: JournalHead) throws(Damage) {
        let line = head.sequence + 1
        guard content.fact.sequence == line else {
            throw Damage(line: line, reason: "It is numbered \(content.fact.sequence); \(line) was expected.")
        }
        guard content.previousHash == head.hash else {
            let reason =
                line == 1
                ? "Its “prev” is not 64 zeros, so lines before it are missing."
                : "Its “prev” is not the SHA-256 of line \(line - 1): one of the two was changed."
            throw Damage(line: line, reason: reason)
        }
    }
}
