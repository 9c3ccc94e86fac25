/// Brings notices into the spool and notices when they leave it.
///
/// Source: R10, R11, R28; design, "Notices, in batches".
final class NoticeDispatch {
    private let spool: Spool
    private let newIdentity: () -> String
    private let log: Log
    private var settings: Settings
    private var changeMark: FileTime?
    /// The identity that this process gave the spool last, whether or not that could be recorded.
    private var established: String?
    /// Whether the spool was found fit to be written to and has not failed since. Whether it can be looked into is
    /// another question: what was handed over counts also while nothing can be added.
    ///
    /// Source: hostile inputs; R11.
    private(set) var isPrepared = false
    /// What keeps notices from being written, as a sentence without its full stop; nil when nothing does.
    ///
    /// Source: hostile inputs (the notice waits, retried, status critical).
    private(set) var failure: String?

    /// When a failing spool is tried again.
    ///
    /// Source: hostile inputs (the notice waits, retried).
    private(set) var retry = Alarm()

    /// When notices that could not be taken back are tried again.
    ///
    /// Source: R31.
    private(set) var recallRetry = Alarm()
    /// What keeps notices that may hold a deleted text from being taken back; nil when nothing does.
    ///
    /// Source: R31.
    private(set) var recallFailure: SystemError?

    /// Seconds to wait before a failing spool is tried again.
    private static let retrySeconds = 5
    /// Seconds after which a Maildir agent may remove a staged file.
    private static let sweptSeconds = 36 * secondsPerHour

    /// The dispatch into that spool.
    ///
    /// - Parameter newIdentity: Makes an identity for a spool that has none.
    ///
    /// Source: contract of the spool.
    init(spool: Spool, settings: Settings, log: Log, newIdentity: @escaping () -> String) {
        self.spool = spool
        self.settings = settings
        self.log = log
        self.newIdentity = newIdentity
    }

    /// Takes a new configuration into use.
    ///
    /// Source: R5 (a mailbox corrected later is used for what is sent later).
    func use(_ settings: Settings) {
        self.settings = settings
    }

    /// Whether it is time to try.
    ///
    /// Source: hostile inputs.
    func isReady(at now: Instant) -> Bool { retry.isDue(at: now) }

    // MARK: - The spool itself

    /// Makes the spool usable; gives the event to record where it had to be given a new identity, because it is new or
    /// because it was lost.
    ///
    /// Source: contract of the spool (`.breachclock`).
    func openSpool(_ ledger: Ledger, at now: Instant) -> Event? {
        guard !isPrepared else { return nil }
        do {
            let isNew = try spool.prepare()
            let found = try spool.look().identity
            isPrepared = true
            if !isNew, found != nil, found == ledger.spoolIdentity { return nil }
            if let found, found != established { sayWhoseItWas(ledger) }
            let identity = newIdentity()
            try spool.establish(identity)
            established = identity
            return .spoolOpened(identity: identity)
        } catch {
            note(error, at: now)
            return nil
        }
    }

    /// Its owner does not live, or it could not have been claimed. A register that was put back must go on with it.
    private func sayWhoseItWas(_ ledger: Ledger) {
        let (whose, advice) =
            ledger.spoolIdentity == nil
            ? ("belonged to another register", "where this one should not be new, look at paths.state")
            : (
                "was used by another register, or by this one in a time that its journal lacks",
                "what was not handed over is written again"
            )
        log(.warning, "The spool \(spool.path) \(whose), and is taken over; \(advice).")
    }

    /// Whether messages came or went since this daemon last looked or wrote.
    ///
    /// Source: design.
    func spoolHasChanged() -> Bool {
        do throws(SystemError) { return try spool.changeMark() != changeMark } catch { return isPrepared }
    }

