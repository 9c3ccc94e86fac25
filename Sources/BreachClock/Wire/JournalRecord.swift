/// One line of the journal: the fact in the first column, a tab, its texts in the second, a line feed.
///
/// Source: contract of the journal; R31.
enum JournalRecord {
    /// Bytes of salt before each text: as many as make guessing a redacted text from its digest hopeless.
    ///
    /// Source: R31; NIST SP 800-132 section 5.1 (at least 128 bits).
    static let saltBytes = 16

    /// Hexadecimal digits of the check that ends the first column: so many that no damage leaves it right by chance.
    ///
    /// Source: contract of the journal (`check`).
    static let checkDigits = 16

    /// A line ready to be appended.
    ///
    /// Source: contract of the journal.
    struct Line: Equatable, Sendable {
        /// The line with its line feed.
        ///
        /// Source: contract of the journal.
        var bytes: [UInt8]
        /// Where the journal stands after it.
        ///
        /// Source: contract of the journal.
        var head: JournalHead
    }

    /// What a line holds.
    ///
    /// Source: contract of the journal.
    struct Content: Equatable, Sendable {
        /// The fact.
        ///
        /// Source: contract of the journal.
        var fact: Fact
        /// The hash that it names as the one before.
        ///
        /// Source: contract of the journal (`prev`).
        var previousHash: String
        /// Where the journal stands after it.
        ///
        /// Source: contract of the journal.
        var head: JournalHead
        /// The names of the texts that are not there any more.
        ///
        /// Source: R31.
        var redacted: [String]
    }

    /// Why a line cannot be read.
    ///
    /// Source: contract of `verify`.
    struct Damage: Error, Equatable, Sendable {
        /// One sentence, without the line's number.
        ///
        /// Source: contract of `verify`.
        var reason: String
    }

    // MARK: - Writing

    /// The line for a fact after that head.
    ///
    /// - Parameter salt: Fresh random bytes, `saltBytes` of them, for each text.
    ///
    /// Source: contract of the journal; R31.
    static func line(for fact: Fact, after head: JournalHead, salt: () -> [UInt8]) -> Line {
        let event = EncodedEvent(fact.event)
        var members: JSONObject = [
            "seq": .integer(fact.sequence),
            "at": .instant(fact.at),
            "prev": .string(head.hash),
            "type": .string(event.type.rawValue),
            "account": .string(fact.account.name),
            "uid": .integer(fact.account.uid),
        ]
        for member in event.members.members where member.value != .null { members.append(member.key, member.value) }
        let (digests, texts) = columns(event.texts, salt: salt)
        if !digests.members.isEmpty { members.append("texts", .object(digests)) }

        var (bytes, hash) = checked(members)
        bytes.append(UInt8(ascii: "\t"))
        if !texts.members.isEmpty { JSON.object(texts).append(compactTo: &bytes) }
        bytes.append(UInt8(ascii: "\n"))
        return Line(bytes: bytes, head: JournalHead(sequence: fact.sequence, hash: hash))
    }

    /// The first column, which ends with a check of itself, and its hash. The chain shows a line that was changed only by
    /// the line after it: the check shows it in the last line too, and says which of the two it is.
    private static func checked(_ members: JSONObject) -> (bytes: [UInt8], hash: String) {
        let bytes = JSON.object(members).compactBytes().dropLast()
        var digest = SHA256()
        digest.update(bytes)
        let end = ending(check: check(digest))
        digest.update(end)
        return (bytes + end, Hex.encode(digest.finish()))
    }

    /// The check of what was taken in.
    private static func check(_ digest: SHA256) -> String { Hex.encode(digest.finish().prefix(checkDigits / 2)) }

