import Testing

@testable import BreachClock

/// A breach with everything that a fact can say beside what it must, told by the history and kept by the register.
@Suite("What a fact says, in the history and in the register")
struct RareFactsTests {
    private static let start = "2026-11-20T14:05:00Z"

    private static func story() throws -> (World, BreachReference) {
        var world = try World(at: start)
        let full = world.clockwork.settings
        try world.reload { settings in
            try settings.change("EDATRS") { $0.partners.removeAll { $0.id == "phoenix-futures" } }
            try settings.change("EDATRS", partner: "peabody") { $0.contact.emails = [] }
        }
        let reference = try world.report { $0.facts.cyber = .yes }
        world.handOver { $0.kind == .telephoneTask }
        try world.acknowledge(reference, "peabody")
        try world.position(reference, "peabody", .notify, on: .individuals) { command in
            command.name = "Pauline Hartwright"
            command.telling = TellingWords(when: "On Monday.", how: "By letter.", byWhom: "The council.")
        }
        try world.position(reference, "forward-trust", .doNotNotify, on: .individuals) {
            $0.telling = TellingWords(ground: .riskRemoved)
        }
        try world.position(reference, "open-road", .notify)
        world.handOver()
        world.advance(to: world.now + 2.days)
        try world.escalate(reference, .individuals, reason: "Two partners cannot be reached")
        try world.decideMatter(reference, .doNotNotify, on: .individuals)
        try world.decideMatter(reference, .notify, on: .individuals, revise: true)
        try world.notified(reference, of: .individuals)
        try world.notified(reference, ownDuty: "essex-county-council") { $0.reference = "IC-0815-Q1" }
        world.reload { $0 = full }
        try world.correct(reference) { command in
            command.texts[.measures] = "Locks changed."
            command.affected = ["open-road", "phoenix-futures"]
        }
        try world.correct(reference, reason: nil) { $0.records = 5 }
        try world.notified(reference, .followUp, ownDuty: "essex-county-council") { command in
            command.delayReason = "The disks had to be read."
        }
        try world.close(reference, reason: "The files were found")
        return (world, reference)
    }

    /// What the history has a sentence with.
    static let sentences = [
        "Stood complete in the spool: telephone-task to ig-team in place of breach-notice to peabody.",
        "Peabody acknowledged on Fri 20 Nov 2026 14:05 GMT.",
        "Peabody, Pauline Hartwright, stated its position on telling the people concerned: notify (when: On Monday.; "
            + "how: By letter.; by whom: The council.).",
        "Forward Trust stated its position on telling the people concerned: do-not-notify (ground: 34(3)(b)), because: "
            + "The files were encrypted.",
        "Open Road (Choices) stated its position on notifying the regulator: notify.",
        "before the matter goes to the Protocol owner.",
        "Put to the Protocol owner, on telling the people concerned: by hand, because: Two partners cannot be reached; ",
        "Decided on telling the people concerned: do-not-notify (ground: no-high-risk), by Rhona Kettleby, because: ",
        "Decided anew on telling the people concerned: notify (when: On Monday.; how: By letter.; by whom: The council.)",
        "The people concerned were told on Sun 22 Nov 2026 14:05 GMT (initial), for Essex County Council.",
        "The regulator was notified on Sun 22 Nov 2026 14:05 GMT (initial), for Essex County Council, on its own duty, "
            + "reference IC-0815-Q1, because: The law does not wait.",
        "Corrected: affected Open Road (Choices), Phoenix Futures (Futures in Mind, Full Circle and PAIRS) (was all); "
            + "added Phoenix Futures (Futures in Mind, Full Circle and PAIRS); measures “Locks changed.”, because: The log "
            + "says otherwise; ",
        "Corrected: records 5.",
        "(follow-up), for Essex County Council, on its own duty, reasons for the delay: The disks had to be read.",
        "Closed with this outstanding: acknowledgement by ", "; the outcome on notifying the regulator",
        ", because: The files were found.",
    ]

