import Testing

@testable import LinearAlgebra

/// Expected numbers: scikit-learn 1.9.1, LogisticRegression(C = 1 / (l2 * n), tol = 1e-12) on the fixture's rows.
@Suite("Softmax regression", .serialized)
struct SoftmaxRegressionTests {
    private let fixture = Fixture()
    private let options = SoftmaxRegression.Options(l2: 0.02, standardizes: false, gradientTolerance: 1e-10)

    private func fit(_ options: SoftmaxRegression.Options, weights: [Double]? = nil) throws -> SoftmaxRegression {
        BLAS.setThreads(1)
        return try SoftmaxRegression.fit(
            features: fixture.features, labels: fixture.labels, classes: 3, weights: weights, options: options)
    }

    @Test("weights and bias agree with scikit-learn's")
    func reference() throws {
        let model = try fit(options)

        #expect(model.isConverged)
        #expect(
            largestDifference(
                model.layer.weights.elements,
                [
                    1.404318510588729, -0.48600306453502706, -0.9183154460537019, 0.4364016140839482, -0.14939066110476193,
                    -0.2870109529791862, -0.0388072647395928, 0.5609527834969827, -0.5221455187573898, -0.16123399598143143,
                    -0.19736130676833677, 0.3585953027497681,
                ]) < 1e-6)
        #expect(largestDifference(model.layer.bias, [0.06161453701440382, 0.26470733672690117, -0.32632187374130506]) < 1e-6)
    }

    @Test("weighted rows agree with scikit-learn's sample weights")
    func weighted() throws {
        let model = try fit(options, weights: (0..<90).map { $0 % 3 == 0 ? 2.5 : 1 })

        #expect(
            largestDifference(
                model.probabilities(fixture.features.picking([0, 1])).elements,
                [
                    0.17480645773946704, 0.30201274296957603, 0.523180799290957, 0.90901492405733, 0.07646727413770338,
                    0.014517801804966621,
                ]) < 1e-6)
    }

    @Test("the gradient agrees with finite differences")
    func gradient() throws {
        let rows = try ClassificationRows(features: fixture.features, labels: fixture.labels, classes: 3, weights: nil, standardizes: false)
        var objective = SoftmaxObjective(rows: rows, l2: 0.3)
        let point = Fixture.numbers(objective.parameterCount, seed: 21).map { $0 - 0.5 }
        var gradient = [Double](repeating: 0, count: point.count)
        var ignored = gradient
        _ = objective.evaluate(point, gradient: &gradient)

        let differences = point.indices.map { index in
            var forward = point
            var backward = point
            forward[index] += 1e-5
            backward[index] -= 1e-5
            return (objective.evaluate(forward, gradient: &ignored) - objective.evaluate(backward, gradient: &ignored)) / 2e-5
        }

        #expect(largestDifference(gradient, differences) < 1e-8)
    }

    @Test("the same rows give the same bytes")
    func reproducible() throws {
        #expect(try fit(options).layer == fit(options).layer)
    }

    @Test("standardised and folded weights give the same probabilities")
    func folded() throws {
        let model = try fit(SoftmaxRegression.Options(l2: 0.01))
        let raw = SoftmaxRegression(standardization: nil, layer: model.folded, loss: 0, iterations: 0, isConverged: true)

        let difference = largestDifference(
            model.probabilities(fixture.features).elements, raw.probabilities(fixture.features).elements)

        #expect(difference < 1e-12)
    }

    @Test("probabilities of each row sum to 1, whatever the scores' size")
    func probabilities() {
        let layer = DenseLayer(weights: Matrix(rows: 1, columns: 3, elements: [1, 2, -3]), bias: [0, 0, 0])
        let model = SoftmaxRegression(standardization: nil, layer: layer, loss: 0, iterations: 0, isConverged: true)

        let probabilities = model.probabilities(Matrix(rows: 3, columns: 1, elements: [0, 1_000, -1_000]))

        for row in 0..<3 { #expect(abs(probabilities.row(row).reduce(0, +) - 1) < 1e-12) }
        #expect(model.predictions(Matrix(rows: 2, columns: 1, elements: [5, -5])) == [1, 2])
    }

    @Test("a thrown error in progress ends the fit")
    func stopped() {
        struct Stop: Error {}
        #expect(throws: Stop.self) {
            try SoftmaxRegression.fit(features: fixture.features, labels: fixture.labels, classes: 3) { _ in throw Stop() }
        }
    }

    @Test("a cancelled task ends the fit")
    func cancelled() async {
        let fixture = fixture
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try SoftmaxRegression.fit(features: fixture.features, labels: fixture.labels, classes: 3)
        }

        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("features too large to be squared are told, not turned into weights")
    func overflow() {
        let features = Matrix<Double>(rows: 2, columns: 1, elements: [1e300, -1e300])

        #expect(throws: TrainingError.invalid(option: "features", expected: "small enough to be squared")) {
            try SoftmaxRegression.fit(features: features, labels: [0, 1], classes: 2)
        }
    }

    @Test("rows that cannot be learned from are refused with the reason")
    func refusals() {
        let two = Matrix<Double>(rows: 2, columns: 1, elements: [0, 1])
        #expect(throws: TrainingError.lengths(expected: 2, found: 1, of: "labels")) {
            try SoftmaxRegression.fit(features: two, labels: [0], classes: 2)
        }
        #expect(throws: TrainingError.labelOutOfRange(row: 1, value: 2, classes: 2)) {
            try SoftmaxRegression.fit(features: two, labels: [0, 2], classes: 2)
        }
        #expect(throws: TrainingError.notFinite(row: 1)) {
            try SoftmaxRegression.fit(features: Matrix(rows: 2, columns: 1, elements: [0, .nan]), labels: [0, 1], classes: 2)
        }
        #expect(throws: TrainingError.empty) {
            try SoftmaxRegression.fit(features: Matrix(rows: 0, columns: 1), labels: [], classes: 2)
        }
        #expect(throws: TrainingError.invalid(option: "weights", expected: "finite, not negative and not all 0")) {
            try SoftmaxRegression.fit(features: two, labels: [0, 1], classes: 2, weights: [0, 0])
        }
    }
}
