/// Bytes as lower-case hexadecimal text, two digits a byte, as digests are written.
/// Source: RFC 4648 section 8 (in lower case, as coreutils' sha256sum prints it).
enum Hex {
    /// The text of the bytes; twice as many characters, from `0`–`9` and `a`–`f`.
    /// Source: RFC 4648 section 8.
    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(2 * bytes.underestimatedCount)
        for byte in bytes {
            text.append(character(byte >> 4))
            text.append(character(byte & 0xF))
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of the text; nil when it has an odd length or anything but `0`–`9` and `a`–`f`.
    ///
    /// Upper case is refused, so that equal bytes have one text only.
    /// Source: RFC 4648 section 8.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var bytes: [UInt8] = []
        var high: UInt8?
        for character in text.utf8 {
            guard let digit = value(ofLowerCase: character) else { return nil }
            if let upper = high {
                bytes.append(upper << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return high == nil ? bytes : nil
    }

    /// The ASCII character of a digit from 0 to 15, in lower case.
    /// Source: RFC 4648 section 8.
    static func character(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + (digit - 10)
    }

    /// The value, 0 to 15, of an ASCII digit in either case; nil for any other byte.
    /// Source: RFC 4648 section 8.
    static func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        default: value(ofLowerCase: character)
        }
    }

    private static func value(ofLowerCase character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
