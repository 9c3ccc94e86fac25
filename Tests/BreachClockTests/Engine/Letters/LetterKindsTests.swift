import Testing

@testable import BreachClock

@Suite("Letters of every kind")
struct LetterKindsTests {
    private static let stories = Result { try LetterStory.all() }

    /// Every letter of every story.
    private static func all() throws -> [(story: LetterStory, written: LetterStory.Written)] {
        try stories.get().flatMap { story in story.written.map { (story, $0) } }
    }

    /// A kind of notice, by itself or by telephone, and what its occasion begins with.
    private static func occasion(_ notice: Notice) -> String {
        let kind = notice.order.inPlaceOf?.kind ?? notice.order.kind
        let parts = notice.order.occasion.split(separator: ".")
        let end = parts.last == "met" ? ".met" : ""
        return "\(kind.rawValue) \(parts.first ?? "")\(end)"
    }

    private static let occasions = [
        "breach-notice recorded", "breach-notice raised", "breach-notice added", "case-opened recorded",
        "reminder partners", "reminder positions", "deadline-missed partners", "deadline-missed regulator",
        "correction partners.met", "correction regulator.met", "correction corrected", "correction ico",
        "correction individuals", "escalation ico", "escalation individuals", "decision-request recorded",
        "decision-request raised", "decision-reminder decision", "escalation-withdrawn ico",
        "escalation-withdrawn individuals", "outcome ico", "outcome individuals", "outcome risk",
        "regulator-notice initial", "regulator-notice follow-up", "closure 1",
    ]

    @Test("Every kind of notice of the table is written on each of its occasions", arguments: occasions)
    func writesEveryKind(occasion: String) throws {
        let letters = try Self.all().filter { Self.occasion($0.written.notice) == occasion }
        #expect(!letters.isEmpty)
        for (_, written) in letters {
            // More than whom it is for and the evidence.
            #expect(written.letter.blocks.count > 4, "\(written.notice.order.token)")
            #expect(!written.letter.text.contains("to be written"))
        }
    }

    @Test("No kind and no occasion is left out of these tests")
    func leavesNoneOut() throws {
        let kinds = Set(try Self.all().map(\.written.notice.order.kind))
        #expect(kinds == Set(NoticeKind.allCases))
        let untried = Set(try Self.all().map { Self.occasion($0.written.notice) }).subtracting(Self.occasions)
        #expect(untried.isEmpty)
    }

    @Test("R28: A subject begins with the reference; R27: it has no word of any text, and no mailbox")
    func hasNeutralSubjects() throws {
        for (story, written) in try Self.all() {
            let subject = written.letter.subject
            #expect(subject.hasPrefix("\(story.reference): "))
            #expect(subject.unicodeScalars.count <= 200, "\(subject)")
            for word in LetterStory.texts + ["@", "nil", "Optional"] {
                #expect(!subject.contains(word), "\(written.notice.order.token): \(subject)")
            }
        }
    }

    @Test("R3: What is asked by a time says it in local time and UTC; nothing is written as the program sees it")
    func givesTimesTwice() throws {
        for (_, written) in try Self.all() {
            Self.expectPlain(written.letter, written.breach, written.notice.order.token)
        }
    }

    @Test("R3, R4: A letter that comes to be written only at the end of its story reads as plainly")
    func readsPlainlyWhenWrittenLate() throws {
        for (story, written) in try Self.all() {
            let letter = try story.letterNow(written.notice)
            Self.expectPlain(letter, written.breach, "\(written.notice.order.token), written late")
            #expect(letter.subject.hasPrefix("\(story.reference): "))
            #expect(letter.blocks.count > 4, "\(written.notice.order.token), written late")
        }
    }

    private static func expectPlain(_ letter: Letter, _ breach: Breach, _ token: String) {
        // The clause is quoted as its document has it.
        let text = letter.text.replacing(breach.sharingProtocol.clause.text, with: "")
        for clumsy in ["nil", "Optional(", "Instant(", "[]", "..", "  ", ": ;", " ,", " ."] {
            #expect(!text.contains(clumsy), "\(token) has “\(clumsy)”")
        }
        // Every local time has UTC beside it, what is quoted and asked in a subject's words aside.
        let body = text.replacing(/About: .*/, with: "")
        for match in body.matches(of: /\d\d:\d\d(:\d\d)? (GMT|BST)/) {
            let after = body[match.range.upperBound...].prefix(2)
            #expect(after == " (", "\(token): \(body[match.range])")
        }
    }

