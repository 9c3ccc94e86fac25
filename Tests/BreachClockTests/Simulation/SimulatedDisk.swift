@testable import BreachClock

/// A disk in memory that forgets at a power cut what was not synced, fails when it is told to, and can stop the machine
/// at any call. It keeps apart what programs see and what is on the platter, by POSIX's letter: a file's bytes are
/// durable after a sync of the file, its name after a sync of its folder, and nothing else makes them so.
///
/// Source: fsync(2), rename(2); design, "The code we learn from" (TigerBeetle).
final class SimulatedDisk: Disk {
    /// What happens at a call.
    enum Event {
        /// The process ends here; the machine goes on.
        case kill
        /// The machine loses its power here.
        case powerCut
        /// The call fails once.
        case failure(Int32)
    }

    /// What fails until it is mended.
    enum Trouble: Equatable {
        case full
        case writesFail
        case syncsFail
    }

    /// A folder that nobody syncs and nobody asks after a power cut: what changes in it is not remembered.
    static let unsyncedFolder = "/status"

    static let ioError: Int32 = 5
    static let noSpace: Int32 = 28
    static let notThere: Int32 = 2
    static let isThere: Int32 = 17

    /// What the next calls meet: how many calls from now, and what.
    var next: (calls: Int, event: Event)?
    /// Where folders lead that are links, by their paths.
    var links: [String: String] = [:]
    /// What fails for now.
    var trouble: Trouble?
    /// Where: everything below that folder.
    var troubled = "/"
    /// Whether writes take a part only, now and then.
    var writesAreShort = false
    /// What a call of that name on that path fails with; nil where it does not.
    var failing: (_ action: String, _ path: String) -> Int32? = { _, _ in nil }
    /// Called between any two calls: others use the disk too.
    var betweenCalls: () -> Void = {}
    /// What is said of some paths, whatever is there.
    var appearances: [String: FileStatus] = [:]
    /// The wall clock, for the times of folders.
    var now = Instant(0)
    /// Whether the process was ended at a call: all calls after it do nothing.
    private(set) var stopped: Event?
    /// Calls that were made.
    private(set) var calls = 0
    /// Failures that were met.
    private(set) var failures = 0

    private var generator: SeededGenerator
    private var folders: [String: Folder] = [:]
    /// Changes of names that no sync has made durable, in their order.
    private var pending: [NameChange] = []
    private var ticks = 0
    private var isBetween = false

    private struct Folder {
        var names: [String: SimulatedFile] = [:]
        var durable: [String: SimulatedFile] = [:]
        var changedAt = FileTime(seconds: 0, nanoseconds: 0)
    }

    /// A name that comes, goes, or moves; at once for whoever looks.
    private struct NameChange {
        var removed: String?
        var added: (path: String, file: SimulatedFile)?

