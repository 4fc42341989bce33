/// What merging requests of a model gains, by a measurement when it was loaded.
struct BatchGain: Sendable, Hashable {
    /// Rows of the larger run that was timed.
    static let rows = 8
    /// Merging pays when a row costs at most this share of what it costs alone.
    static let paying = 0.7
    /// Nanoseconds of one row above which nothing is measured: on one thread such a model is busy with arithmetic, row by row.
    static let longestRow = 5_000_000

    /// Rows and nanoseconds of a merged run at most.
    static let largestRun = 32
    static let longestRun = 5_000_000

    /// Nanoseconds of a run of one row.
    var oneRow: Int
    /// Nanoseconds of a run of ``rows``; nil where it was not measured.
    var manyRows: Int?
    /// Whether a run of several rows gave what single ones gave.
    var isRowWise = true

    /// What a row costs in a merged run, as a share of its cost alone; nil where it was not measured.
    var share: Double? {
        manyRows.map { Double($0) / Double(Self.rows) / Double(max(1, oneRow)) }
    }

    /// Whether requests are merged where nobody said so.
    var pays: Bool { mostRows > 1 }

    /// Most rows of a merged run where nobody said so; 1 where merging does not pay. A run stays short, since whoever comes next waits
    /// for the whole of it.
    var mostRows: Int {
        guard isRowWise, let manyRows, let share, share <= Self.paying else { return 1 }
        return max(1, min(Self.largestRun, Self.longestRun * Self.rows / max(1, manyRows)))
    }
}
