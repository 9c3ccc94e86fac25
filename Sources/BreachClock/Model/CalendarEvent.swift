/// A deadline as it stands in its reader's calendar.
///
/// Source: RFC 5545 section 3.6.1.
struct CalendarEvent: Equatable, Sendable {
    /// Which of the breach's deadlines it is, for ever: a later letter moves or cancels the event of the same name.
    /// Letters, digits, `-` and `.` alone.
    ///
    /// Source: RFC 5545 section 3.8.4.7 (UID).
    var name: String
    /// What is to be done by then. Neutral, since anybody may see it on a screen.
    ///
    /// Source: R27.
    var title: String
    /// What the deadline is, in a sentence or two.
    ///
    /// Source: R27.
    var text: String
    /// The deadline.
    ///
    /// Source: R1.
    var at: Instant
    /// Whether nothing is to be done by then any more.
    ///
    /// Source: RFC 5545 section 3.8.1.11 (STATUS:CANCELLED).
    var isCancelled: Bool
    /// How long before it the reader is alarmed, in seconds.
    ///
    /// Source: R13 (the times of the reminders).
    var alarmLeadSeconds: [Int]
}
