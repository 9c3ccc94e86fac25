import Testing

@testable import BreachClock

@Suite("The register as a page")
struct RegisterPageTests {
    private static func page(_ breaches: [JSONObject], columns: [String] = Clockwork.registerColumns) -> String {
        RegisterPage(
            organisation: "Smith & Sons", columns: columns, breaches: breaches,
            head: JournalHead(sequence: 7, hash: "ab"),
            screen: Screen(now: Instant(1_795_183_500), zone: LightLondon(), columns: nil, hasColour: false)
        ).text
    }

    private static let breach: JSONObject = [
        "id": "EDATRS-2026-0001", "title": "Data & treatment", "summary": "<b>Lost</b>\nin \"B\" & 'C'",
        "detectedAt": "2026-07-01T12:00:00Z", "individuals": 12, "records": nil, "informed": ["a<b", "c"],
        "warnings": [], "icoState": "awaiting-decision", "found": "2026-07-01T12:00:00Z",
        "actions": ["2026-07-01T12:00:00Z At 2026-07-01T12:00:00Z the locks were changed."],
        "missed": ["partners 2026-07-01T12:00:00Z, kept after all"],
        "corrections": ["2026-07-01T12:00:00Z occurred 2026-07-01T12:00:00Z (was 2026-07-01T12:00:00Z); reason: Late."],
    ]

    @Test("R26: Each column stands in each breach's part under a label in words, in order")
    func columns() {
        let page = Self.page([Self.breach]).components(separatedBy: "<section")[1]
        let labels = page.components(separatedBy: #"<th scope="row">"#).dropFirst().map { $0.prefix { $0 != "<" } }
        #expect(labels.count == Clockwork.registerColumns.count - 1, "all but the heading's")
        #expect(Array(labels.prefix(4)) == ["Protocol", "Agreement", "Phase", "Summary"])
        for label in labels {
            #expect(label.dropFirst().allSatisfy { !$0.isUppercase } || label.contains("ICO"), "\(label)")
        }
        #expect(page.components(separatedBy: #"scope="rowgroup""#).count == 7, "six parts")
    }

    @Test(
        "Nothing that is written in a text is taken for markup",
        arguments: [
            ("<b>&\"'", "&lt;b&gt;&amp;&quot;'"), ("a\nb\tc", "a\nb\tc"),
            ("\u{0}\u{1B}\u{85}\u{FFFE}", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
            ("é🙂\u{202E}日", "é🙂\u{202E}日"), ("<\u{338}", "&lt;\u{338}"),
        ])
    func escaping(text: String, escaped: String) {
        #expect(Array(RegisterPage.escaped(text).utf8) == Array(escaped.utf8))
    }

    @Test("Values are shown by their kind: lists as lists, states in words, what is absent as absent")
    func values() {
        let page = Self.page([Self.breach])
        #expect(page.contains("&lt;b&gt;Lost&lt;/b&gt;\nin &quot;B&quot; &amp; 'C'"))
        #expect(!page.contains("<b>"))
        #expect(page.contains(#"<ul><li dir="auto">a&lt;b</li><li dir="auto">c</li></ul>"#))
        #expect(page.contains(#"Number of people</th><td dir="auto">12</td>"#))
        #expect(page.contains(##"<a href="#EDATRS-2026-0001">"##) && page.contains(#"<section id="EDATRS-2026-0001">"#))
        #expect(page.contains(#"Number of records</th><td dir="auto"><span class="absent">–</span></td>"#))
        #expect(page.contains(#"Warnings</th><td dir="auto"><span class="absent">none</span></td>"#))
        #expect(page.contains(#"State</th><td dir="auto">awaiting decision</td>"#))
    }

    @Test("R3: Every instant of the daemon's is in local time; what people wrote stands as they wrote it")
    func instants() {
        let local = #"<time datetime="2026-07-01T12:00:00Z">Wed 1 Jul 2026 13:00 BST</time>"#
        let page = Self.page([Self.breach])
        #expect(page.contains(#"Detected at</th><td dir="auto">\#(local)</td>"#))
        #expect(page.contains(#"<li dir="auto">\#(local) At 2026-07-01T12:00:00Z the locks were changed.</li>"#))
        #expect(page.contains(#"<li dir="auto">partners \#(local), kept after all</li>"#))
        #expect(
            page.contains(#"<li dir="auto">\#(local) occurred \#(local) (was \#(local)); reason: Late.</li>"#))
        #expect(page.contains(#"How it was found</th><td dir="auto">2026-07-01T12:00:00Z</td>"#))
    }

    @Test("R29: The page says whose register it is, when it was drawn up, and where the journal stood")
    func introduction() {
        #expect(Self.page([]).contains("Smith &amp; Sons, under Article 33(5) of the UK GDPR: no breaches,"))
        #expect(Self.page([Self.breach]).contains(": 1 breach, closed ones included"))
        #expect(Self.page([Self.breach, Self.breach]).contains(": 2 breaches,"))
        #expect(Self.page([]).contains("stood at fact 7, by whose hash it can be checked: <code>ab</code>."))
        #expect(!Self.page([]).contains("<table>"))
    }

    @Test("Columns that a later daemon adds are shown too")
    func unknownColumns() {
        let page = Self.page([["id": "A", "newThing": true]], columns: ["id", "newThing"])
        #expect(page.contains(#"New thing</th><td dir="auto">yes</td>"#))
    }
}
