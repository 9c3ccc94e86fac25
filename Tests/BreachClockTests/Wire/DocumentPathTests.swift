import Testing

@testable import BreachClock

@Suite("Paths in a document")
struct DocumentPathTests {
    @Test(
        "A path is written as an administrator would say it",
        arguments: [
            (.root, ""), (.member("protocols", of: .root), "protocols"),
            (.element(3, of: .member("protocols", of: .root)), "protocols[3]"),
            (
                .member("partnerHours", of: .member("clause", of: .element(3, of: .member("protocols", of: .root)))),
                "protocols[3].clause.partnerHours"
            ),
            (.element(0, of: .root), "[0]"),
        ] as [(DocumentPath, String)])
    func words(path: DocumentPath, text: String) {
        #expect(path.description == text)
    }
}
