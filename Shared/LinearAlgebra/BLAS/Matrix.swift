/// A dense matrix, row-major and contiguous.
public struct Matrix<Scalar: BLASScalar>: Sendable, Equatable, Codable {
    public let rows: Int
    public let columns: Int
    /// rows x columns numbers, row after row.
    public internal(set) var elements: [Scalar]

    /// A matrix of these elements; their number must be rows x columns.
    public init(rows: Int, columns: Int, elements: [Scalar]) {
        precondition(rows >= 0 && columns >= 0 && elements.count == rows * columns, "a matrix has rows x columns elements")
        self.rows = rows
        self.columns = columns
        self.elements = elements
    }

    public init(rows: Int, columns: Int, repeating value: Scalar = 0) {
        self.init(rows: rows, columns: columns, elements: Array(repeating: value, count: rows * columns))
    }

    public subscript(row: Int, column: Int) -> Scalar {
        get { elements[row * columns + column] }
        set { elements[row * columns + column] = newValue }
    }

    /// One row's numbers.
    public func row(_ index: Int) -> ArraySlice<Scalar> {
        elements[index * columns..<(index + 1) * columns]
    }

    /// The chosen rows in the chosen order.
    public func picking(_ indices: [Int]) -> Matrix {
        var picked: [Scalar] = []
        picked.reserveCapacity(indices.count * columns)
        for index in indices { picked.append(contentsOf: row(index)) }
        return Matrix(rows: indices.count, columns: columns, elements: picked)
    }

    public var transposed: Matrix {
        var result = Matrix(rows: columns, columns: rows)
        for row in 0..<rows {
            for column in 0..<columns { result.elements[column * rows + row] = elements[row * columns + column] }
        }
        return result
    }
}
