/// All that the register's facts amount to. A value: the same facts give the same ledger, and nothing else changes it.
///
/// Source: R31; design, "state is a value that replays from the journal".
struct Ledger: Equatable, Sendable {
    /// The register's own identity, made when it began; nil before.
    ///
    /// Source: R28.
    private(set) var registerIdentity: String?
    /// The identity of the spool in use; nil before the first.
    ///
    /// Source: contract of the spool.
    private(set) var spoolIdentity: String?
    /// The breaches by reference.
    ///
    /// Source: UK GDPR Art 33(5).
    private(set) var breaches: [BreachReference: Breach] = [:]
    /// The references in the order of recording.
    ///
    /// Source: R26.
    private(set) var references: [BreachReference] = []
    /// The notices that do not stand in the spool yet, oldest first.
    ///
    /// Source: R11.
    private(set) var unwritten: [NoticeIdentity] = []
    /// The notices that stand in the spool and are not handed over yet, oldest first.
    ///
    /// Source: R11.
    private(set) var waiting: [NoticeIdentity] = []
    /// The notices that the mail system refused for good and that are set aside, oldest first.
    ///
    /// Source: R11.
    private(set) var returned: [NoticeIdentity] = []
    /// The notices among those that wait or are set aside that were written before a text of their breach was deleted, and
    /// may hold it.
    ///
    /// Source: R31.
    private(set) var outdated: [NoticeIdentity] = []

    private var histories: [BreachReference: [Fact]] = [:]
    private var requests: [RequestKey: KnownRequest] = [:]
    private var lastNumbers: [String: Int] = [:]

    /// What an earlier request recorded.
    ///
    /// Source: R9.
    struct KnownRequest: Equatable, Sendable {
        /// The breach that it recorded.
        ///
        /// Source: R9.
        var reference: BreachReference
        /// The digest of what it asked, texts aside.
        ///
        /// Source: R9.
        var digest: String
        /// The texts as it gave them.
        ///
        /// Source: R9.
        var texts: [TextField: FreeText]
    }

    /// The ledger of an empty register.
    ///
    /// Source: R31.
    init() {}

    /// The breach of that reference.
    ///
    /// Source: contract of the references.
    subscript(reference: BreachReference) -> Breach? { breaches[reference] }

    /// The notice of that identity.
    ///
    /// Source: R28.
    func notice(_ identity: NoticeIdentity) -> Notice? {
        breaches[identity.reference]?.notice(token: identity.token)
    }

    /// Every fact about that breach, in order.
    ///
    /// Source: contract of `timeline`.
    func history(of reference: BreachReference) -> [Fact] { histories[reference] ?? [] }

    /// What that account's request of that id recorded before.
    ///
    /// Source: R9.
    func knownRequest(_ key: RequestKey) -> KnownRequest? { requests[key] }

    /// The reference that the next breach of that protocol and year gets.
    ///
    /// Source: contract of the references.
    func nextReference(protocolID: String, year: Int) -> BreachReference {
        let number = (lastNumbers["\(protocolID)-\(year)"] ?? 0) + 1
        return BreachReference(protocolID: protocolID, year: year, number: number)
    }

    /// Takes a fact in. Facts come in the order of their sequence.
    ///
    /// - Returns: The breaches that it changed.
    ///
    /// Source: R31.
    @discardableResult
    mutating func apply(_ fact: Fact) -> [BreachReference] {
        let changed = Set(take(fact))
        for reference in changed { histories[reference, default: []].append(fact) }
        return Array(changed)
    }

    // MARK: - Taking facts in

    private mutating func take(_ fact: Fact) -> [BreachReference] {
        let changed = takeEvent(of: fact)
        if let reference = fact.event.reference, let reason = fact.event.personalDataReason {
            _ = change(reference) { $0.personalDataReasons.append(DatedText(at: fact.at, text: reason)) }
        }
        return changed
    }

