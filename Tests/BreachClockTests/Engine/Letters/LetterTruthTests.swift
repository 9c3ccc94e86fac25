import Testing

@testable import BreachClock

/// What a letter says beside what the register takes, whatever happened before.
@Suite("Letters say what is so")
struct LetterTruthTests {
    private static func story(_ change: (inout ReportCommand) throws -> Void = { _ in }) throws -> LetterStory {
        try LetterStory("EWS-ASC", by: "provide", change)
    }

    @Test("R25: A correction of a closed breach asks nobody for a position, and says that it is closed")
    func correctionOfAClosedBreach() throws {
        var story = try Self.story()
        let start = story.world.now
        try story.then { world, reference in
            try world.close(reference, reason: "Handled elsewhere.")
            try world.correct(reference) { $0.detectedAt = start - 1.hours }
        }
        let letter = try story.letter("correction.provide.corrected.1")
        #expect(letter.text.contains("The breach was closed on "))
        #expect(!letter.headings.contains("Your position"))
        #expect(!letter.rows(under: "By when").contains { $0.label == "Partners' positions by" })
        #expect(letter.text(under: "What is asked of you") == "Please note the new times.")
    }

    @Test("R25: A matter that was open when its breach was closed is told as that", arguments: [false, true])
    func standingOfAClosedBreach(isEscalated: Bool) throws {
        var story = try Self.story()
        try story.then { world, reference in
            if isEscalated { try world.escalate(reference) }
            try world.close(reference, reason: "Handled elsewhere.")
        }
        try story.pass(to: story.world.now + 73.hours)
        let advice = try story.letter("deadline-missed.ig-team.regulator.1").text(under: "What is asked of you")
        #expect(advice.contains(isEscalated ? "before it was decided." : "before the partners agreed."))
        #expect(advice.contains("--own-duty CONTROLLER --reason TEXT"))
    }

