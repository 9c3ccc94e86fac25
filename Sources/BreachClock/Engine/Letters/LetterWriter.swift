/// Writes the letter that a notice is.
///
/// Every letter says what happened, what is asked of its reader, by when in local time and UTC, what happens if nothing
/// is done, that the reader's own legal duty is unaffected, and whom to ask.
///
/// Source: R27, R28, R29.
struct LetterWriter: Sendable {
    /// The breach.
    ///
    /// Source: R28.
    let breach: Breach
    /// The notice to write.
    ///
    /// Source: R28.
    let notice: Notice
    /// Who is reached how.
    ///
    /// Source: R10.
    let directory: Directory
    /// The configured zone.
    ///
    /// Source: R3.
    let zone: any ZoneRules
    /// Where the journal stands as this is written.
    ///
    /// Source: R29.
    let head: JournalHead

    /// The writer of that notice's letter.
    ///
    /// Source: R28.
    init(breach: Breach, notice: Notice, settings: Settings, zone: any ZoneRules, head: JournalHead) {
        self.breach = breach
        self.notice = notice
        directory = Directory(breach, settings: settings)
        self.zone = zone
        self.head = head
    }

    /// The letter.
    ///
    /// Source: R27.
    func letter() -> Letter {
        let order = notice.order
        let (request, body) = content(order)
        return Letter(
            subject: "\(breach.reference): \(request)",
            blocks: [.paragraph("For the attention of: \(addressee(order.recipient))")]
                + lateness + body + [.heading("Evidence"), .paragraph(witness)],
            calendar: calendar
        )
    }

    /// What is asked, for the subject, and the text.
    private func content(_ order: NoticeOrder) -> (request: String, body: [Letter.Block]) {
        order.kind == .telephoneTask ? telephoneTask(content(of: kind)) : content(of: kind)
    }

    private func content(of kind: NoticeKind) -> (request: String, body: [Letter.Block]) {
        switch kind {
        case .breachNotice, .telephoneTask: breachNotice()
        case .caseOpened: caseOpened()
        case .reminder: reminder()
        case .deadlineMissed: deadlineMissed()
        case .correction: correction()
        case .escalation: escalation()
        case .decisionRequest: decisionRequest()
        case .decisionReminder: decisionReminder()
        case .escalationWithdrawn: escalationWithdrawn()
        case .outcome: outcomeLetter()
        case .regulatorNotice: regulatorNotice()
        case .closure: closureLetter()
        }
    }

    // MARK: - What every letter has

    /// Who is written to, by name.
    ///
    /// Source: R10.
    func addressee(_ recipient: Recipient) -> String {
        directory.contact(recipient)?.name ?? clause.ownerTitle
    }

    private var lateness: [Letter.Block] {
        guard let due = notice.lateSince else { return [] }
        return [
            .paragraph(
                "This letter is late: it was due on \(time(due)). The system that sends it was not running or could not "
                    + "record between then and now."
            )
        ]
    }

    /// The journal's number and hash, so that the reader's mailbox witnesses the register.
    private var witness: String {
        "This is notice \(notice.order.token) of \(breach.reference). When it was written, the register of "
            + "\(organisation) stood at fact \(head.sequence), whose SHA-256 is \(head.hash). "
            + "Keep this message: with that number the register can be checked."
    }

    /// An instant in local time and in UTC.
    ///
    /// Source: R3.
    func time(_ instant: Instant) -> String { zone.localTextWithUTC(instant) }

    /// The breach's clause.
    ///
    /// Source: R5.
    var clause: Clause { breach.sharingProtocol.clause }

    /// The agreement by its title, id and version.
    ///
    /// Source: WEISF summary sheet.
    var agreement: String {
        let version = breach.sharingProtocol.version.map { ", version \($0)" } ?? ""
        return "\"\(breach.sharingProtocol.title)\" (\(breach.sharingProtocol.id)\(version))"
    }

