/// A protocol as JSON, in the configuration and in the facts that copy it: one form for both.
///
/// Source: contract of the configuration; R5.
extension SharingProtocol {
    /// Reads a protocol; nil where something is wrong, which has been noted then.
    ///
    /// Source: contract of the configuration.
    init?(reading reader: ObjectReader) {
        let id = reader.identifier("id", allowing: Identifier.protocolID)
        let title = reader.line("title", longest: 200)
        let version = reader.line("version", .optional, longest: 64)
        let status: Status? = reader.choice("status", .optional)
        let inForce = reader.date("inForce", .optional)
        let review = reader.date("review", .optional)
        let supersededBy = reader.line("supersededBy", .optional, longest: 64)
        let clause = reader.object("clause").flatMap(Clause.init(reading:))
        let partners = reader.all("partners", Partner.init(reading:))
        let owner = Owner.read(reader)
        let controllers = reader.lines("controllers")
        let processors = reader.lines("processors", .optional) ?? []
        reader.refuseUnknown()
        guard let id, let title, let clause, let partners, let controllers else { return nil }
        self.init(
            id: id,
            title: title,
            version: version,
            status: status,
            inForce: inForce,
            review: review,
            supersededBy: supersededBy,
            clause: clause,
            owner: owner,
            controllers: controllers,
            partners: partners,
            processors: processors
        )
        checkReferences(reader)
    }

    /// The protocol as the configuration writes it.
    ///
    /// Source: contract of the configuration.
    var json: JSON {
        .object([
            "id": .string(id),
            "title": .string(title),
            "version": .text(version),
            "status": .text(status?.rawValue),
            "inForce": .text(inForce?.description),
            "review": .text(review?.description),
            "supersededBy": .text(supersededBy),
            "clause": clause.json,
            "owner": owner?.json ?? .null,
            "controllers": .texts(controllers),
            "processors": .texts(processors),
            "partners": .array(partners.map(\.json)),
        ])
    }

    /// What one part says of another must be so.
    private func checkReferences(_ reader: ObjectReader) {
        for (index, id) in controllers.enumerated() where partner(id) == nil {
            reader.note("controllers[\(index)]", unknownPartner(id))
        }
        for (index, id) in controllers.enumerated() where controllers[..<index].contains(id) {
            reader.note("controllers[\(index)]", "“\(id.shownInMessage)” is there twice")
        }
        if case .partner(let id)? = owner, partner(id) == nil { reader.note("owner", unknownPartner(id)) }
        if clause.audience == .owner {
            if case .partner? = owner {
            } else {
                reader.note("owner", "must be a partner, since the clause has the owner told")
            }
        }
        if controllers.isEmpty { reader.note("controllers", "is empty; name at least one partner") }
        if partners.isEmpty { reader.note("partners", "is empty; name at least one") }
        for (index, partner) in partners.enumerated()
        where partners[..<index].contains(where: { $0.id == partner.id }) {
            reader.note("partners[\(index)].id", "“\(partner.id)” is there twice")
        }
    }

    private func unknownPartner(_ id: String) -> String {
        let nearest = nearestName(to: id, among: partners.map(\.id)).map { "; did you mean “\($0)”?" } ?? ""
        return "“\(id.shownInMessage)” is the id of no partner\(nearest)"
    }
}

extension Clause {
    fileprivate init?(reading reader: ObjectReader) {
        let section = reader.line("section", longest: 64)
        let text = reader.line("text", longest: 16_000)
        let partnerHours = reader.integer("partnerHours", .optional, in: 0...8760)
        let audience: Audience? = reader.choice("tell")
        let threshold: Threshold? = reader.choice("threshold")
        let regulatorHours = reader.integer("regulatorHours", .optional, in: 1...8760)
        let decision: Decision? = reader.choice("decision")
        let ownerTitle = reader.line("ownerTitle", longest: 200)
        reader.refuseUnknown()
        guard let section, let text, let audience, let threshold, let decision, let ownerTitle else { return nil }
        self.init(
            section: section,
            text: text,
            partnerHours: partnerHours,
            audience: audience,
            threshold: threshold,
            regulatorHours: regulatorHours,
            decision: decision,
            ownerTitle: ownerTitle
        )
    }

