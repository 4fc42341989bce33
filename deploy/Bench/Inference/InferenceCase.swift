/// A request that is timed on every side, and what ours is to reach.
struct InferenceCase: Sendable {
    /// What ours is held against.
    enum Mark: Sendable {
        /// Requests a second: at least so many times those of another side.
        case rate(of: BenchSide, atLeast: Double)
        /// Processor time of a request in microseconds.
        case processorTime(atMost: Double)
        /// The 99th percentile of latency as a multiple of the median.
        case tail(atMost: Double)
    }

    let name: String
    let title: String
    let model: BenchModel
    let rows: Int
    let format: BenchRequest.Format
    let marks: [Mark]

    static let all = [
        InferenceCase(
            name: "tiny", title: "64 features, JSON", model: .digits, rows: 1, format: .json,
            marks: [.rate(of: .fastapi, atLeast: 4), .processorTime(atMost: 32)]),
        InferenceCase(name: "tiny-binary", title: "64 features, binary", model: .digits, rows: 1, format: .binary, marks: []),
        InferenceCase(
            name: "mlp", title: "MLP 784-256-128-10, JSON", model: .mlp, rows: 1, format: .json, marks: [.rate(of: .fastapi, atLeast: 4)]),
        InferenceCase(name: "mlp-binary", title: "MLP 784-256-128-10, binary", model: .mlp, rows: 1, format: .binary, marks: []),
        InferenceCase(
            name: "large", title: "MLP, 170 rows, 0.9 MB of JSON", model: .mlp, rows: 170, format: .json,
            marks: [.rate(of: .fastapi, atLeast: 2.5)]),
        InferenceCase(
            name: "rows", title: "100 rows of 64 features, JSON", model: .digits, rows: 100, format: .json,
            marks: [.rate(of: .fastapi, atLeast: 2.5)]),
        InferenceCase(
            name: "minilm", title: "MiniLM, 128 tokens, JSON", model: .minilm, rows: 1, format: .json,
            marks: [.rate(of: .engine, atLeast: 0.95), .tail(atMost: 1.3)]),
        InferenceCase(name: "minilm-binary", title: "MiniLM, 128 tokens, binary", model: .minilm, rows: 1, format: .binary, marks: []),
        InferenceCase(
            name: "convnet", title: "convnet 3x224x224, binary", model: .convnet, rows: 1, format: .binary,
            marks: [.rate(of: .engine, atLeast: 0.95)]),
    ]

    /// The cases that have targets.
    static let quick = all.filter { !$0.marks.isEmpty }
}
