import Foundation
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
        phase: JSON = "open",
        risk: JSON = "likely",
        individuals: JSONObject = ["state": "not-required"],
        regulator: JSON = nil
    ) -> String {
        let breach = JSON.object([
            "id": "EDATRS-2026-0001", "phase": phase, "risk": risk, "deadlines": .object(["regulator": regulator]),
            "decider": "the Protocol owner, Essex",
            "partners": .array(partners), "controllers": .array(controllers),
            "matters": .object(["ico": .object(ico), "individuals": .object(individuals)]),
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

    @Test("R25: A closed breach that lay with the decider was closed before it was decided, and asks for no decision")
    func closedUndecided() {
        let matter: JSONObject = [
            "state": "awaiting-decision", "escalatedAt": .instant(WireSamples.instant), "escalationReason": "manual",
        ]
        let text = words(matter, phase: "closed")
        #expect(text.contains("closed before it was decided by the Protocol owner, Essex\n"))
        #expect(text.contains("put to them ") && !text.contains("to be decided"))
    }

    @Test("R25: In a closed breach nobody's position is awaited", arguments: [("open", true), ("closed", false)])
    func hearing(phase: String, isHearing: Bool) {
        let breach = BreachView([
            "phase": .string(phase),
            "matters": [
                "ico": ["state": "consulting"],
                "individuals": ["state": "awaiting-decision", "escalationReason": "manual"],
            ],
        ])
        #expect(MatterName.allCases.map(breach.isHearing) == [isHearing, isHearing])
    }

    @Test("R17, R25: What was not put to the owner while the breach was closed is put by a command that has its reason")
    func escalationPassed() {
        let text = words(["state": "consulting", "escalateAt": .instant(WireSamples.instant - 3600)])
        #expect(
            text.split { $0.isWhitespace }.joined(separator: " ").contains(
                "passed while the breach was closed; to do so now:"))
        #expect(text.contains(" breachctl escalate EDATRS-2026-0001 --matter ico --reason TEXT\n"))
    }

    private static let decided: JSONObject = [
        "state": "decided", "outcome": "notify", "settledAt": .instant(WireSamples.instant),
    ]

    @Test("R6, R20: What was decided before the risk was lowered is not carried out, and nobody is asked to record it")
    func lowered() {
        let left: JSON = ["id": "essex", "state": "not-required"]
        let text = words(
            Self.decided, partners: [partner("essex", affected: false)], controllers: [left], risk: "unlikely",
            individuals: Self.decided)
        #expect(text.contains("decided: notify the regulator\n") && !text.contains("breachctl notified"))
        #expect(text.components(separatedBy: "not carried out: the risk is unlikely\n").count == 3)
        // A controller that notified before has done so.
        var begun = Self.decided
        begun["notifiedAt"] = .instant(WireSamples.instant)
        let partly = words(
            begun, partners: [partner("essex", affected: false)],
            controllers: [left, ["id": "provide", "state": "met"]], risk: "unlikely")
        #expect(partly.contains(", for provide\n"))
        #expect(partly.contains("not carried out for essex: the risk is unlikely\n"))
    }

    @Test("R6: Under a clause for any breach an unlikely risk leaves the notification to be made")
    func unlikelyUnderAny() {
        let left: JSON = ["id": "essex", "state": "running"]
        for partners in [[], [partner("essex")]] {
            let text = words(
                Self.decided, partners: partners, controllers: [left], risk: "unlikely",
                regulator: ["state": "running"])
            #expect(text.contains("not recorded as done yet: breachctl notified EDATRS-2026-0001\n"))
        }
        var declined = Self.decided
        declined["outcome"] = "do-not-notify"
        let telling = words(
            declined, risk: "unlikely", individuals: Self.decided, regulator: ["state": "not-required"])
        #expect(telling.contains("breachctl notified EDATRS-2026-0001 --matter individuals\n"))
        // Where the clause has nobody told, it shows in what became of the regulator's deadline.
        let lowered = words(Self.decided, risk: "unlikely", regulator: ["state": "not-required"])
        #expect(lowered.contains("not carried out: the risk is unlikely\n"))
    }

    @Test(
        "R23: Once a deadline has passed, the command to record a notification has the reason that it needs",
        arguments: [
            (3600, 7200, ""), (0, 0, ""), (-1, 3600, " --reason TEXT"), (-3600, -1, " --delay-reason TEXT"),
            (3600, -1, " --delay-reason TEXT"),
        ])
    func delays(byProtocol: Int, byLaw: Int, option: String) {
        let controllers: [JSON] = [
            ["id": "essex", "state": "running", "dueByLaw": .instant(WireSamples.instant + byLaw)],
            ["id": "provide", "state": "running", "dueByLaw": .instant(WireSamples.instant + 9000)],
        ]
        let text = words(
            Self.decided, controllers: controllers, individuals: Self.decided,
            regulator: ["dueByProtocol": .instant(WireSamples.instant + byProtocol)])
        #expect(text.contains(" breachctl notified EDATRS-2026-0001\(option)\n"))
        #expect(text.contains(" breachctl notified EDATRS-2026-0001 --matter individuals\n"))
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
