/// Deciding on `notified`: a notification that was made is always recorded, with whose duty it was.
extension Clockwork {
    /// What a notification comes to.
    ///
    /// Source: R19, R23, R25 (a closed breach still takes notifications).
    func decide(_ command: NotifiedCommand, at now: Instant) throws(Refusal) -> Decision {
        let breach = try breach(named: command.breach)
        let at = try notifiedAt(command, breach, now: now)
        let ownDuty = try command.ownDuty.map { text throws(Refusal) in
            try controller(named: text, of: breach, field: "ownDuty")
        }
        if ownDuty == nil { try refuseWithoutOutcome(breach, command) }
        let controllers = try controllers(command, breach, ownDuty)
        try refuseOutOfSeries(controllers, command, breach, at)
        let texts = try CheckedTexts(
            [
                ("reference", command.reference, .name), ("delayReason", command.delayReason, .text),
                ("reason", command.reason, .text),
            ],
            personalDataReason: command.personalDataReason
        )
        if let ownDuty, texts["reason"] == nil {
            throw .refused(
                field: "reason",
                reason: "A notification that \(ownDuty) makes on its own duty needs the reason why it did not wait."
            )
        }
        try refuseLateWithoutReasons(controllers, command, breach, at, texts)
        let record = NotificationRecord(
            reference: breach.reference,
            notification: Notification(
                matter: command.matter,
                controllers: controllers,
                phase: command.phase,
                at: at,
                isOwnDuty: ownDuty != nil,
                reference: texts["reference"],
                delayReason: texts["delayReason"],
                reason: texts["reason"]
            ),
            personalDataReason: texts.personalDataReason
        )
        return .record(.notificationRecorded(record), breach.reference)
    }

    private func notifiedAt(_ command: NotifiedCommand, _ breach: Breach, now: Instant) throws(Refusal) -> Instant {
        let at = command.at ?? now
        try refuseFuture(at, field: "at", now: now)
        guard at >= breach.facts.detectedAt else {
            throw .refused(
                field: "at",
                reason: "Nobody can have been notified of \(breach.reference) before it was detected, at "
                    + "\(zone.localText(breach.facts.detectedAt)); give that time or a later one."
            )
        }
        return at
    }

    /// The controller of that breach that the text names.
    private func controller(named text: String, of breach: Breach, field: String) throws(Refusal) -> String {
        let id = try partner(named: text, of: breach.sharingProtocol).id
        guard breach.controllers.contains(id) else {
            throw .refused(
                field: field,
                reason:
                    "\(id) is no controller of \(breach.reference); they are \(breach.controllers.joined(separator: ", "))."
            )
        }
        return id
    }

    /// Without an outcome `notify` it was somebody's own duty: whose, has to be said.
    private func refuseWithoutOutcome(_ breach: Breach, _ command: NotifiedCommand) throws(Refusal) {
        guard breach[command.matter].settlement?.outcome != .notify else { return }
        let what = command.matter == .ico ? "to notify the regulator" : "to tell the people concerned"
        throw .refused(
            field: "ownDuty",
            reason:
                "It has not been agreed or decided \(what) of \(breach.reference). If a controller did so all the same, "
                + "say whose own duty it was: --own-duty CONTROLLER --reason TEXT; controllers are "
                + "\(breach.controllers.joined(separator: ", "))."
        )
    }

    /// The controllers that it counts for: the one whose own duty it was, those named, or all that have not notified yet.
    private func controllers(
        _ command: NotifiedCommand,
        _ breach: Breach,
        _ ownDuty: String?
    ) throws(Refusal) -> [String] {
        var named: [String] = []
        for text in command.controllers {
            let id = try controller(named: text, of: breach, field: "controllers")
            if !named.contains(id) { named.append(id) }
        }
        if let ownDuty {
            guard named.isEmpty || named == [ownDuty] else {
                throw .refused(
                    field: "controllers",
                    reason:
                        "What \(ownDuty) does on its own duty counts for nobody else; leave the other controllers out."
                )
            }
            return [ownDuty]
        }
        if !named.isEmpty { return named }
        let rest = breach.controllers.filter { !breach.hasInitial($0, of: command.matter) }
        let byGroup = breach.controllers.filter { breach.hasGroupInitial($0, of: command.matter) }
        return command.phase == .initial ? (rest.isEmpty ? breach.controllers : rest) : byGroup
    }

