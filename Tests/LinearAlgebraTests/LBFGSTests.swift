import LinearAlgebra
import Testing

@Suite("L-BFGS")
struct LBFGSTests {
    @Test("finds the minimum of Rosenbrock's valley from the usual start")
    func rosenbrock() throws {
        let minimum = try LBFGS(gradientTolerance: 1e-9).minimize(from: [-1.2, 1]) { x, gradient in
            let a = 1 - x[0]
            let b = x[1] - x[0] * x[0]
            gradient[0] = -2 * a - 400 * x[0] * b
            gradient[1] = 200 * b
            return a * a + 100 * b * b
        }

        #expect(minimum.isConverged && minimum.iterations < 60)
        #expect(largestDifference(minimum.point, [1, 1]) < 1e-6)
    }

    @Test("finds the minimum of an ill-conditioned quadratic of fifty numbers")
    func quadratic() throws {
        let scales = (0..<50).map { 1 + 20 * Double($0) }
        let start = [Double](repeating: 0, count: 50)
        let minimum = try LBFGS(maximumIterations: 500, gradientTolerance: 1e-8).minimize(from: start) { x, gradient in
            var value = 0.0
            for index in x.indices {
                let distance = x[index] - Double(index)
                gradient[index] = scales[index] * distance
                value += 0.5 * scales[index] * distance * distance
            }
            return value
        }

        #expect(minimum.isConverged)
        #expect(largestDifference(minimum.point, (0..<50).map(Double.init)) < 1e-6)
    }

    @Test("the objective never rises from one iteration to the next")
    func descent() throws {
        var losses: [Double] = []
        _ = try LBFGS().minimize(from: [3, -4, 2], progress: { losses.append($0.loss) }) { x, gradient in
            for index in x.indices { gradient[index] = 4 * x[index] * x[index] * x[index] + 2 * x[index] }
            return x.reduce(0) { $0 + $1 * $1 * $1 * $1 + $1 * $1 }
        }

        #expect(losses.count > 2)
        #expect(zip(losses, losses.dropFirst()).allSatisfy { $0 >= $1 })
    }

    @Test("a start at the minimum takes no step")
    func atMinimum() throws {
        let minimum = try LBFGS().minimize(from: [0]) { x, gradient in
            gradient[0] = 2 * x[0]
            return x[0] * x[0]
        }

        #expect(minimum.iterations == 0 && minimum.reason == .gradient)
    }

    @Test("too few iterations are told")
    func unfinished() throws {
        let minimum = try LBFGS(maximumIterations: 2).minimize(from: [-1.2, 1]) { x, gradient in
            let b = x[1] - x[0] * x[0]
            gradient = [-2 * (1 - x[0]) - 400 * x[0] * b, 200 * b]
            return (1 - x[0]) * (1 - x[0]) + 100 * b * b
        }

        #expect(!minimum.isConverged && minimum.iterations == 2)
    }
}
