import Testing

@testable import BreachClock

@Suite("breachctl: handing over")
struct DeliveryTests {
    private static let sendmail = Sendmail(path: "/m", limitSeconds: 9, clock: SystemClock())

    private static func verdict(_ how: ChildProcess.Ending.How, _ output: String = "") -> Sendmail.Verdict {
        sendmail.verdict(of: .init(how: how, output: Array(output.utf8)))
    }

    @Test("Of all codes three lie with the message for good, one means taken, and the rest may pass")
    func codes() {
        for code in Int32(0)...255 {
            switch Self.verdict(.exited(code)) {
            case .taken: #expect(code == 0)
            case .never(let reason): #expect([65, 67, 68].contains(code), "\(reason)")
            case .notNow(let reason): #expect(![0, 65, 67, 68].contains(code), "\(reason)")
            case .silent: Issue.record("\(code)")
            }
        }
        #expect(Self.verdict(.signalled(9)) == .notNow("/m was ended by signal 9"))
        #expect(Self.verdict(.tookTooLong) == .silent("/m took longer than 9 s"))
    }

    @Test("The reason has the program's last line, cut, with nothing in it that steers a terminal")
    func lastLine() {
        let said = Self.verdict(.exited(75), "first\nrelay \u{1B}[31m\u{202E}down\u{7}\n \n\n")
        let expected = #"/m ended with 75, a temporary failure: relay \u{1b}[31m\u{202e}down\u{7}"#
        #expect(said == .notNow(expected))
        guard case .notNow(let long) = Self.verdict(.exited(1), String(repeating: "x", count: 5000)) else {
            Issue.record("not a pause")
            return
        }
        #expect(long.count < 230 && long.hasSuffix("…"))
        let broken = Self.sendmail.verdict(of: .init(how: .exited(1), output: [0xFF, 0x0D, 0x0A]))
        #expect(broken == .notNow("/m ended with 1: \u{FFFD}"))
    }

    @Test("Each pause is twice the one before, up to a quarter of an hour")
    func pauses() {
        var attempts: DeliveryAttempts?
        var pauses: [Int] = []
        let now = Instant(1_000_000)
        for _ in 1...70 {
            let next = DeliveryAttempts.begun(after: attempts, at: now)
            pauses.append((next.nextAt ?? now) - now)
            attempts = next
        }
        #expect(Array(pauses.prefix(6)) == [60, 120, 240, 480, 900, 900])
        #expect(pauses.last == 900 && attempts?.count == 70)
    }

    @Test("A message pauses until its instant; a clock that was set back keeps none for longer than the longest pause")
    func pausing() {
        var attempts = DeliveryAttempts.begun(after: nil, at: Instant(1000))
        #expect(attempts.isPausing(at: Instant(1000)) && attempts.isPausing(at: Instant(1059)))
        #expect(!attempts.isPausing(at: Instant(1060)))
        #expect(!attempts.isPausing(at: Instant(0)))
        attempts.nextAt = nil
        #expect(!attempts.isPausing(at: Instant(1000)))
    }

