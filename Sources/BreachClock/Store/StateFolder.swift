/// The folder of the register: the journal and the lock.
///
/// Source: contract of the files; hostile inputs.
struct StateFolder {
    private let path: String
    private let disk: any Disk
    private let uid: Int

    /// The journal's path.
    ///
    /// Source: contract of the files.
    var journal: String { "\(path)/journal" }
    /// The lock's path.
    ///
    /// Source: contract of the files (a lock keeps a second daemon out).
    var lock: String { "\(path)/lock" }

    /// The state folder at that path.
    ///
    /// - Parameter uid: The account that must own it.
    ///
    /// Source: contract of the files.
    init(path: String, disk: any Disk, uid: Int) {
        self.path = path
        self.disk = disk
        self.uid = uid
    }

    /// Makes the folder where there is none, and makes sure that nobody else could change the register. Nil when all is
    /// well, else one sentence that says what to do.
    ///
    /// Source: hostile inputs (state folder or journal writable by others, a link, of a foreign owner).
    func prepare() throws(SystemError) -> String? {
        if try disk.status(path) == nil {
            try disk.makeFolder(path, permissions: 0o700)
        }
        return try problem()
    }

    /// What is wrong with what is there, in one sentence that says what to do; nil when nothing is.
    ///
    /// Source: hostile inputs.
    func problem() throws(SystemError) -> String? {
        if try disk.status(path) == nil { try disk.checkFolder(folder(of: path)) }
        for (path, kind) in [(path, FileStatus.Kind.folder), (journal, .file), (lock, .file)] {
            guard let status = try disk.status(path) else { continue }
            if let problem = Self.problem(path, status, mustBe: kind, ownedBy: [uid]) { return problem }
            if path == journal, status.permissions & 0o077 != 0 {
                return "\(path) can be read by others; run: chmod 600 \(path)"
            }
            if let problem = ownersProblem(path, status) { return problem }
        }
        return nil
    }

    /// The account that the register seems to be meant for, as root sees it: the one beside root that a part of it belongs
    /// to. A part that is root's was put there by root, and keeps that account from starting.
    ///
    /// Source: contract of `--check-config`.
    func account() throws(SystemError) -> Int? {
        for path in [path, journal, lock] {
            if let owner = try disk.status(path)?.owner, owner != 0 { return Int(owner) }
        }
        return nil
    }

    /// The daemon writes all of it, and reads it back. No mode stops root.
    private func ownersProblem(_ path: String, _ status: FileStatus) -> String? {
        let (needed, letters): (UInt32, String) = status.kind == .folder ? (0o700, "rwx") : (0o600, "rw")
        if uid == 0 || status.permissions & needed == needed { return nil }
        return "\(path) cannot be changed by its owner; run: chmod u+\(letters) \(path)"
    }

    /// What is wrong with a file that nobody but its owner may change, in one sentence; nil when nothing is.
    ///
    /// - Parameter owners: The accounts that it may belong to, the daemon's first.
    ///
    /// Source: hostile inputs.
    static func problem(
        _ path: String, _ status: FileStatus, mustBe kind: FileStatus.Kind, ownedBy owners: [Int]
    ) -> String? {
        if status.kind == .link { return "\(path) is a symbolic link; put the real \(name(kind)) there." }
        if status.kind != kind { return "\(path) is no \(name(kind)); move it away." }
        if let uid = owners.first, !owners.contains(Int(status.owner)) {
            // What belongs to a service's account is wrong for root alone, who may not have meant to run it.
            let other = uid == 0 ? "start breachd as that account, or run" : "run"
            return "\(path) belongs to account \(status.owner); \(other): chown \(uid) \(path)"
        }
        if status.permissions & 0o022 != 0 {
            return "\(path) can be written by others; run: chmod go-w \(path)"
        }
        return nil
    }

    private static func name(_ kind: FileStatus.Kind) -> String {
        kind == .folder ? "folder" : "file"
    }
}
