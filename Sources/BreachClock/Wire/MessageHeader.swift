/// The header of a message in the spool, read as far as whoever hands it over has to.
///
/// Source: RFC 5322 section 2.2.
struct MessageHeader: Sendable {
    private let fields: [(name: String, value: String)]

    /// Bytes of a message that are looked at: no header of ours is longer.
    ///
    /// Source: contract of `deliver`.
    static let largestBytes = 64 * 1024

    /// The header of that message. Bytes that are none give one without fields.
    ///
    /// Source: RFC 5322 section 2.2.3 (a line that begins with white space goes on with the one before).
    init(of message: [UInt8]) {
        var fields: [(name: String, value: String)] = []
        let text = String(decoding: message.prefix(Self.largestBytes), as: UTF8.self)
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if line.isEmpty { break }
            if let first = line.first, first == " " || first == "\t" {
                if let last = fields.indices.last { fields[last].value += line }
            } else if let colon = line.firstIndex(of: ":") {
                fields.append((line[..<colon].lowercased(), String(line[line.index(after: colon)...])))
            }
        }
        self.fields = fields
    }

    /// The mailboxes of its recipients.
    ///
    /// Source: RFC 5322 section 3.6.3.
    var recipients: [String] { addresses("to") }

    /// The mailbox that what cannot be delivered goes back to: the author's. Nil where it is not a plain one.
    ///
    /// Source: RFC 5321 section 4.4 (the return path); RFC 5322 section 3.6.2.
    var returnPath: String? {
        let authors = addresses("from")
        guard authors.count == 1, let author = authors.first, Self.isPlain(author) else { return nil }
        return author
    }

    private func addresses(_ name: String) -> [String] {
        fields.filter { $0.name == name }.flatMap { Self.addresses(in: $0.value) }
    }

    /// What stands between the commas that are in no quotation, without the names.
    private static func addresses(in value: String) -> [String] {
        var parts = [""]
        var isQuoted = false
        var isEscaped = false
        for character in value {
            if character == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = character == "\\" && !isEscaped
            if character == ",", !isQuoted { parts.append("") } else { parts[parts.count - 1].append(character) }
        }
        return parts.compactMap(address)
    }

    private static func address(in part: String) -> String? {
        var text = Substring(part)
        if let open = text.lastIndex(of: "<"), let close = text.lastIndex(of: ">"), open < close {
            text = text[text.index(after: open)..<close]
        }
        let words = text.split(whereSeparator: \.isWhitespace)
        return words.count == 1 ? words.first.map(String.init) : nil
    }

    /// Whether the address can stand on a command line and means nothing else there.
    private static func isPlain(_ address: String) -> Bool {
        let local = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-")
        let domain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = parts.first, let last = parts.last, !first.isEmpty, !last.isEmpty else {
            return false
        }
        return !address.hasPrefix("-") && first.allSatisfy(local.contains) && last.allSatisfy(domain.contains)
    }
}
