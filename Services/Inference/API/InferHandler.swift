import BlobStore
import Catalogue
import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Logging
import Metrics
import NIOCore
import OnnxRuntime
import Spool
import Tensors

/// `POST /v2/models/{model}[/versions/{version}]/infer` on the event loop: finds the version there, checks, parses and runs on the engine's
/// threads.
///
/// Context that the manifest declares comes as an input tensor of its name with one element for each row, or as a request parameter for
/// all rows. Every answer names the request in `parameters.request_id` and the header `x-request-id`: feedback refers to it.
struct InferHandler: Sendable {
    static let headerLength = HTTPField.Name("Inference-Header-Content-Length")

    let catalogue: Catalogue
    let cache: ModelCache
    let engines: EnginePool
    let spool: Spool
    let logger: Logger

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
            } catch let error where error is BlobError || error is EngineError {
                logger.error(
                    "a model could not be loaded",
                    metadata: [
                        "model": "\(call.capability.name)", "version": "\(call.version.version)", "error": "\(String(reflecting: error))",
                    ])
                call.responder.fail(Problem(.notReady, "Version \(call.version.version) of \(call.capability.name) cannot be loaded."))
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
        let request = try read(call)
        let interface = call.capability.manifest.interface
        let checked = try interface.check(request)
        // Every output is computed: the record keeps them whatever the client asked for.
        let outputs = try session.run(checked.inputs, outputs: interface.outputs.map(\.name))
        let response = InferenceResponse(
            modelName: call.capability.name, modelVersion: String(call.version.version),
            id: request.id ?? call.request.requestID.description,
            parameters: ["request_id": .string(call.request.requestID.description)], outputs: Self.asked(outputs, by: request))
        let (body, length) = response.encoded(for: request)
        var headers: HTTPFields = [.contentType: length == nil ? "application/json" : "application/octet-stream"]
        if let length, let name = Self.headerLength { headers[name] = String(length) }
        // Kept before the answer leaves: feedback on it must find it.
        if call.isTraffic { spool.append(call.record(checked, outputs)) }
        call.responder.respond(headers: headers, bytes: body)
        Counter(label: "mesh_inference_rows", dimensions: [("model", call.capability.name)]).increment(by: checked.rows)
    }

    private func read(_ call: InferenceCall) throws -> InferenceRequest {
        let encoding = call.request.header(.contentEncoding)
        guard encoding == nil || encoding == "identity" else {
            throw Problem(.unsupportedMediaType, "Content-Encoding \(encoding ?? "") is not taken.")
        }
        let header = Self.headerLength.flatMap { call.request.header($0) }
        return try call.request.body.withUnsafeReadableBytes { bytes in
            try bytes.withMemoryRebound(to: UInt8.self) { try InferenceRequest($0, headerLength: header) }
        }
    }

    /// The outputs that the request asks for, in its order; all of them when it names none.
    private static func asked(_ outputs: [Tensor], by request: InferenceRequest) -> [Tensor] {
        guard let names = request.outputs?.map(\.name) else { return outputs }
        return names.compactMap { name in outputs.first { $0.name == name } }
    }
}
