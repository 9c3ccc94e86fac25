/// The status as JSON: for the file, for the control socket.
///
/// Source: contract of the status.
extension StatusReport {
    /// The status, with where the journal stands.
    ///
    /// Source: contract of the status.
    func json(head: JournalHead) -> JSON {
        .object([
            "level": .string(level.rawValue),
            "summary": .string(summary),
            "generatedAt": .instant(generatedAt),
            "staleAfter": .instant(staleAfter),
            "open": .integer(open),
            "overdue": .integer(overdue),
            "awaitingDecision": .integer(awaitingDecision),
            "unacknowledged": .integer(unacknowledged),
            "spool": .object([
                "waiting": .integer(waiting), "oldestAt": .instant(oldestWaiting), "returned": .integer(returned),
            ]),
            "next": next.map(\.json) ?? .null,
            "journal": head.json,
            "breaches": .array(breaches.map(\.json)),
            "warnings": .texts(warnings),
        ])
    }

    /// The status for Prometheus: its text exposition format.
    ///
    /// - Parameter refusals: How many refusals of each kind there were since the daemon started.
    ///
    /// Source: contract of the metrics; Prometheus text-based exposition format 0.0.4.
    func metrics(head: JournalHead, refusals: [RefusalKind: Int] = [:]) -> String {
        let samples: [(name: String, help: String, value: Int)] = [
            ("open_breaches", "Breaches that are open.", open),
            ("overdue_breaches", "Open breaches with a missed deadline that is not settled.", overdue),
            ("decisions_awaited", "Matters in which a decision is awaited.", awaitingDecision),
            ("unacknowledged_partners", "Partners that have not acknowledged.", unacknowledged),
            ("spool_waiting_notices", "Notices that the mail system has not taken.", waiting),
            (
                "spool_oldest_notice_age_seconds", "Age of the oldest of them, 0 where there is none.",
                oldestWaiting.map { max(0, generatedAt - $0) } ?? 0
            ),
            ("spool_returned_notices", "Notices that the mail system refused for good.", returned),
            ("status_level", "0 ok, 1 warning, 2 critical.", Level.allCases.firstIndex(of: level) ?? 2),
            ("journal_sequence", "Number of the journal's last fact.", head.sequence),
            ("generated_timestamp_seconds", "When these figures were true.", generatedAt.secondsSinceEpoch),
        ]
        return
            samples
            .map { sample in
                let name = "breachclock_\(sample.name)"
                return "# HELP \(name) \(sample.help)\n# TYPE \(name) gauge\n\(name) \(sample.value)\n"
            }
            .joined() + Self.metrics(refusals)
    }

    private static func metrics(_ refusals: [RefusalKind: Int]) -> String {
        let name = "breachclock_refusals_total"
        let help = "Calls that were refused and clients turned away since the daemon started."
        // Each kind from the beginning: the first of a kind would else not show as an increase.
        let samples = RefusalKind.allCases.map { "\(name){kind=\"\($0.rawValue)\"} \(refusals[$0] ?? 0)\n" }
        return "# HELP \(name) \(help)\n# TYPE \(name) counter\n" + samples.joined()
    }
}

extension StatusReport.Next {
    fileprivate var json: JSON {
        .object([
            "breach": .string(reference.description),
            "what": .string(upcoming.what.name),
            "at": .instant(upcoming.at),
        ])
    }
}

extension StatusReport.BreachStatus {
    fileprivate var json: JSON {
        .object([
            "id": .string(reference.description),
            "level": .string(level.rawValue),
            "partnersDue": .instant(partners.due),
            "partnersState": .string(partners.state.rawValue),
            "regulatorDue": .instant(regulator.due),
            "regulatorState": .string(regulator.state.rawValue),
        ])
    }
}

extension JournalHead {
    /// The place as clients are told it.
    ///
    /// Source: contract of the status (`journal`).
    var json: JSON { .object(["sequence": .integer(sequence), "hash": .string(hash)]) }
}
