/// The seconds of a duration such as `24h`, `90m`, `60s` or `2d`; nil when the text is none. Up to 999,999 of a unit.
///
/// Source: contract of the configuration (`timing`) and of times (ages).
func durationSeconds(_ text: some StringProtocol) -> Int? {
    guard let unit = text.last, let seconds = ["s": 1, "m": 60, "h": 3600, "d": 86_400][unit] else { return nil }
    let digits = text.dropLast()
    guard (1...6).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
        let number = Int(digits)
    else { return nil }
    return number * seconds
}

/// A length of time in the largest unit of hours, minutes and seconds that it is a whole number of, such as `24h` or `90m`.
///
/// Source: contract of the configuration (`timing`); R28 (the occasion of a reminder).
func durationText(_ seconds: Int) -> String {
    if seconds % 3600 == 0 { return "\(seconds / 3600)h" }
    return seconds % 60 == 0 ? "\(seconds / 60)m" : "\(seconds)s"
}

/// A length of time in hours and minutes, exactly: `12 h`, `5 h 5 min`, `30 min`, `20 s`. Never negative.
///
/// Source: contract of `explain` (arithmetic to redo by hand).
func hoursText(_ seconds: Int) -> String {
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")]
        .filter { $0.0 > 0 }
        .map { "\($0.0) \($0.1)" }
    return parts.isEmpty ? "0 h" : parts.joined(separator: " ")
}
