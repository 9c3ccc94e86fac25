import Glibc

/// What this process is and has.
///
/// Source: credentials(7), environ(7).
enum CurrentProcess {
    /// The account that it runs as.
    ///
    /// Source: geteuid(2).
    static var uid: Int { Int(geteuid()) }

    /// Its number.
    ///
    /// Source: getpid(2).
    static var number: Int { Int(getpid()) }

    /// The folder that relative paths count from; nil where it is gone.
    ///
    /// Source: getcwd(3).
    static var workingFolder: String? {
        guard let path = unsafe getcwd(nil, 0) else { return nil }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }

    /// The program's arguments as the bytes that they are, its name left out. Swift's own reading of them replaces what is
    /// no UTF-8 without a word.
    ///
    /// Source: execve(2).
    static var arguments: [[UInt8]] {
        let count = Int(CommandLine.argc)
        return (1..<max(1, count)).compactMap { index in
            guard let argument = unsafe CommandLine.unsafeArgv[index] else { return nil }
            let length = unsafe strlen(argument)
            return unsafe argument.withMemoryRebound(to: UInt8.self, capacity: length) { bytes in
                unsafe Array(UnsafeBufferPointer(start: bytes, count: length))
            }
        }
    }

    /// The value of an environment variable; nil where it is not set or empty.
    ///
    /// Source: getenv(3).
    static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty ? nil : text
    }

    /// Sees to descriptors 0 to 2 being open, so that no file of ours takes their place and no message goes into it.
    ///
    /// Source: open(2) (the lowest free number is used).
    static func openStandardDescriptors() {
        while true {
            let number = unsafe open("/dev/null", O_RDWR)
            if number < 0 { return }
            if number > 2 {
                _ = close(number)
                return
            }
        }
    }

    /// Keeps what is opened from now on out of the place of a standard stream that was closed, which goes on failing: what
    /// cannot be read is no empty text, and what cannot be written was not said.
    ///
    /// Source: open(2) (the lowest free number is used); read(2), write(2), EBADF.
    static func keepClosedStandardStreamsClosed() {
        for number in Int32(0)...2 where fcntl(number, F_GETFD) < 0 {
            _ = unsafe open("/dev/null", number == 0 ? O_WRONLY : O_RDONLY)
        }
    }

    /// Whether standard error goes to the system's journal, which reads priorities such as `<4>`.
    ///
    /// Source: systemd.exec(5), $JOURNAL_STREAM (the device and inode of the stream).
    static var isErrorStreamTheSystemJournal: Bool {
        var entry = stat()
        guard let stream = environment("JOURNAL_STREAM"), unsafe fstat(2, &entry) == 0 else { return false }
        return stream == "\(entry.st_dev):\(entry.st_ino)"
    }

    /// Makes files that are made from now on private to this account, whatever was inherited.
    ///
    /// Source: umask(2).
    static func makeFilesPrivate() {
        _ = umask(0o077)
    }

    /// Ends the process with 0 when it is asked to end: it does nothing that could be left half done.
    ///
    /// Source: sigaction(2), SIGINT, SIGTERM, SIGHUP; _exit(2).
    static func endWhenAsked() throws(SystemError) {
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = { _ in _exit(0) }
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            guard unsafe sigaction(signal, &action, nil) == 0 else { throw SystemError("handle", "signal \(signal)") }
        }
    }

    /// Ends the process at once with that code.
    ///
    /// Source: exit(3).
    static func end(_ code: Int32) -> Never {
        exit(code)
    }
}

/// The standard streams.
///
/// Source: stdin(3).
enum StandardStream {
    private static let output = Descriptor(1)
    private static let error = Descriptor(2)
    private static let input = Descriptor(0)

    /// Writes text to standard output; false when nobody reads it.
    ///
    /// Source: stdout(3).
    @discardableResult
    static func write(_ text: String) -> Bool {
        write(Array(text.utf8), to: output)
    }

    /// Writes text to standard error. Where that fails there is nobody left to tell.
    ///
    /// Source: stderr(3).
    static func writeError(_ text: String) {
        write(Array(text.utf8), to: error)
    }

    /// All of standard input up to that many bytes and one; more is not read.
    ///
    /// Source: stdin(3).
    static func readInput(atMost limit: Int) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count <= limit, case .bytes(let more) = try input.read(atMost: 65_536) { bytes += more }
        return bytes
    }

    /// One line of standard input as the bytes that it is, without its line feed; nil at the end. Swift's own reading of
    /// it replaces what is no UTF-8 without a word.
    ///
    /// Source: stdin(3).
    static func readLine() -> [UInt8]? {
        var line: [UInt8] = []
        do throws(SystemError) {
            // One at a time, so that what comes after the line is there to be read.
            while case .bytes(let byte) = try input.read(atMost: 1) {
                if byte == [UInt8(ascii: "\n")] { return line }
                line += byte
            }
        } catch {
            // A terminal that fails has nobody at it any more: that is the end of what it says.
        }
        return line.isEmpty ? nil : line
    }

    /// Whether standard input is a terminal.
    ///
    /// Source: isatty(3).
    static var isInputTerminal: Bool { isatty(0) == 1 }
    /// Whether standard output is a terminal.
    ///
    /// Source: isatty(3).
    static var isOutputTerminal: Bool { isatty(1) == 1 }

    /// Waits until a descriptor has something to read, or for so long.
    ///
    /// - Returns: Whether somebody reads standard output still.
    ///
    /// Source: poll(2), POLLERR; pipe(7).
    static func isOutputRead(waitingFor other: Descriptor?, milliseconds: Int = -1) throws(SystemError) -> Bool {
        let interests = [Poller.Interest(output)] + (other.map { [.init($0, reading: true)] } ?? [])
        return try !Poller.wait(interests, milliseconds: milliseconds)[0].hungUp
    }

    /// Whether somebody reads standard output, as far as is known.
    ///
    /// Source: poll(2), POLLERR; pipe(7).
    static var isOutputRead: Bool {
        do throws(SystemError) { return try isOutputRead(waitingFor: nil, milliseconds: 0) } catch { return true }
    }

    /// The columns of the terminal at standard output; 80 where there is none.
    ///
    /// Source: ioctl_tty(2), TIOCGWINSZ.
    static var width: Int {
        var size = winsize()
        guard unsafe ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    @discardableResult
    private static func write(_ bytes: [UInt8], to stream: Descriptor) -> Bool {
        do throws(SystemError) { return try stream.writeAll(bytes) } catch { return false }
    }
}
