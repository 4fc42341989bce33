import Contracts

/// What a model said of rows, in their order.
public struct Predictions: Sendable, Hashable {
    /// Position of each row's answer in the label set; empty where the model gives numbers.
    public let classes: [Int]
    /// Row-major, rows x classes; empty where the model gives none.
    public let probabilities: [Double]
    /// Each row's number; empty for a classifier.
    public let numbers: [Double]
    /// Each row's text, where the capability answers with texts that are no choices; else empty.
    public let texts: [String]
    /// Outputs with one element for each row, by name: what `prediction.` means in a slice.
    public let outputs: [String: [JSONValue]]

    public init(
        classes: [Int] = [], probabilities: [Double] = [], numbers: [Double] = [], texts: [String] = [],
        outputs: [String: [JSONValue]] = [:]
    ) {
        self.classes = classes
        self.probabilities = probabilities
        self.numbers = numbers
        self.texts = texts
        self.outputs = outputs
    }

    /// How many rows there are.
    public var count: Int { max(classes.count, numbers.count, texts.count) }
}
