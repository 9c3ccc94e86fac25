import Testing

@testable import BreachClock

@Suite("Letters on positions and decisions")
struct DecisionLetterTests {
    private static let escalationTime = "Mon 30 Mar 2026 07:00 BST (06:00 UTC)"
    private static let regulatorDue = "Mon 30 Mar 2026 19:00 BST (18:00 UTC)"

    // MARK: - Partners

    @Test("R16: A breach notice asks for a position on both matters: by when, how, and what follows from silence")
    func asksForPositions() throws {
        let story = try LetterStory()
        let letter = try story.letter("breach-notice.peabody.recorded")
        let text = letter.text(under: "Your position")
        #expect(text.contains("by \(Self.escalationTime)"))
        #expect(
            text.contains("Whether to notify the Information Commissioner's Office (ICO): Notify, or do not notify"))
        #expect(text.contains("Whether to tell the people concerned: Tell them: when, how and by whom."))
        for article in ["34(1)", "34(3)(a)", "34(3)(b)", "34(3)(c)"] { #expect(text.contains(article)) }
        #expect(text.contains("reply to this message, or ring"))
        #expect(text.contains("silence is no position"))
        #expect(text.contains("the decision goes to the Protocol owner, Essex County Council"))
        #expect(letter.text(under: "Who decides").contains("The partners asked decide together"))
    }

    @Test("R7: The partner that detected the breach is asked for its position too")
    func asksTheDetector() throws {
        let letter = try LetterStory().letter("breach-notice.open-road.recorded")
        #expect(letter.subject.hasSuffix("please give your position by Mon 30 Mar 2026 07:00 BST"))
        #expect(letter.text.contains("Nothing has to be acknowledged"))
        #expect(letter.headings.contains("Your position"))
    }

    @Test(
        "R15: Where one decides alone nobody is asked for a position, and the letter says who decides",
        arguments: [
            (
                "MOSAIC", "essex-police", "breach-notice.essex-county-council.recorded",
                "the Agreement owner, Essex County Council"
            ),
            ("BEDS", "virgin-health", "case-opened.ig-team.recorded", "each controller decides by its own procedure"),
        ])
    func saysWhoDecidesAlone(protocolID: String, detector: String, token: String, words: String) throws {
        let letter = try LetterStory(protocolID, by: detector).letter(token)
        #expect(!letter.headings.contains("Your position"))
        #expect(letter.text(under: "Who decides").contains(words))
    }

    @Test(
        "R13: A reminder names just what is outstanding",
        arguments: [[], [MatterName.ico], [.individuals]])
    func remindsOfPositions(answered: [MatterName]) throws {
        var story = try LetterStory()
        try story.then { world, reference in
            world.handOver()
            for matter in answered { try world.position(reference, "peabody", .notify, on: matter) }
        }
        try story.pass(to: story.world.now + 57.hours)
        let letter = try story.letter("reminder.peabody.positions.1.4h")
        let labels = letter.rows(under: "Your position").map(\.label)
        let outstanding = MatterName.allCases.filter { !answered.contains($0) }
        #expect(labels.count == outstanding.count)
        #expect(labels.contains { $0.contains("notify the") } == outstanding.contains(.ico))
        #expect(labels.contains { $0.contains("people concerned") } == outstanding.contains(.individuals))
        #expect(letter.subject.hasSuffix("reminder, please give your position by Mon 30 Mar 2026 07:00 BST"))
        #expect(letter.text(under: "Your position").contains("the decision goes to the Protocol owner"))
        #expect(!letter.text.contains("acknowledge"))
    }

    @Test("R6: A notice after the risk was raised says so, why, and that the deadlines count from the detection")
    func saysThatTheRiskWasRaised() throws {
        let text = try LetterStory.risk().text("breach-notice.forward-trust.raised.1")
        #expect(text.contains("was raised: it was unlikely, and is now likely"))
        #expect(text.contains("The reason given: Quagga keys were found."))
        #expect(text.contains("count from the detection"))
    }

