import Testing

@testable import BreachClock

@Suite("Journal on a disk")
struct JournalTests {
    private static let path = "/journal"
    let disk = SimulatedDisk(seed: 0)

    private func open() throws -> Journal.Opened {
        try Journal.open(Self.path, disk: disk, randomness: SeededRandomness(seed: 0)) { _, _ in }
    }

    /// A journal with the first so many sample facts.
    private func journal(_ count: Int) throws -> Journal {
        var journal = try open().journal
        try journal.append(Self.facts(1...count))
        return journal
    }

    private static func facts(_ numbers: ClosedRange<Int>) -> [Fact] {
        numbers.map { WireSamples.fact(WireSamples.events[$0 - 1].event, $0) }
    }

    private static let next = WireSamples.fact(.daemonStopped, 7)
    private static let summary: Set<JournalReader.RedactedText> = [.init(sequence: 6, field: "summary")]
    private static let redaction = WireSamples.fact(
        .textRedacted(
            RedactionRecord(
                reference: WireSamples.reference, sequence: 6, field: "summary", reason: .written("It named a patient.")
            )),
        7)

    private var lines: [[UInt8]] {
        (disk.contents(Self.path) ?? []).split(separator: UInt8(ascii: "\n")).map(Array.init)
    }

    @Test("A damaged line keeps the journal from being opened, and is named")
    func damaged() throws {
        _ = try journal(6)
        var bytes = try #require(disk.contents(Self.path))
        bytes[10] ^= 1
        disk.overwrite(Self.path, bytes)
        let failure = try #require(throws: Journal.OpeningFailure.self) { try open() }
        guard case .damaged(let damage) = failure else {
            Issue.record("\(failure)")
            return
        }
        #expect(damage.line == 1)
    }

