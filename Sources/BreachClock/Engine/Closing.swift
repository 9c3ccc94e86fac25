/// Deciding on `close` and `reopen`.
extension Clockwork {
    /// What closing a breach comes to.
    ///
    /// Source: R25.
    func decide(_ command: CloseCommand) throws(Refusal) -> Decision {
        let breach = try breach(named: command.breach)
        guard breach.phase == .open else {
            return .unchanged(breach.reference, "\(breach.reference) is closed already; nothing was recorded again.")
        }
        let texts = try CheckedTexts(
            [("reason", command.reason, .text)], personalDataReason: command.personalDataReason)
        let outstanding = breach.outstanding
        let left = outstanding.map { $0.words(names: breach.partnerName) }
        if !outstanding.isEmpty {
            _ = try texts.required(
                "reason",
                "\(breach.reference) has this outstanding: \(left.joined(separator: "; ")). Settle it, or close with a "
                    + "reason that says why it is left."
            )
        }
        let record = ClosureRecord(
            reference: breach.reference,
            outstanding: outstanding,
            reason: texts["reason"],
            personalDataReason: texts.personalDataReason,
            notices: closureNotices(breach)
        )
        return .record(.breachClosed(record), breach.reference)
    }

    /// What reopening a breach comes to.
    ///
    /// Source: R25.
    func decideReopening(_ command: CloseCommand) throws(Refusal) -> Decision {
        let breach = try breach(named: command.breach)
        guard breach.phase == .closed else {
            return .unchanged(breach.reference, "\(breach.reference) is open; nothing was recorded.")
        }
        let texts = try CheckedTexts(
            [("reason", command.reason, .text)], personalDataReason: command.personalDataReason)
        let record = ReopeningRecord(
            reference: breach.reference,
            reason: texts["reason"],
            personalDataReason: texts.personalDataReason
        )
        return .record(.breachReopened(record), breach.reference)
    }

    /// The end, for those who were told of the beginning, and for the owner, who is asked to review the protocol.
    private func closureNotices(_ breach: Breach) -> [NoticeOrder] {
        let told = breach.audienceAndOwner.filter { recipient in
            guard case .partner(let id) = recipient else { return true }
            return breach.sharingProtocol.owner == .partner(id) || breach.wasTold(recipient)
        }
        return orders(.closure, to: told, occasion: "\(breach.closures.count + 1)", on: breach)
    }
}

extension Breach {
    /// Whether that recipient was ever sent something, or was to be telephoned.
    ///
    /// Source: R25.
    fileprivate func wasTold(_ recipient: Recipient) -> Bool {
        notices.contains { ($0.order.inPlaceOf?.recipient ?? $0.order.recipient) == recipient }
    }

    /// What is left to do.
    ///
    /// Source: R25.
    var outstanding: [Outstanding] {
        let silent = unacknowledged.map(\.partnerID)
        var left: [Outstanding] = silent.isEmpty ? [] : [.acknowledgement(by: silent)]
        for name in DeadlineName.allCases where [.running, .missed].contains(deadline(name).state) {
            left.append(.deadline(name))
        }
        for name in MatterName.allCases where [.consulting, .awaitingDecision].contains(self[name].state) {
            left.append(.matter(name))
        }
        if self[.ico].settlement?.outcome == .notify, controllers.contains(where: { verdicts[$0] == nil }),
            !left.contains(.deadline(.regulator))
        {
            left.append(.action(.ico))
        }
        let mustTell = self[.individuals].settlement?.outcome == .notify
        if mustTell, !notifications.contains(where: { $0.matter == .individuals && !$0.isOwnDuty }) {
            left.append(.action(.individuals))
        }
        return left
    }
}
