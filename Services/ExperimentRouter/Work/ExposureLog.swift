import Contracts
import Foundation
import HTTPService
import Spool

/// Notes each assignment that was answered (or not) in the spool.
struct ExposureLog: Sendable {
    let spool: Spool

    /// Refusals of the request itself (4xx) are no exposure: both arms refuse the same. Failures, overload and silence are. A client that
    /// hung up was exposed, and nothing failed for it.
    func note(_ routed: RoutedRequest, _ result: Result<InferenceAnswer, InferenceFault>) {
        guard let exposure = routed.choice.exposure else { return }
        let status = (try? result.get())?.status
        if let status, (400..<500).contains(status), status != 429 { return }
        var isFailed = status.map { $0 >= 300 } ?? true
        if case .failure(.cancelled) = result { isFailed = false }
        let taken = routed.started.duration(to: .now)
        spool.append(
            ExposureRecord(
                requestId: routed.request.requestID, time: .now, capability: routed.model, experiment: exposure.experiment,
                phase: exposure.phase, variant: exposure.variant, unit: exposure.unit,
                failed: isFailed, microseconds: Int(taken / .microseconds(1))))
    }
}