    private mutating func takeEvent(of fact: Fact) -> [BreachReference] {
        switch fact.event {
        case .registerOpened(let identity):
            registerIdentity = identity
            return []
        case .daemonStarted, .daemonStopped:
            return []
        case .spoolOpened(let identity):
            return openSpool(identity)
        case .breachRecorded(let record):
            return open(record, fact)
        case .acknowledged(let record):
            return change(record.reference) { breach in
                guard let index = breach.audience.firstIndex(where: { $0.partnerID == record.partnerID }) else {
                    return
                }
                breach.audience[index].acknowledgement = record.acknowledgement
            }
        case .reminded(let record):
            return change(record.reference) { breach in
                breach.remindedLeadSeconds[record.key] = record.leadSeconds
                breach.order(record.notices, at: fact.at, lateSince: record.late ? record.due : nil)
            }
        case .deadlineMissed(let record):
            return change(record.reference) { breach in
                breach.misses.append(
                    Miss(deadline: record.deadline, edition: record.edition, due: record.due, corrected: false)
                )
                breach.order(record.notices, at: fact.at, lateSince: record.late ? record.due : nil)
            }
        case .missCorrected(let record):
            return change(record.reference) { breach in
                for index in breach.misses.indices
                where breach.misses[index].deadline == record.deadline && breach.misses[index].edition == record.edition
                {
                    breach.misses[index].corrected = true
                }
                breach.order(record.notices, at: fact.at, lateSince: nil)
            }
        case .positionStated, .matterAgreed, .matterReopened, .matterEscalated, .matterDecided, .regulatorNoticeDue,
            .notificationRecorded, .noteAdded, .factsCorrected, .breachClosed, .breachReopened:
            guard let reference = fact.event.reference else { return [] }
            return change(reference) { $0.take(fact) }
        case .textRedacted(let record):
            return redact(record, at: fact.at)
        case .noticesPublishing(let published):
            return published.flatMap { notice in
                changeNotice(notice.identity) {
                    $0.announcedAt = fact.at
                    $0.addresses = notice.addresses
                    $0.isRedirected = notice.isRedirected
                }
            }
        case .noticesWritten(let identities):
            let written = Set(identities)
            unwritten.removeAll(where: written.contains)
            waiting += identities
            return identities.flatMap { identity in
                changeNotice(identity) { $0.writtenAt = fact.at }
            }
        case .noticesHandedOver(let handOvers):
            let gone = Set(handOvers.map(\.identity))
            waiting.removeAll(where: gone.contains)
            returned.removeAll(where: gone.contains)
            outdated.removeAll(where: gone.contains)
            return handOvers.flatMap { handOver in
                changeNotice(handOver.identity) {
                    $0.handedOverAt = handOver.at
                    $0.returnedAt = nil
                }
            }
        case .noticesReturned(let record):
            let setAside = record.returned.map { NoticeIdentity(reference: record.reference, token: $0) }
            waiting.removeAll(where: Set(setAside).contains)
            returned += setAside
            return change(record.reference) { breach in
                for index in breach.notices.indices where record.returned.contains(breach.notices[index].token) {
                    breach.notices[index].returnedAt = fact.at
                    breach.notices[index].firstReturnedAt = breach.notices[index].firstReturnedAt ?? fact.at
                }
                breach.order(record.notices, at: fact.at, lateSince: nil)
            }
        case .noticesRetried(let identities):
            returned.removeAll(where: Set(identities).contains)
            waiting += identities
            return identities.flatMap { identity in
                changeNotice(identity) { $0.returnedAt = nil }
            }
        case .noticesRecalled(let identities):
            let recalled = Set(identities)
            waiting.removeAll(where: recalled.contains)
            returned.removeAll(where: recalled.contains)
            outdated.removeAll(where: recalled.contains)
            return writeAnew(identities)
        }
    }

    /// Notices that stood in the spool are ones that do not yet.
    private mutating func writeAnew(_ identities: [NoticeIdentity]) -> [BreachReference] {
        unwritten = identities + unwritten
        return identities.flatMap { identity in
            changeNotice(identity) {
                $0.announcedAt = nil
                $0.addresses = nil
                $0.writtenAt = nil
                $0.returnedAt = nil
            }
        }
    }

