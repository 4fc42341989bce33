/// How often an annotator is right.
public struct AnnotatorQuality: Sendable, Equatable, Codable {
    public let annotator: String
    public let answers: Int
    /// The probability of a right answer to an item drawn from the wild.
    public let accuracy: Double
    /// The probability of each answer (column) for each true class (row).
    public let confusion: [[Double]]
    /// Right among answers to items whose label was known.
    public let gold: Proportion
}
