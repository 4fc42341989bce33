import Foundation
import Statistics

/// Permutation importance (Breiman 2001; Fisher, Rudin & Dominici 2019) on rows that the model was not fitted to.
///
/// Of features that say the same each looks less important than they are together.
public enum PermutationImportance {
    /// One entry a feature, in their order: how much the mean loss of `features` (rows x features) rises when the feature is shuffled.
    ///
    /// `loss` gives the mean loss of the rows that it is given. The shuffles of a feature follow from the seed and its index alone. Throws
    /// what `loss` throws, TrainingError for fewer than 2 rows or repeats, and CancellationError when the task is cancelled. One copy of the
    /// rows is made.
    public static func measure(
        _ features: Matrix<Double>, repeats: Int = 10, seed: UInt64 = 0, loss: (Matrix<Double>) throws -> Double
    ) throws -> [FeatureImportance] {
        guard features.columns > 0, features.rows > 0 else { throw TrainingError.empty }
        guard features.rows > 1 else { throw TrainingError.invalid(option: "features", expected: "at least 2 rows") }
        guard repeats > 1 else { throw TrainingError.invalid(option: "repeats", expected: "at least 2") }
        let base = try loss(features)
        var shuffled = features
        return try (0..<features.columns).map { feature in
            var generator = SeededGenerator.part(feature, of: seed)
            var order = Array(0..<features.rows)
            var rises = Moments()
            for _ in 0..<repeats {
                try Task.checkCancellation()
                generator.shuffle(&order)
                for row in order.indices { shuffled[row, feature] = features[order[row], feature] }
                rises.add(try loss(shuffled) - base)
            }
            for row in order.indices { shuffled[row, feature] = features[row, feature] }
            let standardError = rises.standardDeviation / Double(repeats).squareRoot()
            return FeatureImportance(feature: feature, importance: rises.mean, standardError: standardError)
        }
    }

    /// The rise of a classifier's mean -ln p(label); `probabilities` gives rows x classes, taken as at least 1e-15.
    public static func measure(
        _ features: Matrix<Double>, labels: [Int], repeats: Int = 10, seed: UInt64 = 0,
        probabilities: (Matrix<Double>) throws -> Matrix<Double>
    ) throws -> [FeatureImportance] {
        guard labels.count == features.rows else {
            throw TrainingError.lengths(expected: features.rows, found: labels.count, of: "labels")
        }
        return try measure(features, repeats: repeats, seed: seed) { rows in
            let given = try probabilities(rows)
            guard given.rows == labels.count else {
                throw TrainingError.lengths(expected: labels.count, found: given.rows, of: "probabilities")
            }
            var sum = 0.0
            for (row, label) in labels.enumerated() {
                guard label >= 0, label < given.columns else {
                    throw TrainingError.labelOutOfRange(row: row, value: label, classes: given.columns)
                }
                sum -= log(max(given[row, label], 1e-15))
            }
            return sum / Double(labels.count)
        }
    }
}
