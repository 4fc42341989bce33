import Catalogue
import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Tensors

/// One request on its way through the engine.
struct InferenceCall: Sendable {
    static let experiment = HTTPField.Name(HeaderNames.experiment)
    static let variant = HTTPField.Name(HeaderNames.variant)
    static let unit = HTTPField.Name(HeaderNames.unit)
    static let role = HTTPField.Name(HeaderNames.role)

    let capability: CatalogueCapability
    let version: ModelVersion
    let request: FastRequest
    let responder: FastResponder
    let arrival = Date.now
    let started = ContinuousClock.now

    /// Whether the answer is traffic of the capability. What a service asks in its own name, as labeling does when it scores rows of a
    /// dataset, is none; a copy for a challenger is, and is kept as one.
    var isTraffic: Bool { request.caller.kind != .service || isShadow }

    private var isShadow: Bool { header(Self.role) == "shadow" }

    /// What is kept of the answered request.
    func record(_ checked: Interface.Checked, _ outputs: [Tensor]) -> PredictionRecord {
        let kept = KeptData(checked, outputs: outputs)
        return PredictionRecord(
            requestId: request.requestID, time: arrival, capability: capability.name, version: version.version, team: request.caller.team,
            experiment: header(Self.experiment), variant: header(Self.variant), shadow: isShadow,
            // The router percent-encodes the unit, which may be any text.
            unit: header(Self.unit).map { $0.removingPercentEncoding ?? $0 }, rows: checked.rows,
            microseconds: Int(started.duration(to: .now) / .microseconds(1)), inputs: kept.inputs, outputs: kept.outputs,
            context: kept.context)
    }

    private func header(_ name: HTTPField.Name?) -> String? { name.flatMap { request.header($0) } }
}
