import COnnxRuntime

/// Memory of the process as its allocator counts it: what a session takes is the difference over its making.
public enum AllocatedMemory {
    /// Bytes that are allocated now, the engine's among them.
    public static var bytes: Int { Int(clamping: mesh_allocated_bytes()) }
}
