/// The register's journal on disk: facts are appended and made durable before anybody is told of them.
///
/// Source: contract of the journal; design, "Maildir and journal, the durable way".
struct Journal {
    /// Where the journal stands.
    ///
    /// Source: R29.
    private(set) var head: JournalHead

    private let file: any AppendableFile
    private let randomness: any Randomness
    private var size: Int

    /// Why a journal cannot be used.
    ///
    /// Source: design, "Three kinds of wrong".
    enum OpeningFailure: Error, Equatable, Sendable {
        /// A line is not as it was written.
        ///
        /// Source: design (a bad line anywhere stops the start with its number).
        case damaged(JournalReader.Damage)
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
    }

    /// Opens the journal, reads it through, and cuts off a torn last line before anything is appended.
    ///
    /// - Parameter each: Takes each fact in turn.
    ///
    /// Source: design.
    static func open(
        _ path: String,
        disk: any Disk,
        randomness: any Randomness,
        each: (Fact) -> Void
    ) throws(OpeningFailure) -> Opened {
        do {
            let bytes = try disk.read(path)
            let result = try JournalReader.read(bytes ?? []) { fact, _ in each(fact) }
            let file = try disk.openAppending(path)
            if (bytes ?? []).isEmpty { try disk.syncFolder(folder(of: path)) }
            if result.tornBytes > 0 { try file.truncate(to: result.wholeBytes) }
            let journal = Journal(head: result.head, file: file, randomness: randomness, size: result.wholeBytes)
            return Opened(journal: journal, tornBytes: result.tornBytes)
        } catch let error as JournalReader.Damage {
            throw .damaged(error)
        } catch let error as SystemError {
            throw .disk(error)
        } catch {
            preconditionFailure("reading a journal throws nothing else")
        }
    }

    private init(head: JournalHead, file: any AppendableFile, randomness: any Randomness, size: Int) {
        self.head = head
        self.file = file
        self.randomness = randomness
        self.size = size
    }

    /// Appends facts with one write, and with one sync makes them and all before them durable.
    ///
    /// - Parameter durably: Whether to sync. What is only the completion of an effect can be found out again after a
    ///   power cut, and rides with the next.
    ///
    /// Source: design, "one write and one fdatasync, before anyone is told".
    mutating func append(_ facts: [Fact], durably: Bool = true) throws(AppendingFailure) {
        var bytes: [UInt8] = []
        var newHead = head
        for fact in facts {
            let line = JournalRecord.line(for: fact, after: newHead) { randomness.bytes(JournalRecord.saltBytes) }
            bytes += line.bytes
            newHead = line.head
        }
        try write(bytes)
        if durably {
            do throws(SystemError) { try file.sync() } catch { throw .unknown(error) }
        }
        head = newHead
        size += bytes.count
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
