/// The register's journal on disk: facts are appended and made durable before anybody is told of them.
///
/// Source: contract of the journal; design, "Maildir and journal, the durable way".
struct Journal {
    /// Where the journal stands.
    ///
    /// Source: R29.
    private(set) var head: JournalHead

    private let path: String
    private let disk: any Disk
    private var file: any OpenFile
    private let randomness: any Randomness
    private var size: Int
    private var edition = 0

    /// Why a journal cannot be used.
    ///
    /// Source: design, "Three kinds of wrong".
    enum OpeningFailure: Error, Equatable, Sendable {
        /// A line is not as it was written.
        ///
        /// Source: design (a bad line anywhere stops the start with its number).
        case damaged(JournalReader.Damage)
        /// It has no fact, and had some before: somebody took it away.
        ///
        /// Source: design (a register is never begun in the place of another).
        case gone
        /// The disk refused.
        ///
        /// Source: design.
        case disk(SystemError)
    }

    /// Why facts were not recorded.
    ///
    /// Source: design, "Three kinds of wrong".
    enum AppendingFailure: Error, Equatable, Sendable {
        /// Nothing was recorded, and the journal is as it was: trying again may help.
        ///
        /// Source: contract of the exit codes (75).
        case notWritten(SystemError)
        /// Nobody can say what is on the disk: the daemon must end and start from what is there.
        ///
        /// Source: design (never go on past a failed sync).
        case unknown(SystemError)
    }

    /// An opened journal and what was found in it.
    ///
    /// Source: contract of the journal.
    struct Opened {
        /// The journal.
        ///
        /// Source: contract of the journal.
        var journal: Journal
        /// The bytes of a torn last line that were cut off.
        ///
        /// Source: design.
        var tornBytes: Int
        /// The texts that are there though they were redacted.
        ///
        /// Source: R31.
        var kept: [JournalReader.RedactedText]
    }

    /// Opens the journal, reads it through, and cuts off a torn last line before anything is appended.
    ///
    /// - Parameters:
    ///   - isBegun: Whether facts were durable in it before. Then one without any is refused as it is found, not begun
    ///     anew: what follows would look like a whole register and take the place of its copies.
    ///   - readLine: For the simulation, as in `JournalReader.read`.
    ///   - each: Takes each fact in turn, with where the journal stands after it.
    ///
    /// Source: design.
    static func open(
        _ path: String,
        disk: any Disk,
        randomness: any Randomness,
        isBegun: Bool = false,
        readLine: JournalReader.LineReader = JournalRecord.read,
        each: (Fact, JournalHead) -> Void
    ) throws(OpeningFailure) -> Opened {
        do {
            let bytes = try disk.read(path)
            let result = try JournalReader.read(bytes ?? [], readLine: readLine, each: each)
            if isBegun, result.head == .empty { throw OpeningFailure.gone }
            // What a crash left of a redaction that nobody was told of.
            try disk.remove(next(path))
            let file = try disk.open(path, for: .appending)
            // A crash may have come between a change of the folder, for a new journal or a redaction, and its sync.
            try disk.syncFolder(folder(of: path))
            if result.tornBytes > 0 { try file.truncate(to: result.wholeBytes) }
            let journal = Journal(
                head: result.head, path: path, disk: disk, file: file, randomness: randomness, size: result.wholeBytes)
            return Opened(journal: journal, tornBytes: result.tornBytes, kept: result.kept)
        } catch let error as OpeningFailure {
            throw error
        } catch let error as JournalReader.Damage {
            throw .damaged(error)
        } catch let error as SystemError {
            throw .disk(error)
        } catch {
            preconditionFailure("reading a journal throws nothing else")
        }
    }

    private init(
        head: JournalHead,
        path: String,
        disk: any Disk,
        file: any OpenFile,
        randomness: any Randomness,
        size: Int
    ) {
        self.head = head
        self.path = path
        self.disk = disk
        self.file = file
        self.randomness = randomness
        self.size = size
    }

    /// Appends facts with one write, and makes them durable with one sync: where the journal stands is told to
    /// everybody, and no power cut may take it back.
    ///
    /// Source: design, "one write and one fdatasync, before anyone is told".
    mutating func append(_ facts: [Fact]) throws(AppendingFailure) {
        let (bytes, newHead) = lines(facts)
        try checkPlace()
        try write(bytes)
        do throws(SystemError) { try file.sync() } catch { throw .unknown(error) }
        head = newHead
        size += bytes.count
    }

