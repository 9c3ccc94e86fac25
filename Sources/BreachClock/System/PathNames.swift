/// The folder that a path is in.
///
/// Source: POSIX, dirname.
func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// The last name of a path, what it names itself; nothing for the root.
///
/// Source: POSIX, basename.
func lastName(of path: String) -> String {
    names(in: path).last ?? ""
}

/// Whether a path leads to something below a folder. By bytes, as the kernel has it.
///
/// Source: POSIX, pathname resolution.
func lies(_ path: String, below folder: String) -> Bool {
    path.utf8.starts(with: "\(folder)/".utf8)
}

/// The same path without what says nothing: slashes side by side and at its end, and full stops alone.
///
/// Source: POSIX, pathname resolution.
func plainPath(_ path: String) -> String {
    (isAbsolute(path) ? "/" : "") + names(in: path).filter { $0 != "." }.joined(separator: "/")
}

/// Whether a path leads upwards somewhere, so that it cannot be compared by its names.
///
/// Source: POSIX, dot-dot.
func leadsUpwards(_ path: String) -> Bool {
    names(in: path).contains("..")
}

/// Whether a path begins at the root.
///
/// Source: POSIX, absolute pathname.
func isAbsolute(_ path: String) -> Bool { path.utf8.first == UInt8(ascii: "/") }

private func names(in path: String) -> [String] {
    path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
}
