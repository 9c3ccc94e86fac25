import Foundation
import Testing

@testable import BreachClock

/// What every test starts from: the example configuration, with its five protocols.
enum Fixture {
    private static let outcome: Result<SettingsDocument.Outcome, any Error> = Result {
        let name = "config.example.json"
        let path = Repository.root.appending(path: name).path
        let file = SettingsDocument.File(path: path, bytes: try Repository.bytes(name))
        return SettingsDocument.read(file) { _ in [] }
    }

    /// The example configuration.
    static func settings() throws -> Settings {
        let outcome = try outcome.get()
        return try #require(outcome.settings, "\(outcome.problems.map(\.description))")
    }

    /// The example configuration, changed.
    static func settings(_ change: (inout Settings) throws -> Void) throws -> Settings {
        var settings = try settings()
        try change(&settings)
        return settings
    }

    /// What a spool is told that nobody hands messages over from.
    static func nobodyDelivers(_ body: () throws(SystemError) -> Void) throws(SystemError) -> Bool {
        try body()
        return true
    }

    /// One protocol of the example configuration.
    static func sharingProtocol(_ id: String) throws -> SharingProtocol {
        try #require(try settings().protocols.first { $0.id == id })
    }
}

/// The instant that the text names, by Foundation's reading of ISO 8601.
func instant(_ text: String) throws -> Instant {
    Instant(Int(try Date(text, strategy: .iso8601).timeIntervalSince1970))
}

extension Settings {
    /// Changes one protocol.
    mutating func change(_ id: String, _ body: (inout SharingProtocol) throws -> Void) throws {
        let index = try #require(protocols.firstIndex { $0.id == id })
        try body(&protocols[index])
    }

    /// Changes one partner of one protocol.
    mutating func change(_ id: String, partner: String, _ body: (inout Partner) -> Void) throws {
        try change(id) { sharingProtocol in
            let index = try #require(sharingProtocol.partners.firstIndex { $0.id == partner })
            body(&sharingProtocol.partners[index])
        }
    }
}

extension Refusal {
    /// The field that is refused, nil for what was not found.
    var field: String? {
        if case .refused(let field, _) = self { field } else { nil }
    }

    /// The sentence that says why; empty for what was not found.
    var reason: String {
        if case .refused(_, let reason) = self { reason } else { "" }
    }
}
