import Glibc

/// What the store asks of a disk. Injected, so that a simulated disk can fail where a real one hardly ever does.
///
/// Source: design, "time and disk are injected".
protocol Disk {
    /// The whole file; nil when there is none.
    ///
    /// Source: open(2), read(2).
    func read(_ path: String) throws(SystemError) -> [UInt8]?
    /// Opens a file for appending, and makes it where there is none.
    ///
    /// Source: open(2), O_APPEND.
    func openAppending(_ path: String) throws(SystemError) -> any AppendableFile
    /// Makes or replaces a file with that content.
    ///
    /// - Parameters:
    ///   - permissions: The file's mode, whatever the umask.
    ///   - durably: Whether the content must be on the disk before this returns.
    ///
    /// Source: open(2), write(2), fsync(2).
    func write(_ path: String, _ bytes: [UInt8], permissions: UInt32, durably: Bool) throws(SystemError)
    /// Gives a file another name, replacing what has it.
    ///
    /// Source: rename(2).
    func rename(_ path: String, to newPath: String) throws(SystemError)
    /// Makes the folder's entries durable.
    ///
    /// Source: fsync(2), on directories.
    func syncFolder(_ path: String) throws(SystemError)
    /// The names in a folder, without `.` and `..`.
    ///
    /// Source: readdir(3).
    func names(in folder: String) throws(SystemError) -> [String]
    /// What is at that path, links not followed; nil when nothing is.
    ///
    /// Source: lstat(2).
    func status(_ path: String) throws(SystemError) -> FileStatus?
    /// Makes a folder, and those above it that are missing: those for everybody to look into.
    ///
    /// Source: mkdir(2).
    func makeFolder(_ path: String, permissions: UInt32) throws(SystemError)
    /// Removes a file, if there is one.
    ///
    /// Source: unlink(2).
    func remove(_ path: String) throws(SystemError)
}

/// A file that only grows, or is cut.
///
/// Source: open(2), O_APPEND.
protocol AppendableFile {
    /// Adds bytes at the end. When it throws, some of them may be there.
    ///
    /// Source: write(2).
    func append(_ bytes: [UInt8]) throws(SystemError)
    /// Makes all that was added durable.
    ///
    /// Source: fdatasync(2).
    func sync() throws(SystemError)
    /// Cuts the file to so many bytes, durably.
    ///
    /// Source: ftruncate(2), fsync(2).
    func truncate(to size: Int) throws(SystemError)
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

    func read(_ path: String) throws(SystemError) -> [UInt8]? {
        let number = retrying { unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) }
        guard let number else {
            let error = SystemError("open", path)
            if error.isNotFound { return nil }
            throw error
        }
        let file = Descriptor(number)
        // After a sync that failed the memory of the system may say other than the disk: the disk is asked.
        _ = posix_fadvise(number, 0, 0, POSIX_FADV_DONTNEED)
        var bytes: [UInt8] = []
        while case .bytes(let more) = try file.read(atMost: 1 << 18) { bytes += more }
        return bytes
    }

    func openAppending(_ path: String) throws(SystemError) -> any AppendableFile {
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW
        guard let number = retrying({ unsafe open(path, flags, 0o600) }) else { throw SystemError("open", path) }
        return SystemFile(Descriptor(number), path: path)
    }

    func write(_ path: String, _ bytes: [UInt8], permissions: UInt32, durably: Bool) throws(SystemError) {
        // Never waits: what stands there may be a pipe that nobody reads.
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        guard let number = retrying({ unsafe open(path, flags, mode_t(permissions)) }) else {
            throw SystemError("open", path)
        }
        let file = SystemFile(Descriptor(number), path: path)
        try file.append(bytes)
        guard fchmod(number, mode_t(permissions)) == 0 else { throw SystemError("set the mode of", path) }
        if durably, fsync(number) != 0 { throw SystemError("sync", path) }
    }

    func rename(_ path: String, to newPath: String) throws(SystemError) {
        guard unsafe Glibc.rename(path, newPath) == 0 else { throw SystemError("rename", "\(path) to \(newPath)") }
    }

    func syncFolder(_ path: String) throws(SystemError) {
        guard let number = retrying({ unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }) else {
            throw SystemError("open", path)
        }
        let folder = Descriptor(number)
        guard fsync(folder.number) == 0 else { throw SystemError("sync", path) }
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

    func makeFolder(_ path: String, permissions: UInt32) throws(SystemError) {
        if unsafe mkdir(path, mode_t(permissions)) != 0 {
            let error = SystemError("make", path)
            // Another process made it since it was looked for: whoever uses it looks at what it is.
            if error.isAlreadyThere { return }
            let parent = folder(of: path)
            guard error.isNotFound, parent != path else { throw error }
            try makeFolder(parent, permissions: 0o755)
            return try makeFolder(path, permissions: permissions)
        }
        guard unsafe chmod(path, mode_t(permissions)) == 0 else { throw SystemError("set the mode of", path) }
    }

    func remove(_ path: String) throws(SystemError) {
        guard unsafe unlink(path) != 0 else { return }
        let error = SystemError("remove", path)
        if !error.isNotFound { throw error }
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
            modified: FileTime(seconds: entry.st_mtim.tv_sec, nanoseconds: entry.st_mtim.tv_nsec)
        )
    }
}

/// A file of this machine's disk that only grows, or is cut.
private struct SystemFile: AppendableFile {
    private let descriptor: Descriptor
    private let path: String

    init(_ descriptor: Descriptor, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    func append(_ bytes: [UInt8]) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { buffer in
                retrying { unsafe Glibc.write(descriptor.number, buffer.baseAddress, buffer.count) }
            }
            guard let written else { throw SystemError("write to", path) }
            rest = rest.dropFirst(written)
        }
    }

    func sync() throws(SystemError) {
        guard fdatasync(descriptor.number) == 0 else { throw SystemError("sync", path) }
    }

    func truncate(to size: Int) throws(SystemError) {
        guard ftruncate(descriptor.number, off_t(size)) == 0 else { throw SystemError("cut", path) }
        guard fsync(descriptor.number) == 0 else { throw SystemError("sync", path) }
    }
}
