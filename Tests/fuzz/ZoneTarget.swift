/// A text names a zone of the system's database, or is refused before anything but that database is opened; a zone takes
/// every instant to local time and back.
enum ZoneTarget: FuzzTarget {
    static let name = "zones"

    private static let instants = [0, 1_269_738_000, 1_774_746_000, 1_792_892_700, 1_795_183_500, 253_000_000_000]
        .map { Instant($0) }

    static func run(_ bytes: [UInt8]) {
        let name = String(decoding: bytes, as: UTF8.self)
        do throws(SystemZone.Missing) {
            let file = try SystemZone.file(of: name)
            expect(isPlain(name), "“\(name)” leads out of the database")
            expect(file.starts(with: Array("TZif".utf8)), "\(name) is no zone")
            check(try SystemZone(name))
        } catch {
            expect(!error.description.isEmpty, "it is refused without a sentence")
        }
    }

    private static func isPlain(_ name: String) -> Bool {
        !name.contains("..") && !name.contains("//") && !name.hasPrefix("/") && !name.hasSuffix("/")
            && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
    }

    private static func check(_ zone: SystemZone) {
        for instant in instants {
            let offset = zone.offset(at: instant)
            expect(abs(offset.secondsEastOfUTC) < 26 * 3600, "\(zone.identifier) is days away")
            expect(!offset.abbreviation.isEmpty, "\(zone.identifier) has no abbreviation")
            let readings = zone.instants(of: zone.civilTime(at: instant))
            expect(readings.contains(instant), "\(instant.rfc3339) is lost in \(zone.identifier)")
        }
    }
}
