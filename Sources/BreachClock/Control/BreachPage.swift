/// One breach on a page.
///
/// Source: contract of `show`.
struct BreachPage {
    private let breach: BreachView
    private let screen: Screen

    /// The page of a breach.
    ///
    /// Source: contract of `show`.
    init(_ breach: BreachView, _ screen: Screen) {
        self.breach = breach
        self.screen = screen
    }

    /// The whole page.
    ///
    /// Source: contract of `show` (deadlines, partners, matters, what happens next).
    var text: String {
        let parts = [
            heading + facts, deadlines, MatterWords(breach, screen).text, partners, positions, controllers, warnings,
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var heading: String {
        let phase = breach.text("phase") == "closed" ? "  closed" : ""
        return "\(breach.text("id") ?? "")\(phase)  \(breach.text("title") ?? "")\n\n"
            + screen.wrapped(breach.text("summary") ?? "[redacted]", indent: "  ") + "\n"
    }

    private var facts: String {
        var table = Table()
        let rows: [(String, Instant?, String)] = [
            ("Happened", breach.instant("occurredAt"), ""),
            (
                "Detected", breach.instant("detectedAt"),
                ", by \(breach.text("detectedByName") ?? breach.partnerName(breach.text("detectedBy") ?? ""))"
            ),
            ("Aware", breach.instant("awareAt"), ""),
            ("Recorded", breach.instant("reportedAt"), ""),
        ]
        for (label, instant, rest) in rows {
            guard let instant else { continue }
            table.add([Table.Cell(label), Table.Cell("\(screen.time(instant))\(rest)")])
        }
        table.add(["Risk", Table.Cell(breach.text("risk") ?? "")])
        if breach.isTrue("channelCompromised") {
            table.add(["Partners' mail", Table.Cell("compromised: they are telephoned, and mailed nothing", .warning)])
        }
        return table.text(screen)
    }

    /// Both deadlines and what happens next.
    ///
    /// Source: contract of the programs.
    var deadlines: String {
        var table = Table()
        table.add(["Partners informed by", screen.deadline("partners", of: breach)])
        table.add(["Regulator notified by", screen.deadline("regulator", of: breach)])
        for (label, cell) in bothInstants { table.add([Table.Cell(label, .faint), cell]) }
        table.add(["Next", Table.Cell(screen.next(breach.text("next", "what"), breach.instant("next", "at")))])
        return table.text(screen)
    }

    /// Both of the regulator's instants with their verdicts, where they differ in either.
    private var bothInstants: [(String, Table.Cell)] {
        let path = ["deadlines", "regulator"]
        guard let byProtocol = breach.instant(path[0], path[1], "dueByProtocol"),
            let byLaw = breach.instant(path[0], path[1], "dueByLaw")
        else { return [] }
        let stateByProtocol = breach.text(path[0], path[1], "stateByProtocol") ?? ""
        let stateByLaw = breach.text(path[0], path[1], "stateByLaw") ?? ""
        guard byProtocol != byLaw || stateByProtocol != stateByLaw else { return [] }
        return [
            ("  by the protocol", verdict(byProtocol, stateByProtocol)), ("  by the law", verdict(byLaw, stateByLaw)),
        ]
    }

    private func verdict(_ due: Instant, _ state: String) -> Table.Cell {
        let time = screen.time(due)
        switch Deadline.State(rawValue: state) {
        case .running?: return Table.Cell("\(time)  \(screen.distance(due))")
        case .met?: return Table.Cell("\(time)  met", .good)
        case .missed?: return Table.Cell("\(time)  MISSED \(screen.distance(due))", .urgent)
        case .late?: return Table.Cell("\(time)  done late", .warning)
        case .notRequired?, nil: return Table.Cell("\(time)  not required", .faint)
        }
    }

    private var partners: String {
        let partners = breach.list("partners")
        guard !partners.isEmpty else { return "The clause has no partner told.\n" }
        var table = Table(["PARTNER", "NOTICE", "ACKNOWLEDGED", "NAME"])
        for partner in partners {
            table.add([
                Table.Cell(partner.text("id") ?? ""),
                notice(partner),
                acknowledgement(partner),
                Table.Cell(partner.text("name") ?? ""),
            ])
        }
        return table.text(screen)
    }

    private func notice(_ partner: BreachView) -> Table.Cell {
        if let at = partner.instant("handedOverAt") { return Table.Cell("taken by mail \(screen.distance(at))", .good) }
        if let at = partner.instant("returnedAt") {
            return Table.Cell("refused by mail \(screen.distance(at))", .urgent)
        }
        if let at = partner.instant("noticeWrittenAt") { return Table.Cell("in the spool \(screen.distance(at))") }
        guard breach.isAboveThreshold else { return Table.Cell("not told", .faint) }
        return Table.Cell(breach.isTrue("channelCompromised") ? "by telephone" : "not written yet", .faint)
    }

    private func acknowledgement(_ partner: BreachView) -> Table.Cell {
        if let at = partner.instant("acknowledgedAt") { return Table.Cell(screen.time(at), .good) }
        return partner.isDetector(of: breach) ? Table.Cell("detected it", .good) : Table.Cell("no", .warning)
    }

    // MARK: - Who said what, who notified

    /// What each partner says on both matters, where anybody is asked or has said anything.
    private var positions: String {
        let partners = breach.list("partners")
        let isHearing = MatterName.allCases.contains { breach.isHearing($0) }
        let isSaid = partners.contains { partner in
            MatterName.allCases.contains { partner.text("positions", $0.rawValue) != nil }
        }
        guard isHearing || isSaid else { return "" }
        var table = Table(["POSITION"] + MatterName.allCases.map { MatterWords.label($0).uppercased() })
        for partner in partners {
            table.add(
                [Table.Cell(partner.text("id") ?? "")] + MatterName.allCases.map { position(of: partner, $0) })
        }
        return table.text(screen)
    }

    private func position(of partner: BreachView, _ matter: MatterName) -> Table.Cell {
        let said = partner.text("positions", matter.rawValue)
        switch said.flatMap(Outcome.init(rawValue:)) {
        case .notify?: return "yes"
        case .doNotNotify?: return "no"
        case nil where !breach.asks(partner, on: matter): return Table.Cell("not asked", .faint)
        case nil: return breach.isHearing(matter) ? Table.Cell("awaited", .warning) : Table.Cell("-", .faint)
        }
    }

    /// The controllers with what each has told the regulator, where there are several or one has.
    private var controllers: String {
        let controllers = breach.list("controllers")
        guard controllers.count > 1 || controllers.contains(where: { !$0.list("notifications").isEmpty }) else {
            return ""
        }
        var table = Table(["CONTROLLER", "BY THE LAW", "REGULATOR NOTIFIED"])
        for controller in controllers {
            let due = controller.instant("dueByLaw").map { verdict($0, controller.text("state") ?? "") } ?? "-"
            let notifications = controller.list("notifications").map(notification)
            for (index, cell) in (notifications.isEmpty ? [Table.Cell("no", .faint)] : notifications).enumerated() {
                table.add([Table.Cell(index == 0 ? controller.text("id") ?? "" : ""), index == 0 ? due : "", cell])
            }
        }
        return table.text(screen)
    }

    private func notification(_ notification: BreachView) -> Table.Cell {
        let at = notification.instant("at").map(screen.time) ?? ""
        let own = notification.isTrue("ownDuty") ? ", own duty" : ""
        let reference = notification.text("reference").map { ", \($0)" } ?? ""
        return Table.Cell("\(at) (\(notification.text("phase") ?? ""))\(own)\(reference)")
    }

    private var warnings: String {
        let warnings = breach.texts("warnings")
        guard !warnings.isEmpty else { return "" }
        return warnings.map { screen.wrapped("Note: \($0)", indent: "") }.joined()
    }
}