        func touches(_ folder: String) -> Bool {
            removed.map { SimulatedDisk.place($0).folder } == folder
                || added.map { SimulatedDisk.place($0.path).folder } == folder
        }
    }

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        folders["/"] = Folder()
    }

    // MARK: - What a test asks

    /// The bytes that whoever reads the file gets; nil where there is none.
    func contents(_ path: String) -> [UInt8]? { file(path)?.bytes }

    /// The paths of all files there are.
    var paths: [String] {
        folders.flatMap { folder, content in content.names.keys.map { "\(folder)/\($0)" } }.sorted()
    }

    /// The names in a folder, without a call to the disk.
    func names(under folder: String) -> [String] { (folders[folder]?.names ?? [:]).keys.sorted() }

    /// What another program does: it changes a file's bytes.
    func overwrite(_ path: String, _ bytes: [UInt8]) {
        file(path)?.cut(to: 0)
        file(path)?.append(bytes[...])
    }

    /// What another program does: it takes a file away, durably.
    func take(_ path: String) {
        change(NameChange(removed: path))
        commit(Self.place(path).folder)
    }

    /// When a name last came to a folder or went.
    func changedAt(_ folder: String) -> Instant { Instant(folders[folder]?.changedAt.seconds ?? 0) }

    /// Somebody removes a folder with all that is in it.
    func lose(_ folder: String) { folders[folder] = nil }

    /// What another program does: it gives a file another name, durably.
    func move(_ path: String, to newPath: String) {
        guard let file = file(path) else { return }
        change(NameChange(removed: path, added: (newPath, file)))
        commit(Self.place(path).folder)
        commit(Self.place(newPath).folder)
    }

    /// Ends what there was of the process, and of the power where that was cut: what is left is what a new process finds.
    func restart(powerCut: Bool) {
        stopped = nil
        next = nil
        guard powerCut else { return }
        loseNames()
        for path in paths { file(path)?.losePower(&generator) }
    }

    // MARK: - The calls

    func open(_ path: String, for purpose: OpeningPurpose) throws(SystemError) -> any OpenFile {
        let writes = purpose == .appending || purpose.isReplacing
        try call("open", path, writes: writes && file(path) == nil)
        if purpose == .syncingFolder {
            guard folders[path] != nil else { throw SystemError("open", path, code: Self.notThere) }
            return OpenFolder(disk: self, path: path)
        }
        guard folders[Self.place(path).folder] != nil else {
            throw SystemError("open", path, code: Self.notThere)
        }
        if let file = file(path) {
            if purpose.isReplacing { file.cut(to: 0) }
            return OpenSimulatedFile(disk: self, file: file, path: path)
        }
        guard writes else { throw SystemError("open", path, code: Self.notThere) }
        let file = SimulatedFile()
        change(NameChange(added: (path, file)))
        return OpenSimulatedFile(disk: self, file: file, path: path)
    }

    func rename(_ path: String, to newPath: String) throws(SystemError) {
        try call("rename", path, writes: false)
        guard let file = file(path) else { throw SystemError("rename", path, code: Self.notThere) }
        file.renamedAt = FileTime(seconds: now.secondsSinceEpoch, nanoseconds: 0)
        change(NameChange(removed: path, added: (newPath, file)))
        try stopAfter()
    }

    func unlink(_ path: String) throws(SystemError) {
        try call("remove", path, writes: false)
        guard file(path) != nil else { throw SystemError("remove", path, code: Self.notThere) }
        change(NameChange(removed: path))
        try stopAfter()
    }

    func makeOneFolder(_ path: String, permissions: UInt32) throws(SystemError) {
        try call("make", path, writes: true)
        guard folders[path] == nil, file(path) == nil else { throw SystemError("make", path, code: Self.isThere) }
        guard folders[Self.place(path).folder] != nil else {
            throw SystemError("make", path, code: Self.notThere)
        }
        // Folders are made once, at the first start; that one of them is lost is not what is looked for here.
        folders[path] = Folder()
        touch(path)
    }

    func names(in folder: String) throws(SystemError) -> [String] {
        try call("read", folder, writes: false)
        guard let content = folders[folder] else { throw SystemError("read", folder, code: Self.notThere) }
        return content.names.keys.sorted()
    }

    func resolved(_ path: String) -> String? { links[path] }

    func status(_ path: String) throws(SystemError) -> FileStatus? {
        try call("look at", path, writes: false)
        if let appearance = appearances[path] { return appearance }
        if let folder = folders[path] {
            return FileStatus(
                kind: .folder, permissions: 0o700, owner: 0, device: 1, modified: folder.changedAt,
                changed: folder.changedAt)
        }
        guard let file = file(path) else { return nil }
        return FileStatus(
            kind: .file, permissions: 0o600, owner: 0, device: 1, modified: FileTime(seconds: 0, nanoseconds: 0),
            changed: file.renamedAt)
    }

    // MARK: - What may happen at a call

    /// What every call goes through first. A call at which the machine stops is not made, or not to its end.
    fileprivate func call(_ action: String, _ operand: String, writes: Bool) throws(SystemError) {
        if !isBetween, stopped == nil {
            isBetween = true
            betweenCalls()
            isBetween = false
        }
        calls += 1
        if stopped != nil { throw SystemError(action, operand, code: Self.ioError) }
        if let event = eventOfThisCall() {
            switch event {
            case .kill, .powerCut:
                // Before the call as often as after it: rename and unlink look again.
                if !["rename", "remove"].contains(action) || chance(50) { stopped = event } else { next = (0, event) }
                if stopped != nil { throw SystemError(action, operand, code: Self.ioError) }
            case .failure(let code):
                failures += 1
                throw SystemError(action, operand, code: code)
            }
        }
        if let code = failing(action, operand) { throw failed(action, operand, code) }
        guard writes, isTroubled(operand) else { return }
        switch trouble {
        case .full: throw failed(action, operand, Self.noSpace)
        case .writesFail: throw failed(action, operand, Self.ioError)
        case .syncsFail, nil: break
        }
    }

    private func isTroubled(_ path: String) -> Bool { trouble != nil && path.hasPrefix(troubled) }

    private func failed(_ action: String, _ operand: String, _ code: Int32) -> SystemError {
        failures += 1
        return SystemError(action, operand, code: code)
    }

    private func eventOfThisCall() -> Event? {
        guard let (calls, event) = next else { return nil }
        next = calls <= 1 ? nil : (calls - 1, event)
        return calls <= 1 ? event : nil
    }

    /// The machine stops when the call has done its work and before it returns.
    private func stopAfter() throws(SystemError) {
        guard let (calls, event) = next, calls == 0 else { return }
        next = nil
        stopped = event
        throw SystemError("return from", "a call", code: Self.ioError)
    }

    fileprivate func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }
    fileprivate func random(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    /// Bytes that a write takes, and the failure that it ends with.
    fileprivate func write(_ bytes: ArraySlice<UInt8>, to file: SimulatedFile, _ path: String) throws(SystemError)
        -> Int
    {
        do throws(SystemError) {
            try call("write to", path, writes: true)
        } catch {
            // What was being written may be there in part.
            if stopped != nil || isTroubled(path) { file.append(bytes.prefix(random(0...bytes.count))) }
            throw error
        }
        let taken = writesAreShort && chance(30) ? random(1...bytes.count) : bytes.count
        file.append(bytes.prefix(taken))
        return taken
    }

    fileprivate func sync(_ file: SimulatedFile, _ path: String) throws(SystemError) {
        do throws(SystemError) {
            try call("sync", path, writes: false)
            if isTroubled(path), trouble != .full { throw failed("sync", path, Self.ioError) }
        } catch {
            if stopped == nil { file.failToSync(&generator) }
            throw error
        }
        file.sync()
    }

    fileprivate func syncFolder(_ path: String) throws(SystemError) {
        try call("sync", path, writes: false)
        if isTroubled(path), trouble != .full { throw failed("sync", path, Self.ioError) }
        commit(path)
    }

    // MARK: - Names

    fileprivate func file(_ path: String) -> SimulatedFile? {
        let (folder, name) = Self.place(path)
        return folders[folder]?.names[name]
    }

    /// The folder that a path is in, and what it is called there. Sought at every call, so by bytes.
    fileprivate static func place(_ path: String) -> (folder: String, name: String) {
        let bytes = path.utf8.span
        var slash = bytes.count - 1
        while slash > 0, bytes[slash] != UInt8(ascii: "/") { slash -= 1 }
        let index = path.utf8.index(path.startIndex, offsetBy: slash)
        return (slash == 0 ? "/" : String(path[..<index]), String(path[path.utf8.index(after: index)...]))
    }

    private func change(_ change: NameChange) {
        if change.touches(Self.unsyncedFolder) { makeDurable(change) } else { pending.append(change) }
        if let path = change.removed {
            let (folder, name) = Self.place(path)
            folders[folder]?.names[name] = nil
            touch(folder)
        }
        if let (path, file) = change.added {
            let (folder, name) = Self.place(path)
            folders[folder]?.names[name] = file
            touch(folder)
        }
    }

    private func touch(_ folder: String) {
        ticks += 1
        folders[folder]?.changedAt = FileTime(seconds: now.secondsSinceEpoch, nanoseconds: ticks % 1_000_000_000)
    }

    private func commit(_ folder: String) {
        for change in pending where change.touches(folder) { makeDurable(change) }
        pending.removeAll { $0.touches(folder) }
    }

    private func makeDurable(_ change: NameChange) {
        if let path = change.removed {
            let (folder, name) = Self.place(path)
            folders[folder]?.durable[name] = nil
        }
        if let (path, file) = change.added {
            let (folder, name) = Self.place(path)
            folders[folder]?.durable[name] = file
        }
    }

    /// Of the changes that were not synced all are lost, none, the later ones, or any.
    private func loseNames() {
        let kept: [NameChange]
        switch random(0...3) {
        case 0: kept = []
        case 1: kept = pending
        case 2: kept = Array(pending.prefix(random(0...pending.count)))
        default: kept = pending.filter { _ in chance(50) }
        }
        for change in kept { makeDurable(change) }
        pending = []
        for path in folders.keys {
            let durable = folders[path]?.durable ?? [:]
            if folders[path]?.names.keys.sorted() != durable.keys.sorted() { touch(path) }
            folders[path]?.names = durable
        }
    }
}

