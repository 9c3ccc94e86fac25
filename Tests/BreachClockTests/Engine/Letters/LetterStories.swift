import Testing

@testable import BreachClock

/// A breach as it goes on, with every letter written when it was ordered.
struct LetterStory {
    static let head = JournalHead(sequence: 4711, hash: String(repeating: "c0ffee00", count: 8))

    /// A letter, the notice that it is, and the breach as it was then.
    struct Written {
        let notice: Notice
        let breach: Breach
        let letter: Letter
    }

    private(set) var world: World
    private(set) var reference: BreachReference
    private(set) var written: [Written] = []

    init(
        _ protocolID: String = "EDATRS",
        by detector: String = "open-road",
        risk: Risk = .likely,
        at start: String = "2026-03-27T18:00:00Z",
        settings: Settings? = nil,
        _ change: (inout ReportCommand) throws -> Void = { _ in }
    ) throws {
        world = try World(at: start, settings: settings)
        reference = try world.report(protocolID, by: detector, risk: risk, change)
        try write()
    }

    /// Does something, and writes the letters that it brings.
    mutating func then(_ act: (inout World, BreachReference) throws -> Void) throws {
        try act(&world, reference)
        world.settle()
        try write()
    }

    /// Lets time pass, and writes each letter at its instant.
    mutating func pass(to target: Instant) throws {
        while let next = nextDue, next <= target {
            world.advance(to: max(next, world.now))
            try write()
        }
        world.advance(to: target)
        try write()
    }

    private var nextDue: Instant? {
        var clockwork = world.clockwork
        return clockwork.nextDue()
    }

    private mutating func write() throws {
        let breach = try world.breach(reference)
        written += breach.notices.dropFirst(written.count).map { notice in
            let writer = LetterWriter(
                breach: breach, notice: notice, settings: world.clockwork.settings, zone: world.clockwork.zone,
                head: Self.head)
            return Written(notice: notice, breach: breach, letter: writer.letter())
        }
    }

    var tokens: [String] { written.map(\.notice.order.token) }

    func letter(_ token: String) throws -> Letter {
        return try #require(written.first { $0.notice.order.token == token }, "none of \(tokens)").letter
    }

    func text(_ token: String) throws -> String { try letter(token).text }
}

extension Letter {
    /// All that the letter says, its subject apart.
    var text: String {
        blocks.map { block in
            switch block {
            case .heading(let text), .paragraph(let text), .quotation(let text): text
            case .facts(let rows): rows.map { "\($0.label): \($0.value)" }.joined(separator: "\n")
            }
        }.joined(separator: "\n")
    }

    var headings: [String] {
        blocks.compactMap { if case .heading(let text) = $0 { text } else { nil } }
    }

    /// The rows under that heading, up to the next one.
    func rows(under heading: String) -> [Row] {
        let after = blocks.drop { $0 != .heading(heading) }.dropFirst()
        let section = after.prefix { if case .heading = $0 { false } else { true } }
        return section.flatMap { block -> [Row] in if case .facts(let rows) = block { rows } else { [] } }
    }

    /// The text under that heading, up to the next one.
    func text(under heading: String) -> String {
        let after = blocks.drop { $0 != .heading(heading) }.dropFirst()
        let section = after.prefix { if case .heading = $0 { false } else { true } }
        return Letter(subject: "", blocks: Array(section)).text
    }
}

// MARK: - Stories

extension LetterStory {
    /// Texts that no subject may have a word of.
    static let texts = ["Quagga", "laptop", "Nadine", "Ottoline", "Perdita"]

    private static func withoutMailbox(_ settings: inout Settings) throws {
        try settings.change("EDATRS", partner: "peabody") { $0.contact.emails = [] }
    }

    /// The partners differ on the regulator and are silent on the people; the owner decides both; the regulator is
    /// notified, and told more; the breach is closed.
    static func disagreement(_ protocolID: String = "EDATRS", by detector: String = "open-road") throws -> LetterStory {
        var story = try LetterStory(protocolID, by: detector) { command in
            command.texts[.measures] = "Quagga locks were changed."
            command.facts.individuals = 1234
        }
        let asked = try story.world.breach(story.reference).asked(on: .ico)
        let differing = try #require(asked.last)
        try story.then { world, reference in
            world.handOver()
            world.now = world.now + 1.hours
            try world.agree(reference, .notify, on: .ico, asked.dropLast())
            try world.position(reference, differing, .doNotNotify) {
                $0.name = "Nadine Quill"
                $0.reason = "Quagga files were encrypted."
            }
            try world.position(reference, differing, .notify, on: .individuals) {
                $0.reason = "Quagga people may worry."
            }
        }
        let due = try #require(try story.world.breach(story.reference).regulatorDeadline.deadline.due)
        try story.pass(to: due - 2.hours)
        try story.then { world, reference in
            try world.decideMatter(reference) {
                $0.name = "Ottoline Marsh"
                $0.reason = "Quagga harm is likely."
            }
        }
        try story.then { world, reference in try world.correct(reference) { $0.records = 77 } }
        try story.then { world, reference in
            try world.notified(reference) { $0.reference = "IC-0815-Q1" }
            try world.decideMatter(reference, on: .individuals)
        }
        try story.then { world, reference in try world.note(reference, .effect, "Perdita Quagga was telephoned.") }
        try story.pass(to: due + 1.hours)
        try story.then { world, reference in try world.close(reference, reason: "Quagga nobody answers any more.") }
        return story
    }

