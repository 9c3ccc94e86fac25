import Testing

@testable import BreachClock

@Suite("breachctl: completing a line")
struct CompletionTests {
    /// What a line is completed to without a daemon.
    private static func words(_ line: String...) -> [String] { words(line) }

    private static func words(_ line: [String]) -> [String] {
        let client = ControlClient(path: "/nobody/is/here.sock", patience: .ofTyping)
        return Completions(UnfinishedLine(line), client: client).candidates.map(\.word)
    }

    @Test("The first word is a command, also after options")
    func commands() {
        #expect(Self.words("") == CommandTable.all.map { $0.specification.name })
        #expect(Self.words([]) == Self.words(""))
        #expect(Self.words("re") == ["report", "register", "reopen", "redact"])
        #expect(Self.words("--json", "--socket", "/a", "tim") == ["timeline"])
        #expect(Self.words("help", "expl") == ["explain"])
    }

    @Test("Each command offers its options and those of all, each option's choices, and nothing that it does not take")
    func options() {
        for command in CommandTable.all.map({ $0.specification }) {
            let options = command.options + CommandSpecification.commonOptions
            #expect(Self.words(command.name, "--") == options.map { "--\($0.name)" })
            for option in options where !option.choices.isEmpty {
                #expect(Self.words(command.name, "--\(option.name)", "") == option.choices)
                #expect(
                    Self.words(command.name, "--\(option.name)=") == option.choices.map { "--\(option.name)=\($0)" })
            }
            for option in options where !option.takesValue {
                #expect(Self.words(command.name, "--\(option.name)=") == [])
            }
        }
    }

    @Test("An option that stands there is offered again only where it may be repeated")
    func repeated() {
        #expect(Self.words("plan", "--risk", "likely", "--r") == ["--reported"])
        #expect(Self.words("report", "--affected", "a", "--aff") == ["--affected"])
        #expect(!Self.words("status", "--check", "--").contains("--check"))
    }

    @Test("An operand's choices are offered in its place, whatever options stand before it")
    func operands() {
        #expect(Self.words("position", "X-1", "a", "") == ["notify", "do-not-notify"])
        #expect(Self.words("position", "--name", "N", "X-1", "--matter=ico", "a", "d") == ["do-not-notify"])
        #expect(Self.words("protocols", "") == ["show"])
        #expect(Self.words("completion", "") == ["bash", "zsh", "fish"])
        #expect(Self.words("status", "") == Self.words("status", "--"), "no operand is left: options")
    }

    @Test("Where the line is free, or nobody answers, nothing is offered")
    func nothing() {
        for line in [
            ["show", ""], ["report", "E", "--by", ""], ["report", "E", "--detected", ""], ["note", "X-1", ""],
            ["no-such-command", "--"], ["status", "--", ""], ["report", "--no-such="],
        ] { #expect(Self.words(line) == [], "\(line)") }
    }

    @Test("Where a path is wanted, the shell is told to offer files")
    func files() {
        #expect(Self.words("verify", "--journal", "") == ["<file>"])
        #expect(Self.words("--socket=/run") == ["<file>"])
    }

    @Test("What bash takes apart at an equals sign is put together again")
    func bash() {
        #expect(UnfinishedLine.joined(ofBash: ["report", "--risk", "=", "l"]) == ["report", "--risk", "l"])
        #expect(UnfinishedLine.joined(ofBash: ["report", "--risk", "="]) == ["report", "--risk", ""])
        #expect(UnfinishedLine.joined(ofBash: ["note", "X-1", "="]) == ["note", "X-1", "="])
    }

    @Test("The socket that the line names is the one that is asked")
    func socket() {
        #expect(UnfinishedLine(["show", "--socket", "/a", ""]).socket == "/a")
        #expect(UnfinishedLine(["--socket=/b", "show", ""]).socket == "/b")
        #expect(UnfinishedLine(["show", ""]).socket == nil)
    }
}
