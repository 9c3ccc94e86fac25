/// A text that somebody wrote: it stands beside its fact and can be redacted.
///
/// Source: R31.
enum FreeText: Equatable, Sendable {
    /// The text as it was written.
    ///
    /// Source: R31.
    case written(String)
    /// The text has been deleted, by a recorded fact with a reason.
    ///
    /// Source: R31; UK GDPR Art 17.
    case redacted

    /// The text, or nil once redacted.
    ///
    /// Source: R31.
    var text: String? {
        switch self {
        case .written(let text): text
        case .redacted: nil
        }
    }

    /// The text for people: redaction is said, not hidden.
    ///
    /// Source: R31.
    var shown: String {
        text ?? "[redacted]"
    }
}

/// The texts that a breach has, by the name that options, facts and redaction use.
///
/// Source: contract of `report`.
enum TextField: String, CaseIterable, Sendable {
    /// What happened; who and what is concerned; what follows from it; what was done about it.
    ///
    /// Source: UK GDPR Art 33(3); contract of `report`.
    case summary, dataCategories, peopleCategories, consequences, likelihood, measures, measuresBefore, found,
        othersTold
    /// Why the law's clock starts later than the protocol's; why the risk is as it is; why personal data stands in a
    /// text all the same.
    ///
    /// Source: R2, R6, R27.
    case awareReason, reason, personalDataReason
}