    @Test("Each fact is told with its name, its reason, its reference and whatever else it says", arguments: sentences)
    func history(words: String) throws {
        let (world, reference) = try Self.story()
        let narrative = Narrative(breach: try world.breach(reference), zone: try FoundationZone.london())
        let told = world.clockwork.ledger.history(of: reference).compactMap { narrative.sentence($0) }
        #expect(told.contains { $0.contains(words) }, "\(told.joined(separator: "\n"))")
    }

    @Test("R25: A breach that was closed with nothing outstanding is told as closed, and no more")
    func closedWithNothingOutstanding() throws {
        var world = try World(at: Self.start)
        let reference = try world.report(risk: .unlikely)
        try world.close(reference)
        let narrative = Narrative(breach: try world.breach(reference), zone: try FoundationZone.london())
        #expect(try narrative.sentence(#require(world.facts.last)) == "Closed.")
    }

    @Test("R24: A miss of the regulator's deadline is told as that")
    func missOfTheRegulator() throws {
        var world = try World(at: Self.start)
        let reference = try world.report("EWS-ASC", by: "provide")
        world.advance(to: world.now + 73.hours)
        let narrative = Narrative(breach: try world.breach(reference), zone: try FoundationZone.london())
        let told = world.clockwork.ledger.history(of: reference).compactMap { narrative.sentence($0) }
        #expect(told.contains { $0.hasPrefix("The regulator's deadline, Mon 23 Nov 2026 14:05 GMT, passed unmet") })
    }

    /// A column of the register, and what it then has.
    static let columns: [(name: String, value: RegisterEntry.Value)] = [
        ("cyber", .text("yes")), ("acknowledged", .list(["peabody 2026-11-20T14:05:00Z"])),
        (
            "individualsPositions",
            .list([
                "forward-trust do-not-notify: The files were encrypted. [ground: 34(3)(b)]",
                "peabody (Pauline Hartwright) notify [when: On Monday.; how: By letter.; by whom: The council.]",
            ])
        ),
        ("icoPositions", .list(["open-road notify"])),
        ("individualsTelling", .text("when: On Monday.; how: By letter.; by whom: The council.")),
        (
            "corrections",
            .list([
                "2026-11-22T14:05:00Z affected open-road, phoenix-futures (was all); added phoenix-futures; measures “Locks "
                    + "changed.”; reason: The log says otherwise.", "2026-11-22T14:05:00Z records 5",
            ])
        ),
        (
            "notifications",
            .list([
                "2026-11-22T14:05:00Z people concerned initial for essex-county-council",
                "2026-11-22T14:05:00Z regulator initial for essex-county-council; on its own duty; reference IC-0815-Q1; "
                    + "reason: The law does not wait.",
                "2026-11-22T14:05:00Z regulator follow-up for essex-county-council; on its own duty; reasons for the "
                    + "delay: The disks had to be read.; reason: The law does not wait.",
            ])
        ),
        ("closureReason", .text("The files were found")),
    ]

    @Test("R26: The register has each of these in its column", arguments: columns)
    func register(column: (name: String, value: RegisterEntry.Value)) throws {
        let (world, _) = try Self.story()
        let entry = try #require(world.clockwork.register(at: world.now).first)
        #expect(try #require(entry.fields.first { $0.name == column.name }).value == column.value)
    }

