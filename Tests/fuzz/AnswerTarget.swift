/// What answers at the socket may be anything: breachctl takes it for results, or ends with a sentence; and whatever
/// results it takes, it can show.
enum AnswerTarget: FuzzTarget {
    static let name = "answers"

    // One thread runs all of this.
    nonisolated(unsafe) private static let client = ControlClient(path: "socket")

    static func run(_ bytes: [UInt8]) {
        let answer: JSONObject
        do throws(CommandFailure) {
            answer = try client.results(bytes)
        } catch {
            expect(codes.contains(error.code), "it ends with \(error.code)")
            expect(!error.sentence.isEmpty, "it ends without a sentence")
            return
        }
        for name in ["breach", "breaches", "facts", "protocols"] {
            guard let value = try? client.required(name, of: answer) else { continue }
            expect(value.object != nil || value.array != nil || value.string != nil, "\(name) is nothing")
            show(value)
            for element in value.array ?? [] { show(element) }
        }
        var table = CSV(header: ["id"])
        table.add(answer, columns: answer.members.map(\.key))
        expect(table.text.hasSuffix("\r\n"), "the register has no line end")
        let page = RegisterPage(
            organisation: "", columns: answer.members.map(\.key), breaches: [answer], head: .empty,
            screen: Screen(now: Register.now, zone: Register.zone, columns: nil, hasColour: false))
        let controls = page.text.unicodeScalars.filter { $0.properties.generalCategory == .control }
        expect(controls.allSatisfy { $0 == "\n" || $0 == "\t" }, "the page has control characters")
    }

    private static let codes = [
        ExitCode.bug, ExitCode.refused, ExitCode.notFound, ExitCode.notPermitted, ExitCode.tryAgain,
    ]

    private static func show(_ value: JSON) {
        let view = BreachView(value)
        for columns in [nil, 1, 80] {
            let screen = Screen(now: Register.now, zone: Register.zone, columns: columns, hasColour: true)
            expect(BreachPage(view, screen).text.hasSuffix("\n"), "the page has no line end")
            _ = screen.next(view.text("what"), view.instant("at"))
            _ = view.text("to").map(NoticeWords.recipient)
            _ = NoticeWords.short(view.text("what") ?? "")
        }
    }
}
