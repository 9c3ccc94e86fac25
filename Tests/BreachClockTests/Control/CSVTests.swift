import Testing

@testable import BreachClock

@Suite("CSV")
struct CSVTests {
    @Test(
        "RFC 4180: What holds a comma, a quotation mark or a line end stands in quotation marks",
        arguments: [
            ("", ""), ("plain", "plain"), ("two words", "two words"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""),
            ("\"", "\"\"\"\""), ("a\nb", "\"a\nb\""), ("a\rb", "\"a\rb\""), ("a\r\nb", "\"a\r\nb\""), ("é;x", "é;x"),
            ("a,\u{301}b", "\"a,\u{301}b\""), ("a\"\u{301}b", "\"a\"\"\u{301}b\""), ("\n=1", "\"\n=1\""),
        ])
    func quoting(value: String, field: String) {
        #expect(Array(CSV.field(value).utf8) == Array(field.utf8))
    }

    @Test(
        "What a spreadsheet would run gets an apostrophe before it, whatever combines with its first sign",
        arguments: [
            ("=cmd()", "'=cmd()"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"), ("\rx", "\"'\rx\""),
            ("\r\nx", "\"'\r\nx\""), ("=1,2", "\"'=1,2\""), ("=\"x\"", "\"'=\"\"x\"\"\""), ("=\u{301}1", "'=\u{301}1"),
            ("a=1", "a=1"), ("'=1", "'=1"), (" =1", " =1"), ("-", "'-"),
        ])
    func formulas(value: String, field: String) {
        #expect(Array(CSV.field(value).utf8) == Array(field.utf8))
    }

    @Test(
        "No text passes for two entries of a list",
        arguments: [
            (["a; b", "c"], "a\\; b; c"), (["a;\u{301}b"], "a\\;\u{301}b"), (["a\\", "b"], "a\\\\; b"),
            (["a\\; b"], "a\\\\\\; b"), (["a", "b"], "a; b"), ([""], ""),
        ])
    func lists(entries: [String], field: String) {
        var table = CSV(header: ["x"])
        table.add(["x": .array(entries.map(JSON.string))], columns: ["x"])
        #expect(Array(table.text.utf8) == Array("x\r\n\(field)\r\n".utf8))
    }

    @Test("Each row ends with CR LF; columns are in the header's order; null is empty, a list is joined")
    func rows() {
        var table = CSV(header: ["id", "effects", "individuals", "none", "missing", "told"])
        table.add(
            [
                "told": true, "none": nil, "individuals": 3, "id": "EDATRS-2026-0001", "effects": ["=a", "b, c"],
                "x": 1,
            ],
            columns: ["id", "effects", "individuals", "none", "missing", "told"])
        table.add(["x", "", "", "", "", "y"])
        #expect(
            Array(table.text.utf8)
                == Array(
                    ("id,effects,individuals,none,missing,told\r\n"
                        + "EDATRS-2026-0001,\"'=a; b, c\",3,,,yes\r\nx,,,,,y\r\n").utf8))
    }
}
