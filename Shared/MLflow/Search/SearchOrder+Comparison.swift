extension SearchOrder {
    /// Whether a record comes before another one.
    ///
    /// - Parameters: each record's values, one for a term, nil where it has none. NaN and then nil come last in both directions.
    ///   `experiment_id` is an integer here, though a filter compares it as text.
    public func places(_ left: [SearchValue?], before right: [SearchValue?]) -> Bool {
        for (term, pair) in zip(terms, zip(left, right)) {
            switch Self.ordering(pair.0, pair.1, ascending: term.ascending) {
            case .before: return true
            case .after: return false
            case .same: continue
            }
        }
        return false
    }

    private static func ordering(_ left: SearchValue?, _ right: SearchValue?, ascending: Bool) -> Ordering {
        let ranks = Ordering(rank(left), rank(right))
        guard ranks == .same, let left, let right, let order = left.compared(with: right) else { return ranks }
        return ascending ? order : order.reversed
    }

    /// Values first, then NaN, then what is absent.
    private static func rank(_ value: SearchValue?) -> Int {
        guard let value else { return 2 }
        return value.isNaN ? 1 : 0
    }
}
