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
