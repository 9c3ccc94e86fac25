/// Something wrong in a document, and where.
///
/// Source: contract of `--check-config` (path and line) and of the control socket (`InvalidParameter`).
struct DocumentProblem: Equatable, Sendable {
    /// The path of the value, such as `protocols[3].clause.partnerHours`.
    ///
    /// Source: contract of `--check-config`.
    var path: String
    /// One sentence that says what is wrong and what would be accepted.
    ///
    /// Source: contract of `--check-config`.
    var reason: String
}

/// Collects what is wrong in one document, so that an administrator is told everything at once.
///
/// Source: contract of `--check-config` (every problem).
final class DocumentProblems {
    /// The problems, in the order in which they were found.
    ///
    /// Source: contract of `--check-config`.
    private(set) var all: [DocumentProblem] = []

    /// Adds a problem.
    ///
    /// Source: contract of `--check-config`.
    func add(_ path: DocumentPath, _ reason: String) {
        all.append(DocumentProblem(path: path.description, reason: reason))
    }
}

/// Reads the members of one JSON object, noting what is missing, wrong or unknown.
///
/// Every reading returns nil for a value that is absent or wrong; what is wrong has been noted then.
///
/// Source: contract of the configuration (unknown keys are refused with the nearest known one).
final class ObjectReader {
    /// Whether a member must be there.
    ///
    /// Source: contract of the configuration.
    enum Presence {
        /// It must be there; or it may be absent or null.
        ///
        /// Source: contract of the configuration.
        case required, optional
    }

    /// The object's path in its document.
    ///
    /// Source: contract of `--check-config`.
    let path: DocumentPath
    /// Where problems are noted.
    ///
    /// Source: contract of `--check-config`.
    let problems: DocumentProblems

    private let object: JSONObject
    /// Few: to look through them costs less than to hash them.
    private var asked: [String] = []

    /// The reader of that object.
    ///
    /// Source: contract of the configuration.
    init(_ object: JSONObject, path: DocumentPath = .root, problems: DocumentProblems) {
        self.object = object
        self.path = path
        self.problems = problems
        asked.reserveCapacity(object.members.count)
    }

    // MARK: - Values

    /// A text.
    ///
    /// Source: RFC 8259 section 7.
    func string(_ key: String, _ presence: Presence = .required) -> String? {
        value(key, presence).flatMap { value in
            expect(value.string, key, "a text")
        }
    }

    /// A text that stands in a line: not empty, without line ends and control characters, at most so many characters.
    ///
    /// Source: contract of the limits.
    func line(_ key: String, _ presence: Presence = .required, longest: Int = 4000) -> String? {
        guard let text = string(key, presence) else { return nil }
        if let reason = Self.lineProblem(text, longest: longest) {
            note(key, reason)
            return nil
        }
        return text
    }

