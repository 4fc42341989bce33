import Foundation

/// The normal distribution.
public struct NormalDistribution: Sendable, Equatable {
    public let mean: Double
    public let standardDeviation: Double

    public init(mean: Double = 0, standardDeviation: Double = 1) {
        self.mean = mean
        self.standardDeviation = standardDeviation
    }

    /// P(X <= x).
    public func cumulative(_ x: Double) -> Double {
        0.5 * erfc(-(x - mean) / standardDeviation / 2.0.squareRoot())
    }

    /// P(X > x), exact far in the tail.
    public func upperTail(_ x: Double) -> Double {
        0.5 * erfc((x - mean) / standardDeviation / 2.0.squareRoot())
    }

    /// The x with P(X <= x) = probability; infinite at 0 and 1.
    public func quantile(_ probability: Double) -> Double {
        mean + standardDeviation * Self.standardQuantile(probability)
    }

    /// z such that a two-sided interval of this level is the estimate plus or minus z standard errors.
    public static func criticalValue(level: Double) -> Double {
        -standardQuantile((1 - level) / 2)
    }

    /// The standard normal quantile: algorithm AS 241, PPND16 (Wichura 1988), relative error about 1e-16.
    static func standardQuantile(_ p: Double) -> Double {
        guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
        let q = p - 0.5
        if abs(q) <= 0.425 {
            let r = 0.180625 - q * q
            return q * polynomial(central, r) / polynomial(centralDivisor, r)
        }
        let r = (-log(q < 0 ? p : 1 - p)).squareRoot()
        let value =
            r <= 5
            ? polynomial(middle, r - 1.6) / polynomial(middleDivisor, r - 1.6)
            : polynomial(tail, r - 5) / polynomial(tailDivisor, r - 5)
        return q < 0 ? -value : value
    }

    private typealias Coefficients = (Double, Double, Double, Double, Double, Double, Double, Double)

    @inline(__always)
    private static func polynomial(_ c: Coefficients, _ r: Double) -> Double {
        ((((((c.7 * r + c.6) * r + c.5) * r + c.4) * r + c.3) * r + c.2) * r + c.1) * r + c.0
    }

    private static let central: Coefficients = (
        3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
        45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727
    )
    private static let centralDivisor: Coefficients = (
        1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077,
        21213.794301586595867, 39307.89580009271061, 28729.085735721942674, 5226.495278852545925
    )
    private static let middle: Coefficients = (
        1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
        1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4
    )
    private static let middleDivisor: Coefficients = (
        1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455,
        0.14810397642748007459, 0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9
    )
    private static let tail: Coefficients = (
        6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123,
        0.026532189526576123093, 0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7
    )
    private static let tailDivisor: Coefficients = (
        1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525,
        7.868691311456132591e-4, 1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15
    )
}
