/// Why a client was turned away or its call not done, for the metrics.
///
/// Source: contract of the metrics.
enum RefusalKind: String, CaseIterable, Sendable {
    /// The account may not do that.
    ///
    /// Source: R30.
    case notPermitted = "not-permitted"
    /// What was asked is against a rule; or about what there is not.
    ///
    /// Source: contract of the control socket, `Refused`, `NotFound`.
    case refused
    case notFound = "not-found"
    /// It cannot be done now.
    ///
    /// Source: contract of the control socket, `TryAgain`.
    case tryAgain = "try-again"
    /// It was no call of the interface; or no call at all.
    ///
    /// Source: varlink.org, the errors of `org.varlink.service`.
    case invalidCall = "invalid-call"
    case noCall = "no-call"
    /// There were too many connections, or no descriptor left for one.
    ///
    /// Source: hostile inputs.
    case tooManyConnections = "too-many-connections"
}
