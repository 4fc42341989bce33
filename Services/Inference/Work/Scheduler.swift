import Contracts
import HTTPService
import OnnxRuntime
import Scheduling
import Synchronization
import Tensors

/// Brings requests and the engine together: short runs on the calling thread, longer ones on threads by a schedule, and work that nobody
/// waits for on what those leave.
final class Scheduler: Sendable {
    typealias Lane = OnlineLane<ObjectIdentifier, EngineJob>

    /// Nanoseconds of a run that an event loop does itself: a thread's hop costs a fifth of it and more.
    static let inlineLimit = 150_000
    /// Nanoseconds of one piece of the batch lane: what an online request has to wait at most where classes of threads do not help.
    static let pieceLimit = 5_000_000
    /// Nanoseconds of a run of the batch lane below which several cores gain nothing: bringing parts to threads and back costs as much.
    static let undividedLimit = 500_000

    private let online: Lane
    private let batch: BatchLane
    private let threads: Int
    private let traffic = OnlineTraffic()

    /// - Parameters:
    ///   - threads: runs of either lane at once.
    ///   - queue: most requests that wait, of all models together.
    init(threads: Int, queue: Int) {
        self.threads = threads
        batch = BatchLane(threads: threads) { [traffic] in traffic.isBusy }
        online = OnlineLane(
            name: "engine", threads: threads, capacity: queue,
            run: { [traffic] requests, now in traffic.during { EngineRun.perform(requests, at: now) } },
            expired: { requests in
                for request in requests {
                    request.job.model.lane.add(waiting: -1)
                    request.job.fail(Problem(.deadlineExceeded, "The request's timeout passed before it could run."))
                }
            })
    }

    var tally: ScheduleTally { online.tally }

    /// Pieces of the batch lane that wait.
    var waitingPieces: Int { batch.waiting }

    /// Whether a run is so short that the calling thread does it itself, past the queue, in which nobody waits.
    func runsInline(_ model: LoadedModel, elements: Int) -> Bool {
        let lane = model.lane
        guard !lane.isPatient, lane.waitingRequests == 0, let time = lane.cost.estimate(elements: elements) else { return false }
        return time < Self.inlineLimit
    }

    /// Runs a model on the calling thread.
    func run(_ model: LoadedModel, _ inputs: [Tensor], rows: Int, elements: Int) throws(EngineError) -> EngineOutcome {
        traffic.note()
        return try EngineRun.single(model, inputs, rows: rows, elements: elements, waited: 0)
    }

    /// Keeps a short job until its event loop has read what came in together with it, and runs it then, together with others of its shape.
    func gather(_ job: EngineJob, shape: [Int], with request: FastRequest) {
        traffic.note()
        let now = Monotonic.now()
        let lane = job.model.lane
        let loop = ObjectIdentifier(request.eventLoop)
        guard lane.gathered.add(Lane.Request(job, rows: job.rows, shape: shape, arrival: now), on: loop) else { return }
        request.atEndOfTurn {
            let runs = TurnPlan.runs(lane.gathered.take(from: loop), mostRows: lane.rules.batching?.maximumRows ?? 1)
            for run in runs { EngineRun.together(run, job.model, at: Monotonic.now()) }
        }
    }

    /// Queues a job; what is given takes it out again and says whether that was in time. Throws `overloaded` when the queue is full,
    /// before any work was done.
    ///
    /// - Parameters:
    ///   - priority: lower runs first.
    ///   - timeout: nanoseconds after which it is not run any more.
    func submit(_ job: EngineJob, shape: [Int]?, priority: Int = 0, timeout: Int? = nil) throws(Problem) -> @Sendable () -> Bool {
        let now = Monotonic.now()
        let lane = job.model.lane
        let key = ObjectIdentifier(job.model)
        let request = Lane.Request(
            job, rows: job.rows, shape: shape, priority: priority, arrival: now,
            expiry: timeout.map { $0 < .max - now ? now + $0 : .max },
            cost: lane.cost.estimate(elements: job.elements) ?? 0)
        // Counted before it waits: the run that takes it out may be over at once.
        lane.add(waiting: 1)
        guard let ticket = online.submit(request, of: key, rules: lane.rules) else {
            lane.add(waiting: -1)
            throw Problem(.overloaded, "Too many requests are waiting for \(job.model.served.name).", retryAfter: retryAfter)
        }
        return { [online] in
            guard online.cancel(ticket, of: key) != nil else { return false }
            lane.add(waiting: -1)
            return true
        }
    }

    /// Ends the requests whose timeout passed, though every thread is at work.
    func expire() { online.expire() }

    /// Seconds until the work that waits now is done, one at least.
    private var retryAfter: Int { 1 + online.backlog / max(1, threads) / 1_000_000_000 }

    /// Runs a model on rows that nobody waits for, on threads that run when nobody else wants the cores: in pieces of a few milliseconds,
    /// on all cores. Outputs are those asked for, all of them when nil. A cancelled task drops the pieces that have not begun.
    func runBatch(_ model: LoadedModel, _ inputs: [Tensor], outputs: [String]? = nil) async throws -> [Tensor] {
        let names = outputs ?? model.lane.outputs
        let pieces = pieces(model, inputs)
        guard pieces.count > 1 else { return try await piece(model, inputs, names) }
        return try await withThrowingTaskGroup(of: (Int, [Tensor]).self) { group in
            for (index, range) in pieces.enumerated() {
                group.addTask { (index, try await self.piece(model, inputs.map { $0.rows(range) }, names)) }
            }
            var parts = [[Tensor]](repeating: [], count: pieces.count)
            for try await (index, part) in group { parts[index] = part }
            return names.indices.map { index in Tensor.joined(parts.map { $0[index] }) }
        }
    }

    /// Rows of the pieces: as many as fit into the time of one, and no more than leave something for every core.
    private func pieces(_ model: LoadedModel, _ inputs: [Tensor]) -> [Range<Int>] {
        guard let rows = inputs.first?.rows, rows > 1, model.lane.isBatchable, inputs.allSatisfy({ $0.rows == rows }) else { return [] }
        let all = inputs.reduce(0) { $0 + $1.count }
        if let time = model.lane.cost.estimate(elements: all), time < Self.undividedLimit { return [] }
        let elements = all / rows
        let most = model.lane.cost.rows(
            within: Self.pieceLimit, elementsPerRow: elements, atMost: (rows + threads - 1) / threads)
        return stride(from: 0, to: rows, by: most).map { $0..<min(rows, $0 + most) }
    }

    private func piece(_ model: LoadedModel, _ inputs: [Tensor], _ names: [String]) async throws -> [Tensor] {
        let lane = model.lane
        lane.add(waitingPieces: 1)
        do {
            return try await batch.run {
                lane.add(waitingPieces: -1)
                let start = Monotonic.now()
                let outputs = try model.session.run(inputs, outputs: names)
                let time = Monotonic.now() - start
                // A thread of the idle class is off its core for as long as others want it: what it took says nothing then.
                if lane.cost.estimate(elements: inputs.reduce(0) { $0 + $1.count }) == nil {
                    lane.cost.note(elements: inputs.reduce(0) { $0 + $1.count }, nanoseconds: time)
                }
                lane.statistics.ranBatch(rows: inputs.first?.rows ?? 0, nanoseconds: time)
                return outputs
            }
        } catch let error as CancellationError {
            // It was taken out before it began.
            lane.add(waitingPieces: -1)
            throw error
        }
    }
}
