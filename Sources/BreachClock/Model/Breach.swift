/// How likely a breach is to affect an individual adversely.
///
/// Source: R6.
enum Risk: String, CaseIterable, Sendable {
    /// Likely; unlikely, which needs a reason; unknown, which counts as likely.
    ///
    /// Source: R6.
    case likely, unlikely, unknown
}

/// Whether a breach was a cyber incident.
///
/// Source: ICO personal data breach report form.
enum CyberIncident: String, CaseIterable, Sendable {
    /// It was, it was not, it is not known yet.
    ///
    /// Source: ICO personal data breach report form.
    case yes, no, unknown
}

/// Whether anything is expected to happen still.
///
/// Source: R25.
enum Phase: String, CaseIterable, Sendable {
    /// Running, or ended.
    ///
    /// Source: R25.
    case open, closed
}

/// What is known of a breach, texts aside.
///
/// Source: UK GDPR Art 33(3), (5).
struct BreachFacts: Equatable, Sendable {
    /// When a partner found the breach: the protocol's clock.
    ///
    /// Source: rules, "detected".
    var detectedAt: Instant
    /// When it happened, if known.
    ///
    /// Source: rules, "occurred".
    var occurredAt: Instant?
    /// When controllers became aware where that was after detection, by their ids: the law's clock.
    ///
    /// Source: R2.
    var awareAt: [String: Instant]
    /// The risk.
    ///
    /// Source: R6.
    var risk: Risk
    /// The partners whose position on notifying is awaited, where that is narrower than the audience.
    ///
    /// Source: R7.
    var affected: [String]?
    /// How many people are concerned, 0 to 10^10.
    ///
    /// Source: UK GDPR Art 33(3)(a).
    var individuals: Int?
    /// How many records are concerned, 0 to 10^10.
    ///
    /// Source: UK GDPR Art 33(3)(a).
    var records: Int?
    /// Whether it was a cyber incident.
    ///
    /// Source: ICO personal data breach report form.
    var cyber: CyberIncident?
    /// Whether the partners' mail is itself compromised: nothing on the breach is mailed to them, they are telephoned.
    ///
    /// Source: R14.
    var isChannelCompromised = false
}

/// How a partner's acknowledgement came.
///
/// Source: contract of `ack`.
enum Channel: String, CaseIterable, Sendable {
    /// By electronic mail, telephone, in a meeting, or otherwise.
    ///
    /// Source: contract of `ack`.
    case email, phone, meeting, other
}

/// That a partner said it knows of the breach. It is no position.
///
/// Source: R12.
struct Acknowledgement: Equatable, Sendable {
    /// When the partner said so.
    ///
    /// Source: R11.
    var at: Instant
    /// How it came.
    ///
    /// Source: R12.
    var channel: Channel?
    /// Who said so.
    ///
    /// Source: R12.
    var name: FreeText?
}

/// An organisation that the clause wants informed of a breach.
///
/// Source: R7.
struct AudienceMember: Equatable, Sendable {
    /// The partner's id.
    ///
    /// Source: R7.
    var partnerID: String
    /// When it became one of the audience.
    ///
    /// Source: R8.
    var addedAt: Instant
    /// The edition of the partners' deadline that it is due by.
    ///
    /// Source: R8.
    var edition: DeadlineEdition
    /// Its acknowledgement.
    ///
    /// Source: R12.
    var acknowledgement: Acknowledgement?
}

/// Which edition of a deadline holds, and from when on.
///
/// Source: R8 (each edition of a deadline can be missed, and told, once).
struct DeadlineEdition: Equatable, Sendable {
    /// Its number, from 1: a correction that moves the deadline makes the next.
    ///
    /// Source: R8.
    var number: Int
    /// When it was recorded: a reminder whose time was past then is not sent.
    ///
    /// Source: R13.
    var since: Instant
}

/// A time for which a breach was closed.
///
/// Source: R25.
struct Closure: Equatable, Sendable {
    /// When it was closed.
    ///
    /// Source: R25.
    var closedAt: Instant
    /// Why it was closed though something was outstanding.
    ///
    /// Source: R25.
    var reason: FreeText?
    /// What was outstanding, in identifiers.
    ///
    /// Source: R25.
    var outstanding: [String]
    /// Whether anything was asked then; a risk that is raised later reopens what was closed when nothing was.
    ///
    /// Source: R6, R25.
    var wasAboveThreshold: Bool
    /// When it was reopened; nil while it is closed.
    ///
    /// Source: R25.
    var reopenedAt: Instant?
    /// Why it was reopened, where somebody said so.
    ///
    /// Source: R25.
    var reopeningReason: FreeText?
}

/// A text, and when it was recorded.
///
/// Source: R26.
struct DatedText: Equatable, Sendable {
    /// When it was recorded.
    ///
    /// Source: R26.
    var at: Instant
    /// What it says.
    ///
    /// Source: R26.
    var text: FreeText
}

/// That a text was deleted.
///
/// Source: R31.
struct Redaction: Equatable, Sendable {
    /// When.
    ///
    /// Source: R31.
    var at: Instant
    /// The number of the fact that the text stood beside.
    ///
    /// Source: R31.
    var sequence: Int
    /// The text's name.
    ///
    /// Source: R31.
    var field: String
    /// Why.
    ///
    /// Source: R31.
    var reason: FreeText
}

