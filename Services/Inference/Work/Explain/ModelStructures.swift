import Attribution
import Contracts
import ONNX
import Synchronization
import Tensors

/// What is known of models' structures, by model, output and width of the rows: reading a file takes longer than explaining a row.
final class ModelStructures: Sendable {
    private struct Key: Hashable {
        let model: ModelKey
        let output: String
        let widths: [Int]
    }

    /// Structures that are kept; when there are more, all are read anew.
    private static let most = 64
    /// Files beyond this are no linear model's or tree's.
    private static let largestFile = 256 << 20

    private let read: @Sendable (ServedModel) async throws -> [UInt8]
    private let known = Mutex<[Key: ModelStructure?]>([:])

    /// - Parameter read: gives a model's file.
    init(read: @escaping @Sendable (ServedModel) async throws -> [UInt8]) { self.read = read }

    /// The structure behind an output for rows as the inputs have them; nil when it is of no kind with known Shapley values.
    func structure(of model: ServedModel, output: String, inputs: [Tensor]) async throws -> ModelStructure? {
        let widths = inputs.map { $0.count / max(1, $0.rows) }
        let key = Key(model: model.key, output: output, widths: widths)
        if let found = known.withLock({ $0[key] }) { return found }
        guard model.fileBytes <= Self.largestFile else { return nil }
        let bytes = try await read(model)
        let byName = Dictionary(zip(inputs.map(\.name), widths)) { first, _ in first }
        let structure = (try? ONNXModel(bytes: bytes)).flatMap {
            ModelStructure($0, output: output, order: inputs.map(\.name), widths: byName)
        }
        known.withLock { known in
            if known.count >= Self.most { known = [:] }
            known[key] = .some(structure)
        }
        return structure
    }
}
