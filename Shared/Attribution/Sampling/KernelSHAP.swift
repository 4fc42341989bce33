import LinearAlgebra

/// The weighted least squares of KernelSHAP (Lundberg & Lee 2017), with the sum of the attributions held to what is to be explained.
enum KernelSHAP {
    struct Fit: Sendable {
        let attributions: [Double]
        /// Standard error of each by the sandwich formula over the draws; 0 where nothing was drawn.
        let standardErrors: [Double]
    }

    /// Nil when the coalitions do not tell the players apart.
    ///
    /// - Parameters:
    ///   - values: of the design's coalitions.
    ///   - nobody, everybody: values of the two coalitions that the sum is held to.
    static func fit(_ design: KernelDesign, _ values: [Double], nobody: Double, everybody: Double, players: Int) -> Fit? {
        guard players > 1 else { return Fit(attributions: [everybody - nobody], standardErrors: [0]) }
        let difference = everybody - nobody
        let rows = design.coalitions.indices.map { row(design.coalitions[$0], values[$0] - nobody, difference) }
        let width = players - 1
        var gram = Matrix<Double>(rows: width, columns: width)
        var right = [Double](repeating: 0, count: width)
        for (index, row) in rows.enumerated() {
            for one in 0..<width where row.known[one] != 0 {
                let weighted = design.weights[index] * row.known[one]
                right[one] += weighted * row.gain
                for other in 0...one { gram[one, other] += weighted * row.known[other] }
            }
        }
        for one in 0..<width { for other in 0..<one { gram[other, one] = gram[one, other] } }
        guard let cholesky = Cholesky(gram) else { return nil }
        let solution = cholesky.solve(right)
        return Fit(
            attributions: solution + [difference - solution.reduce(0, +)],
            standardErrors: standardErrors(design, rows, solution, cholesky))
    }

    private typealias Row = (known: [Double], gain: Double)

    /// A coalition's equation with the last player's part taken out by the sum.
    private static func row(_ coalition: Coalition, _ gain: Double, _ difference: Double) -> Row {
        let last = coalition.members.last == true ? 1.0 : 0
        return (coalition.members.dropLast().map { ($0 ? 1 : 0) - last }, gain - last * difference)
    }

    private static func standardErrors(_ design: KernelDesign, _ rows: [Row], _ solution: [Double], _ cholesky: Cholesky) -> [Double] {
        let count = design.draws.count
        guard count > 1 else { return [Double](repeating: 0, count: solution.count + 1) }
        let influences = design.draws.map { draw in
            let scores = [draw.one, draw.other].map { index in
                let row = rows[index]
                let rest = row.gain - zip(row.known, solution).reduce(0) { $0 + $1.0 * $1.1 }
                return row.known.map { $0 * rest * draw.weight }
            }
            return cholesky.solve(zip(scores[0], scores[1]).map { $0 + $1 })
        }
        let withLast = influences.map { $0 + [-$0.reduce(0, +)] }
        return (0...solution.count).map { player in
            let mean = withLast.reduce(0) { $0 + $1[player] } / Double(count)
            let squares = withLast.reduce(0) { $0 + ($1[player] - mean) * ($1[player] - mean) }
            return (squares * Double(count) / Double(count - 1)).squareRoot()
        }
    }
}
