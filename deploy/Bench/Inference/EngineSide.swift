import Foundation
import OnnxRuntime
import Settings
import Tensors

/// The engine in this process, set up as the service sets it up.
struct EngineSide: Sendable {
    private let session: Session
    private let inputs: [Tensor]
    static let cores = ProcessInfo.processInfo.activeProcessorCount

    init(model: URL, inputs: [Tensor]) throws {
        session = try Self.session(model)
        self.inputs = inputs
    }

    /// A model in an engine of this process.
    static func session(_ model: URL) throws -> Session {
        let environment = ProcessInfo.processInfo.environment
        guard let library = LibraryPath.find("libonnxruntime.so", variable: "MESH_ONNXRUNTIME", environment: environment) else {
            throw BenchFault("no libonnxruntime.so: run make deps")
        }
        return try Session(runtime: try Runtime(libraryPath: library), model: Array(try Data(contentsOf: model)))
    }

    func answer() throws -> [Tensor] { try session.run(inputs) }

    /// Runs the inputs again and again with as many callers as cores.
    func sample(for time: Duration) async throws -> SideSample {
        let (session, inputs) = (session, inputs)
        let before = ProcessTree.cpuSeconds(of: getpid())
        let sample = try await LoadSample.measure(threads: Self.cores, for: time) {
            { _ = try session.run(inputs) }
        }
        return SideSample(sample, cpuSeconds: ProcessTree.cpuSeconds(of: getpid()) - before)
    }
}
