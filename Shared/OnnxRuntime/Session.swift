import COnnxRuntime
import Tensors

/// A loaded model. Runs may happen at once from many threads.
///
/// `@unchecked Sendable`: the session is not changed after it was made, and the library allows concurrent runs.
public final class Session: @unchecked Sendable {
    /// What the model takes or gives.
    public struct Port: Sendable, Hashable {
        public let name: String
        /// Nil for what is no tensor, or of a type that the protocol lacks.
        public let datatype: Datatype?
        /// -1 is a dimension that is not fixed.
        public let shape: [Int]
    }

    static let highestRank = 32

    public let inputs: [Port]
    public let outputs: [Port]
    private let runtime: Runtime
    private let session: OpaquePointer

    /// Loads a model. One thread within a run, and no spinning: callers bring the parallelism.
    public init(runtime: Runtime, model: [UInt8], intraOpThreads: Int = 1) throws(EngineError) {
        self.runtime = runtime
        let table = runtime.table
        var options: OpaquePointer?
        try runtime.check(mesh_ort_create_options(table, &options))
        defer { mesh_ort_release_options(table, options) }
        try runtime.check(mesh_ort_set_threads(table, options, Int32(intraOpThreads), 1))
        try runtime.check(mesh_ort_set_config(table, options, "session.intra_op.allow_spinning", "0"))
        var session: OpaquePointer?
        do throws(EngineError) {
            try runtime.check(mesh_ort_create_session(table, runtime.environment, model, model.count, options, &session))
        } catch { throw EngineError(.model, error.description) }
        guard let session else { throw EngineError(.model, "no session") }
        do throws(EngineError) {
            inputs = try Self.ports(runtime, session, areOutputs: false)
            outputs = try Self.ports(runtime, session, areOutputs: true)
        } catch {
            mesh_ort_release_session(table, session)
            throw error
        }
        self.session = session
    }

    deinit { mesh_ort_release_session(runtime.table, session) }

    /// Runs the model.
    ///
    /// - Parameters:
    ///   - tensors: in any order, one for each input.
    ///   - outputs: names of the outputs to compute, in the order wanted; all of them when nil.
    public func run(_ tensors: [Tensor], outputs names: [String]? = nil, cancellation: RunCancellation? = nil) throws(EngineError)
        -> [Tensor]
    {
        var values: [OpaquePointer?] = []
        defer { for value in values { mesh_ort_release_value(runtime.table, value) } }
        // The library reads the tensors' memory in place: these copies stay alive until the run is over.
        let buffers = tensors.map { InputBuffer($0) }
        defer { withExtendedLifetime(buffers) {} }
        for (tensor, buffer) in zip(tensors, buffers) { values.append(try value(tensor, buffer)) }
        let wanted = names ?? outputs.map(\.name)
        var results = [OpaquePointer?](repeating: nil, count: wanted.count)
        defer { for value in results where value != nil { mesh_ort_release_value(runtime.table, value) } }
        let status = withNames(tensors.map(\.name)) { inputNames in
            withNames(wanted) { outputNames in
                mesh_ort_run(
                    runtime.table, session, cancellation?.options, inputNames, values, values.count, outputNames, wanted.count, &results)
            }
        }
        try runtime.check(status)
        var tensors: [Tensor] = []
        for (name, value) in zip(wanted, results) {
            guard let value else { throw EngineError(.failed, "output \(name) was not computed") }
            tensors.append(try tensor(name, value))
        }
        return tensors
    }

    private func value(_ tensor: Tensor, _ buffer: InputBuffer) throws(EngineError) -> OpaquePointer? {
        let shape = tensor.shape.map(Int64.init)
        var value: OpaquePointer?
        if tensor.datatype == .bytes {
            try runtime.check(mesh_ort_string_tensor(runtime.table, buffer.texts, tensor.strings.count, shape, shape.count, &value))
        } else {
            try runtime.check(
                mesh_ort_tensor_over(
                    runtime.table, buffer.memory.baseAddress, tensor.raw.count, shape, shape.count, tensor.datatype.engineType, &value))
        }
        return value
    }

    private func tensor(_ name: String, _ value: OpaquePointer) throws(EngineError) -> Tensor {
        var element: Int32 = 0
        var rank = 0
        var count = 0
        var dimensions = [Int64](repeating: 0, count: Self.highestRank)
        try runtime.check(mesh_ort_value_info(runtime.table, value, &element, &dimensions, dimensions.count, &rank, &count))
        guard let datatype = Datatype(engineType: element) else {
            throw EngineError(.failed, "output \(name) has a type that the protocol does not know")
        }
        let shape = dimensions.prefix(rank).map(Int.init)
        guard let size = datatype.size else { return Tensor(name: name, shape: shape, strings: try strings(value, count)) }
        var memory: UnsafeMutableRawPointer?
        try runtime.check(mesh_ort_data(runtime.table, value, &memory))
        let raw = memory.map { Array(UnsafeRawBufferPointer(start: $0, count: count * size)) } ?? []
        return Tensor(name: name, datatype: datatype, shape: shape, raw: raw)
    }

    private func strings(_ value: OpaquePointer, _ count: Int) throws(EngineError) -> [[UInt8]] {
        guard count > 0 else { return [] }
        var length = 0
        try runtime.check(mesh_ort_strings_length(runtime.table, value, &length))
        var bytes = [UInt8](repeating: 0, count: max(1, length))
        var offsets = [Int](repeating: 0, count: count)
        try runtime.check(mesh_ort_strings(runtime.table, value, &bytes, length, &offsets, count))
        return (0..<count).map { index in
            Array(bytes[offsets[index]..<(index + 1 < count ? offsets[index + 1] : length)])
        }
    }

    private static func ports(_ runtime: Runtime, _ session: OpaquePointer, areOutputs: Bool) throws(EngineError) -> [Port] {
        var inputCount = 0
        var outputCount = 0
        try runtime.check(mesh_ort_counts(runtime.table, session, &inputCount, &outputCount))
        var ports: [Port] = []
        for index in 0..<(areOutputs ? outputCount : inputCount) {
            var text: UnsafeMutablePointer<CChar>?
            try runtime.check(mesh_ort_name(runtime.table, session, areOutputs ? 1 : 0, index, &text))
            let name = text.map { String(cString: $0) } ?? ""
            mesh_ort_free_name(runtime.table, text)
            var element: Int32 = 0
            var rank = 0
            var dimensions = [Int64](repeating: -1, count: highestRank)
            try runtime.check(
                mesh_ort_describe(runtime.table, session, areOutputs ? 1 : 0, index, &element, &dimensions, dimensions.count, &rank))
            let shape = dimensions.prefix(rank).map { $0 < 0 ? -1 : Int($0) }
            ports.append(Port(name: name, datatype: Datatype(engineType: element), shape: shape))
        }
        return ports
    }
}

/// Lets another thread end a run.
///
/// `@unchecked Sendable`: the library allows termination from any thread while a run uses the options.
public final class RunCancellation: @unchecked Sendable {
    let options: OpaquePointer
    private let runtime: Runtime

    public init(runtime: Runtime) throws(EngineError) {
        self.runtime = runtime
        var options: OpaquePointer?
        try runtime.check(mesh_ort_create_run_options(runtime.table, &options))
        guard let options else { throw EngineError(.failed, "no run options") }
        self.options = options
    }

    deinit { mesh_ort_release_run_options(runtime.table, options) }

    /// Ends the run at its next node.
    public func cancel() {
        if let status = mesh_ort_terminate(runtime.table, options) { mesh_ort_release_status(runtime.table, status) }
    }
}
