extension SoftmaxRegression {
    /// Each feature's mean over the classes of |weight| times its standard deviation in these raw rows; 0 for a constant feature.
    public func coefficientImportances(_ features: Matrix<Double>) throws(TrainingError) -> [Double] {
        try CoefficientImportance.values(folded.weights, features: features)
    }
}
