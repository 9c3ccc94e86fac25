/// The configuration as JSON.
///
/// Source: contract of the configuration.
enum SettingsDocument {
    /// What reading a configuration comes to.
    ///
    /// Source: contract of `--check-config`.
    struct Outcome {
        /// The settings; nil when something is wrong.
        ///
        /// Source: contract of `--check-config`.
        var settings: Settings?
        /// Everything that is wrong.
        ///
        /// Source: contract of `--check-config`.
        var problems: [Problem]
    }

    /// Something wrong, with its line.
    ///
    /// Source: contract of `--check-config`.
    struct Problem: Equatable, Sendable {
        /// The file.
        ///
        /// Source: contract of `--check-config`.
        var file: String
        /// The line from 1; nil where there is none to name.
        ///
        /// Source: contract of `--check-config`.
        var line: Int?
        /// The path within the document; empty for the document itself.
        ///
        /// Source: contract of `--check-config`.
        var path: String
        /// What is wrong.
        ///
        /// Source: contract of `--check-config`.
        var reason: String

        /// The problem as a line for people: `config.json:12: protocols[0].id is missing`.
        ///
        /// Source: contract of `--check-config`.
        var description: String {
            path.isEmpty ? "\(place): \(reason)" : "\(place): \(path) \(reason)"
        }

        /// The file, and the line where there is one: `config.json:12`.
        ///
        /// Source: contract of `--check-config`.
        var place: String { line.map { "\(file):\($0)" } ?? file }
    }

    /// One file of the configuration.
    ///
    /// Source: contract of the configuration (`protocolDirectory`).
    struct File {
        /// Its path, for messages.
        ///
        /// Source: contract of `--check-config`.
        var path: String
        /// What it holds.
        ///
        /// Source: RFC 8259.
        var bytes: [UInt8]
    }

    /// Reads the configuration.
    ///
    /// - Parameters:
    ///   - protocolFiles: Given the value of `protocolDirectory`, the files of that folder; throws a sentence where it
    ///     cannot be read.
    ///   - alsoWrong: What is wrong, for whoever knows the machine, with what is right by itself.
    ///
    /// Source: contract of the configuration.
    static func read(
        _ file: File,
        protocolFiles: (String) throws(ReadingFailure) -> [File],
        alsoWrong: (Settings) -> [DocumentProblem] = { _ in [] }
    ) -> Outcome {
        let parsed = parse(file)
        guard let reader = parsed.reader else { return Outcome(settings: nil, problems: parsed.problems()) }

        let organisation = reader.object("organisation").flatMap(Organisation.init(reading:))
        let regulator = Regulator.read(reader)
        let timeZone = reader.line("timeZone", longest: 64)
        let paths = reader.object("paths").flatMap { Paths(reading: $0) }
        let access = Access.read(reader)
        let timing = Timing.read(reader)
        let officeHours = OfficeHours.read(reader)
        let directory = reader.line("protocolDirectory", .optional)
        let inline = reader.all(
            "protocols", SharingProtocol.init(reading:), presence: directory == nil ? .required : .optional)
        reader.refuseUnknown()

        var problems = parsed.problems()
        var protocols = (inline ?? []).enumerated().map { Placed(sharingProtocol: $1, document: parsed, index: $0) }
        if let directory {
            do {
                for file in try protocolFiles(directory) {
                    let document = parse(file)
                    let found = document.reader.flatMap(SharingProtocol.init(reading:))
                    problems += document.problems()
                    if let found { protocols.append(Placed(sharingProtocol: found, document: document)) }
                }
            } catch {
                problems.append(parsed.problem("protocolDirectory", error.sentence))
            }
        }
        // What one protocol says of another is looked at once each is right by itself.
        guard problems.isEmpty else { return Outcome(settings: nil, problems: problems) }
        if protocols.isEmpty { problems.append(parsed.problem("protocols", "is empty; name at least one protocol")) }
        problems += disagreements(protocols)
        guard problems.isEmpty, let organisation, let timeZone, let paths else {
            return Outcome(settings: nil, problems: problems)
        }
        let settings = Settings(
            organisation: organisation,
            regulator: regulator,
            timeZone: timeZone,
            paths: paths,
            access: access,
            timing: timing,
            officeHours: officeHours,
            protocols: protocols.map(\.sharingProtocol)
        )
        problems = alsoWrong(settings).map { parsed.problem($0.path, $0.reason) }
        return Outcome(settings: problems.isEmpty ? settings : nil, problems: problems)
    }

