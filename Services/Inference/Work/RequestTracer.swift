import Contracts
import Logging
import Synchronization

/// Writes traces of requests into the log, as many as the settings ask for.
final class RequestTracer: Sendable {
    private let sampling = Mutex(TraceSampling())
    /// Read for each request, before any lock.
    private let isOn = Atomic(false)
    private let logger: Logger

    init(logger: Logger) {
        // A trace that was asked for is written whatever else the process logs.
        var own = logger
        own.logLevel = .info
        self.logger = own
    }

    /// The settings of a model with the count that is left; those of the server for nil.
    func settings(of model: String?) -> TraceSettings {
        sampling.withLock { $0.settings(of: model) }
    }

    func follow(_ settings: OperatorSettings) {
        sampling.withLock { sampling in
            sampling.follow(settings)
            isOn.store(sampling.isOn, ordering: .relaxed)
        }
    }

    /// Counts a request; whether it is to be traced.
    func takes(_ model: String) -> Bool {
        guard isOn.load(ordering: .relaxed) else { return false }
        return sampling.withLock { $0.takes(model) }
    }

    /// Writes the trace of an answered request: how long each of its parts took, in microseconds.
    func write(_ request: RequestID, model: String, version: Int, rows: Int, times: KeyValuePairs<String, Duration>) {
        var facts: Logger.Metadata = [
            "requestId": "\(request)", "model": "\(model)", "version": "\(version)", "rows": "\(rows)",
        ]
        for (part, time) in times { facts[part + "Microseconds"] = "\(Int(time / .microseconds(1)))" }
        logger.info("request traced", metadata: facts)
    }
}
