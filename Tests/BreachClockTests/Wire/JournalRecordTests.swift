import Foundation
import Testing

@testable import BreachClock

/// The journal as it was checked in: what is on users' disks already and must be read for ever.
private enum Golden {
    static func bytes() throws -> [UInt8] {
        let folder = try #require(Bundle.module.resourceURL)
        return [UInt8](try Data(contentsOf: folder.appending(path: "Vectors/journal/golden.journal")))
    }

    /// The lines with their line feeds.
    static func lines() throws -> [[UInt8]] {
        var lines = try bytes().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
        try #require(lines.popLast() == [], "the last line ends with a line feed")
        return lines.map { $0 + [UInt8(ascii: "\n")] }
    }

    /// The line of the sample with that name, without its line feed.
    static func text(_ name: String) throws -> String {
        let index = try #require(WireSamples.events.firstIndex { $0.name == name })
        return WireSamples.text(try WireSamples.body(try lines()[index]))
    }
}

/// The columns of a line without its line feed.
private func columns(_ text: String) throws -> (fact: JSONObject, texts: JSONObject) {
    let parts = text.split(separator: "\t", omittingEmptySubsequences: false)
    try #require(parts.count == 2)
    let fact = try JSON(parsing: Array(parts[0].utf8)).object
    let texts = parts[1].isEmpty ? JSONObject() : try JSON(parsing: Array(parts[1].utf8)).object
    return (try #require(fact), try #require(texts))
}

private func line(_ fact: JSON, _ texts: JSONObject) -> String {
    fact.compactText + "\t" + (texts.members.isEmpty ? "" : JSON.object(texts).compactText)
}

/// The line with the check that its first column has a right to, whatever was changed in that.
private func stamped(_ text: String) -> String {
    guard let tab = text.firstIndex(of: "\t"), text[..<tab].hasSuffix("}") else { return text }
    var column = text[..<tab].dropLast()
    if let check = column.range(of: #","check":"[^"]*"$"#, options: .regularExpression) { column.removeSubrange(check) }
    let check = SHA256.hexadecimal(of: Array(column.utf8)).prefix(16)
    return column + #","check":"\#(check)"}"# + text[tab...]
}

private func read(_ text: String) throws(JournalRecord.Damage) -> JournalRecord.Content {
    try JournalRecord.read(Array(stamped(text).utf8)[...])
}

/// The damage that the line is refused with, which must be told in a sentence.
private func damage(_ text: String) throws -> String {
    let reason = try #require(throws: JournalRecord.Damage.self) { try read(text) }.reason
    #expect(reason.first?.isUppercase == true && reason.hasSuffix("."), "“\(reason)” is a sentence")
    #expect(!reason.contains("\n"))
    return reason
}

@Suite("Journal lines: golden")
struct JournalGoldenTests {
    @Test("R31: Every kind of event is written byte for byte as its golden line", arguments: WireSamples.events.indices)
    func golden(index: Int) throws {
        let lines = try Golden.lines()
        try #require(lines.count == WireSamples.events.count)
        #expect(WireSamples.text(WireSamples.journal[index].bytes) == WireSamples.text(lines[index]))
    }

    @Test("R31: Every golden line is read as the fact that it was written from, and written again as it was")
    func readBack() throws {
        var head = JournalHead.empty
        for (index, bytes) in try Golden.lines().enumerated() {
            let content = try JournalRecord.read(try WireSamples.body(bytes))
            #expect(content.fact == WireSamples.fact(WireSamples.events[index].event, index + 1))
            #expect(content.previousHash == head.hash)
            #expect(content.redacted == [])
            let again = JournalRecord.line(for: content.fact, after: head, salt: { WireSamples.salt })
            #expect(again.bytes == bytes)
            #expect(again.head == content.head)
            head = content.head
        }
    }

    @Test("There is a golden line for every type that the journal knows")
    func everyType() throws {
        let types = try Golden.lines().map { bytes in
            try columns(WireSamples.text(try WireSamples.body(bytes))).fact["type"]?.string
        }
        #expect(Set(types.compactMap { $0 }) == Set(FactType.allCases.map(\.rawValue)))
    }

    @Test("Every first column begins with seq, at, prev, type, account and uid, and has no null at its top")
    func members() throws {
        for bytes in try Golden.lines() {
            let fact = try columns(WireSamples.text(try WireSamples.body(bytes))).fact
            #expect(fact.members.prefix(6).map(\.key) == ["seq", "at", "prev", "type", "account", "uid"])
            #expect(!fact.members.contains { $0.value == .null })
        }
    }

    @Test("R31: The contract's command line gives each line's prev, and the first has 64 zeros")
    func commandLine() throws {
        let folder = try TemporaryFolder()
        try folder.write(try Golden.bytes(), as: "journal")
        let script = """
            for n in $(seq 1 \(WireSamples.events.count)); do
              sed -n ${n}p journal | cut -f1 | tr -d '\\n' | sha256sum
            done
            """
        let printed = try IndependentProgram.run(["sh", "-c", script], in: folder)
        let sums = printed.split(separator: "\n").map { String($0.prefix(64)) }
        let contents = try Golden.lines().map { try JournalRecord.read(try WireSamples.body($0)) }
        #expect(contents.map(\.head.hash) == sums)
        #expect(contents.map(\.previousHash) == [String(repeating: "0", count: 64)] + sums.dropLast())
        #expect(contents.map(\.head.sequence) == Array(1...sums.count))
    }

    @Test("R31: Python works out the same digests of the salts' bytes and the texts' UTF-8")
    func digests() throws {
        let folder = try TemporaryFolder()
        try folder.write(try Golden.bytes(), as: "journal")
        let script = """
            import hashlib, json
            checked = 0
            for line in open("journal", "rb").read().decode("utf-8", "strict").split("\\n")[:-1]:
                first, second = line.split("\\t")
                digests = json.loads(first).get("texts", {})
                texts = json.loads(second) if second else {}
                if list(digests) != list(texts): print("names differ:", first)
                for name, entry in texts.items():
                    if sorted(entry) != ["salt", "text"] or len(bytes.fromhex(entry["salt"])) != 16:
                        print("entry:", name)
                    own = hashlib.sha256(bytes.fromhex(entry["salt"]) + entry["text"].encode("utf-8")).hexdigest()
                    if own != digests[name]: print("digest differs:", name)
                    checked += 1
            print("checked", checked)
            """
        #expect(try IndependentProgram.python(script, in: folder) == ["checked 55"])
    }

    @Test("R31: Each text has a salt of its own, asked for once")
    func salts() throws {
        var asked: UInt8 = 0
        let fact = WireSamples.fact(.breachRecorded(WireSamples.fullRecord))
        let line = JournalRecord.line(for: fact, after: .empty) {
            asked += 1
            return Array(repeating: asked, count: JournalRecord.saltBytes)
        }
        let texts = try columns(WireSamples.text(try WireSamples.body(line.bytes))).texts
        let salts = texts.members.compactMap { $0.value.object?["salt"]?.string }
        #expect(Int(asked) == TextField.allCases.count)
        #expect(Set(salts).count == TextField.allCases.count)
        #expect(JournalRecord.saltBytes >= 16)
        #expect(try JournalRecord.read(try WireSamples.body(line.bytes)).fact == fact)
    }

    @Test("R31: No text stands in the first column")
    func firstColumnHasNoText() throws {
        for bytes in try Golden.lines() {
            let text = WireSamples.text(try WireSamples.body(bytes))
            let first = try #require(text.split(separator: "\t", omittingEmptySubsequences: false).first)
            for entry in try columns(text).texts.members {
                let written = try #require(entry.value.object?["text"]?.string)
                // One letter may stand there by chance, and “low” within “allow”.
                if written.count > 4 { #expect(!first.contains(written)) }
            }
        }
    }
}

@Suite("Journal lines: redaction")
struct JournalRedactionTests {
    @Test("R31: A line without its second column has every text redacted, and hashes as before")
    func emptied() throws {
        for (index, sample) in WireSamples.events.enumerated() {
            let text = try Golden.text(sample.name)
            let before = try read(text)
            let names = try columns(text).texts.members.map(\.key)
            let first = try #require(text.split(separator: "\t", omittingEmptySubsequences: false).first)
            let content = try read(first + "\t")
            #expect(content.redacted == names.sorted())
            #expect(content.head == WireSamples.journal[index].head)
            #expect(content.previousHash == before.previousHash)
            #expect((content.fact == before.fact) == names.isEmpty)
        }
    }

    @Test("R31: One text that is gone is redacted, and the others stay", arguments: TextField.allCases)
    func one(field: TextField) throws {
        var (fact, texts) = try columns(try Golden.text("breach-recorded, full"))
        texts[field.rawValue] = nil
        let content = try read(line(.object(fact), texts))
        #expect(content.redacted == [field.rawValue])
        guard case .breachRecorded(let record) = content.fact.event else {
            Issue.record("the fact is another")
            return
        }
        var expected = WireSamples.fullTexts
        expected[field] = .redacted
        #expect(record.texts == expected)
        fact["uid"] = 1001
        #expect(try read(line(.object(fact), texts)).head != content.head)
    }

    @Test("R31: The reason of a redaction can be redacted too")
    func reason() throws {
        let (fact, _) = try columns(try Golden.text("text-redacted"))
        guard case .textRedacted(let record) = try read(line(.object(fact), [:])).fact.event else {
            Issue.record("the fact is another")
            return
        }
        #expect(record.reason == .redacted)
    }
}

@Suite("Journal lines: damage")
struct JournalDamageTests {
    /// A change of a golden line and a part of the sentence that it is refused with.
    struct Change: Sendable, CustomTestStringConvertible {
        var sample: String
        var old: String
        var new: String
        var reason: String
        var testDescription: String { "\(sample): \(old) -> \(new)" }

        init(_ sample: String, _ old: String, _ new: String, _ reason: String) {
            self.sample = sample
            self.old = old
            self.new = new
            self.reason = reason
        }
    }

    static let full = "partner-acknowledged, full"
    static let ownName = #"{"salt":"000102030405060708090a0b0c0d0e0f","text":"her own name"}"#

    static let changes: [Change] = [
        // The columns.
        Change("daemon-stopped", "\t", "", "no tab"),
        Change("daemon-stopped", "\t", "\t{}x", "text column cannot be read at column 3"),
        Change("daemon-stopped", "\t", "\t[]", "text column cannot be read"),
        Change("daemon-stopped", "\t", "\tnull", "text column cannot be read"),
        Change("daemon-stopped", #"{"seq""#, #"[{"seq""#, "fact cannot be read"),
        Change("daemon-stopped", #"{"seq""#, #"{,"seq""#, "fact cannot be read at column 2"),
        Change("daemon-stopped", "\t", "x\t", "fact cannot be read"),
        Change("daemon-stopped", #""seq":4"#, #""seq":4,"seq":4"#, "already has this key"),
        // What every fact has.
        Change("daemon-stopped", #""seq":4"#, #""seq":"4""#, "seq must be a whole number"),
        Change("daemon-stopped", #""seq":4"#, #""seq":0"#, "seq must be a whole number"),
        Change("daemon-stopped", #""seq":4"#, #""seq":-4"#, "seq must be a whole number"),
        Change("daemon-stopped", #""seq":4"#, #""seq":4.0"#, "seq must be a whole number"),
        Change("daemon-stopped", #""seq":4,"#, "", "seq is missing"),
        Change("daemon-stopped", #""2026-11-20T14:05:04Z""#, "1795183504", "at must be a text"),
        Change("daemon-stopped", "14:05:04Z", "24:00:00Z", "at must be an instant"),
        Change("daemon-stopped", "14:05:04Z", "14:05:60Z", "at must be an instant"),
        Change("daemon-stopped", "2026-11-20", "2026-02-29", "at must be an instant"),
        Change("daemon-stopped", #""prev":"9e"#, #""pref":"9e"#, "prev is missing"),
        Change("daemon-stopped", #""account":"ig-officer""#, #""account":["ig-officer"]"#, "account must be a text"),
        Change("daemon-stopped", #","account":"ig-officer""#, "", "account is missing"),
        Change("daemon-stopped", #""uid":1000"#, #""uid":-1"#, "uid must be a whole number"),
        Change("daemon-stopped", #""uid":1000"#, #""uid":4294967296"#, "uid must be a whole number"),
        Change("daemon-stopped", #""uid":1000"#, #""uid":"1000""#, "uid must be a whole number"),
        Change("daemon-stopped", #""uid":1000"#, #""uid":1000,"gid":1000"#, "gid is unknown"),
        Change("daemon-stopped", "daemon-stopped", "daemon-crashed", "type, “daemon-crashed”, is not known"),
        Change("daemon-stopped", "daemon-stopped", "daemon-started", "version is missing"),
        Change("daemon-stopped", #""type":"daemon-stopped","#, "", "type"),
        Change("daemon-stopped", #""type":"daemon-stopped""#, #""type":1"#, "type"),
        // The members of its own.
        Change(full, #""via":"phone""#, #""via":"fax""#, "via must be one of email, phone, meeting, other"),
        Change(full, #""via":"phone""#, #""viaa":"phone""#, "did you mean “via”"),
        Change(full, "EDATRS-2026-0001", "EDATRS-2026-0000", "breach must be a reference"),
        Change(full, "EDATRS-2026-0001", "EDATRS", "breach must be a reference"),
        Change(full, #""partner":"open-road","#, "", "partner is missing"),
        Change(
            "breach-recorded, full", #""individuals":0"#, #""individuals":-1"#, "individuals must be a whole number"),
        Change("breach-recorded, full", "10000000000", "10000000001", "records must be a whole number"),
        Change("breach-recorded, full", #""risk":"likely""#, #""risk":"grave""#, "risk must be one of"),
        Change(
            "breach-recorded, full", #""kind":"case-opened""#, #""kind":"letter""#, "notices[2].kind must be one of"),
        Change("breach-recorded, full", #""to":"ig-team""#, #""to":"ig-team+1""#, "notices[2].to must be"),
        Change("breach-recorded, full", #""to":"owner+2""#, #""to":"owner+0""#, "notices[4].to must be"),
        Change("breach-recorded, full", #""to":"owner+2""#, #""to":"owner+1+1""#, "notices[4].to must be"),
        Change("breach-recorded, full", #""to":"owner+2""#, #""to":"""#, "notices[4].to must be"),
        Change("daemon-started, full", #""what":"reminder""#, #""what":"remind""#, "fellDue[1].what must be"),
        Change("deadline-missed, full", #""edition":2"#, #""edition":0"#, "edition must be a whole number"),
        Change("deadline-missed, full", #""late":true"#, #""late":1"#, "late must be true or false"),
        Change(
            "breach-closed, full", "deadline regulator", "deadline council", "outstanding must name acknowledgements"),
        Change("text-redacted", #""of":6"#, #""of":0"#, "of must be a whole number"),
        Change("reminders-due, full", "86400", "-86400", "leadSeconds must be a whole number"),
        // The texts.
        Change(full, "her own name", "his own name", "text “personalDataReason” is not the one that was recorded"),
        Change(full, "her own name", "her own name ", "text “personalDataReason” is not the one that was recorded"),
        Change(full, #"000102030405060708090a0b0c0d0e0f","text":"her"#, #"","text":"her"#, "is not the one"),
        Change(full, #"0c0d0e0f","text":"her"#, #"0c0d0e0F","text":"her"#, "is not the one"),
        Change(full, #"0c0d0e0f","text":"her"#, #"0c0d0e0","text":"her"#, "is not the one"),
        Change(full, ownName, #""her own name""#, "is not the one"),
        Change(full, ownName, "null", "is not the one"),
        Change(full, ownName, #"{"text":"her own name"}"#, "is not the one"),
        Change(full, #""text":"her own name""#, #""text":"her own name","x":1"#, "is not the one"),
        Change(full, #""text":"her own name""#, #""text":5"#, "is not the one"),
        Change(full, ownName + "}", ownName + #","found":{"salt":"","text":""}}"#, "“found” was never recorded"),
        Change(full, #"Applegarth"},"p"#, #"Applegarth"},"name":1,"p"#, "already has this key"),
        Change("daemon-stopped", "\t", "\t{\"name\":\(ownName)}", "“name” was never recorded"),
        Change(full, #""texts":{"name":"#, #""texts":{"nome":"#, "“name” was never recorded"),
        Change(full, #""texts":{"#, #""texts":{"found":"\#(WireSamples.hash)","#, "texts.found is unknown"),
        Change(full, #""texts":{"#, #""texts":[{"#, "fact cannot be read"),
        Change("text-redacted", #","texts":{"reason":""#, #","texts":{"x":""#, "“reason” was never recorded"),
    ]

    @Test("A line that was changed is refused with a sentence that says where", arguments: changes)
    func changed(change: Change) throws {
        let text = try Golden.text(change.sample)
        let range = try #require(text.range(of: change.old), "“\(change.old)” is in the line")
        let reason = try damage(text.replacingCharacters(in: range, with: change.new))
        #expect(reason.contains(change.reason))
    }

    @Test("R31: A redaction without any trace of a reason is refused")
    func noReason() throws {
        var (fact, _) = try columns(try Golden.text("text-redacted"))
        fact["texts"] = nil
        #expect(try damage(line(.object(fact), [:])).contains("texts.reason is missing"))
    }

    @Test("Two columns swapped, or one alone, are refused", arguments: WireSamples.events)
    func swapped(sample: WireSamples.Sample) throws {
        let text = try Golden.text(sample.name)
        let parts = text.split(separator: "\t", omittingEmptySubsequences: false)
        try #require(parts.count == 2)
        _ = try damage(String(parts[0]))
        _ = try damage(parts[1] + "\t" + parts[0])
        _ = try damage("\t" + parts[1])
    }

    @Test("Nothing at all is refused")
    func empty() throws {
        #expect(try damage("").contains("no tab"))
        #expect(try damage("\t").contains("fact cannot be read"))
    }

    /// What may be left out of a fact.
    static let optional: Set<String> = [
        "lastAliveAt", "occurredAt", "affected", "individuals", "records", "cyber", "request", "via", "ground",
        "channelCompromised",
    ]

    @Test("A member that a fact must have cannot be left out, one that it may have can", arguments: WireSamples.events)
    func leftOut(sample: WireSamples.Sample) throws {
        let (fact, texts) = try columns(try Golden.text(sample.name))
        for key in fact.members.map(\.key) where key != "check" {
            var less = fact
            less[key] = nil
            let shortened = line(.object(less), texts)
            if Self.optional.contains(key) {
                let content = try read(shortened)
                #expect(content.fact != (try read(line(.object(fact), texts))).fact)
            } else {
                #expect(throws: JournalRecord.Damage.self, "without \(key)") { try read(shortened) }
            }
        }
    }

    @Test("A value of another type is refused wherever it stands", arguments: WireSamples.events)
    func wrongTypes(sample: WireSamples.Sample) throws {
        let (fact, texts) = try columns(try Golden.text(sample.name))
        var count = 0
        for wrong: JSON in [.real(1.5), [[]], [true]] {
            for changed in JSON.object(fact).replacingEachValue(by: wrong) {
                count += 1
                #expect(throws: JournalRecord.Damage.self, "\(changed.compactText)") { try read(line(changed, texts)) }
            }
        }
        #expect(count >= 3 * fact.members.count)
    }

    @Test("A member that nobody knows is refused in whichever object it stands", arguments: WireSamples.events)
    func unknownMembers(sample: WireSamples.Sample) throws {
        let (fact, texts) = try columns(try Golden.text(sample.name))
        for changed in JSON.object(fact).addingToEachObject("zzz", 1) {
            #expect(throws: JournalRecord.Damage.self, "\(changed.compactText)") { try read(line(changed, texts)) }
        }
    }

    @Test("A first column whose check is another, or elsewhere, or none, is refused")
    func wrongCheck() throws {
        let text = try Golden.text("daemon-stopped")
        let check = try #require(text.range(of: #","check":"[0-9a-f]{16}""#, options: .regularExpression))
        let changes: [(new: String, reason: String)] = [
            ("", "check is missing"), (#","check":"""#, "is not that of the bytes before it"),
            (#","check":"0123456789abcdef""#, "“0123456789abcdef”, is not that of the bytes before it"),
            (#","check":1"#, "check must be a text"), (text[check].uppercased(), "check is missing"),
            (text[check] + #","x":1"#, "x is unknown"), (text[check] + " ", "is not that of the bytes before it"),
        ]
        for (new, reason) in changes {
            let bytes = Array(text.replacingCharacters(in: check, with: new).utf8)
            let damage = #expect(throws: JournalRecord.Damage.self) { try JournalRecord.read(bytes[...]) }
            #expect(damage?.reason.contains(reason) == true, "\(damage?.reason ?? "")")
        }
    }

    @Test("R31: Python works out the same check of what stands before it")
    func checks() throws {
        let folder = try TemporaryFolder()
        try folder.write(try Golden.bytes(), as: "journal")
        let script = """
            import hashlib
            for line in open("journal", "rb").read().split(b"\\n")[:-1]:
                before, check = line.split(b"\\t")[0].rsplit(b',"check":"', 1)
                print(check.decode() == hashlib.sha256(before).hexdigest()[:16] + '"}')
            """
        let expected = Array(repeating: "True", count: WireSamples.events.count)
        #expect(try IndependentProgram.python(script, in: folder) == expected)
    }

    @Test(
        "Every bit that flips is noticed in its own line",
        arguments: [
            "daemon-started, full", "partner-acknowledged, full", "text-redacted", "notices-handed-over",
            "breach-recorded, owned by a body",
        ])
    func flippedBits(name: String) throws {
        let original = Array(try Golden.text(name).utf8)
        var unnoticed: [String] = []
        for index in original.indices {
            for bit in 0..<8 {
                var bytes = original
                bytes[index] ^= 1 << bit
                if (try? JournalRecord.read(bytes[...])) != nil { unnoticed.append("byte \(index), bit \(bit)") }
            }
        }
        #expect(unnoticed == [])
    }

    @Test("Every beginning of a line is refused, but for the one that ends after the tab: it has no texts left")
    func truncated() throws {
        for sample in WireSamples.events {
            let bytes = Array(try Golden.text(sample.name).utf8)
            let tab = try #require(bytes.firstIndex(of: UInt8(ascii: "\t")))
            let stride = bytes.count > 1500 ? 7 : 1
            let read = Swift.stride(from: 0, to: bytes.count, by: stride).filter { length in
                (try? JournalRecord.read(bytes[..<length])) != nil
            }
            #expect(read.allSatisfy { $0 == tab + 1 }, "\(sample.name)")
        }
    }

    @Test("R31: A digest that is none is refused even where its text is gone")
    func wrongDigest() throws {
        var (fact, _) = try columns(try Golden.text("text-redacted"))
        for wrong: JSON in [5, [], "", "00", .string(String(repeating: "G", count: 64))] {
            fact["texts"] = ["reason": wrong]
            let changed = line(.object(fact), [:])
            #expect(throws: JournalRecord.Damage.self, "\(changed)") { try read(changed) }
        }
    }

    @Test("R14: A notice in place of another names both its kind and its recipient")
    func halfReplaced() throws {
        let text = try Golden.text("breach-recorded, full")
        for half in [#","inPlaceOf":"reminder""#, #","for":"open-road""#] {
            let range = try #require(text.range(of: half))
            let changed = text.replacingCharacters(in: range, with: "")
            #expect(throws: JournalRecord.Damage.self) { try read(changed) }
        }
    }
}

extension JSON {
    /// The value with one part of it replaced, for each part: members and elements, at any depth, not itself.
    fileprivate func replacingEachValue(by wrong: JSON) -> [JSON] {
        changingEachChild { child in [wrong] + child.replacingEachValue(by: wrong) }
    }

    /// The value with a member added to one of its objects, for each of them.
    fileprivate func addingToEachObject(_ key: String, _ value: JSON) -> [JSON] {
        var results = changingEachChild { $0.addingToEachObject(key, value) }
        if case .object(var object) = self {
            object.append(key, value)
            results.append(.object(object))
        }
        return results
    }

    private func changingEachChild(_ change: (JSON) -> [JSON]) -> [JSON] {
        switch self {
        case .object(let object):
            return object.members.indices.flatMap { index in
                change(object.members[index].value).map { changed in
                    var copy = object
                    copy.members[index].value = changed
                    return JSON.object(copy)
                }
            }
        case .array(let elements):
            return elements.indices.flatMap { index in
                change(elements[index]).map { changed in
                    var copy = elements
                    copy[index] = changed
                    return JSON.array(copy)
                }
            }
        default:
            return []
        }
    }
}