/// What the regulator's form is filled from.
///
/// Source: R22; UK GDPR Art 33(3).
struct RegulatorContent: Equatable, Sendable {
    /// The partner that found the breach.
    ///
    /// Source: ICO personal data breach report form.
    var detectedBy: String
    /// The facts.
    ///
    /// Source: UK GDPR Art 33(3).
    var facts: BreachFacts
    /// The texts.
    ///
    /// Source: UK GDPR Art 33(3).
    var texts: [TextField: FreeText]
    /// The effects and actions written down since.
    ///
    /// Source: UK GDPR Art 33(3)(c), (d).
    var notes: [Note]
    /// What was settled on telling the people concerned.
    ///
    /// Source: ICO personal data breach report form (people told or not, and why).
    var telling: Settlement?
    /// What each partner said of that, where they agreed.
    ///
    /// Source: R21; ICO personal data breach report form.
    var tellingPositions: [String: Position]
    /// When they were told.
    ///
    /// Source: ICO personal data breach report form.
    var toldAt: [Instant]
}

/// What a regulator's notice had, and since when: what was submitted then.
///
/// Source: R22.
struct RegulatorDraft: Equatable, Sendable {
    /// When it was ordered.
    ///
    /// Source: R22.
    var at: Instant
    /// What it had.
    ///
    /// Source: R22.
    var content: RegulatorContent
}

/// A request's id and what it asked, so that a repetition is recognised.
///
/// Source: R9.
struct RequestKey: Hashable, Sendable {
    /// The calling account's number.
    ///
    /// Source: R9 (kept per account).
    var uid: Int
    /// The id that the client gave, at most 64 characters.
    ///
    /// Source: R9.
    var id: String
}

/// A breach of personal data shared under a protocol, as the register has it now.
///
/// Source: UK GDPR Art 4(12), 33(5).
struct Breach: Equatable, Sendable {
    /// Its name.
    ///
    /// Source: contract of the references.
    let reference: BreachReference
    /// The protocol as it was when the breach was recorded; later configuration does not change it. A partner that a
    /// correction adds joins it.
    ///
    /// Source: R5, R8.
    var sharingProtocol: SharingProtocol
    /// When this system was told.
    ///
    /// Source: rules, "reported".
    let reportedAt: Instant
    /// The partner that found it.
    ///
    /// Source: R7.
    var detectedBy: String
    /// The controllers that have the law's duty.
    ///
    /// Source: UK GDPR Art 33(1).
    let controllers: [String]
    /// What is known of it.
    ///
    /// Source: UK GDPR Art 33(3).
    var facts: BreachFacts
    /// What was written of it.
    ///
    /// Source: UK GDPR Art 33(3).
    var texts: [TextField: FreeText]
    /// Whether it is open.
    ///
    /// Source: R25.
    var phase: Phase
    /// Whom the clause wants informed, in page 1's order.
    ///
    /// Source: R7.
    var audience: [AudienceMember]
    /// Every notice ordered on it, in order.
    ///
    /// Source: R28.
    var notices: [Notice]
    /// Every deadline that passed unmet.
    ///
    /// Source: R24.
    var misses: [Miss]
    /// The shortest lead, in seconds, for which reminders have gone out, by what they ask for.
    ///
    /// Source: R13.
    var remindedLeadSeconds: [ReminderKey: Int]
    /// The edition of the regulator's deadline that holds.
    ///
    /// Source: R8.
    var regulatorEdition: DeadlineEdition
    /// Both matters.
    ///
    /// Source: rules, "matter".
    var matters: [MatterName: Matter]
    /// What was written down as it went on.
    ///
    /// Source: contract of `note`.
    var notes: [Note] = []
    /// The corrections, oldest first.
    ///
    /// Source: R8.
    var corrections: [Correction] = []
    /// The notifications made, in the order of recording.
    ///
    /// Source: R23.
    var notifications: [Notification] = []
    /// The deadlines by which each controller that has notified is judged, by its id.
    ///
    /// Source: R2.
    var verdicts: [String: Verdict] = [:]
    /// What the last regulator's notice said, while the outcome that it follows holds.
    ///
    /// Source: R22.
    var submitted: RegulatorContent?
    /// What the regulator was told by the last notification of the group.
    ///
    /// Source: R22 (the follow-up shows only what changed).
    var notified: RegulatorContent?
    /// What the regulator's notices had, in order.
    ///
    /// Source: R22 (a follow-up shows what changed since the regulator was last notified).
    var regulatorDrafts: [RegulatorDraft] = []
    /// The times for which it was closed, oldest first. The last one has no end while it is.
    ///
    /// Source: R25.
    var closures: [Closure] = []
    /// Why personal data stands in a text all the same, oldest first.
    ///
    /// Source: R27.
    var personalDataReasons: [DatedText] = []
    /// The texts that were deleted, oldest first.
    ///
    /// Source: R31.
    var redactions: [Redaction] = []
    /// When somebody last changed something that agreement, escalation or the regulator's notice depend on.
    ///
    /// Source: R16, R17, R22.
    var changedAt: Instant

    /// The member with that partner's id.
    ///
    /// Source: R7.
    func member(_ partnerID: String) -> AudienceMember? {
        audience.first { $0.partnerID == partnerID }
    }

    /// The name of that partner, or its id where it is none.
    ///
    /// Source: WEISF summary sheet.
    func partnerName(_ id: String) -> String {
        sharingProtocol.partner(id)?.name ?? id
    }
}
