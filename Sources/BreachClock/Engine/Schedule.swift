/// What a breach does by itself as time passes, and what follows by itself from what people did. The one list from which
/// both what is due and what comes next are read.
extension Breach {
    /// Something that happens to a breach at an instant.
    ///
    /// Source: R4.
    struct Step: Equatable, Sendable {
        /// What happens.
        ///
        /// Source: R4.
        enum Action: Equatable, Sendable {
            /// Those with something outstanding are reminded, so many seconds before the deadline.
            ///
            /// Source: R13.
            case remind(ReminderKey, leadSeconds: Int)
            /// An edition of a deadline is judged, and missed.
            ///
            /// Source: R24.
            case miss(DeadlineName, edition: Int, due: Instant)
            /// A recorded miss is corrected.
            ///
            /// Source: R11.
            case correctMiss(Miss, settledAt: Instant)
            /// Everybody asked says the same.
            ///
            /// Source: R16.
            case agree(MatterName, Outcome)
            /// They do not any more.
            ///
            /// Source: R16.
            case reopen(MatterName)
            /// A breach that was closed when nothing was asked is open again, since its risk was raised.
            ///
            /// Source: R6, R25.
            case reopenBreach
            /// A matter goes to the owner.
            ///
            /// Source: R17.
            case escalate(MatterName, EscalationReason)
            /// What the regulator is to be told is written for whoever submits it.
            ///
            /// Source: R22.
            case writeRegulatorNotice
        }

        /// When it is due.
        ///
        /// Source: R4.
        var at: Instant
        /// What happens.
        ///
        /// Source: R4.
        var action: Action
    }

    /// The step to take now: of all that is due the earliest, and of each series of reminders the latest that still
    /// applies.
    ///
    /// Source: R4, R13.
    func dueStep(_ timetable: Timetable, now: Instant) -> Step? {
        dueSteps(timetable, now: now).first
    }

    /// Everything that is due now, earliest first.
    ///
    /// Source: R4.
    func dueSteps(_ timetable: Timetable, now: Instant) -> [Step] {
        let due = steps(timetable, now: now).filter { $0.at <= now }
        return due.filter { step in
            guard case .remind(let key, let leadSeconds) = step.action else { return true }
            let isLatest = due.last { $0.reminderKey == key } == step
            return isLatest && now < step.at + leadSeconds
        }
    }

    /// The next thing that will happen after now, if nobody does anything.
    ///
    /// Source: contract of the JSON, `next`.
    func nextStep(_ timetable: Timetable, after now: Instant) -> Step? {
        steps(timetable, now: now).first { $0.at > now }
    }

    /// What and when, as documents show the next step. A deadline is shown by its own instant.
    ///
    /// Source: contract of the JSON, `next`.
    func upcoming(_ timetable: Timetable, after now: Instant) -> Upcoming? {
        nextStep(timetable, after: now).map(upcoming)
    }

    /// A step as documents show it.
    ///
    /// Source: contract of the JSON, `next`.
    func upcoming(_ step: Step) -> Upcoming {
        switch step.action {
        case .remind(let key, _):
            Upcoming(what: .notice(key.subject == .decision ? .decisionReminder : .reminder), at: step.at)
        case .miss(_, _, let due): Upcoming(what: .deadline, at: due)
        case .correctMiss, .reopen, .reopenBreach: Upcoming(what: .notice(.correction), at: step.at)
        case .agree: Upcoming(what: .notice(.outcome), at: step.at)
        case .escalate: Upcoming(what: .notice(.escalation), at: step.at)
        case .writeRegulatorNotice: Upcoming(what: .notice(.regulatorNotice), at: step.at)
        }
    }

    /// All that will happen at an instant of its own, whatever the time is now, by time. What follows at once from what
    /// people did is done before anybody looks.
    ///
    /// Source: contract of the status, `next`.
    func stepsToCome(_ timetable: Timetable) -> [Step] {
        steps(timetable, now: Instant(.min))
    }

    /// When a matter without agreement goes to the owner; nil where nobody is consulted or no deadline runs.
    ///
    /// Source: R17.
    func escalationTime(_ timetable: Timetable) -> Instant? {
        guard isConsulted, let due = regulatorDeadline.deadline.due else { return nil }
        return timetable.escalationTime(before: due)
    }

    /// All that could happen, by time. What follows at once from what people did is due since they did it, by a clock
    /// that may have been set back since.
    private func steps(_ timetable: Timetable, now: Instant) -> [Step] {
        let atOnce = min(now, changedAt)
        let escalationTime = escalationTime(timetable)
        var steps = consultationSteps(atOnce, escalationTime) + correctionSteps + missSteps
        if isToBeReopened { steps.append(Step(at: atOnce, action: .reopenBreach)) }
        if isRegulatorNoticeDue { steps.append(Step(at: atOnce, action: .writeRegulatorNotice)) }
        steps += reminderSteps(timetable, escalationTime)
        return steps.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }

    // MARK: - Consultation

