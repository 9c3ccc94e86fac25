/// What a breach does by itself as time passes. The one list from which both what is due and what comes next are read.
extension Breach {
    /// Something that happens to a breach at an instant.
    ///
    /// Source: R4.
    struct Step: Equatable, Sendable {
        /// What happens.
        ///
        /// Source: R4.
        enum Action: Equatable, Sendable {
            /// Partners without acknowledgement are reminded, so many seconds before the partners' deadline.
            ///
            /// Source: R13.
            case remind(leadSeconds: Int)
            /// A deadline is judged, and missed.
            ///
            /// Source: R24.
            case miss(DeadlineName)
            /// A recorded miss is corrected.
            ///
            /// Source: R11.
            case correctMiss(Miss, settledAt: Instant)
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

    /// The step to take now: of all that is due the earliest, and of reminders the latest that still applies.
    ///
    /// Source: R4, R13.
    func dueStep(_ timing: Timing, now: Instant) -> Step? {
        dueSteps(timing, now: now).first
    }

    /// Everything that is due now, earliest first.
    ///
    /// Source: R4.
    func dueSteps(_ timing: Timing, now: Instant) -> [Step] {
        let due = steps(timing).filter { $0.at <= now }
        let deadlinePassed = partnersDeadline.due.map { now >= $0 } ?? true
        let lastReminder = due.last(where: \.isReminder)
        return due.filter { step in
            !step.isReminder || (step == lastReminder && !deadlinePassed)
        }
    }

    /// The next thing that will happen after now, if nobody does anything.
    ///
    /// Source: contract of the JSON, `next`.
    func nextStep(_ timing: Timing, after now: Instant) -> Step? {
        steps(timing).first { $0.at > now }
    }

    /// What and when, as documents show the next step. A deadline is shown by its own instant.
    ///
    /// Source: contract of the JSON, `next`.
    func upcoming(_ timing: Timing, after now: Instant) -> Upcoming? {
        nextStep(timing, after: now).map(upcoming)
    }

    /// A step as documents show it.
    ///
    /// Source: contract of the JSON, `next`.
    func upcoming(_ step: Step) -> Upcoming {
        switch step.action {
        case .remind: Upcoming(what: .notice(.reminder), at: step.at)
        case .miss(let name): Upcoming(what: .deadline, at: deadline(name).due ?? step.at)
        case .correctMiss: Upcoming(what: .notice(.correction), at: step.at)
        }
    }

    /// All that could happen, by time.
    private func steps(_ timing: Timing) -> [Step] {
        let all = reminderSteps(timing) + DeadlineName.allCases.compactMap(missStep) + correctionSteps
        return all.sorted { $0.at < $1.at }
    }

    /// Reminders to partners without acknowledgement. None for "immediately", none whose time was past when the breach
    /// was recorded, none after a later one went out.
    private func reminderSteps(_ timing: Timing) -> [Step] {
        guard phase == .open, sharingProtocol.clause.partnerHours != 0,
            let due = partnersDeadline.due, partnersDeadline.state != .notRequired
        else { return [] }
        return timing.reminderLeadsSeconds
            .filter { $0 < remindedLeadSeconds[.acknowledgement] ?? Int.max }
            .filter { !reminded(before: due - $0).isEmpty }
            .map { Step(at: due - $0, action: .remind(leadSeconds: $0)) }
    }

    /// The members that a reminder at that instant goes to.
    ///
    /// Source: R13.
    func reminded(before instant: Instant) -> [AudienceMember] {
        unacknowledged.filter { instant > $0.addedAt }
    }

    /// A deadline is kept when the thing is done at its very instant, so it is missed a second after.
    private func missStep(_ name: DeadlineName) -> Step? {
        let deadline = deadline(name)
        let isImmediate = name == .partners && sharingProtocol.clause.partnerHours == 0
        guard deadline.state == .running, !isImmediate, let due = deadline.due else { return nil }
        return Step(at: due + 1, action: .miss(name))
    }

    private var correctionSteps: [Step] {
        misses.compactMap { miss in
            let deadline = deadline(miss.deadline)
            guard !miss.corrected, miss.edition == edition(miss.deadline), deadline.state == .met,
                let settledAt = deadline.settledAt
            else { return nil }
            return Step(at: settledAt, action: .correctMiss(miss, settledAt: settledAt))
        }
    }
}

extension Breach.Step {
    /// Whether this is a reminder, of which only the latest is sent.
    ///
    /// Source: R13.
    fileprivate var isReminder: Bool {
        if case .remind = action { true } else { false }
    }
}
