import Foundation
import Testing

@testable import BreachClock

private func calendar(_ change: (inout CalendarEvent) -> Void = { _ in }, organizer: String = "ig@essex.example")
    -> CalendarText
{
    var event = CalendarEvent(
        name: "regulator", title: "EDATRS-2026-0001: regulator notified", text: "By the law; at once, please.",
        at: WireSamples.instant, isCancelled: false, alarmLeadSeconds: [86_400, 5400, 1])
    change(&event)
    return CalendarText(
        events: [event], domain: "EDATRS-2026-0001.4f2a@essex.example", sequence: 42, date: WireSamples.instant,
        organizer: organizer)
}

private func text(_ calendar: CalendarText) -> String { WireSamples.text(calendar.bytes) }

@Suite("Calendar part")
struct CalendarTextTests {
    @Test("RFC 5545, RFC 5546: A deadline is an event that takes no time, with an alarm for each reminder")
    func whole() {
        let expected = """
            BEGIN:VCALENDAR
            VERSION:2.0
            PRODID:-//BreachClock//breachd \(Product.version)//EN
            METHOD:PUBLISH
            BEGIN:VEVENT
            UID:regulator.EDATRS-2026-0001.4f2a@essex.example
            DTSTAMP:20261120T140500Z
            SEQUENCE:42
            ORGANIZER:mailto:ig@essex.example
            DTSTART:20261120T140500Z
            SUMMARY:EDATRS-2026-0001: regulator notified
            DESCRIPTION:By the law\\; at once\\, please.
            STATUS:CONFIRMED
            TRANSP:TRANSPARENT
            CLASS:PRIVATE
            BEGIN:VALARM
            ACTION:DISPLAY
            TRIGGER:-PT24H
            DESCRIPTION:EDATRS-2026-0001: regulator notified
            END:VALARM
            BEGIN:VALARM
            ACTION:DISPLAY
            TRIGGER:-PT90M
            DESCRIPTION:EDATRS-2026-0001: regulator notified
            END:VALARM
            BEGIN:VALARM
            ACTION:DISPLAY
            TRIGGER:-PT1S
            DESCRIPTION:EDATRS-2026-0001: regulator notified
            END:VALARM
            END:VEVENT
            END:VCALENDAR

            """
        #expect(text(calendar()) == expected.replacing("\n", with: "\r\n"))
    }

    @Test("A settled deadline is cancelled and alarms nobody")
    func cancelled() {
        let settled = text(calendar { ($0.isCancelled, $0.alarmLeadSeconds) = (true, []) })
        #expect(settled.contains("\r\nSTATUS:CANCELLED\r\n"))
        #expect(!settled.contains("VALARM"))
    }

    @Test(
        "RFC 5545 section 3.1: Lines have at most 75 octets, end in CR LF, and no character is split",
        arguments: 1...120)
    func folding(length: Int) {
        for letter in ["x", "é", "日", "🙂"] {
            let title = String(repeating: letter, count: length)
            let whole = text(calendar { $0.title = title })
            let lines = whole.components(separatedBy: "\r\n")
            #expect(lines.allSatisfy { $0.utf8.count <= 75 })
            #expect(whole.replacing("\r\n ", with: "").contains("SUMMARY:\(title)\r\n"))
        }
    }

    @Test(
        "RFC 5545 section 3.3.11: Text is escaped, and a line end gets into none",
        arguments: [
            ("a\\b", "a\\\\b"), ("a;b,c", "a\\;b\\,c"), ("a\nEND:VEVENT", "a END:VEVENT"), ("a\r\u{85}b", "a  b"),
        ])
    func escaping(text written: String, escaped: String) {
        #expect(text(calendar { $0.text = written }).contains("\r\nDESCRIPTION:\(escaped)\r\n"))
    }

    @Test(
        "RFC 6068: A mailbox of any letters is an address of the scheme mailto",
        arguments: [("a+b@x.example", "a%2Bb@x.example"), ("o'hara?#%@x.example", "o%27hara%3F%23%25@x.example")])
    func organizers(mailbox: String, expected: String) {
        #expect(text(calendar(organizer: mailbox)).contains("\r\nORGANIZER:mailto:\(expected)\r\n"))
    }
}

@Suite("Base64")
struct Base64Tests {
    @Test(
        "RFC 4648 section 10: the test vectors",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func vectors(text: String, encoded: String) {
        #expect(WireSamples.text(Base64.encode(Array(text.utf8))) == (encoded.isEmpty ? "" : encoded + "\n"))
    }

    @Test("Foundation decodes bytes of every length to the same; lines have 76 characters", arguments: 0...240)
    func lengths(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ count) }
        let encoded = WireSamples.text(Base64.encode(bytes))
        let decoded = try #require(Data(base64Encoded: encoded, options: .ignoreUnknownCharacters))
        #expect(Array(decoded) == bytes)
        #expect(Base64.decode(Array(encoded.utf8)) == bytes)
        #expect(encoded.isEmpty || encoded.hasSuffix("\n"))
        let lines = encoded.components(separatedBy: "\n").dropLast()
        #expect(lines.dropLast().allSatisfy { $0.count == 76 })
        #expect(lines.allSatisfy { $0.count <= 76 })
    }
}
