import Metrics
import Synchronization

/// The counters by status and the timer of one route; found once, not for each request.
final class RouteMetrics: Sendable {
    private let route: String
    private let method: String
    private let inFlight: Meter
    private let factory: any MetricsFactory
    private let timer: Timer
    /// Few: a list is found through faster than a table.
    private let counters = Mutex<[(status: Int, counter: Counter)]>([])

    init(route: String, method: String, inFlight: Meter, factory: any MetricsFactory) {
        self.route = route
        self.method = method
        self.inFlight = inFlight
        self.factory = factory
        timer = Timer(label: "mesh_http_request_duration", dimensions: [("route", route), ("method", method)], factory: factory)
    }

    func began() { inFlight.increment() }

    /// Notes an answer.
    func ended(status: Int, duration: Duration) {
        inFlight.decrement()
        counter(status).increment()
        timer.recordNanoseconds(duration.nanoseconds)
    }

    private func counter(_ status: Int) -> Counter {
        counters.withLock { counters in
            for entry in counters where entry.status == status { return entry.counter }
            let dimensions = [("route", route), ("method", method), ("status", String(status))]
            let counter = Counter(label: "mesh_http_requests", dimensions: dimensions, factory: factory)
            counters.append((status, counter))
            return counter
        }
    }
}
