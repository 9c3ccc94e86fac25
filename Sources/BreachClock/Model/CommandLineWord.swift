/// What a word of a command line is by its form.
///
/// Told by bytes: before a combining mark `-` and `=` are other characters to Swift, and the same signs to whoever typed
/// them.
///
/// Source: POSIX utility syntax guidelines, GNU long options; contract of the programs.
enum CommandLineWord: Equatable {
    /// `--name` or `--name=value`.
    ///
    /// Source: GNU long options.
    case option(name: String, value: String?)
    /// `-x`, which no program of this product has.
    ///
    /// Source: contract of the programs (long options alone).
    case shortOption
    /// `--`: nothing after it is an option.
    ///
    /// Source: POSIX utility syntax guideline 10.
    case endOfOptions
    /// Anything else; `-` alone as well.
    ///
    /// Source: POSIX utility syntax guideline 13.
    case operand

    /// What that word is where options may stand.
    ///
    /// Source: contract of the programs (`--option=value`).
    init(_ word: String) {
        let hyphen = UInt8(ascii: "-")
        let bytes = word.utf8
        guard bytes.count > 1, bytes.first == hyphen else {
            self = .operand
            return
        }
        let name = bytes.dropFirst(2)
        guard bytes.dropFirst().first == hyphen else {
            self = .shortOption
            return
        }
        guard !name.isEmpty else {
            self = .endOfOptions
            return
        }
        let sign = name.firstIndex(of: UInt8(ascii: "="))
        self = .option(
            name: String(Substring(name[..<(sign ?? name.endIndex)])),
            value: sign.map { String(Substring(name[name.index(after: $0)...])) }
        )
    }
}
