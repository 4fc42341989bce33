import Foundation

/// How one instance follows the event log, as its metrics tell; nil for a service that follows none.
struct EventSample: Sendable, Hashable {
    /// Age of the oldest event that has not taken effect, the worst of its readers.
    private(set) var lagSeconds: Double?
    /// Events that were put aside, of all its readers.
    private(set) var parked: Int?

    /// Reads Prometheus text.
    init(metrics: String) {
        for line in metrics.split(separator: "\n") where line.hasPrefix("mesh_events_") {
            guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]), value.isFinite else {
                continue
            }
            switch line.prefix(while: { $0 != "{" && $0 != " " }) {
            case "mesh_events_lag_seconds": lagSeconds = max(lagSeconds ?? 0, value)
            case "mesh_events_parked_now": parked = (parked ?? 0) + Int(value)
            default: break
            }
        }
    }
}
