import Foundation
import Testing

@testable import BreachClock

/// Values with every member set, and with none set that may be left out, for the tests of the wire formats.
enum WireSamples {
    // MARK: - Small things

    /// 2026-11-20T14:05:00Z, the instant of the contract.
    static let instant = Instant(1_795_183_500)
    static let account = Account(uid: 1000, name: "ig-officer")
    static let reference = BreachReference(protocolID: "EDATRS", year: 2026, number: 1)
    static let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    /// The salt that golden lines are written with: the bytes 0 to 15.
    static let salt = Array<UInt8>(0..<16)

    // MARK: - Protocols

    static let clause = Clause(
        section: "11",
        text: "All involved Partners must be informed within 48 hours of the breach being detected.",
        partnerHours: 48,
        audience: .partners,
        threshold: .adverse,
        regulatorHours: 72,
        decision: .consultation,
        ownerTitle: "Protocol owner"
    )

    /// A protocol with every member set and an owner that is a partner.
    static let fullProtocol = SharingProtocol(
        id: "EDATRS",
        title: "Essex Substance Misuse Caseload Management System",
        version: "1.0",
        status: .approved,
        inForce: CivilDate("2023-04-01"),
        review: CivilDate("2026-04-01"),
        supersededBy: "EDATRS-2",
        clause: clause,
        owner: .partner("essex"),
        controllers: ["essex"],
        partners: [
            Partner(
                id: "essex",
                contact: Contact(
                    name: "Essex County Council",
                    emails: ["ig@essex.example", "dpo@essex.example"],
                    telephone: "08457 430430",
                    deputies: [Deputy(name: "Zoë Ångström", emails: ["zoe@essex.example"])]
                ),
                dataProtectionOfficer: "Martin Fairweather",
                icoReferences: ["Z6034810", "ZA242481"],
                roles: [.controller, .processor],
                leftOn: CivilDate("2030-01-31")
            ),
            Partner(
                id: "open-road",
                contact: Contact(name: "Open Road (Choices)", emails: [], telephone: nil, deputies: []),
                dataProtectionOfficer: nil,
                icoReferences: [],
                roles: [.recipient],
                leftOn: nil
            ),
        ],
        processors: ["open-road", "Mid and North Essex Mind"]
    )

    /// A protocol with nothing that may be left out.
    static let bareProtocol = SharingProtocol(
        id: "BEDS",
        title: "Bedfordshire",
        version: nil,
        status: nil,
        inForce: nil,
        review: nil,
        supersededBy: nil,
        clause: Clause(
            section: "13",
            text: "Followed up.",
            partnerHours: nil,
            audience: .none,
            threshold: .any,
            regulatorHours: nil,
            decision: .controller,
            ownerTitle: "Steering Group"
        ),
        owner: nil,
        controllers: ["luton"],
        partners: [
            Partner(
                id: "luton",
                contact: Contact(name: "Luton", emails: [], telephone: nil, deputies: []),
                dataProtectionOfficer: nil,
                icoReferences: [],
                roles: [],
                leftOn: nil
            )
        ],
        processors: []
    )

    /// A protocol whose owner is a body of its own.
    static let bodyOwnedProtocol: SharingProtocol = {
        var sharingProtocol = bareProtocol
        sharingProtocol.owner = .body(
            Contact(
                name: "Information Sharing Steering Group",
                emails: ["group@beds.example"],
                telephone: "01234 567890",
                deputies: [Deputy(name: "A Chair", emails: [])]
            )
        )
        return sharingProtocol
    }()

    // MARK: - Events

    /// Notices of every shape: to each sort of recipient, and in place of one that could not be sent.
    static let orders: [NoticeOrder] = [
        NoticeOrder(kind: .breachNotice, recipient: .partner("open-road"), occasion: "recorded"),
        NoticeOrder(kind: .breachNotice, recipient: .partnerDeputy("essex", 0), occasion: "recorded"),
        NoticeOrder(kind: .caseOpened, recipient: .igTeam, occasion: "recorded"),
        NoticeOrder(kind: .deadlineMissed, recipient: .owner, occasion: "partners.1"),
        NoticeOrder(kind: .correction, recipient: .ownerDeputy(1), occasion: "partners.1"),
        NoticeOrder(
            kind: .telephoneTask,
            recipient: .igTeam,
            occasion: "partners.1.24h",
            inPlaceOf: .init(recipient: .partner("open-road"), kind: .reminder)
        ),
    ]

