/// Memory that a model takes.
enum MemoryUse {
    /// Its share of what was allocated while it was loaded, within reason, since requests allocate at the same time.
    ///
    /// At least its file, whose weights are in memory; at most ten times that and 64 MB for what the engine makes of it.
    static func taken(by file: Int, before: Int, after: Int, share: Double = 1) -> Int {
        min(max(Int(Double(after - before) * share), file), file * 10 + (64 << 20))
    }
}
