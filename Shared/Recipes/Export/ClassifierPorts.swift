/// What a classifier gives.
public struct ClassifierPorts: Sendable, Hashable {
    /// INT64 `[-1]`.
    public let label: String
    /// FP32 `[-1, classes]`.
    public let probabilities: String
    /// The label that each class stands for.
    public let codes: [Int64]

    public init(label: String, probabilities: String, codes: [Int64]) {
        self.label = label
        self.probabilities = probabilities
        self.codes = codes
    }
}
