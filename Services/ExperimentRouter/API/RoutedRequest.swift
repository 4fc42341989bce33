import Contracts
import HTTPService
import MeshClient
import NIOCore
import NIOHTTP1
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

    /// Path of the version whose answer the client gets. The model is one of the catalogue, whose name holds nothing to be encoded.
    var path: String { "/v2/models/\(model)/versions/\(choice.version)/infer" }

    /// Headers of the request for that version.
    var headers: HTTPHeaders {
        let exposure = choice.exposure
        return HTTPHeaders(headers(for: (choice.version, exposure?.experiment, exposure?.variant, exposure?.unit)))
    }

    /// The copy for a challenger in the shadow stage; nil when there is none. It has time of its own: nobody waits for it.
    func mirrored() -> ClientRequest? {
        guard let mirror = choice.mirror else { return nil }
        let headers = headers(for: (mirror.version, mirror.experiment, mirror.variant, mirror.unit)) + [(HeaderNames.role, "shadow")]
        return ClientRequest(
            "POST", Path("v2", "models", model, "versions", String(mirror.version), "infer"), headers: headers,
            body: Array(request.body.readableBytesView), deadline: .after(ShadowMirror.patience))
    }

    private func headers(for arm: Arm) -> [(String, String)] {
        var headers: [(String, String)] = [
            (HeaderNames.requestID, request.requestID.description), (HeaderNames.traceparent, request.trace.child().traceparent),
        ]
        for name in DataPath.passedOn {
            if let value = request.header(name) { headers.append((name, value)) }
        }
        if let experiment = arm.experiment { headers.append((HeaderNames.experiment, experiment)) }
        if let variant = arm.variant { headers.append((HeaderNames.variant, variant)) }
        if let unit = arm.unit {
            headers.append((HeaderNames.unit, RequestUnit.headerValue(unit)))
        } else if arm.experiment == nil, let unit = request.header(HeaderNames.unit) {
            // As it came, as on the way past the router: it is kept with the prediction.
            headers.append((HeaderNames.unit, unit))
        }
        return headers
    }
}
