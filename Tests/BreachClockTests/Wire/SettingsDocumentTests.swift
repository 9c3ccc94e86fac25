import Foundation
import Testing

@testable import BreachClock

/// A configuration with nothing but what must be there, one member a line.
private let minimal = """
    {
      "organisation": {
        "name": "Essex County Council",
        "mailFrom": "breachclock@essex.example",
        "informationGovernance": ["ig@essex.example"]
      },
      "timeZone": "Europe/London",
      "paths": {
        "state": "var/state"
      },
      "protocols": [
        {
          "id": "EDATRS",
          "title": "Essex",
          "clause": {
            "section": "11",
            "text": "All involved Partners must be informed.",
            "tell": "partners",
            "threshold": "adverse",
            "decision": "consultation",
            "ownerTitle": "Protocol owner"
          },
          "controllers": ["essex"],
          "partners": [
            {
              "id": "essex",
              "name": "Essex County Council"
            }
          ]
        }
      ]
    }
    """

/// A configuration with everything that may be there, one member a line where it matters.
private let full = """
    {
      "organisation": {
        "name": "Essex County Council",
        "mailFrom": "breachclock@essex.example",
        "informationGovernance": ["ig@essex.example", "ig2@essex.example"]
      },
      "regulator": {
        "name": "ICO",
        "telephone": "0303 123 1113",
        "address": "Wilmslow",
        "submitter": ["dpo@essex.example"]
      },
      "timeZone": "Europe/London",
      "paths": {
        "state": "var/state",
        "socket": "var/breachd.sock",
        "spool": "var/spool",
        "status": "var/status.json",
        "metrics": "var/breachclock.prom"
      },
      "access": {
        "read": ["ig"],
        "record": ["ig", "duty"],
        "decide": []
      },
      "timing": {
        "reminders": ["1h", "24h", "60m", "2d"],
        "ownerNotice": "10h",
        "ownerOfficeHours": "3h",
        "heartbeat": "30s"
      },
      "officeHours": {
        "days": ["Mon", "Sat"],
        "from": "08:30",
        "to": "12:00",
        "closed": ["2026-12-25", "2026-12-28"]
      },
      "protocols": [
        {
          "id": "EDATRS",
          "title": "Essex",
          "version": "1.0",
          "status": "draft",
          "inForce": "2023-04-01",
          "review": "2026-04-01",
          "supersededBy": null,
          "clause": {
            "section": "11",
            "text": "All involved Partners must be informed.",
            "partnerHours": 48,
            "tell": "partners",
            "threshold": "adverse",
            "regulatorHours": 72,
            "decision": "consultation",
            "ownerTitle": "Protocol owner"
          },
          "owner": "essex",
          "controllers": ["essex"],
          "processors": ["open-road", "Somebody Else"],
          "partners": [
            {
              "id": "essex",
              "name": "Essex County Council",
              "emails": ["ig@essex.example", "dpo@essex.example"],
              "telephone": "08457 430430",
              "dataProtectionOfficer": "Martin Fairweather",
              "icoReferences": ["Z6034810", "ZA242481"],
              "roles": ["controller", "processor"],
              "deputies": [
                {
                  "name": "A Deputy",
                  "emails": ["deputy@essex.example"]
                }
              ],
              "leftOn": null
            },
            {
              "id": "open-road",
              "name": "Open Road",
              "leftOn": "2026-06-30"
            }
          ]
        },
        {
          "id": "BEDS",
          "title": "Bedfordshire",
          "supersededBy": null,
          "clause": {
            "section": "13",
            "text": "Followed up.",
            "tell": "none",
            "threshold": "any",
            "decision": "controller",
            "ownerTitle": "Steering Group"
          },
          "owner": {
            "name": "Information Sharing Steering Group",
            "emails": ["group@beds.example"],
            "telephone": "01234 567890",
            "deputies": []
          },
          "controllers": ["luton"],
          "partners": [
            {
              "id": "luton",
              "name": "Luton"
            }
          ]
        }
      ]
    }
    """

private func read(
    _ text: String,
    protocolFiles: (String) throws(SettingsDocument.ReadingFailure) -> [SettingsDocument.File] = { _ in [] }
) -> SettingsDocument.Outcome {
    SettingsDocument.read(.init(path: "config.json", bytes: Array(text.utf8)), protocolFiles: protocolFiles)
}

private func settings(_ text: String) throws -> Settings {
    let outcome = read(text)
    #expect(outcome.problems == [])
    return try #require(outcome.settings)
}

/// The line, from 1, on which the text stands first.
private func lineNumber(of text: String, in document: String) throws -> Int {
    let start = document.range(of: text)?.lowerBound
    let before = try #require(start.map { document[..<$0] }, "“\(text)” is in the document")
    return before.count { $0 == "\n" } + 1
}

/// The file in the tree, as administrators get it.
private func exampleFile() throws -> SettingsDocument.File {
    let name = "config.example.json"
    return .init(path: name, bytes: try Repository.bytes(name))
}

private func exampleSettings() throws -> Settings {
    let outcome = SettingsDocument.read(try exampleFile(), protocolFiles: { _ in [] })
    #expect(outcome.problems == [])
    return try #require(outcome.settings)
}

// MARK: - The example

@Suite("Configuration: the example in the tree")
struct ExampleConfigurationTests {
    @Test("The example is the contract's: organisation, paths, access, timing and office hours")
    func head() throws {
        let settings = try exampleSettings()
        #expect(settings.timeZone == "Europe/London")
        #expect(settings.paths.state == "var/state")
        #expect(settings.paths.socket == "var/breachd.sock")
        #expect(settings.paths.spool == "var/spool")
        #expect(settings.paths.status == "var/status.json")
        #expect(settings.paths.metrics == "var/breachclock.prom")
        #expect(settings.access.groups == [.read: ["ig"], .record: ["ig"], .decide: ["ig-owners"]])
        #expect(settings.timing == .standard)
        #expect(settings.officeHours.days == OfficeHours.standard.days)
        #expect(settings.officeHours.fromSecondOfDay == 9 * 3600)
        #expect(settings.officeHours.toSecondOfDay == 17 * 3600)
        #expect(settings.officeHours.closed.contains(try #require(CivilDate("2026-12-25"))))
        #expect(settings.regulator.name == "Information Commissioner's Office (ICO)")
        #expect(!settings.organisation.informationGovernance.isEmpty)
    }

