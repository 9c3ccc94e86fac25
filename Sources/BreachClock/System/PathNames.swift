/// The folder that a path is in.
///
/// Source: POSIX, dirname.
func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// Whether a path leads to something below a folder. By bytes, as the kernel has it.
///
/// Source: POSIX, pathname resolution.
func lies(_ path: String, below folder: String) -> Bool {
    path.utf8.starts(with: "\(folder)/".utf8)
}

/// Whether a path begins at the root.
///
/// Source: POSIX, absolute pathname.
func isAbsolute(_ path: String) -> Bool { path.utf8.first == UInt8(ascii: "/") }
