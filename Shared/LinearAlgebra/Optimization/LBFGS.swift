/// Minimises a smooth function with limited memory: the two-loop recursion (Nocedal & Wright 2006, algorithm 7.4).
public struct LBFGS: Sendable {
    /// How many pairs of steps and gradient differences are kept.
    public var memory = 10
    public var maximumIterations = 200
    /// Ends when the largest absolute component of the gradient is at most this.
    public var gradientTolerance = 1e-6
    /// Ends when an iteration lowers the objective by at most this share of its size.
    public var relativeDecrease = 1e-13

    public init(maximumIterations: Int = 200, gradientTolerance: Double = 1e-6) {
        self.maximumIterations = maximumIterations
        self.gradientTolerance = gradientTolerance
    }

    /// Writes the gradient at a point into the second argument and returns the value there.
    public typealias Objective = (_ point: [Double], _ gradient: inout [Double]) -> Double

    /// The minimum found from `start`; throws what `progress` throws, and CancellationError when the task is cancelled.
    public func minimize(from start: [Double], progress: TrainingProgress.Handler = { _ in }, _ objective: Objective) throws -> Minimum {
        try withoutActuallyEscaping(objective) { try minimize(from: start, progress: progress, search: LineSearch(objective: $0)) }
    }

    private func minimize(from start: [Double], progress: TrainingProgress.Handler, search initial: LineSearch) throws -> Minimum {
        var search = initial
        var gradient = [Double](repeating: 0, count: start.count)
        var point = start
        var value = search.evaluate(point, &gradient)
        guard value.isFinite else { throw TrainingError.diverged(iteration: 0) }
        var history = CurvatureHistory(capacity: memory)
        var reason = Minimum.Reason.iterations
        var iteration = 0
        if Vector.largest(gradient) <= gradientTolerance { reason = .gradient }

        while reason == .iterations, iteration < maximumIterations {
            try Task.checkCancellation()
            var direction = history.direction(gradient)
            if Vector.dot(direction, gradient) >= 0 {
                history.clear()
                direction = gradient.map { -$0 }
            }
            let length = history.isEmpty ? min(1, 1 / Vector.dot(gradient, gradient).squareRoot()) : 1
            guard let next = search.step(from: point, value: value, gradient: gradient, along: direction, length: length) else {
                guard !history.isEmpty else { reason = .stalled; break }
                // Rounding may spoil a quasi-Newton direction; steepest descent is tried before giving up.
                history.clear()
                continue
            }
            history.add(step: Vector.difference(next.point, point), change: Vector.difference(next.gradient, gradient))
            let decrease = value - next.value
            (point, value, gradient) = (next.point, next.value, next.gradient)
            iteration += 1
            guard value.isFinite else { throw TrainingError.diverged(iteration: iteration) }
            try progress(TrainingProgress(iteration: iteration, loss: value, gradientNorm: Vector.largest(gradient)))
            if Vector.largest(gradient) <= gradientTolerance {
                reason = .gradient
            } else if decrease <= relativeDecrease * max(abs(value), 1) {
                reason = .stalled
            }
        }
        return Minimum(
            point: point, value: value, gradientNorm: Vector.largest(gradient), iterations: iteration,
            evaluations: search.evaluations, reason: reason)
    }
}