    @Test("A torn last line is cut off before anything is appended, and its bytes are told")
    func torn() throws {
        _ = try journal(6)
        let whole = try #require(disk.contents(Self.path))
        disk.overwrite(Self.path, whole + Array(#"{"seq":7,"#.utf8))
        var opened = try open()
        #expect(opened.tornBytes == 9)
        try opened.journal.append([Self.next])
        #expect(try JournalReader.read(disk.contents(Self.path) ?? []) { _, _ in }.head.sequence == 7)
    }

    @Test(
        "A journal that was begun and has no fact left is refused as it is, with what stands beside it; a new one is begun",
        arguments: [nil, "", #"{"seq":1,"at":"2026"#] as [String?])
    func gone(left: String?) throws {
        if let left { try disk.write(Self.path, Array(left.utf8), permissions: 0o600, durably: true) }
        try disk.write("/journal.next", [1], permissions: 0o600, durably: true)
        let before = disk.paths
        #expect(throws: Journal.OpeningFailure.gone) {
            try Journal.open(Self.path, disk: disk, randomness: SeededRandomness(seed: 0), isBegun: true) { _, _ in }
        }
        #expect(disk.paths == before)
        #expect(disk.contents(Self.path) == left.map { Array($0.utf8) })
        #expect(try open().journal.head == .empty)
    }

    @Test("What a full disk does not take leaves the journal as it was, and is recorded when there is room")
    func full() throws {
        var journal = try journal(6)
        let before = disk.contents(Self.path)
        disk.trouble = .full
        let failure = try #require(throws: Journal.AppendingFailure.self) { try journal.append([Self.next]) }
        guard case .notWritten = failure else {
            Issue.record("\(failure)")
            return
        }
        #expect(disk.contents(Self.path) == before)
        disk.trouble = nil
        try journal.append([Self.next])
        #expect(journal.head.sequence == 7)
    }

    /// A note whose text makes its line about so long.
    private static func note(_ sequence: Int, length: Int) -> Fact {
        let record = NoteRecord(
            reference: WireSamples.reference, kind: .effect, text: .written(String(repeating: "é", count: length / 2)))
        return WireSamples.fact(.noteAdded(record), sequence)
    }

    @Test("What is read after a place is every fact in order, however long a line is, and nothing at the end")
    func readsOn() throws {
        var journal = try journal(6)
        let notes = [100, 40_000, 100, 70_000, 20_000].enumerated().map { Self.note(7 + $0.offset, length: $0.element) }
        for note in notes { try journal.append([note]) }
        var place = JournalPlace(sequence: 0, offset: 0, edition: 0)
        var read: [Fact] = []
        while journal.hasFacts(after: place) { read += try journal.facts(after: &place, passing: 6) }
        #expect(read == notes)
        #expect(place == journal.end)
        #expect(try journal.facts(after: &place, passing: 6) == [])
    }

    @Test("What somebody else has written to since is not read on")
    func readsNothingElse() throws {
        for change: ([UInt8]) -> [UInt8] in [
            { Array($0.dropLast(40_050)) }, { $0.map { $0 == UInt8(ascii: "\n") ? 0x20 : $0 } },
            { [UInt8(ascii: "x")] + $0.dropFirst() },
        ] {
            disk.overwrite(Self.path, [])
            var journal = try journal(6)
            try journal.append([Self.note(7, length: 40_000)])
            var place = JournalPlace(sequence: 0, offset: 0, edition: 0)
            disk.overwrite(Self.path, change(try #require(disk.contents(Self.path))))
            #expect(throws: SystemError.self) {
                while journal.hasFacts(after: place) { _ = try journal.facts(after: &place, passing: 0) }
            }
        }
    }

    @Test("After a sync that failed nobody can say what is on the disk")
    func failedSync() throws {
        var journal = try journal(6)
        disk.trouble = .syncsFail
        let failure = try #require(throws: Journal.AppendingFailure.self) { try journal.append([Self.next]) }
        guard case .unknown = failure else {
            Issue.record("\(failure)")
            return
        }
    }

    @Test("A journal that somebody replaced while it was open is not written to", arguments: [true, false])
    func replaced(isRedaction: Bool) throws {
        var journal = try journal(6)
        let copy = try #require(disk.contents(Self.path))
        disk.move("//journal", to: "//moved")
        for isBack in [false, true] {
            if isBack { try disk.write(Self.path, copy, permissions: 0o600, durably: true) }
            #expect(throws: Journal.AppendingFailure.unknown(.replaced(Self.path))) {
                if isRedaction {
                    try journal.append([Self.redaction], redacting: Self.summary)
                } else {
                    try journal.append([Self.next])
                }
            }
            #expect(disk.contents("//moved") == copy)
        }
        #expect(disk.contents(Self.path) == copy)
    }

    @Test("R31: A redaction leaves nothing of the text in the file, with its fact in the same step")
    func redacted() throws {
        var journal = try journal(6)
        #expect(String(decoding: lines[5], as: UTF8.self).contains(WireSamples.fullTexts[.summary]?.text ?? "?"))
        try journal.append([Self.redaction], redacting: Self.summary)
        #expect(!String(decoding: lines[5], as: UTF8.self).contains(WireSamples.fullTexts[.summary]?.text ?? "?"))
        let result = try JournalReader.read(disk.contents(Self.path) ?? []) { _, _ in }
        #expect(result.redacted == Array(Self.summary))
        #expect(result.head == journal.head)
    }

    /// What happens at the call to the disk of that number within a redaction, and whether the journal is then known.
    static let failingCalls = Array(1...12)

    @Test(
        "R31: A redaction that fails at any call has happened or not, and is never told as done",
        arguments: failingCalls)
    func redactionFails(call: Int) throws {
        var journal = try journal(6)
        let before = disk.contents(Self.path)
        disk.next = (call, .failure(SimulatedDisk.ioError))
        do {
            try journal.append([Self.redaction], redacting: Self.summary)
            #expect(disk.failures == 0, "a failure was told as done")
        } catch Journal.AppendingFailure.notWritten {
            #expect(disk.contents(Self.path) == before)
            #expect(disk.paths == ["//journal"])
            try journal.append([Self.redaction], redacting: Self.summary)
        } catch {
            #expect(try open().journal.head.sequence >= 6)
        }
    }

    @Test("R31: A journal that somebody else has changed or shortened is not written anew", arguments: [true, false])
    func changedMeanwhile(isShorter: Bool) throws {
        var journal = try journal(6)
        var bytes = try #require(disk.contents(Self.path))
        if isShorter { bytes.removeLast(100) } else { bytes[bytes.count - 2] = UInt8(ascii: "x") }
        disk.overwrite(Self.path, bytes)
        #expect(throws: Journal.AppendingFailure.self) {
            try journal.append([Self.redaction], redacting: Self.summary)
        }
        #expect(disk.contents(Self.path) == bytes)
    }
}
