import Foundation
import OnnxRuntime
import Recipes
import Tensors
import TestSupport
import TreeBoosting

/// Libraries, as `make deps` has put them.
enum Engines {
    static let runtime = Result { try Runtime(libraryPath: path("libonnxruntime.so", "MESH_ONNXRUNTIME")) }
    static let boosting = Result { try BoostingLibrary(path: path("libxgboost.so", "MESH_XGBOOST")) }

    /// What computes features in these tests: the engine that serves.
    static func graphs() throws -> GraphEngine {
        let runtime = try runtime.get()
        return GraphEngine { model in
            let session = try Session(runtime: runtime, model: model)
            return { inputs, output in try session.run(inputs, outputs: [output])[0] }
        }
    }

    /// Runs a fitted model.
    static func run(_ model: [UInt8], _ inputs: [Tensor], _ outputs: [String]) throws -> [Tensor] {
        try Session(runtime: try runtime.get(), model: model).run(inputs, outputs: outputs)
    }

    private static func path(_ file: String, _ variable: String) -> String {
        ProcessInfo.processInfo.environment[variable] ?? Checkout.root.appending(path: ".mesh/lib/" + file).path
    }
}

/// The largest difference of two lists; infinite where their lengths differ.
func difference(_ one: [Double], _ other: [Double]) -> Double {
    guard one.count == other.count else { return .infinity }
    return zip(one, other).reduce(0) { max($0, abs($1.0 - $1.1)) }
}
