import Testing

@testable import BreachClock

@Suite("R25: What is outstanding")
struct OutstandingTests {
    static let all: [(Outstanding, identifier: String, words: String)] = [
        (
            .acknowledgement(by: ["essex", "open-road"]), "acknowledgement essex, open-road",
            "acknowledgement by ESSEX; OPEN-ROAD"
        ),
        (.deadline(.partners), "deadline partners", "informing the partners"),
        (.deadline(.regulator), "deadline regulator", "notifying the regulator"),
        (.matter(.ico), "matter ico", "the outcome on notifying the regulator"),
        (.matter(.individuals), "matter individuals", "the outcome on telling the people concerned"),
        (.action(.ico), "notifying the regulator", "notifying the regulator"),
        (.action(.individuals), "telling the people concerned", "telling the people concerned"),
    ]

    @Test("It has one name in the register, by which it is known again, and words for people", arguments: 0..<all.count)
    func namedAndKnownAgain(index: Int) {
        let (outstanding, identifier, words) = Self.all[index]
        #expect(outstanding.identifier == identifier)
        #expect(Outstanding(identifier: identifier) == outstanding)
        #expect(outstanding.words { $0.uppercased() } == words)
    }

    @Test(
        "What the register calls nothing so is nothing",
        arguments: [
            "", "acknowledgement", "acknowledgement ", "deadline", "deadline ico", "matter partners", "matter",
            "Matter ico",
            "notifying the ICO",
        ])
    func unknown(identifier: String) {
        #expect(Outstanding(identifier: identifier) == nil)
    }
}
