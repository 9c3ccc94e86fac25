/// What the administrator configures, checked and complete.
///
/// Source: contract of the configuration.
struct Settings: Equatable, Sendable {
    /// Whose register this is.
    ///
    /// Source: UK GDPR Art 33(5).
    var organisation: Organisation
    /// Whom the law wants notified.
    ///
    /// Source: R22.
    var regulator: Regulator
    /// The zone in which times are shown and references counted, such as `Europe/London`.
    ///
    /// Source: R3.
    var timeZone: String
    /// Where things lie.
    ///
    /// Source: contract of the files.
    var paths: Paths
    /// Who may do what.
    ///
    /// Source: R30.
    var access: Access
    /// How long before what.
    ///
    /// Source: R13, R17.
    var timing: Timing
    /// When the owner can be reached.
    ///
    /// Source: R17.
    var officeHours: OfficeHours
    /// The protocols, in the order of the configuration.
    ///
    /// Source: contract of the configuration.
    var protocols: [SharingProtocol]
}

/// The organisation that runs this daemon.
///
/// Source: contract of the configuration.
struct Organisation: Equatable, Sendable {
    /// Its name.
    ///
    /// Source: contract of the configuration.
    var name: String
    /// The mailbox that notices come from.
    ///
    /// Source: RFC 5322 section 3.6.2.
    var mailFrom: String
    /// The information governance (IG) team's mailboxes, at least one.
    ///
    /// Source: R14.
    var informationGovernance: [String]
}

/// The supervisory authority.
///
/// Source: UK GDPR Art 33(1); R22.
struct Regulator: Equatable, Sendable {
    /// Its name.
    ///
    /// Source: R22.
    var name: String
    /// Its telephone number.
    ///
    /// Source: R22.
    var telephone: String?
    /// Its postal address.
    ///
    /// Source: R22.
    var address: String?
    /// The mailboxes of whoever submits a notification; the IG team's where empty.
    ///
    /// Source: rules, table of notices, `regulator-notice`.
    var submitter: [String]
}

/// Paths: relative ones count from the configuration file's folder.
///
/// Source: contract of the files.
struct Paths: Equatable, Sendable {
    /// The folder of the journal and the lock.
    ///
    /// Source: contract of the files.
    var state: String
    /// The control socket.
    ///
    /// Source: contract of the control socket.
    var socket: String
    /// The Maildir that notices wait in.
    ///
    /// Source: contract of the files.
    var spool: String
    /// The status document, nil where none is wanted.
    ///
    /// Source: contract of the files.
    var status: String?
    /// The metrics document, nil where none is wanted.
    ///
    /// Source: contract of the files.
    var metrics: String?
}

/// Which groups of the system may do what.
///
/// Source: R30.
struct Access: Equatable, Sendable {
    /// What a group may be allowed.
    ///
    /// Source: R30.
    enum Right: String, CaseIterable, Sendable {
        /// To read; to record; to decide, escalate by hand and redact.
        ///
        /// Source: R30.
        case read, record, decide
    }

    /// The groups' names for each right.
    ///
    /// Source: R30.
    var groups: [Right: [String]]
}

/// How long before a deadline things happen, in seconds.
///
/// Source: R13, R17.
struct Timing: Equatable, Sendable {
    /// How long before a deadline reminders go out, longest first.
    ///
    /// Source: R13.
    var reminderLeadsSeconds: [Int]
    /// How long before the regulator's deadline the owner is asked to decide.
    ///
    /// Source: R17.
    var ownerNoticeSeconds: Int
    /// How many seconds of office hours the owner has at least to decide.
    ///
    /// Source: R17.
    var ownerOfficeSeconds: Int
    /// How often the status is written when nothing happens.
    ///
    /// Source: contract of the status (`staleAfter` is three heartbeats on).
    var heartbeatSeconds: Int

    /// The times that hold unless configured: 24 h, 12 h, 4 h and 1 h; 12 h; 4 h; 60 s.
    ///
    /// Source: R13, R17.
    static let standard = Timing(
        reminderLeadsSeconds: [24, 12, 4, 1].map { $0 * secondsPerHour },
        ownerNoticeSeconds: 12 * secondsPerHour,
        ownerOfficeSeconds: 4 * secondsPerHour,
        heartbeatSeconds: 60
    )
}

/// The hours at which an owner is at work, in local time.
///
/// Source: R17.
struct OfficeHours: Equatable, Sendable {
    /// The days of the week.
    ///
    /// Source: R17.
    var days: Set<Weekday>
    /// Where the working day begins, in seconds from midnight.
    ///
    /// Source: R17.
    var fromSecondOfDay: Int
    /// Where the working day ends, in seconds from midnight.
    ///
    /// Source: R17.
    var toSecondOfDay: Int
    /// Days on which nobody is there.
    ///
    /// Source: R17 (closed dates).
    var closed: Set<CivilDate>

    /// Monday to Friday, 09:00 to 17:00, no day closed.
    ///
    /// Source: contract of the configuration.
    static let standard = OfficeHours(
        days: [.monday, .tuesday, .wednesday, .thursday, .friday],
        fromSecondOfDay: 9 * secondsPerHour,
        toSecondOfDay: 17 * secondsPerHour,
        closed: []
    )
}
