import Foundation
import Testing

@testable import BreachClock

/// The files of JSONTestSuite and what this project makes of them.
private enum Suite {
    static let folder = Bundle.module.resourceURL?.appending(path: "Vectors/json")

    static let names: [String] = {
        guard let folder else { return [] }
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        return (names ?? []).filter { $0.hasSuffix(".json") }.sorted()
    }()

    static func bytes(_ name: String) throws -> [UInt8] {
        let folder = try #require(folder)
        return [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }

    /// Whether a file is accepted; nil when nobody has decided.
    static func isAccepted(_ name: String) -> Bool? {
        if let answer = ourAnswers[name] { return answer }
        if name.hasPrefix("y_") { return true }
        return name.hasPrefix("n_") ? false : nil
    }

    /// Foundation reads the long digits of this file as a decimal number, which never equals the nearest real.
    static let readAsDecimalByFoundation = "y_number_double_close_to_zero.json"

    /// Our answers where RFC 8259 leaves one open: every `i_` file, and two `y_` files with a repeated key,
    /// which section 4 only says SHOULD NOT be.
    static let ourAnswers: [String: Bool] = [
        "y_object_duplicated_key.json": false,  // a repeated key is ambiguous: RFC 7493 section 2.3
        "y_object_duplicated_key_and_value.json": false,  // the same, though both values agree

        "i_number_double_huge_neg_exp.json": true,  // underflow to zero is an ordinary rounding
        "i_number_huge_exp.json": false,  // beyond the finite reals
        "i_number_neg_int_huge_exp.json": false,  // beyond the finite reals
        "i_number_pos_double_huge_exp.json": false,  // beyond the finite reals
        "i_number_real_neg_overflow.json": false,  // beyond the finite reals
        "i_number_real_pos_overflow.json": false,  // beyond the finite reals
        "i_number_real_underflow.json": true,  // underflow to zero is an ordinary rounding
        "i_number_too_big_neg_int.json": false,  // an integer that would lose precision
        "i_number_too_big_pos_int.json": false,  // an integer that would lose precision
        "i_number_very_big_negative_int.json": false,  // an integer that would lose precision
        "i_object_key_lone_2nd_surrogate.json": false,  // half a surrogate pair is no scalar
        "i_string_1st_surrogate_but_2nd_missing.json": false,  // half a surrogate pair is no scalar
        "i_string_1st_valid_surrogate_2nd_invalid.json": false,  // the second unit is no trailing surrogate
        "i_string_UTF-16LE_with_BOM.json": false,  // not UTF-8
        "i_string_UTF-8_invalid_sequence.json": false,  // not well-formed UTF-8
        "i_string_UTF8_surrogate_U+D800.json": false,  // a surrogate encoded in UTF-8
        "i_string_incomplete_surrogate_and_escape_valid.json": false,  // half a pair before another escape
        "i_string_incomplete_surrogate_pair.json": false,  // half a surrogate pair is no scalar
        "i_string_incomplete_surrogates_escape_valid.json": false,  // two leading surrogates are no pair
        "i_string_invalid_lonely_surrogate.json": false,  // half a surrogate pair is no scalar
        "i_string_invalid_surrogate.json": false,  // half a pair before plain text
        "i_string_invalid_utf-8.json": false,  // the byte FF never occurs in UTF-8
        "i_string_inverted_surrogates_U+1D11E.json": false,  // a pair in the wrong order
        "i_string_iso_latin_1.json": false,  // Latin-1, not UTF-8
        "i_string_lone_second_surrogate.json": false,  // half a surrogate pair is no scalar
        "i_string_lone_utf8_continuation_byte.json": false,  // a sequence without its lead byte
        "i_string_not_in_unicode_range.json": false,  // above U+10FFFF
        "i_string_overlong_sequence_2_bytes.json": false,  // an overlong form of a slash
        "i_string_overlong_sequence_6_bytes.json": false,  // UTF-8 has no six-byte form
        "i_string_overlong_sequence_6_bytes_null.json": false,  // UTF-8 has no six-byte form
        "i_string_truncated-utf-8.json": false,  // a sequence that breaks off
        "i_string_utf16BE_no_BOM.json": false,  // not UTF-8
        "i_string_utf16LE_no_BOM.json": false,  // not UTF-8
        "i_structure_500_nested_arrays.json": false,  // deeper than our sixteen levels
        "i_structure_UTF-8_BOM_empty_object.json": false,  // a byte order mark
    ]
}

private func parse(_ text: String) throws(JSONError) -> JSON {
    try JSON(parsing: Array(text.utf8))
}

/// The error of a text that must be refused.
private func refusal(_ bytes: [UInt8]) throws -> JSONError {
    try #require(throws: JSONError.self) { try JSON(parsing: bytes) }
}

private func refusal(_ text: String) throws -> JSONError {
    try refusal(Array(text.utf8))
}

private func arrays(nested depth: Int) -> String {
    String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
}

@Suite("JSON: the files of JSONTestSuite")
struct JSONTestSuiteTests {
    @Test("All 318 files are there and every one has an answer")
    func everyFileHasAnAnswer() {
        #expect(Suite.names.count == 318)
        #expect(Suite.names.filter { Suite.isAccepted($0) == nil } == [])
        #expect(Set(Suite.ourAnswers.keys).subtracting(Suite.names) == [])
    }

