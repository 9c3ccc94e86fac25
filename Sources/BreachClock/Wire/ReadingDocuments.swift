/// What `explain`, `plan` and `register` answer, as JSON.
extension Explanation {
    /// The arithmetic of one deadline.
    ///
    /// Source: contract of `explain`.
    var json: JSON {
        .object([
            "title": .string(title),
            "due": .instant(result),
            "lines": .array(
                lines.map { .object(["text": .string($0.text), "source": .string($0.source)]) }),
        ])
    }
}

extension PlanItem {
    /// One thing that a breach would bring.
    ///
    /// Source: contract of `plan`.
    var json: JSON {
        .object([
            "what": .string(what.name),
            "to": .text(to?.name),
            "at": .instant(at),
            "why": .string(why),
        ])
    }
}

extension RegisterEntry {
    /// The entry, its members in the order of its fields.
    ///
    /// Source: R26; contract of `register`.
    var json: JSON {
        .object(fields.reduce(into: JSONObject()) { $0.append($1.name, $1.value.json) })
    }
}

extension RegisterEntry.Value {
    fileprivate var json: JSON {
        switch self {
        case .text(let text): .text(text)
        case .number(let number): number.map(JSON.integer) ?? .null
        case .list(let texts): .texts(texts)
        case .instant(let instant): .instant(instant)
        }
    }
}
