import Foundation
import Testing

@testable import LinearAlgebra

@Suite("Fits to blocks of rows", .serialized)
struct StreamingTests {
    private let fixture = Fixture()

    private func blocks(_ size: Int, weights: [Double]? = nil) throws -> RowBlocks {
        try RowBlocks(features: fixture.features, labels: fixture.labels, weights: weights, size: size)
    }

    @Test("softmax by Adam comes to the optimum that L-BFGS finds")
    func optimum() throws {
        BLAS.setThreads(1)
        let options = MiniBatchOptions(l2: 0.02, learningRate: 0.01, batchSize: 90, epochs: 3_000)
        let exact = try SoftmaxRegression.fit(
            features: fixture.features, labels: fixture.labels, classes: 3, options: .init(l2: 0.02, gradientTolerance: 1e-10))

        let fitted = try SoftmaxRegression.fit(blocks: blocks(90), classes: 3, options: options)

        #expect(abs(fitted.model.loss - exact.loss) < 1e-8)
        #expect(largestDifference(fitted.model.layer.weights.elements, exact.layer.weights.elements) < 1e-4)
    }

    @Test("weighted rows count so many times")
    func weighted() throws {
        let weights = (0..<90).map { $0 % 3 == 0 ? 2.5 : 1 }
        let options = MiniBatchOptions(l2: 0.02, learningRate: 0.01, batchSize: 90, epochs: 3_000)
        // Both must use the unweighted standardisation.
        let exact = try SoftmaxRegression.fit(
            features: fixture.features, labels: fixture.labels, classes: 3, weights: weights,
            options: .init(l2: 0.02, gradientTolerance: 1e-10))

        let fitted = try SoftmaxRegression.fit(blocks: blocks(90, weights: weights), classes: 3, options: options)

        #expect(abs(fitted.model.loss - exact.loss) < 1e-8)
    }

    @Test("the first epoch's loss is the mean over all rows, whatever the blocks and batches", arguments: [(90, 90), (40, 7), (13, 64)])
    func mean(size: Int, batch: Int) throws {
        let options = MiniBatchOptions(l2: 0, learningRate: 1e-12, batchSize: batch, epochs: 1)
        let fitted = try SoftmaxRegression.fit(blocks: blocks(size), classes: 3, options: options)

        #expect(abs(fitted.model.loss - log(3.0)) < 1e-9)
    }

    @Test("standardisation by blocks is that of all rows")
    func standardization() throws {
        let expected = Standardization(fixture.features)
        let model = try SoftmaxRegression.fit(blocks: blocks(13), classes: 3, options: .init(epochs: 1)).model

        #expect(largestDifference(model.standardization?.means ?? [], expected.means) < 1e-12)
        #expect(largestDifference(model.standardization?.scales ?? [], expected.scales) < 1e-12)
    }

    @Test("the same seed gives the same bytes, another seed or other blocks do not")
    func seeds() throws {
        func fit(seed: UInt64, size: Int = 20) throws -> MultilayerPerceptron {
            try MultilayerPerceptron.fit(
                blocks: blocks(size), classes: 3, hidden: [8], options: .init(batchSize: 10, epochs: 3, seed: seed)
            ).model
        }

        #expect(try fit(seed: 4) == fit(seed: 4))
        #expect(try fit(seed: 4) != fit(seed: 5))
        #expect(try fit(seed: 4) != fit(seed: 4, size: 30))
    }

    @Test("every epoch takes every block once, in an order that changes")
    func order() throws {
        let source = CountedBlocks(rows: 10, columns: 2)
        _ = try SoftmaxRegression.fit(blocks: source.blocks(12), classes: 2, options: .init(epochs: 2))

        let passes = stride(from: 0, to: source.order.count, by: 12).map { Array(source.order[$0..<$0 + 12]) }
        #expect(passes.count == 3)
        #expect(passes.allSatisfy { $0.sorted() == Array(0..<12) })
        #expect(passes[1] != passes[2])
    }

    @Test("patience ends the fit and the best epoch's weights come back")
    func earlyStop() throws {
        // Labels of the training rows are noise, so that what is learned makes validation worse.
        let noise = Fixture.numbers(60, seed: 3).map { Int($0 * 3) }
        let training = try RowBlocks(features: fixture.features.picking(Array(0..<60)), labels: noise, size: 20)
        let held = Array(60..<90)
        let validation = try RowBlocks(features: fixture.features.picking(held), labels: held.map { fixture.labels[$0] }, size: 7)
        let options = MiniBatchOptions(l2: 0, learningRate: 0.01, batchSize: 10, epochs: 200, patience: 4, seed: 2)

        let fitted = try MultilayerPerceptron.fit(blocks: training, classes: 3, hidden: [32], validation: validation, options: options)

        let losses = fitted.curve.compactMap(\.validationLoss)
        let probabilities = fitted.model.probabilities(fixture.features.picking(held))
        let loss = held.indices.map { -log(probabilities[$0, fixture.labels[held[$0]]]) }.reduce(0, +) / 30
        #expect(fitted.isStoppedEarly)
        #expect(losses.count == fitted.bestEpoch + 4)
        #expect(losses.min() == losses[fitted.bestEpoch - 1])
        #expect(losses[losses.count - 1] > losses[fitted.bestEpoch - 1])
        #expect(abs(loss - losses[fitted.bestEpoch - 1]) < 1e-12)
    }

