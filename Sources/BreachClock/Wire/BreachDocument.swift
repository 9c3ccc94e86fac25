/// Breaches as JSON, for the control socket and for scripts.
///
/// Source: contract of the JSON.
extension BreachSummary {
    /// The breach.
    ///
    /// Source: contract of the JSON.
    var json: JSON {
        let facts = breach.facts
        return .object([
            "id": .string(breach.reference.description),
            "protocol": .string(breach.sharingProtocol.id),
            "title": .string(breach.sharingProtocol.title),
            "phase": .string(breach.phase.rawValue),
            "risk": .string(facts.risk.rawValue),
            "summary": .text(breach.texts[.summary]?.text),
            "occurredAt": .instant(facts.occurredAt),
            "detectedAt": .instant(facts.detectedAt),
            "awareAt": .instant(controllers.map(\.awareAt).min()),
            "reportedAt": .instant(breach.reportedAt),
            "detectedBy": .string(breach.detectedBy),
            "detectedByName": .string(breach.partnerName(breach.detectedBy)),
            "channelCompromised": .bool(breach.facts.isChannelCompromised),
            "deadlines": .object(["partners": .object(partnersDeadline.members), "regulator": regulatorJSON]),
            "partners": .array(partners.map(partnerJSON)),
            "controllers": .array(controllers.map(\.json)),
            "matters": .object(
                MatterName.allCases.reduce(into: JSONObject()) { $0.append($1.rawValue, matterJSON($1)) }
            ),
            "decider": .string(breach.sharingProtocol.decider),
            "next": next?.json ?? .null,
            "warnings": .texts(warnings),
        ])
    }

    private var regulatorJSON: JSON {
        .object([
            "due": .instant(regulatorDeadline.deadline.due),
            "dueByProtocol": .instant(regulatorDeadline.dueByProtocol),
            "stateByProtocol": .text(byProtocolState?.rawValue),
            "dueByLaw": .instant(regulatorDeadline.dueByLaw),
            "stateByLaw": .string(byLawState.rawValue),
            "state": .string(regulatorDeadline.deadline.state.rawValue),
            "settledAt": .instant(regulatorDeadline.deadline.settledAt),
        ])
    }

    private func matterJSON(_ name: MatterName) -> JSON {
        let matter = breach.matters[name] ?? Matter(state: .notRequired, since: breach.reportedAt)
        let ruling = matter.settlement?.ruling
        return .object([
            "state": .string(matter.state.rawValue),
            "outcome": .text(matter.settlement?.outcome.rawValue),
            "escalateAt": .instant(escalateAt),
            "escalatedAt": .instant(matter.escalation?.at),
            "escalationReason": .text(matter.escalation?.reason.rawValue),
            "settledAt": .instant(matter.settlement?.at),
            "decidedBy": .text(ruling?.name.shown),
            "reason": .text(ruling?.reason.shown),
            "when": .text(ruling?.telling.when?.shown),
            "how": .text(ruling?.telling.how?.shown),
            "byWhom": .text(ruling?.telling.byWhom?.shown),
            "ground": .text(ruling?.telling.ground?.rawValue),
            "notifiedAt": .instant(breach.notifications.filter { $0.matter == name }.map(\.at).min()),
        ])
    }

    private func partnerJSON(_ partner: PartnerSummary) -> JSON {
        let positions = MatterName.allCases.reduce(into: JSONObject()) { positions, name in
            positions.append(name.rawValue, .text(breach.matters[name]?.positions[partner.id]?.outcome.rawValue))
        }
        return .object([
            "id": .string(partner.id),
            "name": .string(partner.name),
            "affected": .bool(partner.isAffected),
            "noticeWrittenAt": .instant(partner.noticeWrittenAt),
            "handedOverAt": .instant(partner.handedOverAt),
            "returnedAt": .instant(partner.returnedAt),
            "acknowledgedAt": .instant(partner.acknowledgedAt),
            "informed": .bool(partner.isInformed),
            "positions": .object(positions),
            "telephone": .text(partner.telephone),
        ])
    }
}

extension Deadline {
    /// The deadline's members.
    ///
    /// Source: contract of the JSON, `deadlines`.
    fileprivate var members: JSONObject {
        ["due": .instant(due), "state": .string(state.rawValue), "settledAt": .instant(settledAt)]
    }
}

extension BreachSummary.ControllerSummary {
    fileprivate var json: JSON {
        .object([
            "id": .string(id),
            "awareAt": .instant(awareAt),
            "dueByLaw": .instant(dueByLaw),
            "state": .string(state.rawValue),
            "notifications": .array(notifications.map(\.json)),
        ])
    }
}

extension Notification {
    fileprivate var json: JSON {
        .object([
            "phase": .string(phase.rawValue),
            "at": .instant(at),
            "reference": .text(reference?.shown),
            "ownDuty": .bool(isOwnDuty),
            "delayReason": .text(delayReason?.shown),
        ])
    }
}

extension Upcoming {
    /// What happens next, and when.
    ///
    /// Source: contract of the JSON, `next`.
    var json: JSON {
        .object(["what": .string(what.name), "at": .instant(at)])
    }
}