    /// The last member of a first column and the brace that closes it.
    private static func ending(check: String) -> [UInt8] {
        Array(#","check":""#.utf8) + Array(check.utf8) + Array(#""}"#.utf8)
    }

    /// The digests for the first column and the texts with their salts for the second.
    private static func columns(
        _ texts: [(name: String, text: FreeText)],
        salt: () -> [UInt8]
    ) -> (digests: JSONObject, texts: JSONObject) {
        var digests = JSONObject()
        var column = JSONObject()
        for (name, text) in texts {
            guard let written = text.text else { continue }
            let salt = salt()
            digests.append(name, .string(digest(of: written, salt: salt)))
            column.append(name, .object(["salt": .string(Hex.encode(salt)), "text": .string(written)]))
        }
        return (digests, column)
    }

    /// The salted digest that ties a text to its fact: SHA-256 of the salt's bytes and the text's UTF-8.
    ///
    /// Source: R31.
    private static func digest(of text: String, salt: [UInt8]) -> String {
        SHA256.hexadecimal(of: salt + Array(text.utf8))
    }

    // MARK: - Redacting

    /// The line without some of its texts: their digests stay in the chain.
    ///
    /// - Parameters:
    ///   - line: The line without its line feed.
    ///   - names: The texts' names.
    ///
    /// Source: R31.
    static func line(_ line: ArraySlice<UInt8>, without names: Set<String>) throws(Damage) -> [UInt8] {
        guard let tab = line.firstIndex(of: UInt8(ascii: "\t")) else {
            throw Damage(reason: "It has no tab between the fact and its texts.")
        }
        let column = line[(tab + 1)...]
        guard !column.isEmpty else { return Array(line) }
        var texts = try object(column, "text column")
        for name in names { texts[name] = nil }
        var bytes = Array(line[...tab])
        if !texts.members.isEmpty { JSON.object(texts).append(compactTo: &bytes) }
        return bytes
    }

    // MARK: - Reading

    /// What a line holds. The chain is for whoever knows the line before to check.
    ///
    /// - Parameter line: The line without its line feed.
    ///
    /// Source: contract of the journal.
    static func read(_ line: ArraySlice<UInt8>) throws(Damage) -> Content {
        guard let tab = line.firstIndex(of: UInt8(ascii: "\t")) else {
            throw Damage(reason: "It has no tab between the fact and its texts.")
        }
        let factColumn = line[..<tab]
        let textColumn = line[(tab + 1)...]
        let problems = DocumentProblems()
        let reader = ObjectReader(try object(factColumn, "fact"), problems: problems)
        let sequence = reader.integer("seq", in: 1...Int.max)
        let at = reader.instant("at")
        let previousHash = reader.string("prev")
        let account = reader.string("account")
        let uid = reader.integer("uid", in: 0...Int(UInt32.max))
        let digests = reader.object("texts", .optional)
        let typeName = reader.string("type")
        let check = reader.string("check")
        let texts = try texts(digests, textColumn)
        let textReader = TextReader(texts, problems: problems)

        guard let typeName, let type = FactType(rawValue: typeName) else {
            throw Damage(reason: "Its type, “\(typeName ?? "")”, is not known to this version.")
        }
        let event = Event(type, reader, textReader)
        reader.refuseUnknown()
        textReader.refuseUnknown()
        if let problem = problems.all.first { throw Damage(reason: "Its \(problem.path) \(problem.reason).") }
        guard let sequence, let at, let previousHash, let account, let uid, let event, let check else {
            throw Damage(reason: "It is incomplete.")
        }
        let hash = try hash(of: factColumn, check: check)
        return Content(
            fact: Fact(sequence: sequence, at: at, account: Account(uid: uid, name: account), event: event),
            previousHash: previousHash,
            head: JournalHead(sequence: sequence, hash: hash),
            redacted: texts.filter { $0.value == .redacted }.keys.sorted()
        )
    }

    /// The hash of a first column, whose check must be right.
    private static func hash(of column: ArraySlice<UInt8>, check: String) throws(Damage) -> String {
        let end = ending(check: check)
        var digest = SHA256()
        digest.update(column.dropLast(end.count))
        guard column.suffix(end.count).elementsEqual(end), check == self.check(digest) else {
            throw Damage(reason: "Its check, “\(check)”, is not that of the bytes before it: they were changed.")
        }
        digest.update(end)
        return Hex.encode(digest.finish())
    }

    private static func object(_ bytes: ArraySlice<UInt8>, _ what: String) throws(Damage) -> JSONObject {
        do throws(JSONError) {
            guard let object = try JSON(parsing: bytes).object else {
                throw JSONError(line: 1, column: 1, reason: "it is no object")
            }
            return object
        } catch {
            throw Damage(reason: "Its \(what) cannot be read at column \(error.column): \(error.reason).")
        }
    }

    /// The texts that the fact has digests of, checked against them; those that are gone as redacted.
    private static func texts(
        _ digests: ObjectReader?,
        _ column: ArraySlice<UInt8>
    ) throws(Damage) -> [String: FreeText] {
        let bytes = column
        var column = column.isEmpty ? JSONObject() : try object(column, "text column")
        guard bytes.isEmpty || !column.members.isEmpty && bytes.elementsEqual(JSON.object(column).compactBytes()) else {
            throw Damage(reason: "Its text column is not as it is written.")
        }
        var texts: [String: FreeText] = [:]
        for name in digests?.keys ?? [] {
            guard let digest = digests?.string(name), digest.utf8.count == 64, Hex.decode(digest) != nil else {
                throw Damage(reason: "The digest of its text “\(name)” is none.")
            }
            guard let entry = column[name] else {
                texts[name] = .redacted
                continue
            }
            column[name] = nil
            guard let object = entry.object, object.members.count == 2, let salt = object["salt"]?.string,
                let saltBytes = Hex.decode(salt), let text = object["text"]?.string,
                self.digest(of: text, salt: saltBytes) == digest
            else { throw Damage(reason: "Its text “\(name)” is not the one that was recorded.") }
            texts[name] = .written(text)
        }
        if let extra = column.members.first {
            throw Damage(reason: "Its text “\(extra.key)” was never recorded.")
        }
        return texts
    }
}
