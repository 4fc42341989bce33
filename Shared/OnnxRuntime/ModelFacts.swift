import Tensors

/// What a loaded model says of itself.
public struct ModelFacts: Sendable, Hashable {
    public let inputs: [Session.Port]
    public let outputs: [Session.Port]
    public let metadata: ModelMetadata

    /// Whether rows of several requests may be run as one: the first size of every input and output is variable. A run still says when an
    /// output's first size is something else than the rows.
    public var isBatchable: Bool {
        let answers = outputs.filter(\.isTensor)
        return !inputs.isEmpty && !answers.isEmpty && (inputs + answers).allSatisfy { $0.isTensor && $0.shape.first == -1 }
    }

    /// Outputs that no answer can hold, as the map of a classifier of scikit-learn.
    public var leftOut: [Session.Port] { outputs.filter { !$0.isTensor } }
}

/// What a model's file says beside its graph.
public struct ModelMetadata: Sendable, Hashable {
    public var producer = ""
    public var graph = ""
    public var domain = ""
    public var description = ""
    public var version: Int64 = 0
    public var custom: [String: String] = [:]
}
