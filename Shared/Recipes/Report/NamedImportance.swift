/// How much a feature matters to a model.
public struct NamedImportance: Sendable, Hashable, Codable {
    public let feature: String
    /// By how much the loss rises when the feature's values are shuffled, or |weight| times the feature's deviation.
    public let importance: Double
    /// Standard error over the shuffles; absent for weights.
    public let standardError: Double?

    public init(feature: String, importance: Double, standardError: Double? = nil) {
        self.feature = feature
        self.importance = importance
        self.standardError = standardError
    }
}
