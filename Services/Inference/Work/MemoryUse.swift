/// Memory that a model takes.
enum MemoryUse {
    /// What was allocated while it was loaded, within reason, since requests allocate at the same time.
    ///
    /// At least its file, whose weights are in memory; at most ten times that and 64 MB for what the engine makes of it.
    static func taken(by file: Int, before: Int, after: Int) -> Int {
        min(max(after - before, file), file * 10 + (64 << 20))
    }
}
