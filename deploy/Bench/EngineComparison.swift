import Foundation
import ONNX
import OnnxRuntime
import Settings
import Tensors

/// Softmax regression on 64 numbers, through a session and through the bare C interface.
struct EngineComparison {
    private let session: Session
    private let bare: BareEngine
    private let input: Tensor

    init() throws {
        let environment = ProcessInfo.processInfo.environment
        guard let library = LibraryPath.find("libonnxruntime.so", variable: "MESH_ONNXRUNTIME", environment: environment) else {
            throw BenchFault("no libonnxruntime.so: run make deps")
        }
        let weights = (0..<640).map { Float($0 % 17) / 17 - 0.5 }
        let layer = ONNXModel.Layer(weights: weights, bias: [Float](repeating: 0, count: 10), inputs: 64)
        let model = try ONNXModel.classifier(
            [layer], classes: Array(0..<10), input: "pixels", label: "label", probabilities: "probabilities"
        ).bytes()
        session = try Session(runtime: try Runtime(libraryPath: library), model: model)
        bare = try BareEngine(libraryPath: library, model: model, names: ["pixels", "label", "probabilities"])
        input = Tensor(name: "pixels", shape: [1, 64], floats: (0..<64).map { Float($0) / 64 })
    }

    /// A line for people.
    func run(rounds: Int) throws -> String {
        let running = try Interleaved(rounds: rounds, repetitions: 200) {
            _ = try session.run([input])
        } _: {
            try bare.run(input)
        }
        return running.line("run", other: "bare C")
    }
}
