/// The two matters of a breach in words: how each stands, what came of it, what happens to it next.
///
/// Source: contract of `show`; rules, "States of a matter".
struct MatterWords {
    private let breach: BreachView
    private let screen: Screen

    /// The words on that breach's matters.
    ///
    /// Source: contract of `show`.
    init(_ breach: BreachView, _ screen: Screen) {
        self.breach = breach
        self.screen = screen
    }

    /// Both matters, one after the other.
    ///
    /// Source: contract of `show`.
    var text: String {
        MatterName.allCases.map { screen.labelled(Self.label($0), width: 27, lines($0)) }.joined()
    }

    /// What is asked in that matter.
    ///
    /// Source: rules, "matter".
    static func label(_ matter: MatterName) -> String {
        switch matter {
        case .ico: "Notify the regulator"
        case .individuals: "Tell the people concerned"
        }
    }

    /// That outcome of that matter as something to do: `do not tell the people concerned`.
    ///
    /// Source: rules, "outcome".
    static func outcome(_ outcome: Outcome, _ matter: MatterName) -> String {
        let verb = label(matter).lowercased()
        switch outcome {
        case .notify: return verb
        case .doNotNotify: return "do not \(verb)"
        }
    }

    /// The matter that a line names, the regulator's unless it names one.
    ///
    /// Source: contract of `position`.
    static func matter(of arguments: ParsedArguments) -> MatterName {
        arguments.value("matter").flatMap(MatterName.init(rawValue:)) ?? .ico
    }

    // MARK: - One matter

    private func lines(_ matter: MatterName) -> [String] {
        let key = matter.rawValue
        var lines = standing(matter)
        let at = breach.instant("matters", key, "notifiedAt")
        let (done, left) = matter == .ico ? controllers : ([], [])
        if let at {
            let whom = left.isEmpty ? "" : ", for \(Self.ids(done))"
            lines.append("\(matter == .ico ? "first notified" : "first told") on \(screen.time(at))\(whom)")
        }
        guard breach.text("matters", key, "outcome") == Outcome.notify.rawValue, at == nil || !left.isEmpty else {
            return lines
        }
        return lines + notDone(matter, left, isBegun: at != nil)
    }

    /// That what was agreed or decided is not done, for those controllers: how to record it, or why nobody does it.
    private func notDone(_ matter: MatterName, _ left: [BreachView], isBegun: Bool) -> [String] {
        let whom = isBegun ? " for \(Self.ids(left))" : ""
        guard breach.isAboveThreshold else { return ["not carried out\(whom): the risk is unlikely"] }
        let command = "breachctl notified \(breach.text("id") ?? "")"
        let options = matter == .ico ? delay(left) : " --matter \(matter.rawValue)"
        return options.isEmpty
            ? ["not recorded as done yet\(whom): \(command)"]
            : ["not recorded as done yet\(whom):", command + options]
    }

    /// What has to be said of a notification for those controllers that is recorded as made now.
    private func delay(_ left: [BreachView]) -> String {
        let byLaw = left.compactMap { $0.instant("dueByLaw") }
        if byLaw.contains(where: { $0 < screen.now }) { return " --delay-reason TEXT" }
        let byProtocol = breach.instant("deadlines", "regulator", "dueByProtocol")
        return byProtocol.map { $0 < screen.now } ?? false ? " --reason TEXT" : ""
    }

    private static func ids(_ controllers: [BreachView]) -> String {
        controllers.compactMap { $0.text("id") }.joined(separator: ", ")
    }

    /// The controllers that the regulator was notified for, and the others.
    private var controllers: (done: [BreachView], left: [BreachView]) {
        let notified = [Deadline.State.met, .late].map(\.rawValue)
        let all = breach.list("controllers").map { controller in
            (controller: controller, isDone: notified.contains(controller.text("state") ?? ""))
        }
        return (all.filter(\.isDone).map(\.controller), all.filter { !$0.isDone }.map(\.controller))
    }

    private func standing(_ matter: MatterName) -> [String] {
        let key = matter.rawValue
        let state = breach.text("matters", key, "state")
        switch state.flatMap(MatterState.init(rawValue:)) {
        case .consulting?: return consulting(matter)
        case .awaitingDecision?:
            let standing = breach.isClosed ? "closed before it was decided by" : "to be decided by"
            return ["\(standing) \(decider)"] + [escalation(key)].compactMap { $0 }
        case .agreed?: return ["agreed: \(outcome(matter))"] + settledAt(key)
        case .decided?:
            let name = breach.text("matters", key, "decidedBy").map { ", by \($0)" } ?? ""
            return ["decided: \(outcome(matter))\(name)"] + settledAt(key) + ruling(key)
        case .notRequired?: return ["nothing to agree or decide"]
        case nil: return [state ?? "unknown"]
        }
    }

