/// Says what the product makes of local times, a line each: reads them from standard input, and writes a line for each.
@main
enum Sweep {
    /// The example's protocol whose clause has 48 and 72 hours.
    private static let protocolID = "EDATRS"

    static func main() {
        let arguments = CommandLine.arguments
        do {
            let zone = try SystemZone(arguments[2])
            let breach = try recorded(arguments[1], zone)
            while let text = readLine() { print(line(text, zone, breach)) }
        } catch {
            fatalError("\(error)")
        }
    }

    /// A breach of the example, whose detection is set to one time after the other.
    private static func recorded(_ path: String, _ zone: SystemZone) throws -> Breach {
        let file = SettingsDocument.File(path: path, bytes: try SystemDisk().read(path) ?? [])
        guard let settings = SettingsDocument.read(file, protocolFiles: { _ in [] }).settings else {
            fatalError("\(path) cannot be read")
        }
        let now = Instant(0)
        let facts = BreachFacts(
            detectedAt: now, occurredAt: nil, awareAt: [:], risk: .likely, affected: nil, individuals: nil,
            records: nil, cyber: nil)
        let report = ReportCommand(
            protocolID: protocolID, detectedBy: "open-road", facts: facts, awareAt: nil, controllers: [],
            texts: [.summary: "A folder was left on a train."], request: nil)
        var clockwork = Clockwork(settings: settings, zone: zone)
        let account = Account(uid: 0, name: "root")
        guard case .record(let event, let reference) = try clockwork.decide(.report(report), by: account, at: now)
        else { fatalError("the report is not recorded") }
        clockwork.apply(Fact(sequence: 1, at: now, account: account, event: event))
        guard let breach = clockwork.ledger[reference] else { fatalError("there is no \(reference)") }
        return breach
    }

    /// The text, a tab, and why it is refused; or its instant and each deadline of a breach that was detected then.
    private static func line(_ text: String, _ zone: SystemZone, _ breach: Breach) -> String {
        let entry = TimeEntry(now: Instant(0), zone: zone)
        do throws(Refusal) {
            let instant = try entry.instant(text, field: "detected")
            return "\(text)\t\(shown(instant, zone))\(deadlines(breach, instant, zone))"
        } catch {
            guard case .refused(_, let reason) = error else { fatalError("a time is not found") }
            return "\(text)\t\(reason)"
        }
    }

    private static func deadlines(_ breach: Breach, _ instant: Instant, _ zone: SystemZone) -> String {
        var breach = breach
        breach.facts.detectedAt = instant
        guard let partners = breach.audience.first.flatMap({ breach.due($0) }), let regulator = breach.dueByProtocol
        else { fatalError("a deadline is missing") }
        return "\t\(shown(partners, zone))\t\(shown(regulator, zone))"
    }

    /// The instant in UTC, in local time with its offset, and as people are shown it.
    private static func shown(_ instant: Instant, _ zone: SystemZone) -> String {
        let local = zone.civilTime(at: instant).text(offset: zone.offset(at: instant).text)
        return "\(instant.rfc3339) \(local) \(zone.localText(instant))"
    }
}