    private func refuseOutOfSeries(
        _ controllers: [String],
        _ command: NotifiedCommand,
        _ breach: Breach,
        _ at: Instant
    ) throws(Refusal) {
        switch command.phase {
        case .initial:
            guard let second = controllers.first(where: { breach.hasInitial($0, of: command.matter) }) else { return }
            throw .refused(
                field: "phase",
                reason:
                    "The initial notification of \(second) on \(breach.reference) is recorded already; record this one "
                    + "with --phase follow-up or --phase final."
            )
        case .followUp, .final:
            let begins = { (controller: String) in
                command.ownDuty == nil
                    ? breach.hasGroupInitial(controller, of: command.matter)
                    : breach.hasInitial(controller, of: command.matter)
            }
            guard !controllers.isEmpty, controllers.allSatisfy(begins) else {
                throw .refused(field: "phase", reason: noInitial(controllers.first { !begins($0) }, breach))
            }
            try refuseBeforeInitial(controllers, command, breach, at)
            try refuseSecondFinal(controllers, command, breach)
        }
    }

    private func noInitial(_ missing: String?, _ breach: Breach) -> String {
        "There is no initial notification for \(missing ?? "the group") on \(breach.reference) yet; record that first. What "
            + "follows one on a controller's own duty is recorded with --own-duty."
    }

    private func refuseBeforeInitial(
        _ controllers: [String],
        _ command: NotifiedCommand,
        _ breach: Breach,
        _ at: Instant
    ) throws(Refusal) {
        let initial = breach.notifications.filter { earlier in
            earlier.matter == command.matter && earlier.phase == .initial
                && earlier.controllers.contains(where: controllers.contains)
        }
        guard let latest = initial.map(\.at).max(), at < latest else { return }
        throw .refused(
            field: "at",
            reason:
                "A follow-up cannot be earlier than the initial notification, at \(zone.localText(latest)); give that "
                + "time or a later one."
        )
    }

    private func refuseSecondFinal(
        _ controllers: [String],
        _ command: NotifiedCommand,
        _ breach: Breach
    ) throws(Refusal) {
        guard command.phase == .final else { return }
        let ended = controllers.first { controller in
            breach.notifications.contains {
                $0.matter == command.matter && $0.phase == .final && $0.controllers.contains(controller)
            }
        }
        guard let ended else { return }
        throw .refused(
            field: "phase",
            reason:
                "The final notification of \(ended) on \(breach.reference) is recorded already; record this one with "
                + "--phase follow-up."
        )
    }

    /// After the law's deadline the regulator is told the reasons for the delay; after the protocol's alone they are
    /// for the register.
    private func refuseLateWithoutReasons(
        _ controllers: [String],
        _ command: NotifiedCommand,
        _ breach: Breach,
        _ at: Instant,
        _ texts: CheckedTexts
    ) throws(Refusal) {
        guard command.matter == .ico, command.phase == .initial else { return }
        if let late = controllers.first(where: { at > breach.dueByLaw($0) }) {
            _ = try texts.required(
                "delayReason",
                "This is after the law's deadline for \(late), \(zone.localText(breach.dueByLaw(late))), so the regulator must "
                    + "be told the reasons for the delay (UK GDPR Art 33(1)); give them with --delay-reason."
            )
        } else if let due = breach.dueByProtocol, at > due, texts["delayReason"] == nil {
            _ = try texts.required(
                "reason",
                "This is after the protocol's deadline, \(zone.localText(due)), though not after the law's; give the reason "
                    + "for the register."
            )
        }
    }
}

extension Breach {
    /// Whether an initial notification of the group counts for that controller.
    ///
    /// Source: R23, R19.
    func hasGroupInitial(_ controller: String, of matter: MatterName) -> Bool {
        notifications.contains {
            $0.matter == matter && $0.phase == .initial && !$0.isOwnDuty && $0.controllers.contains(controller)
        }
    }

    /// Whether that controller's initial notification is recorded, on its own duty or the group's.
    ///
    /// Source: R23.
    func hasInitial(_ controller: String, of matter: MatterName) -> Bool {
        notifications.contains {
            $0.matter == matter && $0.phase == .initial && $0.controllers.contains(controller)
        }
    }
}