    private func consulting(_ matter: MatterName) -> [String] {
        if breach.isClosed { return ["closed before the partners agreed"] }
        let asked = breach.list("partners").count { breach.asks($0, on: matter) }
        let silent = breach.silent(on: matter)
        let heard =
            if silent.isEmpty {
                "all have been heard"
            } else if silent.count == asked, asked > Self.longestList {
                "none of the \(asked) has been heard yet"
            } else {
                "still to be heard: \(silent.joined(separator: ", "))"
            }
        var lines = ["the partners are being consulted; \(heard)"]
        if let at = breach.instant("matters", matter.rawValue, "escalateAt"), at <= screen.now {
            lines.append("the time to put it to \(decider) passed while the breach was closed; to do so now:")
            lines.append("breachctl escalate \(breach.text("id") ?? "") --matter \(matter.rawValue) --reason TEXT")
        } else if let at = breach.instant("matters", matter.rawValue, "escalateAt") {
            lines.append("goes to \(decider), unless all agree by")
            lines.append("\(screen.time(at)) (\(screen.distance(at)))")
        }
        return lines
    }

    /// Partners to name at most where none of them has been heard.
    private static let longestList = 4

    private var decider: String { breach.text("decider") ?? "the decider" }

    private func escalation(_ key: String) -> String? {
        guard let at = breach.instant("matters", key, "escalatedAt"),
            let reason = breach.text("matters", key, "escalationReason").flatMap(EscalationReason.init(rawValue:))
        else { return nil }
        let put = "put to them \(screen.time(at))"
        switch reason {
        case .disagreement: return "\(put), since the partners differ"
        case .noAgreement: return "\(put), since not all had agreed by then"
        case .manual: return "\(put), by hand"
        case .clause: return nil
        }
    }

    private func outcome(_ matter: MatterName) -> String {
        let outcome = breach.text("matters", matter.rawValue, "outcome").flatMap(Outcome.init(rawValue:))
        return outcome.map { Self.outcome($0, matter) } ?? ""
    }

    private func settledAt(_ key: String) -> [String] {
        breach.instant("matters", key, "settledAt").map { ["on \(screen.time($0))"] } ?? []
    }

    private func ruling(_ key: String) -> [String] {
        let parts = [("because", "reason"), ("when", "when"), ("how", "how"), ("by whom", "byWhom")]
        let texts = parts.compactMap { label, member in
            breach.text("matters", key, member).map { "\(label): \($0)" }
        }
        return texts + [ground(key)].compactMap { $0 }
    }

    private func ground(_ key: String) -> String? {
        switch breach.text("matters", key, "ground").flatMap(TellingGround.init(rawValue:)) {
        case .noHighRisk?: "ground: no high risk (UK GDPR Art 34(1))"
        case .unintelligible?: "ground: the data was unintelligible to others (UK GDPR Art 34(3)(a))"
        case .riskRemoved?: "ground: the risk was removed since (UK GDPR Art 34(3)(b))"
        case .disproportionate?: "ground: it would be disproportionate effort (UK GDPR Art 34(3)(c))"
        case nil: nil
        }
    }
}

extension BreachView {
    /// Whether a partner's position can still end that matter: while the partners are consulted, and after that until
    /// the owner has decided. A closed breach takes none.
    ///
    /// Source: R16, R18, R25.
    func isHearing(_ matter: MatterName) -> Bool {
        if isClosed { return false }
        return switch text("matters", matter.rawValue, "state").flatMap(MatterState.init(rawValue:)) {
        case .consulting?: true
        case .awaitingDecision?:
            text("matters", matter.rawValue, "escalationReason") != EscalationReason.clause.rawValue
        case .agreed?, .decided?, .notRequired?, nil: false
        }
    }

    /// Whether that partner, one of this breach's, is asked in that matter.
    ///
    /// Source: R7, R21.
    func asks(_ partner: BreachView, on matter: MatterName) -> Bool {
        matter == .individuals || partner.isTrue("affected")
    }

    /// The ids of the partners asked that have not answered.
    ///
    /// Source: R16 (silence is no position).
    func silent(on matter: MatterName) -> [String] {
        list("partners")
            .filter { asks($0, on: matter) && $0.text("positions", matter.rawValue) == nil }
            .compactMap { $0.text("id") }
    }
}

extension Screen {
    /// Lines beside a label, wrapped at the screen's width.
    ///
    /// Source: contract of the programs.
    func labelled(_ label: String, width: Int, _ lines: [String]) -> String {
        let indent = String(repeating: " ", count: width)
        let text = lines.map { wrapped($0, indent: indent) }.joined()
        return label + indent.dropFirst(label.count) + text.dropFirst(width)
    }
}
