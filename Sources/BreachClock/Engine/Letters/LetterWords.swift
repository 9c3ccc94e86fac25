/// The words that letters have for what the register names.
extension LetterWriter {
    /// The regulator, by its configured name.
    ///
    /// Source: R22.
    var regulator: String { directory.settings.regulator.name }

    /// The organisation that runs this register.
    ///
    /// Source: contract of the configuration.
    var organisation: String { directory.settings.organisation.name }

    /// The owner, by the clause's own title and by its name where the protocol names one.
    ///
    /// Source: rules, "Owner".
    var owner: String {
        guard let name = directory.contact(.owner)?.name, name != clause.ownerTitle else {
            return "the \(clause.ownerTitle)"
        }
        return "the \(clause.ownerTitle), \(name)"
    }

    /// Who decides, alone or where the partners do not agree.
    ///
    /// Source: R15, R17; rules, "decider".
    var decider: String {
        switch clause.decision {
        case .consultation, .owner: owner
        case .controller: "the controllers (\(names(breach.controllers)))"
        }
    }

    /// The names of partners, one after the other.
    ///
    /// Source: WEISF summary sheet.
    func names(_ ids: [String]) -> String { ids.map(breach.partnerName).joined(separator: "; ") }

    /// What is to be settled in a matter.
    ///
    /// Source: rules, "matter".
    func question(_ matter: MatterName) -> String { "whether \(outcome(.notify, matter))" }

    /// What comes of a matter, or what a partner wants of it.
    ///
    /// Source: rules, "outcome".
    func outcome(_ outcome: Outcome, _ matter: MatterName) -> String {
        let action =
            switch matter {
            case .ico: "to notify the \(regulator)"
            case .individuals: "to tell the people concerned"
            }
        return outcome == .notify ? action : "not \(action)"
    }

    /// The ground for not telling the people concerned.
    ///
    /// Source: R21; UK GDPR Art 34.
    func ground(_ ground: TellingGround) -> String {
        switch ground {
        case .noHighRisk: "a high risk to them is unlikely, UK GDPR Art 34(1)"
        case .unintelligible: "nobody unauthorised can read the data, UK GDPR Art 34(3)(a)"
        case .riskRemoved: "what was done since has made a high risk unlikely, UK GDPR Art 34(3)(b)"
        case .disproportionate:
            "telling each of them takes disproportionate effort, so that the public is told instead, UK GDPR Art 34(3)(c)"
        }
    }

    /// What is said on telling the people concerned: when, how and by whom, or on what ground not.
    ///
    /// Source: R21.
    func rows(_ telling: Telling) -> [Letter.Row] {
        let said = [
            ("When", telling.when?.shown), ("How", telling.how?.shown), ("By whom", telling.byWhom?.shown),
            ("Ground", telling.ground.map(ground)),
        ]
        return said.compactMap { label, value in value.map { Letter.Row(label: label, value: $0) } }
    }

    /// The same in a line; nil where nothing is said.
    ///
    /// Source: R21.
    func words(_ telling: Telling) -> String? {
        let parts = rows(telling).map { "\($0.label.lowercased()): \($0.value)" }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    /// The risk.
    ///
    /// Source: R6.
    func words(_ risk: Risk) -> String {
        risk == .unknown ? "not known yet, taken as likely" : risk.rawValue
    }

    /// A deadline as a label.
    ///
    /// Source: R1, R2.
    func label(_ deadline: DeadlineName) -> String {
        switch deadline {
        case .partners: "Partners informed by"
        case .regulator: "Regulator notified by"
        }
    }

    /// What a deadline is for.
    ///
    /// Source: R1, R2.
    func duty(_ deadline: DeadlineName) -> String {
        switch deadline {
        case .partners: "informing the partners"
        case .regulator: "notifying the \(regulator)"
        }
    }

    /// How a deadline stands.
    ///
    /// Source: R24.
    func words(_ deadline: Deadline) -> String {
        guard let due = deadline.due else { return "none is set" }
        let settled = deadline.settledAt.map { " on \(time($0))" } ?? ""
        return switch deadline.state {
        case .running: "\(time(due)), still running"
        case .met:
            breach.isImmediate && due == breach.facts.detectedAt ? "done\(settled)" : "\(time(due)), kept\(settled)"
        case .missed: "\(time(due)), passed and not done"
        case .late: "\(time(due)), done late\(settled)"
        case .notRequired: "not required"
        }
    }

    /// Why a matter lies with the decider.
    ///
    /// Source: R17, R15.
    func words(_ escalation: Escalation) -> String {
        switch escalation.reason {
        case .disagreement: return "All partners that were asked have answered, and they do not say the same."
        case .noAgreement:
            let agreeBy = escalationTime.map { min($0, escalation.at) } ?? escalation.at
            return "Not all partners that were asked had said the same by \(time(agreeBy))."
        case .manual:
            let words = escalation.words.map { " The reason given: \($0.shown)" } ?? ""
            return "It was put to you on \(time(escalation.at)), before all had answered.\(words)"
        case .clause: return "By the clause the decision is yours alone."
        }
    }
}
