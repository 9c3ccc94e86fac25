@testable import BreachClock

/// A bug such as a daemon like this has had, planted between it and its disk or in what it remembers. The simulation must
/// find each: one that it does not find is a hole in the simulation.
enum PlantedFault: String, CaseIterable, Sendable {
    /// Facts are told to clients that are in the system's memory alone.
    case journalNotSynced
    /// A sync failed, and all goes on as if it had not.
    case failedSyncTakenForDone
    /// A full disk took nothing, and all goes on as if it had.
    case failedWriteTakenForDone
    /// A write took a part, and the rest is forgotten.
    case shortWriteTakenForWhole
    /// What a crash left of the last line stays there, and the next line is written after it.
    case tornLineNotCutOff
    /// A message appears in the spool before its bytes are on the disk.
    case messageNotSynced
    /// A message is announced before its name is on the disk.
    case stagedNamesNotSynced
    /// A message is recorded as written before its new name is on the disk.
    case publishedNamesNotSynced
    /// The journal without a redacted text takes the old one's place before its bytes are on the disk.
    case redactedJournalNotSynced
    /// Facts are written to a journal whose name is not on the disk.
    case redactedNameNotSynced
    /// A letter that holds a deleted text stays where it waits.
    case redactedLetterLeft
    /// A message is recorded as written, and appears a moment later.
    case completionBeforeEffect
    /// The spool is taken to be as it was: what is gone from it is not seen to be.
    case spoolNotLookedInto
    /// After a restart it is forgotten which reminders were sent.
    case reminderWithoutKey
    /// After a restart it is forgotten which requests were answered.
    case requestsForgotten
    /// After a restart it is forgotten which misses were told.
    case missForgotten

    /// Whether the daemon forgets at its start what that fact says.
    func forgets(_ event: Event) -> Bool {
        switch (self, event) {
        case (.reminderWithoutKey, .reminded), (.missForgotten, .deadlineMissed): true
        default: false
        }
    }

    /// What the daemon remembers of that fact after a start.
    func remembered(_ fact: Fact) -> Fact {
        guard self == .requestsForgotten, case .breachRecorded(var record) = fact.event else { return fact }
        record.request = nil
        var forgetful = fact
        forgetful.event = .breachRecorded(record)
        return forgetful
    }
}

/// A disk with a planted fault between it and the daemon.
final class FaultyDisk: Disk {
    private let disk: SimulatedDisk
    fileprivate let fault: PlantedFault
    /// What was to be renamed and is not yet, and whether the next call is the one that does it.
    private var deferred: [(path: String, newPath: String)] = []
    fileprivate var isDue = false
    private var everSeen: Set<String> = []

    init(_ disk: SimulatedDisk, fault: PlantedFault) {
        self.disk = disk
        self.fault = fault
    }

    func open(_ path: String, for purpose: OpeningPurpose) throws(SystemError) -> any OpenFile {
        renameWhatIsDue()
        return FaultyFile(disk: self, file: try disk.open(path, for: purpose), path: path)
    }

    func rename(_ path: String, to newPath: String) throws(SystemError) {
        if fault == .completionBeforeEffect, newPath.contains("/new/") {
            // Until something is recorded after it.
            deferred.append((path, newPath))
            isDue = false
            return
        }
        if fault == .redactedLetterLeft, newPath.contains("/tmp/") { return }
        try disk.rename(path, to: newPath)
    }

    func unlink(_ path: String) throws(SystemError) { try disk.unlink(path) }

    func makeOneFolder(_ path: String, permissions: UInt32) throws(SystemError) {
        try disk.makeOneFolder(path, permissions: permissions)
    }

    func names(in folder: String) throws(SystemError) -> [String] {
        renameWhatIsDue()
        let names = try disk.names(in: folder)
        guard fault == .spoolNotLookedInto, folder == "/spool/new" else { return names }
        everSeen.formUnion(names)
        return everSeen.sorted()
    }

    func resolved(_ path: String) -> String? { disk.resolved(path) }

    func status(_ path: String) throws(SystemError) -> FileStatus? { try disk.status(path) }

    /// What the process had in mind is gone with it.
    func forgetProcess() {
        deferred = []
        isDue = false
    }

    private func renameWhatIsDue() {
        guard isDue else { return }
        isDue = false
        let renames = deferred
        deferred = []
        // One that fails is lost: that is the fault.
        for each in renames { try? disk.rename(each.path, to: each.newPath) }
    }
}

/// A file behind which the fault lies.
private struct FaultyFile: OpenFile {
    let disk: FaultyDisk
    let file: any OpenFile
    let path: String

    private var isJournal: Bool { path.hasSuffix("/journal") }

    func read(atMost count: Int) throws(SystemError) -> [UInt8] { try file.read(atMost: count) }
    func read(atMost count: Int, from offset: Int) throws(SystemError) -> [UInt8] {
        try file.read(atMost: count, from: offset)
    }

    func write(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
        if isJournal { disk.isDue = true }
        switch disk.fault {
        case .failedWriteTakenForDone where isJournal:
            do throws(SystemError) { return try file.write(bytes) } catch { return bytes.count }
        case .shortWriteTakenForWhole:
            _ = try file.write(bytes)
            return bytes.count
        default: return try file.write(bytes)
        }
    }

    func sync() throws(SystemError) {
        switch disk.fault {
        case .journalNotSynced where isJournal: return
        case .failedSyncTakenForDone where isJournal:
            do throws(SystemError) { try file.sync() } catch { return }
        case .messageNotSynced where path.contains("/spool/tmp/"): return
        case .stagedNamesNotSynced where path.hasSuffix("/spool/tmp"): return
        case .publishedNamesNotSynced where path.hasSuffix("/spool/new") || path.hasSuffix("/spool/tmp"): return
        case .redactedJournalNotSynced where path.hasSuffix("/journal.next"): return
        case .redactedNameNotSynced where path.hasSuffix("/state"): return
        default: try file.sync()
        }
    }

    func cut(to size: Int) throws(SystemError) {
        if disk.fault == .tornLineNotCutOff { return }
        try file.cut(to: size)
    }

    func isInPlace() throws(SystemError) -> Bool { try file.isInPlace() }
}
