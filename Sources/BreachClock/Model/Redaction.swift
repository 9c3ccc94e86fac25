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
