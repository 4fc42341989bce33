import Foundation
import Settings

/// What the engine is told from outside, in a mesh and alone.
struct EngineSettings: Sendable {
    /// Memory that loaded models may take.
    static let standardModelBytes = 1 << 30

    /// Path of the engine's library; nil when none was found.
    let library: String?
    let modelBytes: Int
    let threads: Int
    let queue: Int

    init(_ reader: inout SettingsReader, environment: [String: String]) {
        let given = reader.optional(
            "MESH_ONNXRUNTIME", help: "Path of libonnxruntime.so; .mesh/lib above the working directory or the program when absent.")
        library = given ?? Self.find(environment)
        if library == nil { reader.fault("libonnxruntime.so was not found: run `make deps`, or set MESH_ONNXRUNTIME") }
        modelBytes = reader.integer(
            "MODEL_BYTES", in: (1 << 20)...(1 << 40), default: Self.standardModelBytes,
            help: "Bytes of memory that loaded models may take.")
        let cores = ProcessInfo.processInfo.activeProcessorCount
        threads = reader.integer("ENGINE_THREADS", in: 1...256, default: cores, help: "Requests that run at once.")
        queue = reader.integer(
            "QUEUE", in: 1...100_000, default: ModelSettings.standardQueue, help: "Requests that may wait; more get 429.")
    }

    /// The library of a checkout: above the working directory, or above the program, which may be started from anywhere.
    private static func find(_ environment: [String: String]) -> String? {
        let name = "libonnxruntime.so"
        if let found = LibraryPath.find(name, variable: "MESH_ONNXRUNTIME", environment: environment) { return found }
        guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else { return nil }
        return LibraryPath.find(
            name, variable: "MESH_ONNXRUNTIME", environment: environment, from: URL(filePath: program).deletingLastPathComponent())
    }
}
