/// How well rows represent the wild: the test against the declared shares and what to collect.
public struct Representation: Sendable, Equatable, Codable {
    /// Pearson's test against the declared shares with Cramer's V; nil without rows in declared cells or with one cell only.
    public let test: ChiSquaredTest?
    /// Cells with too few rows, the one that lacks most first.
    public let missing: [MissingCell]
    /// Cells that have rows though the wild is declared to have none.
    public let undeclared: [String]

    /// `wild` holds positive weights for each cell; `tolerance` is the part of its share a cell must at least have.
    public init(rows: [String: Int], wild: [String: Double], tolerance: Double = 0.8, needs: [String: Int] = [:]) {
        let declared = wild.filter { $0.value > 0 }
        let cells = declared.keys.sorted()
        let weight = declared.values.reduce(0, +)
        let shares = cells.map { (declared[$0] ?? 0) / weight }
        let have = cells.map { rows[$0] ?? 0 }
        test = ChiSquaredTest(counts: have, weights: shares)
        undeclared = rows.filter { $0.value > 0 && declared[$0.key] == nil }.keys.sorted()

        let wanted = Self.wanted(have, shares: shares, tolerance: min(max(tolerance, 0), 0.99))
        var missing: [MissingCell] = []
        for (index, cell) in cells.enumerated() {
            let want = max(wanted[index], needs[cell] ?? 0)
            if want > have[index] { missing.append(MissingCell(cell: cell, have: have[index], want: want)) }
        }
        for (cell, want) in needs where declared[cell] == nil && want > rows[cell] ?? 0 {
            missing.append(MissingCell(cell: cell, have: rows[cell] ?? 0, want: want))
        }
        self.missing = missing.sorted { ($1.collect, $0.cell) < ($0.collect, $1.cell) }
    }

    /// The least additions after which every cell has its part of the grown total.
    ///
    /// Adding rows to one cell raises what the others must have; since the parts sum to less than 1, the iteration rises to the
    /// least fixed point.
    private static func wanted(_ have: [Int], shares: [Double], tolerance: Double) -> [Int] {
        var counts = have
        for _ in 0..<10_000 {
            let total = Double(counts.reduce(0, +))
            let next = zip(have, shares).map { max($0, Int((tolerance * $1 * total - 1e-9).rounded(.up))) }
            if next == counts { break }
            counts = next
        }
        return counts
    }
}
