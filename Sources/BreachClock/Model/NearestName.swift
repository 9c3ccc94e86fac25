/// The candidate that was most likely meant, or nil when none is near: a different case, a beginning, or at most a third
/// of the letters wrong.
///
/// Source: contract of the configuration and of errors ("the nearest known one").
func nearestName(to wanted: String, among candidates: some Sequence<String>) -> String? {
    // What is longer than any name is near to none.
    guard wanted.utf8.count <= 80 else { return nil }
    let folded = Array(wanted.lowercased().utf8)
    guard !folded.isEmpty else { return nil }
    var best: (name: String, distance: Int)?
    for candidate in candidates {
        let other = Array(candidate.lowercased().utf8.prefix(80))
        let most = max(1, max(folded.count, other.count) / 3)
        let isPart = folded.count >= 3 && contains(other, folded)
        guard isPart || leastDistance(folded, other) <= most else { continue }
        let distance = isPart ? 1 : editDistance(folded, other)
        guard distance <= most else { continue }
        if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
    }
    return best?.name
}

/// Whether the bytes hold the others in one piece.
private func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
    guard part.count <= bytes.count else { return false }
    return (0...(bytes.count - part.count)).contains { bytes[$0...].starts(with: part) }
}

/// The distance is this at least: one of the two lacks so many kinds of the other's letters, or so many letters. Most names
/// are told apart by it, for a small part of what the distance costs.
private func leastDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    let (ofLeft, ofRight) = (kinds(left), kinds(right))
    return max(
        abs(left.count - right.count), (ofLeft & ~ofRight).nonzeroBitCount, (ofRight & ~ofLeft).nonzeroBitCount)
}

/// A bit for each kind of letter that there is; some share one.
private func kinds(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0) { $0 | 1 << UInt64($1 & 63) }
}

/// How many letters must be added, removed, changed or swapped with their neighbour to make one of the other.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforeLast = [Int]()
    var last = Array(0...right.count)
    for i in left.indices {
        var row = [i + 1] + Array(repeating: 0, count: right.count)
        for j in right.indices {
            let substituted = last[j] + (left[i] == right[j] ? 0 : 1)
            row[j + 1] = min(substituted, last[j + 1] + 1, row[j] + 1)
            if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1)
            }
        }
        (beforeLast, last) = (last, row)
    }
    return last[right.count]
}
