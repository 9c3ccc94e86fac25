/// Looks through free texts for personal data of the people concerned, which no notice may hold.
///
/// Source: R27; UK GDPR Art 5(1)(c).
enum PersonalData {
    /// What a text was found to hold.
    ///
    /// Source: R27.
    enum Finding: String, CaseIterable, Sendable {
        /// A number of the National Health Service; of National Insurance; a postcode; a date of birth.
        ///
        /// Source: R27.
        case nhsNumber = "an NHS number"
        case nationalInsuranceNumber = "a National Insurance number"
        case postcode = "a UK postcode"
        case dateOfBirth = "a date of birth"
    }

    /// Refuses the first text that holds personal data, unless a reason is given. The reason is looked through itself,
    /// and nothing overrides that.
    ///
    /// Source: R27.
    static func check(_ texts: [(field: String, text: String)], reason: String?) throws(Refusal) {
        for (field, text) in texts.sorted(by: { $0.field < $1.field }) {
            guard reason == nil || field == "personalDataReason", let finding = finding(in: text) else { continue }
            let advice =
                field == "personalDataReason"
                ? "say why without naming anybody."
                : "write it without, or give a personal-data reason that says why it must stand."
            throw .refused(
                field: field,
                reason: "The text holds what looks like \(finding.rawValue), and is mailed and kept; \(advice)"
            )
        }
    }

    /// What personal data the text holds, nil where none was found.
    ///
    /// Source: R27.
    static func finding(in text: String) -> Finding? {
        // Text pasted from a letter has spaces that do not break: they are spaces. Text pasted from a page has signs
        // that nobody sees, such as where a long word may break: they separate nothing.
        let characters = text.lowercased().unicodeScalars.compactMap { scalar -> Unicode.Scalar? in
            let properties = scalar.properties
            if properties.isDefaultIgnorableCodePoint { return nil }
            return properties.generalCategory == .spaceSeparator ? " " : scalar
        }
        for start in characters.indices {
            // Its digits alone make an NHS number: a letter beside them does not hide it.
            if isNHSNumber(characters, at: start) { return .nhsNumber }
            guard isBoundary(characters, before: start) else { continue }
            if isNationalInsuranceNumber(characters, at: start) { return .nationalInsuranceNumber }
            if isPostcode(characters, at: start) { return .postcode }
        }
        return hasDateOfBirth(characters) ? .dateOfBirth : nil
    }

    // MARK: - NHS number

    /// Ten digits, 3-3-4 with spaces or hyphens allowed, the last one right by modulus 11, not part of a longer run.
    ///
    /// Source: R27; NHS Data Model and Dictionary, "NHS NUMBER".
    private static func isNHSNumber(_ text: [Unicode.Scalar], at start: Int) -> Bool {
        var digits: [Int] = []
        var index = start
        for group in [3, 3, 4] {
            if !digits.isEmpty, index < text.count, isSeparator(text[index]) { index += 1 }
            for _ in 0..<group {
                guard index < text.count, let digit = digit(text[index]) else { return false }
                digits.append(digit)
                index += 1
            }
        }
        let isUnbroken = index == start + 10
        let touches = (start > 0 && digit(text[start - 1]) != nil) || (index < text.count && digit(text[index]) != nil)
        guard !touches, !isInLongerRun(text, start, index, acrossSpaces: !isUnbroken) else { return false }
        let sum = zip(digits, stride(from: 10, to: 1, by: -1)).reduce(0) { $0 + $1.0 * $1.1 }
        // A remainder of 0 makes check digit 0 (11 counts as 0); one of 1 would make 10, which is no digit.
        return (11 - sum % 11) % 11 == digits[9]
    }

    /// Whether digits go on before or after, across one separator: then this is a part of a longer number. Ten digits in
    /// one are a run of their own, whatever number stands a space away.
    private static func isInLongerRun(
        _ text: [Unicode.Scalar],
        _ start: Int,
        _ end: Int,
        acrossSpaces: Bool
    ) -> Bool {
        let joins = { (scalar: Unicode.Scalar) in isSeparator(scalar) && (acrossSpaces || !isSpace(scalar)) }
        let before = start >= 2 && joins(text[start - 1]) && digit(text[start - 2]) != nil
        let after = end + 1 < text.count && joins(text[end]) && digit(text[end + 1]) != nil
        return before || after
    }

    // MARK: - National Insurance number

    /// Two letters, six digits, a letter A to D, spaces allowed between.
    ///
    /// Source: R27.
    private static func isNationalInsuranceNumber(_ text: [Unicode.Scalar], at start: Int) -> Bool {
        var index = start
        let shape: [(Unicode.Scalar) -> Bool] =
            Array(repeating: isLetter, count: 2) + Array(repeating: { digit($0) != nil }, count: 6)
            + [{ ("a"..."d").contains($0) }]
        for (place, matches) in shape.enumerated() {
            if place > 0 { while index < text.count, isSpace(text[index]) { index += 1 } }
            // `ZA242481 a ...` is a registration with the regulator and a word, not a number and its last letter.
            if place == 8, index > start + 8, index - start == 9, text[start] == "z" { return false }
            guard index < text.count, matches(text[index]) else { return false }
            index += 1
        }
        return isEnd(text, index)
    }

