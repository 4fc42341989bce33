import Contracts
import HTTPService
import HTTPTypes
import MeshClient
import NIOCore
import Observability

/// One request on its way to the version that was chosen for it.
struct RoutedRequest: Sendable {
    /// The path, role and experiment of one copy of a request.
    private typealias Arm = (version: Int, experiment: String?, variant: String?, unit: String?)

    let request: FastRequest
    let responder: FastResponder
    let model: String
    let choice: RouteChoice
    let started = ContinuousClock.now

    /// The request for the version whose answer the client gets.
    func outgoing() -> ClientRequest {
        let exposure = choice.exposure
        return copy(for: (choice.version, exposure?.experiment, exposure?.variant, exposure?.unit), deadline: request.deadline)
    }

    /// The copy for a challenger in the shadow stage; nil when there is none. It has time of its own: nobody waits for it.
    func mirrored() -> ClientRequest? {
        guard let mirror = choice.mirror else { return nil }
        var copy = copy(for: (mirror.version, mirror.experiment, mirror.variant, mirror.unit), deadline: .after(ShadowMirror.patience))
        copy.headers.append((HeaderNames.role, "shadow"))
        return copy
    }

    private func copy(for arm: Arm, deadline: Deadline) -> ClientRequest {
        var headers: [(String, String)] = [
            (HeaderNames.requestID, request.requestID.description), (HeaderNames.traceparent, request.trace.child().traceparent),
        ]
        for name in DataPath.passedOn {
            if let value = request.header(name) { headers.append((name.canonicalName, value)) }
        }
        if let experiment = arm.experiment { headers.append((HeaderNames.experiment, experiment)) }
        if let variant = arm.variant { headers.append((HeaderNames.variant, variant)) }
        if let unit = arm.unit { headers.append((HeaderNames.unit, RequestUnit.headerValue(unit))) }
        return ClientRequest(
            "POST", Path("v2", "models", model, "versions", String(arm.version), "infer"), headers: headers,
            body: Array(request.body.readableBytesView), deadline: deadline)
    }
}
