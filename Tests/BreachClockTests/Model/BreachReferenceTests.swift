import Foundation
import Testing

@testable import BreachClock

@Suite("Breach references")
struct BreachReferenceTests {
    @Test(
        "A reference is read in either case",
        arguments: [
            ("EDATRS-2026-0001", "EDATRS", 2026, 1), ("edatrs-2026-0001", "EDATRS", 2026, 1),
            ("EDATRS-DRAFT-2026-0012", "EDATRS-DRAFT", 2026, 12), ("EWS-ASC-2027-9999", "EWS-ASC", 2027, 9999),
            ("BEDS-2026-10000", "BEDS", 2026, 10_000), ("X1-2026-0003", "X1", 2026, 3),
        ])
    func reads(text: String, protocolID: String, year: Int, number: Int) throws {
        let reference = try #require(BreachReference(text))
        #expect(reference == BreachReference(protocolID: protocolID, year: year, number: number))
    }

    @Test(
        "What is no reference is none",
        arguments: [
            "", "EDATRS", "EDATRS-2026", "2026-0001", "-2026-0001", "EDATRS-2026-001", "EDATRS-26-0001",
            "EDATRS-2026-0000", "EDATRS-2026-1000000000", "EDATRS-2026-00O1", "EDATRS-2026--001", "EDATRS-2026-0001-",
            "EDATRS-2026-0001 ", "EDATRS-2026-+001", "EDATRS-٢٠٢٦-0001", "EDATRS_2026_0001", "EDATRS-20260-0001",
            String(repeating: "X", count: 300) + "-2026-0001", "../../etc/passwd", ".", "%2e%2e", "-rf",
        ])
    func refuses(text: String) {
        #expect(BreachReference(text) == nil)
    }

    @Test("A reference is written with four digits at least, and read back as itself")
    func roundTrips() {
        for number in [1, 42, 9999, 10_000, 123_456_789] {
            let reference = BreachReference(protocolID: "EDATRS-DRAFT", year: 2026, number: number)
            #expect(BreachReference(reference.description) == reference)
        }
        #expect(BreachReference(protocolID: "EDATRS", year: 2026, number: 1).description == "EDATRS-2026-0001")
    }

    @Test("References are ordered by protocol, year and number")
    func isOrdered() throws {
        let texts = ["BEDS-2027-0001", "EDATRS-2026-0002", "EDATRS-2026-0010", "EDATRS-2027-0001"]
        let references = try texts.map { try #require(BreachReference($0)) }
        #expect(references.reversed().sorted() == references)
    }

    @Test(
        "Every reference that a protocol's id makes is one by the status schema, and is read",
        arguments: ["A", "SCHOOL-", "SCHOOL--", "A-1-", "EWS-ASC", "X" + String(repeating: "-", count: 63)])
    func agreesWithTheSchema(id: String) throws {
        #expect(Identifier.protocolID.matches(id))
        let schema = try JSON(parsing: try Repository.bytes("docs/status.schema.json"))
        let reference = schema.object?["$defs"]?.object?["reference"]?.object
        let pattern = try Regex(try #require(reference?["pattern"]?.string))
        for number in [1, 999_999_999] {
            let text = BreachReference(protocolID: id, year: 2026, number: number).description
            #expect(text.wholeMatch(of: pattern) != nil, "\(text)")
            #expect(BreachReference(text)?.description == text)
        }
    }
}
