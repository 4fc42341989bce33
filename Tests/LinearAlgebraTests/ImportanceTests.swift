import LinearAlgebra
import Testing

@Suite("Feature importances", .serialized)
struct ImportanceTests {
    private let fixture = Fixture()

    private func meanSquaredError(_ model: RidgeRegression, _ features: Matrix<Double>) -> Double {
        zip(model.predictions(features), fixture.targets).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(features.rows)
    }

    @Test("permutation importances agree with scikit-learn 1.9.1's within four standard errors of both")
    func reference() throws {
        BLAS.setThreads(1)
        let expected = try RecipeVectors.read().permutation
        let model = try RidgeRegression.fit(features: fixture.features, targets: fixture.targets, l2: 2)

        let given = try PermutationImportance.measure(fixture.features, repeats: 1_000, seed: 1) { meanSquaredError(model, $0) }

        for feature in given {
            let index = feature.feature
            let theirs = expected.deviations[index] / 4_000.squareRoot()
            let error = (feature.standardError * feature.standardError + theirs * theirs).squareRoot()
            #expect(abs(feature.importance - expected.means[index]) < 4 * error)
            #expect(abs(feature.standardError * 1_000.squareRoot() / expected.deviations[index] - 1) < 0.15)
        }
    }

    @Test("the standard error covers: 95 % intervals hold the mean of many shuffles about so often")
    func coverage() throws {
        let model = try RidgeRegression.fit(features: fixture.features, targets: fixture.targets, l2: 2)
        let expected = try RecipeVectors.read().permutation.means
        var hits = 0
        for seed in 0..<200 {
            let given = try PermutationImportance.measure(fixture.features, repeats: 20, seed: UInt64(seed)) { meanSquaredError(model, $0) }
            // Student's t with 19 degrees of freedom.
            hits += given.filter { abs($0.importance - expected[$0.feature]) < 2.093 * $0.standardError }.count
        }

        #expect((730...785).contains(hits))
    }

    @Test("a feature that the model does not use counts exactly nothing, and a constant one neither")
    func unused() throws {
        var elements = fixture.features.elements
        for row in 0..<90 { elements[row * 4 + 3] = 7 }
        let features = Matrix(rows: 90, columns: 4, elements: elements)
        let model = try SoftmaxRegression.fit(features: features, labels: fixture.labels, classes: 3)

        let given = try PermutationImportance.measure(features, labels: fixture.labels) { model.probabilities($0) }

        #expect(given.count == 4)
        #expect(given[3].importance == 0 && given[3].standardError == 0)
        #expect(given[0].importance > 10 * given[0].standardError)
        #expect(try model.coefficientImportances(features)[3] == 0)
    }

    @Test("the same seed gives the same bytes, and a feature's shuffles do not depend on the others")
    func seeds() throws {
        func measure(_ features: Matrix<Double>, seed: UInt64) throws -> [FeatureImportance] {
            try PermutationImportance.measure(features, seed: seed) { rows in
                (0..<rows.rows).reduce(0) { $0 + rows[$1, 0] * fixture.targets[$1] }
            }
        }
        let narrow = Matrix(rows: 90, columns: 1, elements: (0..<90).map { fixture.features[$0, 0] })

        #expect(try measure(fixture.features, seed: 1) == measure(fixture.features, seed: 1))
        #expect(try measure(fixture.features, seed: 1) != measure(fixture.features, seed: 2))
        #expect(try measure(narrow, seed: 1)[0] == measure(fixture.features, seed: 1)[0])
    }

    @Test("coefficients count by the feature's deviation, so that its unit does not matter")
    func units() throws {
        let scaled = Matrix(
            rows: 90, columns: 4,
            elements: fixture.features.elements.indices.map { fixture.features.elements[$0] * ($0 % 4 == 1 ? 1_000 : 1) })
        let model = try SoftmaxRegression.fit(features: fixture.features, labels: fixture.labels, classes: 3)
        let other = try SoftmaxRegression.fit(features: scaled, labels: fixture.labels, classes: 3)
        let ridge = try RidgeRegression.fit(features: fixture.features, targets: fixture.targets, l2: 1e-9)

        let given = try model.coefficientImportances(fixture.features)
        let standardised = model.layer.weights

        #expect(largestDifference(given, try other.coefficientImportances(scaled)) < 1e-6)
        #expect(largestDifference(given, (0..<4).map { row in standardised.row(row).map(abs).reduce(0, +) / 3 }) < 1e-12)
        let deviations = Standardization(fixture.features).scales
        #expect(
            largestDifference(try ridge.coefficientImportances(fixture.features), zip(ridge.weights, deviations).map { abs($0 * $1) })
                < 1e-12)
    }

    @Test("what cannot be measured is refused with what was expected")
    func refusals() {
        let one = Matrix<Double>(rows: 1, columns: 1)
        #expect(throws: TrainingError.invalid(option: "features", expected: "at least 2 rows")) {
            try PermutationImportance.measure(one) { _ in 0 }
        }
        #expect(throws: TrainingError.invalid(option: "repeats", expected: "at least 2")) {
            try PermutationImportance.measure(fixture.features, repeats: 1) { _ in 0 }
        }
        #expect(throws: TrainingError.lengths(expected: 90, found: 1, of: "labels")) {
            try PermutationImportance.measure(fixture.features, labels: [0]) { $0 }
        }
        #expect(throws: TrainingError.empty) { try PermutationImportance.measure(Matrix(rows: 0, columns: 1)) { _ in 0 } }
    }
}
