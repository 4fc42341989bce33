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
        let status: Int
    }

    private let factory: any MetricsFactory
    private let inFlight: Meter
    private let counters = Mutex<[Key: Counter]>([:])
    private let timers = Mutex<[Key: Timer]>([:])

    init(factory: any MetricsFactory) {
        self.factory = factory
        inFlight = Meter(label: "mesh_http_in_flight_requests", factory: factory)
    }

    func began() { inFlight.increment() }

    /// Notes an answer. `route` is nil when none matched.
    func ended(route: Route?, method: String, status: Int, duration: Duration) {
        inFlight.decrement()
        let pattern = route?.pattern ?? Self.unmatched
        // Methods are a client's choice: only those of routes become label values.
        let method = route?.method ?? "OTHER"
        let counter = counters.withLock { counters in
            let key = Key(route: pattern, method: method, status: status)
            if let counter = counters[key] { return counter }
            let dimensions = [("route", pattern), ("method", method), ("status", String(status))]
            let counter = Counter(label: "mesh_http_requests", dimensions: dimensions, factory: factory)
            counters[key] = counter
            return counter
        }
        let timer = timers.withLock { timers in
            let key = Key(route: pattern, method: method, status: 0)
            if let timer = timers[key] { return timer }
            let timer = Timer(label: "mesh_http_request_duration", dimensions: [("route", pattern), ("method", method)], factory: factory)
            timers[key] = timer
            return timer
        }
        counter.increment()
        timer.recordNanoseconds(duration.nanoseconds)
    }
}

extension Duration {
    /// The duration in whole nanoseconds.
    var nanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}
