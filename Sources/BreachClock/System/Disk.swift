import Glibc

/// The calls to a disk that the store makes: each is one call to the system, and may fail, or do a part, by itself.
/// Injected, so that a simulated disk can do so where a real one hardly ever does. What is made of them stands below, and
/// is the same on either.
///
/// Source: design, "time and disk are injected".
protocol Disk {
    /// Opens what is at that path; throws an error that is `isNotFound` when nothing is and the purpose makes nothing.
    ///
    /// Source: open(2).
    func open(_ path: String, for purpose: OpeningPurpose) throws(SystemError) -> any OpenFile
    /// Gives a file another name, replacing what has it.
    ///
    /// Source: rename(2).
    func rename(_ path: String, to newPath: String) throws(SystemError)
    /// Removes a file; throws an error that is `isNotFound` when there is none.
    ///
    /// Source: unlink(2).
    func unlink(_ path: String) throws(SystemError)
    /// Makes one folder with that mode, whatever the umask. One that is made in a folder that gives its group to what is
    /// made in it does so too.
    ///
    /// Source: mkdir(2), umask(2); inode(7), S_ISGID.
    func makeOneFolder(_ path: String, permissions: UInt32) throws(SystemError)
    /// The names in a folder, without `.` and `..`.
    ///
    /// Source: readdir(3).
    func names(in folder: String) throws(SystemError) -> [String]
    /// What is at that path, links not followed; nil when nothing is.
    ///
    /// Source: lstat(2).
    func status(_ path: String) throws(SystemError) -> FileStatus?
    /// The same path with all links followed; nil where it leads nowhere.
    ///
    /// Source: realpath(3).
    func resolved(_ path: String) -> String?
}

/// What a file is opened for.
///
/// Source: open(2).
enum OpeningPurpose: Equatable, Sendable {
    /// To read it through, from the disk rather than from memory.
    ///
    /// Source: open(2), O_RDONLY; posix_fadvise(2).
    case reading
    /// To add to its end, and to read what was added; made, for this account alone, where there is none.
    ///
    /// Source: open(2), O_APPEND, O_CREAT.
    case appending
    /// To write it anew with that mode, whatever the umask; emptied where there is one.
    ///
    /// Source: open(2), O_CREAT, O_TRUNC.
    case replacing(permissions: UInt32)
    /// To make the entries of a folder durable.
    ///
    /// Source: open(2), O_DIRECTORY.
    case syncingFolder
}

/// A file that is open. It is closed when nobody holds it any more.
///
/// Source: open(2), close(2).
protocol OpenFile {
    /// The next bytes, at most so many; none at the end.
    ///
    /// Source: read(2).
    func read(atMost count: Int) throws(SystemError) -> [UInt8]
    /// The bytes from that place on, at most so many; none at the end.
    ///
    /// Source: pread(2).
    func read(atMost count: Int, from offset: Int) throws(SystemError) -> [UInt8]
    /// Adds bytes: how many of them were taken, at least one.
    ///
    /// Source: write(2).
    func write(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int
    /// Makes what was written durable. When it throws, nobody can say what is on the disk, and a later call that succeeds
    /// says nothing of what was written before.
    ///
    /// Source: fdatasync(2), fsync(2) on directories.
    func sync() throws(SystemError)
    /// Cuts the file to so many bytes.
    ///
    /// Source: ftruncate(2).
    func cut(to size: Int) throws(SystemError)
    /// Whether it still stands where it was opened: what is written to one that somebody replaced nobody finds again.
    ///
    /// Source: fstat(2), lstat(2).
    func isInPlace() throws(SystemError) -> Bool
}

extension OpenFile {
    /// Adds all the bytes. When it throws, some of them may be there.
    ///
    /// Source: write(2) (fewer bytes than asked for may be written).
    func append(_ bytes: [UInt8]) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty { rest = rest.dropFirst(try write(rest)) }
    }

    /// Cuts the file to so many bytes, durably.
    ///
    /// Source: ftruncate(2), fdatasync(2).
    func truncate(to size: Int) throws(SystemError) {
        try cut(to: size)
        try sync()
    }
}

extension Disk {
    /// Bytes to ask for at once.
    private var chunkBytes: Int { 1 << 18 }

    /// The whole file; nil when there is none.
    ///
    /// Source: open(2), read(2).
    func read(_ path: String, atMost limit: Int = .max) throws(SystemError) -> [UInt8]? {
        let file: any OpenFile
        do throws(SystemError) {
            file = try open(path, for: .reading)
        } catch {
            if error.isNotFound { return nil }
            throw error
        }
        var bytes: [UInt8] = []
        while bytes.count < limit {
            let more = try file.read(atMost: min(chunkBytes, limit - bytes.count))
            if more.isEmpty { break }
            bytes += more
        }
        return bytes
    }

