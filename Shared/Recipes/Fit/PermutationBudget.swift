import LinearAlgebra

/// How many rows a run can afford to shuffle features on.
struct PermutationBudget {
    static let repeats = 3
    /// Multiplications for all shuffles: about half a second.
    static let operations = 5e8
    static let fewest = 50
    static let most = 500

    /// Rows to measure on; nil where a run cannot afford enough of them.
    ///
    /// - Parameter cost: multiplications that one prediction takes.
    static func rows(columns: Int, cost: Double) -> Int? {
        let affordable = operations / (Double(columns * (repeats)) * max(cost, 1))
        return affordable < Double(fewest) ? nil : Int(min(affordable, Double(most)))
    }
}
