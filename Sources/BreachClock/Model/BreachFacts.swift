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
