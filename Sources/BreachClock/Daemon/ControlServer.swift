/// The control socket: accepts clients, gathers their calls, sends replies.
///
/// Source: contract of the control socket; hostile inputs.
final class ControlServer {
    private let listener: Descriptor
    private let gatekeeper: Gatekeeper
    private let clock: any Clock
    private let log: Log
    private let refusalCounter: RefusalCounter
    private var connections: [Connection] = []
    private var reserve: Descriptor?
    private var refusals = RateLimit()
    private var resumesAt: Int?
    private var firstFed = 0

    /// Connections of one account at most, but for root, and of all accounts.
    ///
    /// Source: hostile inputs.
    private static let mostOfOneAccount = 64
    private static let mostInAll = 256
    private static let reservedForRoot = 8
    /// Clients that are let in in one turn: for each the system is asked about its account and groups, which takes longer
    /// than an answer, and those who are in wait meanwhile.
    private static let mostAcceptedAtOnce = 8
    /// Milliseconds for which nobody is accepted when there is no descriptor at all.
    private static let pauseMilliseconds = 1000
    /// Watchers that are told something in one turn: reading the journal for many would keep the others waiting.
    private static let mostFedAtOnce = 4

    /// A call and the connection that it came on.
    ///
    /// Source: varlink.org, "Method Call".
    struct Received {
        /// The connection.
        ///
        /// Source: varlink.org.
        let connection: Connection
        /// The call.
        ///
        /// Source: varlink.org, "Method Call".
        let call: AuthorisedCall
    }

    /// The server on a listening socket.
    ///
    /// Source: contract of the control socket.
    init(
        listener: Descriptor,
        gatekeeper: Gatekeeper,
        clock: any Clock,
        log: Log,
        refusals: RefusalCounter
    ) {
        self.listener = listener
        self.gatekeeper = gatekeeper
        self.clock = clock
        self.log = log
        refusalCounter = refusals
        reserve = Descriptor.reserve()
    }

    /// What to wait for: new clients first, then each connection in its order.
    ///
    /// Source: poll(2).
    var interests: [Poller.Interest] {
        [.init(listener, reading: resumesAt == nil)]
            + connections.map { .init($0.descriptor, reading: $0.wantsReading, writing: $0.wantsWriting) }
    }

    /// Milliseconds until a client has taken too long; nil where none can.
    ///
    /// Source: hostile inputs.
    var expiryMilliseconds: Int? {
        let now = clock.monotonicMilliseconds()
        return (connections.compactMap(\.expiresAt) + [resumesAt].compactMap { $0 }).min().map { max(0, $0 - now) }
    }

    /// Takes in what came, by the readiness of `interests`.
    ///
    /// - Returns: The calls in the order in which they came on each connection.
    ///
    /// Source: design, "take bounded input from clients, decode, authorise from one table".
    func receive(_ readiness: ArraySlice<Poller.Readiness>, access: Access) -> [Received] {
        let now = clock.monotonicMilliseconds()
        var received: [Received] = []
        for (connection, ready) in zip(connections, readiness.dropFirst()) {
            if ready.writable || ready.hungUp { connection.flush(at: now) }
            if ready.readable { connection.receive(at: now) }
            if let call = nextCall(on: connection, at: now) { received.append(call) }
            // It hung up, and nothing of it is left to answer.
            if ready.hungUp, !connection.wantsWriting, !connection.hasWaitingMessage,
                received.last?.connection !== connection
            {
                connection.close()
            }
        }
        if let resumes = resumesAt, now >= resumes { resumesAt = nil }
        if readiness.first?.readable == true { acceptAll(access) }
        for connection in connections { connection.expire(at: now) }
        return received
    }

    /// Whether a call waits to be taken in the next turn.
    ///
    /// Source: hostile inputs.
    var hasWaitingCalls: Bool { connections.contains(where: \.hasWaitingMessage) }

    /// Looks anew at who may what: the configuration has changed.
    ///
    /// Source: R30.
    func reauthorise(_ access: Access) {
        for connection in connections {
            connection.caller = gatekeeper.caller(connection.peer, access: access)
            guard connection.watch != nil, !connection.caller.rights.contains(.read) else { continue }
            end(connection, with: .notPermitted, "may watch no more")
        }
    }

    private func nextCall(on connection: Connection, at now: Int) -> Received? {
        guard let message = connection.nextMessage(at: now) else { return nil }
        guard let call = ControlCall(message) else {
            logRefusal(.noCall, connection.caller, "sent what is no varlink call")
            connection.close()
            return nil
        }
        return Received(connection: connection, call: AuthorisedCall(call: call, caller: connection.caller))
    }

    /// Sends the replies to calls, in their order.
    ///
    /// Source: varlink.org, "Method Reply" (none to a oneway call).
    func send(_ replies: [ControlReply], to calls: [Received], watch: (WatchRequest) -> Watch) {
        let now = clock.monotonicMilliseconds()
        for (reply, received) in zip(replies, calls) {
            if let kind = reply.refusalKind, case .error(let name, _) = reply { logError(kind, name, received) }
            if received.call.caller.rights.isEmpty { received.connection.close() }
            if received.call.call.isOneway { continue }
            if case .stream(let request) = reply { received.connection.watch = watch(request) }
            received.connection.send(reply.message, at: now)
        }
        sweep(at: now)
    }

    // MARK: - Watchers