    private mutating func open(_ record: BreachRecord, _ fact: Fact) -> [BreachReference] {
        var breach = Breach(
            reference: record.reference,
            sharingProtocol: record.sharingProtocol,
            reportedAt: fact.at,
            detectedBy: record.detectedBy,
            controllers: record.controllers,
            facts: record.facts,
            texts: record.texts,
            phase: .open,
            audience: record.audience.map {
                AudienceMember(partnerID: $0, addedAt: fact.at, edition: .init(number: 1, since: fact.at))
            },
            notices: [],
            misses: [],
            remindedLeadSeconds: [:],
            regulatorEdition: .init(number: 1, since: fact.at),
            matters: [:],
            changedAt: fact.at
        )
        for name in MatterName.allCases { breach.matters[name] = breach.openingMatter(at: fact.at) }
        breach.order(record.notices, at: fact.at, lateSince: nil)
        breaches[record.reference] = breach
        references.append(record.reference)
        unwritten += breach.notices.map { NoticeIdentity(reference: record.reference, token: $0.token) }
        lastNumbers["\(record.reference.protocolID)-\(record.reference.year)"] = record.reference.number
        if let request = record.request {
            requests[RequestKey(uid: fact.account.uid, id: request.id)] = KnownRequest(
                reference: record.reference,
                digest: request.digest,
                texts: record.texts
            )
        }
        return [record.reference]
    }

    /// A new spool holds nothing: what was not handed over from the old one must be written again.
    private mutating func openSpool(_ identity: String) -> [BreachReference] {
        let replaced = spoolIdentity != nil
        spoolIdentity = identity
        guard replaced else { return [] }
        // Those that were on their way into it too.
        let lost = returned + waiting + unwritten
        (waiting, returned, outdated, unwritten) = ([], [], [], [])
        return writeAnew(lost)
    }

    /// The breach is worked out again from its facts without the text, as a replay of the journal does that has it no
    /// more.
    private mutating func redact(_ record: RedactionRecord, at instant: Instant) -> [BreachReference] {
        outdated += (waiting + returned).filter { $0.reference == record.reference && !outdated.contains($0) }
        if let history = histories[record.reference] { replay(history, of: record.reference, without: record) }
        return change(record.reference) { breach in
            breach.redactions.append(
                Redaction(at: instant, sequence: record.sequence, field: record.field, reason: record.reason))
        }
    }

    private mutating func replay(_ facts: [Fact], of reference: BreachReference, without record: RedactionRecord) {
        var history = facts
        for index in history.indices where history[index].sequence == record.sequence {
            history[index].event = history[index].event.redacting(record.field)
        }
        histories[reference] = history
        var replayed = Ledger()
        // A spool of the history took the place of another.
        replayed.spoolIdentity = ""
        for fact in history { _ = replayed.take(fact) }
        breaches[reference] = replayed.breaches[reference]
        forgetStaged(reference)
        requests.merge(replayed.requests) { _, new in new }
    }

    /// A letter that was staged with the text and has not appeared in the spool is written anew. Those that have are
    /// recorded as written before the text is redacted.
    private mutating func forgetStaged(_ reference: BreachReference) {
        guard let notices = breaches[reference]?.notices else { return }
        for index in notices.indices where notices[index].writtenAt == nil {
            breaches[reference]?.notices[index].announcedAt = nil
            breaches[reference]?.notices[index].addresses = nil
        }
    }

    private mutating func change(
        _ reference: BreachReference,
        _ body: (inout Breach) -> Void
    ) -> [BreachReference] {
        // Looked up by its place, so that the breach is changed where it stands and not copied.
        guard let index = breaches.index(forKey: reference) else { return [] }
        let before = breaches.values[index].notices.count
        body(&breaches.values[index])
        let added = breaches.values[index].notices[before...]
        unwritten += added.map { NoticeIdentity(reference: reference, token: $0.token) }
        return [reference]
    }

    private mutating func changeNotice(
        _ identity: NoticeIdentity,
        _ body: (inout Notice) -> Void
    ) -> [BreachReference] {
        change(identity.reference) { breach in
            guard let index = breach.notices.firstIndex(where: { $0.token == identity.token }) else { return }
            body(&breach.notices[index])
        }
    }
}

extension Breach {
    /// Adds notices to those on their way. One that was ordered before is not ordered again.
    ///
    /// Source: R28.
    mutating func order(_ orders: [NoticeOrder], at instant: Instant, lateSince: Instant?) {
        for order in orders where !notices.contains(where: { $0.order == order }) {
            notices.append(Notice(order: order, orderedAt: instant, lateSince: lateSince))
        }
    }
}
