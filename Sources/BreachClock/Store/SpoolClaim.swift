/// What keeps a spool one daemon's for as long as that lives: a lock in it, as the register has one.
///
/// The identity in the spool says whose it was last, and must give way to a register that was put back. Only a lock says
/// that its owner is alive, and goes with it however it ends.
///
/// Source: contract of the spool (`.breachd.lock`).
final class SpoolClaim {
    private let folders: SpoolFolders
    private var lock: LockFile?

    /// The claim on the spool at that path, not taken yet.
    ///
    /// Source: contract of the spool.
    init(path: String) {
        folders = SpoolFolders(path: path)
    }

    /// Takes the spool for this process where it has not got it, or where the spool was made again since.
    ///
    /// Source: contract of the spool; hostile inputs (the notice waits, retried).
    func take() throws(Spool.Unusable) {
        let outcome: LockFile.Outcome
        do throws(SystemError) {
            if let lock, try lock.isInPlace() { return }
            // Closed before another is opened: whoever closes a file gives up all its locks on that file.
            lock = nil
            outcome = try LockFile.lock(folders.claim)
        } catch {
            throw .failing(error)
        }
        switch outcome {
        case .locked(let taken): lock = taken
        case .held(let held):
            let holder = held.process.map { "process \($0)" } ?? "another process"
            throw .refused(
                "The spool \(folders.path) is held by \(holder); each register needs a spool of its own (paths.spool)")
        }
    }
}
