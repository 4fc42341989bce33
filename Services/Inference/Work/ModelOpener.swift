import BlobStore
import Contracts
import Dispatch
import Foundation
import OnnxRuntime
import Synchronization
import Tensors

/// Makes models ready to run: reads and verifies the file, gives it to the engine, checks it against its interface, and runs it once.
final class ModelOpener: Sendable {
    let runtime: Runtime
    /// Nil where files of this machine are served.
    let blobs: (any BlobStore)?
    let statistics: StatisticsTable
    private let slots: LoadSlots
    /// Loads take seconds: none of them may hold a thread of the pool.
    private let queue = DispatchQueue(label: "models", attributes: .concurrent)
    private let overlap = Mutex(LoadOverlap())

    /// Loads at once: enough that a slow one holds nobody up, and not so many that requests find no core.
    static let standardLoads = min(4, ProcessInfo.processInfo.activeProcessorCount + 1)

    init(runtime: Runtime, blobs: (any BlobStore)?, statistics: StatisticsTable, loads: Int = standardLoads) {
        self.runtime = runtime
        self.blobs = blobs
        self.statistics = statistics
        slots = LoadSlots(limit: loads)
    }

    /// Loads ahead of calls that go on at once.
    var limitAhead: Int { slots.limitAhead }

    /// Makes a model ready when it is its turn.
    ///
    /// - Parameter isCalled: whether somebody waits for it.
    func open(_ served: ServedModel, isCalled: Bool = true) async throws(ModelRefusal) -> LoadedModel {
        if let fault = served.fault { throw refusal(served, fault) }
        return try await slots.run(served.name, isCalled: isCalled) { () async throws(ModelRefusal) in
            let bytes = try await read(served)
            let result: Result<LoadedModel, ModelRefusal> = await withCheckedContinuation { continuation in
                queue.async { continuation.resume(returning: self.make(served, bytes)) }
            }
            return try result.get()
        }
    }

    /// The interface that a file has by the engine; nil when the engine does not take it.
    func interface(of bytes: [UInt8], _ settings: ModelSettings) -> Interface? {
        guard let session = try? Session(runtime: runtime, model: bytes, options: Self.options(settings)) else { return nil }
        func fields(_ ports: [Session.Port]) -> [Interface.Field] {
            ports.compactMap { port in port.datatype.map { Interface.Field(name: port.name, datatype: $0.rawValue, shape: port.shape) } }
        }
        return Interface(inputs: fields(session.inputs), outputs: fields(session.outputs))
    }

    /// A model's file, verified.
    func read(_ served: ServedModel) async throws(ModelRefusal) -> [UInt8] {
        do {
            switch served.origin {
            case .blob(let digest):
                guard let blobs else { throw BlobError.missing(digest) }
                return try await blobs.get(digest)
            case .file(let path, let digest):
                let bytes = Array(try Data(contentsOf: URL(filePath: path)))
                guard Digest(of: bytes) == digest else { throw BlobError.corrupt(digest) }
                return bytes
            }
        } catch BlobError.corrupt(let digest) {
            throw refusal(served, "its file is damaged: it does not have the digest \(digest)", isPassing: true)
        } catch {
            throw refusal(served, "its file \(served.digest) cannot be read", isPassing: true)
        }
    }

    private func make(_ served: ServedModel, _ bytes: [UInt8]) -> Result<LoadedModel, ModelRefusal> {
        let before = AllocatedMemory.bytes
        let load = overlap.withLock { $0.begin(bytes.count) }
        defer { overlap.withLock { _ = $0.end(load) } }
        do {
            let session = try Session(runtime: runtime, model: bytes, options: Self.options(served.settings))
            let ports = (inputs: session.inputs.map(InterfaceFit.Port.init), outputs: session.outputs.map(InterfaceFit.Port.init))
            if let fault = InterfaceFit.fault(served.interface, inputs: ports.inputs, outputs: ports.outputs) {
                return .failure(refusal(served, fault))
            }
            let trial = try EngineTrial.run(session, served.interface, threads: served.settings.threads)
            let lane = ModelLane(served, trial: trial, statistics: statistics.statistics(served.name, served.version))
            let share = overlap.withLock { $0.end(load) }
            let taken = MemoryUse.taken(by: bytes.count, before: before, after: AllocatedMemory.bytes, share: share)
            return .success(LoadedModel(served: served, session: session, lane: lane, bytes: taken))
        } catch {
            return .failure(refusal(served, error.description))
        }
    }

    private static func options(_ settings: ModelSettings) -> SessionOptions {
        var options = SessionOptions()
        options.intraOpThreads = settings.threads
        options.provider = settings.provider
        return options
    }

    private func refusal(_ served: ServedModel, _ reason: String, isPassing: Bool = false) -> ModelRefusal {
        ModelRefusal(model: served.name, version: served.version, reason: reason, isPassing: isPassing)
    }
}

extension InterfaceFit.Port {
    init(_ port: Session.Port) {
        self.init(name: port.name, datatype: port.datatype?.rawValue, shape: port.shape)
    }
}
