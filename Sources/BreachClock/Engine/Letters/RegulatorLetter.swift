/// What the regulator is to be told, for whoever submits it.
extension LetterWriter {
    /// The regulator's notice: the whole form at first, and then only what changed.
    ///
    /// Source: R22; UK GDPR Art 33(3), (4).
    func regulatorNotice() -> (String, [Letter.Block]) {
        if isFollowUp { return followUp }
        // It may come to be written late, when it has been settled otherwise.
        return breach[.ico].settlement?.outcome == .notify ? initialReport : withdrawnSubmission
    }

    // MARK: - The first report

    private var initialReport: (String, [Letter.Block]) {
        let left = controllersToNotify
        guard !left.isEmpty || breach.isNotified(of: .ico) else { return reportedOnOwnDuty }
        let text =
            "Please notify the \(regulator) of the personal data breach \(breach.reference) under \(agreement), "
            + "\(byWhen(regulatorDue)). \(standing(.ico).capitalisedFirst) The notification counts for: "
            + "\(names(left.isEmpty ? breach.controllers : left))."
        let content = breach.regulatorContent
        return (
            "please notify the regulator \(byWhenBriefly(regulatorDue))",
            [.heading("What is asked of you"), .paragraph(text)] + replaced + submission + notificationsMade(.ico)
                + [.heading("The notification"), .facts(rows(FormRow.all, content))] + toFollow(content)
                + whatHappensOtherwise + deadlines + whomToAsk
        )
    }

    /// Where each controller notified by itself, nothing is left to be submitted for all.
    private var reportedOnOwnDuty: (String, [Letter.Block]) {
        let text =
            "Nothing has to be submitted: each controller has notified the \(regulator) of the personal data breach "
            + "\(breach.reference) under \(agreement) on its own duty. What is known now is below, for what they have still "
            + "to tell."
        let content = breach.regulatorContent
        return (
            "each controller has notified the regulator, for your attention",
            [.heading("What is asked of you"), .paragraph(text)] + notificationsMade(.ico)
                + [.heading("What is known"), .facts(rows(FormRow.all, content))] + toFollow(content) + whomToAsk
        )
    }

    /// That the notice before was not submitted as far as is known.
    private var replaced: [Letter.Block] {
        let before = breach.notices.prefix { $0.order != notice.order }
        let earlier = before.last { ($0.order.inPlaceOf?.kind ?? $0.order.kind) == .regulatorNotice }
        let submittedAt = breach.notifications.filter { $0.matter == .ico && !$0.isOwnDuty }.map(\.at).max()
        guard let last = earlier, submittedAt.map({ last.orderedAt > $0 }) ?? true else { return [] }
        let withdrawal = before.last { $0.order.recipient == .submitter && $0.order.kind != .regulatorNotice }
        let why =
            withdrawal.map { $0.orderedAt >= last.orderedAt } == true
            ? "the request, which was withdrawn since, is made again" : "something was added or corrected"
        return [
            .paragraph(
                "This takes the place of the one that you were sent on \(time(last.orderedAt)), since \(why). If you have "
                    + "submitted that one already, record it first, with its own time; what changed since goes to the "
                    + "regulator as a follow-up."
            )
        ]
    }

    // MARK: - What changed

    private var followUp: (String, [Letter.Block]) {
        let content = breach.regulatorContent
        let text =
            "Since the \(regulator) was notified of the personal data breach \(breach.reference) under \(agreement), more "
            + "became known. Please submit what has changed, as a follow-up to the notification and without undue further "
            + "delay (UK GDPR Art 33(4))."
        return (
            "please send the regulator a follow-up without delay",
            [.heading("What is asked of you"), .paragraph(text)] + replaced + stillToNotify + submission
                + [.heading("The report"), .facts(rows(FormRow.all.filter { $0.part == .report }, content))]
                + changes(content) + toFollow(content) + whomToAsk
        )
    }

    private func changes(_ content: RegulatorContent) -> [Letter.Block] {
        let before = breach.notified ?? content
        let rows = FormRow.all.filter { $0.part != .report }.flatMap { row -> [Letter.Row] in
            let (earlier, now) = (row.read(self, before), row.read(self, content))
            guard earlier != now else { return [] }
            return [
                .init(label: row.label, value: now ?? "not known any more"),
                .init(label: "- told before", value: earlier ?? "nothing"),
            ]
        }
        guard !rows.isEmpty else {
            return [
                .heading("What has changed"),
                .paragraph("Nothing that the form asks for. Nothing has to be submitted for this."),
            ]
        }
        return [.heading("What has changed"), .facts(rows)]
    }

    /// The controllers for which nothing was submitted yet.
    private var stillToNotify: [Letter.Block] {
        let missing = controllersToNotify
        guard !missing.isEmpty else { return [] }
        return [
            .paragraph(
                "No initial notification is recorded yet for: \(names(missing)). It is due \(byWhen(regulatorDue)).")
        ]
    }

    // MARK: - Parts

    /// Where it is submitted, and how that is recorded.
    private var submission: [Letter.Block] {
        let settings = directory.settings.regulator
        let reached = [("Address", settings.address), ("Telephone", settings.telephone)]
            .compactMap { label, value in value.map { Letter.Row(label: label, value: $0) } }
        return [
            .facts([.init(label: "To", value: regulator)] + reached + [notifiedCommand]),
            .paragraph(
                "Do not wait for what is still to follow: it may be given later, in phases (UK GDPR Art 33(4)). Please record "
                    + "the notification as soon as it is made, with its own time and the reference that the regulator gives."
            ),
        ]
    }

    /// How the notification is recorded.
    ///
    /// Source: contract of `notified`.
    var notifiedCommand: Letter.Row {
        let hasFinal = breach.notifications.contains { $0.matter == .ico && !$0.isOwnDuty && $0.phase == .final }
        let orFinal = hasFinal ? "" : " (or --phase final, for the last)"
        let phase = isFollowUp ? " --phase follow-up\(orFinal)" : isAfterTheLaws ? " --delay-reason TEXT" : ""
        return .init(
            label: "Then record it",
            value: "breachctl notified \(breach.reference) --at TIME --reference TEXT\(phase)")
    }

    /// Whether it is past the law's deadline of those who have still to notify.
    private var isAfterTheLaws: Bool {
        controllersToNotify.contains { breach.dueByLaw($0) <= notice.orderedAt }
    }

    private var whatHappensOtherwise: [Letter.Block] {
        [
            .heading("If it is not submitted in time"),
            .paragraph(
                "The register records for good that the deadline passed, and the \(clause.ownerTitle) and the information "
                    + "governance team are told. A notification after the law's deadline needs the reasons for the delay (UK "
                    + "GDPR Art 33(1)): record them with --delay-reason."
            ),
        ]
    }

    /// The rows that have something to say.
    ///
    /// Source: R22.
    func rows(_ form: [FormRow], _ content: RegulatorContent) -> [Letter.Row] {
        form.compactMap { row in row.read(self, content).map { .init(label: row.label, value: $0) } }
    }

    /// What is not known yet.
    private func toFollow(_ content: RegulatorContent) -> [Letter.Block] {
        let missing = FormRow.all.filter { $0.isWanted && $0.read(self, content) == nil }
        guard !missing.isEmpty else { return [] }
        return [
            .heading("To follow"),
            .facts(missing.map { .init(label: $0.label, value: "not known yet") }),
        ]
    }
}
