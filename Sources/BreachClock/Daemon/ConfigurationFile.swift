/// The configuration as it lies on the disk.
///
/// Source: contract of the configuration.
struct ConfigurationFile {
    private let path: String
    private let disk: any Disk
    private let uid: Int

    /// The configuration at that path, for a daemon that runs as that account.
    ///
    /// Source: contract of the configuration.
    init(path: String, disk: any Disk, uid: Int) {
        self.path = path
        self.disk = disk
        self.uid = uid
    }

    /// That a configuration cannot be used.
    ///
    /// Source: contract of `--check-config`.
    struct Invalid: Error {
        /// What is wrong, a line each.
        ///
        /// Source: contract of `--check-config`.
        var lines: [String]
        /// What the program ends with.
        ///
        /// Source: contract of the exit codes.
        var code = ExitCode.configuration
    }

    /// Reads and checks the configuration. Relative paths in it count from its own folder.
    ///
    /// Source: contract of the configuration.
    func read() throws(Invalid) -> Settings {
        let configuration = absolute(path, from: CurrentProcess.workingFolder ?? "/")
        let folder = BreachClock.folder(of: configuration)
        let file = try file(at: path)
        let outcome = SettingsDocument.read(file) { directory throws(SettingsDocument.ReadingFailure) in
            try files(in: absolute(directory, from: folder))
        }
        guard var settings = outcome.settings else {
            throw Invalid(lines: outcome.problems.map(\.description))
        }
        do throws(SystemZone.Missing) {
            _ = try SystemZone.file(of: settings.timeZone)
        } catch {
            throw Invalid(lines: ["\(path): timeZone: \(error)."])
        }
        try refuseUpwards(settings.paths)
        settings.paths.state = absolute(settings.paths.state, from: folder)
        settings.paths.socket = absolute(settings.paths.socket, from: folder)
        settings.paths.spool = absolute(settings.paths.spool, from: folder)
        settings.paths.status = settings.paths.status.map { absolute($0, from: folder) }
        settings.paths.metrics = settings.paths.metrics.map { absolute($0, from: folder) }
        if let collision = collision(settings.paths, configuration: configuration) {
            throw Invalid(lines: ["\(path): paths: \(collision)"])
        }
        return settings
    }

    private func refuseUpwards(_ paths: Paths) throws(Invalid) {
        let named = [
            ("state", paths.state), ("socket", paths.socket), ("spool", paths.spool), ("status", paths.status),
            ("metrics", paths.metrics),
        ]
        for case (let name, let named?) in named where leadsUpwards(named) {
            throw Invalid(lines: ["\(path): paths: \(name) has “..” in it, \(named); write it without."])
        }
    }

    /// Which two paths would overwrite each other, in a sentence; nil where none would.
    private func collision(_ paths: Paths, configuration: String) -> String? {
        let files = [
            ("status", paths.status), ("metrics", paths.metrics), ("socket", paths.socket),
            ("the configuration", configuration),
        ].compactMap { name, path in path.map { (name, $0) } }
        for (index, (name, path)) in files.enumerated() {
            if let other = files[..<index].first(where: { $0.1 == path }) {
                return "\(other.0) and \(name) are the same, \(path); name another."
            }
            for (folder, inside) in [("state", paths.state), ("spool", paths.spool)]
            where path == inside || lies(path, below: inside) {
                return "\(name) lies in the folder of \(folder), \(inside), which is for nothing else; name another."
            }
        }
        let isNested = paths.state == paths.spool || lies(paths.state, below: paths.spool)
        if isNested || lies(paths.spool, below: paths.state) {
            return "state and spool lie in each other; give each a folder of its own."
        }
        return paths.state == "/" || paths.spool == "/" ? "the root folder cannot be taken; name another." : nil
    }

    private func file(at path: String) throws(Invalid) -> SettingsDocument.File {
        let status: FileStatus?
        let bytes: [UInt8]?
        do throws(SystemError) {
            status = try disk.status(path)
            bytes = status?.kind == .file ? try disk.read(path) : nil
        } catch {
            let code = error.isOfTheMachine ? ExitCode.diskFailure : ExitCode.configuration
            throw Invalid(lines: [error.description], code: code)
        }
        guard let status else {
            throw Invalid(lines: ["there is no configuration at \(path); name one with --config PATH"])
        }
        if let problem = StateFolder.problem(path, status, mustBe: .file, ownedBy: [uid, 0]) {
            throw Invalid(lines: [problem])
        }
        return SettingsDocument.File(path: path, bytes: bytes ?? [])
    }

    private func files(in directory: String) throws(SettingsDocument.ReadingFailure) -> [SettingsDocument.File] {
        do {
            let names = try disk.names(in: directory).filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
            return try names.sorted().map { try file(at: "\(directory)/\($0)") }
        } catch let error as SystemError {
            throw SettingsDocument.ReadingFailure(sentence: error.description)
        } catch let error as Invalid {
            throw SettingsDocument.ReadingFailure(sentence: error.lines.joined(separator: "; "))
        } catch {
            preconditionFailure("reading files throws nothing else")
        }
    }

    private func absolute(_ path: String, from folder: String) -> String {
        plainPath(isAbsolute(path) ? path : "\(folder)/\(path)")
    }
}