    // MARK: - Between protocols

    /// A protocol, and where it stands: in a list, or a file of its own.
    private struct Placed {
        var sharingProtocol: SharingProtocol
        var document: Parsed
        var index: Int?

        func problem(_ member: String, _ reason: String) -> Problem {
            document.problem(index.map { "protocols[\($0)].\(member)" } ?? member, reason)
        }
    }

    /// What protocols that are right by themselves cannot both be.
    private static func disagreements(_ protocols: [Placed]) -> [Problem] {
        var problems: [Problem] = []
        let ids = protocols.map(\.sharingProtocol.id)
        for (index, placed) in protocols.enumerated() {
            let id = ids[index]
            if let first = ids[..<index].firstIndex(of: id) {
                let place = protocols[first].problem("id", "").place
                problems.append(placed.problem("id", "“\(id)” is there twice; the first is at \(place)"))
            }
            if let successor = placed.sharingProtocol.supersededBy, !ids.contains(successor) {
                let hint = nearestName(to: successor, among: ids).map { "; did you mean “\($0)”?" } ?? ""
                let reason = "“\(successor.shownInMessage)” is the id of no protocol\(hint)"
                problems.append(placed.problem("supersededBy", reason))
            }
        }
        return problems
    }

    /// That a folder or file of the configuration cannot be read.
    ///
    /// Source: contract of the configuration (`protocolDirectory`).
    struct ReadingFailure: Error {
        /// What is wrong, as the rest of a sentence.
        ///
        /// Source: contract of `--check-config`.
        var sentence: String
    }

    // MARK: - One file

    private struct Parsed {
        var file: File
        var reader: ObjectReader?
        var lines: [String: Int] = [:]
        var syntax: Problem?

        func problems() -> [Problem] {
            if let syntax { return [syntax] }
            return reader?.problems.all.map { problem($0.path, $0.reason) } ?? []
        }

        func problem(_ path: String, _ reason: String) -> Problem {
            Problem(file: file.path, line: line(of: path), path: path, reason: reason)
        }

        /// The line of the path, or of the nearest thing around it that is there.
        private func line(of path: String) -> Int? {
            var path = Substring(path)
            while true {
                if let line = lines[String(path)] { return line }
                guard let cut = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { return lines[""] }
                path = path[..<cut]
            }
        }
    }

    private static func parse(_ file: File) -> Parsed {
        do throws(JSONError) {
            let (value, lines) = try JSON.parseWithLines(file.bytes)
            guard let object = value.object else {
                let problem = Problem(file: file.path, line: 1, path: "", reason: "the document must be a JSON object")
                return Parsed(file: file, syntax: problem)
            }
            return Parsed(
                file: file, reader: ObjectReader(object, problems: DocumentProblems()), lines: lines)
        } catch {
            let problem = Problem(file: file.path, line: error.line, path: "", reason: error.reason)
            return Parsed(file: file, syntax: problem)
        }
    }
}

extension Organisation {
    fileprivate init?(reading reader: ObjectReader) {
        let name = reader.line("name", longest: 200)
        let mailFrom = reader.mailbox("mailFrom")
        let team = reader.mailboxes("informationGovernance")
        if team?.isEmpty == true { reader.note("informationGovernance", "is empty; name at least one mailbox") }
        reader.refuseUnknown()
        guard let name, let mailFrom, let team else { return nil }
        self.init(name: name, mailFrom: mailFrom, informationGovernance: team)
    }
}

extension Regulator {
    fileprivate static func read(_ parent: ObjectReader) -> Regulator {
        let standardName = "Information Commissioner's Office (ICO)"
        guard let reader = parent.object("regulator", .optional) else {
            return Regulator(name: standardName, telephone: nil, address: nil, submitter: [])
        }
        let regulator = Regulator(
            name: reader.line("name", .optional, longest: 200) ?? standardName,
            telephone: reader.line("telephone", .optional, longest: 64),
            address: reader.line("address", .optional, longest: 400),
            submitter: reader.mailboxes("submitter", .optional) ?? []
        )
        reader.refuseUnknown()
        return regulator
    }
}

