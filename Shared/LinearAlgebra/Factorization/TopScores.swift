/// The greatest scores of a row, the lower item first among equals.
struct TopScores {
    private let limit: Int
    private(set) var sorted: [Recommendation] = []

    init(limit: Int) {
        self.limit = limit
    }

    /// Items must come in ascending order.
    mutating func add(item: Int, score: Double) {
        if sorted.count == limit {
            guard let last = sorted.last, score > last.score else { return }
            sorted.removeLast()
        }
        var position = sorted.count
        while position > 0, sorted[position - 1].score < score { position -= 1 }
        sorted.insert(Recommendation(item: item, score: score), at: position)
    }
}