    /// Appends facts and deletes texts in one step: the journal is written anew beside the old one and takes its place.
    ///
    /// Source: R31; design, "redaction rewrites the file whole".
    mutating func append(_ facts: [Fact], redacting texts: Set<JournalReader.RedactedText>) throws(AppendingFailure) {
        let (added, newHead) = lines(facts)
        try checkPlace()
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try without(texts, recorded() + added)
            try disk.write(Self.next(path), bytes, permissions: 0o600, durably: true)
        } catch {
            // What cannot be removed now is removed at the next start.
            try? disk.remove(Self.next(path))
            throw .notWritten(error)
        }
        do throws(SystemError) {
            // A rename that failed may have been done all the same: then what is open is no file of the folder any more.
            try disk.rename(Self.next(path), to: path)
            try disk.syncFolder(folder(of: path))
            file = try disk.open(path, for: .appending)
        } catch {
            throw .unknown(error)
        }
        head = newHead
        size = bytes.count
        edition += 1
    }

    // MARK: - Reading while it grows

    /// Bytes of the journal that are read at once, unless a line is longer.
    private static let portionBytes = 16_384

    /// Where it ends.
    ///
    /// Source: contract of `watch`.
    var end: JournalPlace { JournalPlace(sequence: head.sequence, offset: size, edition: edition) }

    /// Whether there are facts after that place.
    ///
    /// Source: contract of `watch`.
    func hasFacts(after place: JournalPlace) -> Bool { place.sequence < head.sequence }

    /// A portion of the facts after that place, which moves behind them.
    ///
    /// - Parameter passing: The number of the last fact to pass over unread.
    ///
    /// Source: contract of `watch`.
    func facts(after place: inout JournalPlace, passing: Int) throws(SystemError) -> [Fact] {
        // After a redaction the lines are the same, and stand elsewhere.
        if place.edition != edition { place = JournalPlace(sequence: 0, offset: 0, edition: edition) }
        var facts: [Fact] = []
        for line in try wholeLines(after: place).split(separator: UInt8(ascii: "\n")) {
            if place.sequence >= passing { facts.append(try fact(line, after: place)) }
            place.sequence += 1
            place.offset += line.count + 1
        }
        return facts
    }

    private func fact(_ line: ArraySlice<UInt8>, after place: JournalPlace) throws(SystemError) -> Fact {
        do throws(JournalRecord.Damage) {
            let fact = try JournalRecord.read(line).fact
            if fact.sequence == place.sequence + 1 { return fact }
        } catch {
            // It was read through at the start: somebody else has written to it since.
        }
        throw SystemError.notAsWritten("read", path)
    }

    /// The lines after that place that fit into a portion, one at least; none at the end.
    private func wholeLines(after place: JournalPlace) throws(SystemError) -> ArraySlice<UInt8> {
        let rest = size - place.offset
        var count = min(rest, Self.portionBytes)
        while count > 0 {
            let bytes = try file.read(atMost: count, from: place.offset)
            if let end = bytes.lastIndex(of: UInt8(ascii: "\n")) { return bytes[...end] }
            guard bytes.count == count, count < rest else { throw SystemError.notAsWritten("read", path) }
            count = min(rest, count * 2)
        }
        return []
    }

    /// The journal as it stands on the disk, which must be all that was written.
    private func recorded() throws(SystemError) -> [UInt8] {
        guard let bytes = try disk.read(path), bytes.count >= size else {
            throw SystemError.notAsWritten("redact a text of", path)
        }
        return Array(bytes[..<size])
    }

    /// The lines without those texts, which may stand beside facts of this very turn.
    private func without(
        _ texts: Set<JournalReader.RedactedText>,
        _ bytes: [UInt8]
    ) throws(SystemError) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
            number += 1
            let names = Set(texts.filter { $0.sequence == number }.map(\.field))
            do throws(JournalRecord.Damage) {
                result += names.isEmpty ? Array(line) : try JournalRecord.line(line, without: names)
            } catch {
                // It was read through at the start: somebody else has written to it since.
                throw SystemError.notAsWritten("redact a text of", path)
            }
            result.append(UInt8(ascii: "\n"))
        }
        return result
    }

    private func lines(_ facts: [Fact]) -> (bytes: [UInt8], head: JournalHead) {
        var bytes: [UInt8] = []
        var newHead = head
        for fact in facts {
            let line = JournalRecord.line(for: fact, after: newHead) { randomness.bytes(JournalRecord.saltBytes) }
            bytes += line.bytes
            newHead = line.head
        }
        return (bytes, newHead)
    }

    private static func next(_ path: String) -> String { "\(path).next" }

    /// Somebody may have put another file in its place: what is written to this one then is in no register. One that was
    /// cut or written over where it stands is told by the next start, which finds that the lines do not follow: it would
    /// cut off what looks like a torn line if the daemon ended for it.
    private func checkPlace() throws(AppendingFailure) {
        let isInPlace: Bool
        do throws(SystemError) { isInPlace = try file.isInPlace() } catch { throw .notWritten(error) }
        if !isInPlace { throw .unknown(.replaced(path)) }
    }

    /// A write that failed may have left a part of it: it is cut off, so that the next begins on a line of its own.
    private func write(_ bytes: [UInt8]) throws(AppendingFailure) {
        do throws(SystemError) {
            try file.append(bytes)
        } catch {
            let failure = error
            do throws(SystemError) { try file.truncate(to: size) } catch { throw .unknown(error) }
            throw .notWritten(failure)
        }
    }
}
