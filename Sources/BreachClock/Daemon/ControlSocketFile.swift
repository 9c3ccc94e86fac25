/// The control socket's place in the file system.
///
/// Source: hostile inputs (socket path taken).
struct ControlSocketFile {
    private let path: String
    private let disk: any Disk

    /// How often it is asked whether somebody listens, and how long is waited in between.
    private static let attempts = 20
    private static let pauseMilliseconds = 50

    /// The socket at that path.
    ///
    /// Source: contract of the files.
    init(path: String, disk: any Disk) {
        self.path = path
        self.disk = disk
    }

    /// Why nothing can listen there: one sentence.
    ///
    /// Source: hostile inputs.
    struct Taken: Error {
        /// The sentence.
        ///
        /// Source: hostile inputs.
        var sentence: String
        /// What the program ends with: another daemon may end, a machine recover; anything else must be mended.
        ///
        /// Source: contract of the exit codes (74, 75, 78).
        var code = ExitCode.configuration

        /// That the system refuses.
        ///
        /// Source: contract of the exit codes.
        fileprivate init(_ error: SystemError) {
            sentence = "\(error)."
            code = error.isOfTheMachine ? ExitCode.diskFailure : ExitCode.configuration
        }

        /// That something else is there.
        ///
        /// Source: hostile inputs.
        fileprivate init(sentence: String, code: Int32 = ExitCode.configuration) {
            self.sentence = sentence
            self.code = code
        }
    }

    /// Listens there for those groups. A socket that a dead daemon left is replaced; the caller holds the lock of the
    /// register.
    ///
    /// - Returns: The listening socket, and why everybody can connect where that could not be kept to the groups.
    ///
    /// Source: hostile inputs (live daemon: refuse; stale socket: replace under the lock; file or link: refuse).
    func listen(for groups: [Int]) throws(Taken) -> (listener: Descriptor, warning: String?) {
        if try check() { return try replaceStale(groups) }
        do throws(SystemError) { return try listenNow(groups) } catch { throw Taken(error) }
    }

    /// Makes sure that a socket can be there, and makes nothing.
    ///
    /// - Returns: Whether one is there already.
    ///
    /// Source: contract of `--check-config`; hostile inputs (file or link: refuse).
    @discardableResult
    func check() throws(Taken) -> Bool {
        let kind: FileStatus.Kind?
        do throws(SystemError) {
            try LocalSocket.check(path)
            kind = try disk.status(path)?.kind
            if kind == nil { try disk.checkFolder(folder(of: path)) }
        } catch {
            throw Taken(error)
        }
        guard kind == nil || kind == .socket else {
            throw Taken(sentence: "\(path) is no socket; move it away or name another.")
        }
        return kind == .socket
    }

    private func replaceStale(_ groups: [Int]) throws(Taken) -> (Descriptor, String?) {
        do throws(SystemError) {
            // One that was ended gives up the register's lock a moment before it stops to listen.
            for _ in 0..<Self.attempts {
                _ = try LocalSocket.connect(path)
                _ = try Poller.wait([], milliseconds: Self.pauseMilliseconds)
            }
        } catch {
            guard error.isNobodyListening else { throw Taken(error) }
            do throws(SystemError) {
                try disk.remove(path)
                return try listenNow(groups)
            } catch {
                throw Taken(error)
            }
        }
        throw Taken(
            sentence: "Another daemon listens at \(path); stop it, or name another socket.",
            code: ExitCode.tryAgain)
    }

    private func listenNow(_ groups: [Int]) throws(SystemError) -> (Descriptor, String?) {
        let parent = folder(of: path)
        if try disk.status(parent) == nil { try disk.makeFolder(parent, permissions: 0o755) }
        var warning: String?
        let listener = try LocalSocket.listen(path) { () throws(SystemError) in warning = try admit(groups) }
        return (listener, warning)
    }

    /// Lets the daemon's account and members of those groups connect, and nobody else. Whoever connects is looked at by its
    /// credentials all the same: this keeps strangers from coming so far.
    ///
    /// - Returns: Why everybody can connect, where the file system has no way to name the groups.
    ///
    /// Source: R30; unix(7) (connecting needs the permission to write to the socket's file).
    func admit(_ groups: [Int]) throws(SystemError) -> String? {
        guard case .everybody(let reason) = try AccessList(groups: groups).apply(to: path) else { return nil }
        return "Everybody can connect to \(path), and the daemon itself turns strangers away: \(reason)."
    }

    /// Removes the socket.
    ///
    /// Source: unix(7) (the file stays when the socket is closed).
    func remove() throws(SystemError) {
        try disk.remove(path)
    }
}