    @Test("Each file is accepted or refused as it must be", arguments: Suite.names)
    func fileIsAnswered(name: String) throws {
        let bytes = try Suite.bytes(name)
        if try #require(Suite.isAccepted(name) as Bool?) {
            #expect(throws: Never.self) { try JSON(parsing: bytes) }
        } else {
            #expect(throws: JSONError.self) { try JSON(parsing: bytes) }
        }
    }

    @Test(
        "What is accepted survives writing and reading again",
        arguments: Suite.names.filter { Suite.isAccepted($0) == true })
    func acceptedFileSurvivesARoundTrip(name: String) throws {
        let value = try JSON(parsing: try Suite.bytes(name))
        #expect(try JSON(parsing: value.compactBytes()) == value)
        #expect(try JSON(parsing: value.prettyBytes()) == value)
    }

    @Test(
        "What is accepted means the same to Foundation",
        arguments: Suite.names.filter { Suite.isAccepted($0) == true && $0 != Suite.readAsDecimalByFoundation })
    func acceptedFileMeansTheSameToFoundation(name: String) throws {
        let bytes = try Suite.bytes(name)
        let ours = try JSON(parsing: bytes).compactBytes()
        let options: JSONSerialization.ReadingOptions = .fragmentsAllowed
        let expected = try JSONSerialization.jsonObject(with: Data(bytes), options: options) as? NSObject
        let actual = try JSONSerialization.jsonObject(with: Data(ours), options: options) as? NSObject
        #expect(actual == expected)
    }
}

@Suite("JSON: reading")
struct JSONParserTests {
    @Test("Values are read into their kinds and in their order")
    func valuesAreRead() throws {
        let value = try parse(#" {"b": [1, -2, 1.5, 1E2, true, false, null], "a": {"": "x"}, "e": [ ], "o": { } } "#)
        #expect(
            value == [
                "b": [1, -2, .real(1.5), .real(100), true, false, nil], "a": ["": "x"], "e": [], "o": [:],
            ])
        #expect(value.object?.members.map(\.key) == ["b", "a", "e", "o"])
    }

    @Test("A slice of a buffer is read as a text of its own")
    func sliceIsRead() throws {
        let buffer = Array("garbage[1]garbage".utf8)
        #expect(try JSON(parsing: buffer[7..<10]) == [1])
        let reason = "a comma or a closing bracket must follow an array element"
        #expect(throws: JSONError(line: 1, column: 3, reason: reason)) { try JSON(parsing: buffer[7..<9]) }
    }

    @Test(
        "Integers are exact up to 2^53 − 1",
        arguments: [
            ("9007199254740991", 9_007_199_254_740_991), ("-9007199254740991", -9_007_199_254_740_991),
            ("0", 0), ("-0", 0), ("-1", -1), ("10", 10),
        ])
    func integersAreExact(text: String, value: Int) throws {
        #expect(try parse(text) == .integer(value))
    }

    @Test(
        "Integers from 2^53 on are refused, however long",
        arguments: [
            "9007199254740992", "-9007199254740992", "9223372036854775808", "-9223372036854775809",
            "18446744073709551616", String(repeating: "9", count: 100_000),
        ])
    func largeIntegersAreRefused(text: String) throws {
        #expect(try refusal(text) == JSONError(line: 1, column: 1, reason: "an integer must lie within ±(2^53 − 1)"))
    }

