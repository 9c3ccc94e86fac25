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
        "warnings": [],
    ]

    @Test("R26: Each column stands in each breach's part under a label in words, in order")
    func columns() {
        let page = Self.page([Self.breach])
        let labels = page.components(separatedBy: #"<th scope="row">"#).dropFirst().map { $0.prefix { $0 != "<" } }
        #expect(labels.count == Clockwork.registerColumns.count - 2, "all but the two of the heading")
        #expect(Array(labels.prefix(3)) == ["Protocol", "Phase", "Summary"])
        #expect(labels.contains("Regulator due by law") && labels.contains("ICO decided by"))
        #expect(labels.allSatisfy { $0.dropFirst().allSatisfy { !$0.isUppercase } || $0.hasPrefix("ICO ") })
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

    @Test("Values are shown by their kind: instants in local time, lists as lists, what is absent as absent")
    func values() {
        let page = Self.page([Self.breach])
        #expect(page.contains("&lt;b&gt;Lost&lt;/b&gt;\nin &quot;B&quot; &amp; 'C'"))
        #expect(!page.contains("<b>"))
        #expect(page.contains(#"<time datetime="2026-07-01T12:00:00Z">"#) && page.contains("13:00 BST</time>"))
        #expect(page.contains(#"<ul><li dir="auto">a&lt;b</li><li dir="auto">c</li></ul>"#))
        #expect(page.contains(#"Individuals</th><td dir="auto">12</td>"#))
        #expect(page.contains(##"<a href="#EDATRS-2026-0001">"##) && page.contains(#"<section id="EDATRS-2026-0001">"#))
        for absent in ["Records", "Warnings"] {
            #expect(page.contains("\(absent)</th><td dir=\"auto\"><span class=\"absent\">none recorded</span></td>"))
        }
    }

    @Test("R29: The page says whose register it is, when it was drawn up, and where the journal stood")
    func introduction() {
        #expect(Self.page([]).contains("Smith &amp; Sons, under Article 33(5) of the UK GDPR: no breaches,"))
        #expect(Self.page([Self.breach]).contains(": 1 breach, closed ones included"))
        #expect(Self.page([Self.breach, Self.breach]).contains(": 2 breaches,"))
        #expect(Self.page([]).contains("up to fact 7 of the journal, whose hash is <code>ab</code>."))
        #expect(!Self.page([]).contains("<table>"))
    }

    @Test("Columns that a later daemon adds are shown too")
    func unknownColumns() {
        let page = Self.page([["id": "A", "newThing": true]], columns: ["id", "newThing"])
        #expect(page.contains(#"New thing</th><td dir="auto">yes</td>"#))
    }
}
