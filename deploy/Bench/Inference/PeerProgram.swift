import Foundation

/// How a server is started, with all that makes it fast. Tests/Benchmarks/README.md gives the reasons.
struct PeerProgram {
    let program: String
    let arguments: [String]
    let environment: [String: String]
    /// Where the process runs, and what it may write to.
    let folder: URL

    init(_ side: BenchSide, serving models: [BenchModel], port: Int, places: BenchPlaces) throws {
        folder = try places.runFolder(of: side, serving: models)
        let modelFolder = folder.appending(path: "models").path
        let cores = String(EngineSide.cores)
        // A worker process of its own for each core pays where the model takes longer than the way to it.
        let isHeavy = models.contains { $0.isHeavy }
        var environment = ["BENCH_MODELS": modelFolder, "BENCH_PORT": String(port), "PYTHONPATH": places.peers, "OMP_NUM_THREADS": "1"]
        switch side {
        case .engine: throw BenchFault("the engine is no server")
        case .ours:
            program = try BenchPlaces.sibling("inference")
            arguments = ["--models", modelFolder, "--port", String(port), "--log", folder.appending(path: "predictions").path]
            let library = places.root.appending(path: ".mesh/lib/libonnxruntime.so").path
            environment = ["MESH_ONNXRUNTIME": ProcessInfo.processInfo.environment["MESH_ONNXRUNTIME"] ?? library]
        case .fastapi:
            program = try places.program("uvicorn", of: side)
            arguments = [
                "fastapi_server:app", "--host", "127.0.0.1", "--port", String(port), "--workers", cores, "--loop", "uvloop", "--http",
                "httptools",
                "--no-access-log", "--log-level", "warning", "--no-server-header", "--no-proxy-headers", "--lifespan", "off",
            ]
        case .litserve:
            program = try places.program("python", of: side)
            arguments = [places.peers + "/litserve_server.py"]
            environment["BENCH_WORKERS"] = isHeavy ? cores : "1"
        case .mlserver:
            program = try places.program("mlserver", of: side)
            arguments = ["start", modelFolder]
            environment["MLSERVER_HOST"] = "127.0.0.1"
            environment["MLSERVER_HTTP_PORT"] = String(port)
            environment["MLSERVER_GRPC_PORT"] = String(port + 100)
            environment["MLSERVER_METRICS_PORT"] = String(port + 200)
            environment["MLSERVER_PARALLEL_WORKERS"] = isHeavy ? cores : "0"
            environment["MLSERVER_DEBUG"] = "false"
            try Self.declare(models, in: folder.appending(path: "models"))
        }
        self.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    }

    /// MLServer finds a model by a file beside it.
    private static func declare(_ models: [BenchModel], in folder: URL) throws {
        for model in models {
            let settings: [String: Any] = [
                "name": model.rawValue, "implementation": "mlserver_runtime.OnnxModel", "parameters": ["version": "1"],
            ]
            let place = folder.appending(path: "\(model.rawValue)/model-settings.json")
            try JSONSerialization.data(withJSONObject: settings).write(to: place)
        }
    }
}