    @Test(
        "Numbers with a fraction or an exponent are read as the nearest real",
        arguments: [
            ("1.0", 1.0), ("1e0", 1.0), ("1E+2", 100.0), ("-1.5e-1", -0.15), ("0.1", 0.1),
            ("5e-324", Double.leastNonzeroMagnitude),
            ("1e-400", 0.0), ("1.7976931348623157e308", 1.7976931348623157e308),
            ("9007199254740993.0", 9_007_199_254_740_992.0),
            ("9007199254740993." + String(repeating: "0", count: 5000) + "1", 9_007_199_254_740_994.0),
            (String(repeating: "1", count: 400) + "e-399", 1.1111111111111112),
        ] as [(String, Double)])
    func realsAreRead(text: String, value: Double) throws {
        #expect(try parse(text) == .real(value))
    }

    @Test("Reals that are not finite are refused", arguments: ["1e400", "-1e400", "1e99999999999999999999", "2e308"])
    func infiniteRealsAreRefused(text: String) throws {
        #expect(try refusal(text).reason == "the number is too large")
    }

    @Test("Sixteen levels of nesting are accepted and seventeen refused")
    func depthIsLimited() throws {
        #expect(throws: Never.self) { try parse(arrays(nested: 16)) }
        #expect(throws: Never.self) { try parse("[" + arrays(nested: 15) + "," + arrays(nested: 15) + "]") }
        let reason = "arrays and objects must not be nested deeper than 16 levels"
        #expect(try refusal(arrays(nested: 17)) == JSONError(line: 1, column: 17, reason: reason))
        let objects = String(repeating: #"{"a":"#, count: 16)
        #expect(throws: Never.self) { try parse(objects + "1" + String(repeating: "}", count: 16)) }
        #expect(try refusal(objects + "[]" + String(repeating: "}", count: 16)).reason == reason)
    }

    @Test(
        "A repeated key is refused, however it is written",
        arguments: [
            (#"{"a":1,"a":1}"#, 8), (#"{"a":1,"\u0061":2}"#, 8), (#"{"\u00e9":1,"b":2,"é":3}"#, 19),
            (#"{"":1,"":2}"#, 7), (#"{"\ud834\udd1e":1,"𝄞":2}"#, 19),
        ])
    func repeatedKeysAreRefused(text: String, column: Int) throws {
        #expect(try refusal(text) == JSONError(line: 1, column: column, reason: "the object already has this key"))
    }

    @Test("A repeated key is refused in objects of any size", arguments: [2, 15, 16, 17, 18, 40, 1000])
    func repeatedKeysAreRefusedInLargeObjects(count: Int) throws {
        let members = (0..<count).map { "\"key\($0)\":\($0)" }
        #expect(try parse("{" + members.joined(separator: ",") + "}").object?.members.count == count)
        for repeated in Set([0, count / 2, count - 1]) {
            let text = "{" + (members + [members[repeated]]).joined(separator: ",") + "}"
            #expect(try refusal(text).reason == "the object already has this key")
        }
    }

    @Test("Keys that are only canonically equivalent are different keys", arguments: [0, 20])
    func equivalentKeysAreDifferent(others: Int) throws {
        let more = (0..<others).map { ",\"\($0)\":0" }.joined()
        let value = try parse("{\"x\":0\(more),\"\\u00e9\":1,\"e\\u0301\":2}")
        #expect(value.object?["\u{E9}"] == 1)
        #expect(value.object?["e\u{301}"] == 2)
        #expect(try parse("\"\\u00e9\"") != parse("\"e\\u0301\""))
        #expect(try parse("{\"\\u00e9\":1}") != parse("{\"e\\u0301\":1}"))
    }

    @Test("The same key in different objects is no repetition")
    func sameKeyInDifferentObjects() throws {
        #expect(try parse(#"{"a":{"a":[{"a":1},{"a":2}]}}"#) == ["a": ["a": [["a": 1], ["a": 2]]]])
    }

    @Test("Escapes are decoded")
    func escapesAreDecoded() throws {
        let text = #""\"\\\/\b\f\n\r\t\u0000\u00e9\u20AC\uD834\udd1E\uFFFF end""#
        #expect(try parse(text) == .string("\"\\/\u{8}\u{C}\n\r\t\u{0}é€𝄞\u{FFFF} end"))
    }

    @Test("Every scalar can stand in a string as it is or escaped")
    func everyScalarIsRead() throws {
        for plane in UInt32(0)...16 {
            let scalars = (0..<0x10000).compactMap { Unicode.Scalar(plane << 16 | $0) }
            let expected = String(String.UnicodeScalarView(scalars))
            let escaped = expected.utf16.map { "\\u" + String(UInt32($0) + 0x10000, radix: 16).dropFirst() }.joined()
            #expect(try parse("\"" + escaped + "\"") == .string(expected))
            #expect(try JSON(parsing: JSON.string(expected).compactBytes()) == .string(expected))
        }
    }

    @Test("UTF-8 is accepted and refused exactly as the standard library does, for all short sequences")
    func shortSequencesAreCheckedAsUTF8() throws {
        let interesting: [UInt8] = [0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xE0, 0xFF]
        for lead in UInt8(0x80)...0xFF {
            for second in interesting {
                for third in interesting {
                    for end in [[], [0x41], [0x80]] as [[UInt8]] {
                        let sequence = [lead, second, third] + end
                        let isAccepted = (try? JSON(parsing: [0x22] + sequence + [0x22])) != nil
                        #expect(isAccepted == (String(validating: sequence, as: UTF8.self) != nil), "\(sequence)")
                    }
                }
            }
        }
    }

    @Test("Every control character must be escaped in a string and none but white space stands outside of one")
    func controlCharactersAreRefused() throws {
        for control in UInt8(0)..<0x20 {
            let reason = "a control character in a string must be escaped"
            #expect(try refusal([0x22, control, 0x22]) == JSONError(line: 1, column: 2, reason: reason))
            let isAccepted = (try? JSON(parsing: [control, 0x31, control])) != nil
            #expect(isAccepted == [0x09, 0x0A, 0x0D].contains(control))
        }
    }

    @Test("No prefix of a document is a document")
    func prefixesAreRefused() throws {
        let text = #"{"a": [1, -2.5e+3, "é\u00e9\ud834\udd1e\n", true], "b": {"c": false, "d": null}, "e": []}"#
        let bytes = Array(text.utf8)
        #expect(throws: Never.self) { try JSON(parsing: bytes) }
        for count in bytes.indices {
            #expect(throws: JSONError.self, "\(count) bytes") { try JSON(parsing: bytes[..<count]) }
        }
    }

    @Test("No change of a single byte makes the parser stop the program or lose what it accepts")
    func changedBytesAreHandled() throws {
        let bytes = Array(#"{"a":[1,-2.5e+3,"é\u00e9\ud834\udd1e\n",true],"b":{"c":false,"d":null}}"#.utf8)
        for index in bytes.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = bytes
                changed[index] = byte
                guard let value = try? JSON(parsing: changed) else { continue }
                #expect(try JSON(parsing: value.compactBytes()) == value)
            }
        }
    }

    @Test(
        "An error names the line, the column in bytes and the broken rule",
        arguments: [
            ("", 1, 1, "the text ends where a value must stand"),
            (" \n ", 2, 2, "the text ends where a value must stand"),
            ("\u{FEFF}1", 1, 1, "the text must not start with a byte order mark"),
            ("{\"é\": x}", 1, 8, "a value must stand here"),
            ("[1,]", 1, 4, "a value must stand here"),
            ("[\r\n1,\r\n\r\n  2 3]", 4, 5, "a comma or a closing bracket must follow an array element"),
            ("{\"a\":1 \"b\"}", 1, 8, "a comma or a closing brace must follow an object member"),
            ("{\n\"a\":1,\n}", 3, 1, "a key in double quotes must stand here"),
            ("{a:1}", 1, 2, "a key in double quotes must stand here"),
            ("{\"a\" 1}", 1, 6, "a colon must follow a key"),
            ("1 2", 1, 3, "nothing may follow the value"),
            ("[]\n\u{0}", 2, 1, "nothing may follow the value"),
            ("[true, nul]", 1, 8, "the only bare words are true, false and null"),
            ("[012]", 1, 3, "a number must not start with a needless zero"),
            ("-", 1, 2, "a digit must stand here"),
            ("1.", 1, 3, "a digit must stand here"),
            ("1e+x", 1, 4, "a digit must stand here"),
            ("+1", 1, 1, "a value must stand here"),
            ("\"a", 1, 3, "the text ends within a string"),
            ("\"a\\", 1, 4, "the text ends within a string"),
            ("\"a\nb\"", 1, 3, "a control character in a string must be escaped"),
            ("\"a\\x\"", 1, 3, "a backslash must start one of the escapes that JSON has"),
            ("\"\\u12g4\"", 1, 6, "four hexadecimal digits must follow \\u"),
            ("\"ab\\ud800x\"", 1, 4, "a surrogate must be escaped as part of a pair"),
            ("\"ab\\ud800\\u0041\"", 1, 4, "a surrogate must be escaped as part of a pair"),
        ])
    func errorsNameTheirPlace(text: String, line: Int, column: Int, reason: String) throws {
        let error = try refusal(text)
        #expect(error == JSONError(line: line, column: column, reason: reason))
        #expect(error.description == "line \(line), column \(column): \(reason)")
    }

    @Test("Invalid UTF-8 is named at its first byte")
    func invalidUTF8IsNamed() throws {
        let bytes: [UInt8] = [0x22, 0xC3, 0xA9, 0xC0, 0x80, 0x22]
        #expect(try refusal(bytes) == JSONError(line: 1, column: 4, reason: "the text must be valid UTF-8"))
    }

    @Test("The line of every value is found by its path")
    func linesAreFoundByPath() throws {
        let text = """

            {
              "protocols": [
                1,
                {"name":
                    "x", "partners": [
                  {"emails": ["a",
                    "b"]}]}
              ],
              "last": {}
            }
            """
        let (value, lines) = try JSON.parseWithLines(Array(text.utf8))
        #expect(value == (try parse(text)))
        #expect(
            lines == [
                "": 2, "protocols": 3, "protocols[0]": 4, "protocols[1]": 5, "protocols[1].name": 6,
                "protocols[1].partners": 6, "protocols[1].partners[0]": 7, "protocols[1].partners[0].emails": 7,
                "protocols[1].partners[0].emails[0]": 7, "protocols[1].partners[0].emails[1]": 8, "last": 10,
            ])
    }

    @Test("Reading with lines is as strict as reading without")
    func linesAreStrict() throws {
        #expect(throws: JSONError(line: 2, column: 1, reason: "nothing may follow the value")) {
            try JSON.parseWithLines(Array("[]\n]".utf8))
        }
    }

