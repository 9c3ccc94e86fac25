import Foundation
import Testing

@testable import BreachClock

@Suite("Folders on a disk")
struct DiskTests {
    /// What cannot have a folder made below it, how the folder is asked for, which cannot be made, and why.
    static let inTheWay: [(what: String, path: String, named: String, code: Int32)] = [
        ("a link that leads nowhere", "link/spool", "link/spool", ENOENT),
        ("the same, further up", "link/var/spool", "link/var", ENOENT),
        ("a file", "file/state", "file/state", ENOTDIR),
        ("the same, further up", "file/var/state", "file/var", ENOTDIR),
        ("a folder of the system's own", "/proc/breachclock/state", "/proc/breachclock", ENOENT),
    ]

    @Test("A folder that cannot be made is an error that names what could not, and why", arguments: inTheWay)
    func unmakable(_ way: (what: String, path: String, named: String, code: Int32)) throws {
        let folder = try TemporaryFolder()
        try folder.write([], as: "file")
        try FileManager.default.createSymbolicLink(atPath: "\(folder.url.path)/link", withDestinationPath: "/gone")
        func place(_ path: String) -> String { path.hasPrefix("/") ? path : "\(folder.url.path)/\(path)" }
        let error = #expect(throws: SystemError.self) {
            try SystemDisk().makeFolder(place(way.path), permissions: 0o700)
        }
        #expect(error?.code == way.code)
        #expect(error?.operand == place(way.named))
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
