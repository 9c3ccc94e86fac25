import Testing

@testable import BreachClock

@Suite("Spool on a disk")
struct SpoolTests {
    let disk = SimulatedDisk(seed: 0)
    let spool: Spool

    init() throws {
        spool = Spool(path: "/spool", disk: disk)
        #expect(try spool.prepare())
    }

    @Test(
        "A folder that is none, or on another file system, is refused; a disk that fails is not",
        arguments: [true, false])
    func unusable(isLink: Bool) throws {
        disk.appearances["/spool/cur"] = isLink ? .of(.link) : .of(.folder, device: 2)
        let refusal = try #require(throws: Spool.Unusable.self) { try spool.check() }
        guard case .refused(let sentence) = refusal else {
            Issue.record("\(refusal)")
            return
        }
        #expect(sentence.hasPrefix("/spool/cur is \(isLink ? "no folder of its own" : "on another file system")"))
        disk.next = (1, .failure(SimulatedDisk.ioError))
        let failure = try #require(throws: Spool.Unusable.self) { try spool.check() }
        guard case .failing = failure else {
            Issue.record("\(failure)")
            return
        }
    }

    @Test("What is there is checked and nothing is made; a folder that cannot be made may be made later")
    func missing() throws {
        let elsewhere = Spool(path: "/other", disk: disk)
        try elsewhere.check()
        #expect(try disk.status("/other") == nil)
        disk.trouble = .full
        #expect(throws: Spool.Unusable.self) { try elsewhere.prepare() }
        disk.trouble = nil
        #expect(try elsewhere.prepare())
        #expect(try !elsewhere.prepare())
    }

    @Test("A message that is not staged can be published again and not for the first time")
    func published() throws {
        try spool.stage("one", Array("one\n".utf8))
        #expect(try spool.stagedNames() == ["one"])
        try spool.publish(["one"], again: false)
        #expect(try spool.stagedNames() == [])
        #expect(try spool.look().waiting == ["one"])
        try spool.publish(["one"], again: true)
        #expect(throws: SystemError.self) { try spool.publish(["one"], again: false) }
    }

    @Test("When staged messages last changed is the time of their folder, and of none the end of time")
    func stagedChanged() throws {
        disk.now = Instant(1000)
        try spool.stage("one", [])
        #expect(try spool.stagedChangedAt() == Instant(1000))
        #expect(try Spool(path: "/none", disk: disk).stagedChangedAt() == Instant(.max))
    }
}

@Suite("Replaced files")
struct ReplacedFileTests {
    @Test("A file is replaced whole; one that cannot be is removed, and nothing of the new one is left")
    func replaced() throws {
        let disk = SimulatedDisk(seed: 0)
        let file = ReplacedFile(path: "/status.json", disk: disk)
        try file.replace(with: Array("old".utf8))
        try file.replace(with: Array("new".utf8))
        #expect(disk.contents("/status.json") == Array("new".utf8))
        disk.trouble = .full
        let failure = #expect(throws: SystemError.self) { try file.replace(with: Array("newer".utf8)) }
        #expect(failure?.code == SimulatedDisk.noSpace)
        #expect(disk.paths == [])
        disk.trouble = nil
        disk.appearances["/status.json.next"] = .of(.socket)
        try file.replace(with: Array("newest".utf8))
        #expect(disk.contents("/status.json") == Array("newest".utf8))
    }
}
