/// The request for all that a breach would bring.
///
/// Source: contract of `plan`.
struct PlanRequest: Equatable, Sendable {
    /// The protocol's id as it was typed.
    ///
    /// Source: contract of `plan`.
    var protocolID: String
    /// When a partner would find the breach: any instant, past or future.
    ///
    /// Source: contract of `plan`.
    var detectedAt: Instant
    /// When it would be reported; at detection where not given.
    ///
    /// Source: contract of `plan`, `--reported`.
    var reportedAt: Instant?
    /// The partner that would find it; the first of page 1 where not given.
    ///
    /// Source: R7 (the detecting partner is taken as informed).
    var detectedBy: String?
    /// The risk; unknown, which counts as likely, where not given.
    ///
    /// Source: R6.
    var risk: Risk?
}

/// Something that a breach would bring by itself.
///
/// Source: contract of `plan`.
struct PlanItem: Equatable, Sendable {
    /// A notice of that kind, or the passing of a deadline.
    ///
    /// Source: contract of `plan`, `what`.
    var what: Upcoming.What
    /// Whom the notice goes to; nil for a deadline.
    ///
    /// Source: contract of `plan`, `to`.
    var to: Recipient?
    /// When.
    ///
    /// Source: contract of `plan`, `at`.
    var at: Instant
    /// Why, in one sentence that names the rule's source.
    ///
    /// Source: contract of `plan`, `why`.
    var why: String
}
