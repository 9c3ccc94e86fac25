/// A time for which a breach was closed.
///
/// Source: R25.
struct Closure: Equatable, Sendable {
    /// When it was closed.
    ///
    /// Source: R25.
    var closedAt: Instant
    /// Why it was closed though something was outstanding.
    ///
    /// Source: R25.
    var reason: FreeText?
    /// What was outstanding.
    ///
    /// Source: R25.
    var outstanding: [Outstanding]
    /// Whether anything was asked then; a risk that is raised later reopens what was closed when nothing was.
    ///
    /// Source: R6, R25.
    var wasAboveThreshold: Bool
    /// When it was reopened; nil while it is closed.
    ///
    /// Source: R25.
    var reopenedAt: Instant?
    /// Why it was reopened, where somebody said so.
    ///
    /// Source: R25.
    var reopeningReason: FreeText?
}
