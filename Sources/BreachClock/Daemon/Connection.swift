/// One client's connection: bytes in, calls out; replies in, bytes out. Bounded in every direction.
///
/// Source: varlink.org, "Message Encoding"; hostile inputs.
final class Connection {
    /// The socket.
    ///
    /// Source: unix(7).
    let descriptor: Descriptor
    /// Who is at the other end; nil where the kernel does not say.
    ///
    /// Source: R30.
    let peer: LocalSocket.Peer?
    /// Who that is, and what it may do.
    ///
    /// Source: R30.
    var caller: Gatekeeper.Caller
    /// Whether it is to be closed once everything is written.
    ///
    /// Source: hostile inputs ("Close").
    private(set) var isClosing = false
    /// What it is told of as it happens; nil unless it asked for that. A watch never ends by itself: what the client sends
    /// after it is not read.
    ///
    /// Source: contract of `watch`.
    var watch: Watch?

    private var input = MessageBuffer()
    private var output: [UInt8] = []
    private var unfinishedSince: Int?
    private var unreadSince: Int?
    private var hasEnded = false

    /// The largest message, without its NUL, in bytes.
    ///
    /// Source: contract of the limits (one message 256 KiB).
    static let largestMessage = 256 * 1024
    /// Bytes of unread replies from which on nothing more is read.
    private static let mostOutput = 256 * 1024
    /// Milliseconds that a client has to finish a message it began.
    private static let finishingMilliseconds = 5_000
    /// Milliseconds that a client has to read its replies.
    private static let readingMilliseconds = 30_000

    /// The connection of that caller.
    ///
    /// - Parameter milliseconds: The monotonic clock.
    ///
    /// Source: R30.
    init(_ descriptor: Descriptor, peer: LocalSocket.Peer?, caller: Gatekeeper.Caller, at milliseconds: Int) {
        self.descriptor = descriptor
        self.peer = peer
        self.caller = caller
        // Who may nothing keeps no place for long: its first call is refused, and it is closed.
        if caller.rights.isEmpty { unfinishedSince = milliseconds }
    }

    /// Whether there is nothing left to do for it.
    ///
    /// Source: hostile inputs (half-close after the request: the answer still arrives).
    var isFinished: Bool { (isClosing || hasEnded && !hasWaitingMessage && watch == nil) && output.isEmpty }

    /// Whether to wait for bytes from it.
    ///
    /// Source: hostile inputs (not read from beyond 256 KiB queued).
    var wantsReading: Bool { !isClosing && !hasEnded && watch == nil && output.count <= Self.mostOutput }

    /// Whether a whole message has come and can be taken: not while replies wait to be read.
    ///
    /// Source: hostile inputs (memory bounded per connection).
    var hasWaitingMessage: Bool {
        !isClosing && watch == nil && output.count <= Self.mostOutput && input.hasMessage
    }

    /// Whether there are bytes for it.
    ///
    /// Source: poll(2).
    var wantsWriting: Bool { !output.isEmpty }

    /// Reads what is there.
    ///
    /// - Parameter milliseconds: The monotonic clock.
    ///
    /// Source: read(2).
    func receive(at milliseconds: Int) {
        if wantsReading { readAvailable() }
        if !input.hasMessage, input.count > Self.largestMessage { close() }
        noteUnfinished(at: milliseconds)
    }

    /// The next message that is complete: one in a turn, so that what many calls are answered with is not held at once.
    ///
    /// Source: varlink.org, "Message Encoding" (a NUL ends a message); hostile inputs.
    func nextMessage(at milliseconds: Int) -> [UInt8]? {
        guard hasWaitingMessage, let message = input.takeMessage() else { return nil }
        unfinishedSince = nil
        noteUnfinished(at: milliseconds)
        guard message.count <= Self.largestMessage else {
            close()
            return nil
        }
        return message
    }

    /// A message that was begun must be finished in time; one that is whole waits for us.
    private func noteUnfinished(at milliseconds: Int) {
        let isUnfinished = input.count > 0 && !input.hasMessage
        unfinishedSince = isUnfinished ? unfinishedSince ?? milliseconds : nil
    }

    private func readAvailable() {
        // One message's worth at most in a turn, so that no client keeps the others waiting.
        while input.count <= Self.largestMessage {
            do throws(SystemError) {
                switch try descriptor.read(atMost: 65_536) {
                case .bytes(let bytes): input.append(bytes)
                case .blocked: return
                case .ended:
                    hasEnded = true
                    return
                }
            } catch {
                abandon()
                return
            }
        }
    }

    /// Queues a reply and writes what can be written.
    ///
    /// Source: varlink.org, "Method Reply".
    func send(_ message: [UInt8], at milliseconds: Int) {
        output += message
        flush(at: milliseconds)
    }

    /// Writes what can be written.
    ///
    /// Source: write(2).
    func flush(at milliseconds: Int) {
        guard !output.isEmpty else { return }
        do throws(SystemError) {
            switch try descriptor.write(output[...]) {
            case .wrote(let count):
                output.removeFirst(count)
                unreadSince = output.isEmpty ? nil : milliseconds
            case .blocked: unreadSince = unreadSince ?? milliseconds
            case .ended: abandon()
            }
        } catch {
            abandon()
        }
    }

    /// Closes once everything is written.
    ///
    /// Source: hostile inputs ("Close").
    func close() {
        isClosing = true
        input = MessageBuffer()
        watch = nil
    }

    /// Closes a client that took too long to finish a message or to read its replies.
    ///
    /// Source: hostile inputs.
    func expire(at milliseconds: Int) {
        if let since = unfinishedSince, wantsReading, milliseconds - since >= Self.finishingMilliseconds { abandon() }
        if let since = unreadSince, milliseconds - since >= Self.readingMilliseconds { abandon() }
    }

    /// When it must be looked at for taking too long, by the monotonic clock; nil where it need not.
    ///
    /// Source: hostile inputs.
    var expiresAt: Int? {
        [
            wantsReading ? unfinishedSince.map { $0 + Self.finishingMilliseconds } : nil,
            unreadSince.map { $0 + Self.readingMilliseconds },
        ].compactMap { $0 }.min()
    }

    private func abandon() {
        close()
        output = []
        unreadSince = nil
        unfinishedSince = nil
    }
}

/// What came of a client's messages. Each byte is looked at once, however long the message that it is of takes to come: all
/// clients are asked in every turn whether a message of theirs is whole.
///
/// Source: varlink.org, "Message Encoding" (a NUL ends a message); hostile inputs.
private struct MessageBuffer {
    private var bytes: [UInt8] = []
    /// Where the first message ends; nil where none is whole.
    private var end: Int?

    var count: Int { bytes.count }
    var hasMessage: Bool { end != nil }

    mutating func append(_ more: [UInt8]) {
        let start = bytes.count
        bytes += more
        if end == nil { end = bytes[start...].firstIndex(of: 0) }
    }

    /// The first message that is whole, without its NUL.
    mutating func takeMessage() -> [UInt8]? {
        guard let end else { return nil }
        let message = Array(bytes[..<end])
        bytes.removeFirst(end + 1)
        self.end = bytes.firstIndex(of: 0)
        return message
    }
}