    /// What became of notices in the spool, as the events to record: taken, set aside, put back. From a spool that was
    /// lost nothing is inferred.
    ///
    /// Source: R11; contract of the spool.
    func look(_ clockwork: Clockwork, at now: Instant) -> [Event] {
        let ledger = clockwork.ledger
        guard let known = ledger.spoolIdentity else { return [] }
        let wasPrepared = isPrepared
        do {
            // What is missing is made again in its own time.
            if try !spool.check() { isPrepared = false }
            let mark = try spool.changeMark()
            let look = try spool.look()
            guard look.identity == known else {
                if wasPrepared, look.identity == nil {
                    log(.warning, "The spool has lost its identity: what was not handed over is written again.")
                }
                isPrepared = false
                return []
            }
            let staged = ledger.outdated.isEmpty ? [] : Set(try spool.stagedNames())
            let returned = ledger.waiting.filter { look.setAside.contains(name($0, ledger)) }
            let retried = ledger.returned.filter { look.waiting.contains(name($0, ledger)) }
            if !retried.isEmpty { recallAtOnce() }
            let handOvers = try handOvers(ledger, look, notIn: staged, at: now)
            changeMark = mark
            return (retried.isEmpty ? [] : [.noticesRetried(retried)]) + clockwork.returns(of: returned)
                + (handOvers.isEmpty ? [] : [.noticesHandedOver(handOvers)])
        } catch {
            // One that is not fit to be written to is prepared anew in its own time, which says what is wrong.
            if wasPrepared { note(error, at: now) }
            return []
        }
    }

    /// The notices that somebody took. One that had been set aside and is gone was taken only where it is seen to have
    /// been: whoever removes it from there hands nothing over. One that is staged was taken back by the daemon itself.
    private func handOvers(
        _ ledger: Ledger, _ look: Spool.Look, notIn staged: Set<String>, at now: Instant
    ) throws(SystemError) -> [HandOver] {
        var handOvers: [HandOver] = []
        for (identities, mustBeSeen) in [(ledger.waiting, false), (ledger.returned, true)] {
            for identity in identities {
                let name = name(identity, ledger)
                guard ![look.waiting, look.setAside, staged].contains(where: { $0.contains(name) }) else { continue }
                let takenAt = try spool.takenAt(name)
                if mustBeSeen, takenAt == nil { continue }
                // A time is not believed where it says that a notice left before it could. It may have left before
                // it was recorded as written: a crash, or a full disk, can lie between.
                let notice = ledger.notice(identity)
                let earliest = notice?.announcedAt ?? notice?.writtenAt ?? now
                handOvers.append(
                    HandOver(identity: identity, at: max(earliest, min(now, takenAt ?? look.changedAt)))
                )
            }
        }
        return handOvers
    }

    // MARK: - Taking back

    /// Whether there is something to take back.
    ///
    /// Source: R31.
    func hasToRecall(_ ledger: Ledger) -> Bool { isPrepared && !ledger.outdated.isEmpty }

    /// Lets what is to be taken back be so at once: there is more of it, or it stands where it did not.
    ///
    /// Source: R31.
    func recallAtOnce() { recallRetry.clear() }

    /// Takes back what waits or is set aside and may hold a text that was deleted since; gives what was taken back, also
    /// before, and is not recorded as that. While somebody hands messages over, or where it fails, this has to wait.
    ///
    /// Source: R31.
    func recall(_ ledger: Ledger, at now: Instant) -> [NoticeIdentity] {
        if ledger.outdated.isEmpty { recallFailure = nil }
        guard hasToRecall(ledger), recallRetry.isDue(at: now) else { return [] }
        recallRetry.set(Self.retrySeconds, after: now)
        do throws(SystemError) {
            guard let recall = try spool.recall(ledger.outdated.map { name($0, ledger) }) else { return [] }
            noteRecall(recall.failure)
            // What is nowhere was removed, or is about to be found handed over.
            if recall.failure == nil { recallRetry.set(settings.timing.heartbeatSeconds, after: now) }
            return ledger.outdated.filter { recall.recalled.contains(name($0, ledger)) }
        } catch {
            noteRecall(error)
            return []
        }
    }

    private func noteRecall(_ failure: SystemError?) {
        if let failure, failure != recallFailure { log(.error, "A deleted text waits in the spool: \(failure).") }
        recallFailure = failure
    }

    // MARK: - Writing

