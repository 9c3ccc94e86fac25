/// Where in its series a notification stands.
///
/// Source: R23; UK GDPR Art 33(4).
enum NotificationPhase: String, CaseIterable, Sendable {
    /// The first, of which there is one; further information; the last.
    ///
    /// Source: R23.
    case initial
    case followUp = "follow-up"
    case final
}

/// That the regulator was notified, or the people concerned told.
///
/// Source: R23, R21.
struct Notification: Equatable, Sendable {
    /// Of whom: the regulator (`ico`), or the people concerned.
    ///
    /// Source: contract of `notified`.
    var matter: MatterName
    /// The controllers that it counts for.
    ///
    /// Source: R23.
    var controllers: [String]
    /// Where in the series it stands.
    ///
    /// Source: R23.
    var phase: NotificationPhase
    /// When it was made.
    ///
    /// Source: R23.
    var at: Instant
    /// Whether a controller made it on its own duty, for nobody else.
    ///
    /// Source: R19.
    var isOwnDuty: Bool
    /// The regulator's reference.
    ///
    /// Source: R23.
    var reference: FreeText?
    /// The reasons for the delay.
    ///
    /// Source: R23; UK GDPR Art 33(1).
    var delayReason: FreeText?
    /// Why a controller notified on its own duty, or was later than the protocol alone asks.
    ///
    /// Source: R19, R23.
    var reason: FreeText?
}

/// A controller's deadlines as they were when its first notification was recorded: what is judged by them is judged for
/// ever.
///
/// Source: R2 (frozen when that controller's first notification is recorded).
struct Verdict: Equatable, Sendable {
    /// When the controller notified.
    ///
    /// Source: R2.
    var notifiedAt: Instant
    /// The controller's awareness and 72 hours.
    ///
    /// Source: UK GDPR Art 33(1).
    var dueByLaw: Instant
    /// Detection and the clause's hours; nil where the clause sets none.
    ///
    /// Source: R2.
    var dueByProtocol: Instant?
    /// The deadline of the whole breach: the earliest of all.
    ///
    /// Source: R2.
    var due: Instant
}
