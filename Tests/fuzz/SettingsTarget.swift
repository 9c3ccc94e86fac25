/// A configuration is settings, or has problems, each on a line of its file; never both, never neither. What follows a
/// NUL is a file of the folder of protocols.
enum SettingsTarget: FuzzTarget {
    static let name = "settings"

    static func run(_ bytes: [UInt8]) {
        let files = bytes.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false).enumerated().map {
            SettingsDocument.File(path: "\($0).json", bytes: Array($1))
        }
        let outcome = SettingsDocument.read(files[0]) { _ in Array(files.dropFirst()) }
        expect((outcome.settings == nil) != outcome.problems.isEmpty, "there are settings and problems, or neither")
        for problem in outcome.problems { check(problem, files) }
        if let settings = outcome.settings { check(settings) }
    }

    private static func check(_ problem: SettingsDocument.Problem, _ files: [SettingsDocument.File]) {
        let file = need(files.first { $0.path == problem.file }, "a problem is in no file")
        let lines = file.bytes.count { $0 == UInt8(ascii: "\n") } + 1
        expect(problem.line.map { (1...lines).contains($0) } ?? true, "a problem is on line \(problem.line ?? 0)")
        expect(!problem.reason.isEmpty, "a problem has no reason")
    }

    /// Settings in use: the journal keeps each protocol, the zone is looked for, warnings are shown.
    private static func check(_ settings: Settings) {
        expect(!settings.protocols.isEmpty, "there is no protocol")
        for each in settings.protocols {
            let json = each.json
            let object = need((try? JSON(parsing: json.compactBytes()))?.object, "a protocol is written as no object")
            let reader = ObjectReader(object, problems: DocumentProblems())
            let again = SharingProtocol(reading: reader)
            expect(again == each && reader.problems.all.isEmpty, "a protocol that is written again reads differently")
        }
        for warning in Clockwork(settings: settings, zone: Register.zone).configurationWarnings(at: Register.now) {
            expect(!warning.unicodeScalars.contains(where: \.isControlOrLineEnd), "a warning steers the terminal")
        }
    }
}