    /// Makes or replaces a file with that content.
    ///
    /// - Parameters:
    ///   - permissions: The file's mode, whatever the umask.
    ///   - durably: Whether the content must be on the disk before this returns.
    ///
    /// Source: open(2), write(2), fdatasync(2).
    func write(_ path: String, _ bytes: [UInt8], permissions: UInt32, durably: Bool) throws(SystemError) {
        let file = try open(path, for: .replacing(permissions: permissions))
        try file.append(bytes)
        if durably { try file.sync() }
    }

    /// Makes the folder's entries durable.
    ///
    /// Source: fsync(2), on directories.
    func syncFolder(_ path: String) throws(SystemError) {
        try open(path, for: .syncingFolder).sync()
    }

    /// Makes a folder durably, and those above it that are missing: those for everybody to look into.
    ///
    /// Source: mkdir(2), fsync(2).
    func makeFolder(_ path: String, permissions: UInt32) throws(SystemError) {
        let parent = folder(of: path)
        do throws(SystemError) {
            try makeLastFolder(path, permissions: permissions)
        } catch {
            guard error.isNotFound, parent != path else { throw error }
            try makeFolder(parent, permissions: 0o755)
            // What has the parent's name now may be a file, or a link that leads nowhere: that is not tried again.
            try makeLastFolder(path, permissions: permissions)
        }
    }

    /// Makes a folder durably in one that is there.
    private func makeLastFolder(_ path: String, permissions: UInt32) throws(SystemError) {
        do throws(SystemError) {
            try makeOneFolder(path, permissions: permissions)
        } catch {
            // Another process made it since it was looked for: whoever uses it looks at what it is.
            if error.isAlreadyThere { return }
            throw error
        }
        try syncFolder(folder(of: path))
    }

    /// Makes sure that nothing that is there keeps a folder from being made, or that it is one; makes nothing.
    ///
    /// Source: mkdir(2), ENOENT, ENOTDIR.
    func checkFolder(_ path: String) throws(SystemError) {
        var above = path
        while try status(above) == nil, folder(of: above) != above { above = folder(of: above) }
        // A link counts for what it leads to.
        guard try status("\(above)/.") != nil else { throw SystemError("make a folder in", above, code: ENOTDIR) }
    }

    /// Removes a file, if there is one.
    ///
    /// Source: unlink(2).
    func remove(_ path: String) throws(SystemError) {
        do throws(SystemError) { try unlink(path) } catch { if !error.isNotFound { throw error } }
    }
}

/// What a path is.
///
/// Source: lstat(2).
struct FileStatus: Equatable, Sendable {
    /// The kind of a file.
    ///
    /// Source: inode(7), S_IFMT.
    enum Kind: Equatable, Sendable {
        /// A regular file, a folder, a symbolic link, a socket, or something else.
        ///
        /// Source: inode(7).
        case file, folder, link, socket, other
    }

    /// The kind.
    ///
    /// Source: inode(7).
    var kind: Kind
    /// The permission bits.
    ///
    /// Source: inode(7).
    var permissions: UInt32
    /// The owner's number.
    ///
    /// Source: lstat(2).
    var owner: UInt32
    /// The file system that it is on.
    ///
    /// Source: lstat(2).
    var device: UInt64
    /// When its content changed last.
    ///
    /// Source: lstat(2), st_mtim.
    var modified: FileTime
    /// When anything of it changed last, its name too. Nobody can set it.
    ///
    /// Source: lstat(2), st_ctim.
    var changed: FileTime
}

/// A time of a file as the file system has it. Anybody who owns the file can set it to anything.
///
/// Source: inode(7), timestamps; utimensat(2).
struct FileTime: Equatable, Sendable {
    /// Seconds since the epoch.
    ///
    /// Source: inode(7).
    var seconds: Int
    /// Nanoseconds of the second.
    ///
    /// Source: inode(7).
    var nanoseconds: Int
}

/// The disk of this machine.
///
/// Source: open(2) and its relatives.
struct SystemDisk: Disk {
    /// The disk of this machine.
    ///
    /// Source: open(2).
    init() {}

