/// A breach as it is shown: with its deadlines judged and its next step worked out.
///
/// Source: contract of the JSON.
struct BreachSummary: Equatable, Sendable {
    /// The breach.
    ///
    /// Source: contract of the JSON.
    var breach: Breach
    /// The partners' deadline.
    ///
    /// Source: contract of the JSON, `deadlines.partners`.
    var partnersDeadline: Deadline
    /// The regulator's deadline.
    ///
    /// Source: contract of the JSON, `deadlines.regulator`.
    var regulatorDeadline: RegulatorDeadline
    /// The audience, in page 1's order.
    ///
    /// Source: contract of the JSON, `partners`.
    var partners: [PartnerSummary]
    /// The controllers.
    ///
    /// Source: contract of the JSON, `controllers`.
    var controllers: [ControllerSummary]
    /// When a matter without agreement goes to the owner; nil where nobody is consulted.
    ///
    /// Source: contract of the JSON, `matters.ico.escalateAt`.
    var escalateAt: Instant?
    /// How the protocol's deadline for the regulator stands; nil where the clause sets none.
    ///
    /// Source: R2 (each instant with its own verdict).
    var byProtocolState: Deadline.State?
    /// How the law's stands.
    ///
    /// Source: R2.
    var byLawState: Deadline.State
    /// What happens next by itself; nil when nothing does.
    ///
    /// Source: contract of the JSON, `next`.
    var next: Upcoming?
    /// What was wrong with the protocol when the breach was recorded.
    ///
    /// Source: R5; contract of the JSON, `warnings`.
    var warnings: [String]

    /// A partner that the clause wants informed.
    ///
    /// Source: contract of the JSON, `partners`.
    struct PartnerSummary: Equatable, Sendable {
        /// Its id.
        ///
        /// Source: contract of the JSON.
        var id: String
        /// Its name.
        ///
        /// Source: contract of the JSON.
        var name: String
        /// Whether its position on notifying is awaited.
        ///
        /// Source: R7.
        var isAffected: Bool
        /// When its notice stood in the spool.
        ///
        /// Source: R11.
        var noticeWrittenAt: Instant?
        /// When the mail system took it.
        ///
        /// Source: R11.
        var handedOverAt: Instant?
        /// When it was found that the mail system refused it for good.
        ///
        /// Source: R11.
        var returnedAt: Instant?
        /// When it acknowledged.
        ///
        /// Source: R12.
        var acknowledgedAt: Instant?
        /// Whether it counts as informed.
        ///
        /// Source: R11.
        var isInformed: Bool
        /// The number to ring where it has no mailbox, or to ask again.
        ///
        /// Source: R14.
        var telephone: String?
    }

    /// A controller with its own duty.
    ///
    /// Source: contract of the JSON, `controllers`.
    struct ControllerSummary: Equatable, Sendable {
        /// Its id.
        ///
        /// Source: contract of the JSON.
        var id: String
        /// When it became aware.
        ///
        /// Source: R2.
        var awareAt: Instant
        /// By when the law wants it to notify.
        ///
        /// Source: R2.
        var dueByLaw: Instant
        /// How that stands.
        ///
        /// Source: R2, R24.
        var state: Deadline.State
        /// The notifications to the regulator that count for it.
        ///
        /// Source: R23.
        var notifications: [Notification]
    }
}
