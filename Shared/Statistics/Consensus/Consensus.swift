/// What the answers say together: a label for each item and the quality of each annotator.
public struct Consensus: Sendable, Equatable, Codable {
    public let classes: [String]
    /// In the order of their names.
    public let items: [ItemConsensus]
    /// In the order of their names.
    public let annotators: [AnnotatorQuality]
    /// The share of each class.
    public let classPriors: [Double]
    /// "majority", "dawid-skene-map" or "dawid-skene-ml".
    public let method: String
    public let iterations: Int
    public let isConverged: Bool
}
