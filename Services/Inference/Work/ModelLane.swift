import Contracts
import OnnxRuntime
import Scheduling
import Synchronization
import Tensors

/// What the scheduler knows of a model in memory.
final class ModelLane: Sendable {
    let rules: QueueRules
    let trial: EngineTrial
    let statistics: ModelStatistics
    /// Names of all outputs, in the interface's order.
    let outputs: [String]
    /// Nil where answers are not kept.
    let answers: ResponseCache?
    let cost = EngineCost()
    /// Requests that came in together on an event loop, and share runs when all of them were read.
    let gathered = TurnGathering()
    /// Requests that wait.
    private let waiting = Atomic(0)
    private let pieces = Atomic(0)
    /// Whether runs of several rows gave as many rows so far.
    private let isRowWise: Atomic<Bool>
    /// Whether the model's owner wants requests to wait for each other.
    let isPatient: Bool

    init(_ served: ServedModel, trial: EngineTrial, statistics: ModelStatistics) {
        self.trial = trial
        self.statistics = statistics
        outputs = served.interface.outputs.map(\.name)
        rules = QueueRules(limit: served.settings.queue, batching: Self.batching(served.settings.batching, trial))
        isPatient = (rules.batching?.maximumDelay ?? 0) > 0
        isRowWise = Atomic(trial.takesRows)
        answers = served.settings.cacheBytes > 0 ? ResponseCache(bytes: served.settings.cacheBytes) : nil
        if let gain = trial.gain {
            cost.note(elements: trial.elements, nanoseconds: gain.oneRow)
            if let many = gain.manyRows { cost.note(elements: trial.elements * BatchGain.rows, nanoseconds: many) }
        }
    }

    /// What the settings say, where they say something; else by the measurement, and then nobody waits for others that may never come.
    private static func batching(_ settings: ModelSettings.Batching?, _ trial: EngineTrial) -> BatchRules? {
        guard trial.takesRows else { return nil }
        guard let settings else { return trial.gain.flatMap { $0.pays ? BatchRules(maximumRows: $0.mostRows) : nil } }
        guard settings.maximumRows > 1 else { return nil }
        return BatchRules(
            maximumRows: settings.maximumRows, maximumDelay: Int(settings.maximumDelay / .nanoseconds(1)),
            preferredRows: Set(settings.preferredRows))
    }

    /// How requests are merged in fact, whoever said so; nil where they are not.
    var batching: ModelSettings.Batching? {
        guard isBatchable else { return nil }
        return rules.batching.map {
            ModelSettings.Batching(
                maximumRows: $0.maximumRows, maximumDelay: .nanoseconds($0.maximumDelay), preferredRows: $0.preferredRows.sorted())
        }
    }

    var waitingRequests: Int { waiting.load(ordering: .relaxed) }

    func add(waiting count: Int) { waiting.add(count, ordering: .relaxed) }

    /// Pieces of the batch lane that wait.
    var waitingPieces: Int { pieces.load(ordering: .relaxed) }

    func add(waitingPieces count: Int) { pieces.add(count, ordering: .relaxed) }

    /// Whether rows of several requests may share a run, and a request's rows several runs.
    var isBatchable: Bool { isRowWise.load(ordering: .relaxed) }

    /// Notes that a run of several rows did not give as many: its requests never share one again.
    func refuseBatches() { isRowWise.store(false, ordering: .relaxed) }

    /// What requests must share to be merged; nil where they may not be.
    func shape(of inputs: [Tensor]) -> [Int]? {
        guard rules.batching != nil, isBatchable else { return nil }
        return inputs.flatMap { [$0.datatype.number] + $0.shape.dropFirst() }
    }
}

extension Datatype {
    /// Its place among all.
    fileprivate var number: Int { Datatype.allCases.firstIndex(of: self) ?? -1 }
}
