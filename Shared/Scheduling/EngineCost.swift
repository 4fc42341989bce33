import Synchronization

/// How long a model's runs take, learned from its runs, by how much goes in.
///
/// Runs are told apart by the power of two of their input elements: rows and lengths of sequences count alike. Each class keeps an
/// exponentially weighted mean, into which one sample counts by at most four times the present mean: a thread that was off its core for a
/// while says little about the model.
public final class EngineCost: Sendable {
    static let weight = 0.125
    static let outlier = 4.0

    /// Mean nanoseconds by class; 0 where nothing ran yet.
    private let means = Mutex([Double](repeating: 0, count: 65))

    public init() {}

    private static func classOf(_ elements: Int) -> Int { Int.bitWidth - max(1, elements).leadingZeroBitCount }

    /// Learns from a run.
    public func note(elements: Int, nanoseconds: Int) {
        let index = Self.classOf(elements)
        let sample = Double(max(1, nanoseconds))
        means.withLock { means in
            let mean = means[index]
            means[index] = mean == 0 ? sample : mean + Self.weight * (min(sample, Self.outlier * mean) - mean)
        }
    }

    /// Nanoseconds that a run is thought to take; nil before any ran. What is larger than all that ran is thought to grow in proportion.
    public func estimate(elements: Int) -> Int? {
        let index = Self.classOf(elements)
        return means.withLock { means in
            if means[index] > 0 { return Int(means[index]) }
            let larger = means[index...].first { $0 > 0 }
            guard let lower = means[..<index].lastIndex(where: { $0 > 0 }) else { return larger.map { Int($0) } }
            let grown = means[lower] * Double(sign: .plus, exponent: index - lower, significand: 1)
            return Int(min(larger ?? grown, grown, 1e15))
        }
    }

    /// The most rows whose run is thought to take no longer than a time, from 1 up to a bound.
    public func rows(within nanoseconds: Int, elementsPerRow: Int, atMost bound: Int) -> Int {
        var rows = 1
        while rows * 2 <= bound, let time = estimate(elements: rows * 2 * elementsPerRow), time <= nanoseconds { rows *= 2 }
        return rows * 2 > bound && (estimate(elements: bound * elementsPerRow) ?? .max) <= nanoseconds ? max(1, bound) : rows
    }
}
