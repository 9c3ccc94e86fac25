import Foundation
import Testing

/// Keeps the tree as the design has it: layers, no Foundation, nothing undocumented, nothing that crashes on purpose.
@Suite("The tree")
struct TreeTests {
    /// Which folders a folder of the library may use besides itself.
    static let layers: [(folder: String, mayUse: Set<String>)] = [
        ("Model", []),
        ("Engine", ["Model"]),
        ("Wire", ["Model"]),
        ("System", ["Model"]),
        ("Store", ["Model", "Wire", "System"]),
        ("Daemon", ["Model", "Engine", "Wire", "System", "Store"]),
        ("Control", ["Model", "Wire", "System", "Store"]),
    ]

    @Test("A folder uses only the folders below it", arguments: layers)
    func layering(_ layer: (folder: String, mayUse: Set<String>)) throws {
        let forbidden = Self.layers.map(\.folder).filter { $0 != layer.folder && !layer.mayUse.contains($0) }
        for other in forbidden {
            let names = try Set(Self.sources(in: other).flatMap { $0.declaredNames })
            for source in try Self.sources(in: layer.folder) {
                let used = source.words.intersection(names)
                #expect(used.isEmpty, "\(source.name) in \(layer.folder) uses \(used.sorted()) of \(other)")
            }
        }
    }

    @Test("Every folder of the library is a layer")
    func folders() throws {
        let found = try FileManager.default.contentsOfDirectory(
            at: Repository.root.appending(path: "Sources/BreachClock"), includingPropertiesForKeys: nil)
        #expect(Set(found.map(\.lastPathComponent)) == Set(Self.layers.map(\.folder)))
    }

    @Test("Only System touches the C library, and nobody Foundation")
    func imports() throws {
        for layer in Self.layers {
            for source in try Self.sources(in: layer.folder) {
                let imports = source.code.components(separatedBy: "\n").filter { $0.hasPrefix("import ") }
                let allowed: Set<String> = layer.folder == "System" ? ["import Glibc", "import Synchronization"] : []
                #expect(Set(imports).isSubset(of: allowed), "\(source.name) imports \(imports)")
            }
        }
    }

    @Test("Every declaration that is not private says what it is and where it comes from")
    func documentation() throws {
        let all = try Self.layers.flatMap { try Self.sources(in: $0.folder) }
        let requirements = Set(all.flatMap(\.protocolRequirements)).union(["description"])
        for source in all {
            let missing = source.undocumented(except: requirements)
            #expect(missing.isEmpty, "\(source.name): \(missing)")
        }
    }

    @Test("Nothing is forced, and no error is swallowed")
    func force() throws {
        let patterns = [#"try!"#, #"\bas!"#, #"\bfatalError\b"#, #"[\w\)\]]!(?![=])[\s\.\)\],]"#]
        for layer in Self.layers {
            for source in try Self.sources(in: layer.folder) {
                for pattern in patterns {
                    let found = source.codeWithoutStrings.range(of: pattern, options: .regularExpression)
                    #expect(found == nil, "\(source.name) has \(pattern)")
                }
            }
        }
    }

    private static func sources(in folder: String) throws -> [SourceFile] {
        let url = Repository.root.appending(path: "Sources/BreachClock/\(folder)")
        let files = try #require(FileManager.default.enumerator(at: url, includingPropertiesForKeys: nil))
        return try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.map(SourceFile.init)
    }
}

/// A Swift file, read roughly: enough to find what it declares and uses.
private struct SourceFile {
    let name: String
    let lines: [String]

    init(_ url: URL) throws {
        name = url.lastPathComponent
        lines = try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\n")
    }

    /// The lines without comments.
    var code: String {
        lines.map { line in
            guard let comment = line.range(of: #"(^|\s)//.*$"#, options: .regularExpression) else { return line }
            return String(line[..<comment.lowerBound])
        }.joined(separator: "\n")
    }

    var codeWithoutStrings: String {
        code.replacingOccurrences(of: #""(\\.|[^"\\])*""#, with: "\"\"", options: .regularExpression)
    }

    var words: Set<String> {
        Set(codeWithoutStrings.components(separatedBy: CharacterSet.alphanumerics.union(["_"]).inverted))
    }

    /// The types that stand at the file's top level and are not private.
    var declaredNames: [String] {
        let pattern = #"^(public |final |indirect )*(struct|class|enum|protocol|typealias) (\w+)"#
        return lines.compactMap { Self.group(3, of: pattern, in: $0) }
    }

    /// The names that protocols of this file ask for: who conforms need not say again what they are.
    var protocolRequirements: [String] {
        var names: [String] = []
        var isInside = false
        for line in lines {
            if line.range(of: #"^(public )?protocol "#, options: .regularExpression) != nil { isInside = true }
            if line == "}" { isInside = false }
            if isInside, let name = Self.group(3, of: #"^    (static )?(func|var) (\w+)"#, in: line) {
                names.append(name)
            }
        }
        return names
    }

    /// Declarations in types that are not private, with no comment before them or one without its source.
    func undocumented(except requirements: Set<String>) -> [String] {
        let pattern =
            #"^(@\w+(\([^)]*\))? )*(public |final |static |mutating |indirect |private\(set\) |override |consuming )*"#
            + #"(struct|class|enum|protocol|typealias|func|var|let|case|init|subscript)\b[ (?<]*(\w*)"#
        var missing: [String] = []
        var contexts: [Bool] = []
        var commentHasSource = false
        var previousWasCase = false
        for line in lines {
            let text = line.trimmingCharacters(in: .whitespaces)
            if text.hasPrefix("///") {
                if text.contains("Source:") { commentHasSource = true }
                continue
            }
            let isPrivate = text.range(of: #"^(fileprivate|private) "#, options: .regularExpression) != nil
            let isPublicContext = contexts.allSatisfy { $0 }
            if isPublicContext, !isPrivate, let keyword = Self.group(4, of: pattern, in: text) {
                let declared = Self.group(5, of: pattern, in: text) ?? ""
                let isGrouped = keyword == "case" && previousWasCase
                if !commentHasSource, !isGrouped, !requirements.contains(declared) { missing.append(text) }
                previousWasCase = keyword == "case"
            } else if !text.hasPrefix("@") {
                previousWasCase = false
            }
            if !text.hasPrefix("@") { commentHasSource = false }
            enter(text, isPrivate: isPrivate, &contexts)
        }
        return missing
    }

    /// Keeps the stack of braces: whether each is that of a type that is not private.
    private func enter(_ text: String, isPrivate: Bool, _ contexts: inout [Bool]) {
        let isType =
            !isPrivate
            && text.range(
                of: #"^(public |final |indirect )*(struct|class|enum|protocol|extension) "#, options: .regularExpression
            )
                != nil
        let bare = text.replacingOccurrences(of: #""(\\.|[^"\\])*""#, with: "", options: .regularExpression)
        for character in bare.prefix(upTo: bare.range(of: "//")?.lowerBound ?? bare.endIndex) {
            if character == "{" { contexts.append(isType) }
            if character == "}", !contexts.isEmpty { contexts.removeLast() }
        }
    }

    private static func group(_ number: Int, of pattern: String, in text: String) -> String? {
        guard let expression = try? NSRegularExpression(pattern: pattern) else { return nil }
        let whole = NSRange(text.startIndex..., in: text)
        guard let match = expression.firstMatch(in: text, range: whole),
            let range = Range(match.range(at: number), in: text)
        else { return nil }
        return String(text[range])
    }
}
