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
    func incomplete() throws {
        let elsewhere = Spool(path: "/other", disk: disk)
        try elsewhere.check()
        #expect(try disk.status("/other") == nil)
        disk.trouble = .full
        #expect(throws: Spool.Unusable.self) { try elsewhere.prepare() }
        disk.trouble = nil
        #expect(try elsewhere.prepare())
        #expect(try !elsewhere.prepare())
    }

    @Test("Who knows nothing of those that hand over takes nothing back")
    func recallsNothing() throws {
        try disk.write("/spool/new/a", [10], permissions: 0o600, durably: true)
        #expect(try spool.recall(["a"]) == nil)
        #expect(disk.names(under: "/spool/new") == ["a"])
    }

    @Test("In a spool that another daemon has nothing is made and nothing removed, whatever is missing of it")
    func held() throws {
        try spool.establish("f00d")
        disk.lose("/spool/new")
        let before = disk.paths
        let refusal = Spool.Unusable.refused("held")
        let other = Spool(path: "/spool", disk: disk) { () throws(Spool.Unusable) in throw refusal }
        #expect(throws: refusal) { try other.prepare() }
        #expect(other.path == "/spool")
        #expect(disk.paths == before)
        #expect(disk.contents("/spool/.breachclock") == Array("f00d\n".utf8))
        #expect(try disk.status("/spool/new") == nil)
    }

    @Test(
        "A spool whose messages were lost is known to be another one, wherever making it anew is interrupted",
        arguments: ["/spool/new", "/spool/tmp"], 1...12)
    func lost(folder: String, call: Int) throws {
        try spool.establish("f00d")
        disk.lose(folder)
        disk.next = (call, .failure(SimulatedDisk.noSpace))
        let first = try? spool.prepare()
        disk.next = nil
        let isLost = try first == true || spool.prepare()
        #expect(try isLost || spool.look().identity == nil)
    }

    @Test("A message that is not staged can be published again and not for the first time")
    func published() throws {
        try spool.stage("one", Array("one\n".utf8), .own)
        #expect(try spool.stagedNames() == ["one"])
        let whole = Spool.Publication(published: ["one"])
        #expect(try spool.publish(["one"], again: false) == whole)
        #expect(try spool.stagedNames() == [])
        #expect(try spool.look().waiting == ["one"])
        #expect(try spool.publish(["one"], again: true) == whole)
        let none = try spool.publish(["one"], again: false)
        #expect(none.published == [] && none.failure?.isNotFound == true)
    }

    @Test("One message that cannot appear holds up no other; a disk that fails is not asked again and again")
    func inTheWay() throws {
        for (code, published) in [(21, ["one", "three"]), (Int(SimulatedDisk.ioError), ["one"])] {
            for name in ["one", "two", "three"] { try spool.stage(name, [], .own) }
            disk.failing = { action, path in action == "rename" && path.hasSuffix("two") ? Int32(code) : nil }
            let publication = try spool.publish(["one", "two", "three"], again: false)
            #expect(publication.published == published)
            #expect(publication.failure?.code == Int32(code))
            #expect(try Set(spool.stagedNames()) == Set(["one", "two", "three"]).subtracting(published))
            disk.failing = { _, _ in nil }
        }
    }

    @Test(
        "What was set aside when a message was written before is not taken for the one that is written anew",
        arguments: [true, false])
    func writtenAnew(again: Bool) throws {
        try spool.stage("one", [1], .own)
        _ = try spool.publish(["one"], again: false)
        try disk.rename("/spool/new/one", to: "/spool/failed/one")
        // It has appeared: it is what was set aside.
        _ = try spool.publish(["one"], again: true)
        #expect(try spool.look().setAside == ["one"])
        try spool.stage("one", [2], .own)
        #expect(try spool.publish(["one"], again: again).published == ["one"])
        #expect(disk.names(under: "/spool/failed") == [])
        #expect(disk.contents("/spool/new/one") == [2])
    }

    @Test("What was set aside and cannot be removed holds up its own message alone")
    func setAsideInTheWay() throws {
        for name in ["one", "two"] { try spool.stage(name, [], .own) }
        try disk.write("/spool/failed/one", [], permissions: 0o600, durably: true)
        disk.failing = { action, path in action == "remove" && path == "/spool/failed/one" ? 21 : nil }
        let publication = try spool.publish(["one", "two"], again: false)
        #expect(publication.published == ["two"] && publication.failure?.code == 21)
        disk.failing = { _, _ in nil }
        #expect(try spool.publish(["one"], again: true) == .init(published: ["one"]))
        #expect(disk.names(under: "/spool/failed") == [])
    }

    @Test(
        "A lock of those that hand over is opened to the group, and nothing that stands there keeps notices from going out",
        arguments: [
            (FileStatus.of(.file, permissions: 0o600), 1), (.of(.file, permissions: 0o660), 0),
            (.of(.file, permissions: 0o664), 0), (.of(.folder), 0), (.of(.link), 0),
        ] as [(FileStatus, Int)])
    func lock(found: FileStatus, writes: Int) throws {
        disk.appearances["/spool"] = .of(.folder, permissions: 0o2770)
        disk.appearances["/spool/.deliver.lock"] = found
        var opened = 0
        disk.failing = { action, path in
            guard action == "open", path == "/spool/.deliver.lock" else { return nil }
            opened += 1
            return 21
        }
        #expect(try !spool.prepare())
        #expect(opened == writes)
    }

    @Test("Whether a folder of it is missing is told, and of an identity only the beginning is read")
    func missing() throws {
        #expect(try spool.check())
        disk.lose("/spool/attempts")
        #expect(try !spool.check())
        try spool.establish(String(repeating: "f", count: 5000))
        #expect(try spool.look().identity?.count == 1024)
    }

    @Test("R11: What was set aside is told apart from what waits, and from what is gone")
    func setAside() throws {
        for name in ["one", "two", "three"] { try spool.stage(name, [], .own) }
        _ = try spool.publish(["one", "two", "three"], again: false)
        try disk.rename("/spool/new/two", to: "/spool/failed/two")
        disk.take("/spool/new/three")
        let look = try spool.look()
        #expect(look.waiting == ["one"])
        #expect(look.setAside == ["two"])
    }

    @Test(
        "R11: A message that is moved aside or back while the daemon looks is never taken for gone",
        arguments: [("new", "failed"), ("failed", "new")])
    func movedMeanwhile(from: String, to: String) throws {
        try spool.stage("one", [], .own)
        _ = try spool.publish(["one"], again: false)
        if from == "failed" { try disk.rename("/spool/new/one", to: "/spool/failed/one") }
        for call in 1...8 {
            var calls = 0
            disk.betweenCalls = {
                calls += 1
                if calls == call { disk.move("/spool/\(from)/one", to: "/spool/\(to)/one") }
            }
            let look = try spool.look()
            disk.betweenCalls = {}
            #expect(look.waiting.contains("one") || look.setAside.contains("one"), "moved at call \(call)")
            if calls >= call { disk.move("/spool/\(to)/one", to: "/spool/\(from)/one") }
        }
    }

    @Test(
        "R11: The instant of a hand-over is that of the rename into cur, whatever flags stand there",
        arguments: [
            ("one:2,S", 50), ("one:2,", 50), ("one", 50), ("other", nil),
        ] as [(String, Int?)])
    func taken(name: String, at: Int?) throws {
        try spool.stage("one", [], .own)
        _ = try spool.publish(["one"], again: false)
        disk.now = Instant(50)
        try disk.rename("/spool/new/one", to: "/spool/cur/\(name)")
        disk.now = Instant(90)
        #expect(try spool.takenAt("one") == at.map(Instant.init))
    }

    @Test(
        "What is made follows the spool's folder: shared with its group, or this account's alone",
        arguments: [
            (0o2770, SpoolFolders.Access.shared), (0o770, .own), (0o2750, .own), (0o700, .own), (0o755, .own),
        ] as [(UInt32, SpoolFolders.Access)])
    func access(permissions: UInt32, expected: SpoolFolders.Access) throws {
        disk.appearances["/spool"] = .of(.folder, permissions: permissions)
        #expect(try spool.access() == expected)
        #expect(expected.folders == 0o770 || expected.folders == 0o700)
    }

    @Test("When staged messages last changed is the time of their folder, and of none the end of time")
    func stagedChanged() throws {
        disk.now = Instant(1000)
        try spool.stage("one", [], .own)
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

    @Test("Where what is in the way of the new one cannot be removed the old one is, all the same")
    func inTheWay() throws {
        let disk = SimulatedDisk(seed: 0)
        let file = ReplacedFile(path: "/status.json", disk: disk)
        try file.replace(with: Array("old".utf8))
        disk.appearances["/status.json.next"] = .of(.folder)
        disk.failing = { action, path in action == "remove" && path.hasSuffix(".next") ? 21 : nil }
        #expect(throws: SystemError("remove", "/status.json.next", code: 21)) {
            try file.replace(with: Array("new".utf8))
        }
        #expect(disk.contents("/status.json") == nil)
    }
}
