/// The account that asked for something: the kernel's word, not the client's.
///
/// Source: R30.
struct Account: Hashable, Sendable {
    /// The account's number.
    ///
    /// Source: R30.
    var uid: Int
    /// The account's name, or `uid N` where the system has none.
    ///
    /// Source: R30.
    var name: String
}

/// One line of the register: what was recorded, when, at whose request.
///
/// Source: R31.
struct Fact: Equatable, Sendable {
    /// Its number, from 1 without gaps.
    ///
    /// Source: contract of the journal.
    var sequence: Int
    /// When it was recorded, by the wall clock.
    ///
    /// Source: R4.
    var at: Instant
    /// At whose request; the daemon's own account for what the clock brought.
    ///
    /// Source: R30.
    var account: Account
    /// What was recorded.
    ///
    /// Source: R31.
    var event: Event
}

/// Everything that can be recorded. One decision is one event, so that a torn write loses all of it or nothing; each
/// says which notices it brings.
///
/// Source: contract of the journal.
enum Event: Equatable, Sendable {
    /// The register began.
    ///
    /// Source: R28 (Message-IDs of two registers must differ).
    case registerOpened(identity: String)
    /// The daemon started.
    ///
    /// Source: R4.
    case daemonStarted(DaemonStart)
    /// The daemon ended as it was asked to.
    ///
    /// Source: R4.
    case daemonStopped
    /// A spool was taken into use.
    ///
    /// Source: contract of the spool (`.breachclock`).
    case spoolOpened(identity: String)
    /// A breach was recorded.
    ///
    /// Source: R5.
    case breachRecorded(BreachRecord)
    /// A partner acknowledged.
    ///
    /// Source: R12.
    case acknowledged(AcknowledgementRecord)
    /// Reminders went out.
    ///
    /// Source: R13.
    case reminded(ReminderRecord)
    /// A deadline passed unmet.
    ///
    /// Source: R24.
    case deadlineMissed(MissRecord)
    /// A deadline recorded as missed turned out to have been kept.
    ///
    /// Source: R11.
    case missCorrected(MissCorrectionRecord)
    /// A partner stated a position.
    ///
    /// Source: R16.
    case positionStated(PositionRecord)
    /// Everybody asked said the same.
    ///
    /// Source: R16.
    case matterAgreed(AgreementRecord)
    /// An agreement does not hold any more.
    ///
    /// Source: R16.
    case matterReopened(ReopenedMatterRecord)
    /// A matter was put to the owner.
    ///
    /// Source: R17.
    case matterEscalated(EscalationRecord)
    /// The decider decided, or revised the decision.
    ///
    /// Source: R18.
    case matterDecided(DecisionRecord)
    /// A regulator's notice is due, or has to be written anew.
    ///
    /// Source: R22.
    case regulatorNoticeDue(RegulatorNoticeRecord)
    /// A notification was made.
    ///
    /// Source: R23.
    case notificationRecorded(NotificationRecord)
    /// Something was written down.
    ///
    /// Source: contract of `note`.
    case noteAdded(NoteRecord)
    /// Facts were corrected, or filled where they were empty.
    ///
    /// Source: R8.
    case factsCorrected(CorrectionRecord)
    /// A breach was closed.
    ///
    /// Source: R25.
    case breachClosed(ClosureRecord)
    /// A breach was reopened.
    ///
    /// Source: R25.
    case breachReopened(ReopeningRecord)
    /// A text was deleted.
    ///
    /// Source: R31.
    case textRedacted(RedactionRecord)
    /// Notices are complete on disk and about to appear in the spool.
    ///
    /// Source: R28.
    case noticesPublishing([PublishedNotice])
    /// Notices stand in the spool.
    ///
    /// Source: R11.
    case noticesWritten([NoticeIdentity])
    /// The mail system took notices.
    ///
    /// Source: R11.
    case noticesHandedOver([HandOver])
    /// The mail system refused notices for good: they are set aside, and inform nobody.
    ///
    /// Source: R11, R14.
    case noticesReturned(ReturnRecord)
    /// Notices that had been set aside wait in the spool again.
    ///
    /// Source: R11.
    case noticesRetried([NoticeIdentity])
    /// Notices were taken out of the spool again, since a text that they may hold was deleted: they are written anew.
    ///
    /// Source: R31.
    case noticesRecalled([NoticeIdentity])
}

