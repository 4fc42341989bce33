/// Checked rows with their mean taken off, so that squares stay small beside their differences.
struct ClusterRows {
    let features: Matrix<Double>
    let norms: [Double]
    let origin: [Double]
    let meanVariance: Double

    init(_ features: Matrix<Double>, clusters: Int) throws(TrainingError) {
        guard features.rows > 0, features.columns > 0 else { throw .empty }
        if let row = features.firstRowNotFinite { throw .notFinite(row: row) }
        guard clusters <= features.rows else {
            throw .invalid(option: "clusters", expected: "at most \(features.rows), the number of rows")
        }
        let moments = FeatureMoments(features)
        origin = moments.means
        meanVariance = moments.meanVariance
        self.features = features.addingToRows(-1, origin)
        norms = self.features.squaredRowNorms
        guard norms.allSatisfy(\.isFinite) else { throw .invalid(option: "features", expected: "small enough to be squared") }
    }
}
