/// What a correction changed, in words.
extension Correction {
    /// Each fact that is another one since, with what stood there before: `individuals 400 (was 40)`.
    ///
    /// - Parameters:
    ///   - names: A partner's name by its id.
    ///   - time: An instant in words.
    ///
    /// Source: R8 (the history shows both).
    func changes(names: (String) -> String, time: (Instant) -> String) -> [String] {
        let (was, now) = (before.facts, after.facts)
        let controllers = Set(was.awareAt.keys).union(now.awareAt.keys).sorted()
        let added = after.audience.filter { !before.audience.contains($0) }
        func asked(_ ids: [String]?) -> String? { ids.map { $0.map(names).joined(separator: ", ") } }
        let changes: [String?] =
            [
                change("detected", time(was.detectedAt), time(now.detectedAt)),
                change("detected by", names(before.detectedBy), names(after.detectedBy)),
            ]
            + controllers.map { id in
                change(
                    "awareness of \(names(id))", was.awareAt[id].map(time) ?? "at detection",
                    now.awareAt[id].map(time) ?? "at detection")
            } + [
                change("occurred", was.occurredAt.map(time), now.occurredAt.map(time)),
                changedRisk,
                change("affected", asked(was.affected) ?? "all", asked(now.affected) ?? "all"),
                added.isEmpty ? nil : "added \(added.map(names).joined(separator: ", "))",
                change("individuals", was.individuals.map { String($0) }, now.individuals.map { String($0) }),
                change("records", was.records.map { String($0) }, now.records.map { String($0) }),
                change("cyber", was.cyber?.rawValue, now.cyber?.rawValue),
                change("channel compromised", yesOrNo(was.isChannelCompromised), yesOrNo(now.isChannelCompromised)),
            ] + TextField.allCases.filter(texts.contains).map(changedText)
        return changes.compactMap { $0 }
    }

    private func changedText(_ field: TextField) -> String? {
        let was = before.texts[field].map { " (was \(quoted($0)))" } ?? ""
        return after.texts[field].map { "\(field.rawValue) \(quoted($0))\(was)" }
    }

    /// Why the risk is what it is now is the correction's own reason; why it was another one would be told nowhere else.
    private var changedRisk: String? {
        guard before.risk != after.risk else { return nil }
        let reason = before.texts[.reason].map { ", because: \(quoted($0))" } ?? ""
        return "risk \(after.risk.rawValue) (was \(before.risk.rawValue)\(reason))"
    }

    private func quoted(_ text: FreeText) -> String { text.text.map { "“\($0)”" } ?? text.shown }

    private func yesOrNo(_ value: Bool) -> String { value ? "yes" : "no" }

    private func change(_ name: String, _ was: String?, _ now: String?) -> String? {
        guard let now, now != was else { return nil }
        return "\(name) \(now)\(was.map { " (was \($0))" } ?? "")"
    }
}

extension BreachRecord {
    /// What a report said beside the detection and the risk, in the words of a correction that adds it to nothing.
    ///
    /// Source: contract of `timeline`; R8.
    func particulars(names: (String) -> String, time: (Instant) -> String) -> [String] {
        func standing(_ facts: BreachFacts, _ texts: [TextField: FreeText]) -> Correction.Standing {
            Correction.Standing(
                affected: [], detectedBy: detectedBy, facts: facts, texts: texts, audience: audience)
        }
        let nothing = BreachFacts(detectedAt: facts.detectedAt, awareAt: [:], risk: facts.risk)
        let report = Correction(
            sequence: 0, at: facts.detectedAt, reason: nil, before: standing(nothing, [:]),
            after: standing(facts, texts), texts: Set(texts.keys))
        return report.changes(names: names, time: time)
    }
}
