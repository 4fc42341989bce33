/// Checked training rows of a classifier.
struct ClassificationRows {
    /// Standardised where that was asked for.
    let features: Matrix<Double>
    let standardization: Standardization?
    let labels: [Int]
    let classes: Int
    /// Each row's share of the loss; they sum to 1.
    let shares: [Double]

    init(features: Matrix<Double>, labels: [Int], classes: Int, weights: [Double]?, standardizes: Bool) throws(TrainingError) {
        guard features.rows > 0, features.columns > 0 else { throw .empty }
        guard labels.count == features.rows else { throw .lengths(expected: features.rows, found: labels.count, of: "labels") }
        guard classes > 1 else { throw .invalid(option: "classes", expected: "at least 2") }
        for row in labels.indices where labels[row] < 0 || labels[row] >= classes {
            throw .labelOutOfRange(row: row, value: labels[row], classes: classes)
        }
        if let index = features.elements.firstIndex(where: { !$0.isFinite }) { throw .notFinite(row: index / features.columns) }
        // Only now: one number that is not finite would spoil a feature's mean, and with it every row.
        standardization = standardizes ? Standardization(features) : nil
        if let standardization, !(standardization.means + standardization.scales).allSatisfy(\.isFinite) {
            throw .invalid(option: "features", expected: "small enough to be squared")
        }
        self.features = standardization?.applied(to: features) ?? features
        self.labels = labels
        self.classes = classes
        shares = try Self.shares(weights, rows: features.rows)
    }

    private static func shares(_ weights: [Double]?, rows: Int) throws(TrainingError) -> [Double] {
        guard let weights else { return Array(repeating: 1 / Double(rows), count: rows) }
        guard weights.count == rows else { throw .lengths(expected: rows, found: weights.count, of: "weights") }
        let total = weights.reduce(0, +)
        guard weights.allSatisfy({ $0 >= 0 && $0.isFinite }), total > 0 else {
            throw .invalid(option: "weights", expected: "finite, not negative and not all 0")
        }
        return weights.map { $0 / total }
    }
}
