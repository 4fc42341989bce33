import COnnxRuntime
import ONNX
import Tensors

/// The ONNX Runtime library, opened once for a process.
///
/// `@unchecked Sendable`: the table and the environment are never changed after the start, and the library allows their use from any thread.
public final class Runtime: @unchecked Sendable {
    /// Version of the library.
    public let version: String
    /// Short names of the execution providers that this build has.
    public let providers: [String]
    let table: UnsafeMutableRawPointer
    let environment: OpaquePointer
    /// Says that tensors lie in the processor's own memory.
    let memory: OpaquePointer
    let allocator: OpaquePointer

    /// Opens the library and runs a model whose answer is known: a library that answers wrongly is refused here, not later.
    public init(libraryPath: String) throws(EngineError) {
        let library = mesh_ort_open(libraryPath)
        guard library.fault == nil, let table = library.table else {
            throw EngineError(.library, "\(libraryPath): \(library.fault.map { String(cString: $0) } ?? "not an ONNX Runtime")")
        }
        self.table = table
        version = library.version.map { String(cString: $0) } ?? "unknown"
        var environment: OpaquePointer?
        if let status = mesh_ort_create_env(table, "mlmesh", &environment) { throw EngineError(taking: status, table) }
        guard let environment else { throw EngineError(.library, "no environment") }
        self.environment = environment
        if let status = mesh_ort_disable_telemetry(table, environment) { throw EngineError(taking: status, table) }
        providers = try Self.providers(table)
        var memory: OpaquePointer?
        if let status = mesh_ort_cpu_memory(table, &memory) { throw EngineError(taking: status, table) }
        var allocator: OpaquePointer?
        if let status = mesh_ort_default_allocator(table, &allocator) { throw EngineError(taking: status, table) }
        guard let memory, let allocator else { throw EngineError(.library, "no memory") }
        self.memory = memory
        self.allocator = allocator
        try checkKnownAnswer()
    }

    func check(_ status: OpaquePointer?) throws(EngineError) {
        if let status { throw EngineError(taking: status, table) }
    }

    /// Takes over a text that the library has allocated.
    func take(_ text: UnsafeMutablePointer<CChar>?) -> String {
        guard let text else { return "" }
        defer { mesh_ort_free(table, allocator, text) }
        return String(cString: text)
    }

    private func checkKnownAnswer() throws(EngineError) {
        let layer = ONNXModel.Layer(weights: [1, -1, 0, 0, 2, 0.5], bias: [0.25, 0, -0.25], inputs: 2)
        let model = ONNXModel.classifier([layer], classes: [10, 20, 30], input: "x", label: "label", probabilities: "p")
        guard let bytes = try? model.bytes() else { throw EngineError(.library, "the model of the self-test could not be written") }
        let session = try Session(runtime: self, model: bytes)
        let outputs = try session.run([Tensor(name: "x", shape: [2, 2], floats: [3, 0, 0, 3])], outputs: ["label"])
        guard outputs.first?.elements(as: Int64.self) == [10, 20] else {
            throw EngineError(.library, "the library gives wrong answers in the self-test")
        }
    }
}
