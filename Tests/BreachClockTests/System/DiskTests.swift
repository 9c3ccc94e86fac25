import Foundation
import Testing

@testable import BreachClock

@Suite("Folders on a disk")
struct DiskTests {
    /// What cannot have a folder made below it, how the folder is asked for, and why it cannot be made.
    static let inTheWay: [(what: String, path: String, code: Int32)] = [
        ("a link that leads nowhere", "link/spool", ENOENT), ("the same, further up", "link/var/spool", ENOENT),
        ("a file", "file/state", ENOTDIR), ("the same, further up", "file/var/state", ENOTDIR),
        ("a folder of the system's own", "/proc/breachclock/state", ENOENT),
    ]

    @Test("A folder that cannot be made is an error that names what could not, and why", arguments: inTheWay)
    func unmakable(_ way: (what: String, path: String, code: Int32)) throws {
        let folder = try TemporaryFolder()
        try folder.write([], as: "file")
        try FileManager.default.createSymbolicLink(atPath: "\(folder.url.path)/link", withDestinationPath: "/gone")
        let path = way.path.hasPrefix("/") ? way.path : "\(folder.url.path)/\(way.path)"
        let error = #expect(throws: SystemError.self) { try SystemDisk().makeFolder(path, permissions: 0o700) }
        #expect(error?.code == way.code)
        #expect(path.hasPrefix(error?.operand ?? "nothing"))
    }

    @Test("A folder is made with those above it, and one that is there already is taken as it is")
    func made() throws {
        let above = try TemporaryFolder()
        let path = "\(above.url.path)/a/b"
        for _ in 1...2 { try SystemDisk().makeFolder(path, permissions: 0o700) }
        #expect(try SystemDisk().status(path)?.permissions == 0o700)
        #expect(try SystemDisk().status(folder(of: path))?.permissions == 0o755)
    }
}