    @Test("R19: That the regulator is not notified is not said of a controller that notified on its own duty")
    func ownDuty() throws {
        var story = try Self.story()
        try story.then { world, reference in
            try world.notified(reference, ownDuty: "provide")
            try world.agree(reference, .doNotNotify)
        }
        let letter = try story.letter("outcome.essex-county-council.ico.1")
        let follows = letter.text(under: "What happens now")
        #expect(
            follows.contains("is not notified on behalf of the others. What Provide notified on its own duty stands."))
        #expect(letter.rows(under: "Notified to the regulator already").map(\.label) == ["Provide"])
    }

    @Test("R20: A decision to notify that a lowered risk overtakes is told as not carried out")
    func loweredRisk() throws {
        var story = try Self.story()
        try story.then { world, reference in
            try world.escalate(reference)
            try world.decideMatter(reference)
            try world.correct(reference) { $0.risk = .unlikely }
        }
        let text = try story.letter("outcome.provide.risk.1").text(under: "What happens now")
        #expect(text.hasSuffix("and is not carried out: the Information Commissioner's Office (ICO) is not notified."))
    }

    @Test("R18: An outcome that takes the place of another says so, and of which")
    func revisedDecision() throws {
        var story = try Self.story()
        try story.then { world, reference in
            try world.escalate(reference)
            try world.decideMatter(reference)
        }
        try story.then { world, reference in try world.decideMatter(reference, .doNotNotify, revise: true) }
        try story.then { world, reference in try world.decideMatter(reference, .notify, revise: true) }
        let first = try story.letter("outcome.provide.ico.1")
        #expect(first.subject.hasSuffix(": outcome on notifying the regulator, for your attention"))
        let second = try story.letter("outcome.provide.ico.2")
        #expect(second.subject.hasSuffix(": new outcome on notifying the regulator, for your attention"))
        #expect(
            second.text.contains(
                "It takes the place of the outcome of Fri 27 Mar 2026 18:00 GMT (18:00 UTC), to notify"))
        let again = try story.letter("regulator-notice.submitter.initial.2").text(under: "What is asked of you")
        #expect(again.contains("since the request, which was withdrawn since, is made again."))
    }

    @Test("R21: Where when, how and by whom is not settled, that is what is asked, and nothing is called set out")
    func openTelling() throws {
        var story = try Self.story()
        try story.then { world, reference in try world.agree(reference, .notify, on: .individuals) }
        let open = try story.letter("outcome.provide.individuals.1")
        #expect(
            open.text(under: "What happens now").hasPrefix("The people concerned are told; what is still to be settled")
        )
        #expect(
            open.text(under: "What is asked of you").hasPrefix("Please settle with the information governance team"))
    }

    @Test(
        "R21: Where the people concerned have been told, an outcome that comes to be written asks nobody to tell them")
    func toldAlready() throws {
        var world = try World(at: "2026-03-27T18:00:00Z")
        let reference = try world.report("EWS-ASC", by: "provide")
        try world.agree(reference, .notify, on: .individuals)
        world.settle()
        func asked() throws -> String {
            LetterWriter(
                breach: try world.breach(reference),
                notice: try world.notice("outcome.provide.individuals.1", of: reference),
                settings: world.clockwork.settings, zone: world.clockwork.zone, head: LetterStory.head
            ).letter().text(under: "What is asked of you")
        }
        #expect(try asked().hasPrefix("Please settle"))
        try world.notified(reference) { $0.matter = .individuals }
        #expect(try asked().hasPrefix("Nothing on this question. The outcome stands, since the notification was made."))
    }

    @Test("R22: What is to be done stands before what others have notified")
    func orderOfTheNotice() throws {
        var story = try Self.story()
        try story.then { world, reference in
            try world.notified(reference, ownDuty: "provide")
            try world.agree(reference)
        }
        let letter = try story.letter("regulator-notice.submitter.initial.1")
        #expect(letter.rows(under: "What is asked of you").contains { $0.label == "Then record it" })
        #expect(letter.rows(under: "Notified to the regulator already").map(\.label) == ["Provide"])
    }

    @Test("R22: How the partners are reached is nothing that the regulator is told")
    func channel() throws {
        var story = try Self.story()
        try story.then { world, reference in
            try world.agree(reference)
            world.settle()
            try world.notified(reference)
        }
        let before = story.tokens.filter { $0.hasPrefix("regulator-notice.") }
        try story.then { world, reference in
            try world.correct(reference, reason: "Quagga.") { $0.isChannelCompromised = true }
        }
        #expect(story.tokens.filter { $0.hasPrefix("regulator-notice.") } == before)
    }

    @Test("R27: A telephone task is due by the first thing that its call is to ask")
    func telephoneTask() throws {
        let settings = try Fixture.settings { $0.timing.ownerNoticeSeconds = 30 * 3600 }
        let story = try LetterStory(
            "EWS-ASC", by: "provide", at: "2026-11-23T14:05:00Z", settings: settings
        ) { $0.facts.isChannelCompromised = true }
        let position = try #require(
            try story.world.breach(story.reference).escalationTime(story.world.clockwork.timetable))
        let due = story.world.clockwork.zone.localText(position)
        for partner in ["essex-county-council", "provide"] {
            let letter = try story.letter("telephone-task.\(partner).breach-notice.recorded")
            #expect(letter.subject.hasSuffix(" by \(due)"), "\(letter.subject)")
        }
    }

    @Test("R23: After the law's deadline the command to record the notification has the reasons for the delay")
    func commandAfterTheLaws() throws {
        for (hours, isLate) in [(1, false), (73, true)] {
            var story = try Self.story()
            try story.then { world, reference in
                world.now = world.now + hours.hours
                try world.escalate(reference)
                try world.decideMatter(reference)
            }
            let letter = try story.letter("regulator-notice.submitter.initial.1")
            let command = letter.rows(under: "What is asked of you").first { $0.label == "Then record it" }
            #expect(command?.value.hasSuffix(" --delay-reason TEXT") == isLate)
        }
    }

    @Test("R23: The reasons for a delay are asked for by the law's deadline of those who have still to notify")
    func delay() throws {
        var story = try Self.story()
        let start = story.world.now
        try story.then { world, reference in
            world.now = start + 1.hours
            try world.correct(reference) {
                $0.awareAt = start + 30.minutes
                $0.controllers = ["essex-county-council"]
                $0.texts[.awareReason] = "It was opened then."
            }
            try world.notified(reference, ownDuty: "provide")
            try world.agree(reference)
        }
        let form = try story.letter("regulator-notice.submitter.initial.1").rows(under: "The notification")
        let due = story.world.clockwork.zone.localTextWithUTC(start + 30.minutes + 72.hours)
        #expect(
            form.first { $0.label == "Reasons for the delay" }?.value
                == "needed only if this is submitted after \(due) (UK GDPR Art 33(1))")
    }
}
