extension Matrix {
    /// Each row's sum of squares.
    var squaredRowNorms: [Scalar] {
        elements.withUnsafeBufferPointer { elements in
            guard let base = elements.baseAddress else { return Array(repeating: 0, count: rows) }
            return (0..<rows).map { Scalar.dot(columns, base + $0 * columns, base + $0 * columns) }
        }
    }

    /// The rows with `alpha` times a vector added to each.
    func addingToRows(_ alpha: Scalar, _ vector: [Scalar]) -> Matrix {
        var result = self
        result.elements.withUnsafeMutableBufferPointer { elements in
            guard let base = elements.baseAddress else { return }
            for row in 0..<rows { Scalar.axpy(columns, alpha: alpha, vector, base + row * columns) }
        }
        return result
    }

    /// Multiplies each row by its number.
    mutating func scaleRows(_ factors: [Scalar]) {
        elements.withUnsafeMutableBufferPointer { elements in
            for (row, factor) in factors.enumerated() {
                for index in row * columns..<(row + 1) * columns { elements[index] *= factor }
            }
        }
    }

    /// The first row that has a number that is not finite.
    var firstRowNotFinite: Int? {
        elements.withUnsafeBufferPointer { $0.firstIndex { !$0.isFinite } }.map { $0 / max(columns, 1) }
    }
}
