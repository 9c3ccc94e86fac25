import Glibc

/// The listening socket that the service manager made and handed to this process.
///
/// Source: sd_listen_fds(3).
enum PassedSocket {
    /// The first descriptor that is passed.
    ///
    /// Source: sd_listen_fds(3), SD_LISTEN_FDS_START.
    private static let firstDescriptor: Int32 = 3

    /// Why what was passed cannot be used: one sentence.
    ///
    /// Source: sd_listen_fds(3).
    struct Unusable: Error, Equatable {
        /// The sentence.
        ///
        /// Source: sd_listen_fds(3).
        var sentence: String
    }

    /// The socket that was passed to this process; nil where none was. The variables that tell of it are taken out of the
    /// environment: they are meant for this process alone, and for once.
    ///
    /// Source: sd_listen_fds(3), $LISTEN_PID, $LISTEN_FDS; sd_is_socket_unix(3).
    static func take() throws(Unusable) -> Descriptor? {
        let process = CurrentProcess.environment("LISTEN_PID")
        let count = CurrentProcess.environment("LISTEN_FDS")
        for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { _ = unsafe unsetenv(name) }
        guard process == "\(CurrentProcess.number)", let count else { return nil }
        guard count == "1" else {
            throw Unusable(
                sentence: "The service manager passes \(count) sockets; give breachd.socket one ListenStream= only.")
        }
        guard isListeningLocalStream(firstDescriptor) else {
            throw Unusable(
                sentence:
                    "What the service manager passes is no listening Unix stream socket;"
                    + " give breachd.socket a ListenStream= that is a path, and Accept=no.")
        }
        let socket = Descriptor(firstDescriptor)
        do throws(SystemError) {
            try socket.setCloseOnExec()
            try socket.setNonBlocking()
        } catch {
            throw Unusable(sentence: "\(error).")
        }
        return socket
    }

    private static func isListeningLocalStream(_ number: Int32) -> Bool {
        option(SO_DOMAIN, of: number) == AF_UNIX
            && option(SO_TYPE, of: number) == Int32(SOCK_STREAM.rawValue)
            && option(SO_ACCEPTCONN, of: number) == 1
    }

    /// A number that the kernel has of a socket; nil for what is none.
    private static func option(_ name: Int32, of number: Int32) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(number, SOL_SOCKET, name, &value, &length) == 0 else { return nil }
        return value
    }
}
