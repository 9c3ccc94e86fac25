import Testing

@testable import BreachClock

@Suite("Letters on what seldom happens")
struct RareLetterTests {
    // MARK: - Breach notices

    @Test("R6, R22: A risk that is not known yet is said to be taken as likely, and what is unknown is to follow")
    func saysWhatIsUnknown() throws {
        let story = try LetterStory.oneControllerNotified()
        let letter = try story.letter("breach-notice.provide.recorded")
        #expect(
            letter.rows(under: "What happened").contains {
                $0.label == "Risk to people" && $0.value == "not known yet, taken as likely"
            })
        let report = try story.letter("regulator-notice.submitter.initial.1")
        #expect(report.rows(under: "To follow").map(\.label).contains("Cyber incident"))
    }

    @Test("R2: Controllers that were aware later are named with their time and the reason")
    func saysWhoWasAwareLater() throws {
        let letter = try LetterStory.oneControllerNotified().letter("regulator-notice.submitter.initial.1")
        let row = try #require(
            letter.rows(under: "The notification").first { $0.label == "Controllers aware later" })
        #expect(
            row.value
                == "Essex County Council on Fri 27 Mar 2026 17:00 GMT (17:00 UTC); Provide on "
                + "Fri 27 Mar 2026 17:00 GMT (17:00 UTC); reason: The mail was read only then.")
    }

    @Test("R2: An awareness that came by a correction is named without a reason of its own")
    func saysWhoWasAwareLaterByCorrection() throws {
        var story = try LetterStory("EWS-ASC", by: "provide") { $0.facts.detectedAt = $0.facts.detectedAt - 3.hours }
        try story.then { world, reference in
            let awareAt = world.now - 1.hours
            try world.correct(reference) { command in
                command.awareAt = awareAt
                command.controllers = ["provide"]
            }
            try world.agree(reference)
        }
        let row = try #require(
            try story.letter("regulator-notice.submitter.initial.1").rows(under: "The notification")
                .first { $0.label == "Controllers aware later" })
        #expect(row.value == "Provide on Fri 27 Mar 2026 17:00 GMT (17:00 UTC)")
    }

    @Test("R7: A detector that is asked nothing is told for its attention")
    func asksNothingOfTheOwnerThatDetected() throws {
        let letter = try LetterStory("MOSAIC", by: "essex-county-council")
            .letter("breach-notice.essex-county-council.recorded")
        #expect(letter.subject.hasSuffix(": recorded, for your attention"))
        #expect(letter.text(under: "What is asked of you").contains("Nothing has to be acknowledged"))
    }

    @Test("R14: A detector without a mailbox is telephoned for its positions alone")
    func telephonesTheDetector() throws {
        let settings = try Fixture.settings { settings in
            try settings.change("EDATRS", partner: "open-road") { $0.contact.emails = [] }
        }
        let letter = try LetterStory(settings: settings).letter("telephone-task.open-road.breach-notice.recorded")
        let record = letter.text(under: "What to record then")
        #expect(record.contains("breachctl position EDATRS-2026-0001 open-road"))
        #expect(!record.contains("breachctl ack"))
    }

    @Test("R13: A reminder that comes to be written after the answer asks for nothing")
    func remindsNobodyWhoAnswered() throws {
        var story = try LetterStory("EWS-ASC", by: "provide")
        try story.pass(to: story.world.now + 48.hours)
        let token = try #require(story.tokens.first { $0.hasPrefix("reminder.provide.positions") })
        #expect(try story.letter(token).subject.contains("please give your position"))
        try story.then { world, reference in
            for matter in MatterName.allCases { try world.position(reference, "provide", .notify, on: matter) }
        }
        let letter = try story.letterNow(token)
        #expect(letter.subject.hasSuffix(": nothing is outstanding, for your attention"))
        #expect(letter.text.contains("nothing is asked of you"))
        #expect(!letter.headings.contains("Your position"))
    }

    // MARK: - Deciders

    @Test("R6, R15: A raised risk asks the owner that decides alone, and says that it was raised")
    func asksTheOwnerOnARaisedRisk() throws {
        let letter = try LetterStory.raisedToOwner().letter("decision-request.owner.raised.1")
        #expect(letter.text.contains("Its risk was raised since it was recorded."))
        #expect(letter.headings.contains("How to answer"))
        let recorded = try LetterStory.ownerAlone().letter("decision-request.owner.recorded")
        #expect(!recorded.text.contains("was raised"))
    }

    @Test("R13: A reminder of the one decision that is left says that nobody else can answer it")
    func remindsOfOneDecision() throws {
        let story = try LetterStory.raisedToOwner()
        let token = try #require(story.tokens.first { $0.hasPrefix("decision-reminder.owner") })
        let text = try story.letter(token).text(under: "If you do not answer")
        #expect(text == "You are reminded. The question stays open: nobody else can answer it.")
    }

    @Test("R18: Word that no decision is needed, written late, claims neither an agreement nor what can still come")
    func withdrawsLate() throws {
        var story = try LetterStory("EWS-ASC", by: "provide")
        try story.then { world, reference in try world.escalate(reference) }
        try story.then { world, reference in try world.agree(reference) }
        let token = "escalation-withdrawn.owner.ico.1"
        #expect(try story.letter(token).text.contains("The partners have agreed since then: to notify the"))
        #expect(try story.letter(token).text.contains("Should a partner change its position"))
        try story.then { world, reference in try world.notified(reference) }
        #expect(try !story.letterNow(token).text.contains("Should a partner change its position"))
    }

    @Test("R6: A question that a lowered risk has ended is said to need no answer")
    func needsNoAnswerBelowTheThreshold() throws {
        var story = try LetterStory("EWS-ASC", by: "provide")
        try story.then { world, reference in try world.escalate(reference) }
        try story.then { world, reference in try world.correct(reference) { $0.risk = .unlikely } }
        let letter = try story.letterNow("escalation.owner.ico.1")
        #expect(letter.subject.hasSuffix(": no decision is awaited, for your attention"))
        #expect(letter.text.contains("nothing has to be agreed or decided."))
    }

    // MARK: - Outcomes

    @Test("R21: An agreement on one ground has nothing to settle; grounds that differ or lack are to be settled")
    func settlesTheGround() throws {
        let agreed = try LetterStory.oneControllerNotified().letter("outcome.provide.individuals.1")
        #expect(!agreed.headings.contains("Still to be settled"))
        #expect(agreed.text(under: "The outcome").contains("UK GDPR Art 34(3)(a)"))
        let differing = try Self.grounds(.noHighRisk, .riskRemoved)
        #expect(differing.contains("The partners do not say the same on the ground."))
        #expect(try Self.grounds(nil, nil).contains("Nobody has said on what ground."))
    }

    private static func grounds(_ grounds: TellingGround?...) throws -> String {
        var story = try LetterStory("EWS-ASC", by: "provide")
        try story.then { world, reference in
            for (id, ground) in zip(try world.breach(reference).asked(on: .individuals), grounds) {
                try world.position(reference, id, .doNotNotify, on: .individuals) { $0.telling.ground = ground }
            }
        }
        return try story.letter("outcome.provide.individuals.1").text(under: "Still to be settled")
    }

    @Test("R16: An outcome that comes to be written when it holds no more says so")
    func tellsThatAnOutcomeHoldsNoMore() throws {
        var story = try LetterStory("EWS-ASC", by: "provide")
        try story.then { world, reference in try world.agree(reference) }
        try story.then { world, reference in
            try world.correct(reference) { $0.affected = ["essex-county-council"] }
            try world.position(reference, "essex-county-council", .doNotNotify)
        }
        let token = "outcome.provide.ico.1"
        #expect(try story.letter(token).text(under: "What happens now").contains("notifies the"))
        #expect(try story.letterNow(token).rows(under: "The outcome").first?.value.hasPrefix("not to notify") == true)

        var reopened = try LetterStory("EWS-ASC", by: "provide")
        try reopened.then { world, reference in
            try world.agree(reference)
            world.settlesAfterCommands = false
            try world.position(reference, "provide", .doNotNotify)
            world.settlesAfterCommands = true
        }
        let letter = try reopened.letterNow(token)
        #expect(letter.text(under: "What happens now").contains("does not hold any more"))
        #expect(letter.text(under: "What is asked of you").hasPrefix("Nothing on this question at present."))
        #expect(!letter.headings.contains("The outcome"))
    }

    @Test("R16, R18: An outcome that comes to be written after the notification says that it stands")
    func tellsThatAnOutcomeStands() throws {
        let letter = try LetterStory.keptAfterAll().letterNow("outcome.provide.ico.1")
        #expect(
            letter.text(under: "What happens now") == "The Information Commissioner's Office (ICO) has been notified.")
        #expect(
            letter.text(under: "What is asked of you")
                == "Nothing. The outcome stands, since the notification was made.")
    }

    // MARK: - Corrections

    @Test("R11: Those told that the regulator's deadline had passed are told that it was kept, and when")
    func regulatorsDeadlineWasKept() throws {
        let text = try LetterStory.keptAfterAll().text("correction.ig-team.regulator.1.met")
        #expect(
            text.contains(
                "the deadline for notifying the Information Commissioner's Office (ICO) of the personal data breach"))
        #expect(text.contains(", Mon 30 Mar 2026 19:00 BST (18:00 UTC), had passed unmet."))
        #expect(text.contains("It was done on Mon 30 Mar 2026 18:00 BST (17:00 UTC)."))
    }

    @Test(
        "R8: A partner that has answered is asked by a correction to note the new times, the owner of no miss told of none"
    )
    func asksToNoteTheTimes() throws {
        let story = try LetterStory.joinedAfterAgreement()
        for recipient in ["provide", "essex-county-council"] {
            let letter = try story.letter("correction.\(recipient).corrected.1")
            #expect(letter.text(under: "What is asked of you") == "Please note the new times.")
            #expect(!letter.headings.contains("What you were told before"))
        }
    }

    @Test("R16: Those told of an agreement are told that it holds no more since others are asked too")
    func tellsThatOthersAreAsked() throws {
        let text = try LetterStory.joinedAfterAgreement().text("correction.provide.ico.1")
        #expect(text.contains("does not hold any more, since the partners that are asked have changed."))
        #expect(text.contains("still to be heard: Newcomer Ltd."))
    }

    @Test("R11: A kept deadline that somebody joined since is told as kept, and not as done")
    func keptAndJoinedSince() throws {
        var story = try LetterStory("EDATRS-DRAFT")
        let start = story.world.now
        let full = story.world.clockwork.settings
        story = try LetterStory(
            "EDATRS-DRAFT",
            settings: try Fixture.settings { settings in
                try settings.change("EDATRS-DRAFT") { $0.partners.removeAll { $0.id == "peabody" } }
            })
        try story.pass(to: start + 44.hours)
        try story.then { world, _ in world.handOver { $0.kind == .breachNotice } }
        #expect(try story.world.breach(story.reference).partnersDeadline.state == .met)
        try story.then { world, reference in
            world.reload { $0 = full }
            try world.correct(reference, reason: "Quagga joins.") { $0.affected = ["peabody"] }
        }
        #expect(try story.world.breach(story.reference).partnersDeadline.state == .running)
        let notice = Notice(
            order: NoticeOrder(kind: .correction, recipient: .igTeam, occasion: "partners.1.met"),
            orderedAt: story.world.now, lateSince: nil)
        let text = try story.letterNow(notice).text
        #expect(text.contains("It was kept after all"))
        #expect(!text.contains("It was done on"))
    }

    // MARK: - Deadlines missed

    @Test("R24: Of a deadline found passed only after it was done late, it is said that it was done")
    func saysThatItWasDoneLate() throws {
        let text = try LetterStory.notifiedLate().text("deadline-missed.ig-team.regulator.1")
        #expect(text.contains("by Mon 30 Mar 2026 19:00 BST (18:00 UTC), and it was notified after that."))
        let missed = try LetterStory.keptAfterAll().text("deadline-missed.ig-team.regulator.1")
        #expect(missed.contains("and no notification is recorded."))
    }

    @Test("R8, R24: Word of a miss, written after a correction moved that deadline, still names who is not informed")
    func namesTheUninformedOfAnEditionThatIsGone() throws {
        let text = try LetterStory.corrections().letterNow("deadline-missed.ig-team.partners.1")
            .text(under: "What is asked of you")
        #expect(text.hasPrefix("Not informed: "))
        #expect(text.contains("Peabody") && !text.contains("Open Road"))
    }

    // MARK: - Whoever submits

    private static func followUps(_ story: LetterStory) throws -> [Letter] {
        try story.tokens.filter { $0.hasPrefix("regulator-notice.submitter.follow-up") }.map(story.letter)
    }

    @Test("R2: A controller of which something is not known is named as to follow beside the others")
    func namesWhatFollowsOfOneController() throws {
        let letter = try LetterStory.oneControllerNotified().letter("regulator-notice.submitter.initial.1")
        let row = try #require(
            letter.rows(under: "The notification").first { $0.label == "Data protection officer" })
        #expect(row.value == "Martin Fairweather (Essex County Council); to follow (Provide)")
    }

    @Test("R23: A follow-up says for which controllers no initial notification is recorded yet")
    func namesControllersStillToNotify() throws {
        let letter = try #require(try Self.followUps(LetterStory.oneControllerNotified()).first)
        #expect(letter.text.contains("No initial notification is recorded yet for: Essex County Council."))
        #expect(
            letter.rows(under: "What has changed").map { "\($0.label): \($0.value)" } == [
                "Cyber incident: no", "- told before: nothing",
            ])
    }

    @Test(
        "R22: A change that the form does not ask for has to be submitted to nobody, and what is known no more is said so"
    )
    func saysWhatIsKnownNoMore() throws {
        let story = try LetterStory.oneControllerNotified()
        let followUps = try Self.followUps(story)
        try #require(followUps.count == 3)
        let unchanged = followUps[1]
        #expect(unchanged.text(under: "What has changed").hasPrefix("Nothing that the form asks for."))
        let rows = followUps[2].rows(under: "What has changed")
        #expect(rows.map(\.label) == ["Controllers aware later", "- told before"])
        #expect(rows.first?.value == "not known any more")
    }

    @Test("R21, R22: A follow-up says when the people concerned were told, and why the notification was late")
    func saysWhenPeopleWereTold() throws {
        let story = try LetterStory.notifiedLate()
        let token = try #require(story.tokens.last { $0.hasPrefix("regulator-notice.submitter.follow-up") })
        let letter = try story.letter(token)
        let told = try #require(
            letter.rows(under: "What has changed").first { $0.label == "Whether the people concerned were told" })
        #expect(told.value.hasPrefix("Told on Mon 30 Mar 2026 21:00 BST (20:00 UTC); agreed on Fri 27 Mar 2026"))
        // Written again from what is known now, the whole form has the reasons.
        let form = try story.letterNow("regulator-notice.submitter.initial.1").rows(under: "The notification")
        #expect(form.first { $0.label == "Reasons for the delay" }?.value == "Quagga disks had to be read first.")
    }

    // MARK: - The end

    @Test("R25: The end of a breach below the threshold has nothing outstanding and nothing decided")
    func endsBelowTheThreshold() throws {
        let letter = try LetterStory.belowTheThreshold().letter("closure.essex-county-council.1")
        #expect(letter.text.contains("Nothing was outstanding."))
        #expect(!letter.headings.contains("What was left open"))
        for topic in ["notifying the regulator", "telling the people concerned"] {
            #expect(letter.text(under: "The outcome on \(topic)") == "Nothing had to be agreed or decided.")
        }
        #expect(letter.rows(under: "How the deadlines ended").map(\.value) == ["not required", "not required"])
    }

    @Test("R25: The end says that an immediate deadline was done, a missed one done late, and why it was late")
    func saysHowDeadlinesEnded() throws {
        let immediate = try LetterStory.raisedToOwner().letter("closure.essex-county-council.1")
        #expect(
            immediate.rows(under: "How the deadlines ended").first?.value
                == "done on Fri 27 Mar 2026 18:00 GMT (18:00 UTC)")
        let late = try LetterStory.notifiedLate().letter("closure.essex-county-council.1")
        #expect(
            late.rows(under: "How the deadlines ended").map(\.value) == [
                "Sun 29 Mar 2026 19:00 BST (18:00 UTC), done late on Sun 29 Mar 2026 21:00 BST (20:00 UTC)",
                "Mon 30 Mar 2026 19:00 BST (18:00 UTC), done late on Mon 30 Mar 2026 21:00 BST (20:00 UTC)",
            ])
        #expect(
            late.text(under: "Notified to the regulator already").contains(
                "reasons for the delay: Quagga disks had to be read first."))
    }

    @Test("R25: The end of a breach on which the partners had not agreed says that there is no outcome")
    func endsWhileConsulting() throws {
        let letter = try LetterStory.joinedAfterAgreement().letter("closure.essex-county-council.1")
        #expect(
            letter.text(under: "The outcome on notifying the regulator")
                == "None: the partners had not all said the same.")
        #expect(letter.rows(under: "What was left open").contains { $0.label == "Not settled" })
    }

    @Test("R25: The end of a breach that is open again by the time it is written says when it was reopened")
    func saysThatItWasReopened() throws {
        var story = try LetterStory.belowTheThreshold()
        try story.then { world, reference in
            world.now = world.now + 2.hours
            try world.reopen(reference, reason: "More files were found.")
        }
        let letter = try story.letterNow("closure.essex-county-council.1")
        #expect(letter.text.contains("was closed on Fri 27 Mar 2026 18:00 GMT (18:00 UTC)."))
        #expect(letter.text.contains("It was reopened on Fri 27 Mar 2026 20:00 GMT (20:00 UTC)."))
    }
}
