/// Where notices of a protocol go: by the configuration of today, and by the breach's own copy for who is not in it any
/// more.
///
/// Source: R5 (a mailbox corrected later is used for what is sent later).
struct Directory: Sendable {
    /// The protocol as the breach has it.
    ///
    /// Source: R5.
    let recorded: SharingProtocol
    /// Whether anything on the breach may be mailed to who is outside of the organisation that runs this register.
    ///
    /// Source: R14.
    let isMailSafe: Bool
    /// The configuration of today.
    ///
    /// Source: R5.
    let settings: Settings

    /// The directory for that breach's protocol.
    ///
    /// Source: R5.
    init(recorded: SharingProtocol, isMailSafe: Bool, settings: Settings) {
        self.recorded = recorded
        self.isMailSafe = isMailSafe
        self.settings = settings
    }

    /// The directory for that breach.
    ///
    /// Source: R5.
    init(_ breach: Breach, settings: Settings) {
        self.init(
            recorded: breach.sharingProtocol, isMailSafe: !breach.facts.isChannelCompromised, settings: settings)
    }

    /// Where mail to that recipient goes; nowhere where it has no mailbox, or where its mail is compromised.
    ///
    /// Source: R14.
    func mailboxes(of recipient: Recipient) -> [String] {
        switch recipient {
        case .igTeam, .submitter: contact(recipient)?.emails ?? []
        case .partner, .partnerDeputy, .owner, .ownerDeputy: isMailSafe ? contact(recipient)?.emails ?? [] : []
        }
    }

    /// How to reach that recipient; nil where nobody is named.
    ///
    /// Source: R10, R14.
    func contact(_ recipient: Recipient) -> Contact? {
        switch recipient {
        case .partner(let id):
            return partner(id)?.contact
        case .partnerDeputy(let id, let index):
            return deputy(index, of: partner(id)?.contact)
        case .owner:
            return owner
        case .ownerDeputy(let index):
            return deputy(index, of: owner)
        case .igTeam:
            return team(settings.organisation.informationGovernance, "information governance")
        case .submitter:
            let submitter = settings.regulator.submitter
            return submitter.isEmpty
                ? contact(.igTeam) : team(submitter, "for whoever notifies the regulator")
        }
    }

    /// The notices of one kind to one recipient: its own, and one for each deputy. Who cannot be mailed is telephoned
    /// instead.
    ///
    /// Source: R10, R14.
    func orders(_ kind: NoticeKind, to recipient: Recipient, occasion: String) -> [NoticeOrder] {
        recipients(with: recipient).map { each in
            return !mailboxes(of: each).isEmpty
                ? NoticeOrder(kind: kind, recipient: each, occasion: occasion, inPlaceOf: nil)
                : NoticeOrder(
                    kind: .telephoneTask,
                    recipient: .igTeam,
                    occasion: occasion,
                    inPlaceOf: .init(recipient: each, kind: kind)
                )
        }
    }

    private func team(_ emails: [String], _ what: String) -> Contact {
        Contact(name: "\(settings.organisation.name), \(what)", emails: emails, telephone: nil, deputies: [])
    }

    private func recipients(with recipient: Recipient) -> [Recipient] {
        let deputies = contact(recipient)?.deputies.indices ?? 0..<0
        switch recipient {
        case .partner(let id): return [recipient] + deputies.map { .partnerDeputy(id, $0) }
        case .owner: return [recipient] + deputies.map { .ownerDeputy($0) }
        case .partnerDeputy, .ownerDeputy, .igTeam, .submitter: return [recipient]
        }
    }

    private func partner(_ id: String) -> Partner? {
        today?.partner(id) ?? recorded.partner(id)
    }

    private var today: SharingProtocol? {
        settings.protocols.first { $0.id == recorded.id }
    }

    /// The owner is the one that the breach's copy names, reached by today's contact where it is a partner.
    private var owner: Contact? {
        switch recorded.owner {
        case .partner(let id)?: return partner(id)?.contact
        case .body(let contact)?:
            if case .body(let current)? = today?.owner, current.name == contact.name { return current }
            return contact
        case nil: return nil
        }
    }

    private func deputy(_ index: Int, of contact: Contact?) -> Contact? {
        guard let contact, contact.deputies.indices.contains(index) else { return nil }
        let deputy = contact.deputies[index]
        return Contact(
            name: "\(deputy.name), for \(contact.name)",
            emails: deputy.emails,
            telephone: contact.telephone,
            deputies: []
        )
    }
}