    @Test("Every letter but the IG team's own says whom to ring")
    func saysWhomToRing() throws {
        for (story, written) in try Self.all() where written.notice.order.kind != .caseOpened {
            let text = written.letter.text(under: "Whom to ask")
            #expect(text.contains("informationgovernanceteam@essex-county-council.example"))
            // The Bedfordshire protocol has no telephone numbers.
            let isKnown = story.reference.protocolID != "BEDS"
            #expect(text.contains("telephone 08457 430430") == isKnown, "\(written.notice.order.token)")
        }
    }

    @Test("R19: Every letter to a partner or a decider says that its own legal duty is unaffected")
    func saysThatTheDutyStands() throws {
        for (_, written) in try Self.all() {
            let order = written.notice.order
            let reader = order.inPlaceOf?.recipient ?? order.recipient
            // A deadline that was kept after all asks nothing of anybody.
            guard ![.igTeam, .submitter].contains(reader), !order.occasion.hasSuffix(".met") else { continue }
            #expect(written.letter.headings.contains("Your own legal duty"), "\(order.token)")
        }
    }

    @Test(
        "The clause's own title for the owner is in every letter that names who decides",
        arguments: [
            ("EDATRS", "Protocol owner"), ("EWS-ASC", "Protocol Lead Organisation"), ("MOSAIC", "Agreement owner"),
        ])
    func usesTheClausesTitle(protocolID: String, title: String) throws {
        let kinds: Set<NoticeKind> = [
            .breachNotice, .caseOpened, .escalation, .decisionRequest, .decisionReminder, .outcome, .closure,
        ]
        let titles = ["Protocol owner", "Protocol Lead Organisation", "Agreement owner"]
        var seen: Set<NoticeKind> = []
        for (story, written) in try Self.all() where story.reference.protocolID == protocolID {
            let text = written.letter.text
            for other in titles where other != title {
                #expect(!text.contains(other), "\(written.notice.order.token)")
            }
            let isDecided = written.letter.headings.contains { $0 == "Who decides" || $0 == "How to answer" }
            guard kinds.contains(written.notice.order.kind), isDecided else { continue }
            #expect(text.contains(title), "\(written.notice.order.token)")
            seen.insert(written.notice.order.kind)
        }
        #expect(seen.isSuperset(of: [.breachNotice, .caseOpened]))
    }

    @Test("R14: In place of every kind that somebody without a mailbox is owed, the team is given all of it to say")
    func writesTelephoneTasks() throws {
        let tasks = try Self.all().filter { $0.written.notice.order.kind == .telephoneTask }
        let kinds = Set(tasks.compactMap(\.written.notice.order.inPlaceOf?.kind))
        #expect(
            kinds == [
                .breachNotice, .reminder, .deadlineMissed, .correction, .escalation, .decisionRequest,
                .decisionReminder, .escalationWithdrawn, .outcome, .closure,
            ])
        for (story, written) in tasks {
            var direct = written.notice
            let original = try #require(direct.order.inPlaceOf)
            direct.order = NoticeOrder(
                kind: original.kind, recipient: original.recipient, occasion: direct.order.occasion)
            // The same letter, had it been sent at the same time.
            let writer = LetterWriter(
                breach: written.breach, notice: direct, settings: story.world.clockwork.settings,
                zone: story.world.clockwork.zone, head: LetterStory.head)
            let sent = writer.letter()
            let body = sent.blocks.filter { block in
                if case .paragraph(let text) = block {
                    return !text.hasPrefix("For the attention of") && !text.contains("SHA-256")
                }
                return true
            }
            for block in body { #expect(written.letter.blocks.contains(block), "\(written.notice.order.token)") }
            let request = sent.subject.split(separator: ": ", maxSplits: 1)[1]
            #expect(written.letter.text.contains("About: \(request)"))
        }
    }

