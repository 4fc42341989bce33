/// Some rows of a training set that need not fit in memory; an object, so that its rows are freed with its last reference.
public final class RowBlock: Sendable {
    /// Rows x features.
    public let features: Matrix<Double>
    /// Each row's class; empty where the fit needs none.
    public let labels: [Int]
    /// Counts each row so many times; nil counts each once.
    public let weights: [Double]?

    public init(features: Matrix<Double>, labels: [Int] = [], weights: [Double]? = nil) {
        self.features = features
        self.labels = labels
        self.weights = weights
    }

    /// The weights, 1 where there are none.
    var rowWeights: [Double] { weights ?? Array(repeating: 1, count: features.rows) }

    /// Checks the rows of block `index`; `firstRow` is how many rows the blocks before it have, so that faults name a row of all.
    func check(index: Int, firstRow: Int, columns: Int, classes: Int) throws(TrainingError) {
        let name = "block \(index)"
        guard features.columns == columns else { throw .lengths(expected: columns, found: features.columns, of: "a row of \(name)") }
        guard labels.count == features.rows else { throw .lengths(expected: features.rows, found: labels.count, of: "labels of \(name)") }
        for (row, label) in labels.enumerated() where label < 0 || label >= classes {
            throw .labelOutOfRange(row: firstRow + row, value: label, classes: classes)
        }
        if let row = features.firstRowNotFinite { throw .notFinite(row: firstRow + row) }
        guard let weights else { return }
        guard weights.count == features.rows else {
            throw .lengths(expected: features.rows, found: weights.count, of: "weights of \(name)")
        }
        guard weights.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
            throw .invalid(option: "weights", expected: "finite and not negative")
        }
    }
}