extension Event {
    /// The one breach that it is about; nil where it is about none or several.
    ///
    /// Source: contract of `timeline`.
    var reference: BreachReference? {
        switch self {
        case .registerOpened, .daemonStarted, .daemonStopped, .spoolOpened, .noticesPublishing, .noticesWritten,
            .noticesHandedOver, .noticesRetried, .noticesRecalled:
            nil
        case .noticesReturned(let record): record.reference
        case .breachRecorded(let record): record.reference
        case .acknowledged(let record): record.reference
        case .reminded(let record): record.reference
        case .deadlineMissed(let record): record.reference
        case .missCorrected(let record): record.reference
        case .positionStated(let record): record.reference
        case .matterAgreed(let record): record.reference
        case .matterReopened(let record): record.reference
        case .matterEscalated(let record): record.reference
        case .matterDecided(let record): record.reference
        case .regulatorNoticeDue(let record): record.reference
        case .notificationRecorded(let record): record.reference
        case .noteAdded(let record): record.reference
        case .factsCorrected(let record): record.reference
        case .breachClosed(let record): record.reference
        case .breachReopened(let record): record.reference
        case .textRedacted(let record): record.reference
        }
    }
}

extension Event {
    /// All breaches that it is about, in order: notices may be of several. None where it is about the daemon alone.
    ///
    /// Source: R28.
    var references: [BreachReference] {
        switch self {
        case .noticesPublishing(let notices): Set(notices.map(\.identity.reference)).sorted()
        case .noticesWritten(let identities), .noticesRetried(let identities), .noticesRecalled(let identities):
            Set(identities.map(\.reference)).sorted()
        case .noticesHandedOver(let handOvers): Set(handOvers.map(\.identity.reference)).sorted()
        default: reference.map { [$0] } ?? []
        }
    }
}

/// A daemon's start, and what it missed.
///
/// Source: R4.
struct DaemonStart: Equatable, Sendable {
    /// The program's version.
    ///
    /// Source: R4.
    var version: String
    /// When the daemon was last known to run; nil on the first start.
    ///
    /// Source: R4 (how long it was away).
    var lastAliveAt: Instant?
    /// What fell due while it was away.
    ///
    /// Source: R4.
    var fellDue: [FellDue]

    /// One thing that fell due while the daemon was away.
    ///
    /// Source: R4.
    struct FellDue: Equatable, Sendable {
        /// The breach.
        ///
        /// Source: R4.
        var reference: BreachReference
        /// What fell due.
        ///
        /// Source: R4.
        var what: Upcoming.What
        /// When.
        ///
        /// Source: R4.
        var at: Instant
    }
}

/// What happens next to a breach, by itself.
///
/// Source: contract of the JSON, `next`.
struct Upcoming: Equatable, Sendable {
    /// A notice of that kind, or the passing of a deadline.
    ///
    /// Source: contract of the JSON, `next.what`.
    enum What: Equatable, Sendable {
        /// A notice of that kind goes out.
        ///
        /// Source: contract of the JSON.
        case notice(NoticeKind)
        /// A deadline passes.
        ///
        /// Source: contract of the JSON.
        case deadline

        /// The name in documents and facts.
        ///
        /// Source: contract of the JSON.
        var name: String {
            switch self {
            case .notice(let kind): kind.rawValue
            case .deadline: "deadline"
            }
        }

        /// What has that name, or nil.
        ///
        /// Source: contract of the JSON.
        init?(name: String) {
            if name == "deadline" {
                self = .deadline
            } else if let kind = NoticeKind(rawValue: name) {
                self = .notice(kind)
            } else {
                return nil
            }
        }
    }

    /// What happens.
    ///
    /// Source: contract of the JSON.
    var what: What
    /// When.
    ///
    /// Source: contract of the JSON.
    var at: Instant
}

/// All that is recorded of a breach at first.
///
/// Source: R5.
struct BreachRecord: Equatable, Sendable {
    /// The breach's name.
    ///
    /// Source: contract of the references.
    var reference: BreachReference
    /// The protocol as it is at this moment.
    ///
    /// Source: R5.
    var sharingProtocol: SharingProtocol
    /// The partner that found the breach.
    ///
    /// Source: R7.
    var detectedBy: String
    /// The controllers that have the law's duty.
    ///
    /// Source: UK GDPR Art 33(1).
    var controllers: [String]
    /// Whom the clause wants informed, in page 1's order.
    ///
    /// Source: R7.
    var audience: [String]
    /// What is known.
    ///
    /// Source: UK GDPR Art 33(3).
    var facts: BreachFacts
    /// What was written.
    ///
    /// Source: UK GDPR Art 33(3).
    var texts: [TextField: FreeText]
    /// The request that this answers.
    ///
    /// Source: R9.
    var request: RecordedRequest?
    /// The notices that this brings.
    ///
    /// Source: R10.
    var notices: [NoticeOrder]
}

