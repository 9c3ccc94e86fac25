import Testing

@testable import BreachClock

@Suite("What letters say agrees with the register")
struct LettersAgreeTests {
    /// A breach whose partners agreed at once, and of which the regulator was notified at once.
    private static func notified() throws -> LetterStory {
        var story = try LetterStory()
        try story.then { world, reference in
            try world.agree(reference)
            world.settle()
            try world.notified(reference)
        }
        return story
    }

    @Test(
        "R19, R23: Of two controllers that did not both notify, letters name the one that has and the one that has not")
    func namesWhoIsLeft() throws {
        var story = try LetterStory("EWS-ASC", by: "provide")
        try story.then { world, reference in try world.notified(reference, ownDuty: "provide") }
        let due = try #require(story.world.breach(story.reference).regulatorDeadline.deadline.due)
        try story.pass(to: due + 1.hours)
        let miss = try story.letter("deadline-missed.ig-team.regulator.1")
        #expect(
            miss.text.contains(
                "it was notified for Provide, but no notification is recorded for Essex County Council."))
        try story.then { world, reference in try world.decideMatter(reference, .notify) }
        let notice = try story.text("regulator-notice.submitter.initial.1")
        #expect(notice.contains("The notification counts for: Essex County Council."))
        let outcome = try story.letter("outcome.provide.ico.1").text(under: "What happens now")
        #expect(outcome.hasSuffix("for these controllers: Essex County Council."))
    }

    @Test("R18: An owner from whom one question is taken back is told which one still waits for it")
    func namesTheOtherQuestion() throws {
        var story = try LetterStory("EWS-ASC", by: "provide")
        try story.then { world, reference in
            for matter in MatterName.allCases { try world.escalate(reference, matter, reason: "It is urgent.") }
            try world.agree(reference)
        }
        let letter = try story.letter("escalation-withdrawn.owner.ico.1")
        let asked = letter.text(under: "What is asked of you")
        #expect(asked.contains("Nothing on this question."))
        #expect(asked.contains("Your decision is still awaited: whether to tell the people concerned."))
        #expect(letter.text(under: "The other question").contains("the decision is awaited of"))
    }

    @Test("R6: A risk that is raised again asks nobody for what it has said already")
    func asksOnce() throws {
        var story = try LetterStory()
        try story.then { world, reference in
            try world.acknowledge(reference, "peabody")
            try world.position(reference, "peabody", .notify)
            try world.correct(reference) { $0.risk = .unlikely }
            try world.correct(reference) { $0.risk = .likely }
        }
        let letter = try story.letter("breach-notice.peabody.raised.2")
        #expect(!letter.subject.contains("acknowledge") && letter.subject.contains("please give your position"))
        let asked = letter.text(under: "What is asked of you")
        #expect(asked.contains("Your organisation acknowledged this breach on "))
        #expect(
            asked.contains(
                "Your organisation has said whether to notify the Information Commissioner's Office (ICO), and"))
        #expect(!letter.text(under: "Your position").contains("Whether to notify"))
        #expect(try story.letter("breach-notice.phoenix-futures.raised.2").subject.contains("please acknowledge"))
    }

    @Test("R15: The team is told who is asked to decide, though the clause has nobody informed")
    func namesDeciders() throws {
        let settings = try Fixture.settings { settings in
            try settings.change("BEDS", partner: "virgin-health") { $0.contact.emails = ["ig@virgin-health.example"] }
        }
        let story = try LetterStory("BEDS", by: "bedfordshire-police", settings: settings)
        let next = try story.letter("case-opened.ig-team.recorded").text(under: "What happens now")
        #expect(
            next.contains("Nobody is told of it: the clause has nobody informed. Asked to decide are: Virgin Health."))
        #expect(next.contains("To be telephoned, and asked to decide, are: "))
    }

    @Test("R8, R7: Who is taken as informed no more, and who is now, are told when the detection is put right")
    func tellsDetectors() throws {
        var story = try LetterStory()
        try story.then { world, reference in try world.correct(reference) { $0.detectedBy = "peabody" } }
        let told = story.tokens.filter { $0.hasPrefix("correction.") }
        #expect(told == ["correction.open-road.corrected.1", "correction.peabody.corrected.1"])
        let former = try story.letter("correction.open-road.corrected.1")
        #expect(former.subject == "EDATRS-2026-0001: correction, please acknowledge by Sun 29 Mar 2026 19:00 BST")
        #expect(former.text(under: "What has changed") == "Detected by: was Open Road (Choices), is now Peabody")
        #expect(
            former.text(under: "What is asked of you").contains("Reply to this message, or ring, to say that you have"))
        let new = try story.letter("correction.peabody.corrected.1")
        #expect(new.text(under: "What is asked of you").contains("your organisation detected this breach"))
        #expect(new.subject == "EDATRS-2026-0001: correction, please read what is asked of you")
    }

    @Test("R14: A telephone task has how to record all that its letter asks for, and nothing else")
    func recordsWhatIsAsked() throws {
        let settings = try Fixture.settings { settings in
            for id in ["open-road", "essex-county-council"] {
                try settings.change("EDATRS", partner: id) { $0.contact.emails = [] }
            }
        }
        var story = try LetterStory(settings: settings)
        try story.then { world, reference in
            try world.correct(reference) { $0.detectedBy = "peabody" }
            for matter in MatterName.allCases { try world.escalate(reference, matter, reason: "It is urgent.") }
            try world.agree(reference)
        }
        func commands(_ token: String) throws -> [String] {
            try story.letter("telephone-task.\(token)").rows(under: "What to record then").map(\.label)
        }
        let former = try commands("open-road.correction.corrected.1")
        #expect(former == ["That they know of it", "Its position on telling the people concerned"])
        #expect(try commands("owner.escalation-withdrawn.ico.1") == ["The decision on telling the people concerned"])
        #expect(
            try commands("essex-county-council.outcome.ico.1") == [
                "That they know of it", "Its position on telling the people concerned",
                "The decision on telling the people concerned",
            ])
    }

    @Test("R2: Once the regulator was notified, letters give the deadline that it is judged by, and say so")
    func keepsWhatIsJudged() throws {
        var story = try LetterStory()
        try story.then { world, reference in
            try world.agree(reference)
            try world.notified(reference, at: world.now)
        }
        let start = story.world.now
        try story.then { world, reference in try world.correct(reference) { $0.detectedAt = start - 5.hours } }
        let rows = try story.letter("correction.peabody.corrected.1").rows(under: "By when")
        let regulator = try #require(rows.first { $0.label == "Regulator notified by" })
        #expect(regulator.value.contains(", kept on "))
        for label in ["- by the protocol", "- by the law"] {
            let row = try #require(rows.first { $0.label == label })
            #expect(row.value.hasSuffix(", by what was recorded when it was notified"))
        }
    }

    @Test("R22: A follow-up takes the place of one that is not recorded as submitted, and starts from what was")
    func followsWhatWasSubmitted() throws {
        var story = try Self.notified()
        try story.pass(to: story.world.now + 1.hours)
        try story.then { world, reference in try world.correct(reference) { $0.risk = .unlikely } }
        let first = story.world.now
        try story.pass(to: first + 1.hours)
        try story.then { world, reference in try world.correct(reference) { $0.risk = .likely } }
        let drafts = story.tokens.filter { $0.hasPrefix("regulator-notice.submitter.follow-up") }
        #expect(drafts.count == 2)
        #expect(try !story.text(drafts[0]).contains("This takes the place of"))
        #expect(try story.text(drafts[1]).contains("This takes the place of the one that you were sent on "))

        try story.then { world, reference in
            try world.notified(reference, .followUp, at: first + 5.minutes) { $0.reference = "IC-1" }
        }
        let third = try #require(story.tokens.last { $0.hasPrefix("regulator-notice.submitter.follow-up") })
        #expect(!drafts.contains(third))
        let changed = try story.letter(third).rows(under: "What has changed")
        #expect(changed.contains { $0.label == "Risk to people" && $0.value == "likely" })
        #expect(changed.contains { $0.label == "- told before" && $0.value == "unlikely" })
    }

    @Test("R22: A follow-up that is entered after a later one brings no other")
    func takesEntriesInAnyOrder() throws {
        var story = try Self.notified()
        let start = story.world.now
        for hour in [2, 4] {
            try story.pass(to: start + hour.hours)
            try story.then { world, reference in try world.note(reference, .action, "Step \(hour) was taken.") }
        }
        let count = story.tokens.count
        for hour in [5, 3] {
            try story.then { world, reference in
                world.now = start + 6.hours
                try world.notified(reference, .followUp, at: start + hour.hours) { $0.reference = "IC-\(hour)" }
            }
        }
        #expect(story.tokens.count == count, "\(story.tokens.dropFirst(count))")
    }

    @Test("R22: Whoever submits is asked to, in so many words, and not once each controller has notified by itself")
    func asksTheNotifier() throws {
        var story = try LetterStory()
        try story.then { world, reference in try world.agree(reference) }
        let asked = try story.letter("outcome.essex-county-council.ico.1").text(under: "What is asked of you")
        #expect(asked.hasPrefix("Your organisation is to notify the ") && !asked.contains("Nothing on this question"))

        var alone = try LetterStory()
        try alone.then { world, reference in
            try world.notified(reference, ownDuty: "essex-county-council")
            try world.agree(reference)
        }
        let outcome = try alone.letter("outcome.essex-county-council.ico.1")
        #expect(!outcome.text(under: "What is asked of you").contains("is to notify"))
        #expect(outcome.text(under: "What happens now").hasSuffix("has been notified."))
        let notice = try alone.letter("regulator-notice.submitter.initial.1")
        #expect(
            notice.text(under: "What is asked of you").hasPrefix("Nothing has to be submitted: each controller has"))
    }
}
