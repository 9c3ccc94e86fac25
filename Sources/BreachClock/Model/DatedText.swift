/// A text, and when it was recorded.
///
/// Source: R26.
struct DatedText: Equatable, Sendable {
    /// When it was recorded.
    ///
    /// Source: R26.
    var at: Instant
    /// What it says.
    ///
    /// Source: R26.
    var text: FreeText
}