    static let fullFacts = BreachFacts(
        detectedAt: instant,
        occurredAt: instant - 7200,
        awareAt: ["essex": instant + 60, "provide": instant + 120],
        risk: .likely,
        affected: ["essex"],
        individuals: 0,
        records: 10_000_000_000,
        cyber: .no
    )

    static let bareFacts = BreachFacts(
        detectedAt: instant,
        occurredAt: nil,
        awareAt: [:],
        risk: .unknown,
        affected: nil,
        individuals: nil,
        records: nil,
        cyber: nil
    )

    /// One text for every field, each with something that is hard to write down.
    static let fullTexts: [TextField: FreeText] = [
        .summary: .written("A letter went to the wrong address; “sorry” was said."),
        .dataCategories: .written("names, \"addresses\" \\ notes"),
        .peopleCategories: .written("clients of Zoë Ångström"),
        .consequences: .written("none known 🙂"),
        .likelihood: .written("low"),
        .measures: .written("the letter was fetched back"),
        .measuresBefore: .written("window envelopes"),
        .found: .written("by telephone"),
        .othersTold: .written("nobody"),
        .awareReason: .written("the council was told at noon"),
        .reason: .written("clause 11"),
        .personalDataReason: .written("a published name"),
    ]

    static let fullRecord = BreachRecord(
        reference: reference,
        sharingProtocol: fullProtocol,
        detectedBy: "open-road",
        controllers: ["essex"],
        audience: ["essex", "open-road"],
        facts: fullFacts,
        texts: fullTexts,
        request: RecordedRequest(id: "f3b0-1", digest: hash),
        notices: orders
    )

    static let bareRecord = BreachRecord(
        reference: BreachReference(protocolID: "BEDS", year: 2026, number: 12_345),
        sharingProtocol: bareProtocol,
        detectedBy: "luton",
        controllers: [],
        audience: [],
        facts: bareFacts,
        texts: [:],
        request: nil,
        notices: []
    )

    static let identity = NoticeIdentity(reference: reference, token: "breach-notice.open-road.recorded")

    /// An event and what to call it.
    struct Sample: Sendable, CustomTestStringConvertible {
        var name: String
        var event: Event
        var testDescription: String { name }
    }

