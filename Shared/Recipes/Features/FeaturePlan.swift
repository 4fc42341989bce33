import Contracts

/// How a capability's inputs become one row of features: fixed by the training rows, and part of the exported graph.
public struct FeaturePlan: Sendable, Hashable {
    public let inputs: [FeatureInput]

    public init(inputs: [FeatureInput]) {
        self.inputs = inputs
    }

    public var columns: Int { inputs.reduce(0) { $0 + $1.columns } }

    /// A name for each feature, in order.
    public var columnNames: [String] { inputs.flatMap(\.columnNames) }

    /// Whether the one input is the features, with nothing to be done.
    public var isPlain: Bool { inputs.count == 1 && inputs[0].isPlain }

    /// In a few words, for a reader.
    public var summary: [String] {
        inputs.map { input in
            let name = input.field.name
            return switch input.encoding {
            case .numbers(let fill, let missing):
                "\(name): \(input.columns) numbers"
                    + (fill == nil ? "" : ", missing ones\(missing.map { " (NaN or \($0))" } ?? " (NaN)") filled")
            case .categories: "\(name): one-hot, \(input.columns) categories"
            case .words(let buckets, let longest): "\(name): n-grams of 1 to \(longest) words hashed to \(buckets) counts, length 1"
            case .image(let shape):
                "\(name): image\(shape.isResized ? " resized to \(shape.target[0]) x \(shape.target[1])" : ""), \(shape.channels) channels"
            }
        }
    }
}
