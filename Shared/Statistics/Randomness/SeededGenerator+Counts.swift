import Foundation

extension SeededGenerator {
    /// How many of `trials` succeed: inversion where few are expected, else transformed rejection (Hörmann 1993, algorithm BTRS).
    public mutating func binomial(trials: Int, probability: Double) -> Int {
        guard trials > 0, probability > 0 else { return 0 }
        guard probability < 1 else { return trials }
        guard probability <= 0.5 else { return trials - binomial(trials: trials, probability: 1 - probability) }
        return Double(trials) * probability < 10
            ? binomialByInversion(trials, probability) : binomialByRejection(Double(trials), probability)
    }

    /// Deals `trials` over cells with these weights, cell by cell as conditional binomials; `cells` is overwritten.
    public mutating func multinomial(trials: Int, weights: [Int], into cells: inout [Int]) {
        var left = trials
        var weight = weights.reduce(0, +)
        for cell in weights.indices {
            let drawn = weights[cell] == weight ? left : binomial(trials: left, probability: Double(weights[cell]) / Double(weight))
            cells[cell] = drawn
            left -= drawn
            weight -= weights[cell]
        }
    }

    private mutating func binomialByInversion(_ trials: Int, _ probability: Double) -> Int {
        let odds = probability / (1 - probability)
        var term = exp(Double(trials) * log1p(-probability))
        var rest = uniform()
        var count = 0
        while rest > term, count < trials {
            rest -= term
            count += 1
            term *= odds * Double(trials - count + 1) / Double(count)
        }
        return count
    }

    private mutating func binomialByRejection(_ n: Double, _ p: Double) -> Int {
        let spread = (n * p * (1 - p)).squareRoot()
        let b = 1.15 + 2.53 * spread
        let a = -0.0873 + 0.0248 * b + 0.01 * p
        let centre = n * p + 0.5
        let accepted = 0.92 - 4.2 / b
        let scale = (2.83 + 5.1 / b) * spread
        let logOdds = log(p / (1 - p))
        let mode = ((n + 1) * p).rounded(.down)
        let height = SpecialFunctions.logGamma(mode + 1) + SpecialFunctions.logGamma(n - mode + 1)
        while true {
            let u = uniform() - 0.5
            let v = 1 - uniform()
            let us = 0.5 - abs(u)
            let k = ((2 * a / us + b) * u + centre).rounded(.down)
            if us >= 0.07, v <= accepted { return Int(k) }
            guard k >= 0, k <= n else { continue }
            let target = height - SpecialFunctions.logGamma(k + 1) - SpecialFunctions.logGamma(n - k + 1) + (k - mode) * logOdds
            if log(v * scale / (a / (us * us) + b)) <= target { return Int(k) }
        }
    }
}
