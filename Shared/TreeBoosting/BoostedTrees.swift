import Foundation

/// Gradient-boosted trees: each output is a base plus the sum of its trees' leaves.
public struct BoostedTrees: Sendable, Hashable {
    public let objective: BoostingOptions.Objective
    public let columns: Int
    /// The base of each output, before a sigmoid or softmax.
    public let bases: [Float]
    /// The trees with the output that each adds to.
    public let trees: [RegressionTree]
    public let outputs: [Int]
    /// The loss on the fitted rows after the last round kept.
    public let loss: Double

    /// Rows x outputs before a sigmoid or softmax; features are row-major.
    public func margins(_ features: [Float]) -> [Float] {
        let rows = features.count / max(columns, 1)
        var result: [Float] = []
        result.reserveCapacity(rows * bases.count)
        features.withUnsafeBufferPointer { features in
            guard let base = features.baseAddress else { return }
            for row in 0..<rows {
                var sums = bases
                for (tree, output) in zip(trees, outputs) { sums[output] += tree.value(base + row * columns) }
                result += sums
            }
        }
        return result
    }

    /// Rows x classes.
    public func probabilities(_ features: [Float]) -> [Float] {
        let margins = margins(features)
        guard bases.count > 1 else {
            return margins.flatMap { margin in
                let p = 1 / (1 + exp(-margin))
                return [1 - p, p]
            }
        }
        return stride(from: 0, to: margins.count, by: bases.count).flatMap { start in
            let row = margins[start..<start + bases.count]
            let largest = row.max() ?? 0
            let powers = row.map { exp($0 - largest) }
            let sum = powers.reduce(0, +)
            return powers.map { $0 / sum }
        }
    }
}
