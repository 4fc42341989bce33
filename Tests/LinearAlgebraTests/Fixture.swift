import LinearAlgebra

/// Rows that a linear congruential generator makes, so that the reference numbers could be computed elsewhere on the same rows.
struct Fixture {
    let features: Matrix<Double>
    let labels: [Int]
    let targets: [Double]

    init() {
        let numbers = Self.numbers(360, seed: 1).map { $0 * 4 - 2 }
        let noise = Self.numbers(90, seed: 7)
        let features = Matrix(rows: 90, columns: 4, elements: numbers)
        self.features = features
        labels = (0..<90).map { row in
            let x = Array(features.row(row))
            let clean = x[0] + 0.5 * x[1] > 0.4 ? 0 : x[2] - x[3] > 0 ? 1 : 2
            return row % 7 == 0 ? (clean + 1) % 3 : clean
        }
        targets = (0..<90).map { row in
            let x = Array(features.row(row))
            return x[0] - 2 * x[1] + 0.5 * x[2] + 3 + noise[row]
        }
    }

    static func numbers(_ count: Int, seed: Int) -> [Double] {
        var state = seed
        return (0..<count).map { _ in
            state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
            return Double(state) / 2_147_483_648
        }
    }
}

/// The largest absolute difference of two arrays; infinite where their lengths differ.
func largestDifference(_ first: [Double], _ second: [Double]) -> Double {
    first.count == second.count ? zip(first, second).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
}
