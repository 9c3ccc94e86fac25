/// Lives of the whole daemon over a simulated disk and clock: `simulate EXAMPLE lives FIRST COUNT`,
/// `simulate EXAMPLE steps FIRST COUNT`, `simulate EXAMPLE replay SEED`, `simulate EXAMPLE planted PART PARTS SEEDS`,
/// `simulate EXAMPLE damage LINES`.
@main
enum Simulate {
    static func main() {
        var arguments = CurrentProcess.arguments.map { String(decoding: $0, as: UTF8.self) }[...]
        guard let path = arguments.popFirst(), let example = example(path), let verb = arguments.popFirst() else {
            return end("the example configuration cannot be read")
        }
        let numbers = arguments.compactMap(UInt64.init)
        switch (verb, numbers.first, numbers.last) {
        case ("lives", let first?, let count?): live(example, first: first, while: { lives, _ in lives < count })
        case ("steps", let first?, let count?): live(example, first: first, while: { _, steps in steps < count })
        case ("replay", let seed?, _): replay(seed, example)
        case ("damage", let lines?, _): damage(example, lines: Int(lines))
        case ("planted", let part?, let seeds?) where numbers.count == 3:
            let faults = PlantedFault.allCases.enumerated().filter { UInt64($0.offset) % numbers[1] == part }
            findPlanted(faults.map(\.element), example, within: seeds)
        default:
            end(
                "lives FIRST COUNT, steps FIRST COUNT, replay SEED, planted PART PARTS SEEDS or damage LINES was expected"
            )
        }
    }

    private static func end(_ sentence: String) {
        StandardStream.writeError("simulate: \(sentence)\n")
        CurrentProcess.end(1)
    }

    private static func example(_ path: String) -> Settings? {
        guard let bytes = try? SystemDisk().read(path) else { return nil }
        return SettingsDocument.read(SettingsDocument.File(path: path, bytes: bytes)) { _ in [] }.settings
    }

    /// What a life failed on; nil when all held.
    private static func failure(of seed: UInt64, _ example: Settings, _ fault: PlantedFault?) -> (Simulation?, String?)
    {
        do {
            let simulation = try Simulation(seed: seed, fault: fault, example: example)
            do {
                try simulation.run()
                return (simulation, nil)
            } catch let failure as Simulation.Failure {
                return (simulation, failure.what)
            }
        } catch {
            return (nil, "\(error)")
        }
    }

    private static func live(_ example: Settings, first: UInt64, while goesOn: (UInt64, UInt64) -> Bool) {
        var lives: UInt64 = 0
        var steps: UInt64 = 0
        var counts: [String: Int] = [:]
        while goesOn(lives, steps) {
            let seed = first + lives
            let (life, failure) = failure(of: seed, example, nil)
            if let failure {
                return end("SEED=\(seed): \(failure)\n\(life?.log.joined(separator: "\n") ?? "")")
            }
            lives += 1
            steps += UInt64(life?.steps ?? 0)
            counts.merge(life?.counts ?? [:], uniquingKeysWith: +)
        }
        print("\(steps) steps in \(lives) lives of 30 days from seed \(first) on")
        for (what, count) in counts.sorted(by: { $0.key < $1.key }) { print("  \(what): \(count)") }
        // The lives would prove little if something never happened in them.
        let never = Simulation.happenings.filter { counts[$0] == nil }
        if lives > 100, !never.isEmpty { end("never happened: \(never)") }
    }

    /// Facts that are shown of a life that is lived again, the last of it.
    private static let mostFacts = 60

    private static func replay(_ seed: UInt64, _ example: Settings) {
        let (life, failure) = failure(of: seed, example, nil)
        print(life?.log.joined(separator: "\n") ?? "")
        for line in (life?.journal ?? []).split(separator: 10).suffix(mostFacts) {
            print(String(decoding: line.prefix { $0 != 9 }, as: UTF8.self))
        }
        print("SEED=\(seed): \(life?.steps ?? 0) steps, \(life?.counts.sorted { $0.key < $1.key } ?? [])")
        if let failure { end("SEED=\(seed): \(failure)") }
    }

    /// Flips every bit of the first lines of a life's journal, and cuts each line at every byte: the line that was changed
    /// is never taken for one.
    private static func damage(_ example: Settings, lines wanted: Int) {
        let journals = (0...).lazy.compactMap { failure(of: $0, example, nil).0?.journal }
        guard let journal = journals.first(where: { bytes in bytes.count { $0 == 10 } > wanted }) else { return }
        let lines = journal.split(separator: 10).map { Array($0) + [10] }
        var flips = 0
        var cuts = 0
        for (line, after) in zip(lines, lines.dropFirst()).prefix(wanted) {
            for index in line.indices {
                for bit in 0..<8 {
                    var changed = line
                    changed[index] ^= 1 << bit
                    if isTaken(changed + after) {
                        return end("a flipped bit \(bit) of byte \(index) was not found in \(line)")
                    }
                    flips += 1
                }
                // Where somebody has written after a line that was torn. One without its texts alone may have been redacted.
                let isWithoutTexts = index > 0 && line[index - 1] == 9 && index + 1 < line.count
                if index + 1 < line.count {
                    if isTaken(line[..<index] + [10]) != isWithoutTexts {
                        return end("cut at byte \(index) it was taken, or refused without its texts: \(line)")
                    }
                    cuts += 1
                }
            }
        }
        print("\(flips) bits flipped and \(cuts) cuts in \(wanted) lines: each found in its own line")
    }

    /// Whether what stands up to the first line feed is taken for a line.
    private static func isTaken(_ bytes: [UInt8]) -> Bool {
        (try? JournalRecord.read(bytes.prefix { $0 != 10 })) != nil
    }

    private static func findPlanted(_ faults: [PlantedFault], _ example: Settings, within seeds: UInt64) {
        var missed: [PlantedFault] = []
        for fault in faults {
            let found = (0..<seeds).lazy.map { ($0, failure(of: $0, example, fault).1) }.first { $0.1 != nil }
            if let (seed, what) = found, let what {
                print("found \(fault.rawValue) with seed \(seed): \(what.prefix(160))")
            } else {
                missed.append(fault)
            }
        }
        if !missed.isEmpty { end("not found in \(seeds) lives: \(missed)") }
    }
}
