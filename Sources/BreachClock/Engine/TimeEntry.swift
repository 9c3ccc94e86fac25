/// Reads a time as people enter it.
///
/// Source: R3.
struct TimeEntry: Sendable {
    /// The instant at which it is read: what `now` and an age count from.
    ///
    /// Source: R3.
    let now: Instant
    /// The configured zone.
    ///
    /// Source: R3.
    let zone: any ZoneRules

    /// How a time can be written, for messages.
    ///
    /// Source: R3.
    static let accepted = "2026-11-20T14:05:00Z, 2026-11-20 14:05 (local time), now, 3h ago or 90m ago"

    /// The reader for that moment and zone.
    ///
    /// Source: R3.
    init(now: Instant, zone: any ZoneRules) {
        self.now = now
        self.zone = zone
    }

    /// The instant that the text names, or why it is refused. A local time that spring leaves out or autumn repeats is
    /// refused with the readings that would be accepted.
    ///
    /// Source: R3.
    func instant(_ text: String, field: String) throws(Refusal) -> Instant {
        if text.lowercased() == "now" { return now }
        if let seconds = Self.age(text) { return try kept(now - seconds, text, field: field) }
        if let instant = Instant(rfc3339: text) { return instant }
        guard let civil = CivilTime(local: text) else {
            let shown = text.unicodeScalars.count > 40 ? "This" : "“\(text)”"
            throw .refused(field: field, reason: "\(shown) is no time that can be read; write \(Self.accepted).")
        }
        let readings = zone.instants(of: civil)
        guard let only = readings.first, readings.count == 1 else {
            throw .refused(field: field, reason: ambiguity(text, civil, readings))
        }
        return try kept(only, text, field: field)
    }

    /// The instant, if it is one that can be written again.
    private func kept(_ instant: Instant, _ text: String, field: String) throws(Refusal) -> Instant {
        guard instant.isWithinYears else {
            throw .refused(field: field, reason: "“\(text)” is too long ago; write \(Self.accepted).")
        }
        return instant
    }

    private func ambiguity(_ text: String, _ civil: CivilTime, _ readings: [Instant]) -> String {
        if readings.isEmpty {
            // The clocks jumped over it: the same wall-clock reading under the offsets before and after the jump.
            let around = [86_400, -86_400].map { shift in
                civil.instantIfUTC - zone.offset(at: civil.instantIfUTC - shift).secondsEastOfUTC
            }
            let accepted = around.sorted().map(reading).joined(separator: " or ")
            return "\(text) does not exist in \(zone.identifier), where the clocks went forward; write \(accepted)."
        }
        let accepted = readings.map(reading).joined(separator: " or ")
        return "\(text) occurs twice in \(zone.identifier), where the clocks went back; write \(accepted)."
    }

    private func reading(_ instant: Instant) -> String {
        let offset = zone.offset(at: instant)
        return CivilTime(utc: instant + offset.secondsEastOfUTC).text(offset: offset.text) + " (\(offset.abbreviation))"
    }

    /// The seconds of `3h ago`, `90m ago`, `2d ago`, `1d 3h ago`; nil when the text is no age. At most ten years.
    private static func age(_ text: String) -> Int? {
        var words = text.lowercased().split(separator: " ")
        guard words.last == "ago" else { return nil }
        words.removeLast()
        guard !words.isEmpty else { return nil }
        var total = 0
        for word in words {
            guard let seconds = durationSeconds(word) else { return nil }
            total += seconds
        }
        return total <= 10 * 366 * 86_400 ? total : nil
    }
}
