import Catalogue
import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Metrics
import NIOCore
import NIOHTTP1
import Observability

/// `POST /v2/models/{model}[/versions/{version}]/infer`: picks the version and passes the request on, its body untouched.
///
/// It looks at what is in memory only: neither Postgres nor another service than inference has to be there.
struct DataPath: Sendable {
    /// Headers of a request that inference needs to see.
    static let passedOn = ["authorization", "content-type", "content-encoding", "accept-encoding", headerLength]
    /// Headers of an answer that the client needs to see.
    static let passedBack = ["content-type", "content-encoding", headerLength, "retry-after"]
    static let headerLength = "inference-header-content-length"

    let catalogue: Catalogue
    let experiments: RunningExperiments
    let inference: InferenceClient
    let mirror: ShadowMirror
    let exposures: ExposureLog

    var routes: [FastRoute] {
        [
            FastRoute("POST", "/v2/models/{model}/infer", handle: handle),
            FastRoute("POST", "/v2/models/{model}/versions/{version}/infer", handle: handle),
        ]
    }

    @Sendable
    func handle(_ request: FastRequest, _ responder: FastResponder) {
        do throws(Problem) {
            let model = request.parameter("model")
            guard let capability = catalogue.capability(model) else { throw Problem(.capabilityUnknown, "There is no model \(model).") }
            forward(RoutedRequest(request: request, responder: responder, model: model, choice: try choice(request, capability)))
        } catch {
            responder.fail(error)
        }
    }

    /// A request that names a version gets it and counts for nothing.
    private func choice(_ request: FastRequest, _ capability: CatalogueCapability) throws(Problem) -> RouteChoice {
        let reference = request.parameter("version")
        if !reference.isEmpty {
            guard let version = capability.version(reference) else {
                throw Problem(.versionUnknown, "Model \(capability.name) has no version \(reference).")
            }
            return RouteChoice(version: version.version)
        }
        guard let champion = capability.champion?.version else {
            throw Problem(.versionUnknown, "Model \(capability.name) has no champion yet: name a version.")
        }
        guard let experiment = experiments.running(capability.name) else { return RouteChoice(version: champion) }
        let unit = RequestUnit.find(
            header: request.header(HeaderNames.unit), body: request.body,
            headerLength: request.header(Self.headerLength),
            isEncoded: request.header("content-encoding").map { $0 != "identity" } ?? false, parameter: experiment.unit)
        if unit == nil { Counter(label: "mesh_router_requests_without_unit", dimensions: [("model", capability.name)]).increment() }
        return RouteChoice.choose(champion: champion, experiment: experiment, unit: unit)
    }

    private func forward(_ routed: RoutedRequest) {
        inference.send(routed.headers, path: routed.path, for: routed.request, routed.responder) { result in
            // Noted before the answer leaves: an answered request that is not in the log would bias the experiment.
            exposures.note(routed, result)
            switch result {
            case .success(let answer): respond(answer, routed)
            case .failure(let fault): routed.responder.fail(Self.problem(fault))
            }
        }
    }

    private func respond(_ answer: InferenceAnswer, _ routed: RoutedRequest) {
        let lines = Self.passedBack.compactMap { name in answer.headers.first(name: name).map { (name: name, value: $0) } }
        routed.responder.respond(status: .init(code: answer.status), lines: HeaderLines(lines), body: answer.body)
        if answer.isSuccess, let copy = routed.mirrored() { mirror.send(copy) }
    }

    private static func problem(_ fault: InferenceFault) -> Problem {
        switch fault {
        case .timeout: Problem(.deadlineExceeded)
        case .cancelled: Problem(.deadlineExceeded, "The request was given up.")
        case .unreachable, .unreadable: Problem(.notReady, "Inference cannot be reached.", retryAfter: 1)
        }
    }
}
