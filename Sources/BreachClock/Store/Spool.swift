/// The Maildir that notices wait in until the mail system takes them.
///
/// Source: contract of the spool; maildir(5); design, "Maildir and journal, the durable way".
struct Spool {
    private let folders: SpoolFolders
    private let disk: any Disk
    private let claim: () throws(Unusable) -> Void
    private let whileNobodyDelivers: DeliveryPause

    /// Bytes that are looked at of the file that holds the identity: whoever may write into the spool may make it any size.
    private static let identityBytes = 1024

    /// Where it lies.
    ///
    /// Source: contract of the spool.
    var path: String { folders.path }

    /// The spool at that path.
    ///
    /// - Parameters:
    ///   - claim: Takes it for this process, or says who has it; for whoever only looks, nothing.
    ///   - whileNobodyDelivers: Keeps others from handing messages over meanwhile; for whoever takes none back, nothing,
    ///     as if somebody always did.
    ///
    /// Source: contract of the spool.
    init(
        path: String,
        disk: any Disk,
        claim: @escaping () throws(Unusable) -> Void = {},
        whileNobodyDelivers: @escaping DeliveryPause = { (_) in false }
    ) {
        folders = SpoolFolders(path: path)
        self.disk = disk
        self.claim = claim
        self.whileNobodyDelivers = whileNobodyDelivers
    }

    /// Does something while nobody hands messages over; false, and nothing done, where somebody does.
    ///
    /// Source: contract of the spool (`.deliver.lock`).
    typealias DeliveryPause = (_ body: () throws(SystemError) -> Void) throws(SystemError) -> Bool

    /// Why a spool cannot be used.
    ///
    /// Source: hostile inputs, the spool.
    enum Unusable: Error, Equatable, Sendable {
        /// It is something else than a Maildir of this machine's: nobody should write to it. One sentence.
        ///
        /// Source: hostile inputs (a link, another file system: refuse).
        case refused(String)
        /// The disk refused; trying again may help.
        ///
        /// Source: hostile inputs (read-only, full: the notice waits).
        case failing(SystemError)
    }

    /// What the spool looks like.
    ///
    /// Source: R11; contract of the spool.
    struct Look: Equatable, Sendable {
        /// The identity in the spool; nil where there is none.
        ///
        /// Source: contract of the spool (`.breachclock`).
        var identity: String?
        /// The names of the messages that wait.
        ///
        /// Source: maildir(5), `new`.
        var waiting: Set<String>
        /// The names of the messages that the mail system refused for good.
        ///
        /// Source: contract of the spool (`failed`).
        var setAside: Set<String>
        /// When a message last came or went: no message that is gone can have gone after.
        ///
        /// Source: R11 (judged by the instant of the hand-over).
        var changedAt: Instant
    }

    /// Makes sure that it is a Maildir that nobody else has, and makes what is missing of it.
    ///
    /// - Returns: Whether a folder of it had to be made: what was in that is lost.
    ///
    /// Source: maildir(5); hostile inputs.
    func prepare() throws(Unusable) -> Bool {
        try check()
        do throws(SystemError) { try make(folders.path) } catch { throw .failing(error) }
        // Before anything else is changed: it may be another daemon's.
        try claim()
        let (new, temporary) = (try status(folders.new), try status(folders.temporary))
        let isLost = new == nil || temporary == nil
        do throws(SystemError) {
            // First of all, since this may be interrupted: with all folders in place it would look as it was.
            if isLost {
                try disk.remove(folders.identity)
                try disk.syncFolder(folders.path)
            }
            for folder in folders.all { try make(folder) }
            try makeLock()
        } catch {
            throw .failing(error)
        }
        return isLost
    }

    /// Whoever comes first makes it, and the daemon must be able to lock it too: it is in no group of the spool's. One that
    /// was made before the spool was shared is opened to the group, by the account that made it.
    private func makeLock() throws(SystemError) {
        let permissions = try access().lock
        guard let found = try disk.status(folders.lock) else {
            return try disk.write(folders.lock, [], permissions: permissions, durably: false)
        }
        guard found.kind == .file, permissions & ~found.permissions != 0 else { return }
        do throws(SystemError) {
            try disk.write(folders.lock, [], permissions: permissions, durably: false)
        } catch {
            // Another account's, or nothing that can be opened: whoever hands messages over is told so by its own attempt.
            return
        }
    }

