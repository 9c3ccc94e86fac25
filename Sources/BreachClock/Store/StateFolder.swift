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
        for (path, kind) in [(path, FileStatus.Kind.folder), (journal, .file), (lock, .file)] {
            guard let status = try disk.status(path) else { continue }
            if let problem = Self.problem(path, status, mustBe: kind, uid: uid) { return problem }
            if path == journal, status.permissions & 0o077 != 0 {
                return "\(path) can be read by others; run: chmod 600 \(path)"
            }
        }
        return nil
    }

    /// What is wrong with a file that only this account may change, in one sentence; nil when nothing is.
    ///
    /// Source: hostile inputs.
    static func problem(_ path: String, _ status: FileStatus, mustBe kind: FileStatus.Kind, uid: Int) -> String? {
        if status.kind == .link { return "\(path) is a symbolic link; put the real \(name(kind)) there." }
        if status.kind != kind { return "\(path) is no \(name(kind)); move it away." }
        if Int(status.owner) != uid, status.owner != 0 {
            return "\(path) belongs to account \(status.owner); run: chown \(uid) \(path)"
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
