/// The way to a value in its document. It is put into words only where something is wrong with the value: a document is
/// read often, and hardly ever wrong.
///
/// Source: contract of `--check-config` (path and line).
indirect enum DocumentPath: CustomStringConvertible, Sendable {
    /// The document itself.
    ///
    /// Source: RFC 8259 section 2.
    case root
    /// A member of an object.
    ///
    /// Source: RFC 8259 section 4.
    case member(String, of: DocumentPath)
    /// An element of a list, counted from 0.
    ///
    /// Source: RFC 8259 section 5.
    case element(Int, of: DocumentPath)

    /// The path such as `protocols[3].clause.partnerHours`; empty for the document itself.
    ///
    /// Source: contract of `--check-config`.
    var description: String {
        switch self {
        case .root: ""
        case .member(let key, of: .root): key
        case .member(let key, of: let object): "\(object).\(key)"
        case .element(let index, of: let list): "\(list)[\(index)]"
        }
    }
}
