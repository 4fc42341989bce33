import Tensors

/// Attributions of some rows, with what is needed to judge them.
public struct Explanation: Sendable {
    /// What was done.
    public enum Method: String, Sendable {
        case linear
        case treePathDependent = "tree_path_dependent"
        case treeInterventional = "tree_interventional"
        case exact
        case kernel
        case occlusion
    }

    /// One tensor for each input, of its name and shape, FP64: what each element adds to the explained value.
    public let attributions: [Tensor]
    /// The explained value of a row of which nothing is known, by row.
    public let baseValues: [Double]
    /// The explained value, by row: the output itself, or the margin before a link.
    public let explainedValues: [Double]
    /// The output's column that is explained, by row.
    public let targets: [Int]
    public let method: Method
    /// The step between the explained value and the output.
    public let link: Link
    /// Rows that the model was run on.
    public let evaluations: Int
    /// Largest standard error of an attribution; 0 for exact methods, nil for occlusion, which estimates nothing.
    public let standardError: Double?
    /// Largest difference between the model's output and the link of the margins; nil where the output itself is explained.
    public let modelResidual: Double?

    /// Whether the attributions are Shapley values up to rounding.
    public var isExact: Bool { standardError == 0 }

    /// Whether every number of it is one.
    var isFinite: Bool {
        (baseValues + explainedValues).allSatisfy(\.isFinite) && attributions.allSatisfy { ($0.doubles ?? []).allSatisfy(\.isFinite) }
    }

    /// By row, explained value less base value and attributions: 0 up to rounding for Shapley values.
    public var residuals: [Double] {
        let sums = attributions.reduce(into: [Double](repeating: 0, count: explainedValues.count)) { sums, tensor in
            let width = tensor.count / max(1, sums.count)
            for (index, value) in (tensor.doubles ?? []).enumerated() { sums[index / max(1, width)] += value }
        }
        return explainedValues.indices.map { explainedValues[$0] - baseValues[$0] - sums[$0] }
    }
}
