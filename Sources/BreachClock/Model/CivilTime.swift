/// A day of the proleptic Gregorian calendar, without a time zone.
///
/// Source: RFC 3339 section 5.6 (full-date).
struct CivilDate: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The year, 1970 to 9998 for all that this product reads or writes.
    ///
    /// Source: RFC 3339 section 5.6 (date-fullyear).
    let year: Int
    /// The month, 1 to 12.
    ///
    /// Source: RFC 3339 section 5.6 (date-month).
    let month: Int
    /// The day of the month, 1 to 28, 29, 30 or 31.
    ///
    /// Source: RFC 3339 section 5.7.
    let day: Int

    /// The years that are accepted. A year outside cannot be when a breach happened.
    ///
    /// Source: R3; the hours added to 9998-12-31 still have four-digit years.
    static let years = 1970...9998

    /// The day, or nil when there is no such day or its year is outside `years`.
    ///
    /// Source: RFC 3339 section 5.7.
    init?(year: Int, month: Int, day: Int) {
        guard Self.years.contains(year), (1...12).contains(month),
            day >= 1, day <= Self.daysIn(month: month, year: year)
        else { return nil }
        self.init(uncheckedYear: year, month: month, day: day)
    }

    private init(uncheckedYear year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day so many days after 1970-01-01.
    ///
    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
    init(daysSinceEpoch: Int) {
        let shifted = daysSinceEpoch + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        self.init(
            uncheckedYear: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
            month: month,
            day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        )
    }

    /// The days from 1970-01-01 to this one.
    ///
    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
    var daysSinceEpoch: Int {
        let marchYear = month <= 2 ? year - 1 : year
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The day of the week.
    ///
    /// Source: 1970-01-01 was a Thursday.
    var weekday: Weekday {
        let index = ((daysSinceEpoch + 3) % 7 + 7) % 7
        return Weekday.allCases[index]
    }

    /// Chronological order.
    ///
    /// Source: RFC 3339 section 5.1.
    static func < (left: CivilDate, right: CivilDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    /// The days of that month: 29 for February of a leap year.
    ///
    /// Source: RFC 3339 section 5.7 and appendix C.
    static func daysIn(month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The day as `2026-11-20`.
    ///
    /// Source: RFC 3339 section 5.6 (full-date).
    var description: String {
        "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}

/// A day of the week, with the name that the configuration and the letters use.
///
/// Source: RFC 5322 section 3.3 (day-name).
enum Weekday: String, CaseIterable, Sendable {
    /// The seven days, Monday first.
    ///
    /// Source: ISO 8601.
    case monday = "Mon"
    case tuesday = "Tue"
    case wednesday = "Wed"
    case thursday = "Thu"
    case friday = "Fri"
    case saturday = "Sat"
    case sunday = "Sun"
}

/// A day and a time of day, without a time zone: what a wall clock shows.
///
/// Source: RFC 3339 section 5.6 (full-date and partial-time).
struct CivilTime: Hashable, Comparable, Sendable {
    /// The day.
    ///
    /// Source: RFC 3339 section 5.6.
    let date: CivilDate
    /// Seconds since that day's midnight, 0 to 86,399. There are no leap seconds here.
    ///
    /// Source: POSIX, "Seconds Since the Epoch".
    let secondOfDay: Int

    /// The time of that day.
    ///
    /// Source: RFC 3339 section 5.6.
    init(date: CivilDate, secondOfDay: Int) {
        self.date = date
        self.secondOfDay = secondOfDay
    }

    /// What a clock set to UTC shows at that instant.
    ///
    /// Source: POSIX, "Seconds Since the Epoch".
    init(utc instant: Instant) {
        let seconds = instant.secondsSinceEpoch
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        self.init(date: CivilDate(daysSinceEpoch: days), secondOfDay: seconds - days * 86_400)
    }

    /// The instant at which a clock set to UTC shows this.
    ///
    /// Source: POSIX, "Seconds Since the Epoch".
    var instantIfUTC: Instant {
        Instant(date.daysSinceEpoch * 86_400 + secondOfDay)
    }

    /// The hour, 0 to 23.
    ///
    /// Source: RFC 3339 section 5.6 (time-hour).
    var hour: Int { secondOfDay / 3600 }
    /// The minute, 0 to 59.
    ///
    /// Source: RFC 3339 section 5.6 (time-minute).
    var minute: Int { secondOfDay / 60 % 60 }
    /// The second, 0 to 59.
    ///
    /// Source: RFC 3339 section 5.6 (time-second).
    var second: Int { secondOfDay % 60 }

    /// Chronological order of what the clocks show.
    ///
    /// Source: RFC 3339 section 5.1.
    static func < (left: CivilTime, right: CivilTime) -> Bool {
        (left.date, left.secondOfDay) < (right.date, right.secondOfDay)
    }
}

/// The number in decimal with leading zeros up to that width.
///
/// Source: RFC 3339 section 5.6 (fixed numbers of digits).
func padded(_ number: Int, _ width: Int) -> String {
    var digits = String(number)
    while digits.utf8.count < width { digits = "0" + digits }
    return digits
}
