import Foundation

/// The agreement of two annotators on the same items beyond chance (Cohen 1960, weighted 1968).
public struct CohenKappa: Sendable {
    /// How much a disagreement counts by the distance of the categories.
    public enum Weights: String, Sendable, Codable, CaseIterable {
        case none
        case linear
        case quadratic
    }

    private let matrix: ConfusionMatrix
    private let weights: Weights

    /// Counts pairs of answers in 0 ..< categories; `first` and `second` are answers to the same items in the same order.
    public init(first: [Int], second: [Int], categories: Int, weights: Weights = .none) {
        var matrix = ConfusionMatrix(classes: categories)
        for (a, b) in zip(first, second) { matrix.add(label: a, prediction: b) }
        self.init(matrix, weights: weights)
    }

    public init(_ matrix: ConfusionMatrix, weights: Weights = .none) {
        self.matrix = matrix
        self.weights = weights
    }

    /// Kappa with the large-sample interval (Fleiss, Cohen & Everitt 1969); nil where both always gave one and the same answer.
    public func estimate(level: Double = 0.95) -> Estimate? {
        let n = Double(matrix.total)
        guard n > 0 else { return nil }
        let classes = 0..<matrix.classes
        let rows = classes.map { Double(matrix.support($0)) / n }
        let columns = classes.map { Double(matrix.predicted($0)) / n }
        let rowWeights = classes.map { i in classes.reduce(0) { $0 + columns[$1] * agreement(i, $1) } }
        let columnWeights = classes.map { j in classes.reduce(0) { $0 + rows[$1] * agreement($1, j) } }
        let expected = classes.reduce(0) { $0 + rows[$1] * rowWeights[$1] }
        guard expected < 1 else { return nil }
        var observed = 0.0
        for i in classes { for j in classes { observed += Double(matrix[label: i, prediction: j]) / n * agreement(i, j) } }

        var spread = 0.0
        for i in classes {
            for j in classes {
                let term = agreement(i, j) * (1 - expected) - (rowWeights[i] + columnWeights[j]) * (1 - observed)
                spread += Double(matrix[label: i, prediction: j]) / n * term * term
            }
        }
        let centre = observed * expected - 2 * expected + observed
        let variance = max(0, spread - centre * centre) / (n * pow(1 - expected, 4))
        let kappa = (observed - expected) / (1 - expected)
        let half = NormalDistribution.criticalValue(level: level) * variance.squareRoot()
        let interval = ConfidenceInterval(lower: max(-1, kappa - half), upper: min(1, kappa + half), level: level)
        return Estimate(value: kappa, interval: variance > 0 ? interval : nil, count: matrix.total, method: "asymptotic")
    }

    private func agreement(_ i: Int, _ j: Int) -> Double {
        let distance = matrix.classes > 1 ? Double(abs(i - j)) / Double(matrix.classes - 1) : 0
        switch weights {
        case .none: return i == j ? 1 : 0
        case .linear: return 1 - distance
        case .quadratic: return 1 - distance * distance
        }
    }
}
