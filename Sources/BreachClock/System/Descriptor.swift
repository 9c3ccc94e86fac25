import Glibc

/// An open file, socket or pipe; closed when nobody holds it any more.
///
/// Source: open(2), close(2).
final class Descriptor: Sendable {
    /// Its number.
    ///
    /// Source: open(2).
    let number: Int32

    /// Takes over an open descriptor.
    ///
    /// Source: open(2).
    init(_ number: Int32) {
        self.number = number
    }

    deinit {
        _ = close(number)
    }

    /// A descriptor to give up when there is no other left; nil where there is none left already.
    ///
    /// Source: open(2), EMFILE.
    static func reserve() -> Descriptor? {
        retrying { unsafe open("/dev/null", O_RDONLY | O_CLOEXEC) }.map(Descriptor.init)
    }

    /// Whether the file that is open is the one that stands at that path.
    ///
    /// Source: fstat(2), lstat(2).
    func isFile(at path: String) throws(SystemError) -> Bool {
        var (held, there) = (stat(), stat())
        guard unsafe fstat(number, &held) == 0 else { throw SystemError("look at", path) }
        guard unsafe lstat(path, &there) == 0 else {
            let error = SystemError("look at", path)
            if error.isNotFound { return false }
            throw error
        }
        return held.st_dev == there.st_dev && held.st_ino == there.st_ino
    }

    /// What reading came to.
    ///
    /// Source: read(2).
    enum Reading: Equatable {
        /// Bytes, at least one.
        ///
        /// Source: read(2).
        case bytes([UInt8])
        /// Nothing there yet.
        ///
        /// Source: read(2), EAGAIN.
        case blocked
        /// Nothing will come any more.
        ///
        /// Source: read(2), end of file; ECONNRESET.
        case ended
    }

    /// Reads at most so many bytes.
    ///
    /// Source: read(2).
    func read(atMost count: Int) throws(SystemError) -> Reading {
        var result = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            result = retrying { unsafe Glibc.read(number, buffer.baseAddress, count) } ?? -1
            initialized = max(0, result)
        }
        if result > 0 { return .bytes(bytes) }
        if result == 0 || errno == ECONNRESET { return .ended }
        if errno == EAGAIN || errno == EWOULDBLOCK { return .blocked }
        throw SystemError("read", "descriptor \(number)")
    }

    /// What writing came to.
    ///
    /// Source: write(2).
    enum Writing: Equatable {
        /// So many bytes were taken, fewer perhaps than were given.
        ///
        /// Source: write(2).
        case wrote(Int)
        /// Nothing can be taken yet.
        ///
        /// Source: write(2), EAGAIN.
        case blocked
        /// Nobody reads any more.
        ///
        /// Source: write(2), EPIPE, ECONNRESET.
        case ended
    }

    /// Writes what can be written at once.
    ///
    /// Source: write(2).
    func write(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Writing {
        let result = unsafe bytes.withUnsafeBytes { buffer in
            retrying { unsafe Glibc.write(number, buffer.baseAddress, buffer.count) }
        }
        if let result { return .wrote(result) }
        switch errno {
        case EAGAIN, EWOULDBLOCK: return .blocked
        case EPIPE, ECONNRESET: return .ended
        default: throw SystemError("write to", "descriptor \(number)")
        }
    }

    /// Writes everything, waiting where it must; false when nobody reads any more.
    ///
    /// - Parameter milliseconds: How long to wait in all, where writing returns at once; for ever unless given.
    /// - Throws: `isTimeout` where that was too short.
    ///
    /// Source: write(2); poll(2).
    func writeAll(_ bytes: [UInt8], within milliseconds: Int? = nil) throws(SystemError) -> Bool {
        let clock = SystemClock()
        let end = milliseconds.map { clock.monotonicMilliseconds() + $0 }
        var rest = bytes[...]
        while !rest.isEmpty {
            switch try write(rest) {
            case .wrote(let count): rest = rest.dropFirst(count)
            case .blocked:
                let left = end.map { $0 - clock.monotonicMilliseconds() }
                if let left, left <= 0 { throw .timeout("write to", "descriptor \(number)") }
                _ = try Poller.wait([.init(self, writing: true)], milliseconds: left ?? -1)
            case .ended: return false
            }
        }
        return true
    }

    /// Opens a file to read it; no link is followed, and no pipe is waited for.
    ///
    /// Source: open(2), O_NOFOLLOW, O_NONBLOCK.
    static func reading(_ path: String) throws(SystemError) -> Descriptor {
        guard let number = retrying({ unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) }) else {
            throw SystemError("open", path)
        }
        return Descriptor(number)
    }

    /// Keeps it from programs that this process might become.
    ///
    /// Source: fcntl(2), FD_CLOEXEC.
    func setCloseOnExec() throws(SystemError) {
        guard fcntl(number, F_SETFD, FD_CLOEXEC) == 0 else {
            throw SystemError("set the flags of", "descriptor \(number)")
        }
    }

    /// Makes reading and writing return at once.
    ///
    /// Source: fcntl(2), O_NONBLOCK.
    func setNonBlocking() throws(SystemError) {
        let flags = fcntl(number, F_GETFL)
        guard flags >= 0, fcntl(number, F_SETFL, flags | O_NONBLOCK) >= 0 else {
            throw SystemError("set the flags of", "descriptor \(number)")
        }
    }
}
