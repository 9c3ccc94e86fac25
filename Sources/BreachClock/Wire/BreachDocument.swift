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
            "deadlines": .object(["partners": .object(partnersDeadline.members), "regulator": regulatorDeadline.json]),
            "partners": .array(partners.map(\.json)),
            "controllers": .array(controllers.map(\.json)),
            "matters": .object(
                MatterName.allCases.reduce(into: JSONObject()) { $0.append($1.rawValue, matterJSON($1)) }
            ),
            "next": next?.json ?? .null,
            "warnings": .texts(warnings),
        ])
    }

    private func matterJSON(_ matter: MatterName) -> JSON {
        let state = matters[matter] ?? .notRequired
        return .object([
            "state": .string(state.rawValue), "outcome": .null, "escalateAt": .null, "escalatedAt": .null,
            "escalationReason": .null, "settledAt": .null, "decidedBy": .null,
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

extension RegulatorDeadline {
    fileprivate var json: JSON {
        .object([
            "due": .instant(deadline.due),
            "dueByProtocol": .instant(dueByProtocol),
            "dueByLaw": .instant(dueByLaw),
            "state": .string(deadline.state.rawValue),
            "settledAt": .instant(deadline.settledAt),
        ])
    }
}

extension BreachSummary.PartnerSummary {
    fileprivate var json: JSON {
        .object([
            "id": .string(id),
            "name": .string(name),
            "affected": .bool(isAffected),
            "noticeWrittenAt": .instant(noticeWrittenAt),
            "handedOverAt": .instant(handedOverAt),
            "acknowledgedAt": .instant(acknowledgedAt),
            "informed": .bool(isInformed),
            "positions": .object(["ico": .null, "individuals": .null]),
            "telephone": .text(telephone),
        ])
    }
}

extension BreachSummary.ControllerSummary {
    fileprivate var json: JSON {
        .object([
            "id": .string(id),
            "awareAt": .instant(awareAt),
            "dueByLaw": .instant(dueByLaw),
            "state": .string(state.rawValue),
            "notifications": [],
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