    /// A whole number in that range.
    ///
    /// Source: RFC 7493 section 2.2 (exact integers).
    func integer(_ key: String, _ presence: Presence = .required, in range: ClosedRange<Int>) -> Int? {
        guard let value = value(key, presence) else { return nil }
        guard let number = value.integer, range.contains(number) else {
            note(key, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    /// True or false.
    ///
    /// Source: RFC 8259 section 3.
    func bool(_ key: String, _ presence: Presence = .required) -> Bool? {
        value(key, presence).flatMap { expect($0.bool, key, "true or false") }
    }

    /// One of a few names.
    ///
    /// Source: contract of the names.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        _ presence: Presence = .required,
        of type: Choice.Type = Choice.self
    ) -> Choice? {
        guard let text = string(key, presence) else { return nil }
        return choice(text, path: pathOf(key))
    }

    /// A list of texts that stand in a line each.
    ///
    /// Source: contract of the configuration.
    func lines(_ key: String, _ presence: Presence = .required, longest: Int = 320) -> [String]? {
        elements(key, presence) { value, path in
            guard let text = value.string else {
                self.problems.add(path, "must be a text")
                return nil
            }
            if let reason = Self.lineProblem(text, longest: longest) {
                self.problems.add(path, reason)
                return nil
            }
            return text
        }
    }

    /// A list of texts that mean something each; nil where the list is absent.
    ///
    /// Source: contract of the configuration.
    func parsed<Value>(_ key: String, as words: String, _ parse: (String) -> Value?) -> [Value]? {
        elements(key, .optional) { value, path in
            let parsed = value.string.flatMap(parse)
            if parsed == nil { self.problems.add(path, "must be \(words)") }
            return parsed
        }
    }

    /// A list of names, each one of a few.
    ///
    /// Source: contract of the names.
    func choices<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        _ presence: Presence = .required,
        of type: Choice.Type = Choice.self
    ) -> [Choice]? {
        elements(key, presence) { value, path in
            guard let text = value.string else {
                self.problems.add(path, "must be a text")
                return nil
            }
            return self.choice(text, path: path)
        }
    }

    /// An instant in UTC.
    ///
    /// Source: RFC 3339 section 5.6.
    func instant(_ key: String, _ presence: Presence = .required) -> Instant? {
        string(key, presence).flatMap { expect(Instant(rfc3339: $0), key, "an instant such as 2026-11-20T14:05:00Z") }
    }

    /// A day.
    ///
    /// Source: RFC 3339 section 5.6 (full-date).
    func date(_ key: String, _ presence: Presence = .required) -> CivilDate? {
        string(key, presence).flatMap { expect(CivilDate($0), key, "a day such as 2026-11-20") }
    }

    /// A breach's reference.
    ///
    /// Source: contract of the references.
    func reference(_ key: String) -> BreachReference? {
        string(key).flatMap { expect(BreachReference($0), key, "a reference such as EDATRS-2026-0001") }
    }

    /// An object.
    ///
    /// Source: RFC 8259 section 4.
    func object(_ key: String, _ presence: Presence = .required) -> ObjectReader? {
        guard let value = value(key, presence) else { return nil }
        return expect(value.object, key, "an object").map {
            ObjectReader($0, path: pathOf(key), problems: problems)
        }
    }

    /// A list of objects.
    ///
    /// Source: RFC 8259 section 5.
    func objects(_ key: String, _ presence: Presence = .required) -> [ObjectReader]? {
        elements(key, presence) { value, path in
            guard let object = value.object else {
                self.problems.add(path, "must be an object")
                return nil
            }
            return ObjectReader(object, path: path, problems: self.problems)
        }
    }

    /// A list of things that are objects, all of them right.
    ///
    /// Source: RFC 8259 section 5.
    func all<Element>(
        _ key: String,
        _ read: (ObjectReader) -> Element?,
        presence: Presence = .required
    ) -> [Element]? {
        guard let objects = objects(key, presence) else { return nil }
        let elements = objects.map(read)
        return elements.contains { $0 == nil } ? nil : elements.compactMap { $0 }
    }

    /// The member as it is; nil when it is absent or null.
    ///
    /// Source: RFC 8259 section 4.
    func value(_ key: String, _ presence: Presence = .required) -> JSON? {
        asked.append(key)
        let value = object[key]
        if let value, value != .null { return value }
        if presence == .required { note(key, "is missing") }
        return nil
    }

    /// The members' names, in order.
    ///
    /// Source: RFC 8259 section 4.
    var keys: [String] { object.members.map(\.key) }

    /// Notes a member that nobody asked for, with the nearest that there is. To be called last.
    ///
    /// Source: contract of the configuration (unknown keys).
    func refuseUnknown() {
        let unknown = object.members.map(\.key).filter { !asked.contains($0) }
        guard !unknown.isEmpty else { return }
        let known = Set(asked).sorted()
        for key in unknown {
            let hint =
                nearestName(to: key, among: known).map { "; did you mean “\($0)”?" }
                ?? "; known are \(known.joined(separator: ", "))"
            problems.add(pathOf(key.shownInMessage), "is unknown\(hint)")
        }
    }

    /// Notes what is wrong with a member.
    ///
    /// Source: contract of `--check-config`.
    func note(_ key: String, _ reason: String) {
        problems.add(pathOf(key), reason)
    }

    /// The path of a member.
    ///
    /// Source: contract of `--check-config`.
    func pathOf(_ key: String) -> DocumentPath { .member(key, of: path) }

    // MARK: - Helpers

    private func expect<Value>(_ value: Value?, _ key: String, _ what: String) -> Value? {
        if value == nil { note(key, "must be \(what)") }
        return value
    }

    private func choice<Choice: RawRepresentable<String> & CaseIterable>(_ text: String, path: DocumentPath) -> Choice?
    {
        if let choice = Choice(rawValue: text) { return choice }
        let accepted = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        problems.add(path, "must be one of \(accepted)")
        return nil
    }

    private func elements<Element>(
        _ key: String,
        _ presence: Presence,
        _ read: (JSON, DocumentPath) -> Element?
    ) -> [Element]? {
        guard let value = value(key, presence), let array = expect(value.array, key, "a list") else { return nil }
        let path = pathOf(key)
        let read = array.enumerated().compactMap { index, element in read(element, .element(index, of: path)) }
        // One that is wrong has been noted: without it the others say something else than was written.
        return read.count == array.count ? read : nil
    }

    private static func lineProblem(_ text: String, longest: Int) -> String? {
        if text.isEmpty { return "is empty" }
        if text.unicodeScalars.count > longest { return "is longer than \(longest) characters" }
        let hasControl = text.unicodeScalars.contains(where: \.isControlOrLineEnd)
        return hasControl ? "has a line end or control character" : nil
    }
}
