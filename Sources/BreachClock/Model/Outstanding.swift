/// Something that is still to be done about a breach.
///
/// Source: R25.
enum Outstanding: Equatable, Sendable {
    /// Partners that have not acknowledged, by their ids.
    ///
    /// Source: R25.
    case acknowledgement(by: [String])
    /// A deadline that runs, or was missed and is not made good.
    ///
    /// Source: R24, R25.
    case deadline(DeadlineName)
    /// A matter that nobody has agreed or decided.
    ///
    /// Source: R25.
    case matter(MatterName)
    /// What was agreed or decided to be done on a matter, and is not done.
    ///
    /// Source: R20, R25.
    case action(MatterName)

    /// What the register calls it, such as `acknowledgement open-road, peabody` or `deadline regulator`.
    ///
    /// Source: contract of the journal, `breach-closed`.
    var identifier: String {
        switch self {
        case .acknowledgement(let partners): "acknowledgement \(partners.joined(separator: ", "))"
        case .deadline(let name): "deadline \(name.rawValue)"
        case .matter(let name): "matter \(name.rawValue)"
        case .action(let matter): matter.topic
        }
    }

    /// What the register calls so; nil where it calls nothing so.
    ///
    /// Source: contract of the journal, `breach-closed`.
    init?(identifier: String) {
        let parts = identifier.split(separator: " ", maxSplits: 1).map(String.init)
        if let matter = MatterName.allCases.first(where: { $0.topic == identifier }) {
            self = .action(matter)
        } else if parts.count == 2, parts[0] == "acknowledgement" {
            self = .acknowledgement(by: parts[1].split(separator: ", ").map(String.init))
        } else if parts.count == 2, parts[0] == "deadline", let name = DeadlineName(rawValue: parts[1]) {
            self = .deadline(name)
        } else if parts.count == 2, parts[0] == "matter", let name = MatterName(rawValue: parts[1]) {
            self = .matter(name)
        } else {
            return nil
        }
    }

    /// What it is, for people.
    ///
    /// - Parameter names: A partner's name for its id.
    ///
    /// Source: R25.
    func words(names: (String) -> String) -> String {
        switch self {
        case .acknowledgement(let partners): "acknowledgement by \(partners.map(names).joined(separator: "; "))"
        case .deadline(.partners): "informing the partners"
        case .deadline(.regulator): MatterName.ico.topic
        case .matter(let name): "the outcome on \(name.topic)"
        case .action(let matter): matter.topic
        }
    }
}
