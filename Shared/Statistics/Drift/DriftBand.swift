/// What distances windows of the reference itself show: above the band, a window is not one of them.
///
/// An alarm wants both: the distance above the band (it is not chance) and above the owner's bound (it matters).
public struct DriftBand: Sendable, Equatable, Codable {
    /// The distance that windows of the reference exceed with probability 1 - level.
    public let threshold: Double
    /// The median distance of windows of the reference.
    public let median: Double
    /// Rows in a window.
    public let windowCount: Int
    public let level: Double
    public let seed: UInt64

    /// Windows of n rows are drawn from the reference's shares and held against the reference; nil where it is empty.
    public init?(
        _ distance: CountDistance, reference: [Int], windowCount: Int, level: Double = 0.99, replicates: Int = 500, seed: UInt64
    ) {
        var generator = SeededGenerator(seed: seed)
        var cumulative: [Int] = []
        for count in reference { cumulative.append((cumulative.last ?? 0) + count) }
        guard let total = cumulative.last, total > 0, windowCount > 0 else { return nil }
        let distances = (0..<replicates).compactMap { _ in
            var window = [Int](repeating: 0, count: reference.count)
            for _ in 0..<windowCount { window[Self.cell(generator.index(below: total), cumulative)] += 1 }
            return distance.value(reference: reference, current: window)
        }
        self.init(distances: distances, windowCount: windowCount, level: level, seed: seed)
    }

    /// Windows of n rows are drawn from the reference sample and held against it; nil where it is empty or not finite.
    public init?(
        _ distance: SampleDistance, reference: [Double], windowCount: Int, level: Double = 0.99, replicates: Int = 500, seed: UInt64
    ) {
        guard !reference.isEmpty, windowCount > 0, reference.allSatisfy(\.isFinite) else { return nil }
        var generator = SeededGenerator(seed: seed)
        let sorted = reference.sorted()
        let distances = (0..<replicates).map { _ in
            // Indices are sorted rather than numbers: cheaper, and the same order.
            let window = (0..<windowCount).map { _ in generator.index(below: sorted.count) }.sorted().map { sorted[$0] }
            return distance.value(sortedReference: sorted, sortedCurrent: window)
        }
        self.init(distances: distances, windowCount: windowCount, level: level, seed: seed)
    }

    private init?(distances: [Double], windowCount: Int, level: Double, seed: UInt64) {
        guard !distances.isEmpty else { return nil }
        let sorted = distances.sorted()
        threshold = Quantile.of(sorted, level)
        median = Quantile.of(sorted, 0.5)
        self.windowCount = windowCount
        self.level = level
        self.seed = seed
    }

    /// Whether the distance is larger than chance gives and at least the bound that matters.
    public func isAlarming(_ distance: Double, bound: Double = 0) -> Bool {
        distance > threshold && distance >= bound
    }

    /// The first cell whose cumulative count exceeds the draw.
    private static func cell(_ draw: Int, _ cumulative: [Int]) -> Int {
        var low = 0
        var high = cumulative.count - 1
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] > draw { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
