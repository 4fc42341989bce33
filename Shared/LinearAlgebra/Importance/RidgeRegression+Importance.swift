extension RidgeRegression {
    /// Each feature's |weight| times its standard deviation in these raw rows, in the target's unit; 0 for a constant feature.
    public func coefficientImportances(_ features: Matrix<Double>) throws(TrainingError) -> [Double] {
        try CoefficientImportance.values(Matrix(rows: weights.count, columns: 1, elements: weights), features: features)
    }
}
