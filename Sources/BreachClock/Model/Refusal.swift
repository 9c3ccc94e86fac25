/// That something asked for is not done, and why: an answer, not a failure. Nothing is recorded.
///
/// Source: contract of the control socket (typed errors).
enum Refusal: Error, Equatable, Sendable {
    /// Not allowed as asked: the field by its parameter's name, and one sentence that says what would be accepted.
    ///
    /// Source: contract of the control socket, `Refused`.
    case refused(field: String, reason: String)
    /// There is no such thing: its kind (`breach`, `protocol`, `partner`), the id asked for, the nearest that there is.
    ///
    /// Source: contract of the control socket, `NotFound`.
    case notFound(kind: String, id: String, nearest: String?)
}
