/// An information sharing protocol (ISP): the agreement that data is shared under, as its page 1 and its breach clause
/// have it. Named so because `protocol` is Swift's word.
///
/// Source: WEISF Information Sharing Protocol, summary sheet and section "Personal Data Breach Notifications".
struct SharingProtocol: Equatable, Sendable {
    /// Whether the partners have approved the document.
    ///
    /// Source: WEISF summary sheet, "Status of document".
    enum Status: String, CaseIterable, Sendable {
        /// The document's status.
        ///
        /// Source: WEISF summary sheet, "Status of document"; R5 (withdrawn).
        case draft, approved, withdrawn
    }

    /// The short name that references begin with, such as `EDATRS`: letters, digits and hyphens, at most 64.
    ///
    /// Source: contract of the references, `EDATRS-2026-0001`.
    var id: String
    /// The title of the agreement.
    ///
    /// Source: WEISF summary sheet, "Title of Agreement".
    var title: String
    /// The version, where the document has one.
    ///
    /// Source: WEISF summary sheet, "Version".
    var version: String?
    /// The status, where the document states one.
    ///
    /// Source: WEISF summary sheet, "Status of document".
    var status: Status?
    /// The day from which the agreement holds.
    ///
    /// Source: WEISF summary sheet, "Date Agreement comes into force".
    var inForce: CivilDate?
    /// The day by which the agreement should be reviewed.
    ///
    /// Source: WEISF summary sheet, "Date of Agreement review".
    var review: CivilDate?
    /// The id of the protocol that took this one's place.
    ///
    /// Source: R5 (superseded).
    var supersededBy: String?
    /// The breach clause.
    ///
    /// Source: WEISF Information Sharing Protocol, section "Personal Data Breach Notifications".
    var clause: Clause
    /// Who owns the protocol: a partner or another body; nil where the document names nobody.
    ///
    /// Source: WEISF summary sheet, "Agreement owner (Organisation)".
    var owner: Owner?
    /// The ids of the partners that are controllers for this sharing.
    ///
    /// Source: WEISF section 4, "Responsibilities".
    var controllers: [String]
    /// The organisations of page 1, in its order.
    ///
    /// Source: WEISF summary sheet.
    var partners: [Partner]
    /// The processors that the section on responsibilities lists: ids of partners, or names of organisations that
    /// page 1 leaves out.
    ///
    /// Source: WEISF section 4, "Data Processors party to this protocol".
    var processors: [String]

    /// The partner with that id.
    ///
    /// Source: WEISF summary sheet.
    func partner(_ id: String) -> Partner? {
        partners.first { $0.id == id }
    }
}

/// The breach clause of a protocol: what it says, and that as data.
///
/// Source: WEISF Information Sharing Protocol, section "Personal Data Breach Notifications".
struct Clause: Equatable, Sendable {
    /// Whom the clause wants informed.
    ///
    /// Source: rules, "audience".
    enum Audience: String, CaseIterable, Sendable {
        /// All involved partners, the owner's team alone, or nobody.
        ///
        /// Source: clauses of 000 section 11, 003 section 10 and 004 section 13.
        case partners, owner, none
    }

    /// From which risk on the clause applies.
    ///
    /// Source: rules, "threshold".
    enum Threshold: String, CaseIterable, Sendable {
        /// Where the breach is likely to adversely affect an individual, or any breach.
        ///
        /// Source: clauses of 000 section 11 and 003 section 10.
        case adverse, any
    }

    /// Who decides whether to notify the regulator.
    ///
    /// Source: rules, "who decides".
    enum Decision: String, CaseIterable, Sendable {
        /// The affected partners in consultation and then the owner; the owner alone; each controller for itself.
        ///
        /// Source: clauses of 000 section 11, 003 section 10 and 004 sections 13 and 14.
        case consultation, owner, controller
    }

