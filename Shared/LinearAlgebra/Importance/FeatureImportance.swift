/// How much worse a model does when one feature's values are put in a random order.
public struct FeatureImportance: Sendable, Equatable, Codable {
    public let feature: Int
    /// The mean rise of the loss over the shuffles, in the loss's unit; near 0 or below where the model does not use the feature.
    public let importance: Double
    /// The standard deviation over the shuffles divided by the square root of their number: what more shuffles would narrow.
    public let standardError: Double
}