    @Test(
        "A quarter of a mebibyte is read in time, whatever it holds",
        .timeLimit(.minutes(1)),
        arguments: [
            "[" + String(repeating: "1,", count: 131_000) + "1]",
            "{" + (0..<18_000).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}",
            "[" + String(repeating: "[],", count: 87_000) + "1]",
            "\"" + String(repeating: "\\n", count: 131_000) + "\"",
            String(repeating: "9", count: 262_000) + "e-261990",
            String(repeating: " \n", count: 131_000) + "1",
        ])
    func largeTextsAreRead(text: String) throws {
        let value = try parse(text)
        #expect(try JSON(parsing: value.compactBytes()) == value)
    }
}

@Suite("JSON: writing and building")
struct JSONWriterTests {
    @Test("The compact text has no white space")
    func compactText() {
        let value: JSON = ["a": [1, .real(1.5), "x y", true, false, nil], "b": [:], "c": [], "d": ["e": -7]]
        #expect(value.compactText == #"{"a":[1,1.5,"x y",true,false,null],"b":{},"c":[],"d":{"e":-7}}"#)
        var output = Array("x".utf8)
        value.append(compactTo: &output)
        #expect(output == Array("x".utf8) + value.compactBytes())
    }

    @Test("The pretty text has one item a line, two spaces a level and a line feed at the end")
    func prettyText() {
        let value: JSON = ["a": [1, ["b": []]], "c": [:], "d": "e"]
        let expected = """
            {
              "a": [
                1,
                {
                  "b": []
                }
              ],
              "c": {},
              "d": "e"
            }

            """
        #expect(String(decoding: value.prettyBytes(), as: UTF8.self) == expected)
        #expect(JSON.null.prettyBytes() == Array("null\n".utf8))
    }

