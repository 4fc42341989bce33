/// Solves one side's factors while the other side's are kept: for each row (Y'CY + regularization I) x = Y'C p.
struct FactorUpdate {
    private let other: Matrix<Double>
    private let options: MatrixFactorization.Options
    /// Y'Y of all rows for implicit feedback, to which a row adds its own pairs only (Hu, Koren & Volinsky 2008, section 4);
    /// the penalty stands on its diagonal.
    private let gram: [Double]

    init(other: Matrix<Double>, options: MatrixFactorization.Options) {
        self.other = other
        self.options = options
        var gram = Matrix<Double>(rows: options.factors, columns: options.factors)
        if options.feedback == .implicit { gram = other.multiplied(by: other, transposingSelf: true) }
        for factor in 0..<options.factors { gram[factor, factor] += options.regularization }
        self.gram = gram.elements
    }

    /// The factors of every row; a row without interactions gets zeros, which is its least objective.
    func solve(_ interactions: Interactions) throws -> Matrix<Double> {
        let factors = options.factors
        var elements = [Double](repeating: 0, count: interactions.users * factors)
        for row in 0..<interactions.users {
            if row % 256 == 0 { try Task.checkCancellation() }
            let solved = try solve(items: interactions.items(of: row), values: interactions.values(of: row))
            elements.replaceSubrange(row * factors..<(row + 1) * factors, with: solved)
        }
        return Matrix(rows: interactions.users, columns: factors, elements: elements)
    }

    func solve(items: ArraySlice<Int>, values: ArraySlice<Double>) throws(TrainingError) -> [Double] {
        let factors = options.factors
        var right = [Double](repeating: 0, count: factors)
        guard !items.isEmpty else { return right }
        var matrix = gram
        var scaled = [Double](repeating: 0, count: items.count * factors)
        let isSolved = scaled.withUnsafeMutableBufferPointer { scaled in
            other.elements.withUnsafeBufferPointer { other in
                right.withUnsafeMutableBufferPointer { right in
                    matrix.withUnsafeMutableBufferPointer { matrix in
                        guard let z = scaled.baseAddress, let y = other.baseAddress, let b = right.baseAddress, let a = matrix.baseAddress
                        else { return false }
                        for (index, (item, value)) in zip(items, values).enumerated() {
                            let part = part(of: value)
                            Double.axpy(factors, alpha: part.root, y + item * factors, z + index * factors)
                            Double.axpy(factors, alpha: part.target, y + item * factors, b)
                        }
                        let shape = GemmShape(m: factors, n: factors, k: items.count, transposesA: true)
                        Double.gemm(shape, alpha: 1, z, z, beta: 1, a)
                        return PositiveDefiniteSystem.solve(a, size: factors, right: b)
                    }
                }
            }
        }
        guard isSolved else { throw .invalid(option: "regularization", expected: "large enough for these interactions") }
        return right
    }

    /// The square root of what a pair adds to Y'Y, and its factor on the right side.
    private func part(of value: Double) -> (root: Double, target: Double) {
        switch options.feedback {
        case .implicit: ((options.alpha * value).squareRoot(), value > 0 ? 1 + options.alpha * value : 0)
        case .explicit: (1, value)
        }
    }
}
