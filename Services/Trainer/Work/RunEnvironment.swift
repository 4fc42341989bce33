import Foundation
import LinearAlgebra
import OnnxRuntime

/// What a run must record to be repeated byte for byte.
enum RunEnvironment {
    static func record(runtime: Runtime) -> [String: String] {
        let blas = BLAS.record
        var facts = [
            "blas": blas.version, "blas.configuration": blas.configuration, "blas.kernel": blas.kernel,
            "blas.threads": String(blas.threads), "onnxruntime": runtime.version,
            "operatingSystem": ProcessInfo.processInfo.operatingSystemVersionString, "architecture": architecture,
        ]
        facts.merge(Machine.facts) { $1 }
        return facts
    }

    private static var architecture: String {
        #if arch(x86_64)
            "x86_64"
        #elseif arch(arm64)
            "arm64"
        #else
            "other"
        #endif
    }
}
