import Contracts
import Foundation
import Statistics

/// What a trial's model said of each row of the validation split, as it is stored beside the trial.
struct TrialRows: Sendable, Hashable, Codable {
    let classes: Int
    let labels: [Int]
    let predictions: [Int]
    /// Row-major, rows x classes; empty where the model gives none.
    let probabilities: [Double]

    /// Throws ``MetricError`` for rows that do not fit each other.
    func rows() throws(MetricError) -> ScoredRows {
        try ScoredRows(labels: labels, predictions: predictions, probabilities: probabilities, classes: classes)
    }

    func bytes() throws -> [UInt8] { Array(try WireJSON.encode(self)) }

    init(classes: Int, labels: [Int], predictions: [Int], probabilities: [Double]) {
        self.classes = classes
        self.labels = labels
        self.predictions = predictions
        self.probabilities = probabilities
    }

    /// Throws `DecodingError` for bytes that are none.
    init(bytes: [UInt8]) throws {
        self = try WireJSON.decode(TrialRows.self, from: Data(bytes))
    }
}
