/// The arithmetic of one deadline, line by line, to be redone by hand.
///
/// Source: contract of `explain`.
struct Explanation: Equatable, Sendable {
    /// What it explains, such as `Partners informed by`.
    ///
    /// Source: contract of `explain`.
    var title: String
    /// The instant that it comes to; nil where nothing sets one.
    ///
    /// Source: contract of `explain`.
    var result: Instant?
    /// The lines, in order.
    ///
    /// Source: contract of `explain`.
    var lines: [Line]

    /// One step of the arithmetic.
    ///
    /// Source: contract of `explain`.
    struct Line: Equatable, Sendable {
        /// What is taken or done, in one sentence.
        ///
        /// Source: contract of `explain`.
        var text: String
        /// The clause, article or rule that it comes from.
        ///
        /// Source: contract of `explain` (the clause or article).
        var source: String
    }
}
