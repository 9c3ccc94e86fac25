/// What a client wants to be told of as it happens.
///
/// Source: contract of `watch`.
struct WatchRequest: Equatable, Sendable {
    /// The breach that it is about; nil for everything.
    ///
    /// Source: contract of `watch`.
    var breach: BreachReference?
    /// The number of the last fact that the client needs no telling of.
    ///
    /// Source: contract of `watch`.
    var after: Int
}