    @Test("R11, R26: A deadline that was missed is in the register for good, and so is that it was kept after all")
    func misses() throws {
        var world = try World(at: Self.start)
        let start = world.now
        let reference = try world.report("EWS-ASC", by: "provide")
        world.advance(to: start + 73.hours)
        try world.acknowledge(reference, "essex-county-council", at: start + 1.hours)
        let entry = try #require(world.clockwork.register(at: world.now).first)
        #expect(
            try #require(entry.fields.first { $0.name == "missed" }).value
                == .list(["partners 2026-11-22T14:05:00Z, kept after all", "regulator 2026-11-23T14:05:00Z"]))
    }

    @Test("R25, R26: A breach that was reopened has no closure in the register")
    func reopened() throws {
        var (world, reference) = try Self.story()
        try world.reopen(reference)
        let entry = try #require(world.clockwork.register(at: world.now).first)
        for name in ["closedAt", "closureReason"] {
            let value = try #require(entry.fields.first { $0.name == name }).value
            #expect(value == .text(nil) || value == .instant(nil))
        }
        #expect(try #require(entry.fields.first { $0.name == "closedWithOutstanding" }).value == .list([]))
    }

    @Test("R31: A correction of a text that was redacted since names the text")
    func redactedCorrection() throws {
        var world = try World(at: Self.start)
        let reference = try world.report()
        try world.correct(reference) { $0.texts[.summary] = "Another folder." }
        for sequence in [1, 2] { try world.redact(reference, "\(sequence):summary") }
        let narrative = Narrative(breach: try world.breach(reference), zone: try FoundationZone.london())
        let told = world.clockwork.ledger.history(of: reference).compactMap { narrative.sentence($0) }
        #expect(told.contains { $0.hasPrefix("Corrected: summary [redacted] (was [redacted])") }, "\(told)")
    }

    @Test("R8: The history has each fact that was corrected, with what stood there before, and no other")
    func correctedFacts() throws {
        var world = try World(at: Self.start)
        let reference = try world.report { $0.texts[.found] = "By a clerk." }
        let (detected, reported) = (try world.breach(reference).facts.detectedAt, world.now)
        world.advance(to: world.now + 3.hours)
        let steps: [((inout CorrectCommand) -> Void, String)] = [
            ({ $0.individuals = 40 }, "individuals 40"), ({ $0.individuals = 400 }, "individuals 400 (was 40)"),
            ({ $0.records = 5 }, "records 5"), ({ $0.cyber = .no }, "cyber no"),
            ({ $0.cyber = .yes }, "cyber yes (was no)"),
            ({ $0.occurredAt = detected - 1.hours }, "occurred Fri 20 Nov 2026 13:05 GMT"),
            ({ $0.detectedBy = "peabody" }, "detected by Peabody (was Open Road (Choices))"),
            (
                { $0.awareAt = detected + 1.hours },
                "awareness of Essex County Council Fri 20 Nov 2026 15:05 GMT (was at detection)"
            ),
            (
                { $0.awareAt = detected },
                "awareness of Essex County Council at detection (was Fri 20 Nov 2026 15:05 GMT)"
            ),
            ({ $0.risk = .unlikely }, "risk unlikely (was likely)"),
            ({ $0.risk = .likely }, "risk likely (was unlikely, because: “The log says otherwise.”)"),
            ({ $0.isChannelCompromised = true }, "channel compromised yes (was no)"),
            ({ $0.texts[.found] = "By two clerks." }, "found “By two clerks.” (was “By a clerk.”)"),
            (
                { $0.detectedAt = reported + 30.minutes },
                "detected Fri 20 Nov 2026 14:35 GMT (was Fri 20 Nov 2026 14:05 GMT)"
            ),
        ]
        for (change, _) in steps { try world.correct(reference, change) }
        let narrative = Narrative(breach: try world.breach(reference), zone: try FoundationZone.london())
        let told = world.clockwork.ledger.history(of: reference).compactMap { narrative.sentence($0) }
            .filter { $0.hasPrefix("Corrected: ") }
        #expect(told.count == steps.count)
        for (sentence, (_, words)) in zip(told, steps) {
            let rest = sentence.dropFirst("Corrected: \(words), because: The log says otherwise".count)
            #expect(sentence == "Corrected: \(words), because: The log says otherwise\(rest)")
            #expect(rest == "." || rest.hasPrefix("; ") && rest.hasSuffix(" ordered."), "\(sentence)")
        }
    }
}
