import Testing

@testable import BreachClock

/// Breaches that go on as few do: what letters say of these is read once in years, and then it matters.
extension LetterStory {
    /// What the letter of that notice says when it comes to be written only now.
    ///
    /// A full disk or a stopped daemon can lie between the order and the writing.
    func letterNow(_ token: String) throws -> Letter {
        let notice = try #require(written.first { $0.notice.order.token == token }, "none of \(tokens)").notice
        return try letterNow(notice)
    }

    func letterNow(_ notice: Notice) throws -> Letter {
        LetterWriter(
            breach: try world.breach(reference), notice: notice, settings: world.clockwork.settings,
            zone: world.clockwork.zone, head: Self.head
        ).letter()
    }

    /// Two controllers that became aware late, one of which has notified; little is known of what happened.
    static func oneControllerNotified() throws -> LetterStory {
        let settings = try Fixture.settings { settings in
            try settings.change("EWS-ASC", partner: "provide") { $0.dataProtectionOfficer = nil }
        }
        var story = try LetterStory("EWS-ASC", by: "provide", risk: .unknown, settings: settings) { command in
            command.facts.detectedAt = command.facts.detectedAt - 3.hours
            command.awareAt = command.facts.detectedAt + 2.hours
            command.texts[.awareReason] = "The mail was read only then."
            command.facts.cyber = .unknown
        }
        try story.then { world, reference in
            world.handOver()
            try world.agree(reference)
            for id in try world.breach(reference).asked(on: .individuals) {
                try world.position(reference, id, .doNotNotify, on: .individuals) {
                    $0.telling.ground = .unintelligible
                }
            }
        }
        try story.then { world, reference in
            try world.notified(reference) { $0.controllers = ["provide"] }
        }
        try story.then { world, reference in try world.correct(reference) { $0.cyber = .no } }
        try story.then { world, reference in try world.correct(reference) { $0.cyber = .unknown } }
        try story.then { world, reference in
            let detectedAt = try world.breach(reference).facts.detectedAt
            try world.correct(reference) { $0.awareAt = detectedAt }
        }
        return story
    }

    /// The regulator's deadline passed, and then somebody entered a notification that was made in time.
    static func keptAfterAll() throws -> LetterStory {
        var story = try LetterStory("EWS-ASC", by: "provide")
        let start = story.world.now
        try story.then { world, reference in
            world.handOver()
            try world.agree(reference)
        }
        try story.pass(to: start + 73.hours)
        try story.then { world, reference in try world.notified(reference, at: start + 71.hours) }
        return story
    }

    /// The daemon was away when the regulator's deadline passed, and the notification made after it was entered first.
    static func notifiedLate() throws -> LetterStory {
        var story = try LetterStory("EWS-ASC", by: "provide")
        let start = story.world.now
        try story.then { world, reference in
            try world.agree(reference)
            try world.agree(reference, on: .individuals)
        }
        try story.then { world, reference in
            world.now = start + 74.hours
            world.handOver(at: start + 50.hours)
            try world.notified(reference) {
                $0.reference = "IC-0815-Q1"
                $0.delayReason = "Quagga disks had to be read first."
            }
        }
        try story.then { world, reference in
            try world.notified(reference, of: .individuals) { $0.reason = "Quagga letters went out." }
        }
        try story.then { world, reference in try world.close(reference, reason: "Quagga is done.") }
        return story
    }

    /// An owner that decides alone, under a clause for likely harm: the risk is raised, and the owner asked then.
    static func raisedToOwner() throws -> LetterStory {
        let settings = try Fixture.settings { settings in
            try settings.change("MOSAIC") { $0.clause.threshold = .adverse }
        }
        var story = try LetterStory("MOSAIC", by: "essex-police", risk: .unlikely, settings: settings)
        try story.then { world, reference in
            try world.correct(reference, reason: "Quagga keys were found.") { $0.risk = .unknown }
        }
        try story.then { world, reference in
            world.handOver()
            try world.decideMatter(reference, .doNotNotify)
        }
        try story.pass(to: story.world.now + 60.hours)
        try story.then { world, reference in try world.close(reference, reason: "Quagga is done.") }
        return story
    }

    /// Nothing that the clause asks to be told: recorded and closed.
    static func belowTheThreshold() throws -> LetterStory {
        var story = try LetterStory(risk: .unlikely)
        try story.then { world, reference in try world.close(reference) }
        return story
    }

    /// All have agreed on one matter, whoever joins is asked anew, and it is closed while they are still being asked.
    static func joinedAfterAgreement() throws -> LetterStory {
        let added = Partner(
            id: "newcomer",
            contact: Contact(name: "Newcomer Ltd", emails: ["a@newcomer.example"], telephone: nil, deputies: []),
            dataProtectionOfficer: nil, icoReferences: [], roles: [.processor], leftOn: nil)
        var story = try LetterStory("EWS-ASC", by: "provide")
        let start = story.world.now
        try story.then { world, reference in
            try world.agree(reference)
            try world.agree(reference, on: .individuals)
            try world.correct(reference, reason: "Quagga log.") { $0.detectedAt = start - 1.hours }
        }
        try story.then { world, reference in
            try world.reload { settings in try settings.change("EWS-ASC") { $0.partners.append(added) } }
            try world.correct(reference, reason: "Quagga joins.") {
                $0.affected = ["essex-county-council", "provide", "newcomer"]
            }
        }
        try story.then { world, reference in try world.close(reference, reason: "Quagga is done.") }
        return story
    }

    static func rare() throws -> [LetterStory] {
        [
            try oneControllerNotified(), try keptAfterAll(), try notifiedLate(), try raisedToOwner(),
            try belowTheThreshold(), try joinedAfterAgreement(),
        ]
    }
}
