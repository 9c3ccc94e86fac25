import Testing

@testable import BreachClock

@Suite("breachctl: the calls that it makes")
struct ControlClientTests {
    @Test("The largest message is the largest that the daemon takes")
    func largest() {
        #expect(ControlClient.largestMessage == Connection.largestMessage)
    }

    @Test("What is too long for a message is refused before anything is sent; what is not goes to the daemon")
    func tooLong() {
        let client = ControlClient(path: "/nonexistent/socket")
        func code(_ length: Int) -> Int32? {
            let text = String(repeating: "x", count: length)
            let failure = #expect(throws: CommandFailure.self) { try client.call(.note, ["text": .string(text)]) }
            return failure?.code
        }
        #expect(code(ControlClient.largestMessage) == ExitCode.refused)
        #expect(code(ControlClient.largestMessage - 1000) == ExitCode.noDaemon)
    }
}