    fileprivate var json: JSON {
        .object([
            "section": .string(section),
            "text": .string(text),
            "partnerHours": .number(partnerHours),
            "tell": .string(audience.rawValue),
            "threshold": .string(threshold.rawValue),
            "regulatorHours": .number(regulatorHours),
            "decision": .string(decision.rawValue),
            "ownerTitle": .string(ownerTitle),
        ])
    }
}

extension Owner {
    /// The owner is a partner's id or an organisation of its own.
    fileprivate static func read(_ reader: ObjectReader) -> Owner? {
        guard let value = reader.value("owner", .optional) else { return nil }
        if let id = value.string { return .partner(id) }
        guard let object = value.object else {
            reader.note("owner", "must be a partner's id or an object with name, emails, telephone and deputies")
            return nil
        }
        let body = ObjectReader(object, path: reader.pathOf("owner"), problems: reader.problems)
        let contact = Contact.read(body)
        body.refuseUnknown()
        return contact.map(Owner.body)
    }

    fileprivate var json: JSON {
        switch self {
        case .partner(let id): .string(id)
        case .body(let contact): .object(contact.members)
        }
    }
}

extension Contact {
    fileprivate static func read(_ reader: ObjectReader) -> Contact? {
        let name = reader.line("name", longest: 200)
        let emails = reader.mailboxes("emails", .optional) ?? []
        let telephone = reader.line("telephone", .optional, longest: 64)
        let deputies = reader.all("deputies", Deputy.init(reading:), presence: .optional) ?? []
        guard let name else { return nil }
        return Contact(name: name, emails: emails, telephone: telephone, deputies: deputies)
    }

    fileprivate var members: JSONObject {
        [
            "name": .string(name),
            "emails": .texts(emails),
            "telephone": .text(telephone),
            "deputies": .array(
                deputies.map { .object(["name": .string($0.name), "emails": .texts($0.emails)]) }
            ),
        ]
    }
}

extension Deputy {
    fileprivate init?(reading reader: ObjectReader) {
        let name = reader.line("name", longest: 200)
        let emails = reader.mailboxes("emails", .optional) ?? []
        reader.refuseUnknown()
        guard let name else { return nil }
        self.init(name: name, emails: emails)
    }
}

extension Partner {
    /// Reads a partner; nil where something is wrong, which has been noted then.
    ///
    /// Source: contract of the configuration.
    init?(reading reader: ObjectReader) {
        let id = reader.identifier("id", allowing: Identifier.partnerID)
        let contact = Contact.read(reader)
        let officer = reader.line("dataProtectionOfficer", .optional, longest: 200)
        let icoReferences = reader.lines("icoReferences", .optional, longest: 64) ?? []
        let roles: [Role] = reader.choices("roles", .optional) ?? []
        let leftOn = reader.date("leftOn", .optional)
        reader.refuseUnknown()
        if let id, Recipient.reservedNames.contains(id) { reader.note("id", "“\(id)” is reserved; choose another") }
        guard let id, let contact else { return nil }
        self.init(
            id: id,
            contact: contact,
            dataProtectionOfficer: officer,
            icoReferences: icoReferences,
            roles: roles,
            leftOn: leftOn
        )
    }

    /// The partner as the configuration writes it.
    ///
    /// Source: contract of the configuration.
    var json: JSON {
        var members: JSONObject = ["id": .string(id)]
        for member in contact.members.members { members.append(member.key, member.value) }
        members.append("dataProtectionOfficer", .text(dataProtectionOfficer))
        members.append("icoReferences", .texts(icoReferences))
        members.append("roles", .texts(roles.map(\.rawValue)))
        members.append("leftOn", .text(leftOn?.description))
        return .object(members)
    }
}

/// What ids are made of. References and file names are made of ids, so they hold nothing else.
///
/// Source: contract of the references; R28.
enum Identifier {
    /// Capitals, digits and hyphens, beginning with a capital.
    ///
    /// Source: contract of the references.
    static let protocolID = Pattern(
        letters: UInt8(ascii: "A")...UInt8(ascii: "Z"), words: "capitals, digits and hyphens")
    /// Lower-case letters, digits and hyphens, beginning with a letter.
    ///
    /// Source: contract of the configuration.
    static let partnerID = Pattern(
        letters: UInt8(ascii: "a")...UInt8(ascii: "z"),
        words: "lower-case letters, digits and hyphens"
    )

