import Contracts
import OnnxRuntime

/// A model's file, loaded and ready to answer.
struct ModelUnderTest: Sendable {
    let bytes: [UInt8]
    let interface: Interface
    let runtime: Runtime
    let scorer: Scorer

    /// Loads a model and holds its tensors against the interface's.
    init(_ bytes: [UInt8], interface: Interface, labels: LabelSet?, runtime: Runtime) throws {
        self.bytes = bytes
        self.interface = interface
        self.runtime = runtime
        scorer = try Scorer(runtime: runtime, model: bytes, interface: interface, labels: labels)
    }
}
