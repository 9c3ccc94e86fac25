/// The spool as whoever hands its messages over works on it. One process at a time does: it holds the spool's lock.
///
/// Source: contract of `deliver` and `spool`.
struct Outbox {
    /// Where things lie.
    ///
    /// Source: contract of the spool.
    let folders: SpoolFolders

    private let disk: any Disk
    private let access: SpoolFolders.Access

    /// Bytes of what is known of a message's attempts: ours has some hundreds.
    private static let attemptsBytes = 64 * 1024

    /// A message that was not handed over yet.
    ///
    /// Source: contract of `spool`.
    struct Message: Equatable, Sendable {
        /// Its file's name.
        ///
        /// Source: maildir(5).
        var name: String
        /// Where it is.
        ///
        /// Source: contract of the spool.
        var path: String
        /// When it was written.
        ///
        /// Source: inode(7), st_mtim.
        var writtenAt: FileTime
        /// What came so far of handing it over; nil where nobody tried.
        ///
        /// Source: contract of the spool (`attempts`).
        var attempts: DeliveryAttempts?

        /// What tells its file from another of its name: one that is written anew has another time, whatever the clock.
        ///
        /// Source: inode(7), st_mtim.
        var file: String { "\(writtenAt.seconds).\(writtenAt.nanoseconds)" }
    }

    /// The outbox in the spool at that path.
    ///
    /// - Throws: `isNotFound` where there is no spool that a breachd has prepared; `Spool.Unusable` where its folders
    ///   are links, which would have whoever hands over work on something else, or cannot be looked at.
    ///
    /// Source: contract of the spool; hostile inputs, the spool.
    init(path: String, disk: any Disk) throws {
        folders = SpoolFolders(path: path)
        self.disk = disk
        for folder in [folders.new, folders.current, folders.failed, folders.attempts] {
            // Asked for its names, so that an account that may not look is told so now.
            _ = try disk.names(in: folder)
        }
        try Spool(path: path, disk: disk).check()
        access = try folders.access(on: disk)
    }

    /// Keeps others from handing messages over as long as what this gives is held.
    ///
    /// Source: contract of `deliver` (two at once hand over nothing twice).
    func lock() throws(SystemError) -> LockFile.Outcome { try folders.lockDelivery(access) }

    /// The messages that wait, the oldest first.
    ///
    /// Source: maildir(5), `new`.
    func waiting() throws(SystemError) -> [Message] { try messages(in: folders.new) }

    /// The messages that were set aside, the oldest first.
    ///
    /// Source: contract of the spool (`failed`).
    func setAside() throws(SystemError) -> [Message] { try messages(in: folders.failed) }

    /// Files of other kinds, and those whose name begins with a full stop, are no messages.
    private func messages(in folder: String) throws(SystemError) -> [Message] {
        var messages: [Message] = []
        for name in try disk.names(in: folder) where !name.hasPrefix(".") {
            let path = "\(folder)/\(name)"
            guard let status = try disk.status(path), status.kind == .file else { continue }
            var message = Message(name: name, path: path, writtenAt: status.modified)
            message.attempts = try attempts(message)
            messages.append(message)
        }
        return messages.sorted {
            ($0.writtenAt.seconds, $0.writtenAt.nanoseconds, $0.name)
                < ($1.writtenAt.seconds, $1.writtenAt.nanoseconds, $1.name)
        }
    }

    /// What cannot be read says nothing, and the message counts as never tried; but a machine that fails for now may be
    /// about to say that the mail system has it.
    private func attempts(_ message: Message) throws(SystemError) -> DeliveryAttempts? {
        let bytes: [UInt8]?
        do throws(SystemError) {
            bytes = try disk.read("\(folders.attempts)/\(message.name)", atMost: Self.attemptsBytes)
        } catch {
            if error.isOfTheMachine { throw error }
            return nil
        }
        guard var attempts = bytes.flatMap(DeliveryAttempts.init(bytes:)) else { return nil }
        // One that was written anew since is to be taken too.
        if attempts.taken != message.file { attempts.taken = nil }
        return attempts
    }

    /// Whether the file of that message is the one that was listed: it may have been written anew meanwhile.
    ///
    /// Source: R28.
    func isUnchanged(_ message: Message) throws(SystemError) -> Bool {
        try disk.status(message.path)?.modified == message.writtenAt
    }

    /// Writes down what came of handing a message over, replacing what was known.
    ///
    /// Source: contract of the spool (`attempts`); rename(2).
    func note(_ attempts: DeliveryAttempts, of message: Message) throws(SystemError) {
        let next = "\(folders.attempts)/.next"
        try disk.write(next, attempts.bytes, permissions: access.messages, durably: true)
        try disk.rename(next, to: "\(folders.attempts)/\(message.name)")
        try disk.syncFolder(folders.attempts)
    }

    /// Moves a message that the mail system took to where the daemon finds that, and when.
    ///
    /// Source: R11; maildir(5), `cur`.
    func handOver(_ message: Message) throws(SystemError) {
        try disk.rename(message.path, to: folders.handedOver(message.name))
        try disk.syncFolder(folders.current)
        try disk.syncFolder(folders.new)
        try forgetAttempts(message.name)
    }

    /// Moves a message out of the way that the mail system refused for good.
    ///
    /// Source: contract of the spool (`failed`).
    func setAside(_ message: Message) throws(SystemError) {
        try disk.rename(message.path, to: "\(folders.failed)/\(message.name)")
        try disk.syncFolder(folders.failed)
        try disk.syncFolder(folders.new)
    }

    /// Lets a message wait as one that nobody tried to hand over, from wherever it is.
    ///
    /// Source: contract of `spool retry`.
    func retry(_ message: Message) throws(SystemError) {
        let path = "\(folders.new)/\(message.name)"
        if message.path != path {
            try disk.rename(message.path, to: path)
            try disk.syncFolder(folders.new)
            try disk.syncFolder(folders.failed)
        }
        try forgetAttempts(message.name)
    }

    /// Removes what is known of messages that are not here any more: somebody else took them, or breachctl was ended
    /// between moving one and forgetting it.
    ///
    /// Source: contract of the spool (`attempts`).
    func forgetOthers(than messages: [Message]) throws(SystemError) {
        let here = Set(messages.map(\.name))
        for name in try disk.names(in: folders.attempts) where !here.contains(name) { try forgetAttempts(name) }
    }

    /// A folder is none of ours.
    private func forgetAttempts(_ name: String) throws(SystemError) {
        let path = "\(folders.attempts)/\(name)"
        if let found = try disk.status(path), found.kind != .folder { try disk.remove(path) }
    }
}
