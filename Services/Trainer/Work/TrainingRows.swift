import Contracts
import Evaluation
import Foundation
import LinearAlgebra

/// The labeled rows of the train split as numbers.
struct TrainingRows: Sendable {
    /// Fewer rows make no model worth the name.
    static let fewest = 10

    let features: Matrix<Double>
    /// Positions in the label set.
    let labels: [Int]
    /// Posterior probability of each label; nil where no label has one.
    let weights: [Double]?

    /// Throws ``JobFailure`` for too few rows or a single class, ``EvaluationError`` for a row that does not fit.
    init(_ rows: [DatasetRow], shape: ClassifierShape, labels set: LabelSet) throws {
        // By id, so that the bytes of the model do not hang on how files were laid out.
        let train = rows.filter { $0.split == "train" && $0.label != nil && $0.label != .null }.sorted { $0.id < $1.id }
        guard train.count >= Self.fewest else {
            throw JobFailure("Too few rows: train has \(train.count) with a label, and at least \(Self.fewest) are needed.")
        }
        var elements: [Double] = []
        var labels: [Int] = []
        for row in train {
            elements += try Self.features(of: row, shape)
            labels.append(try Self.position(of: row, set))
        }
        if Set(labels).count < 2 {
            let only = String(decoding: set.choices[labels[0]].canonical, as: UTF8.self)
            throw JobFailure("Every labeled row of train is \(only): a classifier needs rows of at least two classes.")
        }
        features = Matrix(rows: train.count, columns: shape.features, elements: elements)
        self.labels = labels
        weights = train.contains { $0.confidence != nil } ? train.map { min(1, max(0, $0.confidence ?? 1)) } : nil
    }

    private static func features(of row: DatasetRow, _ shape: ClassifierShape) throws -> [Double] {
        let numbers = try InputBatch.elements(of: shape.input, in: row).compactMap(\.doubleValue)
        guard numbers.count == shape.features else {
            throw EvaluationError.row(
                id: row.id, "input \(shape.input.name) has \(numbers.count) numbers where \(shape.features) were expected")
        }
        return numbers
    }

    private static func position(of row: DatasetRow, _ set: LabelSet) throws -> Int {
        let label = row.label ?? .null
        guard let position = set.position(of: label) else {
            throw EvaluationError.row(id: row.id, "its label \(String(decoding: label.canonical, as: UTF8.self)) is none of the choices")
        }
        return position
    }
}
