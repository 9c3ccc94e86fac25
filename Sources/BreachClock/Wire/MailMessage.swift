/// A letter as a mail message: plain text in UTF-8 that flows, with its deadlines for a calendar, in lines of ASCII that
/// every mail system takes as they are.
///
/// Source: RFC 5322; RFC 2045; RFC 2047; RFC 3676; RFC 5545.
struct MailMessage: Sendable {
    /// The sender's name.
    ///
    /// Source: RFC 5322 section 3.6.2 (From).
    var fromName: String
    /// The sender's mailbox.
    ///
    /// Source: RFC 5322 section 3.6.2 (From).
    var from: String
    /// The mailboxes of one organisation or person, and of nobody else.
    ///
    /// Source: RFC 5322 section 3.6.3 (To); R10.
    var to: [String]
    /// Where answers go.
    ///
    /// Source: RFC 5322 section 3.6.2 (Reply-To).
    var replyTo: [String]
    /// When it was written.
    ///
    /// Source: RFC 5322 section 3.6.1 (Date).
    var date: Instant
    /// Its own identity, without the angle brackets.
    ///
    /// Source: RFC 5322 section 3.6.4 (Message-ID); R28.
    var messageID: String
    /// The identity of the breach's thread, without the angle brackets. No message has it: every notice answers it, and
    /// so all stand in one thread whichever arrives first.
    ///
    /// Source: RFC 5322 section 3.6.4 (References, In-Reply-To); R28.
    var threadID: String
    /// The breach that it is about.
    ///
    /// Source: R28.
    var reference: String
    /// Where the journal stood.
    ///
    /// Source: R29.
    var head: JournalHead
    /// What it says.
    ///
    /// Source: R27.
    var letter: Letter

    /// The message as bytes, with line feeds as line ends as a Maildir and `sendmail` take them. Plain text comes first;
    /// the deadlines follow for a calendar, where there are any.
    ///
    /// Source: RFC 5322 section 2.1; maildir(5); RFC 2046 section 5.1.3.
    var bytes: [UInt8] { bytes(saying: TextSetter.set(letter.blocks), calendar.bytes) }

    /// The message as bytes, read back as a mail program reads them; nil where they do not say what this message says:
    /// then they must not be sent.
    ///
    /// Source: hostile inputs (the message is parsed back and compared before it is published).
    var checkedBytes: [UInt8]? {
        let text = TextSetter.set(letter.blocks)
        let calendar = calendar.bytes
        let bytes = bytes(saying: text, calendar)
        guard let read = MailReading(bytes), isSaid(by: read) else { return nil }
        let said = letter.calendar.isEmpty ? [read.body] : read.parts.map(\.body)
        return said == [text] + (letter.calendar.isEmpty ? [] : [calendar]) ? bytes : nil
    }

    private func isSaid(by read: MailReading) -> Bool {
        read.phrase("From") == fromName && read["From"]?.hasSuffix(" <\(from)>") == true
            && read["To"] == to.joined(separator: ", ") && read["Reply-To"] == replyTo.joined(separator: ", ")
            && read.text("Subject") == letter.subject && read["Message-ID"] == "<\(messageID)>"
            && read["References"] == "<\(threadID)>" && read["X-BreachClock-Breach"] == reference
            && read["X-BreachClock-Journal"] == "\(head.sequence) \(head.hash)"
    }

    private func bytes(saying text: [UInt8], _ calendar: [UInt8]) -> [UInt8] {
        let textPart = Self.textHeaders + QuotedPrintable.encode(text)
        guard !letter.calendar.isEmpty else { return Self.lines(headers) + textPart }
        let opening = ["Content-Type: multipart/mixed; boundary=\"\(Self.boundary)\"", "", "--\(Self.boundary)"]
        return Self.lines(headers + opening) + textPart + Self.lines(["", "--\(Self.boundary)"])
            + Self.lines(calendarHeaders) + Base64.encode(calendar) + Self.lines(["--\(Self.boundary)--"])
    }

    private var headers: [String] {
        [
            HeaderText.folded("From: ", HeaderText.phrase(fromName) + ["<\(from)>"], separator: ""),
            HeaderText.folded("To: ", to.map { $0 }, separator: ","),
            HeaderText.folded("Reply-To: ", replyTo, separator: ","),
            "Date: " + Self.dateText(date),
            HeaderText.unstructured("Subject: ", letter.subject),
            // Never folded: some readers take the white space for a part of the identity.
            "Message-ID: <\(messageID)>",
            "In-Reply-To: <\(threadID)>",
            "References: <\(threadID)>",
            "Auto-Submitted: auto-generated",
            "X-BreachClock-Breach: \(reference)",
            HeaderText.folded("X-BreachClock-Journal: ", ["\(head.sequence)", head.hash], separator: ""),
            "MIME-Version: 1.0",
        ]
    }

