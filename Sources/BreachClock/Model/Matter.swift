/// One of the two questions that are consulted on.
///
/// Source: rules, "matter".
enum MatterName: String, CaseIterable, Sendable {
    /// Whether to notify the regulator; whether, when, how and by whom to tell the people concerned.
    ///
    /// Source: rules, "matter".
    case ico, individuals

    /// What it is about, within a sentence.
    ///
    /// Source: rules, "matter".
    var topic: String {
        switch self {
        case .ico: "notifying the regulator"
        case .individuals: "telling the people concerned"
        }
    }
}

/// How a matter stands.
///
/// Source: rules, "States of a matter".
enum MatterState: String, CaseIterable, Sendable {
    /// The partners are being heard; becomes awaiting-decision, agreed, or not-required.
    ///
    /// Source: R15.
    case consulting
    /// The decider has to decide; becomes decided, agreed where the clause has consultation, or not-required.
    ///
    /// Source: R15, R17.
    case awaitingDecision = "awaiting-decision"
    /// Everybody asked said the same; becomes consulting again where one changes its mind.
    ///
    /// Source: R16.
    case agreed
    /// The decider decided; stays so, though the decision may be revised until it was carried out.
    ///
    /// Source: R18.
    case decided
    /// Nothing has to be agreed; opens again where the risk is raised.
    ///
    /// Source: R6.
    case notRequired = "not-required"
}

/// What a partner says on a matter, and what ends it.
///
/// Source: rules, "position" and "outcome".
enum Outcome: String, CaseIterable, Sendable {
    /// Notify the regulator, or tell the people concerned; or do not.
    ///
    /// Source: contract of `position`.
    case notify
    case doNotNotify = "do-not-notify"
}

/// Why the people concerned need not be told.
///
/// Source: R21; UK GDPR Art 34.
enum TellingGround: String, CaseIterable, Sendable {
    /// No high risk; the data was unintelligible to others; the risk was removed since; it would be disproportionate.
    ///
    /// Source: UK GDPR Art 34(1), 34(3)(a), (b), (c).
    case noHighRisk = "no-high-risk"
    case unintelligible = "34(3)(a)"
    case riskRemoved = "34(3)(b)"
    case disproportionate = "34(3)(c)"
}

/// When, how and by whom the people concerned are told, or the ground for not telling them.
///
/// Source: R21; clauses of 000 section 11 and 002 section 10 ("as to when, how and by whom such contact should be made").
struct Telling: Equatable, Sendable {
    /// When.
    ///
    /// Source: R21.
    var when: FreeText?
    /// How.
    ///
    /// Source: R21.
    var how: FreeText?
    /// By whom.
    ///
    /// Source: R21.
    var byWhom: FreeText?
    /// The ground for not telling them.
    ///
    /// Source: R21; UK GDPR Art 34.
    var ground: TellingGround?

    /// Nothing said of it.
    ///
    /// Source: R21.
    static let unsaid = Telling()

    /// Whether anything is said of it.
    ///
    /// Source: R21.
    var isSaid: Bool { self != .unsaid }
}

/// What one partner says on one matter.
///
/// Source: R16.
struct Position: Equatable, Sendable {
    /// What it wants.
    ///
    /// Source: R16.
    var outcome: Outcome
    /// When it was recorded.
    ///
    /// Source: R16.
    var at: Instant
    /// Who said so, for the partner.
    ///
    /// Source: contract of `position`.
    var name: FreeText?
    /// Why; always there for `do-not-notify`.
    ///
    /// Source: R16.
    var reason: FreeText?
    /// On telling the people concerned: when, how and by whom, or on what ground not.
    ///
    /// Source: R21.
    var telling: Telling = .unsaid
}

/// Why a matter lies with the decider.
///
/// Source: R17, R15.
enum EscalationReason: String, CaseIterable, Sendable {
    /// All have answered and they differ; the escalation time came; somebody escalated by hand; the clause has the
    /// decider decide alone.
    ///
    /// Source: R17, R15.
    case disagreement
    case noAgreement = "no-agreement"
    case manual, clause
}

/// That a matter was put to the decider.
///
/// Source: R17.
struct Escalation: Equatable, Sendable {
    /// When.
    ///
    /// Source: R17.
    var at: Instant
    /// Why.
    ///
    /// Source: R17.
    var reason: EscalationReason
    /// What whoever escalated by hand gave as the reason.
    ///
    /// Source: R17.
    var words: FreeText?
}

/// What a decider decided, in words.
///
/// Source: R18, R20, R21.
struct Ruling: Equatable, Sendable {
    /// Who decided.
    ///
    /// Source: R18.
    var name: FreeText
    /// Why.
    ///
    /// Source: R18.
    var reason: FreeText
    /// On telling the people concerned: when, how and by whom, or on what ground not.
    ///
    /// Source: R21.
    var telling: Telling
}

/// What ended a matter.
///
/// Source: rules, "outcome".
struct Settlement: Equatable, Sendable {
    /// What came of it.
    ///
    /// Source: rules, "outcome".
    var outcome: Outcome
    /// When.
    ///
    /// Source: contract of the JSON, `settledAt`.
    var at: Instant
    /// The decider's words; nil where the partners agreed.
    ///
    /// Source: R16, R18.
    var ruling: Ruling?
    /// The ids of the partners that agreed, in page 1's order: those that were asked then, whoever is asked since. None
    /// where the decider decided.
    ///
    /// Source: R16, R20 (who agreed).
    var agreedBy: [String] = []
}

/// A matter of a breach as it stands.
///
/// Source: rules, "States of a matter".
struct Matter: Equatable, Sendable {
    /// How it stands.
    ///
    /// Source: rules, "States of a matter".
    var state: MatterState
    /// Since when it stands so.
    ///
    /// Source: R13, R17.
    var since: Instant
    /// The last position of each partner that stated one, by its id.
    ///
    /// Source: R16.
    var positions: [String: Position] = [:]
    /// The last escalation.
    ///
    /// Source: R17.
    var escalation: Escalation?
    /// How often it was escalated.
    ///
    /// Source: R28 (the occasion of an escalation).
    var escalations = 0
    /// Whatever ended it, oldest first: also what holds no more.
    ///
    /// Source: R26 (the outcomes with their reasons); R28 (the occasion of an outcome).
    var settlements: [Settlement] = []

    /// What ended it, while that holds.
    ///
    /// Source: rules, "outcome".
    var settlement: Settlement? { [.agreed, .decided].contains(state) ? settlements.last : nil }
}