    /// The partners agree, change their mind, agree again; the owner is asked by hand and told that it is over.
    static func agreement() throws -> LetterStory {
        var story = try LetterStory(settings: try Fixture.settings(withoutMailbox))
        try story.then { world, reference in
            world.handOver()
            try world.agree(reference)
        }
        try story.then { world, reference in try world.position(reference, "forward-trust", .doNotNotify) }
        try story.then { world, reference in
            try world.escalate(reference, .individuals, reason: "Quagga silence.")
        }
        try story.then { world, reference in
            for id in try world.breach(reference).asked(on: .individuals) {
                try world.position(reference, id, .notify, on: .individuals) { command in
                    if id == "peabody" { command.telling.when = "On Monday, Quagga time." }
                    if id == "open-road" { command.telling.when = "On Tuesday." }
                }
            }
        }
        try story.then { world, reference in try world.agree(reference, .doNotNotify) }
        try story.then { world, reference in try world.position(reference, "forward-trust", .notify) }
        try story.then { world, reference in try world.agree(reference, .notify) }
        return story
    }

    /// The risk is raised, and lowered again after the partners agreed to notify.
    static func risk() throws -> LetterStory {
        var story = try LetterStory(risk: .unlikely, settings: try Fixture.settings(withoutMailbox))
        try story.then { world, reference in
            try world.correct(reference, reason: "Quagga keys were found.") { $0.risk = .likely }
        }
        try story.then { world, reference in try world.agree(reference) }
        try story.then { world, reference in
            try world.correct(reference, reason: "Quagga keys were not used.") { $0.risk = .unlikely }
        }
        return story
    }

    /// The detection is corrected after misses, the affected partners change, a partner joins.
    static func corrections() throws -> LetterStory {
        let added = Partner(
            id: "newcomer",
            contact: Contact(name: "Newcomer Ltd", emails: ["a@newcomer.example"], telephone: nil, deputies: []),
            dataProtectionOfficer: nil, icoReferences: [], roles: [.processor], leftOn: nil)
        var story = try LetterStory { $0.facts.affected = ["peabody", "forward-trust"] }
        let start = story.world.now
        try story.pass(to: start + 73.hours)
        try story.then { world, reference in
            try world.correct(reference, reason: "Quagga log.") { $0.detectedAt = start - 1.hours }
        }
        try story.then { world, reference in
            try world.correct(reference, reason: "Quagga scope.") { $0.affected = ["peabody", "phoenix-futures"] }
        }
        try story.then { world, reference in
            try world.reload { settings in try settings.change("EDATRS") { $0.partners.append(added) } }
            try world.correct(reference, reason: "Quagga joins.") { $0.affected = ["peabody", "newcomer"] }
        }
        return story
    }

    /// The owner alone decides, and changes its mind.
    static func ownerAlone() throws -> LetterStory {
        var story = try LetterStory("MOSAIC", by: "essex-police")
        try story.pass(to: story.world.now + 60.hours)
        try story.then { world, reference in try world.decideMatter(reference) }
        try story.then { world, reference in try world.decideMatter(reference, .doNotNotify, revise: true) }
        try story.then { world, reference in try world.decideMatter(reference, .doNotNotify, on: .individuals) }
        try story.then { world, reference in try world.close(reference, reason: "Quagga is done.") }
        return story
    }

    /// Each controller decides, and none has a mailbox.
    static func controllers() throws -> LetterStory {
        var story = try LetterStory("BEDS", by: "virgin-health")
        try story.pass(to: story.world.now + 60.hours)
        try story.then { world, reference in try world.decideMatter(reference) }
        try story.then { world, reference in try world.close(reference, reason: "Quagga is done.") }
        return story
    }

    /// The owner is named nowhere, and a partner that is never reached has no mailbox.
    static func nobodyToWriteTo() throws -> LetterStory {
        var story = try LetterStory(
            "EDATRS-DRAFT",
            settings: try Fixture.settings { settings in
                try settings.change("EDATRS-DRAFT", partner: "peabody") { $0.contact.emails = [] }
            })
        let start = story.world.now
        try story.pass(to: start + 73.hours)
        try story.then { world, reference in
            try world.acknowledge(reference, "peabody", at: start + 1.hours)
            world.handOver(at: start + 1.hours)
        }
        try story.then { world, reference in
            try world.correct(reference) { $0.detectedAt = start - 1.hours }
        }
        try story.then { world, reference in try world.agree(reference) }
        try story.then { world, reference in try world.agree(reference, on: .individuals) }
        try story.then { world, reference in try world.position(reference, "peabody", .doNotNotify) }
        try story.then { world, reference in try world.close(reference, reason: "Quagga is done.") }
        return story
    }

    static func all() throws -> [LetterStory] {
        [
            try disagreement(), try disagreement("EWS-ASC", by: "provide"), try agreement(), try risk(),
            try corrections(), try ownerAlone(), try controllers(), try nobodyToWriteTo(),
        ] + (try rare())
    }
}
