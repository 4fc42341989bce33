extension Matrix {
    /// op(self) * op(other), where op transposes if asked to; the inner sizes must agree.
    public func multiplied(by other: Matrix, transposingSelf: Bool = false, transposingOther: Bool = false) -> Matrix {
        let m = transposingSelf ? columns : rows
        let k = transposingSelf ? rows : columns
        let n = transposingOther ? other.rows : other.columns
        precondition(k == (transposingOther ? other.columns : other.rows), "the inner sizes of a product agree")
        var result = Matrix(rows: m, columns: n)
        guard m > 0, n > 0, k > 0 else { return result }
        let shape = GemmShape(m: m, n: n, k: k, transposesA: transposingSelf, transposesB: transposingOther)
        result.elements.withUnsafeMutableBufferPointer { output in
            if let c = output.baseAddress { Scalar.gemm(shape, alpha: 1, elements, other.elements, beta: 0, c) }
        }
        return result
    }

    /// op(self) * vector, where op transposes if asked to.
    public func multiplied(by vector: [Scalar], transposingSelf: Bool = false) -> [Scalar] {
        precondition(vector.count == (transposingSelf ? rows : columns), "the inner sizes of a product agree")
        var result = [Scalar](repeating: 0, count: transposingSelf ? columns : rows)
        guard rows > 0, columns > 0 else { return result }
        result.withUnsafeMutableBufferPointer { output in
            guard let y = output.baseAddress else { return }
            Scalar.gemv(rows: rows, columns: columns, transposed: transposingSelf, alpha: 1, elements, vector, beta: 0, y)
        }
        return result
    }

    /// The column with the greatest number of each row; the first of equals.
    public var largestColumns: [Int] {
        (0..<rows).map { row in
            var best = 0
            for column in 1..<max(columns, 1) where elements[row * columns + column] > elements[row * columns + best] { best = column }
            return best
        }
    }
}
