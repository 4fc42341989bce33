/// How inputs become the numbers that a model is fitted to.
public struct FeatureOptions: Sendable, Hashable {
    /// What stands in for a missing number.
    public enum Fill: String, Sendable, Hashable, CaseIterable {
        /// Numbers are used as they are; one that is not finite cannot be learned from.
        case none
        /// The mean of the training rows.
        case mean
        case zero
    }

    public var fill = Fill.none
    /// A number that means "missing", beside NaN.
    public var missing: Double?
    /// Most categories of a text input that get a feature: the most frequent, by the order of their bytes among equals.
    public var maximumCategories = 100
    /// Text inputs that are split into words, rather than taken as categories.
    public var texts: Set<String> = []
    /// Features that the n-grams of a text are hashed to.
    public var buckets = 1_024
    /// Words of the longest n-gram.
    public var words = 2
    /// Height and width that images are resized to; empty leaves them as they are.
    public var imageSize: [Int] = []
    /// Taken off each channel after bytes were brought to 0 ... 1; empty for nothing.
    public var imageMeans: [Double] = []
    /// Divides each channel after that; empty for nothing.
    public var imageDeviations: [Double] = []

    public init() {}
}