    @Test("Exactly quotation marks, backslashes, controls and DELETE are escaped")
    func escapes() {
        let controls = String(String.UnicodeScalarView((UInt8(0)..<0x20).map { Unicode.Scalar($0) }))
        let expected =
            #"\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f"#
            + #"\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f"#
        #expect(JSON.string(controls).compactText == "\"\(expected)\"")
        #expect(JSON.string("\"\\/\u{7F} é€𝄞").compactText == #""\"\\/\u007f é€𝄞""#)
        for byte in UInt8(0)..<0x80 {
            let mustBeEscaped = byte < 0x20 || [0x22, 0x5C, 0x7F].contains(byte)
            let text = JSON.string(String(Unicode.Scalar(byte))).compactText
            #expect((text == "\"\(Unicode.Scalar(byte))\"") == !mustBeEscaped)
        }
        #expect((["a\n": 1] as JSON).compactText == #"{"a\n":1}"#)
    }

    @Test("What is shown has no control character in it, on one line or on several; what is kept is as it was")
    func shown() throws {
        for value in UInt8(0x80)...0xBF {
            let scalar = Unicode.Scalar(value)
            let text = JSON.string("a\(scalar)é\(scalar)")
            let isControl = value < 0xA0
            let written = isControl ? "\\u00" + String(value, radix: 16) : String(scalar)
            let expected = "\"a\(written)é\(written)\"\n"
            #expect(String(decoding: text.prettyBytes(), as: UTF8.self) == expected)
            #expect(String(decoding: text.lineBytes(), as: UTF8.self) == expected)
            #expect(text.compactText == "\"a\(scalar)é\(scalar)\"")
            #expect(try JSON(parsing: text.prettyBytes()) == text)
        }
        let value: JSON = ["a": [1, "\u{9B}2J"]]
        #expect(String(decoding: value.lineBytes(), as: UTF8.self) == "{\"a\":[1,\"\\u009b2J\"]}\n")
    }

