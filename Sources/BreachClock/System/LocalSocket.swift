import Glibc

/// Unix stream sockets.
///
/// Source: unix(7).
enum LocalSocket {
    /// Who is at the other end, by the kernel's word.
    ///
    /// Source: unix(7), SO_PEERCRED.
    struct Peer: Equatable, Sendable {
        /// The process.
        ///
        /// Source: unix(7).
        let process: Int
        /// The account.
        ///
        /// Source: unix(7).
        let uid: Int
        /// The account's group at the time of connecting.
        ///
        /// Source: unix(7).
        let gid: Int
    }

    /// How many clients may wait to be accepted.
    private static let backlog: Int32 = 128

    /// A socket that listens at that path, where nothing must be.
    ///
    /// - Parameter admit: Sets who may connect, before anybody can.
    ///
    /// Source: unix(7), bind(2), listen(2) (connecting needs the permission to write to the socket's file).
    static func listen(
        _ path: String,
        admit: () throws(SystemError) -> Void
    ) throws(SystemError) -> Descriptor {
        let socket = try make()
        let result = try unsafe withAddress(of: path) { address, length in unsafe bind(socket.number, address, length) }
        guard result == 0 else { throw SystemError("listen at", path) }
        try admit()
        guard Glibc.listen(socket.number, backlog) == 0 else { throw SystemError("listen at", path) }
        try socket.setNonBlocking()
        return socket
    }

    /// A connection to whoever listens at that path.
    ///
    /// - Parameter waitSeconds: How long to wait where many wait already, and for room to write.
    ///
    /// Source: unix(7), connect(2); socket(7), SO_SNDTIMEO.
    static func connect(_ path: String, waitSeconds: Int = 5) throws(SystemError) -> Descriptor {
        let socket = try make()
        var limit = timeval(tv_sec: waitSeconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        guard unsafe setsockopt(socket.number, SOL_SOCKET, SO_SNDTIMEO, &limit, size) == 0 else {
            throw SystemError("set a limit of", "a socket")
        }
        // What interrupts the waiting for a place, as to be stopped and continued does, has not connected it yet.
        let result = try unsafe withAddress(of: path) { address, length in
            retrying { unsafe Glibc.connect(socket.number, address, length) } ?? -1
        }
        guard result == 0 else { throw SystemError("connect to", path) }
        return socket
    }

    /// What accepting came to.
    ///
    /// Source: accept(2).
    enum Accepting {
        /// A client.
        ///
        /// Source: accept(2).
        case client(Descriptor)
        /// No client waits.
        ///
        /// Source: accept(2), EAGAIN.
        case none
        /// There is no descriptor left for it, or the system will not have it.
        ///
        /// Source: accept(2), EMFILE, ENFILE, EPERM.
        case exhausted
    }

    /// The next client that waits.
    ///
    /// Source: accept(2).
    static func accept(_ listener: Descriptor) -> Accepting {
        guard let number = retrying({ Glibc.accept(listener.number, nil, nil) }) else {
            switch errno {
            case EAGAIN, EWOULDBLOCK, ECONNABORTED: return .none
            default: return .exhausted
            }
        }
        let client = Descriptor(number)
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        do throws(SystemError) { try client.setNonBlocking() } catch { return .exhausted }
        return .client(client)
    }

    /// Who is at the other end; nil where the kernel does not say.
    ///
    /// Source: unix(7), SO_PEERCRED (pid, uid and gid, 32 bits each).
    static func peer(_ client: Descriptor) -> Peer? {
        var credentials: (pid: Int32, uid: UInt32, gid: UInt32) = (0, 0, 0)
        var length = socklen_t(MemoryLayout.size(ofValue: credentials))
        let result = unsafe getsockopt(client.number, SOL_SOCKET, SO_PEERCRED, &credentials, &length)
        guard result == 0, Int(length) == MemoryLayout.size(ofValue: credentials), credentials.pid > 0 else {
            return nil
        }
        return Peer(process: Int(credentials.pid), uid: Int(credentials.uid), gid: Int(credentials.gid))
    }

    /// Where a socket's file is; nil where it has none.
    ///
    /// Source: getsockname(2); unix(7).
    static func path(of socket: Descriptor) -> String? {
        var address = sockaddr_un()
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(socket.number, $0, &length)
            }
        }
        guard result == 0 else { return nil }
        let bytes = unsafe withUnsafeBytes(of: &address.sun_path) { unsafe Array($0.prefix { $0 != 0 }) }
        return bytes.isEmpty ? nil : String(validating: bytes, as: UTF8.self)
    }

    /// Two sockets connected with each other.
    ///
    /// Source: socketpair(2).
    static func pair() throws(SystemError) -> (Descriptor, Descriptor) {
        var numbers: (Int32, Int32) = (-1, -1)
        let result = unsafe withUnsafeMutablePointer(to: &numbers) { pointer in
            unsafe pointer.withMemoryRebound(to: Int32.self, capacity: 2) {
                unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, $0)
            }
        }
        guard result == 0 else { throw SystemError("make", "a pair of sockets") }
        let ends = (Descriptor(numbers.0), Descriptor(numbers.1))
        try ends.0.setCloseOnExec()
        try ends.1.setCloseOnExec()
        return ends
    }

    /// Sends one datagram to whoever listens there; it waits for nobody. A path that begins with `@` is in the abstract
    /// namespace.
    ///
    /// Source: unix(7); sd_notify(3).
    static func send(_ bytes: [UInt8], to path: String) throws(SystemError) {
        let socket = try make(SOCK_DGRAM)
        let result = try unsafe withAddress(of: path) { address, length in
            let sent = unsafe bytes.withUnsafeBytes { buffer in
                unsafe sendto(
                    socket.number, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT), address, length)
            }
            return sent == bytes.count ? 0 : -1
        }
        guard result == 0 else { throw SystemError("send to", path) }
    }

    private static func make(_ type: __socket_type = SOCK_STREAM) throws(SystemError) -> Descriptor {
        let number = socket(AF_UNIX, Int32(type.rawValue), 0)
        guard number >= 0 else { throw SystemError("make", "a socket") }
        let socket = Descriptor(number)
        try socket.setCloseOnExec()
        return socket
    }

    /// Makes sure that a socket can have that path, which is shorter than that of a file.
    ///
    /// Source: unix(7), sun_path.
    static func check(_ path: String) throws(SystemError) {
        _ = try unsafe withAddress(of: path) { _, _ in 0 }
    }

    private static func withAddress(
        of path: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(SystemError) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        // One byte less than the field, for the NUL that ends the path.
        guard !bytes.isEmpty, bytes.count < MemoryLayout.size(ofValue: address.sun_path), !bytes.contains(0) else {
            throw SystemError("use as a socket's path", path, code: ENAMETOOLONG)
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        if path.hasPrefix("@") {
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0[0] = 0 }
            length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        }
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
        }
    }
}
