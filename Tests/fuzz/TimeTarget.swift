/// A text is a time in Europe/London, or is refused; what is accepted reads the same once written, and the readings that
/// a refusal offers are accepted.
enum TimeTarget: FuzzTarget {
    static let name = "times"

    private static let entry = TimeEntry(now: Register.now, zone: Register.zone)

    static func run(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return }
        do throws(Refusal) {
            check(try entry.instant(text, field: "detected"))
        } catch {
            check(error, of: text)
        }
        checkOthers(text)
    }

    private static func check(_ instant: Instant) {
        expect(instant.isWithinYears, "its year has no four digits")
        expect(Instant(rfc3339: instant.rfc3339) == instant, "\(instant.rfc3339) is another instant")
        let civil = Register.zone.civilTime(at: instant)
        let readings = Register.zone.instants(of: civil)
        expect(readings.contains(instant) && readings.count <= 2, "\(instant.rfc3339) is lost in local time")
        guard CivilDate.years.contains(civil.date.year) else { return }
        expect(CivilTime(local: civil.text(offset: "")) == civil, "\(civil.text(offset: "")) is another time")
    }

    private static func check(_ refusal: Refusal, of text: String) {
        guard case .refused(let field, let reason) = refusal else { fatalError("a time is not found") }
        expect(field == "detected", "\(field) is refused")
        expect(reason.utf8.count < 500, "a refusal repeats a long text")
        guard CivilTime(local: text) != nil, reason.contains("; write "), !reason.contains("too long ago") else {
            return
        }
        let offered = reason.split(separator: "; write ").last?.split(separator: " ").filter { $0.contains(":") } ?? []
        expect(offered.count == 2, "\(offered.count) readings are offered")
        for each in offered {
            expect((try? entry.instant(String(each), field: "at")) != nil, "\(each) is offered and refused")
        }
    }

    /// The other small texts that people write.
    private static func checkOthers(_ text: String) {
        if let date = CivilDate(text) {
            expect(date.description == text, "the day \(text) is written \(date)")
            expect(CivilDate(daysSinceEpoch: date.daysSinceEpoch) == date, "the days to \(text) lead elsewhere")
        }
        // The longest that a configuration may have.
        if let seconds = durationSeconds(text), seconds <= 30 * 86_400 {
            expect(durationSeconds(durationText(seconds)) == seconds, "\(durationText(seconds)) is another duration")
        }
        if let reference = BreachReference(text) {
            expect(BreachReference(reference.description) == reference, "\(reference) is another breach")
        }
        if let recipient = Recipient(name: text) {
            expect(Recipient(name: recipient.name) == recipient, "\(recipient.name) is another recipient")
        }
    }
}
