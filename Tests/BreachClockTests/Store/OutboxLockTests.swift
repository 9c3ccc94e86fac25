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
}
