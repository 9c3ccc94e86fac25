/// Hands messages of the spool to the mail system, one at a time. Whatever ends it, each message that it began with is
/// in the spool still, or was taken: at worst it is handed over twice, with the same Message-ID.
///
/// Source: R11, R28; contract of `deliver`.
struct Delivery {
    private let outbox: Outbox
    private let sendmail: Sendmail
    private let clock: any Clock

    /// What hands over from that spool to that program.
    ///
    /// Source: contract of `deliver`.
    init(outbox: Outbox, sendmail: Sendmail, clock: any Clock) {
        self.outbox = outbox
        self.sendmail = sendmail
        self.clock = clock
    }

    /// What came of one message.
    ///
    /// Source: contract of `deliver`.
    struct Result: Equatable {
        /// What came of it.
        ///
        /// Source: contract of `deliver`.
        enum Outcome: Equatable {
            /// The mail system has it.
            ///
            /// Source: R11.
            case handedOver
            /// It waits, and why; until when, where that is known.
            ///
            /// Source: contract of `deliver` (a growing pause).
            case left(String, nextAt: Instant?)
            /// It waits, since the mail system does not answer.
            ///
            /// Source: contract of `deliver` (a time limit).
            case silent(String, nextAt: Instant?)
            /// It was refused for good, and why.
            ///
            /// Source: contract of `deliver`.
            case setAside(String)
        }

        /// The message's name.
        ///
        /// Source: contract of `deliver`.
        var name: String
        /// What came of it.
        ///
        /// Source: contract of `deliver`.
        var outcome: Outcome
    }

    /// The time.
    ///
    /// Source: R4.
    var now: Instant { clock.now() }

    /// The messages to hand over now, the oldest first, and those that are left alone.
    ///
    /// - Parameter timed: Whether to leave alone what pauses.
    ///
    /// Source: contract of `deliver --timed`.
    func queue(timed: Bool) throws(SystemError) -> (ready: [Outbox.Message], pausing: [Result]) {
        let waiting = try outbox.waiting()
        try outbox.forgetOthers(than: waiting + (try outbox.setAside()))
        let now = now
        let pausing = timed ? waiting.filter { $0.attempts?.isPausing(at: now) == true } : []
        let names = Set(pausing.map(\.name))
        let results = pausing.map { message in
            Result(
                name: message.name,
                outcome: .left(message.attempts?.reason ?? "", nextAt: message.attempts?.nextAt))
        }
        return (waiting.filter { !names.contains($0.name) }, results)
    }

    /// Hands one message over. That it is tried is written down before: where nothing can be written nothing is sent, or
    /// it would be sent again and again; and one over which this process is killed pauses like one that failed.
    ///
    /// Source: R11 (moved only once the mail system has it); contract of `deliver`.
    func handOver(_ message: Outbox.Message) throws(SystemError) -> Result {
        let bytes: [UInt8]
        let input: Descriptor
        do throws(SystemError) {
            input = try Descriptor.reading(message.path)
            bytes = try SystemDisk().read(message.path, atMost: MessageHeader.largestBytes) ?? []
        } catch {
            return Result(name: message.name, outcome: .left("\(error)", nextAt: nil))
        }
        var attempts = DeliveryAttempts.begun(after: message.attempts, at: now)
        do throws(SystemError) {
            try outbox.note(attempts, of: message)
        } catch {
            // Something that has this message's name is in the way of this message alone.
            guard error.isInTheWay else { throw error }
            return Result(name: message.name, outcome: .left("\(error)", nextAt: nil))
        }
        if attempts.taken != nil {
            guard try outbox.isUnchanged(message) else {
                return Result(name: message.name, outcome: .left("it was written anew just now", nextAt: nil))
            }
            return try move(message, attempts)
        }
        switch sendmail.take(input, returnPath: MessageHeader(of: bytes).returnPath) {
        case .taken: return try move(message, attempts)
        case .notNow(let reason):
            attempts.reason = reason
            try outbox.note(attempts, of: message)
            return Result(name: message.name, outcome: .left(reason, nextAt: attempts.nextAt))
        case .silent(let reason):
            attempts.reason = reason
            try outbox.note(attempts, of: message)
            return Result(name: message.name, outcome: .silent(reason, nextAt: attempts.nextAt))
        case .never(let reason):
            attempts.reason = reason
            return try setAside(message, attempts)
        }
    }

    /// Moves a message out of the way. Where something is in its own way it pauses like one that may be taken yet: it must
    /// not be the first of all again and again.
    private func setAside(_ message: Outbox.Message, _ attempts: DeliveryAttempts) throws(SystemError) -> Result {
        var final = attempts
        final.nextAt = nil
        try outbox.note(final, of: message)
        do throws(SystemError) {
            let isThere = try unlessGone(message) { () throws(SystemError) in try outbox.setAside(message) }
            let after = isThere ? "" : "; it has left the spool meanwhile"
            return Result(name: message.name, outcome: .setAside(attempts.reason + after))
        } catch {
            guard error.isInTheWay else { throw error }
            var left = attempts
            left.reason += ", and breachctl \(error)"
            try outbox.note(left, of: message)
            return Result(name: message.name, outcome: .left(left.reason, nextAt: left.nextAt))
        }
    }

    /// Moves a message that the mail system has. Where that fails it is written down, so that it is not sent again.
    private func move(_ message: Outbox.Message, _ attempts: DeliveryAttempts) throws(SystemError) -> Result {
        do throws(SystemError) {
            try unlessGone(message) { () throws(SystemError) in try outbox.handOver(message) }
            return Result(name: message.name, outcome: .handedOver)
        } catch {
            var attempts = attempts
            attempts.taken = message.file
            attempts.reason = "the mail system has it, and breachctl \(error)"
            try outbox.note(attempts, of: message)
            return Result(name: message.name, outcome: .left(attempts.reason, nextAt: attempts.nextAt))
        }
    }

    /// Moves a message, unless somebody else took it while the mail system had it: the others are to be tried still.
    ///
    /// - Returns: Whether it was there.
    @discardableResult
    private func unlessGone(
        _ message: Outbox.Message,
        move: () throws(SystemError) -> Void
    ) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try move()
            return true
        } catch {
            // Where the folder that it goes to is missing it waits still.
            guard error.isNotFound, try SystemDisk().status(message.path) == nil else { throw error }
            return false
        }
    }
}

extension Delivery.Result.Outcome {
    /// The name that scripts know it by.
    ///
    /// Source: contract of `deliver --json`.
    var name: String {
        switch self {
        case .handedOver: "handed-over"
        case .left, .silent: "left"
        case .setAside: "set-aside"
        }
    }

    /// Why; nil where the mail system has it.
    ///
    /// Source: contract of `deliver --json`.
    var reason: String? {
        switch self {
        case .handedOver: nil
        case .left(let reason, _), .silent(let reason, _), .setAside(let reason): reason
        }
    }

    /// From when on it is tried again by itself.
    ///
    /// Source: contract of `deliver --json`.
    var nextAt: Instant? {
        switch self {
        case .handedOver, .setAside: nil
        case .left(_, let nextAt), .silent(_, let nextAt): nextAt
        }
    }

    /// Whether the mail system refused it for good.
    ///
    /// Source: contract of the exit codes.
    var isRefusal: Bool {
        if case .setAside = self { true } else { false }
    }
}
