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
    /// Record a partner's position.
    ///
    /// Source: R16.
    case position(PositionCommand)
    /// Write something down.
    ///
    /// Source: contract of `note`.
    case note(NoteCommand)
    /// Put a matter to the owner.
    ///
    /// Source: R17.
    case escalate(EscalateCommand)
    /// Record the decider's decision.
    ///
    /// Source: R18.
    case decide(DecideCommand)
    /// Record a notification.
    ///
    /// Source: R23.
    case notified(NotifiedCommand)
    /// Correct facts, or fill empty ones.
    ///
    /// Source: R8.
    case correct(CorrectCommand)
    /// Delete a text.
    ///
    /// Source: R31.
    case redact(RedactCommand)
    /// Close a breach.
    ///
    /// Source: R25.
    case close(CloseCommand)
    /// Reopen it.
    ///
    /// Source: R25.
    case reopen(CloseCommand)
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

/// When, how and by whom the people concerned are told, or the ground for not telling them, as it was typed.
///
/// Source: R21.
struct TellingWords: Equatable, Sendable {
    /// When.
    ///
    /// Source: R21.
    var when: String?
    /// How.
    ///
    /// Source: R21.
    var how: String?
    /// By whom.
    ///
    /// Source: R21.
    var byWhom: String?
    /// The ground for not telling them.
    ///
    /// Source: R21; UK GDPR Art 34.
    var ground: TellingGround?

    /// Nothing said of it.
    ///
    /// Source: R21.
    static let unsaid = TellingWords()
}

/// The request to record a position.
///
/// Source: contract of `position`.
struct PositionCommand: Equatable, Sendable {
    /// The breach, as it was typed.
    ///
    /// Source: contract of `position`.
    var breach: String
    /// The partner's id, as it was typed.
    ///
    /// Source: contract of `position`.
    var partnerID: String
    /// What it wants.
    ///
    /// Source: contract of `position`.
    var outcome: Outcome
    /// On which matter.
    ///
    /// Source: contract of `position`.
    var matter: MatterName
    /// Who said so.
    ///
    /// Source: contract of `position`.
    var name: String?
    /// Why.
    ///
    /// Source: R16.
    var reason: String?
    /// On telling the people concerned.
    ///
    /// Source: R21.
    var telling: TellingWords = .unsaid
    /// Why personal data stands in a text all the same.
    ///
    /// Source: R27.
    var personalDataReason: String?
}

/// The request to write something down.
///
/// Source: contract of `note`.
struct NoteCommand: Equatable, Sendable {
    /// The breach, as it was typed.
    ///
    /// Source: contract of `note`.
    var breach: String
    /// What it is of.
    ///
    /// Source: contract of `note`.
    var kind: NoteKind
    /// What it says.
    ///
    /// Source: contract of `note`.
    var text: String
    /// Why personal data stands in it all the same.
    ///
    /// Source: R27.
    var personalDataReason: String?
}

/// The request to put a matter to the owner.
///
/// Source: contract of `escalate`.
struct EscalateCommand: Equatable, Sendable {
    /// The breach, as it was typed.
    ///
    /// Source: contract of `escalate`.
    var breach: String
    /// Which matter.
    ///
    /// Source: contract of `escalate`.
    var matter: MatterName
    /// Why.
    ///
    /// Source: R17.
    var reason: String?
    /// Why personal data stands in the reason all the same.
    ///
    /// Source: R27.
    var personalDataReason: String?
}

/// The request to record a decision.
///
/// Source: contract of `decide`.
struct DecideCommand: Equatable, Sendable {
    /// The breach, as it was typed.
    ///
    /// Source: contract of `decide`.
    var breach: String
    /// What was decided.
    ///
    /// Source: contract of `decide`.
    var outcome: Outcome
    /// On which matter.
    ///
    /// Source: contract of `decide`.
    var matter: MatterName
    /// Who decided.
    ///
    /// Source: R18.
    var name: String?
    /// Why.
    ///
    /// Source: R18.
    var reason: String?
    /// On telling the people concerned.
    ///
    /// Source: R21.
    var telling: TellingWords = .unsaid
    /// Whether it changes an earlier decision.
    ///
    /// Source: R18.
    var isRevision = false
    /// Why personal data stands in a text all the same.
    ///
    /// Source: R27.
    var personalDataReason: String?
}

