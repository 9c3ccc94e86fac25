/// Deciding on `redact`: a text that should never have been written is deleted, and that it was is recorded.
extension Clockwork {
    /// What a redaction comes to.
    ///
    /// Source: R31; UK GDPR Art 17.
    func decide(_ command: RedactCommand) throws(Refusal) -> Decision {
        let breach = try breach(named: command.breach)
        let texts = try CheckedTexts(
            [("reason", command.reason, .text)], personalDataReason: command.personalDataReason)
        let found = try text(command.field, of: breach)
        let reason = try texts.required(
            "reason", "Deleting a text from the register needs a reason, which stays in it.")
        let record = RedactionRecord(
            reference: breach.reference,
            sequence: found.sequence,
            field: found.field,
            reason: reason,
            personalDataReason: texts.personalDataReason
        )
        return .record(.textRedacted(record), breach.reference)
    }

    /// What whoever deleted a text is told: how many notices of that breach have not left yet, and are written anew. Nil
    /// where all have.
    ///
    /// Source: R31 (letters that were sent before are not called back).
    func remark(on record: RedactionRecord) -> String? {
        let waiting = (ledger.waiting + ledger.returned).count { $0.reference == record.reference }
        guard waiting > 0 else { return nil }
        let notices =
            waiting == 1
            ? "1 notice that was not handed over yet is" : "\(waiting) notices that were not handed over yet are"
        return "Deleted “\(record.field)” of \(record.reference); that it was deleted, and why, stays in the register. "
            + "\(notices) written anew without it, but for what is being handed over right now; see what waits with: "
            + "breachctl spool"
    }

    /// The text that the field names: by its name alone where there is one of that name, else with its fact's number.
    private func text(_ field: String, of breach: Breach) throws(Refusal) -> KeptText {
        let all = keptTexts(of: breach.reference)
        let parts = field.split(separator: ":", maxSplits: 1).map(String.init)
        let number = parts.count == 2 ? Int(parts[0]) : nil
        let name = number == nil ? field : parts[1]
        let matching = all.filter { $0.field == name && (number == nil || $0.sequence == number) }
        if let only = matching.first, matching.count == 1 { return only }
        let choices = (matching.isEmpty ? all : matching).map(\.description).joined(separator: ", ")
        let problem =
            matching.isEmpty
            ? "\(breach.reference) has no text “\(field.shownInMessage)”; it has"
            : "\(breach.reference) has several texts “\(name.shownInMessage)”; name one with its fact's number:"
        throw .refused(field: "field", reason: "\(problem) \(choices.isEmpty ? "none" : choices).")
    }

    /// A text that stands in the register.
    private struct KeptText: CustomStringConvertible {
        var sequence: Int
        var field: String
        var description: String { "\(sequence):\(field)" }
    }

    private func keptTexts(of reference: BreachReference) -> [KeptText] {
        ledger.history(of: reference).flatMap { fact in
            fact.event.namedTexts
                .filter { $0.text != .redacted }
                .map { KeptText(sequence: fact.sequence, field: $0.name) }
        }
    }
}
