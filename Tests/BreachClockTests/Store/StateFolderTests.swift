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
        ("/state", .of(.folder, permissions: 0o700, owner: 0), "belongs to account 0; run: chown 990 /state"),
        ("/state", .of(.folder, permissions: 0o500), "/state cannot be changed by its owner; run: chmod u+rwx /state"),
        ("/state/journal", .of(owner: 0), "/state/journal belongs to account 0; run: chown 990 /state/journal"),
        ("/state/journal", .of(permissions: 0o400), "cannot be changed by its owner; run: chmod u+rw /state/journal"),
        ("/state/lock", .of(owner: 0), "/state/lock belongs to account 0; run: chown 990 /state/lock"),
        ("/state/lock", .of(permissions: 0o200), "cannot be changed by its owner; run: chmod u+rw /state/lock"),
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

    @Test("A register of this account's is taken; a lock may be read by others; what is missing is made")
    func taken() throws {
        let disk = SimulatedDisk(seed: 0)
        let state = StateFolder(path: "/state", disk: disk, uid: 990)
        disk.appearances = ["/": .of(.folder), "//.": .of(.folder)]
        #expect(try state.problem() == nil)
        #expect(try disk.status("/state") == nil)
        #expect(try StateFolder(path: "/state", disk: disk, uid: 0).prepare() == nil)
        #expect(try disk.status("/state")?.kind == .folder)
        disk.appearances = [
            "/state": .of(.folder, permissions: 0o755), state.journal: .of(), state.lock: .of(permissions: 0o644),
        ]
        #expect(try state.problem() == nil)
    }

    /// Whose the folder, the journal and the lock are, and for whom root looks at them.
    static let owners: [(folder: UInt32, journal: UInt32, lock: UInt32, account: Int?)] = [
        (990, 990, 990, 990), (990, 0, 990, 990), (0, 990, 0, 990), (0, 0, 990, 990), (0, 0, 0, nil),
    ]

    @Test("Root looks at a register for the account that any part of it belongs to", arguments: owners)
    func account(_ owners: (folder: UInt32, journal: UInt32, lock: UInt32, account: Int?)) throws {
        let disk = SimulatedDisk(seed: 0)
        let state = StateFolder(path: "/state", disk: disk, uid: 0)
        #expect(try state.account() == nil)
        disk.appearances = [
            "/state": .of(.folder, permissions: 0o700, owner: owners.folder), state.journal: .of(owner: owners.journal),
            state.lock: .of(owner: owners.lock),
        ]
        #expect(try state.account() == owners.account)
    }

    @Test("Root is told of another account's register to start as that account, and no mode stops it")
    func root() throws {
        let disk = SimulatedDisk(seed: 0)
        let state = StateFolder(path: "/state", disk: disk, uid: 0)
        disk.appearances = [
            "/state": .of(.folder, permissions: 0o500, owner: 0), state.journal: .of(permissions: 0o400, owner: 0),
        ]
        #expect(try state.problem() == nil)
        disk.appearances["/state"] = .of(.folder, permissions: 0o700)
        #expect(
            try state.problem()
                == "/state belongs to account 990; start breachd as that account, or run: chown 0 /state")
    }
}