    /// Between the parts. No line of either encoding can hold it; a reference in it could make it longer than the 70
    /// characters that RFC 2046 section 5.1.1 allows.
    private static let boundary = "=_breachclock"

    /// Encoded always: of a line as it is, mail systems take the space at its end, a dot or a `From ` at its beginning.
    private static let textHeaders = lines([
        "Content-Type: text/plain; charset=utf-8; format=flowed",
        "Content-Transfer-Encoding: quoted-printable",
        "",
    ])

    /// A file to open for those whose mail reader has no calendar; encoded so that its CR LF arrive as they are.
    private var calendarHeaders: [String] {
        [
            "Content-Type: text/calendar; charset=utf-8; method=PUBLISH",
            "Content-Disposition: attachment; filename=\"\(reference).ics\"",
            "Content-Transfer-Encoding: base64",
            "",
        ]
    }

    private var calendar: CalendarText {
        CalendarText(
            events: letter.calendar, domain: threadID, sequence: head.sequence, date: date, organizer: from)
    }

    private static func lines(_ lines: [String]) -> [UInt8] {
        Array(lines.map { $0 + "\n" }.joined().utf8)
    }

    private static func dateText(_ instant: Instant) -> String {
        let civil = CivilTime(utc: instant)
        let date = civil.date
        return "\(date.weekday.rawValue), \(padded(date.day, 2)) \(CivilDate.monthNames[date.month - 1]) \(date.year) "
            + "\(padded(civil.hour, 2)):\(padded(civil.minute, 2)):\(padded(civil.second, 2)) +0000"
    }
}

/// Sets a letter's blocks as lines of plain text, in UTF-8, that flow: a line that ends in a space goes on in the next
/// one, so that a narrow screen sets them anew, and a reader that knows nothing of it shows lines of a letter's width.
///
/// Source: RFC 3676.
enum TextSetter {
    private static let width = 72

    /// The text with a line feed after each line. Words longer than a line stay whole.
    ///
    /// Source: RFC 3676 section 4.2.
    static func set(_ blocks: [Letter.Block]) -> [UInt8] {
        var text: [UInt8] = []
        for (index, block) in blocks.enumerated() {
            if index > 0 { text.append(lineFeed) }
            for line in lines(block) { text += line + [lineFeed] }
        }
        return text
    }

    private static let space = UInt8(ascii: " ")
    private static let lineFeed = UInt8(ascii: "\n")

    private static func lines(_ block: Letter.Block) -> [[UInt8]] {
        switch block {
        case .heading(let text):
            [stuffed(Array(text.utf8)), Array(repeating: UInt8(ascii: "-"), count: text.count)]
        case .paragraph(let text): flowed(text).map(stuffed)
        case .quotation(let text): flowed(text).map { [UInt8(ascii: ">"), space] + $0 }
        case .facts(let rows): rows.flatMap { flowed("\($0.label): \($0.value)").map(stuffed) }
        }
    }

    /// The text in lines that end in a space where they go on. A line is never `--` and a space: what follows that is
    /// taken for a signature.
    private static func flowed(_ text: String) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var line: [UInt8] = []
        var length = 0
        var isEmpty = true
        for word in trimmed(text).split(separator: space, omittingEmptySubsequences: false) {
            let wordLength = word.count { !UTF8.isContinuation($0) }
            if !isEmpty, !line.elementsEqual("--".utf8), length + 1 + wordLength > width {
                lines.append(line + [space])
                (line, length, isEmpty) = ([], 0, true)
            }
            if !isEmpty { line.append(space) }
            line += word
            length += wordLength + (isEmpty ? 0 : 1)
            isEmpty = false
        }
        return lines + [line]
    }

    /// A space at the end of a paragraph would make it go on in the next.
    private static func trimmed(_ text: String) -> ArraySlice<UInt8> {
        var rest = Array(text.utf8)[...]
        while rest.last == space { rest.removeLast() }
        return rest
    }

    /// A space before what would be taken for something else at the beginning of a line; who reads it takes one away.
    ///
    /// Source: RFC 3676 section 4.4.
    private static func stuffed(_ line: [UInt8]) -> [UInt8] {
        let isMistakable =
            line.first == space || line.first == UInt8(ascii: ">") || line.starts(with: "From ".utf8)
        return isMistakable ? [space] + line : line
    }
}

/// Text in header fields.
///
/// Source: RFC 5322 section 2.2.3 (folding); RFC 2047.
enum HeaderText {
    private static let width = 76

