/// Keeps the register: takes calls and the passing of time to facts, makes the facts durable, and performs the effects
/// that they leave outstanding. It knows no sockets and waits for nothing, so that a simulation can drive it.
///
/// Source: design, "A turn of it".
final class Registrar {
    /// What the register amounts to.
    ///
    /// Source: R31.
    private(set) var clockwork: Clockwork

    /// Where the journal stands.
    ///
    /// Source: R29.
    var head: JournalHead { journal.head }

    private var journal: Journal
    private let dispatch: NoticeDispatch
    private let own: Account
    private let log: Log
    private let statusFile: ReplacedFile?
    private let metricsFile: ReplacedFile?
    private let refusals: RefusalCounter
    private let checkLock: () throws(Journal.AppendingFailure) -> Void
    private let touchLock: () -> Void
    private let tellServiceManager: (String) -> Void

    private var failure: SystemError?
    private var retry = Alarm()
    private var heartbeat = Alarm()
    private var changed = true
    private var documentFailure: SystemError?

    /// Facts at most in one turn that the clock alone brings: clients go on being answered in between.
    ///
    /// Source: design (batches of at most 256).
    private static let largestBatch = 256
    /// Seconds to wait before the disk is tried again.
    private static let retrySeconds = 5

    /// That the daemon must end: nobody can say what is on the disk.
    ///
    /// Source: design (never go on past a failed sync).
    struct MustEnd: Error, Equatable {
        /// What failed.
        ///
        /// Source: design.
        var failure: SystemError
    }

    /// The registrar of an opened journal.
    ///
    /// - Parameters:
    ///   - refusals: Counts them, for the metrics.
    ///   - checkLock: Throws where this process does not have the register to itself any more.
    ///   - touchLock: Leaves a sign on the disk that the daemon lives.
    ///   - tellServiceManager: Shows a sentence where there is no disk to write a status to.
    ///
    /// Source: design.
    init(
        clockwork: Clockwork,
        journal: Journal,
        dispatch: NoticeDispatch,
        own: Account,
        log: Log,
        statusFile: ReplacedFile?,
        metricsFile: ReplacedFile?,
        refusals: RefusalCounter = RefusalCounter(),
        checkLock: @escaping () throws(Journal.AppendingFailure) -> Void = { () throws(Journal.AppendingFailure) in },
        touchLock: @escaping () -> Void,
        tellServiceManager: @escaping (String) -> Void
    ) {
        self.clockwork = clockwork
        self.journal = journal
        self.dispatch = dispatch
        self.own = own
        self.log = log
        self.statusFile = statusFile
        self.metricsFile = metricsFile
        self.refusals = refusals
        self.checkLock = checkLock
        self.touchLock = touchLock
        self.tellServiceManager = tellServiceManager
    }

    // MARK: - Beginning and end

    /// Records the start, with how long the daemon was away and what fell due meanwhile.
    ///
    /// Source: R4, R28.
    func start(lastAliveAt: Instant?, newIdentity: () -> String, at now: Instant) throws(MustEnd) {
        if let clockFailure = clockwork.clockFailure(at: now) { log(.warning, "\(clockFailure).") }
        var draft = Draft(clockwork, after: journal.head, at: now)
        if clockwork.ledger.registerIdentity == nil {
            draft.record(.registerOpened(identity: newIdentity()), by: own)
        }
        let start = DaemonStart(version: Product.version, lastAliveAt: lastAliveAt, fellDue: clockwork.fellDue(by: now))
        draft.record(.daemonStarted(start), by: own)
        let isRecorded = try commit(draft, at: now)
        // Without its identity recorded a register could give two messages the same name.
        if !isRecorded, let failure { throw MustEnd(failure: failure) }
    }

    /// Records the end that somebody asked for.
    ///
    /// Source: R4.
    func stop(at now: Instant) throws(MustEnd) {
        var draft = Draft(clockwork, after: journal.head, at: now)
        draft.record(.daemonStopped, by: own)
        _ = try commit(draft, at: now)
        writeDocuments(at: now)
    }

    /// Takes a new configuration into use.
    ///
    /// Source: R5.
    func use(_ settings: Settings, at now: Instant) {
        clockwork.use(settings, at: now)
        dispatch.use(settings)
        changed = true
    }

    // MARK: - A turn

