/// What is wrong with a protocol's own paper. A breach is recorded all the same: these are warnings, never refusals.
extension SharingProtocol {
    /// Every warning, in sentences that name the thing, by that day.
    ///
    /// Source: R5; R14; WEISF summary sheet and section 4.
    func warnings(on today: CivilDate) -> [String] {
        documentWarnings(on: today) + ownerWarnings + leavingWarnings(on: today) + partnerWarnings
            + missingProcessorWarnings
    }

    /// Draft, withdrawn, superseded, past review, not yet in force.
    private func documentWarnings(on today: CivilDate) -> [String] {
        var warnings: [String] = []
        switch status {
        case .approved?: break
        case .draft?: warnings.append("The protocol is a draft.")
        case .withdrawn?: warnings.append("The protocol has been withdrawn.")
        case nil: warnings.append("The protocol states no status.")
        }
        if let supersededBy { warnings.append("The protocol has been superseded by \(supersededBy).") }
        if let review {
            if review < today { warnings.append("The protocol's review date, \(review.longText), is past.") }
        } else {
            warnings.append("The protocol states no review date.")
        }
        if let inForce, today < inForce { warnings.append("The protocol is in force only from \(inForce.longText).") }
        return warnings
    }

    private var ownerWarnings: [String] {
        switch owner {
        case .partner?:
            return []
        case .body(let contact)?:
            let unreachable = contact.emails.isEmpty ? " and has no mailbox" : ""
            return ["The owner, \(contact.name), is no partner of page 1\(unreachable)."]
        case nil:
            return ["The protocol names no owner (\(clause.ownerTitle))."]
        }
    }

    /// Who has left decides all the same: nobody else is named.
    private func leavingWarnings(on today: CivilDate) -> [String] {
        func warning(_ id: String, _ whom: (String) -> String) -> String? {
            guard let partner = partner(id), let day = partner.leftOn, day <= today else { return nil }
            return "\(whom(partner.name)) left the protocol on \(day.longText)."
        }
        var warnings = controllers.compactMap { warning($0) { "The controller \($0)" } }
        if case .partner(let id)? = owner, let first = warning(id, { "The owner, \($0)," }) {
            warnings.insert(first, at: 0)
        }
        return warnings
    }

    /// What page 1 lacks, one sentence for each kind of gap and not for each partner.
    private var partnerWarnings: [String] {
        [
            gap("a mailbox") { $0.contact.emails.isEmpty },
            gap("a telephone number") { $0.contact.telephone == nil },
            gap("an ICO reference") { $0.icoReferences.isEmpty },
        ].compactMap { $0 }
    }

    private func gap(_ what: String, _ isMissing: (Partner) -> Bool) -> String? {
        let lacking = partners.filter(isMissing)
        if lacking.isEmpty { return nil }
        if lacking.count == partners.count { return "Page 1 gives no partner \(what)." }
        return "Page 1 does not give \(what) for \(lacking.map(\.name).joined(separator: "; "))."
    }

    private var missingProcessorWarnings: [String] {
        processors.filter { partner($0) == nil }.map { "\($0) is listed as a processor but missing from page 1." }
    }
}