    /// Letters of one case, digits and hyphens.
    ///
    /// Source: contract of the configuration.
    struct Pattern: Sendable {
        /// The letters.
        ///
        /// Source: contract of the configuration.
        let letters: ClosedRange<UInt8>
        /// The pattern in words.
        ///
        /// Source: contract of the configuration.
        let words: String

        /// Whether the text is such an id, of 1 to 64 characters.
        ///
        /// Source: contract of the limits.
        func matches(_ text: String) -> Bool {
            let bytes = Array(text.utf8)
            guard let first = bytes.first, bytes.count <= 64, letters.contains(first) else { return false }
            return bytes.allSatisfy { letters.contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
        }
    }
}

extension ObjectReader {
    /// An id of that pattern.
    ///
    /// Source: contract of the limits.
    func identifier(_ key: String, allowing pattern: Identifier.Pattern) -> String? {
        guard let text = string(key) else { return nil }
        guard pattern.matches(text) else {
            note(key, "must be \(pattern.words), beginning with a letter, at most 64")
            return nil
        }
        return text
    }

    /// A list of mailboxes.
    ///
    /// Source: RFC 5322 section 3.4.1; RFC 6531 is not used: every mail system takes what this accepts.
    func mailboxes(_ key: String, _ presence: Presence = .required) -> [String]? {
        if presence == .required, value(key) == nil { return nil }
        return parsed(key, as: "a mailbox such as ig@council.example") { Mailbox.isValid($0) ? $0 : nil }
    }

    /// A mailbox.
    ///
    /// Source: RFC 5322 section 3.4.1.
    func mailbox(_ key: String) -> String? {
        guard let text = line(key, longest: 320) else { return nil }
        guard Mailbox.isValid(text) else {
            note(key, "must be a mailbox such as ig@council.example")
            return nil
        }
        return text
    }
}

/// A mailbox as this product writes it: plain, without name, quoting or comment.
///
/// Source: RFC 5321 section 4.1.2 (Dot-string and Domain alone).
enum Mailbox {
    /// Whether the text is a mailbox that can stand in a header as it is. No leading hyphen: no program may take it for
    /// an option. No `%`, `=` or `?`: nothing may be encoded in it.
    ///
    /// Source: RFC 5321 sections 4.1.2 and 4.5.3.1 (a path has at most 256 octets, its angle brackets among them).
    static func isValid(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count), !parts[1].isEmpty, text.utf8.count <= 254,
            !text.hasPrefix("-")
        else { return false }
        return isDotted(parts[0], allowing: "&'+-_") && isDomain(parts[1])
    }

    /// The domain of a mailbox; empty for what is none.
    ///
    /// Source: RFC 5321 section 4.1.2.
    static func domain(of mailbox: String) -> String {
        mailbox.split(separator: "@").last.map(String.init) ?? ""
    }

    private static func isDotted(_ text: Substring, allowing others: String) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty && atom.utf8.allSatisfy { isAlphanumeric($0) || others.utf8.contains($0) }
        }
    }

    private static func isDomain(_ text: Substring) -> Bool {
        isDotted(text, allowing: "-")
            && text.split(separator: ".").allSatisfy { !$0.hasPrefix("-") && !$0.hasSuffix("-") && $0.utf8.count <= 63 }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            false
        }
    }
}

extension JSON {
    /// The text, or null.
    ///
    /// Source: contract of the JSON (absent values are null).
    static func text(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }

    /// The number, or null.
    ///
    /// Source: contract of the JSON.
    static func number(_ number: Int?) -> JSON { number.map(JSON.integer) ?? .null }

    /// The instant in UTC, or null.
    ///
    /// Source: contract of the JSON.
    static func instant(_ instant: Instant?) -> JSON { .text(instant?.rfc3339) }

    /// A list of texts.
    ///
    /// Source: contract of the JSON.
    static func texts(_ texts: [String]) -> JSON { .array(texts.map(JSON.string)) }
}