/// A request as it is kept, to know it again.
///
/// Source: R9.
struct RecordedRequest: Equatable, Sendable {
    /// The id that the client gave.
    ///
    /// Source: R9.
    var id: String
    /// A digest of all that was asked but the free texts, which are compared themselves: a digest of a text would
    /// outlive its redaction.
    ///
    /// Source: R9, R31.
    var digest: String
}

/// A partner's acknowledgement.
///
/// Source: R12.
struct AcknowledgementRecord: Equatable, Sendable {
    /// The breach.
    ///
    /// Source: R12.
    var reference: BreachReference
    /// The partner's id.
    ///
    /// Source: R12.
    var partnerID: String
    /// What was said.
    ///
    /// Source: R12.
    var acknowledgement: Acknowledgement
    /// Why personal data stands in the name all the same.
    ///
    /// Source: R27.
    var personalDataReason: FreeText?
}

/// What a reminder asks for.
///
/// Source: R13.
enum ReminderSubject: String, CaseIterable, Sendable {
    /// A partner's acknowledgement, before the partners' deadline; a partner's position, before the escalation time; the
    /// decider's decision, before the regulator's deadline.
    ///
    /// Source: R13.
    case acknowledgement, position, decision
}

/// A series of reminders: what they ask for, before which edition of the deadline.
///
/// Source: R13, R8.
struct ReminderKey: Hashable, Sendable {
    /// What they ask for.
    ///
    /// Source: R13.
    var subject: ReminderSubject
    /// The number of the deadline's edition: the partners' for an acknowledgement, else the regulator's.
    ///
    /// Source: R8.
    var edition: Int
}

/// Reminders before a deadline.
///
/// Source: R13.
struct ReminderRecord: Equatable, Sendable {
    /// The breach.
    ///
    /// Source: R13.
    var reference: BreachReference
    /// What they ask for, before which edition of the deadline.
    ///
    /// Source: R13.
    var key: ReminderKey
    /// How long before the deadline, in seconds.
    ///
    /// Source: R13.
    var leadSeconds: Int
    /// When they were due.
    ///
    /// Source: R4.
    var due: Instant
    /// Whether they go out later than that because nobody was there to send them.
    ///
    /// Source: R4.
    var late: Bool
    /// The notices that this brings.
    ///
    /// Source: R13.
    var notices: [NoticeOrder]
}

/// A deadline that passed unmet.
///
/// Source: R24.
struct MissRecord: Equatable, Sendable {
    /// The breach.
    ///
    /// Source: R24.
    var reference: BreachReference
    /// Which deadline.
    ///
    /// Source: R24.
    var deadline: DeadlineName
    /// Which edition of it, from 1.
    ///
    /// Source: R8.
    var edition: Int
    /// The instant that passed.
    ///
    /// Source: R24.
    var due: Instant
    /// Whether it is recorded later than it could have been because nobody was there to record it.
    ///
    /// Source: R4.
    var late: Bool
    /// The notices that this brings.
    ///
    /// Source: R24.
    var notices: [NoticeOrder]
}

/// That a recorded miss was none.
///
/// Source: R11.
struct MissCorrectionRecord: Equatable, Sendable {
    /// The breach.
    ///
    /// Source: R11.
    var reference: BreachReference
    /// Which deadline.
    ///
    /// Source: R11.
    var deadline: DeadlineName
    /// Which edition of it, from 1.
    ///
    /// Source: R8.
    var edition: Int
    /// When it was done, in time.
    ///
    /// Source: R11.
    var settledAt: Instant
    /// The notices that this brings.
    ///
    /// Source: R11.
    var notices: [NoticeOrder]
}

