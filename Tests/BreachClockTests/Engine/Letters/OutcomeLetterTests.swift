import Testing

@testable import BreachClock

@Suite("Letters on outcomes, corrections and the end")
struct OutcomeLetterTests {
    // MARK: - Outcomes

    @Test("R20: The outcome of a decision has what, when, by whom, for whom and why, and what happens now")
    func tellsOfDecisions() throws {
        let letter = try LetterStory.disagreement().letter("outcome.peabody.ico.1")
        let rows = letter.rows(under: "The outcome")
        #expect(rows.map(\.label) == ["Outcome", "Decided on", "Decided by", "Reason"])
        #expect(
            rows.map(\.value) == [
                "to notify the Information Commissioner's Office (ICO)", "Mon 30 Mar 2026 17:00 BST (16:00 UTC)",
                "Ottoline Marsh, for the Protocol owner, Essex County Council", "Quagga harm is likely.",
            ])
        #expect(
            letter.text(under: "What happens now").contains(
                "Essex County Council notifies the Information Commissioner's Office (ICO), by "
                    + "Mon 30 Mar 2026 19:00 BST (18:00 UTC)"))
    }

    @Test("R21: A decision to tell the people concerned says when, how and by whom; not to, on what ground")
    func tellsHowThePeopleAreTold() throws {
        let told = try LetterStory.disagreement().letter("outcome.peabody.individuals.1").rows(under: "The outcome")
        #expect(told.suffix(3).map(\.label) == ["When", "How", "By whom"])
        let untold = try LetterStory.ownerAlone().letter("outcome.essex-county-council.individuals.1")
        #expect(untold.rows(under: "The outcome").last?.label == "Ground")
        #expect(untold.text(under: "The outcome").contains("UK GDPR Art 34(1)"))
    }

    @Test("R21: An agreement to tell the people says what each partner said, and what has still to be settled")
    func saysWhatIsToBeSettled() throws {
        let letter = try LetterStory.agreement().letter("outcome.forward-trust.individuals.1")
        let labels = letter.rows(under: "The outcome").map(\.label)
        #expect(labels.prefix(3) == ["Outcome", "Agreed on", "Agreed by"])
        #expect(labels.contains("As Peabody says"))
        let open = letter.text(under: "Still to be settled")
        #expect(open.contains("Nobody has said how, by whom."))
        #expect(open.contains("The partners do not say the same on when."))
        #expect(open.contains("breachctl note EDATRS-2026-0001 --kind action TEXT"))
    }

    @Test("R20: On an outcome not to notify, the deadline reads not required")
    func tellsThatNothingIsNotified() throws {
        let letter = try LetterStory.ownerAlone().letter("outcome.essex-county-council.ico.2")
        #expect(letter.text(under: "What happens now").contains("\"not required\""))
        #expect(!letter.text.contains("has not answered"), "nobody was asked")
        #expect(
            letter.rows(under: "By when").last.map { [$0.label, $0.value] } == [
                "Regulator notified by", "not required",
            ])
    }

    @Test(
        "Whoever was to notify the regulator is told that it is not, and how to say that it is done already",
        arguments: ["outcome.submitter.ico.2", "outcome.submitter.risk.2"])
    func withdrawsSubmissions(token: String) throws {
        let story = try token.contains("risk") ? LetterStory.risk() : LetterStory.ownerAlone()
        let letter = try story.letter(token)
        #expect(letter.subject.hasSuffix("request withdrawn, please do not notify the regulator"))
        #expect(letter.text.contains("please do not submit the notification"))
        #expect(letter.text(under: "If it is done already").contains("--own-duty CONTROLLER"))
    }

    @Test(
        "R6: When the risk is lowered, all are told that nothing is left to decide, why, and that what was said is kept"
    )
    func tellsOfALoweredRisk() throws {
        let letter = try LetterStory.risk().letter("outcome.forward-trust.risk.2")
        #expect(letter.text.contains("from \"likely\" to \"unlikely\". The reason given: Quagga keys were not used."))
        #expect(
            letter.text(under: "What is asked of you").hasPrefix(
                "Nothing. What the partners said and what was sent is kept"))
        #expect(letter.headings.contains("What the partners say on notifying the regulator"))
    }

    // MARK: - Corrections

    @Test("R8: A correction says which deadline moved from what to what, and why")
    func tellsOfMovedDeadlines() throws {
        let letter = try LetterStory.corrections().letter("correction.peabody.corrected.1")
        #expect(letter.text.contains("The reason given: Quagga log."))
        #expect(
            letter.rows(under: "What has changed").map { "\($0.label) \($0.value)" } == [
                "Partners informed by was Sun 29 Mar 2026 19:00 BST (18:00 UTC), is now Sun 29 Mar 2026 18:00 BST (17:00 UTC)",
                "Regulator notified by was Mon 30 Mar 2026 19:00 BST (18:00 UTC), is now Mon 30 Mar 2026 18:00 BST (17:00 UTC)",
            ])
    }

    @Test(
        "R8: Those told of a miss are told that it was of a deadline that has moved",
        arguments: ["essex-county-council", "ig-team"])
    func tellsOfMissesThatMoved(recipient: String) throws {
        let letter = try LetterStory.corrections().letter("correction.\(recipient).corrected.1")
        #expect(
            letter.rows(under: "What you were told before").map(\.value) == [
                "Sun 29 Mar 2026 19:00 BST (18:00 UTC)", "Mon 30 Mar 2026 19:00 BST (18:00 UTC)",
            ])
    }

    @Test(
        "R7: A partner is told that its position on notifying is asked now, or no more",
        arguments: [("phoenix-futures", "is now among those asked"), ("forward-trust", "is not asked any more")])
    func tellsWhoIsAsked(partner: String, words: String) throws {
        let letter = try LetterStory.corrections().letter("correction.\(partner).corrected.2")
        #expect(letter.text.contains("Your organisation \(words) whether to notify"))
        let isAsked = letter.rows(under: "Your position").contains { $0.label.hasPrefix("Whether to notify") }
        #expect(isAsked == (partner == "phoenix-futures"))
    }

    @Test("R16: Those told of an agreement are told that it holds no more; whoever submits is told to wait")
    func tellsThatAnAgreementHoldsNoMore() throws {
        let story = try LetterStory.agreement()
        let letter = try story.letter("correction.forward-trust.ico.1")
        #expect(
            letter.text.contains("That agreement does not hold any more, since a partner has changed its position."))
        #expect(letter.headings.contains("What the partners say on notifying the regulator"))
        let submitter = try story.letter("correction.submitter.ico.1")
        #expect(
            submitter.text(under: "What is asked of you").contains(
                "do not submit the notification until you are told again"))
    }

    @Test("R11: A miss that was none is named by the deadline that was said to be missed, whatever moved since")
    func namesTheDeadlineThatWasKept() throws {
        let text = try LetterStory.nobodyToWriteTo().text("correction.ig-team.partners.1.met")
        #expect(text.contains("the deadline for informing the partners of the personal data breach"))
        #expect(text.contains(", Sun 29 Mar 2026 19:00 BST (18:00 UTC), had passed unmet. It was kept after all"))
    }

    // MARK: - The end

    @Test("R25: The end has what was left open, why, how each deadline and each matter ended, what is still possible")
    func tellsOfTheEnd() throws {
        let letter = try LetterStory.disagreement().letter("closure.peabody.1")
        #expect(letter.subject.hasSuffix("closed, for your attention"))
        #expect(letter.rows(under: "What was left open").map(\.label) == ["Not acknowledged by", "Not done"])
        #expect(letter.text(under: "What was left open").contains("The reason: Quagga nobody answers any more."))
        #expect(
            letter.rows(under: "How the deadlines ended").map(\.value) == [
                "Sun 29 Mar 2026 19:00 BST (18:00 UTC), kept on Fri 27 Mar 2026 18:00 GMT (18:00 UTC)",
                "Mon 30 Mar 2026 19:00 BST (18:00 UTC), kept on Mon 30 Mar 2026 17:00 BST (16:00 UTC)",
            ])
        #expect(letter.text(under: "The outcome on notifying the regulator").contains("Ottoline Marsh"))
        #expect(letter.headings.contains("The outcome on telling the people concerned"))
        #expect(
            letter.text(under: "What is still possible").hasPrefix(
                "Acknowledgements, notifications, corrections and notes"))
        #expect(!letter.text.contains("Please review"))
    }

    @Test(
        "R25: The owner is asked to review the protocol, by its review date, past or unknown",
        arguments: [
            ("EDATRS", "closure.essex-county-council.1", "set for Wed 1 Apr 2026."),
            ("EWS-ASC", "closure.essex-county-council.1", "set for Wed 30 Apr 2025, which has passed."),
            ("MOSAIC", "closure.essex-county-council.1", "set for Tue 16 Jan 2018, which has passed."),
            ("BEDS", "telephone-task.owner.closure.1", "names no day for its review"),
            ("EDATRS-DRAFT", "telephone-task.owner.closure.1", "names no day for its review"),
        ])
    func asksForAReview(protocolID: String, token: String, words: String) throws {
        let story = try #require(
            try LetterStory.all().first { $0.reference.protocolID == protocolID && $0.tokens.contains(token) })
        let letter = try story.letter(token)
        let asked = letter.text(under: "What is asked of you")
        #expect(asked.contains("Please review the protocol."))
        #expect(asked.contains("\"or sooner should a breach occur\""))
        #expect(asked.contains(words))
        #expect((letter.subject + letter.text).contains("closed, please review the protocol"))
    }
}
