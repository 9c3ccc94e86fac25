/// Where things lie in a spool.
///
/// Source: contract of the spool; maildir(5).
struct SpoolFolders: Equatable, Sendable {
    /// The spool itself.
    ///
    /// Source: contract of the spool.
    let path: String

    /// The folders of the spool at that path.
    ///
    /// Source: contract of the spool.
    init(path: String) {
        self.path = path
    }

    /// The messages that are being written.
    ///
    /// Source: maildir(5), `tmp`.
    var temporary: String { "\(path)/tmp" }
    /// The messages that wait.
    ///
    /// Source: maildir(5), `new`.
    var new: String { "\(path)/new" }
    /// The messages that were taken and left.
    ///
    /// Source: maildir(5), `cur`.
    var current: String { "\(path)/cur" }
    /// The messages that the mail system refused for good.
    ///
    /// Source: contract of the spool (`failed`).
    var failed: String { "\(path)/failed" }
    /// What came of handing messages over, a file each of the message's name.
    ///
    /// Source: contract of the spool (`attempts`).
    var attempts: String { "\(path)/attempts" }
    /// The file that says whose spool this is.
    ///
    /// Source: contract of the spool (`.breachclock`).
    var identity: String { "\(path)/.breachclock" }
    /// The file that the daemon whose spool it is holds locked.
    ///
    /// Source: contract of the spool (`.breachd.lock`).
    var claim: String { "\(path)/.breachd.lock" }
    /// The file that whoever hands messages over holds locked.
    ///
    /// Source: contract of `deliver`.
    var lock: String { "\(path)/.deliver.lock" }

    /// All of them that are folders, the spool first.
    ///
    /// Source: contract of the spool.
    var all: [String] { [path, temporary, new, current, failed, attempts] }

    /// Where a message stands that was handed over: seen, since nobody has to look at it.
    ///
    /// Source: maildir(5), info flag S.
    func handedOver(_ name: String) -> String { "\(current)/\(name):2,S" }

    /// The modes of what is made in a spool.
    ///
    /// Source: contract of the spool (who may read it).
    struct Access: Equatable, Sendable {
        /// Of a folder.
        ///
        /// Source: mkdir(2).
        var folders: UInt32
        /// Of a message.
        ///
        /// Source: open(2).
        var messages: UInt32
        /// Of the lock.
        ///
        /// Source: fcntl(2) (who locks a file must be able to write to it).
        var lock: UInt32

        /// This account's alone.
        ///
        /// Source: contract of the spool.
        static let own = Access(folders: 0o700, messages: 0o600, lock: 0o600)
        /// The group's too, which hands the messages over: it reads them and moves them. What is made has the folder's
        /// group by itself.
        ///
        /// Source: contract of the spool; inode(7), S_ISGID.
        static let shared = Access(folders: 0o770, messages: 0o640, lock: 0o660)
    }

    /// Who may use what is made in the spool: whoever may use its folder. One that gives its group to what is made in it
    /// and lets that group write is shared with it; any other is one account's alone.
    ///
    /// Source: contract of the spool; inode(7), S_ISGID.
    func access(on disk: any Disk) throws(SystemError) -> Access {
        let isShared = try disk.status(path).map { $0.permissions & 0o2070 == 0o2070 }
        return isShared == true ? .shared : .own
    }
}

extension SpoolFolders {
    /// Keeps others from handing messages over as long as what this gives is held.
    ///
    /// Source: contract of `deliver` (two at once hand over nothing twice).
    func lockDelivery(_ access: Access) throws(SystemError) -> LockFile.Outcome {
        try LockFile.lock(lock, permissions: access.lock)
    }

    /// Does something while nobody hands messages over; false, and nothing done, where somebody does.
    ///
    /// Source: R31; contract of `deliver`.
    func whileNobodyDelivers(
        on disk: any Disk, _ body: () throws(SystemError) -> Void
    ) throws(SystemError) -> Bool {
        guard case .locked(let lock) = try lockDelivery(access(on: disk)) else { return false }
        defer { withExtendedLifetime(lock) {} }
        try body()
        return true
    }
}
