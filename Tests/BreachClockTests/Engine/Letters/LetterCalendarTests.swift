import Testing

@testable import BreachClock

@Suite("Letters: the deadlines for a calendar")
struct LetterCalendarTests {
    private static let stories = Result { try LetterStory.all() }

    /// The events of a letter, those that are cancelled marked.
    private func events(_ story: LetterStory, _ token: String) throws -> [String] {
        try story.letter(token).calendar.map { "\($0.name)\($0.isCancelled ? " cancelled" : "")" }
    }

    @Test(
        "Each reader has the deadlines that concern it",
        arguments: [
            (
                "EDATRS", "open-road", "breach-notice.peabody.recorded",
                ["acknowledge.peabody", "position.peabody", "regulator"]
            ),
            // Who detected it has nothing to acknowledge.
            ("EDATRS", "open-road", "breach-notice.open-road.recorded", ["position.open-road", "regulator"]),
            ("EDATRS", "open-road", "case-opened.ig-team.recorded", ["partners", "positions", "regulator"]),
            // "Immediately" is no time to come, and nobody is asked for a position.
            ("MOSAIC", "essex-police", "breach-notice.essex-county-council.recorded", ["regulator"]),
            ("MOSAIC", "essex-police", "case-opened.ig-team.recorded", ["regulator"]),
            // A task to telephone a partner is the IG team's.
            (
                "BEDS", "virgin-health", "telephone-task.virgin-health.decision-request.recorded", ["regulator"]
            ),
        ])
    func readers(protocolID: String, detector: String, token: String, expected: [String]) throws {
        let story = try LetterStory(protocolID, by: detector)
        #expect(try events(story, token) == expected)
    }

    @Test("R13: An alarm goes off when a reminder would come, in the event's own time")
    func alarms() throws {
        let story = try LetterStory()
        for event in try story.letter("breach-notice.peabody.recorded").calendar {
            #expect(event.alarmLeadSeconds == [24, 12, 4, 1].map { $0 * 3600 })
        }
        let due = try story.world.breach(story.reference).regulatorDeadline.deadline.due
        #expect(try story.letter("breach-notice.peabody.recorded").calendar.last?.at == due)
    }

    @Test("R8: A corrected detection moves the events, which keep their names")
    func moves() throws {
        var story = try LetterStory()
        let before = try story.letter("breach-notice.peabody.recorded").calendar
        let detectedAt = story.world.now - 2.hours
        try story.then { world, reference in
            try world.correct(reference, reason: "The log says so.") { $0.detectedAt = detectedAt }
        }
        let after = try story.letter("correction.peabody.corrected.1").calendar
        #expect(after.map(\.name) == before.map(\.name))
        #expect(zip(before, after).allSatisfy { $0.at - $1.at == 2 * 3600 })
    }

    @Test("What is settled is cancelled in the next letter, and raised again it stands again")
    func cancels() throws {
        var story = try LetterStory()
        try story.then { world, reference in
            try world.acknowledge(reference, "peabody")
            try world.agree(reference, .doNotNotify, on: .ico)
        }
        #expect(
            try events(story, "outcome.peabody.ico.1") == [
                "acknowledge.peabody cancelled", "position.peabody", "regulator cancelled",
            ])
        try story.then { world, reference in
            try world.position(reference, "peabody", .notify)
        }
        #expect(
            try events(story, "correction.peabody.ico.1") == [
                "acknowledge.peabody cancelled", "position.peabody", "regulator",
            ])
    }

    @Test(
        "Nothing is cancelled in the first letter to somebody; every event stands for one deadline, and has no word of any text"
    )
    func holdsForEveryLetter() throws {
        for story in try Self.stories.get() {
            var known: Set<Recipient> = []
            for written in story.written {
                let events = written.letter.calendar
                let token = written.notice.order.token
                #expect(Set(events.map(\.name)).count == events.count, "\(token)")
                if known.insert(written.notice.order.recipient).inserted {
                    #expect(events.filter(\.isCancelled).isEmpty, "\(token)")
                }
                for event in events {
                    #expect(event.title.hasPrefix("\(story.reference): "))
                    #expect(event.isCancelled == event.alarmLeadSeconds.isEmpty)
                    for word in LetterStory.texts {
                        #expect(!"\(event.title) \(event.text)".contains(word), "\(token)")
                    }
                }
            }
        }
    }

    @Test("R25: A closed breach asks partners for nothing; a deadline of the law that still runs stays")
    func closes() throws {
        for story in try Self.stories.get() {
            for written in story.written where written.notice.order.kind == .closure {
                let standing = written.letter.calendar.filter { !$0.isCancelled }.map(\.name)
                #expect(standing.allSatisfy { ["partners", "regulator"].contains($0) }, "\(standing)")
            }
        }
    }
}
