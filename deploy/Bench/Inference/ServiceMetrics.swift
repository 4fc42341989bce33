import Foundation
import MeshCommand

/// What a service tells Prometheus, for counts that no client sees.
struct ServiceMetrics: Sendable {
    private let lines: [Substring]

    init(port: Int) throws {
        var connection = try LoadConnection(port: port)
        let answer = try connection.exchange(LoadConnection.request("GET", "/metrics", headers: [], body: []))
        guard answer.status == 200 else { throw BenchFault("/metrics on \(port): status \(answer.status)") }
        lines = String(decoding: answer.body, as: UTF8.self).split(separator: "\n")
    }

    /// Sum of a metric over all its label sets that hold the given ones, each as `name="value"`; 0 when there is none.
    func sum(_ name: String, _ labels: String...) -> Double {
        lines.filter { line in
            line.hasPrefix(name) && [" ", "{"].contains(line.dropFirst(name.count).prefix(1)) && labels.allSatisfy(line.contains)
        }.reduce(0) { $0 + (Double($1.split(separator: " ").last ?? "") ?? 0) }
    }
}
