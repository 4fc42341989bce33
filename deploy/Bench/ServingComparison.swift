import Foundation
import MeshCommand

/// What was measured of each way to an answer, and how the ways compare.
struct ServingComparison {
    /// How a request reaches the model, and over how many connections at once (threads, for the engine).
    struct Way: Hashable, Sendable {
        enum Path: String, Codable, CaseIterable, Sendable {
            /// ONNX Runtime in this process: the limit.
            case engine
            /// The inference service: token, validation, prediction log.
            case inference
            /// experiment-router, internal gateway, inference.
            case router
            /// The public gateway, then inference, as for every model that is compared with no other; an API key instead of a token.
            case direct
            /// The public gateway, then as `router`, as for a model that is being compared with another; an API key instead of a token.
            case gateway

            var title: String {
                switch self {
                case .engine: "engine"
                case .inference: "inference with a token"
                case .router: "router, inference"
                case .direct: "gateway, inference (no experiment)"
                case .gateway: "gateway, router, inference"
                }
            }

            /// Services and programs that a request passes through.
            var programs: Set<String> {
                switch self {
                case .engine: []
                case .inference: ["inference"]
                case .router: ["inference", "experiment-router", "gateway-internal"]
                case .direct: ["inference", "gateway-public"]
                case .gateway: ["inference", "experiment-router", "gateway-internal", "gateway-public"]
                }
            }
        }

        let path: Path
        let connections: Int
    }

    /// One way's figures. Ratios are of requests a second, of neighbours in the same round: their median.
    struct Row: Codable {
        let path: Way.Path
        let connections: Int
        let requests: Int
        let requestsPerSecond: Double
        let p50Milliseconds: Double
        let p99Milliseconds: Double
        let ofEngine: Double
        let ofInference: Double
    }

    static let ways = [1, 8].flatMap { connections in Way.Path.allCases.map { Way(path: $0, connections: connections) } }

    private var samples: [Way: [LoadSample]] = [:]

    mutating func add(_ sample: LoadSample, of way: Way) { samples[way, default: []].append(sample) }

    var rows: [Row] {
        Self.ways.compactMap { way in
            guard let own = samples[way] else { return nil }
            let times = own.flatMap(\.milliseconds).sorted()
            return Row(
                path: way.path, connections: way.connections, requests: times.count,
                requestsPerSecond: Ranks.median(own.map(\.requestsPerSecond)), p50Milliseconds: Ranks.quantile(0.5, times),
                p99Milliseconds: Ranks.quantile(0.99, times), ofEngine: ratio(way, to: .engine), ofInference: ratio(way, to: .inference))
        }
    }

    var table: String {
        let headings = ["PATH", "CONNECTIONS", "REQ/S", "P50 MS", "P99 MS", "OF ENGINE", "OF INFERENCE"]
        let cells = rows.map { row in
            [
                row.path.rawValue, String(row.connections), Self.text(row.requestsPerSecond, 0), Self.text(row.p50Milliseconds, 3),
                Self.text(row.p99Milliseconds, 3), Self.text(row.ofEngine, 3), Self.text(row.ofInference, 3),
            ]
        }
        return TextTable.text(headings, cells)
    }

    private func ratio(_ way: Way, to path: Way.Path) -> Double {
        let others = samples[Way(path: path, connections: way.connections)] ?? []
        return Ranks.median(zip(samples[way] ?? [], others).map { $0.requestsPerSecond / $1.requestsPerSecond })
    }

    private static func text(_ value: Double, _ digits: Int) -> String {
        value.formatted(.number.precision(.fractionLength(digits)).grouping(.never))
    }
}
