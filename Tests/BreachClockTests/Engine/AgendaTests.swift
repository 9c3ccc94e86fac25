import Testing

@testable import BreachClock

@Suite("Agenda")
struct AgendaTests {
    private static func reference(_ number: Int) -> BreachReference {
        BreachReference(protocolID: "EDATRS", year: 2026, number: number)
    }

    @Test("An agenda with nothing on it has no first")
    func isEmpty() {
        var agenda = Agenda()
        #expect(agenda.first() == nil)
        agenda.set(Self.reference(1), nil)
        #expect(agenda.first() == nil)
    }

    @Test("A later word about a breach replaces the earlier, in both directions and back")
    func replaces() {
        var agenda = Agenda()
        for seconds in [50, 20, 90, 50, 20, .min, 20] {
            agenda.set(Self.reference(1), Instant(seconds))
            #expect(agenda.first()?.at == Instant(seconds))
        }
        agenda.set(Self.reference(1), nil)
        #expect(agenda.first() == nil)
        agenda.set(Self.reference(1), Instant(20))
        #expect(agenda.first()?.at == Instant(20))
    }

    @Test("It agrees with a plain table after every one of many random words", arguments: 1...20)
    func agreesWithATable(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var agenda = Agenda()
        var table: [BreachReference: Instant] = [:]
        for step in 0..<600 {
            let reference = Self.reference(Int.random(in: 1...25, using: &generator))
            switch Int.random(in: 0..<8, using: &generator) {
            case 0:
                agenda.set(reference, nil)
                table[reference] = nil
            case 1:
                agenda.set(reference, Instant(.min))
                table[reference] = Instant(.min)
            default:
                let instant = Instant(Int.random(in: 0..<40, using: &generator))
                agenda.set(reference, instant)
                table[reference] = instant
            }
            guard Bool.random(using: &generator) else { continue }
            let first = agenda.first()
            #expect(first?.at == table.values.min(), "seed \(seed), step \(step)")
            if let first { #expect(table[first.reference] == first.at, "seed \(seed), step \(step)") }
        }
        // Taken off one by one, they come in the order of time, each once.
        var order: [Instant] = []
        while let first = agenda.first() {
            #expect(table[first.reference] == first.at)
            table[first.reference] = nil
            agenda.set(first.reference, nil)
            order.append(first.at)
        }
        #expect(table.isEmpty)
        #expect(order == order.sorted())
    }

    @Test("An instant already set is not taken twice")
    func setsOnce() {
        var agenda = Agenda()
        agenda.set(Self.reference(1), Instant(5))
        agenda.set(Self.reference(1), Instant(5))
        agenda.set(Self.reference(2), Instant(6))
        agenda.set(Self.reference(1), nil)
        #expect(agenda.first()?.reference == Self.reference(2))
    }
}
