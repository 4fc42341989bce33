/// The agreement of several annotators beyond chance, where each item has the same number of answers (Fleiss 1971).
public struct FleissKappa: Sendable {
    private let items: [[Int]]
    private let raters: Int

    /// `items` holds, for each item, how many answers each category got; nil where their numbers differ or are below two.
    public init?(items: [[Int]]) {
        guard let first = items.first else { return nil }
        let raters = first.reduce(0, +)
        guard raters > 1, items.allSatisfy({ $0.count == first.count && $0.reduce(0, +) == raters }) else { return nil }
        self.items = items
        self.raters = raters
    }

    /// Kappa; nil where every answer is the same.
    public var value: Double? { kappa(Array(items.indices)) }

    /// Kappa with an interval from resampled items.
    public func estimate(_ bootstrap: Bootstrap) -> Estimate? {
        bootstrap.percentile(count: items.count, statistic: kappa)
    }

    private func kappa(_ rows: [Int]) -> Double? {
        guard !rows.isEmpty else { return nil }
        var totals = [Double](repeating: 0, count: items[0].count)
        var agreeing = 0.0
        for row in rows {
            for (category, count) in items[row].enumerated() {
                totals[category] += Double(count)
                agreeing += Double(count * (count - 1))
            }
        }
        let answers = Double(rows.count * raters)
        let observed = agreeing / (answers * Double(raters - 1))
        let expected = totals.reduce(0) { $0 + ($1 / answers) * ($1 / answers) }
        return expected < 1 ? (observed - expected) / (1 - expected) : nil
    }
}
