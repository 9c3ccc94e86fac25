import Testing

@testable import BreachClock

@Suite("What the register makes of the spool when either fails")
struct SpoolTroubleTests {
    private static let hours48 = 48 * 3600

    /// A breach whose partners' deadline comes in 100 seconds, its notices in the spool.
    private static func desk() throws -> (Desk, BreachReference) {
        let desk = try Desk()
        let reference = try desk.report(detected: (desk.now - hours48 + 100).rfc3339)
        return (desk, try #require(BreachReference(reference)))
    }

    /// An agent takes all that waits, at that instant.
    private static func takeAll(_ desk: Desk, at instant: Instant) throws {
        desk.disk.now = instant
        let names = desk.disk.names(under: "/spool/new")
        try #require(!names.isEmpty)
        for name in names { try desk.disk.rename("/spool/new/\(name)", to: "/spool/cur/\(name):2,") }
        try desk.disk.syncFolder("/spool/new")
        try desk.disk.syncFolder("/spool/cur")
    }

    private static func check(_ desk: Desk, _ reference: BreachReference, handedOverAt instant: Instant) throws {
        let breach = try #require(desk.registrar.clockwork.ledger[reference])
        #expect(breach.partnersDeadline.state == .met)
        #expect(breach.misses.isEmpty)
        let told = breach.notices.filter { $0.order.kind == .breachNotice }
        #expect(!told.isEmpty)
        #expect(told.allSatisfy { $0.handedOverAt == instant })
    }

    @Test(
        "R11: What was handed over in time is judged so while the spool or the register cannot be written to",
        arguments: [("/spool/tmp", .full), ("/spool/tmp", .writesFail), ("/state/journal", .full)]
            as [(String, SimulatedDisk.Trouble)])
    func trouble(place: String, trouble: SimulatedDisk.Trouble) throws {
        let (desk, reference) = try Self.desk()
        let due = desk.now + 100
        desk.disk.troubled = place
        desk.disk.trouble = trouble
        _ = try desk.call(
            "Report", ["protocol": "MOSAIC", "detected": "now", "by": "essex-police", "summary": "Another folder."])
        try Self.takeAll(desk, at: due - 50)
        try desk.pass(99)
        try desk.pass(3)
        try desk.pass(10)
        desk.disk.trouble = nil
        try desk.pass(10)
        try Self.check(desk, reference, handedOverAt: due - 50)
    }

    @Test("R11: A call that comes while the register cannot be written to judges nothing without looking either")
    func callBetweenRetries() throws {
        let (desk, reference) = try Self.desk()
        let due = desk.now + 100
        desk.disk.troubled = "/state/journal"
        desk.disk.trouble = .full
        _ = try desk.call("Note", ["breach": .string("\(reference)"), "kind": "action", "text": "Locks were changed."])
        try Self.takeAll(desk, at: due - 50)
        try desk.pass(102)
        desk.disk.trouble = nil
        desk.now = desk.now + 1
        try desk.note("\(reference)")
        try Self.check(desk, reference, handedOverAt: due - 50)
    }

    @Test("R11: A notice that left before it was recorded as written is judged by when it left")
    func unrecordedWriting() throws {
        let (desk, reference) = try Self.desk()
        let due = desk.now + 100
        let journal = try #require(desk.disk.contents("/state/journal"))
        let lines = journal.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
        try #require(String(decoding: lines[lines.count - 1], as: UTF8.self).contains("notices-written"))
        desk.disk.overwrite(
            "/state/journal", Array(lines.dropLast().joined(separator: [UInt8(ascii: "\n")])) + [UInt8(ascii: "\n")])
        try Self.takeAll(desk, at: due - 50)
        desk.now = due + 50
        desk.disk.now = desk.now
        try desk.restart()
        try desk.pass(1)
        try desk.pass(1)
        try Self.check(desk, reference, handedOverAt: due - 50)
    }

    @Test("R28, R31: Notices that were swept before they appeared are not taken for sent by a redaction")
    func sweptBeforeRedaction() throws {
        let (desk, _) = try Self.desk()
        desk.disk.failing = { action, path in action == "rename" && path.hasPrefix("/spool/tmp/") ? 5 : nil }
        let breach = try #require(BreachReference(try desk.report("MOSAIC", by: "essex-police")))
        let staged = desk.disk.names(under: "/spool/tmp")
        try #require(!staged.isEmpty)
        // The daemon is down, and what stayed in the folder for so long was removed.
        desk.now = desk.now + 37 * 3600
        desk.disk.now = desk.now
        for name in staged { desk.disk.take("/spool/tmp/\(name)") }
        desk.disk.failing = { action, path in action == "open" && path.hasPrefix("/spool/tmp/") ? 28 : nil }
        try desk.restart()
        _ = try desk.call(
            "Redact", ["breach": .string("\(breach)"), "field": "summary", "reason": "It says who is concerned."])
        #expect(desk.registrar.clockwork.ledger[breach]?.redactions.count == 1)
        try desk.pass(10)
        let notices = try #require(desk.registrar.clockwork.ledger[breach]).notices
        #expect(notices.allSatisfy { $0.writtenAt == nil && $0.handedOverAt == nil })
        desk.disk.failing = { _, _ in nil }
        try desk.pass(10)
        #expect(desk.registrar.clockwork.ledger[breach]?.notices.allSatisfy { $0.writtenAt != nil } == true)
        #expect(desk.disk.names(under: "/spool/new").contains { $0.hasPrefix("\(breach).") })
    }

    @Test("A notice that cannot appear holds up no other, of later breaches neither, and the status says so")
    func inTheWay() throws {
        let (desk, _) = try Self.desk()
        var refused = ""
        desk.disk.failing = { action, path in
            guard action == "rename", path.hasPrefix("/spool/tmp/MOSAIC") else { return nil }
            let name = String(path.dropFirst("/spool/tmp/".count))
            if refused.isEmpty { refused = name }
            return refused == name ? 21 : nil
        }
        _ = try desk.report("MOSAIC", by: "essex-police")
        try desk.pass(6)
        let later = try desk.report("EWS-ASC", by: "provide")
        try desk.pass(6)
        #expect(desk.disk.names(under: "/spool/tmp") == [refused])
        let published = desk.disk.names(under: "/spool/new")
        #expect(published.contains { $0.hasPrefix("MOSAIC") } && published.contains { $0.hasPrefix("\(later).") })
        guard case .result(let status) = try desk.call("Status") else {
            throw VarlinkDescription.Failure(description: "no status")
        }
        #expect(status["level"]?.string == "critical")
        desk.disk.failing = { _, _ in nil }
        try desk.pass(6)
        #expect(desk.disk.names(under: "/spool/tmp") == [])
        #expect(desk.disk.names(under: "/spool/new").contains(refused))
    }

    @Test("A folder of the spool that is removed while the daemon runs is made again", arguments: ["cur", "attempts"])
    func missingFolder(name: String) throws {
        let (desk, _) = try Self.desk()
        desk.disk.lose("/spool/\(name)")
        try desk.pass(90)
        #expect(try desk.disk.status("/spool/\(name)")?.kind == .folder)
    }

    @Test("A spool of which a folder is a link says nothing of what was handed over", arguments: [true, false])
    func linkedFolder(isFull: Bool) throws {
        let (desk, reference) = try Self.desk()
        if isFull {
            desk.disk.troubled = "/spool/tmp"
            desk.disk.trouble = .full
            try desk.note("\(reference)")
            _ = try desk.report("MOSAIC", by: "essex-police")
        }
        for name in desk.disk.names(under: "/spool/new") { desk.disk.take("/spool/new/\(name)") }
        desk.disk.appearances["/spool/new"] = .of(.link)
        try desk.pass(10)
        try desk.pass(10)
        let notices = try #require(desk.registrar.clockwork.ledger[reference]).notices
        #expect(notices.allSatisfy { $0.handedOverAt == nil })
    }
}
