import Attribution
import Foundation
import ONNX
import OnnxRuntime
import Tensors
import TestSupport

/// The engine's library, as `make deps` has put it.
func testRuntime() throws -> Runtime {
    let given = ProcessInfo.processInfo.environment["MESH_ONNXRUNTIME"]
    return try Runtime(libraryPath: given ?? Checkout.root.appending(path: ".mesh/lib/libonnxruntime.so").path)
}

/// An explainer of a model as the engine runs it.
func explainer(_ bytes: [UInt8], output: String, inputs: [Tensor]) throws -> Explainer {
    let session = try Session(runtime: try testRuntime(), model: bytes)
    let widths = Dictionary(uniqueKeysWithValues: inputs.map { ($0.name, $0.count / $0.rows) })
    let structure = ModelStructure(try ONNXModel(bytes: bytes), output: output, order: inputs.map(\.name), widths: widths)
    return Explainer(structure: structure) { try session.run($0, outputs: [output]) }
}

/// An explainer of a function of one row.
func explainer(_ function: @Sendable @escaping ([Double]) -> Double) -> Explainer {
    Explainer(structure: nil) { inputs in
        let values = inputs[0].doubles ?? []
        let width = values.count / inputs[0].rows
        let scores = (0..<inputs[0].rows).map { Float(function(Array(values[($0 * width)..<(($0 + 1) * width)]))) }
        return [Tensor(name: "y", shape: [inputs[0].rows], floats: scores)]
    }
}

/// Shapley values by their definition: the mean gain of each player over all orders.
func shapleyByOrders(_ count: Int, _ value: (Set<Int>) -> Double) -> [Double] {
    var sums = [Double](repeating: 0, count: count)
    var orders = 0
    func visit(_ order: [Int], _ left: [Int]) {
        guard !left.isEmpty else {
            orders += 1
            var known: Set<Int> = []
            var last = value(known)
            for player in order {
                known.insert(player)
                let next = value(known)
                sums[player] += next - last
                last = next
            }
            return
        }
        for player in left { visit(order + [player], left.filter { $0 != player }) }
    }
    visit([], Array(0..<count))
    return sums.map { $0 / Double(orders) }
}
