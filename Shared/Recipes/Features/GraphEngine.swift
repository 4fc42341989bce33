import Tensors

/// Runs graphs: the engine that will serve the model computes the features that it is fitted to, so that the two cannot differ.
public struct GraphEngine: Sendable {
    /// Runs a loaded graph on its inputs and gives one output.
    public typealias Run = @Sendable (_ inputs: [Tensor], _ output: String) throws -> Tensor

    /// Loads a graph from its bytes.
    public let load: @Sendable (_ model: [UInt8]) throws -> Run

    public init(load: @escaping @Sendable (_ model: [UInt8]) throws -> Run) {
        self.load = load
    }
}
