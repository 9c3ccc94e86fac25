/// What follows where the mail system refused notices for good: whom they were for is told by telephone.
extension Clockwork {
    /// The events to record of notices that were found set aside: one for each breach.
    ///
    /// Source: R11 (set aside is not handed over), R14.
    func returns(of identities: [NoticeIdentity]) -> [Event] {
        Dictionary(grouping: identities, by: \.reference).sorted { $0.key < $1.key }.compactMap { reference, returned in
            guard let breach = ledger[reference] else { return nil }
            let tasks = returned.compactMap { ledger.notice($0).flatMap { task(inPlaceOf: $0, on: breach) } }
            return .noticesReturned(
                ReturnRecord(reference: reference, returned: returned.map(\.token), notices: tasks)
            )
        }
    }

    /// The task to telephone whom a notice did not reach; nil where that was the IG team itself, which has it in the
    /// status, and where it was asked to before.
    private func task(inPlaceOf notice: Notice, on breach: Breach) -> NoticeOrder? {
        let wentToTeam = notice.isRedirected || isForTeam(notice.order.recipient)
        return wentToTeam || breach.hasTask(inPlaceOf: notice.order) ? nil : notice.order.task
    }

    /// Whether what goes to that recipient goes to the IG team's mailboxes.
    private func isForTeam(_ recipient: Recipient) -> Bool {
        recipient == .igTeam || (recipient == .submitter && settings.regulator.submitter.isEmpty)
    }
}

extension Breach {
    /// The notices that the mail system refused for good and whose recipient nobody is known to have reached since. A
    /// partner that acknowledged since has been.
    ///
    /// Source: R14; contract of the status.
    var unreachedReturns: [Notice] {
        notices.filter { notice in
            guard notice.returnedAt != nil, let returnedAt = notice.firstReturnedAt else { return false }
            let acknowledgedAt = notice.order.recipient.partnerID.flatMap(member)?.acknowledgement?.at
            return acknowledgedAt.map { $0 < returnedAt } ?? true
        }
    }

    /// Whether the IG team was asked to telephone in place of that notice.
    ///
    /// Source: R14.
    func hasTask(inPlaceOf order: NoticeOrder) -> Bool {
        notices.contains { $0.order == order.task }
    }
}

extension NoticeOrder {
    /// The task to telephone the recipient in place of this.
    fileprivate var task: NoticeOrder {
        NoticeOrder(
            kind: .telephoneTask,
            recipient: .igTeam,
            occasion: occasion,
            inPlaceOf: .init(recipient: recipient, kind: kind)
        )
    }
}

extension Recipient {
    /// The partner that this is, or is a deputy of; nil where it is none.
    fileprivate var partnerID: String? {
        switch self {
        case .partner(let id), .partnerDeputy(let id, _): id
        case .owner, .ownerDeputy, .igTeam, .submitter: nil
        }
    }
}
