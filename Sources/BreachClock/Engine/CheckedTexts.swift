/// The free texts of a command, each looked through: for its length and characters, and for personal data that no notice
/// may hold.
///
/// Source: contract of the limits; R27.
struct CheckedTexts: Sendable {
    private var texts: [String: String] = [:]

    /// How long a text may be.
    ///
    /// Source: contract of the limits.
    enum Kind: Sendable {
        /// Some sentences, or a name.
        ///
        /// Source: contract of the limits.
        case text, name
    }

    /// Looks the texts through; the first that is wrong is refused.
    ///
    /// - Parameters:
    ///   - texts: Each with the parameter that it came in; nil where it was not given.
    ///   - personalDataReason: Why personal data stands in one all the same, itself looked through.
    ///
    /// Source: contract of the limits; R27.
    init(
        _ texts: [(field: String, text: String?, kind: Kind)],
        personalDataReason: String?
    ) throws(Refusal) {
        let reasonField = TextField.personalDataReason.rawValue
        for (field, text, kind) in texts + [(reasonField, personalDataReason, .text)] {
            guard let text else { continue }
            self.texts[field] =
                switch kind {
                case .text: try TextRules.checked(text, field: field)
                case .name: try TextRules.checkedName(text, field: field)
                }
        }
        try PersonalData.check(self.texts.map { ($0.key, $0.value) }, reason: self.texts[reasonField])
    }

    /// The text of that parameter; nil where it was not given.
    ///
    /// Source: R31.
    subscript(field: String) -> FreeText? { texts[field].map(FreeText.written) }

    /// Why personal data stands in a text all the same.
    ///
    /// Source: R27.
    var personalDataReason: FreeText? { self[TextField.personalDataReason.rawValue] }

    /// The text of that parameter, which must be given.
    ///
    /// - Parameter sentence: What to answer where it is not.
    ///
    /// Source: contract of the control socket, `Refused`.
    func required(_ field: String, _ sentence: @autoclosure () -> String) throws(Refusal) -> FreeText {
        guard let text = self[field] else { throw .refused(field: field, reason: sentence()) }
        return text
    }
}

extension TellingWords {
    /// Its texts, with the parameters that they come in.
    ///
    /// Source: contract of `decide`.
    var fields: [(field: String, text: String?, kind: CheckedTexts.Kind)] {
        [("when", when, .text), ("how", how, .text), ("byWhom", byWhom, .text)]
    }

    /// The same with its texts as they were checked.
    ///
    /// Source: R21.
    func checked(_ texts: CheckedTexts) -> Telling {
        Telling(when: texts["when"], how: texts["how"], byWhom: texts["byWhom"], ground: ground)
    }
}
