/// The latest steps and gradient differences, which stand for the inverse Hessian (Nocedal & Wright 2006, algorithm 7.4).
struct CurvatureHistory {
    private struct Pair {
        let step: [Double]
        let change: [Double]
        let rho: Double
    }

    private let capacity: Int
    private var pairs: [Pair] = []

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    var isEmpty: Bool { pairs.isEmpty }

    mutating func clear() { pairs.removeAll() }

    /// Keeps a pair; one without positive curvature would make the matrix indefinite and is left out.
    mutating func add(step: [Double], change: [Double]) {
        let curvature = Vector.dot(step, change)
        let size = (Vector.dot(change, change) * Vector.dot(step, step)).squareRoot()
        guard curvature > 1e-12 * size, curvature > 0 else { return }
        pairs.append(Pair(step: step, change: change, rho: 1 / curvature))
        if pairs.count > capacity { pairs.removeFirst() }
    }

    /// Minus the approximate inverse Hessian times the gradient.
    func direction(_ gradient: [Double]) -> [Double] {
        var q = gradient
        var alphas: [Double] = []
        for pair in pairs.reversed() {
            let alpha = pair.rho * Vector.dot(pair.step, q)
            alphas.append(alpha)
            Vector.add(-alpha, pair.change, to: &q)
        }
        if let last = pairs.last {
            let scale = 1 / (last.rho * Vector.dot(last.change, last.change))
            for index in q.indices { q[index] *= scale }
        }
        for (pair, alpha) in zip(pairs, alphas.reversed()) {
            let beta = pair.rho * Vector.dot(pair.change, q)
            Vector.add(alpha - beta, pair.step, to: &q)
        }
        return q.map { -$0 }
    }
}