    /// Every kind of event with all that it can have, and again with nothing that may be left out. The golden lines
    /// are in this order: add at the end.
    static let events: [Sample] =
        [
            Sample(name: "register-opened", event: .registerOpened(identity: "4f2a9c")),
            Sample(
                name: "daemon-started, full",
                event: .daemonStarted(
                    DaemonStart(
                        version: "1.0.0",
                        lastAliveAt: instant - 3600,
                        fellDue: [
                            .init(reference: reference, what: .deadline, at: instant - 60),
                            .init(reference: reference, what: .notice(.reminder), at: instant - 30),
                        ]
                    )
                )
            ),
            Sample(
                name: "daemon-started, bare",
                event: .daemonStarted(DaemonStart(version: "1.0.0", lastAliveAt: nil, fellDue: []))
            ),
            Sample(name: "daemon-stopped", event: .daemonStopped),
            Sample(name: "spool-opened", event: .spoolOpened(identity: "77e1")),
            Sample(name: "breach-recorded, full", event: .breachRecorded(fullRecord)),
            Sample(name: "breach-recorded, bare", event: .breachRecorded(bareRecord)),
            Sample(
                name: "breach-recorded, owned by a body",
                event: .breachRecorded(
                    BreachRecord(
                        reference: BreachReference(protocolID: "BEDS", year: 2026, number: 2),
                        sharingProtocol: bodyOwnedProtocol,
                        detectedBy: "luton",
                        controllers: ["luton"],
                        audience: [],
                        facts: bareFacts,
                        texts: [.summary: .written("x")],
                        request: nil,
                        notices: []
                    )
                )
            ),
            Sample(
                name: "partner-acknowledged, full",
                event: .acknowledged(
                    AcknowledgementRecord(
                        reference: reference,
                        partnerID: "open-road",
                        acknowledgement: Acknowledgement(
                            at: instant, channel: .phone, name: .written("Bryony Applegarth")),
                        personalDataReason: .written("her own name")
                    )
                )
            ),
            Sample(
                name: "partner-acknowledged, bare",
                event: .acknowledged(
                    AcknowledgementRecord(
                        reference: reference,
                        partnerID: "open-road",
                        acknowledgement: Acknowledgement(at: instant, channel: nil, name: nil),
                        personalDataReason: nil
                    )
                )
            ),
            Sample(
                name: "reminders-due, full",
                event: .reminded(
                    ReminderRecord(
                        reference: reference, key: ReminderKey(subject: .decision, edition: 2), leadSeconds: 86_400,
                        due: instant, late: true,
                        notices: orders)
                )
            ),
            Sample(
                name: "reminders-due, bare",
                event: .reminded(
                    ReminderRecord(
                        reference: reference, key: ReminderKey(subject: .acknowledgement, edition: 1), leadSeconds: 0,
                        due: instant, late: false,
                        notices: [])
                )
            ),
            Sample(
                name: "deadline-missed, full",
                event: .deadlineMissed(
                    MissRecord(
                        reference: reference,
                        deadline: .regulator,
                        edition: 2,
                        due: instant,
                        late: true,
                        notices: orders
                    )
                )
            ),
            Sample(
                name: "deadline-missed, bare",
                event: .deadlineMissed(
                    MissRecord(
                        reference: reference,
                        deadline: .partners,
                        edition: 1,
                        due: instant,
                        late: false,
                        notices: []
                    )
                )
            ),
            Sample(
                name: "miss-corrected",
                event: .missCorrected(
                    MissCorrectionRecord(
                        reference: reference,
                        deadline: .partners,
                        edition: 1,
                        settledAt: instant - 1,
                        notices: [orders[4]]
                    )
                )
            ),
            Sample(
                name: "text-redacted",
                event: .textRedacted(
                    RedactionRecord(
                        reference: reference, sequence: 6, field: "summary", reason: .written("a patient’s name"))
                )
            ),
            Sample(
                name: "notices-publishing",
                event: .noticesPublishing([
                    PublishedNotice(identity: identity, addresses: ["ig@essex.example", "dpo@essex.example"]),
                    PublishedNotice(
                        identity: NoticeIdentity(reference: reference, token: "case-opened.ig-team.recorded"),
                        addresses: []
                    ),
                ])
            ),
            Sample(name: "notices-written", event: .noticesWritten([identity])),
            Sample(
                name: "notices-handed-over",
                event: .noticesHandedOver([HandOver(identity: identity, at: instant + 5)])
            ),
        ] + consultationEvents + noticeEvents + regulatorEvents + courseEvents + returnEvents

    private static let returnEvents: [Sample] = [
        Sample(
            name: "notices-returned",
            event: .noticesReturned(
                ReturnRecord(
                    reference: reference, returned: [identity.token, "reminder.open-road.partners.1.24h"],
                    notices: [orders[5]])
            )
        ),
        Sample(
            name: "notices-returned, bare",
            event: .noticesReturned(ReturnRecord(reference: reference, returned: [identity.token], notices: []))
        ),
        Sample(name: "notices-retried", event: .noticesRetried([identity])),
        Sample(
            name: "facts-corrected, channel compromised",
            event: .factsCorrected(
                CorrectionRecord(
                    reference: reference, detectedBy: "essex", facts: compromisedFacts, texts: [:], added: [],
                    reason: nil, personalDataReason: nil, notices: []))
        ),
        Sample(name: "notices-recalled", event: .noticesRecalled([identity])),
    ]

    private static let compromisedFacts: BreachFacts = {
        var facts = bareFacts
        facts.isChannelCompromised = true
        return facts
    }()

    private static let telling = Telling(
        when: .written("on Monday"), how: .written("by letter"), byWhom: .written("the council"))
    private static let own = FreeText.written("his own name")

    /// The notices that only matters bring.
    private static let matterOrders: [NoticeOrder] = [
        NoticeOrder(kind: .escalation, recipient: .owner, occasion: "ico.1"),
        NoticeOrder(kind: .outcome, recipient: .partner("essex"), occasion: "individuals.2"),
        NoticeOrder(kind: .escalationWithdrawn, recipient: .ownerDeputy(0), occasion: "ico.1"),
    ]

