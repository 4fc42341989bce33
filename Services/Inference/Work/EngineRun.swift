import Contracts
import OnnxRuntime
import Scheduling
import Tensors

/// Runs of the engine for requests that were taken out of the queue.
enum EngineRun {
    typealias Request = WaitingRequest<EngineJob>

    /// Runs the requests of one run, which began at a time.
    static func perform(_ requests: [Request], at now: Int) {
        guard let model = requests.first?.job.model else { return }
        model.lane.add(waiting: -requests.count)
        together(requests, model, at: now)
    }

    /// Runs requests of one model that wait in no queue as one, where they may share a run.
    static func together(_ requests: [Request], _ model: LoadedModel, at now: Int) {
        if requests.count == 1 || !model.lane.isBatchable {
            for request in requests { perform(request, at: now) }
        } else {
            merged(requests, model, at: now)
        }
    }

    private static func perform(_ request: Request, at now: Int) {
        let job = request.job
        switch job.work {
        case .whole(let body): body(.success(now - request.arrival))
        case .run(let inputs, let finish):
            let waited = Monotonic.now() - request.arrival
            finish(
                Result { () throws(EngineError) in
                    try single(job.model, inputs, rows: job.rows, elements: job.elements, waited: waited, stop: job.stop)
                }.mapError { $0 })
        }
    }

    /// Runs one request on the calling thread; `stop` ends it when it takes long.
    static func single(
        _ model: LoadedModel, _ inputs: [Tensor], rows: Int, elements: Int, waited: Int, stop: RunStop? = nil
    ) throws(EngineError) -> EngineOutcome {
        let start = Monotonic.now()
        let outputs = try LoneRun(model: model, inputs: inputs, rows: rows, elements: elements, stop: stop).outputs()
        return EngineOutcome(
            outputs: outputs, runRows: rows, waited: waited, times: ComputeTimes(infer: Monotonic.now() - start), isOwnRun: true)
    }

    /// Runs several requests as one. Where that fails, each is run alone: what is wrong with one is told to that one.
    private static func merged(_ requests: [Request], _ model: LoadedModel, at now: Int) {
        do {
            let outcomes = try run(requests, model, at: now)
            for (request, outcome) in zip(requests, outcomes) { request.job.finish(outcome) }
        } catch {
            for request in requests { perform(request, at: now) }
        }
    }

    /// A run did not give as many rows as it was given.
    private struct OtherRows: Error {}

    private static func run(_ requests: [Request], _ model: LoadedModel, at now: Int) throws -> [EngineOutcome] {
        let parts = requests.compactMap(\.job.inputs)
        let start = Monotonic.now()
        let inputs = (0..<parts[0].count).map { index in Tensor.joined(parts.map { $0[index] }) }
        let begun = Monotonic.now()
        let outputs = try model.session.run(inputs, outputs: model.lane.outputs)
        let ended = Monotonic.now()
        let rows = requests.reduce(0) { $0 + $1.rows }
        guard outputs.allSatisfy({ $0.shape.first == rows }) else {
            model.lane.refuseBatches()
            throw OtherRows()
        }
        var first = 0
        let split = requests.map { request in
            defer { first += request.rows }
            return outputs.map { $0.rows(first..<first + request.rows) }
        }
        let times = ComputeTimes(input: begun - start, infer: ended - begun, output: Monotonic.now() - ended)
        model.lane.cost.note(elements: requests.reduce(0) { $0 + $1.job.elements }, nanoseconds: times.infer)
        model.lane.statistics.note { $0.ran(rows: rows, times) }
        model.lane.statistics.observe(rows: rows, times)
        return zip(requests, split).map { request, outputs in
            EngineOutcome(outputs: outputs, runRows: rows, waited: start - request.arrival, times: times, isOwnRun: false)
        }
    }
}

extension EngineJob {
    /// The inputs of a job that may be merged.
    fileprivate var inputs: [Tensor]? {
        if case .run(let inputs, _) = work { inputs } else { nil }
    }

    fileprivate func finish(_ outcome: EngineOutcome) {
        if case .run(_, let finish) = work { finish(.success(outcome)) }
    }
}
