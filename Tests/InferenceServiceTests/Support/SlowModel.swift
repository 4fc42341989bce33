import Contracts
import Foundation
import ONNX
import OnnxRuntime
import Tensors

@testable import InferenceService

/// A model whose rows take a while: y = the sum of x, after so many products of matrices that are the identity.
enum SlowModel {
    static let width = 64

    static let interface = Interface(
        inputs: [Interface.Field(name: "x", datatype: "FP32", shape: [-1, width])],
        outputs: [Interface.Field(name: "y", datatype: "FP32", shape: [-1, width])])

    /// - Parameter layers: about 1 microsecond of a row each.
    static func bytes(layers: Int) throws -> [UInt8] {
        var builder = GraphBuilder(name: "slow")
        builder.input("x", .float, shape: [-1, width])
        builder.output("y", .float, shape: [-1, width])
        let identity = builder.floats((0..<width * width).map { $0 % (width + 1) == 0 ? 1 : 0 }, shape: [width, width])
        for layer in 0..<layers {
            builder.node("MatMul", [layer == 0 ? "x" : "h\(layer)", identity], to: [layer == layers - 1 ? "y" : "h\(layer + 1)"])
        }
        return try builder.model().bytes()
    }

    /// A loaded model, with the lane that the settings make of it.
    static func loaded(
        layers: Int, settings: ModelSettings = ModelSettings(), runtime: Runtime, takesRows: Bool = true
    ) throws -> LoadedModel {
        let bytes = try bytes(layers: layers)
        let served = ServedModel(
            name: "slow\(layers)", number: 1, team: "documents", interface: interface, origin: .blob(Digest(of: bytes)),
            fileBytes: bytes.count, settings: settings)
        let session = try Session(runtime: runtime, model: bytes)
        let lane = ModelLane(
            served, trial: try EngineTrial.run(session, interface), statistics: ModelStatistics(model: served.name, version: "1"))
        return LoadedModel(served: served, session: session, lane: lane, bytes: bytes.count)
    }

    static func row(_ number: Int, rows: Int = 1) -> Tensor {
        let values = (0..<rows).flatMap { row in [Float](repeating: Float(number * 100 + row), count: width) }
        return Tensor(name: "x", shape: [rows, width], floats: values)
    }
}
