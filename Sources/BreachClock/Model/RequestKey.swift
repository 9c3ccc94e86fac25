/// A request's id and what it asked, so that a repetition is recognised.
///
/// Source: R9.
struct RequestKey: Hashable, Sendable {
    /// The calling account's number.
    ///
    /// Source: R9 (kept per account).
    var uid: Int
    /// The id that the client gave, at most 64 characters.
    ///
    /// Source: R9.
    var id: String
}