/// The request to record a notification.
///
/// Source: contract of `notified`.
struct NotifiedCommand: Equatable, Sendable {
    /// The breach, as it was typed.
    ///
    /// Source: contract of `notified`.
    var breach: String
    /// Of whom: the regulator or the people concerned.
    ///
    /// Source: contract of `notified`.
    var matter: MatterName
    /// When it was made; now where not given.
    ///
    /// Source: R23.
    var at: Instant?
    /// The regulator's reference.
    ///
    /// Source: R23.
    var reference: String?
    /// Where in the series it stands.
    ///
    /// Source: R23.
    var phase: NotificationPhase
    /// The reasons for the delay.
    ///
    /// Source: R23.
    var delayReason: String?
    /// The controllers that it counts for, where not all.
    ///
    /// Source: R23.
    var controllers: [String] = []
    /// The controller that made it on its own duty.
    ///
    /// Source: R19.
    var ownDuty: String?
    /// Why on its own duty, or why later than the protocol asks.
    ///
    /// Source: R19, R23.
    var reason: String?
    /// Why personal data stands in a text all the same.
    ///
    /// Source: R27.
    var personalDataReason: String?
}

/// The request to correct facts: what is nil stays as it is.
///
/// Source: contract of `correct`; R8.
struct CorrectCommand: Equatable, Sendable {
    /// The breach, as it was typed.
    ///
    /// Source: contract of `correct`.
    var breach: String
    /// The detecting partner's id as it was typed.
    ///
    /// Source: contract of `correct`.
    var detectedBy: String?
    /// When a partner found it.
    ///
    /// Source: contract of `correct`.
    var detectedAt: Instant?
    /// When it happened.
    ///
    /// Source: contract of `correct`.
    var occurredAt: Instant?
    /// When controllers became aware.
    ///
    /// Source: R2.
    var awareAt: Instant?
    /// Whose awareness that is, where not all controllers'.
    ///
    /// Source: R2 (awareness is kept per controller).
    var controllers: [String] = []
    /// The risk.
    ///
    /// Source: R6.
    var risk: Risk?
    /// Whose position on notifying is awaited.
    ///
    /// Source: R7.
    var affected: [String]?
    /// How many people.
    ///
    /// Source: UK GDPR Art 33(3)(a).
    var individuals: Int?
    /// How many records.
    ///
    /// Source: UK GDPR Art 33(3)(a).
    var records: Int?
    /// Whether it was a cyber incident.
    ///
    /// Source: ICO personal data breach report form.
    var cyber: CyberIncident?
    /// Whether the partners' mail is compromised; nil leaves it as it is.
    ///
    /// Source: R14.
    var isChannelCompromised: Bool?
    /// The texts to change, the reason for a correction left out.
    ///
    /// Source: contract of `correct`.
    var texts: [TextField: String] = [:]
    /// Why the facts are corrected.
    ///
    /// Source: R8.
    var reason: String?
}

/// The request to delete a text.
///
/// Source: contract of `redact`.
struct RedactCommand: Equatable, Sendable {
    /// The breach, as it was typed.
    ///
    /// Source: contract of `redact`.
    var breach: String
    /// The text's name, such as `summary`, or `12:reason` where several facts have one of that name.
    ///
    /// Source: contract of `redact`.
    var field: String
    /// Why.
    ///
    /// Source: R31.
    var reason: String?
    /// Why personal data stands in the reason all the same.
    ///
    /// Source: R27.
    var personalDataReason: String?
}

/// The request to close a breach, or to reopen it.
///
/// Source: contract of `close` and `reopen`.
struct CloseCommand: Equatable, Sendable {
    /// The breach, as it was typed.
    ///
    /// Source: contract of `close`.
    var breach: String
    /// Why, where something is outstanding.
    ///
    /// Source: R25.
    var reason: String?
    /// Why personal data stands in the reason all the same.
    ///
    /// Source: R27.
    var personalDataReason: String?
}
