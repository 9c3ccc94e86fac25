/// Counts refusals by kind since the daemon started, for the metrics.
///
/// Source: contract of the metrics.
final class RefusalCounter {
    /// How many there were of each kind.
    ///
    /// Source: contract of the metrics.
    private(set) var counts: [RefusalKind: Int] = [:]

    /// A counter of none.
    ///
    /// Source: contract of the metrics.
    init() {}

    /// Counts one.
    ///
    /// Source: contract of the metrics.
    func count(_ kind: RefusalKind) { counts[kind, default: 0] += 1 }
}
