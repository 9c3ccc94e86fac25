/// A correction as letters and the history tell of it: what was, and what is.
///
/// Source: R8.
struct Correction: Equatable, Sendable {
    /// The number of its fact.
    ///
    /// Source: R8.
    var sequence: Int
    /// When it was recorded.
    ///
    /// Source: R8.
    var at: Instant
    /// Why; nil where only empty facts were filled.
    ///
    /// Source: R8.
    var reason: FreeText?
    /// What it changed, as it was before.
    ///
    /// Source: R8 (the history shows both).
    var before: Standing
    /// The same, as it was after.
    ///
    /// Source: R8.
    var after: Standing
    /// The texts that it changed, those that were redacted since among them.
    ///
    /// Source: R8, R31.
    var texts: Set<TextField>

    /// What a correction may change: the facts, and what follows from them.
    ///
    /// Source: R8 (any fact), R7.
    struct Standing: Equatable, Sendable {
        /// The partners' deadline.
        ///
        /// Source: R8.
        var partnersDue: Instant?
        /// The regulator's deadline.
        ///
        /// Source: R8.
        var regulatorDue: Instant?
        /// The partners whose position on notifying is awaited.
        ///
        /// Source: R7.
        var affected: [String]
        /// The partner that detected the breach.
        ///
        /// Source: R7.
        var detectedBy: String
        /// The facts.
        ///
        /// Source: R8.
        var facts: BreachFacts
        /// The texts.
        ///
        /// Source: R8.
        var texts: [TextField: FreeText]
        /// The partners that are told.
        ///
        /// Source: R8 (a partner added later).
        var audience: [String]

        /// The risk.
        ///
        /// Source: R6.
        var risk: Risk { facts.risk }
    }
}