    /// Where to reach the IG team.
    ///
    /// Source: R27 (whom to ask).
    var whomToAsk: [Letter.Block] {
        let mailboxes = directory.settings.organisation.informationGovernance.joined(separator: ", ")
        let telephone = teamTelephone.map { "telephone \($0), " } ?? ""
        return [
            .heading("Whom to ask"),
            .paragraph(
                "The information governance team of \(organisation), \(telephone)\(mailboxes). A reply to this message goes "
                    + "to them; keep \(breach.reference) in its subject."
            ),
        ]
    }

    /// The number that page 1 gives for the organisation that runs this register.
    private var teamTelephone: String? {
        let mailboxes = Set(directory.settings.organisation.informationGovernance)
        let contacts = breach.sharingProtocol.partners.compactMap { directory.contact(.partner($0.id)) }
        return contacts.first { $0.name == organisation || !mailboxes.isDisjoint(with: $0.emails) }?.telephone
    }

    /// The breach's facts that are known, for whoever may read them.
    ///
    /// Source: UK GDPR Art 33(3).
    var whatHappened: [Letter.Block] {
        let register = [
            Letter.Row(label: "Reference", value: breach.reference.description),
            Letter.Row(label: "Recorded", value: time(breach.reportedAt)),
        ]
        let facts = rows(FormRow.all.filter { $0.part == .breach }, breach.regulatorContent)
        return [
            .heading("What happened"), .paragraph(breach.texts[.summary]?.shown ?? ""), .facts(register + facts),
        ]
    }

    /// Both deadlines and where each comes from.
    ///
    /// Source: R1, R2.
    var deadlines: [Letter.Block] {
        guard breach.isAboveThreshold else { return [] }
        var rows: [Letter.Row] = []
        if let due = partnersDue, let hours = clause.partnerHours {
            rows.append(.init(label: label(.partners), value: hours == 0 ? "immediately" : time(due)))
        }
        if let escalationTime, breach.phase == .open,
            MatterName.allCases.contains(where: { breach[$0].state == .consulting })
        {
            rows.append(.init(label: "Partners' positions by", value: time(escalationTime)))
        }
        return [
            .heading("By when"), .facts(rows + regulatorsDeadline),
            .paragraph("The regulator is the \(regulator)."),
        ]
    }

    private var regulatorsDeadline: [Letter.Row] {
        let regulator = breach.regulatorDeadline
        guard regulator.deadline.state != .notRequired, let due = regulator.deadline.due else {
            return [.init(label: label(.regulator), value: "not required")]
        }
        let isSettled = regulator.deadline.settledAt != nil
        // What it is judged by stands since it was notified, though what is recorded of the detection may have moved.
        let since = isSettled ? ", by what was recorded when it was notified" : ""
        var rows = [Letter.Row(label: label(.regulator), value: isSettled ? words(regulator.deadline) : time(due))]
        if let byProtocol = regulator.dueByProtocol, let hours = clause.regulatorHours {
            let value = "\(time(byProtocol)): \(hours) h from detection, section \(clause.section)\(since)"
            rows.append(.init(label: "- by the protocol", value: value))
        }
        if let byLaw = regulator.dueByLaw {
            let value = "\(time(byLaw)): \(regulatorHoursByLaw) h from awareness, UK GDPR Art 33(1)\(since)"
            rows.append(.init(label: "- by the law", value: value))
        }
        return rows
    }

    /// The clause's own words.
    ///
    /// Source: R5.
    var clauseText: [Letter.Block] {
        [.heading("The clause (section \(clause.section))"), .quotation(clause.text)]
    }

    /// That no protocol takes a duty away.
    ///
    /// Source: R19; UK GDPR Art 33(1), (2).
    var ownDuty: [Letter.Block] {
        [
            .heading("Your own legal duty"),
            .paragraph(
                "This protocol does not change what the law asks of your organisation: a controller notifies the regulator "
                    + "within 72 hours of becoming aware unless a risk to people is unlikely (UK GDPR Art 33(1)), and a "
                    + "processor tells its controller without undue delay (Art 33(2))."
            ),
        ]
    }
}