    /// What the rules' table and the contract say of one protocol of the seeds.
    struct Expected: Sendable, CustomTestStringConvertible {
        var id: String
        var section: String
        var partnerHours: Int?
        var audience: Clause.Audience
        var threshold: Clause.Threshold
        var regulatorHours: Int?
        var decision: Clause.Decision
        var ownerTitle: String
        var partners: Int
        var controllers: Int
        var testDescription: String { id }
    }

    static let expected = [
        Expected(
            id: "EDATRS", section: "11", partnerHours: 48, audience: .partners, threshold: .adverse,
            regulatorHours: 72, decision: .consultation, ownerTitle: "Protocol owner", partners: 8, controllers: 1),
        Expected(
            id: "EDATRS-DRAFT", section: "11", partnerHours: 48, audience: .partners, threshold: .adverse,
            regulatorHours: 72, decision: .consultation, ownerTitle: "Protocol owner", partners: 8, controllers: 1),
        Expected(
            id: "EWS-ASC", section: "10", partnerHours: 48, audience: .partners, threshold: .adverse,
            regulatorHours: 72, decision: .consultation, ownerTitle: "Protocol Lead Organisation", partners: 2,
            controllers: 2),
        Expected(
            id: "MOSAIC", section: "10", partnerHours: 0, audience: .owner, threshold: .any,
            regulatorHours: nil, decision: .owner, ownerTitle: "Agreement owner", partners: 10, controllers: 1),
        Expected(
            id: "BEDS", section: "13", partnerHours: nil, audience: .none, threshold: .any,
            regulatorHours: nil, decision: .controller, ownerTitle: "Information Sharing Steering Group",
            partners: 17, controllers: 17),
    ]

    @Test("The five protocols of the seeds are there as data", arguments: expected)
    func clause(expected: Expected) throws {
        let settings = try exampleSettings()
        #expect(settings.protocols.map(\.id) == Self.expected.map(\.id))
        let found = try #require(settings.protocols.first { $0.id == expected.id })
        #expect(found.clause.section == expected.section)
        #expect(found.clause.partnerHours == expected.partnerHours)
        #expect(found.clause.audience == expected.audience)
        #expect(found.clause.threshold == expected.threshold)
        #expect(found.clause.regulatorHours == expected.regulatorHours)
        #expect(found.clause.decision == expected.decision)
        #expect(found.clause.ownerTitle == expected.ownerTitle)
        #expect(found.partners.count == expected.partners)
        #expect(found.controllers.count == expected.controllers)
        #expect(found.controllers.allSatisfy { found.partner($0) != nil })
    }

    @Test("The notes of the rules' table hold: owners, two references, missing ones, the draft that was superseded")
    func notes() throws {
        let settings = try exampleSettings()
        let byID = Dictionary(uniqueKeysWithValues: settings.protocols.map { ($0.id, $0) })
        let first = try #require(byID["EDATRS"])
        #expect(first.owner == .partner("essex-county-council"))
        #expect(first.controllers == ["essex-county-council"])
        #expect(first.processors.contains("essex-county-council"))
        #expect(first.processors.filter { first.partner($0) == nil }.count == 2)
        #expect(first.partners.filter { $0.icoReferences.count == 2 }.count == 1)
        #expect(first.partner("essex-county-council")?.contact.emails.count == 2)
        #expect(first.partner("open-road")?.icoReferences == ["Z509709X"])
        #expect(first.partner("open-road")?.name == "Open Road (Choices)")

        let draft = try #require(byID["EDATRS-DRAFT"])
        #expect(draft.owner == nil)
        #expect([draft.version, draft.status?.rawValue, draft.inForce?.description] == [nil, nil, nil])
        #expect(draft.supersededBy == "EDATRS")

        #expect(byID["EWS-ASC"]?.controllers == ["essex-county-council", "provide"])

        let mosaic = try #require(byID["MOSAIC"])
        #expect(mosaic.owner == .partner("essex-county-council"))
        #expect(mosaic.partners.filter(\.icoReferences.isEmpty).count == 1)
        #expect(mosaic.partners.filter { $0.contact.telephone == nil }.count == 1)

        let beds = try #require(byID["BEDS"])
        guard case .body(let body)? = beds.owner else {
            Issue.record("the owner of BEDS is no body of its own")
            return
        }
        #expect(body.name == "Information Sharing Steering Group")
        #expect(beds.partners.allSatisfy { $0.contact.emails.isEmpty && $0.contact.telephone == nil })
    }

    @Test("Every mailbox is in a reserved domain, so that nobody real is mailed by trying the example")
    func reservedDomains() throws {
        let settings = try exampleSettings()
        var mailboxes = [settings.organisation.mailFrom] + settings.organisation.informationGovernance
        mailboxes += settings.regulator.submitter
        for each in settings.protocols {
            for partner in each.partners {
                mailboxes += partner.contact.emails + partner.contact.deputies.flatMap(\.emails)
            }
            if case .body(let body)? = each.owner { mailboxes += body.emails + body.deputies.flatMap(\.emails) }
        }
        #expect(mailboxes.count > 20)
        #expect(mailboxes.filter { !$0.hasSuffix(".example") } == [])
        // None in any text either, such as a clause's.
        let text = WireSamples.text(try exampleFile().bytes)
        let found = text.matches(of: /[\w.+-]+@[\w.-]+\w/).map { String($0.output) }
        #expect(found.count > 20)
        #expect(found.filter { !$0.hasSuffix(".example") } == [])
    }
}

// MARK: - What is right

