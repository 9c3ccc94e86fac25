/// The base64 encoding: for what must arrive to the last byte.
///
/// Source: RFC 4648 section 4; RFC 2045 section 6.8.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let charactersPerLine = 76

    /// The bytes encoded, in lines of at most 76 characters that end in a line feed.
    ///
    /// Source: RFC 2045 section 6.8.
    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count * 3 / 2)
        var column = 0
        for start in stride(from: 0, to: bytes.count, by: 3) {
            append(bytes[start..<min(start + 3, bytes.count)], to: &result)
            column += 4
            if column == charactersPerLine {
                result.append(UInt8(ascii: "\n"))
                column = 0
            }
        }
        return column > 0 ? result + [UInt8(ascii: "\n")] : result
    }

    /// The bytes that are encoded so, line for line; nil where these are no such lines.
    ///
    /// Source: RFC 4648 section 3.5 (canonical encoding).
    static func decode(_ encoded: [UInt8]) -> [UInt8]? {
        let digits = encoded.filter { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "=") }
        var result: [UInt8] = []
        var bits = 0
        var count = 0
        for digit in digits {
            guard let value = value(of: digit) else { return nil }
            bits = (bits << 6 | value) & 0xFFF
            count += 6
            if count >= 8 {
                count -= 8
                result.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return encode(result) == encoded ? result : nil
    }

    private static func value(of digit: UInt8) -> Int? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(digit) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(digit) - 97 + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(digit) - 48 + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }

    /// One to three bytes as four characters.
    private static func append(_ bytes: ArraySlice<UInt8>, to result: inout [UInt8]) {
        let bits = bytes.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - bytes.count))
        for index in 0..<4 {
            result.append(index <= bytes.count ? alphabet[bits >> (18 - 6 * index) & 63] : UInt8(ascii: "="))
        }
    }
}
