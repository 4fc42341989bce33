import Foundation

/// Gamma and beta functions in double precision, thread-safe (the C library's lgamma writes a global).
public enum SpecialFunctions {
    private static let tiny = 1e-300
    private static let epsilon = 1e-16
    private static let steps = 100_000

    /// ln of the gamma function for x > 0: Stirling's series after shifting x above 12 (DLMF 5.11.1).
    public static func logGamma(_ x: Double) -> Double {
        guard x > 0 else { return .nan }
        if x == 1 || x == 2 { return 0 }
        var z = x
        var product = 1.0
        while z < 12 {
            product *= z
            z += 1
        }
        let inverse = 1 / z
        let square = inverse * inverse
        let series =
            inverse
            * (1 / 12.0 - square
                * (1 / 360.0 - square
                    * (1 / 1260.0 - square
                        * (1 / 1680.0
                            - square * (1 / 1188.0 - square * (691 / 360_360.0 - square / 156.0))))))
        return (z - 0.5) * log(z) - z + 0.5 * log(2 * .pi) + series - log(product)
    }

    /// ln of the beta function for a, b > 0.
    public static func logBeta(_ a: Double, _ b: Double) -> Double {
        logGamma(a) + logGamma(b) - logGamma(a + b)
    }

    /// P(a, x), the regularised lower incomplete gamma function (DLMF 8.2.4).
    public static func regularizedGammaLower(_ a: Double, _ x: Double) -> Double {
        guard a > 0, x >= 0 else { return .nan }
        if x == 0 { return 0 }
        return x < a + 1 ? gammaSeries(a, x) : 1 - gammaFraction(a, x)
    }

    /// Q(a, x) = 1 - P(a, x), exact in the upper tail.
    public static func regularizedGammaUpper(_ a: Double, _ x: Double) -> Double {
        guard a > 0, x >= 0 else { return .nan }
        if x == 0 { return 1 }
        return x < a + 1 ? 1 - gammaSeries(a, x) : gammaFraction(a, x)
    }

    /// I_x(a, b), the regularised incomplete beta function, by its continued fraction (DLMF 8.17.22).
    public static func regularizedBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        guard a > 0, b > 0, x >= 0, x <= 1 else { return .nan }
        if x == 0 || x == 1 { return x }
        let front = exp(a * log(x) + b * log1p(-x) - logBeta(a, b))
        if x < (a + 1) / (a + b + 2) { return front * betaFraction(x, a, b) / a }
        return 1 - front * betaFraction(1 - x, b, a) / b
    }

    /// The series for P(a, x), which converges fast for x < a + 1 (DLMF 8.11.4).
    private static func gammaSeries(_ a: Double, _ x: Double) -> Double {
        var term = 1 / a
        var sum = term
        var n = a
        for _ in 0..<steps {
            n += 1
            term *= x / n
            sum += term
            if abs(term) < abs(sum) * epsilon { break }
        }
        return sum * exp(a * log(x) - x - logGamma(a))
    }

    /// The continued fraction for Q(a, x), which converges fast for x > a + 1 (DLMF 8.9.2; Lentz's method).
    private static func gammaFraction(_ a: Double, _ x: Double) -> Double {
        var b = x + 1 - a
        var c = 1 / tiny
        var d = 1 / b
        var h = d
        for i in 1..<steps {
            let an = -Double(i) * (Double(i) - a)
            b += 2
            d = 1 / guarded(an * d + b)
            c = guarded(b + an / c)
            h *= d * c
            if abs(d * c - 1) < epsilon { break }
        }
        return h * exp(a * log(x) - x - logGamma(a))
    }

    private static func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        var c = 1.0
        var d = 1 / guarded(1 - (a + b) * x / (a + 1))
        var h = d
        for m in 1..<steps {
            let k = Double(m)
            let even = k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k))
            d = 1 / guarded(1 + even * d)
            c = guarded(1 + even / c)
            h *= d * c
            let odd = -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1))
            d = 1 / guarded(1 + odd * d)
            c = guarded(1 + odd / c)
            h *= d * c
            if abs(d * c - 1) < epsilon { break }
        }
        return h
    }

    /// Lentz's method divides by this value, which therefore must not be zero.
    private static func guarded(_ value: Double) -> Double {
        abs(value) < tiny ? tiny : value
    }
}
