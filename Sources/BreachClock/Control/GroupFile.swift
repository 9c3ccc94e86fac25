/// The groups of this machine's own file. A directory's are not in it: asking for those needs the C library's switch,
/// which a static executable cannot load.
///
/// Source: group(5); nsswitch.conf(5).
enum GroupFile {
    /// The name of the group of that number; `number N` where the file has none.
    ///
    /// Source: group(5).
    static func name(of number: Int) -> String {
        let bytes: [UInt8]?
        do throws(SystemError) { bytes = try SystemDisk().read("/etc/group") } catch { bytes = nil }
        return name(of: number, in: String(decoding: bytes ?? [], as: UTF8.self)) ?? "number \(number)"
    }

    /// The name of the group of that number in a file's text; nil where it has none.
    ///
    /// Source: group(5) (name:password:number:members).
    static func name(of number: Int, in text: String) -> String? {
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            if fields.count == 4, fields[2] == String(number), !fields[0].isEmpty { return String(fields[0]) }
        }
        return nil
    }
}
