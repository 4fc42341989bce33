/// The sum that alternating least squares lowers: squared errors by confidence, and the penalty.
enum FactorizationObjective {
    /// Implicit feedback sums over all pairs, of which those without interactions come from the two Gram matrices.
    static func value(
        _ interactions: Interactions, users: Matrix<Double>, items: Matrix<Double>, options: MatrixFactorization.Options
    ) -> Double {
        var sum = options.regularization * (squares(users) + squares(items))
        if options.feedback == .implicit {
            let userGram = users.multiplied(by: users, transposingSelf: true)
            let itemGram = items.multiplied(by: items, transposingSelf: true)
            sum += Vector.dot(userGram.elements, itemGram.elements)
        }
        users.elements.withUnsafeBufferPointer { x in
            items.elements.withUnsafeBufferPointer { y in
                guard let x = x.baseAddress, let y = y.baseAddress else { return }
                for user in 0..<interactions.users {
                    for (item, value) in zip(interactions.items(of: user), interactions.values(of: user)) {
                        let score = Double.dot(options.factors, x + user * options.factors, y + item * options.factors)
                        sum += part(value, score: score, options: options)
                    }
                }
            }
        }
        return sum
    }

    private static func part(_ value: Double, score: Double, options: MatrixFactorization.Options) -> Double {
        switch options.feedback {
        case .explicit:
            return (value - score) * (value - score)
        case .implicit:
            let preference = value > 0 ? 1.0 : 0
            return (1 + options.alpha * value) * (preference - score) * (preference - score) - score * score
        }
    }

    private static func squares(_ matrix: Matrix<Double>) -> Double {
        Vector.dot(matrix.elements, matrix.elements)
    }
}
