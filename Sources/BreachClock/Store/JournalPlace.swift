/// A place between two lines of the journal.
///
/// Source: contract of the journal.
struct JournalPlace: Equatable, Sendable {
    /// The number of the fact before it; 0 at the beginning.
    ///
    /// Source: contract of the journal.
    var sequence: Int
    /// The bytes before it.
    ///
    /// Source: contract of the journal.
    var offset: Int
    /// How often the journal had been written anew for a redaction: in another edition the bytes are others.
    ///
    /// Source: R31.
    var edition: Int
}
