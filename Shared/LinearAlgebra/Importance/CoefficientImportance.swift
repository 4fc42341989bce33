/// The size of a linear model's weights, each times its feature's deviation, so that units do not count.
enum CoefficientImportance {
    /// The mean over outputs of |weight| * deviation; `weights` are features x outputs on raw features.
    static func values(_ weights: Matrix<Double>, features: Matrix<Double>) throws(TrainingError) -> [Double] {
        guard features.columns == weights.rows else { throw .lengths(expected: weights.rows, found: features.columns, of: "features") }
        guard features.rows > 0 else { throw .empty }
        if let row = features.firstRowNotFinite { throw .notFinite(row: row) }
        let deviations = FeatureMoments(features).deviations
        return (0..<weights.rows).map { feature in
            weights.row(feature).reduce(0) { $0 + abs($1) } / Double(max(weights.columns, 1)) * deviations[feature]
        }
    }
}
