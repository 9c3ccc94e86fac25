/// What a time zone's rules say of one instant.
///
/// Source: R3; RFC 8536 section 3.2 (local time type record).
struct ZoneOffset: Equatable, Sendable {
    /// Seconds that local time is ahead of UTC; negative west of it.
    ///
    /// Source: RFC 8536 section 3.2 (utoff).
    let secondsEastOfUTC: Int
    /// The abbreviation in force, such as `GMT` or `BST`.
    ///
    /// Source: RFC 8536 section 3.2 (desigidx).
    let abbreviation: String
    /// Whether summer time is in force.
    ///
    /// Source: RFC 8536 section 3.2 (isdst).
    let isSummerTime: Bool

    /// The offset and abbreviation in force.
    ///
    /// Source: RFC 8536 section 3.2.
    init(secondsEastOfUTC: Int, abbreviation: String, isSummerTime: Bool) {
        self.secondsEastOfUTC = secondsEastOfUTC
        self.abbreviation = abbreviation
        self.isSummerTime = isSummerTime
    }

    /// The offset as `+01:00`, or `Z` for none.
    ///
    /// Source: RFC 3339 section 5.6 (time-offset).
    var text: String {
        if secondsEastOfUTC == 0 { return "Z" }
        let minutes = abs(secondsEastOfUTC) / 60
        return (secondsEastOfUTC < 0 ? "-" : "+") + padded(minutes / 60, 2) + ":" + padded(minutes % 60, 2)
    }
}

/// A time zone, as a pure function from instants to offsets. The rules themselves are the operating system's.
///
/// Source: R3.
protocol ZoneRules: Sendable {
    /// The zone's name in the time-zone database, such as `Europe/London`.
    ///
    /// Source: R3 (the configured zone).
    var identifier: String { get }

    /// What holds in this zone at that instant.
    ///
    /// Source: RFC 8536 section 3.2.
    func offset(at instant: Instant) -> ZoneOffset
}

extension ZoneRules {
    /// What a clock in this zone shows at that instant.
    ///
    /// Source: R3.
    func civilTime(at instant: Instant) -> CivilTime {
        CivilTime(utc: instant + offset(at: instant).secondsEastOfUTC)
    }

    /// The instants at which a clock in this zone shows that time: none in the hour that spring leaves out, two in the
    /// hour that autumn repeats, otherwise one. In order.
    ///
    /// The offsets of the day before and the day after are the only ones that can be in force, since no zone changes
    /// its offset twice within two days.
    ///
    /// Source: R3.
    func instants(of civil: CivilTime) -> [Instant] {
        let asIfUTC = civil.instantIfUTC
        let offsets = Set([asIfUTC - 86_400, asIfUTC + 86_400].map { offset(at: $0).secondsEastOfUTC })
        return
            offsets
            .map { asIfUTC - $0 }
            .filter { civilTime(at: $0) == civil }
            .sorted()
    }

    /// The instant in local time for people, as `Fri 20 Nov 2026 14:05 GMT`.
    ///
    /// Source: R3 (shown in the configured zone with its abbreviation).
    func localText(_ instant: Instant) -> String {
        let offset = offset(at: instant)
        let civil = CivilTime(utc: instant + offset.secondsEastOfUTC)
        let seconds = civil.second == 0 ? "" : ":" + padded(civil.second, 2)
        return
            "\(civil.date.longText) \(padded(civil.hour, 2)):\(padded(civil.minute, 2))\(seconds) \(offset.abbreviation)"
    }

    /// The instant in local time and, when the two differ, in UTC beside it: no reader has to work it out.
    ///
    /// Source: R3; every letter gives local time and UTC.
    func localTextWithUTC(_ instant: Instant) -> String {
        let civil = CivilTime(utc: instant)
        let seconds = civil.second == 0 ? "" : ":" + padded(civil.second, 2)
        let sameDay = civilTime(at: instant).date == civil.date
        let day = sameDay ? "" : "\(civil.date.longText) "
        return "\(localText(instant)) (\(day)\(padded(civil.hour, 2)):\(padded(civil.minute, 2))\(seconds) UTC)"
    }
}

extension CivilDate {
    /// The day for people, as `Fri 20 Nov 2026`.
    ///
    /// Source: R3 (worked examples).
    var longText: String {
        "\(weekday.rawValue) \(day) \(Self.monthNames[month - 1]) \(year)"
    }

    /// The months' names, January first.
    ///
    /// Source: RFC 5322 section 3.3 (month-name).
    static let monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
