import BlobStore
import Contracts
import Dispatch
import Logging
import Observability
import OnnxRuntime
import Scheduling
import Synchronization

/// Models in memory, within a budget of bytes.
final class ModelCache: Sendable {
    private struct State {
        var plan: ModelCachePlan<ModelKey>
        var models: [ModelKey: LoadedModel] = [:]
        var fileBytes: Int { models.values.reduce(0) { $0 + $1.served.fileBytes } }
        var loading: [ModelKey: (task: Task<LoadedModel, any Error>, fileBytes: Int)] = [:]
        var refused: [ModelKey: (refusal: ModelRefusal, at: ContinuousClock.Instant)] = [:]
        /// Models that were loaded since the start, and those that were refused.
        var counts = (loads: 0, refusals: 0)
        /// Names of models that were unloaded: they are not loaded on demand.
        var unloaded: Set<String> = []
    }

    /// What passes is tried again after this time.
    private static let patience = Duration.seconds(2)

    private let opener: ModelOpener
    private let logger: Logger
    private let state: Mutex<State>

    init(opener: ModelOpener, budget: Int, logger: Logger) {
        self.opener = opener
        self.logger = logger
        state = Mutex(State(plan: ModelCachePlan(budget: budget)))
    }

    /// A model in memory for one use; nil when it is not there. Every use ends with ``end(_:)``.
    func begin(_ served: ServedModel) -> LoadedModel? {
        state.withLock { $0.plan.begin(served.key) ? $0.models[served.key] : nil }
    }

    /// A model for one use, loaded when it is not there. Every use ends with ``end(_:)``.
    func acquire(_ served: ServedModel) async throws -> LoadedModel {
        let start = Monotonic.now()
        do {
            return try await hold(served)
        } catch {
            // Whoever called it was refused, though no lane has seen that.
            opener.statistics.statistics(served.name, served.version).failed("unavailable", total: Monotonic.now() - start)
            throw error
        }
    }

    private func hold(_ served: ServedModel) async throws -> LoadedModel {
        let model = try await load(served)
        // Sessions are let go outside the lock: that takes time.
        let (present, gone) = try state.withLock { state -> (LoadedModel, [LoadedModel?]) in
            if state.plan.begin(served.key), let present = state.models[served.key] { return (present, []) }
            // Driven out again before its first use: it is at hand still.
            if state.unloaded.contains(served.name) { throw Self.unloaded(served) }
            let gone = Self.keep(model, isCalled: true, in: &state)
            _ = state.plan.begin(served.key)
            return (model, gone)
        }
        withExtendedLifetime(gone) {}
        return present
    }

    /// Ends a use.
    func end(_ model: LoadedModel) {
        let gone = state.withLock { state in state.plan.end(model.served.key).map { state.models.removeValue(forKey: $0) } }
        withExtendedLifetime(gone) {}
    }

    /// Loads a model and runs it once, unless it is there. Callers at the same time share one loading.
    ///
    /// - Parameter isCalled: false for what is loaded before anybody calls it.
    func load(_ served: ServedModel, isCalled: Bool = true) async throws -> LoadedModel {
        let key = served.key
        let task = try state.withLock { state -> Task<LoadedModel, any Error> in
            if state.unloaded.contains(served.name) { throw Self.unloaded(served) }
            if let model = state.models[key] {
                state.plan.keep(key)
                return Task { model }
            }
            if let (task, _) = state.loading[key] { return task }
            if let (refusal, at) = state.refused[key], !refusal.isPassing || ContinuousClock.now < at + Self.patience { throw refusal }
            let task = Task { try await self.open(served, isCalled: isCalled) }
            state.loading[key] = (task, served.fileBytes)
            return task
        }
        return try await task.value
    }

    private func open(_ served: ServedModel, isCalled: Bool) async throws -> LoadedModel {
        do throws(ModelRefusal) {
            let model = try await opener.open(served, isCalled: isCalled)
            let gone = state.withLock { state -> [LoadedModel?] in
                state.loading[served.key] = nil
                state.refused[served.key] = nil
                state.counts.loads += 1
                // Unloaded meanwhile: whoever waited for it is served all the same.
                guard !state.unloaded.contains(served.name) else { return [] }
                return Self.keep(model, isCalled: isCalled, in: &state)
            }
            withExtendedLifetime(gone) {}
            logger.info(
                "model loaded",
                metadata: [
                    "model": "\(served.name)", "version": "\(served.version)", "digest": "\(served.digest)", "bytes": "\(model.bytes)",
                ])
            return model
        } catch {
            state.withLock { state in
                state.loading[served.key] = nil
                state.refused[served.key] = (error, .now)
                state.counts.refusals += 1
            }
            logger.error(
                "a model was refused",
                metadata: ["model": "\(served.name)", "version": "\(served.version)", "reason": "\(error.reason)"])
            throw error
        }
    }

    /// Puts a model in, and gives those that had to go.
    private static func keep(_ model: LoadedModel, isCalled: Bool, in state: inout State) -> [LoadedModel?] {
        state.models[model.served.key] = model
        return state.plan.loaded(model.served.key, bytes: model.bytes, isCalled: isCalled).map { state.models.removeValue(forKey: $0) }
    }

