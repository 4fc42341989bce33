import Statistics

/// Deals rows to folds so that each class is spread evenly over them.
enum StratifiedFolds {
    /// Each row's fold in 0 ..< folds: the classes one after the other, each class's rows in a seeded order.
    static func assign(_ labels: [Int], classes: Int, folds: Int, seed: UInt64) -> [Int] {
        var generator = SeededGenerator(seed: seed)
        var assignment = [Int](repeating: 0, count: labels.count)
        var dealt = 0
        for label in 0..<classes {
            var rows = labels.indices.filter { labels[$0] == label }
            generator.shuffle(&rows)
            for row in rows {
                assignment[row] = dealt % folds
                dealt += 1
            }
        }
        return assignment
    }
}
