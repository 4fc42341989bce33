import Foundation
import OnnxRuntime
import TestSupport

/// The engine's library as tests use it.
enum EngineLibrary {
    static var path: String {
        ProcessInfo.processInfo.environment["MESH_ONNXRUNTIME"]
            ?? Checkout.root.appending(path: ".mesh/lib/libonnxruntime.so").path
    }

    static func runtime() throws -> Runtime { try Runtime(libraryPath: path) }
}
