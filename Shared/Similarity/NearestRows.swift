/// The best rows seen so far, by key: a heap whose root is the worst of them. Of equal keys the earlier row is the better.
struct NearestRows {
    struct Entry {
        let key: Float
        let row: Int

        func isWorse(than other: Entry) -> Bool { key < other.key || key == other.key && row > other.row }
    }

    let capacity: Int
    private(set) var heap: [Entry] = []

    init(capacity: Int) { self.capacity = capacity }

    /// Whether a row of this key, later than all rows before, would be kept.
    func takes(_ key: Float) -> Bool { heap.count < capacity || capacity > 0 && key > heap[0].key }

    /// Adds a row that ``takes(_:)`` has let through.
    mutating func add(_ entry: Entry) {
        if heap.count < capacity {
            heap.append(entry)
            rise(heap.count - 1)
        } else {
            heap[0] = entry
            sink(0)
        }
    }

    private mutating func rise(_ index: Int) {
        var index = index
        while index > 0, heap[index].isWorse(than: heap[(index - 1) / 2]) {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private mutating func sink(_ index: Int) {
        var index = index
        while true {
            let children = [2 * index + 1, 2 * index + 2].filter { $0 < heap.count }
            guard let worst = children.min(by: { heap[$0].isWorse(than: heap[$1]) }), heap[worst].isWorse(than: heap[index]) else { return }
            heap.swapAt(index, worst)
            index = worst
        }
    }
}
