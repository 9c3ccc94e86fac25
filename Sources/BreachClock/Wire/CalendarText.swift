/// The deadlines of a letter as an iCalendar object.
///
/// Source: RFC 5545; RFC 5546 section 3.2.1 (PUBLISH).
struct CalendarText: Sendable {
    /// The deadlines.
    ///
    /// Source: RFC 5545 section 3.6.1.
    var events: [CalendarEvent]
    /// What the identities of the events end in: of two registers or breaches none are the same.
    ///
    /// Source: RFC 5545 section 3.8.4.7 (UID).
    var domain: String
    /// Where the journal stood: a calendar takes the event with the higher number for the newer one.
    ///
    /// Source: RFC 5545 section 3.8.7.4 (SEQUENCE); R29.
    var sequence: Int
    /// When it was written.
    ///
    /// Source: RFC 5545 section 3.8.7.2 (DTSTAMP).
    var date: Instant
    /// The mailbox that it is sent from.
    ///
    /// Source: RFC 5545 section 3.8.4.3 (ORGANIZER); RFC 5546 section 3.2.1 (required).
    var organizer: String

    /// The object, in folded lines that end in CR LF.
    ///
    /// Source: RFC 5545 section 3.1.
    var bytes: [UInt8] {
        let opening = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//\(Product.name)//breachd \(Product.version)//EN",
            "METHOD:PUBLISH",
        ]
        return (opening + events.flatMap(lines) + ["END:VCALENDAR"]).flatMap(Self.folded)
    }

    /// A deadline is an instant: the event takes no time, and blocks none.
    private func lines(_ event: CalendarEvent) -> [String] {
        let alarms = event.alarmLeadSeconds.flatMap { seconds in
            [
                "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-\(Self.duration(seconds))",
                "DESCRIPTION:\(Self.escaped(event.title))", "END:VALARM",
            ]
        }
        return [
            "BEGIN:VEVENT", "UID:\(event.name).\(domain)", "DTSTAMP:\(Self.utc(date))", "SEQUENCE:\(sequence)",
            "ORGANIZER:mailto:\(Self.percentEncoded(organizer))", "DTSTART:\(Self.utc(event.at))",
            "SUMMARY:\(Self.escaped(event.title))", "DESCRIPTION:\(Self.escaped(event.text))",
            "STATUS:\(event.isCancelled ? "CANCELLED" : "CONFIRMED")", "TRANSP:TRANSPARENT", "CLASS:PRIVATE",
        ] + alarms + ["END:VEVENT"]
    }

    /// An instant in UTC, so that no time zone has to come along: `20261122T140500Z`.
    ///
    /// Source: RFC 5545 section 3.3.5 (form 2).
    private static func utc(_ instant: Instant) -> String {
        let civil = CivilTime(utc: instant)
        return padded(civil.date.year, 4) + padded(civil.date.month, 2) + padded(civil.date.day, 2) + "T"
            + padded(civil.hour, 2) + padded(civil.minute, 2) + padded(civil.second, 2) + "Z"
    }

    /// Source: RFC 5545 section 3.3.6.
    private static func duration(_ seconds: Int) -> String {
        if seconds.isMultiple(of: secondsPerHour) { return "PT\(seconds / secondsPerHour)H" }
        return seconds.isMultiple(of: 60) ? "PT\(seconds / 60)M" : "PT\(seconds)S"
    }

    /// Source: RFC 5545 section 3.3.11.
    private static func escaped(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if ["\\", ";", ","].contains(scalar) { escaped.append("\\") }
            escaped.append(scalar.isControlOrLineEnd ? " " : scalar)
        }
        return String(escaped)
    }

    /// Source: RFC 6068 section 2.
    private static func percentEncoded(_ mailbox: String) -> String {
        mailbox.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "@"):
                String(UnicodeScalar(byte))
            default: "%" + QuotedPrintable.hexadecimal(byte)
            }
        }.joined()
    }

    /// A line in parts of at most 75 octets, none of which splits a character.
    ///
    /// Source: RFC 5545 section 3.1.
    private static func folded(_ line: String) -> [UInt8] {
        var result: [UInt8] = []
        var octets = 0
        for byte in line.utf8 {
            let octetsOfCharacter = byte < 0x80 ? 1 : byte < 0xC0 ? 0 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
            if octets + octetsOfCharacter > 75 {
                result += "\r\n ".utf8
                octets = 1
            }
            result.append(byte)
            octets += octetsOfCharacter
        }
        return result + "\r\n".utf8
    }
}
