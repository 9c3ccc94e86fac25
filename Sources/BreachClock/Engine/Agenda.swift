/// Which breach wants to be looked at when: a heap of instants, so that a thousand open breaches cost nothing until the
/// next of them is due.
///
/// Source: design, "one computed next action".
struct Agenda: Sendable {
    private struct Entry: Hashable {
        var at: Instant
        var reference: BreachReference

        /// Those of one instant come in the order of their references: the same register always does the same.
        func isBefore(_ other: Entry) -> Bool {
            (at, reference) < (other.at, other.reference)
        }
    }

    private var heap: [Entry] = []
    private var entries: Set<Entry> = []
    private var current: [BreachReference: Instant] = [:]

    /// An agenda with nothing on it.
    ///
    /// Source: design.
    init() {}

    /// The earliest breach to look at.
    ///
    /// Source: design.
    mutating func first() -> (at: Instant, reference: BreachReference)? {
        // An entry that a later call of `set` replaced stays in the heap until it comes up.
        while let top = heap.first, current[top.reference] != top.at { removeFirst() }
        return heap.first.map { ($0.at, $0.reference) }
    }

    /// Looks at that breach at that instant, and not before; never, where nil.
    ///
    /// Source: design.
    mutating func set(_ reference: BreachReference, _ instant: Instant?) {
        guard current[reference] != instant else { return }
        current[reference] = instant
        guard let instant else { return }
        let entry = Entry(at: instant, reference: reference)
        // One that was replaced and comes back stands in the heap already.
        guard entries.insert(entry).inserted else { return }
        heap.append(entry)
        siftUp(heap.count - 1)
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        entries.remove(heap.removeLast())
        siftDown(0)
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        while index > 0, heap[index].isBefore(heap[(index - 1) / 2]) {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        while true {
            let children = [2 * index + 1, 2 * index + 2].filter { $0 < heap.count }
            guard let least = children.min(by: { heap[$0].isBefore(heap[$1]) }), heap[least].isBefore(heap[index])
            else { return }
            heap.swapAt(index, least)
            index = least
        }
    }
}
