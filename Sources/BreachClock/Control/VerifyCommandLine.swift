/// `breachctl verify`: checks the register's chain, without the daemon.
///
/// Source: R31; contract of `verify`.
enum VerifyCommandLine: ControlCommand {
    static let specification = CommandSpecification(
        name: "verify",
        options: [
            .init(name: "journal", value: "PATH", help: "the journal; the daemon says where unless given"),
            .init(
                name: "against", value: "HASH", help: "a hash that a notice carries: must be that of one of the lines"),
        ],
        summary:
            "Checks that no line of the register was changed; with a notice's hash, that none is missing at its end.",
        example: "verify --journal /var/lib/breachclock/journal"
    )

    private static let broken: Int32 = 1

    static func run(_ session: Session) throws(CommandFailure) -> Int32 {
        let against = try wantedHash(session.arguments.value("against"))
        let path = try journalPath(session)
        let bytes = try read(path)
        var foundAt: Int?
        var lines = 0
        let result: JournalReader.Result
        do throws(JournalReader.Damage) {
            result = try JournalReader.read(bytes) { fact, head in
                lines = fact.sequence
                if head.hash == against { foundAt = fact.sequence }
            }
        } catch {
            var verdict = Verdict(path: path, facts: error.line - 1, head: nil, damage: error)
            verdict.against = against
            verdict.foundAt = foundAt
            try tell(session, verdict)
            return broken
        }
        var verdict = Verdict(path: path, facts: lines, head: result.head, tornBytes: result.tornBytes)
        verdict.redacted = result.redacted
        verdict.kept = result.kept
        verdict.against = against
        verdict.foundAt = foundAt
        try tell(session, verdict)
        return verdict.isWhole ? ExitCode.done : broken
    }

    /// What was found.
    private struct Verdict {
        var path: String
        var facts: Int
        var head: JournalHead?
        var damage: JournalReader.Damage?
        var tornBytes = 0
        var redacted: [JournalReader.RedactedText] = []
        var kept: [JournalReader.RedactedText] = []
        var against: String?
        var foundAt: Int?

        var isWhole: Bool { damage == nil && (against == nil || foundAt != nil) }
    }

    private static func wantedHash(_ text: String?) throws(CommandFailure) -> String? {
        guard let text else { return nil }
        guard text.utf8.count == 64, Hex.decode(text.lowercased()) != nil else {
            throw .usage("--against needs a hash of 64 hexadecimal digits.", hint: "A notice's last paragraph has one.")
        }
        return text.lowercased()
    }

    private static func journalPath(_ session: Session) throws(CommandFailure) -> String {
        if let path = session.arguments.value("journal") { return path }
        return try session.client.required("journal", of: try session.surroundings()).string ?? ""
    }

    private static func read(_ path: String) throws(CommandFailure) -> [UInt8] {
        do throws(SystemError) {
            if let bytes = try SystemDisk().read(path) { return bytes }
        } catch {
            throw CommandFailure(
                code: error.isNotPermitted ? ExitCode.notPermitted : ExitCode.notFound,
                sentence: "The journal cannot be read: \(error).",
                hint: error.isNotPermitted ? "Run this as root or as the daemon's account." : nil
            )
        }
        throw CommandFailure(
            code: ExitCode.notFound,
            sentence: "There is no journal at \(path).",
            hint: "Name it with --journal PATH."
        )
    }

    private static func tell(_ session: Session, _ verdict: Verdict) throws(CommandFailure) {
        if session.wantsJSON { return try session.print(json: json(verdict)) }
        if let damage = verdict.damage {
            return try session.print("BROKEN  \(verdict.path)\n\(damage)\n\(beforeDamage(verdict))\n")
        }
        var text = verdict.isWhole ? "WHOLE  \(verdict.path)\n" : "BROKEN  \(verdict.path)\n"
        text += "\(verdict.facts) facts, the last with the hash \(verdict.head?.hash ?? "")\n"
        if let against = verdict.against {
            text +=
                verdict.foundAt.map { "The hash \(against) is that of fact \($0).\n" }
                ?? "No fact has the hash \(against): facts are missing, or were written anew.\n"
        }
        for gone in verdict.redacted { text += "Redacted: the text “\(gone.field)” of fact \(gone.sequence).\n" }
        for kept in verdict.kept {
            text +=
                "Warning: the text “\(kept.field)” of fact \(kept.sequence) was redacted, and is there: an older copy was put back.\n"
        }
        if verdict.facts == 0 {
            text += "Warning: nothing was ever recorded in it, or all of it was cut off.\n"
        }
        if verdict.tornBytes > 0 {
            text += "Warning: a last line of \(verdict.tornBytes) bytes is unfinished; nobody was told of it.\n"
        }
        try session.print(text)
    }

    /// That lines follow from one another says nothing of the last of them: the line after it is what would.
    private static func beforeDamage(_ verdict: Verdict) -> String {
        guard let against = verdict.against else {
            return "The \(verdict.facts) facts before it follow from one another; "
                + "a hash that a notice carries shows up to where they are as they were: --against HASH."
        }
        // A text that is missing is found out only after the last line.
        let damaged = verdict.damage?.line ?? .max
        return verdict.foundAt.map { number in
            "The hash \(against) is that of fact \(number): up to there they are as they were"
                + (number < damaged ? "." : ", but for line \(damaged) and any other whose text is missing.")
        }
            ?? "None of the \(verdict.facts) facts before it has the hash \(against)."
    }

    private static func json(_ text: JournalReader.RedactedText) -> JSON {
        .object(["sequence": .integer(text.sequence), "field": .string(text.field)])
    }

    private static func json(_ verdict: Verdict) -> JSON {
        .object([
            "whole": .bool(verdict.isWhole),
            "facts": .integer(verdict.facts),
            "hash": .text(verdict.head?.hash),
            "line": .number(verdict.damage?.line),
            "reason": .text(verdict.damage?.reason),
            "foundAt": .number(verdict.foundAt),
            "tornBytes": .integer(verdict.tornBytes),
            "redacted": .array(verdict.redacted.map(json)),
            "kept": .array(verdict.kept.map(json)),
        ])
    }
}
