import Glibc

/// Who may use a file besides its owner, by groups: its access list where the file system keeps one, else its mode.
///
/// Source: acl(5).
struct AccessList: Equatable, Sendable {
    /// The numbers of the groups that may read and write, in order.
    ///
    /// Source: acl(5), ACL_GROUP.
    var groups: [Int]

    /// The list that lets those groups read and write.
    ///
    /// Source: acl(5).
    init(groups: [Int]) {
        self.groups = groups
    }

    // MARK: - The bytes

    /// The attribute that holds the list.
    private static let attribute = "system.posix_acl_access"
    private static let version: UInt32 = 2
    private static let headerBytes = 4
    private static let entryBytes = 8
    /// The number of an entry that names nobody.
    private static let nobody = UInt32.max
    private static let readAndWrite: UInt16 = 6

    /// What an entry is about: the owner, the owning group, a named group, the most that groups may, all others.
    private enum Tag: UInt16 {
        case owner = 0x01
        case owningGroup = 0x04
        case group = 0x08
        case mask = 0x10
        case others = 0x20
    }

    /// The list as the attribute holds it: a version, then entries of tag, permissions and number, little-endian. Without
    /// groups it says no more than a mode of 0600, and the kernel keeps none.
    ///
    /// Source: linux/posix_acl_xattr.h; acl(5), "CORRESPONDENCE BETWEEN ACL ENTRIES AND FILE PERMISSION BITS".
    var bytes: [UInt8] {
        var bytes = Self.littleEndian(Self.version)
        func add(_ tag: Tag, _ permissions: UInt16, _ number: UInt32 = Self.nobody) {
            bytes += Self.littleEndian(tag.rawValue) + Self.littleEndian(permissions) + Self.littleEndian(number)
        }
        add(.owner, Self.readAndWrite)
        add(.owningGroup, 0)
        for group in groups { add(.group, Self.readAndWrite, UInt32(clamping: group)) }
        if !groups.isEmpty { add(.mask, Self.readAndWrite) }
        add(.others, 0)
        return bytes
    }

    /// The list that the attribute's bytes hold; nil where they are none.
    ///
    /// Source: linux/posix_acl_xattr.h.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.headerBytes, (bytes.count - Self.headerBytes) % Self.entryBytes == 0,
            Self.number(bytes[..<Self.headerBytes]) == Int(Self.version)
        else { return nil }
        groups = []
        for start in stride(from: Self.headerBytes, to: bytes.count, by: Self.entryBytes)
        where Self.number(bytes[start..<start + 2]) == Int(Tag.group.rawValue)
            && Self.number(bytes[start + 2..<start + 4]) & Int(Self.readAndWrite) == Int(Self.readAndWrite)
        {
            groups.append(Self.number(bytes[start + 4..<start + Self.entryBytes]))
        }
    }

    private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    // MARK: - The file

    /// By what means groups are admitted to a file.
    ///
    /// Source: acl(5); chmod(2).
    enum Means: Equatable, Sendable {
        /// Its list names them.
        ///
        /// Source: acl(5).
        case list
        /// It belongs to the one group that there is.
        ///
        /// Source: chown(2).
        case owningGroup
        /// It is open to everybody, since there is no way to name them; the sentence says why.
        ///
        /// Source: chmod(2).
        case everybody(because: String)
    }

    /// Lets the owner and the groups use the file, and nobody else where that can be had.
    ///
    /// Source: setxattr(2), ENOTSUP; chown(2), EPERM; chmod(2).
    func apply(to path: String) throws(SystemError) -> Means {
        let bytes = bytes
        if unsafe setExtendedAttribute(path, Self.attribute, bytes, bytes.count, 0) == 0 { return .list }
        let failure = SystemError("set the access list of", path)
        if failure.isOfTheMachine { throw failure }
        switch groups.count {
        case 0:
            try Self.setMode(0o600, of: path)
            return .list
        case 1 where unsafe chown(path, uid_t.max, gid_t(clamping: groups[0])) == 0:
            try Self.setMode(0o660, of: path)
            return .owningGroup
        default:
            try Self.setMode(0o666, of: path)
            return .everybody(because: "\(failure)")
        }
    }

    private static func setMode(_ mode: mode_t, of path: String) throws(SystemError) {
        guard unsafe chmod(path, mode) == 0 else { throw SystemError("set the mode of", path) }
    }

    /// The list of the file at that path; nobody where it cannot be looked at.
    ///
    /// Source: getxattr(2); acl(5).
    init(of path: String) {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe getExtendedAttribute(path, Self.attribute, &bytes, bytes.count)
        if count > 0, let list = AccessList(Array(bytes[..<count])) {
            self = list
            return
        }
        var entry = stat()
        let isOfGroup = unsafe stat(path, &entry) == 0 && entry.st_mode & S_IWGRP != 0 && entry.st_mode & S_IWOTH == 0
        groups = isOfGroup ? [Int(entry.st_gid)] : []
    }
}

// The Glibc module does not show these two.

@_silgen_name("setxattr")
private func setExtendedAttribute(
    _ path: UnsafePointer<CChar>,
    _ name: UnsafePointer<CChar>,
    _ value: UnsafePointer<UInt8>,
    _ size: Int,
    _ flags: Int32
) -> Int32

@_silgen_name("getxattr")
private func getExtendedAttribute(
    _ path: UnsafePointer<CChar>,
    _ name: UnsafePointer<CChar>,
    _ value: UnsafeMutablePointer<UInt8>,
    _ size: Int
) -> Int
