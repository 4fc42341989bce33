import COnnxRuntime
import Tensors

/// Memory of an output where the engine has left it, for as long as a tensor holds it.
///
/// `@unchecked Sendable`: nobody writes to an output once the run is over.
final class EngineMemory: TensorMemory, @unchecked Sendable {
    private let value: OpaquePointer
    /// The session's allocator owns the memory.
    private let session: Session

    /// Takes over a value, which is released with the object.
    init(taking value: OpaquePointer, _ session: Session, base: UnsafeMutableRawPointer, byteCount: Int) {
        self.value = value
        self.session = session
        super.init(base: base, byteCount: byteCount)
    }

    deinit { mesh_ort_release_value(session.runtime.table, value) }
}
