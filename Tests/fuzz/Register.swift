/// A small register to call: two protocols, and one breach under each.
enum Register {
    static let now = Instant(1_795_183_500)
    static let own = Account(uid: 990, name: "breachclock")
    static let clerk = Gatekeeper.Caller(
        account: Account(uid: 1000, name: "clerk"), rights: Set(Access.Right.allCases))

    static let zone: SystemZone = {
        do throws(SystemZone.Missing) { return try SystemZone("Europe/London") } catch { fatalError("\(error)") }
    }()

    /// The register with its two breaches, and where its journal stands.
    static let prepared: (clockwork: Clockwork, head: JournalHead) = {
        var register = Register.Turn(clockwork: Clockwork(settings: settings, zone: zone), head: .empty)
        register.record(.registerOpened(identity: "0011223344556677"))
        for message in first {
            let call = need(ControlCall(Array(message.utf8)), "a first call cannot be read")
            let reply = register.reply(to: call, of: clerk)
            guard case .result = reply else { fatalError("a first call is answered \(reply)") }
        }
        return (register.clockwork, register.head)
    }()

    /// Turns of the daemon, one call each, without a disk.
    struct Turn {
        var clockwork: Clockwork
        var head: JournalHead
        /// The facts of the last turn, as lines of the journal.
        private(set) var lines: [JournalRecord.Line] = []
        private(set) var facts: [Fact] = []

        init(clockwork: Clockwork, head: JournalHead) {
            self.clockwork = clockwork
            self.head = head
        }

        mutating func reply(to call: ControlCall, of caller: Gatekeeper.Caller) -> ControlReply {
            var draft = Draft(clockwork, after: head, at: now)
            let handler = CallHandler(own: own, head: head, failure: nil)
            let reply = handler.reply(to: AuthorisedCall(call: call, caller: caller), &draft)
            take(draft)
            return reply
        }

        mutating func record(_ event: Event) {
            var draft = Draft(clockwork, after: head, at: now)
            draft.record(event, by: own)
            take(draft)
        }

        private mutating func take(_ draft: Draft) {
            facts = draft.facts
            lines = []
            for fact in facts {
                lines.append(JournalRecord.line(for: fact, after: head) { Array(0..<16) })
                head = lines.last?.head ?? head
            }
            clockwork = draft.clockwork
        }
    }

    private static let first = [
        """
        {"method":"org.breachclock.Control.Report","parameters":{"protocol":"A","detected":"3h ago","by":"abbey",\
        "summary":"A folder was left on a train.","risk":"likely"}}
        """,
        """
        {"method":"org.breachclock.Control.Report","parameters":{"protocol":"B","detected":"2026-11-17 14:05",\
        "by":"abbey","summary":"A letter went astray.","affected":["brook"]}}
        """,
    ]

    static let settings: Settings = {
        let file = SettingsDocument.File(path: "config.json", bytes: Array(configuration.utf8))
        let outcome = SettingsDocument.read(file) { _ in [] }
        return need(outcome.settings, "\(outcome.problems.map(\.description))")
    }()

    private static let configuration = """
        {"organisation": {"name": "Abbey", "mailFrom": "clock@abbey.example",
            "informationGovernance": ["ig@abbey.example"]},
         "timeZone": "Europe/London", "paths": {"state": "state"},
         "protocols": [
            {"id": "A", "title": "First", "version": "1", "status": "approved", "inForce": "2023-04-01",
             "review": "2027-04-01", "supersededBy": null,
             "clause": {"section": "11", "text": "Tell them.", "partnerHours": 48, "tell": "partners",
                "threshold": "adverse", "regulatorHours": 72, "decision": "consultation", "ownerTitle": "Owner"},
             "owner": {"name": "Group", "emails": ["group@owner.example"], "telephone": null, "deputies": []},
             "controllers": ["abbey"], "partners": [\(abbey), \(brook)]},
            {"id": "B", "title": "Second", "version": null, "status": null, "inForce": null, "review": null,
             "supersededBy": null,
             "clause": {"section": "9", "text": "Tell the owner.", "partnerHours": 0, "tell": "owner",
                "threshold": "any", "regulatorHours": null, "decision": "controller", "ownerTitle": "Owner"},
             "owner": "brook",
             "controllers": ["abbey", "brook"], "partners": [\(abbey), \(brook)]}]}
        """
    private static let abbey = partner("abbey")
    private static let brook = partner("brook")

    private static func partner(_ id: String) -> String {
        """
        {"id": "\(id)", "name": "The \(id)", "emails": ["dp@\(id).example"], "telephone": null,
         "dataProtectionOfficer": null, "icoReferences": [], "roles": ["controller"],
         "deputies": [{"name": "Deputy", "emails": ["deputy@\(id).example"]}], "leftOn": null}
        """
    }
}
