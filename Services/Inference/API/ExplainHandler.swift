import Attribution
import Contracts
import HTTPService
import OnnxRuntime
import Tensors

/// `POST /v2/models/{model}[/versions/{version}]/explain`: what each element of the inputs adds to an output.
///
/// The body is an inference request; its parameters may have `method`, `output`, `target`, `samples`, `seed`, `background`, `inputs` and
/// `patch`. The model runs in the batch lane: an explanation never keeps a prediction waiting.
struct ExplainHandler: Sendable {
    /// Explanations of a process at once: each may run a model hundreds of thousands of times.
    static let most = 16

    let directory: ModelDirectory
    let cache: ModelCache
    let scheduler: Scheduler
    let structures: ModelStructures
    let admission: Admission

    var routes: [FastRoute] {
        [
            FastRoute("POST", "/v2/models/{model}/explain", handle: handle),
            FastRoute("POST", "/v2/models/{model}/versions/{version}/explain", handle: handle),
        ]
    }

    @Sendable
    func handle(_ request: FastRequest, _ responder: FastResponder) {
        do throws(Problem) {
            let served = try directory.resolve(
                request.parameter("model"), version: request.parameter("version"), for: request.caller)
            let call = InferenceCall(served: served, request: request, responder: responder)
            try admission.enter()
            let task = Task {
                defer { admission.leave() }
                await answer(call)
            }
            responder.onCancel { task.cancel() }
        } catch { responder.fail(error) }
    }

    private func answer(_ call: InferenceCall) async {
        do {
            let read = try ExplainRequest(call)
            let model = try await cache.acquire(call.served)
            defer { cache.end(model) }
            let explanation = try await explain(read, model)
            AnswerWriter.send(call, ExplainAnswer.response(call, read, explanation), for: read.request)
        } catch let fault as ExplanationFault {
            call.responder.fail(Problem(.invalidField, fault.description))
        } catch {
            call.responder.fail(InferenceFailure(error).error)
        }
    }

    private func explain(_ read: ExplainRequest, _ model: LoadedModel) async throws -> Explanation {
        var options = read.options
        if !model.lane.isBatchable { options.rowsPerRun = 1 }
        let output = options.output
        let structure = try await structures.structure(of: model.served, output: output, inputs: read.inputs)
        let explainer = Explainer(structure: structure) { [scheduler] in
            try await scheduler.runBatch(model, $0, outputs: [output])
        }
        return try await explainer.explain(read.inputs, options)
    }
}
