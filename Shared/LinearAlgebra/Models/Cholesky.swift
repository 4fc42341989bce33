/// The lower triangle L with L L' = a, for a symmetric positive definite matrix.
public struct Cholesky: Sendable {
    private let lower: Matrix<Double>

    /// Nil where the matrix is not positive definite.
    public init?(_ a: Matrix<Double>) {
        var lower = Matrix<Double>(rows: a.rows, columns: a.rows)
        for row in 0..<a.rows {
            for column in 0...row {
                var sum = a[row, column]
                for k in 0..<column { sum -= lower[row, k] * lower[column, k] }
                if row == column {
                    guard sum > 0 else { return nil }
                    lower[row, row] = sum.squareRoot()
                } else {
                    lower[row, column] = sum / lower[column, column]
                }
            }
        }
        self.lower = lower
    }

    /// The x with a x = b, by substitution forwards and backwards.
    public func solve(_ b: [Double]) -> [Double] {
        var x = b
        for row in x.indices {
            for k in 0..<row { x[row] -= lower[row, k] * x[k] }
            x[row] /= lower[row, row]
        }
        for row in x.indices.reversed() {
            for k in (row + 1)..<max(x.count, row + 1) { x[row] -= lower[k, row] * x[k] }
            x[row] /= lower[row, row]
        }
        return x
    }
}
