/// A message read back from its bytes as a mail program reads them: only what this product writes is understood.
///
/// Source: RFC 5322 section 2.2; RFC 2045; RFC 2047.
struct MailReading: Equatable {
    /// What it holds, decoded; nothing where it has parts.
    ///
    /// Source: RFC 2045 section 6.
    private(set) var body: [UInt8] = []
    /// Its parts, in order; none where it is one text.
    ///
    /// Source: RFC 2046 section 5.1.
    private(set) var parts: [MailReading] = []

    private var fields: [String: [UInt8]] = [:]

    /// The message in those bytes; nil where they are none: no ASCII, lines that are too long, a field without a name or
    /// twice, an encoding that is not as it is written.
    ///
    /// Source: RFC 5322 sections 2.1.1, 2.2.
    init?(_ bytes: [UInt8]) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard bytes.allSatisfy({ $0 == UInt8(ascii: "\n") || (0x20..<0x7F).contains($0) }),
            lines.allSatisfy({ $0.count <= 998 })
        else { return nil }
        self.init(lines: lines[...], isPart: false)
    }

    /// A part has no parts: none is written so, and whoever can add a file could have them nested without end.
    private init?(lines: ArraySlice<ArraySlice<UInt8>>, isPart: Bool) {
        guard let end = lines.firstIndex(where: \.isEmpty), readFields(lines[..<end]) else { return nil }
        let content = lines[(end + 1)...]
        if let boundary {
            guard !isPart, let parts = Self.parts(content, "--\(boundary)") else { return nil }
            self.parts = parts
        } else {
            guard let body = decoded(content) else { return nil }
            self.body = body
        }
    }

    private var boundary: Substring? {
        let prefix = "multipart/mixed; boundary=\""
        guard let type = self["Content-Type"], type.hasPrefix(prefix), type.hasSuffix("\"") else { return nil }
        return type.dropFirst(prefix.count).dropLast()
    }

    /// The parts between the delimiters, with nothing before the first and nothing after the last.
    private static func parts(_ lines: ArraySlice<ArraySlice<UInt8>>, _ delimiter: String) -> [MailReading]? {
        guard lines.first?.elementsEqual(delimiter.utf8) == true,
            lines.suffix(2).map(Array.init) == [Array("\(delimiter)--".utf8), []]
        else { return nil }
        var parts: [MailReading] = []
        for part in lines.dropFirst().dropLast(2).split(
            omittingEmptySubsequences: false, whereSeparator: { $0.elementsEqual(delimiter.utf8) })
        {
            guard let part = MailReading(lines: part, isPart: true) else { return nil }
            parts.append(part)
        }
        return parts
    }

    private func decoded(_ lines: ArraySlice<ArraySlice<UInt8>>) -> [UInt8]? {
        switch self["Content-Transfer-Encoding"] {
        case "quoted-printable": Self.quotedPrintable(lines)
        case "base64": Base64.decode(Array(lines.joined(separator: [UInt8(ascii: "\n")])) + [UInt8(ascii: "\n")])
        default: nil
        }
    }

    /// Folding adds a line end before white space, and nothing else.
    private mutating func readFields(_ lines: ArraySlice<ArraySlice<UInt8>>) -> Bool {
        var last = ""
        for line in lines {
            if line.first == UInt8(ascii: " ") {
                guard !last.isEmpty else { return false }
                fields[last, default: []] += line
                continue
            }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return false }
            last = String(decoding: line[..<colon], as: UTF8.self)
            guard !last.isEmpty, fields[last] == nil else { return false }
            fields[last] = Array(line[(colon + 1)...])
        }
        return true
    }

    /// A field's value, unfolded.
    ///
    /// Source: RFC 5322 section 2.2.3.
    subscript(name: String) -> String? {
        fields[name].map { String(decoding: $0.drop { $0 == UInt8(ascii: " ") }, as: UTF8.self) }
    }

    /// A field whose value is text, decoded.
    ///
    /// Source: RFC 2047.
    func text(_ name: String) -> String? { self[name].flatMap(Self.words) }

    /// The name before a field's mailbox, decoded.
    ///
    /// Source: RFC 5322 section 3.2.4 (quoted strings); RFC 2047.
    func phrase(_ name: String) -> String? {
        guard let value = self[name], let end = value.lastIndex(of: "<") else { return nil }
        let phrase = value[..<end].utf8.dropLast()
        guard phrase.first == UInt8(ascii: "\"") else { return Self.words(String(Substring(phrase))) }
        var result: [UInt8] = []
        var isEscaped = false
        for byte in phrase.dropFirst().dropLast() {
            if byte == UInt8(ascii: "\\"), !isEscaped {
                isEscaped = true
            } else {
                result.append(byte)
                isEscaped = false
            }
        }
        return String(validating: result, as: UTF8.self)
    }

    /// Encoded words, between which the space counts for nothing; or text as it stands.
    private static func words(_ value: String) -> String? {
        guard value.hasPrefix("=?") else { return value }
        var bytes: [UInt8] = []
        for word in value.utf8.split(separator: UInt8(ascii: " ")) {
            guard word.starts(with: "=?utf-8?q?".utf8), word.suffix(2).elementsEqual("?=".utf8), word.count <= 75,
                let part = decoded(word.dropFirst(10).dropLast(2).map { $0 == UInt8(ascii: "_") ? 0x20 : $0 })
            else { return nil }
            bytes += part
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Quoted-printable text: a line that ends with `=` goes on in the next.
    private static func quotedPrintable(_ lines: ArraySlice<ArraySlice<UInt8>>) -> [UInt8]? {
        var joined: [UInt8] = []
        for (index, line) in lines.enumerated() {
            guard line.count <= 76, line.last != UInt8(ascii: " ") else { return nil }
            if line.last == UInt8(ascii: "=") {
                joined += line.dropLast()
            } else {
                joined += line
                if index + 1 < lines.count { joined.append(UInt8(ascii: "\n")) }
            }
        }
        return decoded(joined)
    }

    /// The bytes with each `=` and two digits as the byte that they stand for.
    private static func decoded(_ bytes: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "=") {
                guard index + 2 < bytes.count,
                    let byte = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
                else { return nil }
                result.append(byte)
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }
}
