import BlobStore
import Contracts
import Dispatch
import Logging
import OnnxRuntime
import Synchronization
import Tensors

/// Loaded models by digest, within a budget of bytes.
final class ModelCache: Sendable {
    private struct State {
        var plan: ModelCachePlan
        var sessions: [Digest: Session] = [:]
        var loading: [Digest: Task<Session, any Error>] = [:]
    }

    private let runtime: Runtime
    private let blobs: any BlobStore
    private let logger: Logger
    private let state: Mutex<State>
    private let preparing = DispatchQueue(label: "models")

    init(runtime: Runtime, blobs: any BlobStore, budget: Int, logger: Logger) {
        self.runtime = runtime
        self.blobs = blobs
        self.logger = logger
        state = Mutex(State(plan: ModelCachePlan(budget: budget)))
    }

    /// A loaded model for one use; nil when it is not loaded. Every use ends with ``end(_:)``.
    func begin(_ model: Digest) -> Session? {
        state.withLock { state in
            guard let session = state.sessions[model] else { return nil }
            state.plan.begin(model)
            return session
        }
    }

    /// Ends a use.
    func end(_ model: Digest) {
        state.withLock { state in
            for gone in state.plan.end(model) { state.sessions[gone] = nil }
        }
    }

    func isLoaded(_ model: Digest) -> Bool { state.withLock { $0.sessions[model] != nil } }

    /// Loads a model and runs it once, unless it is there. Callers at the same time share one loading.
    func load(_ version: ModelVersion, interface: Interface) async throws {
        let task = state.withLock { state -> Task<Session, any Error>? in
            if state.sessions[version.model] != nil { return nil }
            if let task = state.loading[version.model] { return task }
            let task = Task { try await self.open(version, interface) }
            state.loading[version.model] = task
            return task
        }
        guard let task else { return }
        _ = try await task.value
    }

    private func open(_ version: ModelVersion, _ interface: Interface) async throws -> Session {
        defer { state.withLock { $0.loading[version.model] = nil } }
        let bytes = try await blobs.get(version.model)
        let session = try await prepare(bytes, interface)
        state.withLock { state in
            state.sessions[version.model] = session
            for gone in state.plan.loaded(version.model, bytes: bytes.count) { state.sessions[gone] = nil }
        }
        logger.info(
            "model loaded", metadata: ["model": "\(version.capability)", "version": "\(version.version)", "digest": "\(version.model)"])
        return session
    }

    /// Builds and warms up a session on a thread of its own: it may take seconds, and the pool has as few threads as there are cores.
    private func prepare(_ bytes: [UInt8], _ interface: Interface) async throws -> Session {
        try await withCheckedThrowingContinuation { continuation in
            preparing.async { [runtime] in
                continuation.resume(
                    with: Result {
                        let session = try Session(runtime: runtime, model: bytes)
                        if let inputs = Self.warmUp(interface) { _ = try session.run(inputs) }
                        return session
                    })
            }
        }
    }

    /// One row of zeroes; nil where a revision of older rules declares a row too large to be made.
    private static func warmUp(_ interface: Interface) -> [Tensor]? {
        let tensors = interface.inputs.compactMap(warmUp)
        return tensors.count == interface.inputs.count ? tensors : nil
    }

    private static func warmUp(_ field: Interface.Field) -> Tensor? {
        guard let count = field.fixedElements else { return nil }
        let shape = field.shape.map { max($0, 1) }
        let datatype = Datatype(rawValue: field.datatype) ?? .fp32
        guard let size = datatype.size else { return Tensor(name: field.name, shape: shape, strings: Array(repeating: [], count: count)) }
        return Tensor(name: field.name, datatype: datatype, shape: shape, raw: [UInt8](repeating: 0, count: count * size))
    }
}
