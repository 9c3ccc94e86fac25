/// Reads a call's parameters one by one; the first that is wrong ends it.
///
/// Source: varlink.org, `org.varlink.service.InvalidParameter`.
final class ParameterReader {
    private let object: JSONObject
    private var asked: Set<String> = []

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

    /// A list of texts that may be there.
    ///
    /// Source: varlink.org, `?[]string`.
    func optionalTexts(_ name: String) throws(CommandDecoder.Failure) -> [String]? {
        try optional(name) { value in
            guard let array = value.array else { return nil }
            let texts = array.compactMap(\.string)
            return texts.count == array.count ? texts : nil
        }
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
        try optional(name) { $0.string.flatMap(Choice.init(rawValue:)) }
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
        if let unknown = object.members.first(where: { !asked.contains($0.key) }) {
            throw .invalidParameter(unknown.key)
        }
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
        asked.insert(name)
        let value = object[name]
        return value == .null ? nil : value
    }
}
