import Foundation
import Testing

@testable import BreachClock

/// docs/notices: one of each notice as its reader has it. With BREACHCLOCK_WRITE_NOTICES in the environment they are
/// written anew.
@Suite("docs/notices")
struct NoticeExamplesTests {
    private static let folder = Repository.root.appending(path: "docs/notices")

    /// A breach that brings nearly every kind of notice.
    private static func laptop() throws -> LetterStory {
        var story = try LetterStory(
            at: "2026-11-20T14:05:00Z",
            settings: try Fixture.settings { settings in
                try settings.change("EDATRS", partner: "peabody") { $0.contact.emails = [] }
            }
        ) { command in
            command.texts[.summary] = "A laptop with case notes was stolen from a locked car."
            command.texts[.measures] = "The laptop was locked from afar, and the police were told."
            command.texts[.dataCategories] = "Names, addresses, notes on treatment."
            command.facts.individuals = 42
        }
        let detectedAt = story.world.now
        try story.then { world, reference in
            world.handOver()
            try world.acknowledge(reference, "forward-trust", at: world.now)
        }
        try story.pass(to: detectedAt + 50.hours)
        try story.then { world, reference in
            try world.correct(reference, reason: "The alarm's log says when the car was opened.") {
                $0.detectedAt = detectedAt - 1.hours
            }
        }
        try story.pass(to: detectedAt + 62.hours)
        try story.then { world, reference in try world.agree(reference) }
        try story.pass(to: detectedAt + 64.hours)
        try story.then { world, reference in try world.decideMatter(reference, on: .individuals) }
        try story.then { world, reference in try world.notified(reference) { $0.reference = "IC-0815-Q1" } }
        try story.then { world, reference in try world.close(reference, reason: "Two partners never answered.") }
        return story
    }

    private static let stories = Result {
        var mosaic = try LetterStory("MOSAIC", by: "essex-police", at: "2026-11-20T14:05:00Z") { command in
            command.texts[.summary] = "A report was sent to the wrong mailbox."
        }
        try mosaic.pass(to: mosaic.world.now + 60.hours)
        return [try laptop(), mosaic]
    }

    /// The first notice of that kind, as its reader has it: what the mail reader shows, and the deadlines.
    private static func asReceived(_ kind: NoticeKind) throws -> String {
        let written = try stories.get().lazy.flatMap { story in story.written }.first { $0.notice.order.kind == kind }
        let (notice, breach, letter) = try #require(written.map { ($0.notice, $0.breach, $0.letter) }, "no \(kind)")
        let settings = try Fixture.settings()
        let directory = Directory(breach, settings: settings)
        let message = MailMessage(
            fromName: "\(settings.organisation.name), \(Product.name)",
            from: settings.organisation.mailFrom,
            to: directory.mailboxes(of: notice.order.recipient),
            replyTo: settings.organisation.informationGovernance,
            date: notice.orderedAt,
            messageID: "\(breach.reference).\(notice.order.token).4f2a9c1be07d3355@essex-county-council.example",
            threadID: "\(breach.reference).4f2a9c1be07d3355@essex-county-council.example",
            reference: breach.reference.description,
            head: LetterStory.head,
            letter: letter
        )
        let headers = WireSamples.text(message.bytes).components(separatedBy: "\n\n")[0]
        let text = WireSamples.text(TextSetter.set(letter.blocks))
        // Flowed lines end in a space, which no editor shows and many take away.
        let shown = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasSuffix(" ") ? line.dropLast() : line
        }
        return "\(headers)\n\n\(shown.joined(separator: "\n"))\(calendar(letter.calendar))"
    }

    private static func calendar(_ events: [CalendarEvent]) -> String {
        guard !events.isEmpty else { return "" }
        let lines = events.map { "\($0.at.rfc3339)  \($0.title)\($0.isCancelled ? ", cancelled" : "")" }
        return "\n[in the calendar]\n" + lines.joined(separator: "\n") + "\n"
    }

    @Test("Each kind of notice is shown as it is received", arguments: NoticeKind.allCases)
    func shows(kind: NoticeKind) throws {
        let file = Self.folder.appending(path: "\(kind.rawValue).txt")
        let received = try Self.asReceived(kind)
        if ProcessInfo.processInfo.environment["BREACHCLOCK_WRITE_NOTICES"] != nil {
            try received.write(to: file, atomically: true, encoding: .utf8)
        }
        let shown = try String(contentsOf: file, encoding: .utf8)
        #expect(
            shown == received, "the notice has changed: look at it, then write it anew as docs/notices/README.md says")
    }

    @Test("No page is left of a kind that there is no more")
    func leavesNothingOver() throws {
        let pages = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter {
            $0.hasSuffix(".txt")
        }
        #expect(Set(pages) == Set(NoticeKind.allCases.map { "\($0.rawValue).txt" }))
    }
}
