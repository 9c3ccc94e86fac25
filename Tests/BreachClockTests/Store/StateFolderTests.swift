import Testing

@testable import BreachClock

extension FileStatus {
    /// A file or folder of account 990's, as a register has them, unless said otherwise.
    static func of(
        _ kind: Kind = .file, permissions: UInt32 = 0o600, owner: UInt32 = 990, device: UInt64 = 1,
        modified: FileTime = FileTime(seconds: 0, nanoseconds: 0)
    ) -> FileStatus {
        FileStatus(
            kind: kind, permissions: permissions, owner: owner, device: device,
            modified: modified, changed: FileTime(seconds: 0, nanoseconds: 0))
    }
}

@Suite("State folder")
struct StateFolderTests {
    /// What is at a path, and what has to be done about it.
    static let problems: [(path: String, status: FileStatus, sentence: String)] = [
        ("/state", .of(.link), "/state is a symbolic link; put the real folder there."),
        ("/state", .of(.file), "/state is no folder; move it away."),
        ("/state", .of(.folder, permissions: 0o700, owner: 1000), "belongs to account 1000; run: chown 990 /state"),
        ("/state", .of(.folder, permissions: 0o770), "/state can be written by others; run: chmod go-w /state"),
        ("/state/journal", .of(.link), "/state/journal is a symbolic link; put the real file there."),
        ("/state/journal", .of(.folder), "/state/journal is no file; move it away."),
        ("/state/journal", .of(permissions: 0o602), "can be written by others; run: chmod go-w /state/journal"),
        ("/state/journal", .of(permissions: 0o640), "can be read by others; run: chmod 600 /state/journal"),
        ("/state/lock", .of(.socket), "/state/lock is no file; move it away."),
        ("/state/lock", .of(owner: 1), "/state/lock belongs to account 1; run: chown 990 /state/lock"),
    ]

    @Test("Whatever lets somebody else change the register is refused with what to do", arguments: problems)
    func refused(_ problem: (path: String, status: FileStatus, sentence: String)) throws {
        let disk = SimulatedDisk(seed: 0)
        disk.appearances = ["/state": .of(.folder, permissions: 0o700)]
        disk.appearances[problem.path] = problem.status
        let sentence = try #require(try StateFolder(path: "/state", disk: disk, uid: 990).problem())
        #expect(sentence.contains(problem.sentence), "\(sentence)")
    }

    @Test("A register of this account's, or of root's, is taken; a lock may be read by others; what is missing is made")
    func taken() throws {
        let disk = SimulatedDisk(seed: 0)
        let state = StateFolder(path: "/state", disk: disk, uid: 990)
        #expect(try state.prepare() == nil)
        #expect(try disk.status("/state")?.kind == .folder)
        disk.appearances = [
            "/state": .of(.folder, permissions: 0o755), state.journal: .of(owner: 0),
            state.lock: .of(permissions: 0o644),
        ]
        #expect(try state.problem() == nil)
    }
}
