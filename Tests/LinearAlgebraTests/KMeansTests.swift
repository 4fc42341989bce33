import LinearAlgebra
import Testing

/// Expected numbers: scikit-learn 1.9.1, KMeans(algorithm = "lloyd", tol = 0) and MiniBatchKMeans.partial_fit; centres agree to 1e-10.
@Suite("k-means", .serialized)
struct KMeansTests {
    private let features = Fixture().features

    private func fit(_ features: Matrix<Double>, from initial: Matrix<Double>? = nil, seed: UInt64 = 1) throws -> KMeans {
        BLAS.setThreads(1)
        return try KMeans.fit(features: features, options: .init(clusters: 5, tolerance: 0, seed: seed), initial: initial)
    }

    private func expectEqual(_ model: KMeans, _ expected: RecipeVectors.Clusters) throws {
        #expect(largestDifference(model.centers.elements, expected.centers) < 1e-10)
        #expect(abs(model.inertia - expected.inertia) < 1e-9)
        #expect(model.iterations == expected.iterations)
        #expect(model.isConverged)
        #expect(try model.assignments(features) == expected.assignments)
    }

    @Test("agrees with scikit-learn from the same start")
    func reference() throws {
        try expectEqual(fit(features, from: features.picking([0, 1, 2, 3, 4])), RecipeVectors.read().kmeans)
    }

    @Test("an empty cluster moves to the furthest row, as scikit-learn's does")
    func emptied() throws {
        var start = features.picking([0, 1, 2, 3, 4])
        for column in 0..<4 { start[4, column] = 100 }

        try expectEqual(fit(features, from: start), RecipeVectors.read().emptied)
    }

    @Test("blocks added one by one give scikit-learn's centres")
    func batches() throws {
        let expected = try RecipeVectors.read().batches
        var state = MiniBatchKMeans(centers: features.picking([0, 1, 2, 3, 4]))
        for first in [0, 30, 60] { try state.add(features.picking(Array(first..<first + 30))) }

        #expect(largestDifference(state.centers.elements, expected.centers) < 1e-10)
        #expect(state.counts == expected.counts)
    }

    @Test("the inertia never rises and the last is the model's", arguments: 0..<8)
    func falling(seed: UInt64) throws {
        var course: [Double] = []
        let model = try KMeans.fit(features: features, options: .init(clusters: 7, tolerance: 0, seed: seed)) { course.append($0.loss) }

        for (before, after) in zip(course, course.dropFirst()) { #expect(after <= before * (1 + 1e-12)) }
        #expect(model.iterations == course.count)
        #expect(abs(model.inertia - course[course.count - 1]) < 1e-9)
        #expect(abs(try model.squaredDistances(features).reduce(0, +) - model.inertia) < 1e-9)
    }

    @Test("the order of rows does not count when the start is given")
    func permuted() throws {
        let start = features.picking([10, 20, 30, 40, 50])
        let order = (0..<90).map { $0 * 37 % 90 }

        let model = try fit(features, from: start)
        let other = try fit(features.picking(order), from: start)

        #expect(largestDifference(model.centers.elements, other.centers.elements) < 1e-12)
        #expect(try other.assignments(features) == model.assignments(features))
    }

    @Test("features far from the origin lose no digits")
    func shifted() throws {
        let far = Matrix(rows: 90, columns: 4, elements: features.elements.map { $0 + 1e6 })
        let start = [10, 20, 30, 40, 50]

        let model = try fit(features, from: features.picking(start))
        let other = try fit(far, from: far.picking(start))

        #expect(try other.assignments(far) == model.assignments(features))
        #expect(abs(other.inertia - model.inertia) < 1e-6)
    }

    @Test("the same seed gives the same bytes, another seed other segments, and restarts no worse ones")
    func seeds() throws {
        #expect(try fit(features, seed: 3) == fit(features, seed: 3))
        #expect(try Set((0..<6).map { try fit(features, seed: $0).inertia }).count > 1)
        let once = try KMeans.fit(features: features, options: .init(clusters: 5, seed: 2))
        let often = try KMeans.fit(features: features, options: .init(clusters: 5, restarts: 10, seed: 2))
        #expect(often.inertia < once.inertia)
    }

    @Test("as many clusters as rows leave no distance, and equal distances go to the first centre")
    func extremes() throws {
        let rows = Matrix<Double>(rows: 3, columns: 2, elements: [0, 0, 4, 0, 0, 3])
        let model = try KMeans.fit(features: rows, options: .init(clusters: 3))
        let tied = try KMeans.fit(
            features: rows, options: .init(clusters: 2, maximumIterations: 1), initial: Matrix(rows: 2, columns: 2, elements: [1, 1, 1, 1]))

        #expect(model.inertia == 0)
        #expect(try Set(model.assignments(rows)) == [0, 1, 2])
        // All rows come to the first centre; the second takes (4, 0), the furthest from (1, 1).
        #expect(tied.centers.row(1) == [4, 0])
        #expect(tied.centers.row(0) == [0, 1.5])
    }

    @Test("rows that cannot be cut into segments are refused with what was expected")
    func refusals() {
        let rows = Matrix<Double>(rows: 4, columns: 1, elements: [1, 1, 2, 2])
        #expect(throws: TrainingError.invalid(option: "clusters", expected: "at most 4, the number of rows")) {
            try KMeans.fit(features: rows, options: .init(clusters: 5))
        }
        #expect(throws: TrainingError.invalid(option: "clusters", expected: "at most 2, the number of distinct rows")) {
            try KMeans.fit(features: rows, options: .init(clusters: 3))
        }
        #expect(throws: TrainingError.invalid(option: "clusters", expected: "above 0")) {
            try KMeans.fit(features: rows, options: .init(clusters: 0))
        }
        #expect(throws: TrainingError.empty) { try KMeans.fit(features: Matrix(rows: 0, columns: 2)) }
        #expect(throws: TrainingError.notFinite(row: 1)) {
            try KMeans.fit(features: Matrix(rows: 2, columns: 1, elements: [0, .nan]), options: .init(clusters: 1))
        }
        #expect(throws: TrainingError.lengths(expected: 1, found: 2, of: "features")) {
            try KMeans.fit(features: rows, options: .init(clusters: 1)).assignments(Matrix(rows: 1, columns: 2))
        }
    }

    @Test("a thrown error in progress ends the fit")
    func stopped() {
        struct Stop: Error {}
        #expect(throws: Stop.self) { try KMeans.fit(features: features, options: .init(clusters: 3)) { _ in throw Stop() } }
        #expect(throws: Stop.self) {
            try KMeans.fit(blocks: RowBlocks(features: features, size: 20), options: .init(clusters: 3)) { _ in throw Stop() }
        }
    }
}