    private static let consultationEvents: [Sample] = [
        Sample(
            name: "position-stated, full",
            event: .positionStated(
                PositionRecord(
                    reference: reference, matter: .individuals, partnerID: "open-road", outcome: .notify,
                    name: .written("Bryony Applegarth"), reason: .written("the files were readable"),
                    telling: Telling(
                        when: telling.when, how: telling.how, byWhom: telling.byWhom, ground: .disproportionate),
                    personalDataReason: own))
        ),
        Sample(
            name: "position-stated, bare",
            event: .positionStated(
                PositionRecord(
                    reference: reference, matter: .ico, partnerID: "essex", outcome: .doNotNotify, name: nil,
                    reason: nil, telling: .unsaid, personalDataReason: nil))
        ),
        Sample(
            name: "matter-agreed",
            event: .matterAgreed(
                AgreementRecord(reference: reference, matter: .ico, outcome: .doNotNotify, notices: matterOrders))
        ),
        Sample(
            name: "matter-reopened",
            event: .matterReopened(
                ReopenedMatterRecord(reference: reference, matter: .individuals, notices: [orders[4]]))
        ),
        Sample(
            name: "matter-escalated, full",
            event: .matterEscalated(
                EscalationRecord(
                    reference: reference, matter: .ico, cause: .manual, due: instant, late: true,
                    reason: .written("nobody answers"), personalDataReason: own, notices: matterOrders))
        ),
        Sample(
            name: "matter-escalated, bare",
            event: .matterEscalated(
                EscalationRecord(
                    reference: reference, matter: .individuals, cause: .noAgreement, due: instant, late: false,
                    reason: nil, personalDataReason: nil, notices: []))
        ),
        Sample(
            name: "matter-decided, full",
            event: .matterDecided(
                DecisionRecord(
                    reference: reference, matter: .individuals, outcome: .notify, isRevision: true,
                    ruling: Ruling(
                        name: .written("Rhona Kettleby"), reason: .written("they can guard themselves"),
                        telling: Telling(
                            when: telling.when, how: telling.how, byWhom: telling.byWhom, ground: .riskRemoved)),
                    personalDataReason: own, notices: matterOrders))
        ),
        Sample(
            name: "matter-decided, bare",
            event: .matterDecided(
                DecisionRecord(
                    reference: reference, matter: .ico, outcome: .doNotNotify, isRevision: false,
                    ruling: Ruling(name: .written("R"), reason: .written("x"), telling: .unsaid),
                    personalDataReason: nil, notices: []))
        ),
    ]

    private static let noticeEvents: [Sample] = [
        Sample(
            name: "notices-publishing, redirected",
            event: .noticesPublishing([
                PublishedNotice(identity: identity, addresses: ["ig@essex.example"], isRedirected: true)
            ])
        )
    ]

    private static let regulatorEvents: [Sample] = [
        Sample(
            name: "regulator-notice-due",
            event: .regulatorNoticeDue(
                RegulatorNoticeRecord(
                    reference: reference, isFollowUp: true,
                    notices: [
                        NoticeOrder(kind: .regulatorNotice, recipient: .submitter, occasion: "follow-up.2")
                    ]))
        ),
        Sample(
            name: "notification-recorded, full",
            event: .notificationRecorded(
                NotificationRecord(
                    reference: reference,
                    notification: Notification(
                        matter: .ico, controllers: ["essex", "open-road"], phase: .followUp, at: instant - 60,
                        isOwnDuty: true, reference: .written("IC-123456-A1B2"),
                        delayReason: .written("the files had to be read first"),
                        reason: .written("the law does not wait")),
                    personalDataReason: own))
        ),
        Sample(
            name: "notification-recorded, bare",
            event: .notificationRecorded(
                NotificationRecord(
                    reference: reference,
                    notification: Notification(
                        matter: .individuals, controllers: [], phase: .initial, at: instant, isOwnDuty: false),
                    personalDataReason: nil))
        ),
    ]