    /// The clause's section number in its document.
    ///
    /// Source: the protocol's own numbering.
    var section: String
    /// The clause, word for word.
    ///
    /// Source: the protocol.
    var text: String
    /// Hours from detection within which the audience must be informed: 0 for "immediately", nil where the clause sets
    /// none.
    ///
    /// Source: R1.
    var partnerHours: Int?
    /// Whom the clause wants informed.
    ///
    /// Source: rules, "audience".
    var audience: Audience
    /// From which risk on the clause applies.
    ///
    /// Source: R6.
    var threshold: Threshold
    /// Hours from detection within which the regulator must be notified, nil where the clause sets none.
    ///
    /// Source: R2.
    var regulatorHours: Int?
    /// Who decides whether to notify.
    ///
    /// Source: R15.
    var decision: Decision
    /// The title that this clause gives to the protocol's owner, such as `Protocol owner` or
    /// `Protocol Lead Organisation`.
    ///
    /// Source: rules, "Owner".
    var ownerTitle: String
}

/// Who owns a protocol.
///
/// Source: WEISF summary sheet, "Agreement owner (Organisation)".
enum Owner: Equatable, Sendable {
    /// One of the partners, by id.
    ///
    /// Source: 000, 002, 003.
    case partner(String)
    /// A body that is no partner.
    ///
    /// Source: 004, the Information Sharing Steering Group.
    case body(Contact)
}

/// How to reach an organisation or a person.
///
/// Source: WEISF summary sheet, columns Phone and Email.
struct Contact: Equatable, Sendable {
    /// The name.
    ///
    /// Source: WEISF summary sheet, "Organisation Name".
    var name: String
    /// Mailboxes; all of them get the one message. Empty where there is none.
    ///
    /// Source: R10, R14.
    var emails: [String]
    /// A telephone number as people write it.
    ///
    /// Source: R14.
    var telephone: String?
    /// Who stands in, each with a copy of their own.
    ///
    /// Source: R10.
    var deputies: [Deputy]
}

/// A person who stands in for a partner's or an owner's contact.
///
/// Source: R10.
struct Deputy: Equatable, Sendable {
    /// The name.
    ///
    /// Source: R10.
    var name: String
    /// Mailboxes.
    ///
    /// Source: R10.
    var emails: [String]
}

/// An organisation on page 1 of a protocol.
///
/// Source: WEISF summary sheet.
struct Partner: Equatable, Sendable {
    /// What a partner is in this sharing.
    ///
    /// Source: UK GDPR Art 4(7), (8), (9); WEISF section 4.
    enum Role: String, CaseIterable, Sendable {
        /// Controller, processor, or recipient of what is shared.
        ///
        /// Source: UK GDPR Art 4(7), (8), (9).
        case controller, processor, recipient
    }

    /// The id: lower-case letters, digits and hyphens, at most 64.
    ///
    /// Source: contract of the configuration.
    var id: String
    /// How to reach it, by page 1.
    ///
    /// Source: WEISF summary sheet.
    var contact: Contact
    /// The named data protection officer.
    ///
    /// Source: WEISF summary sheet, "Named Data Protection Officer".
    var dataProtectionOfficer: String?
    /// The registration references with the regulator: usually one, two for a merged organisation, none for some.
    ///
    /// Source: WEISF summary sheet, "ICO Notification reference".
    var icoReferences: [String]
    /// What it is in this sharing.
    ///
    /// Source: WEISF section 4.
    var roles: [Role]
    /// The day it left the protocol; from that day on it is no longer told.
    ///
    /// Source: WEISF section "Withdrawal from the Protocol".
    var leftOn: CivilDate?

    /// The organisation's name.
    ///
    /// Source: WEISF summary sheet, "Organisation Name".
    var name: String { contact.name }
}

extension SharingProtocol {
    /// Who decides where the partners do not agree, or alone, by the clause's own title.
    ///
    /// Source: rules, "decider" and "Owner".
    var decider: String {
        let name: String? =
            switch owner {
            case .partner(let id)?: partner(id)?.name ?? id
            case .body(let contact)?: contact.name
            case nil: nil
            }
        switch clause.decision {
        case .consultation, .owner: return "the \(clause.ownerTitle)" + (name.map { ", \($0)" } ?? "")
        case .controller: return "the controllers"
        }
    }
}
