import Catalogue
import Contracts
import HTTPService
import HTTPTypes
import MeshClient
import NIOCore
import Observability
import Tensors

/// `POST /v2/models/{model}[/versions/{version}]/infer`: picks the version and passes the request on, its body untouched.
struct DataPath: Sendable {
    /// Headers of a request that inference needs to see.
    static let passedOn: [HTTPField.Name] = [
        .authorization, .contentType, .contentEncoding, .acceptEncoding, HTTPField.Name("Inference-Header-Content-Length")!,
    ]
    /// Headers of an answer that the client needs to see.
    static let passedBack = ["content-type", "content-encoding", "inference-header-content-length", "retry-after"]

    let catalogue: Catalogue
    let inference: MeshClient

    var routes: [FastRoute] {
        [
            FastRoute("POST", "/v2/models/{model}/infer", handle: handle),
            FastRoute("POST", "/v2/models/{model}/versions/{version}/infer", handle: handle),
        ]
    }

    @Sendable
    func handle(_ request: FastRequest, _ responder: FastResponder) {
        do {
            let model = request.parameter("model")
            guard let capability = catalogue.capability(model) else { throw Problem(.capabilityUnknown, "There is no model \(model).") }
            let choice = try RouteChoice.choose(capability, version: request.parameter("version"), unit: nil, experiment: nil)
            forward(request, responder, model: model, choice)
        } catch {
            responder.fail(error)
        }
    }

    private func forward(_ request: FastRequest, _ responder: FastResponder, model: String, _ choice: RouteChoice) {
        let call = inference.submit(outgoing(request, model: model, choice)) { result in
            switch result {
            case .success(let answer): respond(answer, responder)
            case .failure(let error): responder.fail(Self.problem(error))
            }
        }
        if let call { responder.onCancel { call.cancel() } }
    }

    private func outgoing(_ request: FastRequest, model: String, _ choice: RouteChoice) -> ClientRequest {
        var headers: [(String, String)] = [
            (HeaderNames.requestID, request.requestID.description), (HeaderNames.traceparent, request.trace.child().traceparent),
        ]
        for name in Self.passedOn {
            if let value = request.head.headerFields[name] { headers.append((name.canonicalName, value)) }
        }
        if let exposure = choice.exposure {
            headers.append((HeaderNames.experiment, exposure.experiment))
            headers.append((HeaderNames.variant, exposure.variant))
            headers.append((HeaderNames.unit, exposure.unit))
        }
        return ClientRequest(
            "POST", Path("v2", "models", model, "versions", String(choice.version), "infer"), headers: headers,
            body: Array(request.body.readableBytesView), deadline: request.deadline)
    }

    private func respond(_ answer: ClientResponse, _ responder: FastResponder) {
        var headers = HTTPFields()
        for name in Self.passedBack {
            if let value = answer.headers[name], let field = HTTPField.Name(name) { headers[field] = value }
        }
        responder.respond(status: .init(code: answer.status), headers: headers, bytes: answer.body)
    }

    private static func problem(_ error: ClientError) -> Problem {
        switch error.kind {
        case .timeout: Problem(.deadlineExceeded)
        case .cancelled: Problem(.deadlineExceeded, "The request was given up.")
        default: Problem(.notReady, "Inference cannot be reached.", retryAfter: 1)
        }
    }
}
