import Foundation
import Testing

@testable import BreachClock

@Suite("Configuration file")
struct ConfigurationFileTests {
    /// A configuration, a member of `paths` a line, in a folder with one protocol beside it.
    private static func lines(_ paths: [String: String], zone: String = "UTC", protocols: String = "protocols.d") throws
        -> [String]
    {
        let disk = SimulatedDisk(seed: 0)
        disk.links = ["/etc/link": "/etc/var/state", "/etc/home": "/etc"]
        var only = WireSamples.fullProtocol
        only.supersededBy = nil
        for folder in ["/etc/protocols.d", "/etc/var/state/p", "/etc/spool/p"] {
            try disk.makeFolder(folder, permissions: 0o755)
            try disk.write("\(folder)/a.json", only.json.prettyBytes(), permissions: 0o644, durably: false)
        }
        let places = ["state": "var/state", "socket": "run/socket", "spool": "spool", "status": "run/status"]
            .merging(paths) { $1 }
        let members = places.sorted { $0.key < $1.key }.map { "\"\($0)\": \"\($1)\"" }.joined(separator: ",\n")
        let text = """
            {"organisation": {"name": "E", "mailFrom": "a@e.example", "informationGovernance": ["a@e.example"]},
            "timeZone": "\(zone)", "protocolDirectory": "\(protocols)",
            "paths": {
            \(members)
            }}
            """
        try disk.write("/etc/config.json", Array(text.utf8), permissions: 0o644, durably: false)
        do throws(ConfigurationFile.Invalid) {
            _ = try ConfigurationFile(path: "/etc/config.json", disk: disk, uid: 990).read()
            return []
        } catch {
            #expect(error.code == ExitCode.configuration)
            return error.lines
        }
    }

    /// What is configured, and what is said of it.
    static let overlaps: [(paths: [String: String], protocols: String, line: String)] = [
        (
            ["status": "protocols.d/a.json"], "protocols.d",
            "7: paths.status is in protocolDirectory, /etc/protocols.d, which is for nothing else; name another"
        ),
        (["metrics": "protocols.d/./b.json"], "protocols.d", "4: paths.metrics is in protocolDirectory"),
        (["socket": "protocols.d"], "./protocols.d/", "4: paths.socket is in protocolDirectory"),
        (["spool": "protocols.d"], "protocols.d", "5: paths.spool is in protocolDirectory"),
        (["state": "protocols.d/state"], "protocols.d", "6: paths.state is in protocolDirectory"),
        ([:], "var/state/p", "2: protocolDirectory is in paths.state, /etc/var/state, which is for nothing else"),
        ([:], "spool/p", "2: protocolDirectory is in paths.spool"),
        ([:], "var/../protocols.d", "2: protocolDirectory has “..” in it"),
        (["state": "../state"], "protocols.d", "6: paths.state has “..” in it, ../state; write it without"),
        (
            ["metrics": "run/./status"], "protocols.d",
            "8: paths.status is the same as paths.metrics, /etc/run/status; name another"
        ),
        (
            ["status": "config.json"], "protocols.d",
            "7: paths.status is the same as the configuration, /etc/config.json"
        ),
        (["status": "var/state/journal"], "protocols.d", "7: paths.status is in paths.state, /etc/var/state, which"),
        (["spool": "var/state/spool"], "protocols.d", "5: paths.spool is in paths.state, /etc/var/state, which"),
        (["state": "spool/state"], "protocols.d", "6: paths.state is in paths.spool, /etc/spool, which"),
        (["spool": "var/state"], "protocols.d", "5: paths.spool is in paths.state, /etc/var/state, which"),
        (["status": "link/journal"], "protocols.d", "7: paths.status is in paths.state, /etc/var/state, which"),
        (["spool": "link/spool/there"], "protocols.d", "5: paths.spool is in paths.state, /etc/var/state, which"),
        (
            ["status": "home/config.json"], "protocols.d",
            "7: paths.status is the same as the configuration, /etc/config.json"
        ),
        (
            ["socket": "run/status.next"], "protocols.d",
            "7: paths.status is replaced through what is the same as paths.socket, /etc/run/status.next; name another"
        ),
        (
            ["metrics": "run/status.next"], "protocols.d",
            "8: paths.status is replaced through what is the same as paths.metrics, /etc/run/status.next"
        ),
        (["state": "run/status.next"], "protocols.d", "7: paths.status is in paths.state, /etc/run/status.next, which"),
        (["state": "/etc"], "protocols.d", "6: paths.state holds the configuration, /etc/config.json; name another"),
        (["spool": "/"], "protocols.d", "5: paths.spool is the root folder; name another"),
    ]

    @Test("Paths that would overwrite each other, the configuration or a protocol are refused", arguments: overlaps)
    func refused(_ overlap: (paths: [String: String], protocols: String, line: String)) throws {
        let lines = try Self.lines(overlap.paths, protocols: overlap.protocols)
        let expected = "/etc/config.json:\(overlap.line)"
        #expect(lines.first?.hasPrefix(expected) == true, "\(lines) for \(expected)")
    }

    @Test("Paths beside each other are taken, and names that only begin alike")
    func taken() throws {
        #expect(try Self.lines([:]) == [])
        #expect(try Self.lines(["status": "protocols.data/status", "metrics": "run/status.prom"]) == [])
    }

    @Test("A time zone that is not there is told with its line")
    func zone() throws {
        #expect(try Self.lines([:], zone: "Europe/Lundon").first?.hasPrefix("/etc/config.json:2: timeZone ") == true)
    }
}
