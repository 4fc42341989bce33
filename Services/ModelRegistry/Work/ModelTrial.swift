import BlobStore
import Contracts
import Foundation
import OnnxRuntime
import Synchronization
import Tensors

/// Tries whether a model loads and answers, before a name comes to mean it.
final class ModelTrial: Sendable {
    /// Sizes that are tried for variable dimensions beyond the rows: a text may be one token long, an image must hold the convolution's
    /// kernel, and some models take only what they were made for.
    static let sides = [1, 8, 32, 64, 224]
    /// Elements of an input that is tried at most; larger ones would take the memory of a server.
    static let mostElements = 1 << 24

    private let blobs: any BlobStore
    /// Path of the engine's library; nil when none was found.
    private let library: String?
    // The engine takes tens of megabytes, and most registries never roll back.
    private let engine = Mutex<Runtime?>(nil)

    init(blobs: any BlobStore, library: String?) {
        self.blobs = blobs
        self.library = library
    }

    /// Loads a model in ONNX Runtime and has it answer a row of zeros. Throws `modelUnloadable` with the reason when it does not.
    ///
    /// - Parameter interface: what it has to take and to give.
    func run(_ model: Digest, _ interface: Interface) async throws {
        let bytes: [UInt8]
        do {
            bytes = try await blobs.get(model)
        } catch let error as BlobError {
            throw Problem(.modelUnloadable, "Its file \(model) \(error == .corrupt(model) ? "is damaged" : "cannot be read").")
        }
        let runtime = try runtime()
        try await Self.onThread {
            do {
                try Self.answer(bytes, interface, runtime)
            } catch let error as EngineError {
                throw Problem(.modelUnloadable, "The engine refuses it: \(error.description)")
            }
        }
    }

    private static func answer(_ bytes: [UInt8], _ interface: Interface, _ runtime: Runtime) throws {
        let session = try Session(runtime: runtime, model: bytes)
        try requireFit(interface.inputs, session.inputs, kind: "input")
        try requireFit(interface.outputs, session.outputs, kind: "output")
        let outputs = interface.outputs.map(\.name)
        var refusal: EngineError?
        for side in hasSides(session) ? sides : [1] {
            let row = session.inputs.compactMap { zeros($0, side: side) }
            guard row.count == session.inputs.count else {
                throw Problem(.modelUnloadable, "It has an input of which no row of zeros can be made.")
            }
            do throws(EngineError) {
                _ = try session.run(row, outputs: outputs)
                return
            } catch {
                refusal = error
            }
        }
        if let refusal { throw refusal }
    }

    /// Throws unless the model has each tensor that the interface declares, in its datatype.
    private static func requireFit(_ fields: [Interface.Field], _ ports: [Session.Port], kind: String) throws {
        for field in fields where !ports.contains(where: { $0.name == field.name && $0.datatype?.rawValue == field.datatype }) {
            throw Problem(.modelUnloadable, "It has no \(kind) \(field.name) of \(field.datatype), which the interface declares.")
        }
    }

    private static func hasSides(_ session: Session) -> Bool {
        session.inputs.contains { $0.shape.dropFirst().contains { $0 < 1 } }
    }

    /// One row of zeros for an input; nil where none can be made.
    private static func zeros(_ port: Session.Port, side: Int) -> Tensor? {
        guard let datatype = port.datatype else { return nil }
        let shape = port.shape.enumerated().map { $1 > 0 ? $1 : ($0 == 0 ? 1 : side) }
        var count = 1
        for size in shape {
            let (product, isOver) = count.multipliedReportingOverflow(by: size)
            guard !isOver, product <= mostElements else { return nil }
            count = product
        }
        guard let size = datatype.size else {
            return Tensor(name: port.name, shape: shape, strings: Array(repeating: [], count: count))
        }
        return Tensor(name: port.name, datatype: datatype, shape: shape, raw: [UInt8](repeating: 0, count: count * size))
    }

    private func runtime() throws -> Runtime {
        try engine.withLock { engine in
            if let engine { return engine }
            guard let library, let made = try? Runtime(libraryPath: library) else {
                throw Problem(.notReady, "ONNX Runtime is not installed here, so no model can be tried: set MESH_ONNXRUNTIME.")
            }
            engine = made
            return made
        }
    }

    /// Loading takes too long for the cooperative pool.
    private static func onThread(_ body: @Sendable @escaping () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let thread = Thread { continuation.resume(with: Result { try body() }) }
            thread.name = "model trial"
            thread.stackSize = 16 << 20
            thread.start()
        }
    }
}