    @Test("R8: A partner added later is told so, and has a time of its own to acknowledge by")
    func saysThatAPartnerWasAdded() throws {
        let letter = try LetterStory.corrections().letter("breach-notice.newcomer.added.3")
        #expect(letter.text.contains("Your organisation was added on Mon 30 Mar 2026 20:00 BST (19:00 UTC)"))
        #expect(
            letter.text(under: "What is asked of you").contains(
                "by Tue 31 Mar 2026 00:00 BST (Mon 30 Mar 2026 23:00 UTC)"))
        #expect(letter.rows(under: "By when").first?.value == "Tue 31 Mar 2026 00:00 BST (Mon 30 Mar 2026 23:00 UTC)")
    }

    // MARK: - Deciders

    @Test(
        "R17: The escalation has why, every position with who stated it and its reason, both deadlines, how to answer")
    func escalatesDisagreement() throws {
        let letter = try LetterStory.disagreement().letter("escalation.owner.ico.1")
        #expect(letter.subject.hasSuffix("decision needed on notifying the regulator by Mon 30 Mar 2026 19:00 BST"))
        #expect(letter.text(under: "Why this comes to you").contains("they do not say the same"))
        let rows = letter.rows(under: "What the partners say on notifying the regulator")
        #expect(rows.count == 8)
        let peabody = try #require(rows.first { $0.label == "Peabody" }).value
        #expect(
            peabody == "do not notify; said by Nadine Quill; recorded Fri 27 Mar 2026 19:00 GMT (19:00 UTC); "
                + "reason: Quagga files were encrypted.")
        #expect(letter.text(under: "What is asked of you").contains("Please decide, by \(Self.regulatorDue)"))
        #expect(
            letter.text(under: "How to answer").contains(
                "breachctl decide EDATRS-2026-0001 notify|do-not-notify --matter ico --name NAME --reason TEXT"))
        #expect(letter.text(under: "If you do not answer").contains("records for good that it passed"))
        let deadlines = letter.rows(under: "By when").map(\.label)
        #expect(deadlines.contains("Partners informed by") && deadlines.contains("Regulator notified by"))
    }

    @Test("R17: The escalation at its time names the silent partners, and by when all should have agreed")
    func escalatesSilence() throws {
        let letter = try LetterStory.disagreement().letter("escalation.owner.individuals.1")
        #expect(letter.text(under: "Why this comes to you").contains("by \(Self.escalationTime)"))
        let rows = letter.rows(under: "What the partners say on telling the people concerned")
        let silent = rows.filter { $0.value == "has not answered" }.map(\.label)
        #expect(silent.count == 7 && silent.contains("Forward Trust") && !silent.contains("Peabody"))
        #expect(letter.text(under: "How to answer").contains("--when TEXT --how TEXT --by-whom TEXT, or --ground"))
        #expect(letter.text(under: "The other question").contains("the decision is awaited of the Protocol owner"))
    }

    @Test("R17: An escalation by hand has the words of whoever asked for it")
    func escalatesByHand() throws {
        let text = try LetterStory.agreement().letter("escalation.owner.individuals.1").text(
            under: "Why this comes to you")
        #expect(text.contains("It was put to you on Fri 27 Mar 2026 18:00 GMT (18:00 UTC)"))
        #expect(text.contains("The reason given: Quagga silence."))
    }

    @Test(
        "R7, R17: A partner that was not asked and said something all the same is shown so; silence is not held against it"
    )
    func showsWhoWasNotAsked() throws {
        var story = try LetterStory { $0.facts.affected = ["peabody", "forward-trust"] }
        try story.then { world, reference in
            try world.position(reference, "phoenix-futures", .doNotNotify)
            try world.position(reference, "peabody", .notify)
            try world.position(reference, "forward-trust", .doNotNotify)
        }
        let rows = try story.letter("escalation.owner.ico.1").rows(
            under: "What the partners say on notifying the regulator")
        #expect(rows.count == 3)
        #expect(rows.filter { $0.value.hasSuffix("(not asked, and said all the same)") }.map(\.label).count == 1)
    }

    @Test("R15: A decider alone is asked on both matters in one letter", arguments: ["MOSAIC", "BEDS"])
    func asksDeciders(protocolID: String) throws {
        let isMosaic = protocolID == "MOSAIC"
        let story = try isMosaic ? LetterStory.ownerAlone() : LetterStory.controllers()
        let letter = try story.letter(
            isMosaic
                ? "decision-request.owner.recorded" : "telephone-task.bedfordshire-police.decision-request.recorded")
        #expect(letter.text(under: "What is asked of you").contains("Whether to notify the"))
        #expect(letter.text(under: "What is asked of you").contains("Whether to tell the people concerned"))
        #expect(letter.text(under: "How to answer").contains("--matter ico"))
        #expect(letter.text(under: "How to answer").contains("--matter individuals"))
        #expect(!letter.text.contains("has not answered"), "nobody is consulted")
        let mandate =
            isMosaic ? "with you, the Agreement owner, Essex County Council, alone" : "your organisation is one of them"
        #expect(letter.text.contains(mandate))
    }

    @Test("R13: The decider's reminder has which matters await it, by when, and each partner's position")
    func remindsTheDecider() throws {
        let letter = try LetterStory.disagreement().letter("decision-reminder.owner.decision.1.4h")
        #expect(letter.subject.hasSuffix("reminder, decision needed by Mon 30 Mar 2026 19:00 BST"))
        #expect(letter.text(under: "What is asked of you").contains("by \(Self.regulatorDue)"))
        #expect(letter.rows(under: "What the partners say on notifying the regulator").count == 8)
        #expect(letter.rows(under: "What the partners say on telling the people concerned").count == 8)
        let early = try LetterStory.disagreement().letter("decision-reminder.owner.decision.1.24h")
        #expect(!early.headings.contains("What the partners say on telling the people concerned"), "not awaited yet")
    }

    @Test("R19: Whoever decides sees which controller has notified on its own duty, and why")
    func showsOwnDuty() throws {
        var story = try LetterStory()
        try story.then { world, reference in
            try world.notified(reference, ownDuty: "essex-county-council")
            try world.escalate(reference)
        }
        let rows = try story.letter("escalation.owner.ico.1").rows(under: "Notified to the regulator already")
        #expect(rows.map(\.label) == ["Essex County Council"])
        #expect(rows.first?.value.contains("on its own duty") == true)
        #expect(rows.first?.value.contains("The law does not wait.") == true)
    }

    @Test("R13: Who is asked after the deadline is promised no reminder, since none comes any more")
    func promisesNoReminderThatDoesNotCome() throws {
        var story = try LetterStory()
        try story.then { world, reference in try world.agree(reference) }
        try story.pass(to: story.world.now + 80.hours)
        try story.then { world, reference in try world.position(reference, "peabody", .doNotNotify) }
        let letter = try story.letter("escalation.owner.ico.1")
        #expect(
            letter.text(under: "What is asked of you").contains("at once, since Mon 30 Mar 2026 19:00 BST (18:00 UTC)"))
        let text = letter.text(under: "If you do not answer")
        #expect(!text.contains("reminded") && text.contains("The deadline has passed"))
    }

    @Test("R18: The owner is told that the partners agreed, on what, and that nothing is left to decide")
    func withdrawsEscalations() throws {
        let letter = try LetterStory.agreement().letter("escalation-withdrawn.owner.individuals.1")
        #expect(letter.text.contains("The partners have agreed since then: to tell the people concerned."))
        #expect(letter.text.contains("Nothing is left for you to decide on that."))
        #expect(letter.text(under: "What is asked of you").contains("Should a partner change its position"))
    }
}
