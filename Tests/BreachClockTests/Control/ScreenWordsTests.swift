import Testing

@testable import BreachClock

@Suite("breachctl: the same thing in the same words on each screen")
struct ScreenWordsTests {
    private static let screen = Screen(now: WireSamples.instant, zone: nil, columns: nil, hasColour: false)

    /// What `list` and `status` say in their rows of a breach detected ten minutes ago whose partners' deadline stands so.
    private func rows(partnersDue: Instant?, state: JSON) throws -> (list: String, status: String) {
        let regulatorDue = JSON.instant(WireSamples.instant + 3600)
        let breach: JSON = [
            "id": "X-2026-0001", "phase": "open", "detectedAt": .instant(WireSamples.instant - 600),
            "summary": "A bag.",
            "deadlines": [
                "partners": ["due": .instant(partnersDue), "state": state],
                "regulator": ["due": regulatorDue, "state": "running"],
            ],
        ]
        let glance: JSON = [
            "id": "X-2026-0001", "level": "ok", "partnersDue": .instant(partnersDue), "partnersState": state,
            "regulatorDue": regulatorDue, "regulatorState": "running",
        ]
        let list = ListCommandLine.table([BreachView(breach)], Self.screen, hasPhase: false)
        let status = StatusCommandLine.breaches(BreachView(["breaches": .array([glance])]), Self.screen)
        return (
            try #require(list.split(separator: "\n").last).description,
            try #require(status.split(separator: "\n").last).description
        )
    }

    @Test(
        "R1: A deadline stands in the same words in the list and in the status",
        arguments: [
            (-600, "running", "not done yet"), (nil, "not-required", "none"), (7200, "running", "in 2 h"),
            (7200, "not-required", "not required"), (-600, "met", "met"), (-60, "late", "done late"),
            (-60, "missed", "MISSED 1 min ago"),
        ] as [(Int?, String, String)])
    func standings(seconds: Int?, state: String, words: String) throws {
        let rows = try rows(partnersDue: seconds.map { WireSamples.instant + $0 }, state: .string(state))
        #expect(rows.list == "X-2026-0001  \(padded(words, "PARTNERS"))  in 1 h     -             A bag.")
        #expect(rows.status == "X-2026-0001  ok     \(padded(words, "PARTNERS"))  in 1 h")
    }

    private func padded(_ words: String, _ header: String) -> String {
        words + String(repeating: " ", count: max(0, header.count - words.count))
    }

    @Test("R25: Only a list that has closed breaches too says which are closed")
    func phases() {
        let breaches = ["open", "closed"].map { BreachView(["id": "X-2026-0001", "phase": .string($0)]) }
        let all = ListCommandLine.table(breaches, Self.screen, hasPhase: true).split(separator: "\n")
        #expect(all.map { $0.split(separator: " ")[1] } == ["PHASE", "open", "closed"])
        let plain = ListCommandLine.table(breaches, Self.screen, hasPhase: false)
        #expect(!plain.contains("PHASE") && !plain.contains("closed"))
    }

    @Test(
        "R6: Lowered after the regulator was notified, what is not done of the other matter is not asked for any more")
    func lowered() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        for (protocolID, partner, isEnded) in [("EWS-ASC", "provide", true), ("MOSAIC", "essex-police", false)] {
            let reference = try world.report(protocolID, by: partner)
            for matter in MatterName.allCases {
                if isEnded { try world.escalate(reference, matter) }
                try world.decideMatter(reference, on: matter)
            }
            try world.notified(reference)
            try world.correct(reference) { $0.risk = .unlikely }
            let view = BreachView(try world.summary(reference).json)
            let text = MatterWords(view, Self.screen).text
            #expect(view.isAboveThreshold == !isEnded)
            #expect(text.contains("not carried out: the risk is unlikely") == isEnded, "\(text)")
            #expect(text.contains("--matter individuals") == !isEnded, "\(text)")
        }
    }

    @Test("R7: Who detected a breach is shown by its name, though the clause has it not told")
    func detector() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        for (protocolID, partner, name) in [
            ("MOSAIC", "essex-police", "Essex Police"), ("BEDS", "luton-borough-council", "Luton Borough Council"),
        ] {
            let reference = try world.report(protocolID, by: partner)
            let page = BreachPage(BreachView(try world.summary(reference).json), Self.screen).text
            #expect(page.contains(", by \(name)\n"), "\(page)")
        }
    }

    @Test(
        "R6, R7: A report is confirmed as telling the partners where the clause has it, and not where nobody is told",
        arguments: [
            ("partners", "adverse", "likely", true), ("partners", "adverse", "unknown", true),
            ("partners", "adverse", nil, true), ("partners", "adverse", "unlikely", false),
            ("owner", "any", "unlikely", true), ("none", "any", "likely", false),
        ] as [(String, String, String?, Bool)])
    func confirmation(tell: String, threshold: String, risk: String?, isTold: Bool) {
        let view = BreachView(["clause": ["tell": .string(tell), "threshold": .string(threshold)]])
        let expected = isTold ? "Record this breach and tell the partners? (yes/no)" : "Record this breach? (yes/no)"
        #expect(ReportQuestions.confirmation(view, risk: risk) == expected)
    }
}
