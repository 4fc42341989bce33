/// How often each category occurred, mergeable; two of them align to counts over the same cells.
public struct CategoryCounts: Sendable, Equatable, Codable {
    public private(set) var counts: [String: Int]

    public init(_ counts: [String: Int] = [:]) {
        self.counts = counts
    }

    public var total: Int { counts.values.reduce(0, +) }

    public mutating func add(_ category: String, count: Int = 1) {
        counts[category, default: 0] += count
    }

    public mutating func merge(_ other: CategoryCounts) {
        counts.merge(other.counts) { $0 + $1 }
    }

    /// Both sides' counts over the union of their categories, in sorted order.
    public func aligned(with other: CategoryCounts) -> (categories: [String], counts: [Int], others: [Int]) {
        let categories = Set(counts.keys).union(other.counts.keys).sorted()
        return (categories, categories.map { counts[$0] ?? 0 }, categories.map { other.counts[$0] ?? 0 })
    }
}
