/// What the daemon says of itself, on standard error: references and accounts, no free text of breaches.
///
/// Source: contract of the programs (log lines).
final class Log {
    /// How important a line is.
    ///
    /// Source: syslog(3); sd-daemon(3), SD_ERR and the like.
    enum Priority: Int, Sendable {
        /// It cannot go on; something failed; something should be looked at; something worth knowing.
        ///
        /// Source: syslog(3).
        case critical = 2
        case error = 3
        case warning = 4
        case info = 6

        fileprivate var name: String {
            switch self {
            case .critical: "critical"
            case .error: "error"
            case .warning: "warning"
            case .info: "info"
            }
        }
    }

    private let clock: any Clock
    private let isUnderSystemd: Bool
    private let write: (String) -> Void
    /// The zone of the timestamps, once it is known.
    ///
    /// Source: contract of the programs.
    var zone: (any ZoneRules)?

    /// The log of this process.
    ///
    /// - Parameter isUnderSystemd: Whether lines begin with a priority such as `<4>` instead of a time.
    ///
    /// Source: sd-daemon(3).
    init(clock: any Clock, isUnderSystemd: Bool, write: @escaping (String) -> Void = StandardStream.writeError) {
        self.clock = clock
        self.isUnderSystemd = isUnderSystemd
        self.write = write
    }

    /// Writes one line.
    ///
    /// Source: contract of the programs.
    func callAsFunction(_ priority: Priority, _ text: String) {
        let line = text.unicodeScalars.map { $0.isControlOrLineEnd ? "?" : String($0) }.joined()
        if isUnderSystemd {
            write("<\(priority.rawValue)>\(line)\n")
        } else {
            write("\(timestamp) \(priority.name): \(line)\n")
        }
    }

    private var timestamp: String {
        let now = clock.now()
        guard let zone else { return now.rfc3339 }
        return zone.civilTime(at: now).text(offset: zone.offset(at: now).text)
    }
}