    private func make(_ folder: String) throws(SystemError) {
        guard try disk.status(folder) == nil else { return }
        try disk.makeFolder(folder, permissions: try folders.access(on: disk).folders)
    }

    /// Makes sure that what is there of the Maildir can be used, and makes nothing.
    ///
    /// - Returns: Whether all of its folders are there.
    ///
    /// Source: maildir(5); hostile inputs.
    @discardableResult
    func check() throws(Unusable) -> Bool {
        var device: UInt64?
        var isWhole = true
        for folder in folders.all {
            guard let status = try status(folder) else {
                isWhole = false
                continue
            }
            guard status.kind == .folder else {
                throw .refused("\(folder) is no folder of its own; move it away or name another spool.")
            }
            if let device, device != status.device {
                throw .refused(
                    "\(folder) is on another file system than \(folders.path); notices could not be renamed into it.")
            }
            device = status.device
        }
        return isWhole
    }

    private func status(_ folder: String) throws(Unusable) -> FileStatus? {
        do throws(SystemError) { return try disk.status(folder) } catch { throw .failing(error) }
    }

    /// Puts an identity into the spool.
    ///
    /// Source: contract of the spool.
    func establish(_ identity: String) throws(SystemError) {
        try disk.write(folders.identity, Array("\(identity)\n".utf8), permissions: 0o644, durably: true)
        try disk.syncFolder(folders.path)
    }

    /// Looks into the spool.
    ///
    /// Source: contract of the spool.
    func look() throws(SystemError) -> Look {
        // A message that is moved meanwhile, aside or back again, stands in one of these, and is never taken for gone.
        var waiting = Set(try disk.names(in: folders.new))
        let refused = Set(try disk.names(in: folders.failed))
        waiting.formUnion(try disk.names(in: folders.new))
        // Taken after the names: no later than this can any that is gone have gone.
        let changedAt = try disk.status(folders.new)?.modified.instant
        let identity = try disk.read(folders.identity, atMost: Self.identityBytes)
            .map { String(decoding: $0, as: UTF8.self) }
        return Look(
            identity: identity?.split(separator: "\n").first.map(String.init),
            waiting: waiting,
            setAside: refused.subtracting(waiting),
            changedAt: changedAt ?? Instant(.max)
        )
    }

    /// When a message was taken, by the one who took it and left it in `cur`: renaming it changed its status. Nil where
    /// it was not left there.
    ///
    /// Source: maildir(5), `cur`; inode(7), st_ctime.
    func takenAt(_ name: String) throws(SystemError) -> Instant? {
        let plain = "\(folders.current)/\(name)"
        for path in [folders.handedOver(name), "\(plain):2,", plain] {
            if let status = try disk.status(path) { return status.changed.instant }
        }
        return nil
    }

    /// Something that changes whenever a message comes or goes: cheap to ask, to know whether to look.
    ///
    /// Source: design.
    func changeMark() throws(SystemError) -> FileTime? {
        try disk.status(folders.new)?.modified
    }

    /// The names of the messages that are staged.
    ///
    /// Source: maildir(5), `tmp`.
    func stagedNames() throws(SystemError) -> [String] { try disk.names(in: folders.temporary) }

    /// When a staged message last came or went.
    ///
    /// Source: maildir(5), `tmp`.
    func stagedChangedAt() throws(SystemError) -> Instant {
        try disk.status(folders.temporary)?.modified.instant ?? Instant(.max)
    }

    /// Who may use what is made in the spool.
    ///
    /// Source: contract of the spool.
    func access() throws(SystemError) -> SpoolFolders.Access { try folders.access(on: disk) }

    /// Writes a message where no agent looks, whole and durable.
    ///
    /// Source: design; maildir(5).
    func stage(_ name: String, _ bytes: [UInt8], _ access: SpoolFolders.Access) throws(SystemError) {
        try disk.write("\(folders.temporary)/\(name)", bytes, permissions: access.messages, durably: true)
    }