@Suite("Configuration: what is accepted")
struct AcceptedConfigurationTests {
    @Test("Organisation, time zone, state and protocols are enough; the rest has the service's defaults")
    func defaults() throws {
        let settings = try settings(minimal)
        #expect(settings.organisation.name == "Essex County Council")
        #expect(settings.organisation.mailFrom == "breachclock@essex.example")
        #expect(settings.organisation.informationGovernance == ["ig@essex.example"])
        #expect(settings.regulator.name == "Information Commissioner's Office (ICO)")
        #expect(settings.regulator.telephone == nil)
        #expect(settings.regulator.address == nil)
        #expect(settings.regulator.submitter == [])
        #expect(settings.paths.socket == "/run/breachclock/breachd.sock")
        #expect(settings.paths.spool == "/var/spool/breachclock")
        #expect(settings.paths.status == nil)
        #expect(settings.paths.metrics == nil)
        #expect(settings.access.groups == [:])
        #expect(settings.timing.reminderLeadsSeconds == [86_400, 43_200, 14_400, 3_600])
        #expect(settings.timing.ownerNoticeSeconds == 43_200)
        #expect(settings.timing.ownerOfficeSeconds == 14_400)
        #expect(settings.timing.heartbeatSeconds == 60)
        #expect(settings.officeHours.days == [.monday, .tuesday, .wednesday, .thursday, .friday])
        #expect(settings.officeHours.fromSecondOfDay == 32_400)
        #expect(settings.officeHours.toSecondOfDay == 61_200)
        #expect(settings.officeHours.closed == [])
        let only = try #require(settings.protocols.first)
        #expect(settings.protocols.count == 1)
        #expect(only.owner == nil)
        #expect(only.status == nil)
        #expect(only.clause.partnerHours == nil)
        #expect(only.clause.regulatorHours == nil)
        #expect(only.processors == [])
        #expect(
            only.partners.first?.contact == Contact(name: only.partners.first?.name ?? "", emails: [], deputies: []))
    }

    @Test("Office hours that say only a part have the service's defaults for the rest")
    func partOfTheOfficeHours() throws {
        let hours = #""timeZone": "Europe/London", "officeHours": {"to": "12:30"}"#
        let settings = try settings(minimal.replacing(#""timeZone": "Europe/London""#, with: hours))
        #expect(settings.officeHours.fromSecondOfDay == 32_400)
        #expect(settings.officeHours.toSecondOfDay == 45_000)
        #expect(settings.officeHours.days == [.monday, .tuesday, .wednesday, .thursday, .friday])
    }

    @Test("Everything that may be there is taken as it stands")
    func everything() throws {
        let settings = try settings(full)
        #expect(settings.organisation.informationGovernance == ["ig@essex.example", "ig2@essex.example"])
        #expect(
            settings.regulator
                == Regulator(
                    name: "ICO", telephone: "0303 123 1113", address: "Wilmslow", submitter: ["dpo@essex.example"]))
        #expect(
            settings.paths
                == Paths(
                    state: "var/state", socket: "var/breachd.sock", spool: "var/spool", status: "var/status.json",
                    metrics: "var/breachclock.prom"))
        #expect(settings.access.groups == [.read: ["ig"], .record: ["ig", "duty"], .decide: []])
        // Longest first, and one hour once.
        #expect(settings.timing.reminderLeadsSeconds == [172_800, 86_400, 3_600])
        #expect(settings.timing.ownerNoticeSeconds == 36_000)
        #expect(settings.timing.ownerOfficeSeconds == 10_800)
        #expect(settings.timing.heartbeatSeconds == 30)
        #expect(settings.officeHours.days == [.monday, .saturday])
        #expect(settings.officeHours.fromSecondOfDay == 30_600)
        #expect(settings.officeHours.toSecondOfDay == 43_200)
        #expect(settings.officeHours.closed.map(\.description).sorted() == ["2026-12-25", "2026-12-28"])

        try #require(settings.protocols.count == 2)
        let first = settings.protocols[0]
        #expect(first.status == .draft)
        #expect(first.version == "1.0")
        #expect(first.inForce == CivilDate("2023-04-01"))
        #expect(first.review == CivilDate("2026-04-01"))
        #expect(first.owner == .partner("essex"))
        #expect(first.processors == ["open-road", "Somebody Else"])
        #expect(first.clause.partnerHours == 48)
        #expect(first.clause.regulatorHours == 72)
        let partner = try #require(first.partner("essex"))
        #expect(partner.roles == [.controller, .processor])
        #expect(partner.icoReferences == ["Z6034810", "ZA242481"])
        #expect(partner.dataProtectionOfficer == "Martin Fairweather")
        #expect(partner.contact.deputies == [Deputy(name: "A Deputy", emails: ["deputy@essex.example"])])
        #expect(partner.leftOn == nil)
        #expect(first.partner("open-road")?.leftOn == CivilDate("2026-06-30"))
        #expect(settings.protocols[1].supersededBy == nil)
        #expect(
            settings.protocols[1].owner
                == .body(
                    Contact(
                        name: "Information Sharing Steering Group", emails: ["group@beds.example"],
                        telephone: "01234 567890", deputies: [])))
    }

    @Test("R5: A protocol in a fact is in the configuration's own form: what is written is read again as it was")
    func roundTrip() throws {
        for each in try exampleSettings().protocols + [WireSamples.fullProtocol, WireSamples.bodyOwnedProtocol] {
            let problems = DocumentProblems()
            let object = try #require(JSON(parsing: each.json.compactBytes()).object)
            let again = SharingProtocol(reading: ObjectReader(object, problems: problems))
            #expect(again == each)
            #expect(problems.all == [])
        }
    }

    @Test("Texts may be as long as the limits say, counted in Unicode scalars")
    func longest() throws {
        let name = String(repeating: "é", count: 200)
        let text = String(repeating: "🙂", count: 16_000)
        let changed = full.replacingOccurrences(of: #""title": "Essex""#, with: #""title": "\#(name)""#)
            .replacingOccurrences(of: "Followed up.", with: text)
        let settings = try settings(changed)
        #expect(settings.protocols.map(\.title) == [name, "Bedfordshire"])
        #expect(settings.protocols.last?.clause.text == text)
    }

    @Test(
        "Null stands for what the seeds leave empty",
        arguments: [
            (#""version": "1.0""#, #""version": null"#), (#""status": "draft""#, #""status": null"#),
            (#""inForce": "2023-04-01""#, #""inForce": null"#), (#""review": "2026-04-01""#, #""review": null"#),
            (#""owner": "essex""#, #""owner": null"#), (#""telephone": "08457 430430""#, #""telephone": null"#),
            (#""dataProtectionOfficer": "Martin Fairweather""#, #""dataProtectionOfficer": null"#),
            (#""partnerHours": 48"#, #""partnerHours": null"#), (#""regulatorHours": 72"#, #""regulatorHours": null"#),
            (#""partnerHours": 48"#, #""partnerHours": 0"#),
            (#""status": "var/status.json""#, #""status": null"#),
            (#""metrics": "var/breachclock.prom""#, #""metrics": null"#),
        ])
    func nulls(old: String, new: String) throws {
        try #require(full.contains(old))
        let changed = try settings(full.replacingOccurrences(of: old, with: new))
        #expect(changed != (try settings(full)))
    }
}

// MARK: - What is wrong

@Suite("Configuration: what is refused")
struct RefusedConfigurationTests {
    /// A change of a right configuration, and the one problem that it makes.
    struct Fault: Sendable, CustomTestStringConvertible {
        var old: String
        var new: String
        var path: String
        var line: String
        var reason: String
        var testDescription: String { "\(path): \(new.prefix(60).debugDescription)" }

        /// - Parameter line: A text that stands on the line that must be named; the new text unless given.
        init(_ old: String, _ new: String, _ path: String, _ reason: String, line: String? = nil) {
            self.old = old
            self.new = new
            self.path = path
            self.reason = reason
            self.line = line ?? new
        }
    }

    static let owner = "protocols[1].owner"
    static let partner = "protocols[0].partners[0]"

    private static func letters(_ count: Int) -> String { String(repeating: "é", count: count) }

    static let faults: [Fault] = [
        // Unknown keys, with the nearest.
        Fault(#""timeZone""#, #""timeZon""#, "timeZon", "did you mean “timeZone”?"),
        Fault(#""heartbeat""#, #""hartbeat""#, "timing.hartbeat", "did you mean “heartbeat”?"),
        Fault(#""socket""#, #""soket""#, "paths.soket", "did you mean “socket”?"),
        Fault(#""read": ["ig"]"#, #""raed": ["ig"]"#, "access.raed", "did you mean “read”?"),
        Fault(#""days""#, #""day""#, "officeHours.day", "did you mean “days”?"),
        Fault(#""submitter""#, #""submiter""#, "regulator.submiter", "did you mean “submitter”?"),
        Fault(#""version""#, #""versoin""#, "protocols[0].versoin", "did you mean “version”?"),
        Fault(#""partnerHours""#, #""partnersHours""#, "protocols[0].clause.partnersHours", "“partnerHours”?"),
        Fault(#""icoReferences""#, #""icoReference""#, "\(partner).icoReference", "“icoReferences”?"),
        Fault(
            #""name": "A Deputy","#, #""name": "A Deputy", "phone": "1","#, "\(partner).deputies[0].phone",
            "is unknown; known are emails, name"),
        Fault(
            #""telephone": "01234 567890""#, #""telefone": "01234 567890""#, "\(owner).telefone",
            "did you mean “telephone”?"),
        Fault(#""access": {"#, #""xyzzy": 1, "access": {"#, "xyzzy", "is unknown; known are access, officeHours"),
        // Duplicate keys and what is no JSON: the line, no path.
        Fault(
            #""timeZone": "Europe/London","#, "\"timeZone\": \"Europe/London\",\n\"timeZone\":", "",
            "already has this key", line: "\"timeZone\":\n"),
        Fault(#""partnerHours": 48"#, #""partnerHours": 1000000000000000000000000000000"#, "", "within ±(2^53 − 1)"),
        Fault(#""partnerHours": 48"#, #""partnerHours": 1e400"#, "", "number is too large"),
        Fault(#""partnerHours": 48"#, #""partnerHours": 048"#, "", "zero"),
        Fault("Europe/London", "Europe/\u{0}London", "", "control character"),
        Fault(#""timeZone": "Europe/London","#, #""timeZone": "Europe/London""#, "", "comma", line: #""paths""#),
        Fault("{\n  \"organisation\"", "{\n  // us\n  \"organisation\"", "", "double quotes", line: "// us"),
        // Numbers.
        Fault(#""partnerHours": 48"#, #""partnerHours": -1"#, "protocols[0].clause.partnerHours", "from 0 to 8760"),
        Fault(#""partnerHours": 48"#, #""partnerHours": 48.0"#, "protocols[0].clause.partnerHours", "whole number"),
        Fault(#""partnerHours": 48"#, #""partnerHours": 8761"#, "protocols[0].clause.partnerHours", "from 0 to 8760"),
        Fault(#""partnerHours": 48"#, #""partnerHours": "48""#, "protocols[0].clause.partnerHours", "whole number"),
        Fault(#""regulatorHours": 72"#, #""regulatorHours": -72"#, "protocols[0].clause.regulatorHours", "from 1"),
        Fault(#""regulatorHours": 72"#, #""regulatorHours": 0"#, "protocols[0].clause.regulatorHours", "from 1"),
        // Texts.
        Fault(#""timeZone": "Europe/London""#, #""timeZone": "Europe/\u0000London""#, "timeZone", "control character"),
        Fault(#""timeZone": "Europe/London""#, #""timeZone": """#, "timeZone", "is empty"),
        Fault(#""timeZone": "Europe/London""#, #""timeZone": 1"#, "timeZone", "must be a text"),
        Fault(#""state": "var/state""#, #""state": "var\nstate""#, "paths.state", "line end"),
        Fault(#""state": "var/state""#, #""state": "var\u2028state""#, "paths.state", "line end"),
        Fault(#""title": "Essex""#, #""title": "Es\u001bsex""#, "protocols[0].title", "control character"),
        Fault(#""name": "ICO""#, #""name": "\#(letters(201))""#, "regulator.name", "longer than 200 characters"),
        Fault(#""title": "Essex""#, #""title": "\#(letters(201))""#, "protocols[0].title", "longer than 200"),
        Fault(#""section": "13""#, #""section": "\#(letters(65))""#, "protocols[1].clause.section", "longer than 64"),
        Fault(#""Followed up.""#, #""\#(letters(16_001))""#, "protocols[1].clause.text", "longer than 16000"),
        Fault(#""read": ["ig"]"#, #""read": ["\#(letters(65))"]"#, "access.read[0]", "longer than 64 characters"),
        Fault(#""state": "var/state""#, #""state": "\#(letters(4001))""#, "paths.state", "longer than 4000 characters"),
        // What must be there.
        Fault(#""state": "var/state","#, "", "paths.state", "is missing", line: #""paths""#),
        Fault(
            #""mailFrom": "breachclock@essex.example","#, "", "organisation.mailFrom", "is missing",
            line: #""organisation""#),
        Fault(
            #"["ig@essex.example", "ig2@essex.example"]"#, "[]", "organisation.informationGovernance", "is empty",
            line: #""informationGovernance""#),
        Fault(#""timeZone": "Europe/London","#, "", "timeZone", "is missing", line: "{"),
        Fault(#""timeZone": "Europe/London""#, #""timeZone": null"#, "timeZone", "is missing"),
        Fault(#""id": "BEDS","#, "", "protocols[1].id", "is missing", line: "{\n      \n      \"title\": \"Bed"),
        Fault(#""section": "13","#, "", "protocols[1].clause.section", "is missing", line: "\"clause\": {\n        \n"),
        Fault(
            #""threshold": "any","#, "", "protocols[1].clause.threshold", "is missing",
            line: "\"clause\": {\n        \"section\": \"13\""),
        Fault(#""tell": "none""#, #""tell": "nobody""#, "protocols[1].clause.tell", "one of partners, owner, none"),
        Fault(#""threshold": "any""#, #""threshold": "some""#, "protocols[1].clause.threshold", "adverse, any"),
        Fault(
            #""decision": "controller""#, #""decision": "us""#, "protocols[1].clause.decision",
            "one of consultation, owner, controller"),
        Fault(#""status": "draft""#, #""status": "final""#, "protocols[0].status", "draft, approved, withdrawn"),
        Fault(#""roles": ["controller""#, #""roles": ["boss""#, "\(partner).roles[0]", "controller, processor, recip"),
        Fault(#""inForce": "2023-04-01""#, #""inForce": "2023-02-29""#, "protocols[0].inForce", "a day such as"),
        Fault(#""review": "2026-04-01""#, #""review": "1/4/2026""#, "protocols[0].review", "a day such as"),
        Fault(#""leftOn": "2026-06-30""#, #""leftOn": "2026-6-30""#, "protocols[0].partners[1].leftOn", "a day"),
        // Ids.
        Fault(#""id": "BEDS""#, #""id": "beds""#, "protocols[1].id", "capitals, digits and hyphens"),
        Fault(#""id": "BEDS""#, #""id": "../BEDS""#, "protocols[1].id", "capitals, digits and hyphens"),
        Fault(#""id": "BEDS""#, #""id": "4BEDS""#, "protocols[1].id", "beginning with a letter"),
        Fault(#""id": "BEDS""#, #""id": """#, "protocols[1].id", "capitals"),
        Fault(#""id": "BEDS""#, "\"id\": \"B\(String(repeating: "E", count: 64))\"", "protocols[1].id", "at most 64"),
        Fault(#""id": "open-road""#, #""id": "open road""#, "protocols[0].partners[1].id", "lower-case letters"),
        Fault(#""id": "open-road""#, #""id": "Open-road""#, "protocols[0].partners[1].id", "lower-case letters"),
        Fault(#""id": "open-road""#, #""id": "open+1""#, "protocols[0].partners[1].id", "lower-case letters"),
        Fault(#""id": "open-road""#, #""id": "owner""#, "protocols[0].partners[1].id", "“owner” is reserved"),
        Fault(#""id": "open-road""#, #""id": "ig-team""#, "protocols[0].partners[1].id", "“ig-team” is reserved"),
        Fault(#""id": "open-road""#, #""id": "submitter""#, "protocols[0].partners[1].id", "“submitter” is reserved"),
        Fault(
            #""id": "open-road""#, #""id": "essex""#, "protocols[0].partners[1].id", "“essex” is there twice",
            line: "\"id\": \"essex\",\n          \"name\": \"Open Road\""),
        Fault(
            #""id": "BEDS""#, #""id": "EDATRS""#, "protocols[1].id",
            "“EDATRS” is there twice; the first is at config.json:",
            line: "\"id\": \"EDATRS\",\n      \"title\": \"Bed"),
        Fault(
            #""supersededBy": null"#, #""supersededBy": "BED""#, "protocols[0].supersededBy",
            "“BED” is the id of no protocol; did you mean “BEDS”?"),
        Fault(
            #""supersededBy": null"#, #""supersededBy": "NOTHING-LIKE-IT""#, "protocols[0].supersededBy",
            "“NOTHING-LIKE-IT” is the id of no protocol"),
        Fault(
            #""controllers": ["essex"]"#, #""controllers": ["essexx"]"#, "protocols[0].controllers[0]",
            "“essexx” is the id of no partner; did you mean “essex”?"),
        Fault(#""controllers": ["essex"]"#, #""controllers": []"#, "protocols[0].controllers", "is empty"),
        Fault(#""owner": "essex""#, #""owner": "esex""#, "protocols[0].owner", "did you mean “essex”?"),
        Fault(
            #""owner": "essex""#, #""owner": ["essex"]"#, "protocols[0].owner", "must be a partner's id or an object"),
        Fault(#""tell": "none""#, #""tell": "owner""#, owner, "must be a partner", line: #""owner": {"#),
        // Durations and hours.
        Fault(#""heartbeat": "30s""#, #""heartbeat": "30""#, "timing.heartbeat", "a duration such as"),
        Fault(#""heartbeat": "30s""#, #""heartbeat": "0s""#, "timing.heartbeat", "from 1s to 3600s"),
        Fault(#""heartbeat": "30s""#, #""heartbeat": "-30s""#, "timing.heartbeat", "a duration such as"),
        Fault(#""heartbeat": "30s""#, #""heartbeat": "2h""#, "timing.heartbeat", "from 1s to 3600s"),
        Fault(#""heartbeat": "30s""#, #""heartbeat": 30"#, "timing.heartbeat", "must be a text"),
        Fault(#""ownerNotice": "10h""#, #""ownerNotice": "1.5h""#, "timing.ownerNotice", "a duration such as"),
        Fault(#""ownerNotice": "10h""#, #""ownerNotice": "73h""#, "timing.ownerNotice", "to 259200s"),
        Fault(#""ownerNotice": "10h""#, #""ownerNotice": "9999999h""#, "timing.ownerNotice", "a duration"),
        Fault(#""ownerOfficeHours": "3h""#, #""ownerOfficeHours": "3 h""#, "timing.ownerOfficeHours", "a duration"),
        Fault(#"["1h", "24h""#, #"["1h", "24""#, "timing.reminders[1]", "a duration such as"),
        Fault(#"["1h", "24h""#, #"["1h", "59s""#, "timing.reminders[1]", "from 60s"),
        Fault(#"["1h", "24h""#, #"["1h", 24"#, "timing.reminders[1]", "a duration such as"),
        Fault(
            #""from": "08:30""#, #""from": "12:00""#, "officeHours.to", "must be later than from",
            line: #""to": "12:00""#),
        Fault(#""to": "12:00""#, #""to": "08:29""#, "officeHours.to", "must be later than from"),
        Fault(#""from": "08:30""#, #""from": "8:30""#, "officeHours.from", "a time of day such as 09:00"),
        Fault(#""to": "12:00""#, #""to": "24:00""#, "officeHours.to", "a time of day such as 09:00"),
        Fault(#""to": "12:00""#, #""to": "12:00:00""#, "officeHours.to", "a time of day such as 09:00"),
        Fault(#"["Mon", "Sat"]"#, #"["Mon", "Saturday"]"#, "officeHours.days[1]", "one of Mon, Tue, Wed"),
        Fault(#"["2026-12-25", "2026-12-28"]"#, #"["2026-12-25", "2026-02-30"]"#, "officeHours.closed[1]", "a day"),
        Fault(#"["ig", "duty"]"#, #"["ig", ""]"#, "access.record[1]", "is empty"),
        Fault(#"["ig", "duty"]"#, #"{"ig": 1}"#, "access.record", "must be a list"),
        // Shapes.
        Fault(#""deputies": []"#, #""deputies": {}"#, "\(owner).deputies", "must be a list"),
        Fault(#""deputies": []"#, #""deputies": [1]"#, "\(owner).deputies[0]", "must be an object"),
        Fault(
            #"["essex"]"#, #""essex""#, "protocols[0].controllers", "must be a list",
            line: #""controllers": "essex""#),
    ]

    @Test("Each fault is told with its path, its line and what would be accepted", arguments: faults)
    func fault(fault: Fault) throws {
        let range = try #require(full.range(of: fault.old), "“\(fault.old)” is in the configuration")
        let changed = full.replacingCharacters(in: range, with: fault.new)
        let outcome = read(changed)
        #expect(outcome.settings == nil)
        let problem = try #require(outcome.problems.first { $0.path == fault.path }, "\(outcome.problems)")
        #expect(problem.reason.contains(fault.reason))
        #expect(problem.line == (try lineNumber(of: fault.line, in: changed)))
        #expect(problem.file == "config.json")
        // Two problems only where a wrong name leaves the right one missing.
        let isRenamed = problem.reason.contains("is unknown")
        #expect(outcome.problems.count == 1 || isRenamed, "\(outcome.problems)")
    }

    @Test("A member that is required is missing from a configuration without it, each by its path")
    func missing() throws {
        let outcome = read("{}")
        #expect(outcome.settings == nil)
        #expect(outcome.problems.map(\.path) == ["organisation", "timeZone", "paths", "protocols"])
        #expect(outcome.problems.allSatisfy { $0.reason == "is missing" && $0.line == 1 })

        let empty = read(#"{"organisation":{},"timeZone":null,"paths":{},"protocols":[{"clause":{},"partners":[{}]}]}"#)
        #expect(
            empty.problems.filter { $0.reason == "is missing" }.map(\.path).sorted()
                == [
                    "organisation.informationGovernance", "organisation.mailFrom", "organisation.name", "paths.state",
                    "protocols[0].clause.decision", "protocols[0].clause.ownerTitle", "protocols[0].clause.section",
                    "protocols[0].clause.tell", "protocols[0].clause.text", "protocols[0].clause.threshold",
                    "protocols[0].controllers", "protocols[0].id", "protocols[0].partners[0].id",
                    "protocols[0].partners[0].name", "protocols[0].title", "timeZone",
                ])
    }

    @Test("A protocol without any partner is refused, and so is each id that it names")
    func noPartners() throws {
        let partners = try #require(minimal.range(of: #""partners": \[[^\]]*\]"#, options: .regularExpression))
        let problems = read(minimal.replacingCharacters(in: partners, with: #""partners": []"#)).problems
        #expect(problems.map(\.path) == ["protocols[0].controllers[0]", "protocols[0].partners"])
        #expect(problems.last?.reason == "is empty; name at least one")
    }

    @Test("A part of another shape is refused, each by its path", arguments: ["[]", "1", "true", "\"x\""])
    func shapes(wrong: String) {
        let keys = ["organisation", "regulator", "paths", "access", "timing", "officeHours", "protocols"]
        let document = keys.map { "\"\($0)\": \(wrong)" }.joined(separator: ",\n")
        let outcome = read("{\"timeZone\": \"UTC\",\n\(document)}")
        let expected = wrong == "[]" ? Array(keys.dropLast()) : keys
        #expect(Set(outcome.problems.map(\.path)) == Set(expected))
        #expect(outcome.problems.count == expected.count)
        for problem in outcome.problems {
            #expect(problem.reason == (problem.path == "protocols" ? "must be a list" : "must be an object"))
            #expect(problem.line == keys.firstIndex(of: problem.path).map { $0 + 2 })
        }
    }

    @Test("Everything that is wrong is told at once")
    func several() throws {
        let changes = [
            (#""timeZone": "Europe/London""#, #""timeZone": """#), (#""heartbeat": "30s""#, #""heartbeat": "x""#),
            (#""id": "BEDS""#, #""id": "beds""#), (#""partnerHours": 48"#, #""partnerHours": -1"#),
            (#""submitter": ["dpo@essex.example"]"#, #""submitter": ["dpo"]"#), (#""decide": []"#, #""decied": []"#),
        ]
        let changed = changes.reduce(full) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
        let outcome = read(changed)
        #expect(outcome.settings == nil)
        #expect(
            Set(outcome.problems.map(\.path)) == [
                "timeZone", "timing.heartbeat", "protocols[1].id", "protocols[0].clause.partnerHours",
                "regulator.submitter[0]", "access.decied",
            ])
        for (_, new) in changes {
            let line = try lineNumber(of: new, in: changed)
            #expect(outcome.problems.contains { $0.line == line }, "line \(line)")
        }
    }

    @Test(
        "A byte-order mark, no bytes, and what is no object are refused on line 1",
        arguments: [
            "\u{FEFF}{}", "", "[]", "null", "\"x\"", "\n\n",
        ])
    func noDocument(text: String) {
        let outcome = read(text)
        #expect(outcome.settings == nil)
        #expect(outcome.problems.count == 1)
        #expect(outcome.problems.first?.path == "")
        #expect(outcome.problems.first?.line == (text == "\n\n" ? 3 : 1))
        if text.hasPrefix("\u{FEFF}") { #expect(outcome.problems.first?.reason.contains("byte order mark") == true) }
    }

    @Test("Bytes that are no UTF-8 are refused with their line")
    func invalidUTF8() throws {
        let bytes = Array(minimal.utf8)
        let at = try #require(bytes.firstIndex(of: UInt8(ascii: "E")))
        let changed = bytes[..<at] + [0xC0, 0xAF] + bytes[at...]
        let outcome = SettingsDocument.read(.init(path: "c", bytes: Array(changed)), protocolFiles: { _ in [] })
        #expect(outcome.problems.map(\.line) == [3])
        #expect(outcome.problems.first?.reason.contains("UTF-8") == true)
    }

    /// Mailboxes that no configuration may have, as JSON strings.
    static let mailboxes = [
        #""ig@essex.example\r\nBcc: x@y.example""#, #""ig\n@essex.example""#, #""ig\r@essex.example""#,
        #""ig\u000a@essex.example""#, #""ig@essex.example,x@y.example""#, #""ig(comment)@essex.example""#,
        #""ig@essex.example (comment)""#, #""-ig@essex.example""#, #""-oQ/tmp@essex.example""#, #""""#,
        #""Essex <ig@essex.example>""#, #""ig""#, #""ig@""#, #""@essex.example""#, #""i g@essex.example""#,
        #""\"ig\"@essex.example""#, #""ig@[127.0.0.1]""#, #""ïg@essex.example""#, #""ig@éssex.example""#, "5", "null",
    ]

    /// Where a mailbox stands in the configuration.
    static let mailboxPlaces = [
        (#""mailFrom": "breachclock@essex.example""#, "\"breachclock@essex.example\"", "organisation.mailFrom"),
        (#""ig2@essex.example"]"#, "\"ig2@essex.example\"", "organisation.informationGovernance[1]"),
        (#"["dpo@essex.example"]"#, "\"dpo@essex.example\"", "regulator.submitter[0]"),
        (#""dpo@essex.example"],"#, "\"dpo@essex.example\"", "protocols[0].partners[0].emails[1]"),
        (#""deputy@essex.example""#, "\"deputy@essex.example\"", "protocols[0].partners[0].deputies[0].emails[0]"),
        (#""group@beds.example""#, "\"group@beds.example\"", "protocols[1].owner.emails[0]"),
    ]

    @Test("A mailbox that could do harm in a header is refused wherever it stands", arguments: mailboxes, mailboxPlaces)
    func mailbox(wrong: String, place: (context: String, old: String, path: String)) throws {
        let outer = try #require(full.range(of: place.context))
        let inner = try #require(full.range(of: place.old, range: outer))
        let changed = full.replacingCharacters(in: inner, with: wrong)
        let outcome = read(changed)
        #expect(outcome.settings == nil)
        #expect(outcome.problems.map(\.path) == [place.path])
        #expect(outcome.problems.first?.line == full[..<inner.lowerBound].count { $0 == "\n" } + 1)
    }

    @Test(
        "A newline that is encoded in a mailbox is refused",
        arguments: [
            "ig%0a@essex.example", "ig%0D%0ABcc@essex.example", "=?utf-8?q?=0A?=@essex.example",
            "=?utf-8?b?Cg==?=@x.example",
        ])
    func encodedNewline(wrong: String) {
        let outcome = read(minimal.replacingOccurrences(of: "ig@essex.example", with: wrong))
        #expect(outcome.problems.first?.path == "organisation.informationGovernance[0]")
    }

    @Test("The place of an element is right also where one before it is wrong")
    func placesAfterAWrongOne() throws {
        let text =
            full
            .replacingOccurrences(of: #"["1h", "24h", "60m", "2d"]"#, with: #"[5, "24"]"#)
            .replacingOccurrences(of: #"["2026-12-25", "2026-12-28"]"#, with: #"["", "x"]"#)
            .replacingOccurrences(of: #"["ig@essex.example", "ig2@essex.example"]"#, with: #"["a@b.example", "", "x"]"#)
        let expected: Set = [
            "timing.reminders[0]", "timing.reminders[1]", "officeHours.closed[0]", "officeHours.closed[1]",
            "organisation.informationGovernance[1]", "organisation.informationGovernance[2]",
        ]
        #expect(Set(read(text).problems.map(\.path)) == expected)
    }

    @Test("A list of mailboxes of which none is right is not called empty")
    func noneRight() {
        let outcome = read(minimal.replacingOccurrences(of: #"["ig@essex.example"]"#, with: #"["x"]"#))
        #expect(outcome.problems.map(\.path) == ["organisation.informationGovernance[0]"])
    }

    @Test("A fault is told once, and not again as the absence of what has it")
    func consequences() throws {
        let superseded = full.replacingOccurrences(of: #""title": "Essex","#, with: "")
            .replacingOccurrences(
                of: "\"Bedfordshire\",\n      \"supersededBy\": null",
                with: "\"Bedfordshire\",\n\"supersededBy\": \"EDATRS\"")
        let controller = full.replacingOccurrences(of: "\"name\": \"Luton\"", with: "\"name\": \"\"")
        #expect(read(superseded).problems.first?.path == "protocols[0].title")
        #expect(read(controller).problems.first?.path == "protocols[1].partners[0].name")
        #expect(read(superseded).problems.count == 1)
        #expect(read(controller).problems.count == 1)
    }

    @Test("A problem reads as file, line, path and reason; without a path, without a line where there is none")
    func description() {
        var problem = SettingsDocument.Problem(file: "c.json", line: 12, path: "protocols[0].id", reason: "is missing")
        #expect(problem.description == "c.json:12: protocols[0].id is missing")
        problem.path = ""
        #expect(problem.description == "c.json:12: is missing")
        problem.line = nil
        #expect(problem.description == "c.json: is missing")
    }

    @Test("An unknown key is not printed without end, nor with what a terminal obeys")
    func hostileKeys() throws {
        let long = read(
            minimal.replacingOccurrences(
                of: "{\n  \"org", with: "{\"\(String(repeating: "k", count: 5000))\": 1,\n\"org"))
        #expect(long.problems.count == 1)
        #expect((long.problems.first?.description.count ?? 0) < 300)
        let escaping = read(minimal.replacingOccurrences(of: "{\n  \"org", with: "{\"\\u001b[2J\\n\": 1,\n\"org"))
        let owner = read(full.replacingOccurrences(of: #""owner": "essex""#, with: #""owner": "es\u001b[2J\nsex""#))
        for outcome in [escaping, owner] {
            let description = try #require(outcome.problems.first).description
            #expect(!description.unicodeScalars.contains { $0.properties.generalCategory == .control })
        }
    }
}

// MARK: - The folder of protocols

@Suite("Configuration: the folder of protocols")
struct ProtocolDirectoryTests {
    static let aProtocol = WireSamples.fullProtocol

    private static func configuration(with directory: String) -> String { text(of: full, with: directory) }

    private static func text(of document: String, with directory: String) -> String {
        document.replacingOccurrences(
            of: #""timeZone""#, with: "\"protocolDirectory\": \"\(directory)\",\n\"timeZone\"")
    }

    /// A configuration that has no protocols of its own.
    private static let withoutProtocols: String = {
        let cut = minimal.range(of: ",\n  \"protocols\"").map { minimal[..<$0.lowerBound] } ?? ""
        return cut + ",\n  \"protocolDirectory\": \"protocols.d\"\n}\n"
    }()

    private static func file(_ name: String, _ sharingProtocol: SharingProtocol) -> SettingsDocument.File {
        .init(path: name, bytes: sharingProtocol.json.prettyBytes())
    }

    @Test("The folder is asked for by its configured name, and its protocols follow those of the document")
    func added() throws {
        var other = Self.aProtocol
        other.id = "OTHER"
        other.supersededBy = "EDATRS"
        var asked: [String] = []
        let outcome = read(Self.configuration(with: "protocols.d")) { name in
            asked.append(name)
            return [Self.file("other.json", other)]
        }
        #expect(asked == ["protocols.d"])
        #expect(outcome.problems == [])
        #expect(outcome.settings?.protocols.map(\.id) == ["EDATRS", "BEDS", "OTHER"])
        #expect(outcome.settings?.protocols.last == other)
    }

    @Test("With a folder the document needs no protocols of its own")
    func alone() throws {
        var only = Self.aProtocol
        only.supersededBy = nil
        let outcome = read(Self.withoutProtocols) { _ in [Self.file("a.json", only)] }
        #expect(outcome.problems == [])
        #expect(outcome.settings?.protocols == [only])
    }

    @Test("Nobody asks for a folder that is not configured")
    func notAsked() {
        var asked = 0
        _ = read(full) { _ in
            asked += 1
            return []
        }
        #expect(asked == 0)
    }

    @Test("A folder that cannot be read is told at its member")
    func unreadable() throws {
        let text = Self.configuration(with: "protocols.d")
        let outcome = read(text) { _ throws(SettingsDocument.ReadingFailure) in
            throw SettingsDocument.ReadingFailure(sentence: "cannot be read: permission denied")
        }
        #expect(outcome.settings == nil)
        #expect(
            outcome.problems == [
                .init(
                    file: "config.json", line: try lineNumber(of: "protocolDirectory", in: text),
                    path: "protocolDirectory", reason: "cannot be read: permission denied")
            ])
    }

    @Test("What is wrong in a file of the folder is told with that file's name and line")
    func wrongFile() throws {
        var wrong = WireSamples.text(Self.aProtocol.json.prettyBytes())
        wrong = wrong.replacingOccurrences(of: #""status": "approved""#, with: #""status": "final""#)
        let files: [SettingsDocument.File] = [
            .init(path: "a.json", bytes: Array(wrong.utf8)),
            .init(path: "b.json", bytes: Array("{\n\n".utf8)),
            .init(path: "c.json", bytes: Array("[]".utf8)),
        ]
        let outcome = read(Self.configuration(with: "d")) { _ in files }
        #expect(outcome.settings == nil)
        let problems = outcome.problems.filter { $0.file != "config.json" }
        #expect(problems.map(\.file) == ["a.json", "b.json", "c.json"])
        #expect(problems.map(\.path) == ["status", "", ""])
        #expect(problems.map(\.line) == [try lineNumber(of: "\"status\"", in: wrong), 3, 1])
    }

    /// An id that is there twice, in the document alone, in it and a file, in two files; and where it says so.
    static let twins: [(document: String, files: [String], file: String, path: String)] = [
        (full.replacingOccurrences(of: "BEDS", with: "EDATRS"), [], "config.json", "protocols[1].id"),
        (full, ["EDATRS"], "0.json", "id"), (full, ["OTHER", "OTHER"], "1.json", "id"),
    ]

    @Test("An id that is there twice is told where it stands the second time, and where the first", arguments: twins)
    func twice(_ twins: (document: String, files: [String], file: String, path: String)) throws {
        let files = twins.files.enumerated().map { index, id in
            var other = Self.aProtocol
            other.id = id
            other.supersededBy = nil
            return Self.file("\(index).json", other)
        }
        let text = Self.text(of: twins.document, with: "d")
        let outcome = read(text) { _ in files }
        #expect(outcome.settings == nil)
        let problem = try #require(outcome.problems.first)
        #expect(outcome.problems.count == 1)
        #expect((problem.file, problem.path) == (twins.file, twins.path))
        let lines = (files.first { $0.path == twins.file }.map { WireSamples.text($0.bytes) } ?? text).split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[try #require(problem.line) - 1].contains(#""id""#), "\(problem)")
        #expect(problem.reason.contains("is there twice; the first is at "), "\(problem)")
    }

    @Test("What supersedes a protocol and is not there is told in the protocol's own file and line, with the nearest")
    func noSuccessor() throws {
        var other = Self.aProtocol
        other.id = "OTHER"
        other.supersededBy = "EDATR"
        let file = Self.file("other.json", other)
        let outcome = read(Self.text(of: full, with: "d")) { _ in [file] }
        let line = try lineNumber(of: "supersededBy", in: WireSamples.text(file.bytes))
        #expect(
            outcome.problems == [
                .init(
                    file: "other.json", line: line, path: "supersededBy",
                    reason: "“EDATR” is the id of no protocol; did you mean “EDATRS”?")
            ])
    }

    @Test("A configuration without any protocol is refused")
    func none() {
        let outcome = read(Self.withoutProtocols) { _ in [] }
        let empty = read(minimal.replacing(/(?s)"protocols": .*/, with: "\"protocols\": []\n}"))
        #expect(outcome.settings == nil)
        #expect(empty.settings == nil)
    }
}