    @Test("What is written down of attempts is read again; anything else says nothing")
    func document() throws {
        var attempts = DeliveryAttempts.begun(after: nil, at: Instant(1_795_000_000))
        attempts.reason = "a “quoted” reason\u{7}"
        #expect(DeliveryAttempts(bytes: attempts.bytes) == attempts)
        attempts.nextAt = nil
        #expect(DeliveryAttempts(bytes: attempts.bytes) == attempts)
        let whole = attempts.bytes
        for length in 0..<(whole.count - 2) { #expect(DeliveryAttempts(bytes: Array(whole[..<length])) == nil) }
        for text in ["", "[]", "{}", #"{"attempts":0,"lastAt":"2026-11-20T14:05:00Z","reason":""}"#, "\u{0}"] {
            #expect(DeliveryAttempts(bytes: Array(text.utf8)) == nil)
        }
    }

    /// A header and what is read of it.
    private static let headers: [(text: String, to: [String], returnPath: String?)] = [
        (
            "From: \"A, B\"\n <a@b.example>\nTo: c@d.example,\n \"x, y\" <e@f.example>\n\nTo: g@h.example\n",
            ["c@d.example", "e@f.example"], "a@b.example"
        ),
        ("From: a@b.example\r\nTo: c@d.example\r\n\r\n", ["c@d.example"], "a@b.example"),
        (#"From: "a \"b\", c\\" <a@b.example>"# + "\n\n", [], "a@b.example"),
        ("FROM: =?utf-8?q?=C3=A9?= <a+b@c-d.example>\n\n", [], "a+b@c-d.example"),
        ("From: -oQ/tmp@x.example\n\n", [], nil), ("From: a@b.example, c@d.example\n\n", [], nil),
        ("From: \"a b\"@c.example\n\n", [], nil), ("From: a@b@c\n\n", [], nil), ("From: a;b@c.example\n\n", [], nil),
        ("From: @c.example\n\n", [], nil), ("From:\n\n", [], nil), ("", [], nil), ("\n", [], nil), (" x\n:\n", [], nil),
    ]

    @Test("Of a header the recipients are read, and a return path that is safe on a command line", arguments: headers)
    func header(text: String, to: [String], returnPath: String?) {
        let header = MessageHeader(of: Array(text.utf8))
        #expect(header.recipients == to)
        #expect(header.returnPath == returnPath)
        #expect(MessageHeader(of: [0xFF, 0x00] + Array(text.utf8)).recipients.count <= to.count)
    }
}

@Suite("The spool as it is emptied")
struct OutboxTests {
    let disk = SimulatedDisk(seed: 0)
    let outbox: Outbox

    init() throws {
        let spool = Spool(path: "/spool", disk: disk)
        #expect(try spool.prepare())
        for name in ["b", "a"] { try spool.stage(name, Array("\(name)\n".utf8), .own) }
        _ = try spool.publish(["b", "a"], again: false)
        outbox = try Outbox(path: "/spool", disk: disk)
    }

    private func message(_ name: String) throws -> Outbox.Message {
        try #require(try (outbox.waiting() + outbox.setAside()).first { $0.name == name })
    }

    @Test("A folder in which no breachd has prepared a spool is none")
    func none() throws {
        let error = #expect(throws: SystemError.self) { try Outbox(path: "/", disk: disk) }
        #expect(error?.isNotFound == true)
    }

    @Test("The oldest comes first; folders, links and hidden files are no messages")
    func order() throws {
        disk.appearances["/spool/new/b"] = .of(.file, modified: FileTime(seconds: 5, nanoseconds: 2))
        disk.appearances["/spool/new/a"] = .of(.file, modified: FileTime(seconds: 5, nanoseconds: 1))
        #expect(try outbox.waiting().map(\.name) == ["a", "b"])
        disk.appearances["/spool/new/b"] = .of(.file, modified: FileTime(seconds: 4, nanoseconds: 9))
        #expect(try outbox.waiting().map(\.name) == ["b", "a"])
        disk.appearances["/spool/new/b"] = .of(.link)
        try disk.write("/spool/new/.hidden", [], permissions: 0o600, durably: true)
        #expect(try outbox.waiting().map(\.name) == ["a"])
    }

    @Test("A message is noted, handed over and forgotten; set aside and put back")
    func moves() throws {
        let attempts = DeliveryAttempts.begun(after: nil, at: Instant(1_795_000_000))
        for name in ["a", "b"] { try outbox.note(attempts, of: message(name)) }
        #expect(try message("a").attempts == attempts)
        try outbox.handOver(message("a"))
        try outbox.setAside(message("b"))
        #expect(
            disk.paths.filter { $0.hasPrefix("/spool/") } == [
                "/spool/.deliver.lock", "/spool/attempts/b", "/spool/cur/a:2,S", "/spool/failed/b",
            ])
        try outbox.retry(message("b"))
        #expect(disk.names(under: "/spool/new") == ["b"])
        #expect(try message("b").attempts == nil)
    }

    @Test("R28: What the mail system has, and could not be moved, is known as that, unless it was written anew since")
    func taken() throws {
        var attempts = DeliveryAttempts.begun(after: nil, at: Instant(1_795_000_000))
        attempts.taken = try message("a").file
        attempts.reason = "the mail system has it"
        try outbox.note(attempts, of: message("a"))
        let listed = try message("a")
        #expect(listed.attempts == attempts)
        #expect(try outbox.isUnchanged(listed))
        let next = DeliveryAttempts.begun(after: attempts, at: Instant(1_795_000_900))
        #expect(next.taken == attempts.taken && next.reason == attempts.reason && next.count == 2)
        // Whatever the clock was.
        for seconds in [-1, 1_795_000_001] {
            disk.appearances["/spool/new/a"] = .of(.file, modified: FileTime(seconds: seconds, nanoseconds: 0))
            #expect(try message("a").attempts?.taken == nil)
            #expect(try !outbox.isUnchanged(listed))
        }
    }

    @Test("What cannot be read of attempts, or is no file of ours, says nothing; a machine that fails is no answer")
    func oddAttempts() throws {
        try disk.makeOneFolder("/spool/attempts/a", permissions: 0o700)
        try disk.makeOneFolder("/spool/attempts/old", permissions: 0o700)
        try disk.write("/spool/attempts/b", Array(repeating: 0x20, count: 70_000), permissions: 0o600, durably: true)
        #expect(try outbox.waiting().map(\.attempts) == [nil, nil])
        try outbox.forgetOthers(than: outbox.waiting())
        disk.failing = { action, path in action == "open" && path == "/spool/attempts/b" ? 13 : nil }
        #expect(try outbox.waiting().map(\.attempts) == [nil, nil])
        disk.failing = { action, path in action == "open" && path == "/spool/attempts/b" ? 5 : nil }
        #expect(throws: SystemError("open", "/spool/attempts/b", code: 5)) { try outbox.waiting() }
        disk.failing = { _, _ in nil }
        try outbox.forgetOthers(than: [])
        #expect(disk.names(under: "/spool/attempts") == [])
        #expect(try disk.status("/spool/attempts/old")?.kind == .folder)
    }

    @Test("What is known of messages that are gone is forgotten, and nothing else")
    func sweeps() throws {
        let attempts = DeliveryAttempts.begun(after: nil, at: Instant(1_795_000_000))
        for name in ["a", "b"] { try outbox.note(attempts, of: message(name)) }
        disk.take("/spool/new/a")
        try outbox.forgetOthers(than: outbox.waiting())
        #expect(disk.names(under: "/spool/attempts") == ["b"])
    }

    @Test("Whatever call the power is cut at, the message is in the spool or was taken, never both gone")
    func powerCuts() throws {
        for calls in 1...12 {
            let disk = SimulatedDisk(seed: UInt64(calls))
            let spool = Spool(path: "/spool", disk: disk)
            _ = try spool.prepare()
            try spool.stage("a", [1], .own)
            _ = try spool.publish(["a"], again: false)
            try disk.syncFolder("/spool/new")
            let outbox = try Outbox(path: "/spool", disk: disk)
            let message = try #require(try outbox.waiting().first)
            disk.next = (calls, .powerCut)
            do {
                try outbox.note(DeliveryAttempts.begun(after: nil, at: Instant(1_795_000_000)), of: message)
                try outbox.handOver(message)
            } catch {}
            disk.restart(powerCut: true)
            let places = disk.paths.filter { $0.hasPrefix("/spool/new/") || $0.hasPrefix("/spool/cur/") }
            #expect(!places.isEmpty, "at call \(calls)")
        }
    }
}
