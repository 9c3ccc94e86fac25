/// What a breach would bring, recording nothing.
extension Clockwork {
    /// Every notice and deadline that such a breach would bring by itself, in the order of time: as if nobody
    /// acknowledged, answered, decided or notified, and the mail system took nothing.
    ///
    /// Source: contract of `plan`.
    func plan(_ request: PlanRequest) throws(Refusal) -> [PlanItem] {
        let (report, reportedAt) = try rehearsedReport(request)
        var rehearsal = Rehearsal(Clockwork(settings: settings, zone: zone), at: reportedAt)
        let decision = try rehearsal.clockwork.decide(.report(report), by: Rehearsal.nobody, at: reportedAt)
        guard case .record(let event, let reference) = decision else { return [] }
        rehearsal.record(event)
        let deadlines = rehearsal.clockwork.ledger[reference].map { $0.plannedDeadlines } ?? []
        rehearsal.run()
        let notices = rehearsal.facts.flatMap { fact in
            rehearsal.clockwork.ledger[reference].map { $0.planned(fact) } ?? []
        }
        return (notices + deadlines).enumerated()
            .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element)
    }

    private func rehearsedReport(_ request: PlanRequest) throws(Refusal) -> (ReportCommand, Instant) {
        let sharingProtocol = try sharingProtocol(named: request.protocolID)
        let reportedAt = request.reportedAt ?? request.detectedAt
        guard reportedAt >= request.detectedAt else {
            throw .refused(
                field: "reported",
                reason:
                    "Nobody reports a breach before it is detected, at \(zone.localText(request.detectedAt)); give that "
                    + "time or a later one."
            )
        }
        let report = ReportCommand(
            protocolID: sharingProtocol.id,
            detectedBy: request.detectedBy ?? sharingProtocol.partners.first?.id ?? "",
            facts: BreachFacts(detectedAt: request.detectedAt, awareAt: [:], risk: request.risk ?? .unknown),
            awareAt: nil,
            controllers: [],
            texts: [.summary: "A rehearsal.", .reason: "A rehearsal."],
            request: nil
        )
        return (report, reportedAt)
    }

    /// An engine over an empty register whose clock runs from one due instant to the next.
    private struct Rehearsal {
        static let nobody = Account(uid: 0, name: "")

        var clockwork: Clockwork
        private(set) var facts: [Fact] = []
        private var now: Instant

        init(_ clockwork: Clockwork, at now: Instant) {
            self.clockwork = clockwork
            self.now = now
        }

        mutating func record(_ event: Event) {
            let fact = Fact(sequence: facts.count + 1, at: now, account: Self.nobody, event: event)
            facts.append(fact)
            clockwork.apply(fact)
        }

        mutating func run() {
            while true {
                while let event = clockwork.due(at: now) { record(event) }
                guard let next = clockwork.nextDue() else { return }
                now = max(now, next)
            }
        }
    }
}

extension Breach {
    /// The deadlines as a plan lists them.
    ///
    /// Source: contract of `plan`, `what`.
    fileprivate var plannedDeadlines: [PlanItem] {
        let clause = sharingProtocol.clause
        var items: [PlanItem] = []
        if let due = partnersDeadline.due, let hours = clause.partnerHours, partnersDeadline.state != .notRequired {
            let why =
                isImmediate
                ? "The partners are to be informed immediately: section \(clause.section)."
                : "The partners are to be informed \(hours) h from detection: section \(clause.section)."
            items.append(PlanItem(what: .deadline, to: nil, at: due, why: why))
        }
        if let due = regulatorDeadline.deadline.due, regulatorDeadline.deadline.state != .notRequired {
            let byProtocol = clause.regulatorHours.map { "\($0) h from detection, section \(clause.section); " } ?? ""
            let why =
                "The regulator is to be notified: \(byProtocol)\(regulatorHoursByLaw) h from awareness, UK GDPR Art 33(1)."
            items.append(PlanItem(what: .deadline, to: nil, at: due, why: why))
        }
        return items
    }

    /// The notices that a fact brings, as a plan lists them.
    ///
    /// Source: contract of `plan`.
    fileprivate func planned(_ fact: Fact) -> [PlanItem] {
        fact.event.orders.map { order in
            let instead = order.inPlaceOf.map {
                "In place of \($0.kind.rawValue) to \($0.recipient.name), for whom no mailbox is known. "
            }
            let why = (instead ?? "") + why(order.inPlaceOf?.kind ?? order.kind, fact.event)
            return PlanItem(what: .notice(order.kind), to: order.recipient, at: fact.at, why: why)
        }
    }

    private func why(_ kind: NoticeKind, _ event: Event) -> String {
        let clause = sharingProtocol.clause
        switch event {
        case .reminded(let record):
            let lead = durationText(record.leadSeconds)
            return switch record.key.subject {
            case .acknowledgement: "Unless it has acknowledged before: \(lead) before the partners' deadline (R13)."
            case .position: "Unless it has stated its positions before: \(lead) before the matters are escalated (R13)."
            case .decision: "Unless it has decided before: \(lead) before the regulator's deadline (R13)."
            }
        case .deadlineMissed(let record):
            return record.deadline == .partners
                ? "Unless every partner was informed by the deadline: section \(clause.section) (R24)."
                : "Unless the regulator was notified by the deadline, or need not be (R24)."
        case .matterEscalated(let record):
            return "Unless the partners have agreed on \(record.matter.topic) before: section \(clause.section) (R17)."
        default:
            return switch kind {
            case .breachNotice: "Told on recording: section \(clause.section) (R10)."
            case .decisionRequest: "Decides alone: section \(clause.section) (R15)."
            default: "Told of every breach recorded."
            }
        }
    }
}