    /// A field whose text may be anything, folded.
    ///
    /// Source: RFC 5322 section 3.6.5; RFC 2047 section 5(1).
    static func unstructured(_ name: String, _ text: String) -> String {
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        // Runs of spaces would be lost in folding: encoded they stay.
        if isASCII(text), words.allSatisfy({ !$0.isEmpty && $0.utf8.count < width - name.utf8.count }) {
            return folded(name, words, separator: "")
        }
        return name + encodedWords(text).joined(separator: "\n ")
    }

    /// A name before a mailbox, in parts between which it may be folded.
    ///
    /// Source: RFC 5322 section 3.2.5 (phrase); RFC 2047 section 5(3).
    static func phrase(_ text: String) -> [String] {
        let escaped = text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
        return isASCII(text) && escaped.utf8.count <= 60 ? ["\"\(escaped)\""] : encodedWords(text)
    }

    /// Parts after a field's name, on as many lines as they need.
    ///
    /// Source: RFC 5322 section 2.2.3.
    static func folded(_ name: String, _ parts: [String], separator: String) -> String {
        var result = name
        var column = name.utf8.count
        for (index, part) in parts.enumerated() {
            let text = index + 1 < parts.count ? part + separator : part
            // The name ends in a space; what does not fit beside it goes to a line of its own, where it has more room.
            let fits = column + (index > 0 ? 1 : 0) + text.utf8.count <= width
            if fits {
                if index > 0 { result += " " }
                column += index > 0 ? 1 : 0
            } else {
                if index == 0 { result.removeLast() }
                result += "\n "
                column = 1
            }
            result += text
            column += text.utf8.count
        }
        return result
    }

    private static func isASCII(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x20..<0x7F).contains($0) } && !text.contains("=?")
    }

    /// The text as encoded words of at most 75 characters, none of which splits a character.
    private static func encodedWords(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        // 75 less `=?utf-8?q?` and `?=`, and 13 less for the field's name before the first.
        var room = 50
        for scalar in text.unicodeScalars {
            let encoded = String(scalar).utf8.map(encoded).joined()
            if word.utf8.count + encoded.utf8.count > room {
                words.append("=?utf-8?q?\(word)?=")
                word = ""
                room = 63
            }
            word += encoded
        }
        return words + ["=?utf-8?q?\(word)?="]
    }

    private static func encoded(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: " "): "_"
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            String(UnicodeScalar(byte))
        default: "=" + QuotedPrintable.hexadecimal(byte)
        }
    }
}

/// The quoted-printable encoding of text.
///
/// Source: RFC 2045 section 6.7.
enum QuotedPrintable {
    private static let width = 76
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// The text, in UTF-8, encoded: lines of at most 76 characters of ASCII, line feeds kept as line ends.
    ///
    /// Source: RFC 2045 section 6.7.
    static func encode(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count + text.count / 8)
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            encode(line: line, into: &result)
            result.append(UInt8(ascii: "\n"))
        }
        // The text's own last line feed ended its last line already.
        result.removeLast()
        return result
    }

    private static func encode(line: ArraySlice<UInt8>, into result: inout [UInt8]) {
        var column = 0
        for index in line.indices {
            let byte = line[index]
            var isEncoded = mustEncode(byte, at: index, of: line, isFirst: column == 0)
            if column + (isEncoded ? 3 : 1) > width - 1 {
                result.append(UInt8(ascii: "="))
                result.append(UInt8(ascii: "\n"))
                column = 0
                // After the soft break this is the first of its line, where a dot or a `From ` must not stand.
                isEncoded = mustEncode(byte, at: index, of: line, isFirst: true)
            }
            if isEncoded {
                result.append(UInt8(ascii: "="))
                result.append(digits[Int(byte >> 4)])
                result.append(digits[Int(byte & 15)])
            } else {
                result.append(byte)
            }
            column += isEncoded ? 3 : 1
        }
    }

    /// Encoded is everything but printable ASCII, `=`, white space before a line end, and what mail systems change at the
    /// beginning of a line: a dot, and the F of `From `.
    private static func mustEncode(_ byte: UInt8, at index: Int, of line: ArraySlice<UInt8>, isFirst: Bool)
        -> Bool
    {
        switch byte {
        case UInt8(ascii: "="): true
        case UInt8(ascii: " "): index == line.endIndex - 1
        case UInt8(ascii: "."): isFirst
        case UInt8(ascii: "F"): isFirst && line[index...].starts(with: "From ".utf8)
        case 0x21..<0x7F: false
        default: true
        }
    }

    /// The byte as two capital hexadecimal digits.
    ///
    /// Source: RFC 2045 section 6.7 (1).
    static func hexadecimal(_ byte: UInt8) -> String {
        String(decoding: [digits[Int(byte >> 4)], digits[Int(byte & 15)]], as: UTF8.self)
    }
}
