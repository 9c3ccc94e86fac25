import Testing

@testable import BreachClock

@Suite("Rules of texts")
struct TextRulesTests {
    @Test("A text has at most 4,000 characters, a name 200, an id 64")
    func limitsLength() throws {
        let limits: [(Int, (String) throws -> String)] = [
            (4000, { try TextRules.checked($0, field: "f") }),
            (200, { try TextRules.checkedName($0, field: "f") }),
            (64, { try TextRules.checkedID($0, field: "f") }),
        ]
        for (limit, check) in limits {
            let longest = String(repeating: "x", count: limit)
            #expect(try check(longest) == longest)
            // Spaces around a text do not count.
            #expect(try check("  \(longest) ") == longest)
            let refusal = try #require(throws: Refusal.self) { try check(longest + "x") }
            #expect(refusal.field == "f")
            #expect(refusal.reason.contains("\(limit + 1)") && refusal.reason.contains("\(limit)"))
        }
    }

    @Test("Characters are counted as Unicode scalars, whatever they look like together")
    func countsScalars() throws {
        let flag = "🇬🇧"
        #expect(try TextRules.checkedID(String(repeating: flag, count: 32), field: "f").count == 32)
        #expect(throws: Refusal.self) { try TextRules.checkedID(String(repeating: flag, count: 33), field: "f") }
    }

    @Test(
        "Line ends and control characters are refused, by name",
        arguments: [
            ("\n", "a line end"), ("\r", "a line end"), ("\r\n", "a line end"), ("\u{85}", "a line end"),
            ("\u{2028}", "a line end"), ("\u{2029}", "a line end"), ("\t", "a tab"), ("\u{0}", "U+0000"),
            ("\u{7}", "U+0007"), ("\u{B}", "U+000B"), ("\u{1B}", "U+001B"), ("\u{7F}", "U+007F"), ("\u{9B}", "U+009B"),
        ])
    func refusesControls(control: String, name: String) throws {
        for text in ["a\(control)b", "\(control)a", "a\(control)"] {
            let refusal = try #require(throws: Refusal.self) { try TextRules.checked(text, field: "summary") }
            #expect(refusal.field == "summary")
            #expect(refusal.reason.contains(name), "\(refusal.reason)")
        }
    }

    @Test(
        "Other text is kept as it is",
        arguments: [
            "x", "café", "cafe\u{301}", "病院のデータ", "😀👩‍👩‍👧", "a\u{202E}b", "a\u{200B}b", "“quoted” – £12",
            ".", "From here",
            "$(reboot)", "%n%s", "'; drop table", "=cmd()", "a  b", "\u{FEFF}x", "\u{A0}x",
        ])
    func keepsOtherText(text: String) throws {
        let kept = try TextRules.checked(text, field: "f")
        #expect(Array(kept.unicodeScalars) == Array(text.unicodeScalars))
    }

    @Test("Spaces around a text are dropped, and what is nothing else is empty", arguments: ["", " ", "    "])
    func refusesEmptyTexts(text: String) throws {
        let refusal = try #require(throws: Refusal.self) { try TextRules.checked(text, field: "f") }
        #expect(refusal.reason.contains("empty"))
        #expect(try TextRules.checked("\(text)a b\(text)", field: "f") == "a b")
    }
}