    /// One turn: what the spool and the clock bring, then what the calls ask, all made durable together. The replies are
    /// for after this returns, and in the calls' order.
    ///
    /// Source: design, "append all the turn's events with one write and one fdatasync, before anyone is told".
    func turn(_ calls: [AuthorisedCall], at now: Instant) throws(MustEnd) -> [ControlReply] {
        let mayRedact = try calls.contains(where: \.redacts) ? settleAnnounced(at: now) : true
        var draft = Draft(clockwork, after: journal.head, at: now)
        let mayTry = failure == nil || retry.isDue(at: now)
        if mayTry || calls.contains(where: \.mayRecord) { lookIntoSpool(&draft, now) }
        if mayTry { draft.recordWhatIsDue(by: own, atMost: Self.largestBatch) }
        let handler = CallHandler(own: own, head: journal.head, failure: statusFailure)
        let replies = calls.map { call in
            call.redacts && !mayRedact ? announcedReply : handler.reply(to: call, &draft)
        }
        if try commit(draft, at: now) { return replies }
        dispatch.forget()
        var unchanged = Draft(clockwork, after: journal.head, at: now)
        let refusal = ControlReply.tryAgain("\(journalFailure ?? ""); nothing was recorded.")
        return calls.map { $0.mayRecord ? refusal : handler.reply(to: $0, &unchanged) }
    }

    /// Notices that were announced may hold the text that is to be redacted: those that have appeared in the spool are in
    /// somebody's mailbox, the others are written anew. Whether it is known and recorded which are which.
    private func settleAnnounced(at now: Instant) throws(MustEnd) -> Bool {
        guard dispatch.hasAnnounced(clockwork.ledger) else { return true }
        guard try openSpool(at: now), let appeared = dispatch.appeared(clockwork.ledger, at: now) else { return false }
        if appeared.isEmpty { return true }
        return try recordNow(.noticesWritten(appeared), at: now)
    }

    private var announcedReply: ControlReply {
        let why = statusFailure.map { " \($0);" } ?? ""
        return .tryAgain("Notices that may hold the text are on their way into the spool;\(why) nothing was recorded.")
    }

    /// Before a deadline is judged the spool is looked into: a notice may have been taken in time.
    private func lookIntoSpool(_ draft: inout Draft, _ now: Instant) {
        let isDue = draft.clockwork.nextDue().map { $0 <= now } ?? false
        if isDue || heartbeat.isDue(at: now) || dispatch.spoolHasChanged() {
            for event in dispatch.look(draft.clockwork, at: now) { draft.record(event, by: own) }
        }
    }

    /// Makes the draft's facts durable and its state the register's. False when that failed and nothing was recorded.
    private func commit(_ draft: Draft, at now: Instant) throws(MustEnd) -> Bool {
        guard !draft.facts.isEmpty else {
            clockwork = draft.clockwork
            return true
        }
        guard try append(draft.facts, at: now) else { return false }
        clockwork = draft.clockwork
        changed = true
        return true
    }

    private func append(_ facts: [Fact], at now: Instant) throws(MustEnd) -> Bool {
        let redacted = facts.compactMap { fact -> JournalReader.RedactedText? in
            guard case .textRedacted(let record) = fact.event else { return nil }
            return JournalReader.RedactedText(sequence: record.sequence, field: record.field)
        }
        if let failure = try lockFailure() {
            noteFailure(failure, at: now)
            return false
        }
        do throws(Journal.AppendingFailure) {
            if redacted.isEmpty {
                try journal.append(facts)
            } else {
                try journal.append(facts, redacting: Set(redacted))
            }
        } catch {
            switch error {
            case .notWritten(let failure):
                noteFailure(failure, at: now)
                return false
            case .unknown(let failure):
                noteFailure(failure, at: now)
                writeDocuments(at: now)
                throw MustEnd(failure: failure)
            }
        }
        if !redacted.isEmpty { dispatch.recallAtOnce() }
        if failure != nil { log(.warning, "The register can be written again.") }
        failure = nil
        for fact in facts { log(.info, FactLine(fact).text) }
        return true
    }

    /// Why it cannot be seen for now whether this process has the register to itself; nil where it has. Where it has not it
    /// ends, and leaves the status to whoever has.
    private func lockFailure() throws(MustEnd) -> SystemError? {
        do throws(Journal.AppendingFailure) {
            try checkLock()
            return nil
        } catch {
            switch error {
            case .notWritten(let failure): return failure
            case .unknown(let failure): throw MustEnd(failure: failure)
            }
        }
    }

    private func noteFailure(_ error: SystemError, at now: Instant) {
        let isNew = failure != error
        failure = error
        retry.set(Self.retrySeconds, after: now)
        changed = true
        if isNew, let journalFailure { log(.error, journalFailure) }
    }

    private var journalFailure: String? {
        failure.map { "The register cannot be written: \($0)" }
    }

    // MARK: - Watching

    /// The watch that was asked for.
    ///
    /// Source: contract of `watch`.
    func watch(_ request: WatchRequest) -> Watch { Watch(request, in: journal) }

    /// Whether there may be something to tell a watch.
    ///
    /// Source: contract of `watch`.
    func hasNews(for watch: Watch) -> Bool { watch.isBehind(journal) }

    /// What a portion of the journal tells a watch.
    ///
    /// Source: contract of `watch`.
    func news(for watch: inout Watch) throws(SystemError) -> [ControlReply] { try watch.next(journal, clockwork) }

