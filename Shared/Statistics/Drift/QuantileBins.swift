/// Bins of numbers with equal shares of a reference: the edges are its quantiles, equal ones merged.
public struct QuantileBins: Sendable, Equatable, Codable {
    /// Inner edges, ascending; bin i holds edges[i - 1] < x <= edges[i].
    public let edges: [Double]

    /// Nil where the reference is empty or holds a number that is not finite.
    public init?(reference: [Double], bins: Int = 10) {
        guard !reference.isEmpty, bins > 1, reference.allSatisfy(\.isFinite) else { return nil }
        let sorted = reference.sorted()
        var edges: [Double] = []
        for bin in 1..<bins {
            // An edge is a value of the reference, not one between two of them, so that no bin of the reference is empty.
            let edge = sorted[max((bin * sorted.count + bins - 1) / bins - 1, 0)]
            // An edge at the greatest value would leave a bin that no reference row can be in.
            if edges.last != edge, edge < sorted[sorted.count - 1] { edges.append(edge) }
        }
        self.edges = edges
    }

    public var count: Int { edges.count + 1 }

    /// The bin of a number, by bisection; a number that is not a number goes to the last bin.
    public func bin(_ value: Double) -> Int {
        var low = 0
        var high = edges.count
        while low < high {
            let middle = (low + high) / 2
            if value <= edges[middle] { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// How many numbers each bin holds.
    public func counts(_ values: some Sequence<Double>) -> [Int] {
        var counts = [Int](repeating: 0, count: count)
        for value in values { counts[bin(value)] += 1 }
        return counts
    }
}