/// A file's bytes: those that programs see, and how many of them are on the platter.
final class SimulatedFile {
    /// When it got its name.
    var renamedAt = FileTime(seconds: 0, nanoseconds: 0)
    private(set) var bytes: [UInt8] = []
    /// So many of the first bytes are durable.
    private var durableCount = 0
    /// What stands after them on the platter where the file was cut and no sync came since.
    private var cutOff: [UInt8] = []

    func append(_ more: ArraySlice<UInt8>) { bytes += more }

    func cut(to size: Int) {
        if size < durableCount {
            cutOff = bytes[size..<durableCount] + cutOff
            durableCount = size
        }
        bytes.removeLast(max(0, bytes.count - size))
    }

    func sync() {
        durableCount = bytes.count
        cutOff = []
    }

    /// Some of what was to be synced is on the platter and the rest never will be, whatever is synced later. Who reads
    /// past the memory of the system finds nothing there.
    func failToSync(_ generator: inout SeededGenerator) {
        guard cutOff.isEmpty else { return }
        let kept = Int.random(in: durableCount...bytes.count, using: &generator)
        for index in kept..<bytes.count { bytes[index] = 0 }
        durableCount = bytes.count
    }

    func losePower(_ generator: inout SeededGenerator) {
        // A cut that was not synced may be on the platter or not.
        if !cutOff.isEmpty, Bool.random(using: &generator) {
            bytes = bytes[..<durableCount] + cutOff
        } else {
            let kept = [durableCount, bytes.count, Int.random(in: durableCount...bytes.count, using: &generator)]
                .randomElement(using: &generator)
            bytes.removeLast(bytes.count - (kept ?? durableCount))
        }
        sync()
    }
}

