/// What a notice is about.
///
/// Source: rules, table of notices.
enum NoticeKind: String, CaseIterable, Sendable {
    /// Tells a partner of a breach.
    ///
    /// Source: R10.
    case breachNotice = "breach-notice"
    /// Tells the IG team that a breach was recorded.
    ///
    /// Source: rules, table of notices.
    case caseOpened = "case-opened"
    /// Names what a partner has outstanding.
    ///
    /// Source: R13.
    case reminder
    /// Tells that a deadline passed unmet.
    ///
    /// Source: R24.
    case deadlineMissed = "deadline-missed"
    /// Tells that what was told before was not so.
    ///
    /// Source: R8, R11.
    case correction
    /// Puts a matter to the owner.
    ///
    /// Source: R17.
    case escalation
    /// Asks the decider alone under its clause.
    ///
    /// Source: R15.
    case decisionRequest = "decision-request"
    /// Reminds the decider.
    ///
    /// Source: R13.
    case decisionReminder = "decision-reminder"
    /// Tells the owner that the partners agreed before it decided.
    ///
    /// Source: R18.
    case escalationWithdrawn = "escalation-withdrawn"
    /// Tells what came of a matter.
    ///
    /// Source: rules, table of notices.
    case outcome
    /// What the regulator is to be told, for whoever submits it.
    ///
    /// Source: R22.
    case regulatorNotice = "regulator-notice"
    /// Tells that a breach was closed.
    ///
    /// Source: R25.
    case closure
    /// Asks the IG team to telephone somebody who has no mailbox.
    ///
    /// Source: R14.
    case telephoneTask = "telephone-task"
}

/// Whom a notice goes to.
///
/// Source: rules, table of notices.
enum Recipient: Hashable, Sendable {
    /// A partner, by id.
    ///
    /// Source: R10.
    case partner(String)
    /// A partner's deputy, by place in the list, from 0.
    ///
    /// Source: R10.
    case partnerDeputy(String, Int)
    /// The protocol's owner.
    ///
    /// Source: R24.
    case owner
    /// The owner's deputy, by place in the list, from 0.
    ///
    /// Source: R10.
    case ownerDeputy(Int)
    /// The information governance team of the organisation that runs this register.
    ///
    /// Source: R14, R24.
    case igTeam
    /// Whoever submits notifications to the regulator: the configured mailboxes, else the IG team.
    ///
    /// Source: rules, table of notices, `regulator-notice`.
    case submitter

    /// The names that no partner may have as its id, since recipients are named so.
    ///
    /// Source: R28.
    static let reservedNames = ["owner", "ig-team", "submitter"]

    /// The recipient as facts and file names have it: `open-road`, `open-road+1`, `owner`, `owner+1`, `ig-team`,
    /// `submitter`.
    ///
    /// Source: R28.
    var name: String {
        switch self {
        case .partner(let id): id
        case .partnerDeputy(let id, let index): "\(id)+\(index + 1)"
        case .owner: "owner"
        case .ownerDeputy(let index): "owner+\(index + 1)"
        case .igTeam: "ig-team"
        case .submitter: "submitter"
        }
    }

    /// The recipient of that name, or nil when there is none.
    ///
    /// Source: R28.
    init?(name: String) {
        let parts = name.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
        guard let base = parts.first, !base.isEmpty, parts.count <= 2 else { return nil }
        var deputy: Int?
        if parts.count == 2 {
            guard let number = Int(parts[1]), number >= 1 else { return nil }
            deputy = number - 1
        }
        switch (base, deputy) {
        case ("ig-team", nil): self = .igTeam
        case ("ig-team", _): return nil
        case ("submitter", nil): self = .submitter
        case ("submitter", _): return nil
        case ("owner", nil): self = .owner
        case ("owner", let index?): self = .ownerDeputy(index)
        case (_, nil): self = .partner(base)
        case (_, let index?): self = .partnerDeputy(base, index)
        }
    }
}

/// A notice that a fact says is owed. Its identity follows from it.
///
/// Source: R28.
struct NoticeOrder: Hashable, Sendable {
    /// What it is about.
    ///
    /// Source: rules, table of notices.
    var kind: NoticeKind
    /// Whom it goes to.
    ///
    /// Source: rules, table of notices.
    var recipient: Recipient
    /// Which of several of its kind to its recipient, such as `partners.1.24h`.
    ///
    /// Source: R28.
    var occasion: String
    /// For a telephone task: whom to telephone, and what they would have been sent.
    ///
    /// Source: R14.
    var inPlaceOf: InPlaceOf?

    /// The notice that could not be sent.
    ///
    /// Source: R14.
    struct InPlaceOf: Hashable, Sendable {
        /// Whom it was for.
        ///
        /// Source: R14.
        var recipient: Recipient
        /// What it was about.
        ///
        /// Source: R14.
        var kind: NoticeKind
    }

    /// The identity of the notice within its breach; file name and Message-ID are made of it. Letters, digits, `-`,
    /// `+` and `.` alone.
    ///
    /// Source: R28.
    var token: String {
        var parts = [kind.rawValue]
        if let inPlaceOf {
            parts += [inPlaceOf.recipient.name, inPlaceOf.kind.rawValue]
        } else {
            parts.append(recipient.name)
        }
        return (parts + [occasion]).joined(separator: ".")
    }
}

/// A notice on its way: ordered, published to the spool, written, handed over.
///
/// Source: R11, R28.
struct Notice: Equatable, Sendable {
    /// What was ordered.
    ///
    /// Source: R28.
    var order: NoticeOrder
    /// The order's token, which is looked for at each step of each notice.
    ///
    /// Source: R28.
    let token: String
    /// When the fact that orders it was recorded.
    ///
    /// Source: R4.
    var orderedAt: Instant
    /// The instant at which it was due, where it was written later than that.
    ///
    /// Source: R4 (marked late).
    var lateSince: Instant?
    /// When it was announced: from then on it is in `tmp` and about to appear in the spool, or has appeared.
    ///
    /// Source: design, "Notices, in batches".
    var announcedAt: Instant?
    /// The mailboxes that it was written to, once announced.
    ///
    /// Source: R5.
    var addresses: [String]?
    /// Whether it was written to the IG team because the recipient had no mailbox any more.
    ///
    /// Source: R14.
    var isRedirected = false
    /// When it stood complete in the spool.
    ///
    /// Source: R11.
    var writtenAt: Instant?
    /// When the mail system took it.
    ///
    /// Source: R11.
    var handedOverAt: Instant?
    /// When it was found set aside, since the mail system refused it for good; nil while it waits or is handed over.
    ///
    /// Source: R11.
    var returnedAt: Instant?
    /// When it was first found set aside, whatever became of it since.
    ///
    /// Source: R14.
    var firstReturnedAt: Instant?

    /// Whether it is still to be taken by the mail system.
    ///
    /// Source: R11.
    var isWaiting: Bool { handedOverAt == nil && returnedAt == nil }

    /// A notice as it is ordered.
    ///
    /// Source: R28.
    init(order: NoticeOrder, orderedAt: Instant, lateSince: Instant? = nil) {
        self.order = order
        token = order.token
        self.orderedAt = orderedAt
        self.lateSince = lateSince
    }
}
