/// Finds a step that meets the strong Wolfe conditions (Nocedal & Wright 2006, algorithms 3.5 and 3.6).
struct LineSearch {
    struct Point {
        let point: [Double]
        let value: Double
        let gradient: [Double]
    }

    private struct Trial {
        let length: Double
        let at: Point
        let slope: Double
    }

    private static let sufficientDecrease = 1e-4
    private static let curvature = 0.9
    private static let limit = 30

    private let objective: LBFGS.Objective
    private(set) var evaluations = 0

    init(objective: @escaping LBFGS.Objective) {
        self.objective = objective
    }

    mutating func evaluate(_ point: [Double], _ gradient: inout [Double]) -> Double {
        evaluations += 1
        return objective(point, &gradient)
    }

    /// The accepted point, or nil where no step lowers the objective in double precision.
    mutating func step(from start: [Double], value: Double, gradient: [Double], along direction: [Double], length: Double) -> Point? {
        let origin = Trial(length: 0, at: Point(point: start, value: value, gradient: gradient), slope: Vector.dot(gradient, direction))
        var previous = origin
        var next = length
        for attempt in 0..<Self.limit {
            let trial = trial(next, origin: origin, direction: direction)
            let isHigher = !isSufficient(trial, origin) || (attempt > 0 && trial.at.value >= previous.at.value)
            if isHigher { return zoom(previous, trial, origin: origin, direction: direction) }
            if abs(trial.slope) <= -Self.curvature * origin.slope { return trial.at }
            if trial.slope >= 0 { return zoom(trial, previous, origin: origin, direction: direction) }
            previous = trial
            next = trial.length * 2
        }
        return previous.at.value < value ? previous.at : nil
    }

    /// Narrows the bracket between the best trial so far (`low`) and the other end.
    private mutating func zoom(_ first: Trial, _ second: Trial, origin: Trial, direction: [Double]) -> Point? {
        var low = first
        var high = second
        for _ in 0..<Self.limit {
            let trial = trial(Self.between(low, high), origin: origin, direction: direction)
            if !isSufficient(trial, origin) || trial.at.value >= low.at.value {
                high = trial
            } else {
                if abs(trial.slope) <= -Self.curvature * origin.slope { return trial.at }
                if trial.slope * (high.length - low.length) >= 0 { high = low }
                low = trial
            }
            if abs(high.length - low.length) <= 1e-14 * max(1, abs(low.length)) { break }
        }
        return low.at.value < origin.at.value ? low.at : nil
    }

    private mutating func trial(_ length: Double, origin: Trial, direction: [Double]) -> Trial {
        var point = origin.at.point
        Vector.add(length, direction, to: &point)
        var gradient = [Double](repeating: 0, count: point.count)
        let value = evaluate(point, &gradient)
        return Trial(length: length, at: Point(point: point, value: value, gradient: gradient), slope: Vector.dot(gradient, direction))
    }

    /// A value that is not a number counts as too high.
    private func isSufficient(_ trial: Trial, _ origin: Trial) -> Bool {
        trial.at.value <= origin.at.value + Self.sufficientDecrease * trial.length * origin.slope
    }

    /// The minimum of the cubic through both ends (equation 3.59), kept off the ends; the middle where there is none.
    private static func between(_ low: Trial, _ high: Trial) -> Double {
        let middle = (low.length + high.length) / 2
        guard high.at.value.isFinite, high.slope.isFinite else { return middle }
        let d1 = low.slope + high.slope - 3 * (low.at.value - high.at.value) / (low.length - high.length)
        let inner = d1 * d1 - low.slope * high.slope
        guard inner >= 0 else { return middle }
        let d2 = (high.length > low.length ? 1 : -1) * inner.squareRoot()
        let cubic = high.length - (high.length - low.length) * (high.slope + d2 - d1) / (high.slope - low.slope + 2 * d2)
        let lower = min(low.length, high.length)
        let upper = max(low.length, high.length)
        let margin = 0.1 * (upper - lower)
        return cubic.isFinite ? min(max(cubic, lower + margin), upper - margin) : middle
    }
}