    // MARK: - Postcode

    /// Outward code (one or two letters, a digit, perhaps a digit or letter), perhaps a space, inward code (a digit and
    /// two letters other than C, I, K, M, O and V).
    ///
    /// Source: R27; BS 7666, UK government postcode format.
    private static func isPostcode(_ text: [Unicode.Scalar], at start: Int) -> Bool {
        var letters = 0
        while letters < 2, start + letters < text.count, isLetter(text[start + letters]) { letters += 1 }
        guard letters > 0, start + letters < text.count, digit(text[start + letters]) != nil else { return false }
        let afterDigit = start + letters + 1
        // The district may have a second character; try both lengths.
        return isInward(text, at: afterDigit)
            || (afterDigit < text.count && isAlphanumeric(text[afterDigit]) && isInward(text, at: afterDigit + 1))
    }

    private static func isInward(_ text: [Unicode.Scalar], at start: Int) -> Bool {
        var index = start
        while index < text.count, index < start + 2, isSpace(text[index]) { index += 1 }
        guard index + 2 < text.count, digit(text[index]) != nil else { return false }
        let letters = text[(index + 1)...(index + 2)]
        return letters.allSatisfy { isLetter($0) && !"cikmov".unicodeScalars.contains($0) } && isEnd(text, index + 3)
    }

    // MARK: - Date of birth

    private static let birthWords = ["born", "dob", "d.o.b.", "d.o.b", "date of birth"].map { Array($0.unicodeScalars) }

    /// A date within 20 characters after a word for birth.
    ///
    /// Source: R27.
    private static func hasDateOfBirth(_ text: [Unicode.Scalar]) -> Bool {
        for start in text.indices where isBoundary(text, before: start) {
            for word in birthWords where text[start...].starts(with: word) {
                let end = start + word.count
                guard isEnd(text, end) || digit(text[end]) != nil else { continue }
                let window = end..<min(end + 21, text.count)
                let begins = { (index: Int) in
                    isAlphanumeric(text[index]) && (index == end || isBoundary(text, before: index))
                }
                if window.contains(where: { begins($0) && isDate(text, at: $0) }) { return true }
            }
        }
        return false
    }

    /// `1/2/1990`, `01.02.90`, `1990-02-01`, `1 February 1990`, `1st Feb 90`, `February 1, 1990`.
    private static func isDate(_ text: [Unicode.Scalar], at start: Int) -> Bool {
        var words = DateWords(text, from: start)
        guard let first = words.next() else { return false }
        guard let second = words.next(), let third = words.next() else { return false }
        switch (first, second, third) {
        case (.number(let day), .number(let month), .number(let year)):
            return isDay(day) && isDay(month) && isYear(year) || isFullYear(day) && isDay(month) && isDay(year)
        case (.number(let day), .month, .number(let year)), (.month, .number(let day), .number(let year)):
            return isDay(day) && isYear(year)
        default:
            return false
        }
    }

    private static func isDay(_ number: Int) -> Bool { (1...31).contains(number) }
    private static func isFullYear(_ number: Int) -> Bool { (1850...2200).contains(number) }
    private static func isYear(_ number: Int) -> Bool { (0...99).contains(number) || isFullYear(number) }

    /// The words of a date: numbers, with or without `st` and the like, and months' names.
    private struct DateWords {
        enum Word {
            case number(Int)
            case month
        }

        private let text: [Unicode.Scalar]
        private var index: Int

        init(_ text: [Unicode.Scalar], from start: Int) {
            self.text = text
            index = start
        }

        mutating func next() -> Word? {
            while index < text.count, " /.-,".unicodeScalars.contains(text[index]) { index += 1 }
            let start = index
            while index < text.count, isAlphanumeric(text[index]) { index += 1 }
            let word = String(String.UnicodeScalarView(text[start..<index]))
            if word == "of" { return next() }
            let bare =
                ["st", "nd", "rd", "th"].first(where: word.hasSuffix).map { String(word.dropLast($0.count)) } ?? word
            if let number = Int(bare), bare.utf8.count <= 4 { return .number(number) }
            let isMonth = word.count >= 3 && Self.months.contains { $0.hasPrefix(word) }
            return isMonth ? .month : nil
        }

        private static let months = [
            "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
            "november",
            "december",
        ]
    }

    // MARK: - Characters

    private static func digit(_ scalar: Unicode.Scalar) -> Int? {
        ("0"..."9").contains(scalar) ? Int(scalar.value) - 48 : nil
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool { ("a"..."z").contains(scalar) }

    private static func isAlphanumeric(_ scalar: Unicode.Scalar) -> Bool { isLetter(scalar) || digit(scalar) != nil }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar == " " }

    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        isSpace(scalar) || scalar == "-" || ("\u{2010}"..."\u{2013}").contains(scalar)
    }

    private static func isBoundary(_ text: [Unicode.Scalar], before index: Int) -> Bool {
        index == 0 || !isAlphanumeric(text[index - 1])
    }

    private static func isEnd(_ text: [Unicode.Scalar], _ index: Int) -> Bool {
        index >= text.count || !isAlphanumeric(text[index])
    }
}