    /// Tells watchers what became durable: those that have read all that they were sent, a few in a turn, by turns.
    ///
    /// Source: contract of `watch`; hostile inputs (memory bounded per connection, nobody is kept waiting).
    func feed(_ registrar: Registrar) {
        let hungry = connections.indices.filter { isHungry(connections[$0], registrar) }
        let inTurn = hungry.filter { $0 >= firstFed } + hungry.filter { $0 < firstFed }
        for index in inTurn.prefix(Self.mostFedAtOnce) {
            feed(connections[index], registrar)
            firstFed = index + 1
        }
        sweep(at: clock.monotonicMilliseconds())
    }

    /// Whether a watcher could be told something at once.
    ///
    /// Source: contract of `watch`.
    func hasHungryWatcher(_ registrar: Registrar) -> Bool { connections.contains { isHungry($0, registrar) } }

    private func isHungry(_ connection: Connection, _ registrar: Registrar) -> Bool {
        guard let watch = connection.watch else { return false }
        return !connection.wantsWriting && registrar.hasNews(for: watch)
    }

    private func feed(_ connection: Connection, _ registrar: Registrar) {
        guard var watch = connection.watch else { return }
        do throws(SystemError) {
            let news = try registrar.news(for: &watch)
            connection.watch = watch
            connection.send(news.flatMap(\.message), at: clock.monotonicMilliseconds())
        } catch {
            end(connection, with: .tryAgain("\(error)."), "can be told no more: \(error)")
        }
    }

    private func end(_ connection: Connection, with reply: ControlReply, _ why: String) {
        if let kind = reply.refusalKind { logRefusal(kind, connection.caller, why) }
        connection.send(reply.message, at: clock.monotonicMilliseconds())
        connection.close()
    }

    private func sweep(at now: Int) {
        for connection in connections { connection.expire(at: now) }
        connections.removeAll(where: \.isFinished)
    }

    // MARK: - Accepting

    private func acceptAll(_ access: Access) {
        for _ in 0..<Self.mostAcceptedAtOnce {
            switch LocalSocket.accept(listener) {
            case .none: return
            case .client(let descriptor): admit(descriptor, access)
            case .exhausted:
                turnAwayOne()
                return
            }
        }
    }

    private func admit(_ descriptor: Descriptor, _ access: Access) {
        let peer = LocalSocket.peer(descriptor)
        if isFull(for: peer) {
            // Its account is looked up for the log alone: a crowd must not cost the others a look-up each.
            logRefusal(.tooManyConnections, gatekeeper.caller(peer, access: access), "has too many connections")
            turnAway(descriptor, "Too many connections are open.")
            return
        }
        let caller = gatekeeper.caller(peer, access: access)
        connections.append(Connection(descriptor, peer: peer, caller: caller, at: clock.monotonicMilliseconds()))
    }

    private func isFull(for peer: LocalSocket.Peer?) -> Bool {
        if peer?.uid == 0 { return connections.count >= Self.mostInAll }
        return connections.count { $0.peer?.uid == peer?.uid } >= Self.mostOfOneAccount
            || connections.count >= Self.mostInAll - Self.reservedForRoot
    }

    private func turnAway(_ descriptor: Descriptor, _ reason: String) {
        // A client that is gone already needs no telling.
        do throws(SystemError) { _ = try descriptor.write(ControlReply.tryAgain(reason).message[...]) } catch {}
    }

    /// With no descriptor left a client would wait for ever and wake the loop without end: a descriptor kept for this is
    /// given up for a moment, to tell one client so. Where even that one is gone, nobody is accepted for a while.
    private func turnAwayOne() {
        reserve = nil
        if case .client(let descriptor) = LocalSocket.accept(listener) {
            refusalCounter.count(.tooManyConnections)
            if refusals.admit(at: clock.monotonicMilliseconds()) != nil {
                log(.warning, "No descriptors are left: a client was turned away.")
            }
            turnAway(descriptor, "No descriptors are left.")
        } else {
            resumesAt = clock.monotonicMilliseconds() + Self.pauseMilliseconds
        }
        reserve = Descriptor.reserve()
    }

    // MARK: - Telling

    private func logError(_ kind: RefusalKind, _ name: String, _ received: Received) {
        let method = ControlMethod(fullName: received.call.call.method)?.rawValue
        logRefusal(kind, received.call.caller, "\(method ?? "an unknown method") was answered \(name)")
    }

    private func logRefusal(_ kind: RefusalKind, _ caller: @autoclosure () -> Gatekeeper.Caller, _ text: String) {
        refusalCounter.count(kind)
        guard let suppressed = refusals.admit(at: clock.monotonicMilliseconds()) else { return }
        let account = caller().account
        let more = suppressed > 0 ? " (\(suppressed) more lines like this were left out)" : ""
        log(.warning, "\(account.name) (uid \(account.uid)): \(text)\(more)")
    }
}

/// Lets so many lines a second through and counts the others.
///
/// Source: hostile inputs (one log line, rate-limited).
struct RateLimit {
    private static let linesPerSecond = 20
    private var second = Int.min
    private var lines = 0
    private var suppressed = 0

    /// A limit that has let nothing through yet.
    ///
    /// Source: hostile inputs.
    init() {}

    /// Whether a line may be written now: the number of those left out since the last one that was, or nil.
    ///
    /// Source: hostile inputs.
    mutating func admit(at milliseconds: Int) -> Int? {
        if milliseconds / 1000 != second {
            second = milliseconds / 1000
            lines = 0
        }
        guard lines < Self.linesPerSecond else {
            suppressed += 1
            return nil
        }
        lines += 1
        defer { suppressed = 0 }
        return suppressed
    }
}
