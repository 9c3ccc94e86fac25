/// Which clock of a breach.
///
/// Source: R1, R2.
enum DeadlineName: String, CaseIterable, Sendable {
    /// By when the partners must be informed; by when the regulator must be notified.
    ///
    /// Source: R1, R2.
    case partners, regulator
}

/// A deadline as it stands: when, and whether it was kept.
///
/// Source: R24.
struct Deadline: Equatable, Sendable {
    /// How a deadline stands.
    ///
    /// Source: R24.
    enum State: String, CaseIterable, Sendable {
        /// Not passed and not done; done in time; passed and not done; done after it passed.
        ///
        /// Source: R24.
        case running, met, missed, late
        /// Nothing has to be done.
        ///
        /// Source: R6, R20, R24.
        case notRequired = "not-required"
    }

    /// The instant by which it must be done; nil where nothing sets one.
    ///
    /// Source: R1.
    var due: Instant?
    /// How it stands.
    ///
    /// Source: R24.
    var state: State
    /// When it was done, by the thing's own time and not by when it was entered.
    ///
    /// Source: R11.
    var settledAt: Instant?
}

/// The regulator's deadline: the earlier of the protocol's and the law's.
///
/// Source: R2.
struct RegulatorDeadline: Equatable, Sendable {
    /// The deadline that counts.
    ///
    /// Source: R2.
    var deadline: Deadline
    /// Detection and the clause's hours, nil where the clause sets none.
    ///
    /// Source: R2.
    var dueByProtocol: Instant?
    /// The first controller's awareness and 72 hours.
    ///
    /// Source: UK GDPR Art 33(1); R2.
    var dueByLaw: Instant?
}

/// A deadline that passed unmet: kept for ever, whatever happens after.
///
/// Source: R11, R24.
struct Miss: Equatable, Sendable {
    /// Which deadline.
    ///
    /// Source: R24.
    var deadline: DeadlineName
    /// Which edition of it, from 1: a correction of the detection makes the next.
    ///
    /// Source: R8.
    var edition: Int
    /// The instant that passed.
    ///
    /// Source: R24.
    var due: Instant
    /// Whether those told of the miss have been told that it was done in time after all.
    ///
    /// Source: R11.
    var corrected: Bool
}

/// Hours that the law gives a controller from becoming aware.
///
/// Source: UK GDPR Art 33(1); DPA 2018 s.67(1).
let regulatorHoursByLaw = 72

/// Which edition of a deadline holds, and from when on.
///
/// Source: R8 (each edition of a deadline can be missed, and told, once).
struct DeadlineEdition: Equatable, Sendable {
    /// Its number, from 1: a correction that moves the deadline makes the next.
    ///
    /// Source: R8.
    var number: Int
    /// When it was recorded: a reminder whose time was past then is not sent.
    ///
    /// Source: R13.
    var since: Instant
}
