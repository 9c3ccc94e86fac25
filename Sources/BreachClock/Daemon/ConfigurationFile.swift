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
        var directory: String?
        let outcome = SettingsDocument.read(
            file,
            protocolFiles: { named throws(SettingsDocument.ReadingFailure) in
                directory = named
                if let reason = upwardsReason(named) { throw SettingsDocument.ReadingFailure(sentence: reason) }
                return try files(in: absolute(named, from: folder))
            },
            alsoWrong: { zoneProblems($0.timeZone) + placeProblems($0.paths, directory, configuration) }
        )
        guard var settings = outcome.settings else {
            throw Invalid(lines: outcome.problems.map(\.description))
        }
        settings.paths.state = absolute(settings.paths.state, from: folder)
        settings.paths.socket = absolute(settings.paths.socket, from: folder)
        settings.paths.spool = absolute(settings.paths.spool, from: folder)
        settings.paths.status = settings.paths.status.map { absolute($0, from: folder) }
        settings.paths.metrics = settings.paths.metrics.map { absolute($0, from: folder) }
        return settings
    }

    private func zoneProblems(_ timeZone: String) -> [DocumentProblem] {
        do throws(SystemZone.Missing) {
            _ = try SystemZone.file(of: timeZone)
            return []
        } catch {
            return [DocumentProblem(path: "timeZone", reason: "cannot be used: \(error)")]
        }
    }

    // MARK: - Places

    /// A file or folder that the configuration names, by the member that does.
    private struct Place {
        enum Kind { case folder, file, replacedFile }

        var member: String
        var path: String
        var kind: Kind

        /// What is written there: beside a file that is replaced whole, the one that takes its place.
        var names: [String] { kind == .replacedFile ? [path, ReplacedFile.next(path)] : [path] }
    }

    /// Places that would overwrite each other, the configuration or the protocols.
    private func placeProblems(_ paths: Paths, _ directory: String?, _ configuration: String) -> [DocumentProblem] {
        let named: [(member: String, path: String?, kind: Place.Kind)] = [
            ("protocolDirectory", directory, .folder), ("paths.state", paths.state, .folder),
            ("paths.spool", paths.spool, .folder), ("paths.socket", paths.socket, .file),
            ("paths.metrics", paths.metrics, .replacedFile), ("paths.status", paths.status, .replacedFile),
        ]
        var places = named.compactMap { member, path, kind in path.map { Place(member: member, path: $0, kind: kind) } }
        let upwards = places.compactMap { place in
            upwardsReason(place.path).map { DocumentProblem(path: place.member, reason: $0) }
        }
        guard upwards.isEmpty else { return upwards }
        let folder = BreachClock.folder(of: configuration)
        for index in places.indices { places[index].path = real(absolute(places[index].path, from: folder)) }
        let file = real(configuration)
        return places.enumerated().compactMap { index, place in
            problem(place, file) ?? places[..<index].lazy.compactMap { overlap(place, $0) }.first
        }
    }

    /// What leads upwards cannot be compared with other places by its names.
    private func upwardsReason(_ path: String) -> String? {
        leadsUpwards(path) ? "has “..” in it, \(path); write it without" : nil
    }

    private func problem(_ place: Place, _ configuration: String) -> DocumentProblem? {
        func problem(_ reason: String) -> DocumentProblem {
            DocumentProblem(path: place.member, reason: "\(reason); name another")
        }
        if place.names.contains(configuration) {
            return problem("\(written(configuration, by: place)) the configuration, \(configuration)")
        }
        // The protocols are configuration too, and may lie beside it.
        guard place.kind == .folder, place.member != "protocolDirectory" else { return nil }
        if place.path == "/" { return problem("is the root folder") }
        return lies(configuration, below: place.path) ? problem("holds the configuration, \(configuration)") : nil
    }

    private func overlap(_ one: Place, _ other: Place) -> DocumentProblem? {
        for (place, around) in [(one, other), (other, one)] where around.kind == .folder {
            guard place.names.contains(around.path) || lies(place.path, below: around.path) else { continue }
            let reason = "is in \(around.member), \(around.path), which is for nothing else; name another"
            return DocumentProblem(path: place.member, reason: reason)
        }
        guard let both = one.names.first(where: other.names.contains) else { return nil }
        let reason = "\(written(both, by: one)) \(other.member), \(both); name another"
        return DocumentProblem(path: one.member, reason: reason)
    }

    private func written(_ path: String, by place: Place) -> String {
        place.path == path ? "is the same as" : "is replaced through what is the same as"
    }

    /// Where the path leads, with the links above it followed: what it names itself is made or replaced there.
    private func real(_ path: String) -> String {
        let above = BreachClock.folder(of: path)
        guard above != path else { return path }
        let folder = disk.resolved(above) ?? real(above)
        return plainPath("\(folder)/\(lastName(of: path))")
    }

    // MARK: - Files

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
