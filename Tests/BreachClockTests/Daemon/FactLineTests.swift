import Testing

@testable import BreachClock

@Suite("The log: a line a fact")
struct FactLineTests {
    @Test("It has the type, the account, the number and each reference, and no text of anybody's")
    func everyFact() {
        for (index, sample) in WireSamples.events.enumerated() {
            let fact = WireSamples.fact(sample.event, index + 1)
            let line = FactLine(fact).text
            let encoded = EncodedEvent(sample.event)
            #expect(line.hasSuffix("\(encoded.type.rawValue) by \(fact.account.name), fact \(index + 1)"))
            for reference in sample.event.references.prefix(3) { #expect(line.contains(reference.description)) }
            for (name, text) in encoded.texts {
                // Of a shorter one a letter could stand there by chance: the end of this test is for those.
                guard let text = text.text, text.count > 3 else { continue }
                #expect(!line.contains(text), "\(name) of \(encoded.type.rawValue)")
            }
            // What the reference, type, account and number leave is the words between them.
            let rest = sample.event.references.reduce(line) { $0.replacing($1.description, with: "") }
                .replacing(encoded.type.rawValue, with: "").replacing(fact.account.name, with: "")
            #expect(rest.wholeMatch(of: /[,: ]*(and \d+ more: )?by , fact \d+/) != nil, "\(line)")
        }
    }

    @Test("Every kind of fact has been tried")
    func complete() {
        let tried = Set(WireSamples.events.map { EncodedEvent($0.event).type })
        #expect(tried == Set(FactType.allCases))
    }

    @Test("A line under systemd begins with its priority; no character of it begins another line")
    func priorities() {
        var lines: [String] = []
        let log = Log(clock: SystemClock(), isUnderSystemd: true) { lines.append($0) }
        log(.critical, "a")
        log(.error, "b\nc")
        log(.warning, "d\u{2028}e")
        log(.info, "f\u{1B}[31m")
        #expect(lines == ["<2>a\n", "<3>b?c\n", "<4>d?e\n", "<6>f?[31m\n"])
    }
}
