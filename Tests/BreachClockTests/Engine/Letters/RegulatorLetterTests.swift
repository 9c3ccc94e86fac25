import Testing

@testable import BreachClock

@Suite("The regulator's notice")
struct RegulatorLetterTests {
    /// What the form asks, in its order.
    private static let form = [
        "Type of report", "Our reference", "What happened", "Cyber incident", "How it was found", "Detected",
        "Happened",
        "Kinds of data", "Number of records", "Number of people", "Kinds of people", "Possible consequences",
        "How likely they are", "Risk to people", "Measures before", "Measures taken",
        "Whether the people concerned were told", "Others told", "Controllers", "Reported by",
        "Data protection officer", "Registration number", "Reasons for the delay",
    ]

    /// A breach of which everything is known but what is named, agreed to be notified.
    private static func story(
        _ protocolID: String = "EDATRS",
        by detector: String = "open-road",
        without missing: Set<TextField> = []
    ) throws -> LetterStory {
        var story = try LetterStory(protocolID, by: detector) { command in
            command.facts.cyber = .no
            command.facts.occurredAt = command.facts.detectedAt - 2.hours
            command.facts.records = 77
            command.facts.individuals = 1234
            for field in TextField.allCases
            where ![.reason, .awareReason, .personalDataReason, .summary].contains(field) && !missing.contains(field) {
                command.texts[field] = "Quagga \(field.rawValue)."
            }
        }
        try story.then { world, reference in
            try world.agree(reference)
            try world.agree(reference, on: .individuals)
        }
        return story
    }

    private static func initial(_ story: LetterStory) throws -> Letter {
        let last = try #require(story.tokens.last { $0.hasPrefix("regulator-notice.submitter.initial") })
        return try story.letter(last)
    }

    @Test("R22: It has the contents of the form in the form's order, and nothing to follow where all is known")
    func followsTheForm() throws {
        let letter = try Self.initial(Self.story())
        #expect(letter.rows(under: "The notification").map(\.label) == Self.form)
        #expect(!letter.headings.contains("To follow"))
    }

    @Test(
        "UK GDPR Art 33(4): What is missing is listed as to follow, and is no blank in the form",
        arguments: [
            (TextField.found, "How it was found"), (.dataCategories, "Kinds of data"),
            (.peopleCategories, "Kinds of people"), (.consequences, "Possible consequences"),
            (.likelihood, "How likely they are"), (.measuresBefore, "Measures before"), (.measures, "Measures taken"),
            (.othersTold, "Others told"),
        ])
    func listsWhatFollows(field: TextField, label: String) throws {
        let letter = try Self.initial(Self.story(without: [field]))
        #expect(letter.rows(under: "To follow").map(\.label) == [label])
        #expect(letter.rows(under: "The notification").map(\.label) == Self.form.filter { $0 != label })
    }

    @Test("R22: It begins with what to do: to whom, by when, and how to record it")
    func saysWhatToDo() throws {
        let letter = try LetterStory.disagreement().letter("regulator-notice.submitter.initial.1")
        #expect(letter.subject.hasSuffix("please notify the regulator by Mon 30 Mar 2026 19:00 BST"))
        #expect(letter.headings.first == "What is asked of you")
        let text = letter.text(under: "What is asked of you")
        for words in [
            "by Mon 30 Mar 2026 19:00 BST (18:00 UTC)", "Wycliffe House", "0303 123 1113",
            "breachctl notified EDATRS-2026-0001 --at TIME --reference TEXT",
        ] {
            #expect(text.contains(words))
        }
        #expect(!text.contains("takes the place of"))
    }

    @Test("R22: One that is written anew says that it takes the place of the one before")
    func replacesTheOneBefore() throws {
        let letter = try LetterStory.disagreement().letter("regulator-notice.submitter.initial.2")
        #expect(
            letter.text.contains(
                "takes the place of the one that you were sent on Mon 30 Mar 2026 17:00 BST (16:00 UTC)"))
        #expect(letter.rows(under: "The notification").contains { $0.label == "Number of records" && $0.value == "77" })
    }

    @Test("R22: A follow-up has only what changed, what was told before, and the regulator's reference")
    func showsOnlyWhatChanged() throws {
        var story = try Self.story(without: [.likelihood])
        try story.then { world, reference in try world.notified(reference) { $0.reference = "IC-0815-Q1" } }
        try story.then { world, reference in
            try world.correct(reference) {
                $0.individuals = 1300
                $0.texts[.likelihood] = "Quagga harm is likely."
            }
        }
        try story.then { world, reference in try world.note(reference, .action, "Keys were changed.") }
        let token = try #require(story.tokens.last { $0.hasPrefix("regulator-notice.submitter.follow-up") })
        let letter = try story.letter(token)
        #expect(
            letter.rows(under: "The report").map(\.value) == ["Follow-up report", "EDATRS-2026-0001", "IC-0815-Q1"])
        #expect(
            letter.rows(under: "What has changed").map { "\($0.label): \($0.value)" } == [
                "Number of people: 1300", "- told before: 1234", "How likely they are: Quagga harm is likely.",
                "- told before: nothing", "Measures taken: Quagga measures. / Keys were changed.",
                "- told before: Quagga measures.",
            ])
        #expect(!letter.headings.contains("The notification"))
        #expect(letter.text(under: "What is asked of you").contains("--phase follow-up"))
    }

    @Test("R22: A follow-up still lists what is to follow")
    func followUpsListWhatFollows() throws {
        let letter = try LetterStory.disagreement().letter("regulator-notice.submitter.follow-up.3")
        #expect(letter.rows(under: "To follow").map(\.label).contains("Kinds of data"))
        #expect(letter.rows(under: "What has changed").map(\.label).contains("Whether the people concerned were told"))
    }

    @Test("R23: After the law's deadline the reasons for the delay are to follow until they are given")
    func asksForReasonsForTheDelay() throws {
        var story = try LetterStory()
        try story.pass(to: story.world.now + 80.hours)
        try story.then { world, reference in try world.decideMatter(reference) }
        let letter = try Self.initial(story)
        #expect(letter.subject.hasSuffix("please notify the regulator at once"))
        #expect(letter.rows(under: "To follow").map(\.label).last == "Reasons for the delay")
    }

    @Test("R2: Each controller is named, with its data protection officer and registration number")
    func namesEachController() throws {
        let letter = try Self.initial(Self.story("EWS-ASC", by: "provide"))
        let breach = try #require(try LetterStory("EWS-ASC", by: "provide").written.first).breach
        #expect(breach.controllers.count == 2)
        for controller in breach.controllers {
            let partner = try #require(breach.sharingProtocol.partner(controller))
            for label in ["Controllers", "Data protection officer", "Registration number"] {
                let row = try #require(letter.rows(under: "The notification").first { $0.label == label })
                #expect(row.value.contains(partner.name), "\(row)")
            }
        }
    }
}