    private static func unloaded(_ served: ServedModel) -> Problem {
        Problem(.notReady, "Model \(served.name) has been unloaded: an operator may load it again.")
    }
}

extension ModelCache {
    /// What a version is good for here.
    func state(of served: ServedModel) -> ModelState {
        state.withLock { state in
            if state.models[served.key] != nil { return state.plan.isLeaving(served.key) ? .unloading : .ready }
            if state.loading[served.key] != nil { return .loading }
            if state.unloaded.contains(served.name) { return .unloaded }
            return state.refused[served.key].map { .unavailable(reason: $0.refusal.reason) } ?? .idle
        }
    }

    /// Why a version was refused, if it was.
    func refusal(of served: ServedModel) -> ModelRefusal? { state.withLock { $0.refused[served.key]?.refusal } }

    /// Bytes that versions take in memory, of those that are there.
    var bytes: [ModelPlace: Int] {
        state.withLock { state in Dictionary(state.models.values.map { (ModelPlace($0.served), $0.bytes) }, uniquingKeysWith: +) }
    }

    /// What is known of a version in memory, without using it; nil when it is not there.
    func lane(of served: ServedModel) -> ModelLane? { state.withLock { $0.models[served.key]?.lane } }

    func isLoaded(_ served: ServedModel) -> Bool { state(of: served) == .ready }

    /// Loads ahead of calls that go on at once.
    var limitAhead: Int { opener.limitAhead }

    /// Whether a model may be loaded now: it is not there, and no refusal stands against it.
    func isDue(_ served: ServedModel) -> Bool {
        state.withLock { state in
            guard state.models[served.key] == nil, !state.unloaded.contains(served.name) else { return false }
            return state.refused[served.key].map { $0.refusal.isPassing && ContinuousClock.now >= $0.at + Self.patience } ?? true
        }
    }

    /// Whether a model may be loaded before anybody calls it. What it takes beside its file is judged by those that are there.
    func hasRoom(for served: ServedModel) -> Bool {
        state.withLock { state in
            let beside = state.models.isEmpty ? 0 : max(0, state.plan.bytes - state.fileBytes) / state.models.count
            let onTheirWay = state.loading.values.reduce(0) { $0 + $1.fileBytes + beside }
            return state.plan.hasRoom(for: served.fileBytes + beside + onTheirWay)
        }
    }

    /// Memory that loaded models take, how many there are, and how often models were loaded and refused since the start.
    var usage: (bytes: Int, models: Int, loads: Int, refusals: Int) {
        state.withLock { ($0.plan.bytes, $0.models.count, $0.counts.loads, $0.counts.refusals) }
    }

    /// What Prometheus reads.
    var samples: [MetricSample] {
        let usage = usage
        let waiting = state.withLock { $0.models.values.map { ($0.served, $0.lane) } }.flatMap { served, lane in
            [("online", lane.waitingRequests), ("batch", lane.waitingPieces)].map { name, count in
                MetricSample(
                    "mesh_inference_waiting", .gauge, labels: [("model", served.name), ("version", served.version), ("lane", name)],
                    value: Double(count))
            }
        }
        return waiting + [
            MetricSample("mesh_inference_models", .gauge, value: Double(usage.models)),
            MetricSample("mesh_inference_model_bytes", .gauge, value: Double(usage.bytes)),
            MetricSample("mesh_inference_model_loads_total", .counter, labels: [("outcome", "loaded")], value: Double(usage.loads)),
            MetricSample("mesh_inference_model_loads_total", .counter, labels: [("outcome", "refused")], value: Double(usage.refusals)),
        ]
    }

    /// Says which models are to be in memory whether they are called or not.
    func want(_ keys: Set<ModelKey>) { state.withLock { $0.plan.want(keys) } }

    /// Says which models are unloaded. They leave with the end of their work, and are not loaded on demand.
    func unload(_ names: Set<String>) {
        let gone = state.withLock { state -> [LoadedModel?] in
            state.unloaded = names
            return Self.drop(in: &state) { names.contains($0.served.name) }
        }
        withExtendedLifetime(gone) {}
    }

    /// Drops models that nothing means any more, with the end of their work.
    func retain(_ keys: Set<ModelKey>) {
        let gone = state.withLock { state -> [LoadedModel?] in
            state.refused = state.refused.filter { keys.contains($0.key) }
            return Self.drop(in: &state) { !keys.contains($0.served.key) }
        }
        withExtendedLifetime(gone) {}
    }

    /// Forgets why versions of a model were refused: they are tried again.
    func forgive(_ name: String) {
        state.withLock { state in state.refused = state.refused.filter { $0.value.refusal.model != name } }
    }

    private static func drop(in state: inout State, where isGone: (LoadedModel) -> Bool) -> [LoadedModel?] {
        state.models.values.filter(isGone).map(\.served.key).filter { state.plan.unload($0) }.map { state.models.removeValue(forKey: $0) }
    }
}
