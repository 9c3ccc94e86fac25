import Testing

@testable import BreachClock

@Suite("The instants of files")
struct FileInstantTests {
    /// What a file system keeps, and what is counted with.
    private static let times: [(kept: Int, counted: String)] = [
        (.min, "1970-01-01T00:00:00Z"), (-1, "1970-01-01T00:00:00Z"), (0, "1970-01-01T00:00:00Z"),
        (1_795_000_000, "2026-11-18T11:06:40Z"), (253_370_764_799, "9998-12-31T23:59:59Z"),
        (253_370_764_800, "9998-12-31T23:59:59Z"), (.max, "9998-12-31T23:59:59Z"),
    ]

    @Test("Whatever time a file was given, it is one that can be written down", arguments: times)
    func clamped(kept: Int, counted: String) {
        #expect(FileTime(seconds: kept, nanoseconds: 0).instant.rfc3339 == counted)
    }
}
