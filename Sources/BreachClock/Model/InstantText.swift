/// Instants as RFC 3339 writes them.
extension Instant {
    /// The instant in UTC, as `2026-11-20T14:05:00Z`: how it is stored and sent.
    ///
    /// Source: R3; RFC 3339 section 5.6.
    var rfc3339: String {
        CivilTime(utc: self).text(offset: "Z")
    }

    /// The instant that the text names, or nil when it is not RFC 3339 with an offset.
    ///
    /// Seconds of 60, hours of 24 and offsets of a day or more are refused. A fraction of a second is read and
    /// dropped.
    ///
    /// Source: R3; RFC 3339 section 5.6 and 5.7.
    init?(rfc3339 text: String) {
        var scanner = DigitScanner(text)
        guard let civil = scanner.civilTime(separators: ["T", "t"], seconds: .required),
            let offset = scanner.offset(), scanner.isAtEnd
        else { return nil }
        let instant = civil.instantIfUTC - offset
        guard instant.isWithinYears else { return nil }
        self = instant
    }

    /// The first and the last instant whose year in UTC can be written again: those of `CivilDate.years`.
    ///
    /// Source: R3; RFC 3339 section 5.6 (four digits).
    static let withinYears = Instant(0)...Instant(253_370_764_799)

    /// Whether the instant's year in UTC is one that can be written again.
    ///
    /// Source: R3; RFC 3339 section 5.6 (four digits).
    var isWithinYears: Bool { Self.withinYears.contains(self) }
}

extension CivilTime {
    /// The time as `2026-10-25T01:30:00` with the offset's text after it.
    ///
    /// Source: RFC 3339 section 5.6.
    func text(offset: String) -> String {
        // The register, the status and every answer are full of these: digits cost a tenth of what formatting costs.
        var text = Array(padded(date.year, 4).utf8)
        for (mark, number) in [("-", date.month), ("-", date.day), ("T", hour), (":", minute), (":", second)] {
            text += mark.utf8
            text.append(UInt8(ascii: "0") + UInt8(number / 10))
            text.append(UInt8(ascii: "0") + UInt8(number % 10))
        }
        text += offset.utf8
        return String(decoding: text, as: UTF8.self)
    }

    /// The local time that the text names, or nil when it is not `2026-11-20 14:05` or `2026-11-20 14:05:30`, with
    /// a space or a `T` between day and time.
    ///
    /// Source: R3.
    init?(local text: String) {
        var scanner = DigitScanner(text)
        guard let civil = scanner.civilTime(separators: [" ", "T", "t"], seconds: .optional), scanner.isAtEnd
        else { return nil }
        self = civil
    }
}

extension CivilDate {
    /// The day that the text names, or nil when it is not `2026-11-20` and in the calendar.
    ///
    /// Source: RFC 3339 section 5.6 (full-date).
    init?(_ text: String) {
        var scanner = DigitScanner(text)
        guard let date = scanner.date(), scanner.isAtEnd else { return nil }
        self = date
    }
}

/// Reads the fixed fields of RFC 3339, left to right.
private struct DigitScanner {
    enum Seconds { case required, optional }

    private let bytes: [UInt8]
    private var index = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    var isAtEnd: Bool { index == bytes.count }

    mutating func civilTime(separators: [Character], seconds: Seconds) -> CivilTime? {
        guard let date = date(), separators.contains(where: { skip($0) }),
            let hour = number(2), hour <= 23, skip(":"), let minute = number(2), minute <= 59
        else { return nil }
        var second = 0
        if skip(":") {
            guard let read = number(2), read <= 59, skipFraction() else { return nil }
            second = read
        } else if seconds == .required {
            return nil
        }
        return CivilTime(date: date, secondOfDay: hour * 3600 + minute * 60 + second)
    }

    mutating func date() -> CivilDate? {
        guard let year = number(4), skip("-"), let month = number(2), skip("-"), let day = number(2) else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }

    /// Seconds east of UTC.
    mutating func offset() -> Int? {
        if skip("Z") || skip("z") { return 0 }
        let sign = skip("+") ? 1 : skip("-") ? -1 : 0
        guard sign != 0, let hours = number(2), hours <= 23, skip(":"), let minutes = number(2), minutes <= 59
        else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }

    private mutating func skipFraction() -> Bool {
        guard skip(".") else { return true }
        let start = index
        while number(1) != nil {}
        return index > start
    }

    private mutating func number(_ digits: Int) -> Int? {
        guard index + digits <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[index..<index + digits] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        index += digits
        return value
    }

    private mutating func skip(_ character: Character) -> Bool {
        guard index < bytes.count, bytes[index] == character.asciiValue else { return false }
        index += 1
        return true
    }
}
