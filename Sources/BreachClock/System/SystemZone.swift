import Glibc

/// A zone of the system's time-zone database, which the system keeps current.
///
/// The C library reads it, and silently takes UTC for a zone that is missing: so it is checked first.
///
/// Source: R3; tzset(3), localtime_r(3), tzfile(5).
struct SystemZone: ZoneRules {
    let identifier: String

    private static let database = "/usr/share/zoneinfo"

    /// Why a zone cannot be used.
    ///
    /// Source: R3 (without the zone the daemon refuses to start).
    struct Missing: Error, Equatable, CustomStringConvertible {
        /// One sentence that says what to do.
        ///
        /// Source: R3.
        let description: String
    }

    /// The zone of that name. It becomes the zone of the whole process: there can be one.
    ///
    /// Source: R3; tzset(3).
    init(_ identifier: String) throws(Missing) {
        let file = try Self.file(of: identifier)
        guard unsafe setenv("TZ", ":\(Self.database)/\(identifier)", 1) == 0 else {
            throw Missing(description: "the time zone \(identifier) cannot be set")
        }
        tzset()
        self.identifier = identifier
        try checkAgainst(file)
    }

    /// What the database has for that zone: throws where it has none.
    ///
    /// Source: tzfile(5).
    static func file(of identifier: String) throws(Missing) -> [UInt8] {
        guard Self.isName(identifier) else {
            throw Missing(description: "“\(identifier)” is no name of a time zone; write one such as Europe/London")
        }
        let path = "\(Self.database)/\(identifier)"
        let file: [UInt8]
        do throws(SystemError) {
            file = try Self.read(path)
        } catch {
            throw Missing(
                description:
                    "the time zone \(identifier) is not in \(Self.database) (\(error.reason)); install tzdata or "
                    + "mend its name"
            )
        }
        guard file.starts(with: Array("TZif".utf8)) else {
            throw Missing(description: "\(path) is no time zone; install tzdata or mend the zone's name")
        }
        return file
    }

    func offset(at instant: Instant) -> ZoneOffset {
        var time = time_t(instant.secondsSinceEpoch)
        var local = unsafe tm()
        guard unsafe localtime_r(&time, &local) != nil else {
            // Only a year beyond the range of an Int32 fails, and no instant that this product accepts has one.
            return ZoneOffset(secondsEastOfUTC: 0, abbreviation: "UTC", isSummerTime: false)
        }
        let abbreviation = unsafe local.tm_zone.map { unsafe String(cString: $0) } ?? "UTC"
        return unsafe ZoneOffset(
            secondsEastOfUTC: local.tm_gmtoff,
            abbreviation: abbreviation,
            isSummerTime: local.tm_isdst > 0
        )
    }

    /// The C library must use this file: the abbreviations that it gives for a winter and a summer stand in it.
    private func checkAgainst(_ file: [UInt8]) throws(Missing) {
        for instant in [Instant(1_768_478_400), Instant(1_784_116_800)] {
            let abbreviation = Array(offset(at: instant).abbreviation.utf8)
            let occurs = file.indices.contains { file[$0...].starts(with: abbreviation) }
            guard occurs else {
                throw Missing(description: "the C library does not use the time zone \(identifier); is tzdata whole?")
            }
        }
    }

    private static func isName(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return !text.isEmpty
            && parts.allSatisfy { part in
                !part.isEmpty && !part.hasPrefix(".")
                    && part.utf8.allSatisfy { byte in
                        switch byte {
                        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
                            UInt8(ascii: "+"):
                            true
                        default: false
                        }
                    }
            }
    }

    /// The database has links from zone to zone, so links are followed here.
    private static func read(_ path: String) throws(SystemError) -> [UInt8] {
        guard let number = retrying({ unsafe open(path, O_RDONLY | O_CLOEXEC) }) else {
            throw SystemError("open", path)
        }
        let file = Descriptor(number)
        guard case .bytes(let bytes) = try file.read(atMost: 1 << 17) else { return [] }
        return bytes
    }
}
