@testable import BreachClock

/// What the deadlines of a breach must be, by arithmetic that shares nothing with the engine's.
enum DeadlineRules {
    /// The regulator's deadline by R2, from the facts alone; what was notified is judged by what it was then.
    static func regulatorDue(_ breach: Breach) -> Instant? {
        if breach.controllers.allSatisfy({ breach.verdicts[$0] != nil }) {
            return breach.verdicts.values.map(\.due).min()
        }
        let byLaw = breach.controllers.map { controller in
            breach.verdicts[controller]?.dueByLaw ?? (breach.facts.awareAt[controller] ?? breach.facts.detectedAt)
                + 72.hours
        }
        let byProtocol = breach.sharingProtocol.clause.regulatorHours.map { breach.facts.detectedAt + $0.hours }
        return (byLaw + [byProtocol].compactMap { $0 }).min()
    }

    static func isAbove(_ breach: Breach) -> Bool {
        breach.sharingProtocol.clause.threshold == .any || breach.facts.risk != .unlikely
    }

    static func isInformed(_ member: AudienceMember, _ breach: Breach) -> Bool {
        member.partnerID == breach.detectedBy || member.acknowledgement != nil
            || breach.notices.contains {
                $0.order.kind == .breachNotice && $0.order.recipient == .partner(member.partnerID)
                    && $0.handedOverAt != nil
            }
    }

    /// R24: none passes unrecorded. R20: none is required once it was settled not to notify.
    static func failure(of breach: Breach, at now: Instant) -> String? {
        let deadline = breach.regulatorDeadline.deadline
        let isNotified = breach.controllers.allSatisfy { breach.verdicts[$0] != nil }
        let isOff = breach[.ico].settlement?.outcome == .doNotNotify || !isAbove(breach)
        guard deadline.due == regulatorDue(breach) else {
            return "the regulator's deadline is \(String(describing: deadline.due))"
        }
        if isNotified {
            let isKept = breach.verdicts.values.allSatisfy { $0.notifiedAt <= $0.due }
            guard deadline.state == (isKept ? .met : .late) else { return "all notified, and \(deadline.state)" }
        } else if isOff {
            guard deadline.state == .notRequired else { return "not to be notified, and \(deadline.state)" }
        } else {
            let missed = breach.misses.contains {
                $0.deadline == .regulator && $0.edition == breach.regulatorEdition.number && $0.due == deadline.due
            }
            guard deadline.state == (missed ? .missed : .running) else { return "\(deadline.state), missed: \(missed)" }
            if let due = deadline.due, now > due, !missed { return "the regulator's deadline passed unrecorded" }
        }
        guard let hours = breach.sharingProtocol.clause.partnerHours, hours > 0, isAbove(breach) else { return nil }
        for member in breach.audience where !isInformed(member, breach) {
            let due = breach.facts.detectedAt + hours.hours
            let own = member.addedAt > breach.reportedAt ? max(due, member.addedAt + 4.hours) : due
            guard now > own else { continue }
            let missed = breach.misses.contains {
                $0.deadline == .partners && $0.edition == member.edition.number && $0.due == own
            }
            guard missed else { return "the partners' deadline passed unrecorded for \(member.partnerID)" }
        }
        return nil
    }
}
