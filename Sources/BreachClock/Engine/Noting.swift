/// Deciding on `note`: advice received, remedial action, an effect.
extension Clockwork {
    /// What a note comes to.
    ///
    /// Source: contract of `note`; UK GDPR Art 33(5); R25 (a closed breach still takes notes).
    func decide(_ command: NoteCommand) throws(Refusal) -> Decision {
        let breach = try breach(named: command.breach)
        let texts = try CheckedTexts([("text", command.text, .text)], personalDataReason: command.personalDataReason)
        let record = NoteRecord(
            reference: breach.reference,
            kind: command.kind,
            text: try texts.required("text", "A note needs its text."),
            personalDataReason: texts.personalDataReason
        )
        return .record(.noteAdded(record), breach.reference)
    }
}
