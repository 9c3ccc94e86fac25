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
}
