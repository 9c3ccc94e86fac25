/// `breachctl completion`: what a shell needs to complete a line.
///
/// The scripts know nothing themselves: they ask this command what can stand in a line, so that one table of commands
/// serves parsing, help and all shells.
///
/// Source: contract of `completion`.
enum CompletionCommandLine: ControlCommand {
    static let specification = CommandSpecification(
        name: "completion",
        operands: [.init(name: "SHELL", choices: Shell.allCases.map(\.rawValue), help: "the shell")],
        options: [
            .init(
                name: "word", value: "WORD", isRepeatable: true,
                help: "a word of a line, the unfinished one last: prints what could stand for it")
        ],
        summary: "Prints the script by which a shell completes lines of breachctl.",
        example: "completion bash"
    )

    /// A shell.
    ///
    /// Source: contract of `completion`.
    enum Shell: String, CaseIterable {
        /// GNU bash, the Z shell, fish.
        ///
        /// Source: bash(1), zshcompsys(1), complete(1) of fish.
        case bash, zsh, fish
    }

    static func run(_ session: Session) throws(CommandFailure) -> Int32 {
        let name = try session.arguments.operand(0, of: specification)
        guard let shell = Shell(rawValue: name) else { preconditionFailure("the table has no other shell") }
        guard session.arguments.has("word") else {
            try session.print(shell.script)
            return ExitCode.done
        }
        let words = session.arguments.values("word")
        let line = UnfinishedLine(shell == .bash ? UnfinishedLine.joined(ofBash: words) : words)
        let client = ControlClient(path: Session.socketPath(line.socket), patience: .ofTyping)
        let candidates = Completions(line, client: client).candidates
        try session.print(candidates.map { shell.line($0) }.joined())
        return ExitCode.done
    }
}

extension CompletionCommandLine.Shell {
    /// A candidate as the shell's script reads it.
    ///
    /// Source: contract of `completion`.
    func line(_ candidate: Completions.Candidate) -> String {
        self == .bash || candidate.help.isEmpty ? "\(candidate.word)\n" : "\(candidate.word)\t\(candidate.help)\n"
    }

    /// The script.
    ///
    /// Source: bash(1), "Programmable Completion"; zshcompsys(1), "Completion Functions"; complete(1) of fish.
    var script: String {
        switch self {
        case .bash: Self.forBash
        case .zsh: Self.forZsh
        case .fish: Self.forFish
        }
    }

    private static let forBash = #"""
        # Completes lines of breachctl in bash, with or without the package bash-completion.
        _breachctl() {
            local word asked=() found
            for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do asked+=("--word=$word"); done
            found=$("$1" completion bash "${asked[@]}" 2>/dev/null) || return 0
            if [ "$found" = '<file>' ]; then
                # Where bash takes = for a word, it stands where nothing has been typed yet.
                [ "$word" = '=' ] && word=
                compopt -o filenames
                mapfile -t COMPREPLY < <(compgen -f -- "$word")
            elif [ -n "$found" ]; then
                mapfile -t COMPREPLY <<<"$found"
            fi
        }
        complete -F _breachctl breachctl

        """#

    private static let forZsh = #"""
        #compdef breachctl
        # Completes lines of breachctl in zsh.
        _breachctl() {
            local word
            local -a asked found
            for word in "${(@Q)words[2,CURRENT]}"; do asked+=("--word=$word"); done
            found=("${(@f)$("$words[1]" completion zsh "${asked[@]}" 2>/dev/null)}")
            if [[ "$found" == '<file>' ]]; then
                compset -P '--*='
                _files
            elif [[ -n "$found" ]]; then
                found=("${(@)found/$'\t'/:}")
                _describe breachctl found
            else
                return 1
            fi
        }
        # Loaded as a function it is called at once; read in by source it says what it is for.
        if [[ "${funcstack[1]}" == _breachctl ]]; then _breachctl "$@"; else compdef _breachctl breachctl; fi

        """#

    private static let forFish = #"""
        # Completes lines of breachctl in fish.
        function __breachctl_candidates
            set -l words (commandline -opc)
            set -l current (commandline -ct)
            set -l asked
            for word in $words[2..] "$current"
                set -a asked "--word=$word"
            end
            set -l found ($words[1] completion fish $asked 2>/dev/null)
            if test "$found" = '<file>'
                set -l option (string match -r -- '^--[^=]*=' $current)
                for path in (__fish_complete_path (string replace -- "$option" '' $current))
                    echo "$option$path"
                end
            else if test -n "$found"
                printf '%s\n' $found
            end
        end
        complete -c breachctl -f -a '(__breachctl_candidates)'

        """#
}