    // MARK: - Effects

    /// Performs what the journal shows as outstanding: notices into the spool, then the status that names them.
    ///
    /// Source: design, "perform the effects that the journal shows as outstanding; journal each completion".
    func performEffects(at now: Instant) throws(MustEnd) {
        if failure == nil || retry.isDue(at: now) { try writeNotices(at: now) }
        guard changed || heartbeat.isDue(at: now) else { return }
        // What cannot be seen now keeps nothing from being recorded yet: that is asked again then.
        _ = try lockFailure()
        changed = false
        heartbeat.set(clockwork.settings.timing.heartbeatSeconds, after: now)
        touchLock()
        writeDocuments(at: now)
    }

    private func writeNotices(at now: Instant) throws(MustEnd) {
        guard dispatch.isReady(at: now) else { return }
        let before = dispatch.failure
        let recallBefore = dispatch.recallFailure
        defer { if dispatch.failure != before || dispatch.recallFailure != recallBefore { changed = true } }
        guard try openSpool(at: now) else { return }
        let recalled = dispatch.recall(clockwork.ledger, at: now)
        if !recalled.isEmpty, try !recordNow(.noticesRecalled(recalled), at: now) { return dispatch.recallAtOnce() }
        let published = dispatch.unfinished(clockwork.ledger, atMost: Self.largestBatch, at: now)
        if !published.isEmpty { try finish(published, again: true, at: now) }

        let batch = dispatch.stage(clockwork, head: journal.head, atMost: Self.largestBatch, at: now)
        guard !batch.isEmpty, try recordNow(.noticesPublishing(batch), at: now) else { return }
        try finish(batch.map(\.identity), again: false, at: now)
    }

    /// Makes the spool usable where it is not; whether it is.
    private func openSpool(at now: Instant) throws(MustEnd) -> Bool {
        if let opening = dispatch.openSpool(clockwork.ledger, at: now) {
            guard try recordNow(opening, at: now) else {
                dispatch.forget()
                return false
            }
        }
        return dispatch.isPrepared
    }

    /// After a power cut before its completion is recorded, it is found out again from the spool.
    private func finish(_ identities: [NoticeIdentity], again: Bool, at now: Instant) throws(MustEnd) {
        let published = dispatch.publish(identities, clockwork.ledger, again: again, at: now)
        if !published.isEmpty { _ = try recordNow(.noticesWritten(published), at: now) }
    }

    private func recordNow(_ event: Event, at now: Instant) throws(MustEnd) -> Bool {
        var draft = Draft(clockwork, after: journal.head, at: now)
        draft.record(event, by: own)
        return try commit(draft, at: now)
    }

    private var registerFailure: String? {
        journalFailure ?? dispatch.failure.map { "Notices cannot be written: \($0)" }
            ?? dispatch.recallFailure.map { "Notices that may hold a deleted text cannot be taken back: \($0)" }
    }

    private var statusFailure: String? {
        registerFailure ?? documentFailure.map { "The status cannot be written: \($0)" }
    }

    private func writeDocuments(at now: Instant) {
        clockwork.refreshGlances()
        let report = clockwork.statusReport(at: now, failure: registerFailure)
        // Each for itself: metrics that stand still say that all is as it was.
        let failures = [
            replace(statusFile, with: report.json(head: journal.head).prettyBytes()),
            replace(metricsFile, with: Array(report.metrics(head: journal.head, refusals: refusals.counts).utf8)),
        ]
        let failure = failures.compactMap { $0 }.first
        if let failure, documentFailure == nil { log(.error, "The status cannot be written: \(failure)") }
        documentFailure = failure
        tellServiceManager(statusFailure ?? report.summary)
    }

    private func replace(_ file: ReplacedFile?, with bytes: [UInt8]) -> SystemError? {
        do throws(SystemError) {
            try file?.replace(with: bytes)
            return nil
        } catch {
            return error
        }
    }

    // MARK: - When to wake

    /// When the next turn is wanted at the latest if no client calls.
    ///
    /// Source: design, "poll until the next due instant, capped".
    func nextWake(after now: Instant) -> Instant {
        if changed { return now }
        // What cannot be recorded now is not tried again before the next attempt.
        let earliest = failure == nil ? Instant(.min) : retry.wake(after: now)
        var wake = heartbeat.wake(after: now)
        if let due = clockwork.nextDue() { wake = min(wake, max(due, earliest)) }
        if !clockwork.ledger.unwritten.isEmpty || !dispatch.isPrepared {
            wake = min(wake, max(dispatch.retry.wake(after: now), earliest))
        }
        if dispatch.hasToRecall(clockwork.ledger) {
            wake = min(wake, max(dispatch.recallRetry.wake(after: now), dispatch.retry.wake(after: now), earliest))
        }
        return wake
    }
}
