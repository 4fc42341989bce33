import COnnxRuntime
import Tensors

/// A loaded model. Runs may happen at once from many threads.
///
/// `@unchecked Sendable`: the session is not changed after it was made, and the library allows concurrent runs.
public final class Session: @unchecked Sendable {
    public let facts: ModelFacts
    public let options: SessionOptions
    let runtime: Runtime
    let session: OpaquePointer
    /// The ports' names as C wants them, made once.
    let inputNames: [UnsafeMutablePointer<CChar>]
    let outputNames: [UnsafeMutablePointer<CChar>]
    /// Indices of the outputs that an answer can hold.
    let answers: [Int]

    public var inputs: [Port] { facts.inputs }
    public var outputs: [Port] { facts.outputs }

    /// Loads a model from its bytes. Throws ``EngineError`` of kind `model` when it is none, `provider` when the options ask for what
    /// this build of the library lacks.
    public convenience init(runtime: Runtime, model: [UInt8], options: SessionOptions = SessionOptions()) throws(EngineError) {
        guard !model.isEmpty else { throw EngineError(.model, "the model is empty") }
        try self.init(runtime: runtime, options) { made, session in
            mesh_ort_create_session(runtime.table, runtime.environment, model, model.count, made, &session)
        }
    }

    /// Loads a model from its file; weights that it keeps in files beside it are found there.
    public convenience init(runtime: Runtime, file: String, options: SessionOptions = SessionOptions()) throws(EngineError) {
        try self.init(runtime: runtime, options) { made, session in
            mesh_ort_open_session(runtime.table, runtime.environment, file, made, &session)
        }
    }

    private init(
        runtime: Runtime, _ options: SessionOptions, open: (OpaquePointer, inout OpaquePointer?) -> OpaquePointer?
    ) throws(EngineError) {
        let made = try options.make(runtime)
        defer { mesh_ort_release_options(runtime.table, made) }
        var opened: OpaquePointer?
        if let status = open(made, &opened) { throw EngineError(.model, EngineError(taking: status, runtime.table).description) }
        guard let session = opened else { throw EngineError(.model, "no session") }
        do throws(EngineError) {
            facts = ModelFacts(
                inputs: try Self.ports(runtime, session, areOutputs: false), outputs: try Self.ports(runtime, session, areOutputs: true),
                metadata: try Self.metadata(runtime, session))
        } catch {
            mesh_ort_release_session(runtime.table, session)
            throw error
        }
        self.session = session
        self.runtime = runtime
        self.options = options
        inputNames = facts.inputs.map { Self.copy($0.name) }
        outputNames = facts.outputs.map { Self.copy($0.name) }
        answers = facts.outputs.indices.filter { [facts] in facts.outputs[$0].isTensor }
    }

    deinit {
        mesh_ort_release_session(runtime.table, session)
        for name in inputNames + outputNames { name.deallocate() }
    }

    private static func copy(_ text: String) -> UnsafeMutablePointer<CChar> {
        let bytes = text.utf8CString
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
        for (index, byte) in bytes.enumerated() { copy[index] = byte }
        return copy
    }
}
