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

    /// What is kept of the answered request. Data of more elements than `PredictionRecord.mostElements` is left out by name.
    func record(_ checked: Interface.Checked, _ outputs: [Tensor]) -> PredictionRecord {
        PredictionRecord(
            requestId: request.requestID, time: arrival, capability: capability.name, version: version.version, team: request.caller.team,
            experiment: header(Self.experiment), variant: header(Self.variant), shadow: header(Self.role) == "shadow",
            // The router percent-encodes the unit, which may be any text.
            unit: header(Self.unit).map { $0.removingPercentEncoding ?? $0 }, rows: checked.rows,
            microseconds: Int(started.duration(to: .now) / .microseconds(1)), inputs: Self.data(checked.inputs),
            outputs: Self.data(outputs),
            context: checked.context)
    }

    private func header(_ name: HTTPField.Name?) -> String? { name.flatMap { request.header($0) } }

    private static func data(_ tensors: [Tensor]) -> [String: JSONValue] {
        Dictionary(
            tensors.filter { $0.count <= PredictionRecord.mostElements }.map { ($0.name, JSONValue.array($0.jsonElements)) }
        ) { first, _ in first }
    }
}

extension PredictionRecord {
    /// Elements of one tensor that are kept: an image is; what is larger would fill the spool.
    static let mostElements = 16_384
}
