/// What happens to a breach by itself, in words.
///
/// Source: rules, table of notices; contract of the JSON, `next`.
enum NoticeWords {
    /// What happens next, as a sentence has it: `the escalation to the owner`.
    ///
    /// Source: contract of the JSON, `next.what`.
    static func next(_ what: String) -> String {
        switch Upcoming.What(name: what) {
        case .deadline?: "a deadline passes"
        case .notice(let kind)?: next(kind)
        case nil: Screen.escaped(what)
        }
    }

    private static func next(_ kind: NoticeKind) -> String {
        switch kind {
        case .breachNotice: "the notice of the breach"
        case .caseOpened: "the notice to the IG team"
        case .reminder: "a reminder"
        case .deadlineMissed: "the notice of a missed deadline"
        case .correction: "a correction"
        case .escalation: "the escalation to the owner"
        case .decisionRequest: "the request to decide"
        case .decisionReminder: "a reminder to decide"
        case .escalationWithdrawn: "the end of the escalation"
        case .outcome: "the notice of the outcome"
        case .regulatorNotice: "the notification for the regulator, to submit"
        case .closure: "the notice that the breach is closed"
        case .telephoneTask: "a telephone call for the IG team to make"
        }
    }

    /// The same for a table: `escalation to the owner`.
    ///
    /// Source: contract of `plan`.
    static func short(_ what: String) -> String {
        let words = next(what)
        for article in ["the ", "a "] where words.hasPrefix(article) && what != Upcoming.What.deadline.name {
            return String(words.dropFirst(article.count))
        }
        return words
    }

    /// Whom a notice goes to: `open-road, deputy 1`.
    ///
    /// Source: rules, table of notices.
    static func recipient(_ name: String) -> String {
        switch Recipient(name: name) {
        case .partner(let id)?: Screen.escaped(id)
        case .partnerDeputy(let id, let index)?: "\(Screen.escaped(id)), deputy \(index + 1)"
        case .owner?: "the owner"
        case .ownerDeputy(let index)?: "the owner, deputy \(index + 1)"
        case .igTeam?: "the IG team"
        case .submitter?: "whoever submits it"
        case nil: Screen.escaped(name)
        }
    }
}