/// A file of the simulated disk that is open.
private struct OpenSimulatedFile: OpenFile {
    private final class Position { var offset = 0 }

    private let disk: SimulatedDisk
    private let file: SimulatedFile
    private let path: String
    private let position = Position()

    init(disk: SimulatedDisk, file: SimulatedFile, path: String) {
        self.disk = disk
        self.file = file
        self.path = path
    }

    func read(atMost count: Int) throws(SystemError) -> [UInt8] {
        try disk.call("read", path, writes: false)
        let more = Array(file.bytes.dropFirst(position.offset).prefix(count))
        position.offset += more.count
        return more
    }

    func read(atMost count: Int, from offset: Int) throws(SystemError) -> [UInt8] {
        try disk.call("read", path, writes: false)
        return Array(file.bytes.dropFirst(offset).prefix(count))
    }

    func write(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int { try disk.write(bytes, to: file, path) }

    func sync() throws(SystemError) { try disk.sync(file, path) }

    func cut(to size: Int) throws(SystemError) {
        try disk.call("cut", path, writes: false)
        file.cut(to: size)
    }

    func isInPlace() throws(SystemError) -> Bool {
        try disk.call("look at", path, writes: false)
        return disk.file(path) === file
    }
}

/// A folder of the simulated disk that is open to be synced.
private struct OpenFolder: OpenFile {
    let disk: SimulatedDisk
    let path: String

    func read(atMost count: Int) throws(SystemError) -> [UInt8] { [] }
    func read(atMost count: Int, from offset: Int) throws(SystemError) -> [UInt8] { [] }
    func write(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int { bytes.count }
    func sync() throws(SystemError) { try disk.syncFolder(path) }
    func cut(to size: Int) throws(SystemError) {}
    func isInPlace() throws(SystemError) -> Bool { true }
}

extension OpeningPurpose {
    fileprivate var isReplacing: Bool { if case .replacing = self { true } else { false } }
}
