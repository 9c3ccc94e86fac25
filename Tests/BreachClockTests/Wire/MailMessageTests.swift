import Foundation
import Testing

@testable import BreachClock

/// A letter and the message that it becomes.
private struct Sample: Sendable, CustomTestStringConvertible {
    var name: String
    var message: MailMessage
    var testDescription: String { name }
}

private let head = JournalHead(sequence: 42, hash: WireSamples.hash)

private func message(_ letter: Letter) -> MailMessage {
    MailMessage(
        fromName: "Essex County Council",
        from: "breachclock@essex-county-council.example",
        to: ["bryony.applegarth@open-road.example"],
        replyTo: ["ig@essex-county-council.example"],
        date: WireSamples.instant,
        messageID: "EDATRS-2026-0001.breach-notice.open-road.recorded.4f2a9c@essex.example",
        threadID: "EDATRS-2026-0001.4f2a9c@essex.example",
        reference: "EDATRS-2026-0001",
        head: head,
        letter: letter
    )
}

private func sample(
    _ name: String, subject: String = "EDATRS-2026-0001: please acknowledge", _ text: String, hasCalendar: Bool = true
) -> Sample {
    let event = CalendarEvent(
        name: "regulator", title: subject, text: text, at: WireSamples.instant, isCancelled: false,
        alarmLeadSeconds: [3600])
    let letter = Letter(
        subject: subject,
        blocks: [
            .heading("What happened"), .paragraph(text), .quotation(text),
            .facts([.init(label: "Detected", value: text), .init(label: "By", value: "Open Road")]),
        ],
        calendar: hasCalendar ? [event] : []
    )
    return Sample(name: name, message: message(letter))
}

/// Letters that mail systems are known to spoil.
private let hostile: [Sample] = [
    sample("plain", "All involved Partners must be informed within 48 hours of the breach being detected."),
    sample("plain, without a calendar", "All involved Partners must be informed.", hasCalendar: false),
    sample("a long text without a calendar", String(repeating: "façade ", count: 500), hasCalendar: false),
    sample("empty", ""),
    sample("quoting and stuffing", "> quoted, " + String(repeating: "abcdefgh ", count: 7) + " > more >> From here"),
    sample(
        "a signature's mark", "-- " + String(repeating: "y", count: 90) + " -- " + String(repeating: "z", count: 90)),
    sample("long plain", String(repeating: "word ", count: 700) + "end"),
    sample("accents and quotes", "Zoë Ångström’s “letter” — naïve façade, \"quoted\" \\ and 'single'"),
    sample("beyond the basic plane", "🙂👩‍👩‍👧 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𠜎 " + String(repeating: "🏴󠁧󠁢󠁥󠁮󠁧󠁿", count: 20)),
    sample("a word of 79 letters", String(repeating: "x", count: 79)),
    sample("a word of 900 letters", String(repeating: "x", count: 900)),
    sample("a word of 4,000 letters", String(repeating: "x", count: 4000)),
    sample("a word of 4,000 accents", String(repeating: "é", count: 4000)),
    sample("a word of 4,000 dots", String(repeating: ".", count: 4000)),
    sample("a word of 4,000 equals signs", String(repeating: "=", count: 4000)),
    sample("a word of 4,000 F", String(repeating: "F", count: 4000)),
    sample("a dot alone", "."),
    sample("a line that begins with a dot", ".hidden and ..double"),
    sample("From at the beginning", "From the beginning, From here"),
    sample(
        "From and a dot after a wrap",
        String(repeating: "abcdefgh ", count: 8) + "From here "
            + String(repeating: "abcdefgh ", count: 8) + ". and .dots"),
    sample("trailing spaces", "ends in spaces   "),
    sample("many spaces", "a" + String(repeating: " ", count: 200) + "b"),
    sample("spaces alone", String(repeating: " ", count: 90)),
    sample("an encoded word", "=?utf-8?q?x?= and =3D and =\u{20}"),
    sample("a bidirectional override", "invoice\u{202E}fdp.exe \u{2066}isolated\u{2069}"),
    sample("combining marks", "e\u{301} \u{301}at the start, a\u{300}\u{301}\u{302}\u{303}"),
    sample("a non-breaking space and a soft hyphen", "a\u{A0}b\u{AD}c\u{200B}d\u{FEFF}e"),
    sample("formulas and shells", "=cmd() $(reboot) %n%s '; drop table"),
    sample("boundary look-alikes", "--boundary-- -- \u{2D}- Content-Type: text/html"),
    sample("an encoded word in the subject", subject: "=?utf-8?q?x?= is no word", "x"),
    sample("half an encoded word in the subject", subject: "what =? is", "x"),
    sample("a long subject", subject: Array(repeating: "acknowledge", count: 25).joined(separator: " "), "x"),
    sample("a long subject in one word", subject: String(repeating: "s", count: 300), "x"),
    sample("a long subject of accents", subject: String(repeating: "é", count: 300), "x"),
    sample("a long subject of emoji", subject: String(repeating: "🙂", count: 300), "x"),
    sample("a long subject of accented words", subject: String(repeating: "façade ", count: 42) + "end", "x"),
    sample("an override in the subject", subject: "EDATRS\u{202E}-2026-0001", "x"),
    sample("a subject with what words must escape", subject: "a_b=c?d (é) <x@y> \"q\" ,;:", "x"),
    sample("a subject of one letter", subject: "x", "x"),
]

