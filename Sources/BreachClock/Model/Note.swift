/// What a note is of.
///
/// Source: contract of `note`; UK GDPR Art 33(5).
enum NoteKind: String, CaseIterable, Sendable {
    /// Advice received; remedial action; an effect.
    ///
    /// Source: contract of `note`.
    case advice, action, effect
}

/// Something written down of a breach as it went on.
///
/// Source: contract of `note`; UK GDPR Art 33(5).
struct Note: Equatable, Sendable {
    /// What it is of.
    ///
    /// Source: contract of `note`.
    var kind: NoteKind
    /// When it was recorded.
    ///
    /// Source: contract of `note`.
    var at: Instant
    /// What it says.
    ///
    /// Source: contract of `note`.
    var text: FreeText
}
