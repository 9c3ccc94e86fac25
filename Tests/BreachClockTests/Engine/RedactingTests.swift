import Testing

@testable import BreachClock

/// Texts that should never have been written.
@Suite("R31: Redaction")
struct RedactingTests {
    /// A breach with a text in each kind of fact that has one.
    private func world() throws -> (World, BreachReference) {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report()
        try world.acknowledge(reference, "peabody") { $0.name = "Wendy Applebough" }
        try world.position(reference, "peabody", .doNotNotify)
        try world.note(reference)
        try world.escalate(reference)
        try world.decideMatter(reference)
        try world.decideMatter(reference, revise: true) { $0.reason = "Otherwise." }
        try world.notified(reference) { $0.reference = "IC-1" }
        try world.correct(reference) { $0.texts[.summary] = "A laptop was left on a bus." }
        try world.close(reference, reason: "What is left is not ours.")
        try world.reopen(reference, reason: "It is.")
        return (world, reference)
    }

    @Test("R31: Each text of each fact can be redacted, and none of it is left in the state")
    func everyText() throws {
        let (untouched, reference) = try world()
        let texts = untouched.facts.flatMap { fact in
            fact.event.namedTexts.map { (sequence: fact.sequence, name: $0.name, text: $0.text.shown) }
        }
        #expect(texts.count >= 12)
        for (sequence, name, text) in texts {
            var world = untouched
            try world.redact(reference, "\(sequence):\(name)")
            let others = texts.filter { $0.sequence != sequence || $0.name != name }
            let isLeft = String(describing: world.clockwork.ledger).contains(text)
            #expect(isLeft == others.contains { $0.text.contains(text) }, "\(sequence):\(name)")
            let facts = world.clockwork.ledger.history(of: reference)
            #expect(
                facts.contains {
                    $0.sequence == sequence && $0.event.namedTexts.contains { $0.name == name && $0.text == .redacted }
                })
        }
    }

    @Test("R31: The state after a redaction is that of a replay of the facts without the text")
    func replay() throws {
        var (world, reference) = try world()
        try world.redact(reference, "12:reason")
        try world.redact(reference, "1:summary")
        var replayed = Ledger()
        for fact in world.facts {
            var fact = fact
            if fact.sequence == 12 { fact.event = fact.event.redacting("reason") }
            if fact.sequence == 1 { fact.event = fact.event.redacting("summary") }
            replayed.apply(fact)
        }
        #expect(replayed == world.clockwork.ledger)
    }

    @Test("R31: A text is named alone where it is the only one of its name, else with its fact's number")
    func naming() throws {
        var (world, reference) = try world()
        let several = #expect(throws: Refusal.self) { try world.decide(Self.command(reference, "reason")) }
        #expect(several?.field == "field")
        #expect(several?.reason.contains("name one with its fact's number") == true)
        #expect(several?.reason.contains(":reason") == true)
        try world.redact(reference, "reference")
        let gone = #expect(throws: Refusal.self) { try world.decide(Self.command(reference, "reference")) }
        #expect(gone?.reason.contains("has no text “reference”") == true)
    }

    @Test("R9, R31: A request whose text was redacted is recognised still, and is no second breach")
    func requests() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let command = world.reportCommand { $0.request = RecordedRequest(id: "r-1", digest: "d") }
        let reference = try world.carryOut(.report(command)).reference
        try world.redact(reference, "summary")
        let answer = try world.carryOut(.report(command))
        #expect(answer.reference == reference)
        #expect(answer.sentence?.contains("was recorded before") == true)
        #expect(world.clockwork.ledger.references == [reference])
        #expect(!String(describing: world.clockwork.ledger).contains(World.summary))
    }

    /// What is asked wrongly, and the field that is refused.
    static let wrong: [(field: String, reason: String?, refused: String)] = [
        ("summary", nil, "reason"), ("nothing", "Why.", "field"), ("", "Why.", "field"), ("0:summary", "Why.", "field"),
        ("-1:summary", "Why.", "field"), (":", "Why.", "field"), ("1:", "Why.", "field"),
        ("1:summary", "The patient was born on 1 May 1980.", "reason"),
    ]

    @Test("R31: A redaction without a reason, or of what is not there, is refused", arguments: wrong)
    func refused(_ each: (field: String, reason: String?, refused: String)) throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report()
        let refusal = #expect(throws: Refusal.self) {
            try world.decide(Self.command(reference, each.field, reason: each.reason))
        }
        #expect(refusal?.field == each.refused)
    }

    @Test("R31: Whoever deletes a text is told how many notices that have not left yet are written anew")
    func waiting() throws {
        var world = try World(at: "2026-11-20T14:05:00Z")
        let reference = try world.report("EWS-ASC", by: "provide")
        let record = RedactionRecord(
            reference: reference, sequence: 1, field: "summary", reason: .written("Why."), personalDataReason: nil)
        #expect(world.clockwork.remark(on: record) == nil, "what is not written yet is written without it")
        world.record(.noticesWritten(world.outstanding))
        let count = world.clockwork.ledger.waiting.count
        #expect(count == 3)
        let remark = try #require(world.clockwork.remark(on: record))
        #expect(remark.hasPrefix("Deleted “summary” of EWS-ASC-2026-0001; "))
        #expect(remark.contains(" 3 notices that were not handed over yet are written anew without it, "))
        world.handOver { $0.recipient != .igTeam }
        #expect(
            try #require(world.clockwork.remark(on: record)).contains(" 1 notice that was not handed over yet is "))
        world.handOver()
        #expect(world.clockwork.remark(on: record) == nil)
    }

    private static func command(_ reference: BreachReference, _ field: String, reason: String? = "Why.") -> Command {
        .redact(RedactCommand(breach: reference.description, field: field, reason: reason))
    }
}
