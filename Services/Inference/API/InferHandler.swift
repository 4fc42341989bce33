import Contracts
import HTTPService
import NIOCore
import Scheduling
import Tensors

/// `POST /v2/models/{model}[/versions/{version}]/infer` on the event loop: finds the version, reads and checks the request, and has it run,
/// right there when that is short, else on the engine's threads.
///
/// Context that the manifest declares comes as an input tensor of its name with one element for each row, or as a request parameter for
/// all rows. Every answer names the request in `parameters.request_id` and the header `x-request-id`: feedback refers to it.
struct InferHandler: Sendable {
    /// Bytes of a body that an event loop reads itself; reading a longer one would hold up its other connections.
    static let largestInline = 128 << 10
    /// Nanoseconds.
    private static let alarmDelay = 1_000_000

    let directory: ModelDirectory
    let cache: ModelCache
    let scheduler: Scheduler
    let answers: AnswerWriter

    var routes: [FastRoute] {
        [
            FastRoute("POST", "/v2/models/{model}/infer", handle: handle),
            FastRoute("POST", "/v2/models/{model}/versions/{version}/infer", handle: handle),
        ]
    }

    @Sendable
    func handle(_ request: FastRequest, _ responder: FastResponder) {
        do throws(Problem) {
            let served = try directory.resolve(
                request.parameter("model"), version: request.parameter("version"), for: request.caller)
            let call = InferenceCall(served: served, request: request, responder: responder)
            if let model = cache.begin(served) {
                serve(call, model)
            } else {
                loadAndServe(call)
            }
        } catch { responder.fail(error) }
    }

    /// A version that is not in memory is loaded on demand, within the request's deadline.
    private func loadAndServe(_ call: InferenceCall) {
        Task {
            do {
                serve(call, try await cache.acquire(call.served))
            } catch { call.responder.fail(error) }
        }
    }

    private func serve(_ call: InferenceCall, _ model: LoadedModel) {
        let isShort = call.request.body.readableBytes <= Self.largestInline && call.header("content-encoding") == nil
        if isShort && call.request.eventLoop.inEventLoop {
            ending(call, model) { try answer(call, model) }
        } else {
            ending(call, model) { try queueUnread(call, model) }
        }
    }

    /// Ends the call's use of the model with its failure, when it fails.
    private func ending(_ call: InferenceCall, _ model: LoadedModel, _ body: () throws -> Void) {
        do { try body() } catch { fail(call, model, error) }
    }

    /// Reads, and runs or queues.
    private func answer(_ call: InferenceCall, _ model: LoadedModel) throws {
        let read = try ReadRequest(call)
        if answerFromCache(call, model, read) { return }
        if scheduler.runsInline(model, elements: read.elements) {
            if let shape = sharedShape(model, read) { return gather(call, model, read, shape) }
            let inputs = read.checked.inputs
            let outcome = try scheduler.run(model, inputs, rows: read.checked.rows, elements: read.elements)
            finish(call, model, read, outcome)
        } else {
            try queue(call, model, read)
        }
    }

    /// What a request must have in common with others to be run together with them; nil for one that is run alone, and at once.
    private func sharedShape(_ model: LoadedModel, _ read: ReadRequest) -> [Int]? {
        guard read.priority == 0, read.timeout == nil else { return nil }
        return model.lane.shape(of: read.checked.inputs)
    }

    private func gather(_ call: InferenceCall, _ model: LoadedModel, _ read: ReadRequest, _ shape: [Int]) {
        let job = EngineJob(
            model: model, rows: read.checked.rows, elements: read.elements,
            work: .run(read.checked.inputs) { result in
                ending(call, model) { finish(call, model, read, try result.get()) }
            })
        scheduler.gather(job, shape: shape, with: call.request)
    }

    /// Has the body read on an engine thread, and run there and then.
    private func queueUnread(_ call: InferenceCall, _ model: LoadedModel) throws {
        let stop = RunStop()
        let job = EngineJob(
            model: model, rows: 1, elements: call.request.body.readableBytes / 4,
            work: .whole { result in
                ending(call, model) {
                    let waited = try result.get()
                    let read = try ReadRequest(call)
                    if answerFromCache(call, model, read) { return }
                    if let timeout = read.timeout, Monotonic.now() - call.started >= timeout { throw Self.tooLate }
                    let inputs = read.checked.inputs
                    finish(
                        call, model, read,
                        try EngineRun.single(model, inputs, rows: read.checked.rows, elements: read.elements, waited: waited, stop: stop))
                }
            }, stop: stop)
        try submit(job, call, model, shape: nil)
    }

    private func queue(_ call: InferenceCall, _ model: LoadedModel, _ read: ReadRequest) throws {
        // Told at the time itself, though no thread is free to find out; a moment later, since the queue's clock starts a little later.
        let alarm = read.timeout.map { timeout in
            call.request.eventLoop.scheduleTask(in: .nanoseconds(Int64(timeout + Self.alarmDelay))) { [scheduler] in scheduler.expire() }
        }
        let inputs = read.checked.inputs
        let job = EngineJob(
            model: model, rows: read.checked.rows, elements: read.elements,
            work: .run(inputs) { result in
                alarm?.cancel()
                ending(call, model) { finish(call, model, read, try result.get()) }
            }, stop: RunStop())
        do {
            try submit(job, call, model, shape: model.lane.shape(of: inputs), priority: read.priority, timeout: read.timeout)
        } catch {
            alarm?.cancel()
            throw error
        }
    }

    private func submit(
        _ job: EngineJob, _ call: InferenceCall, _ model: LoadedModel, shape: [Int]?, priority: Int = 0, timeout: Int? = nil
    ) throws(Problem) {
        let cancel = try scheduler.submit(job, shape: shape, priority: priority, timeout: timeout)
        // The responder keeps this closure, which therefore must not keep the responder.
        call.responder.onCancel { [started = call.started, cache, stop = job.stop, weak responder = call.responder] in
            // Nobody waits any more: what has not begun never does, and what takes long is ended.
            guard cancel() else {
                stop?.stop()
                return
            }
            responder?.abandon()
            model.lane.statistics.failed("cancelled", total: Monotonic.now() - started)
            cache.end(model)
        }
    }

    private func answerFromCache(_ call: InferenceCall, _ model: LoadedModel, _ read: ReadRequest) -> Bool {
        guard let kept = model.lane.answers else { return false }
        let start = Monotonic.now()
        let outputs = kept.outputs(ResponseCache.key(read.checked.inputs, read.request))
        let lookup = Monotonic.now() - start
        guard let outputs else {
            model.lane.statistics.note { $0.cacheMiss.note(lookup) }
            return false
        }
        answers.answer(call, model, read, EngineOutcome(cached: outputs))
        model.lane.statistics.note { $0.hit(total: Monotonic.now() - call.started, lookup: lookup) }
        cache.end(model)
        return true
    }

    private func finish(_ call: InferenceCall, _ model: LoadedModel, _ read: ReadRequest, _ outcome: EngineOutcome) {
        answers.answer(call, model, read, outcome)
        if let kept = model.lane.answers {
            kept.keep(outcome.outputs, for: ResponseCache.key(read.checked.inputs, read.request))
        }
        cache.end(model)
    }

    private static let tooLate = Problem(.deadlineExceeded, "The request's timeout passed before it could run.")

    private func fail(_ call: InferenceCall, _ model: LoadedModel, _ error: any Error) {
        let problem = InferenceFailure(error)
        model.lane.statistics.failed(problem.reason, total: Monotonic.now() - call.started)
        call.responder.fail(problem.error)
        cache.end(model)
    }
}
