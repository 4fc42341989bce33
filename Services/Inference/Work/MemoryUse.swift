/// Memory that a model takes.
enum MemoryUse {
    /// Its share of what was allocated while it was loaded, within reason, since requests allocate at the same time.
    ///
    /// At least its file, whose weights are in memory; at most ten times that and 8 MB for what the engine makes of it: one load
    /// beside busy requests must not drive a hundred small models out.
    static func taken(by file: Int, before: Int, after: Int, share: Double = 1) -> Int {
        min(max(Int(Double(after - before) * share), file), file * 10 + (8 << 20))
    }
}
