import Contracts

/// What is counted in a version; the checks judge by it.
struct VersionFigures: Sendable {
    /// How an input stands in all rows.
    struct InputFigures: Sendable, Hashable {
        let name: String
        let missing: Int
        let misshapen: Int
        let outOfRange: Int
    }

    /// By name of the split.
    var splits: [String: SplitCounts] = [:]
    /// Contents that are in more than one split, and an id of each of the first.
    var leaked: (contents: Int, examples: [String]) = (0, [])
    /// Groups that are in more than one split.
    var splitGroups = 0
    /// Labeled rows by split and label (canonical JSON).
    var labels: [String: [String: Int]] = [:]
    var inputs: [InputFigures] = []
    /// Rows by context field, split and value.
    var cells: [String: [String: [String: Int]]] = [:]

    var rows: Int { splits.values.reduce(0) { $0 + $1.rows } }
    var labeled: Int { splits.values.reduce(0) { $0 + $1.labeled } }
}
