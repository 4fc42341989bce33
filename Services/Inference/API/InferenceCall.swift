import Contracts
import Foundation
import HTTPService
import Scheduling

/// One request on its way through the engine. Passing it on costs one reference.
final class InferenceCall: Sendable {
    let served: ServedModel
    let request: FastRequest
    let responder: FastResponder
    /// Milliseconds since 1970.
    let arrival: Int
    /// Nanoseconds of the clock that never goes back.
    let started: Int

    init(served: ServedModel, request: FastRequest, responder: FastResponder) {
        self.served = served
        self.request = request
        self.responder = responder
        started = Monotonic.now()
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        arrival = Int(time.tv_sec) * 1_000 + Int(time.tv_nsec) / 1_000_000
    }

    /// Whether the answer is traffic of the capability. What a service asks in its own name, as labeling does when it scores rows of a
    /// dataset, is none; a copy for a challenger is, and is kept as one.
    var isTraffic: Bool { request.caller.kind != .service || isShadow }

    var isShadow: Bool { header(HeaderNames.role) == "shadow" }

    /// A header by its name, in whatever case.
    func header(_ name: String) -> String? { request.header(name) }
}
