/// One breach as the register of UK GDPR Art 33(5) has it.
///
/// Source: R26; UK GDPR Art 33(5).
struct RegisterEntry: Equatable, Sendable {
    /// A field's content.
    ///
    /// Source: R26.
    enum Value: Equatable, Sendable {
        /// A text, nil where there is none; a number; several texts; an instant.
        ///
        /// Source: R26.
        case text(String?)
        case number(Int?)
        case list([String])
        case instant(Instant?)
    }

    /// A field: its camelCase name and its content.
    ///
    /// Source: R26.
    struct Field: Equatable, Sendable {
        /// Its name.
        ///
        /// Source: R26.
        var name: String
        /// Its content.
        ///
        /// Source: R26.
        var value: Value
    }

    /// The fields, the same names in the same order for every breach.
    ///
    /// Source: R26.
    var fields: [Field]
}
