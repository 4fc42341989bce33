import Catalogue
import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Metrics
import NIOCore
import OnnxRuntime
import Tensors

/// `POST /v2/models/{model}[/versions/{version}]/infer` on the event loop: checks and parses there, runs on the engine's threads.
struct InferHandler: Sendable {
    static let headerLength = HTTPField.Name("Inference-Header-Content-Length")

    let catalogue: Catalogue
    let cache: ModelCache
    let engines: EnginePool

    var routes: [FastRoute] {
        [
            FastRoute("POST", "/v2/models/{model}/infer", handle: handle),
            FastRoute("POST", "/v2/models/{model}/versions/{version}/infer", handle: handle),
        ]
    }

    @Sendable
    func handle(_ request: FastRequest, _ responder: FastResponder) {
        do {
            let (capability, version) = try ModelReference.resolve(
                request.parameter("model"), version: request.parameter("version"), team: request.caller.team,
                isService: request.caller.kind == .service, in: catalogue)
            let call = InferenceCall(capability: capability, version: version, request: request, responder: responder)
            if cache.isLoaded(version.model) {
                try engines.submit { run(call) }
            } else {
                loadAndRun(call)
            }
        } catch {
            responder.fail(error)
        }
    }

    /// A version that no alias points to is loaded on demand, within the request's deadline.
    private func loadAndRun(_ call: InferenceCall) {
        Task {
            do {
                try await cache.load(call.version, interface: call.capability.manifest.interface)
                try engines.submit { run(call) }
            } catch {
                call.responder.fail(error)
            }
        }
    }

    private func run(_ call: InferenceCall) {
        // Nobody waits any more: the work is not begun.
        guard !call.responder.isCancelled else { return }
        guard let session = cache.begin(call.version.model) else { return loadAndRun(call) }
        defer { cache.end(call.version.model) }
        do {
            try answer(call, session)
        } catch let fault as InferenceFault {
            call.responder.fail(Problem(.invalidField, fault.description))
        } catch let error as EngineError where error.kind == .input {
            call.responder.fail(Problem(.invalidField, error.description))
        } catch {
            call.responder.fail(error)
        }
    }

    private func answer(_ call: InferenceCall, _ session: Session) throws {
        let encoding = call.request.header(.contentEncoding)
        guard encoding == nil || encoding == "identity" else {
            throw Problem(.unsupportedMediaType, "Content-Encoding \(encoding ?? "") is not taken.")
        }
        let header = Self.headerLength.flatMap { call.request.header($0) }
        let request = try call.request.body.withUnsafeReadableBytes { bytes in
            try bytes.withMemoryRebound(to: UInt8.self) { try InferenceRequest($0, headerLength: header) }
        }
        let checked = try call.capability.manifest.interface.check(request)
        let names = request.outputs?.map(\.name) ?? call.capability.manifest.interface.outputs.map(\.name)
        let outputs = try session.run(checked.inputs, outputs: names)
        let response = InferenceResponse(
            modelName: call.capability.name, modelVersion: String(call.version.version),
            id: request.id ?? call.request.requestID.description, outputs: outputs)
        let (body, length) = response.encoded(for: request)
        var headers: HTTPFields = [.contentType: length == nil ? "application/json" : "application/octet-stream"]
        if let length, let name = Self.headerLength { headers[name] = String(length) }
        call.responder.respond(headers: headers, bytes: body)
        Counter(label: "mesh_inference_rows", dimensions: [("model", call.capability.name)]).increment(by: checked.rows)
    }
}

/// One request on its way through the engine.
struct InferenceCall: Sendable {
    let capability: CatalogueCapability
    let version: ModelVersion
    let request: FastRequest
    let responder: FastResponder
}
