/// A correction as its letters tell of it: what was, and what is.
///
/// Source: R8.
struct Correction: Equatable, Sendable {
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

    /// What partners are told of a correction: the deadlines, the risk, whose position is awaited.
    ///
    /// Source: R8, R7.
    struct Standing: Equatable, Sendable {
        /// The partners' deadline.
        ///
        /// Source: R8.
        var partnersDue: Instant?
        /// The regulator's deadline.
        ///
        /// Source: R8.
        var regulatorDue: Instant?
        /// The risk.
        ///
        /// Source: R6.
        var risk: Risk
        /// The partners whose position on notifying is awaited.
        ///
        /// Source: R7.
        var affected: [String]
    }
}
