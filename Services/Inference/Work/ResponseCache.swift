import Contracts
import Synchronization
import Tensors

/// What a model answered lately, within a budget of bytes. The model is one digest with one interface: another one has a cache of its own.
final class ResponseCache: Sendable {
    private struct State {
        var plan: ResponseCachePlan<Digest>
        var answers: [Digest: [Tensor]] = [:]
    }

    private let state: Mutex<State>

    init(bytes: Int) { state = Mutex(State(plan: ResponseCachePlan(budget: bytes))) }

    /// What equal requests share: every byte of the inputs, the outputs asked for, and the parameters.
    static func key(_ inputs: [Tensor], _ request: InferenceRequest) -> Digest {
        var bytes: [UInt8] = []
        func append(_ text: String) {
            bytes += withUnsafeBytes(of: text.utf8.count) { Array($0) }
            bytes += text.utf8
        }
        for tensor in inputs {
            append("\(tensor.name) \(tensor.datatype) \(tensor.shape)")
            tensor.withUnsafeBytes { bytes += $0 }
            for text in tensor.strings {
                bytes += withUnsafeBytes(of: text.count) { Array($0) }
                bytes += text
            }
        }
        append(request.outputs.map { $0.map(\.name).joined(separator: "\n") } ?? "*")
        bytes += JSONValue.object(request.parameters).canonical
        return Digest(of: bytes)
    }

    /// The outputs of an equal request; nil when none is kept.
    func outputs(_ key: Digest) -> [Tensor]? {
        state.withLock { state in
            guard let outputs = state.answers[key] else { return nil }
            state.plan.used(key)
            return outputs
        }
    }

    /// Keeps outputs.
    func keep(_ outputs: [Tensor], for key: Digest) {
        // An output may be a part of a merged run's memory, which must not stay for it.
        let own = outputs.map { Tensor.copy(of: $0) }
        let size = own.reduce(64) { $0 + $1.byteCount + $1.strings.reduce(0) { $0 + $1.count + 16 } + $1.name.utf8.count }
        state.withLock { state in
            guard let gone = state.plan.kept(key, bytes: size) else { return }
            state.answers[key] = own
            for key in gone { state.answers[key] = nil }
        }
    }

    /// Bytes that are kept.
    var bytes: Int { state.withLock { $0.plan.bytes } }
}

extension Tensor {
    /// The same in memory of its own.
    fileprivate static func copy(of tensor: Tensor) -> Tensor {
        tensor.datatype == .bytes
            ? Tensor(name: tensor.name, shape: tensor.shape, strings: tensor.strings)
            : Tensor(name: tensor.name, datatype: tensor.datatype, shape: tensor.shape, raw: tensor.raw)
    }
}
