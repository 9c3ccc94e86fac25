/// One of the two questions that are consulted on.
///
/// Source: rules, "matter".
enum MatterName: String, CaseIterable, Sendable {
    /// Whether to notify the regulator; whether, when, how and by whom to tell the people concerned.
    ///
    /// Source: rules, "matter".
    case ico, individuals
}

/// How a matter stands.
///
/// Source: rules, "States of a matter".
enum MatterState: String, CaseIterable, Sendable {
    /// The partners are being heard; the decider has to decide; nothing has to be agreed.
    ///
    /// Source: R15, R6.
    case consulting
    case awaitingDecision = "awaiting-decision"
    case notRequired = "not-required"
}
