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
        heading + facts + "\n" + deadlines + "\n" + partners + matters + warnings
    }

    private var heading: String {
        let phase = breach.text("phase") == "closed" ? "  closed" : ""
        return "\(breach.text("id") ?? "")\(phase)  \(breach.text("title") ?? "")\n\n"
            + screen.wrapped(Screen.escaped(breach.text("summary") ?? "[redacted]"), indent: "  ") + "\n"
    }

    private var facts: String {
        var table = Table()
        let rows: [(String, Instant?, String)] = [
            ("Happened", breach.instant("occurredAt"), ""),
            ("Detected", breach.instant("detectedAt"), ", by \(partnerName(breach.text("detectedBy") ?? ""))"),
            ("Aware", breach.instant("awareAt"), ""),
            ("Recorded", breach.instant("reportedAt"), ""),
        ]
        for (label, instant, rest) in rows {
            guard let instant else { continue }
            table.add([Table.Cell(label), Table.Cell("\(screen.time(instant))\(rest)")])
        }
        table.add(["Risk", Table.Cell(breach.text("risk") ?? "")])
        return table.text(screen)
    }

    /// Both deadlines and what happens next.
    ///
    /// Source: contract of the programs.
    var deadlines: String {
        var table = Table()
        table.add(["Partners informed by", screen.deadline("partners", of: breach)])
        table.add(["Regulator notified by", screen.deadline("regulator", of: breach)])
        if let source = regulatorSource { table.add(["", Table.Cell(source, .faint)]) }
        table.add(["Next", Table.Cell(screen.next(breach.text("next", "what"), breach.instant("next", "at")))])
        return table.text(screen)
    }

    /// Both of the regulator's instants, where they differ.
    private var regulatorSource: String? {
        guard let byProtocol = breach.instant("deadlines", "regulator", "dueByProtocol"),
            let byLaw = breach.instant("deadlines", "regulator", "dueByLaw"), byProtocol != byLaw
        else { return nil }
        return "by the protocol \(screen.time(byProtocol)), by the law \(screen.time(byLaw))"
    }

    private var partners: String {
        let partners = breach.list("partners")
        guard !partners.isEmpty else { return "The clause has no partner told.\n\n" }
        var table = Table(["PARTNER", "NOTICE", "ACKNOWLEDGED", "NAME"])
        for partner in partners {
            table.add([
                Table.Cell(partner.text("id") ?? ""),
                notice(partner),
                acknowledgement(partner),
                Table.Cell(Screen.escaped(partner.text("name") ?? "")),
            ])
        }
        return table.text(screen) + "\n"
    }

    private func notice(_ partner: BreachView) -> Table.Cell {
        if let at = partner.instant("handedOverAt") { return Table.Cell("taken by mail \(screen.distance(at))", .good) }
        if let at = partner.instant("noticeWrittenAt") { return Table.Cell("in the spool \(screen.distance(at))") }
        return Table.Cell(breach.isAboveThreshold ? "not written yet" : "not told", .faint)
    }

    private func acknowledgement(_ partner: BreachView) -> Table.Cell {
        if let at = partner.instant("acknowledgedAt") { return Table.Cell(screen.time(at), .good) }
        return partner.isDetector(of: breach) ? Table.Cell("detected it", .good) : Table.Cell("no", .warning)
    }

    private var matters: String {
        var table = Table()
        let names = [("ico", "Notify the regulator"), ("individuals", "Tell the people concerned")]
        for (key, label) in names {
            guard let state = breach.text("matters", key, "state") else { continue }
            table.add([Table.Cell(label), Table.Cell(state)])
        }
        return table.text(screen)
    }

    private var warnings: String {
        let warnings = breach.texts("warnings")
        guard !warnings.isEmpty else { return "" }
        return "\n" + warnings.map { screen.wrapped("Note: \($0)", indent: "") }.joined()
    }

    private func partnerName(_ id: String) -> String {
        let partner = breach.list("partners").first { $0.text("id") == id }
        return Screen.escaped(partner?.text("name") ?? id)
    }
}