/// A partner's position.
///
/// Source: R16.
struct PositionRecord: Equatable, Sendable {
    /// The breach.
    ///
    /// Source: R16.
    var reference: BreachReference
    /// The matter.
    ///
    /// Source: R16.
    var matter: MatterName
    /// The partner's id.
    ///
    /// Source: R16.
    var partnerID: String
    /// What it wants.
    ///
    /// Source: R16.
    var outcome: Outcome
    /// Who said so.
    ///
    /// Source: contract of `position`.
    var name: FreeText?
    /// Why.
    ///
    /// Source: R16.
    var reason: FreeText?
    /// On telling the people concerned: when, how and by whom, or on what ground not.
    ///
    /// Source: R21.
    var telling: Telling
    /// Why personal data stands in a text all the same.
    ///
    /// Source: R27.
    var personalDataReason: FreeText?
}

/// That everybody asked said the same.
///
/// Source: R16.
struct AgreementRecord: Equatable, Sendable {
    /// The breach.
    ///
    /// Source: R16.
    var reference: BreachReference
    /// The matter.
    ///
    /// Source: R16.
    var matter: MatterName
    /// What they agreed on.
    ///
    /// Source: R16.
    var outcome: Outcome
    /// The notices that this brings: the outcome, and that an escalation is withdrawn.
    ///
    /// Source: R18.
    var notices: [NoticeOrder]
}

/// That an agreement does not hold any more.
///
/// Source: R16.
struct ReopenedMatterRecord: Equatable, Sendable {
    /// The breach.
    ///
    /// Source: R16.
    var reference: BreachReference
    /// The matter.
    ///
    /// Source: R16.
    var matter: MatterName
    /// The notices that this brings: to those who were told of the agreement.
    ///
    /// Source: R16.
    var notices: [NoticeOrder]
}

/// That a matter was put to the owner.
///
/// Source: R17.
struct EscalationRecord: Equatable, Sendable {
    /// The breach.
    ///
    /// Source: R17.
    var reference: BreachReference
    /// The matter.
    ///
    /// Source: R17.
    var matter: MatterName
    /// Why.
    ///
    /// Source: R17.
    var cause: EscalationReason
    /// The instant at which it was due.
    ///
    /// Source: R4.
    var due: Instant
    /// Whether it comes later than that because nobody was there to escalate.
    ///
    /// Source: R4.
    var late: Bool
    /// What whoever escalated by hand gave as the reason.
    ///
    /// Source: R17.
    var reason: FreeText?
    /// Why personal data stands in the reason all the same.
    ///
    /// Source: R27.
    var personalDataReason: FreeText?
    /// The notices that this brings.
    ///
    /// Source: R17.
    var notices: [NoticeOrder]
}

/// What the decider decided.
///
/// Source: R18.
struct DecisionRecord: Equatable, Sendable {
    /// The breach.
    ///
    /// Source: R18.
    var reference: BreachReference
    /// The matter.
    ///
    /// Source: R18.
    var matter: MatterName
    /// What was decided.
    ///
    /// Source: R18.
    var outcome: Outcome
    /// Whether an earlier decision is changed by it.
    ///
    /// Source: R18.
    var isRevision: Bool
    /// Who, why, and how the people concerned are told.
    ///
    /// Source: R18, R21.
    var ruling: Ruling
    /// Why personal data stands in a text all the same.
    ///
    /// Source: R27.
    var personalDataReason: FreeText?
    /// The notices that this brings.
    ///
    /// Source: R18.
    var notices: [NoticeOrder]
}

/// That a regulator's notice is due.
///
/// Source: R22.
struct RegulatorNoticeRecord: Equatable, Sendable {
    /// The breach.
    ///
    /// Source: R22.
    var reference: BreachReference
    /// Whether it is for a follow-up, and shows only what changed.
    ///
    /// Source: R22.
    var isFollowUp: Bool
    /// The notices that this brings.
    ///
    /// Source: R22.
    var notices: [NoticeOrder]
}

/// A notification that was made.
///
/// Source: R23.
struct NotificationRecord: Equatable, Sendable {
    /// The breach.
    ///
    /// Source: R23.
    var reference: BreachReference
    /// The notification.
    ///
    /// Source: R23.
    var notification: Notification
    /// Why personal data stands in a text all the same.
    ///
    /// Source: R27.
    var personalDataReason: FreeText?
}

/// Something written down.
///
/// Source: contract of `note`.
struct NoteRecord: Equatable, Sendable {
    /// The breach.
    ///
    /// Source: contract of `note`.
    var reference: BreachReference
    /// What it is of.
    ///
    /// Source: contract of `note`.
    var kind: NoteKind
    /// What it says.
    ///
    /// Source: contract of `note`.
    var text: FreeText
    /// Why personal data stands in it all the same.
    ///
    /// Source: R27.
    var personalDataReason: FreeText?
}

