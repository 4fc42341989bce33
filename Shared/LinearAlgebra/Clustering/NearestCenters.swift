/// Finds each row's nearest centre, block by block: |x - c|^2 = |x|^2 - 2 x c + |c|^2 with the products done by one GEMM a block.
///
/// Of centres at the same distance the one with the lowest index is taken. Rows and centres should be near the origin (their mean taken
/// off), or the difference of large squares loses digits.
struct NearestCenters {
    private static let blockRows = 256

    let centers: Matrix<Double>
    private let squares: [Double]

    init(_ centers: Matrix<Double>) {
        self.centers = centers
        squares = centers.squaredRowNorms
    }

    /// Calls `body` with a row's index, the index of its nearest centre and their squared distance, in the order of the rows.
    func forEach(_ features: Matrix<Double>, norms: [Double], _ body: (_ row: Int, _ center: Int, _ distance: Double) -> Void) {
        blocks(features) { first, rows, scores in
            for row in 0..<rows {
                let start = scores + row * centers.rows
                var nearest = 0
                for center in 1..<max(centers.rows, 1) where start[center] < start[nearest] { nearest = center }
                body(first + row, nearest, max(0, norms[first + row] + start[nearest]))
            }
        }
    }

    /// All squared distances, rows x centres; one within rounding of 0 is 0, so that equal rows are at distance 0.
    func distances(_ features: Matrix<Double>, norms: [Double]) -> Matrix<Double> {
        var result = Matrix<Double>(rows: features.rows, columns: centers.rows)
        let squares = squares
        result.elements.withUnsafeMutableBufferPointer { output in
            blocks(features) { first, rows, scores in
                for row in 0..<rows {
                    for center in squares.indices {
                        let index = row * squares.count + center
                        let distance = norms[first + row] + scores[index]
                        let isRounding = distance <= 1e-13 * (norms[first + row] + squares[center])
                        output[first * squares.count + index] = isRounding ? 0 : distance
                    }
                }
            }
        }
        return result
    }

    /// Calls `body` with the first row of a block, its number of rows, and its rows x centres numbers |c|^2 - 2 x c.
    private func blocks(_ features: Matrix<Double>, _ body: (Int, Int, UnsafePointer<Double>) -> Void) {
        let count = centers.rows
        var scores = [Double](repeating: 0, count: min(Self.blockRows, max(features.rows, 1)) * count)
        scores.withUnsafeMutableBufferPointer { scores in
            features.elements.withUnsafeBufferPointer { elements in
                guard let z = scores.baseAddress, let x = elements.baseAddress else { return }
                for first in stride(from: 0, to: features.rows, by: Self.blockRows) {
                    let rows = min(Self.blockRows, features.rows - first)
                    for row in 0..<rows { (z + row * count).update(from: squares, count: count) }
                    let shape = GemmShape(m: rows, n: count, k: features.columns, transposesB: true)
                    Double.gemm(shape, alpha: -2, x + first * features.columns, centers.elements, beta: 1, z)
                    body(first, rows, z)
                }
            }
        }
    }
}