    func resolved(_ path: String) -> String? {
        guard let found = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(found) }
        return unsafe String(validatingCString: found)
    }

    func open(_ path: String, for purpose: OpeningPurpose) throws(SystemError) -> any OpenFile {
        let flags = O_CLOEXEC | purpose.flags
        guard let number = retrying({ unsafe Glibc.open(path, flags, mode_t(purpose.permissions)) }) else {
            throw SystemError("open", path)
        }
        let file = SystemFile(Descriptor(number), path: path, isFolder: purpose == .syncingFolder)
        switch purpose {
        case .reading:
            // After a sync that failed the memory of the system may say other than the disk: the disk is asked.
            _ = posix_fadvise(number, 0, 0, POSIX_FADV_DONTNEED)
        case .replacing(let permissions):
            guard retrying({ fchmod(number, mode_t(permissions)) }) != nil else {
                throw SystemError("set the mode of", path)
            }
        case .appending, .syncingFolder: break
        }
        return file
    }

    func rename(_ path: String, to newPath: String) throws(SystemError) {
        guard retrying({ unsafe Glibc.rename(path, newPath) }) != nil else {
            throw SystemError("rename", "\(path) to \(newPath)")
        }
    }

    func names(in folder: String) throws(SystemError) -> [String] {
        guard let stream = unsafe opendir(folder) else { throw SystemError("open", folder) }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                if errno != 0 { throw SystemError("read", folder) }
                return names
            }
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }

    func status(_ path: String) throws(SystemError) -> FileStatus? {
        var entry = stat()
        guard unsafe lstat(path, &entry) == 0 else {
            let error = SystemError("look at", path)
            if error.isNotFound { return nil }
            throw error
        }
        return FileStatus(entry)
    }

    func makeOneFolder(_ path: String, permissions: UInt32) throws(SystemError) {
        // Not by a chmod after: that would take away the bit by which what is made in it gets its group.
        let before = umask(0)
        defer { _ = umask(before) }
        guard retrying({ unsafe mkdir(path, mode_t(permissions)) }) != nil else { throw SystemError("make", path) }
    }

    func unlink(_ path: String) throws(SystemError) {
        guard retrying({ unsafe Glibc.unlink(path) }) != nil else { throw SystemError("remove", path) }
    }
}

extension OpeningPurpose {
    /// How open(2) is asked. What is written anew is never waited for: a pipe that nobody reads may stand there.
    fileprivate var flags: Int32 {
        switch self {
        case .reading: O_RDONLY | O_NOFOLLOW | O_NONBLOCK
        case .appending: O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW
        case .replacing: O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK
        case .syncingFolder: O_RDONLY | O_DIRECTORY
        }
    }

    /// The mode of a file that is made.
    fileprivate var permissions: UInt32 {
        if case .replacing(let permissions) = self { permissions } else { 0o600 }
    }
}

extension FileStatus {
    /// What the system says of an entry.
    ///
    /// Source: lstat(2).
    fileprivate init(_ entry: stat) {
        let kind: Kind =
            switch entry.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .link
            case S_IFSOCK: .socket
            default: .other
            }
        self.init(
            kind: kind,
            permissions: entry.st_mode & 0o7777,
            owner: entry.st_uid,
            device: UInt64(entry.st_dev),
            modified: FileTime(seconds: entry.st_mtim.tv_sec, nanoseconds: entry.st_mtim.tv_nsec),
            changed: FileTime(seconds: entry.st_ctim.tv_sec, nanoseconds: entry.st_ctim.tv_nsec)
        )
    }
}

/// An open file of this machine's disk.
private struct SystemFile: OpenFile {
    private let descriptor: Descriptor
    private let path: String
    private let isFolder: Bool

    init(_ descriptor: Descriptor, path: String, isFolder: Bool) {
        self.descriptor = descriptor
        self.path = path
        self.isFolder = isFolder
    }

    func read(atMost count: Int) throws(SystemError) -> [UInt8] {
        switch try descriptor.read(atMost: count) {
        case .bytes(let bytes): bytes
        case .ended: []
        case .blocked: throw SystemError("read", path)
        }
    }

    func read(atMost count: Int, from offset: Int) throws(SystemError) -> [UInt8] {
        var result: Int?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            result = retrying { unsafe pread(descriptor.number, buffer.baseAddress, count, off_t(offset)) }
            initialized = result ?? 0
        }
        guard result != nil else { throw SystemError("read", path) }
        return bytes
    }

    func write(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
        let written = unsafe bytes.withUnsafeBytes { buffer in
            retrying { unsafe Glibc.write(descriptor.number, buffer.baseAddress, buffer.count) }
        }
        guard let written else { throw SystemError("write to", path) }
        // A disk that takes nothing and gives no reason would be asked without end.
        guard written > 0 || bytes.isEmpty else { throw SystemError("write to", path, code: EIO) }
        return written
    }

    func sync() throws(SystemError) {
        // One that was interrupted has lost nothing. After any other failure it is never made again: the system may have
        // given up what it could not write, and would say that all is well.
        guard retrying({ isFolder ? fsync(descriptor.number) : fdatasync(descriptor.number) }) != nil else {
            throw SystemError("sync", path)
        }
    }

    func cut(to size: Int) throws(SystemError) {
        guard retrying({ ftruncate(descriptor.number, off_t(size)) }) != nil else { throw SystemError("cut", path) }
    }

    func isInPlace() throws(SystemError) -> Bool { try descriptor.isFile(at: path) }
}