    private static let courseEvents: [Sample] = [
        Sample(
            name: "note-added, full",
            event: .noteAdded(
                NoteRecord(
                    reference: reference, kind: .advice, text: .written("“Tell them”, said counsel."),
                    personalDataReason: own))
        ),
        Sample(
            name: "note-added, bare",
            event: .noteAdded(NoteRecord(reference: reference, kind: .effect, text: .written("none")))
        ),
        Sample(
            name: "facts-corrected, full",
            event: .factsCorrected(
                CorrectionRecord(
                    reference: reference, detectedBy: "essex", facts: fullFacts,
                    texts: fullTexts.filter { $0.key != .reason && $0.key != .personalDataReason },
                    added: fullProtocol.partners, reason: .written("the log says otherwise"),
                    personalDataReason: own, notices: orders))
        ),
        Sample(
            name: "facts-corrected, bare",
            event: .factsCorrected(
                CorrectionRecord(
                    reference: reference, detectedBy: "essex", facts: bareFacts, texts: [:], added: [], reason: nil,
                    personalDataReason: nil, notices: []))
        ),
        Sample(
            name: "breach-closed, full",
            event: .breachClosed(
                ClosureRecord(
                    reference: reference,
                    outstanding: [.acknowledgement(by: ["essex", "open-road"]), .deadline(.regulator), .matter(.ico)],
                    reason: .written("the owner was dissolved"), personalDataReason: own,
                    notices: [NoticeOrder(kind: .closure, recipient: .owner, occasion: "1")]))
        ),
        Sample(
            name: "breach-closed, bare",
            event: .breachClosed(
                ClosureRecord(
                    reference: reference, outstanding: [], reason: nil, personalDataReason: nil, notices: []))
        ),
        Sample(
            name: "breach-reopened, full",
            event: .breachReopened(
                ReopeningRecord(
                    reference: reference, reason: .written("more files were found"), personalDataReason: own))
        ),
        Sample(
            name: "breach-reopened, bare",
            event: .breachReopened(ReopeningRecord(reference: reference))
        ),
    ]

    /// The line of each event in a journal that holds them all, one after the other.
    static let journal: [JournalRecord.Line] = {
        var head = JournalHead.empty
        return events.enumerated().map { index, sample in
            let line = JournalRecord.line(for: fact(sample.event, index + 1), after: head, salt: { salt })
            head = line.head
            return line
        }
    }()

    static func fact(_ event: Event, _ sequence: Int = 1) -> Fact {
        Fact(sequence: sequence, at: instant + sequence, account: account, event: event)
    }
}

// MARK: - Bytes

extension WireSamples {
    /// The line without its line feed, as `JournalRecord.read` takes it.
    static func body(_ line: [UInt8]) throws -> ArraySlice<UInt8> {
        try #require(line.last == UInt8(ascii: "\n"))
        return line.dropLast()
    }

    static func text(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: Array(bytes), as: UTF8.self)
    }
}

extension SeededGenerator {
    /// So many letters, any of these.
    mutating func text(of letters: [String], length: ClosedRange<Int>) -> String {
        (0..<Int.random(in: length, using: &self)).compactMap { _ in letters.randomElement(using: &self) }.joined()
    }
}

/// A new folder, removed with all that is in it once nobody holds this any more.
final class TemporaryFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "breachclock-wire-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    func write(_ bytes: some Sequence<UInt8>, as name: String) throws {
        try Data(Array(bytes)).write(to: url.appending(path: name))
    }
}

/// Programs that nobody here wrote, as the independent check.
enum IndependentProgram {
    /// What the program printed; fails the test when it did not end well.
    static func run(_ arguments: [String], in folder: TemporaryFolder) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.currentDirectoryURL = folder.url
        let errors = folder.url.appending(path: "stderr")
        try Data().write(to: errors)
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        let printed = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let said = try String(contentsOf: errors, encoding: .utf8)
        try #require(process.terminationStatus == 0, "\(arguments.prefix(2)) failed: \(said)")
        return String(decoding: printed, as: UTF8.self)
    }

    /// Runs the script with Python 3 in that folder; its lines.
    static func python(_ script: String, in folder: TemporaryFolder) throws -> [String] {
        try folder.write(script.utf8, as: "script.py")
        return try run(["python3", "script.py"], in: folder).split(separator: "\n").map(String.init)
    }
}
