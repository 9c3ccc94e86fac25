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
                change("risk", was.risk.rawValue, now.risk.rawValue),
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

    private func quoted(_ text: FreeText) -> String { text.text.map { "“\($0)”" } ?? text.shown }

    private func yesOrNo(_ value: Bool) -> String { value ? "yes" : "no" }

    private func change(_ name: String, _ was: String?, _ now: String?) -> String? {
        guard let now, now != was else { return nil }
        return "\(name) \(now)\(was.map { " (was \($0))" } ?? "")"
    }
}
