import Foundation

/// Requests of one instance as its metrics count them: how many, how many failed, how long they took.
struct RequestSample: Sendable, Hashable {
    private(set) var requests = 0
    private(set) var errors = 0
    /// Cumulative counts by upper bound in seconds, ascending.
    private(set) var buckets: [Double: Int] = [:]

    init() {}

    /// Routes that are no work for callers: questions of the gateway and of this command, and one that waits on purpose.
    private static let leftOut: Set<Substring> = [
        "unmatched", "/readyz", "/healthz", "/metrics", "/openapi.json", "/v1/identity/gateway/entries",
    ]

    /// Reads Prometheus text.
    init(metrics: String) {
        for line in metrics.split(separator: "\n") where line.hasPrefix("mesh_http_request") {
            guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else { continue }
            let name = line.prefix { $0 != "{" && $0 != " " }
            guard let route = label("route", line), !Self.leftOut.contains(route) else { continue }
            if name == "mesh_http_requests_total" {
                requests += Int(value)
                if label("status", line)?.first == "5" { errors += Int(value) }
            } else if name == "mesh_http_request_duration_seconds_bucket", let bound = label("le", line) {
                buckets[bound == "+Inf" ? .infinity : Double(bound) ?? .infinity, default: 0] += Int(value)
            }
        }
    }

    /// What came since an earlier sample; an instance that started anew counts from nothing.
    func since(_ earlier: RequestSample) -> RequestSample {
        guard requests >= earlier.requests else { return self }
        var difference = RequestSample()
        difference.requests = requests - earlier.requests
        difference.errors = max(0, errors - earlier.errors)
        for (bound, count) in buckets { difference.buckets[bound] = max(0, count - (earlier.buckets[bound] ?? 0)) }
        return difference
    }

    /// A quantile in seconds, by linear interpolation within its bucket; nil without requests.
    func quantile(_ share: Double) -> Double? {
        let bounds = buckets.keys.sorted()
        guard let last = bounds.last, let total = buckets[last], total > 0 else { return nil }
        let rank = share * Double(total)
        var (lower, below) = (0.0, 0)
        for bound in bounds {
            let count = buckets[bound] ?? 0
            if Double(count) >= rank {
                guard bound.isFinite, count > below else { return lower }
                return lower + (bound - lower) * (rank - Double(below)) / Double(count - below)
            }
            (lower, below) = (bound, count)
        }
        return lower
    }

    private func label(_ name: String, _ line: Substring) -> Substring? {
        guard let start = line.range(of: "\(name)=\"") else { return nil }
        return line[start.upperBound...].prefix { $0 != "\"" }
    }
}
