/// Who reads a letter, and what occasioned it.
extension LetterWriter {
    /// Whom the letter is for: whoever it is sent to, or whoever is telephoned in its place.
    ///
    /// Source: R14.
    var reader: Recipient { notice.order.inPlaceOf?.recipient ?? notice.order.recipient }

    /// What the letter is about, or what would have been sent in place of which somebody is telephoned.
    ///
    /// Source: R14.
    var kind: NoticeKind { notice.order.inPlaceOf?.kind ?? notice.order.kind }

    /// The id of the partner that reads the letter, itself or by its deputy; nil where no partner does.
    ///
    /// Source: R10.
    var readingPartner: String? {
        switch reader {
        case .partner(let id), .partnerDeputy(let id, _): id
        case .owner, .ownerDeputy, .igTeam, .submitter: nil
        }
    }

    /// Whether the letter is read as the protocol's owner: by the owner, its deputy, or the partner that is the owner.
    ///
    /// Source: rules, table of notices; R10 (one message per organisation).
    var isReadByOwner: Bool {
        switch reader {
        case .owner, .ownerDeputy: true
        case .partner(let id), .partnerDeputy(let id, _): breach.sharingProtocol.owner == .partner(id)
        case .igTeam, .submitter: false
        }
    }

    /// Whether the letter is read by whoever decides, alone or where the partners do not agree.
    ///
    /// Source: R15, R17.
    var isReadByDecider: Bool {
        guard clause.decision == .controller else { return isReadByOwner }
        return readingPartner.map(breach.controllers.contains) ?? false
    }

    /// Whether the letter is read by the organisation that submits notifications: the one that runs this register.
    ///
    /// Source: R22.
    var isReadByNotifier: Bool { readingPartner.map(breach.partnerName) == organisation }

    /// The controllers that the regulator was not notified for yet.
    ///
    /// Source: R23.
    var controllersToNotify: [String] { breach.controllers.filter { !breach.hasInitial($0, of: .ico) } }

    /// The partner that reads the letter, as one of the audience.
    ///
    /// Source: R7.
    var readingMember: AudienceMember? { readingPartner.flatMap(breach.member) }

    /// Whether the letter is to the partner that detected the breach.
    ///
    /// Source: R7 (taken as informed).
    var isDetector: Bool { readingPartner == breach.detectedBy }

    /// Whether the reader is known to know of the breach by its own word: it detected it, or acknowledged it.
    ///
    /// Source: R7, R12.
    var hasReaderSaidSo: Bool { isDetector || readingMember?.acknowledgement != nil }

    // MARK: - The occasion

    /// The occasion's parts: `partners`, `1`, `24h`.
    ///
    /// Source: R28.
    var occasion: [String] { notice.order.occasion.split(separator: ".").map(String.init) }

    /// What the occasion's number counts: editions of a deadline, corrections, escalations, outcomes, closures.
    ///
    /// Source: R28.
    var occasionNumber: Int { occasion.lazy.compactMap { Int($0) }.first { $0 > 0 } ?? 1 }

    /// The matter that the occasion names; nil where it names none.
    ///
    /// Source: R28.
    var occasionMatter: MatterName? { occasion.first.flatMap(MatterName.init) }

    /// The deadline that the occasion names; nil where it names none.
    ///
    /// Source: R28.
    var occasionDeadline: DeadlineName? { occasion.first.flatMap(DeadlineName.init) }

    /// The correction that the occasion numbers; nil where there is none.
    ///
    /// Source: R8.
    var occasionCorrection: Correction? { element(of: breach.corrections) }

    /// The closure that the occasion numbers; nil where there is none.
    ///
    /// Source: R25.
    var occasionClosure: Closure? { element(of: breach.closures) }

    private func element<Element>(of list: [Element]) -> Element? {
        list.indices.contains(occasionNumber - 1) ? list[occasionNumber - 1] : nil
    }

    // MARK: - By when

    /// By when the regulator must be notified.
    ///
    /// Source: R2.
    var regulatorDue: Instant? { breach.regulatorDeadline.deadline.due }

    /// When a matter without agreement goes to the owner.
    ///
    /// Source: R17.
    var escalationTime: Instant? { breach.escalationTime(Timetable(directory.settings, zone: zone)) }

    /// By when, in a letter's text: in local time and UTC.
    ///
    /// Source: R3, R27.
    func byWhen(_ due: Instant?) -> String { byWhen(due, time) }

    /// By when, in a subject.
    ///
    /// Source: R27 (reference, what is asked, by when).
    func byWhenBriefly(_ due: Instant?) -> String {
        byWhen(due, zone.localText).split(separator: ",").first.map(String.init) ?? ""
    }

    private func byWhen(_ due: Instant?, _ text: (Instant) -> String) -> String {
        guard let due else { return "without delay" }
        return due > notice.orderedAt ? "by \(text(due))" : "at once, since \(text(due)) has passed"
    }
}
