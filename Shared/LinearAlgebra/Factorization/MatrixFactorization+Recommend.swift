extension MatrixFactorization {
    private static let blockUsers = 64

    /// The `count` items with the greatest scores for each of these users, best first, the lower item first among equals.
    ///
    /// Items that the user has in `excluding` are left out, so that a user may get fewer than `count`. Scores come from one GEMM for each 64
    /// users. Throws TrainingError for a user outside the fit or a `count` below 1.
    public func recommendations(
        for users: [Int], count: Int, excluding: Interactions? = nil
    ) throws(TrainingError) -> [[Recommendation]] {
        guard count > 0 else { throw .invalid(option: "count", expected: "above 0") }
        for user in users where !(0..<userFactors.rows).contains(user) {
            throw .invalid(option: "user \(user)", expected: "in 0 ..< \(userFactors.rows)")
        }
        if let excluding, (excluding.users, excluding.items) != (userFactors.rows, itemFactors.rows) {
            throw .invalid(option: "excluding", expected: "\(userFactors.rows) users x \(itemFactors.rows) items")
        }
        var result: [[Recommendation]] = []
        result.reserveCapacity(users.count)
        for first in stride(from: 0, to: users.count, by: Self.blockUsers) {
            let block = Array(users[first..<min(first + Self.blockUsers, users.count)])
            let scores = userFactors.picking(block).multiplied(by: itemFactors, transposingOther: true)
            for (row, user) in block.enumerated() {
                result.append(Self.top(scores.row(row), count: count, excluding: excluding?.items(of: user) ?? []))
            }
        }
        return result
    }

    /// The factors of a user who was not in the fit, from what they did with items, by the step that solves a fitted user (zeros without
    /// interactions).
    public func factors(of interactions: [Int: Double]) throws(TrainingError) -> [Double] {
        let items = interactions.keys.sorted()
        for item in items where !(0..<itemFactors.rows).contains(item) {
            throw .invalid(option: "item \(item)", expected: "in 0 ..< \(itemFactors.rows)")
        }
        let values = items.map { interactions[$0] ?? 0 }
        guard values.allSatisfy(\.isFinite), options.feedback == .explicit || values.allSatisfy({ $0 >= 0 }) else {
            throw .invalid(option: "values", expected: options.feedback == .explicit ? "finite" : "finite and at least 0")
        }
        return try FactorUpdate(other: itemFactors, options: options).solve(items: items[...], values: values[...])
    }

    private static func top(_ scores: ArraySlice<Double>, count: Int, excluding: ArraySlice<Int>) -> [Recommendation] {
        var top = TopScores(limit: count)
        var next = excluding.startIndex
        scores.withUnsafeBufferPointer { scores in
            for item in scores.indices {
                if next < excluding.endIndex, excluding[next] == item {
                    next += 1
                } else {
                    top.add(item: item, score: scores[item])
                }
            }
        }
        return top.sorted
    }
}