    @Test("millions of rows are learned from one block at a time")
    func bounded() throws {
        let source = CountedBlocks(rows: 100_000, columns: 2)
        let validation = CountedBlocks(rows: 1_000, columns: 2)
        let fitted = try SoftmaxRegression.fit(
            blocks: source.blocks(10), classes: 2, validation: validation.blocks(2),
            options: .init(learningRate: 0.05, batchSize: 10_000, epochs: 1))

        #expect(source.loaded == 2_000_000)
        #expect(source.mostLive + validation.mostLive <= 2)
        #expect((fitted.curve[0].validationLoss ?? 1) < 0.3)
    }

    @Test("k-means passes over millions of rows one block at a time")
    func boundedSegments() throws {
        let source = CountedBlocks(rows: 100_000, columns: 2)

        let model = try KMeans.fit(blocks: source.blocks(10), options: .init(clusters: 2, maximumIterations: 1, seed: 1))

        // Uniform numbers in [-2, 0) and [2, 4): the centres are the means of the two boxes, the variance 1 / 3 in each direction.
        let centers = model.centers.elements.sorted()
        #expect(source.loaded == 2_100_000)
        #expect(source.mostLive <= 2)
        #expect(largestDifference(centers, [-1, -1, 3, 3]) < 0.01)
        #expect(abs(model.inertia / 1_000_000 - 2.0 / 3) < 0.01)
    }

    @Test("segments of blocks are the same for a seed, and nearly those of Lloyd's iterations")
    func segments() throws {
        func fit(seed: UInt64) throws -> KMeans {
            try KMeans.fit(blocks: blocks(30), options: .init(clusters: 3, maximumIterations: 20, seed: seed))
        }
        let exact = try KMeans.fit(features: fixture.features, options: .init(clusters: 3, restarts: 10))

        #expect(try fit(seed: 1) == fit(seed: 1))
        #expect(try fit(seed: 1) != fit(seed: 2))
        #expect(try fit(seed: 1).inertia < exact.inertia * 1.2)
    }

    @Test("a thrown error in progress or in the source ends the fit")
    func stopped() {
        struct Stop: Error {}
        let broken = RowBlocks(count: 1) { _ in throw Stop() }
        #expect(throws: Stop.self) { try SoftmaxRegression.fit(blocks: blocks(30), classes: 3) { _ in throw Stop() } }
        #expect(throws: Stop.self) { try SoftmaxRegression.fit(blocks: broken, classes: 3) }
        #expect(throws: Stop.self) { try KMeans.fit(blocks: broken, options: .init(clusters: 2)) }
    }

    @Test("rows that cannot be learned from are refused with their place among all")
    func refusals() {
        func fit(_ all: [RowBlock], classes: Int = 2) throws {
            _ = try SoftmaxRegression.fit(blocks: RowBlocks(count: all.count) { all[$0] }, classes: classes)
        }
        let sound = RowBlock(features: Matrix(rows: 2, columns: 1, elements: [0, 1]), labels: [0, 1])
        #expect(throws: TrainingError.empty) { try fit([]) }
        #expect(throws: TrainingError.empty) { try fit([RowBlock(features: Matrix(rows: 0, columns: 1))]) }
        #expect(throws: TrainingError.invalid(option: "classes", expected: "at least 2")) { try fit([sound], classes: 1) }
        #expect(throws: TrainingError.notFinite(row: 3)) {
            try fit([sound, RowBlock(features: Matrix(rows: 2, columns: 1, elements: [0, .nan]), labels: [0, 1])])
        }
        #expect(throws: TrainingError.labelOutOfRange(row: 2, value: 2, classes: 2)) {
            try fit([sound, RowBlock(features: Matrix(rows: 1, columns: 1), labels: [2])])
        }
        #expect(throws: TrainingError.lengths(expected: 1, found: 3, of: "a row of block 1")) {
            try fit([sound, RowBlock(features: Matrix(rows: 1, columns: 3), labels: [0])])
        }
        #expect(throws: TrainingError.lengths(expected: 1, found: 0, of: "labels of block 1")) {
            try fit([sound, RowBlock(features: Matrix(rows: 1, columns: 1))])
        }
        #expect(throws: TrainingError.invalid(option: "weights", expected: "not all 0")) {
            try fit([RowBlock(features: sound.features, labels: [0, 1], weights: [0, 0])])
        }
        #expect(throws: TrainingError.invalid(option: "clusters", expected: "at most 2, the number of rows of block 0")) {
            try KMeans.fit(blocks: RowBlocks(count: 1) { _ in sound }, options: .init(clusters: 3))
        }
    }

    @Test("a block without rows and a constant feature do no harm")
    func constant() throws {
        let empty = RowBlock(features: Matrix(rows: 0, columns: 2))
        let sound = RowBlock(features: Matrix(rows: 2, columns: 2, elements: [5, 0, 5, 1]), labels: [0, 1])
        let all = [empty, sound, empty]

        let model = try SoftmaxRegression.fit(
            blocks: RowBlocks(count: 3) { all[$0] }, classes: 2, options: .init(learningRate: 0.1, epochs: 50)
        ).model

        #expect(model.predictions(sound.features) == [0, 1])
    }
}
