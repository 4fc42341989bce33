/// Row numbers sorted by score.
enum RankOrder {
    /// Lowest score first, ties by row.
    static func ascending(_ scores: [Double]) -> [Int] {
        let keyed = scores.indices.map { (score: scores[$0], row: $0) }
        return keyed.sorted { $0.score != $1.score ? $0.score < $1.score : $0.row < $1.row }.map(\.row)
    }
}
