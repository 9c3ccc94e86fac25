import Foundation
import Testing

@testable import BreachClock

@Suite("The lock of who hands over")
struct OutboxLockTests {
    @Test("It is held by one at a time, by a lock in the spool that others may not read")
    func lock() throws {
        let folder = try TemporaryFolder()
        for name in ["new", "cur", "failed", "attempts"] {
            try FileManager.default.createDirectory(
                at: folder.url.appending(path: name), withIntermediateDirectories: true)
        }
        let outbox = try Outbox(path: folder.url.path, disk: SystemDisk())
        guard case .locked(let lock) = try outbox.lock() else {
            Issue.record("it is held already")
            return
        }
        let file = folder.url.appending(path: ".deliver.lock").path
        let permissions = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(permissions.map { $0 & 0o007 } == 0)
        _ = lock
    }

    @Test("Where nobody has it something can be done under it; what that throws comes through")
    func whileNobodyDelivers() throws {
        let folder = try TemporaryFolder()
        let folders = SpoolFolders(path: folder.url.path)
        var isDone = false
        #expect(try folders.whileNobodyDelivers(on: SystemDisk()) { isDone = true })
        #expect(isDone)
        #expect(FileManager.default.fileExists(atPath: folders.lock))
        let failure = SystemError("rename", "a letter", code: 5)
        #expect(throws: failure) {
            try folders.whileNobodyDelivers(on: SystemDisk()) { () throws(SystemError) in throw failure }
        }
        let missing = SpoolFolders(path: folder.url.appending(path: "missing").path)
        #expect(throws: SystemError.self) { try missing.whileNobodyDelivers(on: SystemDisk()) {} }
    }
}

@Suite("Locks that somebody replaces")
struct ReplacedLockTests {
    @Test("A lock whose place another file has taken is known, and the new one can be had beside it")
    func replaced() throws {
        let folder = try TemporaryFolder()
        let path = folder.url.appending(path: "lock").path
        guard case .locked(let old) = try LockFile.lock(path) else {
            Issue.record("it is held already")
            return
        }
        #expect(try old.isInPlace())
        try FileManager.default.moveItem(atPath: path, toPath: "\(path).old")
        #expect(try !old.isInPlace())
        try #require(FileManager.default.createFile(atPath: path, contents: nil))
        #expect(try !old.isInPlace())
        guard case .locked(let new) = try LockFile.lock(path) else {
            Issue.record("the new one is held already")
            return
        }
        #expect(try new.isInPlace())
        #expect(try !old.isInPlace())
    }
}

@Suite("The claim on a spool")
struct SpoolClaimTests {
    @Test("It is a lock that others may not read, and is taken again in a spool that was made again")
    func claim() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: ".breachd.lock")
        let claim = SpoolClaim(path: folder.url.path)
        for _ in 1...2 {
            try claim.take()
            try claim.take()
            let permissions = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
            #expect(permissions == 0o600)
            try FileManager.default.removeItem(at: file)
        }
        let missing = SpoolClaim(path: folder.url.appending(path: "missing").path)
        #expect(throws: Spool.Unusable.self) { try missing.take() }
    }
}