    @Test("Numbers survive writing and reading, integers as integers and reals as reals")
    func numbersSurvive() throws {
        let reals: [Double] = [
            0.1, -0.0, 1, 100, 1e16, 1e22, 1e300, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1 / 3,
            -123456789.125,
        ]
        let integers = [0, -1, 7, JSON.maximumInteger, -JSON.maximumInteger]
        for value in reals.map(JSON.real) + integers.map(JSON.integer) {
            #expect(try JSON(parsing: value.compactBytes()) == value)
        }
    }

    @Test("What is neither finite nor exact stops the program rather than being written")
    func unwritableNumbersStopTheProgram() async {
        await #expect(processExitsWith: .failure) { _ = JSON.real(.infinity).compactBytes() }
        await #expect(processExitsWith: .failure) { _ = JSON.real(.nan).compactBytes() }
    }

    @Test("A literal that repeats a key stops the program")
    func repeatedKeyInLiteralStopsTheProgram() async {
        await #expect(processExitsWith: .failure) { _ = ["a": 1, "a": 2] as JSON }
    }

    @Test("Setting a key replaces, appends or removes")
    func settingKeys() {
        var object: JSONObject = ["a": 1, "b": 2, "c": 3]
        object["b"] = "x"
        object["d"] = .null
        object["a"] = nil
        object["z"] = nil
        #expect(object == ["b": "x", "c": 3, "d": nil])
        #expect(object["d"] == .some(.null))
        #expect(object["a"] == nil)
        object.append("e", 5)
        #expect(object.members.last == JSONMember(key: "e", value: 5))
        #expect(JSONObject().members.isEmpty)
    }

    @Test("Equality minds kinds, order and bytes")
    func equality() {
        #expect(JSON.integer(1) != .real(1))
        #expect((["a": 1, "b": 2] as JSON) != ["b": 2, "a": 1])
        #expect(JSON.string("\u{E9}") != "e\u{301}")
        #expect(JSON.string("e\u{301}\u{323}") != "e\u{323}\u{301}", "of as many bytes")
        #expect(JSON.string("\u{212A}") != "K", "the sign for kelvin")
        #expect(JSON.null != false)
        #expect(([1, 2] as JSON) != [1])
    }

    @Test("An accessor answers for its own kind only")
    func accessors() {
        let values: [JSON] = [nil, true, 1, .real(1), "s", [1], ["k": 1]]
        #expect(values.map(\.bool) == [nil, true, nil, nil, nil, nil, nil])
        #expect(values.map(\.integer) == [nil, nil, 1, nil, nil, nil, nil])
        #expect(values.map(\.string) == [nil, nil, nil, nil, "s", nil, nil])
        #expect(values.map(\.array) == [nil, nil, nil, nil, nil, [1], nil])
        #expect(values.map(\.object) == [nil, nil, nil, nil, nil, nil, ["k": 1]])
    }
}
