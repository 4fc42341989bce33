import LinearAlgebra

/// Features of rows, with what is to be learned of each.
public struct FeatureRows: Sendable {
    /// Rows x features.
    public let features: Matrix<Double>
    /// Each row's class; empty where there are none.
    public let labels: [Int]
    /// Each row's number; empty where there are none.
    public let targets: [Double]
    /// Counts each row so many times; nil counts each once.
    public let weights: [Double]?

    public init(features: Matrix<Double>, labels: [Int] = [], targets: [Double] = [], weights: [Double]? = nil) {
        self.features = features
        self.labels = labels
        self.targets = targets
        self.weights = weights
    }

    public var count: Int { features.rows }

    /// Some rows, spread evenly over all: at most `count`.
    func spread(_ count: Int) -> FeatureRows {
        guard count < self.count else { return self }
        let rows = (0..<count).map { $0 * self.count / count }
        return FeatureRows(
            features: features.picking(rows), labels: labels.isEmpty ? [] : rows.map { labels[$0] },
            targets: targets.isEmpty ? [] : rows.map { targets[$0] }, weights: weights.map { weights in rows.map { weights[$0] } })
    }
}