    @Test(
        "R14: A telephone task says how to record what the call brings",
        arguments: [
            (NoticeKind.breachNotice, ["breachctl ack", "breachctl position"]), (.reminder, ["breachctl"]),
            (.escalation, ["breachctl decide"]), (.decisionRequest, ["breachctl decide"]),
            (.decisionReminder, ["breachctl decide"]), (.deadlineMissed, ["Nothing has to be recorded"]),
            (.closure, ["Nothing has to be recorded"]),
        ])
    func saysWhatToRecord(kind: NoticeKind, commands: [String]) throws {
        let tasks = try Self.all().map(\.written).filter { $0.notice.order.inPlaceOf?.kind == kind }
        #expect(!tasks.isEmpty)
        for task in tasks {
            let text = task.letter.text(under: "What to record then")
            for command in commands { #expect(text.contains(command), "\(task.notice.order.token): \(text)") }
        }
    }

    @Test(
        "R14, R18: Of a call that takes one question back nothing is recorded but a decision on the other, where it waits"
    )
    func saysWhatIsLeftToRecord() throws {
        let tasks = try Self.all().map(\.written).filter { $0.notice.order.inPlaceOf?.kind == .escalationWithdrawn }
        #expect(!tasks.isEmpty)
        for task in tasks {
            let text = task.letter.text(under: "What to record then")
            let left = task.breach.awaitedDecisions
            let words = left.isEmpty ? ["Nothing has to be recorded"] : left.map { "--matter \($0)" }
            for word in words { #expect(text.contains(word), "\(task.notice.order.token): \(text)") }
            #expect(text.contains("breachctl decide") == !left.isEmpty)
        }
    }

    @Test(
        "R4: A letter that comes to be written when it is settled otherwise asks for nothing any more",
        arguments: [
            ("escalation.owner.individuals.1", "no decision is awaited"),
            ("regulator-notice.submitter.initial.1", "please do not notify the regulator"),
            ("decision-request.owner.recorded", "no decision is awaited"),
            ("decision-reminder.owner.decision.1.24h", "no decision is awaited"),
        ])
    func asksForNothingThatIsSettled(token: String, words: String) throws {
        let found = try Self.stories.get().compactMap { story in
            story.written.first { $0.notice.order.token == token }.map { (story, $0.notice) }
        }
        var tried = 0
        for (story, notice) in found {
            let breach = try story.world.breach(story.reference)
            let isSettled = breach[.ico].settlement?.outcome == .doNotNotify && breach.awaitedDecisions.isEmpty
            guard isSettled || (token.hasPrefix("escalation") && breach.awaitedDecisions.isEmpty) else { continue }
            let writer = LetterWriter(
                breach: breach, notice: notice, settings: story.world.clockwork.settings,
                zone: story.world.clockwork.zone, head: LetterStory.head)
            let letter = writer.letter()
            #expect(letter.subject.contains(words))
            #expect(!letter.headings.contains("How to answer") && !letter.headings.contains("The notification"))
            tried += 1
        }
        #expect(tried > 0)
    }

    @Test("R31: A text that was redacted is in no letter, and is said to be")
    func showsRedaction() throws {
        var redacted = 0
        for (story, written) in try Self.all() where written.letter.text.contains("Quagga") {
            var breach = written.breach
            breach.redactAll()
            let letter = LetterWriter(
                breach: breach, notice: written.notice, settings: story.world.clockwork.settings,
                zone: story.world.clockwork.zone, head: LetterStory.head
            ).letter()
            for word in LetterStory.texts { #expect(!letter.text.contains(word), "\(written.notice.order.token)") }
            #expect(letter.text.contains("[redacted]"), "\(written.notice.order.token)")
            redacted += 1
        }
        #expect(redacted > 20)
    }
}

extension Breach {
    /// Redacts every text that a letter could print.
    fileprivate mutating func redactAll() {
        func redact(_ text: inout FreeText?) { if text != nil { text = .redacted } }
        func redact(_ telling: inout Telling) {
            redact(&telling.when)
            redact(&telling.how)
            redact(&telling.byWhom)
        }
        texts = texts.mapValues { _ in .redacted }
        for index in notes.indices { notes[index].text = .redacted }
        for index in corrections.indices { redact(&corrections[index].reason) }
        for index in closures.indices { redact(&closures[index].reason) }
        for index in notifications.indices {
            redact(&notifications[index].reference)
            redact(&notifications[index].reason)
            redact(&notifications[index].delayReason)
        }
        for name in MatterName.allCases {
            guard var matter = matters[name] else { continue }
            for index in matter.settlements.indices { redact(&matter.settlements[index]) }
            if var escalation = matter.escalation {
                redact(&escalation.words)
                matter.escalation = escalation
            }
            matter.positions = matter.positions.mapValues { position in
                var position = position
                redact(&position.name)
                redact(&position.reason)
                redact(&position.telling)
                return position
            }
            matters[name] = matter
        }
        func redact(_ settlement: inout Settlement) {
            guard var ruling = settlement.ruling else { return }
            ruling.name = .redacted
            ruling.reason = .redacted
            redact(&ruling.telling)
            settlement.ruling = ruling
        }
        if var content = notified {
            content.texts = content.texts.mapValues { _ in .redacted }
            for index in content.notes.indices { content.notes[index].text = .redacted }
            if var telling = content.telling {
                redact(&telling)
                content.telling = telling
            }
            notified = content
        }
    }
}
