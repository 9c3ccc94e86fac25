/// A change that somebody asks for, with every time already an instant.
///
/// Source: contract of the programs.
enum Command: Equatable, Sendable {
    /// Record a breach.
    ///
    /// Source: R5.
    case report(ReportCommand)
    /// Record a partner's acknowledgement.
    ///
    /// Source: R12.
    case acknowledge(AcknowledgeCommand)
}

/// The request to record a breach.
///
/// Source: contract of `report`.
struct ReportCommand: Equatable, Sendable {
    /// The protocol's id as it was typed.
    ///
    /// Source: contract of `report`.
    var protocolID: String
    /// The detecting partner's id as it was typed.
    ///
    /// Source: contract of `report`.
    var detectedBy: String
    /// What is known; the awareness of controllers apart.
    ///
    /// Source: contract of `report`.
    var facts: BreachFacts
    /// When the controllers became aware, where that was after detection.
    ///
    /// Source: R2.
    var awareAt: Instant?
    /// The controllers concerned, where they are not all of the protocol's.
    ///
    /// Source: contract of `report`.
    var controllers: [String]
    /// What was written.
    ///
    /// Source: contract of `report`.
    var texts: [TextField: String]
    /// The request's id and digest.
    ///
    /// Source: R9.
    var request: RecordedRequest?
}

/// The request to record an acknowledgement.
///
/// Source: contract of `ack`.
struct AcknowledgeCommand: Equatable, Sendable {
    /// The breach, as it was typed.
    ///
    /// Source: contract of `ack`.
    var breach: String
    /// The partner's id, as it was typed.
    ///
    /// Source: contract of `ack`.
    var partnerID: String
    /// When the partner said so; now where not given.
    ///
    /// Source: R11.
    var at: Instant?
    /// How it came.
    ///
    /// Source: R12.
    var channel: Channel?
    /// Who said so.
    ///
    /// Source: R12.
    var name: String?
    /// Why personal data stands in the name all the same.
    ///
    /// Source: R27.
    var personalDataReason: String?
}
