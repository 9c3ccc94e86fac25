/// The deadlines of a breach as its reader's calendar has them.
///
/// Each letter has all that concern its reader, as they stand: a corrected deadline moves its event, a settled one is
/// cancelled.
extension LetterWriter {
    /// The events for whoever the message goes to. Nothing is cancelled in the first letter to somebody.
    ///
    /// Source: R1, R2, R17; RFC 5545.
    var calendar: [CalendarEvent] {
        deadlinesOfReader.filter { !$0.isCancelled || wasWrittenToBefore }
    }

    private var deadlinesOfReader: [CalendarEvent] {
        guard let member = mailedPartner.flatMap(breach.member) else { return teamsEvents + regulatorsEvent }
        return event(acknowledging: member) + event(positionOf: member.partnerID) + regulatorsEvent
    }

    /// The partner that the message itself goes to: a task to telephone one goes to the IG team.
    private var mailedPartner: String? {
        switch notice.order.recipient {
        case .partner(let id), .partnerDeputy(let id, _): id
        case .owner, .ownerDeputy, .igTeam, .submitter: nil
        }
    }

    private var wasWrittenToBefore: Bool {
        breach.notices.prefix { $0.order != notice.order }.contains { $0.order.recipient == notice.order.recipient }
    }

    private var isOpen: Bool { breach.isAboveThreshold && breach.phase == .open }

    // MARK: - What is asked of a partner

    private func event(acknowledging member: AudienceMember) -> [CalendarEvent] {
        guard let due = breach.due(member), !breach.isImmediate, member.partnerID != breach.detectedBy else {
            return []
        }
        return [
            event(
                "acknowledge.\(member.partnerID)", "please acknowledge", at: due,
                isCancelled: !isOpen || member.acknowledgement != nil,
                "Your organisation is asked to acknowledge the breach by \(time(due)).")
        ]
    }

    private func event(positionOf partner: String) -> [CalendarEvent] {
        guard breach.isConsulted, let escalationTime else { return [] }
        let isAwaited = MatterName.allCases.contains { matter in
            breach[matter].state == .consulting && breach.silent(on: matter).contains(partner)
        }
        return [
            event(
                "position.\(partner)", "please give your position", at: escalationTime,
                isCancelled: !isOpen || !isAwaited,
                "Your organisation is asked for its position by \(time(escalationTime)); after that \(owner), decides.")
        ]
    }

    // MARK: - What the IG team and the owner look at

    private var teamsEvents: [CalendarEvent] {
        partnersEvent + positionsEvent
    }

    private var partnersEvent: [CalendarEvent] {
        guard !breach.isImmediate, let due = breach.partnersDeadline.due else { return [] }
        return [
            event(
                "partners", "all partners informed", at: due, isCancelled: isOver(breach.partnersDeadline),
                "By the clause all partners are informed by \(time(due)).")
        ]
    }

    private var positionsEvent: [CalendarEvent] {
        guard breach.isConsulted, let escalationTime else { return [] }
        let isConsulting = MatterName.allCases.contains { breach[$0].state == .consulting }
        return [
            event(
                "positions", "partners' positions", at: escalationTime, isCancelled: !isOpen || !isConsulting,
                "Where the partners have not all said the same by \(time(escalationTime)), \(owner), decides.")
        ]
    }

    // MARK: - The regulator's

    private var regulatorsEvent: [CalendarEvent] {
        guard let due = regulatorDue else { return [] }
        return [
            event(
                "regulator", "regulator notified", at: due, isCancelled: isOver(breach.regulatorDeadline.deadline),
                "Where it is notified, the regulator is notified by \(time(due)).")
        ]
    }

    /// Whether nothing is left to do by a deadline: one that was missed is still to be met late.
    private func isOver(_ deadline: Deadline) -> Bool {
        switch deadline.state {
        case .running, .missed: false
        case .met, .late, .notRequired: true
        }
    }

    private func event(
        _ name: String, _ title: String, at instant: Instant, isCancelled: Bool, _ text: String
    ) -> CalendarEvent {
        CalendarEvent(
            name: name,
            title: "\(breach.reference): \(title)",
            text: text,
            at: instant,
            isCancelled: isCancelled,
            alarmLeadSeconds: isCancelled ? [] : directory.settings.timing.reminderLeadsSeconds
        )
    }
}