    /// The notices whose publication was begun and not completed.
    ///
    /// Source: design (a crash leaves outstanding effects that the next start finishes).
    func unfinished(_ ledger: Ledger, atMost count: Int, at now: Instant) -> [NoticeIdentity] {
        guard isPrepared, hasAnnounced(ledger) else { return [] }
        do throws(SystemError) {
            let changedAt = try spool.stagedChangedAt()
            return Array(ledger.unwritten.lazy.filter { Self.isStaged(ledger.notice($0), changedAt) }.prefix(count))
        } catch {
            note(error, at: now)
            return []
        }
    }

    /// The notices that were announced and have appeared in the spool, durably; nil when that cannot be found out.
    ///
    /// Source: R28, R31.
    func appeared(_ ledger: Ledger, at now: Instant) -> [NoticeIdentity]? {
        do throws(SystemError) {
            let staged = Set(try spool.stagedNames())
            let changedAt = try spool.stagedChangedAt()
            let appeared = ledger.unwritten.filter { identity in
                Self.isStaged(ledger.notice(identity), changedAt) && !staged.contains(name(identity, ledger))
            }
            try spool.syncPublished()
            return appeared
        } catch {
            note(error, at: now)
            return nil
        }
    }

    /// Whether there are notices that were announced and are not recorded as written.
    ///
    /// Source: R28.
    func hasAnnounced(_ ledger: Ledger) -> Bool {
        ledger.unwritten.contains { ledger.notice($0)?.announcedAt != nil }
    }

    /// Whether a notice was announced, and its staged file is there unless it appeared. Where `tmp` changed so late that
    /// it may have been swept, it is written anew: at worst that is a second copy of the same Message-ID.
    private static func isStaged(_ notice: Notice?, _ changedAt: Instant) -> Bool {
        guard let announcedAt = notice?.announcedAt else { return false }
        return changedAt - announcedAt < sweptSeconds
    }

    /// Writes the next notices where no agent looks, durably; gives those that are ready to be published.
    ///
    /// Source: design.
    func stage(_ clockwork: Clockwork, head: JournalHead, atMost count: Int, at now: Instant) -> [PublishedNotice] {
        let ledger = clockwork.ledger
        do throws(SystemError) {
            let changedAt = try hasAnnounced(ledger) ? spool.stagedChangedAt() : now
            let access = try spool.access()
            let wanted = ledger.unwritten.lazy.filter { !Self.isStaged(ledger.notice($0), changedAt) }.prefix(count)
            var staged: [PublishedNotice] = []
            var failed: SystemError?
            for identity in wanted {
                do throws(SystemError) {
                    staged += try stage(identity, clockwork, head: head, access, at: now)
                } catch {
                    failed = error
                    // On a full disk those that fitted go out: an agent that takes them makes room for the others.
                    // Where one alone is in the way of itself, the others do not wait for it.
                    if error.isOfTheMachine { break }
                }
            }
            if !staged.isEmpty { try spool.syncStaged() }
            if let failed { noteStaging(failed, at: now) } else if isPrepared { noteSuccess() }
            return staged
        } catch {
            noteStaging(error, at: now)
            return []
        }
    }

    private func stage(
        _ identity: NoticeIdentity,
        _ clockwork: Clockwork,
        head: JournalHead,
        _ access: SpoolFolders.Access,
        at now: Instant
    ) throws(SystemError) -> [PublishedNotice] {
        let ledger = clockwork.ledger
        guard let breach = ledger[identity.reference], let notice = ledger.notice(identity) else { return [] }
        let (message, isRedirected) = message(breach, notice, clockwork, head: head, at: now)
        guard let bytes = message.checkedBytes else {
            throw SystemError.notAsWritten("read back", "notice \(identity.token) of \(identity.reference)")
        }
        try spool.stage(name(identity, ledger), bytes, access)
        return [PublishedNotice(identity: identity, addresses: message.to, isRedirected: isRedirected)]
    }

    /// Makes staged notices appear in the spool; gives those that did. The others must be tried again.
    ///
    /// Source: design.
    func publish(_ identities: [NoticeIdentity], _ ledger: Ledger, again: Bool, at now: Instant) -> [NoticeIdentity] {
        do throws(SystemError) {
            let publication = try spool.publish(identities.map { name($0, ledger) }, again: again)
            changeMark = try spool.changeMark()
            if let failure = publication.failure { note(failure, at: now) }
            let published = Set(publication.published)
            return identities.filter { published.contains(name($0, ledger)) }
        } catch {
            note(error, at: now)
            return []
        }
    }