    /// Makes the entries of staged messages durable: from then on one that is not staged any more has been published.
    ///
    /// Source: design.
    func syncStaged() throws(SystemError) {
        try disk.syncFolder(folders.temporary)
    }

    /// What making staged messages appear came to.
    ///
    /// Source: R28.
    struct Publication: Equatable, Sendable {
        /// The names of those that appeared, durably.
        ///
        /// Source: R28.
        var published: [String] = []
        /// Why one of the others could not.
        ///
        /// Source: hostile inputs (one message that fails does not hold up the others).
        var failure: SystemError?
    }

    /// Makes staged messages appear.
    ///
    /// - Parameter again: Whether this was begun before, so that some may have appeared already, and an agent may have
    ///   taken them: then one that is not staged any more is one that appeared.
    ///
    /// Source: design.
    func publish(_ names: [String], again: Bool) throws(SystemError) -> Publication {
        var (blocked, publication) = try forgetSetAside(names)
        for name in names where !blocked.contains(name) {
            do throws(SystemError) {
                try disk.rename("\(folders.temporary)/\(name)", to: "\(folders.new)/\(name)")
                publication.published.append(name)
            } catch {
                if again, error.isNotFound {
                    publication.published.append(name)
                } else {
                    publication.failure = error
                    if error.isOfTheMachine { break }
                }
            }
        }
        try syncPublished()
        return publication
    }

    /// One that is written anew was set aside perhaps when it was written before: what stands there still would be taken
    /// for the new one. As long as that is staged nobody can have set it aside.
    private func forgetSetAside(
        _ names: [String]
    ) throws(SystemError) -> (blocked: Set<String>, publication: Publication) {
        var blocked: Set<String> = []
        var publication = Publication()
        let old = Set(try disk.names(in: folders.failed)).intersection(names)
        for name in old where try disk.status("\(folders.temporary)/\(name)") != nil {
            do throws(SystemError) {
                try disk.remove("\(folders.failed)/\(name)")
            } catch {
                publication.failure = error
                blocked.insert(name)
            }
        }
        if !old.isEmpty { try disk.syncFolder(folders.failed) }
        return (blocked, publication)
    }

    /// What taking messages out of the spool came to.
    ///
    /// Source: R31.
    struct Recall: Equatable, Sendable {
        /// The names of those that are staged, durably, and that nobody hands over any more, those included that were taken
        /// out before.
        ///
        /// Source: R31.
        var recalled: Set<String> = []
        /// Why one of the others could not be taken out; nil where they are not there.
        ///
        /// Source: hostile inputs (one message that fails does not hold up the others).
        var failure: SystemError?
    }

    /// Takes messages out of the spool again, to where they are staged; nil where somebody is handing messages over.
    ///
    /// Source: R31.
    func recall(_ names: [String]) throws(SystemError) -> Recall? {
        var recall = Recall()
        let isDone = try whileNobodyDelivers { () throws(SystemError) in
            for name in names {
                do throws(SystemError) { try recallOne(name) } catch { recall.failure = error }
            }
            // Where they are now comes first: what is lost of the rest then is found twice, and not nowhere.
            for folder in [folders.temporary, folders.new, folders.failed] { try disk.syncFolder(folder) }
        }
        guard isDone else { return nil }
        for name in Set(try stagedNames()).intersection(names) {
            if try disk.status("\(folders.temporary)/\(name)")?.kind == .file { recall.recalled.insert(name) }
        }
        return recall
    }

    private func recallOne(_ name: String) throws(SystemError) {
        // One that is put back meanwhile stands in one of these.
        for folder in [folders.new, folders.failed, folders.new] {
            do throws(SystemError) {
                try disk.rename("\(folder)/\(name)", to: "\(folders.temporary)/\(name)")
            } catch {
                guard error.isNotFound else { throw error }
            }
        }
    }

    /// Makes the names of messages that appeared durable.
    ///
    /// Source: design.
    func syncPublished() throws(SystemError) {
        try disk.syncFolder(folders.new)
        try disk.syncFolder(folders.temporary)
    }
}
