import Testing

@testable import BreachClock

@Suite("Words of a command line")
struct CommandLineWordTests {
    @Test(
        "A word is an option, the end of options or an operand by its signs, whatever combines with them",
        arguments: [
            ("", .operand), ("-", .operand), ("X-1", .operand), ("=", .operand), ("\u{301}--risk", .operand),
            ("--", .endOfOptions), ("-n", .shortOption), ("-\u{301}", .shortOption), ("-=", .shortOption),
            ("--risk", .option(name: "risk", value: nil)), ("--risk=", .option(name: "risk", value: "")),
            ("--risk=a=b", .option(name: "risk", value: "a=b")), ("--=", .option(name: "", value: "")),
            ("---", .option(name: "-", value: nil)),
            ("--name=\u{301}Ada", .option(name: "name", value: "\u{301}Ada")),
            ("--name\u{301}=Ada", .option(name: "name\u{301}", value: "Ada")),
            ("--\u{FE0F}", .option(name: "\u{FE0F}", value: nil)),
            // The one sign for `≠` is no equals sign, though it is equivalent to one with a stroke through it.
            ("--name≠Ada", .option(name: "name≠Ada", value: nil)),
        ] as [(String, CommandLineWord)])
    func forms(word: String, form: CommandLineWord) {
        #expect(CommandLineWord(word) == form)
    }
}