/// A correction: the facts as they are now, and the texts that changed.
///
/// Source: R8.
struct CorrectionRecord: Equatable, Sendable {
    /// The breach.
    ///
    /// Source: R8.
    var reference: BreachReference
    /// The partner that found it.
    ///
    /// Source: R8.
    var detectedBy: String
    /// All facts as they are now.
    ///
    /// Source: R8.
    var facts: BreachFacts
    /// The texts that changed, those below left out.
    ///
    /// Source: R8.
    var texts: [TextField: FreeText]
    /// The partners that join the audience, as they stand on the protocol now.
    ///
    /// Source: R8 (a partner added later).
    var added: [Partner]
    /// Why; nil where only empty facts were filled.
    ///
    /// Source: R8.
    var reason: FreeText?
    /// Why personal data stands in a text all the same.
    ///
    /// Source: R27.
    var personalDataReason: FreeText?
    /// The notices that this brings.
    ///
    /// Source: R8, R6.
    var notices: [NoticeOrder]
}

/// That a breach was closed.
///
/// Source: R25.
struct ClosureRecord: Equatable, Sendable {
    /// The breach.
    ///
    /// Source: R25.
    var reference: BreachReference
    /// What was outstanding.
    ///
    /// Source: R25.
    var outstanding: [Outstanding]
    /// Why it was closed all the same.
    ///
    /// Source: R25.
    var reason: FreeText?
    /// Why personal data stands in the reason all the same.
    ///
    /// Source: R27.
    var personalDataReason: FreeText?
    /// The notices that this brings.
    ///
    /// Source: R25.
    var notices: [NoticeOrder]
}

/// That a breach was reopened.
///
/// Source: R25.
struct ReopeningRecord: Equatable, Sendable {
    /// The breach.
    ///
    /// Source: R25.
    var reference: BreachReference
    /// Why.
    ///
    /// Source: R25.
    var reason: FreeText?
    /// Why personal data stands in the reason all the same.
    ///
    /// Source: R27.
    var personalDataReason: FreeText?
}

/// That one free text was deleted from the journal.
///
/// Source: R31; UK GDPR Art 17.
struct RedactionRecord: Equatable, Sendable {
    /// The breach.
    ///
    /// Source: R31.
    var reference: BreachReference
    /// The number of the fact that the text stood beside.
    ///
    /// Source: R31.
    var sequence: Int
    /// The text's name within that fact.
    ///
    /// Source: R31.
    var field: String
    /// Why it was deleted.
    ///
    /// Source: R31.
    var reason: FreeText
    /// Why personal data stands in the reason all the same.
    ///
    /// Source: R27.
    var personalDataReason: FreeText?
}

/// A notice, named across all breaches.
///
/// Source: R28.
struct NoticeIdentity: Hashable, Sendable {
    /// The breach.
    ///
    /// Source: R28.
    var reference: BreachReference
    /// The notice's token within it.
    ///
    /// Source: R28.
    var token: String
}

/// A notice about to appear in the spool, with the mailboxes that it goes to.
///
/// Source: R5, R28.
struct PublishedNotice: Equatable, Sendable {
    /// The notice.
    ///
    /// Source: R28.
    var identity: NoticeIdentity
    /// The mailboxes.
    ///
    /// Source: R5.
    var addresses: [String]
    /// Whether those are the IG team's, asked to telephone because the recipient's own were taken away.
    ///
    /// Source: R14.
    var isRedirected = false
}

/// A notice that the mail system took.
///
/// Source: R11.
struct HandOver: Equatable, Sendable {
    /// The notice.
    ///
    /// Source: R11.
    var identity: NoticeIdentity
    /// When, by the latest instant that it can have been.
    ///
    /// Source: R11.
    var at: Instant
}

/// Notices of a breach that the mail system refused for good.
///
/// Source: R11, R14.
struct ReturnRecord: Equatable, Sendable {
    /// The breach.
    ///
    /// Source: R11.
    var reference: BreachReference
    /// The tokens of the notices that were set aside.
    ///
    /// Source: R28.
    var returned: [String]
    /// The notices that this brings: a telephone task in place of each that was for somebody else than the IG team.
    ///
    /// Source: R14.
    var notices: [NoticeOrder]
}
