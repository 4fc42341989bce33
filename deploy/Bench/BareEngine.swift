import COnnxRuntime
import Tensors

/// A model run with the fewest calls that the C interface needs: the limit for what goes through a session.
final class BareEngine {
    struct Fault: Error {}

    private let table: UnsafeMutableRawPointer
    private let memory: OpaquePointer
    private let session: OpaquePointer
    private let names: [UnsafePointer<CChar>?]

    /// - Parameter names: the input's name and then the outputs'.
    init(libraryPath: String, model: [UInt8], names: [StaticString]) throws {
        let library = mesh_ort_open(libraryPath)
        guard let table = library.table else { throw Fault() }
        var environment: OpaquePointer?
        var options: OpaquePointer?
        var memory: OpaquePointer?
        var session: OpaquePointer?
        guard mesh_ort_create_env(table, "bare", &environment) == nil, mesh_ort_create_options(table, &options) == nil,
            mesh_ort_set_threads(table, options, 1, 1) == nil, mesh_ort_cpu_memory(table, &memory) == nil,
            mesh_ort_create_session(table, environment, model, model.count, options, &session) == nil, let memory, let session
        else { throw Fault() }
        (self.table, self.memory, self.session) = (table, memory, session)
        self.names = names.map { UnsafeRawPointer($0.utf8Start).assumingMemoryBound(to: CChar.self) }
    }

    /// One run, up to the addresses of the outputs' memory.
    func run(_ input: Tensor) throws {
        let outputs = names.count - 1
        try withUnsafeTemporaryAllocation(of: OpaquePointer?.self, capacity: names.count) { values in
            values.initialize(repeating: nil)
            defer { for value in values { mesh_ort_release_value(table, value) } }
            try input.withUnsafeBytes { bytes in
                try input.shape.withUnsafeBytes { sizes in
                    let shape = sizes.assumingMemoryBound(to: Int64.self).baseAddress
                    try check(
                        mesh_ort_tensor_over(
                            table, memory, UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count, shape, input.shape.count, 1,
                            &values[0]))
                }
                try names.withUnsafeBufferPointer { names in
                    guard let name = names.baseAddress, let value = values.baseAddress else { throw Fault() }
                    try check(mesh_ort_run(table, session, nil, name, value, 1, name + 1, outputs, value + 1))
                }
            }
            for index in 1...outputs {
                var data: UnsafeMutableRawPointer?
                try check(mesh_ort_data(table, values[index], &data))
            }
        }
    }

    private func check(_ status: OpaquePointer?) throws {
        if let status {
            mesh_ort_release_status(table, status)
            throw Fault()
        }
    }
}
