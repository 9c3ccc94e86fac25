import Testing

@testable import BreachClock

@Suite("breachctl: what happens next, in words")
struct NoticeWordsTests {
    @Test("No kind of notice is shown by its code", arguments: NoticeKind.allCases)
    func kinds(kind: NoticeKind) {
        let words = NoticeWords.next(kind.rawValue)
        #expect(!words.contains("-"))
        #expect(words.hasPrefix("a ") || words.hasPrefix("the "))
        #expect(words.hasSuffix(NoticeWords.short(kind.rawValue)))
    }

    @Test("A deadline passes; what nobody knows is shown as it is, safely")
    func others() {
        #expect(NoticeWords.next("deadline") == "a deadline passes")
        #expect(NoticeWords.short("deadline") == "a deadline passes")
        #expect(NoticeWords.next("x\u{1B}[31m") == "x\\u{1b}[31m")
    }

    @Test(
        "Whom a notice goes to, in words",
        arguments: [
            ("owner", "the owner"), ("owner+1", "the owner, deputy 1"), ("ig-team", "the IG team"),
            ("submitter", "whoever submits it"), ("open-road", "open-road"), ("open-road+2", "open-road, deputy 2"),
        ])
    func recipients(name: String, words: String) {
        #expect(NoticeWords.recipient(name) == words)
    }
}

@Suite("breachctl: matters in words")
struct MatterWordsTests {
    private static let screen = Screen(now: WireSamples.instant, zone: nil, columns: nil, hasColour: false)

    private func words(
        _ ico: JSONObject,
        partners: [JSON] = [],
        controllers: [JSON] = [],
        phase: JSON = "open"
    ) -> String {
        let breach = JSON.object([
            "id": "EDATRS-2026-0001", "phase": phase, "decider": "the Protocol owner, Essex",
            "partners": .array(partners), "controllers": .array(controllers),
            "matters": .object(["ico": .object(ico), "individuals": ["state": "not-required"]]),
        ])
        return MatterWords(BreachView(breach), Self.screen).text
    }

    private func partner(_ id: JSON, says ico: JSON = nil, affected: JSON = true) -> JSON {
        .object(["id": id, "affected": affected, "positions": .object(["ico": ico, "individuals": nil])])
    }

    @Test("R15: Who is still to be heard is named, and when it goes to the owner; who is not asked is not")
    func consulting() {
        let text = words(
            ["state": "consulting", "escalateAt": .instant(WireSamples.instant + 3600)],
            partners: [partner("essex", says: "notify"), partner("peabody"), partner("open-road", affected: false)])
        #expect(text.contains("the partners are being consulted; still to be heard: peabody\n"))
        #expect(text.contains("goes to the Protocol owner, Essex, unless all agree by\n"))
        #expect(text.contains("(in 1 h)"))
        #expect(text.contains("Tell the people concerned  nothing to agree or decide\n"))
    }

    @Test("R25: In a closed breach nothing goes to the owner any more")
    func closed() {
        let text = words(
            ["state": "consulting", "escalateAt": .instant(WireSamples.instant + 3600)], partners: [partner("peabody")],
            phase: "closed")
        #expect(text.contains("closed before the partners agreed"))
        #expect(!text.contains("goes to"))
    }

    @Test(
        "R17: Why a matter lies with the decider is said, unless the clause has it there from the beginning",
        arguments: [
            ("disagreement", "since the partners differ"), ("no-agreement", "since not all had agreed"),
            ("manual", "by hand"), ("clause", nil),
        ] as [(String, String?)])
    func awaiting(reason: String, because: String?) {
        let text = words([
            "state": "awaiting-decision", "escalatedAt": .instant(WireSamples.instant),
            "escalationReason": .string(reason),
        ])
        #expect(text.contains("to be decided by the Protocol owner, Essex\n"))
        #expect(text.contains("put to them") == (because != nil))
        if let because { #expect(text.contains(because)) }
    }

    @Test("R18, R20: What was agreed or decided, by whom and why; how to record what is not done yet")
    func settled() {
        let settledAt = JSON.instant(WireSamples.instant)
        let agreed = words(["state": "agreed", "outcome": "notify", "settledAt": settledAt])
        #expect(agreed.contains("agreed: notify the regulator\n"))
        #expect(agreed.contains("not recorded as done yet: breachctl notified EDATRS-2026-0001\n"))
        let decided = words([
            "state": "decided", "outcome": "do-not-notify", "settledAt": settledAt,
            "decidedBy": "Odalys\u{202E} Quirke",
            "reason": "It was encrypted.",
        ])
        #expect(decided.contains("decided: do not notify the regulator, by Odalys\\u{202e} Quirke\n"))
        #expect(decided.contains("because: It was encrypted.\n"))
        #expect(!decided.contains("breachctl notified"))
    }

    @Test("R19, R23: While a controller has not notified, what one did on its own duty is not taken for all")
    func partlyNotified() {
        let notified: JSONObject = [
            "state": "decided", "outcome": "notify", "settledAt": .instant(WireSamples.instant),
            "notifiedAt": .instant(WireSamples.instant),
        ]
        let (provide, essex): (JSON, JSON) = (["id": "provide", "state": "met"], ["id": "essex", "state": "running"])
        let partly = words(notified, controllers: [essex, provide])
        #expect(partly.contains("first notified on ") && partly.contains(", for provide\n"))
        #expect(partly.contains("not recorded as done yet for essex: breachctl notified EDATRS-2026-0001\n"))
        let wholly = words(notified, controllers: [provide, ["id": "essex", "state": "late"]])
        #expect(!wholly.contains(", for ") && !wholly.contains("not recorded as done yet"))
        var declined = notified
        declined["outcome"] = "do-not-notify"
        let own = words(declined, controllers: [provide, ["id": "essex", "state": "not-required"]])
        #expect(own.contains(", for provide\n") && !own.contains("not recorded as done yet"))
    }

    @Test("No state is shown by its code", arguments: MatterState.allCases)
    func noCodes(state: MatterState) {
        let text = words(["state": .string(state.rawValue), "outcome": "do-not-notify"])
        #expect(!text.contains("awaiting-decision") && !text.contains("not-required") && !text.contains("consulting"))
        #expect(!text.contains("do-not-notify"))
    }
}
