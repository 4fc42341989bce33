/// Who answers.
enum BenchSide: String, Sendable, Codable, CaseIterable {
    /// ONNX Runtime in this process, with as many callers as cores: the limit.
    case engine
    case ours
    case fastapi
    case mlserver
    case litserve

    var title: String {
        switch self {
        case .engine: "engine in-process"
        case .ours: "mlmesh inference"
        case .fastapi: "FastAPI tuned"
        case .mlserver: "MLServer"
        case .litserve: "LitServe"
        }
    }

    /// MLServer and LitServe have no binary tensors over HTTP.
    func takes(_ format: BenchRequest.Format) -> Bool {
        switch self {
        case .engine, .ours, .fastapi: true
        case .mlserver, .litserve: format == .json
        }
    }
}