    private func consultationSteps(_ atOnce: Instant, _ escalationTime: Instant?) -> [Step] {
        // Below the threshold nothing is consulted on; what was said meanwhile counts once the risk is raised.
        guard phase == .open, isConsulted, isAboveThreshold else { return [] }
        return MatterName.allCases.compactMap { name in
            let matter = self[name]
            let agreed = agreement(on: name)
            switch matter.state {
            case .consulting:
                if let agreed { return Step(at: atOnce, action: .agree(name, agreed)) }
                if differ(on: name) { return Step(at: atOnce, action: .escalate(name, .disagreement)) }
                guard let escalationTime else { return nil }
                // A deadline that a correction moved brings its own escalation time, at once where that is past.
                let at = max(escalationTime, matter.since, regulatorEdition.since)
                return wasClosed(at: at) ? nil : Step(at: at, action: .escalate(name, .noAgreement))
            case .awaitingDecision:
                return agreed.map { Step(at: atOnce, action: .agree(name, $0)) }
            case .agreed:
                guard agreed != matter.settlement?.outcome, !isNotified(of: name) else { return nil }
                return Step(at: atOnce, action: .reopen(name))
            case .decided, .notRequired:
                return nil
            }
        }
    }

    /// Whether its risk was raised while it was closed: whoever closed it took note of nothing that is asked since.
    private var isToBeReopened: Bool {
        phase == .closed && isAboveThreshold && closures.last?.wasAboveThreshold == false
    }

    /// Whether the outcome is to notify and the last regulator's notice does not say what is known now.
    private var isRegulatorNoticeDue: Bool {
        self[.ico].settlement?.outcome == .notify && (isAboveThreshold || isNotified(of: .ico))
            && submitted != regulatorContent
    }

    // MARK: - Reminders

    /// None whose time was past when its deadline was recorded or while the breach was closed, none after a later one
    /// of its series went out, and none of a deadline that was missed, though the clock be set back.
    private func reminderSteps(_ timetable: Timetable, _ escalationTime: Instant?) -> [Step] {
        guard phase == .open else { return [] }
        var series: [(key: ReminderKey, deadline: Instant)] = []
        for edition in partnersEditions where !isImmediate {
            guard let due = edition.deadline.due, miss(.partners, edition: edition.edition.number) == nil else {
                continue
            }
            series.append((ReminderKey(subject: .acknowledgement, edition: edition.edition.number), due))
        }
        if let escalationTime {
            series.append((ReminderKey(subject: .position, edition: regulatorEdition.number), escalationTime))
        }
        if let due = regulatorDeadline.deadline.due, miss(.regulator, edition: regulatorEdition.number) == nil {
            series.append((ReminderKey(subject: .decision, edition: regulatorEdition.number), due))
        }
        return series.flatMap { key, deadline in
            timetable.timing.reminderLeadsSeconds
                .filter { $0 < remindedLeadSeconds[key] ?? Int.max }
                .filter { !reminded(key, at: deadline - $0).isEmpty }
                .map { Step(at: deadline - $0, action: .remind(key, leadSeconds: $0)) }
        }
    }

    /// Whom a reminder of that series at that instant goes to.
    ///
    /// Source: R13.
    func reminded(_ key: ReminderKey, at instant: Instant) -> [Recipient] {
        guard !wasClosed(at: instant) else { return [] }
        switch key.subject {
        case .acknowledgement:
            return
                unacknowledged
                .filter { $0.edition.number == key.edition && instant > max($0.addedAt, $0.edition.since) }
                .map { .partner($0.partnerID) }
        case .position:
            let open = MatterName.allCases.filter {
                self[$0].state == .consulting && instant > max(self[$0].since, regulatorEdition.since)
            }
            let isSilent = Set(open.flatMap { silent(on: $0) })
            return
                audience
                .filter { isSilent.contains($0.partnerID) && instant > $0.addedAt }
                .map { .partner($0.partnerID) }
        case .decision:
            let isAwaited = MatterName.allCases.contains {
                self[$0].state == .awaitingDecision && instant > max(self[$0].since, regulatorEdition.since)
            }
            return isAwaited ? deciders : []
        }
    }

    // MARK: - Deadlines

    /// A deadline is kept when the thing is done at its very instant, so it is missed a second after. One that was done
    /// late before anybody could record that it had passed, passed all the same.
    private var missSteps: [Step] {
        var running: [(name: DeadlineName, edition: Int, deadline: Deadline)] = []
        if !isImmediate, isAboveThreshold {
            running = partnersEditions.map { (.partners, $0.edition.number, $0.deadline) }
        }
        running.append((.regulator, regulatorEdition.number, regulatorDeadline.deadline))
        return running.compactMap { name, edition, deadline in
            let isLate = deadline.state == .late && miss(name, edition: edition) == nil
            guard deadline.state == .running || isLate, let due = deadline.due else { return nil }
            return Step(at: due + 1, action: .miss(name, edition: edition, due: due))
        }
    }

    private var correctionSteps: [Step] {
        misses.compactMap { miss in
            guard !miss.corrected, let deadline = deadline(miss.deadline, edition: miss.edition),
                deadline.state == .met, let settledAt = deadline.settledAt
            else { return nil }
            return Step(at: settledAt, action: .correctMiss(miss, settledAt: settledAt))
        }
    }

    /// An edition of a deadline; nil where it holds no more.
    private func deadline(_ name: DeadlineName, edition: Int) -> Deadline? {
        switch name {
        case .partners: partnersEditions.first { $0.edition.number == edition }?.deadline
        case .regulator: edition == regulatorEdition.number ? regulatorDeadline.deadline : nil
        }
    }
}

extension Breach.Step {
    /// The series that this is a reminder of; nil where it is none.
    ///
    /// Source: R13.
    fileprivate var reminderKey: ReminderKey? {
        if case .remind(let key, _) = action { key } else { nil }
    }
}
