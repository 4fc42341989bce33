import MeshClient
import Metrics
import Synchronization

/// Sends copies of answered requests to a challenger. Its answers are thrown away; what does not fit in the bounds is not sent and counted.
final class ShadowMirror: Sendable {
    /// How long a copy may take.
    static let patience: Duration = .seconds(10)

    private let client: MeshClient
    private let mostCalls: Int
    private let mostBytes: Int
    private let state = Mutex((calls: 0, bytes: 0))

    /// - Parameter client: one of its own, so that a failing challenger opens no breaker that the clients' requests go through.
    init(client: MeshClient, mostCalls: Int = 64, mostBytes: Int = 64 << 20) {
        self.client = client
        self.mostCalls = mostCalls
        self.mostBytes = mostBytes
    }

    /// Copies that are under way.
    var underWay: Int { state.withLock { $0.calls } }

    func send(_ request: ClientRequest) {
        let size = request.body.count
        guard admits(size) else { return Counter(label: "mesh_router_shadow_dropped").increment() }
        client.submit(request) { [self] result in
            state.withLock { state in
                state.calls -= 1
                state.bytes -= size
            }
            let isAnswered = (try? result.get())?.isSuccess ?? false
            Counter(label: "mesh_router_shadow_requests", dimensions: [("outcome", isAnswered ? "answered" : "failed")]).increment()
        }
    }

    private func admits(_ size: Int) -> Bool {
        state.withLock { state in
            guard state.calls < mostCalls, state.bytes + size <= mostBytes else { return false }
            state.calls += 1
            state.bytes += size
            return true
        }
    }
}
