import Tensors

/// The value of coalitions of one row: the explained output with the members' elements known, averaged over the background's rows.
struct CoalitionGame {
    /// Runs the model on rows and gives the explained output's column of each.
    typealias Score = ([Tensor]) async throws -> [Double]

    let inputs: [Tensor]
    let row: RowElements
    let background: [RowElements]
    let players: Players
    let rowsPerRun: Int
    let score: Score

    /// Rows that the model is run on for so many coalitions.
    func evaluations(of coalitions: Int) -> Int { coalitions * background.count }

    /// One value for each coalition.
    func values(_ coalitions: [Coalition]) async throws -> [Double] {
        var sums = [Double](repeating: 0, count: coalitions.count)
        for other in background {
            for start in stride(from: 0, to: coalitions.count, by: rowsPerRun) {
                try Task.checkCancellation()
                let part = coalitions[start..<min(start + rowsPerRun, coalitions.count)]
                let scores = try await score(players.mix(row, other, part, like: inputs))
                for (index, value) in zip(part.indices, scores) { sums[index] += value }
            }
        }
        return sums.map { $0 / Double(background.count) }
    }
}
