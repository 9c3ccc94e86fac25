/// A file that is replaced whole: a reader finds the old one or the new one, never a part of either.
///
/// Source: contract of the status.
struct ReplacedFile {
    private let path: String
    private let disk: any Disk
    private let permissions: UInt32 = 0o644

    /// The file at that path.
    ///
    /// Source: contract of the status.
    init(path: String, disk: any Disk) {
        self.path = path
        self.disk = disk
    }

    /// Where what takes the file's place is written first.
    ///
    /// Source: contract of the status.
    static func next(_ path: String) -> String { "\(path).next" }

    /// Replaces the file's content. It need not outlive a power cut: the next start writes it again. Where that fails the
    /// file is removed: none tells its reader more than one that says that all is well.
    ///
    /// Source: design (the status and metrics files come back from the journal); contract of the status.
    func replace(with bytes: [UInt8]) throws(SystemError) {
        let next = Self.next(path)
        do throws(SystemError) {
            if let found = try disk.status(next), found.kind != .file { try disk.remove(next) }
            try disk.write(next, bytes, permissions: permissions, durably: false)
            try disk.rename(next, to: path)
        } catch {
            let failure = error
            for file in [next, path] {
                // Where one cannot be removed the other is to go all the same; what is told is why it could not be written.
                do throws(SystemError) { try disk.remove(file) } catch { continue }
            }
            throw failure
        }
    }
}
