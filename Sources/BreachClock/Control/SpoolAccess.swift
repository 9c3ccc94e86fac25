/// How commands come to the spool.
extension Session {
    /// The option that names the spool.
    ///
    /// Source: contract of `deliver` and `spool`.
    static let spoolOption = CommandSpecification.Option(
        name: "spool", value: "PATH", help: "the spool; the daemon says where unless given")

    /// The spool that the line names, else the daemon's.
    ///
    /// Source: contract of `deliver` and `spool` (works without a daemon).
    func outbox() throws(CommandFailure) -> Outbox {
        let path = try spoolPath()
        do {
            return try Outbox(path: path, disk: SystemDisk())
        } catch let Spool.Unusable.refused(sentence) {
            throw CommandFailure(
                code: ExitCode.notFound, sentence: "There is no spool of a breachd at \(path): \(sentence)")
        } catch let error as SystemError {
            if error.isNotFound {
                throw CommandFailure(
                    code: ExitCode.notFound,
                    sentence: "There is no spool of a breachd at \(path) (\(error)).",
                    hint: "Name the right one with --spool; breachd makes what is missing of its own when it starts."
                )
            }
            throw Session.failure(error)
        } catch let Spool.Unusable.failing(error) {
            throw Session.failure(error)
        } catch {
            preconditionFailure("opening a spool throws nothing else")
        }
    }

    private func spoolPath() throws(CommandFailure) -> String {
        if let path = arguments.value("spool") { return path }
        return try client.required("spool", of: try surroundings()).string ?? ""
    }

    /// Keeps other processes from handing over what this one works on.
    ///
    /// Source: contract of `deliver` (two at once hand over nothing twice).
    static func lock(_ outbox: Outbox) throws(CommandFailure) -> LockFile {
        let outcome = try onDisk { () throws(SystemError) in try outbox.lock() }
        switch outcome {
        case .locked(let lock): return lock
        case .held(let holder):
            let process = holder.process.map { " (process \($0))" } ?? ""
            throw CommandFailure(
                code: ExitCode.tryAgain,
                sentence: "Somebody else hands over from \(outbox.folders.path) right now\(process).",
                hint: "Try again when that has ended."
            )
        }
    }

    /// What a call on the spool gives, or its failure as the command's.
    ///
    /// Source: contract of the exit codes.
    static func onDisk<Value>(_ body: () throws(SystemError) -> Value) throws(CommandFailure) -> Value {
        do throws(SystemError) { return try body() } catch { throw failure(error) }
    }

    private static func failure(_ error: SystemError) -> CommandFailure {
        CommandFailure(
            code: error.isNotPermitted ? ExitCode.notPermitted : ExitCode.tryAgain,
            sentence: "The spool cannot be used: \(error).",
            hint: error.isNotPermitted ? "Run this as an account of the spool's group." : nil
        )
    }
}
