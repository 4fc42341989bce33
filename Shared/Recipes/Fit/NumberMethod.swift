import TreeBoosting

/// How a regression is fitted.
public enum NumberMethod: Sendable {
    /// `l2` times the squared weights beside the sum of squared errors; features are standardised first where `standardizes`.
    case ridge(l2: Double, standardizes: Bool)
    case trees(BoostingOptions)
}
