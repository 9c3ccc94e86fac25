import Glibc

/// A file that one process at a time holds locked.
///
/// A record lock and not `flock`: network and cluster file systems honour it.
///
/// Source: fcntl(2), F_SETLK; NFSv4 and cluster file systems implement POSIX record locks.
final class LockFile {
    private let descriptor: Descriptor
    private let path: String

    /// That somebody else holds the lock: the number of that process, where the system tells.
    ///
    /// Source: fcntl(2), F_GETLK.
    struct Held: Error, Equatable {
        /// The process's number; nil where it is not known.
        ///
        /// Source: fcntl(2), l_pid.
        var process: Int?
    }

    /// What locking came to.
    ///
    /// Source: fcntl(2), F_SETLK.
    enum Outcome {
        /// The lock is held, until the process ends.
        ///
        /// Source: fcntl(2).
        case locked(LockFile)
        /// Somebody else holds it.
        ///
        /// Source: fcntl(2), EAGAIN, EACCES.
        case held(Held)
    }

    /// Locks the file at that path, making it where there is none. Where another file has taken its place meanwhile, that
    /// one is locked: the one that was there keeps nobody out.
    ///
    /// - Parameters:
    ///   - waiting: Whether to wait for whoever holds it to end. A signal that ends the process ends the waiting.
    ///   - permissions: The mode of one that is made, whatever the umask.
    ///   - whenInterrupted: What to do when another signal interrupts the waiting, before it goes on.
    ///
    /// Source: fcntl(2), F_SETLK, F_SETLKW.
    static func lock(
        _ path: String,
        waiting: Bool = false,
        permissions: UInt32 = 0o600,
        whenInterrupted: () -> Void = {}
    ) throws(SystemError) -> Outcome {
        while true {
            let outcome = try lockWhatStands(
                at: path, waiting: waiting, permissions: permissions, whenInterrupted: whenInterrupted)
            guard case .locked(let lock) = outcome, try !lock.isInPlace() else { return outcome }
        }
    }

    private static func lockWhatStands(
        at path: String,
        waiting: Bool,
        permissions: UInt32,
        whenInterrupted: () -> Void
    ) throws(SystemError) -> Outcome {
        guard let number = retrying({ unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600) }) else {
            throw SystemError("open", path)
        }
        let descriptor = Descriptor(number)
        // One that another account made has the mode that it gave it: this fails there, and need not succeed.
        if permissions != 0o600 { _ = fchmod(number, mode_t(permissions)) }
        var request = flock(l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
        let how = waiting ? F_SETLKW : F_SETLK
        let result = retrying({ unsafe fcntl(number, how, &request) }, whenInterrupted: whenInterrupted)
        if result != nil { return .locked(LockFile(descriptor, path)) }
        guard errno == EAGAIN || errno == EACCES else { throw SystemError("lock", path) }
        request = flock(l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
        let known =
            unsafe fcntl(number, F_GETLK, &request) == 0 && request.l_type != Int16(F_UNLCK) && request.l_pid > 0
        return .held(Held(process: known ? Int(request.l_pid) : nil))
    }

    private init(_ descriptor: Descriptor, _ path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Whether the file that is locked still stands at its path: another one there keeps nobody out.
    ///
    /// Source: fcntl(2).
    func isInPlace() throws(SystemError) -> Bool { try descriptor.isFile(at: path) }

    /// Whether a holder ever said that it lives. A daemon says so only once its start is recorded, durably: so where this
    /// holds there is a register, whatever became of its journal.
    ///
    /// Source: contract of the files; fstat(2).
    func wasTouched() throws(SystemError) -> Bool { try status().st_size > 0 }

    /// When the file was last touched: when its holder was last known to live. Nil for one that was never touched.
    ///
    /// Source: R4 (how long the daemon was away); fstat(2).
    func lastTouched() throws(SystemError) -> Instant? {
        let entry = try status()
        let touched = Instant(entry.st_mtim.tv_sec)
        // Anybody who owns the file can set its time to one that cannot be written down.
        return entry.st_size > 0 && touched.isWithinYears ? touched : nil
    }

    private func status() throws(SystemError) -> stat {
        var entry = stat()
        guard unsafe fstat(descriptor.number, &entry) == 0 else { throw SystemError("look at", path) }
        return entry
    }

    /// Says that its holder lives, by the file's time of change and a text for whoever looks.
    ///
    /// Source: R4.
    func touch(_ text: String) throws(SystemError) {
        let bytes = Array(text.utf8)
        let written = unsafe bytes.withUnsafeBytes { buffer in
            retrying { unsafe pwrite(descriptor.number, buffer.baseAddress, buffer.count, 0) }
        }
        guard written != nil, ftruncate(descriptor.number, off_t(bytes.count)) == 0 else {
            throw SystemError("write to", path)
        }
    }
}