/// Letters of random words, the same in every run.
private let random: [Sample] = {
    var numbers = SeededGenerator(seed: 2026)
    let letters = "abcdefghijk .=F?_é“”ß🙂\u{202E}日本-:".map(String.init) + ["\u{301}", "  ", "From ", "=?", "?="]
    return (0..<300).map { index in
        let text = numbers.text(of: letters, length: 0...(index.isMultiple(of: 10) ? 4000 : 400))
        // A run of spaces in a subject is looked at on its own.
        let subject = numbers.text(of: letters, length: 0...80).split(separator: " ").joined(separator: " ")
        return sample(
            "random \(index)", subject: subject.isEmpty ? "s" : subject, text, hasCalendar: !index.isMultiple(of: 3))
    }
}()

/// Reads every message of a folder as strictly as Python does, and says what is not as it was meant.
private let reader = #"""
    import email, email.policy, json, re
    from email.header import decode_header, make_header

    policy = email.policy.default.clone(raise_on_defect=True)
    token = re.compile(r"=\?utf-8\?q\?([!-<>@-~]|=[0-9A-F]{2})*\?=")

    def unflowed(text):
        """The paragraphs that a reader of format=flowed shows, RFC 3676 section 4.5, with whether each is quoted."""
        paragraphs, line_goes_on = [], False
        for line in text.split("\n")[:-1]:
            if line == "-- ": yield "signature", line
            quoted = line.startswith(">")
            line = line[1:] if quoted else line
            if line.startswith(">"): yield "quoted twice", line
            line = line[1:] if line.startswith(" ") else line
            if line_goes_on and quoted == paragraphs[-1][0]: paragraphs[-1][1] += line
            else: paragraphs.append([quoted, line])
            line_goes_on = line.endswith(" ")
        if line_goes_on: yield "goes on at the end", line
        yield from paragraphs

    def check(name, expected):
        data = open(name, "rb").read()
        def wrong(what): print(f"{expected['name']}: {what}")
        head, separator, body = data.partition(b"\n\n")
        if not separator: wrong("no empty line after the headers")
        if b"\r" in data or b"\0" in data: wrong("CR or NUL")
        if any(byte > 126 or byte < 32 and byte != 10 for byte in data): wrong("not printable ASCII")
        for line in body.split(b"\n"):
            if len(line) > 78: wrong(f"body line of {len(line)}")
            if line.startswith(b".") or line.startswith(b"From "): wrong(f"line begins with {line[:5]}")
            if line.endswith(b" "): wrong("line ends in a space")
        if not data.endswith(b"\n"): wrong("no line feed at the end")
        for line in head.split(b"\n"):
            if len(line) > 998: wrong(f"header line of {len(line)}")
            if not line.strip(): wrong("a line of white space in the headers")
            if b"=?" in line:
                if len(line) > 76: wrong(f"line of {len(line)} with encoded words")
                for word in re.findall(rb"=\?[^ ]*\?=", line):
                    if len(word) > 75: wrong(f"encoded word of {len(word)}")
                    if not token.fullmatch(word.decode("ascii")): wrong(f"no encoded word: {word}")
                    text = word[10:-2].replace(b"_", b" ")
                    text = re.sub(rb"=([0-9A-F]{2})", lambda m: bytes.fromhex(m[1].decode()), text)
                    try: text.decode("utf-8")
                    except UnicodeDecodeError: wrong("a character is split between encoded words")

        message = email.message_from_bytes(data, policy=policy)
        if message.defects: wrong(f"defects {message.defects}")
        names = [n for n, _ in message.raw_items()]
        if names != expected["headers"]: wrong(f"headers {names}")
        for key, value in message.items():
            if value.defects: wrong(f"{key}: defects {value.defects}")
        subject = str(message["Subject"])
        if subject != expected["subject"]: wrong(f"subject {subject!r} for {expected['subject']!r}")
        for field in ["to", "replyTo"]:
            header = message[{"to": "To", "replyTo": "Reply-To"}[field]]
            got = [a.addr_spec for a in header.addresses]
            if got != expected[field]: wrong(f"{field} {got}")
            if any(a.display_name for a in header.addresses): wrong(f"{field} has names")
        (sender,) = message["From"].addresses
        display = sender.display_name
        raw = dict(message.raw_items())["From"]
        if "=?" in raw:
            # Before 3.14 the parser of addresses leaves a space between two encoded words; this one does not.
            display = str(make_header(decode_header(raw[:raw.rindex("<")].strip())))
        if display != expected["fromName"]: wrong(f"from {display!r}")
        if sender.addr_spec != expected["from"]: wrong(f"from {sender.addr_spec!r}")
        for key in ["Message-ID", "In-Reply-To", "References"]:
            if message[key].strip() != "<" + expected[key] + ">": wrong(f"{key} {message[key]}")
        if message["Date"].datetime.timestamp() != expected["date"]: wrong(f"date {message['Date']}")
        if message["Date"].datetime.tzinfo is None: wrong("date without offset")
        if message["Auto-Submitted"] != "auto-generated": wrong("Auto-Submitted")
        if message["MIME-Version"] != "1.0": wrong("MIME-Version")
        if message["X-BreachClock-Breach"] != expected["reference"]: wrong("X-BreachClock-Breach")
        if message["X-BreachClock-Journal"] != expected["journal"]: wrong("X-BreachClock-Journal")
        parts = [part for part in message.walk() if not part.is_multipart()]
        for part in message.walk():
            if part.defects: wrong(f"defects {part.defects}")
            for key, value in part.items():
                if value.defects: wrong(f"{key} of a part: defects {value.defects}")
        if len(message.get_boundary() or "") > 70: wrong("a boundary longer than RFC 2046 allows")
        types = [part.get_content_type() for part in parts]
        if types != ["text/plain", "text/calendar"][:1 + expected["hasCalendar"]]: wrong(f"parts {types}")
        if message.preamble or message.epilogue: wrong("text around the parts")
        text = parts[0]
        if text.get_content_charset() != "utf-8": wrong("charset")
        if text.get_param("format") != "flowed" or text.get_param("delsp"): wrong("format")
        decoded = text.get_payload(decode=True).decode("utf-8", "strict")
        if decoded != expected["body"]: wrong(f"body {decoded!r} for {expected['body']!r}")
        paragraphs = [[quoted, text] for quoted, text in unflowed(decoded) if text]
        if paragraphs != expected["paragraphs"]: wrong(f"flows as {paragraphs!r} for {expected['paragraphs']!r}")
        for part in parts[1:]:
            if part.get_filename() != expected["reference"] + ".ics": wrong(f"file name {part.get_filename()!r}")
            if part.get_param("method") != "PUBLISH": wrong("method")
            if part.get_payload(decode=True).decode("utf-8", "strict") != expected["calendar"]: wrong("calendar")

    expectations = json.load(open("expected.json", encoding="utf-8"))
    for name, expected in expectations.items():
        try: check(name, expected)
        except Exception as error: print(f"{expected['name']}: {type(error).__name__} {error}")
    print("checked", len(expectations))
    """#

/// What Python must find in a message, as JSON.
private struct Expected: Encodable {
    var name: String
    var headers = [
        "From", "To", "Reply-To", "Date", "Subject", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
        "X-BreachClock-Breach", "X-BreachClock-Journal", "MIME-Version", "Content-Type",
    ]
    var hasCalendar: Bool
    var calendar: String
    var paragraphs: [Paragraph]
    var subject: String
    var to: [String]
    var replyTo: [String]
    var fromName: String
    var from: String
    var messageID: String
    var inReplyTo: String
    var references: String
    var date: Int
    var reference: String
    var journal: String
    var body: String

    enum CodingKeys: String, CodingKey {
        case name, headers, subject, to, replyTo, fromName, from, date, reference, journal, body
        case hasCalendar, calendar, paragraphs
        case messageID = "Message-ID"
        case inReplyTo = "In-Reply-To"
        case references = "References"
    }

    init(_ sample: Sample) {
        let message = sample.message
        name = sample.name
        subject = message.letter.subject
        to = message.to
        replyTo = message.replyTo
        fromName = message.fromName
        from = message.from
        messageID = message.messageID
        inReplyTo = message.threadID
        references = message.threadID
        date = message.date.secondsSinceEpoch
        reference = message.reference
        journal = "\(message.head.sequence) \(message.head.hash)"
        body = WireSamples.text(TextSetter.set(message.letter.blocks))
        hasCalendar = !message.letter.calendar.isEmpty
        if !hasCalendar { headers.append("Content-Transfer-Encoding") }
        calendar = WireSamples.text(
            CalendarText(
                events: message.letter.calendar, domain: message.threadID, sequence: message.head.sequence,
                date: message.date, organizer: message.from
            ).bytes)
        paragraphs = message.letter.blocks.flatMap(Paragraph.of).filter { !$0.text.isEmpty }
    }
}

/// A paragraph as its reader is shown it.
private struct Paragraph: Encodable {
    var isQuoted: Bool
    var text: String

    static func of(_ block: Letter.Block) -> [Paragraph] {
        switch block {
        case .heading(let text): [.init(text), .init(String(repeating: "-", count: text.count))]
        case .paragraph(let text): [.init(text)]
        case .quotation(let text): [.init(text, isQuoted: true)]
        case .facts(let rows): rows.map { .init("\($0.label): \($0.value)") }
        }
    }

    private init(_ text: String, isQuoted: Bool = false) {
        self.isQuoted = isQuoted
        self.text = String(text.reversed().drop { $0 == " " }.reversed())
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        try container.encode(isQuoted)
        try container.encode(text)
    }
}

/// What Python finds wrong with the messages; all of them are read by one process.
private func complaints(_ samples: [Sample]) throws -> [String] {
    let folder = try TemporaryFolder()
    var expected: [String: Expected] = [:]
    for (index, sample) in samples.enumerated() {
        try folder.write(sample.message.bytes, as: "\(index).eml")
        expected["\(index).eml"] = Expected(sample)
    }
    try folder.write(try JSONEncoder().encode(expected), as: "expected.json")
    var printed = try IndependentProgram.python(reader, in: folder)
    #expect(printed.popLast() == "checked \(samples.count)")
    return printed
}

@Suite("Mail messages")
struct MailMessageTests {
    @Test("R28: Python reads every hostile letter without a defect, and as it was written")
    func hostileLetters() throws {
        let found = try complaints(hostile)
        #expect(found == [])
    }

    @Test("R28: Python reads 300 random letters without a defect, and as they were written")
    func randomLetters() throws {
        let found = try complaints(random)
        #expect(found == [])
    }

    @Test(
        "R10: Names and mailboxes of every shape arrive as they are: one, many, long, with accents, quotes and commas")
    func addresses() throws {
        let names = [
            "Essex", "Essex, the \"County\" of", "back\\slash", "a (comment)", "=?utf-8?q?x?=", "Łódź 🙂", "a.b@c", "é",
            String(repeating: "n", count: 60), String(repeating: "long name ", count: 19) + "end",
        ]
        let many = (1...40).map { "officer.number\($0)@some-council-\($0).example" }
        let long = String(repeating: "l", count: 64) + "@" + String(repeating: "d", count: 60) + ".example"
        var samples: [Sample] = []
        for (index, name) in names.enumerated() {
            for recipients in [["a@b.example"], many, [long], [long, "!#$%&'*+-/=?^_`{|}~@b.example", long]] {
                var sample = sample("name \(index), \(recipients.count) mailboxes", "x")
                sample.message.fromName = name
                sample.message.from = "a@b.example"
                sample.message.to = recipients
                sample.message.replyTo = recipients.reversed()
                samples.append(sample)
            }
        }
        #expect(try complaints(samples) == [])
    }

    @Test(
        "Dates are those of RFC 5322 in UTC",
        arguments: [
            ("1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 +0000"),
            ("2024-02-29T23:59:59Z", "Thu, 29 Feb 2024 23:59:59 +0000"),
            ("2026-11-20T14:05:00Z", "Fri, 20 Nov 2026 14:05:00 +0000"),
            ("9998-12-31T23:59:59Z", "Thu, 31 Dec 9998 23:59:59 +0000"),
        ])
    func dates(instant: String, expected: String) throws {
        var message = hostile[0].message
        message.date = try #require(Instant(rfc3339: instant))
        #expect(WireSamples.text(message.bytes).contains("\nDate: \(expected)\n"))
        #expect(try complaints([Sample(name: instant, message: message)]) == [])
    }

    @Test("Every letter that is known to be spoilt reads back as it was written, and is published")
    func readsBack() {
        for sample in hostile { #expect(sample.message.checkedBytes == sample.message.bytes, "\(sample.name)") }
        for name in [
            "n", "Zoë", "a \"b\" \\", "=?utf-8?q?x?=", "a <b@c.example>", String(repeating: "é n ", count: 40),
        ] {
            var message = hostile[0].message
            message.fromName = name
            #expect(message.checkedBytes != nil, "\(name)")
        }
    }

    @Test("A message that does not say what it should is not published")
    func doesNotReadBack() {
        let changes: [(String, (inout MailMessage) -> Void)] = [
            ("a line end in an address", { $0.to = ["a@b.example\nBcc: c@d.example"] }),
            ("a line end in the sender's address", { $0.from = "a@b.example>\nX: <" }),
            ("an identity with a line end", { $0.messageID = "x\n\ny" }),
            ("a reference with a field in it", { $0.reference = "X\nReferences: <z>" }),
            ("an address that is no ASCII", { $0.replyTo = ["é@b.example"] }),
            ("a line of 999 characters", { $0.messageID = String(repeating: "x", count: 999) }),
        ]
        for (what, change) in changes {
            var message = hostile[0].message
            change(&message)
            #expect(message.checkedBytes == nil, "\(what)")
        }
    }

    @Test(
        "What is no message of ours cannot be read, or not as text",
        arguments: [
            "", "A: x", "A: x\n", " folded: first\n\nx", "no colon\n\nx", "A: x\nA: y\n\nx", "A: é\n\nx", ": x\n\nx",
            "A: x\n\nx", "Content-Transfer-Encoding: 8bit\n\nx",
            "Content-Transfer-Encoding: quoted-printable\n\n=ZZ", "Content-Transfer-Encoding: quoted-printable\n\n=4",
            "Content-Transfer-Encoding: quoted-printable\n\nends in a space ",
            "Content-Transfer-Encoding: quoted-printable\n\n" + String(repeating: "x", count: 77),
            "Content-Transfer-Encoding: base64\n\nZh==", "Content-Transfer-Encoding: base64\n\n?",
            "Content-Type: multipart/mixed; boundary=\"b\"\n\n",
            "Content-Type: multipart/mixed; boundary=\"b\"\n\n--b\nx\n--b--\n",
            "Content-Type: multipart/mixed; boundary=\"b\"\n\nbefore\n--b\nA: x\n\n--b--\n",
            "Content-Type: multipart/mixed; boundary=\"b\"\n\n--b\nContent-Type: multipart/mixed; boundary=\"c\"\n\n"
                + "--c\nContent-Transfer-Encoding: quoted-printable\n\nx\n--c--\n\n--b--\n",
        ])
    func readsNothingElse(text: String) {
        #expect(MailReading(Array(text.utf8)) == nil)
    }

    @Test(
        "A field that is not as it is written has no text",
        arguments: ["=?utf-8?q?=FF?=", "=?utf-8?b?eA==?=", "=?utf-8?q?x", "=?utf-8?q?=Z?="])
    func readsNoWords(word: String) throws {
        let bytes = Array("From: x\nSubject: \(word)\nContent-Transfer-Encoding: quoted-printable\n\nx".utf8)
        let reading = try #require(MailReading(bytes))
        #expect(reading.text("Subject") == nil)
        #expect(reading.phrase("From") == nil && reading.phrase("To") == nil)
    }

    @Test(
        "A single byte that is not as it was written is another message, or none",
        arguments: ["plain", "plain, without a calendar", "accents and quotes"])
    func everyByte(name: String) throws {
        let bytes = try #require(hostile.first { $0.name == name }).message.bytes
        let reading = try #require(MailReading(bytes))
        let same = bytes.indices.filter { index in
            var changed = bytes
            changed[index] ^= 1
            return MailReading(changed) == reading
        }
        #expect(same == [])
    }

    @Test("A message is the same bytes whenever it is written, so that a second writing after a crash is no second one")
    func deterministic() {
        for sample in hostile { #expect(sample.message.bytes == sample.message.bytes) }
    }

    /// The lengths of names, made of those letters, that do not stand in lines of 76 characters with their mailbox.
    private func tooLong(_ letters: String) -> [Int] {
        (1...200).filter { length in
            var message = hostile[0].message
            message.fromName = String(repeating: letters, count: length / letters.count + 1)
            message.from = "a@b.example"
            let lines = WireSamples.text(message.bytes).split(separator: "\n").prefix { !$0.hasPrefix("To:") }
            return lines.first?.hasPrefix("From:") != true || lines.contains { $0.utf8.count > 76 }
        }
    }

    @Test("R28: A sender's name of any length stands in lines of at most 76 characters", arguments: ["n", "é", "n n"])
    func senderLines(letters: String) {
        #expect(tooLong(letters) == [])
    }

    @Test("A sender's name of quotes and backslashes does so too")
    func escapedSenderLines() {
        #expect(tooLong("\\") == [])
        #expect(tooLong("\"") == [])
    }

    @Test("No line of the headers is longer than 78 characters")
    func headerLines() {
        var long: Set<Substring> = []
        for sample in hostile + random {
            let text = WireSamples.text(sample.message.bytes)
            let headers = text.range(of: "\n\n").map { text[..<$0.lowerBound] } ?? ""
            for line in headers.split(separator: "\n") where line.utf8.count > 78 {
                long.insert(line.prefix { $0 != ":" })
            }
        }
        // An id cannot be folded.
        long.remove("Message-ID")
        #expect(long == [])
    }

    @Test("Control characters, which nobody should have let through, do not get into a message as they are")
    func controlCharacters() throws {
        let found = try complaints([sample("control characters", "a\rb\u{0}c\u{1B}[2Jd\te")])
        #expect(found == [])
    }

    @Test("R28: A sender's name with accents stands in lines of at most 76 characters with its mailbox")
    func accentedSender() throws {
        var sample = sample("accented sender", "x")
        sample.message.fromName = "Cyngor Sir Gâr, Swyddfa’r Comisiynydd Gwybodaeth a Diogelu Data"
        let found = try complaints([sample])
        #expect(found == [])
    }

    @Test("A subject keeps its runs of spaces", arguments: ["two  spaces", " before", "after ", "three   of them"])
    func spacesInSubjects(subject: String) throws {
        let found = try complaints([sample(subject, subject: subject, "x")])
        #expect(found == [])
    }
}

@Suite("Mail messages: setting text")
struct TextSetterTests {
    private static func set(_ blocks: [Letter.Block]) -> String { WireSamples.text(TextSetter.set(blocks)) }

    @Test("Blocks stand with an empty line between them and one line feed at the end")
    func blocks() {
        let text = Self.set([
            .heading("What happened"), .paragraph("A letter was lost."), .quotation("We are sorry."),
            .facts([.init(label: "Detected", value: "Friday"), .init(label: "By", value: "Open Road")]),
        ])
        let expected = """
            What happened
            -------------

            A letter was lost.

            > We are sorry.

            Detected: Friday
            By: Open Road

            """
        #expect(text == expected)
    }

    @Test("RFC 3676: Words are wrapped at 72 characters, with a space at the end of each line that goes on")
    func wrapping() {
        let words = Array(repeating: "seven77", count: 30).joined(separator: " ")
        for (block, first, rest): (Letter.Block, String, String) in [
            (.paragraph(words), "", ""), (.quotation(words), "> ", "> "),
            (.facts([.init(label: "F", value: words)]), "F: ", ""),
        ] {
            let lines = Self.set([block]).split(separator: "\n")
            #expect(lines.count > 3)
            #expect(lines.allSatisfy { $0.count <= 75 })
            #expect(lines.dropLast().allSatisfy { $0.count > 64 && $0.hasSuffix("7 ") }, "no line is left short")
            #expect(lines.last?.hasSuffix("7") == true)
            #expect(lines.first?.hasPrefix(first) == true)
            #expect(lines.dropFirst().allSatisfy { $0.hasPrefix(rest + "s") })
            let bare = lines.enumerated().map { $1.dropFirst($0 == 0 ? first.count : rest.count) }
            #expect(bare.joined() == words)
        }
    }

    @Test(
        "RFC 3676 section 4.4: what would be taken for something else has a space before it",
        arguments: [
            (Letter.Block.paragraph("> no quotation"), " > no quotation\n"), (.paragraph("From us"), " From us\n"),
            (.paragraph(" indented"), "  indented\n"), (.paragraph("ends in a space "), "ends in a space\n"),
            (.quotation("> quoted"), "> > quoted\n"), (.heading("> x"), " > x\n---\n"),
            (.facts([.init(label: "From us", value: "x")]), " From us: x\n"),
            (
                .paragraph("-- " + String(repeating: "x", count: 80)),
                "-- " + String(repeating: "x", count: 80) + "\n"
            ),
        ])
    func stuffing(block: Letter.Block, expected: String) {
        #expect(Self.set([block]) == expected)
    }

    @Test("A word longer than a line stays whole, on a line of its own")
    func longWord() {
        let word = String(repeating: "x", count: 100)
        #expect(Self.set([.paragraph("a \(word) b")]) == "a \n\(word) \nb\n")
    }

    @Test("Nothing that was written is lost: without breaks and marks the words are the same", arguments: 0..<20)
    func nothingLost(seed: Int) {
        var numbers = SeededGenerator(seed: UInt64(seed))
        let words = (0..<100).map { _ in
            String(repeating: "é", count: Int.random(in: 1...30, using: &numbers))
        }
        let text = Self.set([.paragraph(words.joined(separator: " "))])
        #expect(text.split(separator: "\n").flatMap { $0.split(separator: " ") }.map(String.init) == words)
    }
}

@Suite("Mail messages: encodings")
struct MailEncodingTests {
    /// Texts of many lines; the last of them are random.
    private static let texts: [String] = {
        var numbers = SeededGenerator(seed: 6)
        let letters = "ab c=.\nF ?é🙂\u{202E}日~!\u{7F}\u{1}\t".map(String.init) + ["\u{301}", "From "]
        let random = (0..<200).map { _ in numbers.text(of: letters, length: 0...600) }
        let lengths = (60...90).map { String(repeating: "a", count: $0) + " \n" }
        let dots = (70...80).map { String(repeating: "a", count: $0) + ".b" }
        let froms = (70...80).map { String(repeating: "a", count: $0) + "From b" }
        return hostile.map { WireSamples.text(TextSetter.set($0.message.letter.blocks)) } + [
            "", "\n", "\n\n", " ", "a\n b \n",
        ]
            + lengths + dots + froms + random
    }()

    @Test("Python's quopri decodes what is quoted-printable to the same bytes; lines have at most 76 characters")
    func quotedPrintable() throws {
        let folder = try TemporaryFolder()
        for (index, text) in Self.texts.enumerated() {
            try folder.write(QuotedPrintable.encode(Array(text.utf8)), as: "\(index).qp")
            try folder.write(text.utf8, as: "\(index).txt")
        }
        let script = """
            import quopri, re
            line = re.compile(rb"(?:[ !-<>-~]|=[0-9A-F]{2})*=?")
            for index in range(\(Self.texts.count)):
                encoded, text = (open(f"{index}.{end}", "rb").read() for end in ["qp", "txt"])
                if quopri.decodestring(encoded) != text: print(index, "differs", encoded, text)
                for each in encoded.split(b"\\n"):
                    if len(each) > 76: print(index, "is too long:", each)
                    if not line.fullmatch(each): print(index, "is not quoted-printable:", each)
                    if each[-1:] == b" ": print(index, "ends in a space:", each)
                    if each[:1] == b"." or each[:5] == b"From ": print(index, "begins with", each[:5])
            """
        #expect(try IndependentProgram.python(script, in: folder) == [])
    }

    @Test("RFC 2045 section 6.7: what must be encoded is, what need not be stays readable")
    func quotedPrintableExamples() {
        let examples = [
            ("plain text\n", "plain text\n"), ("é\n", "=C3=A9\n"), ("1=2\n", "1=3D2\n"), ("end \n", "end=20\n"),
            ("\t\n", "=09\n"), (".\n", "=2E\n"), ("From us\n", "=46rom us\n"), ("a.From\n", "a.From\n"), ("\n", "\n"),
            ("a\r\n", "a=0D\n"),
        ]
        for (text, encoded) in examples {
            #expect(WireSamples.text(QuotedPrintable.encode(Array(text.utf8))) == encoded)
        }
    }

    @Test("A subject's encoded words have at most 75 characters, their lines at most 76", arguments: 1...120)
    func encodedWords(length: Int) throws {
        for letter in ["é", "🙂", "日", "_", "a\u{301}"] {
            let subject = String(repeating: letter, count: length) + "é"
            let field = HeaderText.unstructured("Subject: ", subject)
            let lines = field.split(separator: "\n")
            #expect(lines.allSatisfy { $0.utf8.count <= 76 })
            let words = lines.map { $0.replacing("Subject:", with: "").trimmingCharacters(in: .whitespaces) }
            #expect(words.allSatisfy { $0.utf8.count <= 75 && $0.hasPrefix("=?utf-8?q?") && $0.hasSuffix("?=") })
            let decoded = try words.map(decodedWord).joined()
            #expect(decoded == subject)
        }
    }

    /// The text of one encoded word, which must be whole characters.
    private func decodedWord(_ word: String) throws -> String {
        let coded = word.dropFirst("=?utf-8?q?".count).dropLast(2)
        let percent = coded.replacing("_", with: " ").replacing("%", with: "=25").replacing("=", with: "%")
        return try #require(String(percent).removingPercentEncoding, "a character is split")
    }

    @Test(
        "A name before a mailbox is quoted where it is ASCII, and encoded where it is not",
        arguments: [
            ("Essex County Council", #""Essex County Council""#), (#"a "b" \c"#, #""a \"b\" \\c""#),
            ("Zoë", "=?utf-8?q?Zo=C3=AB?="), ("=?utf-8?q?x?=", "=?utf-8?q?=3D=3Futf=2D8=3Fq=3Fx=3F=3D?="),
        ])
    func phrases(name: String, expected: String) {
        #expect(HeaderText.phrase(name) == [expected])
    }

    @Test("Parts are folded between them, never within one, and none is lost")
    func folding() {
        for length in 1...90 {
            let parts = (0..<12).map { "\($0)" + String(repeating: "m", count: length) }
            let folded = HeaderText.folded("To: ", parts, separator: ",")
            let lines = folded.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.allSatisfy { $0.utf8.count <= max(76, length + 8) })
            #expect(lines.dropFirst().allSatisfy { $0.hasPrefix(" ") && !$0.hasPrefix("  ") })
            #expect(folded.replacing("\n", with: "") == "To: " + parts.joined(separator: ", "))
        }
    }
}
