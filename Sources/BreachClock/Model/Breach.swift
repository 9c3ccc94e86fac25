/// Whether anything is expected to happen still.
///
/// Source: R25.
enum Phase: String, CaseIterable, Sendable {
    /// Running, or ended.
    ///
    /// Source: R25.
    case open, closed
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
