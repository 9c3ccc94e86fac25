/// What a notice says, before it becomes a mail message.
///
/// Source: R27, R28.
struct Letter: Equatable, Sendable {
    /// The subject: reference, what is asked, by when. Neutral, since anybody may see it on a screen.
    ///
    /// Source: R27.
    var subject: String
    /// The parts of the text, in order.
    ///
    /// Source: R27.
    var blocks: [Block]
    /// The deadlines that concern its reader.
    ///
    /// Source: RFC 5545.
    var calendar: [CalendarEvent] = []

    /// A part of a letter's text.
    ///
    /// Source: R27.
    enum Block: Equatable, Sendable {
        /// A line of its own that says what follows.
        ///
        /// Source: R27.
        case heading(String)
        /// Running text, wrapped where it is set.
        ///
        /// Source: R27.
        case paragraph(String)
        /// Names and what they stand for, one below the other.
        ///
        /// Source: R27.
        case facts([Row])
        /// Somebody else's words.
        ///
        /// Source: R27.
        case quotation(String)
    }

    /// A name and what it stands for.
    ///
    /// Source: R27.
    struct Row: Equatable, Sendable {
        /// The name.
        ///
        /// Source: R27.
        var label: String
        /// What it stands for.
        ///
        /// Source: R27.
        var value: String
    }
}

/// Where the journal stands: the last fact's number and the hash of its first column.
///
/// Source: R29.
struct JournalHead: Equatable, Sendable {
    /// The last fact's number; 0 for an empty journal.
    ///
    /// Source: contract of the journal (`seq`).
    var sequence: Int
    /// The SHA-256 of the last line's first column, 64 lower-case hexadecimal digits; 64 zeros for an empty journal.
    ///
    /// Source: contract of the journal (`prev`).
    var hash: String

    /// The head of an empty journal.
    ///
    /// Source: contract of the journal (64 zeros on the first).
    static let empty = JournalHead(sequence: 0, hash: String(repeating: "0", count: 64))
}
