import Testing

@testable import BreachClock

@Suite("Nearest name")
struct NearestNameTests {
    private static let partners = [
        "cyber-media-solutions", "essex-county-council", "essex-partnership-university", "forward-trust", "open-road",
        "peabody", "phoenix-futures", "childrens-society",
    ]

    @Test(
        "A slip of the hand finds the name that was meant",
        arguments: [
            ("open-raod", "open-road"), ("openroad", "open-road"), ("OPEN-ROAD", "open-road"),
            ("pebody", "peabody"), ("forward", "forward-trust"), ("phoenix", "phoenix-futures"),
            ("essex-county", "essex-county-council"), ("essex-county-counsel", "essex-county-council"),
            ("childrens-socity", "childrens-society"), ("peabodyy", "peabody"), ("eabody", "peabody"),
        ])
    func finds(wanted: String, name: String) {
        #expect(nearestName(to: wanted, among: Self.partners) == name)
    }

    @Test(
        "What is far from every name finds none",
        arguments: ["", "x", "barnardos", "national-health-service", "zzzzzzz", "😀", "po"])
    func findsNone(wanted: String) {
        #expect(nearestName(to: wanted, among: Self.partners) == nil)
    }

    @Test("Among nothing nothing is found")
    func findsNoneAmongNone() {
        #expect(nearestName(to: "open-road", among: [String]()) == nil)
    }

    @Test("The nearer of two is found, whichever comes first")
    func findsNearer() {
        #expect(nearestName(to: "EDATSR", among: ["EDTRS", "EDATRS"]) == "EDATRS")
        #expect(nearestName(to: "EDATSR", among: ["EDATRS", "EDTRS"]) == "EDATRS")
    }

    @Test("Two letters in the wrong order are one slip, in a short name too")
    func findsSwappedLetters() {
        #expect(nearestName(to: "BDES", among: ["EDATRS", "BEDS"]) == "BEDS")
        #expect(nearestName(to: "BDSE", among: ["EDATRS", "BEDS"]) == nil)
    }

    @Test("A name of 100,000 letters is answered")
    func survivesLongNames() {
        #expect(nearestName(to: String(repeating: "z", count: 100_000), among: Self.partners) == nil)
    }

    @Test("A name is found if and only if it is near enough, whatever the letters", arguments: 0..<20)
    func findsWhatIsNear(seed: UInt64) {
        var numbers = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let name = numbers.text(of: ["a", "b", "c", "-", "1", "é"], length: 1...9)
            var wanted = Array(name.utf8)
            for _ in 0..<Int.random(in: 0...3, using: &numbers) { slip(&wanted, &numbers) }
            guard let text = String(validating: wanted, as: UTF8.self), !text.isEmpty, !name.contains(text) else {
                continue
            }
            let most = max(1, max(wanted.count, name.utf8.count) / 3)
            let isNear = distance(wanted[...], Array(name.utf8)[...]) <= most
            #expect(nearestName(to: text, among: [name]) == (isNear ? name : nil), "\(text) for \(name)")
        }
    }

    /// One letter is changed, taken away, added, or swapped with the next.
    private func slip(_ letters: inout [UInt8], _ numbers: inout SeededGenerator) {
        guard !letters.isEmpty else { return }
        let index = Int.random(in: letters.indices, using: &numbers)
        switch Int.random(in: 0..<4, using: &numbers) {
        case 0: letters[index] = UInt8(ascii: "d")
        case 1: letters.remove(at: index)
        case 2: letters.insert(UInt8(ascii: "e"), at: index)
        default: if index + 1 < letters.count { letters.swapAt(index, index + 1) }
        }
    }

    /// The distance by its definition.
    private func distance(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        guard let first = left.first, let other = right.first else { return max(left.count, right.count) }
        let (rest, others) = (left.dropFirst(), right.dropFirst())
        if first == other { return distance(rest, others) }
        var least = min(distance(rest, others), distance(rest, right), distance(left, others))
        if rest.first == other, others.first == first {
            least = min(least, distance(rest.dropFirst(), others.dropFirst()))
        }
        return least + 1
    }
}
