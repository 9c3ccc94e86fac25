/// Reads a call's parameters one by one; the first that is wrong ends it.
///
/// A text is what people write, and is looked at scalar by scalar. A word is looked up and compared, which takes quadratic
/// time for some long texts, so a word that is longer than any that could be right goes no further than here.
///
/// Source: varlink.org, `org.varlink.service.InvalidParameter`; hostile inputs.
final class ParameterReader {
    private let object: JSONObject
    private var asked: [String] = []

    /// Bytes of a word. An id has 64 at most, a time less; what is a bit longer is answered as unknown, like any other.
    ///
    /// Source: contract of the limits.
    private static let longestWord = 512
    /// Bytes of all words of a list together: ids of some hundred partners.
    private static let longestList = 16 * 1024

    /// The reader of those parameters.
    ///
    /// Source: varlink.org, "Method Call".
    init(_ object: JSONObject) {
        self.object = object
    }

    /// A text that must be there.
    ///
    /// Source: varlink.org, `string`.
    func text(_ name: String) throws(CommandDecoder.Failure) -> String {
        guard let text = value(name)?.string else { throw .invalidParameter(name) }
        return text
    }

    /// A text that may be there.
    ///
    /// Source: varlink.org, `?string`.
    func optionalText(_ name: String) throws(CommandDecoder.Failure) -> String? {
        try optional(name) { $0.string }
    }

    /// A word that must be there: an id, a time, a name of a few.
    ///
    /// Source: varlink.org, `string`; hostile inputs.
    func word(_ name: String) throws(CommandDecoder.Failure) -> String {
        let word = try text(name)
        try refuseBeyond(Self.longestWord, word.utf8.count, name)
        return word
    }

    /// A word that may be there.
    ///
    /// Source: varlink.org, `?string`; hostile inputs.
    func optionalWord(_ name: String) throws(CommandDecoder.Failure) -> String? {
        let word = try optionalText(name)
        try refuseBeyond(Self.longestWord, word?.utf8.count ?? 0, name)
        return word
    }

    /// A list of words that may be there.
    ///
    /// Source: varlink.org, `?[]string`; hostile inputs.
    func optionalWords(_ name: String) throws(CommandDecoder.Failure) -> [String]? {
        let words: [String]? = try optional(name) { value in
            guard let array = value.array else { return nil }
            let words = array.compactMap(\.string)
            return words.count == array.count ? words : nil
        }
        let lengths = (words ?? []).map(\.utf8.count)
        try refuseBeyond(Self.longestWord, lengths.max() ?? 0, name)
        try refuseBeyond(Self.longestList, lengths.reduce(0, +), name)
        return words
    }

    /// A whole number that may be there.
    ///
    /// Source: varlink.org, `?int`.
    func optionalInteger(_ name: String) throws(CommandDecoder.Failure) -> Int? {
        try optional(name) { $0.integer }
    }

    /// True or false, false where it is not there.
    ///
    /// Source: varlink.org, `?bool`.
    func flag(_ name: String) throws(CommandDecoder.Failure) -> Bool {
        try optionalFlag(name) ?? false
    }

    /// True or false, nil where it is not there.
    ///
    /// Source: varlink.org, `?bool`.
    func optionalFlag(_ name: String) throws(CommandDecoder.Failure) -> Bool? {
        try optional(name) { $0.bool }
    }

    /// One of a few names that may be there.
    ///
    /// Source: varlink.org, enumerations.
    func optionalChoice<Choice: RawRepresentable<String>>(_ name: String) throws(CommandDecoder.Failure) -> Choice? {
        try optional(name) { value in
            guard let word = value.string, word.utf8.count <= Self.longestWord else { return nil }
            return Choice(rawValue: word)
        }
    }

    /// One of a few names; that where it is not there.
    ///
    /// Source: varlink.org, enumerations.
    func choice<Choice: RawRepresentable<String>>(
        _ name: String,
        or otherwise: Choice
    ) throws(CommandDecoder.Failure) -> Choice {
        try optionalChoice(name) ?? otherwise
    }

    /// One of a few names that must be there.
    ///
    /// Source: varlink.org, enumerations.
    func choice<Choice: RawRepresentable<String>>(_ name: String) throws(CommandDecoder.Failure) -> Choice {
        guard let choice: Choice = try optionalChoice(name) else { throw .invalidParameter(name) }
        return choice
    }

    /// Ends with the first parameter that nobody asked for.
    ///
    /// Source: varlink.org, `InvalidParameter`.
    func refuseUnknown() throws(CommandDecoder.Failure) {
        if let unknown = object.members.first(where: { !wasAsked($0.key) }) {
            throw .invalidParameter(unknown.key)
        }
    }

    private func wasAsked(_ key: String) -> Bool { asked.contains { key.hasSameBytes(as: $0) } }

    private func refuseBeyond(_ most: Int, _ bytes: Int, _ name: String) throws(CommandDecoder.Failure) {
        guard bytes > most else { return }
        throw .refusal(
            .refused(field: name, reason: "It has \(bytes) bytes; nothing of more than \(most) can stand here."))
    }

    private func optional<Value>(
        _ name: String,
        _ read: (JSON) -> Value?
    ) throws(CommandDecoder.Failure) -> Value? {
        guard let value = value(name) else { return nil }
        guard let read = read(value) else { throw .invalidParameter(name) }
        return read
    }

    private func value(_ name: String) -> JSON? {
        asked.append(name)
        let value = object[name]
        return value == .null ? nil : value
    }
}