    // MARK: - The message

    /// The message of a notice. Where the mailbox was taken away since it was ordered, or its mail is compromised, the team
    /// is asked to telephone.
    private func message(
        _ breach: Breach,
        _ notice: Notice,
        _ clockwork: Clockwork,
        head: JournalHead,
        at now: Instant
    ) -> (message: MailMessage, isRedirected: Bool) {
        let organisation = settings.organisation
        let directory = Directory(breach, settings: settings)
        let mailboxes = directory.mailboxes(of: notice.order.recipient)
        var written = notice
        if mailboxes.isEmpty {
            written.order.inPlaceOf = .init(recipient: notice.order.recipient, kind: notice.order.kind)
            written.order.kind = .telephoneTask
            written.order.recipient = .igTeam
        }
        let writer = LetterWriter(
            breach: breach,
            notice: written,
            settings: settings,
            zone: clockwork.zone,
            head: head
        )
        let names = MessageNames(ledger: clockwork.ledger, domain: Mailbox.domain(of: organisation.mailFrom))
        let message = MailMessage(
            fromName: "\(organisation.name), \(Product.name)",
            from: organisation.mailFrom,
            to: mailboxes.isEmpty ? organisation.informationGovernance : mailboxes,
            replyTo: organisation.informationGovernance,
            date: now,
            messageID: names.messageID(breach.reference, notice.order.token),
            threadID: names.threadID(breach.reference),
            reference: breach.reference.description,
            head: head,
            letter: writer.letter()
        )
        return (message, mailboxes.isEmpty)
    }

    private func name(_ identity: NoticeIdentity, _ ledger: Ledger) -> String {
        MessageNames(ledger: ledger, domain: "").fileName(identity.reference, identity.token)
    }

    private func noteSuccess() {
        if failure != nil { log(.warning, "The spool can be used again.") }
        failure = nil
        retry.clear()
    }

    /// Makes the spool be looked at anew: what was found out of it could not be recorded.
    ///
    /// Source: contract of the spool (an identity that the journal knows).
    func forget() {
        isPrepared = false
        changeMark = nil
    }

    /// Where others could not be published just before, that stays said.
    private func noteStaging(_ error: SystemError, at now: Instant) {
        if isPrepared { note(error, at: now) } else { retry.set(Self.retrySeconds, after: now) }
    }

    private func note(_ error: any Error, at now: Instant) {
        isPrepared = false
        let text =
            switch error {
            case let Spool.Unusable.refused(sentence): sentence
            case let Spool.Unusable.failing(error): error.description
            default: "\(error)"
            }
        if failure != text { log(.error, "Notices wait: \(text)") }
        failure = text
        retry.set(Self.retrySeconds, after: now)
    }
}

/// The names of messages: of the file in the spool, of the Message-ID, of the breach's thread. All follow from the
/// notice's identity and the register's, so that a message written twice is known as one, and those of two registers are
/// never taken for each other.
///
/// Source: R28.
struct MessageNames {
    private let register: String
    private let domain: String

    /// The names in that register, for messages from that domain.
    ///
    /// Source: R28.
    init(ledger: Ledger, domain: String) {
        register = ledger.registerIdentity ?? ""
        self.domain = domain
    }

    /// The file's name. It is made of identifiers that the configuration and the references have checked.
    ///
    /// Source: maildir(5); R28.
    func fileName(_ reference: BreachReference, _ token: String) -> String {
        "\(reference).\(token).\(register)"
    }

    /// The Message-ID, without angle brackets.
    ///
    /// Source: RFC 5322 section 3.6.4; R28.
    func messageID(_ reference: BreachReference, _ token: String) -> String {
        "\(reference).\(token).\(register)@\(domain)"
    }

    /// What every notice on a breach refers to, without angle brackets.
    ///
    /// Source: RFC 5322 section 3.6.4; R28.
    func threadID(_ reference: BreachReference) -> String {
        "\(reference).\(register)@\(domain)"
    }
}
