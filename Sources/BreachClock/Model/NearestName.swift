/// The candidate that was most likely meant, or nil when none is near: a different case, a beginning, or at most a third
/// of the letters wrong.
///
/// Source: contract of the configuration and of errors ("the nearest known one").
func nearestName(to wanted: String, among candidates: some Sequence<String>) -> String? {
    let folded = Array(wanted.lowercased().utf8.prefix(64))
    guard !folded.isEmpty else { return nil }
    var best: (name: String, distance: Int)?
    for candidate in candidates {
        let other = Array(candidate.lowercased().utf8.prefix(64))
        let isPart = folded.count >= 3 && candidate.lowercased().contains(wanted.lowercased())
        let distance = isPart ? 1 : editDistance(folded, other)
        guard distance <= max(1, max(folded.count, other.count) / 3) else { continue }
        if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
    }
    return best?.name
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
