import Contracts
import Metrics
import Synchronization

/// Counts, times and in-flight numbers of requests, by route pattern.
final class HTTPMetrics: Sendable {
    /// Stands for requests that matched no route, so that made-up paths cannot fill the memory.
    static let unmatched = "unmatched"

    private struct Key: Hashable {
        let route: String
        let method: String
    }

    private let factory: any MetricsFactory
    private let inFlight: Meter
    private let routes = Mutex<[Key: RouteMetrics]>([:])

    init(factory: any MetricsFactory) {
        self.factory = factory
        inFlight = Meter(label: "mesh_http_in_flight_requests", factory: factory)
    }

    func began() { inFlight.increment() }

    /// The counters and the timer of one route, for those who keep them.
    func route(_ route: Route) -> RouteMetrics {
        RouteMetrics(route: route.pattern, method: route.method, inFlight: inFlight, factory: factory)
    }

    /// Notes an answer. `route` is nil when none matched.
    func ended(route: Route?, status: Int, duration: Duration) {
        // Methods are a client's choice: only those of routes become label values.
        let key = Key(route: route?.pattern ?? Self.unmatched, method: route?.method ?? "OTHER")
        let metrics = routes.withLock { routes in
            if let metrics = routes[key] { return metrics }
            let metrics = RouteMetrics(route: key.route, method: key.method, inFlight: inFlight, factory: factory)
            routes[key] = metrics
            return metrics
        }
        metrics.ended(status: status, duration: duration)
    }
}

extension Duration {
    /// The duration in whole nanoseconds.
    var nanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}
