/// The truth beside what a model said, row by row: classes by index, or numbers.
public struct ScoredRows: Sendable, Equatable {
    /// The number of classes; 0 for numbers.
    public let classes: Int
    public let labels: [Int]
    public let predictions: [Int]
    /// Row-major, count x classes; empty where the model gives none.
    public let probabilities: [Double]
    public let targets: [Double]
    public let values: [Double]

    public var count: Int { classes > 0 ? labels.count : targets.count }

    /// A classifier's rows; probabilities, where given, are row-major, count x classes, each row with sum 1 within 0.01.
    public init(labels: [Int], predictions: [Int], probabilities: [Double] = [], classes: Int) throws(MetricError) {
        guard !labels.isEmpty, classes > 0 else { throw .empty }
        guard predictions.count == labels.count else {
            throw .lengths(expected: labels.count, found: predictions.count, of: "predictions")
        }
        guard probabilities.isEmpty || probabilities.count == labels.count * classes else {
            throw .lengths(expected: labels.count * classes, found: probabilities.count, of: "probabilities")
        }
        for row in labels.indices {
            for value in [labels[row], predictions[row]] where value < 0 || value >= classes {
                throw .classOutOfRange(row: row, value: value, classes: classes)
            }
        }
        self.classes = classes
        self.labels = labels
        self.predictions = predictions
        self.probabilities = probabilities
        targets = []
        values = []
        if let row = firstInvalidRow { throw .invalidProbabilities(row: row) }
    }

    /// A regression model's rows.
    public init(targets: [Double], values: [Double]) throws(MetricError) {
        guard !targets.isEmpty else { throw .empty }
        guard values.count == targets.count else { throw .lengths(expected: targets.count, found: values.count, of: "values") }
        for row in targets.indices where !targets[row].isFinite || !values[row].isFinite { throw .notFinite(row: row) }
        classes = 0
        labels = []
        predictions = []
        probabilities = []
        self.targets = targets
        self.values = values
    }

    private init(picking rows: [Int], from all: ScoredRows) {
        let classes = all.classes
        self.classes = classes
        labels = classes > 0 ? rows.map { all.labels[$0] } : []
        predictions = classes > 0 ? rows.map { all.predictions[$0] } : []
        probabilities = all.probabilities.isEmpty ? [] : rows.flatMap { all.probabilities[$0 * classes..<($0 + 1) * classes] }
        targets = classes > 0 ? [] : rows.map { all.targets[$0] }
        values = classes > 0 ? [] : rows.map { all.values[$0] }
    }

    /// The rows of a slice.
    public func picking(_ rows: [Int]) throws(MetricError) -> ScoredRows {
        guard !rows.isEmpty else { throw .empty }
        return ScoredRows(picking: rows, from: self)
    }

    /// The probability of one class in each row.
    func scores(of label: Int) -> [Double] {
        labels.indices.map { probabilities[$0 * classes + label] }
    }

    /// The probability of the predicted class in each row.
    var confidences: [Double] {
        predictions.indices.map { probabilities[$0 * classes + predictions[$0]] }
    }

    private var firstInvalidRow: Int? {
        guard !probabilities.isEmpty else { return nil }
        for row in labels.indices {
            var sum = 0.0
            for column in 0..<classes {
                let value = probabilities[row * classes + column]
                // Float32 softmax can exceed 1 by its rounding.
                guard value >= -1e-6, value <= 1 + 1e-6 else { return row }
                sum += value
            }
            guard abs(sum - 1) <= 0.01 else { return row }
        }
        return nil
    }
}