extension Paths {
    /// The service's own places, for what is not configured.
    ///
    /// Source: contract of the files; systemd.exec(5), RuntimeDirectory and StateDirectory.
    private static let socket = "/run/breachclock/breachd.sock"
    private static let spool = "/var/spool/breachclock"

    fileprivate init?(reading reader: ObjectReader) {
        let state = reader.line("state")
        let socket = reader.line("socket", .optional) ?? Self.socket
        let spool = reader.line("spool", .optional) ?? Self.spool
        let status = reader.line("status", .optional)
        let metrics = reader.line("metrics", .optional)
        reader.refuseUnknown()
        guard let state else { return nil }
        self.init(state: state, socket: socket, spool: spool, status: status, metrics: metrics)
    }
}

extension Access {
    fileprivate static func read(_ parent: ObjectReader) -> Access {
        guard let reader = parent.object("access", .optional) else { return Access(groups: [:]) }
        var access = Access(groups: [:])
        for right in Right.allCases {
            access.groups[right] = reader.lines(right.rawValue, .optional, longest: 64)
        }
        reader.refuseUnknown()
        return access
    }
}

extension Timing {
    fileprivate static func read(_ parent: ObjectReader) -> Timing {
        var timing = Timing.standard
        guard let reader = parent.object("timing", .optional) else { return timing }
        if let seconds = reader.durations("reminders", in: 60...(30 * 86_400)) {
            timing.reminderLeadsSeconds = Set(seconds).sorted(by: >)
        }
        timing.ownerNoticeSeconds = reader.duration("ownerNotice", in: 0...(72 * 3600)) ?? timing.ownerNoticeSeconds
        timing.ownerOfficeSeconds =
            reader.duration("ownerOfficeHours", in: 0...(24 * 3600)) ?? timing.ownerOfficeSeconds
        timing.heartbeatSeconds = reader.duration("heartbeat", in: 1...3600) ?? timing.heartbeatSeconds
        reader.refuseUnknown()
        return timing
    }
}

extension OfficeHours {
    fileprivate static func read(_ parent: ObjectReader) -> OfficeHours {
        var hours = OfficeHours.standard
        guard let reader = parent.object("officeHours", .optional) else { return hours }
        if let days: [Weekday] = reader.choices("days", .optional) { hours.days = Set(days) }
        hours.fromSecondOfDay = reader.timeOfDay("from") ?? hours.fromSecondOfDay
        hours.toSecondOfDay = reader.timeOfDay("to") ?? hours.toSecondOfDay
        if hours.fromSecondOfDay >= hours.toSecondOfDay { reader.note("to", "must be later than from") }
        hours.closed = Set(reader.parsed("closed", as: "a day such as 2026-12-25") { CivilDate($0) } ?? [])
        reader.refuseUnknown()
        return hours
    }
}

extension ObjectReader {
    fileprivate func duration(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = string(key, .optional) else { return nil }
        guard let seconds = Self.seconds(text, in: range) else {
            note(key, "must be \(Self.durationWords(range))")
            return nil
        }
        return seconds
    }

    fileprivate func durations(_ key: String, in range: ClosedRange<Int>) -> [Int]? {
        parsed(key, as: Self.durationWords(range)) { Self.seconds($0, in: range) }
    }

    private static func seconds(_ text: String, in range: ClosedRange<Int>) -> Int? {
        durationSeconds(text).flatMap { range.contains($0) ? $0 : nil }
    }

    private static func durationWords(_ range: ClosedRange<Int>) -> String {
        "a duration such as 24h, 90m or 60s, from \(range.lowerBound)s to \(range.upperBound)s"
    }

    /// Seconds from midnight of a time such as `09:00`.
    fileprivate func timeOfDay(_ key: String) -> Int? {
        guard let text = string(key, .optional) else { return nil }
        guard text.utf8.count == 5, let civil = CivilTime(local: "2000-01-01 \(text)") else {
            note(key, "must be a time of day such as 09:00")
            return nil
        }
        return civil.secondOfDay
    }
}
