import LinearAlgebra
import Testing

@Suite("Ridge regression")
struct RidgeRegressionTests {
    private let fixture = Fixture()

    @Test("agrees with scikit-learn 1.9.1, Ridge(alpha = 2)")
    func reference() throws {
        let model = try RidgeRegression.fit(features: fixture.features, targets: fixture.targets, l2: 2)

        #expect(
            largestDifference(
                model.weights,
                [
                    0.974056083981257, -1.9659323493487595, 0.5029920495251581, 0.03828408426798565,
                ]) < 1e-10)
        #expect(abs(model.intercept - 3.509734135166964) < 1e-10)
    }

    @Test("recovers known weights where there is no noise and next to no penalty")
    func recovery() throws {
        let weights = [2.0, -1, 0, 0.5]
        let targets = fixture.features.multiplied(by: weights).map { $0 - 7 }

        let model = try RidgeRegression.fit(features: fixture.features, targets: targets, l2: 1e-9)

        #expect(largestDifference(model.weights, weights) < 1e-8)
        #expect(largestDifference(model.predictions(fixture.features), targets) < 1e-8)
    }

    @Test("a row of weight 2 counts as two rows, one of weight 0 as none")
    func weights() throws {
        let counts = (0..<90).map { $0 % 3 }
        let repeated = counts.enumerated().flatMap { Array(repeating: $0, count: $1) }

        let weighted = try RidgeRegression.fit(
            features: fixture.features, targets: fixture.targets, weights: counts.map { Double($0) }, l2: 2)
        let plain = try RidgeRegression.fit(
            features: fixture.features.picking(repeated), targets: repeated.map { fixture.targets[$0] }, l2: 2)

        #expect(largestDifference(weighted.weights, plain.weights) < 1e-9)
        #expect(abs(weighted.intercept - plain.intercept) < 1e-9)
    }

    @Test("rows that cannot be learned from are refused")
    func refusals() {
        #expect(throws: TrainingError.invalid(option: "l2", expected: "above 0")) {
            try RidgeRegression.fit(features: fixture.features, targets: fixture.targets, l2: 0)
        }
        #expect(throws: TrainingError.lengths(expected: 90, found: 1, of: "targets")) {
            try RidgeRegression.fit(features: fixture.features, targets: [1])
        }
        #expect(throws: TrainingError.invalid(option: "weights", expected: "finite, not negative and not all 0")) {
            try RidgeRegression.fit(features: fixture.features, targets: fixture.targets, weights: Array(repeating: 0, count: 90))
        }
    }
}
