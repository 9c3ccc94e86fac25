/// What the regulator's form is filled from.
///
/// Source: R22; UK GDPR Art 33(3).
struct RegulatorContent: Equatable, Sendable {
    /// The partner that found the breach.
    ///
    /// Source: ICO personal data breach report form.
    var detectedBy: String
    /// The facts.
    ///
    /// Source: UK GDPR Art 33(3).
    var facts: BreachFacts
    /// The texts.
    ///
    /// Source: UK GDPR Art 33(3).
    var texts: [TextField: FreeText]
    /// The effects and actions written down since.
    ///
    /// Source: UK GDPR Art 33(3)(c), (d).
    var notes: [Note]
    /// What was settled on telling the people concerned.
    ///
    /// Source: ICO personal data breach report form (people told or not, and why).
    var telling: Settlement?
    /// What each partner said of that, where they agreed.
    ///
    /// Source: R21; ICO personal data breach report form.
    var tellingPositions: [String: Position]
    /// When they were told.
    ///
    /// Source: ICO personal data breach report form.
    var toldAt: [Instant]
}

/// What a regulator's notice had, and since when: what was submitted then.
///
/// Source: R22.
struct RegulatorDraft: Equatable, Sendable {
    /// When it was ordered.
    ///
    /// Source: R22.
    var at: Instant
    /// What it had.
    ///
    /// Source: R22.
    var content: RegulatorContent
}
